"""Explanations as JSON: decisions with the reason of each recommendation, and what does not apply."""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost.changes import Change, EventsRecorded, FactsRecorded, MoreSessions
from fingerpost.explain import Explanation, Leaving, WhyNot
from fingerpost.render.json_form import (
    Object,
    as_text,
    decision_object,
    mark_object,
    plain_value,
    policy_object,
    reason_object,
)
from fingerpost_dsl.model.policy import Policy


def explanations_json(found: Sequence[Explanation], policy: Policy) -> str:
    """All of them, with the policy once."""
    first = found[0].decision if found else None
    return as_text(
        {
            "policy": policy_object(policy),
            "on": first.on.isoformat() if first else None,
            "known_on": first.known_on.isoformat() if first and first.known_on else None,
            "explanations": [explanation_object(one, policy) for one in found],
        }
    )


def explanation_object(explanation: Explanation, policy: Policy) -> Object:
    """One explanation: the decision, then its reasons in the order of its recommendations."""
    decision = explanation.decision
    return {
        "decision": decision_object(decision, lifts=True),
        "tiers": [
            {"name": tier.name, "reason": reason_object(tier.reason, policy)} for tier in decision.tiers
        ],
        "reasons": [
            {
                "name": one.name,
                "parent": one.parent,
                "status": one.status.value,
                "reason": reason_object(one.reason, policy),
                "bars": [
                    {"bar": bar.bar, "reason": reason_object(bar.reason, policy)} for bar in one.barred_by
                ],
            }
            for one in decision.recommendations
        ],
        "endings": [
            {
                "name": ending.rule,
                "parent": ending.parent,
                "date": ending.date.isoformat() if ending.date else None,
                "leaving": [_leaving(one) for one in ending.leaving],
            }
            for ending in explanation.endings
        ],
        "not_now": [_why_not(one, policy) for one in explanation.not_now],
    }


def _why_not(one: WhyNot, policy: Policy) -> Object:
    return {
        "name": one.rule,
        "kind": one.kind,
        "parent": one.parent,
        "applies": one.truth.value,
        "reason": reason_object(one.reason, policy),
        "barred_by": [
            {"bar": bar.bar, "lifts": bar.lifts.isoformat() if bar.lifts else None} for bar in one.barred_by
        ],
        "changes": [_change(change) for change in one.changes],
        "leaving": [_leaving(leaving) for leaving in one.leaving],
    }


def _leaving(leaving: Leaving) -> Object:
    return {
        "date": leaving.date.isoformat(),
        "marks": [mark_object(mark) for mark in leaving.marks],
        "left": leaving.left,
    }


def _change(change: Change) -> Object:
    match change:
        case MoreSessions(number=number, marks=marks, code=code, from_date=first, until=until):
            return {
                "kind": "sessions",
                "number": number,
                "marks": marks,
                "code": code,
                "from": first.isoformat(),
                "until": until.isoformat() if until else None,
            }
        case FactsRecorded(facts=facts):
            recorded = [
                {"fact": name, "value": plain_value(value), "parent": whose} for name, value, whose in facts
            ]
            return {"kind": "facts", "facts": recorded}
        case EventsRecorded(events=events):
            return {
                "kind": "events",
                "events": [
                    {
                        "event": name,
                        "fields": {field: plain_value(value) for field, value in fields},
                        "parent": whose,
                    }
                    for name, fields, whose in events
                ],
            }
