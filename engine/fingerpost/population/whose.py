"""Whose the lines of tables are: by line the place of a pupil, or of a parent of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.util import find_spec
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.population.holders import Parents
from fingerpost.population.kernels import WORTHWHILE
from fingerpost.population.people import Coded, Reading, factors, is_rising
from fingerpost.population.sheets import Sheet, octets_of
from fingerpost.population.text_columns import in_numbers
from fingerpost_dsl.model.declarations import Fact

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of pupils, by their lines."""

    texts: Column
    is_rising: bool
    """Whether each comes after the one before it."""

    @classmethod
    def of(cls, texts: Column) -> Ids:
        """Ids in a column."""
        return cls(texts, is_rising(texts))

    def places_of(self, sheet: Sheet) -> Rows:
        """For each line of a table the place of its pupil, -1 for nobody."""
        ids, texts = self.texts, sheet.texts("pupil")
        if texts.equals(ids) and not ids.null_count:
            return np.arange(len(ids))
        if texts.null_count:
            texts = texts.fill_null("")
        found = self._along(texts)
        return found if found is not None else self._searched_for(texts)

    def _along(self, texts: Column) -> Rows | None:
        """The same by walking along both, where both are in order; None where they are not."""
        pa, quick = arrow(), machine_code() if len(texts) >= WORTHWHILE and self.is_rising else None
        if quick is None or not (pa.types.is_string(texts.type) and pa.types.is_string(self.texts.type)):
            return None
        places = np.empty(len(texts), dtype=np.int64)
        walked = quick.places_along(*octets_of(self.texts), *octets_of(texts), places)
        return places if walked else None

    def _searched_for(self, texts: Column) -> Rows:
        """The same in any order: lines of a pupil often stand together."""
        pa, pc = arrow(), arrow("compute")
        first = np.ones(len(texts), dtype=np.bool_)
        first[1:] = np.asarray(pc.not_equal(texts[1:], texts[:-1]))
        found = pc.index_in(texts.filter(pa.array(first)), value_set=self.texts).fill_null(-1)
        places: Rows = np.asarray(found).astype(np.int64)[np.cumsum(first) - 1]
        return places


@cache
def machine_code() -> ModuleType | None:
    """The compiled walk; None where numba is not installed."""
    if find_spec("numba") is None:
        return None
    from fingerpost.population import compiled_places  # noqa: PLC0415  # imports numba

    return compiled_places


@dataclass(frozen=True)
class ParentLines:
    """The lines of the table of parents."""

    whose: Rows
    """The line of the pupil of each, -1 for nobody."""
    names: Rows
    """Of each line the number of the parent's id, from 1 on; 0 for none."""
    kinds: Sequence[str]
    """The distinct ids."""
    facts: dict[str, Coded]
    """By fact: a number for each line."""
    unplain: Flags
    """Which lines another reader must look at."""
    _sorted: list[tuple[Rows, Rows | None]] = field(default_factory=list)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """The number of each id."""
        return {name: number for number, name in enumerate(self.kinds, start=1)}

    def named(self, ids: Column) -> Flags:
        """Which lines have one of these ids."""
        wanted = set(ids.to_pylist())
        found: Flags = np.array([False, *(name in wanted for name in self.kinds)])[self.names]
        return found

    @classmethod
    def read(cls, sheet: Sheet, whose: Rows, facts: Mapping[str, Fact]) -> ParentLines:
        """The lines of a table; not plain are odd ids, and a parent who stands there twice."""
        reading = Reading(sheet)
        names, kinds = reading.ids("parent")
        reading.unplain |= names == 0
        lines = cls(
            whose=whose,
            names=names,
            kinds=kinds,
            facts=reading.facts(facts),
            unplain=reading.unplain,
        )
        keys, order = lines._keys
        again = np.flatnonzero(keys[1:] == keys[:-1])
        again = np.concatenate([again, again + 1])
        lines.unplain[again if order is None else order[again]] = True
        return lines

    @property
    def _keys(self) -> tuple[Rows, Rows | None]:
        """A key for each pupil and parent, sorted, and the line of each; None if that is its place."""
        if not self._sorted:
            keys = self.whose * (len(self.kinds) + 1) + self.names
            order = None if is_sorted(keys) else np.argsort(keys, kind="stable")
            self._sorted.append((keys if order is None else keys[order], order))
        return self._sorted[0]

    def lines_of(self, pupils: Rows, parents: Column) -> Rows:
        """The lines of parents, by the line of the pupil and the parent's id; -1 where there is none."""
        indices, kinds = factors(parents)
        names = np.array([-1, *(self._numbers.get(name, -1) for name in kinds)], dtype=np.int64)[indices]
        wanted = pupils * (len(self.kinds) + 1) + names
        keys, order = self._keys
        if not len(keys):
            return np.full(len(wanted), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = (keys[places] == wanted) & (names >= 0) & (pupils >= 0)
        return np.where(there, places if order is None else order[places], -1)

    def of_rows(self, rank: Rows) -> Parents:
        """The parents of pupils in another order, by id. `rank` says in which row each pupil's line is."""
        lines = self._in_order(rank)
        whose, names, facts = self.whose, self.names, self.facts
        if lines is not None:
            whose, names = rank[whose[lines]], names[lines]
            facts = {name: coded.take(lines) for name, coded in facts.items()}
        offsets = np.zeros(len(rank) + 1, dtype=np.int64)
        np.cumsum(np.bincount(whose, minlength=len(rank)), out=offsets[1:])
        ids = in_numbers((names - 1).astype(np.int32), arrow().array(self.kinds, type=arrow().string()))
        return Parents(offsets, ids, facts)

    def _in_order(self, rank: Rows) -> Rows | None:
        """The lines in order of their pupils' rows, then of their ids; None if they all stand so."""
        order = sorted(range(len(self.kinds)), key=self.kinds.__getitem__)
        nobody = len(self.whose) > 0 and int(self.whose.min()) < 0
        if not nobody and is_sorted(rank) and order == list(range(len(order))) and self._keys[1] is None:
            return None
        rows = np.where(self.whose >= 0, rank[self.whose] if len(rank) else self.whose, len(rank))
        rank_of_name = np.zeros(len(self.kinds) + 1, dtype=np.int64)
        rank_of_name[np.array(order, dtype=np.int64) + 1] = np.arange(len(order))
        keys = rows * (len(self.kinds) + 1) + rank_of_name[self.names]
        lines = np.arange(len(keys)) if is_sorted(keys) else np.argsort(keys, kind="stable")
        return lines[: int((rows < len(rank)).sum())]


def is_sorted(numbers: Rows) -> bool:
    """Whether none comes before a smaller one."""
    return bool((numbers[1:] >= numbers[:-1]).all())
