"""Meaning 18: what is each parent's, and what is the pupil's."""

from dataclasses import replace

import pytest

from fingerpost.history import EventRow
from tests.engine.histories import D
from tests.engine.meanings.asking import ask, history, problems

PRESENT = "present from 4 September 2024 to 27 September 2024"
HOLIDAY = PRESENT + ' marked "G" from 9 September 2024 to 10 September 2024'
NOTICES = 'measure m "M" = count of notice in this academic year for each parent\n'
LEFT = """measure m "M" = count of unauthorised in this academic year,
  not relied on by notice where outcome is not withdrawn
  for each parent
condition c "C" = m is at least 4 sessions for each parent
condition any_ "C" = any parent has (c)
condition every_ "C" = every parent has (c)
measure number_ "N" = number of parents who have (c)"""
NOTICE = """given notice on 12 September 2024 for parent "A" with outcome is {}
  relying on marks from 9 September 2024 to 10 September 2024"""


def test_events_of_each_parent_are_counted_for_that_parent() -> None:
    """A notice to one parent is none to the other."""
    asked = ask(NOTICES, PRESENT + ' given notice on 12 September 2024 for parent "A"', "2024-09-27")
    assert (asked.value("m", "A"), asked.value("m", "B")) == ("1", "0")


@pytest.mark.parametrize(("outcome", "left"), [("outstanding", "0"), ("paid", "0"), ("withdrawn", "4")])
def test_not_relied_on_looks_at_that_parents_events(outcome: str, left: str) -> None:
    """Sessions that a notice relied on are used up for its parent alone.

    Its `where` says that a withdrawn one frees them.
    """
    asked = ask(LEFT, f"{HOLIDAY} {NOTICE.format(outcome)}", "2024-09-27")
    assert (asked.value("m", "A"), asked.value("m", "B")) == (left, "4")


@pytest.mark.parametrize(("on", "left"), [("2024-09-11", "4"), ("2024-09-12", "0"), ("2024-09-13", "0")])
def test_sessions_are_used_up_from_the_day_of_the_event(on: str, left: str) -> None:
    """The day before the notice its sessions still count; from its day on they do not."""
    assert ask(LEFT, f"{HOLIDAY} {NOTICE.format('paid')}", on).value("m", "A") == left


def test_a_kind_of_event_that_nobody_recorded_used_up_no_sessions() -> None:
    """Sessions are used up by what is recorded alone: without a notice on record the count is exact."""
    assert ask(LEFT, HOLIDAY, "2024-09-27").value("m", "A") == "4"


@pytest.mark.parametrize(
    ("text", "any_", "every", "number"),
    [
        (HOLIDAY, "true", "true", "2"),
        (f"{HOLIDAY} {NOTICE.format('paid')}", "true", "false", "1"),
        (PRESENT, "false", "false", "0"),
    ],
)
def test_from_a_pupils_rule_it_is_any_or_every_parent(text: str, any_: str, every: str, number: str) -> None:
    """A pupil's rule asks for any parent, every parent, or how many."""
    asked = ask(LEFT, text, "2024-09-27")
    assert (asked.truth("any_"), asked.truth("every_"), asked.value("number_")) == (any_, every, number)


def test_a_pupils_rule_that_does_not_say_which_parent_is_an_error() -> None:
    """A pupil's condition may not use a parent's measure without `any parent has` or `every parent has`."""
    assert problems(NOTICES + 'condition c "C" = m is at least 1') == ("E0315",)
    assert problems(NOTICES + 'condition c "C" = any parent has (m is at least 1)') == ()


NO_PARENTS = 'pupil "P" in year 5 born 15 January 2015'


def test_without_parents_what_rests_on_marks_alone_stays_definite() -> None:
    """Without known parents it is judged once for an unnamed one; marks decide all the same."""
    policy = (
        LEFT + '\nfact heard "H" yes or no for each parent\ncondition d "D" = heard is yes for each parent'
    )
    asked = ask(policy, HOLIDAY, "2024-09-27", pupil=NO_PARENTS)
    assert asked.value("m") == "4"
    assert (asked.truth("any_"), asked.truth("every_")) == ("true", "true")
    assert asked.truth("d") == "unknown"
    assert asked.value("number_") == "unknown"


def test_an_action_for_each_parent_is_judged_for_each_and_once_without_any() -> None:
    """Two parents have two lines, no known parent has one without a name."""
    action = LEFT + '\naction a "A" school should "call" for each parent when c'
    whose = [rule.judged.instance.scope.parent for rule in ask(action, HOLIDAY, "2024-09-27").rules()]
    assert whose == ["A", "B"]
    unnamed = ask(action, HOLIDAY, "2024-09-27", pupil=NO_PARENTS).rules()
    assert [(rule.judged.instance.scope.parent, rule.applies) for rule in unnamed] == [(None, "true")]


def test_an_event_that_names_no_parent_counts_for_each() -> None:
    """A notice of which nobody said to whom it went counts for both parents."""
    given = history(PRESENT)
    pupil = replace(given.pupils["P"], events=(EventRow(event="notice", date=D("2024-09-12")),))
    asked = ask(NOTICES, replace(given, pupils={"P": pupil}), "2024-09-27")
    assert (asked.value("m", "A"), asked.value("m", "B")) == ("1", "1")
