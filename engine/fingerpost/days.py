"""Truth on every school day at once: a condition as two integers, one bit a day, for "true" and for "false".

Triggers need the truth of conditions on every day, reasons only on the date shown (`conditions.py`). Here a
window is a row of masks, shared by the pupils of a school; a count is a row of `bit_count`s; a comparison a
row of bits. What has no quick way falls back to the reference, day by day, and a property test holds both
equal on every day.

Bit i stands for the i-th school day of the axis. A day in neither integer is unknown.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import ceil
from typing import NamedTuple, Protocol, assert_never

from fingerpost.bearing import narrowed
from fingerpost.column import Column
from fingerpost.columns import column_of
from fingerpost.conditions import OPPOSITE, continuing, truth_at
from fingerpost.day_events import Happenings
from fingerpost.known import Unknown
from fingerpost.logic import Truth
from fingerpost.school_age import compulsory_school_age
from fingerpost.scope import Scope
from fingerpost.unchanging import event_kinds, never_changes
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Subject, Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    BuiltIn,
    BuiltInValue,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    FactValue,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Literal,
    Not,
    ThresholdValue,
    Value,
)
from fingerpost_dsl.model.quantities import Quantity


class Days(NamedTuple):
    """The truth of a condition on the first `length` school days of the axis."""

    true: int
    false: int
    length: int

    @property
    def every(self) -> int:
        """All the days."""
        return (1 << self.length) - 1

    def __invert__(self) -> Days:
        return Days(self.false, self.true, self.length)

    def __and__(self, other: Days) -> Days:
        return Days(self.true & other.true, self.false | other.false, self.length)

    def __or__(self, other: Days) -> Days:
        return Days(self.true | other.true, self.false & other.false, self.length)

    def first(self, length: int) -> Days:
        """The first so many of them."""
        if length == self.length:
            return self
        every = (1 << length) - 1
        return Days(self.true & every, self.false & every, length)

    def at(self, day: int) -> Truth:
        """The truth on one day."""
        if self.true >> day & 1:
            return Truth.TRUE
        return Truth.FALSE if self.false >> day & 1 else Truth.UNKNOWN


class _Asked(NamedTuple):
    """What was worked out, and for which days."""

    wanted: int
    days: Days


def always(truth: Truth, length: int) -> Days:
    """The same truth on every day."""
    every = (1 << length) - 1
    return Days(every if truth is Truth.TRUE else 0, every if truth is Truth.FALSE else 0, length)


def over_days(
    condition: Condition, length: int, scope: Scope, *, negated: bool = False, wanted: int | None = None
) -> Days:
    """The truth of a condition (or, `negated`, its opposite) on the first `length` school days.

    `wanted` are the days that matter to the caller, as bits: what is said of others means nothing. It saves
    the reference days that another clause has settled already.
    """
    asked = (1 << length) - 1 if wanted is None else wanted
    if scope.parent is not None or scope.occasion is not None or scope.without or scope.earlier_rounds:
        scope = narrowed(condition, scope)
    key = (id(condition), negated)
    found = scope.memo.get(key)
    most = length
    if isinstance(found, _Asked) and found.days.length >= length:
        if not asked & ~found.wanted:
            return found.days.first(length)
        asked |= found.wanted
        most = found.days.length  # a day's truth is the same however many days follow it
    quiet = scope.quiet() if scope.with_evidence else scope
    days = _over_days(condition, most, quiet, negated, asked)
    scope.memo[key] = _Asked(asked, days)
    return days.first(length)


def lay_days(condition: Condition, days: Days, scope: Scope) -> None:
    """Lay down what was worked out elsewhere, on all of some days, so that it is not worked out again."""
    if scope.parent is not None:
        scope = narrowed(condition, scope)
    found = scope.memo.get((id(condition), False))
    if not isinstance(found, _Asked) or found.days.length <= days.length:
        scope.memo[id(condition), False] = _Asked(days.every, days)


def _over_days(condition: Condition, length: int, scope: Scope, negated: bool, wanted: int) -> Days:
    match condition:
        case AnyOf(conditions=conditions) | AllOf(conditions=conditions):
            every = isinstance(condition, AllOf) is not negated
            join = all_of if every else any_of
            return join(_judges(conditions, length, scope, negated=negated), length, wanted)
        case Not(condition=inner):
            return over_days(inner, length, scope, negated=not negated, wanted=wanted)
        case AtLeastOf():
            return _at_least_of(condition, length, scope, negated)
        case Compare():
            return _compare(condition, length, scope, negated, wanted)
        case Is():
            return _is(condition, length, scope, negated, wanted)
        case Happened():
            happened = _happened(condition, length, scope, wanted)
            return ~happened if negated else happened
        case ConditionRef(name=name):
            declared = scope.policy.conditions[name]
            own = scope if declared.subject is Subject.PARENT else scope.of_pupil()
            return over_days(declared.condition, length, own, negated=negated, wanted=wanted)
        case InTier(name=name, only=only):
            days = tier_days(name, length, scope, only=only)
            return ~days if negated else days
        case ForParents(every=every, condition=inner):
            parents: list[str | None] = [parent.id for parent in scope.view.pupil.parents]
            scopes = [scope.of_parent(parent) for parent in parents or [None]]
            judges = (partial(over_days, inner, length, own, negated=negated) for own in scopes)
            return (all_of if every is not negated else any_of)(judges, length, wanted)
        case IsKnown():
            return _is_known(condition, length, scope, negated, wanted)
        case _:
            assert_never(condition)


def _judges(
    conditions: Iterable[Condition], length: int, scope: Scope, *, negated: bool
) -> Iterator[JudgesDays]:
    return (partial(over_days, part, length, scope, negated=negated) for part in conditions)


class JudgesDays(Protocol):
    """Says on which days something holds, of those that are wanted."""

    def __call__(self, *, wanted: int) -> Days:
        """The days, as bits."""
        ...


def all_of(judges: Iterable[JudgesDays], length: int, wanted: int) -> Days:
    """Kleene's `and`; each is asked only about the days that those before it left open."""
    true, false, left = (1 << length) - 1, 0, wanted
    for judge in judges:
        days = judge(wanted=left)
        true &= days.true
        false |= days.false
        left = wanted & ~false
        if not left:
            break
    return Days(true, false, length)


