"""On which school days counts, shares and runs of marks reach a line, for many pupils at once.

Most pupils have a mark in every session, and for most windows it is certain where they lie: then a day's
count is one number, and is held against the line where it is counted (`kernels.py`). For the others the least
and the greatest count are worked out (`marks.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import (
    Counts,
    at_least,
    counts_reaching,
    shares_in_stretches,
    shares_reaching,
)
from fingerpost.population.marks import (
    Counted,
    Looking,
    count_group,
    counted,
    first_of_whole_days,
    lookings,
    stays_within,
)
from fingerpost.population.truths import Flags, Rows, Words, all_days, any_bit, no_days, packed_rows
from fingerpost.subject import POSSIBLE
from fingerpost.values import value_at
from fingerpost_dsl.model.expressions import (
    Compare,
    Comparison,
    CountOfMarks,
    Literal,
    MeasureValue,
    Run,
    ShareOfMarks,
    ThresholdValue,
    Value,
)
from fingerpost_dsl.model.walk import walk

OfMarks = CountOfMarks | ShareOfMarks | Run

_SMALL = 1 << 31
"""Below this, a count times a numerator stays within 64 bits."""

Line = tuple[Fraction | None, Fraction | None]
"""The lowest and the highest that a line may be: equal, but for a threshold left open."""

Asked = tuple[Line, bool]
"""A line, and whether it has to be passed."""

Reached = tuple[Words, Words, Words]
"""The days on which a value certainly reaches the line (or is over it), certainly not, or is nothing."""


def line_of(value: Value, frame: Frame) -> Line | None:
    """A number that is the same on every day; None if it is not."""
    if not isinstance(value, Literal | ThresholdValue):
        return None
    measured = value_at(value, 1, frame.scope(0))
    return None if measured.plain is not None else (measured.lowest, measured.highest)


def has_to_be_passed(comparison: Comparison) -> bool:
    """Whether a value on the line itself has not reached it, for the comparison and for its opposite."""
    return comparison in (Comparison.MORE_THAN, Comparison.AT_MOST)


def reaching(value: OfMarks, line: Line, frame: Frame, *, strict: bool) -> Reached | None:
    """The days on which the value reaches the line (`strict`: is over it); None where there is no quick way.

    Pupils who have too few of the marks in their whole record are not counted day by day.
    """
    few = _too_few(value, line, frame, strict=strict)
    none: Reached = (no_days(frame.length), all_days(frame.length), no_days(frame.length))
    if few is None:
        return _of_rows(value, line, frame, strict=strict)
    if few.all():
        return none
    own, rows = frame.some(~few)
    found = _of_rows(value, line, own, strict=strict)
    if found is None or rows is None:
        return found
    return _put_together([(np.flatnonzero(few), none), (rows, found)], len(frame), frame.length)


def _too_few(value: OfMarks, line: Line, frame: Frame, *, strict: bool) -> Flags | None:
    """For which rows no window can hold as many as the line asks for; None where that says nothing."""
    if isinstance(value, ShareOfMarks) or line[0] is None:
        return None
    least = _least(line[0], strict=strict)
    if least <= 0:
        return None
    few = frame.block.most(value.marks)[frame.pupils] < least
    return few if stays_within(value, frame) else few & ~frame.block.reaches_before[frame.pupils]


def _least(bound: Fraction, *, strict: bool) -> int:
    """The smallest count that reaches a line."""
    p, q = bound.numerator, bound.denominator
    return p // q + 1 if strict else -(-p // q)


def _put_together(parts: Sequence[tuple[Rows, Reached]], rows: int, length: int) -> Reached:
    if len(parts) == 1:
        return parts[0][1]
    whole = tuple(np.empty((rows, no_days(length).shape[1]), dtype=np.uint64) for _ in range(3))
    for places, part in parts:
        for words, own in zip(whole, part, strict=True):
            words[places] = own
    true, false, nothing = whole
    return true, false, nothing


def _of_rows(value: OfMarks, line: Line, frame: Frame, *, strict: bool) -> Reached | None:
    """The same; of a whole block all lines that the policy holds against a share are looked at together."""
    asked: Asked = (line, strict)
    if not frame.is_whole or not isinstance(value, ShareOfMarks):
        found = _all_of(value, [asked], frame)
        return None if found is None else found[0]
    memo = frame.shared.memo
    key = ("reached", id(value), asked)
    if key not in memo:
        every = list(dict.fromkeys([asked, *_lines_against(value, frame)]))
        found = _all_of(value, every, frame)
        for number, one in enumerate(every):
            memo["reached", id(value), one] = None if found is None else found[number]
    return memo[key]  # type: ignore[return-value]  # what was put there


def _lines_against(value: ShareOfMarks, frame: Frame) -> list[Asked]:
    """The lines that any tier or condition of the policy holds against a share."""
    key = ("lines against", id(value), id(frame.shared.policy))
    signatures = frame.shared.across.signatures
    known = signatures.get(key)
    if known is None:
        policy = frame.shared.policy
        parts = (tuple(policy.tiers.values()), tuple(policy.conditions.values()))
        lines: list[Asked] = []
        for node in walk(parts):
            if isinstance(node, Compare) and _is_measure_of(node.left, value, frame):
                line = line_of(node.right, frame)
                if line is not None:
                    lines.append((line, has_to_be_passed(node.comparison)))
        known = signatures[key] = lines
    return known  # type: ignore[return-value]  # what was put there


def _is_measure_of(left: Value, value: ShareOfMarks, frame: Frame) -> bool:
    """Whether a value is a measure of just that share, of the pupil and the day in question."""
    if not isinstance(left, MeasureValue) or left.as_at is not None or left.of_school:
        return False
    return frame.shared.policy.measures[left.name].value is value


def _all_of(value: OfMarks, asked: Sequence[Asked], frame: Frame) -> list[Reached] | None:
    """For each line the days on which the value reaches it."""
    groups = None if isinstance(value, Run) else lookings(value, frame)
    if groups is None:
        found = counted(value, frame)
        return (
            None if found is None else [_against(found, line, frame.length, strict) for line, strict in asked]
        )
    parts: list[tuple[Rows, list[Reached]]] = []
    for looking in groups:
        certain = _is_certain(looking) & _small(asked)
        for flags in (certain, ~certain):
            if not flags.any():
                continue
            own, rows = (looking, looking.rows) if flags.all() else looking.some(np.flatnonzero(flags))
            if flags is certain:
                parts.append((rows, _certainly(own, asked)))
                continue
            other = count_group(own)
            if other is None:
                return None
            parts.append((rows, [_against(other, line, frame.length, strict) for line, strict in asked]))
    return [
        _put_together([(rows, found[number]) for rows, found in parts], len(frame), frame.length)
        for number in range(len(asked))
    ]


# --- where it is certain what is counted ----------------------------------------------------------


def _is_certain(looking: Looking) -> Flags:
    """For which rows it is certain on every day what is counted."""
    looked, frame = looking.looked, looking.frame
    if not looked.exact or looked.certain.starts is None or looked.certain.ends is None:
        return np.zeros(len(frame), dtype=np.bool_)
    if isinstance(looking.value, CountOfMarks) and looking.value.whole_days and len(looking.certain) > 1:
        return np.zeros(len(frame), dtype=np.bool_)
    whole = ~frame.block.has_missing[frame.pupils]
    if len(looking.certain) > 1 or len(looking.perhaps) > 1:
        whole &= ~any_bit(looking.certain ^ looking.perhaps)
    elif (looking.certain != looking.perhaps).any():
        whole[:] = False
    return whole


def _small(asked: Iterable[Asked]) -> bool:
    bounds = [bound for line, _ in asked for bound in line if bound is not None]
    return all(max(abs(bound.numerator), bound.denominator) < _SMALL for bound in bounds)


def _certainly(looking: Looking, asked: Sequence[Asked]) -> list[Reached]:
    """The days on which a value of which all is certain reaches each line."""
    frame, looked = looking.frame, looking.looked
    bounds = list(
        dict.fromkeys((bound, strict) for line, strict in asked for bound in line if bound is not None)
    )
    chosen = frame.plane(looking.value.marks)
    inside = looking.certain & rows_of([looked.inside], len(frame.block.axis))
    if isinstance(looking.value, ShareOfMarks):
        layers, nothing = _shares(looking, chosen & inside, frame.plane(POSSIBLE) & inside, bounds)
    else:
        if looking.value.whole_days:
            chosen = first_of_whole_days(chosen, frame.plane(POSSIBLE), frame)
        layers, nothing = _counts(looking, chosen & inside, bounds), no_days(frame.length)
    reached = dict(zip(bounds, layers, strict=True))
    none, every = no_days(frame.length), all_days(frame.length)
    found: list[Reached] = []
    for (low, high), strict in asked:
        true = none if high is None else reached[high, strict]
        false = none if low is None else every & ~reached[low, strict]
        if looked.before:
            sure = ~rows_of([looked.before], frame.length)
            true, false = (true & sure if isinstance(looking.value, ShareOfMarks) else true), false & sure
        found.append((true, false, nothing))
    return found


def _counts(looking: Looking, chosen: Words, bounds: Iterable[tuple[Fraction, bool]]) -> list[Words]:
    starts, ends = looking.looked.certain.starts, looking.looked.certain.ends
    assert starts is not None
    assert ends is not None
    sessions = len(looking.frame.block.axis)
    leasts = (max(min(_least(bound, strict=strict), sessions + 1), 0) for bound, strict in bounds)
    return [counts_reaching(chosen, starts, ends, least) for least in leasts]


def _shares(
    looking: Looking, chosen: Words, possible: Words, bounds: Sequence[tuple[Fraction, bool]]
) -> tuple[Sequence[Words], Words]:
    starts, ends = looking.looked.certain.starts, looking.looked.certain.ends
    assert starts is not None
    assert ends is not None
    lines = np.array(
        [(bound.numerator, bound.denominator, int(strict)) for bound, strict in bounds], dtype=np.int64
    ).reshape(len(bounds), 3)
    layers = shares_in_stretches(chosen, possible, starts, ends, lines)
    nothing = layers[-1]
    if looking.looked.before:
        nothing = nothing & ~rows_of([looking.looked.before], looking.frame.length)
    return list(layers[:-1]), nothing


# --- where it is not ------------------------------------------------------------------------------


def _against(found: Counted, line: Line, length: int, strict: bool) -> Reached:
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
    return true & ~found.unknown, false & ~found.unknown, found.nothing


def _reaches(values: Counts, of: Counts | None, bound: Fraction, *, strict: bool) -> Words:
    p, q = bound.numerator, bound.denominator
    if of is None:
        return at_least(values, _least(bound, strict=strict))
    if max(abs(p), q) < _SMALL:
        return shares_reaching(values, of, p, q, strict)
    left, right = values.astype(object) * q, of.astype(object) * p
    return packed_rows(np.asarray(left > right if strict else left >= right, dtype=np.bool_))
