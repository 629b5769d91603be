"""Rows of which a rule is unknown for the same reasons: the reference is asked of one of them.

Whether a rule is unknown only for want of an earlier record (meaning 3) follows from the truth of every leaf
of its reason, and for a leaf that may look back to before the record from what of it is on record. Rows that
agree in all of that are alike, however many marks they have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.bit_rows import rows_of
from fingerpost.conditions import continues
from fingerpost.logic import Truth
from fingerpost.population.comparisons import marks_in
from fingerpost.population.conditions import truths
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.marks import lookings
from fingerpost.population.reaching import reaching_parts
from fingerpost.population.standings import TRUTHS
from fingerpost.population.truths import Flags, Rows, any_bit, bit_of, truth_numbers
from fingerpost.population.values import counted
from fingerpost_dsl.model.declarations import Action, Step, Subject
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compare,
    Condition,
    ConditionRef,
    CountOfMarks,
    Happened,
    InTier,
    Is,
    IsKnown,
    Literal,
    Not,
    Run,
    ShareOfMarks,
    ThresholdValue,
)

Column = NDArray[Any]
"""A number or a flag for each row."""


@dataclass(frozen=True, slots=True)
class Alike:
    """In what rows must agree for a rule to be unknown of them for the same reasons."""

    columns: list[Column]
    told: tuple[object, ...]
    """Which columns there are: a row of numbers means the same only where these are the same."""
    alone: Flags
    """The rows of which no column tells: they are like no other."""

    def take(self, rows: Rows) -> Alike:
        """Some of the rows."""
        return Alike([column[rows] for column in self.columns], self.told, self.alone[rows])


class _NotToldError(Exception):
    """A part of the rule of which no column tells why it is unknown, of anybody."""


def told_apart(rule: Action | Step, frame: Frame) -> Alike | None:
    """The columns for some rows, on one date; None where only the reference can tell.

    So it is of steps, whose rounds are part of their reasons, of rules for each occasion, of tiers with a way
    out of their own, and of what is said of each parent.
    """
    if isinstance(rule, Step) or rule.occasion is not None or rule.no_sooner is not None:
        return None
    tier = () if rule.tier is None else (rule.tier,)
    try:
        clauses = (*tier, *rule.when, *rule.unless)
        leaves = [leaf for clause in clauses for leaf in _leaves(clause, frame, negated=False)]
    except _NotToldError:
        return None
    reaching = frozenset(id(node) for node in reaching_parts(rule, frame))
    columns: list[Column] = [frame.block.reaches_before[frame.pupils].astype(np.int8)]
    told: list[object] = []
    alone = np.zeros(len(frame), dtype=np.bool_)
    for leaf in leaves:
        judged = truths(leaf.condition, leaf.frame, negated=leaf.negated)
        numbers = truth_numbers(judged, 0, len(frame))
        columns.append(numbers)
        if isinstance(leaf.condition, IsKnown) or reaching.isdisjoint(frame.shared.parts(leaf.condition)):
            continue  # never unknown for want of an earlier record
        recorded = _on_record(leaf)
        if recorded is None:
            alone |= numbers == TRUTHS.index(Truth.UNKNOWN)
        else:
            columns.extend(recorded.columns)
            told.append(recorded.told)
    return Alike(columns, tuple(told), alone)


@dataclass(frozen=True, slots=True)
class _Leaf:
    condition: Compare | Is | IsKnown | Happened
    frame: Frame
    negated: bool


def _leaves(condition: Condition, frame: Frame, *, negated: bool) -> Iterator[_Leaf]:
    """The leaves of a condition's reason, as the reference makes it (`conditions.reason_at`)."""
    policy = frame.shared.policy
    match condition:
        case AnyOf(conditions=parts) | AllOf(conditions=parts):
            for part in parts:
                yield from _leaves(part, frame, negated=negated)
        case AtLeastOf(number=Literal() | ThresholdValue(), conditions=parts):
            for part in parts:
                yield from _leaves(part, frame, negated=negated)
        case Not(condition=inner):
            yield from _leaves(inner, frame, negated=not negated)
        case ConditionRef(name=name):
            declared = policy.conditions[name]
            own = frame if declared.subject is Subject.PARENT else frame.of_pupils()
            yield from _leaves(declared.condition, own, negated=negated)
        case InTier(name=name):
            tiers = [one for one in policy.tiers.values() if one.name == name or continues(one, name, policy)]
            if any(tier.left_when is not None for tier in tiers):
                raise _NotToldError
            for part in (part for tier in tiers for part in tier.when):
                yield from _leaves(part, frame.of_pupils(), negated=False)
        case Compare() | Is() | IsKnown() | Happened():
            yield _Leaf(condition, frame, negated)
        case _:  # so many conditions as a value says; each parent
            raise _NotToldError


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What is on record of a leaf, as far as it matters to why it is unknown."""

    columns: list[Column]
    told: tuple[object, ...]


def _on_record(leaf: _Leaf) -> _Recorded | None:
    """Of a leaf that may look back to before the record; None where no column tells."""
    frame = leaf.frame
    bearing = frame.shared.bearing(leaf.condition)
    if not bearing.register:
        return _Recorded(list(frame.columns(bearing)), frame.block.told(bearing))
    value = None if isinstance(leaf.condition, Happened) else _by_itself(leaf.condition, frame)
    if value is None:
        return None
    windows = frame.shared.bearing(value.windows)
    of_marks = _of_run(value, frame) if isinstance(value, Run) else _of_marks(value, frame)
    if of_marks is None or windows.register:
        return None
    return _Recorded([*frame.columns(windows), *of_marks], frame.block.told(windows))


def _by_itself(condition: Compare | Is | IsKnown, frame: Frame) -> CountOfMarks | ShareOfMarks | Run | None:
    """The marks that are held against what rests on no marks and no record of events."""
    if isinstance(condition, IsKnown):
        return None
    left, others = (
        (condition.left, (condition.right,))
        if isinstance(condition, Compare)
        else (condition.value, condition.choices)
    )
    value = marks_in(left, frame)
    plain = all(isinstance(other, Literal | ThresholdValue) for other in others)
    return value if plain and isinstance(value, CountOfMarks | ShareOfMarks | Run) else None


def _of_marks(value: CountOfMarks | ShareOfMarks, frame: Frame) -> list[Column] | None:
    """Whether anything counts; whether there is a number, and why not; and what a reason would show."""
    counts, groups = counted(value, frame), lookings(value, frame)
    if counts is None or groups is None:
        return None
    shown = np.zeros((2, len(frame)), dtype=np.bool_)
    for looking in groups:
        own, sessions = looking.frame, len(frame.block.axis)
        widest = looking.looked.widest.rows & rows_of([looking.looked.outside], sessions) & looking.perhaps
        for place, plane in enumerate((own.plane(value.marks), own.missing)):
            shown[place, looking.rows] = any_bit(plane & widest)
    return [*_of_numbers(counts, len(frame)), *shown]


def _of_run(value: Run, frame: Frame) -> list[Column] | None:
    """The same of a run: where it is of some length, a reason shows some of it."""
    counts = counted(value, frame)
    return None if counts is None else _of_numbers(counts, len(frame))


def _of_numbers(counts: Counted, rows: int) -> list[Column]:
    low, high = counts.low[:, 0], counts.high[:, 0]
    days = (counts.nothing, counts.unbounded, counts.unknown)
    return [low > 0, high > low, *(np.broadcast_to(bit_of(words, 0) == 1, rows) for words in days)]
