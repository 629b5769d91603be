"""Which rules need no judging at all: those that want what there is no trace of in the record.

A fact to be known that nobody recorded; more marks of some codes than the pupil has in all; time since an
event that never was. Such a rule is false on every day, and most rules are so for most pupils.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from fingerpost.mark_columns import fewer_marks_than
from fingerpost.rules import pathway_of
from fingerpost.scope import Scope
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    CountOfMarks,
    FactValue,
    IsKnown,
    Literal,
    MeasureValue,
    Run,
    ThresholdValue,
    TimeSince,
    Value,
)
from fingerpost_dsl.model.policy import Policy

Never = Callable[[Scope, int, int | None], bool]
"""Whether something is false on all of the first school days, and on a date that is no school day, if given.

No promise where it says that it is not.
"""


def is_hopeless(rule: Action | Step, scope: Scope, length: int) -> bool:
    """Whether a rule is false on every school day, because what it wants is nowhere in the record."""
    memo = scope.view.records.memo
    key = ("hopeless", id(rule), id(scope.policy))  # whose thresholds say how much is asked
    if key not in memo:
        memo[key] = how_hopeless(rule, scope.policy)
    never = memo[key]
    return never is not None and never(scope, length, None)  # type: ignore[operator]  # what was put there


def how_hopeless(rule: Action | Step, policy: Policy) -> Never | None:
    """How to see at once that a rule is false on every day; None where there is no such way."""
    pathway = pathway_of(rule, policy)
    return _any_of(_never(part, policy) for part in (*(pathway.when if pathway else ()), *rule.when))


def _never(condition: Condition, policy: Policy) -> Never | None:
    """How to see at once that a condition never holds; None where there is no such way."""
    match condition:
        case AllOf(conditions=conditions):
            return _any_of([_never(part, policy) for part in conditions] + [_known_time(conditions, policy)])
        case AnyOf(conditions=conditions):
            return _all_of([_never(part, policy) for part in conditions])
        case ConditionRef(name=name):
            return _never(policy.conditions[name].condition, policy)
        case IsKnown(value=FactValue(name=name), negated=False):
            return lambda scope, length, date: name not in scope.view.recorded_facts
        case Compare():
            return _comparison(condition, policy)
        case _:
            return None


def _any_of(parts: Iterable[Never | None]) -> Never | None:
    """What needs all its parts never holds if one of them never does."""
    known = [part for part in parts if part is not None]
    if not known:
        return None
    if len(known) == 1:
        return known[0]
    return lambda scope, length, date: any(part(scope, length, date) for part in known)


def _all_of(parts: Sequence[Never | None]) -> Never | None:
    """What needs one of its parts never holds if none of them ever does."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return lambda scope, length, date: all(part(scope, length, date) for part in known)


def _comparison(compare: Compare, policy: Policy) -> Never | None:
    value = _meant(compare.left, policy)
    if isinstance(value, TimeSince):
        return _Since(value, known=False)
    least = _least_asked(compare, policy)
    if isinstance(value, CountOfMarks | Run) and least > 0:
        return _Marks(value, least)
    return None


def _known_time(conditions: Sequence[Condition], policy: Policy) -> Never | None:
    """`days_unpaid is known and days_unpaid is more than payment`: false where nobody knows of any."""
    known = [
        _meant(part.value, policy) for part in conditions if isinstance(part, IsKnown) and not part.negated
    ]
    compared = [_meant(part.left, policy) for part in conditions if isinstance(part, Compare)]
    times = (value for value in known if isinstance(value, TimeSince) and value in compared)
    return _any_of(_Since(value, known=True) for value in times)


def _meant(value: Value, policy: Policy) -> Value:
    """What a measure stands for."""
    while isinstance(value, MeasureValue) and value.as_at is None and not value.of_school:
        value = policy.measures[value.name].value
    return value


def _least_asked(compare: Compare, policy: Policy) -> int:
    """The least whole number that is enough: 6 for `late_marks is at least 6`; 0 where none is asked."""
    if not isinstance(compare.right, Literal | ThresholdValue):
        return 0
    asked = quantity_of(compare.right, policy)
    if asked is None:
        return 0
    match compare.comparison:
        case Comparison.AT_LEAST:
            return ceil(asked.amount)
        case Comparison.MORE_THAN:
            return floor(asked.amount) + 1
        case _:
            return 0


@dataclass(frozen=True, slots=True)
class _Marks:
    """There are too few of these marks in the whole record, whichever of them are looked at."""

    value: CountOfMarks | Run
    least: int

    def __call__(self, scope: Scope, length: int, date: int | None) -> bool:
        if scope.view.pupil.reported:
            return False  # totals stand for marks that are not on record
        return fewer_marks_than(self.least, self.value, length, scope, date)


@dataclass(frozen=True, slots=True)
class _Since:
    """There has been no such event or occasion, so that no time has passed since.

    Of a kind of event that nobody ever recorded it is not known whether there was one, unless it is also
    asked that it be `known`.
    """

    value: TimeSince
    known: bool

    def __call__(self, scope: Scope, length: int, date: int | None) -> bool:
        if scope.view.pupil.reported:
            return False  # how long ago it was may be reported, without the event
        selection = self.value.anchor.selection
        if selection.occasion:
            return not scope.ever_occurred(selection.name)
        if not scope.view.no_events(selection.name):
            return False
        return self.known or scope.complete_from(selection.name) is not None
