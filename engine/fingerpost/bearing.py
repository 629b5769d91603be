"""Of what a part of a policy speaks: which facts, events and marks, of one parent or occasion, of what else.

A condition that does not rest on a parent is judged once, whatever parent is meant. Pupils of whom all that a
condition rests on is the same share one answer, where very many are judged together: they have one
*signature*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fingerpost.fields import compare_held, plain
from fingerpost.history import Value
from fingerpost.known import Unknown
from fingerpost.logic import Truth
from fingerpost.scope import Scope, bound_of
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    Anchor,
    BuiltIn,
    BuiltInValue,
    Comparison,
    Condition,
    ConditionRef,
    CountOfMarks,
    FactValue,
    FieldCompare,
    FieldIs,
    FieldRef,
    FieldWithin,
    ForParents,
    InTier,
    MeasureValue,
    MostInAny,
    NotReliedOn,
    NumberOfParents,
    Run,
    Selection,
    ShareOfMarks,
    WeeksWith,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk

_OF_MARKS = (CountOfMarks, ShareOfMarks, Run, WeeksWith, MostInAny, InTier)
"""What counts marks; a tier may be held since another day, whatever its conditions say."""
_OF_SCHOOL = frozenset({Subject.SCHOOL, Subject.AUTHORITY})


@dataclass(frozen=True, slots=True)
class Tested:
    """What is asked of a field of a kind of event: `outcome is not withdrawn`, `amount is at least £80`."""

    kind: str
    field: str
    comparison: Comparison | None
    """None: whether it is one of the values."""
    values: tuple[Value | Unknown, ...]

    def truth(self, value: Value | None) -> Truth:
        """Whether it holds of a value, or, of one that is denied, whether what it denies does."""
        if value is None:
            return Truth.UNKNOWN
        if self.comparison is None:
            return Truth.of(value in self.values)
        return compare_held(self.comparison, value, self.values[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What some part of a policy may rest on."""

    facts: frozenset[str]
    """Facts of the pupil, or of the family."""
    parent_facts: frozenset[str]
    kinds: frozenset[str]
    """Kinds of event."""
    parent_kinds: frozenset[str]
    """Those of them that are a parent's."""
    fields: frozenset[tuple[str, str]]
    """The fields of events whose very values it looks at, each with the kind of event."""
    tests: frozenset[Tested]
    """What it asks of fields of events besides."""
    relied_on: frozenset[str]
    """Kinds of event of which it matters which sessions they rely on."""
    marks: bool
    anchored: frozenset[str]
    """Occasions that something hangs on: `school days since unexplained`."""
    counted: frozenset[str]
    """Occasions that are counted or looked for."""
    birth: bool
    """The date of birth: the age in years."""
    school_age: bool
    """When compulsory school age begins and ends."""
    year_group: bool
    school: bool
    """The school: its facts, its phase."""
    pooled: bool
    """The others of the pupil's school: how many they are, or a measure of their marks."""
    parents: bool
    """Who the parents are."""

    @property
    def register(self) -> bool:
        """Whether it rests on the pupil's own register."""
        return self.marks or bool(self.occasions)

    @property
    def occasions(self) -> frozenset[str]:
        """The occasions that it speaks of."""
        return self.anchored | self.counted


def walk_through(part: object, policy: Policy) -> Iterator[object]:
    """Every node of a part of the policy, and of what it names: each measure and condition once."""
    unread: list[object] = [part]
    seen: set[tuple[type, str]] = set()
    while unread:
        for node in walk(unread.pop()):
            yield node
            match node:
                case MeasureValue(name=name):
                    named: object = policy.measures[name].value
                case ConditionRef(name=name):
                    named = policy.conditions[name].condition
                case _:
                    continue
            if (type(node), name) not in seen:
                seen.add((type(node), name))
                unread.append(named)


