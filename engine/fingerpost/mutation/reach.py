"""What rests on what: which tests can notice that a declaration was changed.

Everything that a declaration mentions, it rests on; what rests on that rests on it too. A tier rests on those
that continue it, a step on its whole pathway, what is stopped on its bar, and a rule about cohorts on them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping

from fingerpost_dsl.model.declarations import (
    Bar,
    Cohort,
    Deadline,
    Measure,
    NamedCondition,
    Occasion,
    Pathway,
    Rule,
    Step,
    Subject,
    Threshold,
    Tier,
)
from fingerpost_dsl.model.expressions import (
    Compare,
    ConditionRef,
    FieldCompare,
    InTheLast,
    InTier,
    MarkSet,
    MeasureValue,
    MostInAny,
    Selection,
    ThresholdValue,
    UnitsAround,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.tests import Expectation, ExpectMeasure, ExpectRule, ExpectTier, PolicyTest
from fingerpost_dsl.model.walk import walk

Declared = Threshold | Measure | NamedCondition | Occasion | Tier | Cohort | Rule | Pathway | Bar
"""The declarations that may rest on another one, and in which something is changed."""

_IN_BRACES = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def everything(policy: Policy) -> Iterator[tuple[str, Declared]]:
    """The declarations that may rest on another one, by name."""
    for declared in (
        policy.occasions,
        policy.thresholds,
        policy.measures,
        policy.conditions,
        policy.tiers,
        policy.cohorts,
        policy.pathways,
        policy.actions,
        policy.steps,
        policy.bars,
    ):
        yield from declared.items()


def dependants(policy: Policy) -> Mapping[str, frozenset[str]]:
    """For each name, what rests on it directly."""
    found: dict[str, set[str]] = {name: set() for name, _ in everything(policy)}
    for name, declared in everything(policy):
        for mentioned in _mentions(declared, policy):
            found.setdefault(mentioned, set()).add(name)
        if isinstance(declared, Bar):
            for stopped in declared.stops:
                found.setdefault(name, set()).add(stopped)
    return {name: frozenset(names) for name, names in found.items()}


def _mentions(declared: object, policy: Policy) -> Iterator[str]:
    for node in walk(declared):
        match node:
            case ThresholdValue(name=name) | MeasureValue(name=name) | ConditionRef(name=name):
                yield name
            case Selection(name=name) | MarkSet(name=name):
                yield name
            case InTier(name=name):
                yield name
            case _:
                pass
    match declared:
        case Tier(name=own):
            yield from (tier.name for tier in policy.tiers.values() if tier.continues == own)
        case Step(pathway=pathway):
            yield pathway
        case Pathway(name=own):
            yield from (step.name for step in policy.steps.values() if step.pathway == own)
        case _:
            pass
    if isinstance(declared, Rule):
        yield from _IN_BRACES.findall(declared.text)
        if declared.subject is Subject.COHORT:
            yield from policy.cohorts
        if declared.occasion is not None:
            yield declared.occasion


def reached(name: str, resting: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """All that rests on a declaration, itself included, with how many steps away it is."""
    found = {name: 0}
    waiting = deque([name])
    while waiting:
        one = waiting.popleft()
        for other in resting.get(one, ()):
            if other not in found:
                found[other] = found[one] + 1
                waiting.append(other)
    return found


def expected_of(expectation: Expectation) -> str:
    """Of which declaration something is expected."""
    match expectation:
        case ExpectTier(tier=name) | ExpectRule(rule=name) | ExpectMeasure(measure=name):
            return name


def able_to_notice(
    test: PolicyTest, reach: Mapping[str, int], *, only_words: bool = False
) -> tuple[Expectation, ...]:
    """The expectations of a test that a change may upset, the nearest to it first.

    If it is `only_words` that change, those are left that say who is asked for what.
    """
    able = [
        one
        for one in test.expects
        if expected_of(one) in reach
        and not (only_words and (not isinstance(one, ExpectRule) or one.asked is None))
    ]
    return tuple(sorted(able, key=lambda one: reach[expected_of(one)]))


def lasting(policy: Policy) -> frozenset[str]:
    """The thresholds that are the length of a window or a deadline."""
    found: set[str] = set()
    for _, declared in everything(policy):
        for node in walk(declared):
            match node:
                case (
                    InTheLast(amount=ThresholdValue(name=name))
                    | UnitsAround(amount=ThresholdValue(name=name))
                    | MostInAny(amount=ThresholdValue(name=name))
                    | Deadline(amount=ThresholdValue(name=name))
                ):
                    found.add(name)
                case _:
                    pass
    return frozenset(found)


def compared(policy: Policy) -> frozenset[str]:
    """The thresholds with which something is compared, so that their unit is that of the other side."""
    found: set[str] = set()
    for _, declared in everything(policy):
        for node in walk(declared):
            if isinstance(node, Compare | FieldCompare):
                found.update(one.name for one in walk(node) if isinstance(one, ThresholdValue))
    return frozenset(found)


def only_said(policy: Policy) -> frozenset[str]:
    """The thresholds that stand in texts and nowhere else: amounts of money, mostly."""
    said: set[str] = set()
    counted: set[str] = set()
    for _, declared in everything(policy):
        counted.update(node.name for node in walk(declared) if isinstance(node, ThresholdValue))
        if isinstance(declared, Rule):
            said.update(_IN_BRACES.findall(declared.text))
    return frozenset(said - counted)
