"""Who need not have rounds followed on a date: nobody to whom a later step of a pathway may apply."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.evaluate import Session
from fingerpost.history import (
    Completeness,
    EventRow,
    Facts,
    History,
    Parent,
    Pupil,
    Recorded,
    Stay,
)
from fingerpost.logic import Truth
from fingerpost.pathways import course_of
from fingerpost.population.block import NO_PARENT, blocks_of
from fingerpost.population.frame import Frame
from fingerpost.population.later_steps import may_go_on
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from tests.population.test_applying import both_agree
from tests.population.test_rounds import histories as of_many_pathways
from tests.population.test_rounds import judged
from tests.population.test_rounds import policy as with_many_pathways
from tests.strategies import few
from tests.stretches import FIRST, histories, policy_of, registers, school_days

DAYS = school_days(20)
RULES = """
role school "School"
fact ready "Ready to settle" yes or no judged by school
event warned "Warned" for each parent
event fined "Fined" for each parent with outcome one of paid, withdrawn
event settled "Settled"
event talked "Talked" with outcome one of agreed, refused
event written "Written" with which one of first, second
event visited "Visited"
event moved "Moved"

measure lately "Of late" = count of unauthorised in the last 1 school week

pathway notices "Notices" for each parent

step warn of notices "Warn"
  school must "warn"
  starts here
  when lately is at least 2 sessions
  done when warned

step fine of notices "Fine"
  school may "fine"
  after warn
  unless talked where outcome is refused
  done when fined
  ends the round

step settle of notices "Settle"
  school may "settle it"
  after warn
  when ready is yes
  done when settled
  ends the round

step agree of notices "Agree"
  school may "agree"
  after warn
  unless talked where outcome is refused
  done when talked where outcome is agreed
  ends the round

step write of notices "Write"
  school should "write"
  after warn
  done when written where which is first

step write_last of notices "Write a last time"
  school may "write a last time"
  after write
  done when written
  ends the round

pathway visits "Visits"

step visit of visits "Visit"
  school must "visit"
  starts here
  when lately is at least 2 sessions
  done when visited

step move of visits "Move"
  school must "move"
  starts here
  when lately is at least 2 sessions
  unless moved in the last 1 school week
  done when moved
  ends the round

step look_in of visits "Look in"
  school should "look in"
  after visit
  done when talked
