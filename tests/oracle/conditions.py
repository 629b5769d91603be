"""The oracle itself: any value and any condition, for one pupil (and parent), on one date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from fingerpost.history import History, Pupil
from fingerpost.known import KnownEvent, Unknown
from fingerpost.logic import Truth, all_true, any_true, at_least_true
from fingerpost.school_age import age_on, compulsory_school_age
from fingerpost_dsl.model.declarations import Subject, Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    Anchor,
    AnyOf,
    AtLeastOf,
    BuiltIn,
    BuiltInValue,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    CountOfEvents,
    CountOfMarks,
    DateOf,
    EndOfLast,
    Extreme,
    FactValue,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Literal,
    MeasureValue,
    MostInAny,
    Not,
    NumberOfParents,
    Product,
    Rounded,
    Run,
    Selection,
    ShareOfMarks,
    Sum,
    ThresholdValue,
    TimeSince,
    Value,
    WeeksWith,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from tests.oracle import happenings, marks, plain
from tests.oracle.plain import UNKNOWN, Plain, between, number
from tests.oracle.school import Known
from tests.oracle.windows import Moment

_OPPOSITE = {
    Comparison.AT_LEAST: Comparison.LESS_THAN,
    Comparison.LESS_THAN: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.MORE_THAN,
    Comparison.MORE_THAN: Comparison.AT_MOST,
}


class Oracle:
    """One pupil, judged plainly; with a parent, for that parent."""

    def __init__(
        self,
        policy: Policy,
        history: History,
        pupil: Pupil,
        known_on: dt.date | None = None,
        *,
        parent: str | None = None,
        known: Known | None = None,
    ) -> None:
        self.policy, self.parent = policy, parent
        self.known = known or Known(policy, history, pupil, known_on)

    def of(self, parent: str | None) -> Oracle:
        """The same pupil, for one parent; or for none."""
        return Oracle(self.policy, self.known.history, self.known.pupil, parent=parent, known=self.known)

    def selected(self, selection: Selection, on: int) -> tuple[list[KnownEvent], list[KnownEvent]]:
        """The events that a selection certainly and perhaps means."""
        return happenings.selected(selection, self.parent, on, self)

    def moment(self, anchor: Anchor, on: int) -> Moment:
        """What an anchor stands for."""
        return happenings.moment(anchor, self.parent, on, self)

    # --- values --------------------------------------------------------------------------------

    def value(self, value: Value, date: dt.date) -> Plain:
        """A value as at the close of a date."""
        on = date.toordinal()
        match value:
            case Literal(value=written):
                return number(written.amount) if isinstance(written, Quantity) else Plain(plain=written)
            case ThresholdValue(name=name):
                return self._threshold(name)
            case MeasureValue():
                return self._measure(value, date)
            case FactValue(name=name):
                held = self.known.fact(name, on, self.parent)
                if isinstance(held, Unknown):
                    return UNKNOWN
                is_number = isinstance(held, int | Fraction) and not isinstance(held, bool)
                return number(held) if is_number else Plain(plain=held)  # type: ignore[arg-type]  # told apart above
            case BuiltInValue(built_in=built_in):
                return self._built_in(built_in, date)
            case CountOfMarks():
                return marks.count(value, on, self)
            case ShareOfMarks():
                return marks.share(value, on, self)
            case Run():
                return marks.run(value, on, self)
            case WeeksWith():
                return marks.weeks_with(value, on, self)
            case MostInAny():
                return marks.most_in_any(value, on, self)
            case CountOfEvents(selection=selection, windows=windows):
                return between(*happenings.how_many(selection, windows, self.parent, on, self))
            case TimeSince():
                return happenings.time_since(value, self.parent, on, self)
            case DateOf(anchor=anchor):
                return happenings.date_of(anchor, self.parent, on, self)
            case Sum(terms=terms):
                return plain.total([(sign, self.value(term, date)) for sign, term in terms])
            case Product(factors=factors):
                return plain.product([(power, self.value(factor, date)) for power, factor in factors])
            case Extreme(highest=highest, values=values):
                return plain.extreme(highest, [self.value(one, date) for one in values])
            case Rounded(value=inner, rounding=rounding):
                return plain.rounded(self.value(inner, date), rounding)
            case NumberOfParents(condition=condition):
                return self._number_of_parents(condition, date)

    def _threshold(self, name: str) -> Plain:
        declared = self.policy.thresholds[name]
        if isinstance(declared.value, Quantity):
            return number(declared.value.amount)
        if declared.value is not None:
            return Plain(plain=declared.value)
        low, high = declared.bounds or (None, None)
        if isinstance(low, Quantity) and isinstance(high, Quantity):
            return Plain(low.amount, high.amount)
        return UNKNOWN

    def _measure(self, value: MeasureValue, date: dt.date) -> Plain:
        measure = self.policy.measures[value.name]
        then = self._then(value, date)
        if then is None:
            return UNKNOWN
        if value.of_school:
            return self._pooled(measure.value, then)
        own = self if measure.subject is Subject.PARENT else self.of(None)
        return own.value(measure.value, then)

    def _then(self, value: MeasureValue, date: dt.date) -> dt.date | None:
        """The date that `as at` names; None where there are no terms."""
        match value.as_at:
            case dt.date() as fixed:
                return min(date, fixed)
            case EndOfLast(unit=unit):
                period = self.known.calendar.period_of(date, unit)
                return None if period is None else period.first - dt.timedelta(days=1)
            case None:
                return date

    def _pooled(self, value: Value, date: dt.date) -> Plain:
        """Of all pupils of the school together: sum over sum (meaning 30)."""
        history = self.known.history
        school = [
            Oracle(self.policy, history, other, self.known.known_on)
            for other in history.pupils.values()
            if other.school == self.known.pupil.school
        ]
        match value:
            case ShareOfMarks():
                return marks.share_of([marks.counted(value, date.toordinal(), one) for one in school])
            case Sum(terms=terms):
                return plain.total([(sign, self._pooled(term, date)) for sign, term in terms])
            case Product(factors=factors):
                return plain.product([(power, self._pooled(factor, date)) for power, factor in factors])
            case Extreme(highest=highest, values=values):
                return plain.extreme(highest, [self._pooled(one, date) for one in values])
            case Rounded(value=inner, rounding=rounding):
                return plain.rounded(self._pooled(inner, date), rounding)
            case MeasureValue(name=name):
                then = self._then(value, date)
                return UNKNOWN if then is None else self._pooled(self.policy.measures[name].value, then)
            case Literal() | ThresholdValue():
                return self.value(value, date)
            case _:
                return plain.total([(1, one.value(value, date)) for one in school])

    def _built_in(self, built_in: BuiltIn, date: dt.date) -> Plain:
        pupil, history = self.known.pupil, self.known.history
        born = pupil.date_of_birth
        match built_in:
            case BuiltIn.AGE:
                return UNKNOWN if born is None else number(age_on(born, date))
            case BuiltIn.COMPULSORY_SCHOOL_AGE:
                if born is None:
                    return UNKNOWN
                first, last = compulsory_school_age(born)
                return Plain(plain=first <= date <= last)
            case BuiltIn.YEAR_GROUP:
                return UNKNOWN if pupil.year_group is None else number(pupil.year_group)
            case BuiltIn.PHASE:
                school = history.schools.get(pupil.school)
                return Plain(plain=school.phase if school else None)
            case BuiltIn.ROLL:
                return number(
                    sum(
                        (stay.first or date) <= date <= (stay.last or date)
                        for other in history.pupils.values()
                        if other.school == pupil.school
                        for stay in other.on_roll
                    )
                )

    def _number_of_parents(self, condition: Condition | None, date: dt.date) -> Plain:
        parents = self.known.pupil.parents
        if not parents:
            return UNKNOWN
        if condition is None:
            return number(len(parents))
        truths = [self.of(parent.id).truth(condition, date) for parent in parents]
        return between(truths.count(Truth.TRUE), len(truths) - truths.count(Truth.FALSE))

    # --- conditions ----------------------------------------------------------------------------

    def truth(self, condition: Condition, date: dt.date, *, denied: bool = False) -> Truth:
        """Whether a condition (or, `denied`, its opposite) holds at the close of a date."""
        match condition:
            case AllOf(conditions=parts):
                truths = self._truths(parts, date, denied)
                return any_true(truths) if denied else all_true(truths)
            case AnyOf(conditions=parts):
                truths = self._truths(parts, date, denied)
                return all_true(truths) if denied else any_true(truths)
            case Not(condition=inner):
                return self.truth(inner, date, denied=not denied)
            case AtLeastOf(number=least, conditions=parts):
                wanted = self.value(least, date)
                if not wanted.exact or wanted.low is None:
                    return Truth.UNKNOWN
                needed = ceil(wanted.low)
                needed = len(parts) - needed + 1 if denied else needed
                return at_least_true(needed, self._truths(parts, date, denied))
            case Compare(comparison=comparison, left=left, right=right):
                how = _OPPOSITE[comparison] if denied else comparison
                return plain.compare(how, self.value(left, date), self.value(right, date))
            case Is():
                return self._is(condition, date, denied)
            case IsKnown(value=value, negated=negated):
                found = self.value(value, date)
                known = found.exact or found.none is Truth.TRUE
                return Truth.of(known is (negated is denied))
            case Happened(selection=selection, windows=windows):
                low, high = happenings.how_many(selection, windows, self.parent, date.toordinal(), self)
                truth = Truth.TRUE if low else Truth.FALSE if high == 0 else Truth.UNKNOWN
                return ~truth if denied else truth
            case ConditionRef(name=name):
                declared = self.policy.conditions[name]
                own = self if declared.subject is Subject.PARENT else self.of(None)
                return own.truth(declared.condition, date, denied=denied)
            case InTier(name=name, only=only):
                truth = self.in_tier(name, date, only=only)
                return ~truth if denied else truth
            case ForParents(every=every, condition=inner):
                parents: list[str | None] = [parent.id for parent in self.known.pupil.parents]
                truths = [self.of(one).truth(inner, date, denied=denied) for one in parents or [None]]
                return all_true(truths) if every is not denied else any_true(truths)

    def _truths(self, parts: Sequence[Condition], date: dt.date, denied: bool) -> list[Truth]:
        return [self.truth(part, date, denied=denied) for part in parts]

    def _is(self, condition: Is, date: dt.date, denied: bool) -> Truth:
        left = self.value(condition.value, date)
        choices = [self.value(choice, date) for choice in condition.choices]
        none = any_true([left.none, *(choice.none for choice in choices)])
        if none is Truth.TRUE:
            return Truth.FALSE
        truth = any_true(plain.same(left, choice) for choice in choices)
        truth = ~truth if condition.negated is not denied else truth
        return Truth.UNKNOWN if none is Truth.UNKNOWN and truth is Truth.TRUE else truth

    # --- tiers ---------------------------------------------------------------------------------

    def in_tier(self, name: str, date: dt.date, *, only: bool = False) -> Truth:
        """In a tier or any that continues it; `only` in that one and in none that continues it."""
        own = self._own_tier(self.policy.tiers[name], date)
        further = any_true(
            self._own_tier(tier, date) for tier in self.policy.tiers.values() if self._continues(tier, name)
        )
        return all_true([own, ~further]) if only else any_true([own, further])

    def _continues(self, tier: Tier, name: str) -> bool:
        while tier.continues is not None:
            if tier.continues == name:
                return True
            tier = self.policy.tiers[tier.continues]
        return False

    def _own_tier(self, tier: Tier, date: dt.date) -> Truth:
        pupil = self.of(None)
        if tier.left_when is None:
            return all_true(pupil.truth(condition, date) for condition in tier.when)
        held = Truth.FALSE
        days = [dt.date.fromordinal(day) for day in self.known.calendar.school_days if day < date.toordinal()]
        for day in [*days, date]:
            entered = all_true(pupil.truth(condition, day) for condition in tier.when)
            left = pupil.truth(tier.left_when, day)
            held = any_true([entered, all_true([held, ~left])])
        return held
