"""Rows of bits in NumPy: one row a school day, one bit a session.

A plane or mask is a Python integer elsewhere; here it is cut into 64-bit words or added up once, so that a
pupil's marks are counted on all school days at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.int64]
"""A number for each school day."""
Bits = NDArray[np.uint64]
"""Words of 64 sessions; in two dimensions, a row of them for each school day."""


def words(plane: int, sessions: int) -> Bits:
    """A plane of so many sessions as words.

    >>> words(5, 70).tolist()
    [5, 0]
    """
    return np.frombuffer(plane.to_bytes((sessions + 63) // 64 * 8, "little"), dtype="<u8").astype(np.uint64)


def rows_of(planes: Sequence[int], sessions: int) -> Bits:
    """Planes as rows of words.

    >>> rows_of([5, 1 << 64], 70).tolist()
    [[5, 0], [0, 1]]
    """
    size = (sessions + 63) // 64
    joined = b"".join(plane.to_bytes(size * 8, "little") for plane in planes)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64).reshape(len(planes), size)


@dataclass(frozen=True, slots=True)
class Masks:
    """A mask over the sessions for each school day.

    Most windows are one stretch of sessions, whose marks are counted from two running totals; `rows` serve
    those that have gaps.
    """

    rows: Bits
    starts: Row | None = None
    """Where each day's one stretch begins; None if any day has several."""
    ends: Row | None = None

    @classmethod
    def of(cls, masks: Sequence[int], sessions: int) -> Masks:
        """The masks of some days."""
        rows = rows_of(masks, sessions)
        if any(mask & (mask + (mask & -mask)) for mask in masks):
            return cls(rows)
        starts = [(mask & -mask).bit_length() - 1 if mask else 0 for mask in masks]
        return cls(rows, row_of(starts), row_of([mask.bit_length() for mask in masks]))

    def __len__(self) -> int:
        return len(self.rows)

    def first(self, length: int) -> Masks:
        """Those of the first days."""
        if length == len(self.rows):
            return self
        if self.starts is None or self.ends is None:
            return Masks(self.rows[:length])
        return Masks(self.rows[:length], self.starts[:length], self.ends[:length])

    def without(self, planes: Sequence[int], days: Sequence[int], sessions: int) -> Masks:
        """The masks less some planes, each on so many days that follow one another: those of all together."""
        return Masks(self.rows & ~rows_of(planes, sessions).repeat(days, axis=0))

    def count(self, plane: int, sessions: int) -> Row:
        """How many sessions of a plane each day's mask has."""
        if not plane:
            return np.zeros(len(self.rows), dtype=np.int64)
        if self.starts is not None and self.ends is not None:
            totals = _running_totals(plane, sessions)
            counted: Row = totals[self.ends] - totals[self.starts]
        else:
            counted = np.bitwise_count(self.rows & words(plane, sessions)).sum(axis=1, dtype=np.int64)
        return counted

    def add_up(self, numbers: Row) -> Row:
        """What numbers, one a session, come to in each day's mask."""
        if self.starts is not None and self.ends is not None:
            totals = _before_each(numbers)
            return totals[self.ends] - totals[self.starts]
        octets = self.rows.astype("<u8", copy=False).view(np.uint8)
        inside = np.unpackbits(octets, axis=1, count=len(numbers), bitorder="little")
        added: Row = inside @ numbers
        return added


def _before_each(numbers: Row) -> Row:
    """What numbers of sessions come to in the first 0, 1, 2 … of them."""
    totals = np.zeros(len(numbers) + 1, dtype=np.int64)
    np.cumsum(numbers, out=totals[1:])
    return totals


def _running_totals(plane: int, sessions: int) -> Row:
    """How many of the first 0, 1, 2 … sessions are in a plane."""
    octets = np.frombuffer(plane.to_bytes((sessions + 7) // 8, "little"), dtype=np.uint8)
    return _before_each(np.unpackbits(octets, count=sessions, bitorder="little").astype(np.int64))


def row_of(numbers: Sequence[int]) -> Row:
    """Numbers as a row."""
    return np.array(numbers, dtype=np.int64)


def same_row(number: int, length: int) -> Row:
    """One number on every day."""
    row: Row = np.full(length, number, dtype=np.int64)
    return row


def packed(flags: NDArray[np.bool_]) -> int:
    """Flags as bits of an integer, the first one lowest.

    >>> packed(np.array([True, False, True]))
    5
    """
    return int.from_bytes(np.packbits(np.asarray(flags, dtype=bool), bitorder="little").tobytes(), "little")
