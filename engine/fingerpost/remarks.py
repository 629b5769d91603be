"""What is to be said beside a decision.

An inferred calendar, a late beginning, an old edition, a notice too long.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from fingerpost.calendar import add_months
from fingerpost.decision import Remark
from fingerpost.subject import PupilView
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit

_CHECKED_FOR = dt.timedelta(days=365)
"""How long after its last check an edition is taken to be up to date, without a remark."""


def remarks_on(
    policy: Policy, view: PupilView, on: dt.date, named_outright: bool, *, held_back: bool
) -> tuple[Remark, ...]:
    """Everything to be remarked on a pupil's decision."""
    return tuple(_remarks(policy, view, on, named_outright, held_back))


def _remarks(
    policy: Policy, view: PupilView, on: dt.date, named_outright: bool, held_back: bool
) -> Iterator[Remark]:
    header = policy.header
    if view.axis.calendar.inferred:
        text = "no calendar was given: a session counts as open where any pupil of the school could be there"
        yield Remark(code="calendar inferred", text=text, once_per_school=True)
    if held_back:
        start = dt.date.fromordinal(view.axis.complete_from)
        text = (
            f"the record begins on {start:%-d %B %Y}: rules that look further back say nothing of pupils "
            "without a mark that counts"
        )
        yield Remark(code="history start", text=text, once_per_school=True)
    if named_outright and not _in_force(policy, on):
        text = f"{header.id} is not in force on {on:%-d %B %Y}; it was named, and is applied as if it were"
        yield Remark(code="not in force", text=text, once_per_school=True)
    if header.last_checked is not None and on > header.last_checked + _CHECKED_FOR:
        text = f"{header.id} was last checked against its sources on {header.last_checked:%-d %B %Y}"
        yield Remark(code="last checked", text=text, once_per_school=True)
    yield from _lengths(policy, view, on)


def _in_force(policy: Policy, on: dt.date) -> bool:
    until = policy.header.in_force_until
    return policy.header.in_force_from <= on and (until is None or on <= until)


def _lengths(policy: Policy, view: PupilView, on: dt.date) -> Iterator[Remark]:
    """Events that lasted shorter or longer than they may (meaning 26)."""
    for declared in policy.events.values():
        if declared.lasts is None:
            continue
        for event in view.events(declared.name):
            if event.until is None or event.date > on:
                continue
            shortest, longest = (_last_day(event.date, length) for length in declared.lasts)
            if event.until < shortest or event.until > longest:
                few, many = declared.lasts
                text = (
                    f"`{declared.title}` of {event.date:%-d %B %Y} lasts until {event.until:%-d %B %Y}; "
                    f"it may last from {few} to {many}"
                )
                yield Remark(code="length", text=text)


def _last_day(first: dt.date, length: Quantity) -> dt.date:
    """The date so long after a first day: three weeks after a Monday is a Monday."""
    number = int(Fraction(length.amount))
    if length.unit is Unit.WEEK:
        return first + dt.timedelta(weeks=number)
    if length.unit in (Unit.MONTH, Unit.YEAR):
        return add_months(first, number * (12 if length.unit is Unit.YEAR else 1)) or first
    return first + dt.timedelta(days=number)
