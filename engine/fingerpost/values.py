"""What a value is on a date: exact, an interval, not known, or not applicable (meanings 7 to 15).

`value_at` is the reference: one value, one date, with the evidence behind it. `over_days.py` works the same
values out for every school day at once and is held equal to it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import assert_never

from fingerpost import event_values, run_values
from fingerpost.arithmetic import extreme, product, rounded, sum_of
from fingerpost.counting import Tally, evidence_of, sessions_in, tally, whole_days_in
from fingerpost.history import Value as Held
from fingerpost.known import Unknown
from fingerpost.logic import Cause, Truth
from fingerpost.reasons import Evidence, Measured
from fingerpost.school_age import age_on, compulsory_school_age
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Measure, Subject, Threshold
from fingerpost_dsl.model.expressions import (
    BuiltIn,
    BuiltInValue,
    CountOfEvents,
    CountOfMarks,
    DateOf,
    EndOfLast,
    Extreme,
    FactValue,
    Literal,
    MeasureValue,
    MostInAny,
    NumberOfParents,
    Product,
    Rounded,
    Run,
    ShareOfMarks,
    Sum,
    ThresholdValue,
    TimeSince,
    Value,
    WeeksWith,
)
from fingerpost_dsl.model.quantities import Quantity, Unit


def value_at(value: Value, ordinal: int, scope: Scope) -> Measured:
    """A value as at the date with that ordinal."""
    if scope.group is not None and isinstance(
        value, CountOfMarks | ShareOfMarks | Run | WeeksWith | MostInAny
    ):
        from fingerpost.groups import pooled_over  # noqa: PLC0415 - the two rest on each other

        return pooled_over(value, ordinal, scope)
    match value:
        case Literal() | ThresholdValue():
            return _fixed(value, scope)
        case MeasureValue():
            return _measure_value(value, ordinal, scope)
        case FactValue(name=name):
            return fact_value(name, ordinal, scope)
        case BuiltInValue(built_in=built_in):
            return _built_in(built_in, ordinal, scope)
        case CountOfMarks():
            return _count_of_marks(value, ordinal, scope)
        case ShareOfMarks():
            return _share_of_marks(value, ordinal, scope)
        case CountOfEvents():
            return event_values.count(value, ordinal, scope)
        case TimeSince():
            return event_values.time_since(value, ordinal, scope)
        case DateOf():
            return event_values.date_of_anchor(value, ordinal, scope)
        case Run():
            return run_values.run(value, ordinal, scope)
        case WeeksWith():
            return run_values.weeks_with(value, ordinal, scope)
        case MostInAny():
            return run_values.most_in_any(value, ordinal, scope)
        case Sum(terms=terms):
            return sum_of([(sign, value_at(term, ordinal, scope)) for sign, term in terms])
        case Product(factors=factors):
            return product([(power, value_at(factor, ordinal, scope)) for power, factor in factors])
        case Extreme(highest=highest, values=values):
            return extreme(highest, [value_at(one, ordinal, scope) for one in values])
        case Rounded(value=inner, rounding=rounding):
            return rounded(value_at(inner, ordinal, scope), rounding)
        case NumberOfParents():
            return _number_of_parents(value, ordinal, scope)
        case _:
            assert_never(value)


def _fixed(value: Literal | ThresholdValue, scope: Scope) -> Measured:
    """What is written in the policy: the same for everybody, and worked out once."""
    memo = scope.view.records.memo
    key = ("fixed", id(value), id(scope.policy))
    found = memo.get(key)
    if not isinstance(found, Measured):
        if isinstance(value, ThresholdValue):
            found = threshold(scope.policy.thresholds[value.name])
        elif isinstance(value.value, Quantity):
            found = of_plain(value.value.amount, unit=value.value.unit)
        else:
            found = of_plain(value.value)
        memo[key] = found
    return found


def of_plain(value: Held, *, name: str | None = None, unit: Unit | None = None) -> Measured:
    """One definite value."""
    if isinstance(value, (bool, str, dt.date)):
        return Measured(name=name, plain=value)
    amount = Fraction(value)
    return Measured(name=name, lowest=amount, highest=amount, unit=unit or Unit.NUMBER)


def of_counts(least: int, most: int | None, unit: Unit) -> Measured:
    """A count, exact or an interval."""
    return Measured(lowest=whole(least), highest=None if most is None else whole(most), unit=unit)


@cache
def whole(number: int) -> Fraction:
    """A whole number as a fraction: a few counts, made thousands of times."""
    return Fraction(number)


@lru_cache(maxsize=100_000)
def _fraction(part: int, of: int) -> Fraction:
    """A share: finding the common divisor costs more than remembering it."""
    return Fraction(part, of)


def threshold(declared: Threshold) -> Measured:
    """A threshold's value; left open without one, it lies within its bounds, if it has any."""
    if isinstance(declared.value, Quantity):
        return of_plain(declared.value.amount, name=declared.name, unit=declared.value.unit)
    if declared.value is not None:
        return of_plain(declared.value, name=declared.name)
    lowest, highest = declared.bounds or (None, None)
    return Measured(
        name=declared.name,
        lowest=lowest.amount if isinstance(lowest, Quantity) else None,
        highest=highest.amount if isinstance(highest, Quantity) else None,
        unit=declared.unit,
        cause=Cause.OPEN_THRESHOLD,
    )


