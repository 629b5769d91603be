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
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

_OPEN, _CLOSE, _HIGH, _LONGEST_CODE = ord("{"), ord("}"), 128, 3
_MISSING, _FIRST_ODD = 1, 254
"""In place of no mark, and the first of the numbers that planes do not hold."""
_EIGHTH_BIT = np.uint64(1 << 56)
"""From here on a word has bits in the last of its octets."""


def quick_tables(tables: Octets) -> Words:
    """By period, place among eight sessions and sign: the bits of its number for those who are on roll.

    Each bit is in an octet of its own, in the place of the session: what eight signs have, put together, is
    eight first bits, eight second ones and so on. No mark is a missing one. What is not plain by itself, such
    as a brace, has a bit in the last octet, and so has a number of eight bits, which hardly any list has.
    """
    numbers = np.where(tables == 0, np.uint8(_MISSING), tables)
    numbers[:, [_OPEN, _CLOSE]] = _FIRST_ODD
    numbers[:, _HIGH:] = _FIRST_ODD
    bits = np.unpackbits(numbers[:, :, None], axis=2, bitorder="little").view(np.uint64)[:, None, :, 0]
    found: Words = (bits << np.arange(8, dtype=np.uint64)[:, None]).reshape(-1)
    return found


@as_machine_code
def pack_strings(  # noqa: PLR0917 - a compiled function takes arrays, not objects
    planes: Words,
    rows: Whole,
    text: Octets,
    begins: Whole,
    ends: Whole,
    columns: Whole,
    first: Whole,
    last: Whole,
    born: Whole,
    tables: Octets,
    quick: Words,
    period: Octets,
    keys: Whole,
    letters: Octets,
) -> Flags:
    """Packs each string into its row of the planes; the strings that are not plain, whose rows stay empty.

    Of each string: where it lies in the text, the session of its first mark, the first session on roll and
    the one after the last, and the first in which there may be a mark. `keys` are the codes in braces as
    numbers, of whose letters the numbers are in `tables`.
    """
    odd = np.zeros(len(rows), dtype=np.bool_)
    words = np.zeros(planes.shape[2] * 8, dtype=np.uint64)
    edges = np.searchsorted(period, np.arange(len(tables) + 1))
    for string in range(len(rows)):
        column, begin, until = columns[string], first[string], last[string]
        words[:] = 0
        end = _laid_out(
            words,
            (column, begins[string], ends[string]),
            (begin, max(begin, born[string]), until),
            text,
            edges,
            tables,
            quick,
            period,
            keys,
            letters,
        )
        if end < 0:
            odd[string] = True
            continue
        _fill(words, begin, min(column, until))
        _fill(words, max(begin, end), until)
        _put(planes, rows[string], words)
    return odd


@as_machine_code
def _laid_out(  # noqa: PLR0917 - arrays in a tuple would be counted for each string
    words: Words,
    where: tuple[int, int, int],
    roll: tuple[int, int, int],
    text: Octets,
    edges: Whole,
    tables: Octets,
    quick: Words,
    period: Octets,
    keys: Whole,
    letters: Octets,
) -> int:
    """Puts the numbers of one string in their places; the session after its last, -1 if it is not plain.

    A word is of eight sessions: all their first bits, then all their second ones. Signs that stand together
    are looked up in eights; a code in braces, and what is not certainly on roll, by itself.
    """
    column, at, end = where
    begin, allowed, until = roll
    while at < end:
        if column % 8 == 0 and allowed <= column < until:
            most = min(end - at, until - column, edges[period[column] + 1] - column) // 8
            done = _eights(words, column // 8, most, text, at, quick, period[column])
            column += 8 * done
            at += 8 * done
        if at == end:
            break
        letter = np.int64(text[at])
        if letter == _OPEN:
            letter, at = _code_in_braces(text, at + 1, end, keys, letters)
        elif letter == _CLOSE or letter >= _HIGH:
            return -1
        if letter < 0 or column >= len(period):
            return -1
        number = tables[period[column], letter]
        if number:
            if number >= _FIRST_ODD or column < allowed or column >= until:
                return -1
        elif begin <= column < until:
            number = np.uint8(_MISSING)
        words[column // 8] |= _transposed(np.uint64(number) << np.uint64(column % 8 * 8))
        column += 1
        at += 1
    return column


@as_machine_code
def _eights(  # noqa: PLR0917
    words: Words, first: int, most: int, text: Octets, at: int, quick: Words, period: int
) -> int:
    """Puts the numbers of signs of one period into words, from the first on; how many words were plain."""
    table = np.uint64(period) << np.uint64(11)
    for word in range(most):
        place = np.uint64(at + word * 8)
        found = np.uint64(0)
        for session in range(8):
            found |= quick[table | np.uint64(session << 8) | np.uint64(text[place + np.uint64(session)])]
        if found >= _EIGHTH_BIT:
            return word
        words[first + word] = found
    return max(most, 0)


@as_machine_code
def _code_in_braces(text: Octets, at: int, end: int, keys: Whole, letters: Octets) -> tuple[np.int64, int]:
    """The letter of a code in braces, -1 if it is none, and where the closing one stands."""
    key = np.int64(0)
    length = 0
    while at < end and text[at] != _CLOSE:
        if length < _LONGEST_CODE:
            key |= np.int64(text[at]) << (8 * length)
        length += 1
        at += 1
    if at == end or length > _LONGEST_CODE:
        return np.int64(-1), at
    found = np.searchsorted(keys, key)
    if found == len(keys) or keys[found] != key:
        return np.int64(-1), at
    return np.int64(letters[found]), at


@as_machine_code
def _fill(words: Words, first: int, until: int) -> None:
    """Puts missing marks from one session up to, and without, another: ones in the first of eight octets."""
    for word in range(first // 8, (until + 7) // 8):
        low, high = max(first - word * 8, 0), min(until - word * 8, 8)
        if low < high:
            words[word] |= np.uint64((1 << high) - (1 << low))


@as_machine_code
def _transposed(word: np.uint64) -> np.uint64:
    """Of eight octets makes one of their first bits, one of their second bits, and so on."""
    swap = (word ^ (word >> np.uint64(7))) & np.uint64(0x00AA00AA00AA00AA)
    word ^= swap ^ (swap << np.uint64(7))
    swap = (word ^ (word >> np.uint64(14))) & np.uint64(0x0000CCCC0000CCCC)
    word ^= swap ^ (swap << np.uint64(14))
    swap = (word ^ (word >> np.uint64(28))) & np.uint64(0x00000000F0F0F0F0)
    return word ^ swap ^ (swap << np.uint64(28))


@as_machine_code
def _put(planes: Words, row: int, words: Words) -> None:
    """Puts words, of which the first octet of each is of the first plane, into a row of the planes."""
    for word in range(planes.shape[2]):
        for bit in range(planes.shape[0]):
            found = np.uint64(0)
            for eight in range(8):
                octet = (words[word * 8 + eight] >> np.uint64(bit * 8)) & np.uint64(0xFF)
                found |= octet << np.uint64(eight * 8)
            planes[bit, row, word] = found
