"""The calendar of a made-up council: terms, half terms and days on which every school is closed.

Each academic year is like the published one it is named after: it begins early in September, its terms end
where most councils' ended, and it has 190 school days, 380 sessions. No council's own calendar is copied.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import holidays

from fingerpost.calendar import Calendar
from fingerpost.history import CalendarData, HalfDay, Term, slot_of

SCHOOL_DAYS: Final = 190
"""What a maintained school is open for: 380 sessions."""

_TERMS: Final = {
    2018: ("09-03 12-21 10-22/10-26", "01-07 04-05 02-18/02-22", "04-23 07-24 05-27/05-31"),
    2021: ("09-01 12-17 10-25/10-29", "01-04 04-08 02-21/02-25", "04-25 07-22 05-30/06-03"),
    2022: ("09-01 12-16 10-24/10-28", "01-03 03-31 02-13/02-17", "04-17 07-25 05-29/06-02"),
    2023: ("09-04 12-20 10-23/10-27", "01-03 03-28 02-12/02-16", "04-15 07-23 05-27/05-31"),
    2024: ("09-02 12-20 10-28/11-01", "01-06 04-04 02-17/02-21", "04-22 07-22 05-26/05-30"),
    2025: ("09-01 12-19 10-27/10-31", "01-05 03-27 02-16/02-20", "04-13 07-20 05-25/05-29"),
    2026: ("09-01 12-18 10-26/10-30", "01-04 03-25 02-15/02-19", "04-12 07-20 05-31/06-04"),
}
"""By the year in which it begins: the first and last day of each term, and its half term."""
_NAMES: Final = ("Autumn", "Spring", "Summer")


@dataclass(frozen=True)
class SchoolYear:
    """One academic year of the made-up council."""

    begins: int
    data: CalendarData

    @cached_property
    def calendar(self) -> Calendar:
        """The engine's reading of it."""
        return Calendar.from_data(self.data)

    @cached_property
    def slots(self) -> tuple[int, ...]:
        """Its open sessions, in order."""
        return self.calendar.open_slots

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """Its school days: sessions 2i and 2i + 1 are the morning and afternoon of day i."""
        return tuple(dt.date.fromordinal(day) for day in self.calendar.school_days)

    @cached_property
    def weeks(self) -> tuple[int, ...]:
        """For each school day, the number of its school week, from 0."""
        mondays = [day - (day - 1) % 7 for day in self.calendar.school_days]
        places = {monday: place for place, monday in enumerate(dict.fromkeys(mondays))}
        return tuple(places[monday] for monday in mondays)

    @cached_property
    def terms(self) -> tuple[int, ...]:
        """For each school day, the number of its term: 0 for autumn, 1 for spring, 2 for summer."""
        return tuple(
            next(place for place, term in enumerate(self.data.terms) if term.first <= day <= term.last)
            for day in self.days
        )


@cache
def school_year(begins: int) -> SchoolYear:
    """The year that begins in the autumn of `begins`. Raises KeyError for one that is not made up yet."""
    terms = tuple(_term(name, begins, said) for name, said in zip(_NAMES, _TERMS[begins], strict=True))
    bank = holidays.country_holidays("GB", subdiv="ENG", years=(begins, begins + 1))
    closed = {
        day
        for term in terms
        for day in _weekdays(term.first, term.last)
        if day in bank and not _in_break(term, day)
    }
    open_days = [
        day
        for term in terms
        for day in _weekdays(term.first, term.last)
        if day not in closed and not _in_break(term, day)
    ]
    closed.update(_staff_days(terms, open_days, len(open_days) - SCHOOL_DAYS))
    slots = frozenset(slot_of(day, half) for day in closed for half in HalfDay)
    return SchoolYear(begins, CalendarData(terms=terms, closed=slots))


def begins_in() -> tuple[int, ...]:
    """The years for which there is a calendar."""
    return tuple(_TERMS)


def _term(name: str, begins: int, said: str) -> Term:
    first, last, half_term = said.split()
    start, end = half_term.split("/")
    return Term(
        name=f"{name} {begins + (name != 'Autumn')}",
        first=_date(begins, first),
        last=_date(begins, last),
        breaks=((_date(begins, start), _date(begins, end)),),
    )


def _date(begins: int, said: str) -> dt.date:
    month, day = (int(part) for part in said.split("-"))
    return dt.date(begins + (month < 9), month, day)


def _weekdays(first: dt.date, last: dt.date) -> list[dt.date]:
    days = (dt.date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
    return [day for day in days if day.weekday() < 5]


def _in_break(term: Term, day: dt.date) -> bool:
    return any(first <= day <= last for first, last in term.breaks)


def _staff_days(terms: tuple[Term, ...], open_days: list[dt.date], spare: int) -> list[dt.date]:
    """Days on which only staff are in: the first of each term, then the last ones of the year."""
    assert 0 <= spare <= 10, f"a year of {SCHOOL_DAYS} school days cannot have {spare} staff days"
    firsts = [next(day for day in open_days if day >= term.first) for term in terms]
    chosen = firsts[:spare]
    lasts = [day for day in reversed(open_days) if day not in chosen]
    return [*chosen, *lasts[: spare - len(chosen)]]
