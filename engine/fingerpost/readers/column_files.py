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

from fingerpost.arrow import Column, Columns, MissingExtraError, arrow
from fingerpost.readers.problems import Problems
from fingerpost.readers.texts import LINE_END, without_controls
from fingerpost.table_files import read_columns
from fingerpost_dsl.source import Place


def column_text(path: Path, problems: Problems) -> str | None:
    """The text of a table of columns; None, with the reason noted, if it cannot be had."""
    table = read_table_of_columns(path, problems)
    return None if table is None else without_controls(csv_text(table), str(path), problems)


def read_table_of_columns(path: Path, problems: Problems) -> Columns | None:
    """The table in a Parquet or Arrow file; None, with the reason noted, if it cannot be had."""
    try:
        table = read_columns(path)
        wrong = next((place for place, one in enumerate(table.columns) if not is_sound(one)), None)
        if wrong is None:
            return table
        name = table.column_names[wrong].strip()
        message = f"the column `{name}` holds what is not UTF-8"
        problems.stop(
            "E0603", message, Place(str(path), 1), help="write its texts in UTF-8, and export it again"
        )
    except MissingExtraError as error:
        problems.stop("E0602", str(error).rstrip("."), Place(str(path), 1), help="or export it as CSV")
    except (OSError, ValueError, NotImplementedError) as error:
        unreadable(path, error, problems)
    return None


def is_sound(column: Column) -> bool:
    """Whether every text of a column is UTF-8, and every text in numbers one that is there."""
    try:
        column.validate(full=True)
    except ValueError:
        return False
    return True


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
    # With this line end a lone "\r" in a cell is put in quotation marks.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    columns = [cells(column) for column in table.columns]
    if lines is None:
        writer.writerows(zip(*columns, strict=True))
        return text.getvalue()
    after = 2
    for line, row in zip(lines, zip(*columns, strict=True), strict=True):
        text.write("\n" * (line - after))
        writer.writerow(row)
        after = line + 1 + sum(map(_line_ends, row))
    return text.getvalue()


def _line_ends(cell: str) -> int:
    return len(LINE_END.findall(cell)) if "\n" in cell or "\r" in cell else 0


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
    if isinstance(kind, pa.BaseExtensionType):
        column = column.cast(kind.storage_type)
        kind = column.type
    if pa.types.is_large_string(kind) or pa.types.is_string(kind):
        return column
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "yes", "no")
    if any(one(kind) for one in (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)) or (
        pa.types.is_fixed_size_binary(kind)
    ):
        return _from_list(
            value if value is None else value.decode("utf-8", "replace") for value in column.to_pylist()
        )
    if pa.types.is_floating(kind):
        return _of_floats(column)
    if pa.types.is_timestamp(kind):
        return _of_timestamps(column)
    try:
        return column.cast(pa.string())
    except (ValueError, NotImplementedError):
        return _from_list(None if value is None else str(value) for value in column.to_pylist())


def _of_floats(column: Column) -> Column:
    """Numbers in digits, a whole one without a point: each by itself, whatever else the column holds."""
    pa, pc = arrow(), arrow("compute")
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    is_whole = pc.and_(
        pc.equal(column, pc.trunc(column)),
        pc.less_equal(pc.abs(column), pa.scalar(_LARGEST_EXACT, column.type)),
    )
    whole = pc.if_else(is_whole, column, pa.scalar(0, column.type)).cast(pa.int64())
    return pc.if_else(is_whole, whole.cast(pa.string()), column.cast(pa.string()))


_LARGEST_EXACT = 2.0**53
"""Up to here a float is the very number that was meant."""


def _of_timestamps(column: Column) -> Column:
    """Midnights as dates, by the clock of their time zone; every other time as it is."""
    pa, pc = arrow(), arrow("compute")
    if column.type.tz is not None:
        try:
            column = pc.local_timestamp(column)
        except ValueError:  # a time zone that nobody knows: what day it was there is not to be guessed
            return column.cast(pa.timestamp(column.type.unit, "UTC")).cast(pa.string())
    is_day = pc.equal(pc.floor_temporal(column, unit="day"), column)
    days = column.cast(pa.date32(), safe=False)
    return pc.if_else(is_day, days.cast(pa.string()), column.cast(pa.string()))


def _from_list(values: Iterable[str | None]) -> Column:
    return arrow().array(list(values), type=arrow().string())
