"""The daily list: absences that nobody has explained, safety first, and the marks that may not stand."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from fingerpost.evaluate import evaluate_all
from fingerpost.render.daily import daily_text
from fingerpost.render.worklist import Listing
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.hillview import LAST_DAY
from tests.engine.histories import D
from tests.engine.meanings.asking import HEADER, history, policy_of
from tests.engine.render.made import england, stories

DECLARED = """codes unexplained "Unexplained" = "N"
occasion long_absence "Long" = run of unexplained of at least 2 sessions
role social_worker "Social worker"
fact cared_for "Has a social worker" yes or no
event called "Called"
action call "Call the parents" school should "call the parents" for each occasion of unexplained
  within 1 school day done when called cites GUIDE.line
action settle "Settle the mark" school must "settle the mark" for each occasion of unexplained
  within 5 school days cites GUIDE.line
action tell "Tell the social worker" school should "tell" with social_worker for each occasion of unexplained
  when cared_for is yes within 5 school days cites GUIDE.line
action ask "Ask why" parent should "say why" for each occasion of unexplained cites GUIDE.line
action return_ "Send a return" school must "return" for each occasion of long_absence cites GUIDE.line
"""
PRESENT = "present from 4 September 2024 to 13 September 2024"
TWO = f"""{PRESENT} marked "N" on 11 September 2024 given called on 12 September 2024 given cared_for is no
  pupil "Q" in year 2 {PRESENT} marked "N" on 12 September 2024 PM given cared_for is {{}}"""


@cache
def policy() -> Policy:
    return policy_of(DECLARED, header=HEADER)


def listed(text: str, on: str) -> str:
    data = history(text, words=DECLARED)
    decisions = tuple(evaluate_all(policy(), data, D(on)))
    return daily_text(decisions, policy(), Listing(school="Ours", on=D(on), pupils=len(decisions), width=110))


def test_what_is_late_or_due_soon_has_a_line_and_the_rest_is_gathered_by_date() -> None:
    """Q is to be called by Friday; P has been called, and only the mark is left for next week."""
    text = listed(TWO.format("no"), "2024-09-12")
    assert " Q  Y2  Thu 12 Sep                call the parents (by Fri 13 Sep)" in text
    assert "By Wed 18 Sep · settle the mark (1): P\n" in text
    assert listed(TWO.format("no"), "2024-09-16").count("call the parents (late since Fri 13 Sep)") == 1


def test_parents_and_longer_occasions_are_not_of_a_day() -> None:
    """What is asked of parents, and what hangs on a run of some length, is on other lists."""
    text = listed(TWO.format("no"), "2024-09-12")
    assert "ask why" not in text
    assert "send a return" not in text


@pytest.mark.parametrize(("cared_for", "first"), [("yes", "Q"), ("no", "P")])
def test_a_child_with_a_social_worker_comes_first(cared_for: str, first: str) -> None:
    """Q's absence is the younger one: it comes first only where a social worker is to be told."""
    both_called = TWO.format(cared_for) + " given called on 13 September 2024"
    lines = listed(both_called, "2024-09-16").splitlines()
    assert lines[3].removeprefix(" !").split()[0] == first


def test_a_day_with_nothing_to_follow_up_says_so() -> None:
    assert listed(PRESENT, "2024-09-13").endswith(
        "Nothing to follow up: every absence is explained, or has been followed up.\n"
    )


def test_the_social_worker_who_was_not_told_comes_first_at_hillview() -> None:
    """P0231 was away on Wednesday without a reason, and is late on Friday although the child is back."""
    about = Listing(school="Hillview", on=LAST_DAY, pupils=18)
    lines = daily_text(stories(), england(), about).splitlines()
    assert lines[3].startswith(" !  P0231  Y4  Wed 12 Nov")
    assert "tell the social worker (late since Thu 13 Nov)" in lines[3]
    assert dt.date(2025, 11, 14) == LAST_DAY
