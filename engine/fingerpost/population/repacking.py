"""Registers packed anew, by another list of codes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fingerpost.population.code_list import ADMINISTRATIVE_MARK, BAD_MARK, CodeList
from fingerpost.population.packing import AT_ONCE
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER
from fingerpost.population.strips import Administrative, Strip, empty_planes, pack_into, unpacked


def repacked(
    strip: Strip,
    before: CodeList,
    codes: CodeList,
    taken: Administrative,
    administrative: list[Administrative],
) -> Strip:
    """A strip packed by another list than before. `taken` are the administrative marks of before.

    Those of now are added to the last.
    """
    planes = empty_planes(codes.planes, len(strip), strip.planes.shape[2])
    other = np.full(256, 1, dtype=np.uint8)
    for code, letter in before.letters.items():
        other[letter] = codes.letters.get(code, 1)
    for start in range(0, len(strip), AT_ONCE):
        some = slice(start, min(start + AT_ONCE, len(strip)))
        given = unpacked(strip.planes[:, some], len(strip.slots))
        letters = np.zeros_like(given)
        for period, stretch in before.stretches(strip.slots):
            table = np.zeros(256, dtype=np.uint8)
            for number, code in before.by_number[period].items():
                table[number] = other[before.letters[code]]
            letters[:, stretch] = table[given[:, stretch]]
        taken_nothing = taken
        first, last = np.searchsorted(taken_nothing.rows, [strip.first + some.start, strip.first + some.stop])
        at = taken_nothing.rows[first:last] - strip.first - some.start
        columns = np.searchsorted(strip.slots, taken_nothing.slots[first:last])
        letters[at, columns] = other[taken_nothing.letters[first:last]]
        numbers = codes.numbers_of(letters, strip.slots)
        none = letters == 0
        numbers[none] = given[none]
        numbers[numbers == BAD_MARK] = MISSING_NUMBER
        where = np.nonzero(numbers == ADMINISTRATIVE_MARK)
        administrative.append(
            Administrative(where[0] + strip.first + some.start, strip.slots[where[1]], letters[where])
        )
        numbers[where] = NOTHING_NUMBER
        pack_into(planes[:, some], numbers)
    return replace(strip, planes=planes)
