"""Histories for any policy, the shipped ones too: some of its facts and events, and its own codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st

from fingerpost.codes import CodeBook
from fingerpost.digest import normal
from fingerpost.history import (
    Authority,
    CalendarData,
    Completeness,
    EventRow,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Value,
)
from fingerpost_dsl.model.declarations import Event, Fact, Subject, ValueType
from fingerpost_dsl.model.policy import Policy
from tests.generate.histories import START, TERMS

_DAY = dt.timedelta(days=1)
_OF_PUPIL = frozenset({Subject.PUPIL, Subject.FAMILY})
_COMMON = ("G", "O", "N", "I", "U", "C", "B", "D", "Y", "Y1", "-")


def history_for(draw: st.DrawFn, policy: Policy) -> History:
    """One pupil of one school, with a term's register, up to twelve facts and eight events."""
    days = draw(st.integers(20, 70))
    dates = [START + _DAY * n for n in range(days) if (START + _DAY * n).weekday() < 5]
    dates = [date for date in dates if not dt.date(2024, 10, 28) <= date <= dt.date(2024, 11, 1)]
    parents = tuple(Parent(id=one) for one in ("A", "B")[: draw(st.integers(0, 2))])
    pupil = Pupil(
        id="P1",
        school="S1",
        date_of_birth=draw(st.sampled_from((dt.date(2015, 1, 15), dt.date(2009, 5, 1), None))),
        year_group=5,
        parents=parents,
        register=_register(draw, policy, dates),
    )
    school = School(id="S1", authority="A1", phase="primary")
    for fact in _some(draw, [fact for fact in policy.facts.values() if fact.subject in _SUBJECTS], 12):
        rows = _rows(draw, fact)
        match fact.subject:
            case Subject.PARENT:
                given = tuple(replace(one, facts={**one.facts, fact.name: rows}) for one in pupil.parents)
                pupil = replace(pupil, parents=given)
            case Subject.SCHOOL:
                school = replace(school, facts={**school.facts, fact.name: rows})
            case _:
                pupil = replace(pupil, facts={**pupil.facts, fact.name: rows})
    kinds = [event for event in policy.events.values() if event.subject in _SUBJECTS]
    for event in _some(draw, kinds, 8):
        row = _event(draw, event, parents, pupil.register)
        if event.subject is Subject.SCHOOL:
            school = replace(school, events=(*school.events, row))
        else:
            pupil = replace(pupil, events=(*pupil.events, row))
    in_the_middle = START + _DAY * draw(st.integers(5, 60))
    complete = Completeness(
        marks=draw(st.sampled_from((None, None, in_the_middle))),
        events=draw(st.sampled_from((None, dt.date(2020, 9, 1)))),
    )
    return normal(
        History(
            pupils={"P1": pupil},
            schools={"S1": school},
            calendars={"": CalendarData(terms=TERMS)},
            complete=complete,
        )
    )


def school_for(draw: st.DrawFn, policy: Policy) -> History:
    """A school of some dozen pupils, each like one of two, in two years; with facts of its authority."""
    like = [history_for(draw, policy) for _ in range(2)]
    pupils: dict[str, Pupil] = {}
    for number in range(10, 10 + draw(st.integers(10, 16))):
        own = like[draw(st.integers(0, 3)) == 3].pupils["P1"]
        year, family = 5 if draw(st.integers(0, 4)) else 3, draw(st.sampled_from(("F1", "F2", None)))
        pupils[f"P{number}"] = replace(own, id=f"P{number}", year_group=year, family=family)
    facts = [fact for fact in policy.facts.values() if fact.subject is Subject.AUTHORITY]
    authority = Authority(id="A1", facts={fact.name: _rows(draw, fact) for fact in _some(draw, facts, 4)})
    return normal(replace(like[0], pupils=pupils, authorities={"A1": authority}))


_SUBJECTS = _OF_PUPIL | {Subject.PARENT, Subject.SCHOOL}


_T = TypeVar("_T")


def _some(draw: st.DrawFn, options: Sequence[_T], most: int) -> list[_T]:
    return draw(st.lists(st.sampled_from(list(options)), max_size=most)) if options else []


def _register(draw: st.DrawFn, policy: Policy, dates: Sequence[dt.date]) -> Register:
    """Presence, with stretches of the codes that matter; only codes in the list on their day."""
    book = CodeBook.from_codes(policy.codes)
    slots = [date.toordinal() * 2 + half for date in dates for half in (0, 1)]
    codes = {slot: "/\\"[slot % 2] for slot in slots}
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(slots) - 1))
        code = draw(st.sampled_from(_COMMON))
        for slot in slots[start : start + draw(st.integers(1, 24))]:
            if code == "-" or code in book.list_on(slot // 2):
                codes[slot] = code
    kept = [(slot, code) for slot, code in codes.items() if code != "-"]
    return Register(tuple(slot for slot, _ in kept), tuple(code for _, code in kept))


def _rows(draw: st.DrawFn, fact: Fact) -> tuple[Recorded, ...]:
    judge = fact.judged_by[0] if fact.judged_by else None
    first = None if draw(st.booleans()) else START + _DAY * draw(st.integers(0, 50))
    return (Recorded(value=_value(draw, fact.type), first=first, recorded_by=judge),)


def _value(draw: st.DrawFn, kind: ValueType) -> Value:
    match kind.kind:
        case "yes or no":
            return draw(st.booleans())
        case "one of":
            return draw(st.sampled_from(kind.choices))
        case "date":
            return START + _DAY * draw(st.integers(-20, 80))
        case "text":
            return "said"
        case "money":
            return Fraction(160)
        case _:
            return draw(st.integers(0, 12))


def _event(draw: st.DrawFn, event: Event, parents: Sequence[Parent], register: Register) -> EventRow:
    date = START + _DAY * draw(st.integers(0, 90))
    of_parent = event.subject is Subject.PARENT and parents
    return EventRow(
        event=event.name,
        date=date,
        until=date + _DAY * draw(st.integers(0, 40)) if event.lasts and draw(st.booleans()) else None,
        parent=draw(st.sampled_from([one.id for one in parents])) if of_parent else None,
        fields={
            field.name: (Recorded(value=_value(draw, field.type)),)
            for field in event.fields
            if draw(st.integers(0, 3)) < 3
        },
        relies_on=register.slots[::3] if event.relies_on_marks else (),
    )
