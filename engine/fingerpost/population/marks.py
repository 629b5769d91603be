"""Counts and shares of marks of many pupils on every school day at once.

The windows are laid out once for all rows in which they cannot differ; then each day's count is the
difference of two running totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fingerpost.bit_rows import Masks, rows_of
from fingerpost.counting import days_while, is_school_age
from fingerpost.mark_columns import Looked, cuts_days, looked_at, looked_at_by_reference
from fingerpost.population.block import distinct
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts, counts_in_masks, counts_in_stretches
from fingerpost.population.runs import (
    first_of_whole_days,
    longer_run_than_known,
)
from fingerpost.population.truths import (
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
from fingerpost_dsl.model.expressions import (
    CountOfMarks,
    NotReliedOn,
    Run,
    ShareOfMarks,
    While,
    Window,
)

# --- where windows look ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looking:
    """Rows for which a value's windows look at the same sessions."""

    value: CountOfMarks | ShareOfMarks
    rows: Rows
    """Their places."""
    frame: Frame
    """They themselves."""
    looked: Looked
    certain: Words
    """The sessions certainly within compulsory school age, if that is asked; a single row where it is not."""
    perhaps: Words

    def some(self, places: Rows) -> tuple[Looking, Rows]:
        """Some of them, and their places among all rows."""
        certain, perhaps = (_some(limit, places) for limit in (self.certain, self.perhaps))
        own = Looking(self.value, self.rows[places], self.frame.take(places), self.looked, certain, perhaps)
        return own, own.rows


def lookings(value: CountOfMarks | ShareOfMarks, frame: Frame) -> Sequence[Looking] | None:
    """What a value looks at, for each group of rows; None where only the reference knows."""
    if any(cuts_days(window) for window in value.windows) and getattr(value, "whole_days", False):
        return None
    bare, ages = without_ages(value, frame)
    if frame.shared.bearing(bare.windows).register:
        return None
    limits = _school_age(ages, frame)
    return [
        Looking(bare, rows, own, looked, *(_some(limit, rows) for limit in limits))
        for rows, own, looked in _grouped(bare, frame)
    ]


def without_ages(
    value: CountOfMarks | ShareOfMarks, frame: Frame
) -> tuple[CountOfMarks | ShareOfMarks, tuple[While, ...]]:
    """A value without its `while compulsory_school_age`, which differs with every date of birth."""
    signatures = frame.shared.across.signatures
    key = ("without ages", id(value))
    known = signatures.get(key)
    if known is None:
        ages = tuple(w for w in value.windows if isinstance(w, While) and is_school_age(w.condition))
        bare = replace(value, windows=tuple(w for w in value.windows if w not in ages)) if ages else value
        known = signatures[key] = (bare, ages, value)
    return known[0], known[1]  # type: ignore[index]  # what was put there


def _school_age(windows: tuple[While, ...], frame: Frame) -> tuple[Words, Words]:
    """The sessions certainly, and perhaps, within compulsory school age; a single row where none is asked."""
    sessions = len(frame.block.axis)
    certain = perhaps = all_days(sessions)
    for window in windows:
        ages = frame.block.school_ages[frame.pupils]
        first, which = distinct([ages], len(frame))
        masks = [of_age(window, int(ages[row]), frame, int(row)) for row in first]
        every = (1 << sessions) - 1
        true = rows_of([true for true, _ in masks], sessions)
        maybe = rows_of([true | (every & ~known) for true, known in masks], sessions)
        if len(first) > 1 and (true == true[0]).all() and (maybe == maybe[0]).all():
            certain, perhaps = certain & true[:1], perhaps & maybe[:1]
        else:
            certain, perhaps = certain & true[which], perhaps & maybe[which]
    return certain, perhaps


def of_age(window: While, age: int, frame: Frame, row: int) -> tuple[int, int]:
    """The sessions within compulsory school age, and those of which it is known."""
    signatures = frame.shared.across.signatures
    key = ("of age", age)
    found = signatures.get(key)
    if found is None:
        found = signatures[key] = days_while(window.condition, frame.scope(row))
    return found  # type: ignore[return-value]  # what was put there


