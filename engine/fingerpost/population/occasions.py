"""The occasions of many pupils: runs of marks, one row each (meanings 11 and 32)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.frame import Frame
from fingerpost.population.kernels import running_totals
from fingerpost.population.marks import first_of_whole_days
from fingerpost.population.truths import Flags, Rows, flags_of
from fingerpost.reasons import Occurrence
from fingerpost.subject import POSSIBLE
from fingerpost_dsl.model.quantities import Unit


def with_own_occasions(frame: Frame, name: str, limit: int) -> Frame:
    """A row for each occasion that pupils have had, or may have had if missing marks belong to it.

    Only the first `limit` sessions are looked at: the others are to come.
    """
    if not len(frame):
        return _with(frame, name, frame.pupils, [])
    found = _Found.of(frame, name, limit)
    stretches = sorted([*found.certain(), *found.perhaps()])
    rows = np.array([found.rows[one.start] for one in stretches], dtype=np.intp)
    return _with(frame, name, rows, [found.number(one) for one in stretches])


def _with(frame: Frame, name: str, rows: Rows, numbers: list[int]) -> Frame:
    return Frame(frame.shared, frame.pupils[rows], occasions=np.array(numbers, dtype=np.int32), own=name)


@dataclass(frozen=True, slots=True, order=True)
class _Stretch:
    """Members that are one occasion, by their places in the list."""

    start: int
    end: int
    length: int
    certain: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """The sessions that are of an occasion, or have no mark, of all rows one after another."""

    frame: Frame
    name: str
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
    def of(cls, frame: Frame, name: str, limit: int) -> _Found:
        """Those of the first sessions, of all rows."""
        marks, least, unit = frame.scope(0).occasion_kind(name)
        count = len(frame.block.axis)
        chosen, missing = frame.plane(marks), frame.block.missing(frame.pupils)
        rows, sessions = np.nonzero(flags_of(chosen | missing, count)[:, :limit])
        possible = frame.plane(POSSIBLE)
        broken = running_totals(possible & ~chosen, count)[rows, sessions]
        begins = np.ones(len(rows), dtype=np.bool_)
        begins[1:] = (rows[1:] != rows[:-1]) | (broken[1:] != broken[:-1])
        whole = np.zeros(len(rows), dtype=np.bool_)
        if unit is not Unit.SESSION:
            days = first_of_whole_days(chosen, possible | missing, frame)
            whole = flags_of(days, count)[rows, sessions]
        return cls(
            frame=frame,
            name=name,
            least=least,
            unit=unit,
            rows=rows,
            sessions=sessions,
            missing=flags_of(missing, count)[rows, sessions],
            whole=whole,
            begins=begins,
        )

    def certain(self) -> list[_Stretch]:
        """Runs of marks in a row that are long enough by themselves."""
        starts, ends, lengths = self._runs()
        return [
            _Stretch(int(starts[run]), int(ends[run]), int(lengths[run]), certain=True)
            for run in np.flatnonzero(lengths >= self.least)
        ]

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

    def perhaps(self) -> list[_Stretch]:
        """What would be one occasion if all the missing marks of a stretch belonged to it, and else none."""
        if not self.missing.any():
            return []
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
        able = ~settled & (unmarked > 0) & (marked > 0) & (most >= self.least)
        whole = self.unit is Unit.SESSION
        return [
            _Stretch(int(starts[one]), int(ends[one]), int(marked[one]) if whole else 0, certain=False)
            for one in np.flatnonzero(able)
        ]

    def number(self, stretch: _Stretch) -> int:
        """The number of an occasion: alike are those of the same sessions.

        Where marks are missing, what may go on with it hangs on all that is around it.
        """
        part = slice(stretch.start, stretch.end)
        said = [self.sessions[part].tobytes(), self.whole[part].tobytes(), self.missing[part].tobytes()]
        pupil = self.frame.pupils[[self.rows[stretch.start]]]
        block = self.frame.block
        if block.missing(pupil).any():
            marks, *_ = self.frame.scope(0).occasion_kind(self.name)
            planes = (block.plane(marks, pupil), block.plane(POSSIBLE, pupil), block.missing(pupil))
            said.extend(plane.tobytes() for plane in planes)

        def make() -> Occurrence:
            slots = block.axis.slots
            return Occurrence(
                occasion=self.name,
                first_slot=slots[int(self.sessions[stretch.start])],
                last_slot=slots[int(self.sessions[stretch.end - 1])],
                length=stretch.length,
                unit=self.unit,
                sessions=int((~self.missing[part]).sum()),
                certain=stretch.certain,
            )

        return self.frame.shared.across.number_of(self.name, b"|".join(said), make)
