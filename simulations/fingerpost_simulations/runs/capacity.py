"""Time and what it is spent on: lists of work, each in an order that is settled when a thing is listed.

An order that never changes makes more time never worse: with the same things listed in the same weeks, and
every item with as much or less left to do, each list comes out of a week with as much or less left of every
item if there is as much or more time for it (shown by going down the list; a property test does it too).
Which things are listed does depend on what was done before where one action follows another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Place(NamedTuple):
    """Whose list: a role, in a school or an authority."""

    role: str
    where: str


class Left(NamedTuple):
    """An item on a list: where it stands in the order, and the minutes it still takes."""

    order: tuple[int, ...]
    number: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a list came to in a week."""

    finished: tuple[int, ...]
    """The numbers of the items that were done, in the order in which they were."""
    begun: tuple[tuple[int, int], ...]
    """Items on which time was spent that are not done, with the minutes left."""
    minutes: int
    """All time spent."""


def spend(work: Sequence[Left], minutes: int | None) -> Spent:
    """Spend time on a list, from its top. None is all the time that is needed.

    >>> spend([Left((2,), 7, 30), Left((1,), 8, 20)], 40)
    Spent(finished=(8,), begun=((7, 10),), minutes=40)
    """
    finished: list[int] = []
    begun: list[tuple[int, int]] = []
    spent = 0
    for one in sorted(work):
        if minutes is None or spent + one.minutes <= minutes:
            spent += one.minutes
            finished.append(one.number)
        else:
            if minutes > spent:
                begun.append((one.number, one.minutes - (minutes - spent)))
                spent = minutes
            break
    return Spent(tuple(finished), tuple(begun), spent)


def minutes_in(minutes_a_week: int, units: Fraction, days: int) -> int:
    """The minutes there are in so many school days, for so many schools or hundreds of pupils.

    A minute that does not come out even is not there.

    >>> minutes_in(300, Fraction(1), 4)
    240
    """
    return int(minutes_a_week * units * days / 5)
