"""Strategies for histories, by the words of `words.policy`: every part of one, corrected and dated, small.

`histories()` are what a reader can give back: in their normal form, without contradictions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from fingerpost.digest import normal
from fingerpost.history import (
    Authority,
    CalendarData,
    Completeness,
    EventRow,
    Facts,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Stay,
    Value,
)
from fingerpost.known import conflicts
from fingerpost_dsl.model.declarations import Event, Fact, Subject, ValueType
from tests.engine.histories import SIX_TERMS, THREE_TERMS, D
from tests.engine.words import words

FIRST, LAST = D("2024-09-04"), D("2025-02-28")
ids = st.text("ABCP0123456789-_é", min_size=1, max_size=5)
days = st.dates(FIRST, LAST)
texts = st.text("abc ,;'\"=+@é\n", min_size=1, max_size=12).filter(lambda text: text == text.strip())
_CODES = ("/", "\\", "I", "G", "N", "J1", "Y1")


def values(type: ValueType) -> st.SearchStrategy[Value]:
    """A value of a type."""
    match type.kind:
        case "yes or no":
            return st.booleans()
        case "one of":
            return st.sampled_from(type.choices)
        case "date":
            return days
        case "text":
            return texts
        case _:
            return st.integers(-9, 999) | st.just(Fraction(1, 3))


@st.composite
def stretches(draw: st.DrawFn) -> tuple[dt.date | None, dt.date | None]:
    """From and until, either of them perhaps not said."""
    dates = sorted(draw(st.lists(days, min_size=2, max_size=2)))
    return draw(st.sampled_from([(None, None), (dates[0], None), (None, dates[1]), (dates[0], dates[1])]))


@st.composite
def fact_rows(draw: st.DrawFn, fact: Fact) -> tuple[Recorded, ...]:
    """Rows about a fact that do not contradict each other."""
    rows: list[Recorded] = []
    for _ in range(draw(st.integers(1, 3))):
        first, last = draw(stretches())
        row = Recorded(
            value=draw(values(fact.type)) if draw(st.integers(0, 5)) else None,
            first=first,
            last=last,
            recorded_on=draw(st.none() | days),
            recorded_by=draw(st.sampled_from([None, *fact.judged_by])),
        )
        if row not in rows and not list(conflicts([*rows, row], fact.judged_by)):
            rows.append(row)
    return tuple(rows)


@st.composite
def facts(draw: st.DrawFn, *subjects: Subject) -> Facts:
    """A few facts of one owner."""
    known = list(words().facts_of(*subjects).values())
    chosen = draw(st.lists(st.sampled_from(known), max_size=3, unique_by=lambda fact: fact.name))
    return {fact.name: draw(fact_rows(fact)) for fact in chosen}


@st.composite
def events(draw: st.DrawFn, parents: Sequence[str], *subjects: Subject) -> tuple[EventRow, ...]:
    """A few events of one owner, some of them changed later."""
    known = [event for event in words().events.values() if event.subject in subjects]
    rows: list[EventRow] = []
    for number in range(draw(st.integers(0, 3))):
        event = draw(st.sampled_from(known))
        row_id = f"E{number}" if draw(st.booleans()) else None
        recorded = draw(st.lists(days, min_size=1, max_size=2 if row_id else 1, unique=True))
        for index, day in enumerate(recorded):
            row = _event_row(draw, event, row_id, day, parents)
            rows.append(row if index == 0 else _changed(row, cancelled=draw(st.booleans())))
    return tuple(row for index, row in enumerate(rows) if row not in rows[:index])


def _event_row(
    draw: st.DrawFn, event: Event, row_id: str | None, day: dt.date, parents: Sequence[str]
) -> EventRow:
    date = draw(days)
    relies_on = draw(st.lists(days, max_size=2, unique=True)) if event.relies_on_marks else []
    fields = {}
    for field in event.fields:
        found = [Recorded(value=draw(values(field.type)))] if draw(st.booleans()) else []
        if found and field.type.kind != "text" and draw(st.booleans()):
            found.append(Recorded(value=draw(values(field.type)), first=draw(days)))
        if found:
            fields[field.name] = tuple(found)
    return EventRow(
        event=event.name,
        date=date,
        until=date + dt.timedelta(draw(st.integers(0, 30))) if draw(st.booleans()) else None,
        id=row_id,
        parent=draw(st.sampled_from([None, *parents])) if event.subject is Subject.PARENT else None,
        fields=fields,
        relies_on=tuple(day.toordinal() * 2 for day in relies_on),
        recorded_on=day if row_id else draw(st.none() | st.just(day)),
        recorded_by=draw(st.sampled_from([None, "school"])),
    )


def _changed(row: EventRow, *, cancelled: bool) -> EventRow:
    return EventRow(
        event=row.event,
        date=row.date,
        id=row.id,
        cancelled=cancelled,
        parent=row.parent,
        fields=row.fields,
        recorded_on=row.recorded_on,
    )


@st.composite
def registers(draw: st.DrawFn, slots: Sequence[int], *, corrected: bool) -> Register:
    """Marks in some of the sessions; corrected ones say when each row was entered."""
    chosen = sorted(draw(st.lists(st.sampled_from(slots), max_size=12, unique=True))) if slots else []
    rows: list[tuple[int, str, dt.date | None]] = []
    for slot in chosen:
        rows.append((slot, draw(st.sampled_from(_CODES)), None))
        if corrected and draw(st.booleans()):
            entered = dt.date.fromordinal(slot // 2) + dt.timedelta(draw(st.integers(1, 5)))
            rows.append((slot, draw(st.sampled_from(_CODES)), entered))
    dated = tuple(row[2] for row in rows)
    return Register(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), dated if any(dated) else None
    )


@st.composite
def pupils(draw: st.DrawFn, pupil_id: str, school: str, slots: Sequence[int]) -> Pupil:
    """A pupil with some of everything."""
    parents = draw(st.lists(ids, max_size=2, unique=True))
    first = draw(st.none() | st.dates(D("2020-09-01"), D("2024-09-01")))
    measures = list(words().measures)
    return Pupil(
        id=pupil_id,
        school=school,
        date_of_birth=draw(st.none() | st.dates(D("2008-01-01"), D("2019-12-31"))),
        year_group=draw(st.none() | st.integers(0, 13)),
        family=draw(st.none() | ids),
        on_roll=draw(
            st.sampled_from(
                [
                    (Stay(first=first),),
                    (Stay(last=D("2020-07-20")), Stay(first=D("2020-09-01"))),
                ]
            )
        ),
        parents=tuple(Parent(id=parent, facts=draw(facts(Subject.PARENT))) for parent in parents),
        register=draw(registers(slots, corrected=draw(st.booleans()))),
        facts=draw(facts(Subject.PUPIL)),
        events=draw(events(parents, Subject.PUPIL, Subject.PARENT)),
        reported={
            name: (Recorded(value=Fraction(1, 7), first=draw(st.none() | days)),) for name in measures[:1]
        }
        if draw(st.booleans())
        else {},
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A history of one or two schools, with calendars or without."""
    schools = draw(st.sampled_from([("",), ("S1",), ("S1", "S2")]))
    calendars: dict[str, CalendarData] = draw(
        st.sampled_from([{}, {"": THREE_TERMS}, {"": SIX_TERMS, schools[-1]: THREE_TERMS}])
    )
    any_day = [day * 2 + half for day in range(FIRST.toordinal(), LAST.toordinal()) for half in (0, 1)]
    known = {}
    for pupil_id in draw(st.lists(ids, min_size=1, max_size=3, unique=True)):
        school = draw(st.sampled_from(schools))
        data = calendars.get(school) or calendars.get("")
        slots = _open(data) if data else any_day
        known[pupil_id] = draw(pupils(pupil_id, school, slots))
    used = sorted({pupil.school for pupil in known.values()})
    authority = draw(st.none() | st.just("A1")) if "" not in used else None
    return normal(
        History(
            pupils=known,
            schools={
                school: School(
                    id=school,
                    name=draw(st.none() | texts) if school else None,
                    authority=authority,
                    facts=draw(facts(Subject.SCHOOL)) if school else {},
                    events=draw(events((), Subject.SCHOOL)),
                )
                for school in used
            },
            authorities={
                authority: Authority(
                    id=authority,
                    facts=draw(facts(Subject.AUTHORITY)),
                    events=draw(events((), Subject.AUTHORITY)),
                )
            }
            if authority
            else {},
            calendars={school: data for school, data in calendars.items() if school in ("", *used)},
            complete=draw(
                st.sampled_from(
                    [
                        Completeness(),
                        Completeness(marks=FIRST, kinds={"penalty_notice": None, "formal_meeting": FIRST}),
                    ]
                )
            ),
        )
    )


def _open(data: CalendarData) -> Sequence[int]:
    from fingerpost.calendar import Calendar

    return [
        slot
        for slot in Calendar.from_data(data).open_slots
        if FIRST.toordinal() * 2 <= slot <= LAST.toordinal() * 2
    ]
