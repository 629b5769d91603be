"""Whose the lines of tables are: by line the place of a pupil, or of a parent of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.population.holders import Parents
from fingerpost.population.people import Coded, Reading, factors
from fingerpost.population.sheets import Sheet
from fingerpost_dsl.model.declarations import Fact

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


def places_of(sheet: Sheet, ids: Column) -> Rows:
    """For each line of a table the place of its pupil among `ids`, -1 for nobody."""
    pa, pc = arrow(), arrow("compute")
    texts = sheet.texts("pupil")
    if texts.equals(ids) and not ids.null_count:
        return np.arange(len(ids))
    first = np.ones(len(texts), dtype=np.bool_)
    if texts.null_count:
        texts = texts.fill_null("")
    first[1:] = np.asarray(pc.not_equal(texts[1:], texts[:-1]))
    found = pc.index_in(texts.filter(pa.array(first)), value_set=ids).fill_null(-1)
    places: Rows = np.asarray(found).astype(np.int64)[np.cumsum(first) - 1]
    return places


@dataclass(frozen=True)
class ParentLines:
    """The lines of the table of parents."""

    whose: Rows
    """The line of the pupil of each, -1 for nobody."""
    ids: Column
    """Of each line the parent's id."""
    names: Rows
    """Of each line the number of the parent's id."""
    numbers: Mapping[str, int]
    """The number of each id."""
    facts: dict[str, Coded]
    """By fact: a number for each line."""
    unplain: Flags
    """Which lines another reader must look at."""
    _sorted: list[tuple[Rows, Rows]] = field(default_factory=list)

    @classmethod
    def read(cls, sheet: Sheet, whose: Rows, facts: Mapping[str, Fact]) -> ParentLines:
        """The lines of a table; not plain are odd ids, and a parent who stands there twice."""
        reading = Reading(sheet)
        parents = reading.needed("parent")
        names, kinds = factors(parents)
        lines = cls(
            whose=whose,
            ids=parents,
            names=names,
            numbers={name: number for number, name in enumerate(kinds, start=1)},
            facts=reading.facts(facts),
            unplain=reading.unplain,
        )
        keys, order = lines._keys
        again = np.flatnonzero(keys[1:] == keys[:-1])
        lines.unplain[order[again]] = True
        lines.unplain[order[again + 1]] = True
        return lines

    @property
    def _keys(self) -> tuple[Rows, Rows]:
        """A key for each pupil and parent, sorted, and the line of each."""
        if not self._sorted:
            keys = self.whose * (len(self.numbers) + 1) + self.names
            order = np.arange(len(keys)) if (np.diff(keys) >= 0).all() else np.argsort(keys, kind="stable")
            self._sorted.append((keys[order], order))
        return self._sorted[0]

    def lines_of(self, pupils: Rows, parents: Column) -> Rows:
        """The lines of parents, by the line of the pupil and the parent's id; -1 where there is none."""
        indices, kinds = factors(parents)
        names = np.array([-1, *(self.numbers.get(name, -1) for name in kinds)], dtype=np.int64)[indices]
        wanted = pupils * (len(self.numbers) + 1) + names
        keys, order = self._keys
        if not len(keys):
            return np.full(len(wanted), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = (keys[places] == wanted) & (names >= 0) & (pupils >= 0)
        return np.where(there, order[places], -1)

    def of_rows(self, rank: Rows) -> Parents:
        """The parents of pupils in another order, by id. `rank` says in which row each pupil's line is."""
        pa, pc = arrow(), arrow("compute")
        rows = np.where(self.whose >= 0, rank[self.whose] if len(rank) else self.whose, len(rank))
        by_name = np.asarray(pc.sort_indices(pa.array(list(self.numbers), type=pa.string())))
        rank_of_name = np.zeros(len(self.numbers) + 1, dtype=np.int64)
        rank_of_name[by_name.astype(np.int64) + 1] = np.arange(len(by_name))
        keys = rows * (len(self.numbers) + 1) + rank_of_name[self.names]
        lines = np.arange(len(keys)) if (np.diff(keys) >= 0).all() else np.argsort(keys, kind="stable")
        lines = lines[: int((rows < len(rank)).sum())]
        offsets = np.searchsorted(rows[lines], np.arange(len(rank) + 1))
        facts = {name: coded.take(lines) for name, coded in self.facts.items()}
        ids = self.ids if len(lines) == len(keys) and (np.diff(lines) == 1).all() else None
        if ids is None:
            ids = self.ids.take(pa.array(lines))
        return Parents(offsets.astype(np.int64), ids, facts)
