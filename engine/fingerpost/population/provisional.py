"""Which pupils are in a tier with too few possible sessions to say so for certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import Masks, rows_of
from fingerpost.conditions import continues
from fingerpost.counting import sessions_in
from fingerpost.judgement import Judgement, marks_measure
from fingerpost.population.block import distinct
from fingerpost.population.conditions import own_tier_truths, tier_truths
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import counts_reaching, flags_at
from fingerpost.population.marks import count_in
from fingerpost.population.registers import ones
from fingerpost.population.rules import Judging
from fingerpost.population.truths import (
    Flags,
    Rows,
    Truths,
    Words,
    packed_rows,
    rows_taken,
    truth_numbers,
    width,
)
from fingerpost.subject import POSSIBLE
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Tier
from fingerpost_dsl.model.expressions import InTier, Window
from fingerpost_dsl.model.policy import Policy

_FEW = 4
"""Less than one in so many of a block's pupils are looked at alone; else all of them, once."""


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


@dataclass(frozen=True, eq=False)
class _OnDays:
    """What is asked on each school day; None where nothing is."""

    asked: tuple[_Asked | None, ...]

    @cached_property
    def windows(self) -> tuple[tuple[Window, ...], ...]:
        """The distinct windows."""
        return tuple(dict.fromkeys(one.windows for one in self.asked if one))

    @cached_property
    def leasts(self) -> tuple[int, ...]:
        """The distinct numbers of sessions that are asked."""
        return tuple(dict.fromkeys(one.least for one in self.asked if one))

    @cached_property
    def on_each_day(self) -> NDArray[np.int64]:
        """How many sessions are asked on each day: 0 where nothing is."""
        return np.array([one.least if one else 0 for one in self.asked], dtype=np.int64)

    @cached_property
    def days(self) -> Words:
        """The days on which any are asked: a single row."""
        return packed_rows(self.on_each_day[None] != 0)


def _fewer(possible: Words, masks: Masks, asked: _OnDays, sessions: int) -> Words:
    """The days on which fewer sessions are possible than are asked."""
    if len(asked.leasts) != 1 or masks.starts is None or masks.ends is None:
        return packed_rows(count_in(possible, masks, sessions) < asked.on_each_day)
    return asked.days & ~counts_reaching(possible, masks.starts, masks.ends, asked.leasts[0])


