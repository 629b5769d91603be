"""Registers packed as they come in: from marks to the planes of a strip.

From letters in a matrix to numbers, and from there to planes: some thousand pupils at a time, so that what is
at work stays in the processor's cache. A single marks string, as most pupils have, is packed in one go, by
machine code where numba is installed. Whatever is not plain (a code of no list, a mark off roll, in a closed
session or before birth) is not judged here: its pupil is named, and the reader that judges and explains reads
that pupil again.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.code_list import ADMINISTRATIVE_MARK, BAD_MARK, NO_MARK, CodeList, Octets
from fingerpost.population.kernels import WORTHWHILE
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER
from fingerpost.population.sources import CLOSE, HIGH, LONGEST_CODE, OPEN, Source, joined, one_byte_each
from fingerpost.population.strips import (
    Administrative,
    Roll,
    Slots,
    Strip,
    Whole,
    empty_planes,
    on_roll,
    pack_into,
)
from fingerpost.population.truths import width

AT_ONCE = 4_096
"""Pupils whose registers are laid out as bytes at one time."""


@cache
def machine_code() -> ModuleType | None:
    """The compiled packing; None where numba is not installed."""
    if sys.byteorder == "big" or find_spec("numba") is None:
        return None
    from fingerpost.population import compiled_packing  # noqa: PLC0415  # imports numba

    return compiled_packing


@dataclass(frozen=True, slots=True)
class Spelt:
    """Marks strings as they stand in a column."""

    rows: Whole
    """Of each the pupil's row."""
    starts: Whole
    """The session of the first mark of each."""
    begins: Whole
    ends: Whole
    """Where each lies in the text."""
    text: Octets
    """All of them, in UTF-8."""

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, lines: Whole | NDArray[np.bool_] | slice) -> Spelt:
        """Some of them."""
        return Spelt(self.rows[lines], self.starts[lines], self.begins[lines], self.ends[lines], self.text)


