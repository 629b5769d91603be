"""Where marks come from, as letters: marks strings, code bytes and long tables, by the rows of a population.

Whatever is not plain (a code of no list, two marks for one session, a string that is too long) is not judged
here: its pupil is named, and the reader that judges and explains reads that pupil again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.code_list import NO_MARK, CodeList, Octets
from fingerpost.population.strips import Slots, Whole

OPEN, CLOSE, HIGH = ord("{"), ord("}"), 128
"""The braces round a code of several signs; from `HIGH` on no sign is one of a marks string."""
LONGEST_CODE = 3
_UNKNOWN = 1


class Source(Protocol):
    """Where marks come from."""

    def fill(self, rows: Whole, slots: Slots, letters: Octets) -> Whole:
        """Puts the letters of sorted rows in their places; which of these are not plain, by place.

        `letters` is to be filled: a row for each of the rows, a column for each of the sessions `slots`.
        """

    def slots_of(self, first: int, last: int) -> Slots:
        """The sessions in which rows `first` up to, and without, `last` may have marks."""


@dataclass(frozen=True)
class LongMarks:
    """A line for each mark, sorted by pupil."""

    rows: Whole
    """The pupils' rows."""
    slots: Whole
    letters: Octets
    """The bytes of their codes, as `CodeList.letters` has them."""

    def slots_of(self, first: int, last: int) -> Slots:
        """The sessions in which these rows have marks."""
        start, end = np.searchsorted(self.rows, [first, last])
        return np.unique(self.slots[start:end])

    def fill(self, rows: Whole, slots: Slots, letters: Octets) -> Whole:
        """Puts the letters in their places; not plain are sessions beyond these, or marked twice."""
        lines = _lines_of(self.rows, rows)
        own, given = np.searchsorted(rows, self.rows[lines]), self.slots[lines]
        columns = np.searchsorted(slots, given)
        known = slots[np.minimum(columns, len(slots) - 1)] == given if len(slots) else own < 0
        places = own * max(len(slots), 1) + columns
        flat = letters.reshape(-1)
        again = np.zeros(len(own), dtype=np.bool_)
        again[known] = flat[places[known]] != NO_MARK
        flat[places[known]] = self.letters[lines][known]
        _, index, counts = np.unique(places, return_inverse=True, return_counts=True)
        return np.unique(own[~known | again | (counts[index] > 1)])


@dataclass(frozen=True)
class Strings:
    """Marks strings, sorted by pupil: where each lies in one text, and the session of its first mark."""

    rows: Whole
    """The pupils' rows."""
    starts: Whole
    """The session of the first mark of each string."""
    offsets: Whole
    """Where each string begins in the text, and after the last where it ends."""
    text: Octets
    """All strings, in UTF-8."""
    codes: CodeList
    running: Slots
    """The sessions over which strings run."""

    def slots_of(self, first: int, last: int) -> Slots:
        """The sessions over which these rows' strings run."""
        begin, end = np.searchsorted(self.rows, [first, last])
        if begin == end:
            return self.running[:0]
        columns = np.searchsorted(self.running, self.starts[begin:end])
        lengths = self.offsets[begin + 1 : end + 1] - self.offsets[begin:end]
        return self.running[int(columns.min()) : int((columns + lengths).max())]

    def fill(self, rows: Whole, slots: Slots, letters: Octets) -> Whole:
        """Puts the letters in their places; not plain are strings with anything but codes, or too long."""
        lines = _lines_of(self.rows, rows)
        if not len(lines):
            return self.rows[:0]
        begins, lengths = self.offsets[lines], self.offsets[lines + 1] - self.offsets[lines]
        text, edges = joined(self.text, begins, lengths)
        text, edges, bad = one_byte_each(text, edges, self.codes)
        own, lengths = np.searchsorted(rows, self.rows[lines]), np.diff(edges)
        columns = np.searchsorted(self.running, self.starts[lines])
        bad |= columns + lengths > len(self.running)
        bad[1:] |= (own[1:] == own[:-1]) & (columns[1:] < columns[:-1] + lengths[:-1])
        place = np.searchsorted(slots, self.running)
        kept = np.repeat(~bad, lengths)
        within = np.arange(len(text)) - np.repeat(edges[:-1], lengths)
        columns_of = (within + np.repeat(columns, lengths))[kept]
        letters[np.repeat(own, lengths)[kept], place[columns_of]] = text[kept]
        return np.unique(own[bad])


