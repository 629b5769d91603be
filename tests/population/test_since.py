"""Time and marks since an occasion, in columns, are those of the reference on every day."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.days import over_days
from fingerpost.evaluate import Session
from fingerpost.history import HalfDay, History, Register, slot_of
from fingerpost.population.block import blocks_of
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost_dsl.model.policy import Policy
from tests.strategies import few
from tests.stretches import histories, history_of, policy_of, registers, school_days

DAYS = school_days(40)
MARKED = registers(DAYS, ["O", "O", "I", "X"], stretches=6, longest=12)
LACKING = registers(DAYS, ["O", "O", "X", None], stretches=6, longest=9)
UNITS = {"session": 3, "school day": 2}
EDGES = [f"{edge}{which}gone" for edge in ("", "the start of ", "the end of ") for which in ("", "first ")]
SAID = [
    *(
        f"{units} since {gone} is at least {least} {units}"
        for units, least in (("school days", 4), ("days", 9), ("school weeks", 1), ("working days", 6))
        for gone in EDGES
    ),
    *(f"count of {marks} since {gone} is 3 sessions" for marks in ("attended", "absent") for gone in EDGES),
    *(f"school days since {gone} is known" for gone in EDGES),
]


@cache
def policy(unit: str) -> Policy:
    """A named condition for each, about occasions of so many sessions, or school days."""
    conditions = "\n".join(f'condition c{n} "C{n}"\n  = {said}' for n, said in enumerate(SAID))
    return policy_of(
        f"""
occasion gone "Gone"
  = run of unauthorised of at least {UNITS[unit]} {unit}s
{conditions}
"""
    )


def agree(history: History, unit: str) -> int:
    """On each school day at once, and on some dates by themselves; how often the reference was asked."""
    own = policy(unit)
    session = Session.open(own, history, DAYS[-1])
    fallen_back = 0
    for block in blocks_of(session.records, history.pupils.values()):
        days = block.axis.school_days
        frame = Frame.on_school_days(block, own, len(days))
        dates = [DAYS[0], DAYS[7], DAYS[-8], DAYS[-1] + dt.timedelta(days=1)]
        alone = {day: Frame.on_date(block, own, day.toordinal()) for day in dates}
        for named in own.conditions.values():
            for negated in (False, True):
                found = truths(named.condition, frame, negated=negated)
                for row in range(len(frame)):
                    expected = over_days(named.condition, len(days), frame.scope(row), negated=negated)
                    assert found.row(row) == expected, SAID[int(named.name[1:])]
                for day, one in alone.items():
                    on_date = truths(named.condition, one, negated=negated)
                    for row in range(len(one)):
                        only = one.by_reference(named.condition, row, negated=negated)
                        assert on_date.row(row) == only, (SAID[int(named.name[1:])], day)
        fallen_back += sum(frame.shared.fallen_back.values())
        fallen_back += sum(n for one in alone.values() for n in one.shared.fallen_back.values())
    return fallen_back


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("marks", [MARKED, LACKING])
def test_nothing_falls_back(unit: str, marks: st.SearchStrategy[Register]) -> None:
    """With missing marks and without."""

    @settings(max_examples=few(12))
    @given(histories(DAYS, st.lists(marks, min_size=1, max_size=3)))
    def each(history: History) -> None:
        assert agree(history, unit) == 0

    each()


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "said",
    [
        "//OOOOOOOO//?///OOOOOOOO////",  # the first, and the latest, with a missing mark beside neither
        "//OOOOOOOO?OOOOOOOO//OOOOOO/",  # the first of a stretch is over, once a mark is missing
        "//OOO?OO////OOOOOOOO////////",  # one that may be, and then one that is
        "//OOOOOOOO////OOO?OO////////",  # one that is, and then one that may be
        "//??????//////OOOOOO////////",  # nothing but missing marks may be one
        "//O?//////////?/////////////",  # of two sessions, but one day
        "O?O//////////?//////////////",  # before there is anything to count
    ],
)
def test_with_a_missing_mark(unit: str, said: str) -> None:
    slots = [slot_of(day, half) for day in DAYS for half in HalfDay][: len(said)]
    marked = [(slot, sign) for slot, sign in zip(slots, said, strict=True) if sign != "?"]
    register = Register(tuple(slot for slot, _ in marked), tuple(code for _, code in marked))
    assert agree(history_of([register] * 2, DAYS, joined=[None, DAYS[0]]), unit) == 0