@dataclass
class Packing:
    """Packs registers into a strip, and collects who is not plain."""

    codes: CodeList
    roll: Roll
    strip: Strip
    unplain: list[Whole] = field(default_factory=list)
    """The rows that another reader must look at, as they are found."""
    administrative: list[Administrative] = field(default_factory=list)
    """The marks that take no session, as they are found."""

    @classmethod
    def of(cls, codes: CodeList, roll: Roll, rows: tuple[int, int], slots: Slots) -> Packing:
        """An empty strip: rows from the first up to, and without, the second, over these sessions."""
        first, last = rows
        planes = empty_planes(codes.planes, last - first, width(len(slots)))
        return cls(codes, roll, Strip(first, last, slots, planes))

    @cached_property
    def _done(self) -> NDArray[np.bool_]:
        """Which rows have been packed."""
        return np.zeros(len(self.strip), dtype=np.bool_)

    @property
    def left(self) -> Whole:
        """The rows that have not been packed."""
        return self.strip.first + np.flatnonzero(~self._done)

    def strings(self, given: Spelt) -> None:
        """Packs the registers of pupils of whom one string is all that there is."""
        self._done[given.rows - self.strip.first] = True
        quick = machine_code() if len(given) >= WORTHWHILE else None
        if quick is not None:
            given = given.take(self._by_machine_code(quick, given))
        for start in range(0, len(given), AT_ONCE):
            some = given.take(slice(start, start + AT_ONCE))
            order = np.argsort(some.rows, kind="stable")
            some = some.take(order)
            letters = np.zeros((len(some), len(self.strip.slots)), dtype=np.uint8)
            bad = self._laid_out(some, letters)
            self._put(some.rows, letters, [bad])

    def rest(self, sources: Sequence[Source]) -> None:
        """Packs the registers of everybody else, whatever says something of them."""
        left = self.left
        for start in range(0, len(left), AT_ONCE):
            rows = left[start : start + AT_ONCE]
            letters = np.zeros((len(rows), len(self.strip.slots)), dtype=np.uint8)
            bad = [source.fill(rows, self.strip.slots, letters) for source in sources]
            self._put(rows, letters, bad)
        self._done[:] = True

    # --- strings ----------------------------------------------------------------------------------

    def _laid_out(self, given: Spelt, letters: Octets) -> Whole:
        """Puts the letters of strings in their places, a row for each; which are not plain."""
        bad: list[Whole] = []
        lengths = given.ends - given.begins
        text, edges = joined(given.text, given.begins, lengths)
        braced = np.unique(
            np.searchsorted(edges, np.flatnonzero((text == OPEN) | (text == CLOSE)), side="right") - 1
        )
        high = np.flatnonzero(text >= HIGH)
        if len(high):
            bad.append(np.unique(np.searchsorted(edges, high, side="right") - 1))
        columns = np.searchsorted(self.strip.slots, given.starts)
        plain = np.ones(len(given), dtype=np.bool_)
        plain[braced] = False
        if len(braced):
            own, own_edges = joined(text, edges[:-1][braced], lengths[braced])
            own, own_edges, wrong = one_byte_each(own, own_edges, self.codes)
            bad.append(braced[wrong])
            in_braces = _Letters(own, own_edges[:-1], np.diff(own_edges), braced, columns[braced])
            bad.append(in_braces.take(~wrong).put(letters))
        everybody = np.arange(len(given))
        bad.append(_Letters(text, edges[:-1], lengths, everybody, columns).take(plain).put(letters))
        return np.unique(np.concatenate(bad))

    def _by_machine_code(self, quick: ModuleType, given: Spelt) -> NDArray[np.bool_]:
        """Packs what is plain, and says which strings are not."""
        places = given.rows - self.strip.first
        days = self.roll.first, self.roll.last, self.roll.births
        first, last, births = (one[given.rows].astype(np.int64) for one in days)
        from_place = self._places(first * 2)
        until_place = np.where(last > 0, self._places(last * 2 + 2), len(self.strip.slots))
        found: NDArray[np.bool_] = quick.pack_strings(
            self.strip.planes,
            places,
            given.text,
            given.begins,
            given.ends,
            self._places(given.starts),
            from_place,
            until_place,
            np.maximum(from_place, self._places(births * 2)),
            np.stack(self.codes.tables),
            quick.quick_tables(np.stack(self.codes.tables)),
            *self._tables,
        )
        return found

    def _places(self, slots: Slots) -> Whole:
        """Before how many of the strip's sessions other sessions come, looked up rather than searched for."""
        own = self.strip.slots
        if not len(own):
            return np.zeros(len(slots), dtype=np.int64)
        found: Whole = self._place_of_each[np.clip(slots - own[0], 0, len(self._place_of_each) - 1)]
        return found

    @cached_property
    def _place_of_each(self) -> Whole:
        """From the strip's first session to the one after its last: how many of its sessions come before."""
        own = self.strip.slots
        return np.searchsorted(own, np.arange(own[0], own[-1] + 2)).astype(np.int64)

    @cached_property
    def _tables(self) -> tuple[Octets, Whole, Octets]:
        """The period of each session, and the codes in braces, as numbers, with their letters."""
        period = np.zeros(len(self.strip.slots), dtype=np.uint8)
        for number, stretch in self.codes.stretches(self.strip.slots):
            period[stretch] = number
        braced = sorted(
            (int.from_bytes(code.encode("ascii"), "little"), letter)
            for code, letter in self.codes.letters.items()
            if len(code) <= LONGEST_CODE and code.isascii()
        )
        keys = np.array([key for key, _ in braced], dtype=np.int64)
        letters = np.array([letter for _, letter in braced], dtype=np.uint8)
        return period, keys, letters

    # --- numbers ----------------------------------------------------------------------------------

    def _put(self, rows: Whole, letters: Octets, bad: Sequence[Whole]) -> None:
        """Packs sorted rows of letters; `bad` are the places of rows that are not plain already."""
        slots = self.strip.slots
        numbers = self.codes.numbers_of(letters, slots)
        unplain = [*bad, self._unborn(rows, slots, numbers)]
        numbers[numbers == NOTHING_NUMBER] = MISSING_NUMBER
        first, last = self.roll.first[rows], self.roll.last[rows]
        days = slots // 2
        ends = (int(days[0]), int(days[-1])) if len(days) else (0, 0)
        partly = np.flatnonzero((first > ends[0]) | ((last > 0) & (last < ends[1])))
        if len(partly):
            there = on_roll(first[partly], last[partly], slots)
            own = numbers[partly]
            outside = np.zeros_like(own, dtype=np.bool_) if there is None else ~there
            unplain.append(
                partly[(outside & (own > MISSING_NUMBER) & (own != ADMINISTRATIVE_MARK)).any(axis=1)]
            )
            own[outside & (own == MISSING_NUMBER)] = NOTHING_NUMBER
            numbers[partly] = own
        odd = np.flatnonzero((numbers >= ADMINISTRATIVE_MARK).any(axis=1))
        if len(odd):
            unplain.append(odd[(numbers[odd] == BAD_MARK).any(axis=1)])
        out = np.unique(np.concatenate(unplain))
        if len(odd):
            self._note_administrative(rows, letters, numbers, np.setdiff1d(odd, out))
        numbers[out] = NOTHING_NUMBER
        pack_into(self.strip.planes, numbers, rows - self.strip.first)
        self.unplain.append(rows[out])

    def _note_administrative(self, rows: Whole, letters: Octets, numbers: Octets, own: Whole) -> None:
        """Takes note of marks that take no session, which are nothing in the planes."""
        at, columns = np.nonzero(numbers[own] == ADMINISTRATIVE_MARK)
        at = own[at]
        self.administrative.append(Administrative(rows[at], self.strip.slots[columns], letters[at, columns]))
        numbers[at, columns] = NOTHING_NUMBER

    def _unborn(self, rows: Whole, slots: Slots, numbers: Octets) -> Whole:
        """Pupils with a mark before they were born."""
        days, births = slots // 2, self.roll.births[rows]
        young = np.flatnonzero(births > (days[0] if len(days) else 0))
        marked = (numbers[young] > MISSING_NUMBER) & (days < births[young][:, None])
        return young[marked.any(axis=1)]


