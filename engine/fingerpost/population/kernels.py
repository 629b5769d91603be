"""What is counted for every pupil on every day: in NumPy, or as machine code where numba is installed.

Both say the same, bit for bit (tests/population/test_kernels.py); the extra `fast` installs numba. Compiled
code takes a second to load, so that it serves from `WORTHWHILE` pupils on.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.circuits import Gates, followed
from fingerpost.population.truths import (
    Flags,
    Rows,
    Words,
    any_bit,
    flags_of,
    ones_before,
    packed_rows,
    width,
)

Counts = NDArray[np.int16]
"""A number for each row on each day; no record has more sessions than fit in."""
Places = NDArray[np.int64]
"""A session by its number, for each day."""

Ints = TypeVar("Ints", Words, Counts)
P = ParamSpec("P")
T = TypeVar("T")

Lines = NDArray[np.int64]
"""A row for each line: a part, a whole, and 1 if it must be passed."""

Pairs = NDArray[np.int64]
"""A row for each count: the place of a plane, and of a mask."""

WholeDays = tuple[Pairs, Words]
"""A row for each pair of planes, and the sessions that follow another of the same date."""

InMasks = tuple[Pairs, Words]
"""What is counted, and the masks, a row for each."""

_AT_ONCE = 2048
_COUNTED_AT_ONCE = 4096
_PUT_TOGETHER = 2048
MOST_NUMBERS = 1 << 62
"""What a combination of numbers may come to."""
SPARSE = 4
"""Numbers of which there may be more than so many for each row are looked for; else each has a place."""
_FEW = 400
"""So few rows are added up one by one."""
_SMALL = 1 << 30
"""Below this the difference of two products stays within 32 bits."""
WORTHWHILE = 2000
"""For fewer pupils NumPy is done before the compiled code has been loaded."""


@cache
def compiled() -> ModuleType | None:
    """The compiled functions; None where numba is not installed."""
    if find_spec("numba") is None:
        return None
    return import_module(_MODULE)


_MODULE = "fingerpost.population.compiled"
"""Imports numba."""


def _quick(function: Callable[Concatenate[Ints, P], T]) -> Callable[Concatenate[Ints, P], T]:
    """The compiled function of the same name in place of one, where that is worthwhile.

    Once there is compiled code, it is quicker for few pupils too.
    """

    @wraps(function)
    def chosen(rows: Ints, /, *others: P.args, **named: P.kwargs) -> T:
        module = compiled() if rows.shape[-2] >= WORTHWHILE or _MODULE in sys.modules else None
        use: Callable[Concatenate[Ints, P], T] = getattr(module, function.__name__, function)
        return use(rows, *others, **named)

    return chosen


def _quick_once_loaded(function: Callable[P, T]) -> Callable[P, T]:
    """The same of what is no reason to load compiled code, however many rows there are."""

    @wraps(function)
    def chosen(*args: P.args, **named: P.kwargs) -> T:
        module = compiled() if _MODULE in sys.modules else None
        use: Callable[P, T] = getattr(module, function.__name__, function)
        return use(*args, **named)

    return chosen


def totals_by_session(plane: Words, sessions: int) -> Counts:
    """How many of the first 0, 1, 2 … sessions each row has in the plane: a *column* for each row.

    In NumPy it is some times quicker to add up all rows for one session than all sessions of one row.
    """
    octets = np.ascontiguousarray(plane).astype("<u8", copy=False).view(np.uint8)
    if len(plane) < _FEW:
        bits = np.unpackbits(octets, axis=1, count=sessions, bitorder="little")
        few = np.zeros((len(plane), sessions + 1), dtype=np.int16)
        np.cumsum(bits, axis=1, out=few[:, 1:])
        return few.T
    octets = np.ascontiguousarray(octets.T)
    places = np.arange(8, dtype=np.uint8)[:, None]
    totals = np.zeros((sessions + 1, len(plane)), dtype=np.int16)
    for octet in range((sessions + 7) // 8):
        bits = (octets[octet] >> places & np.uint8(1)).astype(np.int16)
        for session in range(octet * 8, min(octet * 8 + 8, sessions)):
            np.add(totals[session], bits[session & 7], out=totals[session + 1])
    return totals


def packed_columns(flags: Flags) -> Words:
    """Flags, a column for each pupil and a row for each day, as words: a row for each pupil."""
    days, rows = flags.shape
    filled = np.zeros((width(days) * 8, 8, rows), dtype=np.uint8)
    filled.reshape(width(days) * 64, rows)[:days] = flags
    octets = filled[:, 0]
    for place in range(1, 8):
        octets |= filled[:, place] << np.uint8(place)
    return np.ascontiguousarray(octets.T).view("<u8").astype(np.uint64, copy=False)


@_quick
def running_totals(plane: Words, sessions: int) -> Counts:
    """How many of the first 0, 1, 2 … sessions are in the plane, a row for each pupil."""
    return np.ascontiguousarray(totals_by_session(plane, sessions).T)


@_quick
def counts_in_stretches(plane: Words, starts: Places, ends: Places, sessions: int) -> Counts:
    """How many sessions of each row lie from `starts` up to, and without, `ends`: a column for each day."""
    return np.ascontiguousarray(_counts_by_day(plane, starts, ends, sessions).T)


@_quick
def counts_in_masks(plane: Words, masks: NDArray[np.uint64], which: Places) -> Counts:
    """How many sessions of each row lie in each day's mask: a column for each day.

    `masks` has a layer for each group of rows, a row for each day; `which` says of which group each row is.
    """
    counts = np.zeros((len(plane), masks.shape[1]), dtype=np.int16)
    for row, group in enumerate(which.tolist()):
        counts[row] = np.bitwise_count(masks[group] & plane[row]).sum(axis=1, dtype=np.int16)
    return counts


def _counts_by_day(plane: Words, starts: Places, ends: Places, sessions: int) -> Counts:
    """The same, a row for each day."""
    totals = totals_by_session(plane, sessions)
    counts = totals[ends]
    counts -= totals[starts]
    return counts


@_quick
def counts_reaching(plane: Words, starts: Places, ends: Places, least: int) -> Words:
    """The days on which at least so many sessions of a row lie in the day's stretch, as bits."""
    sessions = int(ends.max(initial=0))
    return _in_parts(
        (plane,), lambda one: packed_columns(_counts_by_day(one, starts, ends, sessions) >= least)
    )


