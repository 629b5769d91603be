"""Quantities and dates: written out, or by the name of a threshold.

And whether they have the unit that is wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from fractions import Fraction
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.model.expressions import Amount, Literal, ThresholdValue
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.names import Kind
from fingerpost_dsl.source import Span
from fingerpost_dsl.types import Counted, Plain, Type, described
from fingerpost_dsl.units import in_words, offered, shown


def unit_of(unit: syntax.Unit | None) -> Unit:
    """The model's unit; a number without one counts nothing in particular."""
    return Unit.NUMBER if unit is None else Unit(unit.value)


def plain_value(value: syntax.Value) -> Quantity | dt.date:
    """What a written value means, unchecked. A fraction without a unit, such as `4/86`, is a share."""
    match value:
        case syntax.Percent():
            return Quantity(value.value, Unit.SHARE)
        case syntax.Number():
            return Quantity(value.value, unit_of(value.unit))
        case syntax.Ratio():
            unit = Unit.SHARE if value.unit is None else Unit(value.unit.value)
            return Quantity(Fraction(value.numerator, value.denominator or 1), unit)
        case syntax.Money():
            return Quantity(Fraction(value.pence, 100), Unit.MONEY)
        case syntax.Date():
            return value.date
        case _:
            assert_never(value)


def written(value: syntax.Value, scope: Scope) -> Quantity | dt.date | None:
    """What a written value means; a share above the whole is reported."""
    meant = plain_value(value)
    if isinstance(meant, Quantity) and meant.unit is Unit.SHARE and meant.amount > 1:
        scope.report(
            Diagnostic(
                code="E0307",
                message=f"`{shown(value.span)}` is more than the whole",
                span=value.span,
                help="a share lies between 0% and 100%",
            )
        )
        return None
    return meant


def type_of(meant: Quantity | dt.date) -> Type:
    """The type of a written value."""
    return Counted(meant.unit) if isinstance(meant, Quantity) else Plain.DATE


def threshold_type(threshold: syntax.Threshold) -> Type | None:
    """The type of a threshold: that of its value, or the unit it is declared in."""
    if threshold.value is not None:
        return type_of(plain_value(threshold.value))
    return Counted(Unit(threshold.unit.value)) if threshold.unit is not None else None


def threshold(name: syntax.Name, scope: Scope) -> tuple[ThresholdValue, Type] | None:
    """A threshold by name, with its type."""
    placed = scope.find(name, Kind.THRESHOLD)
    if placed is None or not isinstance(placed.declaration, syntax.Threshold):
        return None
    type_ = threshold_type(placed.declaration)
    return None if type_ is None else (ThresholdValue(name=name.text, span=name.span), type_)


def amount(quantity: syntax.Quantity, scope: Scope, *, units: Collection[Unit], of: str) -> Amount | None:
    """A length or a count in one of `units`. `of` says for what, in messages: "a deadline"."""
    if isinstance(quantity, syntax.Name):
        named = threshold(quantity, scope)
        if named is None:
            return None
        value, type_ = named
        declared = scope.book.names.placed[quantity.text].span
        return (
            value if _fits(type_, units, of=of, span=quantity.span, scope=scope, declared=declared) else None
        )
    meant = written(quantity, scope)
    if meant is None:
        return None
    if not _fits(
        type_of(meant),
        units,
        of=of,
        span=quantity.span,
        scope=scope,
        meant=meant if isinstance(meant, Quantity) else None,
    ):
        return None
    return Literal(value=meant, span=quantity.span)


def number(value: int | syntax.Name, span: Span, scope: Scope, *, of: str) -> Amount | None:
    """A plain number, written out or by the name of a threshold."""
    if isinstance(value, syntax.Name):
        return amount(value, scope, units={Unit.NUMBER}, of=of)
    return Literal(value=Quantity(Fraction(value), Unit.NUMBER), span=span)


def date_amount(value: syntax.Date | syntax.Name, scope: Scope) -> Amount | None:
    """A date, written out or by the name of a threshold."""
    if isinstance(value, syntax.Date):
        return Literal(value=value.date, span=value.span)
    named = threshold(value, scope)
    if named is None:
        return None
    if named[1] is not Plain.DATE:
        scope.report(
            Diagnostic(
                code="E0310",
                message=f"`{value.text}` is {described(named[1])}; a date is wanted here",
                span=value.span,
                labels=(Label(scope.book.names.placed[value.text].span, "declared here"),),
            )
        )
        return None
    return named[0]


def unit_fits(
    unit: syntax.Unit, span: Span, scope: Scope, *, units: Collection[Unit], of: str
) -> Unit | None:
    """A unit that stands alone (`in this term`, `every week`), if it is one of `units`."""
    meant = Unit(unit.value)
    if meant in units:
        return meant
    scope.report(
        Diagnostic(
            code="E0308",
            message=f"{of} takes {in_words(units)}, not {meant.value}s",
            span=span,
        )
    )
    return None


def _fits(
    type_: Type,
    units: Collection[Unit],
    *,
    of: str,
    span: Span,
    scope: Scope,
    meant: Quantity | None = None,
    declared: Span | None = None,
) -> bool:
    if isinstance(type_, Counted) and type_.unit in units:
        return True
    advice = ""
    if meant is not None:
        offers = [offer for unit in Unit if unit in units and (offer := offered(meant, unit)) is not None]
        advice = f"write `{offers[0][0]}`" if len(offers) == 1 else ""
        if len(offers) > 1 and meant.unit is Unit.NUMBER:
            advice = "say what is counted: " + ", ".join(f"`{instead}`" for instead, _ in offers[:4])
    scope.report(
        Diagnostic(
            code="E0308",
            message=f"{of} is counted in {in_words(units)}; `{shown(span)}` is {described(type_)}",
            span=span,
            labels=(Label(declared, "declared here"),) if declared is not None else (),
            help=advice,
        )
    )
    return False