@dataclass(frozen=True, slots=True)
class _Letters:
    """Letters of some rows, each row's in one piece of a text."""

    text: Octets
    begins: Whole
    lengths: Whole
    rows: Whole
    columns: Whole
    """In which column each begins."""

    def take(self, lines: Whole | NDArray[np.bool_]) -> _Letters:
        """Those of some of the rows."""
        return _Letters(
            self.text, self.begins[lines], self.lengths[lines], self.rows[lines], self.columns[lines]
        )

    def put(self, letters: Octets) -> Whole:
        """Puts them into a matrix; the rows of those that are too long."""
        fits = self.columns + self.lengths <= letters.shape[1]
        meant = self.take(fits)
        if len(meant.rows):
            usual = int(np.bincount(meant.columns).argmax())
            same = meant.columns == usual
            meant.take(same)._put_together(letters, usual)
            meant.take(~same)._put_each(letters)
        long: Whole = self.rows[~fits]
        return long

    def _put_each(self, letters: Octets) -> None:
        own, edges = joined(self.text, self.begins, self.lengths)
        columns = np.arange(len(own)) + np.repeat(self.columns - edges[:-1], self.lengths)
        letters[np.repeat(self.rows, self.lengths), columns] = own

    def _put_together(self, letters: Octets, column: int) -> None:
        """The same of pieces that begin in the same column: each is copied as it lies."""
        longest = int(self.lengths.max(initial=0))
        if not longest:
            return
        padded = np.concatenate([self.text, np.zeros(longest, dtype=np.uint8)])
        given = np.lib.stride_tricks.sliding_window_view(padded, longest)[self.begins]
        short = np.flatnonzero(self.lengths < longest)
        own = given[short]
        own[np.arange(longest) >= self.lengths[short][:, None]] = NO_MARK
        given[short] = own
        letters[self.rows, column : column + longest] = given
