"""Rows that belong together, coded: a number for each distinct sequence, so that equal ones are one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.block import Codes

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sequences:
    """What each owner has: one of the distinct sequences of items."""

    owners: Rows
    """Whoever has anything, each once, in order."""
    which: Rows
    """Of each owner the number of the sequence, from 0 on."""
    offsets: Rows
    """Where each distinct sequence begins in `items`, and after the last where it ends."""
    items: Rows

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[list[int]]:
        return (self.of(number) for number in range(len(self)))

    def of(self, number: int) -> list[int]:
        """The items of a distinct sequence."""
        return self.items[self.offsets[number] : self.offsets[number + 1]].tolist()  # type: ignore[no-any-return]  # NumPy's stubs do not say of what

    def column(self, rows: Rows) -> Codes:
        """For each of some owners, which rise, one more than the number of the sequence; 0 for nothing."""
        found = np.zeros(len(rows), dtype=np.int32)
        if len(rows):
            first, last = np.searchsorted(self.owners, [rows[0], rows[-1] + 1])
            owners = self.owners[first:last]  # mostly few, so that they are searched for, and not the rows
            places = np.searchsorted(rows, owners)
            there = rows[places] == owners
            found[places[there]] = self.which[first:last][there] + 1
        return found


def sequences(owners: Rows, items: Rows) -> Sequences:
    """What each owner has, in order of the items' numbers.

    >>> found = sequences(np.array([7, 3, 7, 9, 9]), np.array([1, 5, 0, 0, 1]))
    >>> found.owners.tolist(), found.which.tolist(), list(found)
    ([3, 7, 9], [0, 1, 1], [[5], [0, 1]])
    """
    order = np.lexsort((items, owners))
    owners, items = owners[order].astype(np.int64), items[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    lengths = np.diff(starts, append=len(owners))
    first, which = distinct_stretches(starts, lengths, items)
    of_each = lengths[first]
    offsets = np.concatenate([[0], np.cumsum(of_each)]).astype(np.int64)
    within = np.arange(int(offsets[-1])) - np.repeat(offsets[:-1], of_each)
    return Sequences(owners[starts], which, offsets, items[np.repeat(starts[first], of_each) + within])


def distinct_stretches(starts: Rows, lengths: Rows, items: Rows) -> tuple[Rows, Rows]:
    """The first of each distinct stretch of items, and for each stretch which of these it is like.

    Each stretch begins at one of `starts` and has so many items; the distinct ones are numbered by length.
    """
    which = np.zeros(len(starts), dtype=np.int64)
    most = int(items.max(initial=0)) + 1
    before = 1
    for place in range(int(lengths.max(initial=0))):
        has = np.flatnonzero(lengths > place)
        kinds, number = np.unique(which[has] * most + items[starts[has] + place], return_inverse=True)
        which[has] = number + before
        before += len(kinds)
    _, first, found = np.unique(which, return_index=True, return_inverse=True)
    return first, found.astype(np.int64)
