"""Comparisons of counts, shares and runs of marks with a line, for many pupils on every school day.

A line is a number that is the same on every day. None where there is no quick way.
"""

from __future__ import annotations

from fingerpost.conditions import OPPOSITE
from fingerpost.population.frame import Frame
from fingerpost.population.lines import has_to_be_passed, line_of, reaching
from fingerpost.population.truths import Truths, all_days
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
    value = _of_marks(condition.left, frame)
    if line is None or value is None:
        return None
    comparison = OPPOSITE[condition.comparison] if negated else condition.comparison
    found = reaching(value, line, frame, strict=has_to_be_passed(comparison))
    if found is None:
        return None
    true, false, nothing = found
    if comparison in (Comparison.LESS_THAN, Comparison.AT_MOST):
        true, false = false, true
    return Truths(true & ~nothing, false | nothing, frame.length)


def is_marks(condition: Is, frame: Frame, negated: bool) -> Truths | None:
    """`attended_since is 0 sessions`, said of marks and one line."""
    value = _of_marks(condition.value, frame)
    if value is None or len(condition.choices) != 1:
        return None
    line = line_of(condition.choices[0], frame)
    if line is None or line[0] is None or line[0] != line[1]:
        return None
    reached = reaching(value, line, frame, strict=False)
    passed = reaching(value, line, frame, strict=True)
    if reached is None or passed is None:
        return None
    at_least, below, nothing = reached
    above, at_most, _ = passed
    true, false = at_least & at_most, below | above
    if condition.negated is not negated:
        true, false = false, true
    return Truths(true & ~nothing, false | nothing, frame.length)


def known_marks(condition: IsKnown, frame: Frame, negated: bool) -> Truths | None:
    """`absence is known`, said of marks."""
    value = _of_marks(condition.value, frame)
    found = None if value is None else counted(value, frame)
    if found is None:
        return None
    known = found.known(frame.length)
    days = Truths(known, all_days(frame.length) & ~known, frame.length)
    return ~days if condition.negated is not negated else days


def _of_marks(value: Value, frame: Frame) -> OfMarks | None:
    """The marks that a value counts, by itself or by the name of a measure."""
    while isinstance(value, MeasureValue):
        if value.as_at is not None or value.of_school:
            return None
        measure = frame.shared.policy.measures[value.name]
        if measure.subject not in (Subject.PUPIL, Subject.PARENT):
            return None
        value = measure.value
    return value if isinstance(value, OfMarks) else None
