"""A pupil's marks in order, and checked: corrections, closed sessions, sessions off roll (meaning 5).

What is wrong with single marks (a code that is in no list, a date that is none) the readers have said by now.
Most registers have nothing wrong with them, so each check asks first of the whole register, and looks at
single marks only if the answer is not plain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter

from fingerpost.calendar import Calendar
from fingerpost.codes import CodeBook
from fingerpost.history import Register, Stay, repeated, slot_date, slot_half
from fingerpost.readers.draft import DraftPupil, FindsMarks, MarkEntry
from fingerpost.readers.problems import Problems
from fingerpost_dsl.model.expressions import CodeKind
from fingerpost_dsl.source import Location


@dataclass(frozen=True, slots=True)
class Registers:
    """Checks registers against the code book. `find` leads back to the rows of marks that are wrong."""

    book: CodeBook
    problems: Problems
    find: FindsMarks

    def register(self, pupil: DraftPupil, calendar: Calendar) -> Register:
        """A pupil's register; whatever is wrong is noted and left out."""
        if not pupil.marks:
            return Register()
        entries = sorted(pupil.marks, key=itemgetter(0))
        slots = tuple(map(itemgetter(0), entries))
        for first, end in (stretches := repeated(slots)):
            entries[first:end] = sorted(entries[first:end], key=_order)
        doubtful: set[MarkEntry] = set()
        if several := list(_of_one_day(entries, stretches)):
            doubtful.update(self._contradictions(pupil, several))
            entries = list(dict.fromkeys(entries))
        if calendar.given and not calendar.is_open_in_all(slots):
            doubtful.update(self._in_closed_sessions(pupil, entries, calendar))
        if not _all_on_roll(slots, pupil.stays[0][0] if len(pupil.stays) == 1 else None):
            doubtful.update(self._off_roll(pupil, entries))
        if doubtful:
            entries = [entry for entry in entries if entry not in doubtful]
            self.problems.leave_out("marks", len(doubtful))
        recorded_on = tuple(map(itemgetter(2), entries))
        return Register(
            slots=slots if len(slots) == len(entries) else tuple(map(itemgetter(0), entries)),
            codes=tuple(map(itemgetter(1), entries)),
            recorded_on=recorded_on if any(recorded_on) else None,
        )

    def _contradictions(
        self, pupil: DraftPupil, several: Iterable[Sequence[MarkEntry]]
    ) -> Iterator[MarkEntry]:
        """Rows for one session recorded on one day: different ones are an error, equal ones a warning."""
        for rows in several:
            slot = rows[0][0]
            codes = sorted({row[1] for row in rows})
            where = partial(self._place, pupil.id, rows, 1)
            also = ((partial(self._place, pupil.id, rows, 0), "first here"),)
            if len(codes) == 1:
                self.problems.add(
                    "W0601",
                    f"the mark of `{pupil.id}` on {_session(slot)} appears {len(rows)} times",
                    where,
                    also=also,
                    help="it counts once; leave the others out",
                )
                continue
            self.problems.add(
                "E0621",
                f"two marks of `{pupil.id}` on {_session(slot)}: `{codes[0]}` and `{codes[1]}`",
                where,
                also=also,
                help="for a correction, say in `recorded_on` when each was entered; else take one out",
            )
            yield from rows

    def _place(self, pupil: str, rows: Sequence[MarkEntry], number: int) -> Location | None:
        """The place of one of the rows, counted from 0 as they stand in the file."""
        places = [place for row in dict.fromkeys(rows) for place in self.find(pupil, row)]
        places.sort(key=lambda place: (place.line, place.column))
        return places[number] if number < len(places) else None

    def _in_closed_sessions(
        self, pupil: DraftPupil, entries: Sequence[MarkEntry], calendar: Calendar
    ) -> Iterator[MarkEntry]:
        """Marks that say that a session took place, where the calendar says that none did."""
        assert calendar.given is not None
        first, last = calendar.given[0].toordinal() * 2, calendar.given[1].toordinal() * 2 + 1
        for entry in entries:
            slot, code, _ = entry
            if calendar.is_open(slot) or not first <= slot <= last or self._administrative(entry):
                continue
            self.problems.add(
                "E0622",
                f"`{pupil.id}` is marked `{code}` on {_session(slot)}, when the school is closed",
                partial(self._place, pupil.id, [entry], 0),
                help="correct the date, or say in the calendar that the session is open",
            )
            yield entry

    def _off_roll(self, pupil: DraftPupil, entries: Sequence[MarkEntry]) -> Iterator[MarkEntry]:
        for entry in entries:
            date = slot_date(entry[0])
            if any(_holds(stay, date) for stay, _ in pupil.stays) or self._administrative(entry):
                continue
            self.problems.add(
                "E0623",
                f"`{pupil.id}` is marked `{entry[1]}` on {_session(entry[0])}, when they are not on roll",
                partial(self._place, pupil.id, [entry], 0),
                help="correct the mark's date, or `on_roll_from` and `on_roll_until` of the pupil",
                also=tuple((where, "on roll") for _, where in pupil.stays[:1]),
            )
            yield entry

    def _administrative(self, entry: MarkEntry) -> bool:
        """Administrative marks take no session: they may stand in closed ones, and off roll (meaning 5)."""
        return self.book.list_on(entry[0] // 2).get(entry[1]) is CodeKind.ADMINISTRATIVE


def _of_one_day(
    entries: Sequence[MarkEntry], stretches: Iterable[tuple[int, int]]
) -> Iterator[list[MarkEntry]]:
    """The marks for one session recorded on one day, wherever there are several."""
    for first, end in stretches:
        for _, group in groupby(entries[first:end], key=_recorded):
            rows = list(group)
            if len(rows) > 1:
                yield rows


def _order(entry: MarkEntry) -> tuple[int, str]:
    return _recorded(entry), entry[1]


def _recorded(entry: MarkEntry) -> int:
    """The ordinal of the day from which a mark is known."""
    return entry[2].toordinal() if entry[2] else entry[0] // 2


def _all_on_roll(slots: Sequence[int], stay: Stay | None) -> bool:
    if stay is None:
        return False
    return (stay.first is None or stay.first.toordinal() * 2 <= slots[0]) and (
        stay.last is None or slots[-1] <= stay.last.toordinal() * 2 + 1
    )


def _holds(stay: Stay, date: dt.date) -> bool:
    return (stay.first is None or stay.first <= date) and (stay.last is None or date <= stay.last)


def _session(slot: int) -> str:
    return f"{slot_date(slot)} {slot_half(slot).value}"
