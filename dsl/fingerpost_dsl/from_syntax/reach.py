"""Who may speak of whom: a pupil's rule may not speak of a parent's notices without saying which parent's.

| a rule for … | may mention what is of … |
|---|---|
| a pupil | the pupil, the school, the authority, the family |
| a parent | the same, and that parent |
| a school, authority, family or cohort | itself, the school, the authority, and measures over marks, pooled |
"""

from __future__ import annotations

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.scope import Scope, subject_of
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.names import Kind, Placed
from fingerpost_dsl.source import Span

_EVERYWHERE = frozenset({Subject.SCHOOL, Subject.AUTHORITY})
_OF_A_PUPIL = _EVERYWHERE | {Subject.PUPIL, Subject.FAMILY}
_REACH: dict[Subject, frozenset[Subject]] = {
    Subject.PUPIL: _OF_A_PUPIL,
    Subject.PARENT: _OF_A_PUPIL | {Subject.PARENT},
    Subject.FAMILY: _EVERYWHERE | {Subject.FAMILY},
    Subject.COHORT: _EVERYWHERE | {Subject.COHORT},
    Subject.SCHOOL: _EVERYWHERE,
    Subject.AUTHORITY: frozenset({Subject.AUTHORITY}),
}


def reaches(placed: Placed, span: Span, scope: Scope) -> bool:
    """Whether the scope may mention this fact, event, measure or condition; if not, that is reported."""
    subject = subject_of(placed)
    if subject is scope.subject or subject in _REACH[scope.subject]:
        return True
    if subject is Subject.PUPIL and placed.kind is Kind.MEASURE and pooled(placed.declaration, scope):
        return True
    scope.report(
        _of_a_parent(placed, span, scope) if subject is Subject.PARENT else _of_another(placed, span, scope)
    )
    return False


def reaches_tiers(span: Span, scope: Scope) -> bool:
    """Whether the scope may ask for a tier, or for parents: both are a pupil's."""
    if scope.subject in (Subject.PUPIL, Subject.PARENT):
        return True
    scope.report(
        Diagnostic(
            code="E0316",
            message=f"tiers and parents are a pupil's; this speaks of {article(scope.subject)}",
            span=span,
            help=f"leave out `for each {scope.subject.value}`, or compare a measure instead",
        )
    )
    return False


def pooled(declaration: object, scope: Scope) -> bool:
    """Whether a measure is over marks alone, and so can be pooled over the pupils of a school or cohort."""
    return isinstance(declaration, syntax.Measure) and _over_marks(declaration.value, scope, depth=0)


def _over_marks(expression: syntax.Expression, scope: Scope, depth: int) -> bool:
    match expression:
        case (
            syntax.ShareOf()
            | syntax.WholeDaysOf()
            | syntax.CurrentRun()
            | syntax.LongestRun()
            | syntax.WeeksWith()
            | syntax.MostInAny()
            | syntax.Percent()
            | syntax.Number()
            | syntax.Ratio()
        ):
            return True
        case syntax.CountOf(of=of):
            if isinstance(of, syntax.Text):
                return True
            placed = scope.book.names.placed.get(of.name.text)
            return placed is None or placed.kind is Kind.CODES
        case syntax.Sum(first=first, rest=rest):
            return all(_over_marks(one, scope, depth) for one in (first, *(term.operand for term in rest)))
        case syntax.Product(first=first, rest=factors):
            return all(
                _over_marks(one, scope, depth) for one in (first, *(factor.operand for factor in factors))
            )
        case syntax.Extreme(operands=operands):
            return all(_over_marks(one, scope, depth) for one in operands)
        case syntax.Rounded(operand=operand):
            return _over_marks(operand, scope, depth)
        case syntax.Mention(selection=selection):
            placed = scope.book.names.placed.get(selection.name.text)
            if placed is None or placed.kind is Kind.THRESHOLD:
                return True
            return _measure_over_marks(placed.declaration, scope, depth)
        case syntax.MentionAsAt(name=name):
            placed = scope.book.names.placed.get(name.text)
            return placed is None or _measure_over_marks(placed.declaration, scope, depth)
        case _:
            return False


def _measure_over_marks(declared: object, scope: Scope, depth: int) -> bool:
    return isinstance(declared, syntax.Measure) and (
        depth > 20 or _over_marks(declared.value, scope, depth + 1)
    )


def _of_a_parent(placed: Placed, span: Span, scope: Scope) -> Diagnostic:
    mention = placed.name
    if scope.subject is Subject.PUPIL:
        advice = (
            f"ask `any parent has ({mention} …)` or `every parent has ({mention} …)`, or add "
            "`for each parent` to what you are writing"
        )
    else:
        advice = "only what is of a pupil, or `for each parent`, may ask for a parent's"
    return Diagnostic(
        code="E0315",
        message=f"`{mention}` is of each parent; this speaks of {article(scope.subject)}",
        span=span,
        labels=(Label(placed.span, f"this {placed.kind} is `for each parent`"),),
        help=advice,
    )


def _of_another(placed: Placed, span: Span, scope: Scope) -> Diagnostic:
    subject = subject_of(placed)
    advice = ""
    if subject is Subject.PUPIL:
        advice = f"for {article(scope.subject)}, only measures over marks can be pooled over its pupils"
    return Diagnostic(
        code="E0317",
        message=f"`{placed.name}` is of {article(subject)}; this speaks of {article(scope.subject)}",
        span=span,
        labels=(Label(placed.span, "declared here"),),
        help=advice,
    )


def article(subject: Subject) -> str:
    """`a pupil`, `an authority`."""
    return f"{'an' if subject is Subject.AUTHORITY else 'a'} {subject.value}"
