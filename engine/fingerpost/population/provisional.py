"""Which pupils are in a tier with too few possible sessions to say so for certain."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.conditions import continues
from fingerpost.counting import sessions_in
from fingerpost.judgement import Judgement, marks_measure
from fingerpost.population.block import distinct
from fingerpost.population.conditions import own_tier_truths, tier_truths
from fingerpost.population.frame import Frame
from fingerpost.population.registers import ones
from fingerpost.population.rules import Judging
from fingerpost.population.truths import Flags, Rows, truth_numbers
from fingerpost.subject import POSSIBLE
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Tier
from fingerpost_dsl.model.expressions import InTier


@dataclass(frozen=True, slots=True)
class Provisional:
    """Asked of some pupils of a block as at a date."""

    judging: Judging

    def rests_on(self, tiers: list[InTier], pupils: Rows, ordinal: int) -> Flags:
        """Whether any of the tiers asked for is held because of a provisional one."""
        found = np.zeros(len(pupils), dtype=np.bool_)
        for condition in tiers:
            found |= self._held(condition, pupils, ordinal)
        return found

    def _held(self, condition: InTier, pupils: Rows, ordinal: int) -> Flags:
        judging = self.judging
        policy = judging.editions.current.policy
        frame, day = judging.on_date(policy), 0
        if ordinal != judging.ordinal:
            frame, day = judging.on_school_days(policy), judging.block.axis.days_until(ordinal) - 1
        frame = frame.take(pupils)
        rows, own = len(pupils), policy.tiers[condition.name]
        if condition.only:
            only = truth_numbers(tier_truths(condition.name, frame, only=True), day, rows)
            rests: Flags = (only == 1) & self.few_sessions(own, pupils, ordinal)
            return rests
        further = (one for one in policy.tiers.values() if continues(one, condition.name, policy))
        found, settled = (np.zeros(rows, dtype=np.bool_) for _ in range(2))
        for tier in (own, *further):
            held = truth_numbers(own_tier_truths(tier, frame), day, rows) == 1
            found |= held & ~settled & self.few_sessions(tier, pupils, ordinal)
            settled |= held
        return found

    def few_sessions(self, tier: Tier, pupils: Rows, ordinal: int) -> Flags:
        """Whether a pupil has fewer possible sessions in the tier's window than the policy asks."""
        few = np.zeros(len(pupils), dtype=np.bool_)
        policy = self.judging.editions.current.policy
        if tier.provisional_below is None or not len(pupils):
            return few
        frame = self.judging.on_school_days(policy).take(pupils)
        asked = quantity_of(tier.provisional_below, policy)
        one = frame.scope(0)
        measured = next((found for c in tier.when if (found := marks_measure(c, ordinal, one))), None)
        if asked is None or measured is None:
            return few
        windows, weekdays, then = measured
        bearing = frame.shared.bearing(windows)
        if bearing.register:
            judged = (self._judgement(frame, row).is_provisional(tier, ordinal) for row in range(len(frame)))
            return np.fromiter(judged, dtype=np.bool_, count=len(frame))
        first, which = distinct(frame.columns(bearing), len(frame))
        masks = [sessions_in(windows, weekdays, then, frame.scope(int(row))).certain for row in first]
        mask = rows_of(masks, len(frame.block.axis))
        possible = frame.plane(POSSIBLE) & (mask if len(mask) == 1 else mask[which])
        return np.asarray(ones(possible) < ceil(asked.amount), dtype=np.bool_)

    def _judgement(self, frame: Frame, row: int) -> Judgement:
        return Judgement(self.judging.editions, frame.scope(row).view, self.judging.ordinal)
