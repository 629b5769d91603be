"""On which school days counts, shares and runs of marks reach a line, for many pupils at once.

For most windows it is certain where they lie: then what is counted is held against the line where it is
counted (`kernels.py`), once more with what is not marked, for pupils of whom something is not. For other
windows the least and the greatest count are worked out first (`marks.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import rows_of
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import (
    Counts,
    at_least,
    counts_reaching,
    shares_in_stretches,
    shares_reaching,
)
from fingerpost.population.marks import (
    Looking,
    count_group,
    count_small_groups,
    large_and_small,
    longer_than_known,
    lookings,
    stays_within,
)
from fingerpost.population.runs import first_of_whole_days
from fingerpost.population.truths import (
    Flags,
    Rows,
    Words,
    all_days,
    any_bit,
    in_their_places,
    no_days,
    packed_rows,
)
from fingerpost.population.values import OfMarks, counted
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
    if not isinstance(value, CountOfMarks | Run):
        return _of_rows(value, line, frame, strict=strict)
    few = too_few(value, line, frame, strict=strict)
    if few is None or not few.any():
        return _of_rows(value, line, frame, strict=strict)
    parts: list[tuple[Rows, Reached]] = []
    for flags, judge in ((few, _never), (~few, _of_rows)):
        if flags.any():
            own, rows = frame.some(flags)
            found = judge(value, line, own, strict=strict)
            if found is None:
                return _of_rows(value, line, frame, strict=strict)
            parts.append((np.arange(len(frame)) if rows is None else rows, found))
    return _put_together(parts, len(frame))


def too_few(value: CountOfMarks | Run, line: Line, frame: Frame, *, strict: bool) -> Flags | None:
    """For which rows no window can hold as many as the line asks for; None where that says nothing."""
    if line[0] is None or least_count(line[0], strict=strict) <= 0:
        return None
    return frame.most(value.marks) < least_count(line[0], strict=strict)


def _never(value: CountOfMarks | Run, line: Line, frame: Frame, *, strict: bool) -> Reached | None:
    """Of rows with too few: never reached, but for what may lie before the record."""
    none = no_days(frame.length)
    if stays_within(value, frame) or not frame.block.reaches_before[frame.pupils].any():
        return none, all_days(frame.length), none
    more = longer_than_known(value, frame)
    return None if more is None else (none, all_days(frame.length) & ~more, none)


def least_count(bound: Fraction, *, strict: bool) -> int:
    """The smallest count that reaches a line."""
    p, q = bound.numerator, bound.denominator
    return p // q + 1 if strict else -(-p // q)


def _put_together(parts: Sequence[tuple[Rows, Reached]], rows: int) -> Reached:
    if len(parts) == 1:
        return parts[0][1]
    whole: list[Words] = []
    for layer in range(3):
        if all(part[layer] is parts[0][1][layer] for _, part in parts):
            whole.append(parts[0][1][layer])
            continue
        whole.append(in_their_places(((places, part[layer]) for places, part in parts), rows))
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
    groups = lookings(value, frame) if isinstance(value, CountOfMarks | ShareOfMarks) else None
    if groups is None:
        found = counted(value, frame)
        return (
            None if found is None else [_against(found, line, frame.length, strict) for line, strict in asked]
        )
    parts: list[tuple[Rows, list[Reached]]] = []
    large, small = large_and_small(groups)
    if small:
        rows, several = count_small_groups(small, frame)
        parts.append((rows, [_against(several, line, frame.length, strict) for line, strict in asked]))
    for looking in large:
        certain = _is_certain(looking) & small_enough(asked)
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
        _put_together([(rows, found[number]) for rows, found in parts], len(frame))
        for number in range(len(asked))
    ]


# --- where it is certain which sessions count -----------------------------------------------------

Bound = tuple[Fraction, bool]
"""A line that is one number, and whether it has to be passed."""


def _is_certain(looking: Looking) -> Flags:
    """For which rows it is certain on every day which sessions count, whatever a missing mark would say."""
    looked, frame = looking.looked, looking.frame
    of_days = isinstance(looking.value, CountOfMarks) and looking.value.whole_days
    certain = np.ones(len(frame), dtype=np.bool_)
    if not looked.exact or looked.certain.starts is None or (of_days and len(looking.certain) > 1):
        certain[:] = False
    elif looking.certain is not looking.perhaps:
        certain &= ~any_bit(looking.certain ^ looking.perhaps)
    return certain


def small_enough(asked: Iterable[Asked]) -> bool:
    """Whether products of a count and a line's parts stay within 64 bits."""
    bounds = [bound for line, _ in asked for bound in line if bound is not None]
    return all(max(abs(bound.numerator), bound.denominator) < _SMALL for bound in bounds)


