"""Plain NumPy on code bytes: a byte for each session, looked up in a table for each set of codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.calendars import Windows
from benchmarks.population.data import ATTENDED, AUTHORISED, MISSING, NUMBER, UNAUTHORISED, Batch, Marks
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, RULES, Answers, Bits, Counts

CHUNK = 2_000
"""Pupils at a time, so that the working arrays stay in the cache."""

Flags = NDArray[np.bool_]
Lengths = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class State:
    """A batch as it is: it is in the right form already."""

    marks: Marks
    windows: tuple[Windows, ...]
    compulsory: tuple[NDArray[np.int32], NDArray[np.int32]]


def load(batch: Batch) -> State:
    """The first and last session of compulsory school age are worked out beforehand, as for every peer."""
    return State(batch.marks, batch.calendar.windows, batch.compulsory_sessions())


def _between(first: str, last: str) -> Callable[[Marks], Flags]:
    """Codes of one kind have numbers that follow one another, and two comparisons are far below a look-up."""
    low, high = np.uint8(NUMBER[first]), np.uint8(NUMBER[last])
    return lambda marks: marks - low <= high - low


_POSSIBLE = _between(ATTENDED[0], UNAUTHORISED[-1])
_ABSENT = _between(AUTHORISED[0], UNAUTHORISED[-1])
_UNAUTHORISED = _between(UNAUTHORISED[0], UNAUTHORISED[-1])
_ILLNESS, _HOLIDAY, _LATE, _LATE_AFTER, _APPOINTMENT, _PART_TIME = (
    np.uint8(NUMBER[code]) for code in ("I", "G", "L", "U", "M", "C2")
)


def one_date(state: State) -> Answers:
    """Counts, then rules, a cache-sized piece at a time."""
    pieces = [_counts(state, slice(at, at + CHUNK)) for at in range(0, len(state.marks), CHUNK)]
    counts = np.concatenate(pieces)
    return Answers(counts, *judge(counts))


def judge(counts: Counts) -> tuple[Bits, Bits]:
    """Which rules apply, and which may."""
    columns = {name: counts[:, at].astype(np.int64) for at, name in enumerate(COLUMNS)}
    return _packed(_CERTAIN, columns, len(counts)), _packed(_POSSIBLY, columns, len(counts))


_CERTAIN = [compile(rule.holds(certainly=True, conjunction=" & "), rule.name, "eval") for rule in RULES]
_POSSIBLY = [compile(rule.holds(certainly=False, conjunction=" & "), rule.name, "eval") for rule in RULES]


def _packed(rules: Sequence[CodeType], columns: Mapping[str, NDArray[Any]], pupils: int) -> Bits:
    bits = np.zeros(pupils, dtype=np.int64)
    for at, rule in enumerate(rules):
        bits |= eval(rule, {}, columns).astype(np.int64) << at  # noqa: S307 (our own rules)
    return bits


def _counts(state: State, rows: slice) -> Counts:
    now = state.windows[-1]
    marks = state.marks[rows, : now.until]
    year, weeks, half_term, term, lately = (
        marks[:, start:] for start in (now.year, now.weeks, now.half_term, now.term, now.lately)
    )
    first, end = (column[rows, None] for column in state.compulsory)
    sessions = np.arange(now.weeks, now.until, dtype=np.int32)
    of_age = (sessions >= first) & (sessions < end)
    missing, possible, absent, illness = year == MISSING, _POSSIBLE(year), _ABSENT(year), year == _ILLNESS
    found = (
        possible,
        absent,
        _UNAUTHORISED(year),
        illness,
        year == _HOLIDAY,
        missing,
        _UNAUTHORISED(weeks) & of_age,
        (weeks == MISSING) & of_age,
        (half_term == _LATE) | (half_term == _LATE_AFTER),
        half_term == MISSING,
        term == _APPOINTMENT,
        term == MISSING,
        lately == _PART_TIME,
        lately == MISSING,
    )
    attended, unmarked = possible & ~absent, missing.any(axis=1)
    sound = possible & ~illness
    runs = (
        *_either_way(_current, unmarked, (absent, attended | missing), (absent | missing, attended)),
        *_either_way(_longest, unmarked, (illness, sound | missing), (illness | missing, sound)),
    )
    return np.stack([*(_ones(flags) for flags in found), *runs], axis=1).astype(np.int32)


def _ones(flags: Flags) -> NDArray[np.uint16]:
    """How many of each row; three times as fast as `count_nonzero`."""
    counted: NDArray[np.uint16] = flags.view(np.uint8).sum(axis=1, dtype=np.uint16)
    return counted


def _either_way(
    run: Callable[[Flags, Flags], Lengths],
    unmarked: Flags,
    least: tuple[Flags, Flags],
    most: tuple[Flags, Flags],
) -> tuple[Lengths, Lengths]:
    """A run with missing marks breaking it, and with missing marks in it; the same where none is missing."""
    broken = run(*least)
    whole = broken.copy()
    whole[unmarked] = run(*(flags[unmarked] for flags in most))
    return broken, whole


def _current(inside: Flags, breaks: Flags) -> Lengths:
    """How many sessions inside lie after the last break; asked only of those who have no break at the end."""
    found = np.zeros(len(inside), dtype=np.int16)
    rows = np.flatnonzero(~breaks[:, -1])
    back = breaks[rows, ::-1]
    length = np.where(back.any(axis=1), back.argmax(axis=1), back.shape[1])
    since = np.arange(back.shape[1]) < length[:, None]
    found[rows] = np.count_nonzero(inside[rows, ::-1] & since, axis=1)
    return found


def _longest(inside: Flags, breaks: Flags) -> Lengths:
    """The most sessions inside without a break between them, session by session for all pupils at once."""
    found = np.zeros(len(inside), dtype=np.int16)
    rows = np.flatnonzero(inside.any(axis=1))
    more = np.ascontiguousarray(inside[rows].T).astype(np.int16)
    keep = np.ascontiguousarray(~breaks[rows].T).astype(np.int16)
    run, best = np.zeros(len(rows), dtype=np.int16), np.zeros(len(rows), dtype=np.int16)
    for one, kept in zip(more, keep, strict=True):
        run += one
        run *= kept
        np.maximum(best, run, out=best)
    found[rows] = best
    return found


def every_day(state: State) -> Answers:
    """As on every school day: running totals at a day's end less those at the beginning of each window."""
    parts = [
        _judged_daily(state, slice(at, at + CHUNK_DAILY)) for at in range(0, len(state.marks), CHUNK_DAILY)
    ]
    applies, may_apply = (np.concatenate(found) for found in zip(*parts, strict=True))
    return Answers(None, applies, may_apply)