"""
FIELDS = {"talked": ("outcome", ("agreed", "refused")), "written": ("which", ("first", "second"))}
LATER = ("fine", "settle", "agree", "write")


@cache
def policy() -> Policy:
    """Of events some end a round whatever they say, some by what they say; one first step ends its own."""
    return policy_of(RULES)


def a_day() -> st.SearchStrategy[dt.date]:
    """A date, on a school day or not."""
    return st.integers(0, 28).map(lambda day: FIRST + dt.timedelta(days=day))


@st.composite
def events(draw: st.DrawFn) -> tuple[EventRow, ...]:
    """Several events, on few days; some of one id, cancelled, or recorded later."""
    found = []
    for _ in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(sorted(policy().events)))
        said: Facts = {}
        if kind in FIELDS and draw(st.integers(0, 4)):
            name, values = FIELDS[kind]
            said = {name: (Recorded(value=draw(st.sampled_from(values))),)}
        date = draw(st.sampled_from([3, 7, 8, 9, 14, 21]))
        one = EventRow(
            event=kind,
            date=FIRST + dt.timedelta(days=date),
            parent=draw(st.sampled_from([None, "P-0", "P-1"])) if kind in ("warned", "fined") else None,
            fields=said,
        )
        if draw(st.integers(0, 3)) == 0:
            one = replace(one, id=draw(st.sampled_from("ab")), cancelled=draw(st.booleans()))
        if draw(st.integers(0, 3)) == 0:
            one = replace(one, recorded_on=one.date + dt.timedelta(days=draw(st.sampled_from([0, 1, 9]))))
        found.append(one)
    return tuple(found)


PARENTS = tuple(Parent(id=f"P-{number}") for number in range(2))


@st.composite
def with_events(draw: st.DrawFn) -> History:
    """A few pupils with up to two parents, often absent without leave."""
    marks = registers(DAYS, ["O", "O", None], stretches=6, longest=8)
    found = draw(histories(DAYS, st.lists(marks, min_size=1, max_size=3)))
    pupils = {
        name: replace(
            pupil,
            parents=PARENTS[: draw(st.integers(0, 2))],
            facts=draw(judged("ready")),
            events=draw(events()),
        )
        for name, pupil in found.pupils.items()
    }
    return replace(found, pupils=pupils)


def rounds_agree(history: History, on: dt.date, known_on: dt.date | None = None) -> None:
    """Every step that may be gone into, as the reference follows the rounds, is one that may apply."""
    session = Session.open(policy(), history, on, known_on)
    ordinal = on.toordinal()
    for block in blocks_of(session.records, history.pupils.values()):
        today = Frame.on_date(block, policy(), ordinal)
        for pathway in policy().pathways.values():
            rows = today.by_parents()[0] if pathway.subject is Subject.PARENT else today
            found = may_go_on(pathway, today, np.ones(len(block), dtype=np.bool_))
            courses = [
                course_of(pathway, rows.scope(row), session.editions, ordinal) for row in range(len(rows))
            ]
            for name, meant in found.items():
                step = policy().steps[name]
                kept = {meant.whose(row) for row in range(len(meant))}
                for row, course in enumerate(courses):
                    if course.truth(step, ordinal, course.current()) is not Truth.FALSE:
                        assert rows.whose(row) in kept, f"{name}, row {row}"


@settings(max_examples=few(60))
@given(with_events(), a_day(), st.sampled_from([None, 0, 2, 10]))
def test_none_to_whom_a_later_step_may_apply_is_left_out(
    history: History, on: dt.date, known: int | None
) -> None:
    """Whatever ends a round, of whosoever, however it was recorded."""
    known_on = None if known is None else on + dt.timedelta(days=known)
    rounds_agree(history, on, known_on)
    both_agree(policy(), history, on, known_on)


@settings(max_examples=few(25))
@given(of_many_pathways(), a_day())
def test_what_applies_in_rounds(history: History, on: dt.date) -> None:
    """Steps that look at what records them, at judgements and at tiers, and rounds of other pathways."""
    both_agree(with_many_pathways(), history, on)


NOT_READY: Facts = {"ready": (Recorded(value=False, first=FIRST),)}

# --- both sides of each line ------------------------------------------------------------------------


def of_one_pupil(*rows: EventRow) -> History:
    """A pupil with two parents who was away without leave in the first week, and what is on record."""
    pupil = Pupil(
        id="P", school="A", on_roll=(Stay(first=FIRST),), parents=PARENTS, facts=NOT_READY, events=rows
    )
    return History(pupils={"P": pupil}, complete=Completeness(marks=FIRST, events=FIRST))


def left(*rows: EventRow, on: int = 20, known: int | None = None, parent: str = "P-0") -> tuple[str, ...]:
    """The later steps of notices that may apply some days after the first, by what is on record."""
    date = FIRST + dt.timedelta(days=on)
    known_on = None if known is None else FIRST + dt.timedelta(days=known)
    session = Session.open(policy(), of_one_pupil(*rows), date, known_on)
    return after(session, "notices", date, parent)


def after(session: Session, pathway: str, date: dt.date, parent: str = "P-0") -> tuple[str, ...]:
    """The later steps of a pathway that may apply to a parent, or to the pupil."""
    (block,) = blocks_of(session.records, session.records.history.pupils.values())
    today = Frame.on_date(block, policy(), date.toordinal())
    found = may_go_on(policy().pathways[pathway], today, np.ones(1, dtype=np.bool_))
    places = [one.id for one in PARENTS]
    return tuple(
        name
        for name, rows in found.items()
        if len(rows) and (rows.parents is None or places.index(parent) in rows.parents.tolist())
    )


def on_day(kind: str, day: int, parent: str | None = None, **others: object) -> EventRow:
    """An event some days after the first."""
    date = FIRST + dt.timedelta(days=day)
    return EventRow(event=kind, date=date, parent=parent, **others)  # type: ignore[arg-type]  # as a row has them


WARNED = on_day("warned", 8, "P-0")


def test_without_the_step_before_there_is_none() -> None:
    assert left() == ()
    assert left(on_day("fined", 8), on_day("talked", 9)) == ()
    assert left(WARNED) == LATER
    assert left(WARNED, on=8) == LATER


@pytest.mark.parametrize("kind", ["fined", "settled"])
def test_what_ends_the_round_on_a_later_day(kind: str) -> None:
    """On the same day it may have ended the round before."""
    assert left(WARNED, on_day(kind, 9)) == ()
    assert left(WARNED, on_day(kind, 9), on=9) == ()
    assert left(WARNED, on_day(kind, 9), on=8) == LATER
    assert left(WARNED, on_day(kind, 8)) == LATER
    assert left(WARNED, on_day(kind, 9), on_day("warned", 9)) == LATER
    assert left(WARNED, on_day(kind, 10), on_day("warned", 9)) == ()


def test_what_need_not_end_the_round() -> None:
    """Since it may record another step, or says something else, or is another parent's."""
    for kind in ("talked", "written", "moved"):
        further = ("write_last",) if kind == "written" else ()
        assert left(WARNED, on_day(kind, 9)) == LATER + further
    for end, begin, parent in product((None, "P-0", "P-1"), (None, "P-0", "P-1"), ("P-0", "P-1")):
        found = left(on_day("warned", 8, begin), on_day("fined", 9, end), parent=parent)
        assert bool(found) is (begin in (None, parent) and end not in (None, begin)), (end, begin, parent)


