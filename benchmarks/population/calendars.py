"""Three school calendars of 2024-25, and where the windows of the questions begin on each.

A window is a stretch of a calendar's sessions, by their numbers. It depends on the calendar and the date
alone, so it is worked out once, here, and given to every peer: none is asked to understand school terms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from fingerpost.calendar import Calendar
from fingerpost.history import CalendarData, Term
from fingerpost_dsl.model.quantities import Unit

ON = dt.date(2025, 7, 11)
"""The date that is asked about. Registers end on it."""
WEEKS = 10
"""School weeks in the window of the national threshold."""
LATELY = 10
"""School days in the window that tells what is so now."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The first session of each window on a date; all end with the last session of that date."""

    day: int
    """The date, as an ordinal."""
    until: int
    """How many sessions lie on or before the date."""
    year: int
    weeks: int
    half_term: int
    term: int
    lately: int


@dataclass(frozen=True)
class SchoolCalendar:
    """A calendar of a group of schools, up to a date."""

    name: str
    data: CalendarData
    on: dt.date

    @cached_property
    def calendar(self) -> Calendar:
        """The engine's reading of it."""
        return Calendar.from_data(self.data)

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """The open sessions up to the date, in order: a session's number is its place here."""
        return tuple(slot for slot in self.calendar.open_slots if slot // 2 <= self.on.toordinal())

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The ordinals of the school days up to the date."""
        return tuple(dict.fromkeys(slot // 2 for slot in self.slots))

    @cached_property
    def windows(self) -> tuple[Windows, ...]:
        """The windows as on each school day."""
        return tuple(self._windows(day) for day in self.days)

    def _windows(self, day: int) -> Windows:
        date = dt.date.fromordinal(day)
        days = [one for one in self.days if one <= day]
        mondays = list(dict.fromkeys(one - (one - 1) % 7 for one in days))
        return Windows(
            day=day,
            until=self._number_of(day + 1),
            year=self._start_of(date, Unit.ACADEMIC_YEAR),
            weeks=self._number_of(mondays[-WEEKS:][0]),
            half_term=self._start_of(date, Unit.HALF_TERM),
            term=self._start_of(date, Unit.TERM),
            lately=self._number_of(days[-LATELY:][0]),
        )

    def _start_of(self, date: dt.date, unit: Unit) -> int:
        period = self.calendar.period_of(date, unit)
        assert period is not None
        return self._number_of(period.first.toordinal())

    def _number_of(self, day: int) -> int:
        """The number of the first session on or after a date."""
        return sum(slot < day * 2 for slot in self.slots)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _term(name: str, first: str, last: str, *breaks: tuple[str, str]) -> Term:
    return Term(
        name=name,
        first=_day(first),
        last=_day(last),
        breaks=tuple((_day(start), _day(end)) for start, end in breaks),
    )


def _closed(*days: str) -> frozenset[int]:
    return frozenset(_day(day).toordinal() * 2 + half for day in days for half in (0, 1))


def school_calendars(on: dt.date = ON) -> tuple[SchoolCalendar, ...]:
    """The usual one, one with a long break in October, and one of six terms."""
    usual = CalendarData(
        terms=(
            _term("Autumn", "2024-09-04", "2024-12-20", ("2024-10-28", "2024-11-01")),
            _term("Spring", "2025-01-06", "2025-04-04", ("2025-02-17", "2025-02-21")),
            _term("Summer", "2025-04-22", "2025-07-18", ("2025-05-26", "2025-05-30")),
        ),
        closed=_closed("2025-01-06", "2025-05-05"),
    )
    long_october = CalendarData(
        terms=(
            _term("Autumn", "2024-09-02", "2024-12-20", ("2024-10-21", "2024-11-01")),
            _term("Spring", "2025-01-06", "2025-04-11", ("2025-02-17", "2025-02-21")),
            _term("Summer", "2025-04-28", "2025-07-22", ("2025-05-26", "2025-05-30")),
        ),
        closed=_closed("2024-09-02", "2024-11-29", "2025-05-05"),
    )
    six_terms = CalendarData(
        terms=(
            _term("Term 1", "2024-09-03", "2024-10-25"),
            _term("Term 2", "2024-11-04", "2024-12-20"),
            _term("Term 3", "2025-01-06", "2025-02-14"),
            _term("Term 4", "2025-02-24", "2025-04-11"),
            _term("Term 5", "2025-04-28", "2025-05-23"),
            _term("Term 6", "2025-06-02", "2025-07-23"),
        ),
        closed=_closed("2025-05-05", "2025-06-27"),
    )
    return (
        SchoolCalendar("usual", usual, on),
        SchoolCalendar("long-october", long_october, on),
        SchoolCalendar("six-terms", six_terms, on),
    )
