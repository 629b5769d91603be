"""`calendar.yaml` and `history.yaml`: what stands beside the tables and is written by hand."""

from __future__ import annotations

from fingerpost.history import CalendarData, Completeness
from fingerpost.readers.calendars import calendar_of, completeness
from fingerpost.readers.problems import Where
from fingerpost.readers.rows import Rows
from fingerpost.readers.shapes import CalendarFileShape, HistoryFileShape, shaped
from fingerpost.readers.yaml_text import read_yaml


def read_calendar_yaml(text: str, name: str, rows: Rows) -> dict[str, tuple[CalendarData, Where]]:
    """The calendars of a file by school, the general one under the empty id."""
    document = read_yaml(text, name, rows.problems)
    if document is None:
        return {}
    before = rows.problems.shown
    shape = shaped(CalendarFileShape, document.data, document, (), rows.problems)
    if shape is None:
        rows.problems.stop_for(before)
        return {}
    calendars: dict[str, tuple[CalendarData, Where]] = {}
    if shape.terms or shape.closed or shape.sessions:
        calendars[""] = calendar_of(shape, document, (), rows), document.where()
    for school, calendar in shape.calendars.items():
        where = document.where("calendars", school, key=True)
        calendars[school] = calendar_of(calendar, document, ("calendars", school), rows), where
    return calendars


def read_history_yaml(text: str, name: str, rows: Rows) -> Completeness:
    """From when records are whole, as `history.yaml` says: `complete: {events: 2024-09-01}`."""
    document = read_yaml(text, name, rows.problems)
    if document is None or document.data is None:
        return Completeness()
    before = rows.problems.shown
    shape = shaped(HistoryFileShape, document.data, document, (), rows.problems)
    if shape is None:
        rows.problems.stop_for(before)
        return Completeness()
    return completeness(shape.complete, document, rows)
