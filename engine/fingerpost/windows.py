"""Where a window lies as at a date, laid out on the whole calendar (meanings 7, 8 and 9).

`lay_out` turns windows into an `Extent`: a region of slots, or, where an event or a calendar that it hangs on
is not known, the region in which it may lie. Windows intersect; each is laid out by itself first. Two windows
are not about time (`while`, `not relied on by`): the caller takes sessions out for those.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, assert_never

from fingerpost.axis import EVERYTHING, FAR, NOTHING, Region, dates, intersect
from fingerpost.calendar import Calendar, add_months
from fingerpost.logic import Cause
from fingerpost_dsl.model.expressions import (
    Amount,
    Anchor,
    Before,
    Between,
    During,
    EachYear,
    Edge,
    InPeriod,
    InTheLast,
    Literal,
    NotBefore,
    NotReliedOn,
    Since,
    ThresholdValue,
    UnitsAround,
    While,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import PERIODS, Quantity, Unit


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a window lies: certainly in `region`; if `possible` is given, perhaps in all of that."""

    region: Region
    possible: Region | None = None
    cause: Cause | None = None
    """Why it is uncertain, or why it is empty."""

    @property
    def widest(self) -> Region:
        """All of where it may lie."""
        return self.region if self.possible is None else self.possible


@dataclass(frozen=True, slots=True)
class Moment:
    """What an anchor stands for: the ordinals of its first and its last day.

    Without such an event, `first` is None; `cause` then says whether there was none, or nobody knows.
    """

    first: int | None
    last: int | None = None
    cause: Cause | None = None
    certain: bool = True
    widest: tuple[int, int] | None = None
    """Of an occasion that sessions without a mark may lengthen: the first and the last day it may have."""


class Anchors(Protocol):
    """Who can say when an event or an occasion was, as at a day."""

    @property
    def policy(self) -> Policy:
        """Where thresholds are looked up."""
        ...

    @property
    def calendar(self) -> Calendar:
        """The school's calendar."""
        ...

    def moment(self, anchor: Anchor, ordinal: int) -> Moment:
        """The anchor as at the date with that ordinal."""
        ...


def lay_out(windows: Iterable[Window], ordinal: int, anchors: Anchors) -> Extent:
    """The time in which all windows lie, as at a date; never after that date."""
    region = possible = dates(0, ordinal)
    cause: Cause | None = None
    for window in windows:
        extent = lay_out_one(window, ordinal, anchors)
        region = intersect(region, extent.region)
        possible = intersect(possible, extent.widest)
        cause = cause or extent.cause
    return Extent(region, None if possible == region else possible, cause)


def hangs_on_subject(window: Window) -> bool:
    """Whether where it lies differs from pupil to pupil: it hangs on an event, an occasion or a fact."""
    match window:
        case Since(moment=moment) | Before(moment=moment):
            return isinstance(moment, Anchor)
        case During() | UnitsAround() | While() | NotReliedOn():
            return True
        case InTheLast() | InPeriod() | NotBefore() | Between() | EachYear():
            return False
        case _:
            assert_never(window)


def lay_out_one(window: Window, ordinal: int, anchors: Anchors) -> Extent:
    """One window by itself."""
    match window:
        case InTheLast(amount=amount):
            quantity = quantity_of(amount, anchors.policy)
            if quantity is None:
                return _somewhere(ordinal, Cause.OPEN_THRESHOLD)
            return _in_the_last(quantity, ordinal, anchors.calendar)
        case InPeriod(unit=unit, previous=previous):
            return _in_period(unit, previous, ordinal, anchors.calendar)
        case Since(moment=moment) | NotBefore(date=moment):
            if isinstance(moment, Anchor):
                return _since(anchors.moment(moment, ordinal), moment, ordinal)
            date = date_of(moment, anchors.policy)
            return (
                Extent(((date.toordinal() * 2, FAR),)) if date else _somewhere(ordinal, Cause.OPEN_THRESHOLD)
            )
        case Before(moment=moment):
            if isinstance(moment, Anchor):
                return _before(anchors.moment(moment, ordinal), moment, ordinal)
            date = date_of(moment, anchors.policy)
            return (
                Extent(dates(0, date.toordinal() - 1)) if date else _somewhere(ordinal, Cause.OPEN_THRESHOLD)
            )
        case During(anchor=anchor):
            return _during(anchors.moment(anchor, ordinal), ordinal)
        case UnitsAround(amount=amount, after=after, anchor=anchor):
            quantity = quantity_of(amount, anchors.policy)
            if quantity is None:
                return _somewhere(ordinal, Cause.OPEN_THRESHOLD)
            return _around(quantity, after, anchors.moment(anchor, ordinal), ordinal, anchors.calendar)
        case Between(first=first, last=last):
            return Extent(dates(first.toordinal(), last.toordinal()))
        case EachYear(first=first_day, last=last_day):
            return Extent(_each_year(first_day, last_day, ordinal))
        case While() | NotReliedOn():
            return Extent(EVERYTHING)
        case _:
            assert_never(window)


