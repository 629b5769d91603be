"""Who can come to meet a condition at all: told before any day is looked at, so that days are of few.

Most pupils have too few marks of a set, in the whole record, for any window to hold as many as a rule asks
for; and nothing is on record of them of what another rule rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.population.block import distinct
from fingerpost.population.comparisons import marks_in
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import lacks_any
from fingerpost.population.lately import may_reach
from fingerpost.population.lines import Line, has_to_be_passed, line_of, too_few
from fingerpost.population.marks import stays_within
from fingerpost.population.runs import may_go_on_before, may_occur
from fingerpost.population.truths import Flags, Rows, Truths, all_days, any_bit
from fingerpost.population.values import OfMarks
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    ConditionRef,
    CountOfMarks,
    InTier,
    Run,
)

_OF_PUPILS = (Subject.PUPIL, Subject.PARENT)
_OF_FEW_KINDS = {"reaches before", "what is told of the school"}
"""Traits by which pupils are of few kinds; to tell them apart by others takes as long as to judge."""


Judge = Callable[[Condition, Frame], Truths]
"""Says when a condition holds for some rows."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is asked of conditions: on which days, and how, they have to hold for it to matter."""

    since: int = 0
    """The first of these days, by its number."""
    certain: bool = False
    """Whether they have to hold for certain; else it matters, too, that they may."""

    def met_by(self, truths: Truths) -> Flags:
        """The rows that a truth is so of on any of the days; one flag if all are alike."""
        days = all_days(truths.length)
        if self.since:
            days = days & ~rows_of([(1 << self.since) - 1], truths.length)
        return any_bit(days & truths.true) if self.certain else lacks_any(truths.false, days)


EVER = Prospect()
"""That they may hold on any day."""


def able(
    conditions: Iterable[Condition], frame: Frame, judge: Judge, prospect: Prospect = EVER
) -> Flags | None:
    """The rows for which some conditions may all hold on a day, as is asked; None if that is all of them.

    All others are false on every such day. `judge` is asked of pupils of whom nothing is on record.
    """
    if not len(frame):
        return None
    found: Flags | None = None
    for condition in conditions:
        own = _able(condition, frame, judge, prospect)
        if own is not None:
            found = own if found is None else found & own
    return None if found is None or found.all() else found


def _able(condition: Condition, frame: Frame, judge: Judge, prospect: Prospect) -> Flags | None:
    """The same of one condition; None where nothing is said of anybody."""
    if not frame.shared.bearing(condition).marks:
        return _able_by_records(condition, frame, judge, prospect)
    match condition:
        case AllOf(conditions=parts):
            return able(parts, frame, judge, prospect)
        case AnyOf(conditions=parts):
            found = np.zeros(len(frame), dtype=np.bool_)
            for part in parts:
                own = _able(part, frame, judge, prospect)
                if own is None:
                    return None
                found |= own
            return found
        case ConditionRef(name=name):
            declared = frame.shared.policy.conditions[name]
            of_pupils = declared.subject in _OF_PUPILS
            return _able(declared.condition, frame, judge, prospect) if of_pupils else None
        case InTier(name=name, only=only) if frame.left_out is None:
            tier = "in tier", name, only, prospect
            return _of_everybody(tier, frame, lambda own: prospect.met_by(judge(condition, own)))
        case Compare(comparison=Comparison.AT_LEAST | Comparison.MORE_THAN):
            return _able_to_reach(condition, frame, prospect)
        case _:
            return None


def _of_everybody(what: object, frame: Frame, ask: Callable[[Frame], Flags | None]) -> Flags | None:
    """What is asked of all pupils of the block, once, for the rows of a frame."""
    memo, key = frame.shared.memo, ("able", what)
    if key not in memo:
        everybody = frame.shared.everybody
        flags = ask(everybody)
        memo[key] = None if flags is None else np.broadcast_to(flags, (len(everybody),))
    found = memo[key]
    return None if found is None else found[frame.pupils]  # type: ignore[index]  # what was put there


