"""Marks added up session by session over many pupils, from which any window of theirs is counted.

What a group's pupils have of some marks in a window is, where the window is the same for all of them, the sum
over its sessions of how many of them have one there. So a group of any size costs one look at its planes,
whatever is asked of it, and on however many days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from fingerpost.axis import Axis
from fingerpost.bit_rows import Row, words
from fingerpost.history import Pupil
from fingerpost.population import portions
from fingerpost.population.block import UNMARKED, Block
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost.population.portions import Rows
from fingerpost.population.strips import Strip, changes
from fingerpost.population.truths import Numbers, Words, truth_numbers
from fingerpost.scope import Scope
from fingerpost.subject import POSSIBLE, PupilView
from fingerpost_dsl.model.expressions import Condition, MarkSet
from fingerpost_dsl.model.policy import Policy

if TYPE_CHECKING:
    from fingerpost.population.table_records import TableRecords

Sort = Literal["chosen", "possible", "missing", "other"]
"""Which sessions are added up: those with the marks, those of which a share is taken, those that may turn out
to have them, and those of the second that are not of the first."""

AT_ONCE = 65_536
"""Pupils in a portion, unless one school has more."""
_UNPACKED = 8_192
"""Pupils whose sessions are added up at once."""
_NOBODY = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Totals:
    """How many of some pupils have certain marks in each session."""

    in_each: Row

    @classmethod
    def of(cls, plane: Words, sessions: int) -> Totals:
        """The totals of some pupils."""
        in_each = np.zeros(sessions, dtype=np.int64)
        for _, bits in _unpacked(plane, sessions):
            in_each += bits.sum(axis=0, dtype=np.int64)
        return cls(in_each)

    @cached_property
    def _before(self) -> Sequence[int]:
        """How many marks there are in the first 0, 1, 2 … sessions together."""
        return list(accumulate(self.in_each.tolist(), initial=0))

    def inside(self, mask: int) -> int:
        """How many marks there are in the sessions of a mask."""
        before, found = self._before, 0
        while mask:
            start = (mask & -mask).bit_length() - 1
            rest = mask >> start
            end = start + (~rest & (rest + 1)).bit_length() - 1
            found += before[end] - before[start]
            mask = mask >> end << end
        return found


@dataclass(frozen=True)
class Firsts:
    """Who is the first of some pupils, in their order, to have certain marks in a session."""

    ranks: Row
    """For each session the first one's rank; `_NOBODY` where none has."""

    @classmethod
    def of(cls, plane: Words, ranks: Rows, sessions: int) -> Firsts:
        """Those of some pupils, in the order of their ranks."""
        found = np.full(sessions, _NOBODY)
        for some, bits in _unpacked(plane, sessions):
            new = bits.any(axis=0) & (found == _NOBODY)
            found[new] = ranks[some][bits[:, new].argmax(axis=0)]
        return cls(found)

    def inside(self, mask: int) -> int | None:
        """The rank of the first who has a mark in the sessions of a mask."""
        if not mask:
            return None
        octets = words(mask, len(self.ranks)).view(np.uint8)
        flags = np.unpackbits(octets, count=len(self.ranks), bitorder="little").view(np.bool_)
        found = int(self.ranks[flags].min(initial=_NOBODY))
        return None if found == _NOBODY else found


def _unpacked(plane: Words, sessions: int) -> Iterator[tuple[slice, NDArray[np.uint8]]]:
    """A one or a zero for each session, of some pupils after others."""
    if not sessions:
        return
    for start in range(0, len(plane), _UNPACKED):
        some = slice(start, start + _UNPACKED)
        octets = np.ascontiguousarray(plane[some]).astype("<u8", copy=False).view(np.uint8)
        yield some, np.unpackbits(octets, axis=1, count=sessions, bitorder="little")


@dataclass(frozen=True)
class Portion:
    """Whole schools that keep the same sessions, and stand in one strip."""

    number: int
    strip: Strip
    axis: Axis
    rows: Rows
    """The rows of their pupils in the population."""
    school: str
    """One of them."""