def quantity_of(amount: Amount, policy: Policy) -> Quantity | None:
    """The quantity written out or named; None for a threshold left open."""
    value = amount.value if isinstance(amount, Literal) else policy.thresholds[amount.name].value
    return value if isinstance(value, Quantity) else None


def date_of(amount: Amount, policy: Policy) -> dt.date | None:
    """The date written out or named; None for a threshold left open."""
    value = policy.thresholds[amount.name].value if isinstance(amount, ThresholdValue) else amount.value
    return value if isinstance(value, dt.date) else None


def _somewhere(ordinal: int, cause: Cause) -> Extent:
    return Extent(NOTHING, dates(0, ordinal), cause)


def _in_the_last(quantity: Quantity, ordinal: int, calendar: Calendar) -> Extent:
    number = int(quantity.amount)
    match quantity.unit:
        case Unit.SESSION:
            slots = calendar.open_slots
            begun = bisect_right(slots, ordinal * 2 + 1)
            return Extent(
                ((slots[begun - number] if begun >= number > 0 else 0, ordinal * 2 + 1),)
                if number
                else NOTHING
            )
        case Unit.SCHOOL_DAY:
            return _latest(calendar.school_days, number, ordinal)
        case Unit.SCHOOL_WEEK:
            return _latest(weeks_begun(calendar, ordinal), number, ordinal)
        case Unit.WORKING_DAY:
            start = calendar.add_working_days(dt.date.fromordinal(ordinal + 1), -number)
            return Extent(dates(start.toordinal() if start else 0, ordinal))
        case Unit.DAY:
            return Extent(dates(ordinal - number + 1, ordinal))
        case Unit.WEEK:
            return Extent(dates(ordinal - 7 * number + 1, ordinal))
        case Unit.MONTH | Unit.YEAR:
            months = number * (12 if quantity.unit is Unit.YEAR else 1)
            before = add_months(dt.date.fromordinal(ordinal), -months)
            return Extent(dates(before.toordinal() + 1 if before else 0, ordinal))
        case Unit.HALF_TERM | Unit.TERM | Unit.ACADEMIC_YEAR:
            periods = calendar.periods(quantity.unit)
            if not periods:
                return _somewhere(ordinal, Cause.NO_TERMS)
            return _latest([period.first.toordinal() for period in periods], number, ordinal)
        case Unit.SHARE | Unit.MONEY | Unit.NUMBER:
            raise AssertionError(f"a window of {quantity}: the checker lets none through")


def weeks_begun(calendar: Calendar, ordinal: int) -> list[int]:
    """The Mondays of the school weeks that have had an open session on or before the date."""
    weeks = calendar.school_weeks
    begun = list(weeks[: bisect_right(weeks, ordinal)])
    days = calendar.school_days
    if begun and days[bisect_left(days, begun[-1])] > ordinal:
        begun.pop()
    return begun


def _latest(starts: Iterable[int], number: int, ordinal: int) -> Extent:
    """The `number` latest units that have begun; with fewer than that, as far back as can be."""
    if number <= 0:
        return Extent(NOTHING)
    begun = [start for start in starts if start <= ordinal]
    return Extent(dates(begun[-number] if len(begun) >= number else 0, ordinal))


def _in_period(unit: Unit, previous: bool, ordinal: int, calendar: Calendar) -> Extent:
    date = dt.date.fromordinal(ordinal)
    period = calendar.period_of(date, unit)
    if period is None:
        return _somewhere(ordinal, Cause.NO_TERMS)
    if not previous:
        return Extent(dates(period.first.toordinal(), period.last.toordinal()))
    before = calendar.period_of(period.first - dt.timedelta(days=1), unit)
    if before is None:
        return Extent(NOTHING, dates(0, period.first.toordinal() - 1), Cause.HISTORY_START)
    return Extent(dates(before.first.toordinal(), before.last.toordinal()))


def _missing(moment: Moment, ordinal: int) -> Extent | None:
    if moment.first is None:
        if moment.certain:
            return Extent(NOTHING, cause=moment.cause)
        return _somewhere(ordinal, moment.cause or Cause.EVENTS)
    return None


def _perhaps(extent: Extent, moment: Moment, ordinal: int) -> Extent:
    """An anchor that may be another one leaves its window open."""
    return extent if moment.certain else Extent(NOTHING, dates(0, ordinal), moment.cause)


def _edge_day(moment: Moment, anchor: Anchor, *, default: Edge) -> int:
    """The day that counts: its first or last; by default an occasion's nearer one, an event's own date."""
    assert moment.first is not None
    edge = anchor.edge or (default if anchor.selection.occasion else Edge.START)
    last = moment.last if moment.last is not None else moment.first
    return moment.first if edge is Edge.START else last


def _since(moment: Moment, anchor: Anchor, ordinal: int) -> Extent:
    """From the day after the event; `since the start of` it includes that day."""
    missing = _missing(moment, ordinal)
    if missing is not None:
        return missing
    day = _edge_day(moment, anchor, default=Edge.END)
    first = day if anchor.edge is Edge.START else day + 1
    return _perhaps(Extent(((first * 2, FAR),)), moment, ordinal)


