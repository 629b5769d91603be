"""Who is left out before any day is looked at, and that it is never one too many."""

from __future__ import annotations

import datetime as dt

import pytest

from fingerpost.evaluate import Session
from fingerpost.population.block import blocks_of
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost.population.prospects import able
from fingerpost.population.rules import clauses_of
from fingerpost.population.truths import Flags, any_bit
from fingerpost_dsl.model.declarations import Action, Step, Subject
from fingerpost_simulations.hillview import SEED, hillview
from tests.shipped import shipped

ON = dt.date(2025, 3, 14)


@pytest.fixture(scope="module")
def frame() -> Frame:
    """A school of some sixty pupils on its school days, by England's policy."""
    history = hillview(SEED, per_year=8)
    session = Session.open(shipped("england"), history, ON)
    (block,) = blocks_of(session.records, history.pupils.values())
    return Frame.on_school_days(block, session.editions.current.policy, block.axis.days_until(ON.toordinal()))


def ever(rule: Action | Step, frame: Frame) -> tuple[Flags | None, Flags]:
    """Who may come to meet a rule, and of whom each of its clauses is other than false on a day."""
    clauses = clauses_of(rule, frame.shared.policy)
    conditions = (*clauses.tiers, *clauses.when)
    found = None
    for condition in conditions:
        own = any_bit(truths(condition, frame).full(len(frame)).open)
        found = own if found is None else found & own
    assert found is not None
    return able(conditions, frame, truths), found


def test_nobody_is_left_out_who_comes_to_meet_a_rule(frame: Frame) -> None:
    left_out = 0
    for rule in frame.shared.policy.rules():
        clauses = clauses_of(rule, frame.shared.policy)
        if rule.subject is not Subject.PUPIL or not (*clauses.tiers, *clauses.when):
            continue
        flags, found = ever(rule, frame)
        if flags is not None:
            assert not (found & ~flags).any(), rule.name
            left_out += int((~flags).sum())
    assert left_out > 20 * len(frame)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("make_enquiries", id="too few marks, and no leave long enough"),
        pytest.param("plan_for_whole_family", id="in the tier on no day"),
        pytest.param("send_deletion_return", id="nothing on record"),
        pytest.param("talk_about_lateness", id="too few marks"),
    ],
)
def test_most_are_left_out(rule: str, frame: Frame) -> None:
    (asked,) = (one for one in frame.shared.policy.rules() if one.name == rule)
    flags, found = ever(asked, frame)
    assert flags is not None
    assert found.sum() <= flags.sum() < len(frame) / 2
