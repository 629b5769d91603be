"""Truth of a condition for many pupils on every school day at once.

Three ways, all with the reference's answers. A comparison of marks is counted in planes. What rests on facts,
events and dates of birth is asked of the reference once for each *signature*. What has neither way is asked
of the reference pupil by pupil, and counted, so that it can be said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from typing import assert_never

import numpy as np

from fingerpost.conditions import continues, tier_reason
from fingerpost.days import Days, always, tier_days
from fingerpost.logic import Truth
from fingerpost.population.block import distinct
from fingerpost.population.comparisons import compared_marks, is_marks, known_marks
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import lacks_any
from fingerpost.population.prospects import able
from fingerpost.population.runs import may_occur
from fingerpost.population.truths import Flags, Rows, Truths, Words, all_days, in_their_places, no_days
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Subject, Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compare,
    Condition,
    ConditionRef,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Not,
)


def truths(condition: Condition, frame: Frame, *, negated: bool = False) -> Truths:
    """The truth of a condition (or, `negated`, its opposite) for each row on each school day."""
    if not len(frame):
        return Truths.always(Truth.UNKNOWN, frame.length)
    if frame.left_out is not None:
        return _for_rows_with_less(condition, frame, negated)
    if frame.occasions is not None:
        return _for_rows_of_occasions(condition, frame, negated)
    if frame.parents is not None:
        return _for_rows_of_parents(condition, frame, negated)
    key = (id(condition), negated)
    whole = frame.shared.memo.get(key)
    if isinstance(whole, Truths):
        return frame.truths_of(whole)
    found = _of_each(condition, frame, negated)
    if frame.is_whole:
        frame.shared.memo[key] = found
    return found


def _of_each(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """By the quickest way there is."""
    bearing = frame.shared.bearing(condition)
    if not bearing.register:
        return by_signature(condition, frame, negated)
    if bearing.marks:
        return _judged(condition, frame, negated)
    idle = ~np.logical_or.reduce([may_occur(name, frame) for name in bearing.occasions])
    return _in_two(
        idle,
        frame,
        lambda own: by_signature(condition, own, negated),
        lambda own: _judged(condition, own, negated),
    )


def _in_two(
    which: Flags, frame: Frame, one: Callable[[Frame], Truths], other: Callable[[Frame], Truths]
) -> Truths:
    """Rows judged in one way where a flag is set, and in another where it is not."""
    if which.all():
        return one(frame)
    if not which.any():
        return other(frame)
    parts = []
    for flags, judge in ((which, one), (~which, other)):
        rows = np.flatnonzero(flags)
        parts.append((rows, judge(frame.take(rows))))
    true = in_their_places(((rows, part.true) for rows, part in parts), len(frame))
    false = in_their_places(((rows, part.false) for rows, part in parts), len(frame))
    return Truths(true, false, frame.length)


def _for_rows_of_occasions(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """Judged once a pupil where it does not speak of the row's own occasion."""
    bearing = frame.shared.bearing(condition)
    if frame.own not in bearing.anchored:
        pupils, which = np.unique(frame.pupils, return_inverse=True)
        return truths(condition, Frame(frame.shared, pupils), negated=negated).take(which)
    if not bearing.marks and not bearing.counted and bearing.anchored == {frame.own}:
        return by_signature(condition, frame, negated)
    return _judged(condition, frame, negated)


