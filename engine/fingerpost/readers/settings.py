"""`calendar.yaml`, `history.yaml`, `mapping.yaml`: what stands beside tables and is written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from fingerpost.history import CalendarData, Completeness
from fingerpost.readers.calendars import calendar_of, completeness
from fingerpost.readers.documents import Document
from fingerpost.readers.headers import SessionHeaders, fault_of_form, read_academic_year
from fingerpost.readers.mapping import OTHERS, TableMapping
from fingerpost.readers.problems import Fault, Problems, Where
from fingerpost.readers.rows import Rows
from fingerpost.readers.shapes import (
    CalendarFileShape,
    HistoryFileShape,
    MappedMarksShape,
    MappedShape,
    MappingFileShape,
    named,
    shaped,
)
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


def read_mapping_yaml(text: str, name: str, problems: Problems) -> dict[str, TableMapping] | None:
    """How tables stand in other files, by table; None, with the reasons noted, if that is wrong."""
    document = read_yaml(text, name, problems)
    if document is None:
        return None
    before, shown = problems.errors, problems.shown
    shape = shaped(MappingFileShape, document.data, document, (), problems)
    mappings = {}
    if shape is not None:
        for table in MappingFileShape.model_fields:
            mapped: MappedShape | None = getattr(shape, table)
            if mapped is not None:
                mappings[f"{table}.csv"] = _table_mapping(table, mapped, document, problems)
    if problems.errors > before:
        problems.stop_for(shown)
        return None
    return mappings


def _table_mapping(table: str, shape: MappedShape, document: Document, problems: Problems) -> TableMapping:
    """How one table stands in a file; what is wrong is noted."""
    where = partial(document.where, table)
    if shape.file is not None and (shape.file.strip() in ("", "..") or Path(shape.file).name != shape.file):
        message = f"`{shape.file}` is no name of a file in this folder"
        problems.add("E0661", message, where("file"), help="put the file beside this one, and give its name")
    header_line = shape.header_line or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,3}", header_line, re.ASCII):
        message, advice = f"`{header_line}` is no number of a line", "write it in digits: the first line is 1"
        problems.add("E0633", message, where("header_line"), help=advice)
        header_line = "1"
    columns = {ours: theirs.strip() for ours, theirs in shape.columns.items()}
    leaves_others = shape.leave_out == OTHERS
    left_out = () if leaves_others else _texts(shape.leave_out, document, (table, "leave_out"), problems)
    values = {}
    for column, words in shape.values.items():
        values[column] = {theirs.strip(): (ours or "").strip() for theirs, ours in words.items()}
        if column == "code" and table == "marks":
            place = where("values", column, key=True)
            problems.add("E0610", "codes have a place of their own", place, help="write them under `codes`")
    first: dict[str, Where] = {}
    said = [(theirs, where("columns", ours)) for ours, theirs in columns.items()]
    said += [(theirs, where("leave_out", index)) for index, theirs in enumerate(left_out)]
    for theirs, place in said:
        if theirs in first:
            message = f"the column `{theirs}` is mapped or left out twice"
            also = ((first[theirs], "first here"),)
            problems.add("E0662", message, place, help="take one of the two out", also=also)
        first.setdefault(theirs, place)
    codes: dict[str, str] = {}
    sessions = None
    if isinstance(shape, MappedMarksShape):
        codes = {theirs.strip(): (ours or "").strip() for theirs, ours in shape.codes.items()}
        sessions = _sessions(shape, values.get("session", {}), document, (table,), problems)
    return TableMapping(
        table=table,
        file=shape.file,
        header_line=int(header_line),
        columns=columns,
        values=values,
        codes=codes,
        left_out=left_out,
        leaves_others=leaves_others,
        sessions=sessions,
        document=document,
    )


def _sessions(
    shape: MappedMarksShape,
    words: Mapping[str, str],
    document: Document,
    path: tuple[str],
    problems: Problems,
) -> SessionHeaders | None:
    """How the headers of sessions read; None where there are none."""
    year = None
    if shape.academic_year is not None:
        where = document.where(*path, "academic_year")
        said = read_academic_year(shape.academic_year)
        if isinstance(said, Fault):
            problems.fault(said, where)
        year = said if isinstance(said, int) else None
    if shape.sessions is None:
        return None
    is_one = isinstance(shape.sessions, str)
    forms = (shape.sessions,) if is_one else _texts(shape.sessions, document, (*path, "sessions"), problems)
    for index, form in enumerate(forms):
        if fault := fault_of_form(form, has_year=shape.academic_year is not None):
            problems.fault(fault, document.where(*path, "sessions", *(() if is_one else (index,))))
    if shape.sessions == []:
        fault = Fault("E0663", "no form of headers is given", "write one, such as `{date} {session}`")
        problems.fault(fault, document.where(*path, "sessions"))
    return SessionHeaders(forms, year, words)


def _texts(found: object, document: Document, path: tuple[str, ...], problems: Problems) -> tuple[str, ...]:
    """A list of texts; what is none is noted."""
    if not isinstance(found, list | tuple):
        message, advice = (
            f"{named(found)} where a list is expected",
            "write `[…]`, with commas between the items",
        )
        if path[-1] == "leave_out":
            advice = f"write a list of columns, `[…]`, or `{OTHERS}` for all that are not mapped"
        problems.add("E0633", message, document.where(*path), help=advice)
        return ()
    for index, one in enumerate(found):
        if not isinstance(one, str):
            message = f"{named(one)} where a text is expected"
            problems.add("E0633", message, document.where(*path, index), help="write one text for each item")
    return tuple(one.strip() for one in found if isinstance(one, str))
