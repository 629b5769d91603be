"""Rounds in columns are those of the reference, whatever a step is judged without."""

from __future__ import annotations

import datetime as dt
import gc
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.collection import without_collection
from fingerpost.evaluate import Session
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
from fingerpost.population.applying import applying
from fingerpost.population.block import blocks_of
from fingerpost.population.decided import BlockDecisions
from fingerpost.population.decisions import PART, decide_block
from fingerpost.population.rules import Judging
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from tests.engine.histories import D
from tests.engine.meanings import test_26_rounds as meaning
from tests.engine.meanings.asking import history as told
from tests.engine.meanings.asking import policy_of as in_words
from tests.population.test_equal import is_the_same, sessions_agree
from tests.strategies import few
from tests.stretches import FIRST, policy_of, registers, school_days

DAYS = school_days(60)
BEFORE = FIRST.replace(year=2024)
EVENTS = ("letter", "talk", "end_of_case", "notice", "call_made")
RULES = """
role school "School"
fact support "Support fits" yes or no judged by school
fact reached "Can be reached" yes or no for each parent judged by school
event letter "Letter" with which one of first, second
event talk "Talk" with outcome one of agreed, refused
event end_of_case "End of a case"
event call_made "Call made"
event notice "Notice" for each parent with outcome one of paid, unpaid

measure lately "Of late" = count of unauthorised in the last 2 school weeks
tier watched "Watched"
  when lately is at least 2 sessions
  when not (letter where which is second in the last 1 school week)

pathway ladder "Ladder"

step consider of ladder "Consider"
  school must "consider"
  starts here
  when lately is at least 3 sessions
  unless letter in the last 1 school week
  within 5 school days
  stands until done
  done when letter where which is first

step write of ladder "Write again"
  school should "write"
  in tier watched
  after consider if support is yes
  after meet if school days since latest talk is at least 2 school days and not (talk where outcome is agreed)
  unless (count of letter in this term) is at least 3
  no sooner than 3 school days after latest letter
  within 3 school days of latest letter
  done when letter where which is second

step meet of ladder "Meet"
  school should "meet"
  after consider if support is no
  after write
  when (count of unauthorised since the start of latest letter) is at least 1 sessions
  every 1 school week
  done when talk

step close of ladder "Close"
  school may "close the case"
  after consider if support is known and not (talk in the last 2 school weeks)
  after meet
  expires after 5 school days of latest talk
  done when end_of_case
  ends the round

step settle of ladder "Settle"
  school may "settle it"
  after consider
  after write if support is known
  done when talk where outcome is agreed
  ends the round

bar agreed_already "Agreed"
  stops write, close
  when talk where outcome is agreed in this term

pathway notices "Notices" for each parent

step warn of notices "Warn"
  school must "warn"
  starts here
  when lately is at least 3 sessions
  unless notice where outcome is paid in this term
  done when notice where outcome is unpaid

step fine of notices "Fine"
  school may "fine"
  after warn if reached is no or count of notice is at least 2
  when (days since latest notice is at least 4 days) or lately is at least 5 sessions
  done when notice
  ends the round

pathway calls "Calls"

step call of calls "Call"
  school must "call"
  starts here
  when lately is at least 2 sessions
  unless talk in the last 1 school week
  done when call_made

step call_again of calls "Call again"
  school should "call again"
  after call if support is yes
  done when call_made
  ends the round
"""


@cache
def policy() -> Policy:
    """Steps that look at what records them, at what people judge, and at a tier that looks at events."""
    return policy_of(RULES)


def a_day(last: int = 75) -> st.SearchStrategy[dt.date]:
    """A date, on a school day or not, in the term or just after."""
    return st.integers(0, last).map(lambda day: FIRST + dt.timedelta(days=day))


@st.composite
def judged(draw: st.DrawFn, fact: str) -> Facts:
    """A judgement that may change its mind."""
    dates = sorted(draw(st.sets(a_day(), max_size=2)))
    rows = [Recorded(value=draw(st.booleans()), first=date, recorded_by="school") for date in dates]
    return {fact: tuple(rows)} if rows else {}


