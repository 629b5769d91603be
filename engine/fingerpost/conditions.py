"""Whether a condition holds on a date, and why.

The reference, one condition, one date, one tree (meanings 10, 15, 19).

A `not` goes inward: the opposite comparison is judged, so that what is not applicable stays false either way
(meaning 10). Nodes under a `not` are marked `negated`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import assert_never

from fingerpost import event_values
from fingerpost.logic import Cause, Truth, all_true, any_true, at_least_true
from fingerpost.reasons import Measured, Reason
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Subject, Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Not,
)
from fingerpost_dsl.model.policy import Policy

OPPOSITE = {
    Comparison.AT_LEAST: Comparison.LESS_THAN,
    Comparison.LESS_THAN: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.MORE_THAN,
    Comparison.MORE_THAN: Comparison.AT_MOST,
}


def truth_at(condition: Condition, ordinal: int, scope: Scope, *, negated: bool = False) -> Truth:
    """The truth that `reason_at` says, without the reason: no part is asked that the others have settled."""
    return _truth_at(condition, ordinal, scope.quiet(), negated)


def _truth_at(condition: Condition, ordinal: int, scope: Scope, negated: bool) -> Truth:
    match condition:
        case AnyOf(conditions=conditions) | AllOf(conditions=conditions):
            alternatives = isinstance(condition, AnyOf) is not negated
            join = any_true if alternatives else all_true
            return join(_truth_at(part, ordinal, scope, negated) for part in conditions)
        case Not(condition=inner):
            return _truth_at(inner, ordinal, scope, not negated)
        case Compare(comparison=comparison, left=left, right=right):
            a, b = value_at(left, ordinal, scope), value_at(right, ordinal, scope)
            return compare(OPPOSITE[comparison] if negated else comparison, a, b)
        case Is(value=value, choices=choices, negated=is_not):
            others = [value_at(choice, ordinal, scope) for choice in choices]
            return equal(value_at(value, ordinal, scope), others, negated=is_not is not negated)
        case IsKnown(value=value, negated=is_unknown):
            return _is_known(value_at(value, ordinal, scope), negated=is_unknown is not negated)
        case Happened(selection=selection, windows=windows):
            truth = event_values.find(selection, windows, ordinal, scope).truth
            return ~truth if negated else truth
        case ConditionRef(name=name):
            declared = scope.policy.conditions[name]
            return _truth_at(declared.condition, ordinal, _own(declared.subject, scope), negated)
        case ForParents(every=every, condition=inner):
            scopes = (scope.of_parent(parent) for parent in _parents(scope))
            truths = (_truth_at(inner, ordinal, own, negated) for own in scopes)
            return all_true(truths) if every is not negated else any_true(truths)
        case AtLeastOf() | InTier():
            return _reason_at(condition, ordinal, scope, negated).truth
        case _:
            assert_never(condition)


def reason_at(
    condition: Condition, ordinal: int, scope: Scope, *, negated: bool = False, role: str | None = None
) -> Reason:
    """Whether a condition (or, `negated`, its opposite) holds as at a date, and why.

    `role` is what the node is to its parent.
    """
    reason = _reason_at(condition, ordinal, scope, negated)
    if role is not None:
        object.__setattr__(reason, "role", role)  # not yet shown to anybody: no second copy for one field
    return reason


def _reason_at(condition: Condition, ordinal: int, scope: Scope, negated: bool) -> Reason:
    match condition:
        case AnyOf(conditions=conditions) | AllOf(conditions=conditions):
            children = _reasons(conditions, ordinal, scope, negated)
            alternatives = isinstance(condition, AnyOf) is not negated
            truth = (any_true if alternatives else all_true)(child.truth for child in children)
            return Reason(clause=condition, truth=truth, children=children, negated=negated)
        case Not(condition=inner):
            child = reason_at(inner, ordinal, scope, negated=not negated)
            return Reason(clause=condition, truth=child.truth, children=(child,), negated=negated)
        case AtLeastOf():
            return _at_least_of(condition, ordinal, scope, negated)
        case Compare(comparison=comparison, left=left, right=right):
            a, b = value_at(left, ordinal, scope), value_at(right, ordinal, scope)
            truth = compare(OPPOSITE[comparison] if negated else comparison, a, b)
            return _judged(condition, truth, a, (b,), negated)
        case Is(value=value, choices=choices, negated=is_not):
            a = value_at(value, ordinal, scope)
            others = [value_at(choice, ordinal, scope) for choice in choices]
            return _judged(condition, equal(a, others, negated=is_not is not negated), a, others, negated)
        case IsKnown(value=value, negated=is_unknown):
            a = value_at(value, ordinal, scope)
            truth = _is_known(a, negated=is_unknown is not negated)
            return Reason(clause=condition, truth=truth, left=a, negated=negated)
        case Happened():
            return _happened(condition, ordinal, scope, negated)
        case ConditionRef(name=name):
            declared = scope.policy.conditions[name]
            child = reason_at(declared.condition, ordinal, _own(declared.subject, scope), negated=negated)
            return Reason(clause=condition, truth=child.truth, children=(child,), negated=negated)
        case InTier():
            return in_tier(condition, ordinal, scope, negated=negated)
        case ForParents():
            return _for_parents(condition, ordinal, scope, negated)
        case _:
            assert_never(condition)


def _own(subject: Subject, scope: Scope) -> Scope:
    """The scope of a named condition: the pupil's own is not judged once a parent."""
    return scope if subject is Subject.PARENT else scope.of_pupil()


