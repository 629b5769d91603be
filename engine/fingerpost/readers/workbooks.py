"""Workbooks (`.xlsx`) whose sheets are the tables of a history, each as the CSV text that would say the same.

What reads CSV then reads them too, and says the same of what is wrong in them, by sheet, row and column. What
nobody sees in a workbook is not read: a sheet that is hidden, what a formula is made of. What a person sees
and a table cannot hold is refused and not guessed: an error, a time, cells that are merged.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from fingerpost.arrow import MissingExtraError
from fingerpost.readers.folder import TABLES
from fingerpost.readers.problems import SHEET, Problems
from fingerpost.readers.tables import Sheet
from fingerpost.readers.texts import first_control, read_octets
from fingerpost.readers.workbook_parts import (
    DAMAGED,
    LOCKED,
    MOST_OCTETS,
    Cell,
    NoWorkbookError,
    SheetPart,
    TooLargeError,
    letters_of,
    parts_of_workbook,
)
from fingerpost_dsl.names import nearest
from fingerpost_dsl.source import Place

OTHER_WORKBOOKS = (".xls", ".xlsm", ".xlsb", ".ods")
"""Endings of spreadsheets that are not read."""
SAVE_AS = "open it and choose File, Save As, and the type “Excel Workbook (.xlsx)”"

_NAMES = {name.removesuffix(".csv"): name for name in TABLES}
"""By the name of its sheet: the table as it is called in a folder."""
_OLD = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""What an old workbook begins with, and what stands in such a file around a new one with a password."""
_LARGEST_EXACT = 2.0**53
"""Up to here a number is the very one that was meant."""
LINE_END = "\r\n"

Library = Any
"""The package python_calamine, which need not be installed, or what it made of a sheet."""
Value = str | float | bool | dt.date | dt.time | dt.timedelta
"""What stands in a cell: a date-time is a date, too."""


def read_workbook(
    path: Path,
    problems: Problems,
    instead: Mapping[str, Path] | None = None,
    mapped: Collection[str] = (),
) -> dict[str, Sheet] | None:
    """The tables in a workbook, by their names in a folder; None, with the reason noted, without.

    Of a table that is also in a file of its folder, which `instead` gives, it is said that its sheet is not
    read. One that is `mapped` is refused: messages about its cells would show what a mapping leaves out.
    """
    try:
        if path.is_file() and path.stat().st_size > MOST_OCTETS:
            raise TooLargeError(f"it has {path.stat().st_size >> 20:,} MiB")
        content = read_octets(path, problems)
        if content is None:
            return None
        if not content.startswith(b"PK"):
            raise NoWorkbookError(_what_else(content))
        library = _library()
        listed, looked_at = parts_of_workbook(content)
        chosen = _chosen(path, listed, instead or {}, mapped, problems)
        try:
            with library.CalamineWorkbook.from_filelike(BytesIO(looked_at)) as book:
                read = {name: book.get_sheet_by_name(part.name) for name, part in chosen.items()}
        except library.CalamineError as error:
            raise NoWorkbookError(DAMAGED) from error
    except MissingExtraError as error:
        advice = "or save each sheet as CSV UTF-8 in one folder"
        problems.stop("E0602", str(error), Place(str(path), 1), help=advice)
    except TooLargeError as error:
        message = f"`{path}` is too large a workbook: {error}"
        advice = "delete what stands beyond the tables, or save each sheet as CSV UTF-8 in one folder"
        problems.stop("E0634", message, Place(str(path), 1), help=advice)
    except NoWorkbookError as error:
        message = f"`{path}` cannot be read as a workbook: {error}"
        advice = f"{SAVE_AS}, without a password" if str(error) == LOCKED else SAVE_AS
        problems.stop("E0602", message, Place(str(path), 1), help=advice)
    else:
        return {name: _table(path, chosen[name], sheet, problems) for name, sheet in read.items()}
    return None


def _library() -> Library:
    """The package python-calamine. Raises MissingExtraError, whose text is what a person should read."""
    try:
        return import_module("python_calamine")
    except ImportError as error:
        raise MissingExtraError(
            "workbooks need python-calamine: install it with `pip install 'fingerpost[workbook]'`"
        ) from error


def _what_else(content: bytes) -> str:
    """What a file is that is no `.xlsx`, by how it begins."""
    if content.startswith(_OLD):
        return LOCKED if _LOCKED in content else "it is an old one (.xls)"
    if not content:
        return "it is empty"
    return "it is something else with that ending, such as text or a web page"


# --- which sheets are read ----------------------------------------------------------------------------------


def _chosen(
    path: Path,
    listed: Iterable[SheetPart],
    instead: Mapping[str, Path],
    mapped: Collection[str],
    problems: Problems,
) -> dict[str, SheetPart]:
    """The sheets that are tables, by the names of these in a folder; of any other it is said why not."""
    chosen: dict[str, SheetPart] = {}
    for part in listed:
        name = _NAMES.get(part.name.strip().casefold())
        if part.is_of_cells and not part.rows:
            continue
        where = Place(_called(path, part), 1)
        if name is None or not part.is_of_cells:
            close = nearest(part.name.strip().casefold(), [*_NAMES])
            there_are = f"the tables are {', '.join(_NAMES)}:"
            advice = f"{f'did you mean `{close}`? If not,' if close else there_are} {_TAKE_OUT}"
            message = f"the sheet `{part.name}` is no table of a history"
            problems.stop("E0645", message, where, help=advice, about=SHEET)
        elif part.is_hidden:
            message = f"the sheet `{part.name}` is hidden, and what nobody sees is not read"
            advice = "click a tab with the right button, choose Unhide, and look at it; or delete it"
            problems.stop("E0645", message, where, help=advice, about=SHEET)
        elif name in chosen:
            message = f"the sheet `{part.name}` is there twice, also as `{chosen[name].name}`"
            problems.stop("E0645", message, where, help="put the rows of both into one", about=SHEET)
        elif name in instead:
            advice = f"`{instead[name].name}` is read in its place; keep one of the two"
            problems.add("W0609", f"the sheet `{part.name}` is not read", where, help=advice)
        elif name in mapped:
            message = f"the sheet `{part.name}` is not read by a mapping"
            advice = "save it as CSV UTF-8 in the folder, and name that under `file` in the mapping"
            problems.stop("E0645", message, where, help=advice, about=SHEET)
        else:
            chosen[name] = part
    return chosen


