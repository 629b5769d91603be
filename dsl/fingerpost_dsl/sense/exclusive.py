"""Whether two conditions can never hold together, or one brings the other, as far as a glance can tell.

The same value on two sides of a line, or on one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    Is,
    Literal,
    MeasureValue,
    Not,
    ThresholdValue,
    Value,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity


def conjuncts(conditions: Sequence[Condition], policy: Policy) -> list[Condition]:
    """All that must hold: `and` taken apart, named conditions opened up."""
    found: list[Condition] = []
    for condition in conditions:
        match condition:
            case AllOf(conditions=inner):
                found.extend(conjuncts(inner, policy))
            case ConditionRef(name=name) if name in policy.conditions:
                found.append(condition)
                found.extend(conjuncts((policy.conditions[name].condition,), policy))
            case _:
                found.append(condition)
    return found


def exclusive(one: Condition, other: Condition, policy: Policy) -> bool:
    """Whether both can never be true. False where that cannot be told."""
    if isinstance(one, AnyOf):
        return all(exclusive(option, other, policy) for option in one.conditions)
    if isinstance(other, AnyOf):
        return all(exclusive(one, option, policy) for option in other.conditions)
    if one == Not(condition=other, span=other.span) or other == Not(condition=one, span=one.span):
        return True
    if isinstance(one, Is) and isinstance(other, Is) and one.value == other.value:
        return _choices_exclude(one, other)
    first, second = _range(one, policy), _range(other, policy)
    if first is None or second is None or first.value != second.value:
        return False
    return first.ends_before(second) or second.ends_before(first)


def implies(one: Condition, other: Condition, policy: Policy) -> bool:
    """Whether `other` is true wherever `one` is. False where that cannot be told."""
    if one == other:
        return True
    if isinstance(other, AnyOf):
        return any(implies(one, option, policy) for option in other.conditions)
    if isinstance(one, Is) and isinstance(other, Is) and one.value == other.value:
        return not one.negated and not other.negated and set(one.choices) <= set(other.choices)
    first, second = _range(one, policy), _range(other, policy)
    return first is not None and second is not None and first.value == second.value and first.is_in(second)


def _choices_exclude(one: Is, other: Is) -> bool:
    first, second = set(one.choices), set(other.choices)
    if one.negated and other.negated:
        return False
    if one.negated:
        return second <= first
    if other.negated:
        return first <= second
    plain = all(isinstance(choice, Literal) for choice in first | second)
    return plain and not first & second


@dataclass(frozen=True, slots=True)
class _Range:
    """The numbers between two ends that a condition allows for a value; no end is None."""

    value: Value
    lowest: Fraction | None = None
    highest: Fraction | None = None
    lowest_in: bool = True
    highest_in: bool = True

    def ends_before(self, other: _Range) -> bool:
        """Whether every number in it is below every number in the other."""
        if self.highest is None or other.lowest is None:
            return False
        if self.highest < other.lowest:
            return True
        return self.highest == other.lowest and not (self.highest_in and other.lowest_in)

    def is_in(self, other: _Range) -> bool:
        """Whether every number in it is in the other too."""
        above = other.lowest is None or (
            self.lowest is not None
            and (self.lowest, not self.lowest_in) >= (other.lowest, not other.lowest_in)
        )
        below = other.highest is None or (
            self.highest is not None and (self.highest, self.highest_in) <= (other.highest, other.highest_in)
        )
        return above and below


def _range(condition: Condition, policy: Policy) -> _Range | None:
    match condition:
        case Is(value=value, choices=(only,), negated=False):
            point = _number(only, policy)
            return None if point is None else _Range(_opened(value, policy), lowest=point, highest=point)
        case Compare(comparison=comparison, left=value, right=right):
            line = _number(right, policy)
            if line is None:
                return None
            value = _opened(value, policy)
            match comparison:
                case Comparison.AT_LEAST:
                    return _Range(value, lowest=line)
                case Comparison.MORE_THAN:
                    return _Range(value, lowest=line, lowest_in=False)
                case Comparison.AT_MOST:
                    return _Range(value, highest=line)
                case Comparison.LESS_THAN:
                    return _Range(value, highest=line, highest_in=False)
        case _:
            return None


def _opened(value: Value, policy: Policy) -> Value:
    """A measure by name as what it measures now."""
    while (
        isinstance(value, MeasureValue)
        and value.as_at is None
        and not value.of_school
        and value.name in policy.measures
    ):
        value = policy.measures[value.name].value
    return value


def _number(value: Value, policy: Policy) -> Fraction | None:
    """The number that a value is written as, a threshold's included; dates count their days."""
    known: object = None
    if isinstance(value, Literal):
        known = value.value
    elif isinstance(value, ThresholdValue) and value.name in policy.thresholds:
        known = policy.thresholds[value.name].value
    if isinstance(known, Quantity):
        return known.amount
    return Fraction(known.toordinal()) if isinstance(known, dt.date) else None
