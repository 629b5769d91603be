"""Runs, weeks with and the most in any stretch, in columns, are those of the reference on every day."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.days import over_days
from fingerpost.evaluate import Session
from fingerpost.history import History
from fingerpost.population.block import blocks_of
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost_dsl.model.policy import Policy
from tests.strategies import few
from tests.stretches import histories, policy_of, registers, school_days

DAYS = school_days(40)
REGISTERS = registers(DAYS, ["O", "I", "O", "I", "X", None], stretches=6, longest=12)
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
    return policy_of("\n".join(f'condition c{n} "C{n}"\n  = {said}' for n, said in enumerate(SAID)))


@settings(max_examples=few(8))
@given(histories(DAYS, st.lists(REGISTERS, min_size=1, max_size=4)))
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
