"""Runs, weeks with and the most in any stretch, in columns, are those of the reference on every day."""

from __future__ import annotations

import datetime as dt
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.days import over_days
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
from fingerpost.population.block import blocks_of
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost_dsl import load_text
from fingerpost_dsl.model.policy import Policy
from tests.strategies import few

FIRST = dt.date(2025, 9, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(40) if (FIRST + dt.timedelta(days=n)).weekday() < 5]
SLOTS = [slot_of(day, half) for day in DAYS for half in HalfDay]
WINDOWS = [
    "",
    " in this term",
    " in the last 2 school weeks",
    " in the last 7 school days",
    " since 8 September 2025",
]
RUNS = [
    f"{which} run of {marks} in {unit}s{window} is at least {least} {unit}s"
    for which in ("current", "longest")
    for marks in ("absent", "unauthorised")
    for unit, least in (("session", 3), ("school day", 2))
    for window in WINDOWS
]

COUNTED = [
    *(
        f"weeks with {enough}{marks}{window} is at least 2 school weeks"
        for enough in ("", "at least 3 sessions of ")
        for marks in ("absent", "unauthorised")
        for window in WINDOWS
    ),
    *(
        f"most {marks} in any {stretch}{window} is at least 4 sessions"
        for marks in ("absent", "unauthorised")
        for stretch in ("2 school weeks", "3 school days", "5 sessions", "8 days", "1 term")
        for window in WINDOWS[1:]
    ),
]
SAID = [*RUNS, *COUNTED]


@cache
def policy() -> Policy:
    """A named condition for each."""
    conditions = "\n".join(f'condition c{n} "C{n}"\n  = {said}' for n, said in enumerate(SAID))
    found, problems = load_text(f"""
policy small.runs "Runs"
  version 2025.1
  language 1
  in force from 1 September 2024
code "/" "Present, morning" present
code "\\" "Present, afternoon" present
code "O" "Away without leave" unauthorised absence
code "I" "Ill" authorised absence
code "X" "Not required" not a possible session
{conditions}
""")
    assert found is not None, [str(one) for one in problems]
    return found


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A few pupils with stretches of absence, of sessions that are not possible, and of none marked."""
    pupils = {}
    for number in range(draw(st.integers(1, 4))):
        codes: list[str | None] = [("/", "\\")[slot % 2] for slot in SLOTS]
        for _ in range(draw(st.integers(1, 6))):
            start, length = draw(st.integers(0, len(SLOTS) - 1)), draw(st.integers(1, 12))
            code = draw(st.sampled_from(["O", "I", "O", "I", "X", None]))
            for place in range(start, min(start + length, len(SLOTS))):
                codes[place] = code
        marked = [(slot, code) for slot, code in zip(SLOTS, codes, strict=True) if code is not None]
        register = Register(tuple(slot for slot, _ in marked), tuple(code for _, code in marked))
        pupils[f"P{number}"] = Pupil(id=f"P{number}", school="A", register=register)
    complete = FIRST + dt.timedelta(days=draw(st.sampled_from([-365, 0, 7])))
    return History(
        pupils=pupils,
        schools={"A": School(id="A", authority="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(marks=complete, events=FIRST),
    )


@settings(max_examples=few(8))
@given(histories())
def test_runs_on_every_day(history: History) -> None:
    """And on the last day by itself, none of them by the reference."""
    session = Session.open(policy(), history, DAYS[-1])
    for block in blocks_of(session.records, history.pupils.values()):
        length = len(block.axis.school_days)
        frame = Frame.on_school_days(block, policy(), length)
        alone = Frame.on_date(block, policy(), block.axis.school_days[-1])
        for named in policy().conditions.values():
            found, on_date = truths(named.condition, frame), truths(named.condition, alone)
            for row in range(len(frame)):
                expected = over_days(named.condition, length, frame.scope(row))
                assert found.row(row) == expected, SAID[int(named.name[1:])]
                assert on_date.row(row).at(0) is expected.at(length - 1)
        assert not frame.shared.fallen_back
        assert not alone.shared.fallen_back
