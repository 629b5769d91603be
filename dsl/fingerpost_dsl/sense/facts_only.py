"""`while` looks at each day by itself, so its condition must rest on facts and built-in values alone."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.expressions import (
    ConditionRef,
    CountOfEvents,
    CountOfMarks,
    DateOf,
    Happened,
    InTier,
    MeasureValue,
    MostInAny,
    NumberOfParents,
    Run,
    ShareOfMarks,
    TimeSince,
    WeeksWith,
    While,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.source import Span
from fingerpost_dsl.units import shown

_Other = (
    Happened
    | InTier
    | MeasureValue
    | CountOfMarks
    | CountOfEvents
    | ShareOfMarks
    | Run
    | WeeksWith
    | MostInAny
    | TimeSince
    | DateOf
    | NumberOfParents
)


def facts_only(policy: Policy) -> Iterator[Diagnostic]:
    """Every `while` that asks for something else."""
    for declaration in policy.asking():
        for node in walk(declaration):
            if isinstance(node, While):
                other = next(_others(node, policy, frozenset()), None)
                if other is not None:
                    yield _told(node, other)


def _others(node: object, policy: Policy, seen: frozenset[str]) -> Iterator[Span]:
    """Whatever is no fact, in named conditions too."""
    for part in walk(node):
        if isinstance(part, _Other):
            yield part.span
        elif isinstance(part, ConditionRef) and part.name not in seen:
            condition = policy.conditions.get(part.name)
            if condition is not None:
                yield from _others(condition.condition, policy, seen | {part.name})


def _told(window: While, other: Span) -> Diagnostic:
    return Diagnostic(
        code="E0516",
        message="`while` takes a condition over facts alone",
        span=window.span,
        labels=(Label(other, f"`{shown(other)}` is no fact"),),
        help="what is measured changes with the window; declare a fact, or compare the measure beside it",
    )
