"""Which events or occasions: selections with their `where`, and the anchors that times hang on."""

from __future__ import annotations

from collections.abc import Mapping

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.from_syntax import windows
from fingerpost_dsl.from_syntax.amounts import plain_value, threshold, type_of, written
from fingerpost_dsl.from_syntax.literals import literal
from fingerpost_dsl.from_syntax.marks import only_counted
from fingerpost_dsl.from_syntax.reach import reaches
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.value_types import declared_type
from fingerpost_dsl.model.expressions import (
    Anchor,
    Comparison,
    Edge,
    FieldCompare,
    FieldIs,
    FieldRef,
    FieldTest,
    FieldWithin,
    Literal,
    Selection,
    ThresholdValue,
    Which,
)
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.names import Kind, Named, did_you_mean
from fingerpost_dsl.operators import BUILT_IN_SETS, UNMARKED, Over
from fingerpost_dsl.types import Counted, Plain, Type, described, of_value_type
from fingerpost_dsl.units import shown, wrong_unit

_OCCASION_FIELDS: Mapping[str, Type] = {
    "start": Plain.DATE,
    "end": Plain.DATE,
    "length": Counted(Unit.SESSION),
}


def selection(chosen: syntax.Selection, scope: Scope, *, marks_too: bool = False) -> Selection | None:
    """Events or occasions of one kind; with `marks_too`, also the runs of a set of codes."""
    kinds = (Kind.EVENT, Kind.OCCASION, Kind.CODES) if marks_too else (Kind.EVENT, Kind.OCCASION)
    if marks_too and chosen.name.text == UNMARKED:
        only_counted(chosen.name, scope)
        return None
    if marks_too and chosen.name.text in BUILT_IN_SETS:
        fields: Mapping[str, Type] = _OCCASION_FIELDS
        occasion = reached = True
    else:
        placed = scope.find(chosen.name, *kinds)
        if placed is None:
            return None
        reached = reaches(placed, chosen.name.span, scope)
        fields = fields_of(placed.declaration)
        occasion = placed.kind is not Kind.EVENT
    tests = [_field_test(test, chosen.name.text, fields, scope) for test in chosen.where]
    known = tuple(test for test in tests if test is not None)
    if len(known) != len(tests) or not reached:
        return None
    which = Which.ALL if chosen.which is None else Which(chosen.which.value)
    return Selection(name=chosen.name.text, occasion=occasion, which=which, where=known, span=chosen.span)


def anchor(anchored: syntax.Anchor, scope: Scope) -> Anchor | None:
    """What a window or a deadline hangs on."""
    chosen = selection(anchored.selection, scope, marks_too=True)
    if chosen is None:
        return None
    edge = None if anchored.edge is None else Edge(anchored.edge.value)
    return Anchor(selection=chosen, edge=edge, span=anchored.span)


def fields_of(declaration: Named) -> Mapping[str, Type]:
    """The fields that `where` may ask for: an event's own, `date` and `until`; an occasion's three."""
    if not isinstance(declaration, syntax.Event):
        return _OCCASION_FIELDS
    own = {field.name.text: of_value_type(declared_type(field.type)) for field in declaration.fields}
    return {"date": Plain.DATE, "until": Plain.DATE} | own


def _field_type(name: syntax.Name, of: str, fields: Mapping[str, Type], scope: Scope) -> Type | None:
    if name.text in fields:
        return fields[name.text]
    advice, fix = did_you_mean(name.text, fields, name.span)
    scope.report(
        Diagnostic(
            code="E0207",
            message=f"`{of}` has no field `{name.text}`",
            span=name.span,
            help=advice or f"it has {', '.join(f'`{field}`' for field in fields)}",
            fix=fix,
        )
    )
    return None


def _field_test(
    test: syntax.FieldTest, of: str, fields: Mapping[str, Type], scope: Scope
) -> FieldTest | None:
    type_ = _field_type(test.field_name, of, fields, scope)
    if type_ is None:
        return None
    match test:
        case syntax.FieldIs():
            choices = literal(test.value, type_, f"`{test.field_name.text}`", scope)
            if choices is None:
                return None
            plain = tuple(choice.value for choice in choices if isinstance(choice, Literal))
            if len(plain) != len(choices):
                scope.report(
                    Diagnostic(
                        code="E0311",
                        message="a field is compared with a value written out",
                        span=test.value.span,
                        help="write the value itself, or `is at least …`, which takes a threshold",
                    )
                )
                return None
            return FieldIs(field=test.field_name.text, choices=plain, negated=test.negated, span=test.span)
        case syntax.FieldCompare():
            operand = _operand(test, type_, fields, scope)
            if operand is None:
                return None
            comparison = Comparison(test.comparison.value)
            return FieldCompare(
                field=test.field_name.text, comparison=comparison, operand=operand, span=test.span
            )
        case syntax.FieldInWindow():
            if type_ is not Plain.DATE:
                scope.report(
                    Diagnostic(
                        code="E0310",
                        message=f"`{test.field_name.text}` is {described(type_)}; only dates lie in windows",
                        span=test.field_name.span,
                    )
                )
                return None
            window = windows.window(test.window, scope, over=Over.DATES)
            return (
                None
                if window is None
                else FieldWithin(field=test.field_name.text, window=window, span=test.span)
            )


def _operand(
    test: syntax.FieldCompare, type_: Type, fields: Mapping[str, Type], scope: Scope
) -> Literal | ThresholdValue | FieldRef | None:
    """The right side of `offence_from is at least national_start`, if it has the field's own type."""
    operand: Literal | ThresholdValue | FieldRef
    if not isinstance(type_, Counted) and type_ is not Plain.DATE:
        scope.report(
            Diagnostic(
                code="E0313",
                message=f"`{test.field_name.text}` is {described(type_)}, which has no more or less",
                span=test.span,
                help=f"write `{test.field_name.text} is …` or `{test.field_name.text} is not …`",
            )
        )
        return None
    if isinstance(test.value, syntax.Name):
        if test.value.text in fields:
            operand = FieldRef(field=test.value.text, span=test.value.span)
            other: Type = fields[test.value.text]
        else:
            named = threshold(test.value, scope)
            if named is None:
                return None
            operand, other = named
    else:
        meant = written(test.value, scope)
        if meant is None:
            return None
        operand, other = Literal(value=meant, span=test.value.span), type_of(meant)
    if other == type_:
        return operand
    if isinstance(type_, Counted) and not isinstance(test.value, syntax.Name):
        meant = plain_value(test.value)
        if isinstance(meant, Quantity):
            what = f"`{test.field_name.text}`"
            scope.report(wrong_unit(what=what, unit=type_.unit, quantity=meant, span=test.value.span))
            return None
    scope.report(
        Diagnostic(
            code="E0311",
            message=f"`{test.field_name.text}` is {described(type_)}; "
            f"`{shown(test.value.span)}` is {described(other)}",
            span=test.value.span,
        )
    )
    return None
