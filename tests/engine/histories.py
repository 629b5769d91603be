"""Building blocks for histories in tests: dates, slots, registers and calendars in a word each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fingerpost.history import CalendarData, HalfDay, Recorded, Register, Term, Value, slot_of

D = dt.date.fromisoformat


def slot(session: str) -> int:
    """`2024-09-04 AM`."""
    date, half = session.split()
    return slot_of(D(date), HalfDay(half))


def both(*dates: str) -> frozenset[int]:
    """Both sessions of each date."""
    return frozenset(slot_of(D(date), half) for date in dates for half in HalfDay)


def term(name: str, first: str, last: str, *breaks: tuple[str, str]) -> Term:
    """A term with its breaks."""
    return Term(
        name=name, first=D(first), last=D(last), breaks=tuple((D(one), D(end)) for one, end in breaks)
    )


def recorded(
    value: Value | None, first: str = "", last: str = "", *, on: str = "", by: str | None = None
) -> Recorded:
    """A row about a fact or a field; an empty date is none."""

    def date(text: str) -> dt.date | None:
        return D(text) if text else None

    return Recorded(value=value, first=date(first), last=date(last), recorded_on=date(on), recorded_by=by)


def register(*rows: tuple[str, str] | tuple[str, str, str]) -> Register:
    """Rows of session, code and, where it is said, the date of recording."""
    dates = [D(row[2]) if len(row) == 3 else None for row in rows]
    return Register(tuple(slot(row[0]) for row in rows), tuple(row[1] for row in rows), tuple(dates))


THREE_TERMS = CalendarData(
    terms=(
        term("Autumn", "2024-09-04", "2024-12-20", ("2024-10-28", "2024-11-01")),
        term("Spring", "2025-01-06", "2025-04-04", ("2025-02-17", "2025-02-21")),
        term("Summer", "2025-04-22", "2025-07-18", ("2025-05-26", "2025-05-30")),
    ),
    closed=both("2024-11-22", "2025-05-05") | {slot("2025-01-06 AM")},
)

SIX_TERMS = CalendarData(
    terms=(
        term("Term 1", "2024-09-02", "2024-10-18"),
        term("Term 2", "2024-10-28", "2024-12-20"),
        term("Term 3", "2025-01-06", "2025-02-14"),
        term("Term 4", "2025-02-24", "2025-04-04"),
        term("Term 5", "2025-04-22", "2025-05-23"),
        term("Term 6", "2025-06-02", "2025-07-22"),
    )
)


def ordinals(dates: Iterable[str]) -> tuple[int, ...]:
    """The ordinals of dates."""
    return tuple(D(date).toordinal() for date in dates)
