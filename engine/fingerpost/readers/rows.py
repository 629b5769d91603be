"""Rows about facts and events, and the cells that many rows share: from an entry to plain data.

An entry is a row of a table or an object of a document; what is wrong with it is noted at the place of the
value, and the row is then None: left out by a run that keeps going.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from fingerpost.history import EventRow, HalfDay, Recorded, Stay, Value, slot_of
from fingerpost.readers.cells import (
    Raw,
    read_date,
    read_half,
    read_reported,
    read_sessions,
    read_value,
    read_yes_or_no,
    spelt,
)
from fingerpost.readers.draft import Entry
from fingerpost.readers.problems import Fault, Problems, Where
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Event, Fact, Measure, ValueType
from fingerpost_dsl.names import nearest
from fingerpost_dsl.source import Location

_T = TypeVar("_T")
_DATED = re.compile(r"(.*?)(?:\s+from\s+(\S+))?", re.DOTALL)
_LONGEST_ID = 200
EVENT_KEYS = ("date", "parent", "until", "id", "cancelled", "recorded_on", "recorded_by", "marks")
"""What every event may say beside its own fields."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes rows of entries, by the words of the policy."""

    vocabulary: Vocabulary
    problems: Problems

    # --- single cells ---------------------------------------------------------------------------------------

    def settled(self, value: _T | Fault, where: Where) -> _T | None:
        """The value, or None with its fault noted."""
        if isinstance(value, Fault):
            self.problems.fault(value, where)
            return None
        return value

    def value(self, value: Value | Fault, where: Where) -> Value | None:
        """The same for the value of a fact, field or measure."""
        if isinstance(value, Fault):
            self.problems.fault(value, where)
            return None
        return value

    def text(self, entry: Entry, key: str) -> str | None:
        """A text, such as an id; None for a blank."""
        raw = entry.get(key)
        if raw is None:
            return None
        text = spelt(raw)
        if len(text) > _LONGEST_ID:
            length = f"{len(text):,} characters"
            self.problems.add(
                "E0607",
                f"a text of {length} as `{entry.called(key)}`, and {_LONGEST_ID} are the most",
                entry.where(key),
                help="is a quotation mark or a comma missing before it?",
            )
        return text

    def needed(self, entry: Entry, key: str, *, help: str = "") -> str | None:
        """A text that may not be blank."""
        text = self.text(entry, key)
        if text is None:
            self.problems.add(
                "E0613",
                f"`{entry.called(key)}` is blank",
                entry.where(key),
                help=help or f"fill in `{entry.called(key)}`, or take the row out",
            )
        return text

    def date(self, entry: Entry, key: str) -> dt.date | None:
        """A date; None for a blank."""
        raw = entry.get(key)
        return None if raw is None else self.settled(read_date(spelt(raw)), entry.where(key))

    def needed_date(self, entry: Entry, key: str) -> dt.date | None:
        """A date that may not be blank."""
        return self.date(entry, key) if self.needed(entry, key) is not None else None

    def stretch(self, entry: Entry, first: str, last: str) -> Stay:
        """Two dates, the second not before the first."""
        start, end = self.date(entry, first), self.date(entry, last)
        if start and end and end < start:
            self.problems.add(
                "E0617",
                f"`{entry.called(last)}`, {end}, is before `{entry.called(first)}`, {start}",
                entry.where(last),
                help="are the two the wrong way round?",
            )
        return Stay(first=start, last=end)

    # --- facts ----------------------------------------------------------------------------------------------

    def fact_value(self, fact: Fact, raw: Raw, where: Where) -> Recorded | None:
        """A fact without dates, from a cell or a scalar."""
        value = self.value(read_value(raw, fact.type, fact.name), where)
        return None if value is None else Recorded(value=value, place=_located(where))

    def fact_row(self, fact: Fact, entry: Entry) -> Recorded | None:
        """A fact with its dates; a blank value says that it is not known."""
        return self._row(entry, lambda raw: read_value(raw, fact.type, fact.name), fact)

    def reported_row(self, measure: Measure, entry: Entry) -> Recorded | None:
        """A measure as reported, as at a date if there is one."""
        return self._row(entry, lambda raw: read_reported(raw, measure.unit, measure.name))

    def reported_value(self, measure: Measure, raw: Raw, where: Where) -> Recorded | None:
        """A measure as reported, without a date."""
        value = self.value(read_reported(raw, measure.unit, measure.name), where)
        return None if value is None else Recorded(value=value, place=_located(where))

    def _row(
        self, entry: Entry, read: Callable[[Raw], Value | Fault], fact: Fact | None = None
    ) -> Recorded | None:
        before = self.problems.errors
        raw = entry.get("value")
        value = None if raw is None else self.value(read(raw), entry.where("value"))
        dates = self.stretch(entry, "from", "until")
        recorded_by = self.text(entry, "recorded_by")
        if fact and not self.vocabulary.may_judge(fact, recorded_by):
            self.problems.add(
                "E0629",
                f"`{fact.name}` is not for `{recorded_by}` to judge",
                entry.where("recorded_by"),
                help=f"it is judged by {', '.join(fact.judged_by)}: who recorded it for them?",
            )
        recorded_on = self.date(entry, "recorded_on")
        if self.problems.errors > before:
            return None
        return Recorded(
            value=value,
            first=dates.first,
            last=dates.last,
            recorded_on=recorded_on,
            recorded_by=recorded_by,
            place=_located(entry.where("value")),
        )

    def unknown_name(self, what: str, name: str, names: Iterable[str], where: Where) -> None:
        """A fact, event or field that the policy does not know."""
        close = nearest(name, names)
        advice = f"did you mean `{close}`?" if close else "leave it out, or declare it in the policy"
        self.problems.add("E0626", f"`{name}` is no {what} that the policy declares", where, help=advice)

    # --- events ---------------------------------------------------------------------------------------------

    def event_row(
        self,
        event: Event,
        entry: Entry,
        fields: Mapping[str, tuple[Recorded, ...]],
        relies_on: tuple[int, ...],
    ) -> EventRow | None:
        """One row about an event. `fields` are those of its own that have values."""
        before = self.problems.errors
        date = self.needed_date(entry, "date")
        until = self.date(entry, "until")
        if date and until and until < date:
            self.problems.add(
                "E0617",
                f"`{entry.called('until')}`, {until}, is before its date, {date}",
                entry.where("until"),
                help="check both dates",
            )
        cancelled = self._cancelled(entry)
        row_id, parent = self.text(entry, "id"), self.text(entry, "parent")
        recorded_on, recorded_by = self.date(entry, "recorded_on"), self.text(entry, "recorded_by")
        if self.problems.errors > before or date is None:
            return None
        return EventRow(
            event=event.name,
            date=date,
            until=until,
            id=row_id,
            cancelled=cancelled,
            parent=parent,
            fields={name: values for name, values in fields.items() if values},
            relies_on=relies_on,
            recorded_on=recorded_on,
            recorded_by=recorded_by,
            place=_located(entry.where("event")),
        )

    def _cancelled(self, entry: Entry) -> bool:
        raw = entry.get("cancelled")
        if raw is None:
            return False
        cancelled = self.settled(read_yes_or_no(raw, "`cancelled`"), entry.where("cancelled"))
        if cancelled and entry.get("id") is None:
            self.problems.add(
                "E0613",
                "an event is cancelled, and there is no `id` to say which",
                entry.where("cancelled"),
                help="give the event's row and this one the same `id`, or take the event's row out",
            )
        return bool(cancelled)

    def field_values(self, event: Event, name: str, raw: Raw, where: Where) -> tuple[Recorded, ...]:
        """A field's value, or several, dated from when they hold: `outstanding; paid from 2024-12-03`."""
        declared = self.field_type(event, name, where)
        if declared is None:
            return ()
        parts: list[tuple[Raw, str | None]] = [(raw, None)]
        if isinstance(raw, str) and declared.kind != "text":
            matches = [_DATED.fullmatch(part.strip()) for part in raw.split(";")]
            parts = [(match[1], match[2]) for match in matches if match]
        rows = []
        for value, first in parts:
            date = self.settled(read_date(first), where) if first else None
            known = self.value(read_value(value, declared, name), where)
            if known is not None:
                rows.append(Recorded(value=known, first=date))
        return tuple(rows)

    def field_type(self, event: Event, name: str, where: Where) -> ValueType | None:
        """The type of an event's field; one that is not declared is an error."""
        declared = next((field for field in event.fields if field.name == name), None)
        if declared is None:
            names = [*(field.name for field in event.fields), *EVENT_KEYS]
            self.unknown_name(f"field of `{event.name}`", name, names, where)
            return None
        return declared.type

    def session(self, entry: Entry, date_key: str, half_key: str) -> tuple[int, ...]:
        """The slot of a session, or both of the date if the half of the day is not said."""
        date, raw = self.needed_date(entry, date_key), entry.get(half_key)
        if raw is None:
            return tuple(slot_of(date, half) for half in HalfDay) if date else ()
        half = self.settled(read_half(spelt(raw)), entry.where(half_key))
        return (slot_of(date, half),) if date and half else ()

    def sessions(self, text: str, where: Where) -> tuple[int, ...]:
        """Sessions in one cell, `2024-11-04 AM; 2024-11-04 PM`; a date alone means both of its sessions."""
        slots: list[int] = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            found, faults = read_sessions(part)
            for fault in faults:
                self.problems.fault(fault, where)
            slots.extend(found)
        return tuple(sorted(set(slots)))


def _located(where: Where) -> Location | None:
    return where() if callable(where) else where
