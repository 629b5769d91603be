"""A whole policy: its header and its declarations by name, after names, types and layers are settled.

A `Policy` is what every tool reads. Mappings keep the order in which the declarations stand in the files;
`origins` says for each declaration which layer (`england.attendance 2024.08`, `devon.attendance 2025.1`) it
comes from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fingerpost_dsl.model.declarations import (
    Action,
    Bar,
    Code,
    CodeSet,
    Cohort,
    Event,
    Fact,
    Measure,
    NamedCondition,
    Occasion,
    Passage,
    Pathway,
    Role,
    Source,
    Step,
    Threshold,
    Tier,
)
from fingerpost_dsl.model.tests import PolicyTest
from fingerpost_dsl.source import Span

Asking = Measure | NamedCondition | Tier | Cohort | Pathway | Action | Step | Bar
"""A declaration in which values, conditions and windows may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyId:
    """`england.attendance 2024.08`."""

    id: str
    version: str

    def __str__(self) -> str:
        return f"{self.id} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`policy england.attendance "…" version 2024.08 … in force from 19 August 2024 by department`."""

    id: PolicyId
    title: str
    language: int = 1
    status: str | None = None
    in_force_from: dt.date
    in_force_until: dt.date | None = None
    extends: PolicyId | None = None
    supersedes: str | None = None
    by: str | None = None
    binds: tuple[str, ...] = ()
    """Roles that the author may bind beside those that are part of it."""
    last_checked: dt.date | None = None
    span: Span = field(compare=False, repr=False)


class Effect(StrEnum):
    """What a change does: less is asked or of fewer, more is asked or of more, or something else."""

    WEAKER = "weaker"
    STRONGER = "stronger"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a layer did to a declaration below it: `change threshold at_risk_from to 4% because "…"`.

    A declaration may be changed by several layers, each in its turn.
    """

    by: PolicyId
    kind: str
    """The declaration's keyword: "threshold", "action" …"""
    name: str
    removed: bool
    because: str
    clauses: tuple[str, ...] = ()
    """Which clauses it replaced: "value", "when", "within" …; "bar" if a bar was laid on it."""
    effect: Effect = Effect.OTHER
    """Weaker, stronger or other, as meaning 29 tells them apart."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of one policy, whole: layers merged, names resolved, units checked."""

    header: Header
    layers: tuple[Header, ...]
    """This policy's header last, what it extends before it."""
    sources: Mapping[str, Source]
    passages: Mapping[str, Passage]
    roles: Mapping[str, Role]
    codes: tuple[Code, ...]
    """Every edition's codes; a code may stand more than once with periods that do not overlap."""
    code_sets: Mapping[str, CodeSet]
    occasions: Mapping[str, Occasion]
    facts: Mapping[str, Fact]
    events: Mapping[str, Event]
    thresholds: Mapping[str, Threshold]
    measures: Mapping[str, Measure]
    conditions: Mapping[str, NamedCondition]
    tiers: Mapping[str, Tier]
    cohorts: Mapping[str, Cohort]
    actions: Mapping[str, Action]
    pathways: Mapping[str, Pathway]
    steps: Mapping[str, Step]
    bars: Mapping[str, Bar]
    tests: tuple[PolicyTest, ...] = field(compare=False)
    origins: Mapping[str, PolicyId] = field(compare=False)
    changes: tuple[Change, ...] = field(default=(), compare=False)
    """All that layers changed or removed, lowest layer first."""
    digest: str = field(compare=False)
    """SHA-256 (hexadecimal) of the meaning: the same for the same policy, however it is laid out or spelt."""

    def changes_of(self, name: str) -> tuple[Change, ...]:
        """What layers did to a declaration, the lowest layer first."""
        return tuple(change for change in self.changes if change.name == name)

    def set_by(self, name: str) -> PolicyId:
        """Who last had a say in a declaration: the layer that changed it, else the one it comes from."""
        changed = [change.by for change in self.changes if change.name == name and not change.removed]
        return changed[-1] if changed else self.origins.get(name, self.header.id)

    def rules(self) -> Iterator[Action | Step]:
        """Actions, then steps, in the order in which they are declared."""
        yield from self.actions.values()
        yield from self.steps.values()

    def asking(self) -> tuple[Asking, ...]:
        """All declarations in which values, conditions and windows may stand."""
        return (
            *self.measures.values(),
            *self.conditions.values(),
            *self.tiers.values(),
            *self.cohorts.values(),
            *self.pathways.values(),
            *self.actions.values(),
            *self.steps.values(),
            *self.bars.values(),
        )