def any_of(judges: Iterable[JudgesDays], length: int, wanted: int) -> Days:
    """Kleene's `or`, in the same way."""
    true, false, left = 0, (1 << length) - 1, wanted
    for judge in judges:
        days = judge(wanted=left)
        true |= days.true
        false &= days.false
        left = wanted & ~true
        if not left:
            break
    return Days(true, false, length)


def bits(flags: Sequence[bool]) -> int:
    """Flags as bits, the first one lowest.

    >>> bits([True, False, True])
    5
    """
    return int(bytes([48 + flag for flag in reversed(flags)]), 2) if flags else 0


def _day_by_day(condition: Condition, length: int, scope: Scope, negated: bool, wanted: int) -> Days:
    """The reference, asked on every day that is wanted; or once, if nothing can change from day to day."""
    if not length:
        return always(Truth.UNKNOWN, length)
    if never_changes(condition, scope):
        first = scope.view.axis.school_days[0]
        return always(truth_at(condition, first, scope, negated=negated), length)
    kinds = event_kinds(condition, scope)
    if kinds is not None:
        return _by_stretches(condition, kinds, length, scope, negated)
    school_days = scope.view.axis.school_days
    true, false = 0, ((1 << length) - 1) & ~wanted
    rest = wanted
    while rest:
        bit = rest & -rest
        rest ^= bit
        truth = truth_at(condition, school_days[bit.bit_length() - 1], scope, negated=negated)
        if truth is Truth.TRUE:
            true |= bit
        elif truth is Truth.FALSE:
            false |= bit
    return Days(true, false, length)


def _by_stretches(
    condition: Condition, kinds: frozenset[str], length: int, scope: Scope, negated: bool
) -> Days:
    """What hangs on events alone changes only when one happens, or a field of one does."""
    cuts = sorted({cut for kind in kinds for stretch in scope.stretches(kind, length) for cut in stretch})
    days = scope.view.axis.school_days
    true = false = 0
    for first, end in pairwise(cuts):
        truth = truth_at(condition, days[first], scope, negated=negated)
        stretch = ((1 << end) - 1) & ~((1 << first) - 1)
        true |= stretch if truth is Truth.TRUE else 0
        false |= stretch if truth is Truth.FALSE else 0
    return Days(true, false, length)


