"""Packed registers: a *strip* of planes for the pupils whose schools share a calendar, and what is beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.code_list import Octets

Slots = NDArray[np.int64]
"""Sessions, sorted: each is twice the ordinal of its date, and one more in the afternoon."""
Whole = NDArray[np.int64]
"""Whole numbers: rows, sessions, ordinals, or places in a text."""
Days = NDArray[np.integer[Any]]
"""Ordinals: of very many pupils in 32 bits."""


@dataclass
class Strip:
    """The planes of the pupils in rows `first` up to, and without, `last`, over the same sessions.

    Numbers are those of `CodeList`; without a mark it is 1 where the pupil is on roll, else 0.
    """

    first: int
    last: int
    slots: Slots
    planes: NDArray[np.uint64]
    """One layer for each bit of a number, a row for each pupil, a bit for each session."""

    def __len__(self) -> int:
        return self.last - self.first

    def sessions(self, words: NDArray[np.uint64], latest: int | None = None) -> set[int]:
        """The sessions whose bits are set in some words, up to the latest if one is given."""
        bits = np.unpackbits(
            words.astype("<u8", copy=False).view(np.uint8), count=len(self.slots), bitorder="little"
        )
        slots = self.slots[bits.astype(np.bool_)]
        return set((slots if latest is None else slots[slots <= latest]).tolist())

    @property
    def last_marked(self) -> int:
        """The last session in which any pupil has a mark; 0 without any. No earlier words are looked at."""
        for word in reversed(range(self.planes.shape[2])):
            marked = int(np.bitwise_or.reduce(self.planes[1:, :, word], axis=None))
            if marked:
                return int(self.slots[word * 64 + marked.bit_length() - 1])
        return 0


@dataclass(frozen=True, slots=True)
class Administrative:
    """Marks that take no session, which planes do not hold: sorted by row, then session."""

    rows: Whole
    """Of each mark the pupil's row."""
    slots: Whole
    letters: Octets
    """The bytes of their codes, as `CodeList.letters` has them."""

    @classmethod
    def joined(cls, parts: Sequence[Administrative]) -> Administrative:
        """All of them together."""
        if not parts:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))
        rows = np.concatenate([one.rows for one in parts])
        slots = np.concatenate([one.slots for one in parts])
        order = np.lexsort((slots, rows))
        return cls(rows[order], slots[order], np.concatenate([one.letters for one in parts])[order])

    def of(self, row: int) -> list[tuple[int, int]]:
        """The sessions and letters of one row."""
        first, last = np.searchsorted(self.rows, [row, row + 1])
        return list(zip(self.slots[first:last].tolist(), self.letters[first:last].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Roll:
    """When each row is on roll: ordinals of the first and last day, 0 for none."""

    births: Days
    """The ordinals of dates of birth, 0 where not known."""
    first: Days
    last: Days


def empty_planes(bits: int, rows: int, words: int) -> NDArray[np.uint64]:
    """Planes of so many rows of words, without any bit.

    Some rows out of many are asked for again and again: so the words of a row stand together in memory, those
    of one plane after those of the one before it.
    """
    return np.zeros((rows, bits, words), dtype=np.uint64).transpose(1, 0, 2)


def on_roll(first: Days, last: Days, slots: Slots) -> NDArray[np.bool_] | None:
    """Whether each row is on roll in each session, by the ordinals of its first and last day (0 for none)."""
    if not first.any() and not last.any():
        return None
    days = slots // 2
    there: NDArray[np.bool_] = (days >= first[:, None]) & ((days <= last[:, None]) | (last == 0)[:, None])
    return there


def pack_into(planes: NDArray[np.uint64], numbers: Octets, rows: Whole | slice = slice(None)) -> None:
    """Packs numbers, a row for each pupil, into those rows of planes that are there."""
    filled = np.zeros((len(numbers), planes.shape[2] * 8), dtype=np.uint8)
    wide = (numbers.shape[1] + 7) // 8
    for bit in range(len(planes)):
        filled[:, :wide] = np.packbits(numbers & (1 << bit), axis=1, bitorder="little")
        planes[bit, rows] = filled.view("<u8")


def unpacked(planes: NDArray[np.uint64], sessions: int) -> Octets:
    """The numbers in planes, a row for each pupil."""
    found = np.zeros((planes.shape[1], sessions), dtype=np.uint8)
    for bit in range(len(planes)):
        octets = np.ascontiguousarray(planes[bit]).astype("<u8", copy=False).view(np.uint8)
        found |= np.unpackbits(octets, axis=1, count=sessions, bitorder="little") << bit
    return found


def stretches(keys: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Where equal keys stand together: each stretch as its first index and the one after its last.

    >>> list(stretches("aab"))
    [(0, 2), (2, 3)]
    """
    first = 0
    for index in range(1, len(keys) + 1):
        if index == len(keys) or keys[index] != keys[first]:
            yield first, index
            first = index


def changes(numbers: NDArray[np.int32] | Whole) -> list[tuple[int, int]]:
    """The same of a column of numbers."""
    if not len(numbers):
        return []
    edges = [0, *(np.flatnonzero(numbers[1:] != numbers[:-1]) + 1).tolist(), len(numbers)]
    return list(pairwise(edges))


def weekdays(first: int, sessions: int) -> Slots:
    """So many sessions of Mondays to Fridays, from a session on."""
    days = np.arange(first // 2, first // 2 + sessions + 9)
    days = days[(days - 1) % 7 < 5]
    slots: Slots = np.stack([days * 2, days * 2 + 1], axis=1).reshape(-1).astype(np.int64)
    return slots[slots >= first][:sessions]
