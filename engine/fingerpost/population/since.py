"""What is `since` an occasion, for many pupils: time, and marks (meanings 6, 11, 12 and 32).

Without a missing mark it is certain on every day which occasion is meant, and until when it has lasted. With
one it may be that nobody knows: such pupils, few as they are, are gone through session by session.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import Row
from fingerpost.event_values import units_passed
from fingerpost.population.block import UNMARKED
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts, running_totals
from fingerpost.population.occasions import Found, Stretches
from fingerpost.population.truths import Flags, packed_rows
from fingerpost_dsl.model.expressions import Anchor, CountOfMarks, Edge, Since, TimeSince, Which
from fingerpost_dsl.model.quantities import Unit

OfOccasion = TimeSince | CountOfMarks

NEVER = -1
"""In place of a day: there has been no such occasion."""
UNSURE = 0
"""In place of a day: there may have been one, or another one."""


def anchor_of(value: OfOccasion) -> Anchor | None:
    """The occasion that a value is `since`; None where it is something else, or where more is asked of it."""
    anchor = None
    if isinstance(value, TimeSince):
        anchor = value.anchor
    elif len(value.windows) == 1 and not value.whole_days and not value.weekdays:
        (window,) = value.windows
        anchor = window.moment if isinstance(window, Since) and isinstance(window.moment, Anchor) else None
    return anchor if anchor is not None and anchor.selection.occasion and not anchor.selection.where else None


def since_occasion(value: OfOccasion, frame: Frame) -> Counted | None:
    """On each day, time or marks since an occasion of each row's pupil; None where there is no quick way."""
    anchor = anchor_of(value)
    if anchor is None or frame.own == anchor.selection.name:
        return None
    found = _Filled.of(len(frame), frame.length)
    if len(frame):
        _fill(value, anchor, frame, found)
    nothing, unbounded, unknown = map(packed_rows, (found.nothing, found.unbounded, found.unknown))
    return Counted(found.low, found.high, None, None, nothing, unbounded, unknown)


@dataclass(frozen=True, slots=True)
class _Filled:
    """A number for each row on each day, as in `Counted`, which is written row by row."""

    low: Counts
    high: Counts
    nothing: Flags
    unbounded: Flags
    unknown: Flags

    @classmethod
    def of(cls, rows: int, days: int) -> _Filled:
        """Nothing but 0."""
        low, high = (np.zeros((rows, days), dtype=np.int16) for _ in range(2))
        nothing, unbounded, unknown = (np.zeros((rows, days), dtype=np.bool_) for _ in range(3))
        return cls(low, high, nothing, unbounded, unknown)


@dataclass(frozen=True, slots=True)
class _Meant:
    """An occasion that is the one meant on some days."""

    row: int
    first: int
    """The number of the first of those days, at whose close it had reached its least length."""
    end: int
    """And of the day after the last."""
    days: NDArray[np.int64]
    """On each of them the day that counts, as an ordinal: its start, or until when it has lasted.

    `UNSURE` where nobody knows which occasion it is."""

    def stretches(self) -> Iterator[tuple[int, int, int]]:
        """Where the same day counts: the first such day, the one after the last, and which counts."""
        if len(self.days) == 1:
            yield self.first, self.end, int(self.days[0])
            return
        cuts = [0, *(np.flatnonzero(np.diff(self.days)) + 1).tolist(), len(self.days)]
        for first, end in pairwise(cuts):
            yield self.first + first, self.first + end, int(self.days[first])


def _fill(value: OfOccasion, anchor: Anchor, frame: Frame, found: _Filled) -> None:
    """Writes all rows."""
    axis, ordinals = frame.block.axis, frame.shared.days
    limits = np.array([axis.seen(day).bit_length() for day in ordinals], dtype=np.int64)
    if isinstance(value, TimeSince):
        found.nothing[:] = True
        unit, scope = value.unit, frame.scope(0)  # of whom only the calendar is asked, which is everybody's

        @cache
        def passed(day: int, first: int, end: int) -> Row:
            return units_passed(unit, day, ordinals[first:end], scope)

        for one in _meant(anchor, frame, limits):
            for first, end, day in one.stretches():
                found.nothing[one.row, first:end] = False
                if day == UNSURE:
                    found.unknown[one.row, first:end] = True
                    continue
                found.low[one.row, first:end] = found.high[one.row, first:end] = passed(day, first, end)
        return
    chosen, missing = frame.planes(value.marks, UNMARKED)
    least = running_totals(chosen, len(axis))
    most = least if value.marks.unmarked else running_totals(chosen | missing, len(axis))
    dates = np.array(axis.slots, dtype=np.int64) // 2
    for one in _meant(anchor, frame, limits):
        days = slice(one.first, one.end)
        begun = one.days if anchor.edge is Edge.START else one.days + 1
        begins, known = np.searchsorted(dates, begun, "left"), one.days != UNSURE
        for counted, totals, sure in ((found.low, least, True), (found.high, most, False)):
            row = totals[one.row]
            since = np.maximum(row[limits[days]] - row[begins], 0)
            # Where nobody knows which occasion is meant, it may be none of the marks, or every one so far.
            counted[one.row, days] = np.where(known, since, 0 if sure else row[limits[days]])
        if frame.block.reaches_before[frame.pupils[one.row]]:
            # `UNSURE` lies before any record.
            found.unbounded[one.row, days] = (begun < axis.complete_from) & (begun <= ordinals[days])


