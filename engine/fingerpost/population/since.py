"""What is `since` an occasion, for many pupils: time, and marks (meanings 6, 11 and 32).

Without a missing mark it is certain on every day which occasion is meant, and until when it has lasted. Of
pupils with one the reference says it, pupil by pupil, and they are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import rows_of
from fingerpost.columns import column_of
from fingerpost.event_values import units_passed
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts, running_totals
from fingerpost.population.occasions import Found
from fingerpost.population.truths import Flags, Rows, flags_of, packed_rows
from fingerpost.values import value_at
from fingerpost_dsl.model.expressions import Anchor, CountOfMarks, Edge, Since, TimeSince, Which

OfOccasion = TimeSince | CountOfMarks


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
    lacking = frame.block.has_missing[frame.pupils]
    plain, others = np.flatnonzero(~lacking), np.flatnonzero(lacking).tolist()
    if len(plain):
        _fill_plain(value, anchor, frame.take(plain), plain, found)
    if others:
        fill = _fill_date if frame.shared.alone else _fill_days
        if not all(fill(value, frame, row, found) for row in others):
            return None
        what = type(value).__name__
        frame.shared.fallen_back[what] = frame.shared.fallen_back.get(what, 0) + len(others)
    found.high[plain] = found.low[plain]
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


def _fill_days(value: OfOccasion, frame: Frame, row: int, found: _Filled) -> bool:
    """Writes what the reference says of one row on all school days; False if it has no way for that."""
    column = column_of(value, frame.length, frame.scope(row))
    if column is None or column.low_of is not None:
        return False
    found.low[row], found.high[row] = column.low, column.high
    found.nothing[row] = flags_of(rows_of([column.not_applicable], frame.length), frame.length)
    found.unbounded[row] = flags_of(rows_of([column.unbounded], frame.length), frame.length)
    found.unknown[row] = flags_of(rows_of([column.unknown], frame.length), frame.length)
    return True


def _fill_date(value: OfOccasion, frame: Frame, row: int, found: _Filled) -> bool:
    """Writes what the reference says of one row on one date."""
    measured = value_at(value, frame.shared.days[0], frame.scope(row))
    found.nothing[row] = not measured.applicable
    found.unknown[row] = measured.applicable and measured.lowest is None
    found.unbounded[row] = measured.highest is None and not found.unknown[row]
    found.low[row] = int(measured.lowest or 0)
    found.high[row] = int(measured.highest or 0)
    return True


# --- without a missing mark -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Meant:
    """An occasion that is the one meant on some days."""

    row: int
    first: int
    """The number of the first of those days, at whose close it had reached its least length."""
    end: int
    """And of the day after the last."""
    days: NDArray[np.int64]
    """On each of them the day that counts, as an ordinal: its start, or until when it has lasted."""

    def stretches(self) -> Iterator[tuple[int, int, int]]:
        """Where the same day counts: the first such day, the one after the last, and which counts."""
        cuts = [0, *(np.flatnonzero(np.diff(self.days)) + 1).tolist(), len(self.days)]
        for first, end in pairwise(cuts):
            yield self.first + first, self.first + end, int(self.days[first])


def _fill_plain(value: OfOccasion, anchor: Anchor, frame: Frame, places: Rows, found: _Filled) -> None:
    """Writes rows without a missing mark, in their places."""
    axis, ordinals = frame.block.axis, frame.shared.days
    limits = np.array([axis.seen(day).bit_length() for day in ordinals], dtype=np.int64)
    if isinstance(value, TimeSince):
        found.nothing[places] = True
        for one in _meant(anchor, frame, limits):
            for first, end, day in one.stretches():
                found.nothing[places[one.row], first:end] = False
                passed = units_passed(value.unit, day, ordinals[first:end], frame.scope(one.row))
                found.low[places[one.row], first:end] = passed
        return
    totals = running_totals(frame.plane(value.marks), len(axis))
    dates = np.array(axis.slots, dtype=np.int64) // 2
    for one in _meant(anchor, frame, limits):
        place, days = places[one.row], slice(one.first, one.end)
        begun = one.days if anchor.edge is Edge.START else one.days + 1
        before = totals[one.row, np.searchsorted(dates, begun, "left")]
        found.low[place, days] = np.maximum(totals[one.row, limits[days]] - before, 0)
        if frame.block.reaches_before[frame.pupils[one.row]]:
            found.unbounded[place, days] = (begun < axis.complete_from) & (begun <= ordinals[days])


def _meant(anchor: Anchor, frame: Frame, limits: NDArray[np.int64]) -> Iterator[_Meant]:
    """Which occasion is meant on which days: the latest that has been, unless `first` is said."""
    found = Found.of(frame, anchor.selection.name, len(frame.block.axis))
    slot_days = np.array(frame.block.axis.slots, dtype=np.int64) // 2
    runs = found.certain()
    reached = np.searchsorted(limits, found.reached(runs), "right")
    rows = found.rows[runs.starts]
    length = len(limits)
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
