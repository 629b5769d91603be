"""Circles.

Conditions, measures and tiers that in the end ask for themselves, tiers and roles that contain themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import Measure, NamedCondition, Tier
from fingerpost_dsl.model.expressions import ConditionRef, InTier, MeasureValue
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.names import Names

_Graph = Mapping[str, Sequence[str]]


def circles(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Every circle, once."""
    continued = {name: [tier.continues] for name, tier in policy.tiers.items() if tier.continues}
    for circle in _circles(continued):
        yield _told(
            circle, "these tiers continue one another in a circle", "let the mildest continue none", names
        )
    part_of = {name: [role.part_of] for name, role in policy.roles.items() if role.part_of}
    for circle in _circles(part_of):
        yield _told(circle, "these roles are part of one another", "let the widest be part of none", names)
    for circle in _circles(asked_for(policy)):
        yield _told(circle, "this in the end asks for itself", _advice(circle, policy), names)


def asked_for(policy: Policy) -> _Graph:
    """Which conditions, measures and tiers each of them asks for."""
    within = tiers_within(policy)
    held: list[NamedCondition | Measure | Tier] = [*policy.conditions.values(), *policy.measures.values()]
    held.extend(policy.tiers.values())
    return {one.name: sorted(set(_mentioned(one, within))) for one in held}


def tiers_within(policy: Policy) -> dict[str, set[str]]:
    """Each tier with those that continue it: to be in one of them is to be in it."""
    within: dict[str, set[str]] = {name: {name} for name in policy.tiers}
    for name, tier in policy.tiers.items():
        above = tier.continues
        while above is not None and name not in within.get(above, {name}):
            within[above].add(name)
            above = policy.tiers[above].continues
    return within


def _mentioned(declaration: object, within: Mapping[str, set[str]]) -> Iterator[str]:
    for node in walk(declaration):
        match node:
            case ConditionRef(name=name) | MeasureValue(name=name):
                yield name
            case InTier(name=name, only=True):
                yield name
            case InTier(name=name):
                yield from within.get(name, {name})
            case _:
                pass


def _circles(graph: _Graph) -> Iterator[tuple[str, ...]]:
    """Each circle of a graph that a depth-first search meets, from the name at which it closes."""
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            path.append(start)
            stack.append((start, iter(graph[start])))
        while stack:
            _, following = stack[-1]
            name = next(following, None)
            if name is None:
                done.add(path.pop())
                stack.pop()
            elif name in path:
                yield (*path[path.index(name) :], name)
            elif name not in done and name in graph:
                path.append(name)
                stack.append((name, iter(graph[name])))


def _told(circle: Sequence[str], what: str, advice: str, names: Names) -> Diagnostic:
    places = [names.placed[name].span for name in circle[:-1]]
    return Diagnostic(
        code="E0501",
        message=f"{what}: {' → '.join(f'`{name}`' for name in circle)}",
        span=places[0],
        labels=tuple(Label(place) for place in places[1:]),
        help=advice,
    )


def _advice(circle: Sequence[str], policy: Policy) -> str:
    if any(name in policy.tiers for name in circle):
        return "`in tier` also holds for the tiers that continue it; perhaps `only in tier` is meant"
    return "in the end each must rest on marks, events or facts"
