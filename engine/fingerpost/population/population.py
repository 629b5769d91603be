"""A population: what `History` holds, for very many pupils, in columns.

A `Pupil` is made only for whom somebody asks: a representative of a signature, a pupil to be explained. All
others are numbers in columns and bits in planes from the file to the decision. Pupils of whom more is on
record than columns hold (several stays, what might be wrong) are *kept* as they are, beside the columns: few,
and every one of them in the columns as well.

Rows stand in order of calendars, schools and ids, so that a school is a stretch of rows, and most blocks are
views of what was packed once.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import arrow
from fingerpost.axis import Axis
from fingerpost.digest import digest_of
from fingerpost.evaluate import Session, editions_on
from fingerpost.history import (
    Authority,
    CalendarData,
    Completeness,
    History,
    Pupil,
    Register,
    School,
    Stay,
)
from fingerpost.population.block import Block
from fingerpost.population.code_list import CodeList
from fingerpost.population.corrections import Corrections
from fingerpost.population.holders import People
from fingerpost.population.lazy import PupilsById, RegisterToMake
from fingerpost.population.portions import MOST_AT_ONCE, Blocks, Portion, Rows
from fingerpost.population.registers import MISSING_NUMBER
from fingerpost.population.repacking import repacked
from fingerpost.population.strips import Administrative, Strip, changes, unpacked
from fingerpost.population.table_records import TableRecords
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

_REMEMBERED = 4_096


@dataclass(frozen=True)
class Population:
    """Very many pupils, their registers packed; `read_population` and `load_population` make one."""

    people: People
    codes: CodeList
    """By which the strips are packed."""
    strips: Sequence[Strip]
    """All rows, each in one strip, in order."""
    administrative: Administrative
    school_names: Sequence[str]
    """By the numbers in `people.schools`."""
    schools: Mapping[str, School]
    authorities: Mapping[str, Authority]
    calendars: Mapping[str, CalendarData]
    complete: Completeness
    corrections: Corrections = field(default_factory=Corrections.none)
    """Where `registers` are not kept."""
    kept: Mapping[int, Pupil] = field(default_factory=dict)
    """By row: pupils of whom more is on record than columns hold; without their registers where not in
    `registers`."""
    registers: frozenset[int] = frozenset()
    """The rows whose register is kept too."""
    origin: Population | None = None
    """What this was made of by packing it anew."""
    _remembered: dict[int, Pupil] = field(default_factory=dict, repr=False)
    _numbers_of_events: dict[str, dict[object, int]] = field(default_factory=dict, repr=False)
    """By kind, the number of what is recorded of a pupil's events."""

    def __len__(self) -> int:
        return len(self.people.ids)

    # --- one pupil --------------------------------------------------------------------------------

    def pupil(self, row: int) -> Pupil:
        """The pupil of a row, with all that is on record."""
        if self.origin is not None:
            return self.origin.pupil(row)
        made = self._remembered.get(row)
        if made is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            made = self._remembered[row] = self._made(row)
        return made

    def _made(self, row: int) -> Pupil:
        kept = self.kept.get(row)
        if kept is not None:
            if row in self.registers:
                return kept
            return replace(kept, register=RegisterToMake(partial(self._register, row)))
        people = self.people
        first, last = int(people.roll.first[row]), int(people.roll.last[row])
        year, family = int(people.year_groups[row]), int(people.families[row])
        return Pupil(
            id=self.id_of(row),
            school=self.school_names[people.schools[row]],
            date_of_birth=_date(int(people.roll.births[row])),
            year_group=None if year < 0 else year,
            family=people.family_names[family - 1] if family else None,
            on_roll=(Stay(first=_date(first), last=_date(last)),),
            parents=people.parents.of(row),
            register=RegisterToMake(partial(self._register, row)),
            facts={
                name: coded.pool[coded.codes[row]]
                for name, coded in sorted(people.facts.items())
                if coded.codes[row]
            },
            events=people.events.of_row(row),
        )

    def _register(self, row: int) -> Register:
        strip = self.strip_of(row)
        place = row - strip.first
        numbers = unpacked(strip.planes[:, place : place + 1, :], len(strip.slots))[0]
        marks: list[tuple[int, str]] = []
        for period, stretch in self.codes.stretches(strip.slots):
            by_number, slots = self.codes.by_number[period], strip.slots[stretch]
            inside = numbers[stretch]
            marked = np.flatnonzero(inside > MISSING_NUMBER)
            codes = map(by_number.__getitem__, inside[marked].tolist())
            marks.extend(zip(slots[marked].tolist(), codes, strict=True))
        taken_nothing = self.administrative.of(row)
        if taken_nothing:
            marks = sorted([*marks, *((slot, self.codes.codes[letter]) for slot, letter in taken_nothing)])
        if self.corrections.of_rows(row, row + 1):
            return self.corrections.put_into(row, marks, self.codes)
        return Register(tuple(slot for slot, _ in marks), tuple(code for _, code in marks))

    def strip_of(self, row: int) -> Strip:
        """The strip in which a row stands."""
        return next(strip for strip in self.strips if strip.first <= row < strip.last)

    def id_of(self, row: int) -> str:
        """The id of a row."""
        name: str = self.people.ids[row].as_py()
        return name

    def parent_id(self, row: int, place: int) -> str:
        """The id of one of the parents of a row, by its place among them."""
        if self.origin is not None or row in self.kept:
            return self.pupil(row).parents[place].id
        return self.people.parents.id_of(row, place)

    @cached_property
    def by_id(self) -> Rows:
        """The rows in order of their pupils' ids."""
        order = arrow("compute").sort_indices(self.people.ids)
        return np.asarray(order).astype(np.int64)

    def row_of(self, name: str) -> int | None:
        """The row of a pupil; None if there is none."""
        place = bisect_left(self.by_id, name, key=lambda row: self.id_of(int(row)))
        if place == len(self.by_id):
            return None
        row = int(self.by_id[place])
        return row if self.id_of(row) == name else None

    # --- as a history -----------------------------------------------------------------------------

    @cached_property
    def history(self) -> History:
        """The same as a history whose pupils are made when they are asked for; without its digest."""
        return History(
            pupils=PupilsById(self),
            schools=self.schools,
            authorities=self.authorities,
            calendars=self.calendars,
            complete=self.complete,
        )

    @cached_property
    def digest(self) -> str:
        """The digest of the history, for which every pupil is made once: some thousands a second."""
        return digest_of(self.history)

    def session(
        self,
        policy: Policy | PolicyFamily,
        on: dt.date,
        known_on: dt.date | None = None,
        *,
        with_digest: bool = False,
    ) -> Session:
        """The population and a policy on a date, to be asked about one pupil after another.

        `session.decide(population.pupil(row))` is the decision with every reason. Its record proves it only
        with the digest of everything that was given, which takes a while to work out. Raises NotInForceError.
        """
        editions = editions_on(policy, on)
        records = self.records(editions.current.policy, known_on)
        if with_digest:
            records.history = replace(records.history, digest=self.digest)
        return Session(editions, records, on, known_on, isinstance(policy, Policy))

    def records(self, policy: Policy, known_on: dt.date | None = None) -> TableRecords:
        """What the reference evaluator asks, answered out of columns."""
        return TableRecords(policy, self, known_on)

    # --- blocks -----------------------------------------------------------------------------------

    def on_roll(self, on: dt.date) -> NDArray[np.bool_]:
        """Which rows are on roll on a date."""
        first, last, day = self.people.roll.first, self.people.roll.last, on.toordinal()
        found: NDArray[np.bool_] = (first <= day) & ((last == 0) | (last >= day))
        for row in self.registers:
            found[row] = self.kept[row].is_on_roll(on)
        return found

    @cached_property
    def last_marked(self) -> dt.date | None:
        """The last date with a mark of any pupil; None without any."""
        latest = 0
        for strip in self.strips:
            latest = max(latest, strip.last_marked)
        others = [self.administrative.slots.max(initial=0), self.corrections.slots.max(initial=0)]
        others += [
            self.kept[row].register.slots[-1] for row in self.registers if self.kept[row].register.slots
        ]
        return _date(int(max(latest, *others)) // 2)

    def portions(
        self,
        records: TableRecords,
        rows: NDArray[np.bool_] | None = None,
        *,
        most: int = MOST_AT_ONCE,
    ) -> Iterator[Portion]:
        """The pupils in portions of at most so many, each of one strip, whose schools keep the same sessions.

        `rows` says which are meant; all if not given. Always the same ones in the same order. Portions of at
        most `MOST_AT_ONCE` have pupils of one unit each, and the units are always the same.
        """
        records.lay_out_axes()
        in_a_unit, unit = max(most, MOST_AT_ONCE), 0
        for strip in records.population.strips:
            alike: dict[int, tuple[Axis, list[Rows]]] = {}
            schools = self.people.schools[strip.first : strip.last]
            for first, last in changes(schools):
                axis = records.axis(self.school_names[schools[first]])
                own = np.arange(strip.first + first, strip.first + last)
                if rows is not None:
                    own = own[rows[own]]
                alike.setdefault(id(axis), (axis, []))[1].append(own)
            for axis, parts in alike.values():
                joined = np.concatenate(parts)
                for first in range(0, len(joined), in_a_unit):
                    own = joined[first : first + in_a_unit]
                    for start in range(0, len(own), most):
                        yield Portion(strip, axis, own[start : start + most], unit)
                    unit += 1

    def blocks(
        self,
        records: TableRecords,
        rows: NDArray[np.bool_] | None = None,
        *,
        most: int = MOST_AT_ONCE,
    ) -> Iterator[Block]:
        """The pupils in blocks of at most so many, whose schools keep the same sessions.

        `rows` says which are meant; all if not given. `records` are those of this population.
        """
        source = records.population
        for portion in self.portions(records, rows, most=most):
            yield source.block(records, portion)

    def work_out(self) -> None:
        """Works out what every block needs of the whole: once, before the work is shared out."""
        self._blocks.work_out()

    def block(self, records: TableRecords, portion: Portion) -> Block:
        """A portion of the pupils; a number in a coded column means the same in every one of them."""
        return self._blocks.block(records, portion)

    @cached_property
    def _blocks(self) -> Blocks:
        return Blocks(self, self._numbers_of_events)

    @cached_property
    def kept_rows(self) -> Rows:
        """The rows of pupils of whom more is on record than columns hold."""
        return np.array(sorted(self.kept), dtype=np.int64)

    # --- another list of codes --------------------------------------------------------------------

    def packed_by(self, codes: CodeList) -> Population:
        """The same population packed by another list of codes; this one if the list is the same."""
        if codes == self.codes:
            return self
        administrative: list[Administrative] = []
        strips = [
            repacked(strip, self.codes, codes, self.administrative, administrative) for strip in self.strips
        ]
        return replace(
            self,
            codes=codes,
            strips=strips,
            administrative=Administrative.joined(administrative),
            origin=self,
            _remembered={},
        )


def _date(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None
