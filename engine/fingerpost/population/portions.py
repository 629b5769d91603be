"""Portions of a population, and the blocks that are made of them.

A portion says which rows are decided together: of one strip, and of schools that keep the same sessions. A
block holds what is on record of them in columns; where it keeps the sessions of its strip, the registers are
those that the population holds, and nothing of them is copied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fingerpost.axis import Alphabet, Axis
from fingerpost.history import Authority, EventRow, Pupil, School
from fingerpost.population.block import Block, Codes, is_reported, schools_told
from fingerpost.population.code_list import Octets
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER, Numbering, Registers
from fingerpost.population.strips import Strip, empty_planes, on_roll, pack_into, unpacked
from fingerpost.population.told_of_events import ToldOfEvents, When, alike
from fingerpost.population.truths import width

if TYPE_CHECKING:
    from fingerpost.population.population import Population
    from fingerpost.population.table_records import TableRecords

Rows = NDArray[np.int64]

MOST_AT_ONCE = 131_072
"""Pupils in a block, unless more are asked for."""
_PACKED_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of one strip, whose schools keep the same sessions."""

    strip: Strip
    axis: Axis
    rows: Rows
    """Their numbers in the population, in order."""
    unit: int
    """Portions of the same unit stand together; how many pupils a portion has does not move a unit's end."""


