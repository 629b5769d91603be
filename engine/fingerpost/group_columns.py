"""Figures of a group of pupils on every school day at once (meaning 30).

Counts and shares of marks are pooled over its members; besides there is how many are on roll, the figure of
its whole school, and sums of such figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import numpy as np

from fingerpost.bit_rows import Row, same_row
from fingerpost.column import Column
from fingerpost.mark_columns import counts_and_shares, share_rows
from fingerpost.members import CountedTogether, on_roll_on_days
from fingerpost.scope import Scope
from fingerpost.subject import PupilView
from fingerpost_dsl.model.expressions import CountOfMarks, MeasureValue, ShareOfMarks

_SMALL = 1 << 32
"""Counts below this are compared within 64 bits (`Column.reaches`); beyond it as Python's own."""


def pooled(value: CountOfMarks | ShareOfMarks, length: int, scope: Scope) -> Column | None:
    """A value pooled over the group's members: sums of counts, and of possible sessions.

    A group that is too small has no figure. None where only the reference knows how: who belongs to the group
    is open, or the members are at schools with different calendars.
    """
    group = scope.group
    if group is None or group.perhaps:
        return None
    if len(group.members) < max(group.least_size, 1):
        none = same_row(0, length)
        return Column(none, none, not_applicable=(1 << length) - 1)
    return _pooled(value, length, group.members, scope)


def of_school(value: MeasureValue, length: int, scope: Scope) -> Column | None:
    """A count or share pooled over the whole school; None where only the reference knows how."""
    counted = scope.policy.measures[value.name].value
    if not isinstance(counted, CountOfMarks | ShareOfMarks):
        return None
    records, school = scope.view.records, scope.view.pupil.school
    key = ("column", school, id(counted), id(scope.policy), length)
    if key not in records.of_schools:
        members = records.members_of_school(school)
        records.of_schools[key] = _pooled(counted, length, members, scope) if members else None
    return records.of_schools[key]  # type: ignore[return-value]  # the memo holds what was put under this key


def _pooled(
    value: CountOfMarks | ShareOfMarks, length: int, members: Sequence[PupilView], scope: Scope
) -> Column | None:
    if isinstance(members, CountedTogether):
        if isinstance(value, CountOfMarks):
            return members.count_on_days(value, length, scope)
        rows = members.share_on_days(value, length, scope)
        return None if rows is None else rows.column()
    if any(member.axis is not scope.view.axis for member in members):
        return None
    scopes = [scope.of_one(member) for member in members]
    if isinstance(value, ShareOfMarks):
        shares = [share_rows(value, length, one) for one in scopes]
        known = [rows for rows in shares if rows is not None]
        return reduce(add, known).column() if len(known) == len(scopes) else None
    columns = [counts_and_shares(value, length, one) for one in scopes]
    counts = [column for column in columns if column is not None]
    return reduce(_added, counts) if len(counts) == len(scopes) else None


def _added(one: Column, other: Column) -> Column:
    low = one.low + other.low
    high = low if one.is_exact and other.is_exact else one.high + other.high
    return Column(low, high, unbounded=one.unbounded | other.unbounded)


def on_roll_each_day(length: int, scope: Scope) -> Column | None:
    """How many of the group are on roll."""
    group = scope.group
    if group is None:
        return None
    days = scope.view.axis.school_days[:length]
    low = on_roll_on_days(group.members, days)
    return Column(low, low + on_roll_on_days(group.perhaps, days) if group.perhaps else low)


# --- sums -----------------------------------------------------------------------------------------


_Fractions = tuple[Row, Row | None]


def sum_of(terms: Sequence[tuple[int, Column | None]]) -> Column | None:
    """The sum of signed columns; None where one is not known, or the sum has no bound on a side."""
    signed: list[Column] = []
    for sign, column in terms:
        if column is None or (sign < 0 and column.unbounded):
            return None
        signed.append(column if sign > 0 else _negative(column))
    return reduce(_sum, signed)


def _negative(column: Column) -> Column:
    low = -column.high
    exact = column.is_exact
    return Column(
        low,
        low if exact else -column.low,
        column.high_of,
        column.high_of if exact else column.low_of,
        not_applicable=column.not_applicable,
        unknown=column.unknown,
    )


def _sum(one: Column, other: Column) -> Column:
    low = _fractions_added(one.low, one.low_of, other.low, other.low_of)
    exact = one.is_exact and other.is_exact
    high = low if exact else _fractions_added(one.high, one.high_of, other.high, other.high_of)
    return Column(
        low[0],
        high[0],
        low[1],
        high[1],
        not_applicable=one.not_applicable | other.not_applicable,
        unbounded=one.unbounded | other.unbounded,
        unknown=one.unknown | other.unknown,
    )


def _fractions_added(one: Row, one_of: Row | None, other: Row, other_of: Row | None) -> _Fractions:
    if one_of is None and other_of is None:
        return one + other, None
    of, also_of = (np.ones_like(one) if each is None else each for each in (one_of, other_of))
    if 2 * _most(one, of) * _most(other, also_of) >= _SMALL:
        one, of, other, also_of = (numbers.astype(object) for numbers in (one, of, other, also_of))
    return one * also_of + other * of, of * also_of


def _most(counts: Row, of: Row) -> int:
    return int(max(np.abs(counts).max(initial=1), of.max(initial=1)))
