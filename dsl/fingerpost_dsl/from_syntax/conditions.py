"""Conditions: what is true, false or unknown."""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import arithmetic, selections, values, windows
from fingerpost_dsl.from_syntax.amounts import number
from fingerpost_dsl.from_syntax.literals import literal
from fingerpost_dsl.from_syntax.reach import reaches, reaches_tiers
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.typed import Typed
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    BuiltIn,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Literal,
    Not,
)
from fingerpost_dsl.names import Kind, Placed
from fingerpost_dsl.operators import BUILT_IN_SETS, Over
from fingerpost_dsl.source import Span
from fingerpost_dsl.types import Counted, Plain, described
from fingerpost_dsl.units import shown


def condition(expression: syntax.Expression, scope: Scope) -> Condition | None:
    """What an expression says; one that is a value, and neither true nor false, is reported."""
    match expression:
        case syntax.AnyOf(operands=operands, span=span):
            held = conditions(operands, scope)
            return None if held is None else AnyOf(conditions=held, span=span)
        case syntax.AllOf(operands=operands, span=span):
            held = conditions(operands, scope)
            return None if held is None else AllOf(conditions=held, span=span)
        case syntax.Not(operand=operand, span=span):
            denied = condition(operand, scope)
            return None if denied is None else Not(condition=denied, span=span)
        case syntax.AtLeastOf(number=least, options=options, span=span):
            return _at_least_of(least, options, span, scope)
        case syntax.Compare():
            return _compare(expression, scope)
        case syntax.Is():
            return _is(expression, scope)
        case syntax.IsKnown(operand=operand, known=known, span=span):
            typed = values.value(operand, scope)
            return None if typed is None else IsKnown(value=typed.value, negated=not known, span=span)
        case syntax.NoneOf(selection=chosen, windows=written, span=span):
            happened = _happened(chosen, written, span, scope)
            return None if happened is None else Not(condition=happened, span=span)
        case syntax.InTier():
            return in_tier(expression, scope)
        case syntax.AnyParent(condition=inner, span=span) | syntax.EveryParent(condition=inner, span=span):
            if not reaches_tiers(span, scope):
                return None
            held_by = condition(inner, scope.of(Subject.PARENT))
            every = isinstance(expression, syntax.EveryParent)
            return None if held_by is None else ForParents(every=every, condition=held_by, span=span)
        case syntax.Mention():
            return _mention(expression, scope)
        case _:
            typed = values.value(expression, scope)
            if typed is not None:
                scope.report(_neither(typed, expression.span))
            return None


def conditions(expressions: Sequence[syntax.Expression], scope: Scope) -> tuple[Condition, ...] | None:
    """Several conditions, all of them looked at even if one has an error."""
    found = [condition(one, scope) for one in expressions]
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) else None


def in_tier(written: syntax.InTier, scope: Scope) -> InTier | None:
    """`in tier at_risk`, also as a clause of a rule or pathway."""
    placed = scope.find(written.tier, Kind.TIER)
    if placed is None or not reaches_tiers(written.span, scope):
        return None
    return InTier(name=placed.name, only=written.only, span=written.span)


def _at_least_of(
    least: int | syntax.Name, options: Sequence[syntax.Expression], span: Span, scope: Scope
) -> Condition | None:
    held = conditions(options, scope)
    needed = number(least, span, scope, of="`at least … of`")
    if held is None or needed is None:
        return None
    return AtLeastOf(number=needed, conditions=held, span=span)


def _compare(written: syntax.Compare, scope: Scope) -> Condition | None:
    left = values.value(written.left, scope)
    right = values.value(written.right, scope)
    if left is None or right is None:
        return None
    for typed, operand in ((left, written.left), (right, written.right)):
        if not isinstance(typed.type, Counted) and typed.type is not Plain.DATE:
            scope.report(
                Diagnostic(
                    code="E0313",
                    message=f"`{shown(operand.span)}` is {described(typed.type)}, which has no more or less",
                    span=operand.span,
                    help="write `is …` or `is not …`",
                )
            )
            return None
    if left.type != right.type:
        scope.report(arithmetic.unlike(left, written.left.span, right, written.right.span))
        return None
    comparison = Comparison(written.comparison.value)
    return Compare(comparison=comparison, left=left.value, right=right.value, span=written.span)


