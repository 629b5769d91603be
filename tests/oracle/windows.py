"""Windows as predicates: of a slot, whether it lies inside as at a date (meanings 7, 8 and 9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerpost.calendar import Calendar, add_months
from fingerpost.logic import Truth, all_true, any_true
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
    UnitsAround,
    While,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import PERIODS, Quantity, Unit

if TYPE_CHECKING:
    from tests.oracle.conditions import Oracle

Inside = Callable[[int], Truth]
_LOOK_BACK = 800
"""Days; whatever reaches further back reaches so far."""


@dataclass(frozen=True)
class Moment:
    """What an anchor stands for: its first and last day, if there is one, and whether that is certain."""

    first: int | None
    last: int | None = None
    certain: bool = True


def quantity(amount: Amount, policy: Policy) -> Quantity | None:
    """A quantity written out or by name; None if it is left open."""
    value = amount.value if isinstance(amount, Literal) else policy.thresholds[amount.name].value
    return value if isinstance(value, Quantity) else None


def date(amount: Amount, policy: Policy) -> dt.date | None:
    """A date written out or by name."""
    value = amount.value if isinstance(amount, Literal) else policy.thresholds[amount.name].value
    return value if isinstance(value, dt.date) else None


def inside_all(windows: Sequence[Window], on: int, oracle: Oracle) -> Inside:
    """Whether a slot lies in all of them, and not after the date."""
    each = [inside(window, on, oracle) for window in windows]

    def found(slot: int) -> Truth:
        if slot // 2 > on:
            return Truth.FALSE
        return all_true(one(slot) for one in each)

    return found


def date_inside(windows: Sequence[Window], day: int, on: int, oracle: Oracle) -> Truth:
    """Whether a date lies in all of them, be it with one half."""
    laid = inside_all(windows, on, oracle)
    return any_true([laid(day * 2), laid(day * 2 + 1)])


def reaches_before(windows: Sequence[Window], start: int, on: int, oracle: Oracle) -> bool:
    """Whether some day before `start`, on which the pupil may be on roll, may lie in the windows."""
    about_time = [window for window in windows if not isinstance(window, NotReliedOn)]
    laid = inside_all(about_time, on, oracle)
    latest = min(start - 1, on)
    for day in range(latest, latest - _LOOK_BACK, -1):
        if any(laid(slot) is not Truth.FALSE for slot in (day * 2, day * 2 + 1)) and oracle.known.on_roll(
            day
        ):
            return True
    return False


def _nowhere(slot: int) -> Truth:
    return Truth.FALSE


def _somewhere(slot: int) -> Truth:
    return Truth.UNKNOWN


def _slots(first: int | None, last: int | None) -> Inside:
    """From one slot to another, both included; None for no bound."""
    return lambda slot: Truth.of((first is None or first <= slot) and (last is None or slot <= last))


def _days(first: int | None, last: int | None) -> Inside:
    return _slots(None if first is None else first * 2, None if last is None else last * 2 + 1)


def inside(window: Window, on: int, oracle: Oracle) -> Inside:
    """One window by itself."""
    policy, calendar = oracle.policy, oracle.known.calendar
    match window:
        case InTheLast(amount=amount):
            length = quantity(amount, policy)
            return _somewhere if length is None else _in_the_last(length, on, calendar)
        case InPeriod(unit=unit, previous=previous):
            return _in_period(unit, previous, on, calendar)
        case Since(moment=Anchor() as anchor):
            moment = oracle.moment(anchor, on)
            default = Edge.END if anchor.selection.occasion else Edge.START
            return _if_known(moment, lambda m: _days(_edge(m, anchor.edge or default) + 1, None))
        case Since(moment=amount) | NotBefore(date=amount):
            first = date(amount, policy)  # type: ignore[arg-type]  # an anchor was dealt with above
            return _somewhere if first is None else _days(first.toordinal(), None)
        case Before(moment=Anchor() as anchor):
            moment = oracle.moment(anchor, on)
            return _if_known(moment, lambda m: _days(None, _edge(m, anchor.edge or Edge.START) - 1))
        case Before(moment=amount):
            end = date(amount, policy)  # type: ignore[arg-type]  # an anchor was dealt with above
            return _somewhere if end is None else _days(None, end.toordinal() - 1)
        case During(anchor=anchor):
            moment = oracle.moment(anchor, on)
            return _if_known(moment, lambda m: _days(m.first, on if m.last is None else m.last))
        case UnitsAround(amount=amount, after=after, anchor=anchor):
            length = quantity(amount, policy)
            moment = oracle.moment(anchor, on)
            if length is None:
                return _somewhere
            around = _after if after else _before
            return _if_known(moment, lambda m: around(length, m, calendar))
        case Between(first=first_day, last=last_day):
            return _days(first_day.toordinal(), last_day.toordinal())
        case EachYear(first=first_of, last=last_of):
            return lambda slot: Truth.of(_comes_round(dt.date.fromordinal(slot // 2), first_of, last_of))
        case While(condition=condition):
            return lambda slot: oracle.truth(condition, dt.date.fromordinal(slot // 2))
        case NotReliedOn(selection=selection):
            certain, perhaps = oracle.selected(selection, on)
            used = {slot for event in certain for slot in event.relies_on}
            unsure = {slot for event in perhaps for slot in event.relies_on} - used
            return lambda slot: (
                Truth.FALSE if slot in used else Truth.UNKNOWN if slot in unsure else Truth.TRUE
            )


def _if_known(moment: Moment, laid: Callable[[Moment], Inside]) -> Inside:
    if not moment.certain:
        return _somewhere
    return _nowhere if moment.first is None else laid(moment)


def _edge(moment: Moment, edge: Edge) -> int:
    assert moment.first is not None
    return moment.first if edge is Edge.START or moment.last is None else moment.last


def _in_the_last(length: Quantity, on: int, calendar: Calendar) -> Inside:
    number = int(length.amount)
    match length.unit:
        case Unit.SESSION:
            begun = [slot for slot in calendar.open_slots if slot // 2 <= on]
            return _slots(begun[-number] if number <= len(begun) else None, None) if number else _nowhere
        case Unit.SCHOOL_DAY:
            starts = [day for day in calendar.school_days if day <= on]
        case Unit.SCHOOL_WEEK:
            starts = sorted({day - (day - 1) % 7 for day in calendar.school_days if day <= on})
        case Unit.WORKING_DAY:
            first = calendar.add_working_days(dt.date.fromordinal(on + 1), -number)
            return _days(first.toordinal() if first else None, None)
        case Unit.DAY:
            return _days(on - number + 1, None)
        case Unit.WEEK:
            return _days(on - 7 * number + 1, None)
        case Unit.MONTH | Unit.YEAR:
            months = number * (12 if length.unit is Unit.YEAR else 1)
            before = add_months(dt.date.fromordinal(on), -months)
            return _days(before.toordinal() + 1 if before else None, None)
        case _:
            periods = calendar.periods(length.unit)
            if not periods:
                return _somewhere
            starts = [period.first.toordinal() for period in periods if period.first.toordinal() <= on]
    if number == 0:
        return _nowhere
    return _days(starts[-number] if number <= len(starts) else None, None)


def _in_period(unit: Unit, previous: bool, on: int, calendar: Calendar) -> Inside:
    period = calendar.period_of(dt.date.fromordinal(on), unit)
    if period is None:
        return _somewhere
    if previous:
        before = calendar.period_of(period.first - dt.timedelta(days=1), unit)
        if before is None:
            start = period.first.toordinal()
            return lambda slot: Truth.UNKNOWN if slot // 2 < start else Truth.FALSE
        period = before
    return _days(period.first.toordinal(), period.last.toordinal())


def units_of(unit: Unit, calendar: Calendar) -> list[tuple[int, int]]:
    """The calendar's units of one sort, as first and last slot."""
    match unit:
        case Unit.SESSION:
            return [(slot, slot) for slot in calendar.open_slots]
        case Unit.SCHOOL_DAY:
            return [(day * 2, day * 2 + 1) for day in calendar.school_days]
        case Unit.SCHOOL_WEEK:
            return [(monday * 2, monday * 2 + 13) for monday in calendar.school_weeks]
        case _:
            periods = calendar.periods(unit)
            return [(one.first.toordinal() * 2, one.last.toordinal() * 2 + 1) for one in periods]


