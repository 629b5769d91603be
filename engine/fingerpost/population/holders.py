"""Who the pupils of a population are, and their parents, in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.history import Parent
from fingerpost.population.block import Codes
from fingerpost.population.events import Events
from fingerpost.population.people import Coded
from fingerpost.population.strips import Roll

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Parents:
    """Who the parents of each row are: those of row i stand from `offsets[i]` to `offsets[i + 1]`, by id."""

    offsets: Rows
    """One more than there are rows."""
    ids: Column
    """Of every parent, those of a row together."""
    facts: Mapping[str, Coded]
    """By fact: a number for each parent of each row."""

    @classmethod
    def none(cls, rows: int) -> Parents:
        """Of pupils of whom none is known."""
        pa = arrow()
        return cls(np.zeros(rows + 1, dtype=np.int64), pa.array([], type=pa.string()), {})

    @cached_property
    def counts(self) -> NDArray[np.int32]:
        """How many are known."""
        return np.diff(self.offsets).astype(np.int32)

    def codes_of(self, rows: Rows) -> Codes:
        """A number for each distinct row of parents; 0 where none is known, and of all but the rows asked."""
        counts, own = self.counts[rows], np.zeros(len(rows), dtype=np.int64)
        for place in range(int(counts.max(initial=0))):
            has = np.flatnonzero(counts > place)
            ids = self.ids.take(arrow().array(self.offsets[rows[has]] + place))
            alike = arrow().array(own[has] << 32 | _numbers_in(ids))
            own[has] = _numbers_in(alike) + 1 + (place << 26)
        found = np.zeros(len(self.counts), dtype=np.int32)
        found[rows] = own
        return found

    def id_of(self, row: int, place: int) -> str:
        """The id of one of a row's parents, by its place among them."""
        name: str = self.ids[int(self.offsets[row]) + place].as_py()
        return name

    def of(self, row: int) -> tuple[Parent, ...]:
        """The parents of a row."""
        return tuple(
            Parent(
                id=self.ids[place].as_py(),
                facts={
                    name: coded.pool[coded.codes[place]]
                    for name, coded in sorted(self.facts.items())
                    if coded.codes[place]
                },
            )
            for place in range(int(self.offsets[row]), int(self.offsets[row + 1]))
        )

    def columns(self, rows: Rows) -> dict[str, Sequence[Codes]]:
        """Of each fact of which anything is recorded with these rows: the numbers of each row's parents."""
        counts = self.counts[rows]
        found: dict[str, Sequence[Codes]] = {}
        for name, coded in self.facts.items():
            columns = []
            for place in range(int(counts.max(initial=0))):
                column = np.zeros(len(rows), dtype=np.int32)
                has = counts > place
                column[has] = coded.codes[self.offsets[rows[has]] + place]
                columns.append(column)
            if any(column.any() for column in columns):
                found[name] = columns
        return found


@dataclass(frozen=True)
class People:
    """The columns of pupils, in the same order in each."""

    ids: Column
    schools: Codes
    """Which of the population's schools."""
    roll: Roll
    year_groups: Codes
    """-1 where not known."""
    families: Codes
    """0 for none, else one more than the place in `family_names`."""
    family_names: Sequence[str]
    facts: Mapping[str, Coded]
    parents: Parents
    events: Events
    """Of those who are not kept."""


def _numbers_in(column: Column) -> NDArray[np.int64]:
    """A number from 0 on for each distinct value of a column."""
    found: NDArray[np.int64] = column.dictionary_encode().indices.to_numpy().astype(np.int64)
    return found
