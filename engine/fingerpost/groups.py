"""Measures pooled over a group of pupils: sum over sum (meaning 30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from fingerpost.arithmetic import extreme, product, rounded, sum_of
from fingerpost.counting import sessions_in, tally
from fingerpost.logic import Cause
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Measure
from fingerpost_dsl.model.expressions import (
    CountOfMarks,
    Extreme,
    Literal,
    MeasureValue,
    MostInAny,
    Product,
    Rounded,
    Run,
    ShareOfMarks,
    Sum,
    ThresholdValue,
    Value,
    WeeksWith,
)
from fingerpost_dsl.model.quantities import Unit


def pooled(measure: Measure, ordinal: int, members: Iterable[Scope]) -> Measured:
    """A measure over marks, pooled over pupils.

    A share is the sum of counts over the sum of possible sessions; counts, runs and weeks are added up;
    arithmetic is done with what is pooled. Of nobody there is no figure.
    """
    scopes = list(members)
    if not scopes:
        return Measured(
            name=measure.name, unit=measure.unit, applicable=False, cause=Cause.NO_POSSIBLE_SESSION
        )
    found = _pooled(measure.value, ordinal, scopes)
    return found.named(measure.name, measure.unit)


def _pooled(value: Value, ordinal: int, scopes: Sequence[Scope]) -> Measured:
    def of(part: Value) -> Measured:
        return _pooled(part, ordinal, scopes)

    match value:
        case ShareOfMarks():
            return _pooled_share(value, ordinal, scopes)
        case CountOfMarks() | Run() | WeeksWith() | MostInAny():
            return replace(sum_of([(1, value_at(value, ordinal, scope)) for scope in scopes]), of=())
        case MeasureValue(name=name):
            return of(scopes[0].policy.measures[name].value)
        case Sum(terms=terms):
            return sum_of([(sign, of(term)) for sign, term in terms])
        case Product(factors=factors):
            return product([(power, of(factor)) for power, factor in factors])
        case Extreme(highest=highest, values=values):
            return extreme(highest, [of(one) for one in values])
        case Rounded(value=inner, rounding=rounding):
            return rounded(of(inner), rounding)
        case Literal() | ThresholdValue():
            return value_at(value, ordinal, scopes[0])
        case _:
            raise AssertionError(f"{value} is not over marks: the checker lets none through")


def _pooled_share(value: ShareOfMarks, ordinal: int, scopes: Sequence[Scope]) -> Measured:
    low = low_of = high = high_of = 0
    unbounded = some = perhaps = False
    cause: Cause | None = None
    for scope in scopes:
        sessions = sessions_in(value.windows, value.weekdays, ordinal, scope)
        counted = tally(value.marks, sessions, scope)
        (least, least_of), (most, most_of) = counted.share
        low, low_of, high, high_of = low + least, low_of + least_of, high + most, high_of + most_of
        unbounded = unbounded or sessions.reaches_before
        some, perhaps = some or counted.certainly_some, perhaps or counted.perhaps_some
        cause = cause or sessions.cause or (Cause.MISSING_MARKS if counted.missing else None)
    if unbounded or (perhaps and not some):
        return Measured(unit=Unit.SHARE, cause=cause)
    if not some:
        return Measured(unit=Unit.SHARE, applicable=False, cause=Cause.NO_POSSIBLE_SESSION)
    exact = (low, low_of) == (high, high_of)
    return Measured(
        lowest=Fraction(low, low_of),
        highest=Fraction(high, high_of) if high_of else Fraction(1),
        unit=Unit.SHARE,
        parts=(low, low_of) if exact else None,
        cause=cause,
    )


def pooled_over(value: Value, ordinal: int, scope: Scope) -> Measured:
    """A value over marks for a whole school or authority: pooled over its pupils, worked out once a date."""
    memo = scope.view.axis.memo
    key = ("pooled", id(value), id(scope.policy), ordinal, len(scope.members))
    if key not in memo:
        single = replace(scope, members=(), with_evidence=False)
        memo[key] = _pooled(value, ordinal, [replace(single, view=view) for view in scope.members])
    return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key


def school_measure(measure: Measure, ordinal: int, scope: Scope) -> Measured:
    """The same measure for the pupil's whole school, the pupil included."""
    records = scope.view.records
    memo = scope.view.axis.memo
    key = ("school", measure.name, id(scope.policy), ordinal)
    if key not in memo:
        pupils = records.pupils_of(scope.view.pupil.school)
        quiet = scope.of_pupil().quiet()
        memo[key] = pooled(measure, ordinal, [replace(quiet, view=records.view(pupil)) for pupil in pupils])
    return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key
