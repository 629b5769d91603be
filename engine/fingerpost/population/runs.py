"""Whole days and runs of marks of many pupils on every school day at once (meanings 10 and 11)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.mark_columns import Looked, cuts_days, looked_at, looked_at_by_reference
from fingerpost.population import kernels
from fingerpost.population.block import UNMARKED
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import (
    Counts,
    Places,
    counts_reaching,
    lengths_of_runs,
    long_stretches,
    longest_runs,
)
from fingerpost.population.truths import (
    Flags,
    Rows,
    Words,
    all_days,
    any_bit,
    no_days,
    packed_rows,
    rows_taken,
)
from fingerpost.subject import POSSIBLE
from fingerpost.windows import hangs_on_subject
from fingerpost_dsl.model.expressions import CountOfMarks, MarkSet, Run
from fingerpost_dsl.model.quantities import Unit


def first_of_whole_days(members: Words, everything: Words, frame: Frame) -> Words:
    """One bit for each day all of whose possible sessions are members: at the first of them."""
    return kernels.first_of_whole_days(members, everything & ~members, frame.block.seconds)


@dataclass(frozen=True, slots=True)
class _Plane:
    """The sessions that make up runs, of each row."""

    counting: Words
    """One for each unit of a run."""
    breaks: Words
    """Those over which no run goes on."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What runs are looked for among, and where; in sessions, or in whole days."""

    looked: Looked
    starts: Places
    """Where the windows of each day begin."""
    ends: Places
    """And where they end: at the session after the last."""
    sessions: int
    """How many there are in all."""
    low: _Plane
    """If no session without a mark is one of the set."""
    high: _Plane | None
    """If all of them are; None where no session is without a mark."""

    @classmethod
    def of(cls, value: Run, frame: Frame) -> _Asked | None:
        """None where the windows have gaps, differ from pupil to pupil, or may cut a day in two."""
        looked = looked_at_by_run(value, frame)
        if looked is None or looked.certain.starts is None or looked.certain.ends is None:
            return None
        chosen, missing, possible = frame.planes(value.marks, UNMARKED, POSSIBLE)
        everything = possible | missing
        breaks = everything & ~chosen

        def plane(members: Words, broken: Words) -> _Plane:
            by_session = value.unit is Unit.SESSION
            return _Plane(members if by_session else first_of_whole_days(members, everything, frame), broken)

        return cls(
            looked=looked,
            starts=looked.certain.starts,
            ends=looked.certain.ends,
            sessions=len(frame.block.axis),
            low=plane(chosen, breaks),
            high=plane(chosen | missing, breaks & ~missing) if missing.any() else None,
        )

    def counted(self, low: Counts, high: Counts, whole: Words, frame: Frame) -> Counted:
        """From the least to the greatest length; on `whole` days a run may go on before the record."""
        none = no_days(frame.length)
        unbounded = _may_go_on(self.looked, whole, frame) if self.looked.before else none
        return Counted(low, high, None, None, none, unbounded, none)


def current_run(value: Run, frame: Frame) -> Counted | None:
    """`current run of … in sessions|school days`: back from the latest taken session, within its windows.

    None where the windows have gaps, differ from pupil to pupil, or may cut a day in two.
    """
    asked = _Asked.of(value, frame)
    if asked is None:
        return None

    def lengths(plane: _Plane) -> tuple[Counts, Flags]:
        return lengths_of_runs(plane.counting, plane.breaks, asked.starts, asked.ends, asked.sessions)

    low, whole = lengths(asked.low)
    high = low
    if asked.high is not None:
        high, whole = lengths(asked.high)
    return asked.counted(low, high, packed_rows(whole), frame)


def longest_run(value: Run, frame: Frame) -> Counted | None:
    """`longest run of … in sessions|school days` within its windows; None as for the current one."""
    asked = _Asked.of(value, frame)
    if asked is None:
        return None

    def lengths(plane: _Plane) -> Counts:
        return longest_runs(plane.counting, plane.breaks, asked.starts, asked.ends, asked.sessions)

    low = lengths(asked.low)
    high = low if asked.high is None else lengths(asked.high)
    return asked.counted(low, high, all_days(frame.length), frame)


def _may_go_on(looked: Looked, whole: Words, frame: Frame) -> Words:
    """Of the days on which nothing breaks a run, those on which it may go on before the record."""
    before = whole & rows_of([looked.before], frame.length)
    reaches = frame.block.reaches_before[frame.pupils]
    return before if reaches.all() else np.where(reaches[:, None], before, no_days(frame.length))


def longer_run_than_known(value: Run, frame: Frame) -> Words | None:
    """The days on which a run may be longer than is on record; None where there is no quick way."""
    looked = looked_at_by_run(value, frame)
    if looked is None or looked.certain.starts is None or looked.certain.ends is None:
        return None
    if not looked.before:
        return no_days(frame.length)
    if not value.current:
        return _may_go_on(looked, all_days(frame.length), frame)
    found = np.zeros((len(frame), no_days(frame.length).shape[1]), dtype=np.uint64)
    rows = np.flatnonzero(frame.block.reaches_before[frame.pupils])
    rows = rows[may_go_on_before(value, frame.take(rows))]
    if len(rows):
        own = frame.take(rows)
        days = looked.before.bit_length()
        broken = counts_reaching(
            _breaks(value, own), looked.certain.starts[:days], looked.certain.ends[:days], 1
        )
        whole = np.zeros((len(rows), found.shape[1]), dtype=np.uint64)
        whole[:, : broken.shape[1]] = ~broken
        found[rows] = _may_go_on(looked, whole, own)
    return found


