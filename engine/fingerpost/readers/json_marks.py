"""Marks in JSON: rows, and marks strings that run over the calendar's sessions.

As in `marks.py`, what a row says is worked out once for each combination of its values, and the place of a
mark that turns out wrong is found by reading its pupil's marks a second time.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fingerpost.calendar import Calendar
from fingerpost.history import HalfDay, slot_date, slot_of
from fingerpost.readers.cells import LAST_YEAR, read_date, read_half
from fingerpost.readers.documents import Document, ObjectEntry, Path
from fingerpost.readers.draft import Draft, DraftPupil, MarkEntry
from fingerpost.readers.marks import MarksStringError, code_fault, spell_out
from fingerpost.readers.problems import Fault, Problems, Where
from fingerpost.readers.rows import Rows
from fingerpost.readers.shapes import MarkShape, MarksStringShape, shaped
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.source import Location

_MARK_KEYS = {"date", "session", "code", "recorded_on"}
LAST_SLOT = slot_of(dt.date(LAST_YEAR, 12, 31), HalfDay.PM)
"""The last session that can have a date."""


@dataclass(slots=True)
class JsonMarks:
    """Reads the marks of pupils, and finds them again."""

    document: Document
    vocabulary: Vocabulary
    problems: Problems
    draft: Draft
    _entries: dict[tuple[object, ...], MarkEntry] = field(default_factory=dict)
    _paths: dict[str, Path] = field(default_factory=dict)
    _calendars: dict[str, Calendar] = field(default_factory=dict)

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
        rows = Rows(self.vocabulary, problems)
        entry = ObjectEntry(self.document, path, shape.model_dump(by_alias=True))
        first, recorded = rows.needed_date(entry, "from"), rows.date(entry, "recorded_on")
        half = rows.settled(read_half(shape.session), entry.where("session")) if shape.session else HalfDay.AM
        if first is None or half is None:
            problems.leave_out("marks")
            return
        where, entries = entry.where("marks"), self._entries
        sessions = self._sessions(pupil, slot_of(first, half), where, problems)
        try:
            for offset, code in spell_out(shape.marks):
                slot = next(sessions, None)
                if slot is None:
                    message = f"there are more marks than there are sessions from {first} on"
                    problems.add(
                        "E0637", message, where, help="shorten the marks, or add terms to the calendar"
                    )
                    return
                if code is None:
                    continue
                key = (slot, code, recorded)
                mark = entries.get(key)
                if mark is None:
                    if fault := code_fault(self.vocabulary.codes, code, slot_date(slot)):
                        message = f"{fault.message} (character {offset + 1}, {slot_date(slot)})"
                        problems.add(fault.code, message, where, help=fault.help)
                        problems.leave_out("marks")
                        continue
                    mark = entries[key] = key
                yield mark
        except MarksStringError as error:
            problems.add(
                error.fault.code,
                f"{error.fault.message} (character {error.offset + 1})",
                where,
                help=error.fault.help,
            )

    def _sessions(self, pupil: DraftPupil, first: int, where: Where, problems: Problems) -> Iterator[int]:
        """The calendar's open sessions from one on; without a calendar, those of every Monday to Friday."""
        school = self.draft.school_of(pupil)
        data, _ = self.draft.calendars.get(school) or self.draft.calendars.get("") or (None, None)
        if data is not None:
            if school not in self._calendars:
                self._calendars[school] = Calendar.from_data(data)
            slots = self._calendars[school].open_slots
            yield from slots[bisect_left(slots, first) :]
            return
        problems.add(
            "W0606",
            "without a calendar, a marks string runs over every Monday to Friday",
            where,
            help="give the calendar, or each mark with its date",
        )
        while first <= LAST_SLOT:
            if slot_date(first).weekday() < 5:
                yield first
            first += 1

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
