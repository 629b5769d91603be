"""The columns of pupils: ids, schools, births, times on roll, facts and parents, without an object a pupil.

What stands in a column is read once for each distinct text, by the same functions as a cell of CSV. Rows that
are not plain (a doubled id, a date that is none, a birth after the first day on roll) are named, not judged.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.history import Recorded
from fingerpost.population import sheets
from fingerpost.population.sheets import InNumbers, Sheet, is_plain
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

    codes: NDArray[np.integer[Any]]
    """Small where few rows are distinct: of very many pupils most facts are yes, no or nothing."""
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
            self.codes = self.codes.astype(_kind_of(number, self.codes.dtype), copy=False)
        self.codes[row] = number

    def take(self, rows: NDArray[np.int64]) -> Coded:
        """Some of the rows, in another order."""
        return Coded(self.codes[rows], self.pool)


def coded_as(numbers: NDArray[np.integer[Any]]) -> NDArray[np.integer[Any]]:
    """Numbers from 0 on, each in an octet if that holds them all."""
    return numbers.astype(_kind_of(int(numbers.max(initial=0)), np.dtype(np.uint8)), copy=False)


def _kind_of(most: int, kind: np.dtype[Any]) -> np.dtype[Any]:
    """A kind of number that holds so much: the one given if it does."""
    return kind if most <= np.iinfo(kind).max else np.dtype(np.int32)


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

    def ids(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """Ids in a column, which may be blank: for each row the number of its id from 1 on, 0 for none."""
        found = self.ids_in_numbers(name)
        return found.numbers, found.texts.to_pylist()

    def ids_in_numbers(self, name: str) -> InNumbers:
        """The same, for whoever wants something else than the numbers."""
        found = self.sheet.in_numbers(name)
        if not is_plain(found.texts, _LONGEST_ID):
            odd = ~_flags(arrow("compute").match_substring_regex(found.texts, _PLAIN_ID))
            if odd.any():
                self.unplain |= found.mapped(np.concatenate([[False], odd]))
        return found

    def values(self, name: str, read: Callable[[str], T | Fault]) -> tuple[NDArray[np.int32], list[T]]:
        """For each row the number of its value in a column from 1 on, 0 for none; and the values."""
        found, numbers, values = self._of_kinds(name, read)
        return found.mapped(numbers), values

    def _of_kinds(
        self, name: str, read: Callable[[str], T | Fault]
    ) -> tuple[InNumbers, NDArray[np.int32], list[T]]:
        """The same, by the numbers of a column's texts."""
        found = self.sheet.in_numbers(name)
        values: list[T] = []
        numbers = np.zeros(len(found.texts) + 1, dtype=np.int32)
        bad = np.zeros(len(found.texts) + 1, dtype=np.bool_)
        for index, text in enumerate(found.texts.to_pylist(), start=1):
            value = read(text)
            if isinstance(value, Fault) or is_odd(text):
                bad[index] = True
            else:
                values.append(value)
                numbers[index] = len(values)
        if bad.any():
            self.unplain |= found.mapped(bad)
        return found, numbers, values

    def dates(self, name: str) -> NDArray[np.int64]:
        """Dates as ordinals, 0 for none."""
        found = np.zeros(len(self.sheet), dtype=np.int64)
        self._put_dates(name, found)
        return found

    def short_dates(self, name: str) -> NDArray[np.int32]:
        """The same in 32 bits."""
        found = np.zeros(len(self.sheet), dtype=np.int32)
        self._put_dates(name, found)
        return found

    def sessions(self, name: str) -> NDArray[np.int32]:
        """The mornings of dates as sessions, 0 for none."""
        found = self.short_dates(name)
        found *= 2
        return found

    def _put_dates(self, name: str, ordinals: NDArray[np.int32] | NDArray[np.int64]) -> None:
        """Fills in the ordinals, where there are zeros."""
        pa = arrow()
        if not self.sheet.has(name):
            return
        column = self.sheet.column(name)
        if pa.types.is_date32(column.type):
            there = _flags(column.is_valid())
            ordinals[:] = column.cast(pa.int32()).fill_null(-_DAY_0).to_numpy()
            ordinals += _DAY_0
            if len(ordinals) and (ordinals.min() < _EARLIEST or ordinals.max() > _LATEST):
                wrong = there & ((ordinals < _EARLIEST) | (ordinals > _LATEST))
                self.unplain |= wrong
                ordinals[wrong] = 0
            return
        found, numbers, values = self._of_kinds(name, read_date)
        of_values = np.array([0, *(date.toordinal() for date in values)], dtype=ordinals.dtype)
        ordinals[:] = found.mapped(of_values[numbers])

    def year_groups(self, name: str) -> NDArray[np.int32]:
        """Year groups, -1 for none."""
        found, numbers, values = self._of_kinds(name, read_year_group)
        return found.mapped(np.array([-1, *values], dtype=np.int32)[numbers])

    def facts(self, facts: Mapping[str, Fact]) -> dict[str, Coded]:
        """A column for each fact."""
        found: dict[str, Coded] = {}
        for name, fact in facts.items():
            if not self.sheet.has(name):
                continue

            def read(text: str, fact: Fact = fact) -> Recorded | Fault:
                value = read_value(text, fact.type, fact.name)
                return value if isinstance(value, Fault) else Recorded(value=value)

            said_of, numbers, values = self._of_kinds(name, read)
            # One number for values that are written in several ways.
            known: dict[tuple[Recorded, ...], int] = {(): 0}
            pooled = [0, *(known.setdefault((value,), len(known)) for value in values)]
            codes = coded_as(np.array(pooled, dtype=np.int32))
            found[name] = Coded(said_of.mapped(codes[numbers]), list(known))
        return found


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
