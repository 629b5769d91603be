"""Calendars as written, in JSON and `calendar.yaml`: to `CalendarData`, and what is wrong.

A term that ends before it begins, two terms at once or a break outside its term would lay every window
wrongly, and nobody would see it; so they are errors. A bank holiday that the calendar leaves open is most
likely forgotten: a warning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from fingerpost.history import CalendarData, Completeness, HalfDay, Term, slot_of
from fingerpost.readers.cells import Raw, read_date, read_half, read_yes_or_no, spelt
from fingerpost.readers.documents import Document, Path
from fingerpost.readers.problems import Where
from fingerpost.readers.rows import Rows
from fingerpost.readers.shapes import CalendarShape, ClosedShape, StretchShape, TermShape, shaped
from fingerpost.working_days import bank_holidays

_ONE_DAY = dt.timedelta(days=1)
_LONGEST_CLOSURE = 400
_START = "start"
"""In place of a date: complete from where the history starts."""


def calendar_of(shape: CalendarShape, document: Document, path: Path, rows: Rows) -> CalendarData:
    """A calendar from a document; what is wrong is noted and left out."""
    before = rows.problems.errors
    terms = []
    for index, term in enumerate(shape.terms):
        made = _term(term, document, (*path, "terms", index), rows)
        if made:
            terms.append((made, document.where(*path, "terms", index)))
    terms.sort(key=lambda one: one[0].first)
    for (one, _), (other, where) in pairwise(terms):
        if other.first <= one.last:
            message = f"`{other.name}` begins on {other.first}, before `{one.name}` ends on {one.last}"
            rows.problems.add("E0636", message, where, help="correct one of the two dates")
    closed: set[int] = set()
    for index, item in enumerate(shape.closed):
        closed.update(_closed(item, document, (*path, "closed", index), rows))
    sessions: dict[int, bool] = {}
    for index, session in enumerate(shape.sessions):
        here = (*path, "sessions", index)
        slots = _slots(session.date, session.session, document, here, rows)
        is_open = rows.settled(read_yes_or_no(session.open, "`open`"), document.where(*here, "open"))
        if is_open is not None:
            sessions.update(dict.fromkeys(slots, is_open))
    data = CalendarData(
        terms=tuple(term for term, _ in terms),
        closed=frozenset(closed),
        sessions=tuple(sorted(sessions.items())),
    )
    if rows.problems.errors == before:
        _warn_of_bank_holidays(data, document.where(*path, "terms"), rows)
    return data


def completeness(said: dict[str, str | None], document: Document, rows: Rows) -> Completeness:
    """From when records are whole: of `marks`, `facts`, `events`, or of one kind of event by its name."""
    found: dict[str, dt.date | None] = {}
    for key, text in said.items():
        where = document.where("complete", key)
        date = None if text in (None, _START) else rows.settled(read_date(spelt(text)), where)
        if key not in ("marks", "facts", "events", *rows.vocabulary.events):
            rows.unknown_name(
                "event",
                key,
                ["marks", "facts", *rows.vocabulary.events],
                document.where("complete", key, key=True),
            )
        found[key] = date
    return Completeness(
        marks=found.pop("marks", None),
        facts=found.pop("facts", None),
        events=found.pop("events", None),
        kinds=found,
    )


# --- terms --------------------------------------------------------------------------------------------------


def _term(shape: TermShape, document: Document, path: Path, rows: Rows) -> Term | None:
    before = rows.problems.errors
    stretch = _stretch(shape, f"the term `{shape.name}`", document, path, rows)
    if stretch is None:
        return None
    first, last = stretch
    if first < dt.date(last.year, 8, 1) <= last and last > dt.date(last.year, 8, 31):
        message = f"the term `{shape.name}` runs over 31 August, from {first} to {last}"
        rows.problems.add("E0636", message, document.where(*path), help="check the years of its dates")
    breaks: list[tuple[dt.date, dt.date]] = []
    for index, one in enumerate(shape.breaks):
        here = (*path, "breaks", index)
        found = _stretch(one, "this break", document, here, rows)
        if found is None:
            continue
        if not first <= found[0] <= found[1] <= last:
            message = f"this break, {found[0]} to {found[1]}, is not inside the term `{shape.name}`"
            rows.problems.add(
                "E0636", message, document.where(*here), help=f"the term is from {first} to {last}"
            )
        elif any(found[0] <= end and start <= found[1] for start, end in breaks):
            rows.problems.add("E0636", "two breaks overlap", document.where(*here), help="make one of them")
        elif _weekdays(found) <= 2:
            rows.problems.add(
                "W0605",
                "a break of a day or two would make two half terms of one",
                document.where(*here),
                help="a day or two on which the school is shut belongs in `closed`",
            )
        breaks.append(found)
    if rows.problems.errors > before:
        return None
    return Term(name=shape.name, first=first, last=last, breaks=tuple(sorted(breaks)))


def _stretch(
    shape: StretchShape, what: str, document: Document, path: Path, rows: Rows
) -> tuple[dt.date, dt.date] | None:
    first = rows.settled(read_date(shape.first), document.where(*path, "from"))
    last = rows.settled(read_date(shape.last), document.where(*path, "to"))
    if first is None or last is None:
        return None
    if last < first:
        message = f"{what} ends on {last}, before it begins on {first}"
        rows.problems.add(
            "E0636", message, document.where(*path, "to"), help="are the two the wrong way round?"
        )
        return None
    return first, last


def _weekdays(stretch: tuple[dt.date, dt.date]) -> int:
    return sum((stretch[0] + _ONE_DAY * n).weekday() < 5 for n in range((stretch[1] - stretch[0]).days + 1))


# --- closures -----------------------------------------------------------------------------------------------


def _closed(item: object, document: Document, path: Path, rows: Rows) -> Sequence[int]:
    if isinstance(item, str):
        date = rows.settled(read_date(item), document.where(*path))
        return [slot_of(date, half) for half in HalfDay] if date else []
    shape = shaped(ClosedShape, item, document, path, rows.problems)
    if shape is None:
        return []
    if shape.date is not None and shape.first is None and shape.last is None:
        return _slots(shape.date, shape.session, document, path, rows)
    if shape.first is None or shape.last is None or shape.date is not None or shape.session is not None:
        advice = "give `date`, with `session` for half a day, or `from` and `to`"
        rows.problems.add(
            "E0633", "a closure is a date, or a stretch of dates", document.where(*path), help=advice
        )
        return []
    stretch = _stretch(
        StretchShape.model_validate({"from": shape.first, "to": shape.last}),
        "this closure",
        document,
        path,
        rows,
    )
    if stretch is None:
        return []
    if (stretch[1] - stretch[0]).days > _LONGEST_CLOSURE:
        rows.problems.add(
            "E0636", "a closure of more than a year", document.where(*path), help="check the years"
        )
        return []
    return range(slot_of(stretch[0], HalfDay.AM), slot_of(stretch[1], HalfDay.PM) + 1)


def _slots(date: Raw, half: str | None, document: Document, path: Path, rows: Rows) -> Sequence[int]:
    day = rows.settled(read_date(spelt(date)), document.where(*path, "date"))
    if half is None:
        return [slot_of(day, one) for one in HalfDay] if day else []
    found = rows.settled(read_half(half), document.where(*path, "session"))
    return [slot_of(day, found)] if day and found else []


def _warn_of_bank_holidays(data: CalendarData, where: Where, rows: Rows) -> None:
    said = {slot for slot, _ in data.sessions}
    for term in data.terms:
        for day in sorted(bank_holidays(term.first.year) | bank_holidays(term.last.year)):
            if not term.first <= day <= term.last or day.weekday() > 4:
                continue
            slots = {slot_of(day, half) for half in HalfDay}
            if any(first <= day <= last for first, last in term.breaks) or slots & (data.closed | said):
                continue
            rows.problems.add(
                "W0604",
                f"{day} is a bank holiday in England, and the calendar leaves the school open",
                where,
                help=f'add "{day}" to `closed`; if the school was open, say so in `sessions`',
            )
