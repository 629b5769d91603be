"""Decisions and reasons as JSON: a public interface, with a schema for each (`fingerpost/schemas/`).

Numbers that decide are exact, so a share is text (`"10/96"`) and so is any other fraction; whole numbers are
numbers. A value is null where it is not exact; `lowest` and `highest` then say what is known of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from fingerpost.decision import Barred, Decision, DecisionRecord, Question, Recommendation, Status, TierState
from fingerpost.history import Mark, slot_date, slot_half
from fingerpost.known import KnownEvent
from fingerpost.reasons import Evidence, Measured, Occurrence, Reason
from fingerpost_dsl.model.declarations import Action, Bar, Pathway, Step, Tier
from fingerpost_dsl.model.expressions import ConditionRef, InTier
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.wording import say_condition

Object = dict[str, Any]


def decisions_json(
    decisions: Iterable[Decision], policy: Policy, on: dt.date, known_on: dt.date | None
) -> str:
    """All decisions of one evaluation, as `evaluate --format json` prints them."""
    return as_text(
        {
            "policy": policy_object(policy),
            "on": on.isoformat(),
            "known_on": _date(known_on),
            "decisions": [decision_object(decision) for decision in decisions],
        }
    )


def as_text(value: Object | list[Any]) -> str:
    """The JSON as it is written: indented, letters as they are, keys in the order of the schema."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def policy_object(policy: Policy) -> Object:
    """Which policy."""
    return {"id": policy.header.id.id, "version": policy.header.id.version, "digest": policy.digest}


def decision_object(decision: Decision, *, record: bool = True, lifts: bool = False) -> Object:
    """One decision. Without its record this is what the record's digest of the result is made from.

    `lifts` says when bars lift, which only an explanation has looked for: a key that is always null would
    read as never.
    """
    held = [r for r in decision.recommendations if r.status is not Status.BARRED]
    result: Object = {
        "subject": decision.subject.value,
        "id": decision.id,
        "within": decision.within or None,
        "school": decision.school,
        "year_group": decision.year_group,
        "tiers": [
            {"name": tier.name, "state": tier.state.value, "since": _date(tier.since)}
            for tier in decision.tiers
            if tier.state is not TierState.NOT
        ],
        "measures": _measures(decision.measures),
        "parents": {
            parent: {"measures": _measures(measures)} for parent, measures in decision.parents.items()
        },
        "recommendations": [recommendation_object(one) for one in held],
        "barred": [
            {**recommendation_object(one), "barred_by": [_barred(bar, lifts=lifts) for bar in one.barred_by]}
            for one in decision.barred
        ],
        "not_known": [question_object(question) for question in decision.not_known],
        "remarks": [{"code": remark.code, "text": remark.text} for remark in decision.remarks],
    }
    if record:
        result["record"] = record_object(decision.record)
    return result


def recommendation_object(one: Recommendation) -> Object:
    """One action or step."""
    return {
        "name": one.name,
        "kind": one.kind,
        "title": one.title,
        "pathway": one.pathway,
        "applies": one.applies.value,
        "parent": one.parent,
        "occasion": None if one.occasion is None else occasion_object(one.occasion),
        "actor": one.actor,
        "usually_by": one.usually_by,
        "with": list(one.with_roles),
        "jointly_with": list(one.jointly_with),
        "modality": one.modality.value,
        "weight": one.weight.value,
        "text": one.text,
        "status": one.status.value,
        "provisional": one.provisional,
        "triggered": _date(one.triggered),
        "triggered_from": _date(one.triggered_from),
        "due": _date(one.due),
        "due_unknown": None if one.due_unknown is None else one.due_unknown.value,
        "periods_missed": one.overdue_count,
        "done_on": _date(one.done_on),
        "deadline_weight": None if one.deadline_weight is None else one.deadline_weight.value,
        "for_decision": one.enforcement,
        "cites": list(one.cites),
        "notes": list(one.notes),
    }


def _barred(bar: Barred, *, lifts: bool) -> Object:
    return {
        "bar": bar.bar,
        "title": bar.title,
        "holds": bar.truth.value,
        **({"lifts": _date(bar.lifts)} if lifts else {}),
        "cites": list(bar.cites),
    }


def question_object(question: Question) -> Object:
    """One thing to find out."""
    return {
        "kind": question.kind,
        "name": question.name,
        "text": question.text,
        "subject": question.subject.value,
        "whose": question.whose,
        "ask": list(question.ask),
        "settles": list(question.settles),
    }


def record_object(record: DecisionRecord) -> Object:
    """What `fingerpost replay` needs."""
    return {
        "policy": record.policy,
        "version": record.version,
        "policy_digest": record.policy_digest,
        "named_outright": record.named_outright,
        "history_digest": record.history_digest,
        "engine": record.engine,
        "on": record.on.isoformat(),
        "known_on": _date(record.known_on),
        "subject": record.subject,
        "id": record.id,
        "within": record.within or None,
        "result_digest": record.result_digest,
    }


# --- values -------------------------------------------------------------------------------------------------


