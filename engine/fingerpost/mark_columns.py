"""Counts, shares and runs of marks on every school day at once.

The masks of a window are worked out once a school and shared by its pupils; for a pupil they are met with the
planes of the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from fingerpost.bit_rows import Masks, Row, packed, row_of
from fingerpost.column import Column
from fingerpost.counting import days_while, relied_on_by, sessions_in
from fingerpost.scope import Scope
from fingerpost.windows import Extent, hangs_on_subject, lay_out
from fingerpost_dsl.model.expressions import (
    Anchor,
    CountOfMarks,
    FieldWithin,
    InTheLast,
    Literal,
    NotReliedOn,
    Run,
    ShareOfMarks,
    Since,
    UnitsAround,
    While,
    Window,
)
from fingerpost_dsl.model.quantities import Quantity, Unit


@dataclass(slots=True)
class _Rows:
    """The masks of some windows on the school days asked for so far, the same for every pupil of a school."""

    windows: tuple[Window, ...]
    """Kept so that their identity, which the rows are found by, is not given to others."""
    certain: Masks
    widest: Masks
    _certain: list[int] = field(default_factory=list)
    _widest: list[int] = field(default_factory=list)
    uncertain: bool = False
    """Whether the two differ on any day."""
    before: int = 0
    """The days on which the windows reach back before the marks are complete."""

    def extend(self, length: int, scope: Scope) -> None:
        """Lays the windows out on further school days."""
        axis = scope.view.axis
        for day in range(len(self._certain), length):
            ordinal = axis.school_days[day]
            extent = lay_out(self.windows, ordinal, scope)
            seen = axis.seen(ordinal)
            certain = axis.mask(extent.region) & seen
            widest = certain if extent.possible is None else axis.mask(extent.possible) & seen
            self._certain.append(certain)
            self._widest.append(widest)
            self.uncertain = self.uncertain or certain != widest
            self.before |= _starts_before(extent, axis.complete_from) << day
        self.certain = Masks.of(self._certain, len(axis))
        self.widest = Masks.of(self._widest, len(axis)) if self.uncertain else self.certain


def _rows(windows: tuple[Window, ...], length: int, scope: Scope) -> _Rows:
    memo = scope.view.axis.laid_out
    key = ("rows", id(windows), id(scope.policy.thresholds))
    rows = memo.get(key)
    if not isinstance(rows, _Rows):
        none = Masks.of((), len(scope.view.axis))
        rows = memo[key] = _Rows(windows, none, none)
    if len(rows.certain) < length:
        rows.extend(length, scope)
    return rows


def _starts_before(extent: Extent, complete_from: int) -> bool:
    widest = extent.widest
    return bool(widest) and widest[0][0] // 2 < complete_from


@dataclass(frozen=True, slots=True)
class Looked:
    """What a measure looks at.

    Masks, and the sessions that other windows leave, certain and at most.
    """

    certain: Masks
    widest: Masks
    inside: int
    outside: int
    before: int
    """The days on which there may be sessions that are not on record."""

    @property
    def exact(self) -> bool:
        """Whether it is certain on every day which sessions are looked at."""
        return self.inside == self.outside and self.widest is self.certain


def looked_at(value: CountOfMarks | ShareOfMarks, length: int, scope: Scope) -> Looked | None:
    """What a measure looks at on each school day; None where only the reference knows."""
    if any(hangs_on_subject(w) and not isinstance(w, While | NotReliedOn) for w in value.windows):
        return None
    view, axis = scope.view, scope.view.axis
    rows = _rows(value.windows, length, scope)
    certain = rows.certain.first(length)
    widest = rows.widest.first(length) if rows.uncertain else certain
    inside = outside = (1 << len(axis)) - 1
    on_weekdays = axis.weekdays(value.weekdays)
    if on_weekdays is not None:
        inside = outside = on_weekdays
    for window in value.windows:
        if isinstance(window, While):
            true, known = days_while(window.condition, scope)
            inside, outside = inside & true, outside & (true | ~known)
        elif isinstance(window, NotReliedOn) and scope.of_kind(window.selection.name):
            used, perhaps, days = _used(window, length, scope)
            taken = [one | other for one, other in zip(used, perhaps, strict=True)]
            narrower = certain.without(taken, days, len(axis))
            same = widest is certain and not any(perhaps)
            certain, widest = narrower, narrower if same else widest.without(used, days, len(axis))
    before = rows.before & ((1 << length) - 1) if view.may_reach_before(axis.complete_from - 1) else 0
    return Looked(certain, widest, inside, outside, before)


def looked_at_by_reference(value: CountOfMarks | ShareOfMarks, days: Sequence[int], scope: Scope) -> Looked:
    """What a measure looks at on any dates, whatever its windows hang on: laid out anew on each."""
    axis = scope.view.axis
    laid = [sessions_in(value.windows, value.weekdays, day, scope) for day in days]
    certain = Masks.of([one.certain for one in laid], len(axis))
    same = all(one.certain == one.widest for one in laid)
    widest = certain if same else Masks.of([one.widest for one in laid], len(axis))
    everything = (1 << len(axis)) - 1
    before = sum(one.reaches_before << day for day, one in enumerate(laid))
    return Looked(certain, widest, everything, everything, before)


def counts_and_shares(value: CountOfMarks | ShareOfMarks, length: int, scope: Scope) -> Column | None:
    """Counts and shares of marks; None if a window hangs on an event or occasion."""
    if isinstance(value, ShareOfMarks):
        rows = share_rows(value, length, scope)
        return None if rows is None else rows.column()
    looked = looked_at(value, length, scope)
    if looked is None:
        return None
    view = scope.view
    chosen, missing = view.plane(value.marks), view.may_be(value.marks)
    if value.whole_days:
        if not looked.exact or any(cuts_days(window) for window in value.windows):
            return None
        chosen, may_be = (first_of_whole_days(members, scope) for members in (chosen, chosen | missing))
    else:
        may_be = chosen | missing
    low = _count(chosen & looked.inside, looked.certain, scope)
    if looked.exact and chosen & looked.inside == may_be & looked.inside:
        return Column(low, low, unbounded=looked.before)
    return Column(low, _count(may_be & looked.outside, looked.widest, scope), unbounded=looked.before)


def count_since_occasion(value: CountOfMarks, length: int, scope: Scope) -> Column | None:
    """A count `since` an occasion; None where it may be another occasion, and for all other windows.

    From where it counts changes only on days with a session of such an occasion; in between it counts one day
    more each day.
    """
    if value.whole_days or value.weekdays or len(value.windows) != 1:
        return None
    (window,) = value.windows
    anchor = window.moment if isinstance(window, Since) else None
    if not isinstance(anchor, Anchor) or not anchor.selection.occasion:
        return None
    if any(isinstance(test, FieldWithin) for test in anchor.selection.where):
        return None
    axis = scope.view.axis
    days = axis.school_days
    masks: list[int] = []
    unbounded = 0
    for first, end in scope.stretches_of_occasions(anchor.selection.name, length):
        second = min(first + 1, end - 1)
        laid = [sessions_in(value.windows, value.weekdays, days[day], scope) for day in (first, second)]
        if any(one.certain != one.widest for one in laid):
            return None
        begun = axis.seen(days[second])
        for day in range(first, end):
            own = laid[day > first]
            further = axis.seen(days[day]) & ~begun if own.extent.region else 0
            masks.append(own.certain | further)
            unbounded |= own.reaches_before << day
    chosen, missing = scope.view.plane(value.marks), scope.view.may_be(value.marks)
    on_days = Masks.of(masks, len(axis))
    low = _count(chosen, on_days, scope)
    high = low if chosen | missing == chosen else _count(chosen | missing, on_days, scope)
    return Column(low, high, unbounded=unbounded)


def never_marked(value: CountOfMarks | Run, length: int, scope: Scope) -> Column | None:
    """No marks on any day, where the pupil never has one of these, nor a session without a mark.

    Most of what a policy counts is so for most pupils. None where it is not, or where the windows reach back
    before the record.
    """
    if not fewer_marks_than(1, value, length, scope):
        return None
    none = np.zeros(length, dtype=np.int64)
    return Column(none, none)


def fewer_marks_than(
    least: int, value: CountOfMarks | Run, length: int, scope: Scope, date: int | None = None
) -> bool:
    """Whether the pupil has so few of these marks in all that no window can hold as many.

    A session without a mark may be one of them; a whole day has at least one, so it holds for days too. False
    where the windows may reach back before the record on any of so many school days, or on a date (an
    ordinal) that is no school day: it may lie in no term, or before the first day.
    """
    view = scope.view
    if (view.plane(value.marks) | view.may_be(value.marks)).bit_count() >= least:
        return False
    if not view.may_reach_before(view.axis.complete_from - 1):
        return True
    if not length or any(
        hangs_on_subject(w) and not isinstance(w, While | NotReliedOn) for w in value.windows
    ):
        return False
    if _rows(value.windows, length, scope).before & ((1 << length) - 1):
        return False
    return date is None or not sessions_in(value.windows, frozenset(), date, scope).reaches_before


def _count(plane: int, masks: Masks, scope: Scope) -> Row:
    return masks.count(plane, len(scope.view.axis))


def _used(window: NotReliedOn, length: int, scope: Scope) -> tuple[list[int], list[int], list[int]]:
    """The sessions certainly, and those perhaps used up by the close of school days, and of how many of them.

    On so many days that follow one another they are the same.
    """
    days = scope.view.axis.school_days[:length]
    if any(isinstance(test, FieldWithin) for test in window.selection.where):
        stretches = [(day, day + 1) for day in range(length)]
    else:
        stretches = list(scope.stretches(window.selection.name, length))
    found = [relied_on_by(window, days[first], scope) for first, _ in stretches]
    used, perhaps = [certain for certain, _ in found], [maybe for _, maybe in found]
    return used, perhaps, [end - first for first, end in stretches]


def cuts_days(window: Window) -> bool:
    """Whether a window may begin or end between the two sessions of a day."""
    amount = window.amount if isinstance(window, InTheLast | UnitsAround) else None
    if isinstance(amount, Literal) and isinstance(amount.value, Quantity):
        return amount.value.unit is Unit.SESSION
    return amount is not None and not isinstance(amount, Literal)


@dataclass(frozen=True, slots=True)
class ShareRows:
    """The counts behind a share on each day: of one pupil, or added up over many.

    A missing mark stands in the denominator at both ends (meaning 12).
    """

    low: Row
    low_of: Row
    """The possible sessions of the least share."""
    high: Row
    high_of: Row
    sure_of: Row
    """The possible sessions that are certainly looked at."""
    before: int
    """The days on which there may be sessions that are not on record."""

    def __add__(self, other: ShareRows) -> ShareRows:
        return ShareRows(
            self.low + other.low,
            self.low_of + other.low_of,
            self.high + other.high,
            self.high_of + other.high_of,
            self.sure_of + other.sure_of,
            self.before | other.before,
        )

    def column(self) -> Column:
        """The shares. Without a possible session there is none; where there may be one, nobody knows."""
        none_sure = self.sure_of == 0
        if self.high is self.low and self.high_of is self.low_of:
            column = Column(self.low, self.low, self.low_of, self.low_of, not_applicable=packed(none_sure))
        else:
            nothing = self.high_of == 0
            none_at_all = nothing & (self.low_of == 0)
            column = Column(
                self.low,
                np.where(nothing, 1, self.high),
                self.low_of,
                np.where(nothing, 1, self.high_of),
                not_applicable=packed(none_at_all),
                unknown=packed(none_sure & ~none_at_all),
            )
        if not self.before:
            return column
        return replace(
            column,
            unknown=column.unknown | self.before,
            not_applicable=column.not_applicable & ~self.before,
        )


def share_rows(value: ShareOfMarks, length: int, scope: Scope) -> ShareRows | None:
    """The counts behind a pupil's share; None where only the reference knows what is looked at."""
    looked = looked_at(value, length, scope)
    if looked is None:
        return None
    view = scope.view
    chosen, possible = view.plane(value.marks), view.out_of(value.marks)
    missing = view.may_be(value.marks) & looked.outside
    sure, wide = looked.certain, looked.widest
    low = _count(chosen & looked.inside, sure, scope)
    sure_of = _count((possible | missing) & looked.inside, sure, scope)
    if looked.exact and not missing:
        return ShareRows(low, sure_of, low, sure_of, sure_of, looked.before)
    more = _count(missing & looked.inside, sure, scope)
    other = possible & ~chosen
    chosen_beyond = _count(chosen & looked.outside, wide, scope) - low
    unsure = _count(missing, wide, scope) - more
    other_beyond = _count(other & looked.outside, wide, scope) - _count(other & looked.inside, sure, scope)
    return ShareRows(
        low,
        sure_of + other_beyond + unsure,
        low + more + chosen_beyond + unsure,
        sure_of + chosen_beyond + unsure,
        sure_of,
        looked.before,
    )


