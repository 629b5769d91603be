"""Workbooks for tests: tables of CSV as sheets, with cells as a spreadsheet would have them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Book = Any
"""A workbook of XlsxWriter, which has no types."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


def workbook(path: Path, fill: Callable[[Book], None]) -> Path:
    """A workbook that `fill` puts sheets into."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        fill(book)
    return path


def workbook_of(path: Path, tables: Mapping[str, str], *, typed: bool = True) -> Path:
    """A workbook of CSV texts by the names of their sheets.

    `typed`: what looks like a date, a number or a yes is one; else every cell is a text.
    """

    def fill(book: Book) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, text in tables.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(csv.reader(io.StringIO(text, newline=""))):
                for column, cell in enumerate(row):
                    if typed and _DATE.fullmatch(cell):
                        sheet.write_datetime(line, column, dt.datetime.fromisoformat(cell), day)
                    elif typed and _NUMBER.fullmatch(cell):
                        sheet.write_number(line, column, int(cell))
                    elif typed and cell in ("yes", "no"):
                        sheet.write_boolean(line, column, cell == "yes")
                    elif cell:
                        sheet.write_string(line, column, cell)

    return workbook(path, fill)
