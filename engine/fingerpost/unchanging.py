"""What cannot change from one day to another, and so need not be asked every day.

A fact that nobody recorded, the time since an event that never was, a threshold: most of what a policy asks
of most pupils. To say no here costs time only, never a right answer.
"""

from __future__ import annotations

import datetime as dt

from fingerpost.scope import Scope
from fingerpost_dsl.model.expressions import (
    Anchor,
    Before,
    BuiltIn,
    BuiltInValue,
    Compare,
    Condition,
    CountOfMarks,
    DateOf,
    During,
    FactValue,
    FieldWithin,
    Is,
    IsKnown,
    Literal,
    MeasureValue,
    Product,
    Rounded,
    Since,
    Sum,
    ThresholdValue,
    TimeSince,
    UnitsAround,
    Value,
    Window,
)


def never_changes(condition: Condition, scope: Scope) -> bool:
    """Whether a comparison has the same truth on every day, for this pupil."""
    match condition:
        case Compare(left=left, right=right):
            return _value(left, scope) and _value(right, scope)
        case Is(value=value, choices=choices):
            return _value(value, scope) and all(_value(choice, scope) for choice in choices)
        case IsKnown(value=value):
            return _value(value, scope)
        case _:
            return False


def _value(value: Value, scope: Scope) -> bool:
    match value:
        case Literal() | ThresholdValue():
            return True
        case BuiltInValue(built_in=built_in):
            return built_in in (BuiltIn.YEAR_GROUP, BuiltIn.PHASE)
        case FactValue(name=name):
            return name in scope.answers or _fact(name, scope)
        case MeasureValue(name=name, as_at=None, of_school=False):
            return not scope.view.pupil.reported and _value(scope.policy.measures[name].value, scope)
        case TimeSince(anchor=anchor) | DateOf(anchor=anchor):
            return _never_was(anchor, scope)
        case CountOfMarks(windows=windows):
            return any(_is_empty(window, scope) for window in windows)
        case Sum(terms=terms):
            return all(_value(term, scope) for _, term in terms)
        case Product(factors=factors):
            return all(_value(factor, scope) for _, factor in factors)
        case Rounded(value=inner):
            return _value(inner, scope)
        case _:
            return False


def _fact(name: str, scope: Scope) -> bool:
    intervals = scope.view.fact(scope.policy.facts[name], scope.parent).intervals
    always = len(intervals) == 1 and (intervals[0].first, intervals[0].last) == (dt.date.min, dt.date.max)
    return not intervals or always


def _never_was(anchor: Anchor, scope: Scope) -> bool:
    """Whether there is no such event, nor occasion, on any day."""
    name = anchor.selection.name
    if not anchor.selection.occasion:
        return not scope.of_kind(name)
    return not scope.ever_occurred(name)


def _is_empty(window: Window, scope: Scope) -> bool:
    """Whether a window hangs on an event of which it is known that there is none.

    So that it is always empty.
    """
    match window:
        case Since(moment=moment) | Before(moment=moment):
            anchor = moment if isinstance(moment, Anchor) else None
        case During(anchor=anchor) | UnitsAround(anchor=anchor):
            pass
        case _:
            return False
    if anchor is None or not _never_was(anchor, scope):
        return False
    return anchor.selection.occasion or scope.complete_from(anchor.selection.name) is not None


def event_kinds(condition: Condition, scope: Scope) -> frozenset[str] | None:
    """The kinds of event on whose dates alone a comparison hangs; None where it hangs on anything else."""
    if not isinstance(condition, Compare | Is | IsKnown):
        return None
    sides = (condition.left, condition.right) if isinstance(condition, Compare) else (condition.value,)
    kinds: set[str] = set()
    for side in (*sides, *(condition.choices if isinstance(condition, Is) else ())):
        match side:
            case Literal() | ThresholdValue():
                pass
            case DateOf(anchor=anchor) if not anchor.selection.occasion:
                if any(isinstance(test, FieldWithin) for test in anchor.selection.where):
                    return None
                kinds.add(anchor.selection.name)
            case _:
                return None
    return frozenset(kinds) or None
