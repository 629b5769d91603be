"""One CSV file as a table: a header that is understood, and rows of cells with their places.

The standard `csv` module reads it, in its strict mode. What it cannot say well is found here: a wrong
delimiter, a quotation mark that is never closed, columns that are missing, doubled or misspelt, rows that are
too short or long. A formula (`=1+1`) is a text like any other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from fingerpost.readers.mapping import MAPPING, Columns, MappedHeader, TableMapping
from fingerpost.readers.problems import COLUMN, Noted, Problems
from fingerpost.readers.texts import line_starts
from fingerpost_dsl.names import nearest
from fingerpost_dsl.source import Place

Lines = Callable[[int], str | None]
"""From the number of a line, from 1 on, to the line without its end; None where it cannot be found."""
MOST_COLUMNS = 1_000
"""More are no table that we read: a pupil has a few dozen facts."""
MOST_SESSIONS = 10_000
"""The same of a register with a column for each session, of whatever years."""

_STRETCH = 40_000
"""Characters: about a thousand marks."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BREAK = re.compile(r"[\r\n]")
_CELL = re.compile(r'("(?:[^"]|"")*"?|[^,]*)(,|$)')
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook, each of its rows as the line of CSV that would say the same."""

    name: str
    """What it is called in messages: `council.xlsx, sheet marks`."""
    rows: Sequence[str]
    """With their ends; a line end inside a cell is in quotation marks with it."""
    refused: Collection[int] = ()
    """The rows, from 1, with a cell that cannot be read, of which it has been said."""

    @property
    def text(self) -> str:
        """All rows."""
        return "".join(self.rows)

    def place(self, line: int, index: int = 0) -> Place:
        """The place of cell `index` of a row."""
        text = self.line_text(line)
        column, cell = _cell(text, index)
        marked = (column - 1, column - 1 + len(cell))
        return Place(self.name, line, index + 1, line_text=text, marked=marked)

    def line_text(self, line: int) -> str:
        """A row without its end; a line end inside a cell is a space."""
        return _BREAK.sub(" ", self.rows[line - 1].removesuffix("\r\n")) if line <= len(self.rows) else ""


@dataclass(frozen=True)
class Table:
    """A table with its header read. `columns` lead from a column's name to its index."""

    name: str
    text: str = field(repr=False)
    columns: Mapping[str, int]
    width: int
    header_line: int = 1
    torn: list[Sequence[str]] = field(default_factory=list, repr=False)
    """The rows met that have too few or too many cells."""
    as_written: Lines | None = field(default=None, repr=False)
    """How to find a line as it stands in the file, where `text` says the same in another way."""
    sheet: Sheet | None = field(default=None, repr=False)
    """The sheet of a workbook for which `text` stands."""
    mapping: TableMapping | None = field(default=None, repr=False)
    sessions: Mapping[int, int] = field(default_factory=dict, repr=False)
    """Of a register with a column for each session: from a column's index to the slot."""
    hidden: frozenset[int] = frozenset()
    """The indices of columns that are left out, which no message shows."""
    _bare: dict[int, str] = field(default_factory=dict, repr=False)
    """The last line that was asked for, without them: a row is asked for once for each of its facts."""

    @cached_property
    def _starts(self) -> list[int]:
        return line_starts(self.text)

    def rows(self, problems: Problems) -> Iterator[tuple[int, list[str]]]:
        """The line and the cells of each row that has as many as the header; blank rows are passed over.

        Cells are as they stand, spaces and all. Cells beyond the header's are cut off if they are blank.
        """
        lines = self.sheet.rows if self.sheet else self.text.splitlines(keepends=True)
        refused = self.sheet.refused if self.sheet else ()
        reader = csv.reader(lines, strict=True)
        line = 0
        try:
            for row in reader:
                first, line = line + 1, reader.line_num
                if refused and first in refused and first > self.header_line:
                    self.torn.append(row)
                    problems.leave_out("rows")
                elif first > self.header_line and self.fits(first, row, problems):
                    yield first, row
        except csv.Error as error:
            self._unreadable(line + 1, str(error), problems)

    def fits(self, line: int, row: list[str], problems: Problems) -> bool:
        """Whether a row is not blank, and has as many cells as the header; else it is noted if it matters."""
        if row and row[0] and len(row) == self.width:
            return True  # as nearly every row: for speed
        if not any(map(str.strip, row)):
            return False
        if len(row) < self.width or any(map(str.strip, row[self.width :])):
            self._misfit(line, row, problems)
            return False
        del row[self.width :]
        return True

    def torn_cells(self, column: str) -> list[str]:
        """A column's cells in the rows that have too few or too many."""
        at = self.columns[column]
        return [row[at].strip() for row in self.torn if at < len(row)]

    # --- names and words ------------------------------------------------------------------------------------

    def called(self, column: str) -> str:
        """What a column of ours is called in the file."""
        return self.mapping.columns.get(column, column) if self.mapping else column

    def said(self, column: str, cell: str) -> str:
        """What a cell says, in our words."""
        words = self.mapping.values.get(column) if self.mapping else None
        return words.get(cell, cell) if words else cell

    def code(self, cell: str) -> str:
        """The code in a cell or a marks string, as we write it."""
        return self.mapping.codes.get(cell, cell) if self.mapping else cell

    # --- plain texts ----------------------------------------------------------------------------------------

    @cached_property
    def is_plain(self) -> bool:
        """Whether rows may be cut at line ends and commas: no quotation marks, no cell too long."""
        if self.sheet and self.sheet.refused:
            return False
        longest = csv.field_size_limit()
        return '"' not in self.text and all(end - start < longest for start, end in self._stretches())

    def plain_lines(self) -> Iterator[tuple[int, list[str]]]:
        """The lines below the header of a plain text, many at a time, and in front the number of the first.

        Not all at once, since what the processor's cache holds is handled in half of the time.
        """
        line = 1
        for start, end in self._stretches():
            lines = self.text[start:end].splitlines()
            above = max(self.header_line + 1 - line, 0)
            yield line + above, lines[above:]
            line += len(lines)

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """The text cut at ends of lines into pieces of about one size, as offsets."""
        start = 0
        while start < len(self.text):
            end = self.text.find("\n", start + _STRETCH) + 1 or len(self.text)
            yield start, end
            start = end

    # --- what is wrong, and where ---------------------------------------------------------------------------

    def _misfit(self, line: int, row: Sequence[str], problems: Problems) -> None:
        self.torn.append(row)
        what = "too few" if len(row) < self.width else "too many"
        advice = "add the commas for the cells that are blank"
        if self.sheet:
            advice = "clear the cells beyond the last column, or name their columns in the header"
        elif len(row) > self.width:
            advice = "a comma inside a cell needs quotation marks round the cell"
        problems.add(
            "E0612",
            f"this row has {what} cells: {len(row)}, and the header has {self.width}",
            lambda: self.place(line, min(len(row), self.width)),
            help=advice,
        )
        problems.leave_out("rows")

    def _unreadable(self, line: int, reason: str, problems: Problems) -> None:
        if "field larger" in reason and '"' not in self.line_text(line):
            message, advice = "a cell is far too long", "is a line end missing here?"
        elif "expected after" in reason:
            message = "a quotation mark inside a cell"
            advice = "double each quotation mark inside a cell that stands in quotation marks"
        else:
            message, advice = "a quotation mark is never closed", "close it, or take it out"
        cell = self.line_text(line).split('"', maxsplit=1)[0].count(",")
        place = self.place(line, cell)
        # Where a quotation mark is missing, what is left out may stand in any cell.
        place = replace(place, line_text=None) if self.hidden else place
        problems.stop("E0607", message, place, help=advice)

    def line_text(self, line: int) -> str:
        """A line of the file without its end."""
        if self.as_written is not None and (written := self.as_written(line)) is not None:
            return written
        if line > len(self._starts):
            return ""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def place(self, line: int, index: int = 0) -> Place:
        """The place of cell `index` of the row that begins on a line."""
        if self.sheet:
            return self.sheet.place(line, index)
        text = self.line_text(line)
        column, cell = _cell(text, index)
        shown = self._without_hidden(line, text) if self.hidden and line != self.header_line else text
        return Place.in_line(self.name, line, column, length=max(len(cell), 1), text=shown)

    def _without_hidden(self, line: int, text: str) -> str:
        """A line with dots in place of cells that are left out; blank if it is not plain which those are."""
        if line in self._bare:
            return self._bare[line]
        self._bare.clear()
        cells = list(_CELL.finditer(text))
        if len(cells) > 1 and not cells[-2][2]:
            cells.pop()  # the pattern finds a blank one after the last
        if len(cells) < self.width or any(cell[1].strip() for cell in cells[self.width :]):
            return self._bare.setdefault(line, "")
        parts = (
            "·" * len(cell[1]) + cell[2] if at in self.hidden else cell[0] for at, cell in enumerate(cells)
        )
        return self._bare.setdefault(line, "".join(parts))

    def header_place(self, index: int) -> Callable[[], Place]:
        """How to find the place of a column's name."""
        return lambda: self.place(self.header_line, index)

    def cell_place(self, line: int, column: str) -> Callable[[], Place]:
        """How to find the place of a column's cell in a row; of one that is mapped that it is."""
        if self.mapping and column in self.mapping.columns:
            note = f"the column `{self.called(column)}`, mapped to `{column}`"
            if column in self.mapping.values:
                note += ": what its words stand for is said under `values`"
            return Noted(lambda: self.place(line, self.columns.get(column, 0)), note)
        return lambda: self.place(line, self.columns.get(column, 0))


