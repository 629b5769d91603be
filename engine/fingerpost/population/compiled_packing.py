"""Marks strings to planes in one pass over each, as machine code compiled by numba.

What is plain comes out bit for bit as `packing.py` has it; whatever is not is named, and left to it. Nothing
else imports this, and that only if numba is installed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.compiling import as_machine_code

Octets = NDArray[np.uint8]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

_OPEN, _CLOSE, _HIGH, _LONGEST_CODE = ord("{"), ord("}"), 128, 3
_MISSING, _FIRST_ODD = 1, 254
"""In place of no mark, and the first of the numbers that planes do not hold."""


def quick_tables(tables: Octets) -> Octets:
    """The tables of codes for those who are on roll: no mark is a missing one, a brace is not plain."""
    found = np.where(tables == 0, np.uint8(_MISSING), tables)
    found[:, [_OPEN, _CLOSE]] = _FIRST_ODD
    found[:, _HIGH:] = _FIRST_ODD
    return found


@as_machine_code
def pack_strings(  # noqa: PLR0917 - a compiled function takes arrays, not objects
    planes: NDArray[np.uint64],
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

    Of each string: where it lies in the text, the session of its first mark, the
    first session on roll and the one after the last, and the first in which there may be a mark. `keys` are
    the codes in braces as numbers, of whose letters the numbers are in `tables`.
    """
    odd = np.zeros(len(rows), dtype=np.bool_)
    sessions = len(period)
    numbers = np.zeros((sessions + 63) // 64 * 64, dtype=np.uint8)
    together = numbers.view(np.uint64)
    spread = np.zeros(8, dtype=np.uint64)
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
        _put(planes, rows[string], together, spread)
    return odd


@as_machine_code
def _edges_of(period: Octets) -> Whole:
    """Where each period begins among the sessions, and after the last where it ends."""
    edges = np.zeros(int(period[-1]) + 2, dtype=np.int64) if len(period) else np.zeros(1, dtype=np.int64)
    for number in range(len(edges)):
        edges[number] = np.searchsorted(period, number)
    return edges


@as_machine_code
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


@as_machine_code
def _put(planes: NDArray[np.uint64], row: int, words: NDArray[np.uint64], eight: NDArray[np.uint64]) -> None:
    """Puts octets, of which the first of each eight is of the first plane, into a row of the planes.

    Each eight times eight octets change their places, first in fours, then in twos, then one by one.
    """
    for word in range(planes.shape[2]):
        for place in range(8):
            eight[place] = words[word * 8 + place]
        for place in range(4):
            _swap(eight, place, place + 4, np.uint64(32), np.uint64(0x00000000FFFFFFFF))
        for place in (0, 1, 4, 5):
            _swap(eight, place, place + 2, np.uint64(16), np.uint64(0x0000FFFF0000FFFF))
        for place in (0, 2, 4, 6):
            _swap(eight, place, place + 1, np.uint64(8), np.uint64(0x00FF00FF00FF00FF))
        for bit in range(len(planes)):
            planes[bit, row, word] = eight[bit]


@as_machine_code
def _swap(words: NDArray[np.uint64], one: int, other: int, by: np.uint64, mask: np.uint64) -> None:
    """Swaps the upper parts of one word with the lower parts of another."""
    swap = ((words[one] >> by) ^ words[other]) & mask
    words[other] ^= swap
    words[one] ^= swap << by


@as_machine_code
def _each_one_sign(numbers: Octets, text: Octets, column: int, edges: Whole, quick: Octets) -> bool:
    """Puts the numbers of a string of one sign a session in their places; whether it is one."""
    highest = np.uint8(0)
    at = 0
    for number in range(len(edges) - 1):
        table = quick[number]
        upto = min(len(text), edges[number + 1] - column)
        if at < upto:
            own, into = text[at:upto], numbers[column + at : column + upto]
            for place in range(len(own)):
                found = table[own[place]]
                into[place] = found
                highest = max(highest, found)
            at = upto
    return bool(highest < _FIRST_ODD)


@as_machine_code
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
