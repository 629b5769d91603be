"""What was decided for a block of pupils, in columns: rows of tiers, and of every action and step.

`Recommended` rows are what `Recommendation` says of one pupil, without reasons: those are built on demand by
the reference evaluator, from the same history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.decision import TierState
from fingerpost.population.block import Block, Codes
from fingerpost.population.outcomes import Outcome
from fingerpost.population.reason_codes import ReasonCodes
from fingerpost.population.truths import Numbers, Rows
from fingerpost.reasons import Occurrence
from fingerpost_dsl.model.declarations import Action, Step, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """One row of a result: a rule that applies to a pupil, may apply, or has left something to be done."""

    row: int
    """The pupil's place in the block."""
    rule: Action | Step
    parent: str | None
    occasion: Occurrence | None
    outcome: Outcome
    reason: str | None = None
    """The code of its reason, if it was asked for."""


@dataclass(frozen=True, slots=True)
class RuleRows:
    """What one rule comes to for some pupils, in columns."""

    rule: Action | Step
    pupils: Rows
    """Their places in the block."""
    parents: Codes | None
    """Of a rule for each parent: the parent's position; `NO_PARENT` where none is known."""
    occasions: Codes | None
    """Of a rule for each occasion: its place in `occurrences`."""
    which: Rows
    """The place of each row's outcome in `outcomes`: few are distinct."""
    outcomes: Sequence[Outcome]
    occurrences: Sequence[Occurrence]
    reasons: ReasonCodes | None = None
    """The code of each row's reason, if they were asked for."""

    def rows(self, block: Block) -> Iterator[Recommended]:
        """One by one."""
        for place, pupil in enumerate(self.pupils):
            parent, occasion, reason = None, None, None
            if self.parents is not None:
                parent = block.parent_id(int(pupil), int(self.parents[place]))
            if self.occasions is not None:
                occasion = self.occurrences[int(self.occasions[place])]
            if self.reasons is not None:
                reason = self.reasons.codes[int(self.reasons.which[place])]
            yield Recommended(
                row=int(pupil),
                rule=self.rule,
                parent=parent,
                occasion=occasion,
                outcome=self.outcomes[int(self.which[place])],
                reason=reason,
            )


@dataclass(frozen=True, slots=True)
class InTierRow:
    """The state of one tier for one pupil."""

    row: int
    tier: str
    state: TierState
    since: dt.date | None


STATES = (TierState.NOT, TierState.HOLDS, TierState.PROVISIONAL, TierState.UNKNOWN)
"""A tier's state by its number in a column."""


@dataclass(frozen=True, slots=True)
class TierRows:
    """The pupils who are in a tier, or may be, in columns."""

    tier: Tier
    pupils: Rows
    """Their places in the block."""
    states: Numbers
    """By number in `STATES`."""
    since: NDArray[np.int32]
    """Since which date, as an ordinal; 0 where it is not known."""

    def rows(self) -> Iterator[InTierRow]:
        """One by one."""
        for pupil, state, since in zip(self.pupils, self.states, self.since, strict=True):
            day = dt.date.fromordinal(int(since)) if since else None
            yield InTierRow(int(pupil), self.tier.name, STATES[int(state)], day)


@dataclass(frozen=True, slots=True)
class BlockDecisions:
    """What was decided for a block."""

    block: Block
    tiers: tuple[TierRows, ...]
    rules: tuple[RuleRows, ...]
    fallen_back: dict[str, int]
    """For how many rows the reference was asked alone, by what."""
    has_reasons: bool = False
    """Whether each row has the code of its reason."""

    @property
    def in_tiers(self) -> Iterator[InTierRow]:
        """Every tier that a pupil is in, or may be in: those of a pupil in the order of the policy."""
        for tier in self.tiers:
            yield from tier.rows()

    @property
    def recommended(self) -> Iterator[Recommended]:
        """Every recommendation: those of a pupil in the order of the policy."""
        for rule in self.rules:
            yield from rule.rows(self.block)
