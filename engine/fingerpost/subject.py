"""A history as known on a date, made ready for questions: `Records` for all of it, `PupilView` for one pupil.

`Records` settles what was known on K (meaning 5) and lays out each school's axis once; a `PupilView` turns
the pupil's register into bytes, one a session, from which the plane of any set of marks is one translation
away. Nothing here depends on the date of a decision, so that one view answers for every day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from fingerpost.axis import ABSENT_FROM_ROLL, ADMINISTRATIVE, MISSING, Alphabet, Axis, missing_plane, plane_of
from fingerpost.calendar import Calendar
from fingerpost.codes import CodeBook
from fingerpost.history import Authority, EventRow, Facts, History, Mark, Pupil, School, Stay
from fingerpost.known import FactTimeline, KnownEvent, known_events, known_fact, known_register
from fingerpost_dsl.model.declarations import Fact, Subject
from fingerpost_dsl.model.expressions import CodeKind, Condition, MarkSet
from fingerpost_dsl.model.policy import Policy

POSSIBLE = MarkSet(
    name="possible",
    kinds=frozenset(
        {
            CodeKind.PRESENT,
            CodeKind.APPROVED_ACTIVITY,
            CodeKind.AUTHORISED_ABSENCE,
            CodeKind.UNAUTHORISED_ABSENCE,
        }
    ),
)
"""The sessions that count in the denominator: attended or absent."""

_NEVER = Stay(first=dt.date.max, last=dt.date.min)
"""The time on roll of what is no pupil."""

_FEW_MARKS = 12
"""Marks that are cheaper to place one by one."""


class Records:
    """A history as known on a date. One is made for each evaluation and shared by all its pupils."""

    def __init__(self, policy: Policy, history: History, known_on: dt.date | None) -> None:
        self.policy = policy
        self.history = history
        self.known_on = known_on
        self.alphabet = Alphabet(CodeBook.from_codes(policy.codes))
        self.part_of = {role.name: role.part_of for role in policy.roles.values() if role.part_of}
        self.memo: dict[object, object] = {}
        """What was worked out from the policy alone."""
        self.of_schools: dict[object, object] = {}
        """Figures of whole schools, worked out once for all their pupils and cohorts."""
        self._axes: dict[str, Axis] = {}
        self._axes_alike: dict[object, Axis] = {}
        self._marks: dict[str, tuple[Sequence[int], Sequence[str]]] = {}

    @cached_property
    def _by_school(self) -> dict[str, list[Pupil]]:
        found: dict[str, list[Pupil]] = {}
        for pupil in self.history.pupils.values():
            found.setdefault(pupil.school, []).append(pupil)
        return found

    def under(self, policy: Policy) -> Records:
        """The same records under a policy that has the same code list and roles."""
        records = Records(policy, self.history, self.known_on)
        records._marks = self._marks
        same = policy.thresholds is self.policy.thresholds
        for school in (*self._by_school, *self.history.schools):
            records._axes[school] = self.axis(school).for_another_policy(same_thresholds=same)
        return records

    def pupils_of(self, school: str) -> Sequence[Pupil]:
        """The pupils of a school, in order of their ids."""
        return self._by_school.get(school, ())

    def members_of_school(self, school: str) -> Sequence[PupilView]:
        """The pupils of a school, made ready for questions."""
        return tuple(map(self.view, self.pupils_of(school)))

    def members_of_schools(self, schools: Sequence[str]) -> Sequence[PupilView]:
        """Those of some schools, one school after another."""
        return tuple(view for school in schools for view in self.members_of_school(school))

    def told_apart(
        self, condition: Condition, policy: Policy, on: dt.date, school: str
    ) -> tuple[Sequence[PupilView], Sequence[PupilView]] | None:
        """Those on roll at a school for whom a condition holds, and for whom it may.

        None where each has to be asked.
        """
        return None

    def school_ids(self) -> list[str]:
        """The schools of which anything is known, or that pupils are at, in order."""
        return sorted(self._by_school.keys() | set(self.history.schools))

    def is_school(self, school: str) -> bool:
        """Whether it is one of these."""
        return school in self._by_school or school in self.history.schools

    def families_on(self, on: dt.date) -> list[str]:
        """The families with a child on roll on a date, in order."""
        pupils = self.history.pupils.values()
        return sorted({pupil.family for pupil in pupils if pupil.family and pupil.is_on_roll(on)})

    def children_of(self, family: str, on: dt.date) -> Sequence[Pupil]:
        """The children of a family who are on roll on a date, in order of their ids."""
        pupils = self.history.pupils.values()
        return [pupil for pupil in pupils if pupil.family == family and pupil.is_on_roll(on)]

    def marks(self, pupil: Pupil) -> tuple[Sequence[int], Sequence[str]]:
        """The pupil's marks as known, as slots and codes, one a session."""
        if not len(pupil.register):
            return (), ()
        known = self._marks.get(pupil.id)
        if known is None:
            known = self._marks[pupil.id] = known_register(pupil.register, self.known_on)
        return known

    def axis(self, school: str) -> Axis:
        """The axis of a school: its calendar, and the sessions taken. Schools that are alike share one."""
        axis = self._axes.get(school)
        if axis is None:
            axis = self._lay_out(school)
            calendar = axis.calendar
            sessions = (calendar.open_slots, calendar.terms, calendar.given)
            alike = (sessions, axis.taken, axis.complete_from)
            axis = self._axes[school] = self._axes_alike.setdefault(alike, axis)
        return axis

    def share_axes(self, other: Records) -> None:
        """Take the axes of other records by the same policy where they are alike, with what they remember."""
        if other.policy is self.policy:
            self._axes_alike = other._axes_alike

    def _lay_out(self, school: str) -> Axis:
        taken, possible = self._sessions_of(school)
        data = self.history.calendars.get(school) or self.history.calendars.get("")
        calendar = (
            Calendar.from_data(data, possible) if data is not None else Calendar.inferred_from(possible)
        )
        return Axis(calendar, taken, self.alphabet, self._complete_from(calendar, taken))

    def _sessions_of(self, school: str) -> tuple[set[int], set[int]]:
        """The slots taken at a school, and those that were a possible session of any pupil."""
        return self.sessions_of(self.pupils_of(school))

    def sessions_of(self, pupils: Iterable[Pupil]) -> tuple[set[int], set[int]]:
        """The slots in which any of these pupils took part in a session, and those possible for any."""
        taken: set[int] = set()
        possible: set[int] = set()
        for pupil in pupils:
            slots, codes = self.marks(pupil)
            for slot, kind in zip(slots, self.alphabet.book.kinds(tuple(slots), tuple(codes)), strict=True):
                if kind in POSSIBLE.kinds:
                    possible.add(slot)
                elif kind is CodeKind.NOT_POSSIBLE:
                    taken.add(slot)
        return taken | possible, possible

    def _complete_from(self, calendar: Calendar, taken: set[int]) -> int:
        """From when the marks are whole: as declared; by default from the start of the register.

        A register that begins on the first school day of its academic year begins, for this purpose, on 1
        August before it: no school is open between. Of a school without any mark nothing is whole.
        """
        declared = self.history.complete.marks
        start = calendar.start_of_history(min(taken)) if taken else None
        return (declared or start or dt.date.max).toordinal()

    def events_from(self, kind: str, school: str) -> int | None:
        """The ordinal of the date from which a kind of event is complete.

        None where nobody can know (meaning 16).
        """
        complete = self.history.complete
        default = complete.events.toordinal() if complete.events else self.axis(school).complete_from
        if kind in complete.kinds:
            declared = complete.kinds[kind]
            return declared.toordinal() if declared is not None else default
        return default if kind in self._kinds_recorded else None

    @cached_property
    def _kinds_recorded(self) -> frozenset[str]:
        holders: list[Pupil | School | Authority] = [
            *self.history.pupils.values(),
            *self.history.schools.values(),
            *self.history.authorities.values(),
        ]
        return frozenset(row.event for holder in holders for row in holder.events)

    @cached_property
    def kinds_of_schools(self) -> frozenset[str]:
        """The kinds of event recorded with any school or authority."""
        holders: list[School | Authority] = [
            *self.history.schools.values(),
            *self.history.authorities.values(),
        ]
        return frozenset(row.event for holder in holders for row in holder.events)

    def view(self, pupil: Pupil) -> PupilView:
        """One pupil, made ready for questions."""
        return PupilView(self, pupil)

    def view_of_school(self, school: str, name: str) -> PupilView:
        """A school, or by another name a cohort of it, as a subject.

        It has a calendar, facts and events, and no register of its own.
        """
        return PupilView(self, Pupil(id=name, school=school, on_roll=(_NEVER,)))

    def view_of_authority(self, authority: Authority, school: str) -> PupilView:
        """An authority as a subject, with the calendar of one of its schools, if it has one."""
        view = PupilView(self, Pupil(id=authority.id, school=school, on_roll=(_NEVER,)))
        view.authority = authority
        return view

    def view_of_family(self, family: str, children: Sequence[Pupil]) -> PupilView:
        """A family as a subject: what is recorded of it stands with its children, whichever it may be."""
        own = [name for name, fact in self.policy.facts.items() if fact.subject is Subject.FAMILY]
        kinds = {name for name, event in self.policy.events.items() if event.subject is Subject.FAMILY}
        rows = {name: [row for child in children for row in child.facts.get(name, ())] for name in own}
        events = (event for child in children for event in child.events if event.event in kinds)
        made_up = Pupil(
            id=family,
            school=children[0].school,
            on_roll=(_NEVER,),
            facts={name: tuple(dict.fromkeys(found)) for name, found in rows.items() if found},
            events=tuple(_each_once(events)),
        )
        return PupilView(self, made_up)

    def supposing(self, pupil: Pupil) -> Records:
        """The same records with one pupil's changed, to see what would follow.

        Sessions in which the changed register has marks count as taken. Other pupils and calendars stay as
        they are.
        """
        changed = copy(self)
        history = replace(self.history, pupils={**self.history.pupils, pupil.id: pupil})
        changed.history = history
        changed._marks = {**self._marks}
        changed._marks.pop(pupil.id, None)
        changed._by_school = {**self._by_school}
        others = [other for other in self.pupils_of(pupil.school) if other.id != pupil.id]
        changed._by_school[pupil.school] = [*others, pupil]
        changed.of_schools = {}
        changed.__dict__.pop("_kinds_recorded", None)
        axis = self.axis(pupil.school)
        slots, codes = changed.marks(pupil)
        kinds = self.alphabet.book.kinds(tuple(slots), tuple(codes))
        taken = {
            slot
            for slot, kind in zip(slots, kinds, strict=True)
            if kind not in (None, CodeKind.ADMINISTRATIVE)
        }
        if not taken <= axis.taken:
            axis = Axis(axis.calendar, axis.taken | taken, self.alphabet, axis.complete_from)
        changed._axes = {**self._axes, pupil.school: axis}
        return changed


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch without a possible session outside the chosen marks.

    Runs of them, joined by missing marks if any.

    All are indices on the axis. `runs` are the maximal runs that are certain, `missing` the sessions without
    a mark that would make them one; `broken_by` is the possible session that ended the stretch, if one has.
    """

    runs: tuple[tuple[int, ...], ...]
    missing: tuple[int, ...]
    broken_by: int | None

    @property
    def first(self) -> int:
        """Its first session."""
        return min([run[0] for run in self.runs[:1]] + [*self.missing[:1]])


def _each_once(events: Iterable[EventRow]) -> Iterator[EventRow]:
    """Rows that say the same of two children of a family are one."""
    seen: list[EventRow] = []
    for event in events:
        if event not in seen:
            seen.append(event)
            yield event


_ON_ROLL = bytes(MISSING if sign == ord("1") else ABSENT_FROM_ROLL for sign in range(256))
"""For `bytes.translate`: sessions on roll, as ones and zeros, as the letters before any mark is placed."""


def _letters(codes: Sequence[str], alphabet: Alphabet, era: int) -> bytes:
    """The letters of codes of one period, 0 for what is in no list; at once if all are of one sign."""
    joined = "".join(codes)
    if len(joined) == len(codes) and joined.isascii() and all(codes):
        return joined.encode().translate(alphabet.signs[era])
    of = alphabet.letters[era]
    return bytes([of.get(code, 0) for code in codes])


class PupilView:
    """One pupil's register, facts and events, as known on a date."""

    def __init__(self, records: Records, pupil: Pupil) -> None:
        self.records = records
        self.pupil = pupil
        self.axis = records.axis(pupil.school)
        self._planes: dict[MarkSet, int] = {}
        self._segments: dict[MarkSet, tuple[Segment, ...]] = {}
        self._facts: dict[tuple[str, str | None], FactTimeline] = {}
        self._events: dict[str, tuple[KnownEvent, ...]] = {}
        self.memo: dict[object, object] = {}
        """What evaluators worked out for this pupil and may use again."""

    def forget(self) -> None:
        """Lets go of all that evaluators kept: scopes refer to the view, and rings are slow to free."""
        self.memo.clear()

    @cached_property
    def text(self) -> bytes:
        """The register as letters, from the last session to the first."""
        axis = self.axis
        letters = bytearray([MISSING]) * len(axis)
        stays = self.pupil.on_roll
        if any(stay.first or stay.last for stay in stays):
            on_roll = 0
            for stay in stays:
                first = stay.first.toordinal() * 2 if stay.first else 0
                last = stay.last.toordinal() * 2 + 1 if stay.last else dt.date.max.toordinal() * 2 + 1
                on_roll |= axis.mask(((first, last),))
            flags = f"{on_roll:0{len(axis)}b}"[::-1] if axis else ""
            letters = bytearray(flags.encode().translate(_ON_ROLL))
        slots, codes = self.records.marks(self.pupil)
        self._write(letters, slots, codes, 0, len(slots))
        letters.reverse()
        return bytes(letters)

    def _write(
        self, letters: bytearray, slots: Sequence[int], codes: Sequence[str], start: int, end: int
    ) -> None:
        """Puts marks `start` to `end` in their places.

        Whole stretches at once where no session is left out.
        """
        axis = self.axis
        if end - start > _FEW_MARKS:
            first = axis.index.get(slots[start])
            size = end - start
            if (
                first is not None
                and axis.slots[first : first + size] == tuple(slots[start:end])
                and axis.eras[first] == axis.eras[first + size - 1]
            ):
                stretch = _letters(codes[start:end], axis.alphabet, axis.eras[first])
                if ADMINISTRATIVE not in stretch and 0 not in stretch:
                    letters[first : first + size] = stretch
                    return
            middle = (start + end) // 2
            self._write(letters, slots, codes, start, middle)
            self._write(letters, slots, codes, middle, end)
            return
        for slot, code in zip(slots[start:end], codes[start:end], strict=True):
            i = axis.index.get(slot)
            if i is not None:
                letter = axis.alphabet.letters[axis.eras[i]].get(code)
                if letter is not None and (letter != ADMINISTRATIVE or letters[i] == MISSING):
                    letters[i] = letter

    def plane(self, marks: MarkSet) -> int:
        """The sessions in which the pupil has one of these marks; or, for `unmarked`, no mark."""
        if marks.unmarked:
            return self.missing
        plane = self._planes.get(marks)
        if plane is None:
            plane = self._planes[marks] = plane_of(self.text, self.axis.alphabet.table(marks))
        return plane

    @cached_property
    def missing(self) -> int:
        """The sessions, on roll and open or taken, without a mark.

        Those still to come on every day are none.
        """
        return missing_plane(self.text) & self.axis.ever_seen

    @cached_property
    def possible(self) -> int:
        """The pupil's possible sessions."""
        return self.plane(POSSIBLE)

    def may_be(self, marks: MarkSet) -> int:
        """The sessions without a mark, each of which may turn out to be one of these."""
        return 0 if marks.unmarked else self.missing

    def out_of(self, marks: MarkSet) -> int:
        """The sessions of which a share is taken: the possible; of `unmarked`, those without a mark too."""
        return self.possible | self.missing if marks.unmarked else self.possible

    def marks_in(self, plane: int) -> tuple[Mark, ...]:
        """The very marks of the sessions in a plane, in order."""
        known = self._codes
        return tuple(Mark(slot, known[slot]) for slot in self.axis.slots_in(plane) if slot in known)

    @cached_property
    def _codes(self) -> dict[int, str]:
        return dict(zip(*self.records.marks(self.pupil), strict=True))

    def may_reach_before(self, ordinal: int) -> bool:
        """Whether the pupil may have been on roll before the date from which the marks are whole."""
        return ordinal < self.axis.complete_from and any(
            stay.first is None or stay.first.toordinal() < self.axis.complete_from
            for stay in self.pupil.on_roll
        )

    # --- runs -------------------------------------------------------------------------------------

    def segments(self, marks: MarkSet) -> tuple[Segment, ...]:
        """Where these marks run (meaning 11).

        Possible sessions in a row; a missing mark may or may not go on.
        """
        segments = self._segments.get(marks)
        if segments is None:
            segments = self._segments[marks] = self._find_segments(self.plane(marks))
        return segments

    def _find_segments(self, chosen: int) -> tuple[Segment, ...]:
        segments: list[Segment] = []
        others = self.possible & ~chosen
        rest = chosen | self.missing
        while rest:
            start = rest & -rest
            end = others & ~(start - 1)
            breaker = end & -end
            inside = rest & (breaker - 1) if breaker else rest
            rest ^= inside
            segments.append(self._segment(inside, chosen, breaker.bit_length() - 1 if breaker else None))
        return tuple(segments)

    @staticmethod
    def _segment(inside: int, chosen: int, broken_by: int | None) -> Segment:
        runs: list[tuple[int, ...]] = []
        current: list[int] = []
        missing: list[int] = []
        while inside:
            low = inside & -inside
            inside ^= low
            if chosen & low:
                current.append(low.bit_length() - 1)
                continue
            missing.append(low.bit_length() - 1)
            if current:
                runs.append(tuple(current))
                current = []
        if current:
            runs.append(tuple(current))
        return Segment(tuple(runs), tuple(missing), broken_by)

    def whole_days(self, marks: MarkSet) -> tuple[int, ...]:
        """Ordinals of the school days on which all possible sessions have these marks (meaning 10)."""
        key = ("whole days", marks)
        days = self.memo.get(key)
        if days is None:
            axis, chosen, outside = self.axis, self.plane(marks), 0
            outside = (self.possible & ~chosen) | self.missing
            days = tuple(
                day
                for day in dict.fromkeys(slot // 2 for slot in axis.slots_in(chosen))
                if not outside & axis.day_mask(day)
            )
            self.memo[key] = days
        return days  # type: ignore[return-value]  # a memo holds what its key says

    # --- facts and events -------------------------------------------------------------------------

    def fact(self, fact: Fact, parent: str | None) -> FactTimeline:
        """What is known of a fact: the pupil's, one parent's, the school's or the authority's."""
        key = (fact.name, parent if fact.subject is Subject.PARENT else None)
        timeline = self._facts.get(key)
        if timeline is None:
            rows = self._holder_facts(fact.subject, parent).get(fact.name, ())
            timeline = known_fact(rows, self.records.known_on, fact.judged_by, self.records.part_of)
            self._facts[key] = timeline
        return timeline

    def _holder_facts(self, subject: Subject, parent: str | None) -> Facts:
        match subject:
            case Subject.PARENT:
                return next((p.facts for p in self.pupil.parents if p.id == parent), {})
            case Subject.SCHOOL:
                return self.school.facts if self.school else {}
            case Subject.AUTHORITY:
                return self.authority.facts if self.authority else {}
            case Subject.PUPIL | Subject.FAMILY | Subject.COHORT:
                return self.pupil.facts

    @cached_property
    def recorded_facts(self) -> frozenset[str]:
        """The facts of which there is any row: about the pupil, a parent, the school or the authority."""
        own = [self.pupil.facts, *(parent.facts for parent in self.pupil.parents)]
        others = [self._holder_facts(subject, None) for subject in (Subject.SCHOOL, Subject.AUTHORITY)]
        return frozenset(name for facts in (*own, *others) for name in facts)

    @cached_property
    def facts_of_parents(self) -> frozenset[str]:
        """The facts of which there is any row about a parent."""
        return frozenset(name for parent in self.pupil.parents for name in parent.facts)

    @cached_property
    def parents_are_alike(self) -> bool:
        """Whether nothing on record is of one parent and not of another."""
        events = (row for rows in self._event_rows.values() for row in rows)
        return not self.facts_of_parents and all(row.parent is None for row in events)

    def no_events(self, kind: str) -> bool:
        """Whether there is no event of a kind, on any day."""
        return kind not in self._event_rows or not self.events(kind)

    def events(self, kind: str) -> tuple[KnownEvent, ...]:
        """The events of one kind that concern the pupil, the school or the authority, by date."""
        known = self._events.get(kind)
        if known is None:
            known = self._events[kind] = known_events(self._event_rows.get(kind, ()), self.records.known_on)
        return known

    @cached_property
    def _event_rows(self) -> Mapping[str, list[EventRow]]:
        """The rows of each kind of event."""
        holders = (self.pupil, self.school, self.authority)
        found: dict[str, list[EventRow]] = {}
        for row in (row for holder in holders if holder for row in holder.events):
            found.setdefault(row.event, []).append(row)
        return found

    @cached_property
    def school(self) -> School | None:
        """The pupil's school, if anything is known of it."""
        return self.records.history.schools.get(self.pupil.school)

    @cached_property
    def authority(self) -> Authority | None:
        """The authority of the pupil's school, if anything is known of it; of an authority itself."""
        school = self.school
        return self.records.history.authorities.get(school.authority or "") if school else None