@_quick
def shares_in_stretches(
    chosen: Words, possible: Words, starts: Places, ends: Places, lines: Lines
) -> NDArray[np.uint64]:
    """For each line the days on which the share of `chosen` in `possible` reaches it, as bits.

    A line is a part, a whole, and 1 if it must be passed, all less than 2³¹. A last layer has the days in
    whose stretch no session is possible.
    """
    sessions = int(ends.max(initial=0))

    def judged(one: Words, other: Words) -> NDArray[np.uint64]:
        counts = _counts_by_day(one, starts, ends, sessions)
        of = _counts_by_day(other, starts, ends, sessions)
        small = bool((np.abs(lines) * (sessions + 1) < _SMALL).all())
        sort = np.int32 if small else np.int64
        layers = [
            packed_columns(np.multiply(counts, whole, dtype=sort) - np.multiply(of, part, dtype=sort) >= over)
            for part, whole, over in lines.tolist()
        ]
        return np.stack([*layers, packed_columns(of == 0)])

    return _in_parts((chosen, possible), judged, axis=1)


def _in_parts(planes: tuple[Words, ...], judge: Callable[..., Words], axis: int = 0) -> Words:
    """Some rows at a time, so that what is worked out of them stays in a processor's cache."""
    rows = len(planes[0])
    if rows <= _AT_ONCE:
        return judge(*planes)
    starts = range(0, rows, _AT_ONCE)
    parts = [judge(*(plane[start : start + _AT_ONCE] for plane in planes)) for start in starts]
    return np.concatenate(parts, axis=axis)


@_quick
def planes_of_sets(
    planes: Words, gates: Gates, places: Places, pupils: Places, within: Words
) -> NDArray[np.uint64]:
    """The planes of sets of codes, for some pupils: what a circuit makes of those of the register.

    `planes`, `gates` and `pupils` are those of `count_together`, `places` those of the sets, of which each
    has a layer. Only sessions `within` its row are in it. Some pupils after others, so that what is put
    together stays at hand.
    """
    found = np.empty((len(places), len(pupils), planes.shape[2]), dtype=np.uint64)
    for first in range(0, len(pupils), _PUT_TOGETHER):
        here = slice(first, first + _PUT_TOGETHER)
        held = followed(gates, list(planes[:, pupils[here]]))
        for number, place in enumerate(places.tolist()):
            np.bitwise_and(held[place], within[number], out=found[number, here])
    return found