@st.composite
def events(draw: st.DrawFn, parents: list[str]) -> EventRow:
    """One event, of one parent where each has their own; whose it is may not be known."""
    kind = draw(st.sampled_from(EVENTS))
    fields = {
        "letter": ("which", ("first", "second")),
        "talk": ("outcome", ("agreed", "refused")),
        "notice": ("outcome", ("paid", "unpaid")),
    }
    said: Facts = {}
    if kind in fields and draw(st.integers(0, 5)):
        name, values = fields[kind]
        said = {name: (Recorded(value=draw(st.sampled_from(values))),)}
    parent = draw(st.sampled_from([None, *parents])) if kind == "notice" else None
    return EventRow(event=kind, date=draw(a_day()), parent=parent, fields=said)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Some pupils with up to two parents, and what is on record of each."""
    pupils = {}
    for number in range(draw(st.integers(1, 3))):
        name = f"P{number}"
        parents = [f"{name}-{one}" for one in range(draw(st.integers(0, 2)))]
        pupils[name] = Pupil(
            id=name,
            school="A",
            on_roll=(Stay(first=draw(st.sampled_from([None, FIRST]))),),
            register=draw(registers(DAYS, ["O", "O", "O", None], stretches=8, longest=12)),
            facts=draw(judged("support")),
            parents=tuple(Parent(id=one, facts=draw(judged("reached"))) for one in parents),
            events=tuple(draw(st.lists(events(parents), min_size=2, max_size=9))),
        )
    return History(
        pupils=pupils,
        schools={"A": School(id="A", authority="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(
            marks=draw(st.sampled_from([FIRST, BEFORE])), events=draw(st.sampled_from([FIRST, BEFORE]))
        ),
    )


def decided(history: History, on: dt.date, part: int = PART) -> list[tuple[Session, BlockDecisions]]:
    """By columns, with what asks the reference."""
    session = Session.open(policy(), history, on)
    return [
        (session, decide_block(block, session.editions, on.toordinal(), part=part, reasons=True))
        for block in blocks_of(session.records, history.pupils.values())
    ]


@settings(max_examples=few(40))
@given(histories(), a_day(70), st.sampled_from([1, PART]))
def test_rounds(history: History, on: dt.date, part: int) -> None:
    """Steps, their dates and the codes of their reasons, on school days and on others."""
    for session, found in decided(history, on, part):
        for row, pupil in enumerate(found.block.pupils):
            is_the_same(session.decide(pupil), found, row)
        assert not set(found.fallen_back) & set(policy().steps)


@settings(max_examples=few(10))
@given(histories(), a_day(70))
def test_what_was_worked_out_is_let_go_of_at_once(history: History, on: dt.date) -> None:
    """Nobody looks for garbage while a country is evaluated: what referred to itself would pile up."""
    session = Session.open(policy(), history, on)
    for block in blocks_of(session.records, history.pupils.values()):
        gc.collect()
        with without_collection():
            decide_block(block, session.editions, on.toordinal())
            applying(block, session.editions, on.toordinal())
            assert not [one for one in gc.get_objects() if type(one) is Judging]


def test_rounds_that_an_earlier_version_opened() -> None:
    """On school days and on others, before the change and after it."""
    old, new = (in_words(meaning.BRIEF, header=header) for header in (meaning.OLD, meaning.NEW))
    versions = PolicyFamily(id="a.b", versions=(old, new))
    history = told(meaning.HOLIDAY + " given meeting on 13 September 2024", words=meaning.BRIEF)
    for on in ("2024-09-30", "2024-10-01", "2024-10-05"):
        session = Session.open(versions, history, D(on))
        sessions_agree(session)
        (pupil,) = history.pupils.values()
        assert [one.name for one in session.decide(pupil).recommendations] == ["warn", "close"]
