"""All that is looked for."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import Names
from fingerpost_dsl.sense.circles import circles
from fingerpost_dsl.sense.deadlines import deadlines
from fingerpost_dsl.sense.enforcement import enforcement
from fingerpost_dsl.sense.extent import extents
from fingerpost_dsl.sense.facts_only import facts_only
from fingerpost_dsl.sense.impossible import impossible
from fingerpost_dsl.sense.nothing import nothing
from fingerpost_dsl.sense.numbers import numbers
from fingerpost_dsl.sense.pathways import pathways
from fingerpost_dsl.sense.repeated import repeated
from fingerpost_dsl.sense.rules_to_fine import rules_to_fine
from fingerpost_dsl.sense.so_many import so_many
from fingerpost_dsl.sense.told_apart import told_apart
from fingerpost_dsl.sense.unused import unused


def sense(policy: Policy, names: Names, *, complete: bool) -> Iterator[Diagnostic]:
    """Everything that makes no sense.

    Where the policy is not `complete`, because something in it has an error, only what can be told all the
    same.
    """
    circular = list(circles(policy, names))
    too_large = [] if circular else list(extents(policy, names))
    yield from (*circular, *too_large)
    if too_large:
        return
    yield from facts_only(policy)
    if not complete or circular:
        return
    yield from pathways(policy, names)
    yield from told_apart(policy, names)
    yield from enforcement(policy, names)
    yield from rules_to_fine(policy, names)
    yield from deadlines(policy)
    yield from nothing(policy)
    yield from so_many(policy, names)
    yield from impossible(policy)
    yield from numbers(policy, names)
    yield from unused(names)
    yield from repeated(policy, names)
