"""The counting of `kernels.py` as machine code, compiled by numba: the same answers, bit for bit.

Each function goes over the pupils one by one and keeps what it needs of one of them at hand, where NumPy goes
over all of them once for every step. Only `kernels.py` imports this, and only if numba is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Counts = NDArray[np.int16]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
F = TypeVar("F", bound=Callable[..., object])


def _compiled(function: F) -> F:
    """Compiled when it is first called, and kept on disk for the next time."""
    found: F = njit(cache=True, nogil=True)(function)
    return found


@_compiled
def running_totals(plane: Words, sessions: int) -> Counts:
    """How many of the first 0, 1, 2 … sessions are in the plane, a row for each pupil."""
    totals = np.empty((len(plane), sessions + 1), dtype=np.int16)
    for row in range(len(plane)):
        total = np.int16(0)
        totals[row, 0] = 0
        for session in range(sessions):
            word = plane[row, session >> 6]
            total += np.int16((word >> np.uint64(session & 63)) & np.uint64(1))
            totals[row, session + 1] = total
    return totals


@_compiled
def counts_in_stretches(plane: Words, starts: Places, ends: Places, sessions: int) -> Counts:
    """How many sessions of each row lie from `starts` up to, and without, `ends`: a column for each day."""
    counts = np.empty((len(plane), len(starts)), dtype=np.int16)
    totals = np.zeros(sessions + 1, dtype=np.int16)
    for row in range(len(plane)):
        total = np.int16(0)
        for session in range(sessions):
            word = plane[row, session >> 6]
            total += np.int16((word >> np.uint64(session & 63)) & np.uint64(1))
            totals[session + 1] = total
        for day in range(len(starts)):
            counts[row, day] = totals[ends[day]] - totals[starts[day]]
    return counts


@_compiled
def lengths_of_runs(
    counting: Words, breaks: Words, starts: Places, ends: Places, sessions: int
) -> tuple[Counts, Flags]:
    """What is counted between the last break in each day's stretch and its end; whether there is none."""
    counts = np.empty((len(counting), len(starts)), dtype=np.int16)
    whole = np.empty((len(counting), len(starts)), dtype=np.bool_)
    totals = np.zeros(sessions + 1, dtype=np.int16)
    last = np.zeros(sessions + 1, dtype=np.int16)
    for row in range(len(counting)):
        for session in range(sessions):
            bit = np.uint64(session & 63)
            word = session >> 6
            totals[session + 1] = totals[session] + np.int16((counting[row, word] >> bit) & np.uint64(1))
            broken = (breaks[row, word] >> bit) & np.uint64(1)
            last[session + 1] = session + 1 if broken else last[session]
        for day in range(len(starts)):
            since = last[ends[day]]
            whole[row, day] = since <= starts[day]
            begun = max(since, starts[day])
            counts[row, day] = totals[ends[day]] - totals[begun]
    return counts, whole


@_compiled
def longest_stretches(members: Words, breaks: Words, sessions: int) -> Counts:
    """The most members of each row between two breaks."""
    longest = np.zeros(len(members), dtype=np.int16)
    for row in range(len(members)):
        length = most = 0
        for session in range(sessions):
            bit = np.uint64(session & 63)
            word = session >> 6
            if (breaks[row, word] >> bit) & np.uint64(1):
                length = 0
            elif (members[row, word] >> bit) & np.uint64(1):
                length += 1
                most = max(most, length)
        longest[row] = most
    return longest


@_compiled
def at_least(values: Counts, least: int) -> Words:
    """The days on which a value is that or more, as bits."""
    rows, days = values.shape
    found = np.zeros((rows, (days + 63) // 64), dtype=np.uint64)
    for row in range(rows):
        for day in range(days):
            if values[row, day] >= least:
                found[row, day >> 6] |= np.uint64(1) << np.uint64(day & 63)
    return found


@_compiled
def shares_reaching(values: Counts, of: Counts, part: int, whole: int, strict: bool) -> Words:
    """The days on which `values` of `of` are at least (if `strict`, more than) `part` of `whole`, as bits."""
    rows, days = values.shape
    found = np.zeros((rows, (days + 63) // 64), dtype=np.uint64)
    for row in range(rows):
        for day in range(days):
            left, right = np.int64(values[row, day]) * whole, np.int64(of[row, day]) * part
            if left > right or (left == right and not strict):
                found[row, day >> 6] |= np.uint64(1) << np.uint64(day & 63)
    return found


@_compiled
def first_and_latest(true: Words, false: Words, length: int) -> NDArray[np.int32]:
    """First day, trigger and last day of the first spell, then of the latest one; -1 where there is none."""
    found = np.full((6, len(true)), -1, dtype=np.int32)
    one = np.uint64(1)
    for row in range(len(true)):
        begun = 0
        trigger = -1
        for day in range(length):
            bit = np.uint64(day & 63)
            word = day >> 6
            if (false[row, word] >> bit) & one:
                if trigger >= 0:
                    if found[1, row] < 0:
                        found[0, row], found[1, row], found[2, row] = begun, trigger, day - 1
                    found[3, row], found[4, row], found[5, row] = begun, trigger, day - 1
                begun, trigger = day + 1, -1
            elif trigger < 0 and (true[row, word] >> bit) & one:
                trigger = day
        if trigger >= 0:
            if found[1, row] < 0:
                found[0, row], found[1, row], found[2, row] = begun, trigger, length - 1
            found[3, row], found[4, row], found[5, row] = begun, trigger, length - 1
    return found


@_compiled
def first_of_whole_days(inside: Words, others: Words, seconds: Flags, sessions: int) -> Words:
    """One bit for each day all of whose possible sessions are inside: at the first of them that is.

    `seconds` says which sessions follow another of the same date.
    """
    found = np.zeros_like(inside)
    one = np.uint64(1)
    for row in range(len(inside)):
        session = 0
        while session < sessions:
            both = session + 1 < sessions and seconds[session + 1]
            bit, word = np.uint64(session & 63), session >> 6
            first_in = (inside[row, word] >> bit) & one
            other = (others[row, word] >> bit) & one
            if both:
                next_bit, next_word = np.uint64((session + 1) & 63), (session + 1) >> 6
                second_in = (inside[row, next_word] >> next_bit) & one
                other |= (others[row, next_word] >> next_bit) & one
                if second_in and not first_in and not other:
                    found[row, next_word] |= one << next_bit
            if first_in and not other:
                found[row, word] |= one << bit
            session += 2 if both else 1
    return found
