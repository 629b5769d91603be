"""The next number, date and unit: what an amount is changed to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

from fingerpost_dsl.model.quantities import Quantity, Unit

OTHER_UNITS = {
    Unit.SESSION: Unit.SCHOOL_DAY,
    Unit.SCHOOL_DAY: Unit.DAY,
    Unit.DAY: Unit.SCHOOL_DAY,
    Unit.WORKING_DAY: Unit.SCHOOL_DAY,
    Unit.SCHOOL_WEEK: Unit.WEEK,
    Unit.WEEK: Unit.SCHOOL_WEEK,
    Unit.MONTH: Unit.WEEK,
    Unit.YEAR: Unit.MONTH,
    Unit.HALF_TERM: Unit.TERM,
    Unit.TERM: Unit.HALF_TERM,
    Unit.ACADEMIC_YEAR: Unit.TERM,
}
"""The unit that somebody might have written instead, for every unit in which time is counted."""

OTHER_PERIODS = {
    Unit.HALF_TERM: (Unit.TERM,),
    Unit.TERM: (Unit.HALF_TERM, Unit.ACADEMIC_YEAR),
    Unit.ACADEMIC_YEAR: (Unit.TERM,),
}
"""The next shorter and longer period that `in this` and `in last` take."""


def next_dates(date: dt.date) -> tuple[dt.date, dt.date]:
    """The day before, and the day after."""
    return date - dt.timedelta(days=1), date + dt.timedelta(days=1)


def next_quantities(value: Quantity) -> Iterator[Quantity]:
    """One less and one more: a percentage point, a pound, one of the unit. Never below nothing.

    >>> from fractions import Fraction
    >>> [str(one) for one in next_quantities(Quantity(Fraction(1, 10), Unit.SHARE))]
    ['9%', '11%']
    >>> [str(one) for one in next_quantities(Quantity(Fraction(0), Unit.SESSION))]
    ['1 session']
    """
    step = Fraction(1, 100) if value.unit is Unit.SHARE else Fraction(1)
    if value.amount >= step:
        yield Quantity(value.amount - step, value.unit)
    yield Quantity(value.amount + step, value.unit)


def in_another_unit(value: Quantity) -> Iterator[Quantity]:
    """As many of the unit that is easily taken for it: `10 days` instead of `10 school days`."""
    other = OTHER_UNITS.get(value.unit)
    if other is not None:
        yield Quantity(value.amount, other)


def next_day(day: tuple[int, int], step: int) -> tuple[int, int]:
    """The day before or after a day that comes round each year.

    >>> next_day((8, 31), 1), next_day((1, 1), -1)
    ((9, 1), (12, 31))
    """
    moved = dt.date(2001, *day) + dt.timedelta(days=step) if day != (2, 29) else dt.date(2001, 3, 1)
    return moved.month, moved.day
