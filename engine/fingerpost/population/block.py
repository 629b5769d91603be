"""Pupils whose schools keep the same sessions, in columns.

What is recorded of a pupil besides the register stands in *coded* columns: a number for each distinct set of
rows about a fact, or of events of a kind; 0 where there is none. Pupils with the same numbers in all columns
that a condition rests on are one to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.axis import Axis
from fingerpost.bearing import Bearing
from fingerpost.bit_rows import rows_of
from fingerpost.history import Authority, History, Pupil, School
from fingerpost.population.kernels import MOST_NUMBERS, combine, distinct_numbers
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.registers import MISSING_NUMBER, Numbering, Registers, ones
from fingerpost.population.told_of_events import ToldOfEvents, alike
from fingerpost.population.truths import Rows, Words, any_bit, packed_rows
from fingerpost.school_age import compulsory_school_age
from fingerpost.subject import PupilView, Records
from fingerpost_dsl.model.expressions import MarkSet

Codes = NDArray[np.int32]
"""A number for each pupil: 0 for nothing recorded, or which of the distinct records it is."""

Signature = NDArray[np.int32] | NDArray[np.int64]
"""A number for each pupil: those who have the same are alike in something."""

NO_PARENT = -1
"""In place of a parent's position, where no parent is known or none is meant."""

_VIEWS_KEPT = 2048
"""So many pupils at once are seen as the reference sees them; each takes some ten kilobytes."""


