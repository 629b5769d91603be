"""Comparisons of counts, shares and runs of marks with a line, for many pupils on every school day.

A line is a number that is the same on every day. None where there is no quick way.
"""

from __future__ import annotations

from fingerpost.conditions import OPPOSITE
from fingerpost.population.frame import Frame
from fingerpost.population.lines import Reached, has_to_be_passed, line_of, reaching
from fingerpost.population.truths import Truths, Words, all_days
from fingerpost.population.values import OfMarks, counted
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    Compare,
    Comparison,
    Is,
    IsKnown,
    MeasureValue,
    Value,
)


def compared_marks(condition: Compare, frame: Frame, negated: bool) -> Truths | None:
    """`absence is at least 10%`, said of marks."""
    line = line_of(condition.right, frame)
    value = marks_in(condition.left, frame)
    if line is None or value is None:
        return None
    comparison = OPPOSITE[condition.comparison] if negated else condition.comparison
    found = reaching(value, line, frame, strict=has_to_be_passed(comparison))
    if found is None:
        return None
    return Truths(*said_of(comparison, found), frame.length)


def said_of(comparison: Comparison, reached: Reached) -> tuple[Words, Words]:
    """Where a comparison certainly holds, and where it does not: of nothing none holds."""
    true, false, nothing = reached
    if comparison in (Comparison.LESS_THAN, Comparison.AT_MOST):
        true, false = false, true
    return true & ~nothing, false | nothing


def is_marks(condition: Is, frame: Frame, negated: bool) -> Truths | None:
    """`attended_since is 0 sessions`, said of marks and one line."""
    value = marks_in(condition.value, frame)
    if value is None or len(condition.choices) != 1:
        return None
    line = line_of(condition.choices[0], frame)
    if line is None or line[0] is None or line[0] != line[1]:
        return None
    reached = reaching(value, line, frame, strict=False)
    passed = reaching(value, line, frame, strict=True)
    if reached is None or passed is None:
        return None
    return Truths(*said_to_be(reached, passed, opposite=condition.negated is not negated), frame.length)


def said_to_be(reached: Reached, passed: Reached, *, opposite: bool) -> tuple[Words, Words]:
    """Where a value that reaches a line and does not pass it certainly is that line, and where it is not."""
    at_least, below, nothing = reached
    above, at_most, _ = passed
    true, false = at_least & at_most, below | above
    if opposite:
        true, false = false, true
    return true & ~nothing, false | nothing


def known_marks(condition: IsKnown, frame: Frame, negated: bool) -> Truths | None:
    """`absence is known`, said of marks."""
    value = marks_in(condition.value, frame)
    found = None if value is None else counted(value, frame)
    if found is None:
        return None
    known = found.known(frame.length)
    days = Truths(known, all_days(frame.length) & ~known, frame.length)
    return ~days if condition.negated is not negated else days


def marks_in(value: Value, frame: Frame) -> OfMarks | None:
    """The marks that a value counts, by itself or by the name of a measure."""
    while isinstance(value, MeasureValue):
        if value.as_at is not None or value.of_school:
            return None
        measure = frame.shared.policy.measures[value.name]
        if measure.subject not in (Subject.PUPIL, Subject.PARENT):
            return None
        value = measure.value
    return value if isinstance(value, OfMarks) else None
