"""What is counted since an occasion, and when one is reached: at once as day by day."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.columns import column_of
from fingerpost.evaluate import Session
from fingerpost.rules import reached_on
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost_dsl.model.policy import Policy
from tests.strategies import few
from tests.stretches import histories, policy_of, registers, school_days

DAYS = school_days(26)
REGISTERS = registers(DAYS, ["O", "O", "O", "X", None], stretches=5, longest=9)
WHICH = ["", "latest ", "first "]
EDGES = ["", "the start of ", "the end of "]
LENGTHS = ["", " where length is at least 5 sessions"]
VALUES = [
    "days since {what}",
    "school weeks since {what}",
    "school days since {what}",
    "count of attended since {what}",
    "count of unauthorised since {what}",
]
UNITS = {"session": 3, "school day": 2}


@cache
def policy(unit: str) -> Policy:
    """A comparison of each value with a few numbers."""
    lines = [
        value.format(what=f"{edge}{which}gone{length}")
        for which in WHICH
        for edge in EDGES
        for length in LENGTHS
        for value in VALUES
    ]
    measures = "\n".join(f'measure m{n} "M{n}"\n  = {line}' for n, line in enumerate(lines))
    return policy_of(
        f"""
occasion gone "Gone"
  = run of unauthorised of at least {UNITS[unit]} {unit}s
{measures}
"""
    )


@st.composite
def scopes(draw: st.DrawFn, unit: str) -> Scope:
    """A pupil who is away for some stretches, with sessions that are not possible, or not marked."""
    history = draw(histories(DAYS, st.lists(REGISTERS, min_size=1, max_size=1)))
    (pupil,) = history.pupils.values()
    session = Session.open(policy(unit), history, DAYS[-1])
    return Scope(policy=policy(unit), view=session.records.view(pupil))


@pytest.mark.parametrize("unit", UNITS)
@settings(max_examples=few(15))
@given(data=st.data())
def test_values_since_an_occasion(unit: str, data: st.DataObject) -> None:
    """On every day at once what it is on each by itself; where there is no quick way, none is taken."""
    scope = data.draw(scopes(unit))
    days = scope.view.axis.school_days
    for name, measure in scope.policy.measures.items():
        value = measure.value
        column = column_of(value, len(days), scope)
        if column is None:
            continue
        for day, ordinal in enumerate(days):
            alone = value_at(value, ordinal, scope)
            said = name, dt.date.fromordinal(ordinal).isoformat()
            assert alone.applicable is not bool(column.not_applicable >> day & 1), said
            assert (alone.applicable and alone.lowest is None) is bool(column.unknown >> day & 1), said
            if alone.lowest is not None:
                assert alone.lowest == column.low[day], said
                assert (alone.highest is None) is bool(column.unbounded >> day & 1), said
                assert alone.highest in (None, column.high[day]), said


@pytest.mark.parametrize("unit", UNITS)
@settings(max_examples=few(15))
@given(data=st.data())
def test_an_occasion_exists_from_the_day_on_which_it_is_reached(unit: str, data: st.DataObject) -> None:
    """Meaning 32: at the close of that day, and of none before it."""
    scope = data.draw(scopes(unit))
    days = scope.view.axis.school_days
    found = {day: {(o.first_slot, o.certain) for o in scope.occurrences("gone", day)} for day in days}
    for one in scope.occurrences("gone", days[-1]):
        if one.certain:
            there = [(one.first_slot, True) in found[day] for day in days]
            assert reached_on(one, scope) == there.index(True)
