"""What stands on the right of `is`.

An option, yes or no, a value or a threshold, of the type of what is on the left.
"""

from __future__ import annotations

from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.amounts import threshold, type_of, written
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.model.expressions import Amount, Literal
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.names import did_you_mean
from fingerpost_dsl.types import Choice, Counted, Plain, Type, described
from fingerpost_dsl.units import shown, wrong_unit


def literal(value: syntax.Literal, type_: Type, what: str, scope: Scope) -> tuple[Amount, ...] | None:
    """The values on the right of `is`, if each has the type of the left, which messages call `what`."""
    match value:
        case syntax.YesNo(yes=yes, span=span):
            if type_ is Plain.YES_NO:
                return (Literal(value=yes, span=span),)
            scope.report(_not_yes_or_no(value, type_, what))
            return None
        case syntax.OneOf(options=options):
            options_found = [_option(option, type_, what, scope) for option in options]
            known = tuple(option for option in options_found if option is not None)
            return known if len(known) == len(options) else None
        case syntax.NamedValue(name=name):
            if isinstance(type_, Choice):
                option = _option(name, type_, what, scope)
                return None if option is None else (option,)
            return _threshold(name, type_, what, scope)
        case syntax.Percent() | syntax.Number() | syntax.Ratio() | syntax.Money() | syntax.Date():
            return _value(value, type_, what, scope)
        case _:
            assert_never(value)


def _option(name: syntax.Name, type_: Type, what: str, scope: Scope) -> Literal | None:
    if not isinstance(type_, Choice):
        scope.report(_mismatch(what, type_, name))
        return None
    if name.text in type_.options:
        return Literal(value=name.text, span=name.span)
    advice, fix = did_you_mean(name.text, type_.options, name.span)
    scope.report(
        Diagnostic(
            code="E0206",
            message=f"{what} is never `{name.text}`",
            span=name.span,
            note=f"it is {described(type_)}",
            help=advice,
            fix=fix,
        )
    )
    return None


def _threshold(name: syntax.Name, type_: Type, what: str, scope: Scope) -> tuple[Amount, ...] | None:
    if not isinstance(type_, Counted) and type_ is not Plain.DATE:
        scope.report(_mismatch(what, type_, name))
        return None
    named = threshold(name, scope)
    if named is None:
        return None
    if named[1] != type_:
        declared = scope.book.names.placed[name.text].span
        scope.report(
            Diagnostic(
                code="E0312" if isinstance(named[1], Counted) else "E0311",
                message=f"{what} is {described(type_)}; `{name.text}` is {described(named[1])}",
                span=name.span,
                labels=(Label(declared, "declared here"),),
            )
        )
        return None
    return (named[0],)


def _value(value: syntax.Value, type_: Type, what: str, scope: Scope) -> tuple[Amount, ...] | None:
    meant = written(value, scope)
    if meant is None:
        return None
    if type_of(meant) == type_:
        return (Literal(value=meant, span=value.span),)
    if isinstance(type_, Counted) and isinstance(meant, Quantity):
        scope.report(wrong_unit(what=what, unit=type_.unit, quantity=meant, span=value.span))
    else:
        scope.report(_mismatch(what, type_, value))
    return None


def _mismatch(what: str, type_: Type, value: syntax.Literal | syntax.Name) -> Diagnostic:
    advice = "write `is yes` or `is no`" if type_ is Plain.YES_NO else ""
    return Diagnostic(
        code="E0311",
        message=f"{what} is {described(type_)}; `{shown(value.span)}` is something else",
        span=value.span,
        help=advice,
    )


def _not_yes_or_no(value: syntax.YesNo, type_: Type, what: str) -> Diagnostic:
    return Diagnostic(
        code="E0311",
        message=f"{what} is {described(type_)}, not yes or no",
        span=value.span,
    )