@_quick
def count_together(
    planes: Words, pupils: Rows, gates: Gates, whole_days: WholeDays, counted: InMasks
) -> Counts:
    """How many sessions of some planes lie within some masks: a *row* for each pair, a column for each pupil.

    `planes` are those of the register: a layer for each bit, of which each of the `pupils` has a row. `gates`
    say what further planes are made of them (`circuits.py`). After these stands one for each pair of planes
    of `whole_days`, as `first_of_whole_days` has it. `counted` are pairs of these and of masks. All is done
    with some pupils before the next ones, so that their planes stay at hand.
    """
    pairs, masks = counted
    found = np.zeros((len(pairs), len(pupils)), dtype=np.int16)
    days, seconds = whole_days
    for first in range(0, len(pupils), _COUNTED_AT_ONCE):
        here = slice(first, first + _COUNTED_AT_ONCE)
        held = followed(gates, [np.ascontiguousarray(plane.T) for plane in planes[:, pupils[here]]])
        held += [first_of_whole_days(held[one].T, held[other].T, seconds).T for one, other in days.tolist()]
        for pair, (place, mask) in enumerate(pairs.tolist()):
            words = np.flatnonzero(masks[mask])
            if len(words):
                inside = slice(words[0], words[-1] + 1)
                chosen = held[place][inside] & masks[mask, inside, None]
                np.bitwise_count(chosen).sum(axis=0, dtype=np.int16, out=found[pair, here])
    return found


@_quick
def lengths_of_runs(
    counting: Words, breaks: Words, starts: Places, ends: Places, sessions: int
) -> tuple[Counts, Flags]:
    """What is counted between the last break in each day's stretch and its end; whether there is none."""
    totals = running_totals(counting, sessions)
    places = np.arange(1, sessions + 1, dtype=np.int16)
    last = np.zeros((len(counting), sessions + 1), dtype=np.int16)
    np.maximum.accumulate(np.where(flags_of(breaks, sessions), places, 0), axis=1, out=last[:, 1:])
    since = last[:, ends]
    whole = since <= starts
    begun = np.maximum(since, starts).astype(np.intp)
    return totals[:, ends] - np.take_along_axis(totals, begun, axis=1), whole


@_quick
def longest_runs(counting: Words, breaks: Words, starts: Places, ends: Places, sessions: int) -> Counts:
    """The most that is counted between two breaks in each day's stretch.

    Days whose stretches begin alike and grow are one walk over the sessions, for all rows together.
    """
    steps = np.ascontiguousarray(flags_of(counting, sessions).T, dtype=np.int16)
    goes_on = np.ascontiguousarray(~flags_of(breaks, sessions).T, dtype=np.int16)
    longest = np.zeros((len(starts), len(counting)), dtype=np.int16)
    begun = at = -1
    length = most = np.zeros(len(counting), dtype=np.int16)
    for day, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        if start != begun or end < at:
            begun = at = start
            length = most = np.zeros(len(counting), dtype=np.int16)
        for session in range(at, end):
            length = (length + steps[session]) * goes_on[session]
            most = np.maximum(most, length)
        at = max(at, end)
        longest[day] = most
    return np.ascontiguousarray(longest.T)


@_quick
def long_stretches(members: Words, breaks: Words, counting: Words, least: int) -> tuple[Words, Words]:
    """The members between one break and the next of which so many, `least` or more, are `counting`, too.

    And the first of each such stretch. `least` is 1 or more.
    """
    rows, places = places_of(members)
    broken = ones_before(breaks, rows, places)
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (rows[1:] != rows[:-1]) | (broken[1:] != broken[:-1])
    number = np.cumsum(begins) - 1
    long = np.bincount(number[flags_at(counting, rows, places)], minlength=len(rows) + 1)[number] >= least
    flags = np.zeros((2, len(members), members.shape[1] * 64), dtype=np.bool_)
    flags[0, rows, places] = long
    flags[1, rows, places] = long & begins
    return packed_rows(flags[0]), packed_rows(flags[1])


@_quick
def flags_at(words: Words, rows: Rows, places: Rows) -> Flags:
    """Whether rows have the bits at some places, one place for each of the rows."""
    bits = words[rows, places >> 6] >> (places & 63).astype(np.uint64) & np.uint64(1)
    return np.asarray(bits, dtype=np.bool_)


@_quick
def places_of(words: Words) -> tuple[Rows, Rows]:
    """The row and the place of every bit, in order.

    >>> from fingerpost.bit_rows import rows_of
    >>> [places.tolist() for places in places_of(rows_of([0, 5, 1 << 69], 70))]
    [[1, 1, 2], [0, 2, 69]]
    """
    rows, columns = np.nonzero(words)  # only words that have any are looked at
    which, bits = np.nonzero(flags_of(words[rows, columns][:, None], 64))
    return rows[which], columns[which] * 64 + bits


@_quick
def lacks_any(words: Words, within: Words) -> Flags:
    """Which rows lack any bit of the row `within`.

    >>> from fingerpost.bit_rows import rows_of
    >>> lacks_any(rows_of([7, 5], 3), rows_of([6], 3)).tolist()
    [False, True]
    """
    return any_bit(within & ~words)


@_quick
def at_least(values: Counts, least: int) -> Words:
    """The days on which a value is that or more, as bits."""
    return packed_rows(values >= least)


