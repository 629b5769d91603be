"""Reasons: why a condition holds, does not, or is not known, as a tree of plain frozen values.

A reason is data. Text for officers and parents, JSON, HTML and the picture are renderings of it, and a reason
can be judged again from its own leaves (`Reason.recomputed`). Each node carries the clause of the policy it
speaks of, whose span leads to the line of the policy file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from fingerpost.history import Mark
from fingerpost.known import KnownEvent
from fingerpost.logic import Cause, Truth, all_true, any_true, at_least_true
from fingerpost_dsl.model.declarations import Action, Bar, Pathway, Step, Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compare,
    Condition,
    ConditionRef,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Not,
)
from fingerpost_dsl.model.quantities import Quantity, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One occasion: a maximal run of chosen marks, named by its first session.

    `length` is in `unit`s, those of the least length that makes it an occasion; `sessions` in sessions.
    """

    occasion: str
    first_slot: int
    last_slot: int
    length: int
    unit: Unit
    sessions: int
    certain: bool = True
    """False where it reaches its least length only if missing marks turn out to belong to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was counted, and where.

    The very marks, occasions and events, and the stretch of time looked at.
    """

    marks: tuple[Mark, ...] = ()
    missing: tuple[int, ...] = ()
    """Slots in that time with no mark."""
    unmarked: bool = False
    """Whether it is those that were counted (`unmarked`)."""
    events: tuple[KnownEvent, ...] = ()
    occasions: tuple[Occurrence, ...] = ()
    relied_on: tuple[Mark, ...] = ()
    """Marks left out because an event had used them up."""
    first: dt.date | None = None
    """The first date of the window; None where it has no beginning."""
    last: dt.date | None = None
    left_out: tuple[str, ...] = ()
    """The weeks without school between these dates, by what they are: `half term`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A value on a date, exact or an interval; or not known; or not applicable.

    * A number: `lowest` and `highest` (None: no bound on that side), equal when exact.
    * Anything else (date, choice, text, yes or no): `plain`; None when not known.
    `cause` says why it is not known, not exact, or not applicable.
    """

    name: str | None = None
    """The measure, threshold or fact by name, where it has one."""
    lowest: Fraction | None = None
    highest: Fraction | None = None
    plain: dt.date | str | bool | None = None
    unit: Unit | None = None
    applicable: bool = True
    cause: Cause | None = None
    parts: tuple[int, int] | None = None
    """Of an exact share: the sessions counted and the possible sessions, not reduced (10 of 96)."""
    evidence: Evidence | None = None
    judged: tuple[tuple[str, str], ...] = ()
    """Who judged a fact, and what each said, where that is recorded."""
    as_reported: bool = False
    of: tuple[Measured, ...] = ()
    """What it was made from: the operands of arithmetic, the measure behind a name."""

    @property
    def exact(self) -> bool:
        """Whether there is one definite value."""
        if not self.applicable:
            return False
        return self.plain is not None or (self.lowest is not None and self.lowest == self.highest)

    def named(self, name: str, unit: Unit | None) -> Measured:
        """The same under a name, in a unit if it has none: thousands a second, so without `replace`."""
        return Measured(
            name=name,
            lowest=self.lowest,
            highest=self.highest,
            plain=self.plain,
            unit=self.unit or unit,
            applicable=self.applicable,
            cause=self.cause,
            parts=self.parts,
            evidence=self.evidence,
            judged=self.judged,
            as_reported=self.as_reported,
            of=self.of,
        )

    @property
    def quantity(self) -> Quantity | None:
        """The exact number with its unit, if there is one."""
        if self.exact and self.lowest is not None and self.unit is not None:
            return Quantity(self.lowest, self.unit)
        return None


Clause = Condition | Tier | Action | Step | Bar | Pathway
"""What a reason speaks of: a condition of the policy, or the rule whose conditions stand below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One node: the clause, its truth, and what it rests on.

    `left` and `right` are the values that a comparison compared (`right` also the choices of `is`);
    `children` the reasons of the parts. A leaf without children is settled by its values alone. `opens` is
    for a step: the step recorded before it, as an event.
    """

    clause: Clause
    truth: Truth
    children: tuple[Reason, ...] = ()
    left: Measured | None = None
    right: Measured | None = None
    evidence: Evidence | None = None
    cause: Cause | None = None
    role: str | None = None
    """What the node is to its parent: "tier", "when", "unless", "way in", "after", "round", "pathway",
    "parent A"."""
    label: str | None = field(default=None)
    """What the engine adds that no clause says: "no round is open", "recorded on 12 Nov 2024"."""
    not_applicable: bool = False
    negated: bool = False
    """Whether the node speaks of the opposite of its clause, because a `not` above went inward."""

    def leaves(self) -> tuple[Reason, ...]:
        """The nodes without children, in order."""
        if not self.children:
            return (self,)
        return tuple(leaf for child in self.children for leaf in child.leaves())

    def causes(self) -> frozenset[Cause]:
        """Why the unknown leaves are not known."""
        return frozenset(
            leaf.cause for leaf in self.leaves() if leaf.truth is Truth.UNKNOWN and leaf.cause is not None
        )

    def recomputed(self) -> Truth:
        """The truth worked out again from the leaves.

        Always equal to `truth` (a property test holds it so).
        """
        if not self.children:
            return self.truth
        truths = [child.recomputed() for child in self.children]
        match self.clause:
            case AnyOf():
                return all_true(truths) if self.negated else any_true(truths)
            case AllOf():
                return any_true(truths) if self.negated else all_true(truths)
            case AtLeastOf():
                number = self._number()
                return at_least_true(len(truths) - number + 1 if self.negated else number, truths)
            case ForParents(every=every):
                return all_true(truths) if every is not self.negated else any_true(truths)
            case InTier(only=True):
                found = rule_truth(zip(truths, (child.role for child in self.children), strict=True))
                return ~found if self.negated else found
            case InTier():
                return ~any_true(truths) if self.negated else any_true(truths)
            case Tier() | Action() | Step() | Bar() | Pathway():
                return rule_truth(zip(truths, (child.role for child in self.children), strict=True))
            case Not() | ConditionRef() | Compare() | Is() | IsKnown() | Happened():
                return truths[0]

    def _number(self) -> int:
        number = self.left.lowest if self.left is not None else None
        return int(number) if number is not None else len(self.children)


def rule_truth(parts: Iterable[tuple[Truth, str | None]]) -> Truth:
    """The truth of a rule from that of its clauses, each with its role.

    All of them hold; but `unless` counts reversed, and the ways into a step are alternatives.
    """
    ways: list[Truth] = []
    others: list[Truth] = []
    for truth, role in parts:
        if role == "way in":
            ways.append(truth)
        else:
            others.append(~truth if role == "unless" else truth)
    return all_true([*others, any_true(ways)] if ways else others)