def _cell(text: str, index: int) -> tuple[int, str]:
    """At which character of a line a cell begins, and what it holds; past the last, the end of the line."""
    return (_quoted_cell if '"' in text else _plain_cell)(text, index)


def _plain_cell(text: str, index: int) -> tuple[int, str]:
    """The same of a line without quotation marks.

    >>> _plain_cell("P1,5,x", 2), _plain_cell("P1,5,x", 3)
    ((6, 'x'), (7, ''))
    """
    cells = text.split(",", index + 1)
    if index >= len(cells):
        return len(text) + 1, ""
    return sum(map(len, cells[:index])) + index + 1, cells[index]


def _quoted_cell(text: str, index: int) -> tuple[int, str]:
    """The same of a line with quotation marks."""
    column, cell = 1, ""
    for number, match in enumerate(_CELL.finditer(text)):
        column, cell = match.start() + 1, match[1]
        if number == index:
            break
    return column, cell


def read_table(
    text: str,
    name: str,
    problems: Problems,
    *,
    needed: Sequence[str],
    known: Sequence[str],
    why_not: Callable[[str], str],
    as_written: Lines | None = None,
    sheet: Sheet | None = None,
    mapping: TableMapping | None = None,
) -> Table | None:
    """The table of a text; None, with the reasons noted, if its rows cannot be read by its header.

    A column too many makes the data useless, and its rows are read all the same, so that all that is wrong is
    said in one run. `known` are the columns that may stand in it, `needed` those of them that must; `why_not`
    says of any other why it may not. `as_written` finds lines as they stand in the file; `sheet` is that for
    which the text stands. With a `mapping` its columns have the names that the mapping says.
    """
    header, line = _header(text, name, problems, mapping.header_line if mapping else 1)
    if header is None:
        if not problems.stopped:
            problems.stop(
                "E0605", "the table has no columns", Place(name, 1), help="was the export finished?"
            )
        return None
    table = Table(
        name=name,
        text=text,
        columns={},
        width=len(header),
        header_line=line,
        as_written=as_written,
        sheet=sheet,
        mapping=mapping,
    )
    if _wrong_delimiter(header, table, needed, problems):
        return None
    most = MOST_SESSIONS if mapping and mapping.sessions else MOST_COLUMNS
    if len(header) > most:
        message = f"the header has {len(header):,} columns, and {most:,} are the most"
        problems.stop("E0634", message, table.place(line), help="is a line end missing after the header?")
        return None
    while len(header) > 1 and not header[-1]:
        header.pop()
    if mapping:
        found = MappedHeader(mapping, header, table.header_place, known, problems).columns(why_not)
    else:
        found = Columns(_columns(header, table, known, why_not, problems), {}, frozenset())
    missing = [column for column in needed if column not in found.of]
    for column in missing:
        if mapping and (column in mapping.columns or not mapping.columns.keys() <= {*known}):
            continue  # the mapping names one of theirs or of ours that is not there, which is said by now
        close = nearest(column, [one for one in header if one not in known])
        advice = f"is it `{close}`? write `{column}`" if close else f"add a column `{column}`"
        if mapping:
            which = f"{column}: {close or '…'}"
            advice = f"say under `columns` in `{MAPPING}` which it is: `{which}`"
        message = f"the column `{column}` is missing"
        problems.stop("E0608", message, table.header_place(0), help=advice, about=COLUMN)
    if missing:
        return None
    return replace(table, columns=found.of, sessions=found.sessions, hidden=found.hidden, width=len(header))


