"""Decisions: the result for one subject on one date, with everything needed to defend it.

A decision is plain frozen data. `Decision.recommendations` holds what applies, or may apply; each with its
status, its trigger, its due date in the school's own time, who it is for, what it rests on and the reason as
a tree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from fingerpost.logic import Cause, Truth
from fingerpost.reasons import Measured, Occurrence, Reason
from fingerpost_dsl.model.declarations import Modality, Subject, Weight


class Status(Enum):
    """Where a recommendation stands on the date (meaning 25)."""

    ONGOING = "ongoing"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    LAPSED = "lapsed"
    AVAILABLE = "available"
    USED = "used"
    EXPIRED = "expired"
    KEPT = "kept"
    BREACHED = "breached"
    BARRED = "barred"
    UNKNOWN = "unknown"


class TierState(Enum):
    """How a subject stands to a tier."""

    HOLDS = "holds"
    PROVISIONAL = "provisional"
    UNKNOWN = "unknown"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierResult:
    """One tier on the date. `since` is the first school day of the present spell in it."""

    name: str
    title: str
    state: TierState
    reason: Reason
    since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """A bar and its reason.

    `lifts` is the first date on which it no longer holds, if the record stays as it is. `explain` looks for
    it; in a decision by itself it is None.
    """

    bar: str
    title: str
    truth: Truth
    reason: Reason
    cites: tuple[str, ...]
    lifts: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One action or step in a decision: who must, should or may do what, by when, and why."""

    name: str
    title: str
    kind: str
    """"action" or "step"."""
    pathway: str | None
    enforcement: bool
    applies: Truth
    status: Status
    provisional: bool
    """Rests on a provisional tier."""
    actor: str
    actor_title: str
    usually_by: str | None
    with_roles: tuple[str, ...]
    jointly_with: tuple[str, ...]
    modality: Modality
    weight: Weight
    text: str
    parent: str | None
    occasion: Occurrence | None
    triggered: dt.date | None
    triggered_from: dt.date | None
    """The earliest date that the trigger may have been, where unknown days come before it."""
    due: dt.date | None
    due_unknown: Cause | None
    """Why there is a deadline but no date for it: past the end of the calendar."""
    overdue_count: int
    """Of a recurring action: how many periods were missed."""
    done_on: dt.date | None
    deadline_weight: Weight | None
    """Whose the deadline is: the law's, the guidance's, or our own target."""
    cites: tuple[str, ...]
    notes: tuple[str, ...]
    reason: Reason
    barred_by: tuple[Barred, ...] = ()

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from the others of the same subject.

        Rule, parent and first session of the occasion.
        """
        return (self.name, self.parent or "", self.occasion.first_slot if self.occasion else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to find out, because some answer to it changes the result."""

    kind: str
    """"fact", "event", "marks", "date of birth", "threshold" or "parents"."""
    name: str
    """The fact, kind of event or threshold; or what is missing, in words."""
    text: str
    """The question in plain words: `is support appropriate in this case?`."""
    ask: tuple[str, ...]
    """The roles to ask, by name."""
    subject: Subject
    whose: str | None
    """The parent, pupil, school or authority it is about."""
    settles: tuple[str, ...]
    """The rules that hang on it, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something to be said once.

    The calendar was inferred, the history begins in September, a notice lasted too long.
    """

    code: str
    text: str
    once_per_school: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """What lets anyone replay a decision.

    It holds no name: subjects stand in it by id, as the history gives them.
    """

    policy: str
    version: str
    policy_digest: str
    named_outright: bool
    """Whether the version was named, rather than the one in force on the date taken."""
    history_digest: str
    engine: str
    on: dt.date
    known_on: dt.date | None
    subject: str
    id: str
    within: str
    """As in the decision."""
    result_digest: str
    """SHA-256 of the decision's JSON without its record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The result for one subject on one date."""

    subject: Subject
    id: str
    within: str
    """Of a parent: the pupil. Of a cohort: the school. Else empty."""
    school: str
    year_group: int | None
    policy: str
    version: str
    on: dt.date
    known_on: dt.date | None
    tiers: tuple[TierResult, ...]
    measures: Mapping[str, Measured]
    parents: Mapping[str, Mapping[str, Measured]]
    """Measures that are a parent's, by parent."""
    recommendations: tuple[Recommendation, ...]
    not_known: tuple[Question, ...]
    remarks: tuple[Remark, ...]
    record: DecisionRecord = field(compare=False)

    @property
    def barred(self) -> tuple[Recommendation, ...]:
        """The recommendations that a bar forbids."""
        return tuple(r for r in self.recommendations if r.status is Status.BARRED)