def _at_least_of(condition: AtLeastOf, length: int, scope: Scope, negated: bool) -> Days:
    number = value_at(condition.number, 1, scope)
    if number.lowest is None or not number.exact:
        return always(Truth.UNKNOWN, length)
    parts = [over_days(part, length, scope, negated=negated) for part in condition.conditions]
    asked = ceil(number.lowest)
    asked = len(parts) - asked + 1 if negated else asked
    return Days(
        _reach([part.true for part in parts], asked, length),
        _reach([part.false for part in parts], len(parts) - asked + 1, length),
        length,
    )


def _reach(planes: Sequence[int], number: int, length: int) -> int:
    """The days on which at least `number` of the planes have their bit."""
    if number <= 0:
        return (1 << length) - 1
    if number > len(planes):
        return 0
    levels = [0] * number
    for plane in planes:
        for level in range(number - 1, 0, -1):
            levels[level] |= levels[level - 1] & plane
        levels[0] |= plane
    return levels[-1]


# --- comparisons ----------------------------------------------------------------------------------


def _constant(value: Value, scope: Scope) -> tuple[Fraction | None, Fraction | None] | None:
    """The bounds of a number that is the same on every day; None if it is none such."""
    match value:
        case Literal(value=Quantity(amount=amount)):
            return amount, amount
        case ThresholdValue(name=name):
            declared = scope.policy.thresholds[name]
            if isinstance(declared.value, Quantity) or declared.value is None:
                measured = value_at(value, 1, scope)
                return measured.lowest, measured.highest
            return None
        case _:
            return None


def _compare(condition: Compare, length: int, scope: Scope, negated: bool, wanted: int) -> Days:
    comparison = OPPOSITE[condition.comparison] if negated else condition.comparison
    bound = _constant(condition.right, scope)
    column = None if bound is None else column_of(condition.left, length, scope)
    if column is None or bound is None:
        return _day_by_day(condition, length, scope, negated, wanted)
    at_least = comparison in (Comparison.AT_LEAST, Comparison.LESS_THAN)
    true, false = _reaching(column, bound, length, strict=not at_least)
    if comparison in (Comparison.LESS_THAN, Comparison.AT_MOST):
        true, false = false, true
    return Days(true & ~column.not_applicable, false | column.not_applicable, length)


def _reaching(
    column: Column, bound: tuple[Fraction | None, Fraction | None], length: int, *, strict: bool
) -> tuple[int, int]:
    """The days on which the value certainly reaches (or exceeds) the bound.

    And those on which it certainly does not.
    """
    low, high = bound
    every = (1 << length) - 1
    true = column.reaches(high, strict=strict, highest=False) if high is not None else 0
    if low is not None and low == high and column.is_exact:
        return true & ~column.unknown, every & ~(true | column.unbounded | column.unknown)
    false = (
        every & ~column.reaches(low, strict=strict, highest=True) & ~column.unbounded
        if low is not None
        else 0
    )
    return true & ~column.unknown, false & ~column.unknown


def _is(condition: Is, length: int, scope: Scope, negated: bool, wanted: int) -> Days:
    opposite = condition.negated is not negated
    match condition.value:
        case FactValue(name=name) if not scope.earlier_rounds:
            return _fact_is(name, condition, length, scope, opposite)
        case BuiltInValue(built_in=BuiltIn.COMPULSORY_SCHOOL_AGE):
            return _school_age(condition, length, scope, opposite)
        case _:
            pass
    if len(condition.choices) == 1:
        bound = _constant(condition.choices[0], scope)
        column = None if bound is None else column_of(condition.value, length, scope)
        if column is not None and bound is not None and bound[0] is not None and bound[0] == bound[1]:
            at_least, below = _reaching(column, bound, length, strict=False)
            above, at_most = _reaching(column, bound, length, strict=True)
            true, false = at_least & at_most, below | above
            if opposite:
                true, false = false, true
            return Days(true & ~column.not_applicable, false | column.not_applicable, length)
    return _day_by_day(condition, length, scope, negated, wanted)


