"""Ourselves: the population evaluator on bit planes, by the same measures and rules in the language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.data import Batch
from benchmarks.population.histories import block_of_batch, session_of
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import RULES, Answers, policy_text
from fingerpost.population.applying import applying
from fingerpost.population.block import Block
from fingerpost.population.frame import Frame
from fingerpost.population.rules import Judging, rule_truths
from fingerpost.population.truths import Words, flags_of
from fingerpost.rules import Editions
from fingerpost_dsl.load import load_text
from fingerpost_dsl.model.policy import Policy
from fingerpost_policies import folders


@cache
def policy() -> Policy:
    """The questions as a policy."""
    codes = (Path(str(folders()[-1])) / "03-codes.policy").read_text(encoding="utf-8")
    loaded, diagnostics = load_text(policy_text(codes))
    assert isinstance(loaded, Policy), [one.message for one in diagnostics]
    return loaded


State = tuple[Block, Editions, int]


def load(batch: Batch) -> State:
    """The registers packed into planes."""
    session = session_of(policy(), batch)
    return block_of_batch(session, batch), session.editions, batch.calendar.on.toordinal()


def one_date(state: State) -> Answers:
    """Each rule on the date: whom it applies to, turned into a number for each pupil, as peers answer."""
    block, editions, date = state
    found = applying(block.part(0, len(block)), editions, date)
    places = {rule.name: at for at, rule in enumerate(RULES)}
    applies, may_apply = (np.zeros(len(block), dtype=np.int64) for _ in range(2))
    for rows in found.rules:
        bit = np.int64(1 << places[rows.rule.name])
        may_apply[rows.pupils] |= bit
        applies[rows.pupils[rows.truths == 1]] |= bit
    return Answers(None, applies, may_apply)


def every_day(state: State) -> Answers:
    """Each rule on all school days at once."""
    block, editions, date = state
    judging = Judging(block.part(0, len(block)), editions, date)
    frame = judging.on_school_days(policy())
    applies, may_apply = [], []
    for rule in RULES:
        truths = rule_truths(policy().actions[rule.name], frame)
        applies.append(truths.true)
        may_apply.append(truths.open)
    return Answers(None, *(_numbers(rules, frame).ravel() for rules in (applies, may_apply)))


def _numbers(rules: Sequence[Words], frame: Frame) -> NDArray[np.int64]:
    """A number for each row and day, with a bit for each rule: eight of them at a time, in octets."""
    found = np.zeros((len(frame), frame.length), dtype=np.int64)
    for first in range(0, len(rules), 8):
        octets = np.zeros(found.shape, dtype=np.uint8)
        for place, days in enumerate(rules[first : first + 8]):
            octets |= flags_of(days, frame.length).view(np.uint8) << np.uint8(place)
        found |= octets.astype(np.int64) << first
    return found


PEER = Peer(
    title="Fingerpost, bit planes",
    needs=("numpy",),
    start="from benchmarks.population.peers import in_planes; in_planes.policy()",
    load=load,
    one_date=one_date,
    every_day=every_day,
)
