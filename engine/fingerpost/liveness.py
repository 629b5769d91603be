"""Which rules need no judging at all: those that want a fact to be known of which there is no record."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost.rules import pathway_of
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import AllOf, Condition, ConditionRef, FactValue, IsKnown
from fingerpost_dsl.model.policy import Policy


def needed_facts(rule: Action | Step, policy: Policy, memo: dict[object, object]) -> frozenset[str]:
    """The facts that a rule wants to be known (`… is known and …`): without them it is false on every day."""
    key = ("needed facts", id(rule))
    if key not in memo:
        pathway = pathway_of(rule, policy)
        conditions = (*(pathway.when if pathway else ()), *rule.when)
        memo[key] = frozenset(name for condition in conditions for name in _known_facts(condition, policy))
    return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key


def _known_facts(condition: Condition, policy: Policy) -> Iterator[str]:
    match condition:
        case AllOf(conditions=conditions):
            for part in conditions:
                yield from _known_facts(part, policy)
        case ConditionRef(name=name):
            yield from _known_facts(policy.conditions[name].condition, policy)
        case IsKnown(value=FactValue(name=name), negated=False):
            yield name
        case _:
            pass