def _before(moment: Moment, anchor: Anchor, ordinal: int) -> Extent:
    missing = _missing(moment, ordinal)
    if missing is not None:
        return missing
    day = _edge_day(moment, anchor, default=Edge.START)
    extent = Extent(dates(0, day - 1))
    if anchor.edge is Edge.END and moment.widest is not None:
        extent = Extent(extent.region, dates(0, moment.widest[1] - 1), Cause.MISSING_MARKS)
    return _perhaps(extent, moment, ordinal)


def _during(moment: Moment, ordinal: int) -> Extent:
    missing = _missing(moment, ordinal)
    if missing is not None:
        return missing
    assert moment.first is not None
    last = moment.last if moment.last is not None else ordinal
    extent = Extent(dates(moment.first, last))
    if moment.widest is not None:
        extent = Extent(extent.region, dates(*moment.widest), Cause.MISSING_MARKS)
    return _perhaps(extent, moment, ordinal)


def _around(quantity: Quantity, after: bool, moment: Moment, ordinal: int, calendar: Calendar) -> Extent:
    missing = _missing(moment, ordinal)
    if missing is not None:
        return missing
    assert moment.first is not None
    if quantity.unit in PERIODS and not calendar.periods(quantity.unit):
        return _somewhere(ordinal, Cause.NO_TERMS)
    first, last = moment.first, moment.last if moment.last is not None else moment.first
    region = units_after(quantity, last, calendar) if after else units_before(quantity, first, calendar)
    return _perhaps(Extent(region), moment, ordinal)


def units(unit: Unit, calendar: Calendar) -> list[tuple[int, int]]:
    """The calendar's units of one sort as ranges of slots, in order."""
    match unit:
        case Unit.SESSION:
            return [(slot, slot) for slot in calendar.open_slots]
        case Unit.SCHOOL_DAY:
            return [(day * 2, day * 2 + 1) for day in calendar.school_days]
        case Unit.SCHOOL_WEEK:
            return [(monday * 2, monday * 2 + 13) for monday in calendar.school_weeks]
        case _:
            return [
                (period.first.toordinal() * 2, period.last.toordinal() * 2 + 1)
                for period in calendar.periods(unit)
            ]


def _by_calendar(unit: Unit) -> bool:
    return unit in PERIODS or unit in (Unit.SESSION, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK)


def units_after(quantity: Quantity, day: int, calendar: Calendar) -> Region:
    """The first N units that begin after a day."""
    number = int(quantity.amount)
    if not _by_calendar(quantity.unit):
        end = _shifted(quantity, day, calendar, 1)
        return dates(day + 1, end)
    found = [unit for unit in units(quantity.unit, calendar) if unit[0] > day * 2 + 1][:number]
    return ((found[0][0], found[-1][1] if len(found) == number else FAR),) if found else NOTHING


def units_before(quantity: Quantity, day: int, calendar: Calendar) -> Region:
    """The last N units that end before a day."""
    number = int(quantity.amount)
    if not _by_calendar(quantity.unit):
        start = _shifted(quantity, day, calendar, -1)
        return dates(start, day - 1)
    found = [unit for unit in units(quantity.unit, calendar) if unit[1] < day * 2][-number:] if number else []
    return ((found[0][0] if len(found) == number else 0, found[-1][1]),) if found else NOTHING


def _shifted(quantity: Quantity, day: int, calendar: Calendar, sign: int) -> int:
    """The last day of N days, weeks, months, years or working days from a day; back in time for sign -1."""
    date = dt.date.fromordinal(day)
    number = sign * int(quantity.amount)
    match quantity.unit:
        case Unit.DAY | Unit.WEEK:
            return day + number * (7 if quantity.unit is Unit.WEEK else 1)
        case Unit.MONTH | Unit.YEAR:
            shifted = add_months(date, number * (12 if quantity.unit is Unit.YEAR else 1))
        case Unit.WORKING_DAY:
            shifted = calendar.add_working_days(date, number)
        case _:
            raise AssertionError(f"{quantity} around an event: the checker lets none through")
    return shifted.toordinal() if shifted else (0 if sign < 0 else dt.date.max.toordinal())


def _each_year(first: tuple[int, int], last: tuple[int, int], ordinal: int) -> Region:
    """The days of the year, in every year up to the date; a stretch over New Year is one."""
    ranges: list[tuple[int, int]] = []
    for year in range(dt.date.fromordinal(ordinal).year - 30, dt.date.fromordinal(ordinal).year + 1):
        start, end = day_in_year(first, year), day_in_year(last, year + (last < first))
        ranges.extend(dates(start.toordinal(), end.toordinal()))
    return tuple(ranges)


def day_in_year(day: tuple[int, int], year: int) -> dt.date:
    """A day that comes round, as month and day, in one year: of 29 February, in common years the day before.

    >>> str(day_in_year((2, 29), 2025))
    '2025-02-28'
    """
    if day == (2, 29) and not isleap(year):
        return dt.date(year, 2, 28)
    return dt.date(year, *day)
