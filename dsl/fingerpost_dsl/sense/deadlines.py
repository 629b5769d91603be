"""Deadlines that nobody can miss, and deadlines that nothing starts."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import Action, Deadline, Step, Subject
from fingerpost_dsl.model.expressions import (
    Amount,
    Compare,
    Comparison,
    Condition,
    CountOfEvents,
    CountOfMarks,
    Happened,
    InTheLast,
    Literal,
    MeasureValue,
    TimeSince,
    Value,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.operators import UNITS
from fingerpost_dsl.sense.exclusive import conjuncts
from fingerpost_dsl.source import Span


def deadlines(policy: Policy) -> Iterator[Diagnostic]:
    """Rules whose deadline outlives what they rest on, and rules that stand until nobody knows what."""
    for rule in policy.rules():
        if rule.stands_until_done:
            if not rule.done_when:
                yield _never_done(rule)
        elif rule.within is not None and rule.within.anchor is None:
            yield from _outlived(rule, rule.within, policy)
        if rule.within is not None and rule.within.anchor is None and _starts_with_nothing(rule):
            yield Diagnostic(
                code="W0504",
                message=f"nothing starts the time of `{rule.name}`: it applies to everybody, always",
                span=rule.within.span,
                help="say `when`, or from when the time counts: `within … of` an event; "
                "for what is done again and again, `every`",
            )


def _starts_with_nothing(rule: Action | Step) -> bool:
    """Whether a rule applies from the first day of the record, whatever happens."""
    asks = rule.tier or rule.occasion or rule.when or rule.unless or rule.every
    return isinstance(rule, Action) and not asks and rule.subject is not Subject.COHORT


def _outlived(rule: Action | Step, within: Deadline, policy: Policy) -> Iterator[Diagnostic]:
    due = _quantity(within.amount, policy)
    if due is None:
        return
    for condition in conjuncts(rule.when, policy):
        window = _window(condition, policy)
        if window is not None and _outlives(due, window[0]):
            length, span = window
            yield Diagnostic(
                code="W0501",
                message=f"`{rule.name}` can never be late: it is due after {due}, "
                f"and what it rests on lasts {length}",
                span=within.span,
                labels=(Label(span, "this ends first"),),
                help="add `stands until done`, shorten the deadline or lengthen the window",
            )
            return


def _outlives(due: Quantity, window: Quantity) -> bool:
    """Whether the deadline's last day comes when the window has let go of the trigger's day.

    In one unit that is exact: a window of five days holds days 0 to 4, and what is due on day 4 is late on
    day 5.
    """
    if due.unit is window.unit:
        return due.amount + 1 >= window.amount
    one, other = UNITS[due.unit].days, UNITS[window.unit].days
    return one is not None and other is not None and float(due.amount) * one > float(window.amount) * other


def _window(condition: Condition, policy: Policy) -> tuple[Quantity, Span] | None:
    """How long a condition that has just come true can hold of itself, where a window says so."""
    match condition:
        case Happened(windows=windows):
            return _last(windows, policy)
        case Compare(comparison=Comparison.AT_LEAST | Comparison.MORE_THAN, left=left):
            counted = _opened(left, policy)
            if isinstance(counted, CountOfMarks | CountOfEvents):
                return _last(counted.windows, policy)
        case Compare(comparison=Comparison.AT_MOST | Comparison.LESS_THAN, left=left, right=right, span=span):
            since = _opened(left, policy)
            if isinstance(since, TimeSince):
                limit = _quantity(right, policy)
                return None if limit is None else (limit, span)
        case _:
            pass
    return None


def _opened(value: Value, policy: Policy) -> Value:
    """A measure by name as what it measures."""
    if isinstance(value, MeasureValue) and value.as_at is None and value.name in policy.measures:
        return policy.measures[value.name].value
    return value


def _last(windows: tuple[Window, ...], policy: Policy) -> tuple[Quantity, Span] | None:
    for window in windows:
        if isinstance(window, InTheLast):
            length = _quantity(window.amount, policy)
            if length is not None:
                return length, window.span
    return None


def _quantity(amount: Amount | Value, policy: Policy) -> Quantity | None:
    """A quantity, written out or a threshold's."""
    known: object = None
    if isinstance(amount, Literal):
        known = amount.value
    elif hasattr(amount, "name") and amount.name in policy.thresholds:
        known = policy.thresholds[amount.name].value
    return known if isinstance(known, Quantity) else None


def _never_done(rule: Action | Step) -> Diagnostic:
    return Diagnostic(
        code="W0502",
        message=f"`{rule.name}` stands until done, and nothing says when it is done",
        span=rule.span,
        help="add `done when` and an event",
    )
