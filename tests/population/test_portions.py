"""What was worked out for one portion of a population holds for the next, whatever is recorded in either."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

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
    School,
    Stay,
    Term,
)
from fingerpost.population.kept import population_of
from fingerpost.population.results import decide
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.policy import Policy
from tests.population.test_equal import is_the_same
from tests.strategies import few
from tests.stretches import FIRST, policy_of, registers, school_days

DAYS = school_days(40)
SCHOOLS = ("A", "B", "C")


@cache
def policy() -> Policy:
    """Rules each of which looks at two things, of which a portion may have only one, or the other."""
    return policy_of("""
role school "School"
fact here "Here" yes or no
fact there "There" yes or no
fact near "Near" yes or no for each parent
fact far "Far" yes or no for each parent
fact kept "Kept" yes or no for each school
fact paid "Paid" yes or no for each authority
event open_day "Open day" for each school
event letter "Letter"
event talk "Talk"
event notice "Notice" for each parent
event visit "Visit" for each parent

action look "Look"
  school must "look"
  when here is yes or there is no

action answer "Answer"
  school must "answer"
  when count of unauthorised in this term is at least 1 sessions
  within 5 school days of latest talk
  stands until done
  done when letter

action ask_again "Ask again"
  school should "ask again"
  when count of unauthorised in the last 2 school weeks is at least 1 sessions
  within 3 school days of first letter
  done when talk

action call_home "Call home"
  school must "call home"
  for each parent
  when count of unauthorised in this term is at least 1 sessions
  within 3 school days of latest visit
  stands until done
  done when notice

action invite "Invite"
  school must "invite"
  for each parent
  when near is yes or far is no or visit or notice

action welcome "Welcome"
  school must "welcome"
  when kept is yes or paid is no or phase is special or open_day

action divide "Divide"
  school must "divide"
  when roll is at least 2 or kept is no
""")


@st.composite
def pupils(draw: st.DrawFn, name: str) -> Pupil:
    """A pupil of whom little is recorded: most portions lack most columns."""
    parents = [
        Parent(id=f"{name}-{one}", facts=draw(facts("near", "far"))) for one in range(draw(st.integers(0, 2)))
    ]
    events = []
    for kind in draw(st.lists(st.sampled_from(["letter", "talk", "notice", "visit"]), max_size=2)):
        own = kind in ("notice", "visit")
        parent = draw(st.sampled_from([None, *(one.id for one in parents)])) if own else None
        date = FIRST + dt.timedelta(days=draw(st.integers(0, 45)))
        events.append(EventRow(event=kind, date=date, parent=parent))
    return Pupil(
        id=name,
        school=draw(st.sampled_from(SCHOOLS)),
        on_roll=(Stay(first=FIRST),),
        register=draw(registers(DAYS, ["O", "O", None], stretches=3, longest=4)),
        facts=draw(facts("here", "there")),
        parents=tuple(parents),
        events=tuple(events),
    )


@st.composite
def schools(draw: st.DrawFn, name: str) -> School:
    """A school of which something may be on record, as of others, or as of no other."""
    dates = draw(st.lists(st.sampled_from([FIRST, FIRST + dt.timedelta(days=20)]), max_size=1))
    return School(
        id=name,
        authority=draw(st.sampled_from([None, "L"])),
        phase=draw(st.sampled_from([None, "primary", "special"])),
        facts=draw(facts("kept")),
        events=tuple(EventRow(event="open_day", date=date) for date in dates),
    )


def facts(*names: str) -> st.SearchStrategy[Facts]:
    """A row about one of them, or nothing."""
    rows = st.tuples(st.sampled_from(names), st.booleans())
    return st.one_of(st.just({}), rows.map(lambda row: {row[0]: (Recorded(value=row[1]),)}))


@settings(max_examples=few(40))
@given(
    st.tuples(*(pupils(f"P{number}") for number in range(5))),
    st.tuples(*map(schools, SCHOOLS)),
    facts("paid"),
    st.integers(0, 45).map(lambda day: FIRST + dt.timedelta(days=day)),
    st.sampled_from([1, 2, 100]),
)
def test_portions(
    made: tuple[Pupil, ...], places: tuple[School, ...], authority: Facts, on: dt.date, most: int
) -> None:
    """Numbers of what is recorded mean the same in every portion, whichever columns it has."""
    history = History(
        pupils={pupil.id: pupil for pupil in made},
        schools={one.id: one for one in places},
        authorities={"L": Authority(id="L", facts=authority)},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(marks=FIRST, events=FIRST),
    )
    population = population_of(history, Vocabulary.from_policies(policy()))
    session = population.session(policy(), on)
    for found in decide(population, session, most=most, reasons=True):
        for row, pupil in enumerate(found.block.pupils):
            is_the_same(session.decide(pupil), found, row)
