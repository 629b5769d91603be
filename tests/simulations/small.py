"""A school small enough for properties: a policy of a few rules, and registers drawn by hypothesis."""

import datetime as dt
from collections.abc import Mapping
from functools import cache

from hypothesis import strategies as st

from fingerpost.history import (
    CalendarData,
    Completeness,
    HalfDay,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Term,
    slot_of,
)
from fingerpost_dsl import Policy, load_text
from fingerpost_simulations.runs.run import Run
from fingerpost_simulations.runs.world import World, world_of
from fingerpost_simulations.scenarios.model import Scenario

FIRST, LAST = dt.date(2025, 9, 1), dt.date(2025, 10, 17)
POLICY = """
policy small.one "A small policy"
  version 2025.1
  language 1
  in force from 1 September 2024

role school "School"
role teacher "Teacher"
  part of school
role office "Office"
  part of school
role parent "Parent"

code "/" "Present, morning" present
code "\\" "Present, afternoon" present
code "I" "Ill" authorised absence
code "O" "Away without leave" unauthorised absence
code "N" "Not explained yet" unauthorised absence

threshold low "At risk" = 10%
  open
  ours "a test"
threshold high "Much" = 30%
  open
  ours "a test"
threshold few "Enough to ask" = 4 sessions
  open
  ours "a test"

measure absence "Absence"
  = share of absent in this academic year
measure gone "Without leave"
  = count of unauthorised in the last 4 school weeks

fact helped "It helps" yes or no
  judged by school

event talked "Talked"
event planned "Planned"
event considered "Considered" for each parent
  with outcome one of go_on, write
event written "Written" for each parent
  relies on marks

tier all_pupils "All"
tier risk "At risk"
  continues all_pupils
  when absence is at least low
tier much "Much absence"
  continues risk
  when absence is at least high

action talk "Talk"
  school should "talk"
  usually by teacher
  in tier risk
  within 5 school days
  done when talked in this academic year

action plan "Plan"
  school should "plan"
  usually by teacher
  in tier much
  done when planned in this academic year

action settle "Settle"
  school must "settle it"
  usually by office
  for each occasion of unexplained
  when school days since the start of unexplained is at most 10 school days

action come "Come"
  parent should "come"
  in tier risk

action follow "Follow up"
  school should "follow up"
  usually by teacher
  in tier risk
  when helped is known and helped is no

codes unexplained "Not explained" = "N"

pathway law "Law" for each parent enforcement
step consider of law "Consider"
  school must "consider"
  usually by teacher
  starts here
  when gone is at least few
  stands until done
  done when considered
step write of law "Write"
  school should "write"
  usually by teacher
  after consider if helped is no
  done when written
  ends the round
"""


@cache
def policy() -> Policy:
    found, problems = load_text(POLICY)
    assert found is not None, [str(one) for one in problems]
    return found


TERM = Term(name="Autumn", first=FIRST, last=LAST)
DAYS = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
SLOTS = [slot_of(day, half) for day in DAYS if day.weekday() < 5 for half in HalfDay]


def history(registers: list[str]) -> History:
    """Pupils with these codes, one letter a session; two schools."""
    pupils = {
        f"P{n:02}": Pupil(
            id=f"P{n:02}",
            school="A" if n % 2 else "B",
            date_of_birth=dt.date(2014, 3, 1),
            year_group=6,
            parents=(Parent(id=f"P{n:02}-1"), Parent(id=f"P{n:02}-2")),
            register=Register(tuple(SLOTS), tuple(codes)),
            facts={"helped": (Recorded(value=False, first=dt.date(2025, 9, 1), last=dt.date(2025, 9, 20)),)}
            if n % 5 == 4
            else {},
        )
        for n, codes in enumerate(registers)
    }
    return History(
        pupils=pupils,
        schools={name: School(id=name, authority="L") for name in ("A", "B")},
        calendars={"": CalendarData(terms=(TERM,))},
        complete=Completeness(marks=FIRST, events=FIRST),
    )


@st.composite
def registers(draw: st.DrawFn, *, most: int = 6) -> list[str]:
    """Some pupils' codes: attendance, with some stretches of absence."""
    found = []
    for _ in range(draw(st.integers(1, most))):
        codes = [("/", "\\")[slot % 2] for slot in SLOTS]
        for _ in range(draw(st.integers(0, 5))):
            start, length = draw(st.integers(0, len(SLOTS) - 1)), draw(st.integers(1, 12))
            code = draw(st.sampled_from("IION"))
            for place in range(start, min(start + length, len(SLOTS))):
                codes[place] = code
        found.append("".join(codes))
    return found


def scenario(**said: object) -> Scenario:
    """A scenario about the small school; what is said takes the place of what it says otherwise."""
    given: Mapping[str, object] = {
        "title": "small",
        "pupils": {"history": "none"},
        "from": FIRST,
        "until": LAST,
        "policies": [{"name": "A", "policy": "small"}],
        "other_minutes": "20",
        **said,
    }
    return Scenario.model_validate(given)


def world(codes: list[str]) -> World:
    return world_of(history(codes), [policy()], FIRST, LAST)


def finished(run: Run) -> Run:
    """The run to its end, without a journal."""
    for week in run.world.weeks[len(run.entries) :]:
        run.apply(run.week(week))
    return run
