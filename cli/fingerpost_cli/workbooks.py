"""Lists as workbooks: where they may go, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from fingerpost.arrow import MissingExtraError
from fingerpost.writers.workbook import MOST_ROWS, List, TooManyRowsError, library, write_workbook
from fingerpost_cli.failures import Unusable, unusable
from fingerpost_dsl.report import printable


def file_for_workbook(output: Path | None) -> Path:
    """Where a workbook goes. What stands in its way is an error of use before anything is worked out."""
    if output is None:
        raise unusable("--format xlsx needs a file: -o monday.xlsx.")
    if output.suffix.lower() != ".xlsx":
        raise unusable("With --format xlsx the file should end in `.xlsx`.")
    try:
        library()
    except MissingExtraError as error:
        raise unusable(str(error)) from error
    return output


def put_workbook(output: Path, shown: List, rows: Iterable[Sequence[object]]) -> None:
    """Writes a list, whole or not at all."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        written = write_workbook(output, shown, rows)
    except TooManyRowsError as error:
        raise too_many_rows() from error
    except OSError as error:
        raise unusable(f"Cannot write {output}: {error.strerror or error}.") from error
    click.echo(f"Wrote {printable(str(output))}: {written:,} rows.", err=True)


def too_many_rows() -> Unusable:
    """The error to raise where a sheet cannot hold all rows."""
    return unusable(f"There are more rows than the {MOST_ROWS:,} of a sheet: give --format csv or parquet.")