@_quick
def shares_reaching(values: Counts, of: Counts, part: int, whole: int, strict: bool) -> Words:
    """The days on which `values` of `of` are at least (if `strict`, more than) `part` of `whole`, as bits.

    `part` and `whole` are less than 2³¹, so that their products with counts stay within 64 bits.
    """
    left, right = values.astype(np.int64) * whole, of.astype(np.int64) * part
    return packed_rows(left > right if strict else left >= right)


@_quick
def first_and_latest(true: Words, false: Words, length: int) -> NDArray[np.int32]:
    """The first, the trigger and the last day of the first and of the latest spell; -1 where there is none.

    Six rows. A spell is a stretch of days that are not false, with a day that is true; it triggers on the
    first of these (meaning 20).
    """
    if not length or not len(true):
        return np.full((6, len(true)), -1, dtype=np.int32)
    none = np.zeros(len(true), dtype=np.int64)
    first_true, last_true = _first_bit(true, none, length), _last_bit(true, none + length)
    start = _last_bit(false, last_true) + 1
    found = (
        _last_bit(false, first_true) + 1,
        first_true,
        _first_bit(false, first_true, length) - 1,
        start,
        _first_bit(true, start, length),
        _first_bit(false, last_true, length) - 1,
    )
    return np.where(first_true < length, np.stack(found), -1).astype(np.int32)


def _first_bit(words: Words, since: Places, none: int) -> Places:
    """The first bit of each row at or after a place; `none` where there is none."""
    found = np.full(len(words), none, dtype=np.int64)
    for column in range(words.shape[1] - 1, -1, -1):
        before = np.clip(since - 64 * column, 0, 64)
        bits = words[:, column] & ~_lowest(before)
        place = np.bitwise_count((bits & (~bits + np.uint64(1))) - np.uint64(1))
        found = np.where(bits != 0, 64 * column + place.astype(np.int64), found)
    return np.minimum(found, none)


def _last_bit(words: Words, until: Places) -> Places:
    """The last bit of each row before a place; -1 where there is none."""
    found = np.full(len(words), -1, dtype=np.int64)
    for column in range(words.shape[1]):
        bits = words[:, column] & _lowest(np.clip(until - 64 * column, 0, 64))
        for shift in (1, 2, 4, 8, 16, 32):
            bits |= bits >> np.uint64(shift)
        place = np.bitwise_count(bits).astype(np.int64) - 1
        found = np.where(place >= 0, 64 * column + place, found)
    return found


@_quick_once_loaded
def combine(combined: Places, size: int, numbers: Places) -> int:
    """Adds a number to each combination of numbers, in place; and says how many there may be then.

    Combinations are from 0 up to, and without, `size`, in the order of what they are of. Where there may come
    to be more than `MOST_NUMBERS`, they are left as they are, and it says 0. There is at least one row.
    """
    least, most = int(numbers.min()), int(numbers.max())
    many = most - least + 1
    if size * many > MOST_NUMBERS:
        return 0
    if many > 1:
        combined *= many
        combined += numbers
        combined -= least
    return size * many


@_quick_once_loaded
def distinct_numbers(numbers: Places, size: int) -> tuple[Places, Places]:
    """The first place of each distinct number, in their order; and for each place which it has.

    The numbers are from 0 up to, and without, `size`; where that is large they may be any.
    """
    if size > SPARSE * len(numbers):
        _, first, which = np.unique(numbers, return_index=True, return_inverse=True)
        return first, which
    place = np.full(size, -1, dtype=np.int64)
    place[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    present = np.flatnonzero(place >= 0)
    order = np.empty(size, dtype=np.int64)
    order[present] = np.arange(len(present))
    return place[present], order[numbers]


_LOWEST = np.array([(1 << bits) - 1 for bits in range(65)], dtype=np.uint64)


def _lowest(bits: Places) -> NDArray[np.uint64]:
    """Words whose lowest bits are set, so many of them."""
    return _LOWEST.take(bits)


def first_of_whole_days(inside: Words, others: Words, seconds: Words) -> Words:
    """One bit for each day all of whose possible sessions are inside: at the first of them that is.

    `seconds` is a row of the sessions that follow another of the same date. Words suffice for it, so that it
    needs no compiled twin.
    """
    first = _moved_down(seconds)
    broken = others | _moved_down(others) & first | _moved_up(inside | others) & seconds
    found: Words = inside & ~broken
    return found


def _moved_down(words: Words) -> Words:
    """Each bit in the place of the one before it."""
    moved = words >> np.uint64(1)
    moved[:, :-1] |= words[:, 1:] << np.uint64(63)
    return moved


def _moved_up(words: Words) -> Words:
    """Each bit in the place of the one after it."""
    moved = words << np.uint64(1)
    moved[:, 1:] |= words[:, :-1] >> np.uint64(63)
    return moved
