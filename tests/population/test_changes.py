"""What a rule asks of a pupil stays as it was on every day on which nothing can have changed."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings

from fingerpost.decision import Status
from fingerpost.evaluate import Session
from fingerpost.logic import Truth
from fingerpost.population.block import blocks_of
from fingerpost.population.changes import Changes
from fingerpost.population.truths import flags_of
from fingerpost_dsl.model.declarations import Modality
from tests.strategies import Case, cases, few

LOOKED_AT = 8
"""School days before the last one on which the reference is asked as well."""
OPEN = frozenset({Status.ONGOING, Status.DUE, Status.OVERDUE, Status.AVAILABLE})
WORK = frozenset({Modality.MUST, Modality.SHOULD, Modality.MAY})


def asked_on(case: Case, day: int, pupil: str) -> dict[str, set[tuple[object, ...]]]:
    """By rule, what is to be done on a day, or may be, and what is not known."""
    session = Session.open(case.policy, case.history, dt.date.fromordinal(day))
    rules = {rule.name: rule for rule in case.policy.rules()}
    found: dict[str, set[tuple[object, ...]]] = {}
    for one in session.decide(case.history.pupils[pupil]).recommendations:
        occasion = one.occasion.first_slot if one.occasion is not None else None
        due = one.due if rules[one.name].every is not None else None
        if one.status in OPEN and one.applies is Truth.TRUE:
            found.setdefault(one.name, set()).add((one.parent, occasion, one.triggered, due))
        elif one.applies is Truth.UNKNOWN:
            found.setdefault(one.name, set()).add((one.parent, occasion, "unknown"))
    return found


def stays_as_it_was(case: Case) -> None:
    """On each of the last school days that is not named for a rule, it asks what it asked the day before."""
    session = Session.open(case.policy, case.history, case.on)
    for block in blocks_of(session.records, case.history.pupils.values()):
        changes = Changes(block, session.editions, case.on.toordinal())
        first = max(changes.length - LOOKED_AT, 1)
        rules = [rule for rule in case.policy.rules() if rule.modality in WORK]
        named = {rule.name: flags_of(changes.rule(rule), changes.length) for rule in rules}
        for row, pupil in enumerate(block.pupils):
            before = asked_on(case, block.axis.school_days[first - 1], pupil.id)
            for day in range(first, changes.length):
                now = asked_on(case, block.axis.school_days[day], pupil.id)
                for rule in rules:
                    if not named[rule.name][row, day]:
                        assert now.get(rule.name) == before.get(rule.name), (rule.name, pupil.id, day)
                before = now


@settings(max_examples=few(12))
@given(cases())
def test_a_day_that_is_not_named_changes_nothing(case: Case) -> None:
    """Generated policies and histories."""
    stays_as_it_was(case)
