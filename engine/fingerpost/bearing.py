"""Of what a condition speaks: of one parent, of one occasion, or of the pupil whatever parent is meant.

A rule for each parent asks mostly what is the same for every parent, most of all where nothing is on record
of any. Such a condition is judged once, for the pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import Condition, ConditionRef, FactValue, MeasureValue, Selection
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk


@dataclass(frozen=True, slots=True)
class _Bearing:
    """What of a parent and an occasion a condition may rest on."""

    condition: Condition
    """Kept beside what is said of it, so that no other can come to have its identity."""
    facts: frozenset[str]
    """Facts of a parent."""
    events: frozenset[str]
    """Events of a parent."""
    occasion: bool


def narrowed(condition: Condition, scope: Scope) -> Scope:
    """The scope in which a condition means the same on every day, without what it does not rest on."""
    memo = scope.view.records.memo
    key = ("bearing", id(condition), id(scope.policy))
    bearing = memo.get(key)
    if not isinstance(bearing, _Bearing):
        bearing = memo[key] = _bearing(condition, scope.policy)
    parent = not bearing.facts.isdisjoint(scope.view.facts_of_parents) or not all(
        scope.view.no_events(kind) for kind in bearing.events
    )
    if parent:
        return scope if bearing.occasion else scope.of_occasion(None)
    return scope.of_parent(None) if bearing.occasion else scope.of_pupil()


def _bearing(condition: Condition, policy: Policy) -> _Bearing:
    facts: set[str] = set()
    events: set[str] = set()
    occasion = False
    unread: list[object] = [condition]
    while unread:
        for node in walk(unread.pop()):
            match node:
                case FactValue(name=name) if policy.facts[name].subject is Subject.PARENT:
                    facts.add(name)
                case MeasureValue(name=name):
                    unread.append(policy.measures[name].value)
                case ConditionRef(name=name):
                    unread.append(policy.conditions[name].condition)
                case Selection(occasion=True):
                    occasion = True
                case Selection(name=name) if policy.events[name].subject is Subject.PARENT:
                    events.add(name)
                case _:
                    pass
    return _Bearing(condition, frozenset(facts), frozenset(events), occasion)
