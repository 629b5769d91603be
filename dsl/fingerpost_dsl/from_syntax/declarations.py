"""What a policy declares, rules apart: sources, roles, codes, occasions, facts, events, thresholds, measures, tiers."""

from __future__ import annotations

import datetime as dt

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Fix, Label
from fingerpost_dsl.from_syntax import values
from fingerpost_dsl.from_syntax.amounts import amount, number, threshold_type, type_of, written
from fingerpost_dsl.from_syntax.conditions import condition, conditions
from fingerpost_dsl.from_syntax.dates import date_of
from fingerpost_dsl.from_syntax.marks import declared_set, mark_set
from fingerpost_dsl.from_syntax.scope import Scope, for_each
from fingerpost_dsl.from_syntax.texts import citations, optional, role, roles, texts
from fingerpost_dsl.from_syntax.value_types import declared_type
from fingerpost_dsl.model.declarations import (
    CodeSet,
    Cohort,
    Event,
    EventField,
    Fact,
    Measure,
    NamedCondition,
    Occasion,
    Passage,
    Role,
    Source,
    Subject,
    Threshold,
    Tier,
    Weight,
)
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import OPERATORS
from fingerpost_dsl.types import Counted, described
from fingerpost_dsl.units import shown, wrong_unit


def source(declared: syntax.Source, scope: Scope) -> Source | None:
    """`source WT24 "…" weight statutory guidance`."""
    if declared.weight is None:
        scope.report(
            Diagnostic(
                code="E0527",
                message=f"`{declared.name.text}` does not say how much it binds",
                span=declared.name.span,
                help="add `weight law`, `weight statutory guidance`, `weight guidance` or `weight local`",
            )
        )
        return None
    return Source(
        name=declared.name.text,
        title=declared.title.text,
        weight=Weight(declared.weight.value),
        publisher=optional(declared.publisher),
        published=date_of(declared.published),
        url=optional(declared.url),
        secondary=optional(declared.secondary),
        notes=texts(declared.notes),
        span=declared.span,
    )


def passage(declared: syntax.Passage, scope: Scope) -> Passage | None:
    """`passage WT24.legal.threshold "…"`: its first part is a source."""
    first = declared.name.parts[0]
    if len(declared.name.parts) < 2:
        scope.report(
            Diagnostic(
                code="E0209",
                message=f"`{first.text}` does not say of which source it is a passage",
                span=declared.name.span,
                help=f'write `passage SOURCE.{first.text} "…"`',
            )
        )
        return None
    placed = scope.book.names.placed.get(first.text)
    if placed is None or placed.kind is not Kind.SOURCE:
        scope.report(
            Diagnostic(
                code="E0209",
                message=f"no source is called `{first.text}`",
                span=first.span,
                help=f'declare it: `source {first.text} "…"`',
            )
        )
        return None
    return Passage(
        name=declared.name.text,
        source=first.text,
        title=declared.title.text,
        notes=texts(declared.notes),
        span=declared.span,
    )


def role_declared(declared: syntax.Role, scope: Scope) -> Role:
    """`role attendance_champion "…" part of school`."""
    return Role(
        name=declared.name.text,
        title=declared.title.text,
        part_of=role(declared.part_of, scope),
        notes=texts(declared.notes),
        span=declared.span,
    )


