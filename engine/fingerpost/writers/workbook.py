"""A list as a workbook: one sheet of rows that can be filtered and printed, and one that says what they are.

Rows go to the disk as they come, so that a list as long as a sheet takes no more memory than a short one.
Every text is written as one: nothing in a cell can become a formula or a link. The same rows give the same
octets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fingerpost.arrow import MissingExtraError
from fingerpost.writers.whole import write_whole

MOST_ROWS = 1_048_575
"""In one sheet, below the header."""
_LONGEST_CELL = 32_767
"""Characters that a cell can hold."""
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""When every workbook says that it was made: a real date would make equal files differ."""
_A3 = 8
_AT_ONCE = 1 << 20

Library = Any
"""The package xlsxwriter, which need not be installed, or something that it makes."""


class TooManyRowsError(ValueError):
    """More rows than a sheet can hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list."""

    name: str
    means: str
    """What stands in it, for the sheet `About`."""
    width: int = 12
    """In characters, about."""
    is_wrapped: bool = False
    """Whether a long text takes several lines."""
    stands_out: str = ""
    """The text that stands out where it is in this column."""


@dataclass(frozen=True, slots=True)
class List:
    """What a workbook shows."""

    name: str
    """Of its sheet."""
    columns: Sequence[Column]
    about: Sequence[tuple[str, str]]
    """What there is to know of it, each with its heading."""
    kept: int = 0
    """Columns that stay in sight beside the others."""


def library() -> Library:
    """The package xlsxwriter. Raises MissingExtraError, whose text is what a person should read."""
    try:
        return import_module("xlsxwriter")
    except ImportError as error:
        raise MissingExtraError(
            "Workbooks need XlsxWriter: install it with `pip install 'fingerpost[workbook]'`."
        ) from error


def write_workbook(path: Path, shown: List, rows: Iterable[Sequence[object]]) -> int:
    """Writes a list into an `.xlsx` file, whole or not at all, and says how many rows there are.

    Dates are dates, numbers are numbers, yes and no are words, and everything else is text. What is not yet
    finished stands in a folder beside the file, and goes whatever happens. Raises TooManyRowsError, OSError,
    MissingExtraError.
    """
    made = library()
    beside = path.resolve().parent if path.is_file() or not path.exists() else None
    with TemporaryDirectory(prefix=f".{path.name[:100]}.", dir=beside) as folder:
        aside = Path(folder) / "list.xlsx"
        book = made.Workbook(aside, {"constant_memory": True, "tmpdir": folder})
        try:
            book.set_properties({"title": shown.name, "created": _LONG_AGO})
            written = _rows(book, shown, rows)
            _about(book, shown)
        except BaseException:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()  # or it is left to be collected, which Windows does not wait for
            raise
        book.close()
        write_whole(path, _pieces(aside))
    return written


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            yield piece


def _rows(book: Library, shown: List, rows: Iterable[Sequence[object]]) -> int:
    """The sheet of the list."""
    sheet = book.add_worksheet(shown.name)
    head = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "top", "bottom": 2, "bg_color": "#DDEBF7"}
    )
    top = book.add_format({"valign": "top"})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    date = book.add_format({"valign": "top", "num_format": "dd mmm yyyy", "align": "left"})
    looks = [wrapped if column.is_wrapped else top for column in shown.columns]
    for place, column in enumerate(shown.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.name, head)
    line = 0
    for line, row in enumerate(rows, start=1):
        if line > MOST_ROWS:
            raise TooManyRowsError(f"a sheet holds {MOST_ROWS:,} rows and its header, and there are more")
        for place, (cell, look) in enumerate(zip(row, looks, strict=True)):
            match cell:
                case None | "":
                    pass
                case bool():
                    sheet.write_string(line, place, "yes" if cell else "no", look)
                case int() | float():
                    sheet.write_number(line, place, cell, look)
                case dt.date():
                    sheet.write_datetime(line, place, cell, date)
                case _:
                    sheet.write_string(line, place, _fitting(str(cell)), look)
    late = book.add_format({"bold": True, "font_color": "#9C0006", "bg_color": "#FFC7CE"})
    for place, column in enumerate(shown.columns):
        if column.stands_out:
            value = f'"{column.stands_out}"'
            rule = {"type": "cell", "criteria": "==", "value": value, "format": late}
            sheet.conditional_format(1, place, max(line, 1), place, rule)
    sheet.autofilter(0, 0, max(line, 1), len(shown.columns) - 1)
    sheet.freeze_panes(1, shown.kept)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")
    return line


def _fitting(text: str) -> str:
    """A text as long as a cell can hold; a longer one shows that it was cut."""
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _about(book: Library, shown: List) -> None:
    """The sheet that says what the list is."""
    sheet = book.add_worksheet("About")
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    columns = [(f"column {column.name}", column.means) for column in shown.columns]
    for line, (heading, said) in enumerate([*shown.about, ("", ""), *columns]):
        sheet.write_string(line, 0, heading, bold)
        sheet.write_string(line, 1, _fitting(said), wrapped)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)
