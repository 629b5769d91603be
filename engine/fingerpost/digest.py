"""The normal form of a history, and its digest: in whatever order it came, the same content is the same.

The digest is SHA-256 over a canonical text of everything that a history holds, places in files apart. It is
the proof in a decision record that a decision was made from these data, and it says nothing about them to
anybody else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from fingerpost.history import (
    CalendarData,
    Completeness,
    EventRow,
    Facts,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    Stay,
    Value,
    repeated,
)

__all__ = ["digest_of", "in_order", "normal", "normal_events", "normal_rows"]

_T = TypeVar("_T")
_CANONICAL = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
_FORM = "fingerpost history 1"
"""Changes whenever the canonical text does, so that digests of two forms are never taken for one another."""


def normal(history: History) -> History:
    """The same history with everything in its one order, and its digest.

    Whoever makes a history in Python passes it through here; readers do.
    """
    ordered = in_order(history)
    return replace(ordered, digest=digest_of(ordered))


def in_order(history: History) -> History:
    """The same history with everything in its one order; without its digest."""
    return replace(
        history,
        pupils={pupil.id: _normal_pupil(pupil) for pupil in _by_id(history.pupils.values())},
        schools={
            school.id: replace(school, facts=_normal_facts(school.facts), events=normal_events(school.events))
            if school.facts or school.events
            else school
            for school in _by_id(history.schools.values())
        },
        authorities={
            one.id: replace(one, facts=_normal_facts(one.facts), events=normal_events(one.events))
            for one in _by_id(history.authorities.values())
        },
        calendars={name: _normal_calendar(history.calendars[name]) for name in sorted(history.calendars)},
        complete=replace(history.complete, kinds=dict(sorted(history.complete.kinds.items()))),
    )


def digest_of(history: History) -> str:
    """SHA-256, hexadecimal, of a history in normal form."""
    digest = hashlib.sha256(_FORM.encode())

    def add(*content: object) -> None:
        digest.update(_CANONICAL.encode(content).encode())
        digest.update(b"\n")

    for pupil in history.pupils.values():
        add("pupil", *_pupil(pupil))
        _add_register(digest.update, pupil.register)
    for school in history.schools.values():
        add(
            "school",
            school.id,
            school.name,
            school.authority,
            school.phase,
            *_owned(school.facts, school.events),
        )
    for one in history.authorities.values():
        add("authority", one.id, one.name, *_owned(one.facts, one.events))
    for name, calendar in history.calendars.items():
        add("calendar", name, *_calendar(calendar))
    add("complete", *_complete(history.complete))
    return digest.hexdigest()


# --- the one order --------------------------------------------------------------------------------


def _by_id(items: Iterable[_T]) -> list[_T]:
    return sorted(items, key=lambda item: item.id)  # type: ignore[attr-defined]  # pupils, schools, authorities


def _normal_pupil(pupil: Pupil) -> Pupil:
    parents = tuple(
        replace(parent, facts=_normal_facts(parent.facts)) if parent.facts else parent
        for parent in _by_id(pupil.parents)
    )
    return replace(
        pupil,
        on_roll=tuple(
            sorted(pupil.on_roll, key=lambda stay: (stay.first or dt.date.min, stay.last or dt.date.max))
        ),
        parents=parents,
        register=_normal_register(pupil.register),
        facts=_normal_facts(pupil.facts),
        events=normal_events(pupil.events),
        reported=_normal_facts(pupil.reported),
    )


def _normal_register(register: Register) -> Register:
    slots, codes, recorded = register.slots, register.codes, register.recorded_on
    if recorded is None or not any(recorded):
        if list(slots) == sorted(slots) and len(set(slots)) == len(slots):
            return register if recorded is None else Register(slots, codes)
        rows = sorted(zip(slots, codes, strict=True))
        return Register(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    if list(slots) == sorted(slots) and all(
        _is_in_order(codes[first:end], recorded[first:end]) for first, end in repeated(slots)
    ):
        return register
    dated = sorted(
        zip(slots, codes, recorded, strict=True), key=lambda row: (row[0], row[2] or dt.date.min, row[1])
    )
    return Register(*(tuple(column) for column in zip(*dated, strict=True)))


def _is_in_order(codes: Sequence[str], recorded: Sequence[dt.date | None]) -> bool:
    """Whether the rows of one session stand in their one order."""
    rows = [(day or dt.date.min, code) for code, day in zip(codes, recorded, strict=True)]
    return rows == sorted(rows)


def _normal_facts(facts: Facts) -> Facts:
    return {name: normal_rows(facts[name]) for name in sorted(facts) if facts[name]}


def normal_rows(rows: tuple[Recorded, ...]) -> tuple[Recorded, ...]:
    """Rows about one fact in their one order."""
    return tuple(sorted(rows, key=_row_key)) if len(rows) > 1 else rows


def _row_key(row: Recorded) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in _recorded(row))


def normal_events(events: Sequence[EventRow]) -> tuple[EventRow, ...]:
    """Rows of events in their one order: that of all they say, which begins with what happened, and when."""
    return events_in_order([normal_event(row) for row in events])


def events_in_order(rows: list[EventRow]) -> tuple[EventRow, ...]:
    """The same of rows that are normal each by itself. The list is not to be used any more."""
    if len({(row.event, row.date) for row in rows}) == len(rows):
        rows.sort(key=lambda row: (row.event, row.date))
    else:
        rows.sort(key=lambda row: json.dumps(_event(row)))
    return tuple(rows)


def normal_event(row: EventRow) -> EventRow:
    """One row, with all that it says in one order."""
    if not row.fields and len(row.relies_on) < 2:
        return row  # as most: there is nothing to put in order
    return replace(row, fields=_normal_facts(row.fields), relies_on=tuple(sorted(set(row.relies_on))))


def _normal_calendar(calendar: CalendarData) -> CalendarData:
    terms = sorted(calendar.terms, key=lambda term: (term.first, term.last, term.name))
    return replace(
        calendar,
        terms=tuple(replace(term, breaks=tuple(sorted(term.breaks))) for term in terms),
        sessions=tuple(sorted(calendar.sessions)),
    )


# --- the canonical text ---------------------------------------------------------------------------


def _add_register(update: object, register: Register) -> None:
    numbers = array("i", register.slots)
    if sys.byteorder == "big":
        numbers.byteswap()
    assert callable(update)
    update(numbers.tobytes())
    update("\0".join(register.codes).encode("utf-8", "surrogatepass"))
    if register.recorded_on is not None:
        written = {day: _date(day) or "" for day in set(register.recorded_on)}
        update(b"\1" + "\0".join(map(written.__getitem__, register.recorded_on)).encode())
    update(b"\n")


def _pupil(pupil: Pupil) -> tuple[object, ...]:
    return (
        pupil.id,
        pupil.school,
        _date(pupil.date_of_birth),
        pupil.year_group,
        pupil.family,
        [_stay(stay) for stay in pupil.on_roll],
        [_parent(parent) for parent in pupil.parents],
        *_owned(pupil.facts, pupil.events),
        _facts(pupil.reported),
    )


def _owned(facts: Facts, events: Sequence[EventRow]) -> tuple[object, object]:
    return _facts(facts), [_event(row) for row in events]


def _parent(parent: Parent) -> list[object]:
    return [parent.id, _facts(parent.facts)]


def _stay(stay: Stay) -> list[object]:
    return [_date(stay.first), _date(stay.last)]


def _facts(facts: Facts) -> list[object]:
    return [[name, [_recorded(row) for row in rows]] for name, rows in facts.items()]


def _recorded(row: Recorded) -> list[str | None]:
    return [_date(row.first), _date(row.last), _date(row.recorded_on), row.recorded_by, _value(row.value)]


def _event(row: EventRow) -> list[object]:
    return [
        row.event,
        _date(row.date),
        _date(row.until),
        row.id,
        row.cancelled,
        row.parent,
        _facts(row.fields),
        list(row.relies_on),
        _date(row.recorded_on),
        row.recorded_by,
    ]


def _calendar(calendar: CalendarData) -> tuple[object, ...]:
    terms = [
        [
            term.name,
            _date(term.first),
            _date(term.last),
            [[_date(one), _date(end)] for one, end in term.breaks],
        ]
        for term in calendar.terms
    ]
    return terms, sorted(calendar.closed), [list(session) for session in calendar.sessions]


def _complete(complete: Completeness) -> tuple[object, ...]:
    kinds: Mapping[str, dt.date | None] = complete.kinds
    return (
        _date(complete.marks),
        _date(complete.facts),
        _date(complete.events),
        [[name, _date(date)] for name, date in kinds.items()],
    )


def _value(value: Value | None) -> str | None:
    """With its sort, so that the text `yes` and a yes are two things; a number is its exact fraction."""
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case int() | Fraction():
            return f"number {value}"
        case dt.date():
            return f"date {value.isoformat()}"
        case str():
            return f"text {value}"


def _date(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
