"""Truth of many pupils on many days: two bits a pupil and day, for "true" and for "false", in words of 64.

What `Days` is for one pupil, `Truths` is for a row of them: a day in neither is unknown. A row stands for a
pupil, a parent of a pupil, or an occasion; `Truths` with a single row stand for any number of equal ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import rows_of
from fingerpost.days import Days
from fingerpost.logic import Truth

Words = NDArray[np.uint64]
"""Bits in words of 64, lowest first: a row for each pupil, in two dimensions."""
Rows = NDArray[np.intp]
"""Numbers of rows."""
Flags = NDArray[np.bool_]
"""Yes or no for each row."""
Numbers = NDArray[np.int8]
"""A small number for each row, such as which truth it has."""


def width(bits: int) -> int:
    """How many words hold so many bits."""
    return (bits + 63) // 64


def number_of(row: Words) -> int:
    """One row of words as an integer.

    >>> number_of(rows_of([5], 70)[0])
    5
    """
    return int.from_bytes(row.astype("<u8", copy=False).tobytes(), "little")


def packed_rows(flags: NDArray[np.bool_]) -> Words:
    """Flags, a row for each pupil and a column for each day, as words."""
    rows, bits = flags.shape
    size = width(bits)
    octets = np.packbits(flags, axis=1, bitorder="little")
    filled = np.zeros((rows, size * 8), dtype=np.uint8)
    filled[:, : octets.shape[1]] = octets
    return filled.view("<u8").astype(np.uint64, copy=False)


def flags_of(words: Words, bits: int) -> NDArray[np.bool_]:
    """Words as flags, a column for each of so many bits."""
    octets = np.ascontiguousarray(words).astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(octets, axis=1, count=bits, bitorder="little").view(np.bool_)


def ones_before(words: Words, rows: Rows, places: Rows) -> NDArray[np.int64]:
    """How many bits rows have before some places, one place for each of the rows.

    >>> ones_before(rows_of([5, 1 << 69], 70), np.array([0, 0, 1]), np.array([2, 3, 69])).tolist()
    [1, 2, 0]
    """
    totals = np.zeros((len(words), words.shape[1] + 1), dtype=np.int64)
    np.cumsum(np.bitwise_count(words), axis=1, out=totals[:, 1:])
    below = (np.uint64(1) << (places & 63).astype(np.uint64)) - np.uint64(1)
    found: NDArray[np.int64] = totals[rows, places >> 6]
    found += np.bitwise_count(words[rows, places >> 6] & below)
    return found


@lru_cache(maxsize=256)
def all_days(length: int) -> Words:
    """Every one of so many days, as a single row. Not to be written to."""
    row = rows_of([(1 << length) - 1], length)
    row.flags.writeable = False
    return row


@lru_cache(maxsize=256)
def no_days(length: int) -> Words:
    """None of so many days, as a single row. Not to be written to."""
    row = np.zeros((1, width(length)), dtype=np.uint64)
    row.flags.writeable = False
    return row


def any_bit(words: Words) -> Flags:
    """Which rows have any bit. A column at a time: NumPy is slow to reduce many short rows."""
    if not words.shape[1]:
        return np.zeros(len(words), dtype=np.bool_)
    found = words[:, 0].copy()
    for column in range(1, words.shape[1]):
        found |= words[:, column]
    return np.asarray(found != 0, dtype=np.bool_)


def bit_of(words: Words, day: int) -> NDArray[np.uint64]:
    """The bit of one day in each row, as 0 or 1."""
    return words[:, day >> 6] >> np.uint64(day & 63) & np.uint64(1)


@dataclass(frozen=True, slots=True)
class Truths:
    """The truth of a condition on the first `length` of some days, for each row."""

    true: Words
    false: Words
    length: int

    def __invert__(self) -> Truths:
        return Truths(self.false, self.true, self.length)

    def __and__(self, other: Truths) -> Truths:
        if self.is_always(Truth.TRUE) or other.is_always(Truth.FALSE):
            return other
        if other.is_always(Truth.TRUE) or self.is_always(Truth.FALSE):
            return self
        return Truths(self.true & other.true, self.false | other.false, self.length)

    def __or__(self, other: Truths) -> Truths:
        if self.is_always(Truth.FALSE) or other.is_always(Truth.TRUE):
            return other
        if other.is_always(Truth.FALSE) or self.is_always(Truth.TRUE):
            return self
        return Truths(self.true | other.true, self.false & other.false, self.length)

    def is_always(self, truth: Truth) -> bool:
        """Whether it is one row that stands for all, true (or false) on every day."""
        one, other = (self.true, self.false) if truth is Truth.TRUE else (self.false, self.true)
        if len(one) != 1 or len(other) != 1:
            return False
        return not other.any() and bool((one == all_days(self.length)).all())

    @property
    def open(self) -> Words:
        """The days that are not false."""
        return all_days(self.length) & ~self.false

    def take(self, rows: Rows) -> Truths:
        """Some of the rows."""
        if len(self.true) == 1 and len(self.false) == 1:
            return self
        return Truths(_taken(self.true, rows), _taken(self.false, rows), self.length)

    def full(self, rows: int) -> Truths:
        """With as many rows as are said, each its own."""
        return Truths(_filled(self.true, rows), _filled(self.false, rows), self.length)

    def row(self, row: int) -> Days:
        """One row, as the reference has it."""
        true = self.true[row if len(self.true) > 1 else 0]
        false = self.false[row if len(self.false) > 1 else 0]
        return Days(number_of(true), number_of(false), self.length)

    @classmethod
    def of(cls, days: Sequence[Days], length: int) -> Truths:
        """Rows that the reference worked out."""
        true = rows_of([one.true for one in days], length)
        return cls(true, rows_of([one.false for one in days], length), length)

    @classmethod
    def always(cls, truth: Truth, length: int) -> Truths:
        """The same truth on every day, for any number of rows."""
        every, none = all_days(length), no_days(length)
        return cls(every if truth is Truth.TRUE else none, every if truth is Truth.FALSE else none, length)


def _taken(words: Words, rows: Rows) -> Words:
    return words if len(words) == 1 else rows_taken(words, rows)


def rows_taken(words: Words, rows: Rows) -> Words:
    """Some rows of words, copied whole: some times as fast as by an index."""
    return words.take(rows, axis=0)


def in_their_places(parts: Iterable[tuple[Rows, Words]], rows: int) -> Words:
    """Words in their places, which are all rows together; a single row stands for any number of equal ones.

    One row that most have is written as that of all; then the others are put in their places.
    """
    ordered = sorted(parts, key=lambda part: -len(part[0]))
    found = np.empty((rows, ordered[0][1].shape[1]), dtype=np.uint64)
    for places, words in ordered:
        most = len(words) == 1 and 2 * len(places) > rows
        found[slice(None) if most else places] = words
    return found


def _filled(words: Words, rows: int) -> Words:
    if len(words) == rows and words.flags.writeable:
        return words
    filled = np.empty((rows, words.shape[1]), dtype=np.uint64)
    filled[:] = words
    return filled


def truth_numbers(truths: Truths, day: int, rows: int) -> Numbers:
    """The truth of each row on one day."""
    true, false = bit_of(truths.true, day).astype(np.int8), bit_of(truths.false, day).astype(np.int8)
    return np.broadcast_to(np.maximum(2 - true - 2 * false, 0).astype(np.int8, copy=False), (rows,))