def _some(words: Words, rows: Rows) -> Words:
    return words if len(words) == 1 else rows_taken(words, rows)


def _grouped(value: CountOfMarks | ShareOfMarks, frame: Frame) -> Iterator[tuple[Rows, Frame, Looked]]:
    """The rows for which the windows look at the same sessions, and what they look at."""
    bearing = frame.shared.bearing(value.windows)
    columns = [
        *frame.block.columns(bearing, frame.pupils, frame.parents),
        *frame.columns_left_out(),
        frame.block.reaches_before[frame.pupils].astype(np.int32),
    ]
    first, which = distinct(columns, len(frame))
    by_group = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(first))).tolist()
    told, cases = frame.block.told(bearing), zip(*(column[first].tolist() for column in columns), strict=True)
    for row, case, start, end in zip(first.tolist(), cases, [0, *ends], ends, strict=False):
        rows = by_group[start:end]
        own = frame.take(rows) if len(first) > 1 else frame
        yield rows, own, _looked_by(value, frame, row, (told, *case))


def _looked_by(
    value: CountOfMarks | ShareOfMarks, frame: Frame, row: int, signature: tuple[object, ...]
) -> Looked:
    """What the windows look at for the rows that are like one."""
    shared = frame.shared
    key = ("looked at", id(value), shared.alone, frame.parents is None, signature)
    known = shared.across.signatures.get(key)
    if known is None:
        scope = frame.scope(row)
        looked = None if shared.alone else looked_at(value, frame.length, scope)
        looked = looked or looked_at_by_reference(value, shared.days, scope)
        known = shared.across.signatures[key] = (looked, value)
    return known[0]  # type: ignore[index,no-any-return]  # what was put there


def hangs_on_event(window: Window) -> bool:
    """Whether where a window lies hangs on an event or an occasion."""
    return hangs_on_subject(window) and not isinstance(window, While | NotReliedOn)


def stays_within(value: CountOfMarks | Run, frame: Frame) -> bool:
    """Whether the windows look at nothing before the record of any pupil, on any of the days."""
    if any(map(hangs_on_event, value.windows)):
        return False
    key = ("stays within", id(value), frame.shared.alone)
    found = frame.shared.across.signatures.get(key)
    if found is None:
        bare = CountOfMarks(
            marks=value.marks,
            windows=tuple(w for w in value.windows if not hangs_on_subject(w)),
            span=value.span,
        )
        rows = frame.block.reaching
        if not len(rows):
            return True
        scope = Frame(frame.shared, rows[:1]).scope(0)
        before = looked_at_by_reference(bare, frame.shared.days, scope).before
        found = frame.shared.across.signatures[key] = (not before, value)
    return bool(found[0])  # type: ignore[index]  # what was put there


# --- counts and shares ----------------------------------------------------------------------------


def count_group(looking: Looking) -> Counted | None:
    """Rows without a missing mark, for which one count is enough, apart from the others."""
    value, frame, looked = looking.value, looking.frame, looking.looked
    certain, perhaps = looking.certain, looking.perhaps
    if isinstance(value, CountOfMarks) and value.whole_days and (not looked.exact or len(certain) > 1):
        return None
    missing = frame.missing
    some = any_bit(missing)
    if some.all() or not some.any():
        return _count(value, frame, _Sight(looked, certain, perhaps, missing))
    parts = []
    for rows in (np.flatnonzero(~some), np.flatnonzero(some)):
        limits = _some(certain, rows), _some(perhaps, rows)
        parts.append(
            (rows, _count(value, frame.take(rows), _Sight(looked, *limits, missing.take(rows, axis=0))))
        )
    return put_together(parts, len(frame), frame.length)


_SMALL_GROUP = 32
"""Groups of so few rows are counted together, each row by the masks of its own."""


