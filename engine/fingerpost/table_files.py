"""Tables in files of Parquet or Arrow, or in a folder of parts, as Spark and others write it.

Such a folder may be partitioned by columns: what stands in `school=S1/part-0.parquet` is of the school `S1`,
and the column is in the names of folders alone. It is read as a text, like a cell of CSV, so that no program
guesses whether `007` was a number. What such names cannot be is refused, since a part that is passed over, or
a row without its column, would go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from fingerpost.arrow import Column, Columns, arrow

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""In the name of a folder: a blank."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table."""

    path: Path
    named: Mapping[str, str | None] = field(default_factory=dict)
    """By column: the value that the names of its folders say, None for a blank."""

    def completed(self, table: Columns) -> Columns:
        """What was read of the file, with the columns in the names of its folders after the others."""
        for name in self.named:
            table = table.append_column(name, self.column(name, table.num_rows))
        return table

    def column(self, name: str, rows: int) -> Column:
        """One of those columns."""
        pa = arrow()
        value = self.named[name]
        return pa.nulls(rows, pa.string()) if value is None else pa.repeat(pa.scalar(value), rows)


def parts_of(path: Path) -> list[Part]:
    """The parts of a table: its file, or those in a folder of that name in the order of their names.

    What begins with `_` or `.` is no part, but for the folder of a column `_…`.

    Raises ValueError for a folder without any part, and for folders in it that do not partition it.
    """
    if not path.is_dir():
        return [Part(path)]
    parts = list(_parts_in(path, {}))
    if not parts:
        raise ValueError("it is a folder without any file of Parquet")
    columns = list(parts[0].named)
    other = next((part for part in parts if list(part.named) != columns), None)
    if other is not None:
        one, two = (part.path.relative_to(path).as_posix() for part in (parts[0], other))
        raise ValueError(f"its folders do not name the same columns: `{one}` and `{two}`")
    return parts


def _parts_in(folder: Path, named: Mapping[str, str | None]) -> Iterator[Part]:
    for path in sorted(folder.iterdir()):
        if path.name[0] == "." or (path.name[0] == "_" and "=" not in path.name):
            continue
        if not path.is_dir():
            yield Part(path, named)
            continue
        column, sign, value = map(_read, path.name.partition("="))
        if not column or not sign:
            advice = "a folder of one of its columns is called `school=S1`"
            raise ValueError(f"there is a folder in it, `{path.name}`, that is no part of it: {advice}")
        if column in named:
            raise ValueError(f"the column `{column}` is in the names of two folders, one in the other")
        yield from _parts_in(path, {**named, column: None if value in (NO_VALUE, "") else value})


def _read(name: str) -> str:
    """A part of a folder's name, with what stands in it as `%2F` spelt out."""
    try:
        return unquote(name, errors="strict")
    except ValueError as error:
        raise ValueError(f"`{name}`, in the name of a folder in it, is not UTF-8") from error


def read_columns(path: Path) -> Columns:
    """The table in a Parquet or Arrow file, or in a folder of Parquet files.

    Raises OSError or ValueError if there is none, with the part that cannot be read.
    """
    if path.suffix.lower() != ".parquet":
        with arrow().memory_map(str(path)) as source:
            return arrow("ipc").open_file(source).read_all()
    tables = []
    for part in parts_of(path):
        try:
            with arrow("parquet").ParquetFile(part.path) as file:
                stands_in_both = next((name for name in part.named if name in file.schema_arrow.names), None)
                if stands_in_both is not None:
                    raise ValueError(
                        f"the column `{stands_in_both}` is in the file, and in the name of its folder"
                    )
                tables.append(part.completed(file.read()))
        except ValueError as error:
            if part.path == path:
                raise
            raise ValueError(f"{part.path.relative_to(path).as_posix()}: {error}") from error
    return put_together(tables)


def put_together(tables: Sequence[Columns]) -> Columns:
    """The parts of one table. Raises ValueError where a column is not of the same type in all of them."""
    if len(tables) == 1:
        return tables[0]
    try:
        return arrow().concat_tables(tables, promote_options="default")
    except TypeError as error:
        raise ValueError(f"its parts do not agree: {error}") from error
