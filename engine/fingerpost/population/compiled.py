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

from fingerpost.population.circuits import Gate

Words = NDArray[np.uint64]
Counts = NDArray[np.int16]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Lines = NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., object])

_AND, _OR, _LESS, _NOT_OR = (int(gate) for gate in (Gate.AND, Gate.OR, Gate.LESS, Gate.NOT_OR))
_TOGETHER = 32
"""Pupils whose planes are gone through together."""


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
def _ones(bits: np.uint64) -> int:
    """How many bits a word has."""
    bits -= bits >> np.uint64(1) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (bits >> np.uint64(2) & np.uint64(0x3333333333333333))
    bits = bits + (bits >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64(bits * np.uint64(0x0101010101010101) >> np.uint64(56))  # type: ignore[return-value]  # an int, compiled


@_compiled
def counts_in_masks(plane: Words, masks: Words, which: Places) -> Counts:
    """How many sessions of each row lie in each day's mask: a column for each day."""
    counts = np.zeros((len(plane), masks.shape[1]), dtype=np.int16)
    for row in range(len(plane)):
        group = which[row]
        for word in range(plane.shape[1]):
            marks = plane[row, word]
            if marks:
                for day in range(masks.shape[1]):
                    counts[row, day] += np.int16(_ones(marks & masks[group, day, word]))
    return counts


@_compiled
def _count_words(marks: Words, before: Places) -> int:
    """Writes how many sessions of one row there are before each word; returns how many there are in all."""
    for word in range(len(marks)):
        before[word + 1] = before[word] + _ones(marks[word])
    return before[len(marks)]  # type: ignore[no-any-return]  # of an array of numbers


@_compiled
def _count_days(marks: Words, starts: Places, ends: Places, before: Places, counts: Places) -> None:
    """Writes how many sessions of one row lie in each day's stretch, from how many are `before` each word."""
    start, so_far = 0, 0
    for day in range(len(ends)):
        if starts[day] != start:
            start = starts[day]
            so_far = _count_until(marks, start, before)
        counts[day] = _count_until(marks, ends[day], before) - so_far


@_compiled
def _count_until(marks: Words, end: int, before: Places) -> int:
    word, rest = end >> 6, np.uint64(end & 63)
    if rest == 0:
        return before[word]  # type: ignore[no-any-return]  # of an array of numbers
    return before[word] + _ones(marks[word] & ((np.uint64(1) << rest) - np.uint64(1)))  # type: ignore[no-any-return]  # as above


@_compiled
def _days_of_sessions(days: Places, sessions: int) -> Places:
    """For each session the first day whose number of sessions is more; how many days there are if none is."""
    found = np.empty(sessions, dtype=np.int64)
    day = 0
    for session in range(sessions):
        while day < len(days) and days[day] <= session:
            day += 1
        found[session] = day
    return found


@_compiled
def _goes_up(places: Places) -> bool:
    """Whether no place is before the one that it follows."""
    return (places[1:] >= places[:-1]).all()  # type: ignore[return-value]  # a flag


@_compiled
def _list_bits(marks: Words, bits: Places) -> int:
    """Writes the places of the bits of one row, and returns how many there are."""
    many = 0
    for word in range(len(marks)):
        left = marks[word]
        while left:
            lowest = left & (~left + np.uint64(1))
            bits[many] = (word << 6) + _ones(lowest - np.uint64(1))
            many += 1
            left ^= lowest
    return many


@_compiled
def _set_days(first: int, end: int, days: Words) -> None:
    """Sets the bits of the days from one up to, and without, another."""
    while first < end:
        word = first >> 6
        last = min(end, (word + 1) << 6)
        bits = ~np.uint64(0) >> np.uint64(64 - (last - first))
        days[word] |= bits << np.uint64(first & 63)
        first = last


@_compiled
def counts_reaching(plane: Words, starts: Places, ends: Places, least: int) -> Words:
    """The days on which at least so many sessions of a row lie in the day's stretch, as bits.

    So many sessions one after another lie in it from the day on which the last of them does, until the first
    no longer does: each set of them is a stretch of days. Where few stretches begin otherwise than those of
    the day before, they hold so many from one day on until the next such day.
    """
    days = len(starts)
    found = np.zeros((len(plane), (days + 63) >> 6), dtype=np.uint64)
    goes_up = least >= 1 and _goes_up(starts) and _goes_up(ends)
    entered = _days_of_sessions(ends, plane.shape[1] << 6)
    left = _days_of_sessions(starts, plane.shape[1] << 6)
    bits = np.empty(plane.shape[1] << 6, dtype=np.int64)
    before = np.zeros(plane.shape[1] + 1, dtype=np.int64)
    counts = np.zeros(days, dtype=np.int64)
    pieces = 1 + np.count_nonzero(starts[1:] != starts[:-1])
    for row in range(len(plane)):
        many = _count_words(plane[row], before)
        if many < least:
            continue
        if goes_up and 4 * pieces < many:
            day = 0
            while day < days:
                start = starts[day]
                alike = left[start] if start < len(left) else days
                last = _count_until(plane[row], start, before) + least - 1
                _set_days(max(_day_of_bit(plane[row], last, before, entered, days), day), alike, found[row])
                day = alike
            continue
        if not goes_up or many > days:
            _count_days(plane[row], starts, ends, before, counts)
            for day in range(days):
                found[row, day >> 6] |= np.uint64(counts[day] >= least) << np.uint64(day & 63)
            continue
        _list_bits(plane[row], bits)
        until = 0
        for last in range(least - 1, many):
            first = max(entered[bits[last]], until)
            until = max(left[bits[last - least + 1]], until)
            _set_days(first, until, found[row])
    return found


@_compiled
def shares_in_stretches(
    chosen: Words, possible: Words, starts: Places, ends: Places, lines: Lines
) -> NDArray[np.uint64]:
    """For each line the days on which the share of `chosen` in `possible` reaches it, as bits.

    A last layer has the days in whose stretch no session is possible.

    From one day on which something is chosen to the next a share can only fall, as long as stretches begin
    alike: so that it is looked at on the first and the last of these days, and not on each.
    """
    days, many, words = len(starts), len(lines), chosen.shape[1]
    found = np.zeros((many + 1, len(chosen), (days + 63) >> 6), dtype=np.uint64)
    goes_up = _goes_up(starts) and _goes_up(ends) and (lines[:, 0] > 0).all()
    entered, left = _days_of_sessions(ends, words << 6), _days_of_sessions(starts, words << 6)
    bits = np.empty(words << 6, dtype=np.int64)
    of_chosen, of_possible = np.zeros(words + 1, dtype=np.int64), np.zeros(words + 1, dtype=np.int64)
    counts, out_of = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    for row in range(len(chosen)):
        number = _count_words(chosen[row], of_chosen)
        _count_words(possible[row], of_possible)
        if goes_up and number <= days:
            _list_bits(chosen[row], bits)
            marks = bits[:number], possible[row], of_possible
            _share_by_piece(marks, (starts, ends, entered, left), lines, found[:, row])
            continue
        _count_days(chosen[row], starts, ends, of_chosen, counts)
        _count_days(possible[row], starts, ends, of_possible, out_of)
        for day in range(days):
            word, place = day >> 6, np.uint64(day & 63)
            for line in range(many):
                part, whole, over = lines[line, 0], lines[line, 1], lines[line, 2]
                reached = counts[day] * whole - out_of[day] * part >= over
                found[line, row, word] |= np.uint64(reached) << place
            found[many, row, word] |= np.uint64(out_of[day] == 0) << place
    return found


@_compiled
def _share_by_piece(
    marks: tuple[Places, Words, Places],
    laid: tuple[Places, Places, Places, Places],
    lines: Lines,
    found: Words,
) -> None:
    """The same for one row, by pieces of days on which no more is chosen and whose stretches begin alike.

    `marks` are the places of what is chosen, the possible sessions, and how many of these are before each
    word; `laid` each day's start and end, and for each session the first day that ends, and begins, after it.
    """
    bits, possible, before = marks
    starts, ends, entered, left = laid
    days, many, number = len(starts), len(lines), len(bits)
    day = start = chosen_before = chosen_until = alike = 0
    so_far = 0
    while day < days:
        if day >= alike:
            start = starts[day]
            alike = left[start] if start < len(left) else days
            so_far = _count_until(possible, start, before)
            while chosen_before < number and bits[chosen_before] < start:
                chosen_before += 1
            _set_days(day, min(_day_of_bit(possible, so_far, before, entered, days), alike), found[many])
        while chosen_until < number and bits[chosen_until] < ends[day]:
            chosen_until += 1
        end = alike if chosen_until == number else min(alike, entered[bits[chosen_until]])
        count = max(chosen_until - chosen_before, 0)
        least = _count_until(possible, ends[day], before) - so_far
        most = _count_until(possible, ends[end - 1], before) - so_far
        for line in range(many):
            part, whole, over = lines[line, 0], lines[line, 1], lines[line, 2]
            if count * whole - least * part < over:
                continue
            until = end
            if count * whole - most * part < over:
                enough = int((count * whole - over) // part)
                until = min(_day_of_bit(possible, so_far + enough, before, entered, days), end)
            _set_days(day, until, found[line])
        day = end


@_compiled
def _day_of_bit(marks: Words, number: int, before: Places, entered: Places, days: int) -> int:
    """The first day whose stretch reaches over a bit of one row, by its number from 0 on."""
    if number >= before[len(marks)]:
        return days
    word = 0
    while before[word + 1] <= number:
        word += 1
    left = marks[word]
    for _ in range(number - before[word]):
        left &= left - np.uint64(1)
    lowest = left & (~left + np.uint64(1))
    return entered[(word << 6) + _ones(lowest - np.uint64(1))]  # type: ignore[no-any-return]  # of an array of numbers


@_compiled
def plane_of_set(planes: Words, gates: Places, place: int, pupils: Places, within: Words) -> Words:
    """The plane of a set of codes, for some pupils: what a circuit makes of those of the register."""
    bits, words = planes.shape[0], planes.shape[2]
    held = np.zeros((bits + len(gates), words * _TOGETHER), dtype=np.uint64)
    found = np.empty((len(pupils), words), dtype=np.uint64)
    for first in range(0, len(pupils), _TOGETHER):
        many = min(_TOGETHER, len(pupils) - first)
        for bit in range(bits):
            for row in range(many):
                for word in range(words):
                    held[bit, row * words + word] = planes[bit, pupils[first + row], word]
        _follow(gates, held, bits)
        for row in range(many):
            for word in range(words):
                found[first + row, word] = held[place, row * words + word] & within[0, word]
    return found


@_compiled
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


@_compiled
def count_together(planes: Words, gates: Places, counted: Places, masks: Words) -> Counts:
    """How many sessions of some planes lie within some masks: a *row* for each pair, a column for each pupil.

    A word of some pupils stands beside that of the next ones, so that each step is taken for several of them
    by one instruction of the processor.
    """
    bits, rows, words = planes.shape
    size = words * _TOGETHER
    held = np.zeros((bits + len(gates), size), dtype=np.uint64)
    found = np.empty((len(counted), rows), dtype=np.int16)
    total = np.zeros(_TOGETHER, dtype=np.uint64)
    for first in range(0, rows, _TOGETHER):
        many = min(_TOGETHER, rows - first)
        for bit in range(bits):
            for row in range(many):
                for word in range(words):
                    held[bit, word * _TOGETHER + row] = planes[bit, first + row, word]
        _follow(gates, held, bits)
        for pair in range(len(counted)):
            chosen, mask = held[counted[pair, 0]], masks[counted[pair, 1]]
            total[:] = 0
            for word in range(words):
                if mask[word]:
                    inside, here = mask[word], chosen[word * _TOGETHER : (word + 1) * _TOGETHER]
                    for row in range(_TOGETHER):
                        total[row] += np.uint64(_ones(here[row] & inside))
            for row in range(many):
                found[pair, first + row] = np.int16(total[row])
    return found


@_compiled
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
                count += _ones(bits)
            counts[row, day] = count
    return counts, whole


@_compiled
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
    place = 0
    for step in (32, 16, 8, 4, 2, 1):
        if bits >> np.uint64(step):
            bits >>= np.uint64(step)
            place += step
    return (word << 6) + place + 1


@_compiled
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


@_compiled
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
    return min((word << 6) + _ones(lowest - np.uint64(1)), none)
