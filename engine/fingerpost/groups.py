"""Measures pooled over a group of pupils: sum over sum (meaning 30)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from fingerpost.counting import sessions_in, tally
from fingerpost.logic import Cause
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Measure
from fingerpost_dsl.model.expressions import CountOfMarks, MeasureValue, ShareOfMarks, Value
from fingerpost_dsl.model.quantities import Unit


def pooled(measure: Measure, ordinal: int, members: Iterable[Scope]) -> Measured:
    """A measure over marks, pooled over pupils.

    A share is the sum of counts over the sum of possible sessions.
    """
    scopes = list(members)
    policy = scopes[0].policy if scopes else None
    value: Value = measure.value
    while isinstance(value, MeasureValue) and policy is not None:
        value = policy.measures[value.name].value
    if not isinstance(value, ShareOfMarks | CountOfMarks):
        raise ValueError(f"`{measure.name}` is not a count or share of marks, and cannot be pooled")
    low = low_of = high = high_of = 0
    unbounded = False
    cause: Cause | None = None
    for scope in scopes:
        sessions = sessions_in(value.windows, value.weekdays, ordinal, scope)
        counted = tally(value.marks, sessions, scope)
        (least, least_of), (most, most_of) = counted.share
        if isinstance(value, CountOfMarks):
            least, most = counted.count
        low, low_of, high, high_of = low + least, low_of + least_of, high + most, high_of + most_of
        unbounded = unbounded or sessions.reaches_before
        cause = cause or sessions.cause or (Cause.MISSING_MARKS if counted.missing else None)
    if isinstance(value, CountOfMarks):
        return Measured(
            name=measure.name,
            lowest=Fraction(low),
            highest=None if unbounded else Fraction(high),
            unit=Unit.SESSION,
            cause=cause,
        )
    if unbounded:
        return Measured(
            name=measure.name, lowest=Fraction(0), highest=Fraction(1), unit=Unit.SHARE, cause=cause
        )
    if not low_of:
        return Measured(name=measure.name, unit=Unit.SHARE, applicable=False, cause=Cause.NO_POSSIBLE_SESSION)
    exact = (low, low_of) == (high, high_of)
    return Measured(
        name=measure.name,
        lowest=Fraction(low, low_of),
        highest=Fraction(high, high_of) if high_of else Fraction(1),
        unit=Unit.SHARE,
        parts=(low, low_of) if exact else None,
        cause=cause,
    )


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
