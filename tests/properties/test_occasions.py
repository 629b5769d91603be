"""What is counted since an occasion, and when one is reached: at once as day by day."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.columns import column_of
from fingerpost.evaluate import Session
from fingerpost.history import (
    CalendarData,
    Completeness,
    HalfDay,
    History,
    Pupil,
    Register,
    School,
    Term,
    slot_of,
)
from fingerpost.rules import reached_on
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost_dsl import load_text
from fingerpost_dsl.model.policy import Policy
from tests.strategies import few

FIRST = dt.date(2025, 9, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(26) if (FIRST + dt.timedelta(days=n)).weekday() < 5]
SLOTS = [slot_of(day, half) for day in DAYS for half in HalfDay]
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
    text = f"""
policy small.gone "Gone"
  version 2025.1
  language 1
  in force from 1 September 2024
code "/" "Present, morning" present
code "\\\\" "Present, afternoon" present
code "O" "Away without leave" unauthorised absence
code "X" "Not required" not a possible session
occasion gone "Gone"
  = run of unauthorised of at least {UNITS[unit]} {unit}s
{measures}
"""
    found, problems = load_text(text)
    assert found is not None, [str(one) for one in problems]
    return found


@st.composite
def scopes(draw: st.DrawFn, unit: str) -> Scope:
    """A pupil who is away for some stretches, with sessions that are not possible, or not marked."""
    codes: list[str | None] = [("/", "\\")[slot % 2] for slot in SLOTS]
    for _ in range(draw(st.integers(1, 5))):
        start, length = draw(st.integers(0, len(SLOTS) - 1)), draw(st.integers(1, 9))
        code = draw(st.sampled_from(["O", "O", "O", "X", None]))
        for place in range(start, min(start + length, len(SLOTS))):
            codes[place] = code
    marked = [(slot, code) for slot, code in zip(SLOTS, codes, strict=True) if code is not None]
    register = Register(tuple(slot for slot, _ in marked), tuple(code for _, code in marked))
    complete = FIRST + dt.timedelta(days=draw(st.sampled_from([-365, 0, 7])))
    history = History(
        pupils={"P": Pupil(id="P", school="A", register=register)},
        schools={"A": School(id="A", authority="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(marks=complete, events=FIRST),
    )
    session = Session.open(policy(unit), history, DAYS[-1])
    return Scope(policy=policy(unit), view=session.records.view(history.pupils["P"]))


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
