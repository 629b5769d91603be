"""The table of pupils in columns: who they are, when they are on roll, and the facts in their own cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.block import Codes
from fingerpost.population.people import Coded, Reading, said
from fingerpost.population.strips import Roll
from fingerpost.readers.folder import REPORTED
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Subject

T = TypeVar("T", bound=np.generic)
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PupilLines:
    """What the table says, line by line, but for the days of birth and on roll, which are read before."""

    year_groups: Codes
    families: Codes
    """0 for none, else one more than the place in `family_names`."""
    family_names: list[str]
    facts: dict[str, Coded]
    of_families: Mapping[str, NDArray[np.integer[Any]]]
    """By fact of a family: what stands in the children's own cells."""
    unplain: Flags
    """The lines that another reader must look at; more are found in other tables."""

    @classmethod
    def read(cls, pupils: Reading, roll: Roll, doubled: Flags, vocabulary: Vocabulary) -> PupilLines:
        """The columns; a line is not plain if its id is `doubled`, or if anything in it might be wrong."""
        births, first, last = roll.births, roll.first, roll.last
        years = pupils.year_groups("year_group")
        families, family_names = pupils.ids("family")
        facts = pupils.facts(vocabulary.facts_of(Subject.PUPIL, Subject.FAMILY))
        of_families = vocabulary.facts_of(Subject.FAMILY)
        unplain = pupils.unplain | doubled
        unplain |= (first > 0) & (last > 0) & (last < first)
        unplain |= (births > 0) & (first > 0) & (births >= first)
        for name in pupils.sheet.names:
            if name.startswith(REPORTED):
                unplain |= said(pupils.sheet, name)
        return cls(
            year_groups=years,
            families=families,
            family_names=family_names,
            facts=facts,
            of_families={name: facts[name].codes for name in of_families if name in facts},
            unplain=unplain,
        )


def roll_of(pupils: Reading) -> Roll:
    """The days of birth and on roll, line by line."""
    return Roll(*map(pupils.short_dates, ("date_of_birth", "on_roll_from", "on_roll_until")))


@dataclass(frozen=True)
class Order:
    """From the lines of the table to the rows of a population."""

    lines: Rows
    """Of each row, its line."""
    rank: Rows
    """Of each line, its row."""
    stands: bool
    """Whether each line is the row of that number."""

    @classmethod
    def standing(cls, lines: int) -> Order:
        """So many lines as they stand."""
        same = np.arange(lines)
        return cls(same, same, stands=True)

    @classmethod
    def of(cls, lines: Rows) -> Order:
        """The order in which each line stands once."""
        if stands(lines):
            return cls.standing(len(lines))
        rank = np.empty(len(lines), dtype=np.int64)
        rank[lines] = np.arange(len(lines))
        return cls(lines, rank, stands=False)

    def of_lines(self, column: NDArray[T]) -> NDArray[T]:
        """A column of the table by row; itself, if the order is the same."""
        return column if self.stands else column[self.lines]


def stands(order: NDArray[np.integer[Any]]) -> bool:
    """Whether lines stand in their order already."""
    return bool((order[1:] > order[:-1]).all())
