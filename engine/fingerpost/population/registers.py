"""Registers of many pupils as bit planes.

Every code of the list has a number; six planes hold its bits (more if there are more codes), one bit a
session. The plane of any set of codes is worked out from them, so that a policy may ask for any set, and a
year of a pupil takes some 300 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerpost.axis import MISSING, Alphabet
from fingerpost.bit_rows import rows_of
from fingerpost.population.circuits import Circuit
from fingerpost.population.kernels import Counts, count_together, planes_of_sets
from fingerpost.population.truths import Rows, Words, all_days, width
from fingerpost_dsl.model.expressions import MarkSet

NOTHING_NUMBER = 0
"""Not on roll, an administrative mark, or a code of no list."""
MISSING_NUMBER = 1
_FIRST_NUMBER = 2


class Numbering:
    """The number of each letter of an alphabet.

    Codes of one kind lie together, so that few steps tell them from others.
    """

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        letters = alphabet.letters_by_kind
        self.numbers = np.zeros(256, dtype=np.uint8)
        """By letter."""
        self.numbers[MISSING] = MISSING_NUMBER
        for number, letter in enumerate(letters, start=_FIRST_NUMBER):
            self.numbers[letter] = number
        self._letters = letters
        self.used = _FIRST_NUMBER + len(letters)
        self.planes = max((self.used - 1).bit_length(), 1)
        self._circuits: dict[tuple[frozenset[int], ...], tuple[Circuit, Sequence[int]]] = {}

    def members(self, marks: MarkSet) -> frozenset[int]:
        """The numbers of the letters of a set of marks."""
        table = self.alphabet.table(marks)
        found = (letter for letter in self._letters if table[letter] == ord("1"))
        return frozenset(int(self.numbers[letter]) for letter in found)

    def circuit(self) -> Circuit:
        """A circuit over the planes of a register, still without steps."""
        return Circuit(self.planes, self.used)

    def circuit_of(self, *sets: frozenset[int]) -> tuple[Circuit, Sequence[int]]:
        """That of some sets of numbers, and the places of their planes."""
        known = self._circuits.get(sets)
        if known is None:
            circuit = self.circuit()
            known = self._circuits[sets] = (circuit, [circuit.place_of(one) for one in sets])
        return known

    def letters(self, numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The letters of numbers, as the reference's registers have them."""
        table = np.zeros(256, dtype=np.uint8)
        table[MISSING_NUMBER] = MISSING
        for number, letter in enumerate(self._letters, start=_FIRST_NUMBER):
            table[number] = letter
        return table[numbers]


@dataclass(frozen=True)
class Registers:
    """The registers of some pupils over the sessions of one axis."""

    numbering: Numbering
    planes: NDArray[np.uint64]
    """One layer for each bit of a code's number, a bit for each session: rows of these pupils and others."""
    places: Rows
    """Of each pupil the row of the planes."""
    sessions: int
    """How many there are: the last word of a row may have room for more."""

    @classmethod
    def of(cls, numbers: NDArray[np.uint8], numbering: Numbering) -> Registers:
        """From the number of each pupil's code in each session: a row for each pupil."""
        pupils, sessions = numbers.shape
        planes = np.zeros((numbering.planes, pupils, width(sessions) * 8), dtype=np.uint8)
        for bit in range(numbering.planes):
            octets = np.packbits(numbers >> bit & 1, axis=1, bitorder="little")
            planes[bit, :, : octets.shape[1]] = octets
        return cls.of_planes(planes.view("<u8").astype(np.uint64, copy=False), sessions, numbering)

    @classmethod
    def of_planes(cls, planes: NDArray[np.uint64], sessions: int, numbering: Numbering) -> Registers:
        """From planes of which each row is a pupil's."""
        return cls(numbering, planes, np.arange(planes.shape[1]), sessions)

    def __len__(self) -> int:
        return len(self.places)

    def take(self, rows: Rows) -> Registers:
        """Those of some pupils, in any order."""
        return replace(self, places=self.places[rows])

    def part(self, rows: slice) -> Registers:
        """Those of some pupils."""
        return replace(self, places=self.places[rows])

    def plane(self, members: frozenset[int], pupils: Rows | None = None) -> Words:
        """The sessions in which pupils (all, or some) have one of these numbers, a row for each."""
        pupils = np.arange(len(self)) if pupils is None else pupils
        plane: Words = self.planes_of([members], pupils, all_days(self.sessions))[0]
        return plane

    def planes_of(self, sets: Sequence[frozenset[int]], pupils: Rows, within: Words) -> NDArray[np.uint64]:
        """The same of several sets for some pupils, a layer for each: its sessions `within` its row."""
        circuit, places = self.numbering.circuit_of(*sets)
        found: NDArray[np.uint64] = planes_of_sets(
            self.planes, circuit.gates, np.array(places, dtype=np.int64), self.places[pupils], within
        )
        return found

    def counts(self, members: frozenset[int], within: int) -> Counts:
        """In how many sessions within a mask each pupil has one of these numbers."""
        circuit, (place,) = self.numbering.circuit_of(members)
        mask = rows_of([within], self.sessions)
        none = np.zeros((0, 2), dtype=np.int64), mask
        asked = np.array([[place, 0]])
        found: Counts = count_together(self.planes, self.places, circuit.gates, none, (asked, mask))[0]
        return found

    def numbers(self, rows: Rows) -> NDArray[np.uint8]:
        """The number of each session's code, a row for each pupil."""
        found = np.zeros((len(rows), self.sessions), dtype=np.uint8)
        for bit in range(self.numbering.planes):
            octets = self.planes[bit, self.places[rows], :].astype("<u8", copy=False).view(np.uint8)
            found |= np.unpackbits(octets, axis=1, count=self.sessions, bitorder="little") << bit
        return found


def ones(plane: Words) -> NDArray[np.int64]:
    """How many bits each row has. A column at a time: NumPy is slow to add up many short rows."""
    counted = np.zeros(len(plane), dtype=np.int64)
    for column in range(plane.shape[1]):
        counted += np.bitwise_count(plane[:, column])
    return counted
