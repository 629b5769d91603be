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

F = TypeVar("F", bound=Callable[..., object])


def _compiled(function: F) -> F:
    """Compiled when it is first called, and kept on disk for the next time."""
    found: F = njit(cache=True, nogil=True)(function)
    return found


def quick_tables(tables: Octets) -> Octets:
    """The tables of codes for those who are on roll: no mark is a missing one, a brace is not plain."""
    found = np.where(tables == 0, np.uint8(_MISSING), tables)
    found[:, [_OPEN, _CLOSE]] = _FIRST_ODD
    found[:, _HIGH:] = _FIRST_ODD
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
    quick: Octets,
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
    edges = _edges_of(period)
    for string in range(len(rows)):
        allowed, until = max(first[string], born[string]), last[string]
        begin, end, column = begins[string], ends[string], columns[string]
        numbers[: first[string]] = 0
        numbers[first[string] : until] = _MISSING
        numbers[until:] = 0
        plain = column >= allowed and column + end - begin <= until
        if plain:
            plain = _each_one_sign(numbers, text[begin:end], column, edges, quick)
            if not plain:
                numbers[first[string] : until] = _MISSING
        if not plain and not _numbers_of(
            numbers, text[begin:end], column, (allowed, until, sessions), (tables, period, keys, letters)
        ):
            odd[string] = True
            continue
        _transpose(together)
        row = rows[string]
        for bit in range(len(planes)):
            for place in range(octets):
                planes[bit, row, place] = numbers[place * 8 + bit]
    return odd


@_compiled
def _edges_of(period: Octets) -> Whole:
    """Where each period begins among the sessions, and after the last where it ends."""
    edges = np.zeros(int(period[-1]) + 2, dtype=np.int64) if len(period) else np.zeros(1, dtype=np.int64)
    for number in range(len(edges)):
        edges[number] = np.searchsorted(period, number)
    return edges


@_compiled
def _transpose(words: NDArray[np.uint64]) -> None:
    """Of each eight octets makes one of their first bits, one of their second bits, and so on."""
    for place in range(len(words)):
        word = words[place]
        swap = (word ^ (word >> np.uint64(7))) & np.uint64(0x00AA00AA00AA00AA)
        word ^= swap ^ (swap << np.uint64(7))
        swap = (word ^ (word >> np.uint64(14))) & np.uint64(0x0000CCCC0000CCCC)
        word ^= swap ^ (swap << np.uint64(14))
        swap = (word ^ (word >> np.uint64(28))) & np.uint64(0x00000000F0F0F0F0)
        words[place] = word ^ swap ^ (swap << np.uint64(28))


@_compiled
def _each_one_sign(numbers: Octets, text: Octets, column: int, edges: Whole, quick: Octets) -> bool:
    """Puts the numbers of a string of one sign a session in their places; whether it is one."""
    highest = np.uint8(0)
    at = 0
    for number in range(len(edges) - 1):
        table = quick[number]
        upto = min(len(text), edges[number + 1] - column)
        for place in range(at, upto):
            found = table[text[place]]
            numbers[column + place] = found
            highest = max(highest, found)
        at = max(at, upto)
    return bool(highest < _FIRST_ODD)


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
