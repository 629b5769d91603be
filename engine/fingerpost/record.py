"""Decision records: what lets anyone prove a decision again (policy, history, dates, engine, result).

A record holds digests, versions and dates, and no name. `replay` evaluates again and says what differs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fingerpost.decision import Decision, DecisionRecord, Recommendation
from fingerpost.history import History
from fingerpost.reasons import Measured, Reason
from fingerpost.version import ENGINE
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

if TYPE_CHECKING:
    from fingerpost.evaluate import Session


def make_record(decision: Decision, policy: Policy, history: History, named_outright: bool) -> Decision:
    """The decision with its record."""
    record = DecisionRecord(
        policy=decision.policy,
        version=decision.version,
        policy_digest=policy.digest,
        named_outright=named_outright,
        history_digest=history.digest,
        engine=ENGINE,
        on=decision.on,
        known_on=decision.known_on,
        subject=decision.subject.value,
        id=decision.id,
        within=decision.within,
        result_digest=result_digest(decision),
    )
    return replace(decision, record=record)


def no_record(on: dt.date) -> DecisionRecord:
    """What stands in a decision until its record is made."""
    return DecisionRecord(
        policy="",
        version="",
        policy_digest="",
        named_outright=False,
        history_digest="",
        engine=ENGINE,
        on=on,
        known_on=None,
        subject=Subject.PUPIL.value,
        id="",
        within="",
        result_digest="",
    )


def result_digest(decision: Decision) -> str:
    """SHA-256 of all that a decision says, its reasons included: hexadecimal."""
    content = {
        "subject": [decision.subject.value, decision.id, *([decision.within] if decision.within else [])],
        "tiers": [[tier.name, tier.state.value, _text(tier.since)] for tier in decision.tiers],
        "measures": {name: _measured(value) for name, value in decision.measures.items()},
        "parents": {
            parent: {name: _measured(value) for name, value in measures.items()}
            for parent, measures in decision.parents.items()
        },
        "recommendations": [_recommendation(r) for r in decision.recommendations],
        "not known": [[q.kind, q.name, q.whose, list(q.settles)] for q in decision.not_known],
        "remarks": [[remark.code, remark.text] for remark in decision.remarks],
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _recommendation(recommendation: Recommendation) -> list[object]:
    r = recommendation
    return [
        *r.key,
        r.applies.value,
        r.status.value,
        r.provisional,
        r.text,
        _text(r.triggered),
        _text(r.triggered_from),
        _text(r.due),
        r.overdue_count,
        _text(r.done_on),
        [[bar.bar, bar.truth.value] for bar in r.barred_by],
        _reason(r.reason),
    ]


def _reason(reason: Reason) -> list[object]:
    return [
        type(reason.clause).__name__,
        reason.truth.value,
        reason.role,
        reason.label,
        _measured(reason.left) if reason.left else None,
        [[mark.slot, mark.code] for mark in reason.evidence.marks] if reason.evidence else None,
        [_reason(child) for child in reason.children],
    ]


def _measured(value: Measured) -> list[object]:
    return [
        _text(value.lowest),
        _text(value.highest),
        _text(value.plain),
        value.applicable,
        value.cause.name if value.cause else None,
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of evaluating again: the decision, and what differs from the record, in words."""

    decision: Decision
    differences: tuple[str, ...]

    @property
    def proved(self) -> bool:
        """Whether the same answer came out of the same things."""
        return not self.differences


_COMPARED: Mapping[str, str] = {
    "policy": "policy",
    "version": "version",
    "policy_digest": "content of the policy",
    "history_digest": "content of the history",
    "engine": "version of the engine",
    "result_digest": "result",
}


def replay(record: DecisionRecord, policy: Policy | PolicyFamily, history: History) -> Replayed:
    """Evaluates again what a record stands for, and says what differs.

    Where the record's version was named outright, that version is taken from a family. Raises what `evaluate`
    raises.
    """
    return Replays(policy, history).replay(record)


class Replays:
    """Many records over one history: what the records of one date have in common is worked out once."""

    def __init__(self, policy: Policy | PolicyFamily, history: History) -> None:
        self._policy = policy
        self._history = history
        self._sessions: dict[tuple[str | None, dt.date, dt.date | None], Session] = {}

    def replay(self, record: DecisionRecord) -> Replayed:
        """What `replay` says of a record."""
        return _replayed(record, self._session(record))

    def _session(self, record: DecisionRecord) -> Session:
        from fingerpost.evaluate import Session  # noqa: PLC0415 - the two rest on each other

        named = record.version if record.named_outright else None
        key = (named, record.on, record.known_on)
        if key not in self._sessions:
            policy = self._policy
            if named is not None and isinstance(policy, PolicyFamily):
                policy = policy.version(named) or policy
            self._sessions = {key: Session.open(policy, self._history, record.on, record.known_on)}
        return self._sessions[key]


def _replayed(record: DecisionRecord, session: Session) -> Replayed:
    again = session.decide_again(Subject(record.subject), record.id, record.within)
    differences = [
        f"the {what} differs: {getattr(record, field)} then, {getattr(again.record, field)} now"
        for field, what in _COMPARED.items()
        if getattr(record, field) != getattr(again.record, field)
    ]
    return Replayed(decision=again, differences=tuple(differences))
