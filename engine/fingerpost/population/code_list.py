"""The list of codes by which registers were packed: what number each code has, in each of its periods.

A population keeps it, so that planes which were packed long ago, or under another policy, are never read by
another list.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fingerpost.axis import ADMINISTRATIVE
from fingerpost.population.registers import NOTHING_NUMBER, Numbering
from fingerpost.subject import POSSIBLE

Octets = NDArray[np.uint8]
"""Bytes: letters of codes, or their numbers."""

NO_MARK = 0
"""The letter of a session of which nothing is said."""
ADMINISTRATIVE_MARK = 254
BAD_MARK = 255
"""In place of a number: a code that is in no list on its date."""
_DASH = ord("-")
_FIRST_OF_MANY_SIGNS = 128
_SPECIAL = frozenset("-{}")


@dataclass(frozen=True)
class CodeList:
    """The numbers of codes, by period."""

    starts: tuple[int, ...]
    """The ordinals from which each period's list is in force, the first 0."""
    numbers: tuple[Mapping[str, int], ...]
    """For each period the number of each code; 0 for an administrative one."""
    possible: frozenset[int]
    """The numbers of marks that are a possible session."""
    planes: int
    """How many bits a number takes, each in a plane of its own."""

    @classmethod
    def of(cls, numbering: Numbering) -> CodeList:
        """The list behind a numbering."""
        letters = numbering.alphabet.letters
        return cls(
            starts=tuple(numbering.alphabet.era_starts),
            numbers=tuple(
                {
                    code: NOTHING_NUMBER if letter == ADMINISTRATIVE else int(numbering.numbers[letter])
                    for code, letter in sorted(of_period.items())
                }
                for of_period in letters
            ),
            possible=numbering.members(POSSIBLE),
            planes=numbering.planes,
        )

    @cached_property
    def letters(self) -> Mapping[str, int]:
        """A byte for each code: its own sign where it is one, from 128 on for all others."""
        found: dict[str, int] = {}
        for code in sorted({code for of_period in self.numbers for code in of_period}):
            single = len(code) == 1 and 33 <= ord(code) < 127 and code not in _SPECIAL
            found[code] = ord(code) if single else _FIRST_OF_MANY_SIGNS + len(found)
        return found

    @cached_property
    def codes(self) -> Mapping[int, str]:
        """The code of each byte."""
        return {letter: code for code, letter in self.letters.items()}

    @cached_property
    def tables(self) -> tuple[Octets, ...]:
        """For each period, the number of each byte."""
        return tuple(self._table(of_period) for of_period in self.numbers)

    def _table(self, of_period: Mapping[str, int]) -> Octets:
        table = np.full(256, BAD_MARK, dtype=np.uint8)
        table[[NO_MARK, _DASH]] = NOTHING_NUMBER
        for code, number in of_period.items():
            table[self.letters[code]] = number or ADMINISTRATIVE_MARK
        return table

    @cached_property
    def by_number(self) -> tuple[Mapping[int, str], ...]:
        """For each period, the code of each number."""
        return tuple(
            {number: code for code, number in of_period.items() if number} for of_period in self.numbers
        )

    def period(self, slot: int) -> int:
        """The number of the period in which a session lies."""
        return bisect_right(self.starts, slot // 2) - 1

    def stretches(self, slots: NDArray[np.int64]) -> list[tuple[int, slice]]:
        """Sorted sessions cut by period: the period and its stretch."""
        cuts = [int(np.searchsorted(slots, start * 2)) for start in self.starts[1:]]
        edges = [0, *cuts, len(slots)]
        return [
            (period, slice(first, last))
            for period, (first, last) in enumerate(pairwise(edges))
            if first < last
        ]

    def numbers_of(self, letters: Octets, slots: NDArray[np.int64]) -> Octets:
        """The numbers of letters, a column for each session."""
        found = np.empty_like(letters)
        for period, stretch in self.stretches(slots):
            own = np.ascontiguousarray(letters[:, stretch])
            numbers = own.tobytes().translate(self.tables[period].tobytes())
            found[:, stretch] = np.frombuffer(numbers, dtype=np.uint8).reshape(own.shape)
        return found
