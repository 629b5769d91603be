"""Who is asked for what: every action and step of a policy as a row, by role, tier, modality and weight.

Data for tables and pictures. `responsibilities(policy)` is in the order in which the policy declares them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fingerpost.conditions import continues
from fingerpost.rules import pathway_of
from fingerpost.weights import weight_of
from fingerpost_dsl.model.declarations import Action, Modality, Step, Subject, Weight
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.source import Span
from fingerpost_dsl.wording import fill_text
from fingerpost_dsl.wording.rules import say_times


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """One thing that one role must, should or may do, or must or should not."""

    name: str
    title: str
    kind: str
    """"action" or "step"."""
    role: str
    modality: Modality
    weight: Weight
    text: str
    subject: Subject
    """For whom it is asked: each pupil, parent, family, cohort, school or authority."""
    tier: str | None
    """The tier from which on it is asked; None for what no tier restricts."""
    tiers: tuple[str, ...]
    """That tier, and unless it is `only` for it, those that continue it."""
    pathway: str | None
    usually_by: str | None
    with_roles: tuple[str, ...]
    jointly_with: tuple[str, ...]
    times: tuple[str, ...]
    """When, in words: `within 10 school days`, `every term`."""
    cites: tuple[str, ...]
    ours: str | None
    notes: tuple[str, ...]
    span: Span = field(compare=False, repr=False)


def responsibilities(policy: Policy) -> tuple[Responsibility, ...]:
    """Every action and step, in order."""
    return tuple(_responsibility(rule, policy) for rule in policy.rules())


def _responsibility(rule: Action | Step, policy: Policy) -> Responsibility:
    pathway = pathway_of(rule, policy)
    asked = rule.tier or (pathway.tier if pathway else None)
    tiers: tuple[str, ...] = ()
    if asked is not None:
        deeper = (tier.name for tier in policy.tiers.values() if continues(tier, asked.name, policy))
        tiers = (asked.name,) if asked.only else (asked.name, *deeper)
    return Responsibility(
        name=rule.name,
        title=rule.title,
        kind="step" if isinstance(rule, Step) else "action",
        role=rule.actor,
        modality=rule.modality,
        weight=weight_of(rule.cites, policy),
        text=fill_text(rule.text, policy),
        subject=pathway.subject if pathway else rule.subject,
        tier=asked.name if asked else None,
        tiers=tiers,
        pathway=pathway.name if pathway else None,
        usually_by=rule.usually_by,
        with_roles=rule.with_roles,
        jointly_with=rule.jointly_with,
        times=say_times(rule, policy),
        cites=rule.cites,
        ours=rule.ours,
        notes=rule.notes,
        span=rule.span,
    )
