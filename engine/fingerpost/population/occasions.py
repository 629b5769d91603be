"""The occasions of many pupils: runs of marks, one row each (meanings 11 and 32)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import rows_of
from fingerpost.population.block import UNMARKED, Codes, distinct
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import flags_at, places_of
from fingerpost.population.runs import stretches_of
from fingerpost.population.truths import Flags, Rows, rows_taken
from fingerpost.reasons import Occurrence
from fingerpost.subject import POSSIBLE
from fingerpost_dsl.model.expressions import MarkSet
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit


def with_own_occasions(frame: Frame, name: str, limit: int) -> Frame:
    """A row for each occasion that pupils have had, or may have had if missing marks belong to it.

    Only the first `limit` sessions are looked at: the others are to come.
    """
    if not len(frame):
        return _with(frame, name, frame.pupils, np.zeros(0, dtype=np.int32))
    found = Found.of(frame, name, limit)
    certain = found.certain()
    stretches = certain.joined(found.perhaps())
    numbers = found.numbers(stretches)
    if not frame.shared.alone:
        found.remember_reached(numbers[stretches.certain], certain)
    return _with(frame, name, found.rows[stretches.starts], numbers)


def _with(frame: Frame, name: str, rows: Rows, numbers: Codes) -> Frame:
    return Frame(frame.shared, frame.pupils[rows], occasions=numbers, own=name)


def reached_key(number: int, policy: Policy) -> tuple[object, ...]:
    """By what it is known among signatures on which school day an occasion reaches its least length."""
    return "reached on", number, id(policy)


@dataclass(frozen=True, slots=True)
class Stretches:
    """Members that are one occasion each, by their places in the list."""

    starts: Rows
    ends: Rows
    lengths: NDArray[np.int64]
    certain: Flags

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, places: Rows) -> Stretches:
        """Some of them."""
        return Stretches(self.starts[places], self.ends[places], self.lengths[places], self.certain[places])

    def joined(self, others: Stretches) -> Stretches:
        """Both, in order; no two begin at the same place."""
        starts = np.concatenate([self.starts, others.starts])
        order = starts.argsort(kind="stable")
        return Stretches(
            starts[order],
            np.concatenate([self.ends, others.ends])[order],
            np.concatenate([self.lengths, others.lengths])[order],
            np.concatenate([self.certain, others.certain])[order],
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The sessions that are of an occasion, or have no mark, of all rows one after another.

    Only of stretches that are long enough for an occasion if nothing breaks them: of no others is there any.
    """

    frame: Frame
    name: str
    marks: MarkSet
    least: int
    unit: Unit
    rows: Rows
    sessions: Rows
    missing: Flags
    """Which of them have no mark."""
    whole: Flags
    """Which stand for a day all of whose possible sessions are of the occasion."""
    begins: Flags
    """Which come after a session that breaks off what was before, or are a pupil's first."""

    @classmethod
    def of(cls, frame: Frame, name: str, limit: int) -> Found:
        """Those of the first sessions, of all rows."""
        found = stretches_of(name, frame)
        of_row = found.of_pupil[frame.pupils]
        own = np.flatnonzero(of_row >= 0)
        seen = rows_of([(1 << limit) - 1], len(frame.block.axis))
        rows, sessions = places_of(rows_taken(found.members, of_row[own]) & seen)
        rows = own[rows]
        stretches = of_row[rows]
        if found.whole is None:
            whole = np.zeros(len(rows), dtype=np.bool_)
        else:
            whole = flags_at(found.whole, stretches, sessions)
        return cls(
            frame=frame,
            name=name,
            marks=found.marks,
            least=found.least,
            unit=found.unit,
            rows=rows,
            sessions=sessions,
            missing=flags_at(found.missing, stretches, sessions),
            whole=whole,
            begins=flags_at(found.begins, stretches, sessions),
        )

    def by_row(self) -> Iterator[slice]:
        """The places of each row that has any."""
        first = np.flatnonzero(np.diff(self.rows, prepend=-1))
        for start, end in pairwise([*first.tolist(), len(self.rows)]):
            yield slice(start, end)

    def certain(self) -> Stretches:
        """Runs of marks in a row that are long enough by themselves."""
        starts, ends, lengths = self._runs()
        runs = np.flatnonzero(lengths >= self.least)
        return Stretches(starts[runs], ends[runs], lengths[runs], np.ones(len(runs), dtype=np.bool_))

    def reached(self, runs: Stretches) -> Rows:
        """The session with which each of some runs reaches its least length; of whole days their first."""
        if self.unit is Unit.SESSION:
            return self.sessions[runs.starts + max(self.least, 1) - 1]
        days = np.flatnonzero(self.whole)
        return self.sessions[days[np.searchsorted(days, runs.starts) + max(self.least, 1) - 1]]

    def remember_reached(self, numbers: Codes, runs: Stretches) -> None:
        """Takes note of the school day on which each of some runs reaches its least length, by its number."""
        shared, axis = self.frame.shared, self.frame.block.axis
        alike, first = np.unique(numbers, return_index=True)
        dates = np.array(axis.slots, dtype=np.int64)[self.reached(runs)[first]] // 2
        days = np.searchsorted(axis.school_days, dates)
        for number, day in zip(alike.tolist(), days.tolist(), strict=True):
            shared.across.signatures[reached_key(number, shared.policy)] = day

    def _runs(self) -> tuple[Rows, Rows, NDArray[np.int64]]:
        """Where marks follow one another without a missing one between them, and how long that lasts."""
        chosen = ~self.missing
        first, last = chosen.copy(), chosen.copy()
        first[1:] &= self.begins[1:] | self.missing[:-1]
        last[:-1] &= self.begins[1:] | self.missing[1:]
        starts, ends = np.flatnonzero(first), np.flatnonzero(last) + 1
        if self.unit is Unit.SESSION:
            return starts, ends, ends - starts
        days = np.concatenate([[0], np.cumsum(self.whole)])
        return starts, ends, days[ends] - days[starts]

    def perhaps(self) -> Stretches:
        """What would be one occasion if all the missing marks of a stretch belonged to it, and else none."""
        if not self.missing.any():
            none = np.zeros(0, dtype=np.intp)
            return Stretches(none, none, none.astype(np.int64), none.astype(np.bool_))
        starts = np.flatnonzero(self.begins)
        ends = np.append(starts[1:], len(self.rows))
        runs, _, lengths = self._runs()
        settled = np.zeros(len(starts), dtype=np.bool_)
        settled[np.searchsorted(starts, runs[lengths >= self.least], "right") - 1] = True
        unmarked = np.add.reduceat(self.missing.astype(np.int64), starts)
        marked = ends - starts - unmarked
        most = ends - starts
        if self.unit is not Unit.SESSION:
            days = np.array(self.frame.block.axis.slots, dtype=np.int64)[self.sessions] // 2
            new = self.begins.copy()
            new[1:] |= days[1:] != days[:-1]
            most = np.add.reduceat(new.astype(np.int64), starts)
        able = np.flatnonzero(~settled & (unmarked > 0) & (marked > 0) & (most >= self.least))
        lengths = marked[able] if self.unit is Unit.SESSION else np.zeros(len(able), dtype=np.int64)
        return Stretches(starts[able], ends[able], lengths, np.zeros(len(able), dtype=np.bool_))

    def numbers(self, stretches: Stretches) -> Codes:
        """The number of each occasion: alike are those of the same sessions."""
        starts, ends = stretches.starts, stretches.ends
        first, last = self.sessions[starts], self.sessions[ends - 1]
        numbers = np.zeros(len(starts), dtype=np.int32)
        unsure = self._may_go_on(starts)
        plain = (last - first + 1 == ends - starts) & ~unsure
        # Without a gap or a missing mark the first and the last session say it all; of whole days also
        # whether the first and the last day are whole ones.
        rows = np.flatnonzero(plain)
        columns = first, last, self.whole[starts], self.whole[ends - 1]
        places, which = distinct((column[rows] for column in columns), len(rows))
        alike = rows[places]
        cases = zip(*(column[alike].tolist() for column in columns), strict=True)
        found = [
            self._number(stretches, place, [b"%d to %d, %d and %d" % case])
            for place, case in zip(alike.tolist(), cases, strict=True)
        ]
        numbers[rows] = np.array(found, dtype=np.int32)[which]
        around = dict(zip(np.flatnonzero(unsure).tolist(), self._around(starts[unsure]), strict=True))
        for place in np.flatnonzero(~plain).tolist():
            part = slice(int(starts[place]), int(ends[place]))
            said = [self.sessions[part].tobytes(), self.whole[part].tobytes(), self.missing[part].tobytes()]
            numbers[place] = self._number(stretches, place, [*said, *around.get(place, ())])
        return numbers

    def _may_go_on(self, starts: Rows) -> Flags:
        """Whether a session without a mark lies between the breaks before and after each occasion."""
        if not self.missing.any():
            return np.zeros(len(starts), dtype=np.bool_)
        begins = np.flatnonzero(self.begins)
        unmarked = np.bitwise_or.reduceat(self.missing, begins)
        found: Flags = unmarked[np.searchsorted(begins, starts, "right") - 1]
        return found

    def _around(self, places: Rows) -> Iterator[list[bytes]]:
        """All marks of the pupils of some: what may go on with an occasion hangs on what is around it."""
        own = self.frame.take(self.rows[places])
        planes = own.planes(self.marks, POSSIBLE, UNMARKED)
        return ([plane[row].tobytes() for plane in planes] for row in range(len(own)))

    def _number(self, stretches: Stretches, place: int, said: list[bytes]) -> int:
        """The number of the occasion of which something is said that holds for no other."""
        make = partial(self._occurrence, stretches, place)
        unit = self.unit.value.encode()  # which another edition may count in
        return self.frame.shared.across.number_of(self.name, b"|".join([unit, *said]), make)

    def _occurrence(self, stretches: Stretches, place: int) -> Occurrence:
        """An occasion as the reference knows it."""
        part = slice(int(stretches.starts[place]), int(stretches.ends[place]))
        slots = self.frame.block.axis.slots
        return Occurrence(
            occasion=self.name,
            first_slot=slots[self.sessions[part.start]],
            last_slot=slots[self.sessions[part.stop - 1]],
            length=int(stretches.lengths[place]),
            unit=self.unit,
            sessions=int((~self.missing[part]).sum()),
            certain=bool(stretches.certain[place]),
        )