@dataclass(frozen=True)
class Block:
    """Some pupils, and what is on record of each, in the same order in every column."""

    records: Records
    axis: Axis
    pupils: Sequence[Pupil]
    registers: Registers
    schools: Codes
    schools_told: Codes
    """What is on record of the school and its authority: a number for all schools alike in that."""
    births: Codes
    """Ordinals; 0 where not known."""
    year_groups: Codes
    reaches_before: NDArray[np.bool_]
    """Whether the pupil may have been on roll before the date from which the marks are whole."""
    reported: NDArray[np.bool_]
    """Of whom measures are given as they were reported, in place of marks: no column knows them."""
    facts: Mapping[str, Codes]
    events: Mapping[str, Codes]
    parents: Codes
    """Which parents are known, by their ids: of pupils with any event, or of all if a school has one.

    It matters of no others, who have 0.
    """
    parent_counts: NDArray[np.int32]
    parent_facts: Mapping[str, Sequence[Codes]]
    """Of each fact about parents, the numbers of the first parent, the second …"""
    school_kinds: frozenset[str]
    """Kinds of event that are recorded with any school or authority."""
    told_of_events: ToldOfEvents
    """What the numbers in `events` stand for."""
    _planes: dict[MarkSet, Words] = field(default_factory=dict)
    _most: dict[MarkSet, NDArray[np.integer[Any]]] = field(default_factory=dict)
    _counted: dict[tuple[frozenset[int], int], NDArray[np.integer[Any]]] = field(default_factory=dict)
    _views: dict[int, PupilView] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.pupils)

    @cached_property
    def all_pupils(self) -> Rows:
        """Every place: the rows of a frame of everybody are this very array."""
        return np.arange(len(self))

    @cached_property
    def reaching(self) -> Rows:
        """The places of those whose record may begin too late."""
        return np.flatnonzero(self.reaches_before)

    def view(self, pupil: int) -> PupilView:
        """A pupil by position, as the reference sees one; the latest are kept, with what was worked out."""
        found = self._views.get(pupil)
        if found is None:
            if len(self._views) >= _VIEWS_KEPT:
                self._views.clear()
            found = self._views[pupil] = self.records.view(self.pupils[pupil])
        return found

    def forget(self) -> None:
        """Lets go of what was worked out; it is worked out anew if it is asked for again."""
        for worked_out in (self._planes, self._most, self._counted, self._views):
            worked_out.clear()

    # --- registers --------------------------------------------------------------------------------

    def has_whole_plane(self, marks: MarkSet) -> bool:
        """Whether the plane of a set has been put together for everybody."""
        return marks in self._planes

    @cached_property
    def seconds(self) -> Words:
        """A row of the sessions that follow another of the same date."""
        days = np.array(self.axis.slots, dtype=np.int64) // 2
        return packed_rows((np.diff(days, prepend=-1) == 0)[None])

    def whole_plane(self, marks: MarkSet, besides: Iterable[MarkSet] = ()) -> Words:
        """The sessions in which each pupil has one of these marks; or, for `unmarked`, no mark.

        What will be asked for `besides` is put together with it, if it is not there either.
        """
        if marks not in self._planes:
            sets = [one for one in dict.fromkeys([marks, *besides]) if one not in self._planes]
            self._planes.update(zip(sets, self.planes(sets, self.all_pupils), strict=True))
        return self._planes[marks]

    def planes(self, sets: Sequence[MarkSet], pupils: Rows) -> NDArray[np.uint64]:
        """The same of several sets for some pupils, a layer for each."""
        every = (1 << len(self.axis)) - 1
        within = [self.axis.ever_seen if one.unmarked else every for one in sets]
        return self.registers.planes_of(
            [self.members(one) for one in sets], pupils, rows_of(within, len(self.axis))
        )

    def members(self, marks: MarkSet) -> frozenset[int]:
        """The numbers of a set's codes in registers; for `unmarked` that of a session without a mark."""
        numbering = self.registers.numbering
        return frozenset({MISSING_NUMBER}) if marks.unmarked else numbering.members(marks)

    @cached_property
    def has_missing(self) -> NDArray[np.bool_]:
        """Which pupils have any session without a mark."""
        if UNMARKED in self._most:
            return self._most[UNMARKED] > 0
        return any_bit(self.whole_plane(UNMARKED))

    def most(self, marks: MarkSet) -> NDArray[np.integer[Any]]:
        """How many sessions each pupil has with one of these marks, or with none, in the whole record."""
        most = self._most.get(marks)
        if most is None:
            most = self._most[marks] = ones(self.whole_plane(marks) | self.whole_plane(UNMARKED))
        return most

    def has_most(self, marks: MarkSet) -> bool:
        """Whether that has been counted."""
        return marks in self._most

    def remember_most(self, marks: MarkSet, most: NDArray[np.integer[Any]]) -> None:
        """The same, counted together with other things."""
        self._most[marks] = most

    def counts(self, members: frozenset[int], within: int) -> NDArray[np.integer[Any]]:
        """In how many sessions within a mask each pupil has one of some numbers."""
        known = self._counted.get((members, within))
        return self.registers.counts(members, within) if known is None else known

    def remember_counts(self, members: frozenset[int], within: int, counts: NDArray[np.integer[Any]]) -> None:
        """The same, counted together with other things."""
        self._counted[members, within] = counts

    def part(self, first: int, end: int) -> Block:
        """Some of its pupils, whose numbers mean the same in every column."""
        rows = slice(first, end)
        return replace(
            self,
            pupils=self.pupils[rows],
            registers=self.registers.part(rows),
            schools=self.schools[rows],
            schools_told=self.schools_told[rows],
            births=self.births[rows],
            year_groups=self.year_groups[rows],
            reaches_before=self.reaches_before[rows],
            reported=self.reported[rows],
            facts={name: column[rows] for name, column in self.facts.items()},
            events={kind: column[rows] for kind, column in self.events.items()},
            parents=self.parents[rows],
            parent_counts=self.parent_counts[rows],
            parent_facts={
                name: [column[rows] for column in columns] for name, columns in self.parent_facts.items()
            },
            _planes={},
            _most={},
            _counted={},
            _views={},
        )

    def parent_id(self, pupil: int, place: int) -> str | None:
        """The id of a pupil's parent by position; None in place of a parent."""
        if place == NO_PARENT:
            return None
        pupils = self.pupils
        if isinstance(pupils, PupilsOfRows):  # who need not be made for that
            return pupils.parent_id(pupil, place)
        return pupils[pupil].parents[place].id

    # --- signatures -------------------------------------------------------------------------------

    @cached_property
    def ages(self) -> tuple[NDArray[np.int64], Rows]:
        """The distinct times of compulsory school age, each as one number, and which of them is each pupil's.

        0 stands where it is not known.
        """
        first, which = distinct([self.births], len(self))
        found, of_birth = np.unique(
            np.array([_school_age(born) for born in self.births[first].tolist()], dtype=np.int64),
            return_inverse=True,
        )
        return found, of_birth[which]

    @cached_property
    def school_ages(self) -> NDArray[np.int64]:
        """When each pupil's compulsory school age begins and ends, as one number; 0 where it is not known."""
        ages, which = self.ages
        return ages[which]

    def told(self, bearing: Bearing) -> tuple[object, ...]:
        """Which of the columns there are in which rows must agree: none is of what nobody in the block has.

        A row of numbers means the same in two blocks only if their columns are the same.
        """
        facts, kinds = bearing.facts & self.facts.keys(), bearing.kinds & self.events.keys()
        of_parents = bearing.parent_facts & self.parent_facts.keys()
        return (
            tuple(sorted(facts)),
            tuple(sorted(kinds)),
            tuple((name, len(self.parent_facts[name])) for name in sorted(of_parents)),
        )

    def columns(self, bearing: Bearing, pupils: Rows, parents: Codes | None) -> Iterator[Signature]:
        """The columns in which rows must agree to be one to what has this bearing."""
        for name in sorted(bearing.facts & self.facts.keys()):
            yield self.facts[name][pupils]
        for kind in sorted(bearing.kinds & self.events.keys()):
            yield self.told_of_events.seen(kind, self.events[kind][pupils], bearing)
        for name in sorted(bearing.parent_facts & self.parent_facts.keys()):
            yield from (column[pupils] for column in self.parent_facts[name])
        for trait in self.traits(bearing).values():
            yield trait[pupils]
        if parents is not None and not bearing.parents:
            bears = self.bears_on_parent(bearing, pupils)
            yield np.where(bears, self.parent_counts[pupils], 0)
            yield from self._parents_with_events(bearing, pupils)
            yield np.where(bears, parents, NO_PARENT)
        elif bearing.parents:
            yield from self._parents_with_events(bearing, pupils)
            if parents is not None:
                yield parents

    def recorded(self, bearing: Bearing) -> Iterator[Codes]:
        """Of what has this bearing, the columns of what is on record of few: most pupils have 0 in each."""
        for name in sorted(bearing.facts & self.facts.keys()):
            yield self.facts[name]
        for kind in sorted(bearing.kinds & self.events.keys()):
            yield self.events[kind]
        for name in sorted(bearing.parent_facts & self.parent_facts.keys()):
            yield from self.parent_facts[name]

    def on_record(self, bearing: Bearing, pupils: Rows | None = None) -> NDArray[np.bool_] | None:
        """Of which pupils (all, or some) anything is on record that has this bearing; None if of nobody."""
        found: NDArray[np.bool_] | None = None
        for column in self.recorded(bearing):
            some = (column if pupils is None or pupils is self.all_pupils else column[pupils]) != 0
            found = some if found is None else found | some
        return found if found is not None and found.any() else None

    def traits(self, bearing: Bearing) -> dict[str, Signature]:
        """The columns, by name, in which anybody may differ from anybody, whatever is on record of them."""
        found: dict[str, Signature] = {}
        if bearing.pooled:
            found["school"] = self.schools
        elif bearing.school or not bearing.kinds.isdisjoint(self.school_kinds):
            found["what is told of the school"] = self.schools_told
        if bearing.occasions:
            found["reaches before"] = self.reaches_before.astype(np.int32)
        if bearing.birth:
            found["birth"] = self.births
        if bearing.school_age:
            found["school age"] = self.school_ages
        if bearing.year_group:
            found["year group"] = self.year_groups
        if bearing.parents:
            found["number of parents"] = self.parent_counts
            if not bearing.parent_kinds.isdisjoint(self.school_kinds):
                found["parents"] = self.parents
        return found

    def _parents_with_events(self, bearing: Bearing, pupils: Rows) -> Iterator[Codes]:
        """Which parents there are, by their ids, of pupils for whom an event of one of them is recorded."""
        if bearing.parent_kinds.isdisjoint(self.events.keys() | self.school_kinds):
            return
        recorded = np.zeros(len(pupils), dtype=np.bool_)
        for kind in bearing.parent_kinds & self.events.keys():
            recorded |= self.events[kind][pupils] > 0
        if not bearing.parent_kinds.isdisjoint(self.school_kinds):
            recorded[:] = True
        yield np.where(recorded, self.parents[pupils], 0)

    def bears_on_parent(self, bearing: Bearing, pupils: Rows) -> NDArray[np.bool_]:
        """For which pupils it matters which parent is meant: there is a fact or event of a parent."""
        found = np.zeros(len(pupils), dtype=np.bool_)
        for name in bearing.parent_facts & self.parent_facts.keys():
            for column in self.parent_facts[name]:
                found |= column[pupils] > 0
        for kind in bearing.parent_kinds & self.events.keys():
            found |= self.events[kind][pupils] > 0
        if not bearing.parent_kinds.isdisjoint(self.school_kinds):
            found[:] = True
        return found


