"""Pupils who are alike but for one thing on record, judged together, are each judged as they are alone.

What the reference said of one is said of all in whom it can see no difference: a thing that a key forgets
makes two pupils one who are not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.bearing import bearing_of
from fingerpost.evaluate import Session
from fingerpost.history import (
    Authority,
    CalendarData,
    Completeness,
    EventRow,
    Facts,
    HalfDay,
    History,
    Parent,
    Pupil,
    Recorded,
    School,
    Stay,
    Term,
    slot_of,
)
from fingerpost.population.told_of_events import ToldOfEvents
from fingerpost_dsl.model.policy import Policy
from tests.population.test_applying import both_agree
from tests.population.test_equal import sessions_agree
from tests.strategies import few
from tests.stretches import FIRST, policy_of, registers, school_days

DAYS = school_days(50)
TODAY = DAYS[-3]
LATER = dt.timedelta(days=5)
RULES = """
role school "School"
fact fits "Support fits" yes or no judged by school
fact reached "Can be reached" yes or no for each parent judged by school
fact small "Is small" yes or no for each school
event visit "Visit" for each school
event offer "Offer" lasts from 1 week to 3 weeks
event choice "Choice" for each parent with outcome one of go_on, stop
event notice "Notice" for each parent
  with outcome one of paid, unpaid
  with offence date
  relies on marks

measure lately "Of late"
  = count of unauthorised in the last 4 school weeks, not relied on by notice where outcome is not paid
  for each parent
measure before "Notices before"
  = count of notice where (outcome is not paid and offence is at least 10 September 2025) in this term
  for each parent
condition unpaid "Unpaid"
  = days since first notice where outcome is unpaid is more than 3 days
  for each parent
condition stopped "Stopped"
  = date of latest choice where outcome is stop is at least date of latest choice
  for each parent
condition failing "Failing" = offer and days since the end of latest offer is at least 2 days
condition ahead "Ahead" = notice where date is at least offence
  for each parent
condition odd "Odd" = ahead or notice where offence in the last 2 school weeks
  for each parent
condition grown "Grown" = age is at least 14 years or year_group is at least 9 or visit in this term

action collect "Collect"
  school must "collect"
  for each parent
  when unpaid
  within 5 school days of latest notice where outcome is unpaid
  done when choice

action look "Look"
  school should "look"
  when failing or grown
  unless small is yes
  within 3 school days

action ask "Ask"
  school should "ask"
  for each parent
  when odd

pathway ladder "Ladder" for each parent

step consider of ladder "Consider"
  school must "consider"
  starts here
  when lately is at least 4 sessions
  stands until done
  done when choice

step fine of ladder "Fine"
  school may "fine"
  after consider if fits is yes and failing
  after consider if fits is no
  when before is 0 and reached is yes
  unless stopped
  done when notice
  ends the round

step fine_more of ladder "Fine more"
  school may "fine more"
  after consider if fits is yes and failing
  after consider if fits is no
  when before is at least 1 and reached is yes
  unless stopped
  done when notice
  ends the round

bar two "Two"
  stops fine, fine_more
  when before is at least 2