# --- measures -------------------------------------------------------------------------------------


def measure_at(measure: Measure, ordinal: int, scope: Scope) -> Measured:
    """A measure as at a date; worked out once a date and scope. Where only totals are known, as reported."""
    if measure.subject is not Subject.PARENT:
        scope = scope.of_pupil()

    def make() -> Measured:
        reported = _reported(measure, ordinal, scope)
        if reported is not None:
            return reported
        return value_at(measure.value, ordinal, scope).named(measure.name, measure.unit)

    key = (id(measure), ordinal, scope.with_evidence)
    return scope.remember(key, make)  # type: ignore[return-value]  # `make` says what it is


def _reported(measure: Measure, ordinal: int, scope: Scope) -> Measured | None:
    """The latest total reported for a measure on or before a date, if the pupil has no marks of their own."""
    pupil = scope.view.pupil
    reported = pupil.reported.get(measure.name, ())
    if not reported or len(pupil.register):
        return None
    date = dt.date.fromordinal(ordinal)
    rows = [row for row in reported if row.first is None or row.first <= date]
    rows = [row for row in rows if row.last is None or date <= row.last]
    if not rows or rows[-1].value is None:
        return None
    return replace(of_plain(rows[-1].value, name=measure.name, unit=measure.unit), as_reported=True)


def _measure_value(value: MeasureValue, ordinal: int, scope: Scope) -> Measured:
    measure = scope.policy.measures[value.name]
    asked = asked_on(value, ordinal, scope)
    if asked is None:
        return Measured(name=measure.name, unit=measure.unit, cause=Cause.NO_TERMS)
    if value.of_school:
        from fingerpost.groups import school_measure  # noqa: PLC0415 - the two rest on each other

        return school_measure(measure, asked, scope)
    return measure_at(measure, asked, scope)


def asked_on(value: MeasureValue, ordinal: int, scope: Scope) -> int | None:
    """The date on which a measure is asked for: `as at` says which. None where nothing is known of terms."""
    match value.as_at:
        case None:
            return ordinal
        case dt.date():
            return min(ordinal, value.as_at.toordinal())
        case EndOfLast(unit=unit):
            period = scope.calendar.period_of(dt.date.fromordinal(ordinal), unit)
            return None if period is None else period.first.toordinal() - 1
        case _:
            assert_never(value.as_at)


def _count_of_marks(value: CountOfMarks, ordinal: int, scope: Scope) -> Measured:
    sessions = sessions_in(value.windows, value.weekdays, ordinal, scope)
    if value.whole_days:
        least, most = whole_days_in(value.marks, sessions, scope)
        unit = Unit.SCHOOL_DAY
    else:
        least, most = tally(value.marks, sessions, scope).count
        unit = Unit.SESSION
    return Measured(
        lowest=whole(least),
        highest=None if sessions.reaches_before else whole(most),
        unit=unit,
        cause=sessions.cause or (Cause.MISSING_MARKS if least != most else None),
        evidence=evidence_of(value.marks, sessions, scope),
    )


def _share_of_marks(value: ShareOfMarks, ordinal: int, scope: Scope) -> Measured:
    sessions = sessions_in(value.windows, value.weekdays, ordinal, scope)
    counted = tally(value.marks, sessions, scope)
    cause = sessions.cause or (Cause.MISSING_MARKS if counted.missing else None)
    return share_of(counted, sessions.reaches_before, cause, evidence_of(value.marks, sessions, scope))


