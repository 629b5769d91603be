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
    EventRow,
    History,
    Pupil,
    Register,
    School,
    Stay,
)
from fingerpost.population.block import Block, Codes, alike, schools_told
from fingerpost.population.code_list import CodeList, Octets
from fingerpost.population.corrections import Corrections
from fingerpost.population.group_members import Members
from fingerpost.population.holders import People
from fingerpost.population.lazy import PupilsById, PupilsOfRows, RegisterToMake
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER, Numbering, Registers
from fingerpost.population.repacking import repacked
from fingerpost.population.strips import Administrative, Strip, changes, on_roll, pack_into, unpacked
from fingerpost.population.tallies import Tallies
from fingerpost.population.truths import width
from fingerpost.subject import PupilView, Records
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

Rows = NDArray[np.int64]

MOST_AT_ONCE = 65_536
"""Pupils in a block, unless more are asked for."""
_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of one strip, whose schools keep the same sessions."""

    strip: Strip
    axis: Axis
    rows: Rows
    """Their numbers in the population, in order."""
    unit: int
    """Portions of the same unit stand together; how many pupils a portion has does not move a unit's end."""


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
        strip = self._strip_of(row)
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

    def _strip_of(self, row: int) -> Strip:
        return next(strip for strip in self.strips if strip.first <= row < strip.last)

    def id_of(self, row: int) -> str:
        """The id of a row."""
        name: str = self.people.ids[row].as_py()
        return name

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
            words = np.bitwise_or.reduce(np.bitwise_or.reduce(strip.planes[1:], axis=0), axis=0)
            latest = max([latest, *_slots(strip, words, None)])
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

    @cached_property
    def _school_ranks(self) -> Codes:
        """The place of each school in the order of their names."""
        return np.argsort(np.argsort(self.school_names)).astype(np.int32)

    @cached_property
    def _schools_told(self) -> Codes:
        """A number for each school, the same for those of which the same is on record."""
        return schools_told(self.history, self.school_names)

    def work_out(self) -> None:
        """Works out what every block needs of the whole: once, before the work is shared out."""
        _ = self.people.parents.codes, self.people.events.by_kind, self._school_ranks, self._kept_rows

    def block(self, records: TableRecords, portion: Portion) -> Block:
        """A portion of the pupils; a number in a coded column means the same in every one of them."""
        strip, axis, rows = portion.strip, portion.axis, portion.rows
        numbering = Numbering(records.alphabet)
        people = self.people
        roll = people.roll
        reaches = (roll.first[rows] < axis.complete_from) | (roll.first[rows] == 0)
        kept = [(place, self.kept[row]) for place, row in self._kept_in(rows)]
        for place, pupil in kept:
            reaches[place] = any(
                stay.first is None or stay.first.toordinal() < axis.complete_from for stay in pupil.on_roll
            )
        return Block(
            records=records,
            axis=axis,
            pupils=PupilsOfRows(self, rows),
            registers=Registers(numbering, self._planes(records, numbering, strip, axis, rows), len(axis)),
            schools=self._school_ranks[people.schools[rows]],
            schools_told=self._schools_told[people.schools[rows]],
            births=roll.births[rows].astype(np.int32),
            year_groups=people.year_groups[rows],
            reaches_before=reaches,
            facts={name: codes for name, coded in people.facts.items() if (codes := coded.codes[rows]).any()},
            events=self._events(kept, rows),
            parents=people.parents.codes[rows],
            parent_counts=people.parents.counts[rows],
            parent_facts=people.parents.columns(rows),
            school_kinds=records.kinds_of_schools,
        )

    def _events(self, kept: Sequence[tuple[int, Pupil]], rows: Rows) -> Mapping[str, Codes]:
        """By kind of event, a number for each distinct row of events."""
        found = {kind: of_kind.column(rows) for kind, of_kind in self.people.events.by_kind.items()}
        for place, pupil in kept:
            for column in found.values():
                column[place] = 0
            by_kind: dict[str, list[EventRow]] = {}
            for event in pupil.events:
                by_kind.setdefault(event.event, []).append(event)
            for kind, events in by_kind.items():
                column = found.setdefault(kind, np.zeros(len(rows), dtype=np.int32))
                column[place] = self._number_of_events(kind, events)
        return {kind: column for kind, column in found.items() if column.any()}

    def _number_of_events(self, kind: str, events: Sequence[EventRow]) -> int:
        """The number of a kept pupil's events: that of the columns, if anybody there has the same."""
        numbers = self._numbers_of_events.setdefault(kind, {})
        said = tuple(map(alike, events))
        number = numbers.get(said)
        if number is None:
            of_kind = self.people.events.by_kind.get(kind)
            dates = sum(event.date.toordinal() for event in events)
            number = of_kind.number_of(said, dates) if of_kind else None
            numbers[said] = number or (len(of_kind.told) if of_kind else 0) + len(numbers) + 1
        return numbers[said]

    @cached_property
    def _kept_rows(self) -> Rows:
        return np.array(sorted(self.kept), dtype=np.int64)

    def _kept_in(self, rows: Rows) -> list[tuple[int, int]]:
        """The places and rows of the kept pupils among some rows."""
        if not len(self._kept_rows):
            return []
        places = np.flatnonzero(np.isin(rows, self._kept_rows)).tolist()
        return [(place, int(rows[place])) for place in places]

    def _planes(
        self, records: TableRecords, numbering: Numbering, strip: Strip, axis: Axis, rows: Rows
    ) -> NDArray[np.uint64]:
        slots = np.array(axis.slots, dtype=np.int64)
        places = rows - strip.first
        if records.known_on is None and np.array_equal(slots, strip.slots):
            together = len(rows) and rows[-1] - rows[0] == len(rows) - 1
            return strip.planes[:, places[0] : places[-1] + 1] if together else strip.planes[:, places]
        found = np.zeros((numbering.planes, len(rows), width(len(axis))), dtype=np.uint64)
        for start in range(0, len(rows), _REMEMBERED):
            some = slice(start, start + _REMEMBERED)
            numbers = self._numbers(strip, places[some], slots, records.known_on)
            for place, row in self._by_themselves(rows[some], records.known_on):
                text = records.view(self.pupil(row)).text
                numbers[place] = numbering.numbers[np.frombuffer(text, dtype=np.uint8)[::-1]]
            pack_into(found[:, some], numbers)
        return found

    def _by_themselves(self, rows: Rows, known_on: dt.date | None) -> list[tuple[int, int]]:
        """The places and rows of pupils whose planes do not say what was known, or on which sessions."""
        found = {
            row: place
            for place, row in self._kept_in(rows)
            if row in self.registers or len(self.kept[row].on_roll) > 1
        }
        if known_on is not None and len(self.corrections.rows):
            places = np.flatnonzero(np.isin(rows, self.corrections.rows)).tolist()
            found |= {int(rows[place]): place for place in places}
        return [(place, row) for row, place in found.items()]

    def _numbers(
        self, strip: Strip, places: NDArray[np.int64], slots: NDArray[np.int64], known_on: dt.date | None
    ) -> Octets:
        """The numbers of some rows over other sessions, or as known on a date."""
        given = unpacked(strip.planes[:, places], len(strip.slots))
        rows = places + strip.first
        there = on_roll(self.people.roll.first[rows], self.people.roll.last[rows], slots)
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


