"""Marks out of tables: marks strings, code bytes and long tables, each as a source of letters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.history import HalfDay
from fingerpost.population.code_list import CodeList, Octets
from fingerpost.population.people import Reading, said
from fingerpost.population.sheets import Sheet
from fingerpost.population.strips import LongMarks, Slots, Source, Strings, weekdays
from fingerpost.readers.cells import read_half
from fingerpost.readers.problems import Fault

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Marks:
    """All that tables say of marks, by the rows of a population."""

    strings: tuple[Strings, ...] = ()
    """Their `running` sessions are those of no calendar yet."""
    long: LongMarks | None = None

    def over(self, running: Slots) -> list[Source]:
        """The sources, with strings that run over these sessions."""
        strings: list[Source] = [replace(one, running=running) for one in self.strings]
        return [*strings, self.long] if self.long is not None else strings

    def weekdays(self) -> Slots:
        """The sessions of every Monday to Friday over which strings run where there is no calendar."""
        begun = [one for one in self.strings if len(one.starts)]
        if not begun:
            return np.zeros(0, dtype=np.int64)
        first = min(int(one.starts.min()) for one in begun)
        last = max(int(one.starts.max()) for one in begun)
        longest = max(int(np.diff(one.offsets).max()) for one in begun)
        return weekdays(first, (last - first) + longest + 14)


def strings_of(sheet: Sheet, rows: Rows, codes: CodeList) -> tuple[Strings, NDArray[np.bool_]]:
    """The marks strings of a sheet, and the lines that are not plain.

    `rows` says of each line whose it is, -1 for nobody's.
    """
    pa = arrow()
    reading = Reading(sheet)
    starts = reading.dates("start") * 2 + _halves(reading, sheet)
    column = _joined(sheet)
    there = np.asarray(column.is_valid())
    reading.unplain |= there & ((starts < 2) | said(sheet, "recorded_on"))
    meant = np.flatnonzero(there & (rows >= 0) & ~reading.unplain)
    order = meant[np.lexsort((starts[meant], rows[meant]))]
    if len(order) != len(sheet) or (len(order) and (np.diff(order) != 1).any()):
        column = column.take(pa.array(order))
    _, offsets, text = column.buffers()
    edges = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    letters = np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, dtype=np.uint8)
    found = Strings(rows[order], starts[order], edges, letters, codes, np.zeros(0, dtype=np.int64))
    return found, reading.unplain & there


def _joined(sheet: Sheet) -> Column:
    """The column of marks in one piece, however long."""
    pa = arrow()
    column = sheet.table.column("marks")
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_binary(column.type) or pa.types.is_fixed_size_binary(column.type):
        column = column.cast(pa.binary()).cast(pa.large_binary())
    elif pa.types.is_string(column.type) or pa.types.is_null(column.type):
        column = column.cast(pa.large_string())
    found = column.combine_chunks()
    return found if not isinstance(found, pa.ChunkedArray) else pa.concat_arrays(found.chunks)


def _halves(reading: Reading, sheet: Sheet) -> Rows:
    """0 for a morning, or where nothing is said, and 1 for an afternoon."""
    numbers, values = reading.values(sheet.texts("session"), read_half)
    return np.array([0, *(half is HalfDay.PM for half in values)], dtype=np.int64)[numbers]


def long_marks_of(sheet: Sheet, rows: Rows, codes: CodeList) -> tuple[LongMarks, NDArray[np.bool_]]:
    """The marks of a long table, and the lines that are not plain."""
    reading = Reading(sheet)
    dates = reading.dates("date")
    session = sheet.texts("session")
    slots = dates * 2 + _halves(reading, sheet)

    def letter(code: str) -> int | Fault:
        found = codes.letters.get(code)
        return Fault("E0619", f"`{code}` is no code") if found is None else found

    numbers, letters = reading.values(sheet.texts("code"), letter)
    reading.unplain |= (dates == 0) | (numbers == 0) | ~np.asarray(session.is_valid())
    reading.unplain |= said(sheet, "recorded_on")
    meant = np.flatnonzero((rows >= 0) & ~reading.unplain)
    order = meant if (np.diff(rows[meant]) >= 0).all() else meant[np.argsort(rows[meant], kind="stable")]
    of_number: Octets = np.array([0, *letters], dtype=np.uint8)
    return LongMarks(rows[order], slots[order], of_number[numbers[order]]), reading.unplain