def _meant(anchor: Anchor, frame: Frame, limits: NDArray[np.int64]) -> Iterator[_Meant]:
    """Which occasion is meant on which days: the latest that has been, unless `first` is said."""
    lacking = frame.block.has_missing[frame.pupils]
    for flags, meant in ((~lacking, _meant_for_certain), (lacking, _meant_perhaps)):
        own, places = frame.some(flags)
        if len(own):
            for one in meant(anchor, own, limits):
                yield one if places is None else replace(one, row=int(places[one.row]))


def _meant_for_certain(anchor: Anchor, frame: Frame, limits: NDArray[np.int64]) -> Iterator[_Meant]:
    """The same of rows without a missing mark."""
    found = Found.of(frame, anchor.selection.name, len(frame.block.axis))
    slot_days = np.array(frame.block.axis.slots, dtype=np.int64) // 2
    runs = found.certain()
    reached = np.searchsorted(limits, found.reached(runs), "right")
    rows = found.rows[runs.starts]
    length = len(limits)
    if length == 1:
        yield from _meant_on_date(anchor, found, runs.take(np.flatnonzero(reached == 0)), int(limits[0]))
        return
    for place, (row, first) in enumerate(zip(rows.tolist(), reached.tolist(), strict=True)):
        before, after = place > 0 and rows[place - 1] == row, place + 1 < len(rows) and rows[place + 1] == row
        end = length
        if anchor.selection.which is Which.FIRST:
            if before:
                continue
        elif after:
            end = int(reached[place + 1])
        if first >= end:
            continue
        sessions = found.sessions[runs.starts[place] : runs.ends[place]]
        if anchor.edge is Edge.START:
            days = np.full(end - first, slot_days[sessions[0]])
        else:
            lasts = np.searchsorted(sessions, limits[first:end], "left") - 1
            days = slot_days[sessions[lasts]]
        yield _Meant(row, first, end, days)


def _meant_on_date(anchor: Anchor, found: Found, runs: Stretches, limit: int) -> Iterator[_Meant]:
    """The same on one date, of the runs that had reached their least length by then."""
    rows = found.rows[runs.starts]
    if anchor.selection.which is Which.FIRST:
        runs = runs.take(np.flatnonzero(np.diff(rows, prepend=-1)))
    else:
        runs = runs.take(np.flatnonzero(np.diff(rows, append=-1)))
    places = runs.starts
    if anchor.edge is not Edge.START:  # that of the last session that is seen
        seen = np.concatenate([[0], np.cumsum(found.sessions < limit)])
        places = runs.starts + seen[runs.ends] - seen[runs.starts] - 1
    days = np.array(found.frame.block.axis.slots, dtype=np.int64)[found.sessions[places]] // 2
    for place, row in enumerate(found.rows[runs.starts].tolist()):
        yield _Meant(row, 0, 1, days[place : place + 1])


# --- with a missing mark --------------------------------------------------------------------------


def _meant_perhaps(anchor: Anchor, frame: Frame, limits: NDArray[np.int64]) -> Iterator[_Meant]:
    """The same of rows with a missing mark: days from the first occasion on that there may be."""
    found = Found.of(frame, anchor.selection.name, len(frame.block.axis))
    dates = np.array(frame.block.axis.slots, dtype=np.int64)[found.sessions] // 2
    for part in found.by_row():
        standing = _Standing(found, dates, anchor)
        days = np.array([NEVER, *map(standing.after, range(part.start, part.stop))])
        meant = days[np.searchsorted(found.sessions[part], limits, "left")]
        (there,) = np.nonzero(meant != NEVER)
        if len(there):
            first = int(there[0])
            yield _Meant(int(found.rows[part.start]), first, len(limits), meant[first:])


class _Standing:
    """Which occasion is meant after each session of a row that is of one, or has no mark, in their order.

    A stretch is what no other possible session breaks. In it there are the runs that are long enough without
    a missing mark; if there is none, perhaps one, if with all missing marks it would be (meaning 12).
    """

    def __init__(self, found: Found, dates: NDArray[np.int64], anchor: Anchor) -> None:
        self.found = found
        self.dates = dates
        """The ordinal of the date of each of its sessions."""
        self.of_start = anchor.edge is Edge.START
        self.of_first = anchor.selection.which is Which.FIRST
        self.now = self.before = NEVER
        """What is meant, and what was before the stretch began."""
        self._begin()

    def _begin(self) -> None:
        """A stretch."""
        self.before = self.now
        self.own = NEVER
        """What the runs of the stretch come to."""
        self.most, self.latest = 0, NEVER
        """How long the whole stretch may be, and its latest day."""
        self.lacking = self.over = False
        """Whether it has a missing mark; and, if the first run counts, whether that is over."""
        self._begin_run()

    def _begin_run(self) -> None:
        self.length, self.start = 0, NEVER

    def after(self, place: int) -> int:
        """The day that counts after the session at a place: `NEVER`, `UNSURE`, or an ordinal."""
        found, day = self.found, int(self.dates[place])
        if found.begins[place]:
            self._begin()
        by_session = found.unit is Unit.SESSION
        self.most += by_session or day != self.latest
        self.latest = day
        if found.missing[place]:
            self.lacking = True
            self.over = self.of_first and self.own != NEVER
            self._begin_run()
        else:
            self.start = day if self.start == NEVER else self.start
            self.length += by_session or bool(found.whole[place])
            if self.length >= found.least and not self.over:
                self.own = self.start if self.of_start else day
        own = self.own
        if own == NEVER and self.lacking and self.most >= found.least:
            own = UNSURE
        earlier = self.before != NEVER and (self.of_first or own == NEVER)
        self.now = self.before if earlier else own
        return self.now
