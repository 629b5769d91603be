"""A history as CSV tables, by file name.

A fact that is known without dates is a cell of its owner's row; any other is a row of `facts.csv`. Columns
that would be blank throughout are not written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import yaml

from fingerpost.history import EventRow, Facts, History, Recorded, slot_date, slot_half
from fingerpost.writers.plain import calendar, cell, complete, date, is_bare, schools_matter

Row = dict[str, str]

_FACT = (
    "fact",
    "value",
    "from",
    "until",
    "pupil",
    "parent",
    "school",
    "authority",
    "recorded_on",
    "recorded_by",
)
_EVENT = ("event", "date", "pupil", "parent", "school", "authority", "until", "id", "cancelled")
_CHOICE = re.compile(r"[A-Za-z0-9_/.-]*")


def to_tables(history: History) -> Mapping[str, str]:
    """The texts of the tables that `read_history` reads, by file name.

    Raises `ValueError` for the little that only JSON can hold: a text field of an event that changes, and a
    pupil of no school beside schools of which more is known.
    """
    tables = {
        "pupils.csv": _table(["pupil"], _pupils(history)),
        "marks.csv": _marks(history),
    }
    optional = {
        "parents.csv": _table(["pupil", "parent"], _parents(history)),
        "schools.csv": _table(["school"], _schools(history)),
        "authorities.csv": _table(["authority"], _authorities(history)),
        "facts.csv": _table(["fact", "value"], _facts(history), _FACT),
        "events.csv": _table(["event", "date"], _events(history), _EVENT),
        "calendar.yaml": _calendars(history),
        "history.yaml": _yaml({"complete": dict(complete(history.complete))})
        if complete(history.complete)
        else "",
    }
    return tables | {
        name: text for name, text in optional.items() if text.count("\n") > 1 or ("yaml" in name and text)
    }


def _table(needed: Sequence[str], rows: Iterable[Row], order: Sequence[str] = ()) -> str:
    """A table of rows: the needed columns first, then the others that are not blank throughout."""
    rows = list(rows)
    used = dict.fromkeys(key for row in rows for key, value in row.items() if value)
    ordered = [*needed, *(key for key in order if key in used), *used]
    columns = list(dict.fromkeys(ordered))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def _marks(history: History) -> str:
    dated = any(pupil.register.recorded_on for pupil in history.pupils.values())
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["pupil", "date", "session", "code", *(["recorded_on"] if dated else [])])
    sessions: dict[int, tuple[str, str]] = {}
    for pupil in history.pupils.values():
        for mark in pupil.register:
            if mark.slot not in sessions:
                sessions[mark.slot] = slot_date(mark.slot).isoformat(), slot_half(mark.slot).value
            row = (pupil.id, *sessions[mark.slot], mark.code)
            writer.writerow((*row, date(mark.recorded_on)) if dated else row)
    return text.getvalue()


# --- who there is -------------------------------------------------------------------------------------------


def _pupils(history: History) -> Iterator[Row]:
    for pupil in history.pupils.values():
        for stay in pupil.on_roll:
            yield {
                "pupil": pupil.id,
                "date_of_birth": date(pupil.date_of_birth),
                "year_group": "" if pupil.year_group is None else str(pupil.year_group),
                "school": pupil.school,
                "family": pupil.family or "",
                "on_roll_from": date(stay.first),
                "on_roll_until": date(stay.last),
                **_cells(pupil.facts),
            }


def _parents(history: History) -> Iterator[Row]:
    for pupil in history.pupils.values():
        for parent in pupil.parents:
            yield {"pupil": pupil.id, "parent": parent.id, **_cells(parent.facts)}


def _schools(history: History) -> Iterator[Row]:
    if not schools_matter(history):
        return
    if "" in history.schools:
        known = [
            one for one in history.schools.values() if one.name or one.authority or one.phase or one.facts
        ]
        if known:
            raise ValueError("a pupil has no school, and of a school more is known: only JSON can hold that")
        return
    for school in history.schools.values():
        yield {
            "school": school.id,
            "name": school.name or "",
            "authority": school.authority or "",
            "phase": school.phase or "",
            **_cells(school.facts),
        }


def _authorities(history: History) -> Iterator[Row]:
    for one in history.authorities.values():
        yield {"authority": one.id, "name": one.name or "", **_cells(one.facts)}


# --- facts and events ---------------------------------------------------------------------------------------


def _cells(facts: Facts) -> Row:
    return {name: cell(rows[0].value) for name, rows in facts.items() if _is_a_cell(rows)}


def _is_a_cell(rows: Sequence[Recorded]) -> bool:
    return len(rows) == 1 and is_bare(rows[0])


def _facts(history: History) -> Iterator[Row]:
    for pupil in history.pupils.values():
        yield from _fact_rows(pupil.facts, {"pupil": pupil.id})
        for parent in pupil.parents:
            yield from _fact_rows(parent.facts, {"pupil": pupil.id, "parent": parent.id})
        for name, rows in pupil.reported.items():
            yield from (_fact_row(name, row, {"pupil": pupil.id}) for row in rows)
    for school in history.schools.values():
        yield from _fact_rows(school.facts, {"school": school.id})
    for one in history.authorities.values():
        yield from _fact_rows(one.facts, {"authority": one.id})


def _fact_rows(facts: Facts, whose: Row) -> Iterator[Row]:
    for name, rows in facts.items():
        if not _is_a_cell(rows):
            yield from (_fact_row(name, row, whose) for row in rows)


def _fact_row(name: str, row: Recorded, whose: Row) -> Row:
    value = row.value
    return {
        "fact": name,
        "value": cell(value),
        "from": date(row.first),
        "until": date(row.last),
        "recorded_on": date(row.recorded_on),
        "recorded_by": row.recorded_by or "",
        **whose,
    }


def _events(history: History) -> Iterator[Row]:
    for pupil in history.pupils.values():
        yield from (_event(row, {"pupil": pupil.id}) for row in pupil.events)
    for school in history.schools.values():
        yield from (_event(row, {"school": school.id}) for row in school.events)
    for one in history.authorities.values():
        yield from (_event(row, {"authority": one.id}) for row in one.events)


def _event(row: EventRow, whose: Row) -> Row:
    return {
        "event": row.event,
        "date": date(row.date),
        "until": date(row.until),
        "id": row.id or "",
        "cancelled": "yes" if row.cancelled else "",
        "parent": row.parent or "",
        "recorded_on": date(row.recorded_on),
        "recorded_by": row.recorded_by or "",
        "marks": "; ".join(f"{slot_date(slot)} {slot_half(slot).value}" for slot in row.relies_on),
        **{name: _field(name, values) for name, values in row.fields.items()},
        **whose,
    }


def _field(name: str, values: Sequence[Recorded]) -> str:
    """One value as it is; several, or a dated one, with the dates from which they hold."""
    if len(values) == 1 and values[0].first is None:
        return cell(values[0].value)
    parts = [cell(value.value) for value in values]
    if not all(map(_CHOICE.fullmatch, parts)):
        raise ValueError(f"the field `{name}` is a text that changes: only JSON can hold that")
    dated = zip(parts, values, strict=True)
    return "; ".join(f"{part} from {value.first}" if value.first else part for part, value in dated)


# --- calendars ----------------------------------------------------------------------------------------------


def _calendars(history: History) -> str:
    if not history.calendars:
        return ""
    own = {school: calendar(data) for school, data in history.calendars.items() if school}
    general = calendar(history.calendars[""]) if "" in history.calendars else {}
    return _yaml(general | ({"calendars": own} if own else {}))


def _yaml(data: object) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