def _is_known(condition: IsKnown, length: int, scope: Scope, negated: bool, wanted: int) -> Days:
    opposite = condition.negated is not negated
    if isinstance(condition.value, FactValue) and not scope.earlier_rounds:
        name = condition.value.name
        known = (1 << length) - 1
        if name not in scope.answers:
            timeline = scope.view.fact(scope.policy.facts[name], scope.parent)
            held = [i for i in timeline.intervals if not isinstance(i.value, Unknown)]
            known = sum(_range(interval.first, interval.last, length, scope) for interval in held)
        days = Days(known, ((1 << length) - 1) & ~known, length)
        return ~days if opposite else days
    column = column_of(condition.value, length, scope)
    if column is not None and column.is_exact and not column.unbounded:
        days = Days(((1 << length) - 1) & ~column.unknown, column.unknown, length)
        return ~days if opposite else days
    return _day_by_day(condition, length, scope, negated, wanted)


def _school_age(condition: Is, length: int, scope: Scope, opposite: bool) -> Days:
    born = scope.view.pupil.date_of_birth
    if born is None:
        return always(Truth.UNKNOWN, length)
    first, last = compulsory_school_age(born)
    inside = _range(first, last, length, scope)
    asked = any(isinstance(choice, Literal) and choice.value is True for choice in condition.choices)
    days = Days(inside, ((1 << length) - 1) & ~inside, length)
    return days if asked is not opposite else ~days


def _range(first: dt.date, last: dt.date, length: int, scope: Scope) -> int:
    """The school days from one date to another, both included."""
    days = scope.view.axis.school_days
    start = min(bisect_left(days, first.toordinal()), length)
    end = min(bisect_right(days, last.toordinal()), length)
    return ((1 << (end - start)) - 1) << start if end > start else 0


def _fact_is(name: str, condition: Is, length: int, scope: Scope, opposite: bool) -> Days:
    fact = scope.policy.facts[name]
    choices = [value_at(choice, 1, scope) for choice in condition.choices]
    plain = [choice.plain if choice.plain is not None else choice.lowest for choice in choices]
    if name in scope.answers:
        equal = scope.answers[name] in plain
        return always(Truth.of(equal is not opposite), length)
    true = false = 0
    for interval in scope.view.fact(fact, scope.parent).intervals:
        if isinstance(interval.value, (bool, str, dt.date, int, Fraction)):
            held = _range(interval.first, interval.last, length, scope)
            if (interval.value in plain) is not opposite:
                true |= held
            else:
                false |= held
    return Days(true, false, length)


# --- events and tiers -----------------------------------------------------------------------------


def _happened(condition: Happened, length: int, scope: Scope, wanted: int) -> Days:
    happenings = Happenings.of(condition.selection, condition.windows, length, scope)
    if happenings is None:
        return _day_by_day(condition, length, scope, False, wanted)
    true = bits([least > 0 for least in happenings.least])
    false = bits([most == 0 for most in happenings.most]) & ~happenings.more
    return Days(true, false, length)


def tier_days(name: str, length: int, scope: Scope, *, only: bool = False) -> Days:
    """The days on which the pupil is in a tier, or in any that continues it."""
    pupil = scope.of_pupil()
    key = ("tier days", name, length, only)
    return pupil.remember(key, lambda: _tier_days(name, length, pupil, only))  # type: ignore[return-value]  # as made


def _tier_days(name: str, length: int, scope: Scope, only: bool) -> Days:
    own = _own_tier_days(scope.policy.tiers[name], length, scope)
    further = [_own_tier_days(tier, length, scope) for tier in continuing(name, scope)]
    days = _joined([own, *further], length)
    return days & ~_joined(further, length) if only else days


def _joined(parts: Iterable[Days], length: int) -> Days:
    result = always(Truth.FALSE, length)
    for part in parts:
        result |= part
    return result


def _own_tier_days(tier: Tier, length: int, scope: Scope) -> Days:
    own = scope.of_pupil()
    entered = all_of(_judges(tier.when, length, own, negated=False), length, (1 << length) - 1)
    if tier.left_when is None:
        return entered
    left = over_days(tier.left_when, length, own)
    true = false = 0
    held = Truth.FALSE
    for day in range(length):
        stays = Truth.FALSE if held is Truth.FALSE else _and(held, ~left.at(day))
        held = _or(entered.at(day), stays)
        true |= (held is Truth.TRUE) << day
        false |= (held is Truth.FALSE) << day
    return Days(true, false, length)


def _and(first: Truth, second: Truth) -> Truth:
    if Truth.FALSE in (first, second):
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in (first, second) else Truth.TRUE


def _or(first: Truth, second: Truth) -> Truth:
    return ~_and(~first, ~second)