def _date(date: dt.date | None) -> str | None:
    return None if date is None else date.isoformat()


def _measures(measures: Mapping[str, Measured]) -> Object:
    return {name: measured_object(measured) for name, measured in measures.items()}


def measured_object(measured: Measured) -> Object:
    """A value, its unit and its bounds; `state` where it is not exact."""
    lowest, highest = number(measured.lowest, measured.unit), number(measured.highest, measured.unit)
    if measured.exact and measured.parts is not None:
        lowest = highest = f"{measured.parts[0]}/{measured.parts[1]}"
    result: Object = {
        "value": _plain(measured.plain) if measured.plain is not None else lowest if measured.exact else None,
        "unit": _unit(measured),
        "lowest": lowest,
        "highest": highest,
    }
    if not measured.applicable:
        result["state"] = "not applicable"
    elif not measured.exact:
        known = measured.lowest is not None or measured.highest is not None
        result["state"] = "between" if known else "not known"
    if measured.cause is not None:
        result["cause"] = measured.cause.value
    if measured.as_reported:
        result["as_reported"] = True
    return result


def _unit(measured: Measured) -> str | None:
    if isinstance(measured.plain, dt.date):
        return "date"
    return None if measured.unit is None else measured.unit.value


def number(value: Fraction | None, unit: Unit | None) -> int | str | None:
    """An exact number: a share and whatever is not whole as a fraction in text.

    >>> number(Fraction(10, 96), Unit.SHARE), number(Fraction(10), Unit.SESSION)
    ('5/48', 10)
    """
    if value is None:
        return None
    if value.denominator == 1 and unit is not Unit.SHARE:
        return value.numerator
    return f"{value.numerator}/{value.denominator}"


def _plain(value: dt.date | str | bool) -> str | bool:
    return value.isoformat() if isinstance(value, dt.date) else value


def occasion_object(occasion: Occurrence) -> Object:
    """An occasion by its first and last session."""
    return {
        "name": occasion.occasion,
        "first": session_object(occasion.first_slot),
        "last": session_object(occasion.last_slot),
        "length": occasion.length,
        "unit": occasion.unit.value,
        "certain": occasion.certain,
    }


def session_object(slot: int) -> Object:
    """A session by date and half of the day."""
    return {"date": slot_date(slot).isoformat(), "session": slot_half(slot).value}


# --- reasons ------------------------------------------------------------------------------------------------


def reason_object(reason: Reason, policy: Policy) -> Object:
    """A reason as a tree.

    What each node says, whether it holds, what was measured and counted, and where it stands.
    """
    result: Object = {
        "kind": type(reason.clause).__name__,
        "name": _clause_name(reason),
        "says": _says(reason, policy),
        "truth": reason.truth.value,
        "role": reason.role,
        "label": reason.label,
        "not_applicable": reason.not_applicable,
        "negated": reason.negated,
        "cause": None if reason.cause is None else reason.cause.value,
        "place": str(reason.clause.span),
    }
    if reason.left is not None:
        result["left"] = measured_object(reason.left)
    if reason.right is not None:
        result["right"] = {**measured_object(reason.right), "name": reason.right.name}
    evidence = reason.evidence or (reason.left.evidence if reason.left is not None else None)
    if evidence is not None:
        result["evidence"] = evidence_object(evidence)
    result["children"] = [reason_object(child, policy) for child in reason.children]
    return result


def _clause_name(reason: Reason) -> str | None:
    match reason.clause:
        case Tier() | Action() | Step() | Bar() | Pathway() | ConditionRef() | InTier():
            return reason.clause.name
        case _:
            return None


def _says(reason: Reason, policy: Policy) -> str:
    match reason.clause:
        case Tier() | Action() | Step() | Bar() | Pathway():
            return reason.clause.title
        case _:
            return say_condition(reason.clause, policy)


def evidence_object(evidence: Evidence) -> Object:
    """What was counted, in which stretch of time."""
    return {
        "first": _date(evidence.first),
        "last": _date(evidence.last),
        "marks": [mark_object(mark) for mark in evidence.marks],
        "missing": [session_object(slot) for slot in evidence.missing],
        "relied_on": [mark_object(mark) for mark in evidence.relied_on],
        "events": [event_object(event) for event in evidence.events],
        "occasions": [occasion_object(occasion) for occasion in evidence.occasions],
    }


def mark_object(mark: Mark) -> Object:
    """One mark."""
    return {**session_object(mark.slot), "code": mark.code}


def event_object(event: KnownEvent) -> Object:
    """One event, with every value that its fields have had."""
    return {
        "event": event.event,
        "date": event.date.isoformat(),
        "until": _date(event.until),
        "parent": event.parent,
        "fields": {
            name: [
                {"value": plain_value(value), "from": None if first == dt.date.min else first.isoformat()}
                for first, value in values
            ]
            for name, values in event.fields.items()
        },
        "marks": [session_object(slot) for slot in event.relies_on],
    }


def plain_value(value: object) -> bool | int | str | None:
    """A held value as JSON has it: dates and fractions as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)
