"""The history that a test in a policy gives: pupils, registers, facts and events as the engine reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeVar

from fingerpost.calendar import Calendar
from fingerpost.history import (
    Authority,
    CalendarData,
    Completeness,
    EventRow,
    HalfDay,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Stay,
    Value,
    slot_of,
)
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import LiteralValue
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.tests import (
    GivenEvent,
    GivenFact,
    PolicyTest,
    Registered,
    TestPupil,
)


def history_of(test: PolicyTest, calendar: CalendarData | None) -> History:
    """The history that a test describes."""
    closed = frozenset(
        slot_of(date, half) for first, last in test.closed for date in _dates(first, last) for half in HalfDay
    )
    if calendar is not None and closed:
        calendar = CalendarData(
            terms=calendar.terms, closed=calendar.closed | closed, sessions=calendar.sessions
        )
    slots = Calendar.from_data(calendar).open_slots if calendar is not None else None
    pupils = {pupil.pupil: _pupil(pupil, slots) for pupil in test.pupils}
    authorities = _authorities(test)
    return History(
        pupils=dict(sorted(pupils.items())),
        schools={
            school: School(
                id=school,
                authority=authorities[0],
                phase=phase,
                facts=_facts(_rows(test, Subject.SCHOOL, school, GivenFact)),
                events=tuple(map(_event, _rows(test, Subject.SCHOOL, school, GivenEvent))),
            )
            for school, phase in _schools(test).items()
        },
        authorities={
            authority: Authority(
                id=authority,
                facts=_facts(_rows(test, Subject.AUTHORITY, authority, GivenFact)),
                events=tuple(map(_event, _rows(test, Subject.AUTHORITY, authority, GivenEvent))),
            )
            for authority in authorities
        },
        calendars={} if calendar is None else {"": calendar},
        complete=Completeness(kinds={none.event: None for none in test.none_recorded}),
    )


_G = TypeVar("_G", GivenFact, GivenEvent)


def _given(test: PolicyTest) -> Iterator[GivenFact | GivenEvent]:
    for pupil in test.pupils:
        yield from pupil.facts
        yield from pupil.events


def _rows(test: PolicyTest, subject: Subject, name: str, kind: type[_G]) -> list[_G]:
    """What is given of a school or an authority, with whichever pupil it stands."""
    return [row for row in _given(test) if isinstance(row, kind) and row.whose == (subject, name)]


def _authorities(test: PolicyTest) -> list[str]:
    """The authorities that a test names, or one without a name. The schools belong to the first."""
    owners = [row.whose for row in (*_given(test), *test.expects)]
    named = [owner[1] for owner in owners if owner is not None and owner[0] is Subject.AUTHORITY]
    return list(dict.fromkeys(named)) or [""]


def _schools(test: PolicyTest) -> dict[str, str | None]:
    """The schools that a test names, and the phase of those of which it says it."""
    named = [pupil.school or "" for pupil in test.pupils]
    owners = [row.whose for row in _given(test)]
    named.extend(owner[1] for owner in owners if owner is not None and owner[0] is Subject.SCHOOL)
    return {**dict.fromkeys(named), **dict(test.schools)}


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield dt.date.fromordinal(ordinal)


def _pupil(pupil: TestPupil, slots: Sequence[int] | None) -> Pupil:
    own = (None, Subject.PUPIL, Subject.FAMILY)
    facts = [fact for fact in pupil.facts if (fact.whose[0] if fact.whose else None) in own]
    events = [
        event
        for event in pupil.events
        if event.whose is None or event.whose[0] not in (Subject.SCHOOL, Subject.AUTHORITY)
    ]
    parents = tuple(
        Parent(id=id_, facts=_facts([f for f in pupil.facts if f.whose == (Subject.PARENT, id_)]))
        for id_ in pupil.parents
    )
    stays = tuple(Stay(first=first, last=last) for first, last in pupil.on_roll)
    return Pupil(
        id=pupil.pupil,
        school=pupil.school or "",
        date_of_birth=pupil.born,
        year_group=pupil.year_group,
        family=pupil.family,
        on_roll=stays or (Stay(),),
        parents=parents,
        register=register_of(pupil.marks, slots),
        facts=_facts(facts),
        events=tuple(_event(event) for event in events),
    )


def register_of(stretches: Sequence[Registered], slots: Sequence[int] | None) -> Register:
    """The register that stretches of marks spell out: later ones replace earlier ones, unless recorded later.

    Without a calendar every weekday has two sessions.
    """
    rows: dict[tuple[int, dt.date | None], str] = {}
    for stretch in stretches:
        for slot, code in _marks(stretch, slots):
            if stretch.recorded is None:
                for key in [key for key in rows if key[0] == slot]:
                    del rows[key]
            if code is not None:
                rows[slot, stretch.recorded] = code
    ordered = sorted(rows.items(), key=lambda row: (row[0][0], row[0][1] or dt.date.min))
    recorded = tuple(key[1] for key, _ in ordered)
    return Register(
        tuple(key[0] for key, _ in ordered),
        tuple(code for _, code in ordered),
        recorded if any(recorded) else None,
    )


def _marks(stretch: Registered, slots: Sequence[int] | None) -> Iterator[tuple[int, str | None]]:
    if stretch.marks is not None:
        following = _slots(stretch.first, None, slots)
        for slot, code in zip(following, stretch.marks, strict=False):
            yield slot, None if code == "-" else code
        return
    for slot in _slots(stretch.first, stretch.last or stretch.first, slots):
        if stretch.half_day is not None and (slot % 2 == 1) != (stretch.half_day == "PM"):
            continue
        if stretch.unmarked:
            yield slot, None
        else:
            yield slot, stretch.code if stretch.code is not None else "\\" if slot % 2 else "/"


def _slots(first: dt.date, last: dt.date | None, slots: Sequence[int] | None) -> Sequence[int]:
    end = last if last is not None else first + dt.timedelta(days=400)
    start_slot, end_slot = first.toordinal() * 2, end.toordinal() * 2 + 1
    if slots is not None:
        return [slot for slot in slots if start_slot <= slot <= end_slot]
    return [slot_of(date, half) for date in _dates(first, end) if date.weekday() < 5 for half in HalfDay]


def _held(value: LiteralValue) -> Value:
    return value.amount if isinstance(value, Quantity) else value


def _facts(facts: Sequence[GivenFact]) -> dict[str, tuple[Recorded, ...]]:
    found: dict[str, tuple[Recorded, ...]] = {}
    for fact in facts:
        row = Recorded(
            value=_held(fact.value),
            first=fact.first,
            last=fact.last,
            recorded_on=fact.recorded,
            recorded_by=fact.recorded_by,
        )
        found[fact.fact] = (*found.get(fact.fact, ()), row)
    return found


def _event(event: GivenEvent) -> EventRow:
    relied = tuple(
        slot
        for first, last in event.relying_on
        for slot in range(first.toordinal() * 2, last.toordinal() * 2 + 2)
    )
    return EventRow(
        event=event.event,
        date=event.date,
        until=event.until,
        parent=event.whose[1] if event.whose and event.whose[0] is Subject.PARENT else None,
        fields={
            name: tuple(
                Recorded(value=_held(value), first=since)
                for other, value, since in event.fields
                if other == name
            )
            for name, _, _ in event.fields
        },
        relies_on=relied,
        recorded_on=event.recorded,
        recorded_by=event.recorded_by,
    )
