"""Pupils without marks, whose measures are known from a report alone: no column knows them.

What is asked of the others in columns is asked of them of the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from fingerpost.judgement import Judgement
from fingerpost.population.block import Block
from fingerpost.population.decided import STATES, TierRows
from fingerpost.population.truths import Flags
from fingerpost_dsl.model.policy import Policy


def without_reported(
    asked: Mapping[str, Flags] | None, block: Block, policy: Policy
) -> Mapping[str, Flags] | None:
    """Of which pupils each rule is asked in columns; None where it is all of all."""
    if not block.reported.any():
        return asked
    rules = [rule.name for rule in policy.rules()] if asked is None else asked
    everybody = np.ones(len(block), dtype=np.bool_)
    return {name: ~block.reported & (everybody if asked is None else asked[name]) for name in rules}


def tiers_as_reported(
    judgement: Callable[[int], Judgement], reported: Flags, policy: Policy, first: int = 0
) -> Iterator[TierRows]:
    """What the reference says of tiers for those of whom no column knows the measures."""
    places = np.flatnonzero(reported)
    found = [{one.name: one for one in judgement(place).tiers()} for place in places.tolist()]
    for tier in policy.tiers.values() if len(places) else ():
        states = np.array([STATES.index(one[tier.name].state) for one in found], dtype=np.int8)
        since = [one[tier.name].since for one in found]
        ordinals = np.array([day.toordinal() if day else 0 for day in since], dtype=np.int32)
        rows = np.flatnonzero(states)
        yield TierRows(tier, first + places[rows], states[rows], ordinals[rows])
