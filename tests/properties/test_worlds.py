"""A definite answer is never wrong: it holds however the missing marks and the unknown facts turn out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from hypothesis import given, settings

from fingerpost.conditions import reason_at
from fingerpost.digest import normal
from fingerpost.evaluate import Session
from fingerpost.history import History
from fingerpost.logic import Truth
from fingerpost.scope import Scope
from tests.oracle import Beyond, Oracle
from tests.oracle.school import Known
from tests.properties.test_changes import with_marks
from tests.properties.test_days import conditions_of
from tests.properties.test_oracle import asks_what_is_known
from tests.strategies import Case, cases, few

MOST_MISSING = 2
FILLED_WITH = ("/", "I", "O", "Y")
"""A code of each kind that a set of marks may hold or not."""


def missing(case: Case, history: History) -> list[int]:
    """The pupil's sessions without a mark up to the date, where the school is open."""
    known = Known(case.policy, history, history.pupils[case.pupil], case.known_on)
    return [
        one.slot
        for one in known.sessions(case.on.toordinal())
        if one.missing and known.calendar.is_open(one.slot)
    ]


def with_few_missing(case: Case) -> tuple[History, list[int]]:
    """The history with all but a few of the missing marks made present."""
    gaps = missing(case, case.history)
    filled = [(slot, "/") for slot in gaps[MOST_MISSING:]]
    return normal(with_marks(case.history, case.pupil, filled)), gaps[:MOST_MISSING]


def worlds(case: Case, history: History, gaps: list[int]) -> Iterator[History]:
    """Every way in which the marks may turn out."""
    for codes in product(FILLED_WITH, repeat=len(gaps)):
        yield with_marks(history, case.pupil, list(zip(gaps, codes, strict=True)))


def no_completion_contradicts(case: Case) -> None:
    """The engine's definite answers, tried by the oracle in every world."""
    if not case.history.calendars or asks_what_is_known(case.policy):
        return
    history, gaps = with_few_missing(case)
    if not gaps:
        return
    session = Session.open(case.policy, history, case.on, case.known_on)
    scope = Scope(policy=case.policy, view=session.records.view(history.pupils[case.pupil]))
    held = {tier.name for tier in case.policy.tiers.values() if tier.left_when is not None}
    asked = [
        (name, condition, own, reason_at(condition, case.on.toordinal(), own.quiet()).truth)
        for name, condition, own in conditions_of(case, scope)
    ]
    asked = [one for one in asked if one[3] is not Truth.UNKNOWN and one[0] not in held]
    for world in worlds(case, history, gaps) if asked else ():
        oracle = Oracle(case.policy, world, world.pupils[case.pupil], case.known_on)
        for name, condition, own, found in asked:
            try:
                right = oracle.of(own.parent).truth(condition, case.on)
            except Beyond:
                continue
            assert right in (found, Truth.UNKNOWN), (
                f"{name}: {found}, but {right} if {marked(world, case, gaps)}"
            )


def marked(world: History, case: Case, gaps: list[int]) -> str:
    """How the gaps are filled in a world."""
    codes = {mark.slot: mark.code for mark in world.pupils[case.pupil].register}
    return ", ".join(f"{dt.date.fromordinal(slot // 2)} {codes[slot]}" for slot in gaps)


def known_on_or_not(case: Case) -> Case:
    """Everything known, so that a mark filled in is known too."""
    return replace(case, known_on=None)


@settings(max_examples=few(25))
@given(cases(rules=False).map(known_on_or_not))
def test_no_completion_of_the_register_contradicts(case: Case) -> None:
    no_completion_contradicts(case)
