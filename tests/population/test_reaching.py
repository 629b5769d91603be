"""A rule may be unknown for want of an earlier record only where a window reaches back for that reason."""

import datetime as dt

import pytest

from fingerpost.evaluate import Session
from fingerpost.logic import Truth
from fingerpost.population.block import blocks_of
from fingerpost.population.decided import Recommended
from fingerpost.population.decisions import _Deciding, decide_block
from fingerpost.population.frame import Frame
from fingerpost.population.reaching import may_reach_back
from fingerpost.population.rules import Judging
from fingerpost_dsl import load_text
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.policy import Policy
from tests.population.test_equal import is_the_same
from tests.simulations.small import FIRST, POLICY, SLOTS, history

WINDOWS = {
    "this academic year": False,
    "the last 4 school weeks": False,
    "the last 3 years": True,
    "the last so_long": False,
}


def policy_about(window: str) -> Policy:
    """One rule over marks in a window."""
    policy, problems = load_text(
        f"""{POLICY}
threshold so_long "Left to the council" in school weeks
  open
  ours "a test"
action look "Look"
  school should "look"
  usually by office
  when count of unauthorised in {window} is at least few
  done when talked
"""
    )
    assert policy is not None, [str(one) for one in problems]
    return policy


@pytest.mark.parametrize("window", WINDOWS)
def test_windows(window: str) -> None:
    """An open threshold says nothing of where its window begins: that is unknown for its own reason."""
    policy = policy_about(window)
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)]
    on = FIRST + dt.timedelta(days=39)
    session = Session.open(policy, history(codes), on)
    (block,) = blocks_of(session.records, history(codes).pupils.values())
    frame = Judging(block, session.editions, on.toordinal()).on_school_days(policy)
    rules = {rule.name: rule for rule in policy.rules()}
    assert may_reach_back(rules["look"], frame, on.toordinal()) is WINDOWS[window]


def test_who_has_none_that_count_is_passed_over_without_the_reference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody knows of the last three years; who has one such mark is listed, nobody else (meaning 3)."""
    policy = policy_about("the last 3 years")
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)] * 3
    codes[1] = "O" + codes[1][1:]
    on = FIRST + dt.timedelta(days=39)
    session = Session.open(policy, history(codes), on)
    asked: list[int] = []
    by_reference = _Deciding._held_back

    def watched(self: _Deciding, rule: Action | Step, frame: Frame, row: int) -> bool:
        asked.append(int(frame.pupils[row]))
        return by_reference(self, rule, frame, row)

    monkeypatch.setattr(_Deciding, "_held_back", watched)
    listed: dict[str, Recommended] = {}
    for block in blocks_of(session.records, history(codes).pupils.values()):
        found = decide_block(block, session.editions, on.toordinal())
        listed |= {block.pupils[one.row].id: one for one in found.recommended if one.rule.name == "look"}
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
    assert list(listed) == ["P01"]
    assert listed["P01"].outcome.applies is Truth.UNKNOWN
    assert not asked
