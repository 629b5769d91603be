"""Plain NumPy on code bytes: a byte for each session, looked up in a table for each set of codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import CodeType

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


def _packed(rules: Sequence[CodeType], columns: dict[str, NDArray[np.int64]], pupils: int) -> Bits:
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


PEER = Peer(
    title="NumPy on code bytes",
    needs=("numpy",),
    start="import numpy",
    load=load,
    one_date=one_date,
)
