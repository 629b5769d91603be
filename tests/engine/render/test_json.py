"""Decisions and reasons as JSON keep to their published schemas."""

import datetime as dt
import json
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fingerpost.evaluate import Session, evaluate_all
from fingerpost.explain import explain_in
from fingerpost.render.explanation_json import explanation_object
from fingerpost.render.from_json import record_from
from fingerpost.render.json_form import decisions_json, reason_object
from fingerpost_dsl.model.declarations import Subject
from fingerpost_simulations.hillview import LAST_DAY
from tests.engine.render.made import decision, england, explained, family, school, stories


def schema(name: str) -> Draft202012Validator:
    text = resources.files("fingerpost").joinpath("schemas", name).read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    return Draft202012Validator(json.loads(text))


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decisions_json(stories(), england(), LAST_DAY, None))
    return found


def test_decisions_keep_to_their_schema() -> None:
    """Every key that is promised is there, and no other."""
    assert [error.message for error in schema("decisions.schema.json").iter_errors(told())] == []


def test_decisions_for_every_other_subject_keep_to_it_too() -> None:
    """Parents, families, cohorts, the school and the authority, on the made-up school."""
    others = tuple(one for one in Subject if one is not Subject.PUPIL)
    decisions = tuple(evaluate_all(family(), school(), LAST_DAY, subjects=others))
    assert {one.subject for one in decisions} == set(others)
    found = json.loads(decisions_json(decisions, england(), LAST_DAY, None))
    assert [error.message for error in schema("decisions.schema.json").iter_errors(found)] == []
    reasons = schema("reason.schema.json")
    shown = (reason_object(r.reason, england()) for one in decisions for r in one.recommendations)
    assert [error.message for reason in shown for error in reasons.iter_errors(reason)] == []


@pytest.mark.parametrize("pupil", ["P0412", "P0118", "P0231", "P0455"])
def test_reasons_keep_to_their_schema(pupil: str) -> None:
    """A reason is a tree of nodes of one shape."""
    validator = schema("reason.schema.json")
    for one in decision(pupil).recommendations:
        problems = validator.iter_errors(reason_object(one.reason, england()))
        assert [error.message for error in problems] == []


def test_a_share_is_an_exact_fraction_and_a_count_a_number() -> None:
    """10 of 96 sessions is `10/96`, not 0.104."""
    pupil = next(one for one in told()["decisions"] if one["id"] == "P0412")
    assert pupil["measures"]["absence"] == {
        "value": "10/96",
        "unit": "share",
        "lowest": "10/96",
        "highest": "10/96",
    }
    assert pupil["parents"]["A"]["measures"]["recent_unauthorised"]["value"] == 10


def test_an_interval_has_no_value() -> None:
    """With missing marks the value is null, and the bounds say what is known."""
    pupil = next(one for one in told()["decisions"] if one["id"] == "P0455")
    absence = pupil["measures"]["absence"]
    assert (absence["value"], absence["lowest"], absence["highest"]) == (None, "1/24", "1/6")
    assert absence["state"] == "between"


def test_a_barred_step_is_under_barred_alone() -> None:
    """What is forbidden is not among what is recommended."""
    pupil = next(one for one in told()["decisions"] if one["id"] == "P0118")
    barred = {one["name"] for one in pupil["barred"]}
    assert barred
    assert barred.isdisjoint(one["name"] for one in pupil["recommendations"])
    assert pupil["barred"][0]["barred_by"][0]["bar"] == "two_notices_in_three_years"


def test_only_an_explanation_says_when_a_bar_lifts() -> None:
    """A decision has not looked for it, and does not say null, which would read as never."""
    pupil = next(one for one in told()["decisions"] if one["id"] == "P0118")
    assert "lifts" not in pupil["barred"][0]["barred_by"][0]
    session = Session.open(england(), school(), LAST_DAY)
    found = explanation_object(explain_in(session, "P0118", rules=[]), england())["decision"]
    assert found["barred"][0]["barred_by"][0]["lifts"] == "2027-12-13"
    with_it = {**told(), "decisions": [found]}
    assert [error.message for error in schema("decisions.schema.json").iter_errors(with_it)] == []


def test_records_are_read_back() -> None:
    """A record in JSON is the record."""
    for one, shown in zip(told()["decisions"], stories(), strict=True):
        assert record_from(one["record"]) == shown.record


def test_an_explanation_is_json() -> None:
    """Whatever a reason holds can be written."""
    json.dumps(explanation_object(explained("P0118"), england()))
    assert isinstance(decision("P0118").on, dt.date)
