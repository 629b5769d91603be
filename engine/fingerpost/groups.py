"""Measures pooled over a group of pupils: sum over sum (meaning 30)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from fingerpost.arithmetic import extreme, product, rounded, sum_of
from fingerpost.counting import sessions_in, tally
from fingerpost.logic import Cause
from fingerpost.members import CountedTogether, PooledShare
from fingerpost.reasons import Measured
from fingerpost.scope import Group, Scope
from fingerpost.subject import PupilView
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
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit


def pooled(measure: Measure, ordinal: int, members: Sequence[PupilView], policy: Policy) -> Measured:
    """A measure over marks, pooled over pupils.

    A share is the sum of counts over the sum of possible sessions; counts, runs and weeks are added up;
    arithmetic is done with what is pooled. Of nobody there is no figure.
    """
    if not members:
        return Measured(
            name=measure.name, unit=measure.unit, applicable=False, cause=Cause.NO_POSSIBLE_SESSION
        )
    found = _pooled(measure.value, ordinal, members, policy)
    return found.named(measure.name, measure.unit)


def _pooled(value: Value, ordinal: int, members: Sequence[PupilView], policy: Policy) -> Measured:
    def of(part: Value) -> Measured:
        return _pooled(part, ordinal, members, policy)

    match value:
        case ShareOfMarks():
            return _pooled_share(value, ordinal, members, policy)
        case CountOfMarks() | Run() | WeeksWith() | MostInAny():
            return _added_up(value, ordinal, members, policy)
        case MeasureValue(name=name):
            then = asked_on(value, ordinal, _scope(members[0], policy))
            measure = policy.measures[name]
            if then is None:
                return Measured(unit=measure.unit, cause=Cause.NO_TERMS)
            return _pooled(measure.value, then, members, policy)
        case Sum(terms=terms):
            return sum_of([(sign, of(term)) for sign, term in terms])
        case Product(factors=factors):
            return product([(power, of(factor)) for power, factor in factors])
        case Extreme(highest=highest, values=values):
            return extreme(highest, [of(one) for one in values])
        case Rounded(value=inner, rounding=rounding):
            return rounded(of(inner), rounding)
        case Literal() | ThresholdValue():
            return value_at(value, ordinal, _scope(members[0], policy))
        case _:
            raise AssertionError(f"{value} is not over marks: the checker lets none through")


def _scope(view: PupilView, policy: Policy) -> Scope:
    """One pupil by themselves, without evidence."""
    return Scope(policy=policy, view=view, with_evidence=False)


def _added_up(
    value: CountOfMarks | Run | WeeksWith | MostInAny,
    ordinal: int,
    members: Sequence[PupilView],
    policy: Policy,
) -> Measured:
    if isinstance(members, CountedTogether) and isinstance(value, CountOfMarks):
        counted = members.count_at(value, ordinal, policy)
        if counted is not None:
            return counted
    return replace(sum_of([(1, value_at(value, ordinal, _scope(view, policy))) for view in members]), of=())


def _pooled_share(
    value: ShareOfMarks, ordinal: int, members: Sequence[PupilView], policy: Policy
) -> Measured:
    found = members.share_at(value, ordinal, policy) if isinstance(members, CountedTogether) else None
    if found is None:
        found = _counted_one_by_one(value, ordinal, members, policy)
    if found.unbounded or (found.perhaps and not found.some):
        return Measured(unit=Unit.SHARE, cause=found.cause)
    if not found.some:
        return Measured(unit=Unit.SHARE, applicable=False, cause=Cause.NO_POSSIBLE_SESSION)
    exact = (found.low, found.low_of) == (found.high, found.high_of)
    return Measured(
        lowest=Fraction(found.low, found.low_of),
        highest=Fraction(found.high, found.high_of) if found.high_of else Fraction(1),
        unit=Unit.SHARE,
        parts=(found.low, found.low_of) if exact else None,
        cause=found.cause,
    )


def _counted_one_by_one(
    value: ShareOfMarks, ordinal: int, members: Iterable[PupilView], policy: Policy
) -> PooledShare:
    low = low_of = high = high_of = 0
    unbounded = some = perhaps = False
    cause: Cause | None = None
    for view in members:
        scope = _scope(view, policy)
        sessions = sessions_in(value.windows, value.weekdays, ordinal, scope)
        counted = tally(value.marks, sessions, scope)
        (least, least_of), (most, most_of) = counted.share
        low, low_of, high, high_of = low + least, low_of + least_of, high + most, high_of + most_of
        unbounded = unbounded or sessions.reaches_before
        some, perhaps = some or counted.certainly_some, perhaps or counted.perhaps_some
        cause = cause or sessions.cause or (Cause.MISSING_MARKS if counted.missing else None)
    return PooledShare(low, low_of, high, high_of, unbounded, some, perhaps, cause)


def pooled_over(value: Value, ordinal: int, scope: Scope) -> Measured:
    """A value over marks for a whole group: pooled over its pupils, worked out once a date.

    Not applicable below the group's least size; not known while it may or may not reach it; widened by those
    who may belong to it.
    """
    return scope.remember(("pooled", id(value), ordinal), lambda: _of_group(value, ordinal, scope))  # type: ignore[return-value]  # as made


def _of_group(value: Value, ordinal: int, scope: Scope) -> Measured:
    assert scope.group is not None
    group, policy = scope.group, scope.policy
    unit = Unit.SHARE if isinstance(value, ShareOfMarks) else Unit.SESSION
    fewest, most = group.size
    if most < group.least_size:
        return Measured(unit=unit, applicable=False, cause=Cause.TOO_FEW)
    if not group.perhaps:
        return _pooled(value, ordinal, group.members, policy) if group.members else _of_nobody(unit)
    if fewest < max(group.least_size, 1):
        return Measured(unit=unit, cause=Cause.FACT)
    if isinstance(value, ShareOfMarks):
        return _widened_share(value, ordinal, group, policy)
    certain, more = (_pooled(value, ordinal, some, policy) for some in (group.members, group.perhaps))
    most_of_all = None if None in (certain.highest, more.highest) else _sum(certain.highest, more.highest)
    return replace(certain, highest=most_of_all, cause=certain.cause or Cause.FACT)


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction:
    return (one or Fraction(0)) + (other or Fraction(0))


def _of_nobody(unit: Unit) -> Measured:
    return Measured(unit=unit, applicable=False, cause=Cause.NO_POSSIBLE_SESSION)


# --- those who may belong to it ---------------------------------------------------------------------

_Ratio = tuple[int, int]


def _widened_share(value: ShareOfMarks, ordinal: int, group: Group, policy: Policy) -> Measured:
    """A share of the members, widened to what it would be if some of the others belonged to them."""
    certain = _pooled_share(value, ordinal, group.members, policy)
    lows, highs = (_bounds(value, ordinal, some, policy) for some in (group.members, group.perhaps))
    low = _extreme([one[0] for one in lows], [one[0] for one in highs], highest=False)
    high = _extreme([one[1] for one in lows], [one[1] for one in highs], highest=True)
    if low is None or high is None or (certain.applicable and certain.lowest is None):
        return Measured(unit=Unit.SHARE, cause=certain.cause or Cause.FACT)
    return replace(certain, applicable=True, lowest=low, highest=high, parts=None, cause=Cause.FACT)


def _bounds(
    value: ShareOfMarks, ordinal: int, members: Iterable[PupilView], policy: Policy
) -> list[tuple[_Ratio, _Ratio]]:
    """For each pupil the least and the greatest share, as counts."""
    scopes = (_scope(view, policy) for view in members)
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
    records, school = scope.view.records, scope.view.pupil.school
    key = ("measure", school, id(measure), id(scope.policy), ordinal)
    found = records.of_schools.get(key)
    if not isinstance(found, Measured):
        found = pooled(measure, ordinal, records.members_of_school(school), scope.policy)
        records.of_schools[key] = found
    return found
