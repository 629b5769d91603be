"""Marks strings: one code a session, over the sessions of a school's calendar, in a document or a table."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from fingerpost.calendar import Calendar
from fingerpost.history import HalfDay, slot_date, slot_of
from fingerpost.readers.cells import LAST_YEAR, read_half, spelt
from fingerpost.readers.draft import Draft, DraftPupil, Entry, MarkEntry
from fingerpost.readers.marks import MarksStringError, code_fault, spell_out
from fingerpost.readers.problems import Problems, Where
from fingerpost.readers.rows import Rows
from fingerpost.vocabulary import Vocabulary

LAST_SLOT = slot_of(dt.date(LAST_YEAR, 12, 31), HalfDay.PM)
"""The last session that can have a date."""


@dataclass(slots=True)
class MarksStrings:
    """Spells out marks strings; what is wrong is noted at their place."""

    vocabulary: Vocabulary
    draft: Draft
    entries: dict[tuple[object, ...], MarkEntry] = field(default_factory=dict)
    """What was read before, so that rows that say the same share one."""
    _calendars: dict[str, Calendar] = field(default_factory=dict)

    def read(  # noqa: PLR0917 (what a string is read with, and who is told what is wrong)
        self,
        pupil: DraftPupil,
        entry: Entry,
        start: str,
        problems: Problems,
        on_weekdays: Callable[[], None],
        code_of: Callable[[str], str] = str,
    ) -> Iterator[MarkEntry]:
        """The marks of an entry; under `start` stands the date of the first, under `marks` the string.

        `on_weekdays` is told where it runs over every Monday to Friday, for want of a calendar.
        `code_of` says what a code as it is written is in our list.
        """
        rows = Rows(self.vocabulary, problems)
        first, recorded = rows.needed_date(entry, start), rows.date(entry, "recorded_on")
        session = entry.get("session")
        half = rows.settled(read_half(spelt(session)), entry.where("session")) if session else HalfDay.AM
        if first is None or half is None:
            problems.leave_out("marks")
            return
        where, entries = entry.where("marks"), self.entries
        text, slots = spelt(entry.get("marks") or ""), self._slots(pupil)
        if text and slots is None:
            on_weekdays()
        sessions = _from(slot_of(first, half), slots)
        try:
            for offset, code in spell_out(text):
                slot = next(sessions, None)
                if slot is None:
                    message = f"there are more marks than there are sessions from {first} on"
                    problems.add(
                        "E0637", message, where, help="shorten the marks, or add terms to the calendar"
                    )
                    return
                if code is None:
                    continue
                code = code_of(code)  # noqa: PLW2901 (the same, by its other name)
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

    def _slots(self, pupil: DraftPupil) -> Sequence[int] | None:
        """The open sessions of the calendar of a pupil's school, None where there is none."""
        school = self.draft.school_of(pupil)
        data, _ = self.draft.calendars.get(school) or self.draft.calendars.get("") or (None, None)
        if data is None:
            return None
        if school not in self._calendars:
            self._calendars[school] = Calendar.from_data(data)
        return self._calendars[school].open_slots


def warn_of_weekdays(problems: Problems, where: Where) -> None:
    """Says that marks strings run over every Monday to Friday."""
    problems.add(
        "W0606",
        "without a calendar, a marks string runs over every Monday to Friday",
        where,
        help="give the calendar, or each mark with its date",
    )


def _from(first: int, slots: Sequence[int] | None) -> Iterator[int]:
    """Sessions from one on: a calendar's open ones, or those of every Monday to Friday."""
    if slots is not None:
        yield from slots[bisect_left(slots, first) :]
        return
    while first <= LAST_SLOT:
        if slot_date(first).weekday() < 5:
            yield first
        first += 1
