"""What a parent is never shown, as one table: read by the parent's view, by its test and by the manual.

A parent sees their child's register, what is asked of them or done with them, and whether a question about
a penalty notice is open. Everything else stays out unless a line here lets it in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fingerpost.decision import Decision, Recommendation
from fingerpost.reasons import Measured, Reason
from fingerpost.render.items import is_about_safety, rule_of
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compare,
    Condition,
    ConditionRef,
    FactValue,
    ForParents,
    Happened,
    Is,
    IsKnown,
    Not,
    Value,
)
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that is left out, why, and by what it is recognised."""

    what: str
    why: str
    how: str


TABLE = (
    Withheld(
        "the other parent's notices, improvement periods and what was decided about them",
        "parents may live apart, and each notice is a matter of one person",
        "every measure, event, fact and step `for each parent`, but for the reader's own",
    ),
    Withheld(
        "the other parent's address, and whether they may be contacted",
        "it may put somebody in danger",
        "facts of a parent are never printed",
    ),
    Withheld(
        "brothers and sisters, and other families",
        "they are other children's data",
        "the family and other pupils are never printed; actions of schools among themselves are left out",
    ),
    Withheld(
        "safeguarding concerns and what is done about them",
        "to know of it early may put the child in danger",
        "facts and events marked `sensitive`, and every action that rests on one or is done by one",
    ),
    Withheld(
        "social workers, plans, youth offending teams, health and special needs as recorded",
        "not every parent with a right to the register has a right to these",
        "facts and events marked `sensitive`, and every action that rests on one or is done by one",
    ),
    Withheld(
        "staff notes, and who recorded what",
        "they are written for colleagues",
        "text fields of events, `note`s of rules, and `recorded_by` are never printed",
    ),
    Withheld(
        "judgements in raw words, such as `declined` or `no_action`",
        "what a person judged, a person should explain",
        "facts `judged by` a role and fields of events are never printed, nor the reasons that rest on them",
    ),
    Withheld(
        "what school, authority and services do among themselves",
        "it is theirs to say when and how",
        "only actions of the parent's role, or `with` it, and steps that start a pathway are shown",
    ),
)


def as_markdown() -> str:
    """The table as the manual prints it."""
    rows = (f"| {one.what} | {one.why} | {one.how} |" for one in TABLE)
    return "\n".join(["| never shown | because | recognised by |", "|---|---|---|", *rows]) + "\n"


def may_see(one: Recommendation, policy: Policy, parent_role: str, reader: str | None) -> bool:
    """Whether a recommendation may stand in a parent's view at all; its reason still may not."""
    rule = rule_of(policy, one)
    if rule is None or one.enforcement or one.parent not in (None, reader):
        return False
    if rests_on_sensitive(one, policy) or is_about_safety(policy, one):
        return False
    return parent_role == one.actor or parent_role in one.with_roles


def rests_on_sensitive(one: Recommendation, policy: Policy) -> bool:
    """Whether a sensitive fact or event is among what a rule asks, what makes it done, or what it counted."""
    rule = rule_of(policy, one)
    if rule is None:
        return True
    if any(_is_sensitive_event(clause.selection.name, policy) for clause in rule.done_when):
        return True
    asked = (*rule.when, *rule.unless)
    return any(_condition(condition, policy) for condition in asked) or _counted(one.reason, policy)


def _is_sensitive_event(name: str, policy: Policy) -> bool:
    event = policy.events.get(name)
    return event is not None and event.sensitive


def _condition(condition: Condition, policy: Policy) -> bool:
    match condition:
        case AllOf(conditions=parts) | AnyOf(conditions=parts) | AtLeastOf(conditions=parts):
            return any(_condition(part, policy) for part in parts)
        case Not(condition=inner) | ForParents(condition=inner):
            return _condition(inner, policy)
        case ConditionRef(name=name):
            return _condition(policy.conditions[name].condition, policy)
        case Compare(left=left, right=right):
            return _value(left, policy) or _value(right, policy)
        case Is(value=value) | IsKnown(value=value):
            return _value(value, policy)
        case Happened(selection=selection):
            return not selection.occasion and _is_sensitive_event(selection.name, policy)
        case _:
            return False


def _value(value: Value, policy: Policy) -> bool:
    return isinstance(value, FactValue) and policy.facts[value.name].sensitive


def _counted(reason: Reason, policy: Policy) -> bool:
    for leaf in reason.leaves():
        for measured in (leaf.left, leaf.right):
            if measured is not None and _fact_behind(measured, policy):
                return True
        events = leaf.evidence.events if leaf.evidence is not None else ()
        if any(_is_sensitive_event(event.event, policy) for event in events):
            return True
    return False


def _fact_behind(measured: Measured, policy: Policy) -> bool:
    fact = policy.facts.get(measured.name or "")
    return fact is not None and (fact.sensitive or fact.subject is not Subject.PUPIL)


def visible(
    decision: Decision, policy: Policy, parent_role: str, reader: str | None
) -> Iterator[Recommendation]:
    """The recommendations that a parent may see, in the order of the decision."""
    for one in decision.recommendations:
        if may_see(one, policy, parent_role, reader):
            yield one
