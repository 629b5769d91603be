"""What pupils can have come to on the latest school days, from a few counts of each.

What no longer applies is listed for some school days only (meaning 22). Whoever cannot have reached a line on
any of these days need not be looked at on the days before: there is nothing to list, whatever was so then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fingerpost.bit_rows import Masks
from fingerpost.mark_columns import looked_at
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts
from fingerpost.population.lines import Line, least_count, small_enough
from fingerpost.population.marks import hangs_on_event
from fingerpost.population.sights import Counting, compared_in, marks_in_policy
from fingerpost.population.truths import Flags, number_of
from fingerpost.population.values import OfMarks
from fingerpost.subject import POSSIBLE
from fingerpost.windows import hangs_on_subject
from fingerpost_dsl.model.expressions import CountOfMarks, Run, ShareOfMarks


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Between what a value lies on some days, for every pupil of a block."""

    most: Counts
    """No more sessions than so many are counted."""
    least_of: Counts | None
    """Of a share, no fewer sessions than so many are possible."""
    before: bool
    """Whether the windows reach back before records that begin too late: then there may be more."""


@dataclass(frozen=True, slots=True)
class _Windows:
    """The sessions in which a value is counted on any of some days, and those on all of them."""

    any_day: int
    every_day: int
    before: bool


def count_at_once(frame: Frame, since: int) -> None:
    """Counts what says quickly of most pupils that they reach no line, in one pass.

    How many marks of each set pupils have in all (the block remembers it), and in the windows of the school
    days from the one with the number `since` on. `frame` has all pupils of a block, on its school days.
    """
    counting = Counting(frame.block)
    for marks in marks_in_policy(frame):
        counting.ask_most(marks)
    asked: list[tuple[OfMarks, int, int | None, bool]] = []
    for value, _ in compared_in(frame.shared.policy, frame):
        windows = _windows_of(value, frame, since)
        if windows is None or not isinstance(value, CountOfMarks | ShareOfMarks | Run):
            continue
        most = counting.ask_with_unmarked(value.marks, windows.any_day)
        of = isinstance(value, ShareOfMarks)
        least_of = counting.ask_with_unmarked(POSSIBLE, windows.every_day) if of else None
        asked.append((value, most, least_of, windows.before))
    counts = counting.count()
    frame.shared.memo[_key(since)] = {
        id(value): _Bounds(counts[most], None if least_of is None else counts[least_of], before)
        for value, most, least_of, before in asked
    }


def may_reach(value: OfMarks, line: Line, frame: Frame, since: int, *, strict: bool) -> Flags | None:
    """Which pupils of the block may reach a line on one of the days from `since` on; None if all may."""
    known = frame.shared.memo.get(_key(since))
    bounds = known.get(id(value)) if isinstance(known, Mapping) else None
    if not isinstance(bounds, _Bounds) or line[0] is None or not small_enough([(line, strict)]):
        return None
    if bounds.least_of is None:
        enough = bounds.most >= least_count(line[0], strict=strict)
    else:
        most = bounds.most.astype(np.int64) * line[0].denominator
        least = bounds.least_of.astype(np.int64) * line[0].numerator
        enough = (most > least if strict else most >= least) | (bounds.least_of == 0)
    return enough | frame.block.reaches_before if bounds.before else enough


def _key(since: int) -> tuple[object, ...]:
    return "lately", since


def _windows_of(value: OfMarks, frame: Frame, since: int) -> _Windows | None:
    """Where a value is counted from a day on; None where that is not the same for every pupil.

    Windows that leave out sessions of some pupils only let a count be less; but a share may be more.
    """
    signatures = frame.shared.across.signatures
    key = ("windows lately", id(value), since, frame.length, bool(frame.block.reaches_before.any()))
    known = signatures.get(key)
    if known is None:
        known = signatures[key] = (_laid_windows(value, frame, since), value)
    return known[0]  # type: ignore[index,no-any-return]  # what was put there


def _laid_windows(value: OfMarks, frame: Frame, since: int) -> _Windows | None:
    if not isinstance(value, CountOfMarks | ShareOfMarks | Run) or any(map(hangs_on_event, value.windows)):
        return None
    if isinstance(value, ShareOfMarks) and any(map(hangs_on_subject, value.windows)):
        return None
    bare = CountOfMarks(
        marks=value.marks,
        windows=tuple(one for one in value.windows if not hangs_on_subject(one)),
        weekdays=frozenset() if isinstance(value, Run) else value.weekdays,
        span=value.span,
    )
    looked = looked_at(bare, frame.length, frame.scope_reaching_furthest())
    if looked is None:
        return None
    widest, certain = _on_days(looked.widest, since), _on_days(looked.certain, since)
    any_day, every_day = 0, (1 << len(frame.block.axis)) - 1
    for one, other in zip(widest, certain, strict=True):
        any_day, every_day = any_day | one, every_day & other
    return _Windows(any_day & looked.outside, every_day & looked.inside, bool(looked.before >> since))


def _on_days(masks: Masks, since: int) -> list[int]:
    return [number_of(row) for row in masks.rows[since:]]
