"""A register with a column for each session: a row for each pupil, and in each cell a code or nothing.

As `marks.py` it works out once what a cell says, here for each column and code; of 2,000 pupils in a year
that is some 8,000 of 760,000 cells. A blank cell, or `-`, is no mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat

from fingerpost.history import slot_date, slot_half
from fingerpost.readers.draft import MarkEntry
from fingerpost.readers.mapping import NO_MARK
from fingerpost.readers.marks import MarksTable, code_fault
from fingerpost.readers.problems import Fault, Noted, Problems
from fingerpost_dsl.source import Location

_Row = tuple[int, str, MarkEntry]
_NONE: MarkEntry = (0, "", None)
"""What a cell says that holds no mark."""


@dataclass(slots=True)
class WideMarks(MarksTable):
    """Reads the marks of a table whose columns are sessions, and finds cells again."""

    _known: list[dict[str, MarkEntry]] = field(default_factory=list)
    """By column of a session, in their order: what was read before."""
    _wrong: dict[tuple[int, str], Fault] = field(default_factory=dict)
    _cells: dict[str, list[tuple[int, Sequence[str]]]] | None = None
    """By pupil: their lines and the cells of sessions in them; read only where something is wrong."""

    def __post_init__(self) -> None:
        self._known = [{} for _ in self.table.sessions]

    def places(self, pupil: str, entry: MarkEntry) -> list[Location]:
        """The places of the cells that say this of a pupil."""
        if self._cells is None:
            self._cells = {}
            for line, name, cells in self._lines_of_cells(Problems(most_shown=0)):
                self._cells.setdefault(name.strip(), []).append((line, cells))
        return [
            self.table.place(line, index)
            for line, cells in self._cells.get(pupil, ())
            for known, cell, index in zip(self._known, cells, self.table.sessions, strict=True)
            if known.get(cell) == entry
        ]

    def _rows(self, problems: Problems) -> Iterator[_Row]:
        """Every mark that is right; what is wrong with the others is noted."""
        return chain.from_iterable(self._marks_of_rows(problems))

    def _marks_of_rows(self, problems: Problems) -> Iterator[Iterable[_Row]]:
        known = self._known
        for line, name, cells in self._lines_of_cells(problems):
            said = list(map(dict.get, known, cells))
            if None in said:
                for at, entry in enumerate(said):
                    if entry is None:
                        said[at] = self._of_cell(at, cells[at], line, problems)
            marks = [entry for entry in said if entry is not None and entry is not _NONE]
            yield zip(repeat(line), repeat(name), marks)

    def _lines_of_cells(self, problems: Problems) -> Iterator[tuple[int, str, Sequence[str]]]:
        """Of each row its line, its pupil as written, and the cells of sessions."""
        pupil, indices = self.table.columns["pupil"], list(self.table.sessions)
        for line, row in self.table.rows(problems):
            yield line, row[pupil], [row[index] for index in indices]

    def _of_cell(self, at: int, cell: str, line: int, problems: Problems) -> MarkEntry | None:
        """What a cell says; None, with the fault noted, if it is wrong. `at` counts columns of sessions."""
        index, slot = list(self.table.sessions.items())[at]
        code = self.table.code(cell.strip())
        if code in NO_MARK:
            self._known[at][cell] = _NONE
            return _NONE
        fault = self._wrong.get((at, code)) or code_fault(self.book, code, slot_date(slot))
        if fault is None:
            self._known[at][cell] = (slot, code, None)
            return self._known[at][cell]
        self._wrong[at, code] = fault
        note = f"the mark of {slot_date(slot)} {slot_half(slot).value}"
        problems.fault(fault, Noted(lambda: self.table.place(line, index), note))
        problems.leave_out("marks")
        return None