def _certainly(looking: Looking, asked: Sequence[Asked]) -> list[Reached]:
    """The days on which a value reaches each line, where it is certain which sessions count.

    At least the marks count, at most the missing ones too. A missing mark is a possible session at both ends
    (meaning 12).
    """
    frame, marks = looking.frame, looking.value.marks
    lines = [(bound, strict) for line, strict in asked for bound in line if bound is not None]
    bounds = list(dict.fromkeys(lines))
    least = _reaching_each(looking, bounds, frame.plane(marks))
    most = least
    lacking = frame.block.has_missing[frame.pupils]
    if not marks.unmarked and lacking.any():
        own, _ = looking.some(np.flatnonzero(lacking))
        some = _reaching_each(own, bounds, own.frame.plane(marks) | own.frame.missing)
        most = some if lacking.all() else least.copy()
        if most is not some:
            most[:-1, lacking] = some[:-1]
    low, high = dict(zip(bounds, least, strict=False)), dict(zip(bounds, most, strict=False))
    none, every = no_days(frame.length), all_days(frame.length)
    is_share = isinstance(looking.value, ShareOfMarks)
    nothing = least[-1] if is_share else none
    sure = ~rows_of([looking.looked.before], frame.length) if looking.looked.before else None
    if sure is not None:
        nothing = nothing & sure
    found: list[Reached] = []
    for (lowest, highest), strict in asked:
        true = none if highest is None else low[highest, strict]
        false = none if lowest is None else every & ~high[lowest, strict]
        if sure is not None:
            true, false = (true & sure if is_share else true), false & sure
        found.append((true, false, nothing))
    return found


def _reaching_each(looking: Looking, bounds: Sequence[Bound], chosen: Words) -> NDArray[np.uint64]:
    """A layer for each line: the days on which so many marks reach it; and the days without sessions."""
    frame, value = looking.frame, looking.value
    starts, ends = looking.looked.certain.starts, looking.looked.certain.ends
    assert starts is not None
    assert ends is not None
    sessions = len(frame.block.axis)
    inside = looking.certain & rows_of([looking.looked.inside], sessions)
    if isinstance(value, ShareOfMarks):
        lines = [(bound.numerator, bound.denominator, int(strict)) for bound, strict in bounds]
        table = np.array(lines, dtype=np.int64).reshape(len(lines), 3)
        possible = frame.plane(POSSIBLE) | frame.missing
        return shares_in_stretches(chosen & inside, possible & inside, starts, ends, table)
    if value.whole_days:
        chosen = first_of_whole_days(chosen, frame.plane(POSSIBLE) | frame.missing, frame)
    layers = np.zeros((len(bounds) + 1, len(frame), no_days(frame.length).shape[1]), dtype=np.uint64)
    for layer, (bound, strict) in enumerate(bounds):
        least = max(min(least_count(bound, strict=strict), sessions + 1), 0)
        layers[layer] = counts_reaching(chosen & inside, starts, ends, least)
    return layers


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
        return at_least(values, least_count(bound, strict=strict))
    if max(abs(p), q) < _SMALL:
        return shares_reaching(values, of, p, q, strict)
    left, right = values.astype(object) * q, of.astype(object) * p
    return packed_rows(np.asarray(left > right if strict else left >= right, dtype=np.bool_))