def bearing_of(part: object, policy: Policy) -> Bearing:
    """What a part of the policy (a condition, a value, a tuple of them) rests on."""
    nodes = tuple(walk_through(part, policy))
    facts = {node.name: policy.facts[node.name].subject for node in nodes if isinstance(node, FactValue)}
    parent_facts = frozenset(name for name, subject in facts.items() if subject is Subject.PARENT)
    school_facts = frozenset(name for name, subject in facts.items() if subject in _OF_SCHOOL)
    hung_on = [node.selection for node in nodes if isinstance(node, Anchor)]
    selections = [node for node in nodes if isinstance(node, Selection)]
    free = [one for one in selections if not any(one is anchored for anchored in hung_on)]
    kinds = frozenset(one.name for one in selections if not one.occasion)
    built_in = {node.built_in for node in nodes if isinstance(node, BuiltInValue)}
    return Bearing(
        facts=frozenset(facts) - parent_facts - school_facts,
        parent_facts=parent_facts,
        kinds=kinds,
        parent_kinds=frozenset(kind for kind in kinds if policy.events[kind].subject is Subject.PARENT),
        fields=frozenset((one.name, name) for one in selections if not one.occasion for name in _fields(one)),
        tests=frozenset(test for one in selections if not one.occasion for test in _tests(one, policy)),
        relied_on=frozenset(node.selection.name for node in nodes if isinstance(node, NotReliedOn)),
        marks=any(isinstance(node, _OF_MARKS) for node in nodes),
        anchored=frozenset(one.name for one in hung_on if one.occasion),
        counted=frozenset(one.name for one in free if one.occasion),
        birth=BuiltIn.AGE in built_in,
        school_age=BuiltIn.COMPULSORY_SCHOOL_AGE in built_in,
        year_group=BuiltIn.YEAR_GROUP in built_in,
        school=bool(school_facts) or BuiltIn.PHASE in built_in,
        pooled=BuiltIn.ROLL in built_in
        or any(isinstance(node, MeasureValue) and node.of_school for node in nodes),
        parents=bool(parent_facts) or any(isinstance(node, ForParents | NumberOfParents) for node in nodes),
    )


def _fields(selection: Selection) -> Iterator[str]:
    """The fields whose very values a selection looks at: they are held against each other, or a window."""
    for test in selection.where:
        if isinstance(test, FieldWithin):
            yield test.field
        elif isinstance(test, FieldCompare) and isinstance(test.operand, FieldRef):
            yield test.field
            yield test.operand.field


def _tests(selection: Selection, policy: Policy) -> Iterator[Tested]:
    """The tests of a selection that hold fields against what is the same on every day."""
    for test in selection.where:
        if isinstance(test, FieldIs):
            yield Tested(selection.name, test.field, None, tuple(map(plain, test.choices)))
        elif isinstance(test, FieldCompare) and not isinstance(test.operand, FieldRef):
            yield Tested(selection.name, test.field, test.comparison, (bound_of(test.operand, policy),))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What some part of a policy may rest on of which a step is judged without some (meaning 26)."""

    kinds: frozenset[str]
    """Kinds of event, those of the tiers that it speaks of included."""
    judged: bool
    """Whether it speaks of a fact that people judge."""

    @classmethod
    def by(cls, part: object, policy: Policy) -> Remembered:
        """Of a part of the policy (a condition, a tuple of them)."""
        nodes = list(walk_through(part, policy))
        if any(isinstance(node, InTier) for node in nodes):
            tiers = tuple((tier.when, tier.left_when) for tier in policy.tiers.values())
            nodes.extend(walk_through(tiers, policy))
        return cls(
            frozenset(node.name for node in nodes if isinstance(node, Selection) and not node.occasion),
            any(isinstance(node, FactValue) and bool(policy.facts[node.name].judged_by) for node in nodes),
        )


def narrowed(condition: Condition, scope: Scope) -> Scope:
    """The scope in which a condition means the same on every day, without what it does not rest on.

    Parents, occasions, events left out and earlier rounds of a pathway that make no difference to it.
    """
    memo = scope.view.records.memo
    key = ("bearing", id(condition), id(scope.policy))
    found = memo.get(key)
    if not isinstance(found, _Kept):
        found = memo[key] = _Kept.of(condition, scope.policy)
    bearing = found.bearing
    if (scope.without or scope.earlier_rounds) and not found.in_tier:
        scope = _with_less_left_out(scope, found)
    parent = not bearing.parent_facts.isdisjoint(scope.view.facts_of_parents) or not all(
        scope.view.no_events(kind) for kind in bearing.parent_kinds
    )
    if parent:
        return scope if bearing.occasions else scope.of_occasion(None)
    return scope.of_parent(None) if bearing.occasions else scope.of_pupil()


def _with_less_left_out(scope: Scope, kept: _Kept) -> Scope:
    without = scope.without
    if without:
        looked_at = (event for kind in kept.bearing.kinds for event in scope.view.events(kind))
        without = without.intersection(map(id, looked_at))
    earlier = scope.earlier_rounds if kept.judged else ()
    if without == scope.without and earlier == scope.earlier_rounds:
        return scope
    return replace(scope, without=without, earlier_rounds=earlier)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A bearing with what it is of, so that no other condition can come to have its identity."""

    condition: Condition
    bearing: Bearing
    in_tier: bool
    """Whether it speaks of a tier, whose conditions the bearing does not cover."""
    judged: bool
    """Whether it speaks of a fact that people judge."""

    @classmethod
    def of(cls, condition: Condition, policy: Policy) -> _Kept:
        """What a condition rests on."""
        nodes = tuple(walk_through(condition, policy))
        return cls(
            condition,
            bearing_of(condition, policy),
            in_tier=any(isinstance(node, InTier) for node in nodes),
            judged=any(isinstance(node, FactValue) and policy.facts[node.name].judged_by for node in nodes),
        )
