"""The counting of `kernels.py` as machine code, compiled by numba: the same answers, bit for bit.

Each function goes over the pupils one by one and keeps what it needs of one of them at hand, where NumPy goes
over all of them once for every step. Only `kernels.py` imports this, and only if numba is installed.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from fingerpost.population.circuits import Gate
from fingerpost.population.compiled_distinct import combine, distinct_numbers
from fingerpost.population.compiled_lines import (
    count_until,
    count_words,
    counts_reaching,
    list_bits,
    shares_in_stretches,
)
from fingerpost.population.compiling import NUMBERS, PLANES, TABLE, WORDS, as_machine_code, once_for, ones

Words = NDArray[np.uint64]
Counts = NDArray[np.int16]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

__all__ = [
    "at_least",
    "combine",
    "count_together",
    "counts_in_masks",
    "counts_in_stretches",
    "counts_reaching",
    "distinct_numbers",
    "first_and_latest",
    "flags_at",
    "lacks_any",
    "lengths_of_runs",
    "long_stretches",
    "longest_runs",
    "places_of",
    "planes_of_sets",
    "running_totals",
    "shares_in_stretches",
    "shares_reaching",
]

_AND, _OR, _LESS, _NOT_OR = (int(gate) for gate in (Gate.AND, Gate.OR, Gate.LESS, Gate.NOT_OR))
_TOGETHER = 32
"""Pupils whose planes are gone through together."""


@as_machine_code
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


@as_machine_code
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


@as_machine_code
def counts_in_masks(plane: Words, masks: Words, which: Places) -> Counts:
    """How many sessions of each row lie in each day's mask: a column for each day."""
    counts = np.zeros((len(plane), masks.shape[1]), dtype=np.int16)
    for row in range(len(plane)):
        group = which[row]
        for word in range(plane.shape[1]):
            marks = plane[row, word]
            if marks:
                for day in range(masks.shape[1]):
                    counts[row, day] += np.int16(ones(marks & masks[group, day, word]))
    return counts


@as_machine_code
def _follow(gates: Places, held: Words, bits: int) -> None:
    """Writes what each step makes after the planes that are held."""
    for step in range(len(gates)):
        gate = gates[step, 0]
        a, b, c = held[gates[step, 1]], held[gates[step, 2]], held[gates[step, 3]]
        made = held[bits + step]
        if gate == _AND:
            for place in range(len(made)):
                made[place] = a[place] & b[place]
        elif gate == _OR:
            for place in range(len(made)):
                made[place] = a[place] | b[place]
        elif gate == _LESS:
            for place in range(len(made)):
                made[place] = b[place] & ~a[place]
        elif gate == _NOT_OR:
            for place in range(len(made)):
                made[place] = b[place] | ~a[place]
        else:
            for place in range(len(made)):
                made[place] = (a[place] & b[place]) | (~a[place] & c[place])


@as_machine_code
def _first_of_whole_days(inside: Words, others: Words, seconds: Words, made: Words) -> None:
    """Writes a bit for each day all of whose sessions are inside; planes are as they are held together."""
    words = len(inside) // _TOGETHER
    for word in range(words):
        second = seconds[0, word]
        first = second >> np.uint64(1)
        if word + 1 < words:
            first |= seconds[0, word + 1] << np.uint64(63)
        for place in range(word * _TOGETHER, (word + 1) * _TOGETHER):
            down = others[place] >> np.uint64(1)
            up = (inside[place] | others[place]) << np.uint64(1)
            if word + 1 < words:
                down |= others[place + _TOGETHER] << np.uint64(63)
            if word:
                up |= (inside[place - _TOGETHER] | others[place - _TOGETHER]) >> np.uint64(63)
            made[place] = inside[place] & ~(others[place] | down & first | up & second)


@once_for(types.Array(types.uint64, 3, "C"), PLANES, TABLE, NUMBERS, NUMBERS, WORDS)
def planes_of_sets(
    planes: Words, gates: Places, places: Places, pupils: Places, within: Words
) -> NDArray[np.uint64]:
    """The planes of sets of codes, for some pupils: what a circuit makes of those of the register."""
    bits, words = planes.shape[0], planes.shape[2]
    held = np.zeros((bits + len(gates), words * _TOGETHER), dtype=np.uint64)
    found = np.empty((len(places), len(pupils), words), dtype=np.uint64)
    for first in range(0, len(pupils), _TOGETHER):
        many = min(_TOGETHER, len(pupils) - first)
        for row in range(many):
            pupil = pupils[first + row]
            for bit in range(bits):
                for word in range(words):
                    held[bit, row * words + word] = planes[bit, pupil, word]
        _follow(gates, held, bits)
        for number in range(len(places)):
            place = places[number]
            for row in range(many):
                for word in range(words):
                    found[number, first + row, word] = held[place, row * words + word] & within[number, word]
    return found


