"""A plain loop in Python over each pupil's marks, as one would write it for a single pupil."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.population.calendars import Windows
from benchmarks.population.data import (
    ABSENT,
    ATTENDED,
    MISSING,
    NUMBER,
    UNAUTHORISED,
    Batch,
)
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, RULES, Answers

_ATTENDED, _ABSENT, _UNAUTHORISED = (
    frozenset(NUMBER[code] for code in codes) for codes in (ATTENDED, ABSENT, UNAUTHORISED)
)
_ILLNESS, _HOLIDAY, _APPOINTMENT, _PART_TIME = (NUMBER[code] for code in ("I", "G", "M", "C2"))
_LATE = frozenset({NUMBER["L"], NUMBER["U"]})


@dataclass(frozen=True)
class State:
    """A bytes object for each pupil."""

    marks: list[bytes]
    compulsory: list[tuple[int, int]]
    windows: tuple[Windows, ...]


def load(batch: Batch) -> State:
    """The marks of each pupil."""
    first, end = batch.compulsory_sessions()
    return State(
        [row.tobytes() for row in batch.marks],
        list(zip(first.tolist(), end.tolist(), strict=True)),
        batch.calendar.windows,
    )


def counts_of(marks: bytes, first: int, end: int, now: Windows) -> tuple[int, ...]:
    """The counts of one pupil; attending, which is most of a register, is settled first."""
    possible = absent = unauthorised = illness = holiday = missing = recent = recent_missing = 0
    late = late_missing = appointments = appointments_missing = part_time = part_time_missing = 0
    absent_run = absent_run_most = ill_run = ill_run_most = longest_ill = longest_ill_most = 0
    for session in range(now.year, now.until):
        mark = marks[session]
        if mark in _ATTENDED:
            possible += 1
            absent_run = absent_run_most = ill_run = ill_run_most = 0
            if mark in _LATE and session >= now.half_term:
                late += 1
        elif mark in _ABSENT:
            possible += 1
            absent += 1
            absent_run += 1
            absent_run_most += 1
            if mark == _ILLNESS:
                illness += 1
                ill_run += 1
                ill_run_most += 1
                longest_ill = max(longest_ill, ill_run)
                longest_ill_most = max(longest_ill_most, ill_run_most)
            else:
                ill_run = ill_run_most = 0
            if mark in _UNAUTHORISED:
                unauthorised += 1
                if session >= now.weeks and first <= session < end:
                    recent += 1
                if mark == _HOLIDAY:
                    holiday += 1
                elif mark in _LATE and session >= now.half_term:
                    late += 1
            elif mark == _APPOINTMENT and session >= now.term:
                appointments += 1
            elif mark == _PART_TIME and session >= now.lately:
                part_time += 1
        elif mark == MISSING:
            missing += 1
            absent_run = ill_run = 0
            absent_run_most += 1
            ill_run_most += 1
            longest_ill_most = max(longest_ill_most, ill_run_most)
            recent_missing += session >= now.weeks and first <= session < end
            late_missing += session >= now.half_term
            appointments_missing += session >= now.term
            part_time_missing += session >= now.lately
    return (
        *(possible, absent, unauthorised, illness, holiday, missing, recent, recent_missing),
        *(late, late_missing, appointments, appointments_missing, part_time, part_time_missing),
        *(absent_run, absent_run_most, longest_ill, longest_ill_most),
    )


def _judge_source(*, certainly: bool) -> str:
    bits = " | ".join(f"(({rule.holds(certainly=certainly)}) << {at})" for at, rule in enumerate(RULES))
    return f"lambda {', '.join(COLUMNS)}: {bits}"


_APPLIES = eval(_judge_source(certainly=True))  # noqa: S307 (our own rules)
_MAY_APPLY = eval(_judge_source(certainly=False))  # noqa: S307


def one_date(state: State) -> Answers:
    """One pupil after another."""
    now = state.windows[-1]
    counts, applies, may_apply = [], [], []
    for marks, (first, end) in zip(state.marks, state.compulsory, strict=True):
        found = counts_of(marks, first, end, now)
        counts.append(found)
        applies.append(_APPLIES(*found))
        may_apply.append(_MAY_APPLY(*found))
    return Answers(
        np.array(counts, dtype=np.int32), np.array(applies, np.int64), np.array(may_apply, np.int64)
    )


PEER = Peer(
    title="Python loop",
    needs=(),
    start="pass",
    load=load,
    one_date=one_date,
)
