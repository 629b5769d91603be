"""Of whom a generated expression speaks, and the small things that every expression needs: numbers, dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from fingerpost_dsl.model.quantities import Unit
from tests.generate.words import (
    EVENTS,
    FACTS,
    LEFT_OPEN,
    EventWord,
    FactWord,
    a_threshold,
)


@dataclass(frozen=True)
class Speaker:
    """Of whom an expression speaks, and which measures, conditions and tiers it may use by name.

    `measures` are (name, unit or None for a date, whether a parent's, whether over marks alone).
    """

    draw: st.DrawFn
    parent: bool = False
    occasion: str | None = None
    measures: tuple[tuple[str, Unit | None, bool, bool], ...] = ()
    conditions: tuple[tuple[str, bool], ...] = ()
    tiers: tuple[str, ...] = ()
    settled: bool = field(default=False)
    """Whether only facts may be mentioned (inside `while`)."""

    def of_parent(self) -> Speaker:
        """The same for each parent."""
        return replace(self, parent=True)

    def one_of(self, options: Sequence[str]) -> str:
        """One of several words."""
        return self.draw(st.sampled_from(tuple(options)))

    def number(self, least: int, most: int) -> int:
        """A number, the smaller the simpler."""
        return self.draw(st.integers(least, most))

    def chance(self, one_in: int) -> bool:
        """Now and then true; false is the simpler."""
        return self.number(1, one_in) == one_in

    @property
    def facts(self) -> tuple[FactWord, ...]:
        """The facts it may mention."""
        return tuple(fact for fact in FACTS if fact.whose != "parent" or self.parent)

    @property
    def events(self) -> tuple[EventWord, ...]:
        """The kinds of event it may mention."""
        return tuple(event for event in EVENTS if event.whose != "parent" or self.parent)


# --- amounts ----------------------------------------------------------------------------------


def counted(number: int, unit: Unit) -> str:
    """`1 session`, `10 school days`."""
    return f"{number} {unit.value}{'' if number == 1 else 's'}"


_MOST = {Unit.SESSION: 12, Unit.DAY: 20, Unit.SCHOOL_DAY: 10, Unit.WORKING_DAY: 10, Unit.MONTH: 6}


def amount(say: Speaker, unit: Unit, *, least: int = 1) -> str:
    """So many of a unit, written out or by the name of a threshold, which may be open without a value."""
    kind = say.number(0, 7)
    if kind == 7 and unit in LEFT_OPEN:
        return LEFT_OPEN[unit]
    if kind >= 5:
        return a_threshold(unit)
    return counted(say.number(least, _MOST.get(unit, 4)), unit)


def a_date(say: Speaker) -> str:
    """A date near the generated calendars, in either spelling."""
    date = dt.date(2024, 9, 1) + dt.timedelta(days=say.number(0, 120))
    return date.isoformat() if say.chance(2) else f"{date.day} {date:%B %Y}"


def a_day_of_year(say: Speaker) -> str:
    """A day that comes round, even if not every year."""
    if say.chance(8):
        return "29 February each year"
    date = dt.date(2024, 9, 1) + dt.timedelta(days=say.number(0, 180))
    return f"{date.day} {date:%B} each year"
