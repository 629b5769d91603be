"""Ourselves: the whole national policy on bit planes: tiers, triggers, due dates, statuses, bars, steps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from benchmarks.population.data import Batch
from benchmarks.population.histories import block_of_batch, session_of
from benchmarks.population.peers.in_reference import SAMPLE
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import Answers
from fingerpost import load_policy
from fingerpost.decision import Recommendation
from fingerpost.population.block import Block
from fingerpost.population.decided import BlockDecisions, RuleRows
from fingerpost.population.decisions import decide_block
from fingerpost.population.outcomes import Outcome
from fingerpost.population.truths import Rows
from fingerpost.reasons import Occurrence
from fingerpost.rules import Editions
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

State = tuple[Block, Editions, int]
Said = tuple[list[object], list[object]]
"""What is said of a pupil: of rules, and of tiers."""
TITLE = "the whole of England 2024.08"


@cache
def national() -> Policy | PolicyFamily:
    """The policy that is shipped."""
    return load_policy("england")


def load(batch: Batch) -> State:
    """The registers packed into planes."""
    session = session_of(national(), batch)
    return block_of_batch(session, batch), session.editions, batch.calendar.on.toordinal()


def one_date(state: State) -> BlockDecisions:
    """Every row of the result. What an earlier call worked out for the block is not kept."""
    block, editions, date = state
    return decide_block(block.part(0, len(block)), editions, date)


def answers(state: State, found: BlockDecisions) -> Answers:
    """A number for all that is said of each of the first pupils."""
    return told(sample_of(found, range(min(SAMPLE, len(state[0])))).values())


def sample_of(found: BlockDecisions, pupils: Sequence[int]) -> dict[int, Said]:
    """What is recommended for some pupils of a block, and in which tiers they are."""
    said: dict[int, Said] = {pupil: ([], []) for pupil in pupils}
    for rule in found.rules:
        wanted = np.flatnonzero(np.isin(rule.pupils, np.array(pupils, dtype=np.intp)))
        for one in _some(rule, wanted).rows(found.block):
            said[one.row][0].append(row(one.rule.name, one.parent, one.occasion, one.outcome))
    for tier in found.in_tiers:
        if tier.row in said:
            said[tier.row][1].append((tier.tier, tier.state, tier.since))
    return said


def _some(rule: RuleRows, places: Rows) -> RuleRows:
    """Some rows of a rule."""
    return replace(
        rule,
        pupils=rule.pupils[places],
        parents=None if rule.parents is None else rule.parents[places],
        occasions=None if rule.occasions is None else rule.occasions[places],
        which=rule.which[places],
    )


def row(
    name: str, parent: str | None, occasion: Occurrence | None, found: Outcome | Recommendation
) -> tuple[object, ...]:
    """All that is said of one rule but its reasons."""
    start = None if occasion is None else occasion.first_slot
    said = (found.applies, found.status, found.provisional, found.triggered, found.due, found.overdue_count)
    return (name, parent, start, *said)


def told(said: Iterable[Said]) -> Answers:
    """Pupil by pupil, numbers that stand for all that is said."""
    pairs = list(said)
    return Answers(None, _numbers(rules for rules, _ in pairs), _numbers(tiers for _, tiers in pairs))


def _numbers(said: Iterable[object]) -> np.ndarray:
    digests = [hashlib.sha256(repr(one).encode()).digest()[:8] for one in said]
    return np.frombuffer(b"".join(digests), dtype=np.int64)


PEER = Peer(
    title="Fingerpost, bit planes",
    needs=("numpy",),
    start="from benchmarks.population.peers import in_national; in_national.national()",
    load=load,
    one_date=one_date,
    answers=answers,
    asks=TITLE,
)
