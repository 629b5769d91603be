"""One pupil at a school as known on a date: sessions, marks, facts and events, in plain dictionaries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fingerpost.calendar import Calendar
from fingerpost.history import Authority, History, Pupil, School, Value
from fingerpost.known import KnownEvent, Unknown, known_events, known_fact, known_register
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import CodeKind, MarkSet
from fingerpost_dsl.model.policy import Policy

POSSIBLE = frozenset(
    {
        CodeKind.PRESENT,
        CodeKind.APPROVED_ACTIVITY,
        CodeKind.AUTHORISED_ABSENCE,
        CodeKind.UNAUTHORISED_ABSENCE,
    }
)


@dataclass(frozen=True)
class Session:
    """A session that has been: its slot, and the pupil's mark; None where it is missing."""

    slot: int
    code: str | None
    kind: CodeKind | None

    @property
    def missing(self) -> bool:
        """Whether the pupil should have a mark in it and has none."""
        return self.code is None

    def is_in(self, marks: MarkSet) -> bool:
        """Whether it is marked with one of these."""
        if marks.unmarked:
            return self.missing
        if self.code is None or self.kind not in POSSIBLE | {CodeKind.NOT_POSSIBLE}:
            return False
        return (self.kind in marks.kinds or self.code in marks.codes) and self.code not in marks.without

    @property
    def counts(self) -> bool:
        """Whether it is a possible session, as far as is known: marked so, or without a mark."""
        return self.missing or self.kind in POSSIBLE


class Known:
    """A pupil, and what the school's other pupils say of sessions."""

    def __init__(self, policy: Policy, history: History, pupil: Pupil, known_on: dt.date | None) -> None:
        self.policy, self.history, self.pupil, self.known_on = policy, history, pupil, known_on
        self.marks = self._marks_of(pupil)
        self._sessions: dict[int, list[Session]] = {}
        self.taken: set[int] = set()
        possible: set[int] = set()
        for other in history.pupils.values():
            if other.school == pupil.school:
                for slot, code in self._marks_of(other).items():
                    kind = self.kind(code, slot)
                    if kind is not None and kind is not CodeKind.ADMINISTRATIVE:
                        self.taken.add(slot)
                    if kind in POSSIBLE:
                        possible.add(slot)
        data = history.calendars.get(pupil.school) or history.calendars.get("")
        self.calendar = Calendar.from_data(data, possible) if data else Calendar.inferred_from(possible)
        self.complete_from = self._complete_from()

    def _marks_of(self, pupil: Pupil) -> dict[int, str]:
        return dict(zip(*known_register(pupil.register, self.known_on), strict=True))

    def kind(self, code: str, slot: int) -> CodeKind | None:
        """What a code means on the date of a slot (meaning 4)."""
        date = dt.date.fromordinal(slot // 2)
        for declared in self.policy.codes:
            begun = declared.valid_from is None or declared.valid_from <= date
            if (
                declared.code == code
                and begun
                and (declared.valid_until is None or date <= declared.valid_until)
            ):
                return declared.kind
        return None

    def _complete_from(self) -> int:
        """From when marks are whole (meaning 3): as declared, by default from the first session taken.

        If no school day of its year lies before it, from 1 August.
        """
        if self.history.complete.marks is not None:
            return self.history.complete.marks.toordinal()
        if not self.taken:
            return dt.date.max.toordinal()
        first = min(self.taken) // 2
        date = dt.date.fromordinal(first)
        if self.calendar.inferred:
            begins_a_year = dt.date(date.year, 8, 1) <= date <= dt.date(date.year, 9, 15)
            return dt.date(date.year, 8, 1).toordinal() if begins_a_year else first
        earlier = [day for day in self.calendar.school_days if day < first]
        return first if earlier else min(first, self.calendar.covers[0].toordinal())

    # --- sessions ------------------------------------------------------------------------------

    def on_roll(self, day: int) -> bool:
        """Whether the pupil is on roll on a date."""
        return any(
            (stay.first is None or stay.first.toordinal() <= day)
            and (stay.last is None or day <= stay.last.toordinal())
            for stay in self.pupil.on_roll
        )

    def sessions(self, on: int) -> list[Session]:
        """The pupil's sessions up to the latest taken one on or before a date (meanings 1 and 3)."""
        if on not in self._sessions:
            self._sessions[on] = self._sessions_until(on)
        return self._sessions[on]

    def _sessions_until(self, on: int) -> list[Session]:
        latest = max((slot for slot in self.taken if slot // 2 <= on), default=-1)
        found = []
        for slot in sorted(self.taken | set(self.calendar.open_slots)):
            if slot > latest:
                break
            code = self.marks.get(slot)
            kind = None if code is None else self.kind(code, slot)
            if kind is None and not self.on_roll(slot // 2):
                continue
            if kind is not CodeKind.ADMINISTRATIVE:
                found.append(Session(slot, None if kind is None else code, kind))
        return found

    # --- facts and events ----------------------------------------------------------------------

    def fact(self, name: str, day: int, parent: str | None) -> Value | Unknown:
        """What is known of a fact on a date."""
        declared = self.policy.facts[name]
        school = self.history.schools.get(self.pupil.school)
        match declared.subject:
            case Subject.PARENT:
                holder = next((one.facts for one in self.pupil.parents if one.id == parent), {})
            case Subject.SCHOOL:
                holder = school.facts if school else {}
            case Subject.AUTHORITY:
                authority = self.history.authorities.get(school.authority or "") if school else None
                holder = authority.facts if authority else {}
            case _:
                holder = self.pupil.facts
        part_of = {role.name: role.part_of for role in self.policy.roles.values() if role.part_of}
        timeline = known_fact(holder.get(name, ()), self.known_on, declared.judged_by, part_of)
        return timeline.at(dt.date.fromordinal(day))

    def events(self, kind: str, parent: str | None) -> list[KnownEvent]:
        """All events of a kind that concern the pupil, or that parent (meaning 18), by date."""
        school = self.history.schools.get(self.pupil.school)
        authority = self.history.authorities.get(school.authority or "") if school else None
        rows = [
            *self.pupil.events,
            *(school.events if school else ()),
            *(authority.events if authority else ()),
        ]
        found = [event for event in known_events(rows, self.known_on) if event.event == kind]
        if self.policy.events[kind].subject is Subject.PARENT and parent is not None:
            found = [event for event in found if event.parent in (None, parent)]
        return found

    def events_from(self, kind: str) -> int | None:
        """From when a kind of event is complete (meaning 16); None where nobody says."""
        complete = self.history.complete
        default = complete.events.toordinal() if complete.events else self.complete_from
        if kind in complete.kinds:
            declared = complete.kinds[kind]
            return declared.toordinal() if declared else default
        holders: list[Pupil | School | Authority] = [
            *self.history.pupils.values(),
            *self.history.schools.values(),
            *self.history.authorities.values(),
        ]
        return default if any(row.event == kind for one in holders for row in one.events) else None
