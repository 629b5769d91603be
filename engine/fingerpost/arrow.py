"""Arrow, which is an extra: imported where it is used, with one clear sentence where it is missing."""

from __future__ import annotations

from importlib import import_module
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
