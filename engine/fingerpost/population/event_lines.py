"""The table of events, in columns: every cell is read once for each distinct text, and no row is made.

Whatever is not plain (a field of another kind of event, a parent whom nobody knows, the same row twice, two
rows of one day with the same id) names its pupil, whom the reader that judges and explains reads again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, arrow
from fingerpost.digest import normal_rows
from fingerpost.history import slot_of
from fingerpost.population.block import distinct
from fingerpost.population.events import Events, EventTexts
from fingerpost.population.people import Reading, factors, is_odd, said
from fingerpost.population.sheets import Sheet
from fingerpost.population.whose import ParentLines, Places
from fingerpost.readers.cells import read_date, read_half, read_yes_or_no
from fingerpost.readers.owners import EVENT_COLUMNS, WHOSE
from fingerpost.readers.problems import Fault, Problems
from fingerpost.readers.rows import Rows as Entries
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Event, Subject

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
_OF_FAMILIES = (Subject.FAMILY, Subject.COHORT)
_OF_PUPILS = (Subject.PUPIL, Subject.PARENT, *_OF_FAMILIES)
_SESSION = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [AP]M"
_SESSIONS = rf"^{_SESSION}(; {_SESSION})*$"
"""Sessions written in the one way in which equal ones are equal texts, if they are in order."""


@dataclass(frozen=True)
class EventLines:
    """The lines about events of pupils."""

    whose: Places
    """Of each line the place of its pupil, -1 for nobody."""
    kinds: Rows
    """The number of its kind in `names`, from 1 on."""
    names: Sequence[str]
    contents: Rows
    """What it says, by its place in `texts`."""
    texts: EventTexts
    unplain: Flags
    """Which lines another reader must look at."""

    @classmethod
    def read(
        cls, sheet: Sheet, whose: Places, parents: ParentLines | None, vocabulary: Vocabulary
    ) -> EventLines:
        """The lines of the table of events."""
        reading = Reading(sheet)
        kinds, names = _factors(sheet, "event")
        known = [vocabulary.events.get(name) for name in names]
        subjects = np.array([False, *(event is not None and event.subject in _OF_PUPILS for event in known)])
        no_parent = np.array(
            [False, *(event is not None and event.subject in _OF_FAMILIES for event in known)]
        )
        named = sheet.texts("parent")
        has_parent = np.asarray(named.is_valid())
        reading.unplain |= ~subjects[kinds] | (whose < 0) | (no_parent[kinds] & has_parent)
        reading.unplain |= said(sheet, "school") | said(sheet, "authority")
        if has_parent.any():
            lines = parents.lines_of(whose, named) if parents else np.full_like(whose, -1)
            reading.unplain |= has_parent & (lines < 0)
        columns = list(_columns(reading, kinds, known, vocabulary))
        # A cell that cannot be read has the number of a blank: no such line stands for one that is plain.
        first, which = distinct([*columns, reading.unplain], len(sheet))
        texts = _texts(sheet, first, columns[1][first], vocabulary)
        found = cls(whose, kinds, names, which.astype(np.int64), texts, reading.unplain)
        found._doubled(reading)
        return found

    def _doubled(self, reading: Reading) -> None:
        """Not plain is what says the same twice of a pupil, or two things of one day by the same id."""
        _flag_equal(self.unplain, self.whose, [self.contents])
        ids, _ = reading.ids("id")
        dated = reading.dates("recorded_on")
        days = np.where(dated > 0, dated, reading.dates("date"))
        lines = np.flatnonzero(ids > 0)
        if len(lines):
            own = self.unplain[lines]
            _flag_equal(own, self.whose[lines], [self.kinds[lines], ids[lines], days[lines]])
            self.unplain[lines] = own

    def about(self, subject: Subject, vocabulary: Vocabulary) -> Flags:
        """Which lines are about events of a subject."""
        kinds = {name for name, event in vocabulary.events.items() if event.subject is subject}
        found: Flags = np.array([False, *(name in kinds for name in self.names)])[self.kinds]
        return found

    def of_rows(self, rank: Rows, out: Flags) -> Events:
        """The events of pupils, in which row each pupil's line is; without those of some lines of pupils."""
        meant = np.flatnonzero((self.whose >= 0) & ~self.unplain)
        meant = meant[~out[self.whose[meant]]]
        used, items = np.unique(self.contents[meant], return_inverse=True)
        return Events.of(rank[self.whose[meant]], items.astype(np.int64), self.texts.take(used))


def texts_of(sheet: Sheet, vocabulary: Vocabulary) -> EventTexts | None:
    """Distinct rows that were written by themselves; None if not all of them are plain."""
    reading = Reading(sheet)
    kinds, names = _factors(sheet, "event")
    known = [vocabulary.events.get(name) for name in names]
    columns = list(_columns(reading, kinds, known, vocabulary))
    if reading.unplain.any() or None in known:
        return None
    return EventTexts(sheet.table, columns[1], vocabulary)


