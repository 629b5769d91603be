"""How near a value, a length or a date comes to a line: just below, exactly at, just above.

One unit less or more is near: a session, a school day, a notice; for a date one day; for a share one session
fewer or more among the possible sessions that the pupil has. A share without sessions of its own (rounded, or
worked out from others) is near from any distance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from fingerpost.axis import NOTHING, Region, dates, touches
from fingerpost.coverage_points import Side
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.windows import lay_out_one
from fingerpost.working_days import add_working_days
from fingerpost_dsl.model.expressions import Amount, InTheLast, Literal, UnitsAround, Window
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import SCHOOL_TIME, Quantity, Unit


def side_of_amount(value: object, amount: Amount, policy: Policy) -> Side | None:
    """The side of a number or a date towards a quantity or date, written out or named."""
    line = _value(amount, policy)
    line = line.amount if isinstance(line, Quantity) else line
    if isinstance(value, dt.date) and isinstance(line, dt.date):
        return near(Fraction(value.toordinal()), Fraction(line.toordinal()))
    if isinstance(value, int | Fraction) and isinstance(line, Fraction):
        return near(Fraction(value), line)
    return None


def unit_of(amount: Amount, policy: Policy) -> Unit:
    """The unit of a quantity, written out or named; days for a date."""
    value = _value(amount, policy)
    return value.unit if isinstance(value, Quantity) else Unit.DAY


def _value(amount: Amount, policy: Policy) -> object:
    return amount.value if isinstance(amount, Literal) else policy.thresholds[amount.name].value


def side_of_value(value: Measured, line: Measured) -> Side | None:
    """The side of a definite value towards a definite line; None if either is not definite, or far."""
    if not value.exact or not line.exact:
        return None
    if isinstance(value.plain, dt.date) and isinstance(line.plain, dt.date):
        return near(Fraction(value.plain.toordinal()), Fraction(line.plain.toordinal()))
    if value.lowest is None or line.lowest is None:
        return None
    if value.parts is not None:
        part, possible = value.parts
        return near(Fraction(part), line.lowest * possible)
    return _side(value.lowest, line.lowest) if value.unit is Unit.SHARE else near(value.lowest, line.lowest)


def near(value: Fraction, line: Fraction) -> Side | None:
    """The side of a number towards a line that it reaches, or that one step would reach or pass.

    >>> near(Fraction(4), Fraction(24, 5)), near(Fraction(3), Fraction(24, 5))
    (<Side.BELOW: 'just below'>, None)
    """
    return _side(value, line) if abs(value - line) <= 1 else None


def _side(value: Fraction, line: Fraction) -> Side:
    if value == line:
        return Side.AT
    return Side.BELOW if value < line else Side.ABOVE


def side_of_day(ordinal: int, end: dt.date, unit: Unit, scope: Scope) -> Side | None:
    """The side of a date towards the day on which a time ends."""
    day = end.toordinal()
    if ordinal == day:
        return Side.ON
    if not beside(ordinal, day, unit, scope):
        return None
    return Side.BEFORE if ordinal < day else Side.AFTER


def beside(day: int, other: int, unit: Unit, scope: Scope) -> bool:
    """Whether no day lies between two; no school or working day, where the unit is made of those."""
    first, last = sorted((day, other))
    if unit is Unit.WORKING_DAY:
        following = add_working_days(dt.date.fromordinal(first), 1)
        return following is not None and last <= following.toordinal()
    if unit not in SCHOOL_TIME or last - first <= 1:
        return last - first <= 1
    axis = scope.view.axis
    return axis.days_until(last - 1) == axis.days_until(first)


def sides_of_window(
    days: Sequence[int], window: Window, line: Quantity | dt.date | None, ordinal: int, scope: Scope
) -> Iterator[Side]:
    """Whether any of the days lies just inside a window, or just outside.

    Of a window of N units: in its first unit, or in the one before; of a window that a date bounds: on the
    nearest school day on either side of it.
    """
    itself = lay_out_one(window, ordinal, scope).region
    if isinstance(window, InTheLast | UnitsAround) and isinstance(line, Quantity):
        narrower = _resized(window, line, -1, ordinal, scope)
        wider = _resized(window, line, 1, ordinal, scope)
    elif isinstance(line, dt.date):
        narrower, wider = NOTHING, dates(0, ordinal)
        days = [one for one in days if beside(one, line.toordinal(), Unit.SCHOOL_DAY, scope)]
    else:
        return
    if any(touches(itself, one) and not touches(narrower, one) for one in days):
        yield Side.INSIDE
    if any(touches(wider, one) and not touches(itself, one) for one in days):
        yield Side.OUTSIDE


def _resized(window: InTheLast | UnitsAround, line: Quantity, by: int, ordinal: int, scope: Scope) -> Region:
    amount = line.amount + by
    if amount <= 0:
        return NOTHING
    resized = replace(window, amount=Literal(value=replace(line, amount=amount), span=window.span))
    return lay_out_one(resized, ordinal, scope).region