def test_what_is_so_in_any_round() -> None:
    """Not what records the step itself, nor what somebody judged: earlier rounds' are left out of it."""
    refused = on_day("talked", 9, fields={"outcome": (Recorded(value="refused"),)})
    assert left(WARNED, refused) == ("settle", "agree", "write")
    assert left(WARNED) == LATER


def test_without_known_parents_every_event_is_that_of_the_unnamed_one() -> None:
    (pupil,) = of_one_pupil(WARNED, on_day("warned", 8, "P-1"), on_day("fined", 9, "P-0")).pupils.values()
    history = replace(of_one_pupil(), pupils={"P": replace(pupil, parents=())})
    date = FIRST + dt.timedelta(days=20)
    session = Session.open(policy(), history, date)
    (block,) = blocks_of(session.records, history.pupils.values())
    today = Frame.on_date(block, policy(), date.toordinal())
    found = may_go_on(policy().pathways["notices"], today, np.ones(1, dtype=np.bool_))
    assert [name for name, rows in found.items() if len(rows) and rows.whose(0) == (0, NO_PARENT)] == list(
        LATER
    )
    both_agree(policy(), history, date)


def test_what_may_not_have_happened() -> None:
    """Rows that are cancelled, or of which another may say something else, or that nobody knew of then."""
    assert left(WARNED, on_day("fined", 9, id="a")) == LATER
    assert left(WARNED, on_day("fined", 9, cancelled=True)) == LATER
    late = on_day("fined", 9, recorded_on=FIRST + dt.timedelta(days=12))
    assert left(WARNED, late) == ()
    assert left(WARNED, late, known=12) == ()
    assert left(WARNED, late, known=11) == LATER


def test_what_ends_the_round_that_it_opens() -> None:
    """A first step that ends its round may have been recorded before a next one begins: no end is sure."""
    date = FIRST + dt.timedelta(days=20)
    session = Session.open(policy(), of_one_pupil(on_day("visited", 8), on_day("moved", 9)), date)
    assert after(session, "visits", date) == ("look_in",)
