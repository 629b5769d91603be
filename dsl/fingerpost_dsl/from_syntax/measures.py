"""What is worked out of marks, facts and events: measures, named conditions, cohorts and tiers."""

from __future__ import annotations

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.from_syntax import values
from fingerpost_dsl.from_syntax.amounts import amount, number
from fingerpost_dsl.from_syntax.conditions import condition, conditions
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.texts import citations, optional, texts, whole_subject
from fingerpost_dsl.model.declarations import Cohort, Measure, NamedCondition, Tier
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import OPERATORS
from fingerpost_dsl.types import Counted, Plain, described


def measure(declared: syntax.Measure, scope: Scope, because: str | None = None) -> Measure | None:
    """`measure absence "…" = share of absent in this academic year`."""
    subject = whole_subject(declared.for_each, scope)
    typed = values.measure_by_name(scope.book.names.placed[declared.name.text], scope)
    cites = citations(declared.cites, scope)
    if typed is None:
        return None
    if not isinstance(typed.type, Counted) and typed.type is not Plain.DATE:
        scope.report(
            Diagnostic(
                code="E0323",
                message=f"`{declared.name.text}` measures nothing: it is {described(typed.type)}",
                span=declared.value.span,
                help=f'write `condition {declared.name.text} "…" = …`',
            )
        )
        return None
    return Measure(
        name=declared.name.text,
        title=declared.title.text,
        value=typed.value,
        unit=typed.type.unit if isinstance(typed.type, Counted) else None,
        subject=subject,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def named_condition(
    declared: syntax.Condition, scope: Scope, because: str | None = None
) -> NamedCondition | None:
    """`condition support_failing "…" = …`."""
    subject = whole_subject(declared.for_each, scope)
    held = condition(declared.value, scope.of(subject))
    cites = citations(declared.cites, scope)
    if held is None:
        return None
    return NamedCondition(
        name=declared.name.text,
        title=declared.title.text,
        condition=held,
        subject=subject,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def cohort(declared: syntax.Cohort, scope: Scope, because: str | None = None) -> Cohort | None:
    """`cohort fsm "…" = free_school_meals is yes least size 10`."""
    held = condition(declared.value, scope)
    least = None
    if declared.least_size is not None:
        least = number(declared.least_size, declared.span, scope, of="`least size`")
        if least is None:
            return None
    cites = citations(declared.cites, scope)
    if held is None:
        return None
    return Cohort(
        name=declared.name.text,
        title=declared.title.text,
        condition=held,
        least_size=least,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )


def tier(declared: syntax.Tier, scope: Scope, because: str | None = None) -> Tier | None:
    """`tier at_risk "…" continues all_pupils when … provisional below few_sessions`."""
    held = conditions(declared.when, scope)
    continued = None if declared.continues is None else scope.find(declared.continues, Kind.TIER)
    below = None
    if declared.provisional_below is not None:
        units = OPERATORS["provisional below"].units
        below = amount(declared.provisional_below, scope, units=units, of="`provisional below`")
    left = None if declared.left_when is None else condition(declared.left_when, scope)
    cites = citations(declared.cites, scope)
    wanted = (declared.continues, declared.provisional_below, declared.left_when)
    got = (continued, below, left)
    if held is None or any(w is not None and g is None for w, g in zip(wanted, got, strict=True)):
        return None
    return Tier(
        name=declared.name.text,
        title=declared.title.text,
        continues=None if continued is None else continued.name,
        when=held,
        provisional_below=below,
        left_when=left,
        ours=optional(declared.ours),
        cites=cites,
        notes=texts(declared.notes),
        because=because,
        span=declared.span,
    )
