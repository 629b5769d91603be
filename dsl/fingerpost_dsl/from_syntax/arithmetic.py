"""Arithmetic with units: what may be added, multiplied, divided, rounded, and put side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import values
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.typed import Typed
from fingerpost_dsl.model.expressions import Extreme, Literal, Product, Rounded, Rounding, Sum
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.source import Span
from fingerpost_dsl.types import Counted, Plain, described
from fingerpost_dsl.units import shown, wrong_unit


def total(summed: syntax.Sum, scope: Scope) -> Typed | None:
    """`a + b - c`."""
    operands = (summed.first, *(term.operand for term in summed.rest))
    typed = values.values(operands, scope)
    if typed is None or not _counted(typed, operands, "added up", scope) or not same(typed, operands, scope):
        return None
    signs = [1, *(1 if term.operator is syntax.SumOperator.PLUS else -1 for term in summed.rest)]
    terms = tuple((sign, one.value) for sign, one in zip(signs, typed, strict=True))
    return Typed(Sum(terms=terms, span=summed.span), typed[0].type)


def product(multiplied: syntax.Product, scope: Scope) -> Typed | None:
    """`a * b / c`: numbers and shares scale what has a unit; a value over another of its unit is a share."""
    operands = (multiplied.first, *(factor.operand for factor in multiplied.rest))
    typed = values.values(operands, scope)
    if typed is None or not _counted(typed, operands, "multiplied", scope):
        return None
    powers = [
        1,
        *(1 if factor.operator is syntax.ProductOperator.TIMES else -1 for factor in multiplied.rest),
    ]
    unit: Unit | None = Unit.NUMBER
    for power, one, operand in zip(powers, typed, operands, strict=True):
        assert isinstance(one.type, Counted)
        unit = _scaled(unit, power, one.type.unit) if unit is not None else None
        if unit is None:
            scope.report(
                Diagnostic(
                    code="E0306",
                    message=f"what is {described(one.type)} cannot be "
                    f"{'multiplied with' if power > 0 else 'divided into'} what stands before it",
                    span=operand.span,
                    help="multiply with a number or a share; divide by a number or a value of the same unit",
                )
            )
            return None
    factors = tuple((power, one.value) for power, one in zip(powers, typed, strict=True))
    return Typed(Product(factors=factors, span=multiplied.span), Counted(unit or Unit.NUMBER))


def _scaled(unit: Unit, power: int, by: Unit) -> Unit | None:
    """The unit of a product so far, times or over one more factor."""
    if power > 0:
        if unit is Unit.NUMBER:
            return by
        if by is Unit.NUMBER:
            return unit
        if by is Unit.SHARE:
            return unit
        return by if unit is Unit.SHARE else None
    if by is Unit.NUMBER:
        return Unit.SHARE if unit is Unit.NUMBER else unit
    if unit is by:
        return Unit.NUMBER if unit is Unit.SHARE else Unit.SHARE
    return unit if by is Unit.SHARE else None


def extreme(chosen: syntax.Extreme, scope: Scope) -> Typed | None:
    """`lowest of (a; b)`."""
    typed = values.values(chosen.operands, scope)
    if typed is None:
        return None
    dates = all(one.type is Plain.DATE for one in typed)
    if not dates and not _counted(typed, chosen.operands, "compared", scope):
        return None
    if not same(typed, chosen.operands, scope):
        return None
    highest = chosen.kind is syntax.ExtremeKind.HIGHEST
    found = Extreme(highest=highest, values=tuple(one.value for one in typed), span=chosen.span)
    return Typed(found, typed[0].type)


_DECIMALS = {1: Rounding.ONE_DECIMAL, 2: Rounding.TWO_DECIMALS, 3: Rounding.THREE_DECIMALS}


def rounded(cut: syntax.Rounded, scope: Scope) -> Typed | None:
    """`absence rounded down to whole percent`."""
    typed = values.value(cut.operand, scope)
    if typed is None:
        return None
    if typed.type != Counted(Unit.SHARE):
        scope.report(
            Diagnostic(
                code="E0306",
                message=f"`{shown(cut.operand.span)}` is {described(typed.type)}; only a share is rounded",
                span=cut.span,
                help="counts are whole numbers already",
            )
        )
        return None
    return Typed(Rounded(value=typed.value, rounding=_rounding(cut), span=cut.span), typed.type)


def _rounding(cut: syntax.Rounded) -> Rounding:
    match cut.rounding:
        case syntax.RoundingKind.WHOLE_PERCENT:
            return Rounding.WHOLE
        case syntax.RoundingKind.DOWN_TO_WHOLE_PERCENT:
            return Rounding.DOWN
        case syntax.RoundingKind.DECIMALS:
            return _DECIMALS[cut.decimals or 1]
        case _:
            assert_never(cut.rounding)


def same(typed: Sequence[Typed], operands: Sequence[syntax.Expression], scope: Scope) -> bool:
    """Whether all have the type of the first; if not, that is reported."""
    first = typed[0]
    for one, operand in zip(typed[1:], operands[1:], strict=True):
        if one.type != first.type:
            scope.report(unlike(first, operands[0].span, one, operand.span))
            return False
    return True


def unlike(left: Typed, left_span: Span, right: Typed, right_span: Span) -> Diagnostic:
    """Two values that cannot be compared or added, with the fix where one of them is written out."""
    for one, other, span, other_span in (
        (left, right, left_span, right_span),
        (right, left, right_span, left_span),
    ):
        written = other.value
        if (
            isinstance(one.type, Counted)
            and isinstance(written, Literal)
            and isinstance(written.value, Quantity)
        ):
            what = f"`{shown(span)}`"
            return wrong_unit(what=what, unit=one.type.unit, quantity=written.value, span=other_span)
    counted = isinstance(left.type, Counted) and isinstance(right.type, Counted)
    return Diagnostic(
        code="E0312" if counted else "E0301",
        message=f"`{shown(left_span)}` is {described(left.type)}; "
        f"`{shown(right_span)}` is {described(right.type)}",
        span=right_span,
        labels=(Label(left_span, described(left.type)),),
        help="nothing is converted silently: use two values with the same unit",
    )


def _counted(typed: Sequence[Typed], operands: Sequence[syntax.Expression], done: str, scope: Scope) -> bool:
    """Whether all are numbers of something; if not, the first that is not is reported."""
    for one, operand in zip(typed, operands, strict=True):
        if not isinstance(one.type, Counted):
            scope.report(
                Diagnostic(
                    code="E0306",
                    message=f"`{shown(operand.span)}` is {described(one.type)}, which cannot be {done}",
                    span=operand.span,
                )
            )
            return False
    return True
