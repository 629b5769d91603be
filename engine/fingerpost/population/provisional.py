"""Which pupils are in a tier with too few possible sessions to say so for certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np

from fingerpost.bit_rows import Masks, rows_of
from fingerpost.conditions import continues
from fingerpost.counting import sessions_in
from fingerpost.judgement import Judgement, marks_measure
from fingerpost.population.block import distinct
from fingerpost.population.conditions import own_tier_truths, tier_truths
from fingerpost.population.frame import Frame
from fingerpost.population.marks import count_in
from fingerpost.population.registers import ones
from fingerpost.population.rules import Judging
from fingerpost.population.truths import Flags, Rows, Words, packed_rows, truth_numbers, width
from fingerpost.subject import POSSIBLE
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Tier
from fingerpost_dsl.model.expressions import InTier, Window
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True, slots=True)
class _Asked:
    """In which sessions a tier's figures are counted, and how many possible ones there should be."""

    windows: tuple[Window, ...]
    weekdays: frozenset[int]
    day: int
    """The date as at which the windows are laid out."""
    least: int


def _further(condition: InTier, policy: Policy) -> Iterator[Tier]:
    """The tiers that continue it: who is in them is in it too."""
    return (one for one in policy.tiers.values() if continues(one, condition.name, policy))


@dataclass(frozen=True, slots=True)
class Provisional:
    """Asked of some pupils of a block as at a date, and of the school days before it."""

    judging: Judging

    def rests_on(self, tiers: list[InTier], pupils: Rows) -> Flags:
        """Whether any of the tiers asked for is held, on the date, because of a provisional one."""
        found = np.zeros(len(pupils), dtype=np.bool_)
        for condition in tiers:
            found |= self._held(condition, pupils)
        return found

    def rested_on(self, tiers: list[InTier], pupils: Rows, days: Rows) -> Flags:
        """Whether any was held because of a provisional one, on a school day by its number for each pupil."""
        found = np.zeros(len(pupils), dtype=np.bool_)
        for condition in tiers:
            words = self._held_on_days(condition)
            found |= (words[pupils, days >> 6] >> (days & 63).astype(np.uint64) & np.uint64(1)).astype(
                np.bool_
            )
        return found

    def _held(self, condition: InTier, pupils: Rows) -> Flags:
        judging = self.judging
        policy = judging.editions.current.policy
        frame = judging.on_date(policy).take(pupils)
        rows, own = len(pupils), policy.tiers[condition.name]
        if condition.only:
            only = truth_numbers(tier_truths(condition.name, frame, only=True), 0, rows)
            rests: Flags = (only == 1) & self.few_sessions(own, pupils)
            return rests
        found, settled = (np.zeros(rows, dtype=np.bool_) for _ in range(2))
        for tier in (own, *_further(condition, policy)):
            held = truth_numbers(own_tier_truths(tier, frame), 0, rows) == 1
            found |= held & ~settled & self.few_sessions(tier, pupils)
            settled |= held
        return found

    def _held_on_days(self, condition: InTier) -> Words:
        """The school days on which each pupil of the block holds the tier because of a provisional one."""
        policy = self.judging.editions.current.policy
        frame = self.judging.on_school_days(policy)
        key = ("rested on provisional", condition.name, condition.only)
        known = frame.shared.memo.get(key)
        if known is None:
            own, rows = policy.tiers[condition.name], len(frame)
            if condition.only:
                only = tier_truths(condition.name, frame, only=True).full(rows)
                known = only.true & self._few_on_days(own)
            else:
                known, settled = (np.zeros((rows, width(frame.length)), dtype=np.uint64) for _ in range(2))
                for tier in (own, *_further(condition, policy)):
                    held = own_tier_truths(tier, frame).full(rows).true
                    known |= held & ~settled & self._few_on_days(tier)
                    settled |= held
            frame.shared.memo[key] = known
        return known  # type: ignore[return-value]  # what was put there

    def few_on(self, tier: Tier, pupils: Rows, days: Rows) -> Flags:
        """Whether a pupil had too few possible sessions on a school day by its number."""
        words = self._few_on_days(tier)
        few = words[pupils, days >> 6] >> (days & 63).astype(np.uint64) & np.uint64(1)
        return np.asarray(few, dtype=np.bool_)

    def _few_on_days(self, tier: Tier) -> Words:
        """The school days on which each pupil of the block has too few possible sessions."""
        frame = self.judging.on_school_days(self.judging.editions.current.policy)
        found = np.zeros((len(frame), width(frame.length)), dtype=np.uint64)
        days = frame.shared.days
        looked = [self._asked(tier, day) for day in days]
        if not any(looked):
            return found
        different = tuple(dict.fromkeys(one.windows for one in looked if one))
        windows = different[0] if len(different) == 1 else different
        if frame.shared.bearing(windows).register:
            for row in range(len(frame)):
                judgement = self._judgement(frame, row)
                few = np.array([[judgement.is_provisional(tier, day) for day in days]])
                found[row] = packed_rows(few)[0]
            return found
        first, which = distinct(frame.columns(frame.shared.bearing(windows)), len(frame))
        sessions = len(frame.block.axis)
        for number, row in enumerate(first):
            scope = frame.scope(int(row))
            masks = [
                sessions_in(one.windows, one.weekdays, one.day, scope).certain if one else 0 for one in looked
            ]
            rows = np.flatnonzero(which == number)
            counts = count_in(frame.plane(POSSIBLE)[rows], Masks.of(masks, sessions), sessions)
            least = np.array([one.least if one else 0 for one in looked])
            found[rows] = packed_rows(counts < least)
        return found

    def _asked(self, tier: Tier, day: int) -> _Asked | None:
        """In which sessions a tier's figures are counted on a day, and how many there should be."""
        policy = self.judging.editions.current.policy
        key = ("asked of a tier", tier.name, day)
        known = self.judging.across.signatures.get(key, self)
        if known is self:
            known = None
            asked = quantity_of(tier.provisional_below, policy) if tier.provisional_below else None
            one = self.judging.on_school_days(policy).scope(0)
            measured = next((found for c in tier.when if (found := marks_measure(c, day, one))), None)
            if asked is not None and measured is not None:
                known = _Asked(*measured, ceil(asked.amount))
            self.judging.across.signatures[key] = known
        return known  # type: ignore[return-value]  # what was put there

    def few_sessions(self, tier: Tier, pupils: Rows) -> Flags:
        """Whether a pupil has, on the date, fewer possible sessions in the tier's window than are asked."""
        ordinal = self.judging.ordinal
        asked = self._asked(tier, ordinal)
        if asked is None or not len(pupils):
            return np.zeros(len(pupils), dtype=np.bool_)
        frame = self.judging.on_school_days(self.judging.editions.current.policy).take(pupils)
        bearing = frame.shared.bearing(asked.windows)
        if bearing.register:
            judged = (self._judgement(frame, row).is_provisional(tier, ordinal) for row in range(len(frame)))
            return np.fromiter(judged, dtype=np.bool_, count=len(frame))
        first, which = distinct(frame.columns(bearing), len(frame))
        masks = [
            sessions_in(asked.windows, asked.weekdays, asked.day, frame.scope(int(row))).certain
            for row in first
        ]
        mask = rows_of(masks, len(frame.block.axis))
        possible = frame.plane(POSSIBLE) & (mask if len(mask) == 1 else mask[which])
        return np.asarray(ones(possible) < asked.least, dtype=np.bool_)

    def _judgement(self, frame: Frame, row: int) -> Judgement:
        return Judgement(self.judging.editions, frame.scope(row).view, self.judging.ordinal)