# --- runs -----------------------------------------------------------------------------------------


def current_run(value: Run, length: int, scope: Scope) -> Column:
    """`current run of … in sessions|school days` without a window: back from the latest taken session."""
    view = scope.view
    chosen, missing = view.plane(value.marks), view.missing
    breaks = view.possible & ~chosen
    low = row_of(_run_lengths(chosen, breaks | missing, length, value.unit, scope))
    joined = chosen | missing
    high = row_of(_run_lengths(joined, breaks, length, value.unit, scope)) if missing else low
    return Column(low, high, unbounded=_unbroken(breaks, length, scope) if view.may_reach_before(0) else 0)


def _unbroken(breaks: int, length: int, scope: Scope) -> int:
    """The days before the first break: a run then going may have begun before the record."""
    if not breaks:
        return (1 << length) - 1
    axis = scope.view.axis
    first = axis.slots[(breaks & -breaks).bit_length() - 1] // 2
    return (1 << min(axis.days_until(first - 1), length)) - 1


def _run_lengths(members: int, breaks: int, length: int, unit: Unit, scope: Scope) -> list[int]:
    """The length of the run going on at the close of each school day; asked only of days inside a run."""
    axis = scope.view.axis
    lengths = [0] * length
    counted = members if unit is Unit.SESSION else first_of_whole_days(members, scope)
    rest = members
    while rest:
        start = (rest & -rest).bit_length() - 1
        following = breaks >> start << start
        end = (following & -following).bit_length() - 1 if following else len(axis)
        rest &= -1 << end
        run = (counted >> start & ((1 << (end - start)) - 1)) << start
        for day in range(axis.days_until(axis.slots[start] // 2 - 1), length):
            seen = axis.seen(axis.school_days[day])
            if following and seen >> end & 1:
                break
            lengths[day] = (run & seen).bit_count()
    return lengths


def first_of_whole_days(members: int, scope: Scope) -> int:
    """One bit for each day all of whose possible sessions are members: at the first of them."""
    view, axis = scope.view, scope.view.axis
    everything = view.possible | view.missing
    plane = 0
    for day in dict.fromkeys(slot // 2 for slot in axis.slots_in(members)):
        day_mask = axis.day_mask(day)
        if not everything & day_mask & ~members:
            inside = members & day_mask
            plane |= inside & -inside
    return plane