def _is(written: syntax.Is, scope: Scope) -> Condition | None:
    if _is_about_a_condition(written, scope):
        return None
    typed = values.value(written.operand, scope)
    if typed is None:
        return None
    choices = literal(written.value, typed.type, f"`{shown(written.operand.span)}`", scope)
    if choices is None:
        return None
    return Is(value=typed.value, choices=choices, negated=written.negated, span=written.span)


def _is_about_a_condition(written: syntax.Is, scope: Scope) -> bool:
    """`support_failing is yes`: a condition, an event or an occasion is said or denied, not compared."""
    if not isinstance(written.operand, syntax.Mention) or not isinstance(written.value, syntax.YesNo):
        return False
    placed = scope.book.names.placed.get(written.operand.selection.name.text)
    if placed is None or placed.kind not in (Kind.CONDITION, Kind.EVENT, Kind.OCCASION):
        return False
    said = shown(written.operand.span)
    denied = f"not {said}" if placed.kind is Kind.CONDITION else f"no {said}"
    positive = written.value.yes is not written.negated
    scope.report(
        Diagnostic(
            code="E0305",
            message=f"`{placed.name}` is {placed.kind.with_article}, which is said or denied, not compared",
            span=written.span,
            labels=(Label(placed.span, "declared here"),),
            help=f"write `{said if positive else denied}`",
        )
    )
    return True


def _mention(mentioned: syntax.Mention, scope: Scope) -> Condition | None:
    """A name by itself: a yes-or-no fact, an event, an occasion, a condition."""
    name = mentioned.selection.name
    placed = scope.book.names.get(name.text)
    kind = placed.kind if placed is not None else None
    if placed is not None and kind in (Kind.EVENT, Kind.OCCASION):
        return _happened(mentioned.selection, mentioned.windows, mentioned.span, scope)
    if placed is not None and kind is Kind.CONDITION:
        return _condition_ref(placed, mentioned, scope)
    if placed is None and name.text not in BUILT_IN_SETS and not _is_built_in_value(name.text):
        scope.unknown(name.text, name.span, Kind.CONDITION, Kind.FACT, Kind.EVENT, Kind.OCCASION)
        return None
    if name.text in BUILT_IN_SETS or kind in (Kind.CODES, Kind.TIER):
        in_place_of = (
            f"in tier {name.text}" if kind is Kind.TIER else f"count of {name.text} … is at least 1 session"
        )
        what = "a set of codes" if kind is None else kind.with_article
        scope.report(
            Diagnostic(
                code="E0303",
                message=f"`{name.text}` is {what}, which is neither true nor false",
                span=mentioned.span,
                help=f"write `{in_place_of}`",
            )
        )
        return None
    typed = values.mention(mentioned, scope)
    if typed is None:
        return None
    if typed.type is not Plain.YES_NO:
        scope.report(_neither(typed, mentioned.span))
        return None
    yes = Literal(value=True, span=mentioned.span)
    return Is(value=typed.value, choices=(yes,), span=mentioned.span)


def _is_built_in_value(name: str) -> bool:
    return any(name == built_in.value for built_in in BuiltIn)


def _condition_ref(placed: Placed, mentioned: syntax.Mention, scope: Scope) -> Condition | None:
    advice = "its windows stand where it is declared"
    if not values.bare(mentioned, scope, "a condition", advice):
        return None
    if not reaches(placed, mentioned.selection.name.span, scope):
        return None
    return ConditionRef(name=placed.name, span=mentioned.span)


def _happened(
    chosen: syntax.Selection, written: Sequence[syntax.Window], span: Span, scope: Scope
) -> Happened | None:
    which = selections.selection(chosen, scope)
    laid = windows.every_window(written, scope, over=Over.EVENTS)
    return None if which is None or laid is None else Happened(selection=which, windows=laid, span=span)


def _neither(typed: Typed, span: Span) -> Diagnostic:
    advice = "compare it: `is at least …`, `is more than …`, `is at most …`, `is less than …`"
    if not isinstance(typed.type, Counted) and typed.type is not Plain.DATE:
        advice = "say which: `is …`"
    return Diagnostic(
        code="E0303",
        message=f"`{shown(span)}` is {described(typed.type)}, which is neither true nor false",
        span=span,
        help=advice,
    )
