"""Spells: the rows of school days on which a rule applies.

Its trigger, and when it lapses (meanings 20 and 21).
"""

from __future__ import annotations

from dataclasses import dataclass

from fingerpost.days import Days


@dataclass(frozen=True, slots=True)
class Spell:
    """School days, by their number on the axis. An unknown day does not end a spell."""

    first: int
    """The first day that is not false: before `trigger` where unknown days come first."""
    trigger: int
    """The first day on which the rule certainly applies."""
    last: int
    """The last day that is not false."""


def spells(days: Days) -> tuple[Spell, ...]:
    """All spells in order; rows of unknown days alone are none."""
    found: list[Spell] = []
    rest = days.every & ~days.false
    while rest:
        start = (rest & -rest).bit_length() - 1
        gap = (days.false >> start) << start
        end = (gap & -gap).bit_length() - 1 if gap else days.length
        block = rest & ((1 << end) - 1)
        rest &= ~((1 << end) - 1)
        true = block & days.true
        if true:
            found.append(Spell(start, (true & -true).bit_length() - 1, end - 1))
    return tuple(found)
