"""When Hillview Primary is open: its terms, its staff days, and the days on which it had to close.

The record begins on 6 September 2023 and ends on Friday 14 November 2025; the calendar goes on to July
2026, so that deadlines have a date.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left

from fingerpost.history import CalendarData, HalfDay, Term, slot_of

FIRST_DAY = dt.date(2023, 9, 6)
LAST_DAY = dt.date(2025, 11, 14)
"""The date on which the demonstration looks at the school: the last day with marks."""

NEW_CODES = dt.date(2024, 8, 19)
"""From this date the code list of 2024 holds."""


def _term(name: str, first: str, last: str, *breaks: tuple[str, str]) -> Term:
    day = dt.date.fromisoformat
    return Term(
        name=name, first=day(first), last=day(last), breaks=tuple((day(a), day(b)) for a, b in breaks)
    )


TERMS = (
    _term("Autumn 2023", "2023-09-06", "2023-12-21", ("2023-10-23", "2023-10-27")),
    _term("Spring 2024", "2024-01-08", "2024-03-28", ("2024-02-12", "2024-02-16")),
    _term("Summer 2024", "2024-04-15", "2024-07-23", ("2024-05-27", "2024-05-31")),
    _term("Autumn 2024", "2024-09-04", "2024-12-20", ("2024-10-28", "2024-11-01")),
    _term("Spring 2025", "2025-01-06", "2025-04-04", ("2025-02-17", "2025-02-21")),
    _term("Summer 2025", "2025-04-22", "2025-07-18", ("2025-05-26", "2025-05-30")),
    _term("Autumn 2025", "2025-09-03", "2025-12-19", ("2025-10-27", "2025-10-31")),
    _term("Spring 2026", "2026-01-05", "2026-03-27", ("2026-02-16", "2026-02-20")),
    _term("Summer 2026", "2026-04-13", "2026-07-17", ("2026-05-25", "2026-05-29")),
)

CLOSED_DAYS = {
    dt.date(2023, 11, 6): "staff day",
    dt.date(2024, 1, 8): "staff day",
    dt.date(2024, 5, 6): "May bank holiday",
    dt.date(2024, 7, 22): "staff day",
    dt.date(2024, 7, 23): "staff day",
    dt.date(2025, 1, 6): "staff day",
    dt.date(2025, 5, 5): "May bank holiday",
    dt.date(2025, 7, 18): "staff day",
    dt.date(2025, 11, 28): "staff day",
    dt.date(2026, 1, 5): "staff day",
    dt.date(2026, 5, 4): "May bank holiday",
}
"""Planned: the calendar knows of them, and nobody is marked."""

SNOW_DAY = dt.date(2024, 1, 18)
"""Unexpected, before the code list of 2024: every pupil is marked Y."""
BOILER_DAY = dt.date(2024, 11, 21)
"""Unexpected, after it: the heating fails at midday and every pupil is marked Y4 in the afternoon."""

YEARS = (2023, 2024, 2025)
"""The academic years of the record, by the year in which they begin."""


def _open_days(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    days = (dt.date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
    return tuple(day for day in days if day.weekday() < 5 and day not in CLOSED_DAYS and _in_term(day))


def _in_term(day: dt.date) -> bool:
    return any(
        term.first <= day <= term.last and not any(first <= day <= last for first, last in term.breaks)
        for term in TERMS
    )


DAYS = _open_days(FIRST_DAY, LAST_DAY)
"""The school days of the record. A pupil's marks are held by session.

Morning 2i, afternoon 2i + 1 of DAYS[i].
"""

SLOTS = tuple(slot_of(day, half) for day in DAYS for half in HalfDay)
"""The slot of each session of the record."""

CALENDAR = CalendarData(
    terms=TERMS,
    closed=frozenset(slot_of(day, half) for day in CLOSED_DAYS for half in HalfDay),
)


def place_of(day: dt.date) -> int:
    """The place in `DAYS` of a day, or of the first school day after it; `len(DAYS)` if there is none."""
    return bisect_left(DAYS, day)


def academic_year(day: dt.date) -> int:
    """The year in which the academic year of a day begins."""
    return day.year if day.month >= 9 else day.year - 1


def year_span(year: int) -> tuple[int, int]:
    """The places in `DAYS` at which an academic year begins and ends (the end not included)."""
    return place_of(dt.date(year, 9, 1)), place_of(dt.date(year + 1, 9, 1))


def school_days_later(place: int, days: int) -> dt.date | None:
    """The day so many school days after a place; None where the record has ended by then."""
    return DAYS[place + days] if place + days < len(DAYS) else None
