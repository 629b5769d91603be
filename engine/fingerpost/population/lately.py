"""What pupils can have come to on the latest school days, from a few counts of each.

What no longer applies is listed for some school days only (meaning 21). Whoever cannot have reached a line on
any of these days need not be looked at on the days before: there is nothing to list, whatever was so then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fingerpost.bit_rows import Masks
from fingerpost.mark_columns import Looked, cuts_days, looked_at, looked_at_by_reference
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts
from fingerpost.population.lines import Line, least_count, small_enough
from fingerpost.population.sights import Counting, compared_in, marks_of_occasions
from fingerpost.population.truths import Flags, number_of
from fingerpost.population.values import OfMarks
from fingerpost.subject import POSSIBLE
from fingerpost.windows import hangs_on_subject
from fingerpost_dsl.model.expressions import CountOfMarks, Run, ShareOfMarks


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Between what a value lies on some days, for every pupil of a block."""

    most: Counts
    """No more sessions, or whole days, than so many are counted."""
    least_of: Counts | None
    """Of a share, no fewer sessions than so many are possible."""
    before: Flags | None
    """For whom there may be more, before a record that begins too late; None if for nobody."""


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
    for marks in marks_of_occasions(frame):
        counting.ask_most(marks)
    lately = Lately(frame, since, counting)
    for value, _ in compared_in(frame.shared.policy, frame):
        if isinstance(value, CountOfMarks | Run):
            counting.ask_most(value.marks)
        lately.ask(value)
    lately.remember(counting.count())


class Lately:
    """What is to be counted to say between what values lie from a day on; asked for with other counts.

    `frame` has all pupils of a block: on its school days, or on one date, which is day 0 then.
    """

    def __init__(self, frame: Frame, since: int, counting: Counting) -> None:
        self.frame = frame
        self.since = since
        self._counting = counting
        self._asked: list[tuple[OfMarks, _Windows, _Places]] = []

    def ask(self, value: OfMarks) -> None:
        """Asks for what a value takes, if its windows say anything of every pupil."""
        windows = _windows_of(value, self.frame, self.since)
        if windows is not None and isinstance(value, CountOfMarks | ShareOfMarks | Run):
            self._asked.append((value, windows, _Places.of(value, windows, self._counting)))

    def remember(self, counts: Counts) -> None:
        """Puts down what was counted, for `may_reach`."""
        reaches = self.frame.block.reaches_before
        found: dict[int, _Bounds] = {}
        for value, windows, places in self._asked:
            before = None
            if windows.before:
                before = reaches if places.breaks is None else reaches & (counts[places.breaks] == 0)
            least_of = None if places.least_of is None else counts[places.least_of]
            found[id(value)] = _Bounds(counts[places.most], least_of, before)
        self.frame.shared.memo[_key(self.since)] = found


@dataclass(frozen=True, slots=True)
class _Places:
    """Those of what is counted for one value."""

    most: int
    least_of: int | None
    breaks: int | None
    """Of a current run, of what on every day lets nothing before it count."""

    @classmethod
    def of(cls, value: CountOfMarks | ShareOfMarks | Run, windows: _Windows, counting: Counting) -> _Places:
        """Asks for it."""
        marks, is_share = value.marks, isinstance(value, ShareOfMarks)
        is_current = isinstance(value, Run) and value.current
        if _counts_days(value):
            _, most = counting.ask_days(marks, windows.any_day)
        else:
            most = counting.ask_with_unmarked(marks, windows.any_day)
        return cls(
            most=most,
            least_of=counting.ask_with_unmarked(POSSIBLE, windows.every_day) if is_share else None,
            breaks=counting.ask_breaks(marks, windows.every_day) if is_current else None,
        )


def _counts_days(value: CountOfMarks | ShareOfMarks | Run) -> bool:
    """Whether whole days are counted, none of which any window cuts; else there are no more than sessions."""
    if not isinstance(value, CountOfMarks) or not value.whole_days:
        return False
    return not any(cuts_days(one) or hangs_on_subject(one) for one in value.windows)


def may_reach(value: OfMarks, line: Line, frame: Frame, since: int, *, strict: bool) -> Flags | None:
    """Which pupils of the block may reach a line on one of the days from `since` on; None if all may."""
    known = frame.shared.memo.get(_key(since))
    bounds = known.get(id(value)) if isinstance(known, Mapping) else None
    if not isinstance(bounds, _Bounds) or line[0] is None or not small_enough([(line, strict)]):
        return None
    if bounds.least_of is None:
        enough = bounds.most >= least_count(line[0], strict=strict)
    else:  # of no possible session there is no share, which is nothing reached either
        most = bounds.most.astype(np.int64) * line[0].denominator
        least = bounds.least_of.astype(np.int64) * line[0].numerator
        enough = most > least if strict else most >= least
    return enough if bounds.before is None else enough | bounds.before


def _key(since: int) -> tuple[object, ...]:
    return "lately", since


def _windows_of(value: OfMarks, frame: Frame, since: int) -> _Windows | None:
    """Where a value is counted from a day on; None where that is not the same for every pupil.

    Windows that leave out sessions of some pupils only let a count be less; but a share may be more.
    """
    signatures = frame.shared.across.signatures
    shared = frame.shared
    key = (
        "windows lately",
        id(value),
        shared.alone,
        since,
        frame.length,
        bool(len(shared.block.reaching)),
    )
    known = signatures.get(key)
    if known is None:
        known = signatures[key] = (_laid_windows(value, frame, since), value)
    return known[0]  # type: ignore[index,no-any-return]  # what was put there


def _laid_windows(value: OfMarks, frame: Frame, since: int) -> _Windows | None:
    if not isinstance(value, CountOfMarks | ShareOfMarks | Run):
        return None
    if isinstance(value, ShareOfMarks) and any(map(hangs_on_subject, value.windows)):
        return None
    bare = CountOfMarks(
        marks=value.marks,
        windows=tuple(one for one in value.windows if not hangs_on_subject(one)),
        weekdays=frozenset() if isinstance(value, Run) else value.weekdays,
        span=value.span,
    )
    scope = frame.scope_reaching_furthest()
    if frame.shared.alone:
        looked: Looked | None = looked_at_by_reference(bare, frame.shared.days, scope)
    else:
        looked = looked_at(bare, frame.length, scope)
    if looked is None:
        return None
    widest, certain = _on_days(looked.widest, since), _on_days(looked.certain, since)
    any_day, every_day = 0, (1 << len(frame.block.axis)) - 1
    for one, other in zip(widest, certain, strict=True):
        any_day, every_day = any_day | one, every_day & other
    return _Windows(any_day & looked.outside, every_day & looked.inside, bool(looked.before >> since))


def _on_days(masks: Masks, since: int) -> list[int]:
    return [number_of(row) for row in masks.rows[since:]]