def may_go_on_before(value: Run, frame: Frame) -> Flags:
    """For which rows, whose records may begin too late, a current run may go on before them on any day.

    What breaks a run on the first of these days breaks it on the others, too, as long as no window begins
    later.
    """
    looked = looked_at_by_run(value, frame)
    if looked is None or looked.certain.starts is None or looked.certain.ends is None:
        return np.ones(len(frame), dtype=np.bool_)
    if not looked.before:
        return np.zeros(len(frame), dtype=np.bool_)
    first, last = (looked.before & -looked.before).bit_length() - 1, looked.before.bit_length()
    starts, ends = looked.certain.starts, looked.certain.ends
    if (starts[first:last] != starts[first]).any() or (ends[first:last] < ends[first]).any():
        return np.ones(len(frame), dtype=np.bool_)
    return ~_has_break(value, int(starts[first]), int(ends[first]), frame)


def _has_break(value: Run, start: int, end: int, frame: Frame) -> Flags:
    """Which rows' pupils have a session in a stretch over which no run goes on."""
    block, within = frame.block, (1 << end) - (1 << start)
    breaks = block.members(POSSIBLE) - block.members(value.marks)
    if frame.is_of_few:
        return block.registers.take(frame.pupils).counts(breaks, within) > 0
    memo, key = frame.shared.memo, ("has break", id(value), start, end)
    if key not in memo:
        memo[key] = block.counts(breaks, within) > 0
    found: Flags = memo[key]  # type: ignore[assignment]  # what was put there
    return found[frame.pupils]


def _breaks(value: Run, frame: Frame) -> Words:
    """The sessions over which no run goes on, were all sessions without a mark of the set."""
    chosen, missing, possible = frame.planes(value.marks, UNMARKED, POSSIBLE)
    return possible & ~chosen & ~missing


def looked_at_by_run(value: Run, frame: Frame) -> Looked | None:
    """What the windows of a run look at, the same for every row; None where there is no quick way."""
    bearing = frame.shared.bearing(value.windows)
    if bearing.register or any(cuts_days(window) or hangs_on_subject(window) for window in value.windows):
        return None
    key = ("looked at by run", id(value), frame.shared.alone, bool(len(frame.block.reaching)))
    found = frame.shared.across.signatures.get(key)
    if found is None:
        of_run = CountOfMarks(marks=value.marks, windows=value.windows, span=value.span)
        scope = frame.scope_reaching_furthest()
        looked = None if frame.shared.alone else looked_at(of_run, frame.length, scope)
        looked = looked or looked_at_by_reference(of_run, frame.shared.days, scope)
        found = frame.shared.across.signatures[key] = (looked if looked.exact else None, value)
    return found[0]  # type: ignore[index,no-any-return]  # what was put there


# --- stretches ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LongStretches:
    """The sessions that are of an occasion, or have no mark, of some pupils of a block: a row for each.

    Only of stretches that no other possible session breaks, and that are long enough for an occasion if all
    of it is: of no others is there any.
    """

    marks: MarkSet
    least: int
    unit: Unit
    of_pupil: Rows
    """The row of each pupil of the block; -1 for those who have no such stretch."""
    members: Words
    begins: Words
    """The first member of each stretch."""
    missing: Words
    """The sessions without a mark."""
    whole: Words | None
    """Each day all of whose possible sessions are of the occasion, at the first of them; of days alone."""


def stretches_of(name: str, frame: Frame) -> LongStretches:
    """Those for the occasions of a name, of all pupils of the block, in the whole record."""
    key = ("stretches of", name)
    known = frame.shared.memo.get(key)
    if known is None:
        known = frame.shared.memo[key] = _stretches(name, frame.shared.everybody)
    return known  # type: ignore[return-value]  # what was put there


def _stretches(name: str, everybody: Frame) -> LongStretches:
    marks, least, unit = everybody.scope(0).occasion_kind(name)
    enough = max(least, 1)
    pupils = np.flatnonzero(everybody.block.most(marks) >= enough)
    own = everybody.take(pupils)
    chosen, missing, possible = own.planes(marks, UNMARKED, POSSIBLE)
    members = chosen | missing
    counting = members if unit is Unit.SESSION else _first_of_dates(members, everybody)
    members, begins = long_stretches(members, possible & ~chosen, counting, enough)
    rows = np.flatnonzero(any_bit(begins))
    chosen, missing, possible = (rows_taken(plane, rows) for plane in (chosen, missing, possible))
    of_pupil = np.full(len(everybody), -1)
    of_pupil[pupils[rows]] = np.arange(len(rows))
    return LongStretches(
        marks,
        least,
        unit,
        of_pupil,
        rows_taken(members, rows),
        rows_taken(begins, rows),
        missing,
        None if unit is Unit.SESSION else first_of_whole_days(chosen, possible | missing, everybody),
    )


def _first_of_dates(members: Words, frame: Frame) -> Words:
    """Of each date that has any members the first one."""
    after = members << np.uint64(1)
    after[:, 1:] |= members[:, :-1] >> np.uint64(63)
    return members & ~(after & frame.block.seconds)


def may_occur(name: str, frame: Frame) -> Flags:
    """For which rows a stretch of such marks and of missing ones is long enough for one such occasion."""
    found: Flags = stretches_of(name, frame).of_pupil[frame.pupils] >= 0
    return found
