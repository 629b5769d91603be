"""Small histories over the fixed vocabulary: calendars, registers with gaps and corrections, facts, events.

Marks are made of stretches laid over a register of presence, because absence comes in stretches and because a
stretch shrinks well. Dates are counted from the first Wednesday of September 2024.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
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
    Term,
    Value,
)
from tests.generate.words import CODES_CHANGE, EVENTS, FACTS, EventWord, FactWord

START = dt.date(2024, 9, 4)
_DAY = dt.timedelta(days=1)
_MARKS = ("O", "I", "N", "G", "U", "Y", "V", "C", "J", "#", "Q", "-")
"""What a stretch is marked with; "-" is no mark at all. The first are the simplest."""


def _term(name: str, first: dt.date, last: dt.date, *breaks: tuple[dt.date, dt.date]) -> Term:
    return Term(name=name, first=first, last=last, breaks=breaks)


TERMS = (
    _term("Autumn", START, dt.date(2024, 12, 20), (dt.date(2024, 10, 28), dt.date(2024, 11, 1))),
    _term("Spring", dt.date(2025, 1, 6), dt.date(2025, 4, 4), (dt.date(2025, 2, 17), dt.date(2025, 2, 21))),
)
_SIX_TERMS = (
    _term("Term 1", START, dt.date(2024, 9, 20)),
    _term("Term 2", dt.date(2024, 9, 25), dt.date(2024, 10, 18)),
    _term("Term 3", dt.date(2024, 10, 24), dt.date(2024, 12, 20)),
)


def history_of(draw: st.DrawFn, *, most: int = 3) -> History:
    """One to three pupils, or more, of one or two schools."""
    first = draw(st.sampled_from((0, 0, 5, 26, 40)))
    days = draw(st.integers(4, 34))
    schools = ("S1", "S2") if draw(st.integers(0, 4)) == 4 else ("S1",)
    calendars = _calendars(draw)
    weekdays = [START + _DAY * n for n in range(first, first + days) if (START + _DAY * n).weekday() < 5]
    closed = calendars[""].closed if calendars else frozenset[int]()
    broken = calendars[""].terms if calendars else ()
    open_slots = [
        date.toordinal() * 2 + half for date in weekdays for half in (0, 1) if _in_terms(date, broken)
    ]
    slots = [slot for slot in open_slots if slot not in closed] or [START.toordinal() * 2]
    pupils = [
        _pupil(draw, f"P{number}", schools[number % len(schools)], slots)
        for number in range(1, 1 + draw(st.sampled_from((1, 1, 2, most))))
    ]
    last = dt.date.fromordinal(slots[-1] // 2)
    return normal(
        History(
            pupils={pupil.id: pupil for pupil in pupils},
            schools={school: _school(draw, school, last) for school in schools},
            authorities={"A1": _authority(draw, last)},
            calendars=calendars,
            complete=_completeness(draw, last),
        )
    )


def _in_terms(date: dt.date, terms: tuple[Term, ...]) -> bool:
    if not terms:
        return True
    return any(
        term.first <= date <= term.last and not any(one <= date <= end for one, end in term.breaks)
        for term in terms
    )


def _calendars(draw: st.DrawFn) -> dict[str, CalendarData]:
    """Two terms with breaks, six terms, single sessions, or none at all."""
    kind = draw(st.integers(0, 5))
    if kind == 4:
        return {}
    closed: set[int] = set()
    for _ in range(draw(st.integers(0, 2))):
        slot = (START + _DAY * draw(st.integers(0, 60))).toordinal() * 2
        closed |= draw(st.sampled_from(({slot}, {slot, slot + 1})))
    if kind == 5:
        return {"": CalendarData(terms=_SIX_TERMS, closed=frozenset(closed))}
    if kind == 3:
        days = [START + _DAY * n for n in range(70) if (START + _DAY * n).weekday() < 5]
        sessions = {day.toordinal() * 2 + half: True for day in days for half in (0, 1)}
        sessions |= dict.fromkeys(closed & sessions.keys(), False)
        return {"": CalendarData(closed=frozenset(closed), sessions=tuple(sorted(sessions.items())))}
    return {"": CalendarData(terms=TERMS, closed=frozenset(closed))}


# --- pupils -----------------------------------------------------------------------------------


def _pupil(draw: st.DrawFn, name: str, school: str, slots: list[int]) -> Pupil:
    on_roll = _stays(draw, slots)
    last = dt.date.fromordinal(slots[-1] // 2)
    parents = tuple(
        Parent(id=parent, facts=_facts(draw, "parent", last))
        for parent in ("A", "B")[: draw(st.integers(0, 2))]
    )
    born = draw(st.sampled_from((dt.date(2015, 1, 15), None, dt.date(2019, 9, 20), dt.date(2008, 6, 1))))
    return Pupil(
        id=name,
        school=school,
        date_of_birth=born,
        year_group=draw(st.sampled_from((5, None, 0))),
        on_roll=on_roll,
        parents=parents,
        register=_register(draw, [slot for slot in slots if _is_on(slot, on_roll)]),
        facts={**_facts(draw, "pupil", last), **_facts(draw, "family", last)},
        events=(*_events(draw, "pupil", last), *_events(draw, "parent", last, slots, parents)),
    )


def _stays(draw: st.DrawFn, slots: list[int]) -> tuple[Stay, ...]:
    kind = draw(st.integers(0, 5))
    if kind < 4:
        return (Stay(),)
    dates = sorted({dt.date.fromordinal(slot // 2) for slot in slots})
    cut = dates[draw(st.integers(0, len(dates) - 1))]
    if kind == 4:
        return (Stay(first=cut),)
    later = [date for date in dates if date > cut + 3 * _DAY]
    return (Stay(last=cut), Stay(first=later[0])) if later else (Stay(last=cut),)


def _is_on(slot: int, on_roll: tuple[Stay, ...]) -> bool:
    date = dt.date.fromordinal(slot // 2)
    return any((stay.first or date) <= date <= (stay.last or date) for stay in on_roll)


def _register(draw: st.DrawFn, slots: list[int]) -> Register:
    """Presence with stretches of other marks, and now and then a correction."""
    codes = {slot: "\\" if slot % 2 else "/" for slot in slots[: len(slots) - draw(st.integers(0, 3))]}
    known = sorted(codes)
    rows: list[tuple[int, str, dt.date | None]] = []
    if known:
        for _ in range(draw(st.integers(0, 6))):
            start = draw(st.integers(0, len(known) - 1))
            mark = draw(st.sampled_from(_MARKS))
            for slot in known[start : start + draw(st.integers(1, 7))]:
                codes[slot] = "O" if mark == "Q" and dt.date.fromordinal(slot // 2) < CODES_CHANGE else mark
        for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
            slot = known[draw(st.integers(0, len(known) - 1))]
            later = dt.date.fromordinal(slot // 2) + _DAY * draw(st.integers(1, 9))
            if not any(row[0] == slot for row in rows):
                rows.append((slot, draw(st.sampled_from(_MARKS[:6])), later))
    rows += [(slot, code, None) for slot, code in codes.items() if code != "-"]
    rows.sort(key=lambda row: (row[0], row[2] or dt.date.min))
    recorded = tuple(row[2] for row in rows)
    return Register(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), recorded if any(recorded) else None
    )


# --- facts ------------------------------------------------------------------------------------


def _facts(draw: st.DrawFn, whose: str, last: dt.date) -> Facts:
    found: dict[str, tuple[Recorded, ...]] = {}
    for word in FACTS:
        if word.whose == whose and draw(st.booleans()):
            found[word.name] = _rows(draw, word, last)
    return found


def _rows(draw: st.DrawFn, word: FactWord, last: dt.date) -> tuple[Recorded, ...]:
    """A value for always, or values one after another with gaps between; two judges may differ."""
    if draw(st.booleans()):
        return (Recorded(value=_value(draw, word.kind, word.choices)),)
    cuts = sorted({draw(st.integers(0, 45)) for _ in range(4)})
    rows = [
        Recorded(
            value=None if draw(st.integers(0, 5)) == 5 else _value(draw, word.kind, word.choices),
            first=START + _DAY * one,
            last=None if two == cuts[-1] and draw(st.booleans()) else START + _DAY * (two - 1),
            recorded_on=START + _DAY * (one + draw(st.integers(0, 6))) if draw(st.booleans()) else None,
            recorded_by=word.judged_by[0] if word.judged_by else None,
        )
        for one, two in zip(cuts[:-1:2], cuts[1::2], strict=False)
    ]
    if len(word.judged_by) > 1 and rows and draw(st.booleans()):
        rows.append(replace(rows[0], value=_value(draw, word.kind, word.choices), recorded_by="officer"))
    return tuple(rows) or (Recorded(value=_value(draw, word.kind, word.choices), first=last),)


def _value(draw: st.DrawFn, kind: str, choices: tuple[str, ...]) -> Value:
    match kind:
        case "yes or no":
            return draw(st.booleans())
        case "one of":
            return draw(st.sampled_from(choices))
        case "date":
            return START + _DAY * draw(st.integers(-10, 50))
        case "money":
            return Fraction(draw(st.sampled_from((80, 160))))
        case "text":
            return "said"
        case _:
            return draw(st.integers(0, 6))


# --- events -----------------------------------------------------------------------------------


def _events(
    draw: st.DrawFn,
    whose: str,
    last: dt.date,
    slots: list[int] | None = None,
    parents: tuple[Parent, ...] = (),
) -> tuple[EventRow, ...]:
    rows: list[EventRow] = []
    for word in EVENTS:
        if word.whose == whose:
            rows += (
                row
                for number in range(draw(st.sampled_from((0, 0, 1, 2))))
                for row in _event(draw, word, number, last, slots or [], parents)
            )
    return tuple(rows)


def _event(  # noqa: PLR0917 - what an event may hang on
    draw: st.DrawFn,
    word: EventWord,
    number: int,
    last: dt.date,
    slots: list[int],
    parents: tuple[Parent, ...],
) -> list[EventRow]:
    """An event; now and then with a later value or cancelled, under an id."""
    date = min(START + _DAY * draw(st.integers(-3, 45)), last + 7 * _DAY)
    relies = tuple(slots[:: draw(st.integers(2, 5))]) if word.relies and slots else ()
    row = EventRow(
        event=word.name,
        date=date,
        until=date + _DAY * draw(st.integers(0, 30)) if word.lasts and draw(st.booleans()) else None,
        parent=draw(st.sampled_from([parent.id for parent in parents])) if parents else None,
        fields={
            field.name: _changing(draw, lambda f=field: _value(draw, f.kind, f.choices), date)  # type: ignore[misc]  # a field bound as a default
            for field in word.fields
            if draw(st.integers(0, 3)) < 3
        },
        relies_on=tuple(slot for slot in relies if slot // 2 <= date.toordinal()),
        recorded_on=date + _DAY * draw(st.integers(0, 5)) if draw(st.integers(0, 2)) == 2 else None,
    )
    kind = draw(st.integers(0, 5))
    if kind < 4:
        return [row]
    row = replace(row, id=f"{word.name}-{number}-{whose_of(row)}")
    later = (row.recorded_on or row.date) + _DAY * draw(st.integers(1, 8))
    if kind == 4:
        return [row, replace(row, fields={}, relies_on=(), cancelled=True, recorded_on=later)]
    changed: Facts = {name: (Recorded(value=rows[0].value),) for name, rows in row.fields.items()}
    return [row, replace(row, fields=changed, recorded_on=later)]


def whose_of(row: EventRow) -> str:
    """A letter for the parent of an event, for its id."""
    return row.parent or "-"


def _changing(draw: st.DrawFn, make: Callable[[], Value], date: dt.date) -> tuple[Recorded, ...]:
    """One value, or a second from some days later."""
    first = Recorded(value=make())
    if draw(st.integers(0, 3)) < 3:
        return (first,)
    return first, Recorded(value=make(), first=date + _DAY * draw(st.integers(1, 15)))


# --- schools and the rest ---------------------------------------------------------------------


def _school(draw: st.DrawFn, name: str, last: dt.date) -> School:
    phase = draw(st.sampled_from(("primary", None, "secondary")))
    return School(
        id=name,
        authority="A1",
        phase=phase,
        facts=_facts(draw, "school", last),
        events=_events(draw, "school", last),
    )


def _authority(draw: st.DrawFn, last: dt.date) -> Authority:
    return Authority(id="A1", facts=_facts(draw, "authority", last), events=_events(draw, "authority", last))


def _completeness(draw: st.DrawFn, last: dt.date) -> Completeness:
    kinds = {
        event.name: None if draw(st.booleans()) else START + _DAY * draw(st.integers(-30, 20))
        for event in EVENTS
        if draw(st.integers(0, 2)) == 2
    }
    long_ago = dt.date(2020, 9, 1)
    return Completeness(
        marks=draw(st.sampled_from((None, long_ago, None, START + 15 * _DAY))),
        events=draw(st.sampled_from((None, long_ago, START + 10 * _DAY))),
        kinds=kinds,
    )
