"""No rule to fine: what a local policy adds to enforcement is decided by a person, case by case.

An action or step enforces if it belongs to a pathway marked `enforcement`, if it is recorded by an event that
records a step of one in the policy below, if its text names an amount of money, or if it speaks of issuing a
notice to fine or of prosecuting. Such a rule must rest on a fact that somebody judges in the case: whatever
follows from counts alone, or from a step recorded before it alone, is a rule to fine, whoever reads it. What
asks a person to consider is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.declarations import Modality, Rule, Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.names import Names
from fingerpost_dsl.sense.enforcement import CONSIDERS, judged

_FINES = re.compile(
    r"\b(fine|fines|fined|prosecut\w+)\b"
    r"|\b(issue|issues|issued|send|serve|ask for|request|apply for)\b[^.;]*\bpenalty\s+notices?\b",
    re.IGNORECASE,
)
_NOT = frozenset({Modality.MUST_NOT, Modality.SHOULD_NOT})
_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def rules_to_fine(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Every rule that a layer above the lowest adds, or has changed, and that fines without a judgement."""
    if len(policy.layers) < 2:
        return
    lowest = policy.layers[0].id
    recorded = _enforcing_events(policy, lowest.id)
    for rule in policy.rules():
        if policy.set_by(rule.name) == lowest or rule.modality in _NOT:
            continue
        if CONSIDERS.search(rule.text) and not _records(rule, recorded):
            continue
        if policy.origins[rule.name] == lowest and _in_enforcement(rule, policy):
            continue  # only further conditions can have been laid on it
        why = _why(rule, policy, recorded)
        if why and not _is_judged(rule, policy):
            yield _told(rule, why, names)


def _enforcing_events(policy: Policy, lowest: str) -> frozenset[str]:
    """The kinds of event that record a step of enforcement of the policy below, but for `consider`."""
    return frozenset(
        done.selection.name
        for step in policy.steps.values()
        if _in_enforcement(step, policy)
        and policy.origins[step.name].id == lowest
        and not CONSIDERS.search(step.text)
        for done in step.done_when
    )


def _records(rule: Rule, events: frozenset[str]) -> str:
    """Which of these events records a rule; empty if none does."""
    return next((done.selection.name for done in rule.done_when if done.selection.name in events), "")


def _in_enforcement(rule: Rule, policy: Policy) -> bool:
    return (
        isinstance(rule, Step)
        and rule.pathway in policy.pathways
        and policy.pathways[rule.pathway].enforcement
    )


def _why(rule: Rule, policy: Policy, recorded: frozenset[str]) -> str:
    """What makes a rule one of enforcement; empty if nothing does."""
    if _in_enforcement(rule, policy):
        return "it belongs to a pathway of enforcement"
    event = _records(rule, recorded)
    if event:
        return f"`{event}` records a step of enforcement"
    for name in _PLACEHOLDER.findall(rule.text):
        threshold = policy.thresholds.get(name)
        if threshold is not None and threshold.unit is Unit.MONEY:
            return f"it names an amount of money, `{name}`"
    return "it speaks of a fine or of prosecution" if _FINES.search(rule.text) or "£" in rule.text else ""


def _is_judged(rule: Rule, policy: Policy) -> bool:
    """Whether the rule can apply only where somebody has judged a fact, on every way into it."""
    if any(judged(condition, policy) for condition in rule.when):
        return True
    if not isinstance(rule, Step):
        return False
    pathway = policy.pathways.get(rule.pathway)
    if pathway is not None and any(judged(condition, policy) for condition in pathway.when):
        return True
    ways = [after.condition is not None and judged(after.condition, policy) for after in rule.after]
    return bool(ways) and all(ways) and not rule.starts_here


def _told(rule: Rule, why: str, names: Names) -> Diagnostic:
    return Diagnostic(
        code="E0421",
        message=f"`{rule.name}` would be a rule to fine",
        span=names.placed[rule.name].span,
        note=why,
        help="ask for a fact that somebody judges in each case: `when support_appropriate is no`; "
        "or let it ask a person to consider",
    )
