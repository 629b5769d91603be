"""Units and quantities: `10 school days`, `5%`, `£160`.

A quantity is an exact number with a unit. Shares are fractions of one, so that 10% is `Fraction(1, 10)`;
money is counted in pounds. Nothing here is a float: no floating point decides about a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Unit(Enum):
    """What a number counts. The value is the singular word that the language uses."""

    SESSION = "session"
    SCHOOL_DAY = "school day"
    SCHOOL_WEEK = "school week"
    WORKING_DAY = "working day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    HALF_TERM = "half term"
    TERM = "term"
    ACADEMIC_YEAR = "academic year"
    SHARE = "share"
    MONEY = "pound"
    NUMBER = "number"


SCHOOL_TIME = frozenset(
    {Unit.SESSION, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK, Unit.HALF_TERM, Unit.TERM, Unit.ACADEMIC_YEAR}
)
"""Units that only a school's own calendar can lay out."""

PERIODS = frozenset({Unit.HALF_TERM, Unit.TERM, Unit.ACADEMIC_YEAR})
"""Units that `in this` and `in last` take."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount of one unit: `10 school days`, `5%`, `£160`, `2`."""

    amount: Fraction
    unit: Unit

    def __str__(self) -> str:
        match self.unit:
            case Unit.SHARE:
                percent = self.amount * 100
                shown = str(percent.numerator) if percent.denominator == 1 else f"{float(percent):g}"
                return f"{shown}%"
            case Unit.MONEY:
                whole = self.amount.denominator == 1
                return f"£{self.amount.numerator}" if whole else f"£{float(self.amount):.2f}"
            case Unit.NUMBER:
                return str(self.amount)
            case _:
                plural = "" if self.amount == 1 else "s"
                return f"{self.amount} {self.unit.value}{plural}"