class TableRecords(Records):
    """A population as known on a date: asks columns where `Records` would ask every pupil."""

    def __init__(self, policy: Policy, population: Population, known_on: dt.date | None) -> None:
        super().__init__(policy, population.history, known_on)
        self.population = population.packed_by(CodeList.of(Numbering(self.alphabet)))
        self._views: dict[int, PupilView] = {}
        self._families: tuple[dt.date, Mapping[str, Rows]] | None = None
        self._there: tuple[dt.date, NDArray[np.bool_]] | None = None
        self._stretches = {
            population.school_names[school]: (first, last)
            for first, last in changes(population.people.schools)
            for school in (int(population.people.schools[first]),)
        }

    def view(self, pupil: Pupil) -> PupilView:
        """One pupil, made ready for questions: the same as long as few others were asked about."""
        view = self._views.get(id(pupil))
        if view is None:
            if len(self._views) >= _REMEMBERED:
                self._views.clear()
            view = self._views[id(pupil)] = super().view(pupil)  # which keeps the pupil, and so its identity
        return view

    def pupils_of(self, school: str) -> Sequence[Pupil]:
        """The pupils of a school, in order of their ids."""
        first, last = self._stretches.get(school, (0, 0))
        return PupilsOfRows(self.population, np.arange(first, last))

    # --- groups -----------------------------------------------------------------------------------

    @cached_property
    def tallies(self) -> Tallies:
        """What is added up over the pupils of groups."""
        return Tallies(self)

    def members_of_school(self, school: str) -> Sequence[PupilView]:
        """The pupils of a school, counted together."""
        return self.members_of_schools([school])

    def members_of_schools(self, schools: Sequence[str]) -> Sequence[PupilView]:
        """Those of some schools, one school after another."""
        found = [np.arange(*self._stretches.get(school, (0, 0))) for school in schools]
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *found])
        return Members(self, rows) if len(rows) else ()

    def told_apart(
        self, condition: Condition, policy: Policy, on: dt.date, school: str
    ) -> tuple[Sequence[PupilView], Sequence[PupilView]] | None:
        """Those on roll at a school for whom a condition holds, and for whom it may."""
        rows = np.arange(*self._stretches.get(school, (0, 0)))
        if not len(rows):
            return (), ()
        ((portion, places, _),) = self.tallies.divided(rows)
        numbers = self.tallies.truths(portion, condition, policy, on)[places]
        there = self._on_roll(on)[rows]
        true, unknown = (rows[there & (numbers == number)] for number in (1, 2))
        return Members(self, true), Members(self, unknown)

    def portion_of(self, school: str) -> int:
        """The number of the portion in which the pupils of a school stand; -1 where there is none."""
        first, last = self._stretches.get(school, (0, 0))
        return self.tallies.number_of(first) if last > first else -1

    def school_ids(self) -> list[str]:
        """The schools of which anything is known, or that pupils are at, in order."""
        return sorted(self._stretches.keys() | set(self.history.schools))

    def families_on(self, on: dt.date) -> list[str]:
        """The families with a child on roll on a date, in order."""
        return sorted(self._children(on))

    def children_of(self, family: str, on: dt.date) -> Sequence[Pupil]:
        """The children of a family who are on roll on a date, in order of their ids."""
        return [self.population.pupil(row) for row in self.rows_of_family(family, on).tolist()]

    def rows_of_family(self, family: str, on: dt.date) -> Rows:
        """Their rows."""
        return self._children(on).get(family, np.zeros(0, dtype=np.int64))

    def _children(self, on: dt.date) -> Mapping[str, Rows]:
        """The rows of the children of each family who are on roll on a date."""
        if self._families is None or self._families[0] != on:
            people, by_id = self.population.people, self.population.by_id
            meant = by_id[(people.families[by_id] > 0) & self._on_roll(on)[by_id]]
            ordered = meant[np.argsort(people.families[meant], kind="stable")]
            numbers = people.families[ordered]
            found = {
                people.family_names[numbers[first] - 1]: ordered[first:last]
                for first, last in changes(numbers)
            }
            self._families = on, found
        return self._families[1]

    def _on_roll(self, on: dt.date) -> NDArray[np.bool_]:
        """Which rows are on roll on a date: that of the latest asked for is kept."""
        if self._there is None or self._there[0] != on:
            self._there = on, self.population.on_roll(on)
        return self._there[1]

    # --- sessions and events ----------------------------------------------------------------------

    def _sessions_of(self, school: str) -> tuple[set[int], set[int]]:
        first, last = self._stretches.get(school, (0, 0))
        if first == last:
            return set(), set()
        population, codes = self.population, self.population.codes
        strip = population._strip_of(first)
        planes = strip.planes[:, first - strip.first : last - strip.first]
        by_themselves = self._kept_registers(first, last)
        if self.known_on is not None:
            # packed are the latest marks, which may not have been known on the date
            by_themselves |= population.corrections.of_rows(first, last)
            rows = [row for row in range(first, last) if row not in by_themselves]
            planes = planes if not by_themselves else strip.planes[:, np.array(rows, np.int64) - strip.first]
        marked = np.bitwise_or.reduce(np.bitwise_or.reduce(planes[1:], axis=0), axis=0)
        members = Registers(Numbering(self.alphabet), planes, len(strip.slots))
        could = np.bitwise_or.reduce(members.plane(codes.possible), axis=0)
        latest = None if self.known_on is None else self.known_on.toordinal() * 2 + 1
        taken, possible = (_slots(strip, words, latest) for words in (marked, could))
        for row in by_themselves:
            own_taken, own_possible = self.sessions_of([population.pupil(row)])
            taken |= own_taken
            possible |= own_possible
        return taken, possible

    def lay_out_axes(self) -> None:
        """Lays out the axes of all schools: one for all in which pupils took part in the same sessions."""
        known: dict[object, Axis] = {}
        for school, taken in self._sessions_in_bits():
            data = self.history.calendars.get(school) or self.history.calendars.get("")
            alike = (id(data), taken)
            if school in self._axes:
                known.setdefault(alike, self._axes[school])
            elif alike in known:
                self._axes[school] = known[alike]
            else:
                known[alike] = self.axis(school)

    def _sessions_in_bits(self) -> Iterator[tuple[str, bytes]]:
        """By school, in bits, what `_sessions_of` says, if the strips say it of all its pupils."""
        population, codes = self.population, self.population.codes
        numbering = Numbering(self.alphabet)
        by_themselves = self._rows_of_registers
        if self.known_on is not None:
            by_themselves = np.union1d(by_themselves, population.corrections.rows)
        for strip in population.strips:
            known = self._known_sessions(strip)
            for some in _about_so_many(changes(population.people.schools[strip.first : strip.last])):
                first, starts = some[0][0], np.array([start - some[0][0] for start, _ in some])
                planes = strip.planes[:, first : some[-1][1]]
                marked = np.bitwise_or.reduce(planes[1:], axis=0) & known
                could = Registers(numbering, planes, len(strip.slots)).plane(codes.possible)
                words = np.concatenate([marked, could & known], axis=1)
                words = np.bitwise_or.reduceat(words, starts, axis=0) if words.size else words[starts]
                own = np.searchsorted(by_themselves, strip.first + np.array(some)).tolist()
                for (row, _), (before, after), taken in zip(some, own, words, strict=True):
                    if before == after:
                        number = population.people.schools[strip.first + row]
                        yield population.school_names[number], taken.tobytes()

    def _known_sessions(self, strip: Strip) -> NDArray[np.uint64]:
        """The sessions of a strip of which marks may have been known, as bits."""
        latest = np.iinfo(np.int64).max if self.known_on is None else self.known_on.toordinal() * 2 + 1
        found = np.zeros((1, 1, strip.planes.shape[2]), dtype=np.uint64)
        pack_into(found, (strip.slots <= latest).astype(np.uint8)[None])
        words: NDArray[np.uint64] = found[0, 0]
        return words

    def _kept_registers(self, first: int, last: int) -> set[int]:
        """Which of the rows have a register that is kept."""
        start, end = np.searchsorted(self._rows_of_registers, [first, last])
        return set(self._rows_of_registers[start:end].tolist())

    @cached_property
    def _rows_of_registers(self) -> Rows:
        return np.array(sorted(self.population.registers), dtype=np.int64)

    @cached_property
    def _kinds_recorded(self) -> frozenset[str]:
        population, events = self.population, self.population.people.events
        of_columns = events.kinds_of(~np.isin(events.rows, population._kept_rows))
        of_kept = {row.event for pupil in population.kept.values() for row in pupil.events}
        return self.kinds_of_schools | of_columns | of_kept


def _slots(strip: Strip, words: NDArray[np.uint64], latest: int | None) -> set[int]:
    bits = np.unpackbits(
        words.astype("<u8", copy=False).view(np.uint8), count=len(strip.slots), bitorder="little"
    )
    slots = strip.slots[bits.astype(np.bool_)]
    return set((slots if latest is None else slots[slots <= latest]).tolist())


def _about_so_many(stretches: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    """Stretches in groups of some thousand rows each."""
    some: list[tuple[int, int]] = []
    for stretch in stretches:
        some.append(stretch)
        if stretch[1] - some[0][0] >= _REMEMBERED:
            yield some
            some = []
    if some:
        yield some


def _date(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None