def _reasons(
    conditions: Sequence[Condition], ordinal: int, scope: Scope, negated: bool
) -> tuple[Reason, ...]:
    return tuple(reason_at(condition, ordinal, scope, negated=negated) for condition in conditions)


def _judged(
    condition: Compare | Is, truth: Truth, left: Measured, right: Sequence[Measured], negated: bool
) -> Reason:
    values = (left, *right)
    cause = next((v.cause for v in values if (not v.exact or not v.applicable) and v.cause), None)
    return Reason(
        clause=condition,
        truth=truth,
        left=left,
        right=right[0] if right else None,
        evidence=left.evidence,
        cause=cause,
        negated=negated,
        not_applicable=any(not value.applicable for value in values),
    )


def compare(comparison: Comparison, left: Measured, right: Measured) -> Truth:
    """A comparison over intervals: true if true at both ends, false if false at both (meaning 15)."""
    if not left.applicable or not right.applicable:
        return Truth.FALSE
    if left.plain is not None or right.plain is not None:
        a, b = left.plain, right.plain
        if a is None or b is None or isinstance(a, (bool, str)) or isinstance(b, (bool, str)):
            return Truth.UNKNOWN
        return compare_bounds(comparison, *([Fraction(a.toordinal())] * 2), *([Fraction(b.toordinal())] * 2))
    return compare_bounds(comparison, left.lowest, left.highest, right.lowest, right.highest)


def compare_bounds(
    comparison: Comparison,
    low: Fraction | None,
    high: Fraction | None,
    other_low: Fraction | None,
    other_high: Fraction | None,
) -> Truth:
    """The same over the bounds themselves; None is no bound."""
    match comparison:
        case Comparison.AT_LEAST:
            if low is not None and other_high is not None and low >= other_high:
                return Truth.TRUE
            beyond = high is not None and other_low is not None and high < other_low
            return Truth.FALSE if beyond else Truth.UNKNOWN
        case Comparison.MORE_THAN:
            if low is not None and other_high is not None and low > other_high:
                return Truth.TRUE
            beyond = high is not None and other_low is not None and high <= other_low
            return Truth.FALSE if beyond else Truth.UNKNOWN
        case Comparison.AT_MOST | Comparison.LESS_THAN:
            return ~compare_bounds(OPPOSITE[comparison], low, high, other_low, other_high)
        case _:
            assert_never(comparison)


def equal(left: Measured, choices: Sequence[Measured], *, negated: bool) -> Truth:
    """Whether a value is (not) one of the choices; what does not apply is neither."""
    if not left.applicable or not all(choice.applicable for choice in choices):
        return Truth.FALSE
    truth = any_true(_same(left, choice) for choice in choices)
    return ~truth if negated else truth


def _same(left: Measured, right: Measured) -> Truth:
    if left.exact and right.exact:
        if left.plain is not None or right.plain is not None:
            return Truth.of(left.plain == right.plain)
        return Truth.of(left.lowest == right.lowest)
    if left.plain is not None or right.plain is not None:
        return Truth.UNKNOWN
    below = left.highest is not None and right.lowest is not None and left.highest < right.lowest
    above = left.lowest is not None and right.highest is not None and left.lowest > right.highest
    return Truth.FALSE if below or above else Truth.UNKNOWN


def _is_known(value: Measured, *, negated: bool) -> Truth:
    """Whether it is known what a value is; what does not apply is known not to."""
    return Truth.of((value.exact or not value.applicable) is not negated)


