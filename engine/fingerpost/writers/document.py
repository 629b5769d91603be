"""A history as one JSON document.

Where the school has a calendar and no mark was ever corrected, a register is one marks string; else it is
rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fingerpost.calendar import Calendar
from fingerpost.history import (
    CalendarData,
    EventRow,
    Facts,
    History,
    Pupil,
    Recorded,
    Register,
    Stay,
    Value,
    slot_date,
    slot_half,
)
from fingerpost.writers.plain import Plain, calendar, cell, complete, is_bare, schools_matter, session


def to_json(history: History, *, indent: int | None = None) -> str:
    """The text of the document that `read_history` reads, on one line or indented."""
    return json.dumps(to_plain(history), ensure_ascii=False, indent=indent) + "\n"


def to_plain(history: History) -> Plain:
    """The document as plain data."""
    slots = {
        school: Calendar.from_data(data).open_slots if data else ()
        for school, data in ((school, _calendar_of(history, school)) for school in ("", *history.schools))
    }
    found: Plain = {
        "pupils": [_pupil(pupil, slots.get(pupil.school, ())) for pupil in history.pupils.values()]
    }
    if "" in history.calendars:
        found["calendar"] = calendar(history.calendars[""])
    if own := {school: calendar(data) for school, data in history.calendars.items() if school}:
        found["calendars"] = own
    if schools_matter(history):
        found["schools"] = [
            _without_blanks(
                school=one.id,
                name=one.name,
                authority=one.authority,
                phase=one.phase,
                **_owned(one.facts, one.events),
            )
            for one in history.schools.values()
        ]
    if history.authorities:
        found["authorities"] = [
            _without_blanks(authority=one.id, name=one.name, **_owned(one.facts, one.events))
            for one in history.authorities.values()
        ]
    if said := complete(history.complete):
        found["complete"] = dict(said)
    return found


def _calendar_of(history: History, school: str) -> CalendarData | None:
    return history.calendars.get(school) or history.calendars.get("")


def _pupil(pupil: Pupil, slots: Sequence[int]) -> Plain:
    return _without_blanks(
        pupil=pupil.id,
        date_of_birth=_scalar(pupil.date_of_birth),
        year_group=pupil.year_group,
        school=pupil.school,
        family=pupil.family,
        on_roll=[] if pupil.on_roll == (Stay(),) else [_stay(stay) for stay in pupil.on_roll],
        parents=[
            {"parent": parent.id, "facts": _facts(parent.facts)} if parent.facts else parent.id
            for parent in pupil.parents
        ],
        **_owned(pupil.facts, pupil.events),
        reported=_facts(pupil.reported),
        marks=_marks(pupil.register, slots),
    )


def _without_blanks(**values: Any) -> Plain:  # noqa: ANN401 (whatever JSON can hold)
    return {key: value for key, value in values.items() if value is not None and value not in ("", [], {})}


def _stay(stay: Stay) -> Plain:
    return _without_blanks(**{"from": _scalar(stay.first), "until": _scalar(stay.last)})


def _owned(facts: Facts, events: Sequence[EventRow]) -> Plain:
    return {"facts": _facts(facts), "events": [_event(row) for row in events]}


# --- facts and events ---------------------------------------------------------------------------------------


def _facts(facts: Facts) -> Mapping[str, object]:
    return {
        name: _scalar(rows[0].value) if len(rows) == 1 and is_bare(rows[0]) else [_dated(row) for row in rows]
        for name, rows in facts.items()
    }


def _dated(row: Recorded) -> Plain:
    said = {
        "from": _scalar(row.first),
        "until": _scalar(row.last),
        "recorded_on": _scalar(row.recorded_on),
        "recorded_by": row.recorded_by,
    }
    return {"value": _scalar(row.value), **_without_blanks(**said)}


def _event(row: EventRow) -> Plain:
    return _without_blanks(
        event=row.event,
        date=_scalar(row.date),
        until=_scalar(row.until),
        id=row.id,
        cancelled=row.cancelled or None,
        parent=row.parent,
        **{name: _field(values) for name, values in row.fields.items()},
        marks=[session(slot) for slot in row.relies_on],
        recorded_on=_scalar(row.recorded_on),
        recorded_by=row.recorded_by,
    )


def _field(values: Sequence[Recorded]) -> object:
    if len(values) == 1 and is_bare(values[0]):
        return _scalar(values[0].value)
    return [_dated(value) for value in values]


def _scalar(value: Value | None) -> bool | int | str | None:
    """JSON has truth, integers and texts for us; a fraction and a date are texts."""
    match value:
        case None | bool() | int():
            return value
        case _:
            return cell(value)


# --- marks --------------------------------------------------------------------------------------------------


def _marks(register: Register, slots: Sequence[int]) -> list[Plain]:
    if not register.slots:
        return []
    codes = dict(zip(register.slots, register.codes, strict=True))
    spelt = [slot for slot in slots if register.slots[0] <= slot <= register.slots[-1]]
    if register.recorded_on is None and len(codes) == len(register.slots) and codes.keys() <= set(spelt):
        first = register.slots[0]
        text = "".join(_spelt(codes.get(slot)) for slot in spelt)
        half = {"session": "PM"} if slot_half(first).value == "PM" else {}
        return [{"from": slot_date(first).isoformat(), **half, "marks": text}]
    return [
        {**session(mark.slot), "code": mark.code}
        | ({"recorded_on": mark.recorded_on.isoformat()} if mark.recorded_on else {})
        for mark in register
    ]


def _spelt(code: str | None) -> str:
    if code is None:
        return "-"
    return code if len(code) == 1 and code not in "-{}" else f"{{{code}}}"