def _columns(
    reading: Reading, kinds: Rows, known: Sequence[Event | None], vocabulary: Vocabulary
) -> Iterator[Rows]:
    """The kind, the date, and all else that a row says, as numbers; lines that are wrong are not plain."""
    sheet = reading.sheet
    dates, until = reading.dates("date"), reading.dates("until")
    reading.unplain |= (dates == 0) | ((until > 0) & (until < dates))
    yield kinds
    yield dates
    yield until
    ids, _ = reading.ids("id")
    yield ids.astype(np.int64)
    cancelled, values = reading.values("cancelled", lambda text: read_yes_or_no(text, "`cancelled`"))
    gone = np.array([False, *values], dtype=np.bool_)[cancelled]
    reading.unplain |= gone & (ids == 0)
    yield gone.astype(np.int64)
    yield reading.dates("recorded_on")
    for name in ("parent", "recorded_by"):
        yield reading.ids(name)[0].astype(np.int64)
    for name in _fields(sheet):
        yield _field(reading, name, kinds, known, vocabulary)
    relying = np.array([False, *(event is not None and event.relies_on_marks for event in known)])
    marks = sheet.texts("marks")
    there = np.asarray(marks.is_valid())
    reading.unplain |= there & (~relying[kinds] | ~_are_sessions(marks))
    yield factors(marks)[0]


def _factors(sheet: Sheet, name: str) -> tuple[Rows, list[str]]:
    numbers, texts = sheet.factors(name)
    return numbers, texts.to_pylist()


def _fields(sheet: Sheet) -> list[str]:
    """The columns that are not those of every event."""
    return [name for name in sheet.table.column_names if name not in EVENT_COLUMNS]


def _field(
    reading: Reading, name: str, kinds: Rows, known: Sequence[Event | None], vocabulary: Vocabulary
) -> Rows:
    """A number for each distinct value of a field, 0 for a blank."""
    texts, spelt = _factors(reading.sheet, name)
    keys, which = np.unique(kinds * (len(spelt) + 1) + texts, return_inverse=True)
    numbers = np.zeros(len(keys), dtype=np.int64)
    bad = np.zeros(len(keys), dtype=np.bool_)
    values: dict[object, int] = {}
    for place, key in enumerate(keys.tolist()):
        kind, text = divmod(key, len(spelt) + 1)
        event = known[kind - 1] if kind else None
        if event is None or not text:
            continue
        problems = Problems(most_shown=0)
        said_of = Entries(vocabulary, problems).field_values(event, name, spelt[text - 1], None)
        bad[place] = problems.errors > 0 or not said_of or is_odd(spelt[text - 1])
        numbers[place] = values.setdefault(normal_rows(said_of), len(values) + 1)
    reading.unplain |= bad[which]
    return numbers[which]


def _are_sessions(texts: Column) -> Flags:
    """Which texts are sessions, each once and in order."""
    pa, pc = arrow(), arrow("compute")
    found = np.asarray(pc.match_substring_regex(texts, _SESSIONS).fill_null(False)).copy()
    lists = pc.split_pattern(pc.if_else(pa.array(found), texts, None).cast(pa.string()), "; ")
    lengths = np.asarray(pc.list_value_length(lists).fill_null(0)).astype(np.int64)
    parts = pc.list_flatten(lists).dictionary_encode()
    slots = np.array([_slot(text) for text in parts.dictionary.to_pylist()], dtype=np.int64)
    of_part = slots[np.asarray(parts.indices)] if len(slots) else np.zeros(0, dtype=np.int64)
    text_of = np.repeat(np.arange(len(found)), lengths)
    found[text_of[of_part < 0]] = False
    falling = np.flatnonzero((of_part[1:] <= of_part[:-1]) & (text_of[1:] == text_of[:-1]))
    found[text_of[falling]] = False
    return found


def _slot(text: str) -> int:
    """The session of a text; -1 for none."""
    date, half = read_date(text[:10]), read_half(text[11:])
    return -1 if isinstance(date, Fault) or isinstance(half, Fault) else slot_of(date, half)


def _flag_equal(flags: Flags, owners: Rows | Places, columns: Sequence[Rows | Places]) -> None:
    """Flags the lines that are equal in all columns to another one of their owner."""
    _, which = distinct([owners, *columns], len(owners))
    if len(which):
        flags |= np.bincount(which)[which] > 1


def _texts(sheet: Sheet, lines: Rows, dates: Rows, vocabulary: Vocabulary) -> EventTexts:
    """The texts of some lines; columns that say nothing are left out."""
    pa = arrow()
    taken = pa.array(lines)
    columns = {"event": sheet.texts("event").take(taken), "date": sheet.texts("date").take(taken)}
    for name in sheet.table.column_names:
        if name not in columns and (name not in WHOSE or name == "parent"):
            column = sheet.texts(name).take(taken)
            if column.null_count < len(column):
                columns[name] = column
    return EventTexts(pa.table(columns), dates, vocabulary)