def _happened(condition: Happened, ordinal: int, scope: Scope, negated: bool) -> Reason:
    found = event_values.find(condition.selection, condition.windows, ordinal, scope)
    truth = found.truth
    return Reason(
        clause=condition,
        truth=~truth if negated else truth,
        evidence=found.evidence(scope),
        cause=found.cause if truth is Truth.UNKNOWN else (found.extent.cause if found.extent else None),
        negated=negated,
    )


def _at_least_of(condition: AtLeastOf, ordinal: int, scope: Scope, negated: bool) -> Reason:
    number = value_at(condition.number, ordinal, scope)
    children = _reasons(condition.conditions, ordinal, scope, negated)
    truths = [child.truth for child in children]
    if number.lowest is None or not number.exact:
        return Reason(
            clause=condition, truth=Truth.UNKNOWN, left=number, cause=Cause.OPEN_THRESHOLD, negated=negated
        )
    asked = ceil(number.lowest)
    truth = at_least_true(len(truths) - asked + 1 if negated else asked, truths)
    return Reason(clause=condition, truth=truth, children=children, left=number, negated=negated)


def _for_parents(condition: ForParents, ordinal: int, scope: Scope, negated: bool) -> Reason:
    children = tuple(
        reason_at(
            condition.condition,
            ordinal,
            scope.of_parent(parent),
            negated=negated,
            role="parent" if parent is None else f"parent {parent}",
        )
        for parent in _parents(scope)
    )
    truths = [child.truth for child in children]
    truth = all_true(truths) if condition.every is not negated else any_true(truths)
    return Reason(clause=condition, truth=truth, children=children, negated=negated)


def _parents(scope: Scope) -> list[str | None]:
    """The ids of the pupil's parents; None in place of one where none is known."""
    return [parent.id for parent in scope.view.pupil.parents] or [None]


# --- tiers ----------------------------------------------------------------------------------------


def in_tier(condition: InTier, ordinal: int, scope: Scope, *, negated: bool = False) -> Reason:
    """In a tier, or in any that continues it; `only` for that tier and none that continues it."""
    own = tier_reason(scope.policy.tiers[condition.name], ordinal, scope)
    children = [own, *(tier_reason(tier, ordinal, scope) for tier in continuing(condition.name, scope))]
    truth = any_true(child.truth for child in children)
    shown: tuple[Reason, ...] = tuple(children)
    if truth is Truth.TRUE:
        shown = tuple(child for child in children if child.truth is Truth.TRUE)[:1]
    if condition.only:
        beyond = any_true(child.truth for child in children[1:])
        inside = Reason(clause=replace(condition, only=False), truth=truth, children=shown)
        truth = all_true([truth, ~beyond])
        further = (replace(child, role="unless") for child in children[1:])
        # What is known needs no more said; of what is not, the parts say why.
        shown = (inside, *further) if truth is Truth.UNKNOWN else ()
    return Reason(clause=condition, truth=~truth if negated else truth, children=shown, negated=negated)


def continuing(name: str, scope: Scope) -> tuple[Tier, ...]:
    """The tiers that continue one, at once or by way of others."""
    memo = scope.view.records.memo
    key = ("continuing", id(scope.policy), name)
    if key not in memo:
        memo[key] = tuple(tier for tier in scope.policy.tiers.values() if continues(tier, name, scope.policy))
    return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key


def continues(tier: Tier, name: str, policy: Policy) -> bool:
    """Whether a tier continues another, at once or by way of others."""
    continued = tier.continues
    while continued is not None:
        if continued == name:
            return True
        continued = policy.tiers[continued].continues
    return False


def tier_reason(tier: Tier, ordinal: int, scope: Scope) -> Reason:
    """Whether the tier's own conditions hold on a date; one with its own way out holds until that is met."""
    own = scope.of_pupil()

    def make() -> Reason:
        children = tuple(reason_at(condition, ordinal, own, role="when") for condition in tier.when)
        truth = all_true(child.truth for child in children)
        if tier.left_when is not None and truth is not Truth.TRUE:
            from fingerpost.held_tiers import held_on  # noqa: PLC0415 - the two rest on each other

            held = held_on(tier, ordinal, own)
            if held is not truth:
                return Reason(
                    clause=tier, truth=held, label="entered earlier, and not yet left", cause=Cause.FACT
                )
        return Reason(clause=tier, truth=truth, children=children)

    return own.remember(("tier", tier.name, ordinal, own.with_evidence), make)  # type: ignore[return-value]  # as `make`
