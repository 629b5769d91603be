"""Quantities, dates, facts: every expression that has a value, with the type of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import aggregates, arithmetic, conditions
from fingerpost_dsl.from_syntax.amounts import threshold, type_of, unit_fits, written
from fingerpost_dsl.from_syntax.reach import pooled, reaches, reaches_tiers
from fingerpost_dsl.from_syntax.scope import Scope, subject_of
from fingerpost_dsl.from_syntax.typed import Typed
from fingerpost_dsl.from_syntax.value_types import declared_type
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    BuiltIn,
    BuiltInValue,
    EndOfLast,
    FactValue,
    Literal,
    MeasureValue,
    NumberOfParents,
)
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.names import Kind, Placed
from fingerpost_dsl.operators import BUILT_INS, OPERATORS
from fingerpost_dsl.types import Choice, Counted, Plain, Type, of_value_type
from fingerpost_dsl.units import shown


def value(expression: syntax.Expression, scope: Scope) -> Typed | None:
    """The value of an expression; a condition in its place is reported."""
    match expression:
        case (
            syntax.Percent()
            | syntax.Number()
            | syntax.Ratio()
            | syntax.Money()
            | syntax.Date() as written_out
        ):
            meant = written(written_out, scope)
            return (
                None if meant is None else Typed(Literal(value=meant, span=written_out.span), type_of(meant))
            )
        case syntax.Mention():
            return mention(expression, scope)
        case syntax.MentionAsAt():
            return _as_at(expression, scope)
        case syntax.MentionOfSchool():
            return _of_school(expression, scope)
        case syntax.NumberOfParents():
            return _number_of_parents(expression, scope)
        case syntax.Sum():
            return arithmetic.total(expression, scope)
        case syntax.Product():
            return arithmetic.product(expression, scope)
        case syntax.Extreme():
            return arithmetic.extreme(expression, scope)
        case syntax.Rounded():
            return arithmetic.rounded(expression, scope)
        case (
            syntax.CountOf()
            | syntax.WholeDaysOf()
            | syntax.ShareOf()
            | syntax.CurrentRun()
            | syntax.LongestRun()
            | syntax.WeeksWith()
            | syntax.MostInAny()
            | syntax.UnitsSince()
            | syntax.DateOf()
        ):
            return aggregates.aggregate(expression, scope)
        case (
            syntax.AnyOf()
            | syntax.AllOf()
            | syntax.Not()
            | syntax.Compare()
            | syntax.Is()
            | syntax.IsKnown()
            | syntax.NoneOf()
            | syntax.AtLeastOf()
            | syntax.InTier()
            | syntax.AnyParent()
            | syntax.EveryParent()
        ):
            if conditions.condition(expression, scope) is not None:
                scope.report(_no_value(f"`{shown(expression.span)}` is a condition", expression))
            return None
        case _:
            assert_never(expression)


def values(expressions: Sequence[syntax.Expression], scope: Scope) -> list[Typed] | None:
    """Several values, all of them looked at even if one has an error."""
    found = [value(one, scope) for one in expressions]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def mention(mentioned: syntax.Mention, scope: Scope) -> Typed | None:
    """A name as a value: a measure, a threshold, a fact or a built-in value."""
    name = mentioned.selection.name
    if any(name.text == built_in.value for built_in in BuiltIn):
        return _built_in(mentioned, scope) if bare(mentioned, scope, "a built-in value") else None
    placed = scope.book.names.get(name.text)
    if placed is None:
        scope.unknown(name.text, name.span, Kind.MEASURE, Kind.FACT, Kind.THRESHOLD, Kind.BUILT_IN)
        return None
    match placed.kind:
        case Kind.MEASURE:
            return measure(placed, mentioned, scope)
        case Kind.FACT:
            return fact(placed, mentioned, scope)
        case Kind.THRESHOLD:
            found = threshold(name, scope) if bare(mentioned, scope, "a threshold") else None
            return None if found is None else Typed(*found)
        case Kind.EVENT | Kind.OCCASION:
            advice = f"write `count of {name.text} …` or `days since {name.text}`"
            scope.report(_no_value(f"`{name.text}` is {placed.kind.with_article}", mentioned, advice, placed))
        case Kind.CODES:
            advice = f"write `count of {name.text} …` or `share of {name.text} …`"
            scope.report(_no_value(f"`{name.text}` is {placed.kind.with_article}", mentioned, advice, placed))
        case _:
            scope.report(_no_value(f"`{name.text}` is {placed.kind.with_article}", mentioned, "", placed))
    return None


def measure(placed: Placed, mentioned: syntax.Mention, scope: Scope) -> Typed | None:
    """A measure by name."""
    name = mentioned.selection.name
    if not bare(mentioned, scope, "a measure", "its windows stand where it is declared") or not reaches(
        placed, name.span, scope
    ):
        return None
    typed = measure_by_name(placed, scope)
    return None if typed is None else Typed(MeasureValue(name=name.text, span=mentioned.span), typed.type)


def fact(placed: Placed, mentioned: syntax.Mention, scope: Scope) -> Typed | None:
    """A fact by name."""
    name = mentioned.selection.name
    if not bare(mentioned, scope, "a fact") or not reaches(placed, name.span, scope):
        return None
    if not isinstance(placed.declaration, syntax.Fact):
        return None
    type_ = of_value_type(declared_type(placed.declaration.type))
    return Typed(FactValue(name=name.text, span=mentioned.span), type_)


def measure_by_name(placed: Placed, scope: Scope) -> Typed | None:
    """What a measure is declared to be: worked out when first asked for, then remembered."""
    book, name = scope.book, placed.name
    if name in book.measures:
        return book.measures[name]
    if not isinstance(placed.declaration, syntax.Measure):
        return None
    if name in book.in_progress:
        circle = [*book.in_progress[book.in_progress.index(name) :], name]
        scope.report(
            Diagnostic(
                code="E0501",
                message=f"these measures go round in a circle: {' → '.join(f'`{one}`' for one in circle)}",
                span=placed.span,
                labels=tuple(Label(book.names.placed[one].span) for one in circle[1:-1]),
                help="a measure may use others, but in the end each must rest on marks, events or facts",
            )
        )
        return None
    book.in_progress.append(name)
    book.measures[name] = value(placed.declaration.value, scope.of(subject_of(placed)))
    book.in_progress.remove(name)
    return book.measures[name]


def bare(mentioned: syntax.Mention, scope: Scope, what: str, advice: str = "") -> bool:
    """Whether a name stands without `first`, `where` and windows, which only events and occasions take."""
    chosen = mentioned.selection
    if chosen.which is None and not chosen.where and not mentioned.windows:
        return True
    scope.report(
        Diagnostic(
            code="E0314",
            message=f"`{chosen.name.text}` is {what}, which takes no `first`, `where` or window",
            span=mentioned.span,
            help=advice,
        )
    )
    return False


def _no_value(
    what: str, expression: syntax.Expression, advice: str = "", placed: Placed | None = None
) -> Diagnostic:
    return Diagnostic(
        code="E0304",
        message=f"{what}; a quantity, a date or a fact is wanted here",
        span=expression.span,
        labels=(Label(placed.span, "declared here"),) if placed is not None else (),
        help=advice,
    )


def _built_in(mentioned: syntax.Mention, scope: Scope) -> Typed:
    built_in = BuiltIn(mentioned.selection.name.text)
    row = BUILT_INS[built_in]
    type_: Type
    if row.gives is not None:
        type_ = Counted(row.gives)
    else:
        type_ = Choice(row.choices) if row.choices else Plain.YES_NO
    return Typed(BuiltInValue(built_in=built_in, span=mentioned.span), type_)


def _as_at(mentioned: syntax.MentionAsAt, scope: Scope) -> Typed | None:
    placed = scope.find(mentioned.name, Kind.MEASURE)
    if placed is None or not reaches(placed, mentioned.name.span, scope):
        return None
    typed = measure_by_name(placed, scope)
    as_at: EndOfLast | dt.date
    if isinstance(mentioned.as_at, syntax.Date):
        as_at = mentioned.as_at.date
    else:
        units = OPERATORS["as at"].units
        end = mentioned.as_at
        unit = unit_fits(end.unit, end.span, scope, units=units, of="`the end of last …`")
        if unit is None:
            return None
        as_at = EndOfLast(unit=unit)
    if typed is None:
        return None
    return Typed(MeasureValue(name=placed.name, as_at=as_at, span=mentioned.span), typed.type)


def _of_school(mentioned: syntax.MentionOfSchool, scope: Scope) -> Typed | None:
    placed = scope.find(mentioned.name, Kind.MEASURE)
    if placed is None:
        return None
    if not pooled(placed.declaration, scope):
        scope.report(
            Diagnostic(
                code="E0317",
                message=f"`{placed.name}` is not over marks alone, so it has no figure for a school",
                span=mentioned.span,
                labels=(Label(placed.span, "declared here"),),
            )
        )
        return None
    typed = measure_by_name(placed, scope)
    if typed is None:
        return None
    return Typed(MeasureValue(name=placed.name, of_school=True, span=mentioned.span), typed.type)


def _number_of_parents(counted: syntax.NumberOfParents, scope: Scope) -> Typed | None:
    if not reaches_tiers(counted.span, scope):
        return None
    held = None
    if counted.condition is not None:
        held = conditions.condition(counted.condition, scope.of(Subject.PARENT))
        if held is None:
            return None
    return Typed(NumberOfParents(condition=held, span=counted.span), Counted(Unit.NUMBER))
