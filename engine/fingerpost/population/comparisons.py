"""Comparisons of counts, shares and runs of marks with a line, for many pupils on every school day.

A line is a number that is the same on every day. None where there is no quick way.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fingerpost.conditions import OPPOSITE
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts, at_least, shares_reaching
from fingerpost.population.marks import Counted, counted, stays_within
from fingerpost.population.registers import ones
from fingerpost.population.truths import Truths, Words, all_days, no_days, packed_rows
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    Compare,
    Comparison,
    CountOfMarks,
    Is,
    IsKnown,
    Literal,
    MeasureValue,
    Run,
    ShareOfMarks,
    ThresholdValue,
    Value,
)

_SMALL = 1 << 31
"""Below this, a count times a numerator stays within 64 bits."""

Line = tuple[Fraction | None, Fraction | None]
"""The lowest and the highest that a line may be: equal, but for a threshold left open."""


def compared_marks(condition: Compare, frame: Frame, negated: bool) -> Truths | None:
    """`absence is at least 10%`, said of marks."""
    line = _line(condition.right, frame)
    value = _of_marks(condition.left, frame)
    if line is None or value is None:
        return None
    comparison = OPPOSITE[condition.comparison] if negated else condition.comparison
    strict = comparison in (Comparison.MORE_THAN, Comparison.AT_MOST)
    found = _reaching(value, line, frame, strict=strict)
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
    line = _line(condition.choices[0], frame)
    if line is None or line[0] is None or line[0] != line[1]:
        return None
    reached = _reaching(value, line, frame, strict=False)
    passed = _reaching(value, line, frame, strict=True)
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


def _of_marks(value: Value, frame: Frame) -> CountOfMarks | ShareOfMarks | Run | None:
    """The marks that a value counts, by itself or by the name of a measure."""
    while isinstance(value, MeasureValue):
        if value.as_at is not None or value.of_school:
            return None
        measure = frame.shared.policy.measures[value.name]
        if measure.subject not in (Subject.PUPIL, Subject.PARENT):
            return None
        value = measure.value
    return value if isinstance(value, CountOfMarks | ShareOfMarks | Run) else None


def _line(value: Value, frame: Frame) -> Line | None:
    if not isinstance(value, Literal | ThresholdValue):
        return None
    measured = value_at(value, 1, frame.scope(0))
    return None if measured.plain is not None else (measured.lowest, measured.highest)


def _reaching(
    value: CountOfMarks | ShareOfMarks | Run, line: Line, frame: Frame, *, strict: bool
) -> tuple[Words, Words, Words] | None:
    """The days on which the value certainly reaches the line (or is over it), certainly not, or is nothing.

    Pupils who have too few of the marks in their whole record are not counted day by day.
    """
    length = frame.length
    few = _too_few(value, line, frame, strict=strict)
    rows = np.flatnonzero(~few)
    size = no_days(length).shape[1]
    true = np.zeros((len(frame), size), dtype=np.uint64)
    false = np.zeros_like(true)
    nothing = np.zeros_like(true)
    false[few] = all_days(length)
    if len(rows):
        found = counted(value, frame.take(rows))
        if found is None:
            return None
        true[rows], false[rows] = _against(found, line, length, strict=strict)
        nothing[rows] = found.nothing
    return true, false, nothing


def _too_few(
    value: CountOfMarks | ShareOfMarks | Run, line: Line, frame: Frame, *, strict: bool
) -> NDArray[np.bool_]:
    """For which rows no window can hold as many as the line asks for."""
    none = np.zeros(len(frame), dtype=np.bool_)
    if isinstance(value, ShareOfMarks) or line[0] is None:
        return none
    least = (
        line[0].numerator // line[0].denominator + 1
        if strict
        else -(-line[0].numerator // line[0].denominator)
    )
    if least <= 0:
        return none
    members = frame.plane(value.marks) | frame.block.missing(frame.pupils)
    few = ones(members) < least
    return few if stays_within(value, frame) else few & ~frame.block.reaches_before[frame.pupils]


def _against(found: Counted, line: Line, length: int, *, strict: bool) -> tuple[Words, Words]:
    low, high = line
    every = all_days(length)
    true = no_days(length)
    false = no_days(length)
    if high is not None:
        true = _reaches(found.low, found.low_of, high, strict=strict)
    if low is not None:
        same = low == high and found.high is found.low and found.high_of is found.low_of
        reached = true if same else _reaches(found.high, found.high_of, low, strict=strict)
        false = every & ~reached & ~found.unbounded
    return true & ~found.unknown, false & ~found.unknown


def _reaches(values: Counts, of: Counts | None, bound: Fraction, *, strict: bool) -> Words:
    p, q = bound.numerator, bound.denominator
    if of is None:
        least = p // q + 1 if strict else -(-p // q)
        return at_least(values, least)
    if max(abs(p), q) < _SMALL:
        return shares_reaching(values, of, p, q, strict)
    left, right = values.astype(object) * q, of.astype(object) * p
    return packed_rows(np.asarray(left > right if strict else left >= right, dtype=np.bool_))
