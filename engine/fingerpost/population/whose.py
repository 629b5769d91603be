"""Whose the lines of tables are: by line the place of a pupil, or of a parent of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
Places = NDArray[np.int32]
"""Places among the lines of pupils, -1 for none."""
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

    def places_of(self, sheet: Sheet) -> Places:
        """For each line of a table the place of its pupil, -1 for nobody."""
        places, after = np.empty(len(sheet), dtype=np.int32), -1
        for first, texts in sheet.text_pieces("pupil"):
            found = self._along(texts, after)
            if found is None:
                return self._searched_for(sheet.texts("pupil"))
            places[first : first + len(texts)] = found
            after = max(after, int(found.max(initial=-1)))
        if not self.is_rising and after + 1 < len(self.texts):  # some of them may come again
            return self._searched_for(sheet.texts("pupil"))
        return places

    def _along(self, texts: Column, after: int = -1) -> Places | None:
        """The same of some lines by walking along both, where both are in order; None where they are not.

        `after` is the greatest place of the lines before them.
        """
        if not texts.null_count:
            for first in (after + 1, after) if self.is_rising else (after + 1,):
                if first >= 0 and texts.equals(self.texts.slice(first, len(texts))):
                    return np.arange(first, first + len(texts), dtype=np.int32)
        pa, quick = arrow(), machine_code() if len(self.texts) >= WORTHWHILE and self.is_rising else None
        if quick is None or not (pa.types.is_string(texts.type) and pa.types.is_string(self.texts.type)):
            return None
        if texts.null_count:
            texts = texts.fill_null("")
        places = np.empty(len(texts), dtype=np.int32)
        walked = quick.places_along(*octets_of(self.texts), *octets_of(texts), places, max(after, 0))
        return places if walked else None

    def _searched_for(self, texts: Column) -> Places:
        """The same in any order: lines of a pupil often stand together."""
        pa, pc = arrow(), arrow("compute")
        if texts.null_count:
            texts = texts.fill_null("")
        first = np.ones(len(texts), dtype=np.bool_)
        first[1:] = np.asarray(pc.not_equal(texts[1:], texts[:-1]))
        found = pc.index_in(texts.filter(pa.array(first)), value_set=self.texts).fill_null(-1)
        places: Places = np.asarray(found).astype(np.int32)[np.cumsum(first) - 1]
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

    whose: Places
    """The line of the pupil of each, -1 for nobody."""
    names: Places
    """Of each line the number of the parent's id, from 1 on; 0 for none."""
    kinds: Sequence[str]
    """The distinct ids."""
    facts: dict[str, Coded]
    """By fact: a number for each line."""
    unplain: Flags
    """Which lines another reader must look at."""

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
    def read(cls, sheet: Sheet, whose: Places, facts: Mapping[str, Fact]) -> ParentLines:
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
        order, pupils, named = lines._sorted
        again = np.flatnonzero((pupils[1:] == pupils[:-1]) & (named[1:] == named[:-1]))
        again = np.concatenate([again, again + 1])
        lines.unplain[again if order is None else order[again]] = True
        return lines

    @cached_property
    def _sorted(self) -> tuple[Rows | None, Places, Places]:
        """The lines in order of pupils, then of names, None if they stand so; and in it both of these."""
        whose, names = self.whose, self.names
        same = whose[1:] == whose[:-1]
        if bool(((whose[1:] > whose[:-1]) | (same & (names[1:] >= names[:-1]))).all()):
            return None, whose, names
        order = np.lexsort((names, whose))
        return order, whose[order], names[order]

    def lines_of(self, pupils: Places, parents: Column) -> Rows:
        """The lines of parents, by the line of the pupil and the parent's id; -1 where there is none."""
        indices, kinds = factors(parents)
        wanted = np.array([-1, *(self._numbers.get(name, -1) for name in kinds)], dtype=np.int32)[indices]
        order, whose, names = self._sorted
        found = np.full(len(wanted), -1, dtype=np.int64)
        asked = np.flatnonzero((wanted >= 0) & (pupils >= 0))
        wanted = wanted[asked]
        low, end = (np.searchsorted(whose, pupils[asked], side=side) for side in ("left", "right"))
        high = end.copy()
        while (open_ := low < high).any():
            middle = np.where(open_, (low + high) // 2, 0)
            before = names[middle] < wanted
            low = np.where(open_ & before, middle + 1, low)
            high = np.where(open_ & ~before, middle, high)
        there = np.flatnonzero(low < end)
        there = there[names[low[there]] == wanted[there]]
        found[asked[there]] = low[there] if order is None else order[low[there]]
        return found

    def of_rows(self, rank: Rows) -> Parents:
        """The parents of pupils in another order, by id. `rank` says in which row each pupil's line is."""
        lines = self._in_order(rank)
        whose, names, facts = self.whose, self.names, self.facts
        if lines is not None:
            whose, names = rank[whose[lines]].astype(np.int32), names[lines]
            facts = {name: coded.take(lines) for name, coded in facts.items()}
        offsets = np.zeros(len(rank) + 1, dtype=np.int64)
        np.add.at(offsets[1:], whose, 1)
        np.cumsum(offsets, out=offsets)
        ids = in_numbers(names - np.int32(1), arrow().array(self.kinds, type=arrow().string()))
        return Parents(offsets, ids, facts)

    def _in_order(self, rank: Rows) -> Rows | None:
        """The lines in order of their pupils' rows, then of their ids; None if they all stand so."""
        order = sorted(range(len(self.kinds)), key=self.kinds.__getitem__)
        nobody = len(self.whose) > 0 and int(self.whose.min()) < 0
        in_order = self._sorted[0] is None and order == list(range(len(order)))
        if not nobody and in_order and is_sorted(rank):
            return None
        rows = np.where(self.whose >= 0, rank[self.whose] if len(rank) else self.whose, len(rank))
        rank_of_name = np.zeros(len(self.kinds) + 1, dtype=np.int64)
        rank_of_name[np.array(order, dtype=np.int64) + 1] = np.arange(len(order))
        lines = np.lexsort((rank_of_name[self.names], rows))
        return lines[: int((rows < len(rank)).sum())]


def is_sorted(numbers: Rows | Places) -> bool:
    """Whether none comes before a smaller one."""
    return bool((numbers[1:] >= numbers[:-1]).all())
