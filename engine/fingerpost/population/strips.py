"""Registers packed as they come in: a *strip* of planes for the pupils whose schools share a calendar.

From marks strings, code bytes and long tables to bytes in a matrix, from there to numbers, and from there to
planes: some thousand pupils at a time, so that what is at work stays in the processor's cache. Whatever is
not plain (a code of no list, two marks for one session, a mark off roll or in a closed session) is not judged
here: its pupil is named, and the reader that judges and explains reads that pupil again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.code_list import ADMINISTRATIVE_MARK, BAD_MARK, NO_MARK, CodeList, Octets
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER
from fingerpost.population.truths import width

Slots = NDArray[np.int64]
"""Sessions, sorted."""
Whole = NDArray[np.int64]

AT_ONCE = 4_096
"""Pupils whose registers are laid out as bytes at one time."""
_OPEN, _CLOSE, _UNKNOWN = ord("{"), ord("}"), 1
_LONGEST_CODE = 3


@dataclass
class Strip:
    """The planes of the pupils in rows `first` to `last`, over the same sessions.

    Numbers are those of `CodeList`; without a mark it is 1 where the pupil is on roll, else 0.
    """

    first: int
    last: int
    slots: Slots
    planes: NDArray[np.uint64]
    """One layer for each bit of a number, a row for each pupil, a bit for each session."""

    def __len__(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Administrative:
    """Marks that take no session, which planes do not hold: sorted by row, then session."""

    rows: Whole
    slots: Whole
    letters: Octets

    @classmethod
    def joined(cls, parts: Sequence[Administrative]) -> Administrative:
        """All of them together."""
        if not parts:
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8))
        return cls(
            np.concatenate([one.rows for one in parts]),
            np.concatenate([one.slots for one in parts]),
            np.concatenate([one.letters for one in parts]),
        )

    def of(self, row: int) -> list[tuple[int, int]]:
        """The sessions and letters of one row."""
        first, last = np.searchsorted(self.rows, [row, row + 1])
        return list(zip(self.slots[first:last].tolist(), self.letters[first:last].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Roll:
    """When each row is on roll: ordinals of the first and last day, 0 for none."""

    births: Whole
    first: Whole
    last: Whole


class Source(Protocol):
    """Where marks come from."""

    def fill(self, first: int, last: int, slots: Slots, letters: Octets) -> Whole:
        """Puts the letters of rows `first` to `last` in their places; the rows that are not plain."""

    def slots_of(self, first: int, last: int) -> Slots:
        """The sessions in which these rows may have marks."""


@dataclass(frozen=True)
class LongMarks:
    """A row a mark, sorted by pupil."""

    rows: Whole
    slots: Whole
    letters: Octets

    def slots_of(self, first: int, last: int) -> Slots:
        """The sessions in which these rows have marks."""
        start, end = np.searchsorted(self.rows, [first, last])
        return np.unique(self.slots[start:end])

    def fill(self, first: int, last: int, slots: Slots, letters: Octets) -> Whole:
        """Puts the letters in their places; not plain are sessions beyond these, or marked twice."""
        start, end = np.searchsorted(self.rows, [first, last])
        rows, columns = self.rows[start:end] - first, np.searchsorted(slots, self.slots[start:end])
        known = (
            slots[np.minimum(columns, len(slots) - 1)] == self.slots[start:end] if len(slots) else rows < 0
        )
        places = rows * max(len(slots), 1) + columns
        flat = letters.reshape(-1)
        again = np.zeros(len(rows), dtype=np.bool_)
        again[known] = flat[places[known]] != NO_MARK
        flat[places[known]] = self.letters[start:end][known]
        _, index, counts = np.unique(places, return_inverse=True, return_counts=True)
        return first + np.unique(rows[~known | again | (counts[index] > 1)])


@dataclass(frozen=True)
class Strings:
    """Marks strings, sorted by pupil: where each lies in one text, and the session of its first mark."""

    rows: Whole
    starts: Whole
    offsets: Whole
    """Where each string begins in the text, and after the last where it ends."""
    text: Octets
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

    def fill(self, first: int, last: int, slots: Slots, letters: Octets) -> Whole:
        """Puts the letters in their places; not plain are strings with anything but codes, or too long."""
        begin, end = np.searchsorted(self.rows, [first, last])
        if begin == end:
            return self.rows[:0]
        edges = self.offsets[begin : end + 1]
        text, edges, bad = one_byte_each(self.text[edges[0] : edges[-1]], edges - edges[0], self.codes)
        rows, lengths = self.rows[begin:end] - first, np.diff(edges)
        columns = np.searchsorted(self.running, self.starts[begin:end])
        bad |= columns + lengths > len(self.running)
        bad[1:] |= (rows[1:] == rows[:-1]) & (columns[1:] < columns[:-1] + lengths[:-1])
        same = len(rows) == len(letters) and bool(
            (np.diff(rows) == 1).all() and (lengths == lengths[0]).all() and (columns == columns[0]).all()
        )
        place = np.searchsorted(slots, self.running)
        if same and not bad.any():
            wanted = place[columns[0] : columns[0] + lengths[0]]
            given = text.reshape(len(rows), -1)
            if np.array_equal(
                wanted, np.arange(wanted[0], wanted[0] + len(wanted)) if len(wanted) else wanted
            ):
                letters[:, wanted[0] : wanted[0] + len(wanted)] = given
            else:
                letters[:, wanted] = given
            return self.rows[:0]
        kept = np.repeat(~bad, lengths)
        within = np.arange(len(text)) - np.repeat(edges[:-1], lengths)
        columns_of = (within + np.repeat(columns, lengths))[kept]
        letters[np.repeat(rows, lengths)[kept], place[columns_of]] = text[kept]
        return first + np.unique(rows[bad])


def one_byte_each(text: Octets, edges: Whole, codes: CodeList) -> tuple[Octets, Whole, NDArray[np.bool_]]:
    """Strings with each code in braces as the one byte of its letter, where they lie, and which are bad."""
    bad = np.zeros(len(edges) - 1, dtype=np.bool_)
    opened, closed = np.flatnonzero(text == _OPEN), np.flatnonzero(text == _CLOSE)
    if (text >= 128).any():
        bad[_string_of(edges, np.flatnonzero(text >= 128))] = True
    if not len(opened) and not len(closed):
        return text, edges, bad
    inside, outside = _string_of(edges, opened), _string_of(edges, closed)
    bad |= np.bincount(inside, minlength=len(bad)) != np.bincount(outside, minlength=len(bad))
    opened, closed = opened[~bad[inside]], closed[~bad[outside]]
    inside = _string_of(edges, opened)
    long = closed - opened - 1
    wrong = (long < 1) | (long > _LONGEST_CODE)
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
    for place in range(_LONGEST_CODE):
        has = long > place
        keys[has] |= text[opened[has] + 1 + place].astype(np.int64) << (8 * place)
    kinds, which = np.unique(keys, return_inverse=True)
    letters = [
        codes.letters.get(
            int(key).to_bytes(_LONGEST_CODE, "little").rstrip(b"\0").decode("latin-1"), _UNKNOWN
        )
        for key in kinds
    ]
    return np.array(letters, dtype=np.uint8)[which]


# --- packing --------------------------------------------------------------------------------------


@dataclass
class Packing:
    """Packs registers, and collects who is not plain."""

    codes: CodeList
    roll: Roll
    sources: Sequence[Source]
    unplain: list[Whole] = field(default_factory=list)
    administrative: list[Administrative] = field(default_factory=list)

    def strip(self, first: int, last: int, slots: Slots, *, closed_is_wrong: bool) -> Strip:
        """The strip of rows `first` to `last` over these sessions.

        Where the sessions are those of no calendar (`closed_is_wrong` is no), every session with a mark is
        one of them.
        """
        if not closed_is_wrong:
            seen = [source.slots_of(first, last) for source in self.sources]
            slots = np.unique(np.concatenate([slots, *seen]))
        planes = np.zeros((self.codes.planes, last - first, width(len(slots))), dtype=np.uint64)
        for start in range(first, last, AT_ONCE):
            end = min(start + AT_ONCE, last)
            numbers = self._numbers(start, end, slots)
            pack_into(planes[:, start - first : end - first], numbers)
        return Strip(first, last, slots, planes)

    def _numbers(self, first: int, last: int, slots: Slots) -> Octets:
        letters = np.zeros((last - first, len(slots)), dtype=np.uint8)
        unplain = [source.fill(first, last, slots, letters) - first for source in self.sources]
        numbers = self.codes.numbers_of(letters, slots)
        on_roll = self._on_roll(first, last, slots)
        administrative = numbers == ADMINISTRATIVE_MARK
        wrong = numbers == BAD_MARK
        if on_roll is not None:
            wrong |= ~on_roll & (numbers > MISSING_NUMBER) & ~administrative
        unplain.append(np.flatnonzero(wrong.any(axis=1)))
        unplain.append(self._unborn(first, last, slots, numbers))
        rows = np.unique(np.concatenate(unplain))
        administrative[rows] = False
        if administrative.any():
            at, columns = np.nonzero(administrative)
            found = Administrative(at + first, slots[columns], letters[at, columns])
            self.administrative.append(found)
        empty = numbers == NOTHING_NUMBER
        numbers[administrative | wrong] = NOTHING_NUMBER
        numbers[empty if on_roll is None else empty & on_roll] = MISSING_NUMBER
        numbers[rows] = NOTHING_NUMBER
        self.unplain.append(rows + first)
        return numbers

    def _on_roll(self, first: int, last: int, slots: Slots) -> NDArray[np.bool_] | None:
        """For each row and session whether the pupil is on roll; None where all are on all of them."""
        return on_roll(self.roll.first[first:last], self.roll.last[first:last], slots)

    def _unborn(self, first: int, last: int, slots: Slots, numbers: Octets) -> Whole:
        """Pupils with a mark before they were born."""
        days = slots // 2
        young = np.flatnonzero(self.roll.births[first:last] > (days[0] if len(days) else 0))
        marked = (numbers[young] > MISSING_NUMBER) & (days < self.roll.births[first:last][young][:, None])
        return young[marked.any(axis=1)]


def on_roll(first: Whole, last: Whole, slots: Slots) -> NDArray[np.bool_] | None:
    """Whether each row is on roll in each session, by the ordinals of its first and last day (0 for none)."""
    if not first.any() and not last.any():
        return None
    days = slots // 2
    there: NDArray[np.bool_] = (days >= first[:, None]) & ((days <= last[:, None]) | (last == 0)[:, None])
    return there


def pack_into(planes: NDArray[np.uint64], numbers: Octets) -> None:
    """Packs numbers, a row for each pupil, into planes that are there."""
    for bit in range(len(planes)):
        octets = np.packbits(numbers >> bit & 1, axis=1, bitorder="little")
        filled = np.zeros((planes.shape[1], planes.shape[2] * 8), dtype=np.uint8)
        filled[:, : octets.shape[1]] = octets
        planes[bit] = filled.view("<u8")


def unpacked(planes: NDArray[np.uint64], sessions: int) -> Octets:
    """The numbers in planes, a row for each pupil."""
    found = np.zeros((planes.shape[1], sessions), dtype=np.uint8)
    for bit in range(len(planes)):
        octets = np.ascontiguousarray(planes[bit]).astype("<u8", copy=False).view(np.uint8)
        found |= np.unpackbits(octets, axis=1, count=sessions, bitorder="little") << bit
    return found


def stretches(keys: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Where equal keys stand together: each stretch as its first index and the one after its last.

    >>> list(stretches("aab"))
    [(0, 2), (2, 3)]
    """
    first = 0
    for index in range(1, len(keys) + 1):
        if index == len(keys) or keys[index] != keys[first]:
            yield first, index
            first = index


def changes(numbers: NDArray[np.int32] | Whole) -> list[tuple[int, int]]:
    """The same of a column of numbers."""
    if not len(numbers):
        return []
    edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(numbers)]
    return list(pairwise(edges))


def weekdays(first: int, sessions: int) -> Slots:
    """So many sessions of Mondays to Fridays, from a session on."""
    days = np.arange(first // 2, first // 2 + sessions + 9)
    days = days[(days - 1) % 7 < 5]
    slots: Slots = np.stack([days * 2, days * 2 + 1], axis=1).reshape(-1).astype(np.int64)
    return slots[slots >= first][:sessions]