@dataclass(frozen=True, slots=True)
class Provisional:
    """Asked of some pupils of a block as at a date, and of the school days before it."""

    judging: Judging

    def rests_on(self, tiers: list[InTier], pupils: Rows) -> Flags:
        """Whether any of the tiers asked for is held, on the date, because of a provisional one."""
        found = np.zeros(len(pupils), dtype=np.bool_)
        for condition in tiers:
            found |= self._held(condition)[pupils]
        return found

    def rested_on(self, tiers: list[InTier], pupils: Rows, days: Rows) -> Flags:
        """Whether any was held because of a provisional one, on a school day by its number for each pupil."""
        found = np.zeros(len(pupils), dtype=np.bool_)
        for condition in tiers if len(pupils) else ():
            found |= self._held_before(condition, pupils, days)
        return found

    def _held(self, condition: InTier) -> Flags:
        """Whether each pupil of the block holds the tier, on the date, because of a provisional one."""
        policy = self.judging.editions.current.policy
        frame, day = self.judging.up_to_date(policy)
        key = ("rests on provisional", condition.name, condition.only)
        known = frame.shared.memo.get(key)
        if known is None:
            rows = len(frame)
            known, settled = (np.zeros(rows, dtype=np.bool_) for _ in range(2))
            for tier, truths in self._of_tiers(condition, frame):
                held = truth_numbers(truths, day, rows) == 1
                asked = np.flatnonzero(held & ~settled)
                known[asked] = self.few_sessions(tier, asked)
                settled |= held
            frame.shared.memo[key] = known
        return known  # type: ignore[return-value]  # what was put there

    def _held_before(self, condition: InTier, pupils: Rows, days: Rows) -> Flags:
        """The same on a school day by its number for each of some pupils."""
        policy = self.judging.editions.current.policy
        frame = self.judging.on_school_days(policy)
        known, settled = (np.zeros(len(pupils), dtype=np.bool_) for _ in range(2))
        for tier, truths in self._of_tiers(condition, frame):
            held = flags_at(truths.full(len(frame)).true, pupils, days)
            asked = np.flatnonzero(held & ~settled)
            known[asked] = self.few_on(tier, pupils[asked], days[asked])
            settled |= held
        return known

    def _of_tiers(self, condition: InTier, frame: Frame) -> Iterator[tuple[Tier, Truths]]:
        """The tiers one of which is to be held, and when each is: the first that is held counts."""
        policy = self.judging.editions.current.policy
        own = policy.tiers[condition.name]
        if condition.only:
            yield own, tier_truths(condition.name, frame, only=True)
            return
        for tier in (own, *_further(condition, policy)):
            yield tier, own_tier_truths(tier, frame)

    def few_on(self, tier: Tier, pupils: Rows, days: Rows) -> Flags:
        """Whether a pupil had too few possible sessions on a school day by its number."""
        if not len(pupils):
            return np.zeros(0, dtype=np.bool_)
        frame, rows = self.judging.on_school_days(self.judging.editions.current.policy), pupils
        if len(pupils) * _FEW < len(frame):
            frame, rows = frame.take(pupils), np.arange(len(pupils))
        return flags_at(self._few_on_days(tier, frame), rows, days)

    def _few_on_days(self, tier: Tier, frame: Frame) -> Words:
        """The school days on which the pupil of each row has too few possible sessions."""
        asked = self._asked_on_days(tier, frame)
        if not frame.is_whole:
            return self._counted_on_days(tier, asked, frame)
        memo, key = frame.shared.memo, ("few on days", asked)
        if key not in memo:
            memo[key] = self._counted_on_days(tier, asked, frame)
        return memo[key]  # type: ignore[return-value]  # what was put there

    def _asked_on_days(self, tier: Tier, frame: Frame) -> _OnDays:
        """What is asked on each school day; tiers of which the same is asked share one answer."""
        signatures = self.judging.across.signatures
        key = ("asked of a tier on days", tier.name)
        known = signatures.get(key)
        if known is None:
            on_days = _OnDays(tuple(self._asked(tier, day) for day in frame.shared.days))
            known = signatures[key] = signatures.setdefault(("asked on days", on_days.asked), on_days)
        return known  # type: ignore[return-value]  # what was put there

    def _counted_on_days(self, tier: Tier, asked: _OnDays, frame: Frame) -> Words:
        days = frame.shared.days
        found = np.zeros((len(frame), width(frame.length)), dtype=np.uint64)
        if not asked.windows:
            return found
        bearing = frame.shared.bearing(asked.windows)
        if bearing.register:
            for row in range(len(frame)):
                judgement = self._judgement(frame, row)
                few = np.array([[judgement.is_provisional(tier, day) for day in days]])
                found[row] = packed_rows(few)[0]
            return found
        columns = list(frame.columns(bearing))
        first, which = distinct(columns, len(frame))
        possible = frame.plane(POSSIBLE)
        for number, row in enumerate(first):
            rows = np.flatnonzero(which == number)
            signature = (frame.block.told(bearing), *(int(column[row]) for column in columns))
            masks = self._masks(asked, frame, int(row), signature)
            found[rows] = _fewer(rows_taken(possible, rows), masks, asked, len(frame.block.axis))
        return found

    def _masks(self, asked: _OnDays, frame: Frame, row: int, signature: tuple[object, ...]) -> Masks:
        """The sessions in which the figures of rows like one are counted on each day."""
        signatures = self.judging.across.signatures
        key = ("sessions of a tier", asked, signature)
        known = signatures.get(key)
        if known is None:
            scope = frame.scope(row)
            masks = [
                sessions_in(one.windows, one.weekdays, one.day, scope).certain if one else 0
                for one in asked.asked
            ]
            known = signatures[key] = Masks.of(masks, len(frame.block.axis))
        return known  # type: ignore[return-value]  # what was put there

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
                same = _Asked(*measured, ceil(asked.amount))
                known = self.judging.across.signatures.setdefault(("asked", same), same)
            self.judging.across.signatures[key] = known
        return known  # type: ignore[return-value]  # what was put there

    def few_sessions(self, tier: Tier, pupils: Rows) -> Flags:
        """Whether a pupil has, on the date, fewer possible sessions in the tier's window than are asked."""
        ordinal = self.judging.ordinal
        asked = self._asked(tier, ordinal)
        if asked is None or not len(pupils):
            return np.zeros(len(pupils), dtype=np.bool_)
        everybody = self.judging.on_school_days(self.judging.editions.current.policy)
        bearing = everybody.shared.bearing(asked.windows)
        if bearing.register:
            frame = everybody.take(pupils)
            judged = (self._judgement(frame, row).is_provisional(tier, ordinal) for row in range(len(frame)))
            return np.fromiter(judged, dtype=np.bool_, count=len(frame))
        key = ("few sessions", id(asked))
        known = everybody.shared.memo.get(key)
        if known is None:
            first, which = distinct(everybody.columns(bearing), len(everybody))
            masks = [
                sessions_in(asked.windows, asked.weekdays, asked.day, everybody.scope(int(row))).certain
                for row in first
            ]
            known = everybody.shared.memo[key] = self._possible(masks, which) < asked.least
        return known[pupils]  # type: ignore[index,no-any-return]  # what was put there

    def _possible(self, masks: Sequence[int], which: Rows) -> NDArray[np.integer[Any]]:
        """How many possible sessions each pupil of the block has within one of the masks."""
        block = self.judging.block
        if len(masks) == 1 and not block.has_whole_plane(POSSIBLE):
            return block.counts(block.members(POSSIBLE), masks[0])
        return ones(block.whole_plane(POSSIBLE) & rows_of(masks, len(block.axis))[which])

    def _judgement(self, frame: Frame, row: int) -> Judgement:
        return Judgement(self.judging.editions, frame.scope(row).view, self.judging.ordinal)