@once_for(types.Array(types.int16, 2, "C"), PLANES, NUMBERS, TABLE, *[types.Tuple([TABLE, WORDS])] * 2)
def count_together(
    planes: Words,
    pupils: Places,
    gates: Places,
    whole_days: tuple[Places, Words],
    counted: tuple[Places, Words],
) -> Counts:
    """How many sessions of some planes lie within some masks: a *row* for each pair, a column for each pupil.

    A word of some pupils stands beside that of the next ones, so that each step is taken for several of them
    by one instruction of the processor.
    """
    bits, rows, words = planes.shape[0], len(pupils), planes.shape[2]
    (days, seconds), (pairs, masks) = whole_days, counted
    size = words * _TOGETHER
    held = np.zeros((bits + len(gates) + len(days), size), dtype=np.uint64)
    found = np.empty((len(pairs), rows), dtype=np.int16)
    total = np.zeros(_TOGETHER, dtype=np.uint64)
    for first in range(0, rows, _TOGETHER):
        many = min(_TOGETHER, rows - first)
        for row in range(many):
            pupil = pupils[first + row]
            for bit in range(bits):
                for word in range(words):
                    held[bit, word * _TOGETHER + row] = planes[bit, pupil, word]
        _follow(gates, held, bits)
        for pair in range(len(days)):
            one, other = held[days[pair, 0]], held[days[pair, 1]]
            _first_of_whole_days(one, other, seconds, held[bits + len(gates) + pair])
        for pair in range(len(pairs)):
            chosen, mask = held[pairs[pair, 0]], masks[pairs[pair, 1]]
            total[:] = 0
            for word in range(words):
                if mask[word]:
                    inside, here = mask[word], chosen[word * _TOGETHER : (word + 1) * _TOGETHER]
                    # So many times as the compiler cannot know: it then counts several words at once.
                    for row in range(many):
                        total[row] += np.uint64(ones(here[row] & inside))
            for row in range(many):
                found[pair, first + row] = np.int16(total[row])
    return found


@as_machine_code
def lengths_of_runs(
    counting: Words, breaks: Words, starts: Places, ends: Places, sessions: int
) -> tuple[Counts, Flags]:
    """What is counted between the last break in each day's stretch and its end; whether there is none."""
    counts = np.empty((len(counting), len(starts)), dtype=np.int16)
    whole = np.empty((len(counting), len(starts)), dtype=np.bool_)
    for row in range(len(counting)):
        for day in range(len(starts)):
            begun, end = _after_last(breaks[row], ends[day]), ends[day]
            whole[row, day] = begun <= starts[day]
            begun = max(begun, starts[day])
            count = 0
            for word in range(begun >> 6, (end + 63) >> 6):
                bits = counting[row, word]
                if word == begun >> 6:
                    bits &= ~np.uint64(0) << np.uint64(begun & 63)
                if word == end >> 6:
                    bits &= (np.uint64(1) << np.uint64(end & 63)) - np.uint64(1)
                count += ones(bits)
            counts[row, day] = count
    return counts, whole


@as_machine_code
def _after_last(marks: Words, end: int) -> int:
    """The session after the last one before `end` that has its bit; 0 if none has."""
    word = end >> 6
    bits = np.uint64(0)
    if end & 63:
        bits = marks[word] & ((np.uint64(1) << np.uint64(end & 63)) - np.uint64(1))
    while bits == 0 and word > 0:
        word -= 1
        bits = marks[word]
    if bits == 0:
        return 0
    for shift in (1, 2, 4, 8, 16, 32):
        bits |= bits >> np.uint64(shift)
    return (word << 6) + ones(bits)


@as_machine_code
def longest_runs(counting: Words, breaks: Words, starts: Places, ends: Places, sessions: int) -> Counts:
    """The most that is counted between two breaks in each day's stretch."""
    longest = np.zeros((len(counting), len(starts)), dtype=np.int16)
    for row in range(len(counting)):
        if not counting[row].any():
            continue
        begun = at = length = most = 0
        for day in range(len(starts)):
            if day == 0 or starts[day] != begun or ends[day] < at:
                begun = at = starts[day]
                length = most = 0
            while at < ends[day]:
                bit = np.uint64(at & 63)
                word = at >> 6
                if bit == 0 and at + 64 <= ends[day] and counting[row, word] == 0:
                    length = 0 if breaks[row, word] else length
                    at += 64
                    continue
                if (breaks[row, word] >> bit) & np.uint64(1):
                    length = 0
                elif (counting[row, word] >> bit) & np.uint64(1):
                    length += 1
                    most = max(most, length)
                at += 1
            longest[row, day] = most
    return longest


