"""What the comparison of two policies finds, as data: differences, each with its effect.

A change is described by what it does, never as stricter, kinder or better.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from fingerpost.compare.order import Order
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Header


class Sort(Enum):
    """What became of a declaration."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Timing(Enum):
    """What became of a rule's times."""

    SAME = "same"
    SOONER = "sooner"
    LATER = "later"
    OFTENER = "more often"
    RARER = "less often"
    LONGER = "for longer"
    SHORTER = "for less long"
    OTHER = "at another time"


class Demand(Enum):
    """What became of how strongly a rule asks."""

    SAME = "same"
    MORE = "asks more"
    LESS = "asks less"
    OTHER = "asks otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What a change does to one action, step, tier or cohort that both policies have.

    `reach` says for whom its conditions hold. For an action or step that a bar stops, whom the bar lets pass.
    """

    kind: str
    name: str
    subject: Subject
    enforcement: bool
    """Whether it is a step of an enforcement pathway; everything else is help."""
    reach: Order = Order.SAME
    timing: Timing = Timing.SAME
    demand: Demand = Demand.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a difference does, as far as that can be said for certain."""

    touched: tuple[Touched, ...] = ()
    said_in: tuple[str, ...] = ()
    """The actions and steps that print the number in their text."""

    @property
    def is_nothing(self) -> bool:
        """Whether nobody is reached otherwise, and nothing is due at another time."""
        return not self.touched


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One clause of one declaration that is not as it was; or a whole declaration that is new or gone."""

    sort: Sort
    kind: str
    """The keyword: "threshold", "action" …"""
    name: str
    """As the later policy has it, or the only one that has it."""
    earlier_name: str
    """As the earlier policy has it: another one for a passage whose source was replaced."""
    title: str
    clause: str
    """The clause that changed: "value", "when", "within" …; empty for a whole declaration."""
    before: tuple[str, ...]
    """In words, what the clause said and no longer says."""
    after: tuple[str, ...]
    """In words, what the clause says and did not say."""
    effect: Effect
    because: str | None
    """Why a local policy changed or added it."""
    part_of: tuple[str, ...]
    """Of what is new or gone: the actions, steps, tiers, cohorts, pathways and bars that make use of it."""
    file: str
    """The file in which it stands, by its name; in the policy that has it, the later one first."""

    @property
    def is_wording(self) -> bool:
        """Whether only words about it changed, or the passages that it cites."""
        return self.sort is Sort.CHANGED and self.clause in WORDING


WORDING = frozenset({"note", "ours", "cites", "because", "url", "publisher", "published", "secondary"})
"""Clauses that explain and do not decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A source in whose place another stands, with passages of the same names: WT22 and WT24."""

    before: str
    after: str
    passages: int
    """How many passages both have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A passage about a change that the sources themselves name, and the rules that carry it out."""

    name: str
    title: str
    kept: tuple[str, ...]
    """Actions and steps of both policies."""
    new: tuple[str, ...]
    ended: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two policies side by side: `differences` in the order in which a policy is read."""

    before: Header
    after: Header
    differences: tuple[Difference, ...]
    replaced: tuple[Replaced, ...]
    carried: tuple[Carried, ...]

    def of(self, sort: Sort) -> tuple[Difference, ...]:
        """The differences of one sort."""
        return tuple(one for one in self.differences if one.sort is sort)
