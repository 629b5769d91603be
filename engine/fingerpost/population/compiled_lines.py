"""On which days counts and shares reach a line, as machine code compiled by numba.

A count changes only on days with such a session, and where one leaves the window: only these are looked at.
Nothing but `compiled.py` imports this.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.compiling import as_machine_code, ones

Words = NDArray[np.uint64]
Counts = NDArray[np.int16]
Places = NDArray[np.int64]
Lines = NDArray[np.int64]


@as_machine_code
def count_words(marks: Words, before: Places) -> int:
    """Writes how many sessions of one row there are before each word; returns how many there are in all."""
    for word in range(len(marks)):
        before[word + 1] = before[word] + ones(marks[word])
    return before[len(marks)]  # type: ignore[no-any-return]  # of an array of numbers


@as_machine_code
def _count_days(marks: Words, starts: Places, ends: Places, before: Places, counts: Places) -> None:
    """Writes how many sessions of one row lie in each day's stretch, from how many are `before` each word."""
    start, so_far = 0, 0
    for day in range(len(ends)):
        if starts[day] != start:
            start = starts[day]
            so_far = count_until(marks, start, before)
        counts[day] = count_until(marks, ends[day], before) - so_far


@as_machine_code
def count_until(marks: Words, end: int, before: Places) -> int:
    """How many sessions of one row there are before one, from how many are `before` each word."""
    word, rest = end >> 6, np.uint64(end & 63)
    if rest == 0:
        return before[word]  # type: ignore[no-any-return]  # of an array of numbers
    return before[word] + ones(marks[word] & ((np.uint64(1) << rest) - np.uint64(1)))  # type: ignore[no-any-return]  # as above


@as_machine_code
def _days_of_sessions(days: Places, sessions: int) -> Places:
    """For each session the first day whose number of sessions is more; how many days there are if none is."""
    found = np.empty(sessions, dtype=np.int64)
    day = 0
    for session in range(sessions):
        while day < len(days) and days[day] <= session:
            day += 1
        found[session] = day
    return found


@as_machine_code
def _goes_up(places: Places) -> bool:
    """Whether no place is before the one that it follows."""
    return (places[1:] >= places[:-1]).all()  # type: ignore[return-value]  # a flag


@as_machine_code
def list_bits(marks: Words, bits: Places) -> int:
    """Writes the places of the bits of one row, and returns how many there are."""
    many = 0
    for word in range(len(marks)):
        left = marks[word]
        while left:
            lowest = left & (~left + np.uint64(1))
            bits[many] = (word << 6) + ones(lowest - np.uint64(1))
            many += 1
            left ^= lowest
    return many


@as_machine_code
def _set_days(first: int, end: int, days: Words) -> None:
    """Sets the bits of the days from one up to, and without, another."""
    while first < end:
        word = first >> 6
        last = min(end, (word + 1) << 6)
        bits = ~np.uint64(0) >> np.uint64(64 - (last - first))
        days[word] |= bits << np.uint64(first & 63)
        first = last


@as_machine_code
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
        many = count_words(plane[row], before)
        if many < least:
            continue
        if goes_up and 4 * pieces < many:
            day = 0
            while day < days:
                start = starts[day]
                alike = left[start] if start < len(left) else days
                last = count_until(plane[row], start, before) + least - 1
                _set_days(max(_day_of_bit(plane[row], last, before, entered, days), day), alike, found[row])
                day = alike
            continue
        if not goes_up or many > days:
            _count_days(plane[row], starts, ends, before, counts)
            for day in range(days):
                found[row, day >> 6] |= np.uint64(counts[day] >= least) << np.uint64(day & 63)
            continue
        list_bits(plane[row], bits)
        until = 0
        for last in range(least - 1, many):
            first = max(entered[bits[last]], until)
            until = max(left[bits[last - least + 1]], until)
            _set_days(first, until, found[row])
    return found


@as_machine_code
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
        number = count_words(chosen[row], of_chosen)
        count_words(possible[row], of_possible)
        if goes_up and number <= days:
            list_bits(chosen[row], bits)
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


@as_machine_code
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
            so_far = count_until(possible, start, before)
            while chosen_before < number and bits[chosen_before] < start:
                chosen_before += 1
            _set_days(day, min(_day_of_bit(possible, so_far, before, entered, days), alike), found[many])
        while chosen_until < number and bits[chosen_until] < ends[day]:
            chosen_until += 1
        end = alike if chosen_until == number else min(alike, entered[bits[chosen_until]])
        count = max(chosen_until - chosen_before, 0)
        least = count_until(possible, ends[day], before) - so_far
        most = count_until(possible, ends[end - 1], before) - so_far
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


@as_machine_code
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
    return entered[(word << 6) + ones(lowest - np.uint64(1))]  # type: ignore[no-any-return]  # of an array of numbers
