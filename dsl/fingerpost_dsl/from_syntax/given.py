"""What a test gives: facts and events, of the right person, with values of the right type."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.dates import date_of, ordered
from fingerpost_dsl.from_syntax.literals import literal
from fingerpost_dsl.from_syntax.reach import article
from fingerpost_dsl.from_syntax.scope import Scope, subject_of
from fingerpost_dsl.from_syntax.selections import fields_of
from fingerpost_dsl.from_syntax.texts import role
from fingerpost_dsl.from_syntax.value_types import declared_type
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import Literal, LiteralValue
from fingerpost_dsl.model.tests import GivenEvent, GivenFact
from fingerpost_dsl.names import Kind, Placed, did_you_mean
from fingerpost_dsl.source import Span
from fingerpost_dsl.types import Plain, Type, described, of_value_type
from fingerpost_dsl.units import shown


def given_fact(given: syntax.GivenFact, pupil: syntax.TestPupil, scope: Scope) -> GivenFact | None:
    """`given support_appropriate is no from 1 October 2024 for parent "A"`."""
    placed = scope.find(given.fact, Kind.FACT)
    details = given.details
    if placed is None or not isinstance(placed.declaration, syntax.Fact):
        return None
    type_ = of_value_type(declared_type(placed.declaration.type))
    value = given_value(given.value, type_, f"`{placed.name}`", scope)
    whose = whose_of(placed, details.whose, given.fact.span, pupil, scope)
    if details.first is not None:
        ordered(details.first, details.last, scope)
    if value is None or whose is None:
        return None
    return GivenFact(
        fact=placed.name,
        value=value,
        first=date_of(details.first),
        last=date_of(details.last),
        whose=whose.of,
        recorded=date_of(details.recorded),
        recorded_by=role(details.by, scope),
        span=given.span,
    )


def given_event(given: syntax.GivenEvent, pupil: syntax.TestPupil, scope: Scope) -> GivenEvent | None:
    """`given penalty_notice on 1 October 2024 for parent "A" with outcome is paid`."""
    placed = scope.find(given.event, Kind.EVENT)
    details = given.details
    if placed is None or not isinstance(placed.declaration, syntax.Event):
        return None
    values = [_field(field, placed, scope) for field in details.fields]
    known = tuple(value for value in values if value is not None)
    whose = whose_of(placed, details.whose, given.event.span, pupil, scope)
    sound = ordered(given.date, details.last, scope)
    for relying in details.relying:
        sound = ordered(relying.first, relying.last, scope) and sound
    if details.relying and not placed.declaration.relies_on_marks:
        scope.report(
            Diagnostic(
                code="E0320",
                message=f"`{placed.name}` relies on no marks",
                span=details.relying[0].span,
                labels=(Label(placed.span, "declared here"),),
                help="add `relies on marks` to the event, if it names the sessions that it rests on",
            )
        )
        sound = False
    if not sound or whose is None or len(known) != len(values):
        return None
    return GivenEvent(
        event=placed.name,
        date=given.date.date,
        until=date_of(details.last),
        whose=whose.of,
        fields=known,
        relying_on=tuple((relying.first.date, relying.last.date) for relying in details.relying),
        recorded=date_of(details.recorded),
        recorded_by=role(details.by, scope),
        span=given.span,
    )


def given_value(
    value: syntax.Literal | syntax.Text, type_: Type, what: str, scope: Scope
) -> LiteralValue | None:
    """One value of a fact or a field."""
    if isinstance(value, syntax.Text):
        if type_ is Plain.TEXT:
            return value.text
        scope.report(
            Diagnostic(
                code="E0311",
                message=f"{what} is {described(type_)}, not a text",
                span=value.span,
                help="leave the quotation marks out",
            )
        )
        return None
    found = literal(value, type_, what, scope)
    if found is None:
        return None
    only = found[0]
    if len(found) == 1 and isinstance(only, Literal):
        return only.value
    scope.report(
        Diagnostic(
            code="E0311",
            message=f"{what} has one value; `{shown(value.span)}` is not one written out",
            span=value.span,
        )
    )
    return None


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom something in a test is. `of` is None for the pupil whose clause it is."""

    of: tuple[Subject, str] | None


def whose_of(
    placed: Placed, whose: syntax.Whose | None, span: Span, pupil: syntax.TestPupil, scope: Scope
) -> Whose | None:
    """Whether a fact or event is given of somebody of the right sort who is in the test."""
    subject = subject_of(placed)
    if whose is None:
        if subject is not Subject.PARENT:
            return Whose(_own(subject, pupil))
        parents = " or ".join(f'`for parent "{parent.text}"`' for parent in pupil.parents)
        scope.report(
            Diagnostic(
                code="E0532",
                message=f"`{placed.name}` is of each parent; this does not say which",
                span=span,
                labels=(Label(placed.span, "declared here"),),
                help=f"add {parents}" if parents else 'name the parents: `pupil … with parents "A"`',
            )
        )
        return None
    said = Subject(whose.subject.value)
    if said is not subject:
        scope.report(
            Diagnostic(
                code="E0532",
                message=f"`{placed.name}` is of {article(subject)}, not of {article(said)}",
                span=whose.span,
                labels=(Label(placed.span, "declared here"),),
            )
        )
        return None
    return Whose((said, whose.id.text)) if known_parent(whose, pupil, scope) else None


def _own(subject: Subject, pupil: syntax.TestPupil) -> tuple[Subject, str] | None:
    """Whose it is where nobody is named: the pupil's own school, and the one authority there is."""
    match subject:
        case Subject.SCHOOL:
            return subject, "" if pupil.school is None else pupil.school.text
        case Subject.AUTHORITY:
            return subject, ""
        case _:
            return None


def known_parent(whose: syntax.Whose, pupil: syntax.TestPupil, scope: Scope) -> bool:
    """Whether a parent named in a test is a parent of the pupil; if not, that is reported."""
    parents = [parent.text for parent in pupil.parents]
    if whose.subject is not syntax.Subject.PARENT or whose.id.text in parents:
        return True
    advice, _ = did_you_mean(whose.id.text, parents, whose.id.span)
    scope.report(
        Diagnostic(
            code="E0533",
            message=f'the pupil has no parent "{whose.id.text}"',
            span=whose.id.span,
            labels=(Label(pupil.span, "the pupil"),),
            help=advice or f'write `with parents "{whose.id.text}"` after `pupil in year …`',
        )
    )
    return False


def _field(
    field: syntax.FieldValue, placed: Placed, scope: Scope
) -> tuple[str, LiteralValue, dt.date | None] | None:
    fields = {
        name: type_ for name, type_ in fields_of(placed.declaration).items() if name not in ("date", "until")
    }
    type_ = fields.get(field.name.text)
    if type_ is None:
        advice, fix = did_you_mean(field.name.text, fields, field.name.span)
        scope.report(
            Diagnostic(
                code="E0207",
                message=f"`{placed.name}` has no field `{field.name.text}`",
                span=field.name.span,
                labels=(Label(placed.span, "declared here"),),
                help=advice,
                fix=fix,
            )
        )
        return None
    value = given_value(field.value, type_, f"`{field.name.text}`", scope)
    return None if value is None else (field.name.text, value, date_of(field.since))
