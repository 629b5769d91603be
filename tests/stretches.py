"""A school of pupils who are away for stretches of sessions, for properties about runs and occasions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import zip_longest

from hypothesis import strategies as st

from fingerpost.history import (
    CalendarData,
    Completeness,
    HalfDay,
    History,
    Pupil,
    Register,
    School,
    Stay,
    Term,
    slot_of,
)
from fingerpost_dsl import load_text
from fingerpost_dsl.model.policy import Policy

FIRST = dt.date(2025, 9, 1)
HEADER = r"""
policy small.stretches "Stretches"
  version 2025.1
  language 1
  in force from 1 September 2024
code "/" "Present, morning" present
code "\" "Present, afternoon" present
code "O" "Away without leave" unauthorised absence
code "I" "Ill" authorised absence
code "X" "Not required" not a possible session
"""


def school_days(days: int) -> list[dt.date]:
    """The school days among so many days from the first."""
    dates = [FIRST + dt.timedelta(days=n) for n in range(days)]
    return [date for date in dates if date.weekday() < 5]


def policy_of(declarations: str) -> Policy:
    """A policy of some declarations, with the codes of these registers."""
    found, problems = load_text(f"{HEADER}{declarations}")
    assert found is not None, [str(one) for one in problems]
    return found


@st.composite
def registers(
    draw: st.DrawFn, days: Sequence[dt.date], codes: Sequence[str | None], *, stretches: int, longest: int
) -> Register:
    """Attendance, but for some stretches of sessions with one of the codes, or without a mark."""
    slots = [slot_of(day, half) for day in days for half in HalfDay]
    said: list[str | None] = [("/", "\\")[slot % 2] for slot in slots]
    for _ in range(draw(st.integers(1, stretches))):
        start, length = draw(st.integers(0, len(slots) - 1)), draw(st.integers(1, longest))
        code = draw(st.sampled_from(codes))
        for place in range(start, min(start + length, len(slots))):
            said[place] = code
    marked = [(slot, code) for slot, code in zip(slots, said, strict=True) if code is not None]
    return Register(tuple(slot for slot, _ in marked), tuple(code for _, code in marked))


def history_of(
    registers: Sequence[Register],
    days: Sequence[dt.date],
    joined: Sequence[dt.date | None] = (),
    complete: dt.date = FIRST,
) -> History:
    """A pupil for each register, who joined on a date, if any is given; marks are whole from a date on."""
    pupils = {}
    for number, (register, first) in enumerate(zip_longest(registers, joined)):
        name = f"P{number}"
        pupils[name] = Pupil(id=name, school="A", on_roll=(Stay(first=first),), register=register)
    return History(
        pupils=pupils,
        schools={"A": School(id="A", authority="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=days[-1]),))},
        complete=Completeness(marks=complete, events=FIRST),
    )


@st.composite
def histories(draw: st.DrawFn, days: Sequence[dt.date], own: st.SearchStrategy[list[Register]]) -> History:
    """A pupil for each register, some of whom joined on the first day.

    The record is complete from before that day, from it, or from later.
    """
    registers = draw(own)
    joined = [draw(st.sampled_from([None, FIRST])) for _ in registers]
    complete = FIRST + dt.timedelta(days=draw(st.sampled_from([-365, 0, 7])))
    return history_of(registers, days, joined, complete)
