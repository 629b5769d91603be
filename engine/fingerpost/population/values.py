"""A value over marks of many pupils on every school day, by the way that there is for it."""

from __future__ import annotations

from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.marks import (
    count_group,
    count_small_groups,
    large_and_small,
    lookings,
    put_together,
)
from fingerpost.population.runs import current_run, longest_run
from fingerpost.population.since import since_occasion
from fingerpost.population.truths import Rows
from fingerpost.population.weeks import counted_by_units
from fingerpost_dsl.model.expressions import CountOfMarks, MostInAny, Run, ShareOfMarks, TimeSince, WeeksWith

OfMarks = CountOfMarks | ShareOfMarks | Run | WeeksWith | MostInAny | TimeSince


def counted(value: OfMarks, frame: Frame) -> Counted | None:
    """A value over marks; None where there is no quick way for some row."""
    if isinstance(value, Run):
        return current_run(value, frame) if value.current else longest_run(value, frame)
    if isinstance(value, WeeksWith | MostInAny):
        return counted_by_units(value, frame)
    if isinstance(value, TimeSince):
        return since_occasion(value, frame)
    groups = lookings(value, frame)
    if groups is None:
        return since_occasion(value, frame) if isinstance(value, CountOfMarks) else None
    large, small = large_and_small(groups)
    parts: list[tuple[Rows, Counted]] = [count_small_groups(small, frame)] if small else []
    for looking in large:
        found = count_group(looking)
        if found is None:
            return None
        parts.append((looking.rows, found))
    return put_together(parts, len(frame), frame.length)
