"""Parquet and Arrow files as tables: each as the CSV text that would say the same.

What reads CSV then reads them too, and says the same of what is wrong in them. Row 1 is the header, as it
would be in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from fingerpost.arrow import Column, Columns, MissingExtraError, arrow, read_columns
from fingerpost.readers.problems import Problems
from fingerpost_dsl.source import Place


def column_text(path: Path, problems: Problems) -> str | None:
    """The text of a table of columns; None, with the reason noted, if it cannot be had."""
    table = read_table_of_columns(path, problems)
    return None if table is None else csv_text(table)


def read_table_of_columns(path: Path, problems: Problems) -> Columns | None:
    """The table in a Parquet or Arrow file; None, with the reason noted, if it cannot be had."""
    try:
        return read_columns(path)
    except MissingExtraError as error:
        problems.stop("E0602", str(error).rstrip("."), Place(str(path), 1), help="or export it as CSV")
    except (OSError, ValueError) as error:
        unreadable(path, error, problems)
    return None


def unreadable(path: Path, error: Exception, problems: Problems) -> None:
    """Takes note that the table in a file cannot be had."""
    what = "Parquet" if path.suffix.lower() == ".parquet" else "Arrow"
    said = str(error).strip().split("\n", 1)[0].rstrip(".")
    reason = "it is damaged, cut short, or of another format"
    advice = f"write or copy the file again; its reader says: {said}"
    if isinstance(error, OSError) and error.errno is not None:
        reason, advice = os.strerror(error.errno).lower(), "check its place and who may open it"
    message = f"`{path}` cannot be read as a table of {what}: {reason}"
    problems.stop("E0602", message, Place(str(path), 1), help=advice)


def csv_text(table: Columns, lines: Sequence[int] | None = None) -> str:
    """A table as CSV. With `lines`, the number of each row's line: the lines between are left blank."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.column_names)
    columns = [cells(column) for column in table.columns]
    last = 1
    for index, row in enumerate(zip(*columns, strict=True)):
        line = index + 2 if lines is None else lines[index]
        text.write("\n" * (line - last - 1))
        writer.writerow(row)
        last = line
    return text.getvalue()


def cells(column: Column) -> list[str]:
    """A column's values as a person would write them in CSV; blank for none."""
    texts = as_texts(column)
    return ["" if value is None else value for value in texts.to_pylist()]


def as_texts(column: Column) -> Column:
    """A column as one of texts: dates as `2024-09-04`, yes and no, numbers in digits."""
    pa, pc = arrow(), arrow("compute")
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_large_string(kind) or pa.types.is_string(kind):
        return column
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "yes", "no")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return _from_list(
            value if value is None else value.decode("ascii", "replace") for value in column.to_pylist()
        )
    if pa.types.is_floating(kind) and pc.all(pc.equal(column, pc.trunc(column))).as_py():
        return column.cast(pa.int64()).cast(pa.string())
    if (
        pa.types.is_timestamp(kind)
        and pc.all(pc.equal(pc.floor_temporal(column, unit="day"), column)).as_py()
    ):
        return column.cast(pa.date32()).cast(pa.string())
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    try:
        return column.cast(pa.string())
    except (ValueError, NotImplementedError):
        return _from_list(None if value is None else str(value) for value in column.to_pylist())


def _from_list(values: Iterable[str | None]) -> Column:
    return arrow().array(list(values), type=arrow().string())
