"""Members of a group whose marks are counted together, without a look at each of them.

The reference asks every pupil of a group for a figure and adds up. Of very many pupils a population adds up
the marks of all members session by session first (`fingerpost.population.tallies`); what it cannot say that
way it leaves open, and each member is asked.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from fingerpost.bit_rows import Row, row_of
from fingerpost.column import Column
from fingerpost.logic import Cause
from fingerpost.mark_columns import ShareRows
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.subject import PupilView
from fingerpost_dsl.model.expressions import CountOfMarks, ShareOfMarks
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True, slots=True)
class PooledShare:
    """The counts behind a share pooled over pupils, as in `counting.Tally`."""

    low: int
    low_of: int
    high: int
    high_of: int
    unbounded: bool
    """Whether there may be sessions of any of them before the history's start."""
    some: bool
    """Whether there is a possible session in any case."""
    perhaps: bool
    """Whether there are sessions that may be looked at, or not."""
    cause: Cause | None
    """Why it is not exact: of the first member of whom it is not."""


class CountedTogether(Sequence[PupilView], ABC):
    """The pupils of a group, one after another where somebody asks for each, and counted together else."""

    @abstractmethod
    def share_at(self, value: ShareOfMarks, ordinal: int, policy: Policy) -> PooledShare | None:
        """The counts behind a share on a date; None where each member has to be asked."""

    @abstractmethod
    def count_at(self, value: CountOfMarks, ordinal: int, policy: Policy) -> Measured | None:
        """A count on a date; None where each member has to be asked."""

    @abstractmethod
    def share_on_days(self, value: ShareOfMarks, length: int, scope: Scope) -> ShareRows | None:
        """The counts behind a share on the first school days; None where there is no such way."""

    @abstractmethod
    def count_on_days(self, value: CountOfMarks, length: int, scope: Scope) -> Column | None:
        """A count on the first school days; None where there is no such way."""

    @abstractmethod
    def on_roll(self, on: dt.date) -> int:
        """How many are on roll on a date."""

    @abstractmethod
    def on_roll_on_days(self, days: Sequence[int]) -> Row:
        """How many are on roll on each of some days, as ordinals."""


def on_roll(members: Sequence[PupilView], on: dt.date) -> int:
    """How many of some pupils are on roll on a date."""
    if isinstance(members, CountedTogether):
        return members.on_roll(on)
    return sum(view.pupil.is_on_roll(on) for view in members)


def on_roll_on_days(members: Sequence[PupilView], days: Sequence[int]) -> Row:
    """The same on each of some days, as ordinals."""
    if isinstance(members, CountedTogether):
        return members.on_roll_on_days(days)
    return row_of([on_roll(members, dt.date.fromordinal(day)) for day in days])
