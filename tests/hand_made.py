"""A policy made by hand, without a parser: the legal pathway of the sample and a few things beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

from fingerpost_dsl.model import declarations as d
from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.policy import Header, Policy, PolicyId
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.source import SourceText

HERE = SourceText("hand-made.policy", "").span(0, 0)

UNAUTHORISED = ex.MarkSet(name="unauthorised", kinds=frozenset({ex.CodeKind.UNAUTHORISED_ABSENCE}))
ABSENT = ex.MarkSet(
    name="absent", kinds=frozenset({ex.CodeKind.AUTHORISED_ABSENCE, ex.CodeKind.UNAUTHORISED_ABSENCE})
)
UNEXPLAINED = ex.MarkSet(name="unexplained", codes=frozenset({"N"}))
HOLIDAY_CODE = ex.MarkSet(name="G", codes=frozenset({"G"}))


def q(amount: int | Fraction, unit: Unit = Unit.NUMBER) -> Quantity:
    return Quantity(Fraction(amount), unit)


def lit(value: ex.LiteralValue) -> ex.Literal:
    return ex.Literal(value=value, span=HERE)


def threshold(name: str) -> ex.ThresholdValue:
    return ex.ThresholdValue(name=name, span=HERE)


def fact(name: str) -> ex.FactValue:
    return ex.FactValue(name=name, span=HERE)


def measure(name: str) -> ex.MeasureValue:
    return ex.MeasureValue(name=name, span=HERE)


def chosen(
    name: str, *where: ex.FieldTest, which: ex.Which = ex.Which.ALL, occasion: bool = False
) -> ex.Selection:
    return ex.Selection(name=name, occasion=occasion, which=which, where=where, span=HERE)


def anchor(name: str, edge: ex.Edge | None = None) -> ex.Anchor:
    return ex.Anchor(selection=chosen(name), edge=edge, span=HERE)


def compared(left: ex.Value, comparison: ex.Comparison, right: ex.Value) -> ex.Compare:
    return ex.Compare(comparison=comparison, left=left, right=right, span=HERE)


def at_least(left: ex.Value, right: ex.Value) -> ex.Compare:
    return compared(left, ex.Comparison.AT_LEAST, right)


def equal(value: ex.Value, *choices: ex.LiteralValue, negated: bool = False) -> ex.Is:
    return ex.Is(value=value, choices=tuple(lit(choice) for choice in choices), negated=negated, span=HERE)


def no(condition: ex.Condition) -> ex.Not:
    return ex.Not(condition=condition, span=HERE)


def both(*conditions: ex.Condition) -> ex.AllOf:
    return ex.AllOf(conditions=conditions, span=HERE)


def either(*conditions: ex.Condition) -> ex.AnyOf:
    return ex.AnyOf(conditions=conditions, span=HERE)


def in_this(unit: Unit) -> ex.InPeriod:
    return ex.InPeriod(unit=unit, previous=False, span=HERE)


def in_the_last(amount: ex.Amount) -> ex.InTheLast:
    return ex.InTheLast(amount=amount, span=HERE)


def happened(name: str, *windows: ex.Window) -> ex.Happened:
    return ex.Happened(selection=chosen(name), windows=windows, span=HERE)


def named(*declarations: Any) -> dict[str, Any]:  # noqa: ANN401 - any declaration has a name
    return {one.name: one for one in declarations}


def _threshold(name: str, title: str, value: Quantity | dt.date | None) -> d.Threshold:
    unit = value.unit if isinstance(value, Quantity) else None
    return d.Threshold(name=name, title=title, value=value, unit=unit, span=HERE)


def _fact(name: str, title: str, *choices: str, subject: d.Subject = d.Subject.PUPIL) -> d.Fact:
    kind = d.ValueType(kind="one of" if choices else "yes or no", choices=choices)
    return d.Fact(name=name, title=title, type=kind, subject=subject, span=HERE)


def _event(name: str, title: str, **more: Any) -> d.Event:  # noqa: ANN401 - what an Event takes
    return d.Event(name=name, title=title, span=HERE, **more)


def done(event: str) -> tuple[d.DoneWhen, ...]:
    return (d.DoneWhen(selection=chosen(event), span=HERE),)


def after(step: str, condition: ex.Condition | None = None) -> d.After:
    return d.After(step=step, condition=condition, span=HERE)


def step(name: str, title: str, actor: str, modality: d.Modality, text: str, **more: Any) -> d.Step:  # noqa: ANN401 - what a Step takes
    more.setdefault("pathway", "legal")
    return d.Step(name=name, title=title, actor=actor, modality=modality, text=text, span=HERE, **more)


_NATIONAL_START = ex.NotBefore(date=threshold("national_start"), span=HERE)
_NOT_WITHDRAWN = ex.FieldIs(field="outcome", choices=("withdrawn",), negated=True, span=HERE)
_OFFENCE_FROM = ex.FieldCompare(
    field="offence_from",
    comparison=ex.Comparison.AT_LEAST,
    operand=threshold("national_start"),
    span=HERE,
)
_CHECKED = equal(fact("notices_checked"), True)
_WAYS_TO_A_NOTICE = (
    after("improve", equal(fact("improved_enough"), False)),
    after("consider", equal(fact("support_appropriate"), False)),
)

LEGAL = Policy(
    header=Header(
        id=PolicyId(id="england.attendance", version="2024.08"),
        title="Working together to improve school attendance",
        status="statutory guidance",
        in_force_from=dt.date(2024, 8, 19),
        last_checked=dt.date(2026, 11, 21),
        span=HERE,
    ),
    layers=(),
    sources=named(
        d.Source(
            name="WT24",
            title="Working together to improve school attendance",
            weight=d.Weight.STATUTORY_GUIDANCE,
            span=HERE,
        )
    ),
    passages=named(
        d.Passage(name="WT24.legal.threshold", source="WT24", title="Consider a penalty notice", span=HERE),
    ),
    roles=named(
        d.Role(name="school", title="School", span=HERE),
        d.Role(name="authorised_officer", title="Officer authorised to issue penalty notices", span=HERE),
    ),
    codes=(),
    code_sets=named(
        d.CodeSet(name="unexplained", title="Unexplained absence", marks=UNEXPLAINED, span=HERE),
    ),
    occasions=named(
        d.Occasion(name="unbroken", title="Unbroken unauthorised absence", marks=UNAUTHORISED, span=HERE),
    ),
    facts=named(
        _fact("has_social_worker", "Has a social worker"),
        _fact("meals", "Free school meals"),
        _fact("taken_up", "Support taken up by the family", "fully", "partly", "not_yet", "declined"),
        _fact("support_working", "Support is improving attendance"),
        _fact("support_appropriate", "Support is appropriate in this case"),
        _fact("notices_checked", "Earlier notices have been checked", subject=d.Subject.PARENT),
        _fact(
            "improved_enough", "Improvement is what the notice to improve asked for", subject=d.Subject.PARENT
        ),
    ),
    events=named(
        _event("support_offered", "Support offered"),
        _event("meeting", "Formal meeting with the parents"),
        _event("considered", "Penalty notice considered", subject=d.Subject.PARENT),
        _event("notice_to_improve", "Notice to improve", subject=d.Subject.PARENT),
        _event("penalty_notice", "Penalty notice", subject=d.Subject.PARENT, relies_on_marks=True),
    ),
    thresholds=named(
        _threshold("persistent_from", "Persistent absence", q(Fraction(1, 10), Unit.SHARE)),
        _threshold("local_from", "Worth a call", None),
        _threshold("national_threshold", "National threshold", q(10, Unit.SESSION)),
        _threshold("national_window", "Period of the national threshold", q(10, Unit.SCHOOL_WEEK)),
        _threshold("national_start", "First day that counts", dt.date(2024, 8, 19)),
        _threshold("notice_period", "Time over which notices are counted", q(3, Unit.YEAR)),
        _threshold("most_notices", "Most notices in that time", q(2)),
        _threshold("first_amount", "First notice", q(160, Unit.MONEY)),
        _threshold("early_amount", "First notice, paid early", q(80, Unit.MONEY)),
        _threshold("early_payment", "Time to pay early", q(21, Unit.DAY)),
    ),
    measures=named(
        d.Measure(
            name="absence",
            title="Overall absence",
            value=ex.ShareOfMarks(marks=ABSENT, windows=(in_this(Unit.ACADEMIC_YEAR),), span=HERE),
            unit=Unit.SHARE,
            span=HERE,
        ),
        d.Measure(
            name="recent",
            title="Unauthorised sessions in the national window",
            value=ex.CountOfMarks(
                marks=UNAUTHORISED,
                windows=(
                    in_the_last(threshold("national_window")),
                    _NATIONAL_START,
                    ex.While(
                        condition=equal(
                            ex.BuiltInValue(built_in=ex.BuiltIn.COMPULSORY_SCHOOL_AGE, span=HERE), True
                        ),
                        span=HERE,
                    ),
                    ex.NotReliedOn(selection=chosen("penalty_notice", _NOT_WITHDRAWN), span=HERE),
                ),
                span=HERE,
            ),
            unit=Unit.SESSION,
            subject=d.Subject.PARENT,
            span=HERE,
        ),
        d.Measure(
            name="earlier_notices",
            title="Earlier penalty notices",
            value=ex.CountOfEvents(
                selection=chosen("penalty_notice", _NOT_WITHDRAWN, _OFFENCE_FROM),
                windows=(in_the_last(threshold("notice_period")), _NATIONAL_START),
                span=HERE,
            ),
            unit=Unit.NUMBER,
            subject=d.Subject.PARENT,
            span=HERE,
        ),
    ),
    conditions=named(
        d.NamedCondition(
            name="support_failing",
            title="Support was offered and is not taken up or not working",
            condition=both(
                happened("support_offered", in_this(Unit.ACADEMIC_YEAR)),
                either(equal(fact("taken_up"), "declined"), equal(fact("support_working"), False)),
            ),
            span=HERE,
        )
    ),
    tiers=named(
        d.Tier(name="all_pupils", title="All pupils", span=HERE),
        d.Tier(name="persistent", title="Persistently absent", continues="all_pupils", span=HERE),
    ),
    cohorts={},
    actions={},
    pathways=named(
        d.Pathway(
            name="legal",
            title="Attendance legal intervention",
            subject=d.Subject.PARENT,
            enforcement=True,
            span=HERE,
        )
    ),
    steps=named(
        step(
            "consider",
            "Consider a penalty notice",
            "school",
            d.Modality.MUST,
            "consider whether a penalty notice can and should be issued",
            starts_here=True,
            when=(at_least(measure("recent"), threshold("national_threshold")),),
            stands_until_done=True,
            done_when=done("considered"),
            cites=("WT24.legal.threshold",),
        ),
        step(
            "improve",
            "Notice to improve",
            "school",
            d.Modality.SHOULD,
            "send a notice to improve that says what has been offered, what must change and by when",
            after=(after("consider"),),
            when=(
                both(
                    equal(fact("support_appropriate"), True),
                    ex.ConditionRef(name="support_failing", span=HERE),
                ),
            ),
            within=d.Deadline(amount=lit(q(10, Unit.SCHOOL_DAY)), span=HERE),
            done_when=done("notice_to_improve"),
        ),
        step(
            "first_notice",
            "First penalty notice",
            "authorised_officer",
            d.Modality.MAY,
            "issue a penalty notice of {first_amount}, or {early_amount} if paid within {early_payment}",
            after=_WAYS_TO_A_NOTICE,
            when=(both(equal(measure("earlier_notices"), q(0)), _CHECKED),),
            done_when=done("penalty_notice"),
            ends_round=True,
        ),
        step(
            "second_notice",
            "Second penalty notice",
            "authorised_officer",
            d.Modality.MAY,
            "issue a second penalty notice of {first_amount}",
            after=_WAYS_TO_A_NOTICE,
            when=(both(at_least(measure("earlier_notices"), lit(q(1))), _CHECKED),),
            done_when=done("penalty_notice"),
            ends_round=True,
        ),
    ),
    bars=named(
        d.Bar(
            name="two_notices",
            title="No third notice in three years",
            stops=("first_notice", "second_notice"),
            when=(at_least(measure("earlier_notices"), threshold("most_notices")),),
            span=HERE,
        )
    ),
    tests=(),
    origins={},
    digest="",
)


def legal_with(**changes: Any) -> Policy:  # noqa: ANN401 - what a Policy takes
    """The policy with some of its mappings replaced."""
    return replace(LEGAL, **changes)
