"""When each of many pupils was in which tier: the timeline of everybody.

By the policy in force on the date, for the school days from its first one on, as `timeline` has it for one
pupil.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.block import Block, distinct
from fingerpost.population.conditions import days_in_tier
from fingerpost.population.decisions import PART
from fingerpost.population.frame import Across
from fingerpost.population.provisional import Provisional
from fingerpost.population.rules import Judging
from fingerpost.population.truths import Flags, Rows, any_bit
from fingerpost.rules import Editions
from fingerpost.spells import spells
from fingerpost_dsl.model.declarations import Tier


@dataclass(frozen=True, slots=True)
class TierSpells:
    """The stretches of school days on which pupils were in one tier, in columns."""

    tier: Tier
    pupils: Rows
    """Their places in the block."""
    first: NDArray[np.int32]
    """The ordinal of the day on which the pupil entered it, or of the first day of the policy."""
    last: NDArray[np.int32]
    """The ordinal of the last day in it; 0 if the pupil is in it still."""
    provisional: Flags
    """Whether there were too few possible sessions, on the first day, to say so for certain."""


def tier_spells(
    block: Block, editions: Editions, ordinal: int, *, across: Across | None = None, part: int = PART
) -> Iterator[TierSpells]:
    """The stretches of every tier and pupil of a block, up to a date; `across` as in `decide_block`."""
    across = across or Across()
    for start in range(0, len(block), part):
        judging = Judging(block.part(start, start + part), editions, ordinal, across)
        for tier in editions.current.policy.tiers.values():
            if tier.when:
                yield _of_tier(tier, judging, start)


def _of_tier(tier: Tier, judging: Judging, start: int) -> TierSpells:
    policy, axis = judging.editions.current.policy, judging.block.axis
    frame = judging.on_school_days(policy)
    days = days_in_tier(tier.name, frame).full(len(frame))
    begins = min(axis.days_until(judging.editions.current.first - 1), days.length)
    rows = np.flatnonzero(any_bit(days.true))
    words = [column.view(np.int64) for column in (*days.true[rows].T, *days.false[rows].T)]
    firsts, which = distinct(words, len(rows))
    found = [
        [
            (max(spell.trigger, begins), spell.last)
            for spell in spells(days.row(int(row)))
            if spell.last >= begins
        ]
        for row in rows[firsts]
    ]
    pupils, places = _laid_out(rows, which, found)
    dates = np.array(axis.school_days[: days.length], dtype=np.int32)
    entered, ended = places[:, 0], places[:, 1]
    provisional = Provisional(judging).few_on(tier, pupils, entered)
    last = np.where(ended == days.length - 1, 0, dates[ended]) if len(ended) else ended
    first = dates[entered] if len(entered) else entered
    return TierSpells(tier, start + pupils, first.astype(np.int32), last.astype(np.int32), provisional)


def _laid_out(rows: Rows, which: Rows, found: list[list[tuple[int, int]]]) -> tuple[Rows, Rows]:
    """A row for each stretch of each pupil: whose it is, and its first and last day."""
    counts = np.array([len(one) for one in found], dtype=np.intp)
    flat = np.array([pair for one in found for pair in one], dtype=np.intp).reshape(-1, 2)
    starts = np.cumsum(counts) - counts
    own = counts[which] if len(which) else counts[:0]
    pupils = np.repeat(rows, own)
    within = np.arange(len(pupils)) - np.repeat(np.cumsum(own) - own, own)
    return pupils, flat[np.repeat(starts[which], own) + within] if len(pupils) else flat[:0]
