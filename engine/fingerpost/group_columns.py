"""Counts and shares of marks pooled over a group of pupils, on every school day at once (meaning 30)."""

from __future__ import annotations

from functools import reduce
from operator import add

from fingerpost.column import Column
from fingerpost.mark_columns import counts_and_shares, share_rows
from fingerpost.scope import Scope
from fingerpost_dsl.model.expressions import CountOfMarks, ShareOfMarks


def pooled(value: CountOfMarks | ShareOfMarks, length: int, scope: Scope) -> Column | None:
    """A value pooled over the group's members: sums of counts, and of possible sessions.

    None where only the reference knows how: who belongs to the group is open, the group is too small for a
    figure, or the members are at schools with different calendars.
    """
    group = scope.group
    if group is None or group.perhaps or len(group.members) < max(group.least_size, 1):
        return None
    if any(member.axis is not scope.view.axis for member in group.members):
        return None
    scopes = [scope.of_one(member) for member in group.members]
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
