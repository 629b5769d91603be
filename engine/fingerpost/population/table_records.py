"""A population as known on a date: what the reference evaluator asks of records, answered out of columns.

A pupil's own records are made when somebody asks for that pupil. Schools, families, cohorts and the sessions
that are open need all pupils: they are stretches and numbers of rows, and marks that are counted in planes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fingerpost.axis import Axis
from fingerpost.history import Pupil
from fingerpost.population.code_list import CodeList
from fingerpost.population.group_members import Members
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.portions import Rows
from fingerpost.population.registers import Numbering, Registers
from fingerpost.population.strips import Strip, changes, pack_into
from fingerpost.population.tallies import Tallies
from fingerpost.subject import PupilView, Records
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.policy import Policy

if TYPE_CHECKING:
    from fingerpost.population.population import Population

_VIEWS_REMEMBERED = 4_096
_ROWS_AT_ONCE = 65_536
"""Rows of as many schools as are gone through at once, at the least."""
_LOOKED_AT_FIRST = 32
"""Rows of a school: by them it is mostly settled which sessions were taken."""


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
            if len(self._views) >= _VIEWS_REMEMBERED:
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

    def is_school(self, school: str) -> bool:
        """Whether it is one of these."""
        return school in self._stretches or school in self.history.schools

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
        strip = population.strip_of(first)
        planes = strip.planes[:, first - strip.first : last - strip.first]
        by_themselves = self._kept_registers(first, last)
        if self.known_on is not None:
            # packed are the latest marks, which may not have been known on the date
            by_themselves |= population.corrections.of_rows(first, last)
            rows = [row for row in range(first, last) if row not in by_themselves]
            planes = planes if not by_themselves else strip.planes[:, np.array(rows, np.int64) - strip.first]
        marked = np.bitwise_or.reduce(np.bitwise_or.reduce(planes[1:], axis=0), axis=0)
        members = Registers.of_planes(planes, len(strip.slots), Numbering(self.alphabet))
        could = np.bitwise_or.reduce(members.plane(codes.possible), axis=0)
        latest = None if self.known_on is None else self.known_on.toordinal() * 2 + 1
        taken, possible = (strip.sessions(words, latest) for words in (marked, could))
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
        population, numbering = self.population, Numbering(self.alphabet)
        by_themselves = self._rows_of_registers
        if self.known_on is not None:
            by_themselves = np.union1d(by_themselves, population.corrections.rows)
        for strip in population.strips:
            numbers = population.people.schools[strip.first : strip.last]
            schools = changes(numbers)
            edges = strip.first + np.array(schools, dtype=np.int64).reshape(-1, 2)
            before, after = np.searchsorted(by_themselves, edges).T
            said = zip(self._bits_of(strip, numbering, schools), (before == after).tolist(), strict=True)
            for (row, taken), of_all in said:
                if of_all:
                    yield population.school_names[numbers[row]], taken.tobytes()

    def _bits_of(
        self, strip: Strip, numbering: Numbering, stretches: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, NDArray[np.uint64]]]:
        """Of stretches of rows, in order: the first, and where any has a mark, and a possible one.

        The first rows of a school mostly have marks in all in which anybody has one, and no further ones are
        looked at.
        """
        known = self._known_sessions(strip)
        marked = _anybody_marked(strip, known)
        known, every = np.concatenate([known, known]), np.concatenate([marked, marked])

        def of_rows(rows: Rows, starts: Rows) -> NDArray[np.uint64]:
            registers = Registers.of_planes(strip.planes[:, rows], len(strip.slots), numbering)
            marked = np.bitwise_or.reduce(registers.planes[1:], axis=0)
            could = registers.plane(self.population.codes.possible)
            words = np.concatenate([marked, could], axis=1) & known
            found: NDArray[np.uint64] = (
                np.bitwise_or.reduceat(words, starts, axis=0) if words.size else words[starts]
            )
            return found

        for some in _about_so_many(stretches):
            firsts = [np.arange(first, min(end, first + _LOOKED_AT_FIRST)) for first, end in some]
            lengths = np.array([len(rows) for rows in firsts])
            found = of_rows(np.concatenate(firsts), np.cumsum(lengths) - lengths)
            full = (found == every).all(axis=1).tolist()
            for (first, end), words, has_all in zip(some, found, full, strict=True):
                whole = has_all or end - first <= _LOOKED_AT_FIRST
                yield first, words if whole else of_rows(np.arange(first, end), np.zeros(1, np.int64))[0]

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
        of_columns = events.kinds_of(~np.isin(events.rows, population.kept_rows))
        of_kept = {row.event for pupil in population.kept.values() for row in pupil.events}
        return self.kinds_of_schools | of_columns | of_kept


def _anybody_marked(strip: Strip, known: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Those of some sessions of a strip, as bits, in which anybody has a mark: mostly some rows say it."""
    found = np.zeros_like(known)
    for word in range(len(known)):
        bits = strip.planes[1:, :, word]
        for rows in (bits[:, :_LOOKED_AT_FIRST], bits):
            found[word] = np.bitwise_or.reduce(rows, axis=None) & known[word]
            if found[word] == known[word]:
                break
    return found


def _about_so_many(stretches: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    """Stretches in groups of some thousand rows each."""
    some: list[tuple[int, int]] = []
    for stretch in stretches:
        some.append(stretch)
        if stretch[1] - some[0][0] >= _ROWS_AT_ONCE:
            yield some
            some = []
    if some:
        yield some
