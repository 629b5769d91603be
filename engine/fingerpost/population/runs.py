"""Whole days and runs of marks of many pupils on every school day at once (meanings 10 and 11)."""

from __future__ import annotations

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.mark_columns import Looked, cuts_days, looked_at, looked_at_by_reference
from fingerpost.population import kernels
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import (
    Counts,
    counts_reaching,
    lengths_of_runs,
    longest_runs,
    longest_stretches,
)
from fingerpost.population.truths import Flags, Words, all_days, no_days, packed_rows
from fingerpost.subject import POSSIBLE
from fingerpost.windows import hangs_on_subject
from fingerpost_dsl.model.expressions import CountOfMarks, MarkSet, Run
from fingerpost_dsl.model.quantities import Unit


def first_of_whole_days(members: Words, everything: Words, frame: Frame) -> Words:
    """One bit for each day all of whose possible sessions are members: at the first of them."""
    return kernels.first_of_whole_days(members, everything & ~members, _seconds(frame))


def _seconds(frame: Frame) -> Flags:
    """The sessions that follow another of the same date."""
    days = np.array(frame.block.axis.slots, dtype=np.int64) // 2
    return np.asarray(np.diff(days, prepend=-1) == 0, dtype=np.bool_)


def current_run(value: Run, frame: Frame) -> Counted | None:
    """`current run of … in sessions|school days`: back from the latest taken session, within its windows.

    None where the windows have gaps, differ from pupil to pupil, or may cut a day in two.
    """
    looked = _looked_at_by_run(value, frame)
    if looked is None or looked.certain.starts is None or looked.certain.ends is None:
        return None
    starts, ends, sessions = looked.certain.starts, looked.certain.ends, len(frame.block.axis)
    chosen, missing = frame.plane(value.marks), frame.missing
    everything = frame.plane(POSSIBLE) | missing
    breaks = everything & ~chosen

    def lengths(members: Words, broken: Words) -> tuple[Counts, Flags]:
        if value.unit is not Unit.SESSION:
            members = first_of_whole_days(members, everything, frame)
        return lengths_of_runs(members, broken, starts, ends, sessions)

    low, whole = lengths(chosen, breaks)
    high = low
    if missing.any():
        high, whole = lengths(chosen | missing, breaks & ~missing)
    none = no_days(frame.length)
    unbounded = _may_go_on(looked, packed_rows(whole), frame) if looked.before else none
    return Counted(low, high, None, None, none, unbounded, none)


def longest_run(value: Run, frame: Frame) -> Counted | None:
    """`longest run of … in sessions|school days` within its windows; None as for the current one."""
    looked = _looked_at_by_run(value, frame)
    if looked is None or looked.certain.starts is None or looked.certain.ends is None:
        return None
    starts, ends, sessions = looked.certain.starts, looked.certain.ends, len(frame.block.axis)
    chosen, missing = frame.plane(value.marks), frame.missing
    everything = frame.plane(POSSIBLE) | missing
    breaks = everything & ~chosen

    def lengths(members: Words, broken: Words) -> Counts:
        if value.unit is not Unit.SESSION:
            members = first_of_whole_days(members, everything, frame)
        return longest_runs(members, broken, starts, ends, sessions)

    low = lengths(chosen, breaks)
    high = lengths(chosen | missing, breaks & ~missing) if missing.any() else low
    none = no_days(frame.length)
    unbounded = _may_go_on(looked, all_days(frame.length), frame) if looked.before else none
    return Counted(low, high, None, None, none, unbounded, none)


def _may_go_on(looked: Looked, whole: Words, frame: Frame) -> Words:
    """Of the days on which nothing breaks a run, those on which it may go on before the record."""
    before = whole & rows_of([looked.before], frame.length)
    reaches = frame.block.reaches_before[frame.pupils]
    return before if reaches.all() else np.where(reaches[:, None], before, no_days(frame.length))


def longer_run_than_known(value: Run, frame: Frame) -> Words | None:
    """The days on which a run may be longer than is on record; None where there is no quick way."""
    looked = _looked_at_by_run(value, frame)
    if looked is None or looked.certain.starts is None or looked.certain.ends is None:
        return None
    if not looked.before:
        return no_days(frame.length)
    if not value.current:
        return _may_go_on(looked, all_days(frame.length), frame)
    breaks = frame.plane(POSSIBLE) & ~frame.plane(value.marks) & ~frame.missing
    broken = counts_reaching(breaks, looked.certain.starts, looked.certain.ends, 1)
    return _may_go_on(looked, ~broken, frame)


def _looked_at_by_run(value: Run, frame: Frame) -> Looked | None:
    """What the windows of a run look at, the same for every row; None where there is no quick way."""
    bearing = frame.shared.bearing(value.windows)
    if bearing.register or any(cuts_days(window) or hangs_on_subject(window) for window in value.windows):
        return None
    key = ("looked at by run", id(value), frame.shared.alone, bool(frame.block.reaches_before.any()))
    found = frame.shared.across.signatures.get(key)
    if found is None:
        of_run = CountOfMarks(marks=value.marks, windows=value.windows, span=value.span)
        scope = frame.scope_reaching_furthest()
        looked = None if frame.shared.alone else looked_at(of_run, frame.length, scope)
        looked = looked or looked_at_by_reference(of_run, frame.shared.days, scope)
        found = frame.shared.across.signatures[key] = (looked if looked.exact else None, value)
    return found[0]  # type: ignore[index,no-any-return]  # what was put there


def has_stretch(frame: Frame, marks: MarkSet, least: int) -> Flags:
    """Which rows have so many sessions of a set, or without a mark, that no other possible session breaks."""
    enough = frame.block.most(marks)[frame.pupils] >= least
    able = np.flatnonzero(enough)
    enough[able] = _longest_stretch(frame.take(able), marks) >= least
    return enough


def _longest_stretch(frame: Frame, marks: MarkSet) -> Counts:
    """The most such sessions, for each row."""
    sessions = len(frame.block.axis)
    chosen = frame.plane(marks)
    members, breaks = chosen | frame.missing, frame.plane(POSSIBLE) & ~chosen
    return longest_stretches(members, breaks, sessions)