class Tallies:
    """What is added up over the pupils of a population as known on a date, portion by portion.

    The latest portion is held as a block: whoever asks school by school, in order, has each made once.
    """

    def __init__(self, records: TableRecords) -> None:
        self._records = records
        self._block: tuple[int, Block] | None = None
        self._truths: dict[object, Numbers] = {}
        """Whom a condition holds for, of the portion that is held."""
        self._always: dict[tuple[int, int], Scope] = {}
        self.asked_alone = 0
        """How often the reference was asked about a member of a group, one by one."""

    @cached_property
    def portions(self) -> Sequence[Portion]:
        """All pupils."""
        return list(self._portions())

    def _portions(self) -> Iterator[Portion]:
        records, number = self._records, 0
        people, names = records.population.people, records.population.school_names
        for strip in records.population.strips:
            alike: dict[int, list[tuple[str, Rows]]] = {}
            schools = people.schools[strip.first : strip.last]
            for first, last in changes(schools):
                name = names[schools[first]]
                own = np.arange(strip.first + first, strip.first + last)
                alike.setdefault(id(records.axis(name)), []).append((name, own))
            for parts in alike.values():
                for some in _of_at_most(parts, AT_ONCE):
                    school = some[0][0]
                    rows = np.concatenate([own for _, own in some])
                    yield Portion(number, strip, records.axis(school), rows, school)
                    number += 1

    @cached_property
    def _portion_of(self) -> NDArray[np.int32]:
        """For each row the number of its portion."""
        found = np.zeros(len(self._records.population), dtype=np.int32)
        for portion in self.portions:
            found[portion.rows] = portion.number
        return found

    def number_of(self, row: int) -> int:
        """The number of the portion in which a row stands."""
        return int(self._portion_of[row])

    def divided(self, rows: Rows) -> Iterator[tuple[Portion, Rows, Rows]]:
        """Some rows by portions: each with the places of its own among its rows, and their ranks."""
        numbers = self._portion_of[rows]
        for number in np.unique(numbers).tolist():
            ranks = np.flatnonzero(numbers == number)
            portion = self.portions[number]
            yield portion, np.searchsorted(portion.rows, rows[ranks]), ranks

    def block(self, portion: Portion) -> Block:
        """The pupils of a portion, in columns."""
        if self._block is None or self._block[0] != portion.number:
            population = self._records.population
            some = portions.Portion(portion.strip, portion.axis, portion.rows, portion.number)
            made = population.block(self._records, some)
            self._block = portion.number, made
            self._truths.clear()
        return self._block[1]

    def plane(self, portion: Portion, places: Rows, sort: Sort, marks: MarkSet) -> Words:
        """The sessions that are added up, for each of some pupils of a portion: as in `PupilView`."""
        block = self.block(portion)
        match sort:
            case "chosen":
                return block.whole_plane(marks)[places]
            case "missing":
                missing = block.whole_plane(UNMARKED)[places]
                return np.zeros_like(missing) if marks.unmarked else missing
            case "possible":
                possible = block.whole_plane(POSSIBLE)[places]
                return possible | block.whole_plane(UNMARKED)[places] if marks.unmarked else possible
            case "other":
                return self.plane(portion, places, "possible", marks) & ~block.whole_plane(marks)[places]

    def scope(self, portion: Portion, policy: Policy) -> Scope:
        """That of somebody always on roll at a school of a portion: where windows lie, and how far back."""
        key = (portion.number, id(policy))
        known = self._always.get(key)
        if known is None or known.policy is not policy:
            view = PupilView(self._records, Pupil(id="", school=portion.school))
            known = self._always[key] = Scope(policy=policy, view=view, with_evidence=False)
        return known

    def truths(self, portion: Portion, condition: Condition, policy: Policy, on: dt.date) -> Numbers:
        """For each pupil of a portion whether a condition holds on a date, as in `truth_numbers`."""
        block = self.block(portion)
        key = (id(condition), id(policy), on)
        found = self._truths.get(key)
        if found is None:
            frame = Frame.on_date(block, policy, on.toordinal())
            found = self._truths[key] = truth_numbers(truths(condition, frame), 0, len(block))
            self.asked_alone += sum(frame.shared.fallen_back.values())
        return found


def _of_at_most(parts: Sequence[tuple[str, Rows]], most: int) -> Iterator[list[tuple[str, Rows]]]:
    """Schools in portions of at most so many pupils, each school whole."""
    some: list[tuple[str, Rows]] = []
    pupils = 0
    for part in parts:
        if some and pupils + len(part[1]) > most:
            yield some
            some, pupils = [], 0
        some.append(part)
        pupils += len(part[1])
    if some:
        yield some