"""


@cache
def policy() -> Policy:
    """Rules that look at every part of a record, each at some of them."""
    return policy_of(RULES)


def a_day() -> st.SearchStrategy[dt.date]:
    """A date in the term."""
    return st.integers(5, 45).map(lambda day: FIRST + dt.timedelta(days=day))


def slots() -> st.SearchStrategy[tuple[int, ...]]:
    """Some sessions of one day."""
    return a_day().map(lambda day: tuple(slot_of(day, half) for half in HalfDay))


@st.composite
def judged(draw: st.DrawFn, fact: str) -> Facts:
    """A judgement, or none."""
    if not draw(st.integers(0, 3)):
        return {}
    return {fact: (Recorded(value=draw(st.booleans()), first=draw(a_day()), recorded_by="school"),)}


@st.composite
def event_of(draw: st.DrawFn, kind: str) -> EventRow:
    """One event of a kind."""
    fields: Facts = {}
    if kind in ("choice", "notice"):
        values = ("go_on", "stop") if kind == "choice" else ("paid", "unpaid")
        fields = {"outcome": (Recorded(value=draw(st.sampled_from(values))),)}
    if kind == "notice":
        fields = {**fields, "offence": (Recorded(value=draw(a_day())),)}
    date = draw(a_day())
    return EventRow(
        event=kind,
        date=date,
        until=date + dt.timedelta(days=draw(st.integers(7, 21))) if kind == "offer" else None,
        parent=draw(st.sampled_from([None, "A", "B"])) if kind in ("choice", "notice") else None,
        fields=fields,
        relies_on=draw(slots()) if kind == "notice" else (),
        recorded_on=draw(st.sampled_from([None, date])),
    )


@st.composite
def pupils(draw: st.DrawFn) -> Pupil:
    """A pupil of whom much is on record."""
    kinds = ["offer", "choice", "notice", *draw(st.lists(st.sampled_from(["choice", "notice"]), max_size=2))]
    return Pupil(
        id="P",
        school="S",
        date_of_birth=dt.date(2011, 9, 20),
        year_group=8,
        on_roll=(Stay(first=FIRST),),
        register=draw(registers(DAYS, ["O", "O", None], stretches=5, longest=14)),
        facts=draw(judged("fits")),
        parents=(Parent(id="A", facts=draw(judged("reached"))), Parent(id="B")),
        events=tuple(draw(event_of(kind)) for kind in kinds),
    )


# --- one thing changed ----------------------------------------------------------------------------


def changed_rows(rows: tuple[Recorded, ...]) -> Iterator[tuple[Recorded, ...]]:
    """Rows about a fact, or a field, in each of which one thing is another."""
    for place, row in enumerate(rows):
        value = row.value
        other = (
            not value if isinstance(value, bool) else value + LATER if isinstance(value, dt.date) else None
        )
        for new in (
            replace(row, value=other),
            replace(row, first=(row.first or FIRST) + LATER),
            replace(row, last=TODAY - LATER),
            replace(row, recorded_on=TODAY + LATER),
        ):
            yield (*rows[:place], new, *rows[place + 1 :])
        yield (*rows[:place], *rows[place + 1 :])


def changed_facts(facts: Facts) -> Iterator[Facts]:
    """Facts, of which one is another."""
    for name, rows in facts.items():
        for new in changed_rows(rows):
            yield {**facts, name: new}


OTHERS = {"paid": "unpaid", "unpaid": "paid", "go_on": "stop", "stop": "go_on"}


def changed_event(event: EventRow) -> Iterator[EventRow]:
    """An event of which one thing is another."""
    yield replace(event, date=event.date + LATER)
    yield replace(event, until=(event.until or event.date) + LATER)
    yield replace(event, parent="B" if event.parent == "A" else "A")
    yield replace(event, parent=None)
    yield replace(event, relies_on=event.relies_on[:1])
    yield replace(event, relies_on=())
    yield replace(event, recorded_on=TODAY + LATER)
    yield replace(event, cancelled=True)
    yield replace(event, id="one")
    for name, rows in event.fields.items():
        for row in rows:
            if isinstance(row.value, str) and row.value in OTHERS:
                yield replace(event, fields={**event.fields, name: (replace(row, value=OTHERS[row.value]),)})
        for new in changed_rows(rows):
            yield replace(event, fields={**event.fields, name: new})


def changed(pupil: Pupil) -> Iterator[Pupil]:
    """The same pupil, of whom one thing on record is another."""
    for place, event in enumerate(pupil.events):
        before, after = pupil.events[:place], pupil.events[place + 1 :]
        for new in changed_event(event):
            yield replace(pupil, events=(*before, new, *after))
            yield replace(pupil, events=(*pupil.events, new))
        yield replace(pupil, events=(*before, *after))
    yield from (replace(pupil, facts=facts) for facts in changed_facts(pupil.facts))
    for place, parent in enumerate(pupil.parents):
        others = pupil.parents[:place], pupil.parents[place + 1 :]
        for facts in changed_facts(parent.facts):
            yield replace(pupil, parents=(*others[0], replace(parent, facts=facts), *others[1]))
        yield replace(pupil, parents=(*others[0], *others[1]))
        yield replace(pupil, parents=(*others[0], replace(parent, id="C"), *others[1]))
    yield replace(pupil, parents=pupil.parents[::-1])
    yield replace(pupil, school="T")
    yield replace(pupil, school="U")
    yield replace(pupil, date_of_birth=None)
    for days in (-300, -30, 30, 300):
        if pupil.date_of_birth is not None:
            yield replace(pupil, date_of_birth=pupil.date_of_birth + dt.timedelta(days=days))
    yield replace(pupil, year_group=None)
    yield replace(pupil, year_group=(pupil.year_group or 0) + 1)
    yield replace(pupil, on_roll=(Stay(first=None),))


def some(data: st.DataObject, pupil: Pupil, many: int = 12) -> dict[str, Pupil]:
    """The pupil, and some who are so but for one thing, or for two."""
    every = list(changed(pupil))
    chosen = data.draw(st.lists(st.sampled_from(range(len(every))), min_size=3, max_size=many, unique=True))
    alike = [pupil, *(every[place] for place in chosen)]
    twice = list(changed(alike[-1]))
    alike.append(twice[data.draw(st.integers(0, len(twice) - 1))])
    ordered = data.draw(st.permutations(alike))
    return {f"P{place:02}": replace(one, id=f"P{place:02}") for place, one in enumerate(ordered)}


def history_of(alike: dict[str, Pupil]) -> History:
    """A history of pupils at three schools, of which different things are on record."""
    visit = EventRow(event="visit", date=DAYS[4])
    return History(
        pupils=alike,
        schools={
            "S": School(id="S", authority="L"),
            "T": School(id="T", authority="L", events=(visit,)),
            "U": School(id="U", facts={"small": (Recorded(value=True),)}),
        },
        authorities={"L": Authority(id="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(marks=FIRST, events=FIRST),
    )


def on_some_date() -> st.SearchStrategy[dt.date]:
    """A date on which to ask, on a school day or not."""
    return st.sampled_from([TODAY, TODAY + dt.timedelta(days=1), DAYS[20], DAYS[-1] + LATER])


def known(on: dt.date) -> st.SearchStrategy[dt.date | None]:
    """On what date what is asked was known."""
    return st.sampled_from([None, None, on])


# --- what a key tells apart -----------------------------------------------------------------------

NOTICE = EventRow(
    event="notice",
    date=DAYS[10],
    until=DAYS[20],
    parent="A",
    fields={"outcome": (Recorded(value="paid"),), "offence": (Recorded(value=DAYS[3]),)},
    relies_on=(slot_of(DAYS[3], HalfDay.AM),),
    recorded_on=DAYS[10],
)
STILL_EARLY = (Recorded(value=DAYS[3] + LATER),)
"""Another date that is before what is asked."""
FIELDS = {
    "unpaid": {"outcome"},
    "ahead": {"offence"},
    "odd": {"offence"},
    "before": {"outcome", "offence"},
    "lately": {"outcome"},
}
"""At which fields of a notice each of these looks."""


@pytest.mark.parametrize("name", FIELDS)
def test_numbers_of_events_tell_apart_what_is_looked_at_and_nothing_else(name: str) -> None:
    """Of a notice in all that it says, but for fields and sessions that are not looked at."""
    part = policy().conditions[name].condition if name in policy().conditions else policy().measures[name]
    bearing = bearing_of(part, policy())
    given = [NOTICE, *changed_event(NOTICE)]
    told = ToldOfEvents(lambda _, number: [given[number - 1]])
    seen = told.seen("notice", np.arange(len(given) + 1, dtype=np.int32), bearing)
    assert seen[0] == 0
    for event, number in zip(given[1:], seen[2:].tolist(), strict=True):
        same = replace(event, fields=NOTICE.fields, relies_on=NOTICE.relies_on) == NOTICE
        looked_at = {field for field in NOTICE.fields if event.fields[field] != NOTICE.fields[field]}
        if name == "before" and event.fields["offence"] == STILL_EARLY:
            looked_at.discard("offence")
        hidden = looked_at.isdisjoint(FIELDS[name]) and (
            name != "lately" or event.relies_on == NOTICE.relies_on
        )
        assert (number == seen[1]) == (same and hidden), event


def test_events_whose_order_hangs_on_all_that_they_say_are_told_apart() -> None:
    """Of two of one day, or of several rows of one event, it may be the last that counts."""
    bearing = bearing_of(policy().conditions["unpaid"].condition, policy())
    other, named = replace(NOTICE, relies_on=()), replace(NOTICE, id="one")
    later = [replace(one, date=DAYS[30]) for one in (NOTICE, other, named)]
    for pair, alike in (
        ([[NOTICE, later[0]], [other, later[1]]], True),
        ([[NOTICE, NOTICE], [NOTICE, other]], False),
        ([[named, later[2]], [named, replace(later[2], relies_on=())]], False),
    ):
        seen = ToldOfEvents(lambda _, number, pair=pair: pair[number - 1]).seen(  # type: ignore[misc]  # bound here
            "notice", np.array([1, 2], dtype=np.int32), bearing
        )
        assert bool(seen[0] == seen[1]) is alike


# --- together as alone ----------------------------------------------------------------------------


@settings(max_examples=few(30))
@given(pupils(), st.data(), on_some_date())
def test_decisions_of_those_who_are_nearly_alike(pupil: Pupil, data: st.DataObject, on: dt.date) -> None:
    history = history_of(some(data, pupil))
    sessions_agree(Session.open(policy(), history, on, data.draw(known(on))))


@settings(max_examples=few(30))
@given(pupils(), st.data(), on_some_date())
def test_what_applies_to_those_who_are_nearly_alike(pupil: Pupil, data: st.DataObject, on: dt.date) -> None:
    both_agree(policy(), history_of(some(data, pupil)), on, data.draw(known(on)))
