"""Values, events and calendars as plain data: what tables and documents have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fingerpost.history import (
    CalendarData,
    Completeness,
    HalfDay,
    History,
    Recorded,
    School,
    Value,
    slot_date,
    slot_half,
)

Plain = dict[str, Any]
"""An object of JSON or YAML."""


def cell(value: Value | None) -> str:
    """A value as a cell: `yes`, `10`, `1/3`, `2024-09-04`; blank for not known."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return value.isoformat()
        case int() | Fraction() | str():
            return str(value)


def date(day: dt.date | None) -> str:
    """A date as a cell; blank for none."""
    return day.isoformat() if day else ""


def is_bare(row: Recorded) -> bool:
    """Whether a row says a value and nothing else, so that a cell or a scalar can hold it."""
    return row.value is not None and not (row.first or row.last or row.recorded_on or row.recorded_by)


def schools_matter(history: History) -> bool:
    """Whether anything is known of any school but that pupils are there: then schools need a list."""
    of_pupils = {pupil.school: School(id=pupil.school) for pupil in history.pupils.values()}
    return history.schools != of_pupils


def session(slot: int) -> Plain:
    """A session as an object."""
    return {"date": slot_date(slot).isoformat(), "session": slot_half(slot).value}


def calendar(data: CalendarData) -> Plain:
    """A calendar, for JSON and YAML alike."""
    found: Plain = {}
    if data.terms:
        found["terms"] = [
            {"name": term.name, **_stretch(term.first, term.last)}
            | ({"breaks": [_stretch(first, last) for first, last in term.breaks]} if term.breaks else {})
            for term in data.terms
        ]
    if data.closed:
        found["closed"] = [
            session(slot) if len(slots) == 1 else slot_date(slot).isoformat()
            for slots in _days(sorted(data.closed))
            for slot in slots[:1]
        ]
    if data.sessions:
        found["sessions"] = [
            {**session(slot), "open": "yes" if is_open else "no"} for slot, is_open in data.sessions
        ]
    return found


def complete(data: Completeness) -> Mapping[str, str]:
    """From when records are whole, by sort or kind of event; `start` for the history's own start."""
    known = {"marks": data.marks, "facts": data.facts, "events": data.events}
    found = {name: day.isoformat() for name, day in known.items() if day}
    return found | {name: day.isoformat() if day else "start" for name, day in data.kinds.items()}


def _stretch(first: dt.date, last: dt.date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def _days(slots: list[int]) -> list[list[int]]:
    """Slots by their day."""
    found: dict[int, list[int]] = {}
    for slot in slots:
        found.setdefault(slot // len(HalfDay), []).append(slot)
    return list(found.values())
