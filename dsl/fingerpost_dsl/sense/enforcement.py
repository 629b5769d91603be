"""Enforcement: arithmetic alone may ask a person to consider, and nothing more.

In a pathway marked `enforcement` a step that `starts here` either asks somebody to consider, or rests on a
fact that somebody has judged. Every other step comes after one that has been recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import Step
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Condition,
    ConditionRef,
    FactValue,
    ForParents,
    Is,
    IsKnown,
    Literal,
    Not,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.names import Names

CONSIDERS = re.compile(r"\b(consider|decide whether|weigh|review whether)", re.IGNORECASE)
"""The words of a step that asks somebody to consider."""


def enforcement(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Every step that enforces on arithmetic alone."""
    for step in policy.steps.values():
        pathway = policy.pathways.get(step.pathway)
        if pathway is None or not pathway.enforcement or not step.starts_here:
            continue
        conditions = (*pathway.when, *step.when)
        if CONSIDERS.search(step.text) or any(judged(one, policy) for one in conditions):
            continue
        yield _told(step, names)


def judged(condition: Condition, policy: Policy) -> bool:
    """Whether a condition can hold only if somebody has judged a fact."""
    match condition:
        case AllOf(conditions=inner):
            return any(judged(one, policy) for one in inner)
        case AnyOf(conditions=inner):
            return all(judged(one, policy) for one in inner)
        case AtLeastOf(number=number, conditions=inner):
            without = sum(not judged(one, policy) for one in inner)
            needed = number.value if isinstance(number, Literal) else None
            return isinstance(needed, Quantity) and without < needed.amount
        case Not(condition=AnyOf(conditions=inner)):
            return any(judged(one, policy) for one in inner)
        case Not(condition=AllOf(conditions=inner)):
            return all(judged(one, policy) for one in inner)
        case Not(condition=inner_condition) | ForParents(condition=inner_condition):
            return judged(inner_condition, policy)
        case ConditionRef(name=name):
            return name in policy.conditions and judged(policy.conditions[name].condition, policy)
        case IsKnown(value=FactValue(name=name), negated=False) | Is(value=FactValue(name=name)):
            fact = policy.facts.get(name)
            return fact is not None and bool(fact.judged_by)
        case _:
            return False


def _told(step: Step, names: Names) -> Diagnostic:
    placed = names.placed[step.name]
    return Diagnostic(
        code="E0514",
        message=f"`{step.name}` enforces on arithmetic alone",
        span=placed.span,
        labels=(Label(names.placed[step.pathway].span, "this pathway is `enforcement`"),),
        help="let it ask somebody to consider, let it come `after` a step that is recorded, "
        "or ask for a fact that somebody judges",
    )