_TAKE_OUT = "delete the sheet, or move it to another workbook"


def _called(path: Path, part: SheetPart) -> str:
    return f"{path}, sheet {part.name}"


# --- from cells to texts ------------------------------------------------------------------------------------


class _Rows(list[str]):
    """Lines of CSV, as its writer makes them."""

    write = list.append


def _table(path: Path, part: SheetPart, read: Library, problems: Problems) -> Sheet:
    """A sheet, as the library has read it, as lines of CSV; of cells that cannot be read it is said why."""
    refused: set[int] = set()
    rows = _Rows()
    sheet = Sheet(_called(path, part), rows, refused)

    def refuse(cell: Cell, message: str, advice: str) -> None:
        refused.add(cell[0])
        problems.add("E0646", message, sheet.place(cell[0], cell[1] - 1), help=advice)

    odd = {line for line, _ in (*part.errors, *part.percentages)}
    # With this line end a lone "\r" in a cell is put in quotation marks.
    writer = csv.writer(rows, lineterminator=LINE_END)
    width = 0
    cells = read.to_python(skip_empty_area=False)
    for line, values in enumerate(cells, start=1):
        texts = [value if type(value) is str else _text(value) for value in values]
        is_odd = line in odd or not _PLAIN.issuperset(map(type, values))
        wrong = list(_odd_cells(line, values, texts, part)) if is_odd else []
        if not any(texts):
            rows.append(LINE_END)
            continue
        width = width or len(texts) - next(place for place, text in enumerate(reversed(texts)) if text)
        if not any(texts[width:]):
            del texts[width:]
        writer.writerow(texts)
        for one in wrong:
            refuse(*one)
    for (first, left), (last, right) in read.merged_cell_ranges or ():
        if first < len(rows) and cells[first][left : left + 1] not in ([], [""]):
            merged = f"{letters_of(left + 1)}{first + 1} to {letters_of(right + 1)}{last + 1}"
            message = f"the cells {merged} are merged, and only the first has a value"
            refuse((first + 1, left + 1), message, _UNMERGE)
            refused.update(range(first + 2, min(last + 1, len(rows)) + 1))
    return sheet if _is_text(sheet, problems) else Sheet(sheet.name, ())


def _odd_cells(
    line: int, values: Sequence[Value], texts: list[str], part: SheetPart
) -> Iterator[tuple[Cell, str, str]]:
    """Puts right the texts of a row whose values do not say everything.

    Yields each cell that cannot be read, why, and what to do.
    """
    for place, value in enumerate(values):
        cell = (line, place + 1)
        if (error := part.errors.get(cell)) is not None:
            texts[place] = error
            yield cell, f"`{error}` is an error of the spreadsheet, and no value", _MEND
        elif cell in part.percentages and isinstance(value, float):
            texts[place] = _percentage(value)
        elif type(value) not in _PLAIN:
            yield cell, *_no_date(value)


_MEND = "mend the formula, or clear the cell if it is not known"
_UNMERGE = "choose Unmerge Cells, and fill in each; take titles above the header out"
_PLAIN = frozenset({str, float, int, bool, dt.date})
"""What a cell of a table may hold."""


def _is_text(sheet: Sheet, problems: Problems) -> bool:
    """Whether there is no character in a sheet that no text has; if there is, where."""
    if not first_control(sheet.text):
        return True
    for line in range(1, len(sheet.rows) + 1):
        if control := first_control(sheet.rows[line - 1]):
            before = sheet.rows[line - 1][: control.start()]
            [cells] = csv.reader([before + '"' * (before.count('"') % 2)])
            message = f"a character that no text has (U+{ord(control[0]):04X})"
            place = sheet.place(line, max(len(cells) - 1, 0))
            problems.stop("E0604", message, place, help="write the cell again")
            break
    return False


def _text(value: Value) -> str:
    """What stands in a cell as a person would write it in CSV."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            is_whole = value.is_integer() and abs(value) <= _LARGEST_EXACT
            return str(int(value)) if is_whole else format(Decimal(repr(value)), "f")
        case dt.datetime():
            return value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)


def _percentage(value: float) -> str:
    """A number that is shown as a percentage, in full.

    >>> _percentage(0.104), _percentage(1.0)
    ('10.4%', '100%')
    """
    text = format(Decimal(repr(value)).scaleb(2), "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def _no_date(value: Value) -> tuple[str, str]:
    """What is wrong with a time, and what to do."""
    if isinstance(value, dt.datetime):
        advice = f"write the date alone: `{value.date()}`"
        return f"`{_text(value)}` is a date with a time", advice
    advice = "write a date, a number or a text; a blank cell formatted as a date should be cleared"
    return f"`{_text(value)}` is a time of day, or a date before 1900", advice
