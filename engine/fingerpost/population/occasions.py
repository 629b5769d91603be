"""The occasions of many pupils: runs of marks, one row each (meanings 11 and 32)."""

from __future__ import annotations

import numpy as np

from fingerpost.population.frame import Frame
from fingerpost.population.kernels import running_totals
from fingerpost.population.truths import Flags, Rows, any_bit, flags_of
from fingerpost.reasons import Occurrence
from fingerpost.subject import POSSIBLE
from fingerpost_dsl.model.expressions import MarkSet
from fingerpost_dsl.model.quantities import Unit


def with_own_occasions(frame: Frame, name: str, marks: MarkSet, least: int, limit: int) -> Frame:
    """A row for each occasion of at least so many sessions that pupils without a missing mark have had.

    Only the first `limit` sessions are looked at: the others are to come.
    """
    sessions = len(frame.block.axis)
    chosen = frame.plane(marks)
    breaks = running_totals(frame.plane(POSSIBLE) & ~chosen, sessions)
    rows, places = np.nonzero(flags_of(chosen, sessions)[:, :limit])
    if not len(rows):
        return _with(frame, name, rows, [])
    before = breaks[rows, places]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = (rows[1:] != rows[:-1]) | (before[1:] != before[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(rows))
    long_enough = ends - starts >= least
    starts, ends = starts[long_enough], ends[long_enough]
    numbers = [_number(frame, name, places[start:end]) for start, end in zip(starts, ends, strict=True)]
    return _with(frame, name, rows[starts], numbers)


def _with(frame: Frame, name: str, rows: Rows, numbers: list[int]) -> Frame:
    return Frame(frame.shared, frame.pupils[rows], occasions=np.array(numbers, dtype=np.int32), own=name)


def _number(frame: Frame, name: str, places: Rows) -> int:
    def make() -> Occurrence:
        slots = frame.block.axis.slots
        return Occurrence(
            occasion=name,
            first_slot=slots[int(places[0])],
            last_slot=slots[int(places[-1])],
            length=len(places),
            unit=Unit.SESSION,
            sessions=len(places),
        )

    return frame.shared.across.number_of(name, places.tobytes(), make)


def has_missing(frame: Frame) -> Flags:
    """For which rows there is a session without a mark, which may or may not go on with an occasion."""
    return any_bit(frame.block.missing(frame.pupils))
