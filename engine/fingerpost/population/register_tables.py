"""Marks out of tables: marks strings, code bytes and long tables, by the rows of a population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.history import HalfDay
from fingerpost.population.code_list import CodeList, Octets
from fingerpost.population.corrections import Corrections, corrected
from fingerpost.population.packing import Spelt
from fingerpost.population.people import Reading, said
from fingerpost.population.sheets import Sheet
from fingerpost.population.sources import LongMarks, Strings, joined
from fingerpost.population.strips import Slots, weekdays
from fingerpost.readers.cells import read_half
from fingerpost.readers.marks_strings import LAST_SLOT
from fingerpost.readers.problems import Fault

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int32]


@dataclass(frozen=True)
class StringLines:
    """The lines of a table with marks strings, which are read when they are packed."""

    sheet: Sheet
    rows: Rows | Places
    """Of each line whose it is, -1 for nobody's."""
    starts: Places
    """The session of the first mark."""
    unplain: Flags
    """Lines that are not plain if they have marks."""
    odd: Flags
    """Those of them that have, once the marks were read."""
    without_calendar: list[Rows] = field(default_factory=list)
    """The rows that have marks, and whose school has no calendar, once the marks were read."""

    @classmethod
    def of(cls, sheet: Sheet, rows: Rows | Places) -> StringLines:
        """The lines of a table, the marks strings apart."""
        reading = Reading(sheet)
        starts = reading.sessions("start")
        if sheet.has("session"):
            starts += _halves(reading, sheet)
        reading.unplain |= (starts < 2) | said(sheet, "recorded_on")
        return cls(sheet, rows, starts, reading.unplain, np.zeros(len(sheet), dtype=np.bool_))

    def pieces(self) -> Iterator[Spelt]:
        """The strings that are plain, some thousand lines at a time."""
        for first, column in self.sheet.pieces("marks"):
            lines = slice(first, first + len(column))
            there = np.asarray(column.is_valid())
            self.odd[lines] = there & self.unplain[lines]
            meant = there & (self.rows[lines] >= 0) & ~self.unplain[lines]
            if meant.any():
                begins, ends, text = _octets(column)
                rows, starts = (one[lines].astype(np.int64) for one in (self.rows, self.starts))
                given = Spelt(rows, starts, begins, ends, text)
                yield given if meant.all() else given.take(meant)


def _octets(column: Column) -> tuple[Rows, Rows, Octets]:
    """Where each text or row of octets begins and ends, and in what."""
    pa = arrow()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_fixed_size_binary(column.type):
        column = column.cast(pa.binary())
    large = pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type)
    if not large and not pa.types.is_string(column.type) and not pa.types.is_binary(column.type):
        column = column.cast(pa.string())
    _, offsets, text = column.buffers()
    given = np.frombuffer(offsets, dtype=np.int64 if large else np.int32)
    edges: Rows = given[column.offset : column.offset + len(column) + 1].astype(np.int64)
    letters = np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, dtype=np.uint8)
    return edges[:-1], edges[1:], letters


@dataclass
class Held:
    """Strings that are held in memory until all have been read."""

    parts: list[Spelt] = field(default_factory=list)

    def add(self, given: Spelt) -> None:
        """Holds some strings, without the others that stood with them."""
        text, edges = joined(given.text, given.begins, given.ends - given.begins)
        self.parts.append(Spelt(given.rows, given.starts, edges[:-1], edges[1:], text.copy()))

    def strings(self, codes: CodeList) -> Strings:
        """All of them, sorted, over the sessions of no calendar yet."""
        none = np.zeros(0, dtype=np.int64)
        rows, starts, lengths = (
            np.concatenate([none, *columns])
            for columns in (
                [one.rows for one in self.parts],
                [one.starts for one in self.parts],
                [one.ends - one.begins for one in self.parts],
            )
        )
        text = np.concatenate([np.zeros(0, dtype=np.uint8), *(one.text for one in self.parts)])
        order = np.lexsort((starts, rows))
        begins = np.cumsum(lengths) - lengths
        text, edges = joined(text, begins[order], lengths[order])
        return Strings(rows[order], starts[order], edges, text, codes, none)


def running_weekdays(strings: Strings) -> Slots:
    """The sessions of every Monday to Friday over which strings run where there is no calendar."""
    if not len(strings.starts):
        return np.zeros(0, dtype=np.int64)
    first, last = int(strings.starts.min()), int(strings.starts.max())
    longest = int(np.diff(strings.offsets).max())
    found = weekdays(first, (last - first) + longest + 14)
    return found[found <= LAST_SLOT]


def _halves(reading: Reading, sheet: Sheet) -> Rows:
    """0 for a morning, or where nothing is said, and 1 for an afternoon."""
    numbers, values = reading.values("session", read_half)
    return np.array([0, *(half is HalfDay.PM for half in values)], dtype=np.int64)[numbers]


def long_marks_of(
    sheet: Sheet, whose: Rows | Places, codes: CodeList
) -> tuple[LongMarks, Corrections, Flags]:
    """The marks of a long table, what was corrected in them, and the lines that are not plain."""
    rows = whose.astype(np.int64)
    reading = Reading(sheet)
    dates, recorded = reading.dates("date"), reading.dates("recorded_on")
    session = sheet.texts("session")
    slots = dates * 2 + _halves(reading, sheet)

    def letter(code: str) -> int | Fault:
        found = codes.letters.get(code)
        return Fault("E0619", f"`{code}` is no code") if found is None else found

    numbers, letters = reading.values("code", letter)
    reading.unplain |= (dates == 0) | (numbers == 0) | ~np.asarray(session.is_valid())
    meant = np.flatnonzero((rows >= 0) & ~reading.unplain)
    order = meant if (np.diff(rows[meant]) >= 0).all() else meant[np.argsort(rows[meant], kind="stable")]
    of_number: Octets = np.array([0, *letters], dtype=np.uint8)
    told, counting, unplain = corrected(rows[order], slots[order], recorded[order])
    reading.unplain[order[unplain]] = True
    said_of = order[told]
    corrections = Corrections(rows[said_of], slots[said_of], of_number[numbers[said_of]], recorded[said_of])
    order = order[counting]
    return LongMarks(rows[order], slots[order], of_number[numbers[order]]), corrections, reading.unplain
