"""The columns of pupils: ids, schools, births, times on roll, facts and parents, without an object a pupil.

What stands in a column is read once for each distinct text, by the same functions as a cell of CSV. Rows that
are not plain (a doubled id, a date that is none, a birth after the first day on roll) are named, not judged.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.history import Recorded
from fingerpost.population import sheets
from fingerpost.population.block import Codes
from fingerpost.population.sheets import Sheet, is_plain
from fingerpost.readers.cells import FIRST_YEAR, LAST_YEAR, read_date, read_value, read_year_group
from fingerpost.readers.problems import Fault
from fingerpost.readers.texts import first_control
from fingerpost_dsl.model.declarations import Fact

T = TypeVar("T")
Flags = NDArray[np.bool_]
_DAY_0 = dt.date(1970, 1, 1).toordinal()
_EARLIEST, _LATEST = dt.date(FIRST_YEAR, 1, 1).toordinal(), dt.date(LAST_YEAR, 12, 31).toordinal()
_LONGEST_ID = 200
_PLAIN_ID = r"^[!-~][ -~]{0,199}$"


@dataclass
class Coded:
    """Rows about one fact, coded: a number for each pupil, and what each number stands for."""

    codes: Codes
    pool: list[tuple[Recorded, ...]] = field(default_factory=lambda: [()])
    """What is recorded of a pupil with each number; nothing with 0."""
    _known: dict[tuple[Recorded, ...], int] = field(default_factory=dict, repr=False)

    @classmethod
    def empty(cls, rows: int) -> Coded:
        """Of which nothing is recorded."""
        return cls(np.zeros(rows, dtype=np.int32))

    def put(self, row: int, said: tuple[Recorded, ...]) -> None:
        """What is recorded of one row."""
        if not self._known:
            self._known = {rows: number for number, rows in enumerate(self.pool)}
        number = self._known.setdefault(said, len(self.pool))
        if number == len(self.pool):
            self.pool.append(said)
        self.codes[row] = number

    def take(self, rows: NDArray[np.int64]) -> Coded:
        """Some of the rows, in another order."""
        return Coded(self.codes[rows], self.pool)


class Reading:
    """One table, read column by column; `unplain` are the rows that another reader must look at."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.unplain = np.zeros(len(sheet), dtype=np.bool_)

    def needed(self, name: str) -> Column:
        """The ids in a column: every one must be there, and be plain."""
        texts = self.sheet.texts(name)
        if not is_plain(texts, _LONGEST_ID):
            self.unplain |= ~_flags(arrow("compute").match_substring_regex(texts, _PLAIN_ID))
        return texts

    def ids(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        """Ids in a column, which may be blank: for each row the number of its id from 1 on, 0 for none."""
        numbers, texts = self.sheet.factors(name)
        if not is_plain(texts, _LONGEST_ID):
            odd = ~_flags(arrow("compute").match_substring_regex(texts, _PLAIN_ID))
            self.unplain |= np.concatenate([[False], odd])[numbers]
        return numbers, texts.to_pylist()

    def values(self, name: str, read: Callable[[str], T | Fault]) -> tuple[NDArray[np.int32], list[T]]:
        """For each row the number of its value in a column from 1 on, 0 for none; and the values."""
        indices, kinds = self.sheet.factors(name)
        values: list[T] = []
        numbers = np.zeros(len(kinds) + 1, dtype=np.int32)
        bad = np.zeros(len(kinds) + 1, dtype=np.bool_)
        for index, text in enumerate(kinds.to_pylist(), start=1):
            value = read(text)
            if isinstance(value, Fault) or is_odd(text):
                bad[index] = True
            else:
                values.append(value)
                numbers[index] = len(values)
        if bad.any():
            self.unplain |= bad[indices]
        return numbers[indices], values

    def dates(self, name: str) -> NDArray[np.int64]:
        """Dates as ordinals, 0 for none."""
        pa = arrow()
        column = self.sheet.column(name)
        if pa.types.is_date32(column.type):
            there = _flags(column.is_valid())
            days = column.cast(pa.int32()).fill_null(0).to_numpy()
            ordinals: NDArray[np.int64] = days.astype(np.int64)
            ordinals += _DAY_0
            ordinals[~there] = 0
            if len(ordinals) and (ordinals.min() < _EARLIEST or ordinals.max() > _LATEST):
                wrong = there & ((ordinals < _EARLIEST) | (ordinals > _LATEST))
                self.unplain |= wrong
                ordinals[wrong] = 0
            return ordinals
        indices, values = self.values(name, read_date)
        return np.array([0, *(date.toordinal() for date in values)], dtype=np.int64)[indices]

    def year_groups(self, name: str) -> NDArray[np.int32]:
        """Year groups, -1 for none."""
        indices, values = self.values(name, read_year_group)
        return np.array([-1, *values], dtype=np.int32)[indices]

    def facts(self, facts: Mapping[str, Fact]) -> dict[str, Coded]:
        """A column for each fact."""
        found: dict[str, Coded] = {}
        for name, fact in facts.items():
            if not self.sheet.has(name):
                continue

            def read(text: str, fact: Fact = fact) -> Recorded | Fault:
                value = read_value(text, fact.type, fact.name)
                return value if isinstance(value, Fault) else Recorded(value=value)

            codes, values = self.values(name, read)
            found[name] = _pooled(codes, values)
        return found


def _pooled(codes: NDArray[np.int32], values: Iterable[Recorded]) -> Coded:
    """One number for values that are written in several ways."""
    known: dict[tuple[Recorded, ...], int] = {(): 0}
    numbers = [0, *(known.setdefault((value,), len(known)) for value in values)]
    return Coded(np.array(numbers, dtype=np.int32)[codes], list(known))


def is_odd(text: str) -> bool:
    """Whether a text holds what no text has, or is too long for a cell, which the other reader says."""
    return len(text) >= csv.field_size_limit() or first_control(text) is not None


def factors(texts: Column) -> tuple[NDArray[np.int64], list[str]]:
    """For each row the number of its text from 1 on, 0 for none; and the distinct texts."""
    numbers, kinds = sheets.factors(texts)
    return numbers, kinds.to_pylist()


def repeated(texts: Column) -> Flags:
    """The rows whose text stands in another row too."""
    indices, _ = sheets.factors(texts)
    twice = np.bincount(indices) > 1
    twice[:1] = False
    found: Flags = twice[indices]
    return found


def is_rising(texts: Column) -> bool:
    """Whether each text comes after the one before it, and none is blank: as in a table that is sorted."""
    pc = arrow("compute")
    return not texts.null_count and pc.all(pc.less(texts[:-1], texts[1:])).as_py() is not False


def said(sheet: Sheet, column: str) -> Flags:
    """The lines in which a column says anything."""
    if not sheet.has(column):
        return np.zeros(len(sheet), dtype=np.bool_)
    return np.asarray(sheet.texts(column).is_valid())


def _flags(column: Column) -> Flags:
    """Yes and no as flags, a blank for no."""
    found: Flags = column.fill_null(False).to_numpy(zero_copy_only=False).astype(np.bool_)
    return found
