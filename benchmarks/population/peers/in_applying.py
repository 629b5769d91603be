"""Ourselves: what of the whole national policy applies on one date: tiers, actions, steps and bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.population.peers.in_national import Said, State, load, told
from benchmarks.population.peers.in_reference import SAMPLE
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import Answers
from fingerpost.population.applying import Applying, RuleOnDate, applying
from fingerpost.population.decided import STATES

TITLE = "what of England 2024.08 applies, without status and dates"


def one_date(state: State) -> Applying:
    """Every row of the result. What an earlier call worked out for the block is not kept."""
    block, editions, date = state
    return applying(block.part(0, len(block)), editions, date)


def answers(state: State, found: Applying) -> Answers:
    """A number for all that is said of each of the first pupils."""
    return told(sample_of(found, range(min(SAMPLE, len(state[0])))).values())


def sample_of(found: Applying, pupils: Sequence[int]) -> dict[int, Said]:
    """What applies to some pupils of a block, and in which tiers they are."""
    said: dict[int, Said] = {pupil: ([], []) for pupil in pupils}
    wanted = np.array(pupils, dtype=np.intp)
    for rows in found.rules:
        for place in np.flatnonzero(np.isin(rows.pupils, wanted)).tolist():
            said[int(rows.pupils[place])][0].append(_row(rows, place, found))
    for tier in found.tiers:
        for place in np.flatnonzero(np.isin(tier.pupils, wanted)).tolist():
            said[int(tier.pupils[place])][1].append((tier.tier.name, STATES[int(tier.states[place])]))
    return said


def _row(rows: RuleOnDate, place: int, found: Applying) -> tuple[object, ...]:
    """A rule, of which parent and occasion, whether it certainly applies, and the bars that may hold."""
    pupil = int(rows.pupils[place])
    parent = None if rows.parents is None else found.block.parent_id(pupil, int(rows.parents[place]))
    occasion = None if rows.occasions is None else rows.occurrences[int(rows.occasions[place])]
    bars = tuple((bar.name, int(truths[place])) for bar, truths in rows.barred if truths[place])
    start = None if occasion is None else occasion.first_slot
    return (rows.rule.name, parent, start, int(rows.truths[place]), bars)


PEER = Peer(
    title="Fingerpost, bit planes",
    needs=("numpy",),
    start="from benchmarks.population.peers import in_national; in_national.national()",
    load=load,
    one_date=one_date,
    answers=answers,
    asks=TITLE,
)