def _for_rows_with_less(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """Judged without what a step leaves out only where that matters."""
    frame, bears = frame.with_less_left_out(condition)
    if not bears.any():
        return truths(condition, frame.leaving_out(None), negated=negated)
    if not bears.all():
        judge = partial(truths, condition, negated=negated)
        return _in_two(bears, frame, judge, judge)
    if frame.parents is not None:
        return _for_rows_of_parents(condition, frame, negated)
    return _of_each(condition, frame, negated)


def _for_rows_of_parents(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """Judged once a pupil where it does not matter which parent is meant."""
    assert frame.parents is not None
    bearing = frame.shared.bearing(condition)
    bears = frame.block.bears_on_parent(bearing, frame.pupils)
    if not bears.any():
        own = frame.of_pupils()
        first, which = distinct([own.pupils, *own.columns_left_out()], len(own))
        everybody = own.left_out is None and len(first) == len(own.block)
        each = own.shared.everybody if everybody else own.take(first)
        return truths(condition, each, negated=negated).take(which)
    if not bears.all():
        judge = partial(truths, condition, negated=negated)
        return _in_two(bears, frame, judge, judge)
    return _of_each(condition, frame, negated)


def _judged(condition: Condition, frame: Frame, negated: bool) -> Truths:
    match condition:
        case AnyOf(conditions=conditions) | AllOf(conditions=conditions):
            together = isinstance(condition, AllOf) is not negated
            return (all_of if together else any_of)(conditions, frame, negated=negated)
        case Not(condition=inner):
            return truths(inner, frame, negated=not negated)
        case AtLeastOf():
            return _at_least_of(condition, frame, negated)
        case ConditionRef(name=name):
            declared = frame.shared.policy.conditions[name]
            own = frame if declared.subject is Subject.PARENT else frame.of_pupils()
            return _once_each(declared.condition, own, negated)
        case InTier() if frame.left_out is not None:
            found = None
        case InTier(name=name, only=only):
            days = tier_truths(name, frame.of_pupils(), only=only)
            return ~days if negated else days
        case ForParents(every=every, condition=inner):
            return _for_parents(inner, frame, negated, together=every is not negated)
        case Compare():
            found = compared_marks(condition, frame, negated)
        case Is():
            found = is_marks(condition, frame, negated)
        case IsKnown():
            found = known_marks(condition, frame, negated)
        case Happened():
            found = None
        case _:
            assert_never(condition)
    return by_row(condition, frame, negated) if found is None else found


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was judged of some pupils of a block."""

    pupils: Flags
    """Whose."""
    true: Words
    false: Words


def _once_each(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """A named condition, which many rules may ask, is judged once of each pupil, and only of those meant."""
    plain = frame.parents is None and frame.occasions is None and frame.left_out is None
    memo, key = frame.shared.memo, ("once each", id(condition), negated)
    if not plain or (id(condition), negated) in memo or not frame.shared.bearing(condition).marks:
        return truths(condition, frame, negated=negated)
    known = memo.get(key)
    if not isinstance(known, _Judged):
        size = len(frame.block), no_days(frame.length).shape[1]
        true, false = (np.zeros(size, dtype=np.uint64) for _ in range(2))
        known = memo[key] = _Judged(np.zeros(size[0], dtype=np.bool_), true, false)
    new = np.flatnonzero(~known.pupils[frame.pupils])
    if len(new):
        some = frame if len(new) == len(frame) else frame.take(new)
        judged = truths(condition, some, negated=negated)
        known.true[some.pupils], known.false[some.pupils] = judged.true, judged.false
        known.pupils[some.pupils] = True
        if len(new) == len(frame):
            return judged
    return Truths(frame.rows_of(known.true), frame.rows_of(known.false), frame.length)


# --- by the reference -----------------------------------------------------------------------------


_MANY = 1024
"""From so many pupils on those without records are told from the others first."""


def by_signature(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """The reference, asked once for all rows in which it cannot tell any difference.

    Of most pupils nothing is on record: they differ in few things, and are told apart by these alone.
    """
    plain = frame.parents is None and frame.occasions is None and frame.left_out is None
    if not plain or len(frame) < _MANY:
        return _by_signature(condition, frame, negated)
    block, bearing = frame.block, frame.shared.bearing(condition)
    recorded = block.on_record(bearing, frame.pupils)
    return _in_two(
        np.zeros(len(frame), dtype=np.bool_) if recorded is None else recorded,
        frame,
        lambda own: _by_signature(condition, own, negated),
        lambda own: _by_traits(condition, own, negated),
    )


def _by_traits(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """The same for rows of which nothing is on record that the condition rests on."""
    traits = frame.block.traits(frame.shared.bearing(condition)).values()
    first, which = distinct((column[frame.pupils] for column in traits), len(frame))
    judged = _by_signature(condition, frame.take(first), negated)
    return judged if len(first) == 1 else judged.take(which)


def _by_signature(condition: Condition, frame: Frame, negated: bool) -> Truths:
    bearing = frame.shared.bearing(condition)
    columns = list(frame.columns(bearing))
    first, which = distinct(columns, len(frame))
    signatures = frame.shared.across.signatures
    alike = (id(condition), frame.shared.alone, negated, frame.parents is None, frame.block.told(bearing))
    found = []
    cases = zip(*(column[first].tolist() for column in columns), strict=True) if columns else [()]
    for row, case in zip(first.tolist(), cases, strict=True):
        key = (alike, case)
        days = signatures.get(key)
        if not isinstance(days, Days):
            days = signatures[key] = frame.by_reference(condition, row, negated=negated)
        found.append(days)
    judged = Truths.of(found, frame.length)
    return judged if len(found) == 1 else judged.take(which)


def by_row(condition: Condition, frame: Frame, negated: bool) -> Truths:
    """The reference, asked for each row."""
    what = type(condition).__name__
    frame.shared.fallen_back[what] = frame.shared.fallen_back.get(what, 0) + len(frame)
    found = [frame.by_reference(condition, row, negated=negated) for row in range(len(frame))]
    return Truths.of(found, frame.length)


# --- Kleene's logic -------------------------------------------------------------------------------


Judge = Callable[[Frame], Truths]
"""Says when something holds for some rows."""


def all_of(conditions: Sequence[Condition], frame: Frame, *, negated: bool = False) -> Truths:
    """Kleene's `and`: each condition is asked only of the rows that those before it left open."""
    judges = _judges(conditions, frame, negated)
    hopeful = None if negated else able(conditions, frame, truths)
    if hopeful is None:
        return joined(judges, frame, together=True)
    rows = np.flatnonzero(hopeful)
    if not len(rows):
        return Truths.always(Truth.FALSE, frame.length)
    return spread(joined(judges, frame.take(rows), together=True), rows, len(frame), Truth.FALSE)


def any_of(conditions: Sequence[Condition], frame: Frame, *, negated: bool = False) -> Truths:
    """Kleene's `or`, in the same way."""
    return joined(_judges(conditions, frame, negated), frame, together=False)


def _judges(conditions: Sequence[Condition], frame: Frame, negated: bool) -> list[Judge]:
    """What rests on no register before what does: order does not matter to the answer."""
    ordered = sorted(conditions, key=lambda condition: frame.shared.bearing(condition).register)
    return [partial(truths, condition, negated=negated) for condition in ordered]


def joined(judges: Iterable[Judge], frame: Frame, *, together: bool) -> Truths:
    """Kleene's `and` (`together`) or `or` of what some judges say."""
    rows, left = unsettled(judges, frame, together=together)
    if rows is None:
        return left
    settled = Truth.FALSE if together else Truth.TRUE
    return spread(left, rows, len(frame), settled)


def unsettled(judges: Iterable[Judge], frame: Frame, *, together: bool) -> tuple[Rows | None, Truths]:
    """The rows that are not false (`together`; else not true) on every day, and what the judges say of them.

    None in place of the rows if that is all of them. Rows that a judge has settled are not carried on.
    """
    settled = Truth.FALSE if together else Truth.TRUE
    result = Truths.always(Truth.TRUE if together else Truth.FALSE, frame.length)
    rows: Rows | None = None
    for judge in judges:
        part = judge(frame)
        result = result & part if together else result | part
        left = rows_not(settled, result)
        if left.all():
            continue
        kept = np.flatnonzero(left) if len(left) == len(frame) else np.zeros(0, dtype=np.intp)
        rows = kept if rows is None else rows[kept]
        result = result.take(kept)
        if not len(kept):
            break
        frame = frame.take(kept)
    return rows, result


def rows_not(truth: Truth, found: Truths) -> Flags:
    """Which rows are something else than true (or false) on any day; one flag if all are alike."""
    return lacks_any(found.true if truth is Truth.TRUE else found.false, all_days(found.length))


def spread(truths: Truths, rows: Rows, many: int, elsewhere: Truth) -> Truths:
    """The truths of some rows in their places, with the same one in all others."""
    if not len(rows):
        return Truths.always(elsewhere, truths.length)
    size = no_days(truths.length).shape[1]
    true, false = np.zeros((many, size), dtype=np.uint64), np.zeros((many, size), dtype=np.uint64)
    (true if elsewhere is Truth.TRUE else false)[:] = all_days(truths.length)
    true[rows], false[rows] = truths.true, truths.false
    return Truths(true, false, truths.length)


def _at_least_of(condition: AtLeastOf, frame: Frame, negated: bool) -> Truths:
    length = frame.length
    number = value_at(condition.number, 1, frame.scope(0))
    if number.lowest is None or not number.exact:
        return Truths.always(Truth.UNKNOWN, length)
    parts = [truths(part, frame, negated=negated) for part in condition.conditions]
    asked = ceil(number.lowest)
    asked = len(parts) - asked + 1 if negated else asked
    return Truths(
        _reach([part.true for part in parts], asked, length),
        _reach([part.false for part in parts], len(parts) - asked + 1, length),
        length,
    )


def _reach(planes: Sequence[Words], number: int, length: int) -> Words:
    """The days on which at least `number` of the planes have their bit."""
    if number <= 0:
        return all_days(length)
    if number > len(planes):
        return no_days(length)
    levels = [no_days(length)] * number
    for plane in planes:
        for level in range(number - 1, 0, -1):
            levels[level] = levels[level] | levels[level - 1] & plane
        levels[0] = levels[0] | plane
    return levels[-1]


def _for_parents(inner: Condition, frame: Frame, negated: bool, *, together: bool) -> Truths:
    """Whether something holds of every parent of a row's pupil, or of any."""
    parents, whose = frame.of_pupils().by_parents()
    each = truths(inner, parents, negated=negated).full(len(parents))
    starts = np.flatnonzero(np.diff(whose, prepend=-1))
    both, one = np.bitwise_and.reduceat, np.bitwise_or.reduceat
    true, false = (both, one) if together else (one, both)
    return Truths(true(each.true, starts, axis=0), false(each.false, starts, axis=0), frame.length)


# --- tiers ----------------------------------------------------------------------------------------


def tier_truths(name: str, frame: Frame, *, only: bool = False) -> Truths:
    """The days on which pupils are in a tier, or in any that continues it."""
    memo, key = frame.shared.memo, ("in tier", name, only)
    whole = memo.get(key)
    if not isinstance(whole, Truths):
        whole = memo[key] = _tier_truths(name, frame.shared.everybody, only)
    return frame.truths_of(whole)


def days_in_tier(name: str, frame: Frame) -> Truths:
    """The same of everybody, by the reference for those of whom no column knows the measures."""
    assert frame.is_whole
    days = tier_truths(name, frame)
    reported = np.flatnonzero(frame.block.reported)
    if not len(reported):
        return days
    judged = Truths.of(
        [tier_days(name, days.length, frame.scope(row)) for row in reported.tolist()], days.length
    )
    days = days.full(len(frame))
    true, false = days.true.copy(), days.false.copy()
    true[reported], false[reported] = judged.true, judged.false
    return Truths(true, false, days.length)


def _tier_truths(name: str, frame: Frame, only: bool) -> Truths:
    """The same, of everybody."""
    policy = frame.shared.policy
    own = own_tier_truths(policy.tiers[name], frame)
    further = [
        own_tier_truths(tier, frame) for tier in policy.tiers.values() if continues(tier, name, policy)
    ]
    found = own
    for one in further:
        found = found | one
    if not only:
        return found
    beyond = Truths.always(Truth.FALSE, frame.length)
    for one in further:
        beyond = beyond | one
    return found & ~beyond


def own_tier_truths(tier: Tier, frame: Frame) -> Truths:
    """The days on which pupils are in this very tier."""
    key = ("tier", tier.name)
    whole = frame.shared.memo.get(key)
    if isinstance(whole, Truths):
        return frame.truths_of(whole)
    everybody = frame.shared.everybody
    entered = all_of(tier.when, everybody)
    if tier.left_when is None:
        found = entered
    elif frame.shared.alone:
        date = frame.shared.days[0]
        reasons = (tier_reason(tier, date, everybody.scope(row)) for row in range(len(everybody)))
        found = Truths.of([always(reason.truth, 1) for reason in reasons], 1)
    else:
        found = _held(entered.full(len(everybody)), truths(tier.left_when, everybody))
    frame.shared.memo[key] = found
    return frame.truths_of(found)


def _held(entered: Truths, left: Truths) -> Truths:
    """Entered on a day, and held until it is left: a day at a time, for all pupils together."""
    true, false = np.zeros_like(entered.true), np.zeros_like(entered.false)
    rows = len(entered.true)
    held_true = np.zeros(rows, dtype=np.uint64)
    held_false = np.ones(rows, dtype=np.uint64)
    one = np.uint64(1)
    for day in range(entered.length):
        word, bit = day // 64, np.uint64(day % 64)
        enters, out = (truth[:, word] >> bit & one for truth in (entered.true, entered.false))
        leaves, stays = (truth[:, word] >> bit & one for truth in (left.true, left.false))
        held_true = enters | held_true & stays
        held_false = out & (held_false | leaves)
        true[:, word] |= held_true << bit
        false[:, word] |= held_false << bit
    return Truths(true, false, entered.length)
