"""Histories written as tables in each of the forms that a population is read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from fingerpost.calendar import Calendar
from fingerpost.history import History
from fingerpost.writers.document import _marks
from fingerpost.writers.tables import to_tables

Rows = dict[str, list[dict[str, str]]]
"""The rows of tables, by name."""

_DATES = ("date_of_birth", "on_roll_from", "on_roll_until", "date", "from", "until", "recorded_on", "start")


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def table_of(rows: list[dict[str, str]], *, typed: bool) -> pa.Table:
    """Rows as a table of texts; or, typed, with dates as dates and blanks as nulls."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns: dict[str, pa.Array] = {}
    for name in names:
        texts = [row.get(name) or None for row in rows]
        column = pa.array(texts, type=pa.string())
        if typed and name in _DATES:
            column = column.cast(pa.date32())
        elif typed and name == "year_group":
            column = column.cast(pa.int8())
        elif typed and name in ("school", "code", "session"):
            column = column.dictionary_encode()
        elif not typed:
            column = column.fill_null("")
        columns[name] = column
    return pa.table(columns)


def with_strings(history: History, tables: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """The rows of tables, with the registers that a marks string can hold as columns of `pupils`."""
    rows = {name: rows_of(text) for name, text in tables.items() if name.endswith(".csv")}
    spelt: dict[str, dict[str, Any]] = {}
    for pupil in history.pupils.values():
        data = history.calendars.get(pupil.school) or history.calendars.get("")
        found = _marks(pupil.register, Calendar.from_data(data).open_slots if data else ())
        if len(found) == 1 and "marks" in found[0] and found[0].get("session") is None:
            spelt[pupil.id] = found[0]
    seen: set[str] = set()
    for row in rows["pupils.csv"]:
        own = spelt.get(row["pupil"])
        if own:
            row["start"], row["marks"] = own["from"], own["marks"]
        seen.add(row["pupil"])
    rows["marks.csv"] = [row for row in rows["marks.csv"] if row["pupil"] not in spelt]
    return rows


def write_columns(history: History, folder: Path, form: str) -> Path:
    """The tables of a history in a folder: `csv`, `arrow`, `parquet`, `strings`, `parts`, `partitioned`."""
    folder.mkdir()
    tables = to_tables(history)
    rows = {name: rows_of(text) for name, text in tables.items() if name.endswith(".csv")}
    if form in ("strings", "parts", "partitioned"):
        rows = with_strings(history, tables)
    for name, text in tables.items():
        if name.endswith(".yaml") or form == "csv":
            (folder / name).write_text(text, encoding="utf-8", newline="")
            continue
        if not rows[name]:
            continue
        table = table_of(rows[name], typed=form != "arrow")
        if form == "arrow":
            with ipc.new_file(folder / name.replace(".csv", ".arrow"), table.schema) as file:
                file.write_table(table)
        elif form == "parts":
            write_parts(table, folder / name.replace(".csv", ".parquet"))
        elif form == "partitioned":
            write_partitioned(table, folder / name.replace(".csv", ".parquet"))
        else:
            pq.write_table(table, folder / name.replace(".csv", ".parquet"))
    return folder


def write_parts(table: pa.Table, folder: Path) -> None:
    """A table as Spark writes it: some files in a folder, and what says that they are all there."""
    folder.mkdir()
    (folder / "_SUCCESS").touch()
    (folder / ".part-0.parquet.crc").write_bytes(b"crc")
    half = len(table) // 2
    for number, rows in enumerate((table.slice(0, half), table.slice(half), table.slice(0, 0))):
        pq.write_table(rows, folder / f"part-{number}.snappy.parquet")


def write_partitioned(table: pa.Table, folder: Path, *columns: str) -> None:
    """A table as Spark writes it partitioned by columns: by its last and first, if none are named."""
    names = table.column_names
    columns = columns or tuple([names[-1], names[0]][: len(names) - 1])
    rows = table.select(columns).to_pylist()
    kinds = [tuple(row[column] for column in columns) for row in rows]
    kept = table.drop_columns([*columns])
    for kind in dict.fromkeys(kinds):
        path = folder.joinpath(
            *(f"{quote(one, '')}={_named(value)}" for one, value in zip(columns, kind, strict=True))
        )
        path.mkdir(parents=True)
        pq.write_table(kept.filter(pa.array([one == kind for one in kinds])), path / "part-0.snappy.parquet")
    folder.mkdir(exist_ok=True)
    (folder / "_SUCCESS").touch()


def _named(value: object) -> str:
    """A value in the name of a folder."""
    if value is None or value == "":
        return "__HIVE_DEFAULT_PARTITION__"
    return quote(str(value).lower() if isinstance(value, bool) else str(value), "")
