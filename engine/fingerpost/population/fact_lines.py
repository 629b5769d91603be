"""The table of facts, in columns: dated facts of pupils and parents, coded by what their rows say.

A row is read once for each distinct content, and what a pupil's rows say together is settled once for each
distinct sequence of them, by the functions that settle one pupil's. Whatever is not plain (a value that
nobody declared, a judge who may not judge, rows that contradict each other, a measure as reported) names its
pupil.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.digest import normal_rows
from fingerpost.history import Recorded, Value
from fingerpost.known import conflicts
from fingerpost.population.block import distinct
from fingerpost.population.people import Coded, Reading, coded_as, is_odd, said
from fingerpost.population.sequences import sequences
from fingerpost.population.sheets import Sheet
from fingerpost.population.whose import ParentLines, Places
from fingerpost.readers.cells import read_value
from fingerpost.readers.problems import Fault
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Fact, Subject

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
_OF_PUPILS = (Subject.PUPIL, Subject.FAMILY, Subject.COHORT)


@dataclass(frozen=True)
class FactLines:
    """The lines about facts of pupils and parents."""

    whose: Places
    """Of each line the place of its pupil, -1 for nobody."""
    owners: Places
    """The place of its pupil, or for a parent's fact the parent's line."""
    facts: Rows
    """The number of its fact in `names`, from 1 on."""
    names: Sequence[str]
    contents: Rows
    """What it says, by its number in `pool`."""
    pool: Sequence[Recorded]
    unplain: Flags
    """Which lines another reader must look at."""

    @classmethod
    def read(
        cls, sheet: Sheet, whose: Places, parents: ParentLines | None, vocabulary: Vocabulary
    ) -> FactLines:
        """The lines of the table of facts."""
        reading = Reading(sheet)
        numbers, kinds = sheet.factors("fact")
        names: list[str] = kinds.to_pylist()
        known = [vocabulary.facts.get(name) for name in names]
        pupils = np.array([False, *(fact is not None and fact.subject in _OF_PUPILS for fact in known)])
        of_parents = np.array(
            [False, *(fact is not None and fact.subject is Subject.PARENT for fact in known)]
        )
        of_pupil, of_parent = pupils[numbers], of_parents[numbers]
        reading.unplain |= ~(of_pupil | of_parent) | said(sheet, "school") | said(sheet, "authority")
        reading.unplain |= of_pupil & said(sheet, "parent")
        owners = whose.copy()
        if of_parent.any():
            lines = parents.lines_of(whose, sheet.texts("parent")) if parents else np.full_like(whose, -1)
            owners[of_parent] = lines[of_parent]
        reading.unplain |= owners < 0
        contents, pool = _contents(reading, numbers, known, vocabulary)
        return cls(whose, owners, numbers, names, contents, pool, reading.unplain)

    def about(self, subjects: Sequence[Subject], vocabulary: Vocabulary) -> Flags:
        """Which lines are about facts of these subjects."""
        wanted = vocabulary.facts_of(*subjects)
        found: Flags = np.array([False, *(name in wanted for name in self.names)])[self.facts]
        return found

    def put(self, facts: dict[str, Coded], rows: int, vocabulary: Vocabulary, *, of_parents: bool) -> Rows:
        """Puts the plain lines into columns of so many owners, beside what stands there; who is not plain."""
        bad: list[Rows] = [np.zeros(0, dtype=np.int64)]
        for number, name in enumerate(self.names, start=1):
            fact = vocabulary.facts.get(name)
            if fact is None or (fact.subject is Subject.PARENT) != of_parents:
                continue
            lines = np.flatnonzero((self.facts == number) & ~self.unplain)
            if len(lines):
                column = facts.get(name) or Coded.empty(rows)
                facts[name], wrong = self._joined(column, lines, fact, vocabulary)
                bad.append(wrong)
        return np.concatenate(bad)

    def _joined(self, column: Coded, lines: Rows, fact: Fact, vocabulary: Vocabulary) -> tuple[Coded, Rows]:
        """A column with what some lines say of its owners; and the owners of whom that is not plain."""
        owners = self.owners[lines]
        with_cell = np.unique(owners[column.codes[owners] > 0])
        found = sequences(
            np.concatenate([owners, with_cell]),
            np.concatenate([self.contents[lines], len(self.pool) + column.codes[with_cell].astype(np.int64)]),
        )
        cells, pool = [[row] for row in self.pool] + [list(rows) for rows in column.pool], list(column.pool)
        known = {rows: number for number, rows in enumerate(pool)}
        numbers = np.zeros(len(found), dtype=np.int32)
        odd = np.zeros(len(found), dtype=np.bool_)
        for number, items in enumerate(found):
            rows = [row for item in items for row in cells[item]]
            odd[number] = len(rows) > 1 and (
                len(set(rows)) < len(rows)
                or any(True for _ in conflicts(rows, fact.judged_by, vocabulary.part_of))
            )
            settled = normal_rows(tuple(rows))
            numbers[number] = known.setdefault(settled, len(known))
            if numbers[number] == len(pool):
                pool.append(settled)
        codes = column.codes.astype(np.int32)
        codes[found.owners] = numbers[found.which]
        return Coded(coded_as(codes), pool), found.owners[odd[found.which]]


def _contents(
    reading: Reading, numbers: Rows, known: Sequence[Fact | None], vocabulary: Vocabulary
) -> tuple[Rows, Sequence[Recorded]]:
    """What each line says, by its number, and what the numbers stand for."""
    sheet = reading.sheet
    first, last = reading.dates("from"), reading.dates("until")
    reading.unplain |= (first > 0) & (last > 0) & (last < first)
    recorded = reading.dates("recorded_on")
    by, judges = reading.ids("recorded_by")
    texts, kinds = sheet.factors("value")
    spelt: list[str] = kinds.to_pylist()
    values = _values(reading, numbers, texts, known, spelt)
    pairs, pair = np.unique(numbers * (len(judges) + 1) + by, return_inverse=True)
    may = np.ones(len(pairs), dtype=np.bool_)
    for place, key in enumerate(pairs.tolist()):
        number, judge = divmod(key, len(judges) + 1)
        fact = known[number - 1] if number else None
        may[place] = fact is None or vocabulary.may_judge(fact, judges[judge - 1] if judge else None)
    reading.unplain |= ~may[pair]
    at, which = distinct((numbers, texts, first, last, recorded, by), len(sheet))
    pool = [
        Recorded(
            value=values.get((int(numbers[line]), int(texts[line]))),
            first=_date(first[line]),
            last=_date(last[line]),
            recorded_on=_date(recorded[line]),
            recorded_by=judges[by[line] - 1] if by[line] else None,
        )
        for line in at.tolist()
    ]
    once: dict[tuple[int, Recorded], int] = {}
    pairs_of = zip(numbers[at].tolist(), pool, strict=True)
    same = np.array([once.setdefault(one, len(once)) for one in pairs_of], dtype=np.int64)
    return same[which] if len(same) else np.zeros(0, np.int64), [row for _, row in once]


def _values(
    reading: Reading, numbers: Rows, texts: Rows, known: Sequence[Fact | None], spelt: Sequence[str]
) -> Mapping[tuple[int, int], Value]:
    """The value of each fact and text that stand together; lines with what is none are not plain."""
    keys, which = np.unique(numbers * (len(spelt) + 1) + texts, return_inverse=True)
    bad = np.zeros(len(keys), dtype=np.bool_)
    found: dict[tuple[int, int], Value] = {}
    for place, key in enumerate(keys.tolist()):
        number, text = divmod(key, len(spelt) + 1)
        fact = known[number - 1] if number else None
        if fact is None or not text:
            continue
        value = read_value(spelt[text - 1], fact.type, fact.name)
        if isinstance(value, Fault) or is_odd(spelt[text - 1]):
            bad[place] = True
        else:
            found[number, text] = value
    reading.unplain |= bad[which]
    return found


def _date(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None