@cache
def _school_age(born: int) -> int:
    if not born:
        return 0
    first, last = compulsory_school_age(dt.date.fromordinal(born))
    return first.toordinal() << 32 | last.toordinal()


UNMARKED = MarkSet(name="unmarked", unmarked=True)


def distinct(columns: Iterable[NDArray[Any]], rows: int) -> tuple[Rows, Rows]:
    """The first row of each distinct combination, and for each row which combination it has.

    Combinations stand in the order of their values.
    """
    combined, size = np.zeros(rows, dtype=np.int64), 1
    for column in columns if rows > 1 else ():
        numbers = column.astype(np.int64, copy=False)
        more = combine(combined, size, numbers)
        if not more:
            combined, size = _numbered(combined)
            more = combine(combined, size, _numbered(numbers)[0])
        size = more
    if size == 1:
        return np.arange(min(rows, 1)), combined
    return distinct_numbers(combined, size)


def _numbered(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """The place of each number among the distinct ones, and how many of these there are."""
    first, which = distinct_numbers(numbers, MOST_NUMBERS)
    return which, len(first)


def blocks_of(records: Records, pupils: Iterable[Pupil]) -> Iterator[Block]:
    """The pupils of a history, a block for each distinct row of sessions.

    Schools whose calendars, sessions taken and beginnings are alike share one.
    """
    numbering = Numbering(records.alphabet)
    by_axis: dict[int, list[Pupil]] = {}
    for pupil in pupils:
        by_axis.setdefault(id(records.axis(pupil.school)), []).append(pupil)
    for together in by_axis.values():
        yield block_of(records, together, numbering)


def block_of(records: Records, pupils: Sequence[Pupil], numbering: Numbering) -> Block:
    """A block of pupils whose axes are alike."""
    axis = records.axis(pupils[0].school)
    letters = np.zeros((len(pupils), len(axis)), dtype=np.uint8)
    reaches = np.zeros(len(pupils), dtype=np.bool_)
    for row, pupil in enumerate(pupils):
        view = records.view(pupil)
        letters[row] = np.frombuffer(view.text, dtype=np.uint8)[::-1]
        reaches[row] = view.may_reach_before(axis.complete_from - 1)
    schools = sorted({pupil.school for pupil in pupils})
    places = np.array([schools.index(pupil.school) for pupil in pupils], dtype=np.int32)
    events = _events(pupils)
    told_of_all = bool(records.kinds_of_schools)
    parents = numbered(
        tuple(parent.id for parent in pupil.parents) if pupil.events or told_of_all else ()
        for pupil in pupils
    )
    return Block(
        records=records,
        axis=axis,
        pupils=pupils,
        registers=Registers.of(numbering.numbers[letters], numbering),
        schools=places,
        schools_told=schools_told(records.history, schools)[places],
        births=np.array([p.date_of_birth.toordinal() if p.date_of_birth else 0 for p in pupils], np.int32),
        year_groups=np.array([-1 if p.year_group is None else p.year_group for p in pupils], np.int32),
        reaches_before=reaches,
        reported=np.array([is_reported(pupil) for pupil in pupils], dtype=np.bool_),
        facts=_by_name(pupil.facts for pupil in pupils),
        events=events,
        parents=parents,
        parent_counts=np.array([len(pupil.parents) for pupil in pupils], dtype=np.int32),
        parent_facts=_parent_facts(pupils),
        school_kinds=records.kinds_of_schools,
        told_of_events=ToldOfEvents.of_pupils(pupils, events),
    )


def is_reported(pupil: Pupil) -> bool:
    """Whether any measure of a pupil is known from a report alone: the pupil has no marks."""
    return bool(pupil.reported) and not len(pupil.register)


def numbered(things: Iterable[Any]) -> Codes:
    """A number for each distinct thing, in order of appearance; 0 for an empty one."""
    known: dict[Any, int] = {(): 0}
    return np.array([known.setdefault(one, len(known)) for one in things], dtype=np.int32)


def schools_told(history: History, names: Iterable[str]) -> Codes:
    """A number for each school, the same where the same is on record of them and their authorities."""
    return numbered(_told_of_school(history, history.schools.get(name)) for name in names)


def _told_of_school(history: History, school: School | None) -> tuple[object, ...]:
    if school is None:
        return ()
    authority = history.authorities.get(school.authority or "")
    told = school.phase, _told_of(school), () if authority is None else _told_of(authority)
    return told if any(told) else ()


def _told_of(holder: School | Authority) -> tuple[object, ...]:
    facts = sorted((name, rows) for name, rows in holder.facts.items() if rows)
    return (*facts, *((event.event, alike(event)) for event in holder.events))


def _by_name(holders: Iterable[Mapping[str, tuple[Any, ...]]]) -> Mapping[str, Codes]:
    listed = list(holders)
    names = {name for holder in listed for name in holder}
    return {name: numbered(holder.get(name, ()) for holder in listed) for name in names}


def _events(pupils: Sequence[Pupil]) -> Mapping[str, Codes]:
    by_kind: list[dict[str, tuple[Any, ...]]] = []
    for pupil in pupils:
        found: dict[str, tuple[Any, ...]] = {}
        for event in pupil.events:
            found[event.event] = (*found.get(event.event, ()), alike(event))
        by_kind.append(found)
    return _by_name(by_kind)


def _parent_facts(pupils: Sequence[Pupil]) -> Mapping[str, Sequence[Codes]]:
    most = max((len(pupil.parents) for pupil in pupils), default=0)
    names = {name for pupil in pupils for parent in pupil.parents for name in parent.facts}
    return {
        name: [
            numbered(
                pupil.parents[place].facts.get(name, ()) if place < len(pupil.parents) else ()
                for pupil in pupils
            )
            for place in range(most)
        ]
        for name in names
    }
