"""Sets of codes as steps over the planes of a register: one bit a session, many sessions at once.

A circuit may hold many sets: what they have in common is worked out once.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Gates = NDArray[np.int64]
"""A row for each step: its `Gate`, and the places of up to three planes."""


class Gate(IntEnum):
    """What a step makes of the planes a, b and c."""

    AND = 0
    """a and b."""
    OR = 1
    """a or b."""
    LESS = 2
    """b without a."""
    NOT_OR = 3
    """b, or what is not in a."""
    CHOICE = 4
    """b where a has its bit, and c where it has not."""


Step = tuple[Gate, int, int, int]


class Circuit:
    """Steps over planes. The planes of the register stand first; each step adds one after the last.

    `used`: so many numbers have a code; those beyond never occur.
    """

    def __init__(self, planes: int, used: int) -> None:
        self.planes = planes
        self.used = used
        self.steps: list[Step] = []
        self._places: dict[Step, int] = {}

    @property
    def gates(self) -> Gates:
        """The steps as a table."""
        return np.array(self.steps, dtype=np.int64).reshape(len(self.steps), 4)

    def place_of(self, members: frozenset[int]) -> int:
        """The place of the plane of the sessions whose code has one of these numbers."""
        found = self._part(members, 0, self.planes)
        if isinstance(found, bool):
            return self._step(Gate.NOT_OR if found else Gate.LESS, 0, 0)
        return found

    def _part(self, members: frozenset[int], first: int, bits: int) -> int | bool:
        """Of the numbers from one on, as many as so many bits tell apart.

        They are split by their highest bit, then the next, until all or none of a part are members.
        """
        end = min(first + (1 << bits), self.used)
        wanted = sum(first <= number < end for number in members)
        if not wanted:
            return False
        if wanted == end - first:
            return True
        above = self._part(members, first + (1 << (bits - 1)), bits - 1)
        return self._chosen(bits - 1, above, self._part(members, first, bits - 1))

    def _chosen(self, plane: int, above: int | bool, below: int | bool) -> int:
        """What `above` says where the plane has its bit, and `below` where it has not."""
        match above, below:
            case True, False:
                return plane
            case True, _:
                return self._step(Gate.OR, plane, below)
            case False, True:
                return self._step(Gate.NOT_OR, plane, self._step(Gate.LESS, plane, plane))
            case False, _:
                return self._step(Gate.LESS, plane, below)
            case _, True:
                return self._step(Gate.NOT_OR, plane, above)
            case _, False:
                return self._step(Gate.AND, plane, above)
            case _:
                return self._step(Gate.CHOICE, plane, above, below)

    def _step(self, gate: Gate, *places: int) -> int:
        one, other, third = (*places, 0)[:3]
        step = gate, one, other, third
        if step not in self._places:
            self._places[step] = self.planes + len(self.steps)
            self.steps.append(step)
        return self._places[step]


def followed(gates: Gates, planes: list[NDArray[np.uint64]]) -> list[NDArray[np.uint64]]:
    """The planes, and after them one for each step."""
    held = list(planes)
    for gate, one, other, third in gates.tolist():
        a, b = held[one], held[other]
        match gate:
            case Gate.AND:
                held.append(a & b)
            case Gate.OR:
                held.append(a | b)
            case Gate.LESS:
                held.append(b & ~a)
            case Gate.NOT_OR:
                held.append(b | ~a)
            case _:
                # Where a bit of b differs from c, take it if a has its bit.
                held.append(held[third] ^ ((b ^ held[third]) & a))
    return held