_OF_THE_CALENDAR = PERIODS | {Unit.SESSION, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK}


def _after(length: Quantity, moment: Moment, calendar: Calendar) -> Inside:
    """The first N units that begin after its last day."""
    assert moment.first is not None
    day = moment.first if moment.last is None else moment.last
    number = int(length.amount)
    if length.unit in _OF_THE_CALENDAR:
        if length.unit in PERIODS and not calendar.periods(length.unit):
            return _somewhere
        wanted = [unit for unit in units_of(length.unit, calendar) if unit[0] // 2 > day][:number]
        if not wanted:
            return _nowhere
        return _slots(wanted[0][0], wanted[-1][1] if len(wanted) == number else None)
    return _days(day + 1, _shifted(length, day, number, calendar))


def _before(length: Quantity, moment: Moment, calendar: Calendar) -> Inside:
    """The last N units that end before its first day."""
    assert moment.first is not None
    day, number = moment.first, int(length.amount)
    if length.unit in _OF_THE_CALENDAR:
        if length.unit in PERIODS and not calendar.periods(length.unit):
            return _somewhere
        wanted = [unit for unit in units_of(length.unit, calendar) if unit[1] // 2 < day][-number:]
        if not wanted:
            return _nowhere
        return _slots(wanted[0][0] if len(wanted) == number else None, wanted[-1][1])
    return _days(_shifted(length, day, -number, calendar), day - 1)


def _shifted(length: Quantity, day: int, number: int, calendar: Calendar) -> int | None:
    match length.unit:
        case Unit.DAY | Unit.WEEK:
            return day + number * (7 if length.unit is Unit.WEEK else 1)
        case Unit.WORKING_DAY:
            found = calendar.add_working_days(dt.date.fromordinal(day), number)
        case _:
            months = number * (12 if length.unit is Unit.YEAR else 1)
            found = add_months(dt.date.fromordinal(day), months)
    return found.toordinal() if found else None


def _comes_round(day: dt.date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether a date lies in days that come round, both included; they may span New Year."""
    this = (day.month, day.day)
    return first <= this <= last if first <= last else this >= first or this <= last
