"""What was worked out for one portion of a population holds for the next, whatever is recorded in either."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

from fingerpost.history import (
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


@cache
def policy() -> Policy:
    """Rules each of which looks at two things, of which a portion may have only one, or the other."""
    return policy_of("""
role school "School"
fact here "Here" yes or no
fact there "There" yes or no
fact near "Near" yes or no for each parent
fact far "Far" yes or no for each parent
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
""")


@st.composite
def pupils(draw: st.DrawFn, name: str) -> Pupil:
    """A pupil of whom little is recorded: most portions lack most columns."""

    def said(*names: str) -> Facts:
        chosen = draw(st.sampled_from([None, *names]))
        return {} if chosen is None else {chosen: (Recorded(value=draw(st.booleans())),)}

    parents = [
        Parent(id=f"{name}-{one}", facts=said("near", "far")) for one in range(draw(st.integers(0, 2)))
    ]
    events = []
    for kind in draw(st.lists(st.sampled_from(["letter", "talk", "notice", "visit"]), max_size=2)):
        own = kind in ("notice", "visit")
        parent = draw(st.sampled_from([None, *(one.id for one in parents)])) if own else None
        date = FIRST + dt.timedelta(days=draw(st.integers(0, 45)))
        events.append(EventRow(event=kind, date=date, parent=parent))
    return Pupil(
        id=name,
        school="A",
        on_roll=(Stay(first=FIRST),),
        register=draw(registers(DAYS, ["O", "O", None], stretches=3, longest=4)),
        facts=said("here", "there"),
        parents=tuple(parents),
        events=tuple(events),
    )


@settings(max_examples=few(40))
@given(
    st.tuples(*(pupils(f"P{number}") for number in range(4))),
    st.integers(0, 45).map(lambda day: FIRST + dt.timedelta(days=day)),
    st.sampled_from([1, 2, 100]),
)
def test_portions(made: tuple[Pupil, ...], on: dt.date, most: int) -> None:
    """Numbers of what is recorded mean the same in every portion, whichever columns it has."""
    history = History(
        pupils={pupil.id: pupil for pupil in made},
        schools={"A": School(id="A", authority="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(marks=FIRST, events=FIRST),
    )
    population = population_of(history, Vocabulary.from_policies(policy()))
    session = population.session(policy(), on)
    for found in decide(population, session, most=most, reasons=True):
        for row, pupil in enumerate(found.block.pupils):
            is_the_same(session.decide(pupil), found, row)