class Blocks:
    """Makes blocks of the portions of a population."""

    def __init__(self, population: Population, numbers_of_events: dict[str, dict[object, int]]) -> None:
        self.population = population
        self._numbers_of_events = numbers_of_events
        """By kind, the number of what is recorded of a kept pupil's events: as more are met, more."""
        self._numberings: dict[int, Numbering] = {}
        """By the alphabet's identity, which stays its own, since each holds on to it."""

    @cached_property
    def _school_ranks(self) -> Codes:
        """The place of each school in the order of their names."""
        return np.argsort(np.argsort(self.population.school_names)).astype(np.int32)

    @cached_property
    def _schools_told(self) -> Codes:
        """A number for each school, the same for those of which the same is on record."""
        return schools_told(self.population.history, self.population.school_names)

    @cached_property
    def _parents(self) -> Codes:
        """A number for each distinct row of parents, of those of whom it may matter who they are."""
        population, people = self.population, self.population.people
        history, kept = population.history, population.kept
        holders: list[School | Authority] = [*history.schools.values(), *history.authorities.values()]
        if any(one.events for one in holders):
            return people.parents.codes_of(np.arange(len(people.schools)))
        with_events = np.array([row for row, pupil in kept.items() if pupil.events], dtype=np.int64)
        return people.parents.codes_of(np.union1d(people.events.rows, with_events))

    def work_out(self) -> None:
        """Works out what every block needs of the whole: once, before the work is shared out."""
        _ = self._parents, self.population.people.events.by_kind, self._school_ranks

    def block(self, records: TableRecords, portion: Portion) -> Block:
        """A portion of the pupils; a number in a coded column means the same in every one of them."""
        strip, axis, rows = portion.strip, portion.axis, portion.rows
        numbering = self._numbering_of(records.alphabet)
        people = self.population.people
        roll = people.roll
        reaches = (roll.first[rows] < axis.complete_from) | (roll.first[rows] == 0)
        kept = [(place, self.population.kept[row]) for place, row in self._kept_in(rows)]
        reported = np.zeros(len(rows), dtype=np.bool_)
        for place, pupil in kept:
            reported[place] = is_reported(pupil)
            reaches[place] = any(
                stay.first is None or stay.first.toordinal() < axis.complete_from for stay in pupil.on_roll
            )
        return Block(
            records=records,
            axis=axis,
            pupils=PupilsOfRows(self.population, rows),
            registers=self._registers(records, numbering, strip, axis, rows),
            schools=self._school_ranks[people.schools[rows]],
            schools_told=self._schools_told[people.schools[rows]],
            births=roll.births[rows].astype(np.int32, copy=False),
            year_groups=people.year_groups[rows],
            reaches_before=reaches,
            reported=reported,
            facts={
                name: codes.astype(np.int32, copy=False)
                for name, coded in people.facts.items()
                if (codes := coded.codes[rows]).any()
            },
            events=self._events(kept, rows),
            parents=self._parents[rows],
            parent_counts=people.parents.counts[rows],
            parent_facts=people.parents.columns(rows),
            school_kinds=records.kinds_of_schools,
            told_of_events=self._told_of_events,
        )

    def _numbering_of(self, alphabet: Alphabet) -> Numbering:
        """The same for the same alphabet, since it remembers how sets of codes are put together."""
        known = self._numberings.get(id(alphabet))
        if known is None:
            known = self._numberings[id(alphabet)] = Numbering(alphabet)
        return known

    def _events(self, kept: Sequence[tuple[int, Pupil]], rows: Rows) -> Mapping[str, Codes]:
        """By kind of event, a number for each distinct row of events."""
        found = {
            kind: of_kind.column(rows) for kind, of_kind in self.population.people.events.by_kind.items()
        }
        for place, pupil in kept:
            for column in found.values():
                column[place] = 0
            own: dict[str, list[EventRow]] = {}
            for event in pupil.events:
                own.setdefault(event.event, []).append(event)
            for kind, events in own.items():
                column = found.setdefault(kind, np.zeros(len(rows), dtype=np.int32))
                column[place] = self._number_of_events(kind, events)
        return {kind: column for kind, column in found.items() if column.any()}

    def _number_of_events(self, kind: str, events: Sequence[EventRow]) -> int:
        """The number of a kept pupil's events: that of the columns, if anybody there has the same."""
        numbers = self._numbers_of_events.setdefault(kind, {})
        said = tuple(map(alike, events))
        number = numbers.get(said)
        if number is None:
            of_kind = self.population.people.events.by_kind.get(kind)
            dates = sum(event.date.toordinal() for event in events)
            number = of_kind.number_of(said, dates) if of_kind else None
            numbers[said] = number or (len(of_kind.told) if of_kind else 0) + len(numbers) + 1
        return numbers[said]

    @cached_property
    def _told_of_events(self) -> ToldOfEvents:
        """What the numbers of events stand for, one thing in every block."""
        return ToldOfEvents(self._rows_of, self._when_of)

    def _rows_of(self, kind: str, number: int) -> Sequence[EventRow] | None:
        """The rows that a number of a kind of event stands for; None if it is a kept pupil's alone."""
        of_kind = self.population.people.events.by_kind.get(kind)
        return None if of_kind is None else of_kind.rows_of(number)

    def _when_of(self, kind: str, number: int) -> Sequence[When] | None:
        """The same, but only when these events were and whose."""
        of_kind = self.population.people.events.by_kind.get(kind)
        return None if of_kind is None else of_kind.when_of(number)

    def _kept_in(self, rows: Rows) -> list[tuple[int, int]]:
        """The places and rows of the kept pupils among some rows."""
        if not len(self.population.kept_rows):
            return []
        places = np.flatnonzero(np.isin(rows, self.population.kept_rows)).tolist()
        return [(place, int(rows[place])) for place in places]

    def _registers(
        self, records: TableRecords, numbering: Numbering, strip: Strip, axis: Axis, rows: Rows
    ) -> Registers:
        """Over the sessions of the axis: as they are packed, if these are the strip's."""
        slots = np.array(axis.slots, dtype=np.int64)
        places = rows - strip.first
        if records.known_on is None and np.array_equal(slots, strip.slots):
            return Registers(numbering, strip.planes, places, len(axis))
        found = empty_planes(numbering.planes, len(rows), width(len(axis)))
        for start in range(0, len(rows), _PACKED_AT_ONCE):
            some = slice(start, start + _PACKED_AT_ONCE)
            numbers = self._numbers(strip, places[some], slots, records.known_on)
            for place, row in self._by_themselves(rows[some], records.known_on):
                text = records.view(self.population.pupil(row)).text
                numbers[place] = numbering.numbers[np.frombuffer(text, dtype=np.uint8)[::-1]]
            pack_into(found[:, some], numbers)
        return Registers.of_planes(found, len(axis), numbering)

    def _by_themselves(self, rows: Rows, known_on: dt.date | None) -> list[tuple[int, int]]:
        """The places and rows of pupils whose planes do not say what was known, or on which sessions."""
        population = self.population
        found = {
            row: place
            for place, row in self._kept_in(rows)
            if row in population.registers or len(population.kept[row].on_roll) > 1
        }
        if known_on is not None and len(population.corrections.rows):
            places = np.flatnonzero(np.isin(rows, population.corrections.rows)).tolist()
            found |= {int(rows[place]): place for place in places}
        return [(place, row) for row, place in found.items()]

    def _numbers(
        self, strip: Strip, places: NDArray[np.int64], slots: NDArray[np.int64], known_on: dt.date | None
    ) -> Octets:
        """The numbers of some rows over other sessions, or as known on a date."""
        given = unpacked(strip.planes[:, places], len(strip.slots))
        rows = places + strip.first
        roll = self.population.people.roll
        there = on_roll(roll.first[rows], roll.last[rows], slots)
        numbers = np.full((len(rows), len(slots)), MISSING_NUMBER, dtype=np.uint8)
        if there is not None:
            numbers[~there] = NOTHING_NUMBER
        columns = np.searchsorted(strip.slots, slots)
        same = (
            np.flatnonzero(strip.slots[np.minimum(columns, len(strip.slots) - 1)] == slots)
            if len(strip.slots)
            else np.zeros(0, dtype=np.int64)
        )
        if known_on is not None:
            same = same[slots[same] <= known_on.toordinal() * 2 + 1]
        numbers[:, same] = given[:, columns[same]]
        return numbers