def share_of(
    counted: Tally, reaches_before: bool, cause: Cause | None, evidence: Evidence | None = None
) -> Measured:
    """A share from its counts.

    An exact fraction, an interval, or not applicable without a possible session.
    """
    (low, low_of), (high, high_of) = counted.share
    if reaches_before or (not counted.certainly_some and counted.perhaps_some):
        return Measured(unit=Unit.SHARE, cause=cause, evidence=evidence)
    if not counted.certainly_some:
        none = Cause.NO_POSSIBLE_SESSION
        return Measured(unit=Unit.SHARE, applicable=False, cause=none, evidence=evidence)
    lowest, parts = _fraction(low, low_of), None
    if (low, low_of) == (high, high_of):
        highest, parts = lowest, (low, low_of)
    else:
        highest = _fraction(high, high_of) if high_of else whole(1)
    return Measured(
        lowest=lowest, highest=highest, unit=Unit.SHARE, parts=parts, cause=cause, evidence=evidence
    )


# --- facts and built-ins --------------------------------------------------------------------------


def fact_value(name: str, ordinal: int, scope: Scope) -> Measured:
    """A fact on a date. Nobody recorded it: not known."""
    fact = scope.policy.facts[name]
    held, interval = scope.fact(fact, ordinal)
    judged: tuple[tuple[str, str], ...] = ()
    if interval is not None and interval.overruled:
        rows = (*interval.overruled, interval.row)
        judged = tuple((row.recorded_by or fact.judged_by[0], str(row.value)) for row in rows)
    if isinstance(held, Unknown):
        cause = Cause.NO_PARENTS if fact.subject is Subject.PARENT and scope.parent is None else Cause.FACT
        return Measured(name=name, unit=fact.type.unit, cause=cause, judged=judged)
    value = of_plain(held, name=name, unit=fact.type.unit)
    return replace(value, judged=judged) if judged else value


def _built_in(built_in: BuiltIn, ordinal: int, scope: Scope) -> Measured:
    pupil, date, name = scope.view.pupil, dt.date.fromordinal(ordinal), built_in.value
    born = pupil.date_of_birth
    match built_in:
        case BuiltIn.AGE:
            if born is None:
                return Measured(name=name, unit=Unit.YEAR, cause=Cause.DATE_OF_BIRTH)
            return of_plain(age_on(born, date), name=name, unit=Unit.YEAR)
        case BuiltIn.COMPULSORY_SCHOOL_AGE:
            if born is None:
                return Measured(name=name, cause=Cause.DATE_OF_BIRTH)
            first, last = compulsory_school_age(born)
            return of_plain(first <= date <= last, name=name)
        case BuiltIn.YEAR_GROUP:
            if pupil.year_group is None:
                return Measured(name=name, unit=Unit.NUMBER, cause=Cause.FACT)
            return of_plain(pupil.year_group, name=name)
        case BuiltIn.PHASE:
            school = scope.view.school
            if school is None or school.phase is None:
                return Measured(name=name, cause=Cause.FACT)
            return of_plain(school.phase, name=name)
        case BuiltIn.ROLL if scope.group is not None:
            from fingerpost.members import on_roll  # noqa: PLC0415 - the two rest on each other

            members, perhaps = (on_roll(views, date) for views in (scope.group.members, scope.group.perhaps))
            cause = Cause.FACT if perhaps else None
            return replace(of_counts(members, members + perhaps, Unit.NUMBER), name=name, cause=cause)
        case BuiltIn.ROLL:
            there = scope.view.records.pupils_of(pupil.school)
            return of_plain(sum(other.is_on_roll(date) for other in there), name=name)
        case _:
            assert_never(built_in)


def _number_of_parents(value: NumberOfParents, ordinal: int, scope: Scope) -> Measured:
    from fingerpost.conditions import truth_at  # noqa: PLC0415 - the two rest on each other

    parents = scope.view.pupil.parents
    if not parents:
        return Measured(unit=Unit.NUMBER, cause=Cause.NO_PARENTS)
    if value.condition is None:
        return of_counts(len(parents), len(parents), Unit.NUMBER)
    truths = [truth_at(value.condition, ordinal, scope.of_parent(parent.id)) for parent in parents]
    least = truths.count(Truth.TRUE)
    return of_counts(least, least + truths.count(Truth.UNKNOWN), Unit.NUMBER)
