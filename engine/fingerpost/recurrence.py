"""Recurring rules: `every term`, `every 2 weeks`, `3 times every academic year` (meaning 24).

One instance for each period in which the rule applies, due on the period's last school day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerpost.decision import Status
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Recurrence
from fingerpost_dsl.model.quantities import PERIODS

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceOfPeriod:
    """The earliest instance not done.

    Its status and due date, and how many were missed; or the latest, done.
    """

    status: Status
    due: dt.date | None
    overdue: int
    done_on: dt.date | None


def next_instance(
    every: Recurrence, triggered: dt.date, ordinal: int, scope: Scope, done: Sequence[dt.date]
) -> InstanceOfPeriod:
    """Where a recurring rule stands on a date, from the day it began to apply.

    `done` are the dates it was done.
    """
    date = dt.date.fromordinal(ordinal)
    undone: list[tuple[dt.date | None, bool]] = []
    latest_done: dt.date | None = None
    latest_due: dt.date | None = None
    for first, last in periods(every, triggered, date, scope):
        within = [day for day in done if first <= day and (last is None or day <= last)]
        due = scope.calendar.last_school_day(first, last) if last is not None else None
        if len(within) >= every.times:
            latest_done, latest_due = within[every.times - 1], due
        else:
            undone.append((due, due is not None and date > due))
    if not undone:
        return InstanceOfPeriod(status=Status.DONE, due=latest_due, overdue=0, done_on=latest_done)
    due, late = undone[0]
    missed = sum(is_late for _, is_late in undone)
    status = Status.OVERDUE if late else Status.DUE if due is not None else Status.ONGOING
    return InstanceOfPeriod(status=status, due=due, overdue=missed, done_on=None)


def periods(
    every: Recurrence, triggered: dt.date, date: dt.date, scope: Scope
) -> Iterator[tuple[dt.date, dt.date | None]]:
    """The periods from the trigger's to the date's: first and last date; None past the end of the calendar.

    Terms and years are the school's own; other units count from the day on which the rule began to apply.
    """
    calendar = scope.calendar
    if every.unit in PERIODS:
        own = [
            period
            for period in calendar.periods(every.unit)
            if period.last >= triggered and period.first <= date
        ]
        for start in range(0, len(own), every.number):
            group = own[start : start + every.number]
            yield group[0].first, group[-1].last
        return
    first = triggered
    while first <= date:
        following = calendar.add(first, every.number, every.unit)
        yield first, following - _ONE_DAY if following else None
        if following is None or following <= first:
            return
        first = following
