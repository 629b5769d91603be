"""Tables as CSV, Parquet and one workbook: the same bytes for the same tables, marked for what they are."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path

from fingerpost.arrow import arrow
from fingerpost.writers.whole import write_whole
from fingerpost_simulations.extras import needs
from fingerpost_simulations.results.tables import Cell, Table

ORIGIN = "data"
"""The first column of every table: what its data are."""
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def write_tables(tables: Sequence[Table], folder: Path, origin: str) -> list[Path]:
    """All tables in all three forms. `origin` says what the data are: `SYNTHETIC …` or `simulated …`."""
    written: list[Path] = []
    for table in tables:
        for ending, content in (("csv", as_csv(table, origin)), ("parquet", as_parquet(table, origin))):
            path = folder / f"{table.name}.{ending}"
            write_whole(path, content)
            written.append(path)
    path = folder / "tables.xlsx"
    write_whole(path, as_workbook(tables, origin))
    return [*written, path]


def as_csv(table: Table, origin: str) -> str:
    """A table as comma-separated text."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([ORIGIN, *table.columns])
    writer.writerows([origin, *map(_shown, row)] for row in table.rows)
    return text.getvalue()


def as_parquet(table: Table, origin: str) -> bytes:
    """A table as Parquet."""
    pa, parquet = arrow(), arrow("parquet")
    columns: dict[str, list[Cell]] = {ORIGIN: [origin] * len(table.rows)}
    columns |= {name: [row[place] for row in table.rows] for place, name in enumerate(table.columns)}
    arrays = [pa.array(_alike(values)) for values in columns.values()]
    made = pa.Table.from_arrays(arrays, names=list(columns))
    made = made.replace_schema_metadata({"fingerpost.data": origin, "fingerpost.about": table.about})
    target = BytesIO()
    parquet.write_table(made, target)
    return target.getvalue()


def as_workbook(tables: Sequence[Table], origin: str) -> bytes:
    """All tables as sheets of one workbook, after a sheet that says what they are."""
    needs("xlsxwriter")
    import xlsxwriter

    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _LONG_AGO, "title": "Fingerpost simulation", "comments": origin})
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("Read me")
        first.set_column(0, 0, 28)
        first.set_column(1, 1, 100)
        first.write_string(0, 0, origin, bold)
        for number, table in enumerate(tables, start=2):
            first.write_string(number, 0, table.title)
            first.write_string(number, 1, table.about, wrapped)
        for table in tables:
            sheet = book.add_worksheet(table.title[:31])
            for place, name in enumerate((ORIGIN, *table.columns)):
                sheet.write_string(0, place, name, bold)
            for number, row in enumerate(table.rows, start=1):
                sheet.write_string(number, 0, origin)
                for place, value in enumerate(row, start=1):
                    if value is not None:
                        sheet.write(number, place, value)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns))
    return target.getvalue()


def _alike(values: Sequence[Cell]) -> Sequence[Cell]:
    """Whole numbers among others as others are, so that a column has one type."""
    if any(isinstance(value, float) for value in values):
        return [float(value) if isinstance(value, int) else value for value in values]
    return values


def _shown(value: Cell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