CHUNK_DAILY = 64
"""Pupils at a time on all days."""


def _judged_daily(state: State, rows: slice) -> tuple[Bits, Bits]:
    columns = _daily(state, rows)
    size = columns["possible"].size
    flat = {name: column.reshape(size) for name, column in columns.items()}
    return _packed(_CERTAIN, flat, size), _packed(_POSSIBLY, flat, size)


def _daily(state: State, rows: slice) -> dict[str, NDArray[np.int32]]:
    """The counts, a row for each pupil and a column for each school day. The year begins with the first."""
    marks = state.marks[rows]
    ends = np.array([day.until for day in state.windows])
    first, end = (column[rows, None] for column in state.compulsory)
    sessions = np.arange(marks.shape[1])
    of_age = (sessions >= first) & (sessions < end)
    missing, possible, absent = marks == MISSING, _POSSIBLE(marks), _ABSENT(marks)
    unauthorised, illness = _UNAUTHORISED(marks), marks == _ILLNESS
    late = (marks == _LATE) | (marks == _LATE_AFTER)

    def since(flags: Flags, window: str) -> NDArray[np.int32]:
        totals = _totals(flags)
        starts = np.array([getattr(day, window) for day in state.windows])
        return totals[:, ends] - totals[:, starts]

    found = {
        "possible": since(possible, "year"),
        "absent": since(absent, "year"),
        "unauthorised": since(unauthorised, "year"),
        "illness": since(illness, "year"),
        "holiday": since(marks == _HOLIDAY, "year"),
        "missing": since(missing, "year"),
        "recent": since(unauthorised & of_age, "weeks"),
        "recent_missing": since(missing & of_age, "weeks"),
        "late": since(late, "half_term"),
        "late_missing": since(missing, "half_term"),
        "appointments": since(marks == _APPOINTMENT, "term"),
        "appointments_missing": since(missing, "term"),
        "part_time": since(marks == _PART_TIME, "lately"),
        "part_time_missing": since(missing, "lately"),
    }
    attended, sound = possible & ~absent, possible & ~illness
    longest = np.maximum.accumulate
    found["absent_run"] = _runs(absent, attended | missing)[:, ends]
    found["absent_run_most"] = _runs(absent | missing, attended)[:, ends]
    found["illness_run"] = longest(_runs(illness, sound | missing), axis=1)[:, ends]
    found["illness_run_most"] = longest(_runs(illness | missing, sound), axis=1)[:, ends]
    return found


def _totals(flags: Flags) -> NDArray[np.int32]:
    """How many of the first 0, 1, 2 … sessions."""
    totals = np.zeros((len(flags), flags.shape[1] + 1), dtype=np.int32)
    np.cumsum(flags, axis=1, dtype=np.int32, out=totals[:, 1:])
    return totals


def _runs(inside: Flags, breaks: Flags) -> NDArray[np.int32]:
    """The run at the end of the first 0, 1, 2 … sessions."""
    totals = _totals(inside)
    before = np.zeros_like(totals)
    np.multiply(totals[:, 1:], breaks, out=before[:, 1:])
    running: NDArray[np.int32] = totals - np.maximum.accumulate(before, axis=1)
    return running


PEER = Peer(
    title="NumPy on code bytes",
    needs=("numpy",),
    start="import numpy",
    load=load,
    one_date=one_date,
    every_day=every_day,
)
