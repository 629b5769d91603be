"""Thresholds: a value or a unit, and the bounds within which it is open."""

from __future__ import annotations

import datetime as dt

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Fix, Label
from fingerpost_dsl.from_syntax.amounts import threshold_type, type_of, written
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.texts import citations, optional, texts
from fingerpost_dsl.model.declarations import Threshold
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.types import Counted, described
from fingerpost_dsl.units import shown, wrong_unit


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
                message=f"`{declared.name.text}` has no value, and nobody may give it one",
                span=declared.name.span,
                help="write `= …`, or add `open`",
            )
        )
    if (
        bounds is not None
        and value is not None
        and not (at_most(bounds[0], value) and at_most(value, bounds[1]))
    ):
        _outside_its_own_bounds(declared, scope)
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


def _outside_its_own_bounds(declared: syntax.Threshold, scope: Scope) -> None:
    assert declared.value is not None
    assert declared.open is not None
    scope.report(
        Diagnostic(
            code="E0508",
            message=f"`{shown(declared.value.span)}` lies outside what `{declared.name.text}` is open to",
            span=declared.value.span,
            labels=(Label(declared.open.span, "both ends included"),),
            help="the value itself must be one that a local policy could choose",
        )
    )


def at_most(one: Quantity | dt.date, other: Quantity | dt.date) -> bool:
    """Whether one value of a type is not more than another."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return one.amount <= other.amount
    return isinstance(one, dt.date) and isinstance(other, dt.date) and one <= other
