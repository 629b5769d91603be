"""The declarations of a policy, resolved: what `policy source passage role code …` become.

`Rule` holds what actions and steps share. Quantities stay `Amount`s (written out, or a threshold's name),
so that a reason can say which threshold it rests on and a layer can change it in one place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum

from fingerpost_dsl.model.expressions import (
    Amount,
    Anchor,
    CodeKind,
    Condition,
    InTier,
    MarkSet,
    Selection,
    Value,
    Window,
)
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.source import Span


class Weight(Enum):
    """How much a source binds, heaviest first."""

    LAW = "law"
    STATUTORY_GUIDANCE = "statutory guidance"
    GUIDANCE = "guidance"
    LOCAL = "local"
    OURS = "ours"


class Modality(Enum):
    """How strongly a rule asks."""

    MUST = "must"
    MUST_NOT = "must not"
    SHOULD = "should"
    SHOULD_NOT = "should not"
    MAY = "may"


class Subject(Enum):
    """Of whom a rule, fact, event or measure speaks."""

    PUPIL = "pupil"
    PARENT = "parent"
    COHORT = "cohort"
    SCHOOL = "school"
    AUTHORITY = "authority"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`source WT24 "…" weight statutory guidance publisher "…" published 29 February 2024 url "…"`."""

    name: str
    title: str
    weight: Weight
    publisher: str | None = None
    published: dt.date | None = None
    url: str | None = None
    secondary: str | None = None
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`passage WT24.legal.threshold "…"`: one thing that a source asks for. `source` is its first part."""

    name: str
    source: str
    title: str
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """`role attendance_champion "Senior attendance champion" part of school`."""

    name: str
    title: str
    part_of: str | None = None
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """`code "G" "Absent without leave for a holiday" unauthorised absence from 19 August 2024`."""

    code: str
    title: str
    kind: CodeKind
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSet:
    """`codes holiday "Unauthorised holiday" = "G"`."""

    name: str
    title: str
    marks: MarkSet
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """`occasion unbroken "…" = run of unauthorised of at least 10 school days`; one session if not said."""

    name: str
    title: str
    marks: MarkSet
    at_least: Amount | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueType:
    """The type of a fact or field: `yes or no`, `one of a, b`, `number in sessions`, `date`."""

    kind: str
    """One of "yes or no", "one of", "number", "date", "text", "money"."""
    choices: tuple[str, ...] = ()
    unit: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`fact support_taken_up "…" one of fully, partly, not_yet, declined judged by school`."""

    name: str
    title: str
    type: ValueType
    subject: Subject = Subject.PUPIL
    judged_by: tuple[str, ...] = ()
    sensitive: bool = False
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventField:
    """`with outcome one of outstanding, paid, withdrawn`."""

    name: str
    type: ValueType
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`event penalty_notice "…" for each parent with outcome one of … relies on marks`.

    `lasts` is the shortest and the longest length that it may have.
    """

    name: str
    title: str
    subject: Subject = Subject.PUPIL
    fields: tuple[EventField, ...] = ()
    lasts: tuple[Quantity, Quantity] | None = None
    relies_on_marks: bool = False
    sensitive: bool = False
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """`threshold at_risk_from "…" = 5% open from 2% to 9% ours "…"`; no value: left to the local author."""

    name: str
    title: str
    value: Quantity | dt.date | None
    unit: Unit | None
    """None for a date."""
    is_open: bool = False
    bounds: tuple[Quantity | dt.date, Quantity | dt.date] | None = None
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`measure absence "Overall absence" = share of absent in this academic year`."""

    name: str
    title: str
    value: Value
    unit: Unit | None
    """None for a date."""
    subject: Subject = Subject.PUPIL
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCondition:
    """`condition support_failing "…" = …`."""

    name: str
    title: str
    condition: Condition
    subject: Subject = Subject.PUPIL
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """`tier persistent "…" continues at_risk when … provisional below few_sessions`.

    A pupil is in a tier when all `when` hold (its `continues` is not asked again: the thresholds nest).
    `left_when` is the tier's own rule for leaving, on the days after it was entered.
    """

    name: str
    title: str
    continues: str | None = None
    when: tuple[Condition, ...] = ()
    provisional_below: Amount | None = None
    left_when: Condition | None = None
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """`cohort fsm "Pupils eligible for free school meals" = free_school_meals is yes least size 10`."""

    name: str
    title: str
    condition: Condition
    least_size: Amount | None = None
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`within 10 school days` of the trigger, or `of` an anchor.

    Also `expires after` and `no sooner than … after`.
    """

    amount: Amount
    anchor: Anchor | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDate:
    """`by 31 July 2025`; `by 31 July each year` as (month, day)."""

    date: dt.date | tuple[int, int]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """`every term`; `every 2 weeks` (`number` 2); `3 times every academic year` (`times` 3)."""

    unit: Unit
    number: int = 1
    times: int = 1
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneWhen:
    """`done when formal_meeting`, `done when meeting in the last 4 weeks`."""

    selection: Selection
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What actions and steps share: who must, should or may do what, for whom, when, by when."""

    name: str
    title: str
    actor: str
    modality: Modality
    text: str
    with_roles: tuple[str, ...] = ()
    jointly_with: tuple[str, ...] = ()
    usually_by: str | None = None
    tier: InTier | None = None
    subject: Subject = Subject.PUPIL
    occasion: str | None = None
    """The occasion or `codes` set, or cohort's name, of `for each occasion of …`."""
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    within: Deadline | None = None
    by_date: ByDate | None = None
    no_sooner: Deadline | None = None
    expires: Deadline | None = None
    every: Recurrence | None = None
    stands_until_done: bool = False
    done_when: tuple[DoneWhen, ...] = ()
    """Alternatives: any of them makes the rule done."""
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed or added it."""
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Rule):
    """`action formal_conversation "…" school should "…" in tier persistent when … within …`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """`after consider if support_appropriate is no`: one way into a step."""

    step: str
    condition: Condition | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Rule):
    """`step improve of legal_intervention "…" school should "…" after consider when … done when …`."""

    pathway: str
    starts_here: bool = False
    ends_round: bool = False
    after: tuple[After, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """`pathway legal_intervention "…" for each parent enforcement cites …`."""

    name: str
    title: str
    subject: Subject = Subject.PUPIL
    occasion: str | None = None
    tier: InTier | None = None
    when: tuple[Condition, ...] = ()
    enforcement: bool = False
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What forbids an action or a step.

    `bar two_notices "…" stops second_notice when earlier_notices is at least 2`.
    """

    name: str
    title: str
    stops: tuple[str, ...]
    when: tuple[Condition, ...]
    subject: Subject = Subject.PUPIL
    ours: str | None = None
    cites: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    because: str | None = None
    """Why a local policy changed it."""
    span: Span = field(compare=False, repr=False)
