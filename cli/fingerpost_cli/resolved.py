"""A policy as it stands after all layers: each declaration with the layer and the line that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fingerpost_dsl.model import declarations as d
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.source import Span
from fingerpost_dsl.wording import say_threshold

Declaration = (
    d.Source
    | d.Passage
    | d.Role
    | d.CodeSet
    | d.Occasion
    | d.Fact
    | d.Event
    | d.Threshold
    | d.Measure
    | d.NamedCondition
    | d.Tier
    | d.Cohort
    | d.Rule
    | d.Pathway
    | d.Bar
)


def resolved_text(policy: Policy) -> str:
    """Every declaration in the order of the files, its origin in a comment before it."""
    lines = [f"-- {policy.header.id}, resolved"]
    for name, declared in _declarations(policy):
        span: Span = declared.span
        origin = policy.origins.get(name, policy.header.id)
        lines += ["", f"-- {origin} · {span}", span.text.rstrip()]
        if isinstance(declared, d.Threshold) and declared.because:
            lines.append(f"--   now {say_threshold(name, policy)}: {declared.because}")
    return "\n".join(lines) + "\n"


def _declarations(policy: Policy) -> Iterator[tuple[str, Declaration]]:
    mappings: tuple[Mapping[str, Declaration], ...] = (
        policy.sources,
        policy.passages,
        policy.roles,
        policy.code_sets,
        policy.occasions,
        policy.facts,
        policy.events,
        policy.thresholds,
        policy.measures,
        policy.conditions,
        policy.tiers,
        policy.cohorts,
        policy.actions,
        policy.pathways,
        policy.steps,
        policy.bars,
    )
    for mapping in mappings:
        yield from mapping.items()
