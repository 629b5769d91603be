"""The declarations of a policy one by one, what each refers to, and a policy with one of them replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from fingerpost_dsl.digest import canonical_form
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
    Rule,
    Source,
    Step,
    Threshold,
    Tier,
)
from fingerpost_dsl.model.expressions import (
    ConditionRef,
    FactValue,
    InTier,
    MarkSet,
    MeasureValue,
    Selection,
    ThresholdValue,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.source import Span

Declared = (
    Source
    | Passage
    | Role
    | Code
    | CodeSet
    | Occasion
    | Fact
    | Event
    | Threshold
    | Measure
    | NamedCondition
    | Tier
    | Cohort
    | Action
    | Pathway
    | Step
    | Bar
)

MAPPINGS = {
    "source": "sources",
    "passage": "passages",
    "role": "roles",
    "codes": "code_sets",
    "occasion": "occasions",
    "fact": "facts",
    "event": "events",
    "threshold": "thresholds",
    "measure": "measures",
    "condition": "conditions",
    "tier": "tiers",
    "cohort": "cohorts",
    "action": "actions",
    "pathway": "pathways",
    "step": "steps",
    "bar": "bars",
}
"""The field of a policy for each keyword; codes apart, which have no names and may stand more than once."""

KINDS = (*list(MAPPINGS)[:3], "code", *list(MAPPINGS)[3:])
"""The keywords of declarations, in the order in which a policy is read."""

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def declared(policy: Policy, kind: str) -> Mapping[str, Declared]:
    """The declarations of a kind by name; a code by its letters and, if it has one, its first day."""
    if kind == "code":
        return {_code_name(code): code for code in policy.codes}
    found: Mapping[str, Declared] = getattr(policy, MAPPINGS[kind])
    return found


def _code_name(code: Code) -> str:
    return code.code if code.valid_from is None else f"{code.code} from {code.valid_from.isoformat()}"


def with_one(policy: Policy, other: Policy, kind: str, name: str, one: Declared) -> Policy:
    """The policy with one declaration in place of its own; what that names and this lacks is the other's."""
    changed: dict[str, Any] = {
        field: {**getattr(other, field), **getattr(policy, field)} for field in MAPPINGS.values()
    }
    if kind == "code":
        changed["codes"] = tuple(one if _code_name(code) == name else code for code in policy.codes)
    else:
        changed[MAPPINGS[kind]][name] = one
    return replace(policy, **changed)


# --- what is meant ------------------------------------------------------------------------------------------


def meaning(node: object, policy: Policy) -> str:
    """What a part of a declaration means, with every name left as a name: equal where nothing was changed.

    In the model a declared set of codes stands written out wherever it is used; here it is its name, so that
    a change of the set is one difference and not one at every use.
    """
    return json.dumps(canonical_form(_by_name(node, policy)), sort_keys=True, ensure_ascii=False)


def _by_name(node: object, policy: Policy) -> object:
    match node:
        case MarkSet(name=name) if name in policy.code_sets:
            return MarkSet(name=name)
        case tuple():
            return tuple(_by_name(one, policy) for one in node)
        case _ if is_dataclass(node) and not isinstance(node, Span | type):
            parts: dict[str, Any] = {
                field.name: _by_name(getattr(node, field.name), policy)
                for field in fields(node)
                if field.compare and field.init
            }
            return replace(node, **parts)
        case _:
            return node


# --- who refers to what -------------------------------------------------------------------------------------


@cache
def named_in(one: Declared) -> frozenset[str]:
    """The names that a declaration refers to, of whichever kind."""
    return frozenset(_named_in(one))


def _named_in(one: Declared) -> Iterator[str]:
    for node in walk(one):
        match node:
            case ThresholdValue(name=name) | MeasureValue(name=name) | FactValue(name=name):
                yield name
            case ConditionRef(name=name) | InTier(name=name) | Selection(name=name) | MarkSet(name=name):
                yield name
            case _:
                pass
    match one:
        case Passage(source=source):
            yield source
        case Role(part_of=str() as whole):
            yield whole
        case Tier(continues=str() as below):
            yield below
        case Fact(judged_by=roles):
            yield from roles
        case Rule():
            yield from _named_in_rule(one)
        case _:
            pass
    yield from getattr(one, "cites", ())


def _named_in_rule(rule: Rule) -> Iterator[str]:
    yield from (rule.actor, *rule.with_roles, *rule.jointly_with)
    yield from (name for name in (rule.usually_by, rule.occasion) if name is not None)
    yield from said_in(rule)
    if isinstance(rule, Step):
        yield rule.pathway


def said_in(rule: Rule) -> frozenset[str]:
    """The thresholds that a rule's text prints: `{early_payment}`."""
    return frozenset(_PLACEHOLDER.findall(rule.text))


def uses(policy: Policy) -> dict[str, frozenset[str]]:
    """For each name, the names whose meaning hangs on it, at first hand.

    What a bar stops hangs on the bar, and a tier on those that continue it, since they count as in it.
    """
    found: dict[str, set[str]] = {}
    for kind in MAPPINGS:
        for name, one in declared(policy, kind).items():
            for used in named_in(one):
                found.setdefault(used, set()).add(name)
    for bar in policy.bars.values():
        found.setdefault(bar.name, set()).update(bar.stops)
    for tier in policy.tiers.values():
        if tier.continues is not None:
            found.setdefault(tier.name, set()).add(tier.continues)
    return {name: frozenset(users) for name, users in found.items()}


def reached_from(name: str, users: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All that hangs on a name, at whatever remove, itself included."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(users.get(one, ()))
    return frozenset(seen)
