"""What a test expects: of a tier, an action, a step or a measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import texts, values
from fingerpost_dsl.from_syntax.amounts import type_of, written
from fingerpost_dsl.from_syntax.dates import date_of
from fingerpost_dsl.from_syntax.reach import article, pooled
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.model.declarations import Modality, Subject
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.tests import Asked, Expectation, ExpectMeasure, ExpectRule, ExpectTier, TestPupil
from fingerpost_dsl.names import Kind, Placed, did_you_mean
from fingerpost_dsl.types import Counted, described
from fingerpost_dsl.units import shown, wrong_unit

_ALWAYS = frozenset({"no", "unknown", "barred", "provisional", "unlisted"})
_BINDING = _ALWAYS | {"ongoing", "due", "overdue", "done", "lapsed"}
_STATUSES = {
    Modality.MUST: _BINDING,
    Modality.SHOULD: _BINDING,
    Modality.MAY: _ALWAYS | {"available", "used", "expired"},
    Modality.MUST_NOT: _ALWAYS | {"kept", "breached"},
    Modality.SHOULD_NOT: _ALWAYS | {"kept", "breached"},
}
"""Which words a test may expect of a rule."""

_TIER_WORDS = frozenset({"no", "unknown", "provisional", "settled"})


def expectation(
    expected: syntax.Expectation, pupils: Sequence[TestPupil], scope: Scope
) -> Expectation | None:
    """One expectation, checked against what it is about."""
    if isinstance(expected, syntax.ExpectMeasure):
        return _measure(expected, pupils, scope)
    if expected.kind is syntax.ExpectedKind.TIER:
        return _tier(expected, scope)
    return _rule(expected, pupils, scope)


def _measure(
    expected: syntax.ExpectMeasure, pupils: Sequence[TestPupil], scope: Scope
) -> ExpectMeasure | None:
    placed = scope.find(expected.name, Kind.MEASURE)
    if placed is None:
        return None
    whose, sound = _whose(placed, scope.of_whom(placed), expected.whose, pupils, scope)
    value: Quantity | dt.date | str | None
    match expected.value:
        case syntax.UnknownValue():
            value = None
        case syntax.NotApplicable():
            value = "not applicable"
        case _:
            value = _value(expected.value, placed, scope)
            sound = sound and value is not None
    if not sound:
        return None
    return ExpectMeasure(measure=placed.name, value=value, whose=whose, span=expected.span)


def _value(value: syntax.Value, placed: Placed, scope: Scope) -> Quantity | dt.date | None:
    typed = values.measure_by_name(placed, scope)
    meant = written(value, scope)
    if typed is None or meant is None or type_of(meant) == typed.type:
        return meant
    if isinstance(typed.type, Counted) and isinstance(meant, Quantity):
        what = f"`{placed.name}`"
        scope.report(wrong_unit(what=what, unit=typed.type.unit, quantity=meant, span=value.span))
    else:
        scope.report(
            Diagnostic(
                code="E0311",
                message=f"`{placed.name}` is {described(typed.type)}; "
                f"`{shown(value.span)}` is {described(type_of(meant))}",
                span=value.span,
            )
        )
    return None


def _tier(expected: syntax.Expect, scope: Scope) -> ExpectTier | None:
    placed = scope.find(expected.name, Kind.TIER)
    if placed is None:
        return None
    if expected.asked is not None:
        scope.report(
            Diagnostic(
                code="E0534",
                message="a tier asks nobody for anything",
                span=expected.asked.span,
                help="say it of an action or a step",
            )
        )
        return None
    word = None if expected.expected is None else expected.expected.value
    if word is not None and word not in _TIER_WORDS:
        scope.report(_never(expected, "a tier", word, sorted(_TIER_WORDS)))
        return None
    whose = None
    if expected.whose is not None:
        whose = (Subject(expected.whose.subject.value), expected.whose.id.text)
    return ExpectTier(tier=placed.name, qualifier=word, whose=whose, span=expected.span)


def _rule(expected: syntax.Expect, pupils: Sequence[TestPupil], scope: Scope) -> ExpectRule | None:
    kind = Kind.ACTION if expected.kind is syntax.ExpectedKind.ACTION else Kind.STEP
    placed = scope.find(expected.name, kind)
    if placed is None or not isinstance(placed.declaration, syntax.Action | syntax.Step):
        return None
    word = None if expected.expected is None else expected.expected.value
    modality = Modality(placed.declaration.norm.modality.value)
    if word is not None and word not in _STATUSES[modality]:
        scope.report(
            _never(expected, f"what somebody {modality.value} do", word, sorted(_STATUSES[modality]))
        )
        return None
    if modality is Modality.MAY and expected.due is not None:
        scope.report(
            Diagnostic(
                code="E0534",
                message="what somebody may do is never due",
                span=expected.due.span,
                labels=(Label(placed.declaration.norm.modality_span, "a may"),),
            )
        )
        return None
    whose, sound = _whose(placed, scope.of_whom(placed), expected.whose, pupils, scope)
    asked = _asked(expected.asked, scope)
    if not sound or (asked is None and expected.asked is not None):
        return None
    return ExpectRule(
        rule=placed.name,
        qualifier=word,
        whose=whose,
        occasion=date_of(expected.occasion),
        due=date_of(expected.due),
        triggered=date_of(expected.triggered),
        asked=asked,
        span=expected.span,
    )


def _asked(asked: syntax.Asked | None, scope: Scope) -> Asked | None:
    """Who is asked for what; an unknown role is reported."""
    actor = None if asked is None else texts.role(asked.actor, scope)
    if asked is None or actor is None:
        return None
    return Asked(
        actor=actor,
        modality=Modality(asked.modality.value),
        text=texts.optional(asked.text),
        span=asked.span,
    )


def _whose(
    placed: Placed,
    subject: Subject,
    whose: syntax.Whose | None,
    pupils: Sequence[TestPupil],
    scope: Scope,
) -> tuple[tuple[Subject, str] | None, bool]:
    """Of whom something is expected, and whether that can be: what is of parents, of a parent in the test."""
    if whose is None:
        return None, True
    said = Subject(whose.subject.value)
    if said is not subject and said is not Subject.PUPIL and not _may_be_pooled(placed, subject, said, scope):
        scope.report(
            Diagnostic(
                code="E0532",
                message=f"`{placed.name}` is for {article(subject)}, not for {article(said)}",
                span=whose.span,
                labels=(Label(placed.span, "declared here"),),
            )
        )
        return None, False
    names = _names(said, pupils, scope)
    if names is not None and whose.id.text not in names:
        advice, _ = did_you_mean(whose.id.text, names, whose.id.span)
        scope.report(
            Diagnostic(
                code="E0533",
                message=f'{_where(said)} has no {said.value} "{whose.id.text}"',
                span=whose.id.span,
                help=advice or f"it has {', '.join(names) or 'none'}",
            )
        )
        return None, False
    return (said, whose.id.text), True


def _names(said: Subject, pupils: Sequence[TestPupil], scope: Scope) -> list[str] | None:
    """Those of a sort whom a test may name; None where it may name any."""
    match said:
        case Subject.PUPIL:
            return [pupil.pupil for pupil in pupils]
        case Subject.PARENT:
            return [parent for pupil in pupils for parent in pupil.parents]
        case Subject.FAMILY:
            return [pupil.family for pupil in pupils if pupil.family is not None]
        case Subject.SCHOOL:
            return [pupil.school for pupil in pupils if pupil.school is not None]
        case Subject.COHORT:
            placed = scope.book.names.placed.values()
            return [one.name for one in placed if isinstance(one.declaration, syntax.Cohort)]
        case Subject.AUTHORITY:
            return None
        case _:
            assert_never(said)


def _where(said: Subject) -> str:
    return "the policy" if said is Subject.COHORT else "this test"


def _may_be_pooled(placed: Placed, subject: Subject, said: Subject, scope: Scope) -> bool:
    """Whether a pupil's measure may be expected of a group: one over marks, pooled over its pupils."""
    of_a_group = said not in (Subject.PUPIL, Subject.PARENT)
    return subject is Subject.PUPIL and of_a_group and pooled(placed.declaration, scope)


def _never(expected: syntax.Expect, what: str, word: str, words: Sequence[str]) -> Diagnostic:
    return Diagnostic(
        code="E0534",
        message=f"{what} is never `{word}`",
        span=expected.span,
        help=f"expect one of {', '.join(f'`{one}`' for one in words)}, or leave the word out",
    )
