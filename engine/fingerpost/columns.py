"""Values on every school day at once: rows of counts over rows of masks.

A `Column` holds the least and the greatest value of each day as counts, or, for a share, as counts over
possible sessions. `column_of` returns None for values that have no quick way; the caller then asks the
reference.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from fingerpost import group_columns, mark_columns
from fingerpost.bit_rows import row_of, same_row
from fingerpost.column import Column
from fingerpost.day_events import Happenings
from fingerpost.event_values import day_meant, units_passed
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    Anchor,
    BuiltIn,
    BuiltInValue,
    ConditionRef,
    CountOfEvents,
    CountOfMarks,
    Edge,
    FactValue,
    FieldWithin,
    MeasureValue,
    Run,
    Selection,
    ShareOfMarks,
    Sum,
    ThresholdValue,
    TimeSince,
    Value,
)
from fingerpost_dsl.model.walk import walk

_OfMarks = CountOfMarks | ShareOfMarks | Run


def column_of(value: Value, length: int, scope: Scope) -> Column | None:
    """A value on the first `length` school days; None where only the reference knows how."""
    match value:
        case MeasureValue(name=name, as_at=None, of_school=False):
            measure = scope.policy.measures[name]
            if scope.view.pupil.reported and not len(scope.view.pupil.register):
                return None
            own = scope if measure.subject is Subject.PARENT else scope.of_pupil()
            key = ("column", id(measure), length)
            memo = own.memo
            if key not in memo:
                memo[key] = column_of(measure.value, length, own)
            return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key
        case CountOfMarks() | ShareOfMarks() | Run() if scope.group is not None:
            return None if isinstance(value, Run) else group_columns.pooled(value, length, scope)
        case MeasureValue(as_at=None, of_school=True) if scope.group is not None:
            return group_columns.of_school(value, length, scope)
        case Sum(terms=terms) if scope.group is not None:
            return group_columns.sum_of([(sign, column_of(term, length, scope)) for sign, term in terms])
        case BuiltInValue(built_in=BuiltIn.ROLL) if scope.group is not None:
            return group_columns.on_roll_each_day(length, scope)
        case CountOfMarks() | ShareOfMarks() | Run():
            return _of_marks(value, length, scope)
        case CountOfEvents(selection=selection, windows=windows):
            happenings = Happenings.of(selection, windows, length, scope)
            if happenings is None:
                return None
            return Column(row_of(happenings.least), row_of(happenings.most), unbounded=happenings.more)
        case TimeSince(anchor=anchor):
            return _time_since(value, anchor, length, scope)
        case BuiltInValue(built_in=BuiltIn.YEAR_GROUP):
            return _same_every_day(value, length, scope)
        case _:
            return None


def _of_marks(value: _OfMarks, length: int, scope: Scope) -> Column | None:
    """A value over marks; one that two editions of a policy write alike is worked out once."""
    shared = _shared(value, scope)
    if shared is None:
        return _made(value, length, scope)
    memo = scope.view.memo
    key = ("column", id(shared), length)
    if key not in memo:
        memo[key] = _made(shared, length, scope)
    return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key


def _made(value: _OfMarks, length: int, scope: Scope) -> Column | None:
    if not isinstance(value, ShareOfMarks):
        none = mark_columns.never_marked(value, length, scope)
        if none is not None:
            return none
    if isinstance(value, CountOfMarks):
        since = mark_columns.count_since_occasion(value, length, scope)
        if since is not None:
            return since
    if not isinstance(value, Run):
        return mark_columns.counts_and_shares(value, length, scope)
    if value.current and not value.windows:
        return mark_columns.current_run(value, length, scope)
    return None


class _Shared(NamedTuple):
    """The value whose column stands for this one too, if any; and this one, to keep its identity its own."""

    by: _OfMarks | None
    value: _OfMarks


def _shared(value: _OfMarks, scope: Scope) -> _OfMarks | None:
    """The first of all values that are written like this one; None where names in it may mean another thing.

    A threshold, fact, event or measure of the same name may differ from edition to edition, and an event from
    one step of a pathway to the next.
    """
    memo = scope.view.records.memo
    key = ("shared", id(value))
    found = memo.get(key)
    if not isinstance(found, _Shared):
        names = (ThresholdValue, FactValue, MeasureValue, ConditionRef, Selection)
        alone = not any(isinstance(node, names) for node in walk(value))
        first = memo.setdefault(value, value) if alone else None
        found = memo[key] = _Shared(first if isinstance(first, _OfMarks) else None, value)
    return found.by


def _same_every_day(value: Value, length: int, scope: Scope) -> Column:
    every = (1 << length) - 1
    measured = value_at(value, 1, scope)
    if not measured.applicable:
        return _the_same(0, length, not_applicable=every)
    if measured.lowest is None or measured.lowest.denominator != 1 or not measured.exact:
        return _the_same(0, length, unknown=every)
    return _the_same(int(measured.lowest), length)


def _the_same(number: int, length: int, *, not_applicable: int = 0, unknown: int = 0) -> Column:
    row = same_row(number, length)
    return Column(row, row, not_applicable=not_applicable, unknown=unknown)


def _time_since(value: TimeSince, anchor: Anchor, length: int, scope: Scope) -> Column | None:
    """Time since an event or an occasion; None where a test on it hangs on the date that is asked about."""
    selection = anchor.selection
    own = scope.occasion
    if own is not None and own.occasion == selection.name and anchor.edge is Edge.START:
        first = own.first_slot // 2
        days = scope.view.axis.school_days[:length]
        before = bisect_left(days, first)
        passed = units_passed(value.unit, first, (*[first] * before, *days[before:]), scope)
        return Column(passed, passed, not_applicable=(1 << before) - 1)
    if any(isinstance(test, FieldWithin) for test in selection.where):
        return None
    if selection.occasion:
        return _since_moments(value, scope.stretches_of_occasions(selection.name, length), length, scope)
    if not scope.of_kind(selection.name):
        return _same_every_day(value, length, scope)
    return _since_moments(value, scope.stretches(selection.name, length), length, scope)


def _since_moments(
    value: TimeSince, stretches: Sequence[tuple[int, int]], length: int, scope: Scope
) -> Column:
    """Time since what is meant, which is the same throughout each of the stretches."""
    days = scope.view.axis.school_days[:length]
    passed = same_row(0, length)
    not_applicable = unknown = 0
    for first, end in stretches:
        moment = scope.moment(value.anchor, days[first])
        stretch = ((1 << end) - 1) & ~((1 << first) - 1)
        if not moment.certain:
            unknown |= stretch
        elif moment.first is None:
            not_applicable |= stretch
        else:
            day = day_meant(value, moment)
            passed[first:end] = units_passed(value.unit, day, days[first:end], scope)
    return Column(passed, passed, not_applicable=not_applicable, unknown=unknown)
