"""`marks.csv`: half a million rows, read in about a second.

A register says few things many times over: in two years there are some 760 sessions and twenty-odd codes.
What a row says is therefore worked out once for each combination of its cells, and remembered; of all other
rows only the pupil is looked at. In the usual export, where the pupil comes first and nothing stands in
quotation marks, what follows the first comma is looked up as it stands, without being cut into cells. Rows
are not kept: should one turn out wrong later (two marks for one session), its line is found by reading the
text a second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, compress
from operator import itemgetter, not_

from fingerpost.codes import CodeBook
from fingerpost.history import slot_of
from fingerpost.readers.cells import read_date, read_half
from fingerpost.readers.draft import DraftPupil, MarkEntry
from fingerpost.readers.problems import Fault, Problems, counted
from fingerpost.readers.tables import Table
from fingerpost_dsl.source import Location

_SAYING = ("date", "session", "code", "recorded_on")
"""The columns that a mark is made of, the last of which may be missing."""
_Cells = tuple[str, ...]
_Row = tuple[int, str, MarkEntry]
"""Its line, its pupil as written, and what it says."""


@dataclass(slots=True)
class MarksTable:
    """Reads the marks of a table into the pupils of a draft, and finds rows again."""

    table: Table
    book: CodeBook
    problems: Problems
    _entries: dict[_Cells, MarkEntry] = field(default_factory=dict)
    _faults: dict[_Cells, tuple[Fault, str]] = field(default_factory=dict)
    _lines: dict[str, tuple[list[int], list[MarkEntry]]] | None = None

    def read(self, pupils: dict[str, DraftPupil], left_out: Collection[str], *, alone: bool) -> None:
        """Adds every mark to its pupil. `left_out` are pupils whose own row is wrong.

        Where the marks are `alone`, without a list of pupils, they tell what pupils there are.
        """
        marks_of = {pupil.id: pupil.marks for pupil in pupils.values()}
        strangers: dict[str, list[int]] = {}
        for line, name, entry in self._rows(self.problems):
            marks = marks_of.get(name)
            if marks is None:
                clean = name.strip()
                if clean not in marks_of:
                    if not alone or not clean:
                        strangers.setdefault(clean, []).append(line)
                        continue
                    where = self.table.cell_place(line, "pupil")
                    pupils[clean] = newcomer = DraftPupil(id=clean, where=where, school_where=where)
                    marks_of[clean] = newcomer.marks
                marks = marks_of[name] = marks_of[clean]
            marks.append(entry)
        self._report(strangers, pupils, left_out)

    def places(self, pupil: str, entry: MarkEntry) -> list[Location]:
        """The places of the rows that say this of a pupil."""
        if self._lines is None:
            self._lines = self._all_lines()
        lines, entries = self._lines.get(pupil, ([], []))
        code = self.table.columns["code"]
        return [
            self.table.place(line, code) for line, known in zip(lines, entries, strict=True) if known == entry
        ]

    def _all_lines(self) -> dict[str, tuple[list[int], list[MarkEntry]]]:
        """By pupil: the lines of their marks, and what each says."""
        found: dict[str, tuple[list[int], list[MarkEntry]]] = {}
        for line, name, entry in self._rows(Problems(most_shown=0)):
            lines, entries = found.setdefault(name.strip(), ([], []))
            lines.append(line)
            entries.append(entry)
        return found

    # --- from rows to entries -------------------------------------------------------------------------------

    def _rows(self, problems: Problems) -> Iterator[_Row]:
        """Every row that is right; what is wrong with the others is noted."""
        if self.table.is_plain and self.table.columns["pupil"] == 0:
            return chain.from_iterable(self._plain_rows(problems))
        return self._rows_of_cells(problems)

    def _rows_of_cells(self, problems: Problems) -> Iterator[_Row]:
        """Of any text, through the standard `csv` module."""
        cells_of, pupil = self._cells_of(), self.table.columns["pupil"]
        known = self._entries
        for line, row in self.table.rows(problems):
            cells = cells_of(row)
            entry = known.get(cells) or self._entry(cells, line, problems)
            if entry:
                yield line, row[pupil], entry

    def _plain_rows(self, problems: Problems) -> Iterator[Iterable[_Row]]:
        """Of a plain text with the pupil first, many at a time: only what is new is cut into cells."""
        cells_of = self._cells_of()
        known: dict[str, MarkEntry] = {}
        for first, texts in self.table.plain_lines():
            halves = [text.partition(",") for text in texts]
            said = list(map(known.get, map(itemgetter(2), halves)))
            for index in compress(range(len(said)), map(not_, said)):
                line, row = first + index, texts[index].split(",")
                if self.table.fits(line, row, problems):
                    said[index] = entry = self._entry(cells_of(row), line, problems)
                    if entry:
                        known[halves[index][2]] = entry
            lines = compress(range(first, first + len(said)), said)
            names = compress(map(itemgetter(0), halves), said)
            yield zip(lines, names, filter(None, said), strict=True)

    def _cells_of(self) -> Callable[[list[str]], _Cells]:
        """From a row to its cells that a mark is made of."""
        columns = self.table.columns
        indices = [columns[name] for name in _SAYING if name in columns]
        return itemgetter(*indices)

    def _entry(self, cells: _Cells, line: int, problems: Problems) -> MarkEntry | None:
        """What the cells of a row say; None, with the fault noted at its line, if they are wrong."""
        if entry := self._entries.get(cells):
            return entry
        if cells not in self._faults:
            result = self._parse([cell.strip() for cell in cells])
            if len(result) == 3:
                self._entries[cells] = result
                return result
            self._faults[cells] = result
        fault, column = self._faults[cells]
        problems.fault(fault, self.table.cell_place(line, column))
        problems.leave_out("marks")
        return None

    def _parse(self, cells: list[str]) -> MarkEntry | tuple[Fault, str]:
        cells = [self.table.said(column, cell) for column, cell in zip(_SAYING, cells, strict=False)]
        for cell, column in zip(cells, _SAYING[:3], strict=False):
            if not cell:
                message = f"`{self.table.called(column)}` is blank"
                return Fault("E0613", message, "take the row out if no mark was made"), column
        cells[2] = self.table.code(cells[2])
        date, half = read_date(cells[0]), read_half(cells[1])
        if isinstance(date, Fault):
            return date, "date"
        if isinstance(half, Fault):
            return half, "session"
        if fault := code_fault(self.book, cells[2], date):
            return fault, "code"
        recorded: dt.date | Fault | None = read_date(cells[3]) if len(cells) > 3 and cells[3] else None
        if isinstance(recorded, Fault):
            return recorded, "recorded_on"
        return slot_of(date, half), cells[2], recorded

    def _report(
        self, strangers: Mapping[str, list[int]], pupils: Iterable[str], left_out: Collection[str]
    ) -> None:
        """Once for each pupil who is not on the list, not once a mark."""
        likely = {_bare(pupil): pupil for pupil in pupils}
        for name, lines in strangers.items():
            self.problems.leave_out("marks", len(lines))
            where = self.table.cell_place(lines[0], "pupil")
            if not name:
                rows = counted(len(set(lines)), "row")
                message = f"`{self.table.called('pupil')}` is blank in {rows}, first in this one"
                self.problems.add(
                    "E0613", message, where, help="fill in whose marks they are, or take them out"
                )
            elif name not in left_out:
                close = likely.get(_bare(name))
                self.problems.add(
                    "E0625",
                    f"`{name}` has {counted(len(lines), 'mark')} here, and is not in the list of pupils",
                    where,
                    help=f"did you mean `{close}`?" if close else "add the pupil, or take the marks out",
                )


def code_fault(book: CodeBook, code: str, date: dt.date) -> Fault | None:
    """What is wrong with a code on a date; None if it is in the list then in force."""
    if book.kind(code, date) is not None:
        return None
    instead = book.instead(code, date)
    shown = [f"`{one}` ({book.title(one, date)})" for one in instead]
    if book.is_declared(code):
        advice = f"on that day it was {' or '.join(shown[:3])}" if shown else "no code has taken its place"
        if len(shown) > 3:
            advice = f"on that day it was one of {', '.join(instead)}"
        return Fault("E0620", f"`{code}` is not in the list of codes of {date}", advice)
    if code == "-":
        return Fault("E0619", "`-` is no code", "it stands for no mark: take the row out")
    advice = (
        f"did you mean {' or '.join(shown[:3])}?"
        if shown
        else "write the sign in the register, such as `/`, `\\` or `I`"
    )
    return Fault("E0619", f"`{code}` is no code", advice)


def _bare(name: str) -> str:
    """What spreadsheets and hands change in an id: case, spaces and zeros in front."""
    return name.casefold().replace(" ", "").lstrip("0")


class MarksStringError(Exception):
    """A marks string that cannot be read, and at which character."""

    def __init__(self, fault: Fault, offset: int) -> None:
        super().__init__(fault.message)
        self.fault = fault
        self.offset = offset


def spell_out(text: str) -> Iterator[tuple[int, str | None]]:
    r"""The codes of a marks string and where each begins; None for no mark. Spaces may group them.

    Raises `MarksStringError` for braces that do not match.

    >>> [code for _, code in spell_out("/\\-{Y1}I")]
    ['/', '\\', None, 'Y1', 'I']
    """
    offset = 0
    while offset < len(text):
        sign = text[offset]
        if sign == "{":
            end = text.find("}", offset)
            if end < 0 or not text[offset + 1 : end].strip():
                advice = "write a code of two characters as `{Y1}`"
                raise MarksStringError(Fault("E0637", "a brace without a code and its end", advice), offset)
            yield offset, text[offset + 1 : end].strip()
            offset = end
        elif sign == "}":
            raise MarksStringError(Fault("E0637", "a brace that was never opened", "take it out"), offset)
        elif not sign.isspace():
            yield offset, None if sign == "-" else sign
        offset += 1
