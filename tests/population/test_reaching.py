"""A rule may be unknown for want of an earlier record only where a window reaches back for that reason."""

import datetime as dt

import pytest

from fingerpost.evaluate import Session
from fingerpost.population.block import blocks_of
from fingerpost.population.reaching import may_reach_back
from fingerpost.population.rules import Judging
from fingerpost_dsl import load_text
from tests.simulations.small import FIRST, POLICY, SLOTS, history

WINDOWS = {
    "this academic year": False,
    "the last 4 school weeks": False,
    "the last 3 years": True,
    "the last so_long": False,
}


@pytest.mark.parametrize("window", WINDOWS)
def test_windows(window: str) -> None:
    """An open threshold says nothing of where its window begins: that is unknown for its own reason."""
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
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)]
    on = FIRST + dt.timedelta(days=39)
    session = Session.open(policy, history(codes), on)
    (block,) = blocks_of(session.records, history(codes).pupils.values())
    frame = Judging(block, session.editions, on.toordinal()).on_school_days(policy)
    rules = {rule.name: rule for rule in policy.rules()}
    assert may_reach_back(rules["look"], frame, on.toordinal()) is WINDOWS[window]
