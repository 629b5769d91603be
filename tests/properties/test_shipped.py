"""The shipped policies on generated registers: the same truths by every road."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fingerpost_policies
from fingerpost.evaluate import Session, evaluate
from fingerpost.history import History
from fingerpost_dsl.load import load_folder
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from tests.generate.histories import START
from tests.generate.shipped import history_for
from tests.properties.test_days import (
    agree_on_every_day,
    every_reason,
    passed_over_is_idle,
    rules_agree_on_every_day,
)
from tests.properties.test_oracle import conditions_agree, measures_agree
from tests.strategies import Case, Written, dates_of, few

EDITIONS = ("2022.09", "2024.08")


@cache
def edition(version: str) -> Policy:
    """A shipped edition for England."""
    folder = Path(fingerpost_policies.__file__).parent / "england" / version
    policy, found = load_folder(folder)
    assert policy is not None, found
    return policy


@st.composite
def shipped_cases(draw: st.DrawFn, version: str) -> Case:
    """A history for a shipped policy, and a date."""
    policy = edition(version)
    history: History = history_for(draw, policy)
    on: dt.date = draw(dates_of(history))
    return Case(Written((version, ""), policy), history, "P1", on, None)


@pytest.mark.parametrize("version", EDITIONS)
def test_values_and_conditions_agree_with_the_oracle(version: str) -> None:
    @settings(max_examples=few(6))
    @given(shipped_cases(version))
    def agree(case: Case) -> None:
        measures_agree(case)
        conditions_agree(case)

    agree()


@pytest.mark.parametrize("version", EDITIONS)
def test_every_day_is_judged_as_it_is_alone(version: str) -> None:
    @settings(max_examples=few(12))
    @given(shipped_cases(version))
    def agree(case: Case) -> None:
        agree_on_every_day(case, every=9)
        rules_agree_on_every_day(case, every=9)

    agree()


@pytest.mark.parametrize("version", EDITIONS)
def test_decisions_follow_from_their_leaves(version: str) -> None:
    @settings(max_examples=few(15))
    @given(shipped_cases(version))
    def follow(case: Case) -> None:
        decision = evaluate(case.policy, case.history, case.on, pupil=case.pupil)
        for recommendation in decision.recommendations:
            for reason in every_reason(recommendation.reason):
                assert reason.recomputed() is reason.truth, recommendation.name

    follow()


@cache
def straddling() -> PolicyFamily:
    """England's editions, the later one in force from the fourth week of the histories generated."""
    earlier, later = (edition(version) for version in EDITIONS)
    changed = START + dt.timedelta(weeks=3)
    before = replace(earlier.header, in_force_until=changed - dt.timedelta(days=1))
    after = replace(later.header, in_force_from=changed)
    versions = (replace(earlier, header=before), replace(later, header=after))
    return PolicyFamily(id="england.attendance", versions=versions)


@settings(max_examples=few(40))
@given(shipped_cases("2024.08"))
def test_rules_that_are_passed_over_recommend_nothing(case: Case) -> None:
    """Also where an earlier edition may have left something to be done."""
    passed_over_is_idle(Session.open(straddling(), case.history, case.on), case.pupil)


@settings(max_examples=few(15))
@given(shipped_cases("2024.08"))
def test_a_brief_decision_says_the_same(case: Case) -> None:
    """Of what a list shows: all but the record, and the measures that no tier goes by."""
    whole, brief = (
        Session.open(case.policy, case.history, case.on, brief=brief).decide(case.history.pupils[case.pupil])
        for brief in (False, True)
    )
    assert set(brief.measures) == {"absence"}
    assert brief == replace(whole, measures={"absence": whole.measures["absence"]}, parents=brief.parents)
    assert brief.record.result_digest == ""
