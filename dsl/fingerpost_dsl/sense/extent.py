"""How much there is to follow.

A reason is a tree in which every name is written out. Names can be made to double one another, so that a page
of policy becomes more than a computer could evaluate or a person read; that is told here, in time that grows
with the policy and not with the tree. It also keeps the engine's recursion and its numbers within bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.expressions import (
    ConditionRef,
    FactValue,
    ForParents,
    InTier,
    Literal,
    MeasureValue,
    NumberOfParents,
    Product,
    Sum,
    ThresholdValue,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.walk import parts_of
from fingerpost_dsl.names import Names
from fingerpost_dsl.sense.circles import asked_for, tiers_within
from fingerpost_dsl.source import Span

MOST = 500
"""The most nodes of a declaration with every name written out: some eight times the most we know of."""
DEEPEST = 100
"""The most nodes inside one another."""
MOST_DIGITS = 250
"""The most digits of a number; a floating point number, on its way to a picture, holds 308."""
MOST_STEPS = 100
"""The most steps of a pathway."""

_DIGITS_OF_A_COUNT = 12
_DIGITS_OF_A_FACT = 36
_PARENTS = 4
"""How many parents a pupil is taken to have: what is asked of each is asked so many times."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Of an expression with its names written out: its nodes, how deep they lie, the digits of its number."""

    size: int = 0
    depth: int = 0
    digits: int = 0


_NOTHING = Extent()


def extents(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Every declaration that is more than anybody can follow; what rests on one of those is not told of."""
    for pathway in policy.pathways.values():
        steps = sum(step.pathway == pathway.name for step in policy.steps.values())
        if steps > MOST_STEPS:
            what = f"`{pathway.name}` has {steps:,} steps"
            yield _told(what, f"a pathway has at most {MOST_STEPS}: make two of it", pathway.name, names)
    measuring = _Measuring(policy, tiers_within(policy))
    rules = {**policy.cohorts, **policy.actions, **policy.steps, **policy.bars}
    declared: dict[str, object] = {**policy.conditions, **policy.measures, **policy.tiers, **rules}
    for name in (*TopologicalSorter(asked_for(policy)).static_order(), *rules):
        extent = measuring.of(declared.get(name))  # None where it has an error
        problem = _problem(name, extent)
        if problem is not None:
            yield _told(*problem, name, names)
        measuring.named[name] = Extent(1, 1, 1) if problem else extent


def _problem(name: str, extent: Extent) -> tuple[str, str] | None:
    if extent.size > MOST:
        return (
            f"`{name}` asks for {_about(extent.size)} things, every name in it written out",
            f"an explanation shows each of them: ask for {MOST:,} at most",
        )
    if extent.depth > DEEPEST:
        return (
            f"`{name}` rests on names that rest on names, {extent.depth} deep",
            f"nobody can follow more than {DEEPEST}: say it more directly",
        )
    if extent.digits > MOST_DIGITS:
        return (
            f"`{name}` may be a number of {_about(extent.digits)} digits",
            f"numbers have at most {MOST_DIGITS}: multiply fewer of them",
        )
    return None


def _about(number: int) -> str:
    return f"{number:,}" if number < 1_000_000_000 else "more than a thousand million"


def _told(what: str, advice: str, name: str, names: Names) -> Diagnostic:
    return Diagnostic(code="E0537", message=what, span=names.placed[name].span, help=advice)


@dataclass(slots=True)
class _Measuring:
    """Measures expressions, from the extents of the names that stand in them."""

    policy: Policy
    within: Mapping[str, set[str]]
    named: dict[str, Extent] = field(default_factory=dict)

    def of(self, node: object) -> Extent:
        """The extent of a node of the model."""
        inside = parts_of(node)
        if (inside is None and not isinstance(node, tuple)) or isinstance(node, Span):
            return _NOTHING
        match node:
            case Literal(value=Quantity(amount=amount)):
                return Extent(1, 1, len(str(amount)))
            case ThresholdValue(name=name):
                threshold = self.policy.thresholds.get(name)
                value = threshold.value if threshold else None
                return Extent(1, 1, len(str(value.amount)) if isinstance(value, Quantity) else 1)
            case FactValue():
                return Extent(1, 1, _DIGITS_OF_A_FACT)
            case ConditionRef(name=name) | MeasureValue(name=name) | InTier(name=name, only=True):
                return _around([self.named.get(name, Extent())], max)
            case InTier(name=name):
                return _around([self.named.get(one, Extent()) for one in self.within.get(name, ())], max)
            case tuple():
                return _beside([self.of(one) for one in node], max)
        parts = [self.of(getattr(node, part)) for part in inside or ()]
        match node:
            case Sum(terms=pairs) | Product(factors=pairs):
                return _around([self.of(value) for _, value in pairs], sum)
            case ForParents() | NumberOfParents():
                whole = _around(parts, max)
                return Extent(whole.size * _PARENTS, whole.depth, whole.digits)
            case _:
                return _around(parts, max)


def _beside(parts: list[Extent], digits: Callable[[list[int]], int]) -> Extent:
    if not parts:
        return _NOTHING
    return Extent(
        sum(part.size for part in parts),
        max(part.depth for part in parts),
        digits([part.digits for part in parts]),
    )


def _around(parts: list[Extent], digits: Callable[[list[int]], int]) -> Extent:
    inside = _beside(parts, digits)
    return Extent(inside.size + 1, inside.depth + 1, max(inside.digits, 0) or _DIGITS_OF_A_COUNT)
