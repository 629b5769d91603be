"""What an officer reads of one pupil: where numbers come from, whom a thing is asked of, what it rests on."""

from __future__ import annotations

import datetime as dt

import pytest

from fingerpost.evaluate import Session, evaluate_all
from fingerpost.explain import Explanation, explain_in
from fingerpost.render.facts import rests_on, tier_line
from fingerpost.render.officer import officer_text
from fingerpost_dsl.model.declarations import Subject
from fingerpost_simulations.hillview import LAST_DAY
from tests.engine.meanings.asking import history, policy_of
from tests.engine.render.made import decision, england, school

LAST_2024 = dt.date(2024, 10, 4)

LINES = """
threshold cited "Cited" = 10%
  cites GUIDE.line
threshold own "Own" = 5%
  ours "the guide names no percentage"
threshold few "Few" = 40 sessions
  ours "about four weeks"
threshold many "Many" = 40 sessions
  cites GUIDE.line
measure absence "Absence" = share of absent in this academic year
tier risk "At risk"
  when absence is at least own
  provisional below {few}
tier persistent "Persistent"
  when absence is at least cited
action a "A" school should "a" when absence is at least own
action b "B" school should "b" when absence is at least cited
"""


def heading(ill: str, few: str = "few") -> str:
    policy = policy_of(LINES.replace("{few}", few))
    given = history(f"present from 4 September 2024 to 4 October 2024 {ill}")
    session = Session.open(policy, given, LAST_2024)
    return tier_line(session.decide(session.records.history.pupils["P"]), policy)


def test_a_line_of_our_own_says_so_in_the_heading() -> None:
    """A line that a source gives needs no word."""
    own = heading('marked "I" on 1 October 2024 marked "I" on 2 October 2024 AM')
    assert own == "at risk; the line is 95.0% (our own: the guide names no percentage)"
    assert heading('marked "I" from 30 September 2024 to 4 October 2024') == "persistent; the line is 90.0%"


@pytest.mark.parametrize(
    ("few", "said"),
    [
        ("few", "at risk (provisional: fewer than 40 sessions so far; our own: about four weeks)"),
        ("many", "at risk (provisional: fewer than 40 sessions so far)"),
    ],
)
def test_a_least_number_of_our_own_says_so_too(few: str, said: str) -> None:
    policy = policy_of(LINES.replace("{few}", few))
    text = 'present from 4 September 2024 to 20 September 2024 marked "I" on 5 September 2024 AM'
    text += ' marked "I" on 6 September 2024 AM'
    session = Session.open(policy, history(text), dt.date(2024, 9, 20))
    assert tier_line(session.decide(session.records.history.pupils["P"]), policy).startswith(said)


def test_what_it_would_take_says_whose_the_number_is() -> None:
    policy = policy_of(LINES.replace("{few}", "few"))
    session = Session.open(policy, history("present from 4 September 2024 to 4 October 2024"), LAST_2024)
    text = officer_text(explain_in(session, "P", rules=["a", "b"]), policy, width=200, everything=True)
    assert "it takes 5.0% or more (our own: the guide names no percentage)\n" in text
    assert "it takes 10.0% or more\n" in text


def test_passages_that_ask_the_same_stand_in_one_line() -> None:
    """With all their references; others keep a line each."""
    one = next(one for one in decision("P0305").recommendations if one.name == "help_understand_barriers")
    (said,) = rests_on(one, england())
    assert said.startswith("statutory guidance: help school and authority to understand")
    assert said.count("WT24.") == len(one.cites) == 5
    other = next(one for one in decision("P0305").recommendations if one.name == "understand_barriers")
    assert [line.count("WT24.") for line in rests_on(other, england())] == [1, 1]


@pytest.mark.parametrize(
    ("subject", "said"),
    [(Subject.SCHOOL, "it is asked at every school"), (Subject.AUTHORITY, "it is asked in every authority")],
)
def test_what_is_asked_of_others_is_not_said_to_be_asked_of_every_school(subject: Subject, said: str) -> None:
    """Parents and boards are asked, too; what may be done is not asked at all."""
    found = next(evaluate_all(england(), school(), LAST_DAY, subjects=(subject,)))
    text = officer_text(Explanation(decision=found, endings=(), not_now=()), england(), width=110)
    assert said in text
    assert "asked of every" not in text
    may = [block for block in text.split("\n\n") if " may " in block.split("because")[0]]
    assert all("it is asked" not in block for block in may)