def large_and_small(groups: Sequence[Looking]) -> tuple[Sequence[Looking], Sequence[Looking]]:
    """The groups that are counted one after the other, and the small ones that may be counted together.

    Those of whom something is on record that windows hang on are nearly all a group by themselves.
    """
    together = [one for one in groups if _is_small(one)]
    if len(together) < 2:
        return groups, ()
    return [one for one in groups if not _is_small(one)], together


def _is_small(looking: Looking) -> bool:
    if len(looking.rows) > _SMALL_GROUP or not looking.looked.exact:
        return False
    if isinstance(looking.value, CountOfMarks) and looking.value.whole_days:
        return False
    return looking.certain is looking.perhaps or bool((looking.certain == looking.perhaps).all())


def count_small_groups(groups: Sequence[Looking], frame: Frame) -> tuple[Rows, Counted]:
    """Small groups of the rows of a frame: these rows, in order, and what is counted of each."""
    value, sessions, none = groups[0].value, len(frame.block.axis), no_days(frame.length)
    rows = np.concatenate([one.rows for one in groups])
    order = np.argsort(rows)
    rows, which = rows[order], np.repeat(np.arange(len(groups)), [len(one.rows) for one in groups])[order]
    masks = np.stack([one.looked.certain.rows & rows_of([one.looked.inside], sessions) for one in groups])
    before = rows_of([one.looked.before for one in groups], frame.length)[which]
    of_age = np.concatenate([one.certain.repeat(len(one.rows) // len(one.certain), axis=0) for one in groups])
    of_age = of_age[order]
    own = frame.take(rows)
    missing = own.missing & of_age
    chosen = own.plane(value.marks) & of_age
    low = counts_in_masks(chosen, masks, which)
    high = low
    if missing.any() and not value.marks.unmarked:
        high = counts_in_masks(chosen | missing, masks, which)
    if not isinstance(value, ShareOfMarks):
        return rows, Counted(low, high, None, None, none, before, none)
    of = counts_in_masks((own.plane(POSSIBLE) & of_age) | missing, masks, which)
    return rows, _shares((low, of), (high, of), of, before)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Where a value looks: what the windows leave, and the sessions that may be left besides."""

    looked: Looked
    certain: Words
    perhaps: Words
    missing: Words
    """The sessions without a mark."""


def _count(value: CountOfMarks | ShareOfMarks, frame: Frame, sight: _Sight) -> Counted:
    looked, missing = sight.looked, sight.missing
    sessions, none = len(frame.block.axis), no_days(frame.length)
    inside = sight.certain & rows_of([looked.inside], sessions)
    outside = sight.perhaps & rows_of([looked.outside], sessions)
    before = rows_of([looked.before], frame.length)
    exact = looked.widest is looked.certain and bool((inside == outside).all())
    chosen = frame.plane(value.marks)
    may_be = np.zeros_like(missing) if value.marks.unmarked else missing
    if isinstance(value, ShareOfMarks):
        return _share(value, frame, looked, _Planes(chosen, may_be, missing, inside, outside, before, exact))
    most = chosen | may_be
    if value.whole_days:
        everything = frame.plane(POSSIBLE) | missing
        chosen, most = (first_of_whole_days(one, everything, frame) for one in (chosen, most))
    low = count_in(chosen & inside, looked.certain, sessions)
    if exact and not may_be.any():
        return Counted(low, low, None, None, none, before, none)
    high = count_in(most & outside, looked.widest, sessions)
    return Counted(low, high, None, None, none, before, none)


@dataclass(frozen=True, slots=True)
class _Planes:
    """What a share is counted from."""

    chosen: Words
    may_be: Words
    missing: Words
    inside: Words
    outside: Words
    before: Words
    exact: bool


def _share(value: ShareOfMarks, frame: Frame, looked: Looked, planes: _Planes) -> Counted:
    """The same sums as for one pupil (`mark_columns.share_rows`)."""
    sessions = len(frame.block.axis)
    chosen, inside, outside = planes.chosen, planes.inside, planes.outside
    possible = frame.plane(POSSIBLE)
    if value.marks.unmarked:
        possible = possible | planes.missing
    missing = planes.may_be & outside
    sure, wide = looked.certain, looked.widest
    low = count_in(chosen & inside, sure, sessions)
    sure_of = count_in((possible | missing) & inside, sure, sessions)
    if planes.exact and not missing.any():
        return _shares((low, sure_of), (low, sure_of), sure_of, planes.before)
    more = count_in(missing & inside, sure, sessions)
    other = possible & ~chosen
    chosen_beyond = count_in(chosen & outside, wide, sessions) - low
    unsure = count_in(missing, wide, sessions) - more
    other_beyond = count_in(other & outside, wide, sessions) - count_in(other & inside, sure, sessions)
    least = low, sure_of + other_beyond + unsure
    most = low + more + chosen_beyond + unsure, sure_of + chosen_beyond + unsure
    return _shares(least, most, sure_of, planes.before)


def _shares(
    least: tuple[Counts, Counts], most: tuple[Counts, Counts], sure_of: Counts, before: Words
) -> Counted:
    """Without a possible session there is no share; where there may be one, nobody knows."""
    (low, low_of), (high, high_of) = least, most
    none_sure = sure_of == 0
    unknown = np.zeros((len(low), before.shape[1]), dtype=np.uint64)
    if high is low and high_of is low_of:
        nothing = packed_rows(none_sure)
    else:
        empty = high_of == 0
        none_at_all = empty & (low_of == 0)
        high, high_of = np.where(empty, 1, high), np.where(empty, 1, high_of)
        nothing = packed_rows(none_at_all)
        unknown = packed_rows(none_sure & ~none_at_all)
    return Counted(low, high, low_of, high_of, nothing & ~before, np.zeros_like(before), unknown | before)


def put_together(parts: Sequence[tuple[Rows, Counted]], rows: int, length: int) -> Counted:
    """The parts in their places, one row each."""
    if len(parts) == 1:
        return parts[0][1]
    size = no_days(length).shape[1]
    exact = all(part.exact for _, part in parts)
    shares = any(part.low_of is not None for _, part in parts)
    low = np.zeros((rows, length), dtype=np.int16)
    high = low if exact else np.zeros_like(low)
    low_of = np.zeros_like(low) if shares else None
    high_of = low_of if exact or low_of is None else np.zeros_like(low)
    nothing, unbounded, unknown = (np.zeros((rows, size), dtype=np.uint64) for _ in range(3))
    for which, part in parts:
        low[which] = part.low
        high[which] = part.high
        if low_of is not None and high_of is not None and part.low_of is not None:
            low_of[which] = part.low_of
            high_of[which] = part.low_of if part.high_of is None else part.high_of
        nothing[which], unbounded[which], unknown[which] = part.nothing, part.unbounded, part.unknown
    return Counted(low, high, low_of, high_of, nothing, unbounded, unknown)


def count_in(plane: Words, masks: Masks, sessions: int) -> Counts:
    """How many sessions of each row's plane each day's mask has."""
    if masks.starts is None or masks.ends is None:
        found = np.zeros((len(plane), len(masks.rows)), dtype=np.int16)
        if len(plane) < len(masks.rows):
            for row, own in enumerate(plane):
                found[row] = np.bitwise_count(own & masks.rows).sum(axis=1, dtype=np.int16)
        else:
            for day, mask in enumerate(masks.rows):
                found[:, day] = np.bitwise_count(plane & mask).sum(axis=1, dtype=np.int16)
        return found
    return counts_in_stretches(plane, masks.starts, masks.ends, sessions)


def longer_than_known(value: CountOfMarks | Run, frame: Frame) -> Words | None:
    """The days on which there may be more of a value than is on record; None where there is no quick way."""
    if isinstance(value, Run):
        return longer_run_than_known(value, frame)
    groups = None if value.whole_days else lookings(value, frame)
    if groups is None:
        return None
    before = rows_of([looking.looked.before for looking in groups], frame.length)
    if len(groups) == 1:
        return before
    found = np.zeros((len(frame), before.shape[1]), dtype=np.uint64)
    for number, looking in enumerate(groups):
        found[looking.rows] = before[number]
    return found
