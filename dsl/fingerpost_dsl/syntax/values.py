"""Values: numbers with their units, shares, money, dates. Every number is exact."""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.words import Name, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Percent:
    """A share: `10%`, `2.5%`. `value` is the fraction, 1/10."""

    value: Fraction
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, with its unit if it has one: `10`, `10 school days`, `1.5`."""

    value: Fraction
    unit: Unit | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A fraction as it is counted: `4/86`. It is not reduced, because both numbers mean something."""

    numerator: int
    denominator: int
    unit: Unit | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of money: `£160`."""

    pence: int
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Date:
    """A date: `19 August 2024` or `2024-08-19`."""

    date: dt.date
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfYear:
    """A date that comes round: `1 September each year`. 29 February is 28 February in other years."""

    day: int
    month: int
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedValue:
    """A name as a value: an option of a fact (`declined`) or a threshold (`national_start`)."""

    name: Name
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo:
    """`yes` or `no`."""

    yes: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """Any of several options: `one of (declined; not_yet)`."""

    options: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)


Value: TypeAlias = Percent | Number | Ratio | Money | Date
"""What may stand for a quantity itself."""

Literal: TypeAlias = NamedValue | YesNo | OneOf | Value
"""What may stand on the right of `is` and `is not`."""

Quantity: TypeAlias = Number | Name
"""A length, a count or a deadline: a whole number with its unit, or a threshold's name."""