def code_set(declared: syntax.Codes, scope: Scope, because: str | None = None) -> CodeSet | None:
    """`codes holiday "…" = "G"`."""
    marks = declared_set(declared, scope)
    if marks is None:
        return None
    return CodeSet(
        name=declared.name.text,
        title=declared.title.text,
        marks=marks,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def occasion(declared: syntax.Occasion, scope: Scope) -> Occasion | None:
    """`occasion unbroken_absence "…" = run of unauthorised of at least 10 school days`."""
    _subject(declared.for_each, scope)
    marks = mark_set(declared.marks, scope)
    least = None
    if declared.least is not None:
        units = OPERATORS["run of at least"].units
        least = amount(declared.least, scope, units=units, of="the length of an occasion")
        if least is None:
            return None
    if marks is None:
        return None
    return Occasion(
        name=declared.name.text,
        title=declared.title.text,
        marks=marks,
        at_least=least,
        cites=citations(declared.cites, scope),
        notes=texts(declared.notes),
        span=declared.span,
    )


def fact(declared: syntax.Fact, scope: Scope) -> Fact:
    """`fact support_taken_up "…" one of fully, partly, declined judged by school`."""
    return Fact(
        name=declared.name.text,
        title=declared.title.text,
        type=declared_type(declared.type),
        subject=_of_or_each(declared, scope),
        judged_by=roles(declared.judged_by, scope),
        sensitive=declared.sensitive,
        notes=texts(declared.notes),
        span=declared.span,
    )


def event(declared: syntax.Event, scope: Scope) -> Event:
    """`event penalty_notice "…" for each parent with outcome one of … lasts from 3 to 6 weeks`."""
    fields: dict[str, EventField] = {}
    for field in declared.fields:
        first = fields.get(field.name.text)
        if first is not None or field.name.text in ("date", "until"):
            where = (Label(first.span, "first here"),) if first is not None else ()
            scope.report(
                Diagnostic(
                    code="E0212",
                    message=f"`{declared.name.text}` has a field `{field.name.text}` already",
                    span=field.name.span,
                    labels=where,
                    help="" if first is not None else "every event has a `date`, and may have an `until`",
                )
            )
            continue
        fields[field.name.text] = EventField(
            name=field.name.text, type=declared_type(field.type), span=field.span
        )
    return Event(
        name=declared.name.text,
        title=declared.title.text,
        subject=_of_or_each(declared, scope),
        fields=tuple(fields.values()),
        lasts=None if declared.lasts is None else _lasts(declared.lasts, scope),
        relies_on_marks=declared.relies_on_marks,
        sensitive=declared.sensitive,
        notes=texts(declared.notes),
        span=declared.span,
    )


def _lasts(lasts: syntax.Lasts, scope: Scope) -> tuple[Quantity, Quantity] | None:
    longest = _length(lasts.longest, scope)
    if longest is None:
        return None
    shortest: Quantity | None
    if isinstance(lasts.shortest, syntax.Number) and lasts.shortest.unit is None:
        shortest = Quantity(lasts.shortest.value, longest.unit)
    else:
        shortest = _length(lasts.shortest, scope)
    if shortest is None:
        return None
    if shortest.unit is not longest.unit:
        what = "the longest length"
        scope.report(wrong_unit(what=what, unit=longest.unit, quantity=shortest, span=lasts.shortest.span))
        return None
    if shortest.amount > longest.amount:
        scope.report(
            Diagnostic(
                code="E0506",
                message=f"the shortest length, {shortest}, is more than the longest, {longest}",
                span=lasts.span,
                help="write the shorter one first",
            )
        )
        return None
    return shortest, longest


def _length(length: syntax.Quantity, scope: Scope) -> Quantity | None:
    """A length as the number that it is, a threshold's included."""
    if amount(length, scope, units=OPERATORS["lasts"].units, of="`lasts`") is None:
        return None
    if isinstance(length, syntax.Name):
        threshold = scope.book.names.placed[length.text].declaration
        value = threshold.value if isinstance(threshold, syntax.Threshold) else None
        meant = None if value is None else written(value, scope)
    else:
        meant = written(length, scope)
    return meant if isinstance(meant, Quantity) else None


def threshold(declared: syntax.Threshold, scope: Scope, because: str | None = None) -> Threshold | None:
    """`threshold at_risk_from "…" = 5% open from 2% to 9% ours "…"`."""
    value = None if declared.value is None else written(declared.value, scope)
    type_ = threshold_type(declared)
    if type_ is None or (declared.value is not None and value is None):
        return None
    bounds = None
    if declared.open is not None and declared.open.lowest is not None and declared.open.highest is not None:
        bounds = _bounds(declared, declared.open.lowest, declared.open.highest, scope)
    if declared.value is None and declared.open is None:
        scope.report(
            Diagnostic(
                code="E0528",
                message=f"`{declared.name.text}` has no value, and is not open to anybody who could give it one",
                span=declared.name.span,
                help="write `= …`, or add `open`",
            )
        )
    return Threshold(
        name=declared.name.text,
        title=declared.title.text,
        value=value,
        unit=type_.unit if isinstance(type_, Counted) else None,
        is_open=declared.open is not None,
        bounds=bounds,
        ours=optional(declared.ours),
        cites=citations(declared.cites, scope),
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def _bounds(
    declared: syntax.Threshold, lowest: syntax.Value, highest: syntax.Value, scope: Scope
) -> tuple[Quantity | dt.date, Quantity | dt.date] | None:
    """Both bounds of `open`, of the threshold's own unit and in their order."""
    type_ = threshold_type(declared)
    ends: list[Quantity | dt.date] = []
    for end in (lowest, highest):
        meant = written(end, scope)
        if meant is None:
            return None
        if type_of(meant) != type_:
            scope.report(_bound_of_another_unit(declared, end, meant))
            return None
        ends.append(meant)
    first, last = ends
    if not at_most(first, last):
        scope.report(
            Diagnostic(
                code="E0507",
                message=f"the bounds of `{declared.name.text}` are the wrong way round",
                span=lowest.span.to(highest.span),
                help=f"write `open from {shown(highest.span)} to {shown(lowest.span)}`",
                fix=Fix(lowest.span.to(highest.span), f"{shown(highest.span)} to {shown(lowest.span)}"),
            )
        )
        return None
    return first, last


def _bound_of_another_unit(
    declared: syntax.Threshold, end: syntax.Value, meant: Quantity | dt.date
) -> Diagnostic:
    type_ = threshold_type(declared)
    if isinstance(type_, Counted) and isinstance(meant, Quantity):
        what = f"`{declared.name.text}`"
        return wrong_unit(what=what, unit=type_.unit, quantity=meant, span=end.span)
    wanted = described(type_) if type_ is not None else "something else"
    return Diagnostic(
        code="E0311",
        message=f"`{declared.name.text}` is {wanted}; `{shown(end.span)}` is {described(type_of(meant))}",
        span=end.span,
    )


def at_most(one: Quantity | dt.date, other: Quantity | dt.date) -> bool:
    """Whether one value of a type is not more than another."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.amount <= other.amount
    return isinstance(one, dt.date) and isinstance(other, dt.date) and one <= other


def measure(declared: syntax.Measure, scope: Scope, because: str | None = None) -> Measure | None:
    """`measure absence "…" = share of absent in this academic year`."""
    subject = _subject(declared.for_each, scope)
    typed = values.measure_by_name(scope.book.names.placed[declared.name.text], scope)
    cites = citations(declared.cites, scope)
    if typed is None:
        return None
    if not isinstance(typed.type, Counted) and described(typed.type) != "a date":
        scope.report(
            Diagnostic(
                code="E0323",
                message=f"`{declared.name.text}` measures nothing: it is {described(typed.type)}",
                span=declared.value.span,
                help=f'write `condition {declared.name.text} "…" = …`',
            )
        )
        return None
    return Measure(
        name=declared.name.text,
        title=declared.title.text,
        value=typed.value,
        unit=typed.type.unit if isinstance(typed.type, Counted) else None,
        subject=subject,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def named_condition(
    declared: syntax.Condition, scope: Scope, because: str | None = None
) -> NamedCondition | None:
    """`condition support_failing "…" = …`."""
    subject = _subject(declared.for_each, scope)
    held = condition(declared.value, scope.of(subject))
    cites = citations(declared.cites, scope)
    if held is None:
        return None
    return NamedCondition(
        name=declared.name.text,
        title=declared.title.text,
        condition=held,
        subject=subject,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def cohort(declared: syntax.Cohort, scope: Scope, because: str | None = None) -> Cohort | None:
    """`cohort fsm "…" = free_school_meals is yes least size 10`."""
    held = condition(declared.value, scope)
    least = None
    if declared.least_size is not None:
        least = number(declared.least_size, declared.span, scope, of="`least size`")
        if least is None:
            return None
    cites = citations(declared.cites, scope)
    if held is None:
        return None
    return Cohort(
        name=declared.name.text,
        title=declared.title.text,
        condition=held,
        least_size=least,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def tier(declared: syntax.Tier, scope: Scope, because: str | None = None) -> Tier | None:
    """`tier at_risk "…" continues all_pupils when … provisional below few_sessions`."""
    held = conditions(declared.when, scope)
    continued = None if declared.continues is None else scope.find(declared.continues, Kind.TIER)
    below = None
    if declared.provisional_below is not None:
        units = OPERATORS["provisional below"].units
        below = amount(declared.provisional_below, scope, units=units, of="`provisional below`")
    left = None if declared.left_when is None else condition(declared.left_when, scope)
    cites = citations(declared.cites, scope)
    wanted = (declared.continues, declared.provisional_below, declared.left_when)
    got = (continued, below, left)
    if held is None or any(w is not None and g is None for w, g in zip(wanted, got, strict=True)):
        return None
    return Tier(
        name=declared.name.text,
        title=declared.title.text,
        continues=None if continued is None else continued.name,
        when=held,
        provisional_below=below,
        left_when=left,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def _of_or_each(declared: syntax.Fact | syntax.Event, scope: Scope) -> Subject:
    """The subject of a fact or event: `of school`, `for each parent`, the pupil if neither is said."""
    each = _subject(declared.for_each, scope)
    if declared.of is None:
        return each
    subject = Subject(declared.of.value)
    if declared.for_each is not None and subject is not each:
        scope.report(
            Diagnostic(
                code="E0324",
                message=f"`{declared.name.text}` is said to be of two sorts",
                span=declared.for_each.span,
                help=f"write either `of {subject.value}` or `for each …`",
            )
        )
    return subject


def _subject(clause: syntax.ForEach | None, scope: Scope) -> Subject:
    """The subject of a declaration that cannot be for each occasion."""
    if clause is not None and clause.occasion is not None:
        scope.report(
            Diagnostic(
                code="E0324",
                message="only an action or a pathway is for each occasion",
                span=clause.span,
                help="leave this out, and write it at the action",
            )
        )
    return for_each(clause)
