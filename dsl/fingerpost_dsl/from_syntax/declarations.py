"""What a policy declares of the world: sources, roles, sets of codes, occasions, facts and events."""

from __future__ import annotations

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.amounts import amount, written
from fingerpost_dsl.from_syntax.dates import date_of
from fingerpost_dsl.from_syntax.marks import declared_set, mark_set
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.texts import citations, optional, role, roles, texts, whole_subject
from fingerpost_dsl.from_syntax.value_types import declared_type
from fingerpost_dsl.model.declarations import (
    CodeSet,
    Event,
    EventField,
    Fact,
    Occasion,
    Passage,
    Role,
    Source,
    Subject,
    Weight,
)
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import OPERATORS
from fingerpost_dsl.units import wrong_unit


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


def _of_or_each(declared: syntax.Fact | syntax.Event, scope: Scope) -> Subject:
    """The subject of a fact or event: `of school`, `for each parent`, the pupil if neither is said."""
    each = whole_subject(declared.for_each, scope)
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
