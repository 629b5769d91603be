"""What is on record of every pupil while a run goes on: the marks as they become, and what staff recorded."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fingerpost.codes import CodeBook
from fingerpost.history import EventRow, Facts, Pupil, Recorded, Register
from fingerpost.known import known_register
from fingerpost.population.kept import with_kept
from fingerpost.population.population import Population
from fingerpost.population.strips import Strip, pack_into, unpacked
from fingerpost_dsl.model.expressions import CodeKind
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.runs.records import FactRow
from fingerpost_simulations.runs.world import World

Numbers = NDArray[np.int64]
ABSENT = (CodeKind.AUTHORISED_ABSENCE, CodeKind.UNAUTHORISED_ABSENCE)
ATTENDED = (CodeKind.PRESENT, CodeKind.APPROVED_ACTIVITY)
AT_ONCE = 4_096
UNEXPLAINED = "N"
"""The code of an absence that nobody has explained yet."""
PRESENT = ("/", "\\")
"""The codes of attendance in the morning and in the afternoon."""


class Cases:
    """The pupils of a run and all that is known of them. Rows are those of the world's population."""

    def __init__(self, world: World, policy: Policy, *, changes_marks: bool) -> None:
        self.world = world
        self._book = CodeBook.from_codes(policy.codes)
        base = world.population
        self._waiting = np.ones(len(world.corrections.rows), dtype=np.bool_)
        """Which corrections are still of that absence: one that became attendance needs none."""
        if changes_marks or len(world.corrections.rows):
            copied = [replace(strip, planes=strip.planes.copy()) for strip in base.strips]
            base = replace(base, strips=copied, _remembered={})
        self._population = base
        self._kept: dict[int, Pupil] = dict(base.kept)
        self._new: dict[int, Pupil] = {}
        self._touched: dict[int, frozenset[str] | None] = {}
        """By row what was recorded since `taken` was asked; None where marks became others."""

    # --- what is asked ----------------------------------------------------------------------------

    def population(self) -> Population:
        """The pupils with all that is on record now."""
        if self._new:
            changed = with_kept(self._population, self._new, frozenset())
            kept = {**self._population.kept, **self._new}
            self._population = replace(
                changed,
                kept=kept,
                registers=self._population.registers,
                _remembered={},
                _numbers_of_events=self._population._numbers_of_events,
            )
            self._new = {}
        return self._population

    @contextmanager
    def as_known(self, on: dt.date) -> Iterator[Population]:
        """The pupils as at a date: a mark that is corrected later is N still."""
        corrections = self.world.corrections
        meant = corrections.waiting(on) & self._waiting
        population = self.population()
        if not meant.any():
            yield population
            return
        rows, slots = corrections.rows[meant], corrections.slots[meant]
        before = [planes.copy() for planes in self._words(rows, slots)]
        self._write(rows, slots, UNEXPLAINED)
        try:
            yield replace(population, _remembered={})
        finally:
            for (strip, places, columns), planes in zip(self._at(rows, slots), before, strict=True):
                strip.planes[:, places, columns >> 6] = planes

    def waiting(self, on: dt.date) -> NDArray[np.bool_]:
        """The rows with a mark that is corrected after a date."""
        corrections = self.world.corrections
        found = np.zeros(len(self._population), dtype=np.bool_)
        found[corrections.rows[corrections.waiting(on) & self._waiting]] = True
        return found

    def taken(self) -> dict[int, frozenset[str] | None]:
        """The rows of which anything was recorded since this was last asked.

        By row the facts and kinds of event, or None where marks became others.
        """
        taken, self._touched = self._touched, {}
        return taken

    def _at(self, rows: Numbers, slots: Numbers) -> Iterator[tuple[Strip, Numbers, Numbers]]:
        """Where sessions of rows are packed: strip, place in it, and number of the session."""
        for strip in self._population.strips:
            own = (rows >= strip.first) & (rows < strip.last)
            yield strip, rows[own] - strip.first, np.searchsorted(strip.slots, slots[own])

    def _words(self, rows: Numbers, slots: Numbers) -> Iterator[NDArray[np.uint64]]:
        for strip, places, columns in self._at(rows, slots):
            yield strip.planes[:, places, columns >> 6]

    def _write(self, rows: Numbers, slots: Numbers, code: str) -> None:
        """Puts a code into sessions of rows."""
        codes = self._population.codes
        for strip, places, columns in self._at(rows, slots):
            numbers = np.array(
                [codes.numbers[codes.period(slot)][code] for slot in strip.slots[columns].tolist()],
                dtype=np.uint64,
            )
            words = columns >> 6
            masks = np.uint64(1) << (columns & 63).astype(np.uint64)
            for bit in range(len(strip.planes)):
                plane = strip.planes[bit]
                np.bitwise_and.at(plane, (places, words), ~masks)
                ones = masks * (numbers >> np.uint64(bit) & np.uint64(1))
                np.bitwise_or.at(plane, (places, words), ones)

    def pupil(self, row: int) -> Pupil:
        """A pupil with all that is on record; the register may be in the planes alone."""
        known = self._kept.get(row)
        return known if known is not None else self._population.pupil(row)

    def marks(self, row: int) -> list[tuple[int, str]]:
        """A pupil's sessions with their codes, in order."""
        kept = self._kept.get(row)
        if kept is not None and row in self._population.registers:
            return list(zip(*known_register(kept.register, None), strict=True))
        strip, place = self._strip(row)
        numbers = unpacked(strip.planes[:, place : place + 1], len(strip.slots))[0]
        found: list[tuple[int, str]] = []
        for period, stretch in self._population.codes.stretches(strip.slots):
            codes = self._population.codes.by_number[period]
            slots, own = strip.slots[stretch].tolist(), numbers[stretch].tolist()
            found += [
                (slot, codes[number]) for slot, number in zip(slots, own, strict=True) if number in codes
            ]
        return found

    def unauthorised(self, row: int, first: dt.date, last: dt.date) -> Sequence[tuple[int, str]]:
        """The sessions of unauthorised absence between two days, both included, with their codes."""
        found = self._kinds(row, first.toordinal() * 2, last.toordinal() * 2 + 1)
        return [mark for mark, kind in found if kind is CodeKind.UNAUTHORISED_ABSENCE]

    # --- what happens -----------------------------------------------------------------------------

    def record(self, row: int, said: Iterable[EventRow | FactRow]) -> None:
        """Put events and facts on record."""
        said = list(said)
        names = frozenset(one.event if isinstance(one, EventRow) else one.fact for one in said)
        before = self._touched.get(row, frozenset())
        self._touched[row] = None if before is None else before | names
        pupil = self.pupil(row)
        events = list(pupil.events)
        facts, parents = dict(pupil.facts), list(pupil.parents)
        for one in said:
            if isinstance(one, EventRow):
                events.append(one)
            elif not one.parent:
                facts[one.fact] = _with(facts.get(one.fact, ()), one.row)
            else:
                parents = [
                    replace(parent, facts={**parent.facts, one.fact: _added(parent.facts, one)})
                    if parent.id == one.parent
                    else parent
                    for parent in parents
                ]
        events.sort(key=lambda event: (event.date, event.event, event.parent or ""))
        self._put(row, replace(pupil, events=tuple(events), facts=facts, parents=tuple(parents)))

    def attend(self, row: int, slots: Sequence[int]) -> None:
        """Turn absences into attendance."""
        if not slots:
            return
        self._touched[row] = None
        if row in self._population.registers:
            pupil = self.pupil(row)
            self._put(row, replace(pupil, register=_attending(pupil.register, frozenset(slots))))
        strip, place = self._strip(row)
        if len(strip.slots):
            self._repack(strip, place, slots)
        first, last = np.searchsorted(self.world.corrections.rows, [row, row + 1])
        gone = np.isin(self.world.corrections.slots[first:last], np.array(slots))
        self._waiting[first:last] &= ~gone
        self._population = replace(self._population, _remembered={})

    def _repack(self, strip: Strip, place: int, slots: Sequence[int]) -> None:
        codes = self._population.codes
        planes = strip.planes[:, place : place + 1]
        numbers = unpacked(planes, len(strip.slots))
        for slot in slots:
            numbers[0, bisect_left(strip.slots, slot)] = codes.numbers[codes.period(slot)][PRESENT[slot % 2]]
        pack_into(planes, numbers)

    def _put(self, row: int, pupil: Pupil) -> None:
        self._kept[row] = self._new[row] = pupil

    def _strip(self, row: int) -> tuple[Strip, int]:
        strip = next(one for one in self._population.strips if one.first <= row < one.last)
        return strip, row - strip.first

    # --- what became of the marks -----------------------------------------------------------------

    def sessions_between(self, first: dt.date, last: dt.date) -> tuple[Numbers, Numbers]:
        """Each pupil's sessions of absence, and all that were possible, between two days, both included."""
        absent = np.zeros(len(self._population), dtype=np.int64)
        possible = absent.copy()
        slots = (first.toordinal() * 2, last.toordinal() * 2 + 1)
        for strip in self._population.strips:
            self._count(strip, slots, absent, possible)
        for row in sorted(self._population.registers):
            kinds = [kind for _, kind in self._kinds(row, *slots)]
            absent[row] = sum(kind in ABSENT for kind in kinds)
            possible[row] = absent[row] + sum(kind in ATTENDED for kind in kinds)
        return absent, possible

    def _count(self, strip: Strip, slots: tuple[int, int], absent: Numbers, possible: Numbers) -> None:
        """Counts out of planes, some thousand pupils at a time."""
        codes = self._population.codes
        first, last = np.searchsorted(strip.slots, [slots[0], slots[1] + 1])
        inside = strip.slots[first:last]
        for start in range(0, len(strip), AT_ONCE):
            end = min(start + AT_ONCE, len(strip))
            numbers = unpacked(strip.planes[:, start:end], len(strip.slots))[:, first:last]
            for period, stretch in codes.stretches(inside):
                kinds = np.zeros(256, dtype=np.int8)
                on = dt.date.fromordinal(max(codes.starts[period], 1))
                for number, code in codes.by_number[period].items():
                    kind = self._book.kind(code, on)
                    kinds[number] = 2 if kind in ABSENT else 1 if kind in ATTENDED else 0
                found = kinds[numbers[:, stretch]]
                rows = slice(strip.first + start, strip.first + end)
                absent[rows] += (found == 2).sum(axis=1)
                possible[rows] += (found > 0).sum(axis=1)

    def absent_between(self, row: int, first: dt.date, last: int) -> int:
        """A pupil's sessions of absence from a day to another, an ordinal, both included."""
        return sum(kind in ABSENT for _, kind in self._kinds(row, first.toordinal() * 2, last * 2 + 1))

    def _kinds(self, row: int, first: int, last: int) -> list[tuple[tuple[int, str], CodeKind | None]]:
        marks = self.marks(row)
        slots = [slot for slot, _ in marks]
        own = marks[bisect_left(slots, first) : bisect_right(slots, last)]
        kinds = self._book.kinds(tuple(slot for slot, _ in own), tuple(code for _, code in own))
        return list(zip(own, kinds, strict=True))


def _added(facts: Facts, one: FactRow) -> tuple[Recorded, ...]:
    return _with(facts.get(one.fact, ()), one.row)


def _with(rows: tuple[Recorded, ...], row: Recorded) -> tuple[Recorded, ...]:
    """The rows about a fact when another value holds from a day on."""
    first = row.first
    assert first is not None, "what a run records has a date"
    before = [
        replace(one, last=first - dt.timedelta(days=1)) if one.last is None or one.last >= first else one
        for one in rows
        if one.first is None or one.first < first
    ]
    return (*before, row)


def _attending(register: Register, slots: frozenset[int]) -> Register:
    codes = tuple(
        PRESENT[slot % 2] if slot in slots else code
        for slot, code in zip(register.slots, register.codes, strict=True)
    )
    return replace(register, codes=codes)
