"""Calendars as rows of `calendar.csv`: to `CalendarData`, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from fingerpost.history import CalendarData
from fingerpost.readers.cells import read_yes_or_no, shown
from fingerpost.readers.draft import Entry
from fingerpost.readers.problems import Where
from fingerpost.readers.rows import Rows


def calendars_from_rows(
    entries: Iterable[Entry], rows: Rows, calendars: dict[str, tuple[CalendarData, Where]]
) -> None:
    """Adds the rows of `calendar.csv`; a school's rows to the calendar that it follows."""
    sessions: dict[str, dict[int, bool]] = {}
    first: dict[str, Where] = {}
    for entry in entries:
        before = rows.problems.errors
        slots = rows.session(entry, "date", "session")
        raw = entry.get("open")
        if raw is None:
            rows.needed(entry, "open", help="write `yes` or `no`")
            continue
        is_open = rows.settled(read_yes_or_no(raw, "`open`"), entry.where("open"))
        school = rows.text(entry, "school") or ""
        said = sessions.setdefault(school, {})
        first.setdefault(school, entry.where("school"))
        for slot in slots:
            if said.get(slot, is_open) != is_open:
                rows.problems.add(
                    "E0636",
                    f"{shown(entry.get('date'))} is said to be open, and to be closed",
                    entry.where("open"),
                    help="take one of the rows out",
                )
        if is_open is not None and rows.problems.errors == before:
            said.update(dict.fromkeys(slots, is_open))
    everyone = sessions.pop("", {})
    general, where = calendars.get("", (CalendarData(), first.get("")))
    if everyone:
        general = _with_sessions(general, everyone)
        calendars[""] = general, where
    for school, said in sessions.items():
        own, where = calendars.get(school, (general, first[school]))
        calendars[school] = (_with_sessions(own, said), where)


def _with_sessions(data: CalendarData, sessions: dict[int, bool]) -> CalendarData:
    joined = {**dict(data.sessions), **sessions}
    return CalendarData(terms=data.terms, closed=data.closed, sessions=tuple(sorted(joined.items())))
