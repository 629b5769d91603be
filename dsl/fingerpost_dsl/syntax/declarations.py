"""What a policy declares, rules apart: the policy itself, sources, roles, codes, facts, events, thresholds.

A declaration is its keyword, a name and a title, then clauses. A clause that may be given once is a field,
one that may be repeated a tuple. The order of clauses has no meaning.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.expressions import Expression, Marks
from fingerpost_dsl.syntax.values import Date, Quantity, Value
from fingerpost_dsl.syntax.words import CodeKind, Dotted, Name, Subject, Text, Unit, Version, Weight


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach:
    """Whom a rule is evaluated for, if not each pupil: `for each parent`, `for each occasion of unexplained`.

    Either `subject` or `occasion` is given.
    """

    subject: Subject | None = None
    occasion: Name | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """`in force from 19 August 2024`, `in force from 1 September 2022 until 18 August 2024`."""

    first: Date
    last: Date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extends:
    """`extends england.attendance 2024.08`."""

    policy: Dotted
    version: Version
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`policy devon.attendance "Devon attendance pathway"` and its clauses: the header of a policy."""

    name: Dotted
    title: Text
    version: Version | None = None
    language: int | None = None
    status: Text | None = None
    extends: Extends | None = None
    by: Name | None = None
    binds: tuple[Name, ...] = ()
    in_force: InForce | None = None
    supersedes: Version | None = None
    last_checked: Date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`source WT24 "Working together …" weight statutory guidance`."""

    name: Name
    title: Text
    weight: Weight | None = None
    publisher: Text | None = None
    published: Date | None = None
    url: Text | None = None
    secondary: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """`passage WT24.legal.threshold "Consider a penalty notice at the national threshold"`."""

    name: Dotted
    title: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """`role attendance_champion "Senior attendance champion" part of school`."""

    name: Name
    title: Text
    part_of: Name | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """`code "G" "Absent without leave for a holiday" unauthorised absence from … until …`."""

    code: Text
    title: Text
    kind: CodeKind
    first: Date | None = None
    last: Date | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """`codes unexplained "Unexplained absence" = "N", "O" except "X"`. Members are codes or other sets."""

    name: Name
    title: Text
    members: tuple[Marks, ...]
    without: tuple[Marks, ...] = ()
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """`occasion long_absence "…" = run of unauthorised of at least 10 school days`."""

    name: Name
    title: Text
    marks: Marks
    least: Quantity | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNoType:
    """`yes or no`."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOfType:
    """`one of fully, partly, declined`."""

    options: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberType:
    """`number`, `number in school days`."""

    unit: Unit | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateType:
    """`date`."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextType:
    """`text`."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyType:
    """`money`."""

    span: Span = field(compare=False, repr=False)


FactType: TypeAlias = YesNoType | OneOfType | NumberType | DateType | TextType | MoneyType
"""What values a fact, or a field of an event, may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """`fact support_working "Support is improving attendance" yes or no judged by school`."""

    name: Name
    title: Text
    type: FactType
    for_each: ForEach | None = None
    of: Subject | None = None
    judged_by: tuple[Name, ...] = ()
    sensitive: bool = False
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventField:
    """`with outcome one of outstanding, paid, withdrawn`."""

    name: Name
    type: FactType
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasts:
    """`lasts from 3 to 6 weeks`. A bare lower number has the unit of the upper one."""

    shortest: Quantity
    longest: Quantity
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`event penalty_notice "Penalty notice" for each parent with offence_from date relies on marks`."""

    name: Name
    title: Text
    for_each: ForEach | None = None
    of: Subject | None = None
    fields: tuple[EventField, ...] = ()
    lasts: Lasts | None = None
    relies_on_marks: bool = False
    sensitive: bool = False
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """`open`, `open from 2% to 9%`: what a local policy may set, and its bounds, both included."""

    lowest: Value | None = None
    highest: Value | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """`threshold at_risk_from "At risk" = 5% open from 2% to 9%`, or without a value `in sessions open`."""

    name: Name
    title: Text
    value: Value | None = None
    unit: Unit | None = None
    open: Open | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`measure absence "Overall absence" = share of absent in this academic year`."""

    name: Name
    title: Text
    value: Expression
    for_each: ForEach | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`condition support_failing "…" = support_offered in this academic year and support_working is no`."""

    name: Name
    title: Text
    value: Expression
    for_each: ForEach | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """`cohort girls_in_year_10 "…" = year_group is 10 and girl is yes least size 6`."""

    name: Name
    title: Text
    value: Expression
    least_size: int | Name | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)
