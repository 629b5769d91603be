"""Amounts, dates and bounds in plain English."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import assert_never

from fingerpost_dsl.model.expressions import Amount, Comparison, Literal, LiteralValue, ThresholdValue
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.wording.english import quoted, spaced

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

DATES = {
    Comparison.AT_LEAST: "on or after",
    Comparison.AT_MOST: "on or before",
    Comparison.MORE_THAN: "after",
    Comparison.LESS_THAN: "before",
}
"""How dates compare."""

_UNCOUNTED = frozenset({Unit.SHARE, Unit.MONEY})


def say_date(date: dt.date) -> str:
    """A date as the guidance writes it.

    >>> say_date(dt.date(2024, 8, 19))
    '19 August 2024'
    """
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def day_of_year(day: tuple[int, int]) -> str:
    """A day that comes round each year, from its month and day.

    >>> day_of_year((7, 31))
    '31 July'
    """
    return f"{day[1]} {_MONTHS[day[0] - 1]}"


def say_unit(unit: Unit, *, many: bool) -> str:
    """A unit of time by its name.

    >>> say_unit(Unit.SCHOOL_WEEK, many=True)
    'school weeks'
    """
    return f"{unit.value}s" if many else unit.value


def number(amount: Fraction) -> str:
    """A number without its unit, exactly.

    >>> number(Fraction(2500)), number(Fraction(5, 2)), number(Fraction(10, 3))
    ('2,500', '2.5', '10/3')
    """
    if amount.denominator == 1:
        return f"{amount.numerator:,}"
    decimal = f"{float(amount):,.3f}".rstrip("0")
    return (
        decimal
        if Fraction(decimal.replace(",", "")) == amount
        else f"{amount.numerator}/{amount.denominator}"
    )


def say_quantity(quantity: Quantity) -> str:
    """A quantity with its unit.

    >>> (
    ...     say_quantity(Quantity(Fraction(1, 10), Unit.SHARE)),
    ...     say_quantity(Quantity(Fraction(1), Unit.SCHOOL_DAY)),
    ... )
    ('10%', '1 school day')
    >>> say_quantity(Quantity(Fraction(2500), Unit.MONEY)), say_quantity(Quantity(Fraction(3, 2), Unit.MONEY))
    ('£2,500', '£1.50')
    """
    match quantity.unit:
        case Unit.SHARE:
            return f"{number(quantity.amount * 100)}%"
        case Unit.MONEY:
            whole = quantity.amount.denominator == 1
            return f"£{quantity.amount.numerator:,}" if whole else f"£{float(quantity.amount):,.2f}"
        case Unit.NUMBER:
            return number(quantity.amount)
        case _:
            return f"{number(quantity.amount)} {say_unit(quantity.unit, many=quantity.amount != 1)}"


def say_literal(value: LiteralValue) -> str:
    """A value that was written out. A fact's choice is quoted, and so are yes and no.

    >>> say_literal("not_yet"), say_literal(True), say_literal(dt.date(2024, 8, 19))
    ('“not yet”', '“yes”', '19 August 2024')
    """
    match value:
        case bool():
            return quoted("yes" if value else "no")
        case Quantity():
            return say_quantity(value)
        case dt.date():
            return say_date(value)
        case str():
            return quoted(spaced(value))
        case _:
            assert_never(value)


def resolved(amount: Amount, policy: Policy) -> LiteralValue | None:
    """What an amount is in this policy; None for a threshold that is left to the local authority."""
    match amount:
        case Literal(value=value):
            return value
        case ThresholdValue(name=name):
            return policy.thresholds[name].value
        case _:
            assert_never(amount)


TIME = "the time that"
DAY = "the day that"
"""What an open threshold is, where `what the local authority sets` would not do after the words before it."""


def say_threshold(name: str, policy: Policy, what: str = "what") -> str:
    """The value of a threshold, or that it is left to the local authority."""
    threshold = policy.thresholds[name]
    if threshold.value is None:
        return f"{what} the local authority sets ({quoted(threshold.title)})"
    return say_literal(threshold.value)


def say_amount(amount: Amount, policy: Policy, what: str = "what") -> str:
    """An amount, written out or by the name of a threshold. `what` stands for it where it is left open."""
    match amount:
        case Literal(value=value):
            return say_literal(value)
        case ThresholdValue(name=name):
            return say_threshold(name, policy, what)
        case _:
            assert_never(amount)


def bounded(comparison: Comparison, limit: Quantity | dt.date, noun: tuple[str, str] | None = None) -> str:
    """A bound in words. `noun`, one and many, is what is counted, in place of the unit.

    >>> ten = Quantity(Fraction(10), Unit.SESSION)
    >>> (
    ...     bounded(Comparison.AT_LEAST, ten),
    ...     bounded(Comparison.LESS_THAN, ten, ("late session", "late sessions")),
    ... )
    ('10 sessions or more', 'fewer than 10 late sessions')
    >>> bounded(Comparison.AT_MOST, dt.date(2024, 8, 19))
    'on or before 19 August 2024'
    """
    if isinstance(limit, dt.date):
        return f"{DATES[comparison]} {say_date(limit)}"
    said = (
        say_quantity(limit)
        if noun is None
        else f"{number(limit.amount)} {noun[0 if limit.amount == 1 else 1]}"
    )
    less = "less" if limit.unit in _UNCOUNTED else "fewer"
    match comparison:
        case Comparison.AT_LEAST:
            return f"{said} or more"
        case Comparison.AT_MOST:
            return f"{said} or {less}"
        case Comparison.MORE_THAN:
            return f"more than {said}"
        case Comparison.LESS_THAN:
            return f"{less} than {said}"
        case _:
            assert_never(comparison)