def _columns(
    header: Sequence[str],
    table: Table,
    known: Sequence[str],
    why_not: Callable[[str], str],
    problems: Problems,
) -> dict[str, int]:
    """Where each column stands; those that may not stand there are noted."""
    columns: dict[str, int] = {}
    for index, column in enumerate(header):
        where = table.header_place(index)
        if not column:
            message = f"column {index + 1} has no name"
            problems.stop("E0609", message, where, help="name it in the header", about=COLUMN)
        elif column in columns:
            first = table.header_place(columns[column])
            message = f"the column `{column}` appears twice"
            also = ((first, "first here"),)
            problems.stop("E0611", message, where, help="take one of them out", also=also, about=COLUMN)
        elif column not in known:
            close = nearest(column, [one for one in known if one not in header])
            advice = f"did you mean `{close}`?" if close else "take the column out"
            problems.stop("E0610", why_not(column), where, help=advice, about=COLUMN)
        columns.setdefault(column, index)
    return columns


def _header(text: str, name: str, problems: Problems, least: int) -> tuple[list[str] | None, int]:
    """The first row that is not blank, and its line, from a line on."""
    reader = csv.reader((line[0] for line in _LINE.finditer(text)), strict=True)
    line = 0
    try:
        for row in reader:
            if line + 1 >= least and any(cell.strip() for cell in row):
                return [cell.strip() for cell in row], line + 1
            line = reader.line_num
    except csv.Error:
        problems.stop(
            "E0607", "a quotation mark in the header is never closed", Place(name, line + 1), help="close it"
        )
    return None, 1


def _wrong_delimiter(header: Sequence[str], table: Table, needed: Sequence[str], problems: Problems) -> bool:
    if len(header) != 1 or header[0] in {*map(table.called, needed), *needed} or table.sheet:
        return False
    for sign, what in _OTHER_DELIMITERS.items():
        if sign in header[0]:
            problems.stop(
                "E0606",
                f"the cells are separated by {what}, and commas are expected",
                table.place(table.header_line, 0),
                help="export it as CSV with commas, in Excel as “CSV UTF-8 (Comma delimited)”",
            )
            return True
    return False
