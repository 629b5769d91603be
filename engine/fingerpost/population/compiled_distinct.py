"""Which numbers are the same, as machine code compiled by numba: see `kernels.py`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.compiling import as_machine_code
from fingerpost.population.kernels import MOST_NUMBERS, SPARSE

Numbers = NDArray[np.int64]


@as_machine_code
def combine(combined: Numbers, size: int, numbers: Numbers) -> int:
    """Adds a number to each combination of numbers; how many there may be then, or 0 for too many."""
    least = most = numbers[0]
    for place in range(len(numbers)):
        least, most = min(least, numbers[place]), max(most, numbers[place])
    if most // 2 - least // 2 > MOST_NUMBERS // 2:
        return 0
    many = most - least + 1
    if size > MOST_NUMBERS // many:
        return 0
    if many > 1:
        for place in range(len(numbers)):
            combined[place] = combined[place] * many + (numbers[place] - least)
    return int(size * many)


def distinct_numbers(numbers: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """The first place of each distinct number, in their order; and for each place which it has."""
    if size <= SPARSE * len(numbers):
        return _by_place(numbers, size)
    first, which = _as_met(numbers)
    values = numbers[first]
    if (values[1:] > values[:-1]).all():
        return first, which
    order = np.argsort(values)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[which]


@as_machine_code
def _by_place(numbers: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """Of few numbers, each of which has a place."""
    which = np.empty(len(numbers), dtype=np.int64)
    found = np.full(size, -1, dtype=np.int64)
    many = 0
    for place in range(len(numbers)):
        if found[numbers[place]] < 0:
            found[numbers[place]] = place
            many += 1
    first = np.empty(many, dtype=np.int64)
    many = 0
    for number in range(size):
        if found[number] >= 0:
            first[many] = found[number]
            found[number] = many
            many += 1
    for place in range(len(numbers)):
        which[place] = found[numbers[place]]
    return first, which


@as_machine_code
def _as_met(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Of any numbers, in the order in which they are met: each is looked for among those before it.

    As soon as half of the slots are taken, all is begun anew with more of them.
    """
    which = np.empty(len(numbers), dtype=np.int64)
    bits = 10
    while True:
        slots = np.full(1 << bits, -1, dtype=np.int32)
        first = np.empty((1 << bits) // 2 + 1, dtype=np.int64)
        values = np.empty(len(first), dtype=np.int64)
        many = place = 0
        while place < len(numbers) and many < len(first):
            value = numbers[place]
            slot = np.int64((np.uint64(value) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits))
            while slots[slot] >= 0 and values[slots[slot]] != value:
                slot = (slot + 1) & (len(slots) - 1)
            if slots[slot] < 0:
                slots[slot] = many
                values[many] = value
                first[many] = place
                many += 1
            which[place] = slots[slot]
            place += 1
        if many < len(first):
            return first[:many].copy(), which
        bits += 2
