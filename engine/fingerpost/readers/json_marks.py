"""Marks in JSON: rows, and marks strings that run over the calendar's sessions.

As in `marks.py`, what a row says is worked out once for each combination of its values, and the place of a
mark that turns out wrong is found by reading its pupil's marks a second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fingerpost.history import HalfDay, slot_of
from fingerpost.readers.cells import read_date, read_half
from fingerpost.readers.documents import Document, ObjectEntry, Path
from fingerpost.readers.draft import Draft, DraftPupil, MarkEntry
from fingerpost.readers.marks import code_fault
from fingerpost.readers.marks_strings import MarksStrings, warn_of_weekdays
from fingerpost.readers.problems import Fault, Problems
from fingerpost.readers.shapes import MarkShape, MarksStringShape, shaped
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.source import Location

_MARK_KEYS = {"date", "session", "code", "recorded_on"}


@dataclass(slots=True)
class JsonMarks:
    """Reads the marks of pupils, and finds them again."""

    document: Document
    vocabulary: Vocabulary
    problems: Problems
    draft: Draft
    _entries: dict[tuple[object, ...], MarkEntry] = field(default_factory=dict)
    _paths: dict[str, Path] = field(default_factory=dict)
    _strings: MarksStrings = field(init=False)
    _on_weekdays: bool = False
    """Whether it was said that marks strings run over every Monday to Friday."""

    def __post_init__(self) -> None:
        self._strings = MarksStrings(self.vocabulary, self.draft, self._entries)

    def read(self, pupil: DraftPupil, marks: Sequence[object], path: Path) -> None:
        """Adds the marks of the pupil at a path."""
        self._paths[pupil.id] = path
        pupil.marks.extend(mark for mark, _ in self._marks(pupil, marks, path, self.problems))

    def _marks(
        self, pupil: DraftPupil, marks: Sequence[object], path: Path, problems: Problems
    ) -> Iterator[tuple[MarkEntry, int]]:
        """Every mark, and the index of what says it. What is wrong is noted in `problems`."""
        entries = self._entries
        for index, item in enumerate(marks):
            if not isinstance(item, dict) or "marks" in item:
                for mark in self._marks_string(pupil, item, (*path, "marks", index), problems):
                    yield mark, index
                continue
            key: tuple[object, ...] = ()
            try:
                recorded_on = item["recorded_on"] if len(item) == len(_MARK_KEYS) else None
                key = (item["date"], item["session"], item["code"], recorded_on)
                entry = entries.get(key) if len(item) == 3 or recorded_on else None
            except (KeyError, TypeError):
                entry = None
            if entry is None:
                entry = self._mark(item, (*path, "marks", index), problems)
                if entry is None:
                    continue
                entries[key] = entry
            yield entry, index

    def _mark(self, item: object, path: Path, problems: Problems) -> MarkEntry | None:
        shape = shaped(MarkShape, item, self.document, path, problems)
        if shape is None:
            problems.leave_out("marks")
            return None
        date, half = read_date(shape.date.strip()), read_half(shape.session.strip())
        recorded = read_date(shape.recorded_on.strip()) if shape.recorded_on else None
        code = shape.code.strip()
        fault = code_fault(self.vocabulary.codes, code, date) if isinstance(date, dt.date) else None
        for key, found in (("date", date), ("session", half), ("code", fault), ("recorded_on", recorded)):
            if isinstance(found, Fault):
                problems.fault(found, self.document.where(*path, key))
                problems.leave_out("marks")
                return None
        assert isinstance(date, dt.date)
        assert isinstance(half, HalfDay)
        assert not isinstance(recorded, Fault)
        return slot_of(date, half), code, recorded

    def _marks_string(
        self, pupil: DraftPupil, item: object, path: Path, problems: Problems
    ) -> Iterator[MarkEntry]:
        """A marks string, spelt out over the sessions of the school's calendar from its date on."""
        shape = shaped(MarksStringShape, item, self.document, path, problems)
        if shape is None:
            problems.leave_out("marks")
            return
        entry = ObjectEntry(self.document, path, shape.model_dump(by_alias=True))

        def on_weekdays() -> None:
            if not self._on_weekdays:
                self._on_weekdays = True
                warn_of_weekdays(problems, entry.where("marks"))

        yield from self._strings.read(pupil, entry, "from", problems, on_weekdays)

    def places(self, pupil: str, entry: MarkEntry) -> list[Location]:
        """The places of what says this of a pupil, found by reading their marks a second time."""
        path = self._paths[pupil]
        marks: object = self.document.data
        for step in (*path, "marks"):
            marks = marks[step]  # type: ignore[index]  # the path was walked before
        assert isinstance(marks, list)
        silent = Problems(most_shown=0)
        found: list[Location] = []
        for mark, index in self._marks(self.draft.pupils[pupil], marks, path, silent):
            if mark == entry:
                key = "marks" if "marks" in marks[index] else "code"
                found.append(self.document.find((*path, "marks", index, key), False))
        return found