def _able_by_records(condition: Condition, frame: Frame, judge: Judge, prospect: Prospect) -> Flags | None:
    """Of whom something is on record that a condition rests on, and whoever meets it without that."""
    if frame.occasions is not None or frame.left_out is not None:
        return None
    key = id(condition), prospect
    return _of_everybody(key, frame, lambda own: _by_records(condition, own, judge, prospect))


@dataclass(frozen=True, slots=True)
class _Recorded:
    """Of whom something is on record that a condition rests on, and what it comes to for all others."""

    flags: Flags
    """Of whom there is. Not to be written to."""
    which: Rows | None
    """Of the others, in order, of which kind each is; None if they are of one."""
    judged: Truths | None
    """The truth for each kind; None if there are no others."""

    def able(self, prospect: Prospect) -> Flags:
        """Of whom there is, and the others who meet the condition."""
        if self.judged is None:
            return self.flags
        met = prospect.met_by(self.judged)
        if not met.any():
            return self.flags
        if met.all():
            return np.ones(len(self.flags), dtype=np.bool_)
        found = self.flags.copy()
        found[~self.flags] = met[self.which]
        return found


def _by_records(condition: Condition, frame: Frame, judge: Judge, prospect: Prospect) -> Flags | None:
    memo, key = frame.shared.memo, ("recorded", id(condition))
    if key not in memo:
        memo[key] = _recorded(condition, frame, judge)
    known = memo[key]
    return known.able(prospect) if isinstance(known, _Recorded) else None


def _recorded(condition: Condition, frame: Frame, judge: Judge) -> _Recorded | None:
    """The same of everybody; None where the others are of many kinds."""
    block, bearing = frame.block, frame.shared.bearing(condition)
    traits = block.traits(bearing)
    if not traits.keys() <= _OF_FEW_KINDS or not bearing.parent_kinds.isdisjoint(block.school_kinds):
        return None
    recorded = block.on_record(bearing)
    found = np.zeros(len(frame), dtype=np.bool_) if recorded is None else recorded
    for name in bearing.occasions:
        found |= may_occur(name, frame)
    if not traits:
        other = int(found.argmin())
        if found[other]:
            return _Recorded(found, None, None)
        return _Recorded(found, None, judge(condition, frame.take(np.array([other]))).full(1))
    others = np.flatnonzero(~found)
    if not len(others):
        return _Recorded(found, None, None)
    first, which = distinct((column[others] for column in traits.values()), len(others))
    return _Recorded(found, which, judge(condition, frame.take(others[first])).full(len(first)))


def _able_to_reach(condition: Compare, frame: Frame, prospect: Prospect) -> Flags | None:
    """Who has as many marks as a comparison asks for, or may have more before the record."""
    value, line = marks_in(condition.left, frame), line_of(condition.right, frame)
    if value is None or line is None:
        return None
    strict = has_to_be_passed(condition.comparison)
    looked_at = prospect.since or frame.shared.alone
    lately = may_reach(value, line, frame, prospect.since, strict=strict) if looked_at else None
    if lately is not None:
        return lately[frame.pupils]
    return _able_in_all(value, line, frame, strict=strict)


def _able_in_all(value: OfMarks, line: Line, frame: Frame, *, strict: bool) -> Flags | None:
    """The same of the marks in the whole record."""
    few = too_few(value, line, frame, strict=strict) if isinstance(value, CountOfMarks | Run) else None
    if few is None or not isinstance(value, CountOfMarks | Run):
        return None
    if stays_within(value, frame):
        return ~few
    reaches = frame.block.reaches_before[frame.pupils]
    if isinstance(value, Run) and value.current:
        places = np.flatnonzero(few & reaches)
        reaches[places] = may_go_on_before(value, frame.take(places))
    return ~few | reaches
