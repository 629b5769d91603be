"""Marks strings to planes in one pass over each, as machine code compiled by numba.

What is plain comes out bit for bit as `packing.py` has it; whatever is not is named, and left to it. Nothing
else imports this, and that only if numba is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Octets = NDArray[np.uint8]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_OPEN, _CLOSE, _HIGH, _LONGEST_CODE = ord("{"), ord("}"), 128, 3
_MISSING, _FIRST_ODD = 1, 254
"""In place of no mark, and the first of the numbers that planes do not hold."""
_ONES, _SPREAD = np.uint64(0x0101010101010101), np.uint64(0x0102040810204080)
"""The lowest bit of each of eight octets, and what gathers those bits in the highest octet."""

F = TypeVar("F", bound=Callable[..., object])


def _compiled(function: F) -> F:
    """Compiled when it is first called, and kept on disk for the next time."""
    found: F = njit(cache=True, nogil=True)(function)
    return found


@_compiled
def pack_strings(  # noqa: PLR0917 - a compiled function takes arrays, not objects
    planes: Octets,
    rows: Whole,
    text: Octets,
    begins: Whole,
    ends: Whole,
    columns: Whole,
    first: Whole,
    last: Whole,
    born: Whole,
    tables: Octets,
    period: Octets,
    keys: Whole,
    letters: Octets,
) -> Flags:
    """Packs each string into its row of the planes; the strings that are not plain, whose rows stay empty.

    `planes` are octets of bits. Of each string: where it lies in the text, the session of its first mark, the
    first session on roll and the one after the last, and the first in which there may be a mark. `keys` are
    the codes in braces as numbers, of whose letters the numbers are in `tables`.
    """
    odd = np.zeros(len(rows), dtype=np.bool_)
    sessions = len(period)
    octets = (sessions + 7) // 8
    numbers = np.zeros(octets * 8, dtype=np.uint8)
    together = numbers.view(np.uint64)
    for string in range(len(rows)):
        numbers[:] = 0
        from_place, until_place = first[string], last[string]
        numbers[from_place:until_place] = _MISSING
        if not _numbers_of(
            numbers,
            text[begins[string] : ends[string]],
            columns[string],
            (max(from_place, born[string]), until_place, sessions),
            (tables, period, keys, letters),
        ):
            odd[string] = True
            continue
        row = rows[string]
        for bit in range(len(planes)):
            for place in range(octets):
                bits = (together[place] >> np.uint64(bit)) & _ONES
                planes[bit, row, place] = np.uint8((bits * _SPREAD) >> np.uint64(56))
    return odd


@_compiled
def _numbers_of(
    numbers: Octets,
    text: Octets,
    column: int,
    within: tuple[int, int, int],
    codes: tuple[Octets, Octets, Whole, Octets],
) -> bool:
    """Puts the numbers of one string in their places; whether it is plain."""
    allowed, until, sessions = within
    tables, period, keys, letters = codes
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == _OPEN:
            key = np.int64(0)
            length = 0
            at += 1
            while at < len(text) and text[at] != _CLOSE:
                if length < _LONGEST_CODE:
                    key |= np.int64(text[at]) << (8 * length)
                length += 1
                at += 1
            if at == len(text) or length > _LONGEST_CODE:
                return False
            found = np.searchsorted(keys, key)
            if found == len(keys) or keys[found] != key:
                return False
            letter = letters[found]
        elif letter == _CLOSE or letter >= _HIGH:
            return False
        if column >= sessions:
            return False
        number = tables[period[column], letter]
        if number:
            if number >= _FIRST_ODD or column < allowed or column >= until:
                return False
            numbers[column] = number
        column += 1
        at += 1
    return True
