"""Every small change of what a policy declares itself, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from fingerpost.mutation.clauses import clause_variants
from fingerpost.mutation.reach import Declared, dependants, everything
from fingerpost.mutation.variants import variants
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.source import Span

_SORTS = {
    "occasions": "occasion",
    "thresholds": "threshold",
    "measures": "measure",
    "conditions": "condition",
    "tiers": "tier",
    "cohorts": "cohort",
    "pathways": "pathway",
    "actions": "action",
    "steps": "step",
    "bars": "bar",
}
"""Where a policy keeps each sort of declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A policy with one thing changed: what, where, and what it says before and after.

    `after` is empty where something was left out.
    """

    declaration: str
    """The name of what was changed."""
    sort: str
    """Its keyword: "action"."""
    kind: str
    """What of it: "comparison", "modality", "left out" …"""
    before: str
    after: str
    changed: Declared = field(repr=False)
    kept_in: str = field(repr=False)
    span: Span = field(compare=False, repr=False)

    def applied(self, policy: Policy) -> Policy:
        """The policy with the change."""
        declared = {**getattr(policy, self.kept_in), self.declaration: self.changed}
        changes: Mapping[str, Any] = {self.kept_in: declared}
        return replace(policy, **changes)


def mutants(policy: Policy, *, only: str | None = None) -> tuple[Mutant, ...]:
    """All changes of what the policy declares or changes itself, in order of file and line.

    `only` those of one declaration, or of one file: `15-cohorts`.

    What it takes over from the policy that it extends is for that one's own tests. A threshold on which no
    rule rests (it says how long an event may last, which only a remark speaks of) changes nothing.
    """
    resting = dependants(policy)
    found: dict[Mutant, None] = {}
    for kept_in, sort in _SORTS.items():
        for name, declared in getattr(policy, kept_in).items():
            idle = sort == "threshold" and not resting[name]
            if _is_meant(only, name, declared.span) and policy.set_by(name) == policy.header.id and not idle:
                for mutant in _of_one(declared, sort, kept_in, policy):
                    found.setdefault(mutant)
    return tuple(sorted(found, key=lambda one: (one.span.file, one.span.start)))


def nameable(policy: Policy) -> frozenset[str]:
    """What `only` may name: the declarations, and the files in which something is changed."""
    files = {PurePath(declared.span.file).stem for _, declared in everything(policy)}
    return frozenset(policy.origins) | files


def _is_meant(only: str | None, name: str, span: Span) -> bool:
    file = PurePath(span.file)
    return only in (None, name, file.name, file.stem)


def _of_one(declared: Declared, sort: str, kept_in: str, policy: Policy) -> Iterator[Mutant]:
    changed = [one.span for one in policy.changes if one.name == declared.name and not one.removed]
    for one in (*clause_variants(declared, policy), *variants(declared, policy)):
        whole = one.span == declared.span
        yield Mutant(
            declaration=declared.name,
            sort=sort,
            kind=one.kind,
            before=one.before or one.span.text,
            after=one.after,
            changed=one.node,  # type: ignore[arg-type]  # a variant of a declaration is one
            kept_in=kept_in,
            span=changed[-1] if whole and changed else one.span,
        )