@as_machine_code
def long_stretches(members: Words, breaks: Words, counting: Words, least: int) -> tuple[Words, Words]:
    """The members of which so many are counted between one break and the next, and each first one."""
    found, firsts = np.zeros_like(members), np.zeros_like(members)
    places = np.empty(members.shape[1] << 6, dtype=np.int64)
    before = np.zeros(members.shape[1] + 1, dtype=np.int64)
    for row in range(len(members)):
        if count_words(counting[row], before) < least:
            continue
        many = list_bits(members[row], places)
        count_words(breaks[row], before)
        first = counted = 0
        broken = count_until(breaks[row], places[0], before)
        for place in range(many + 1):
            now = -1 if place == many else count_until(breaks[row], places[place], before)
            if now != broken:
                if counted >= least:
                    _set_bit(firsts[row], places[first])
                    for kept in places[first:place]:
                        _set_bit(found[row], kept)
                first, counted, broken = place, 0, now
            if place < many:
                counted += _has_bit(counting[row], places[place])
    return found, firsts


@as_machine_code
def _has_bit(marks: Words, place: int) -> int:
    """1 if one row has a bit, else 0."""
    return np.int64(marks[place >> 6] >> np.uint64(place & 63) & np.uint64(1))  # type: ignore[return-value]  # an int, compiled


@as_machine_code
def _set_bit(marks: Words, place: int) -> None:
    """Sets one bit of one row."""
    marks[place >> 6] |= np.uint64(1) << np.uint64(place & 63)


@once_for(types.Array(types.bool_, 1, "C"), WORDS, WORDS)
def lacks_any(words: Words, within: Words) -> Flags:
    """Which rows lack any bit of the row `within`."""
    found = np.empty(len(words), dtype=np.bool_)
    for row in range(len(words)):
        lacking = np.uint64(0)
        for word in range(words.shape[1]):
            lacking |= within[0, word] & ~words[row, word]
        found[row] = lacking != 0
    return found


@once_for(types.Array(types.bool_, 1, "C"), WORDS, NUMBERS, NUMBERS)
def flags_at(words: Words, rows: Places, places: Places) -> Flags:
    """Whether rows have the bits at some places, one place for each of the rows."""
    found = np.empty(len(rows), dtype=np.bool_)
    for item in range(len(rows)):
        found[item] = _has_bit(words[rows[item]], places[item]) != 0
    return found


@as_machine_code
def places_of(words: Words) -> tuple[Places, Places]:
    """The row and the place of every bit, in order."""
    before = np.zeros(words.shape[1] + 1, dtype=np.int64)
    many = 0
    for row in range(len(words)):
        many += count_words(words[row], before)
    rows, places = np.empty(many, dtype=np.int64), np.empty(many, dtype=np.int64)
    first = 0
    for row in range(len(words)):
        end = first + list_bits(words[row], places[first:])
        rows[first:end] = row
        first = end
    return rows, places


@as_machine_code
def at_least(values: Counts, least: int) -> Words:
    """The days on which a value is that or more, as bits."""
    rows, days = values.shape
    found = np.zeros((rows, (days + 63) // 64), dtype=np.uint64)
    for row in range(rows):
        for day in range(days):
            if values[row, day] >= least:
                found[row, day >> 6] |= np.uint64(1) << np.uint64(day & 63)
    return found


@as_machine_code
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


@as_machine_code
def first_and_latest(true: Words, false: Words, length: int) -> NDArray[np.int32]:
    """First day, trigger and last day of the first spell, then of the latest one; -1 where there is none."""
    found = np.full((6, len(true)), -1, dtype=np.int32)
    for row in range(len(true)):
        trigger = _next_bit(true[row], 0, length)
        if trigger == length:
            continue
        found[0, row] = _after_last(false[row], trigger)
        found[1, row] = trigger
        found[2, row] = _next_bit(false[row], trigger, length) - 1
        latest = _after_last(true[row], length) - 1
        start = _after_last(false[row], latest)
        found[3, row] = start
        found[4, row] = _next_bit(true[row], start, length)
        found[5, row] = _next_bit(false[row], latest, length) - 1
    return found


@as_machine_code
def _next_bit(marks: Words, since: int, none: int) -> int:
    """The first bit of one row at or after a place; `none` where there is none before that."""
    word = since >> 6
    if word >= len(marks):
        return none
    bits = marks[word] & (~np.uint64(0) << np.uint64(since & 63))
    while bits == 0:
        word += 1
        if word >= len(marks):
            return none
        bits = marks[word]
    lowest = bits & (~bits + np.uint64(1))
    return min((word << 6) + ones(lowest - np.uint64(1)), none)
