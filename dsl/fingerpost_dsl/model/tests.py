"""Tests that stand in the language beside the policy: `test "…" pupil in year 5 … on … expect …`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from fingerpost_dsl.model.declarations import Modality, Subject
from fingerpost_dsl.model.expressions import LiteralValue
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    r"""Marks of a stretch of the calendar's open sessions; later ones replace earlier ones.

    `present from D to D` (`code` None), `marked "G" from D to D`, `marked "N" on D AM`, `marks "/\II"
    from D` (`marks` spelt out, one a session), `unmarked from D to D` (`unmarked`). `recorded` is when it
    was known.
    """

    first: dt.date
    last: dt.date | None
    """None for a marks string, which ends where it ends."""
    half_day: str | None = None
    """"AM" or "PM" where one session of one day is meant."""
    code: str | None = None
    marks: tuple[str, ...] | None = None
    unmarked: bool = False
    recorded: dt.date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFact:
    """`given support_appropriate is no from 1 October 2024 for parent "A"`."""

    fact: str
    value: LiteralValue
    first: dt.date | None = None
    last: dt.date | None = None
    whose: tuple[Subject, str] | None = None
    recorded: dt.date | None = None
    recorded_by: str | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvent:
    """`given penalty_notice on 1 October 2024 for parent "A" with outcome is paid relying on marks …`."""

    event: str
    date: dt.date
    until: dt.date | None = None
    whose: tuple[Subject, str] | None = None
    fields: tuple[tuple[str, LiteralValue, dt.date | None], ...] = ()
    """Each value with the day since which it holds; None for that of the event itself."""
    relying_on: tuple[tuple[dt.date, dt.date], ...] = ()
    recorded: dt.date | None = None
    recorded_by: str | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenNone:
    """`given no penalty_notice`: that kind of event is complete, and none is recorded."""

    event: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPupil:
    """`pupil "P2" in year 5 born 15 May 2015 with parents "A" at school "S1"`, and all that follows it."""

    __test__ = False
    pupil: str
    year_group: int | None
    born: dt.date | None
    parents: tuple[str, ...]
    school: str | None
    family: str | None = None
    on_roll: tuple[tuple[dt.date, dt.date | None], ...] = ()
    marks: tuple[Registered, ...] = ()
    facts: tuple[GivenFact, ...] = ()
    events: tuple[GivenEvent, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectTier:
    """`expect [no|unknown|provisional|settled] tier persistent`."""

    tier: str
    qualifier: str | None = None
    whose: tuple[Subject, str] | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`as school should "hold a more formal conversation"`: who is asked for what, and how strongly.

    The text is the rule's with its numbers in it; None where any will do.
    """

    actor: str
    modality: Modality
    text: str | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectRule:
    """`expect [no|unknown|barred|due|overdue|…] action|step NAME for parent "A" due 12 November 2025`.

    Without a qualifier: it applies, and is not barred.
    """

    rule: str
    qualifier: str | None = None
    whose: tuple[Subject, str] | None = None
    occasion: dt.date | None = None
    due: dt.date | None = None
    triggered: dt.date | None = None
    asked: Asked | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectMeasure:
    """`expect measure absence is 4/86`; `value` None for `is unknown`, "not applicable" for that."""

    measure: str
    value: Quantity | dt.date | str | None
    whose: tuple[Subject, str] | None = None
    span: Span = field(compare=False, repr=False)


Expectation = ExpectTier | ExpectRule | ExpectMeasure


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTest:
    """One test: pupils, a calendar, what is given, a date, what is expected.

    Expectations without `whose` speak of the first pupil. Facts and events of a school or authority carry
    `whose` and stand with the pupil they follow.
    """

    title: str
    calendar: str | None
    closed: tuple[tuple[dt.date, dt.date], ...]
    schools: tuple[tuple[str, str | None], ...]
    """School and phase."""
    pupils: tuple[TestPupil, ...]
    none_recorded: tuple[GivenNone, ...]
    on: dt.date
    known_on: dt.date | None
    expects: tuple[Expectation, ...]
    span: Span = field(compare=False, repr=False)
