"""Columns of texts of which few are distinct, as numbers: each row says which of the texts it has.

Such a column is put together without a text for each row, and Parquet takes the numbers as they are. The
texts stand in the order in which rows first have them, so that the column is the same out of whatever it was
made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, Module, arrow
from fingerpost.population.kernels import distinct_numbers

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keys:
    """What some columns of a table follow from: a number for each row."""

    which: Rows
    in_order: Rows
    """The numbers that any row has, in the order in which rows first have them."""

    @classmethod
    def of(cls, which: Rows, kinds: int) -> Keys:
        """Of numbers from 0 up to, and without, `kinds`."""
        return cls(which, _in_order(which, kinds))

    @classmethod
    def all_alike(cls, rows: int) -> Keys:
        """Of so many times the number 0."""
        return cls(np.zeros(rows, dtype=np.int64), np.arange(min(rows, 1)))

    def texts(self, values: Sequence[str | None]) -> Column:
        """A column, by the text that each number stands for.

        >>> Keys.of(np.array([2, 0, 2, 1]), 4).texts(["b", None, "a", "c"]).dictionary.to_pylist()
        ['a', 'b']
        """
        distinct = [value for value in dict.fromkeys(values) if value is not None]
        numbers: dict[str | None, int] = {text: number for number, text in enumerate(distinct)}
        numbers[None] = _BLANK
        own = np.fromiter(map(numbers.__getitem__, values), dtype=np.int64, count=len(values))
        said = own[self.in_order]
        used = _in_order(said[said != _BLANK], len(distinct))
        renumbered = np.full(len(distinct) + 1, _BLANK, dtype=np.int32)
        renumbered[used] = np.arange(len(used))
        texts = arrow().array([distinct[number] for number in used.tolist()], type=arrow().string())
        return in_numbers(renumbered[own][self.which], texts)


_BLANK = -1


def _in_order(which: Rows, kinds: int) -> Rows:
    """The distinct numbers, in the order in which they first stand there."""
    first, _ = distinct_numbers(which, kinds)
    found: Rows = which[np.sort(first)]
    return found


def in_numbers(numbers: NDArray[np.int32], texts: Column) -> Column:
    """A column by the places of its texts, blank where that is negative."""
    pa, blank = arrow(), numbers < 0
    places = pa.array(numbers, type=pa.int32(), mask=blank if blank.any() else None)
    return pa.DictionaryArray.from_arrays(places, texts)


def taken_in_order(texts: Column, places: Rows) -> Column:
    """The texts at some places, of which equal ones stand together and no two are the same text."""
    pa = arrow()
    new = np.ones(len(places), dtype=np.bool_)
    new[1:] = places[1:] != places[:-1]
    return in_numbers((np.cumsum(new) - 1).astype(np.int32), texts.take(pa.array(places[new])))


def with_numbers(schema: Module) -> Module:
    """A schema with all texts in numbers."""
    pa = arrow()
    numbers = pa.dictionary(pa.int32(), pa.string())
    fields = [one.with_type(numbers) if pa.types.is_string(one.type) else one for one in schema]
    return pa.schema(fields, metadata=schema.metadata)


def as_kind(column: Column, kind: Module) -> Column:
    """A column as one of another type: texts in numbers, or as they are, or any other."""
    pa = arrow()
    if column.type == kind:
        return column
    if pa.types.is_dictionary(kind):
        return column.cast(pa.string()).dictionary_encode()
    return column.cast(kind)


def joined(tables: Sequence[Columns]) -> Columns:
    """Tables with texts in numbers one after another, as one that was made at once."""
    if len(tables) == 1:
        return tables[0]
    return arrow().concat_tables(tables).unify_dictionaries().combine_chunks()
