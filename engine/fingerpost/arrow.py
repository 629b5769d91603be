"""Arrow, which is an extra: imported where it is used, with one clear sentence where it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

FORMATS = (".parquet", ".arrow", ".feather")
"""Endings of the tables that Arrow reads. An `.arrow` or `.feather` file is an IPC file."""


Module = Any
"""A module of pyarrow, which ships no types."""
Columns = Any
"""A table of pyarrow."""
Column = Any
"""A column of one, or an array."""


class MissingExtraError(ImportError):
    """Something was asked for that needs an extra which is not installed."""


def arrow(part: str = "") -> Module:
    """The package `pyarrow`, or a part of it such as `compute`.

    Raises MissingExtraError, whose text is what a person should read.
    """
    try:
        return import_module(f"pyarrow.{part}" if part else "pyarrow")
    except ImportError as error:
        raise MissingExtraError(
            "Parquet and Arrow tables need pyarrow: install it with `pip install 'fingerpost[population]'`."
        ) from error


def read_columns(path: Path) -> Columns:
    """The table in a Parquet or Arrow file, or in a folder of Parquet files.

    Raises OSError or ValueError if there is none.
    """
    if path.suffix.lower() == ".parquet":
        return _in_parquet(path)
    with arrow().memory_map(str(path)) as source:
        return arrow("ipc").open_file(source).read_all()


def _in_parquet(path: Path) -> Columns:
    tables = []
    for part in parts_of(path):
        try:
            with arrow("parquet").ParquetFile(part) as file:
                tables.append(file.read())
        except ValueError as error:
            if part == path:
                raise
            raise ValueError(f"{part.name}: {error}") from error
    return put_together(tables)


def put_together(tables: Sequence[Columns]) -> Columns:
    """The parts of one table. Raises ValueError where a column is not of the same type in all of them."""
    if len(tables) == 1:
        return tables[0]
    try:
        return arrow().concat_tables(tables, promote_options="default")
    except TypeError as error:
        raise ValueError(f"its parts do not agree: {error}") from error


def parts_of(path: Path) -> list[Path]:
    """The files of a table in Parquet: itself, or those in a folder of that name in the order of their names.

    So Spark and others write a table: a file for each of those at work. What begins with `_` or `.` is
    no part. Raises ValueError for a folder with none, or with others in it, whose names stand for a column.
    """
    if not path.is_dir():
        return [path]
    parts = sorted(part for part in path.iterdir() if part.name[0] not in "_.")
    inner = next((part for part in parts if part.is_dir()), None)
    if inner is not None:
        raise ValueError(f"there is a folder in it, `{inner.name}`: write it without partitions")
    if not parts:
        raise ValueError("it is a folder without any file of Parquet")
    return parts