def _lines_of(given: Whole, rows: Whole) -> Whole:
    """The lines of some of the rows; both are sorted."""
    if not len(rows):
        return given[:0]
    first, last = np.searchsorted(given, [rows[0], rows[-1] + 1])
    lines = np.arange(first, last)
    if len(rows) == rows[-1] - rows[0] + 1:
        return lines
    places = np.minimum(np.searchsorted(rows, given[lines]), len(rows) - 1)
    found: Whole = lines[rows[places] == given[lines]]
    return found


def joined(text: Octets, begins: Whole, lengths: Whole) -> tuple[Octets, Whole]:
    """Strings that lie in a text one after another, and where each begins and the last ends."""
    edges = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    if len(begins) and (begins[1:] == begins[:-1] + lengths[:-1]).all():
        return text[begins[0] : begins[0] + edges[-1]], edges
    found: Octets = text[np.repeat(begins - edges[:-1], lengths) + np.arange(edges[-1])]
    return found, edges


def one_byte_each(text: Octets, edges: Whole, codes: CodeList) -> tuple[Octets, Whole, NDArray[np.bool_]]:
    """Strings with each code in braces as the one byte of its letter, where they lie, and which are bad."""
    bad = np.zeros(len(edges) - 1, dtype=np.bool_)
    opened, closed = np.flatnonzero(text == OPEN), np.flatnonzero(text == CLOSE)
    if (text >= HIGH).any():
        bad[_string_of(edges, np.flatnonzero(text >= HIGH))] = True
    if not len(opened) and not len(closed):
        return text, edges, bad
    inside, outside = _string_of(edges, opened), _string_of(edges, closed)
    bad |= np.bincount(inside, minlength=len(bad)) != np.bincount(outside, minlength=len(bad))
    opened, closed = opened[~bad[inside]], closed[~bad[outside]]
    inside = _string_of(edges, opened)
    long = closed - opened - 1
    wrong = (long < 1) | (long > LONGEST_CODE)
    wrong[:-1] |= closed[:-1] > opened[1:]
    bad[inside[wrong]] = True
    good = ~bad[inside]
    opened, closed, long = opened[good], closed[good], long[good]
    named = _named(text, opened, long, codes)
    text = text.copy()
    text[opened] = named
    change = np.zeros(len(text) + 1, dtype=np.int8)
    change[opened + 1] += 1
    change[closed + 1] -= 1
    dropped = np.cumsum(change[:-1], dtype=np.int8).astype(np.bool_)
    before = np.concatenate([[0], np.cumsum(dropped)])
    return text[~dropped], edges - before[edges], bad


def _string_of(edges: Whole, places: Whole) -> Whole:
    return np.searchsorted(edges, places, side="right") - 1


def _named(text: Octets, opened: Whole, long: Whole, codes: CodeList) -> Octets:
    """The letters of the codes in braces; 1, which is no letter, for what is no code."""
    keys = np.zeros(len(opened), dtype=np.int64)
    for place in range(LONGEST_CODE):
        has = long > place
        keys[has] |= text[opened[has] + 1 + place].astype(np.int64) << (8 * place)
    kinds, which = np.unique(keys, return_inverse=True)
    letters = [
        codes.letters.get(int(key).to_bytes(LONGEST_CODE, "little").rstrip(b"\0").decode("latin-1"), _UNKNOWN)
        for key in kinds
    ]
    return np.array(letters, dtype=np.uint8)[which]
