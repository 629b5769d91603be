"""Events of very many pupils: numbers in columns, and the text of each distinct row.

Few events are alike, so that no row is made for any of them until somebody asks for a pupil's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, arrow
from fingerpost.digest import events_in_order, normal_event
from fingerpost.history import EventRow
from fingerpost.population.block import Codes
from fingerpost.population.sequences import Sequences, sequences
from fingerpost.population.told_of_events import When, alike
from fingerpost.population.truths import Flags
from fingerpost.readers.draft import Draft
from fingerpost.readers.owners import EVENT_COLUMNS, Owners
from fingerpost.readers.problems import Problems, Where
from fingerpost.readers.rows import Rows as Entries
from fingerpost.vocabulary import Vocabulary

Rows = NDArray[np.int64]

_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class _Cells:
    """One row of a table of texts, as a reader takes it."""

    columns: Mapping[str, Column]
    line: int

    def get(self, key: str) -> str | None:
        column = self.columns.get(key)
        return None if column is None else column[self.line].as_py()

    def where(self, key: str) -> Where:
        return None

    def called(self, key: str) -> str:
        return key


@dataclass(frozen=True)
class EventTexts:
    """The distinct rows of a table of events, each made when it is asked for."""

    table: Columns
    """Texts, null for a blank; without whose they are, parents apart."""
    dates: Rows
    """The ordinal of the date of each."""
    vocabulary: Vocabulary
    _made: dict[int, EventRow] = field(default_factory=dict, repr=False)

    @classmethod
    def none(cls, vocabulary: Vocabulary) -> EventTexts:
        """Of no events."""
        names = arrow().array([], type=arrow().string())
        return cls(arrow().table({"event": names, "date": names}), np.zeros(0, np.int64), vocabulary)

    def take(self, rows: Rows) -> EventTexts:
        """Some of the rows."""
        return EventTexts(self.table.take(arrow().array(rows)), self.dates[rows], self.vocabulary)

    @property
    def names(self) -> Sequence[str]:
        """The columns."""
        found: list[str] = self.table.column_names
        return found

    @cached_property
    def _cells(self) -> Mapping[str, Column]:
        return {name: self.table.column(name).combine_chunks() for name in self.names}

    @cached_property
    def _fields(self) -> Sequence[str]:
        return [name for name in self.names if name not in EVENT_COLUMNS]

    @cached_property
    def kinds(self) -> tuple[Rows, Sequence[str]]:
        """The kind of event of each, by its place in a list, and the list."""
        coded = self._cells["event"].dictionary_encode()
        return np.asarray(coded.indices).astype(np.int64), coded.dictionary.to_pylist()

    @cached_property
    def _stands(self) -> Flags:
        """Of which rows no other row can say anything else, nor is it told when they were recorded."""
        lacking = np.ones(len(self.dates), dtype=np.bool_)
        for name in ("id", "cancelled", "recorded_on"):
            if name in self._cells:
                lacking &= np.asarray(self._cells[name].is_null())
        return lacking

    def when(self, content: int) -> When:
        """When one of them was, and whose."""
        row = None if self._stands[content] else self.row(content)
        return When(int(self.dates[content]), _Cells(self._cells, content).get("parent"), row)

    def row(self, content: int) -> EventRow:
        """One of the rows, as the other reader makes it, in its normal form."""
        made = self._made.get(content)
        if made is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            cells = _Cells(self._cells, content)
            event = self.vocabulary.events[cells.get("event") or ""]
            problems = Problems(most_shown=0)
            made = Owners(Draft(), Entries(self.vocabulary, problems)).event_row(event, cells, self._fields)
            assert made is not None, "a row that is not plain is read by the other reader"
            made = self._made[content] = normal_event(made)
        return made


@dataclass(frozen=True)
class KindOfEvent:
    """The events of one kind: a number for each distinct row of them."""

    told: Sequences
    """Who has which events of the kind, by their numbers in `texts`."""
    texts: EventTexts

    def column(self, rows: Rows) -> Codes:
        """For each of some rows the number of what is recorded, 0 for nothing."""
        return self.told.column(rows)

    def rows_of(self, number: int) -> Sequence[EventRow] | None:
        """The rows that a number stands for; None if nobody in the columns has it."""
        if number > len(self.told):
            return None
        return [self.texts.row(item) for item in self.told.of(number - 1)]

    def when_of(self, number: int) -> Sequence[When] | None:
        """When these were, and whose."""
        if number > len(self.told):
            return None
        return [self.texts.when(item) for item in self.told.of(number - 1)]

    def number_of(self, said: Sequence[object], dates: int) -> int | None:
        """The number of what is recorded, if anybody in the columns has it too.

        `said` is what `block.alike` makes of each event; `dates` is the sum of their dates' ordinals.
        """
        sums, order = self._sums
        first, last = np.searchsorted(sums, [dates, dates + 1])
        for number in order[first:last].tolist():
            items = self.told.of(number)
            if len(items) == len(said):
                rows = events_in_order([self.texts.row(item) for item in items])
                if [alike(row) for row in rows] == list(said):
                    return int(number) + 1
        return None

    @cached_property
    def _sums(self) -> tuple[Rows, Rows]:
        if not len(self.told):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        sums = np.add.reduceat(self.texts.dates[self.told.items], self.told.offsets[:-1])
        order = np.argsort(sums, kind="stable")
        return sums[order], order


@dataclass(frozen=True)
class Events:
    """Who has which events: a line for each, in order of rows."""

    rows: Rows
    """Of each line the pupil's row."""
    items: Rows
    """The number of what each says, in `texts`."""
    texts: EventTexts

    @classmethod
    def of(cls, rows: Rows, items: Rows, texts: EventTexts) -> Events:
        """From lines in any order."""
        order = np.lexsort((items, rows))
        return cls(rows[order], items[order], texts)

    @classmethod
    def none(cls, vocabulary: Vocabulary) -> Events:
        """Of nobody."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), EventTexts.none(vocabulary))

    def take(self, rank: Rows) -> Events:
        """Those of some rows, which have other numbers now: `rank` says which, -1 for who is left out."""
        rows = rank[self.rows]
        return Events.of(rows[rows >= 0], self.items[rows >= 0], self.texts)

    def of_row(self, row: int) -> tuple[EventRow, ...]:
        """The events of one row."""
        first, last = np.searchsorted(self.rows, [row, row + 1])
        return events_in_order([self.texts.row(item) for item in self.items[first:last].tolist()])

    @cached_property
    def by_kind(self) -> Mapping[str, KindOfEvent]:
        """The events of each kind of which there is any."""
        numbers, names = self.texts.kinds
        of_line = numbers[self.items]
        found = {}
        for number in np.unique(of_line).tolist():
            lines = np.flatnonzero(of_line == number)
            told = sequences(self.rows[lines], self.items[lines])
            found[names[number]] = KindOfEvent(told, self.texts)
        return found

    def kinds_of(self, lines: NDArray[np.bool_]) -> frozenset[str]:
        """Which kinds there are in some of the lines."""
        numbers, names = self.texts.kinds
        return frozenset(names[number] for number in np.unique(numbers[self.items[lines]]).tolist())
