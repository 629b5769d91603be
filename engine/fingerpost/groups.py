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
from fingerpost.values import asked_on, value_at
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
            then = asked_on(value, ordinal, scopes[0])
            measure = scopes[0].policy.measures[name]
            if then is None:
                return Measured(unit=measure.unit, cause=Cause.NO_TERMS)
            return _pooled(measure.value, then, scopes)
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
    """A value over marks for a whole group: pooled over its pupils, worked out once a date.

    Not applicable below the group's least size; not known while it may or may not reach it; widened by those
    who may belong to it.
    """
    return scope.remember(("pooled", id(value), ordinal), lambda: _of_group(value, ordinal, scope))  # type: ignore[return-value]  # as made


def _of_group(value: Value, ordinal: int, scope: Scope) -> Measured:
    assert scope.group is not None
    unit = Unit.SHARE if isinstance(value, ShareOfMarks) else Unit.SESSION
    fewest, most = scope.group.size
    if most < scope.group.least_size:
        return Measured(unit=unit, applicable=False, cause=Cause.TOO_FEW)
    members = [scope.of_one(view) for view in scope.group.members]
    perhaps = [scope.of_one(view) for view in scope.group.perhaps]
    if not perhaps:
        return _pooled(value, ordinal, members) if members else _of_nobody(unit)
    if fewest < max(scope.group.least_size, 1):
        return Measured(unit=unit, cause=Cause.FACT)
    if isinstance(value, ShareOfMarks):
        return _widened_share(value, ordinal, members, perhaps)
    certain, more = (_pooled(value, ordinal, scopes) for scopes in (members, perhaps))
    most_of_all = None if None in (certain.highest, more.highest) else _sum(certain.highest, more.highest)
    return replace(certain, highest=most_of_all, cause=certain.cause or Cause.FACT)


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction:
    return (one or Fraction(0)) + (other or Fraction(0))


def _of_nobody(unit: Unit) -> Measured:
    return Measured(unit=unit, applicable=False, cause=Cause.NO_POSSIBLE_SESSION)


# --- those who may belong to it ---------------------------------------------------------------------

_Ratio = tuple[int, int]


def _widened_share(
    value: ShareOfMarks, ordinal: int, members: Sequence[Scope], perhaps: Sequence[Scope]
) -> Measured:
    """A share of the members, widened to what it would be if some of the others belonged to them."""
    certain = _pooled_share(value, ordinal, members)
    lows, highs = _bounds(value, ordinal, members), _bounds(value, ordinal, perhaps)
    low = _extreme([one[0] for one in lows], [one[0] for one in highs], highest=False)
    high = _extreme([one[1] for one in lows], [one[1] for one in highs], highest=True)
    if low is None or high is None or (certain.applicable and certain.lowest is None):
        return Measured(unit=Unit.SHARE, cause=certain.cause or Cause.FACT)
    return replace(certain, applicable=True, lowest=low, highest=high, parts=None, cause=Cause.FACT)


def _bounds(value: ShareOfMarks, ordinal: int, scopes: Iterable[Scope]) -> list[tuple[_Ratio, _Ratio]]:
    """For each pupil the least and the greatest share, as counts."""
    return [
        tally(value.marks, sessions_in(value.windows, value.weekdays, ordinal, scope), scope).share
        for scope in scopes
    ]


def _extreme(certain: Sequence[_Ratio], perhaps: Sequence[_Ratio], *, highest: bool) -> Fraction | None:
    """The least (or greatest) pooled share, whoever of those that may belong to the group does."""
    counted, possible = sum(one[0] for one in certain), sum(one[1] for one in certain)
    ratios = sorted((one for one in perhaps if one[1]), key=lambda one: Fraction(*one), reverse=highest)
    for more, of in ratios:
        moves = not possible or (
            (more * possible > counted * of) is highest and more * possible != counted * of
        )
        if not moves:
            break
        counted, possible = counted + more, possible + of
    return Fraction(counted, possible) if possible else None


def school_measure(measure: Measure, ordinal: int, scope: Scope) -> Measured:
    """The same measure for the pupil's, the cohort's or the family's whole school, themselves included."""
    records = scope.view.records
    memo = scope.view.axis.memo
    key = ("school", measure.name, id(scope.policy), ordinal)
    if key not in memo:
        pupils = records.pupils_of(scope.view.pupil.school)
        memo[key] = pooled(measure, ordinal, [scope.of_one(records.view(pupil)) for pupil in pupils])
    return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key
