"""Where what is counted lies on one date, and the counting of it for everybody in one pass.

Most pupils' windows lie alike: those of a value are a few stretches of sessions, each for very many pupils.
All that a policy counts is counted together then (`kernels.count_together`). Pupils whose windows lie
otherwise, because of something on record, or in a way of which nobody is certain, are left to be judged by
themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.bearing import walk_through
from fingerpost.bit_rows import rows_of
from fingerpost.mark_columns import Looked, cuts_days, looked_at_by_reference
from fingerpost.population.block import UNMARKED, Block, distinct
from fingerpost.population.comparisons import marks_in
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts, count_together
from fingerpost.population.lines import least_count, line_of
from fingerpost.population.marks import of_age, without_ages
from fingerpost.population.runs import looked_at_by_run
from fingerpost.population.truths import Rows, number_of
from fingerpost.population.values import OfMarks
from fingerpost.population.verdicts import Bits, bits_of
from fingerpost.subject import POSSIBLE
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import Compare, CountOfMarks, Is, MarkSet, Run, ShareOfMarks, While
from fingerpost_dsl.model.policy import Policy

_MOST_WAYS = 8
"""Ways in which a value's windows lie for many pupils; those who have yet another are judged one by one."""
_MOST_KINDS = 512
"""Kinds of pupil for whom it is found out how they lie; likewise."""


class Counting:
    """What is to be counted of every pupil of a block; asked for first, and then counted all together."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self._circuit = block.registers.numbering.circuit()
        self._pairs: dict[tuple[int, int], int] = {}
        self._days: dict[tuple[int, int], int] = {}
        self._masks: dict[int, int] = {}
        self._most: dict[MarkSet, tuple[int, int]] = {}
        self._asked: dict[tuple[frozenset[int], int], int] = {}

    def ask(self, marks: MarkSet, mask: int) -> int:
        """The place of a count: how many sessions of a set lie within a mask."""
        return self._ask(self.block.members(marks), mask)

    def ask_days(self, marks: MarkSet, mask: int) -> tuple[int, int]:
        """The places of two counts of days, all of whose possible sessions are of a set.

        If no session without a mark is one of the set, and if all are.
        """
        members, unmarked = self.block.members(marks), self.block.members(UNMARKED)
        everything = self.block.members(POSSIBLE) | unmarked
        least, most = (self._ask_days(one, everything - one, mask) for one in (members, members | unmarked))
        return least, most

    def _ask_days(self, inside: frozenset[int], others: frozenset[int], mask: int) -> int:
        planes = self._circuit.place_of(inside), self._circuit.place_of(others)
        return self._place(-1 - self._days.setdefault(planes, len(self._days)), mask)

    def ask_breaks(self, marks: MarkSet, mask: int) -> int:
        """That of the sessions over which no run of a set goes on."""
        return self._ask(self.block.members(POSSIBLE) - self.block.members(marks), mask)

    def ask_most(self, marks: MarkSet) -> None:
        """Counts a set in the whole record, so that it need not be done again by itself."""
        everything = self.block.axis.ever_seen
        self._most[marks] = self.ask(marks, everything), self.ask(UNMARKED, everything)

    def ask_with_unmarked(self, marks: MarkSet, mask: int) -> int:
        """That of the sessions of a set, or without a mark."""
        return self._ask(self.block.members(marks) | self.block.members(UNMARKED), mask)

    def _ask(self, members: frozenset[int], mask: int) -> int:
        place = self._asked[members, mask] = self._place(self._circuit.place_of(members), mask)
        return place

    def _place(self, plane: int, mask: int) -> int:
        """That of the sessions of a plane within a mask; planes of whole days are numbered from -1 down."""
        pair = plane, self._masks.setdefault(mask, len(self._masks))
        return self._pairs.setdefault(pair, len(self._pairs))

    def count(self) -> Counts:
        """A row for each count, a column for each pupil. The block remembers them."""
        registers = self.block.registers
        masks = rows_of(list(self._masks), registers.sessions)
        pairs = np.array(list(self._pairs), dtype=np.int64).reshape(len(self._pairs), 2)
        gates, days = self._circuit.gates, np.array(list(self._days), dtype=np.int64).reshape(-1, 2)
        of_days = pairs[:, 0] < 0
        pairs[of_days, 0] = len(registers.planes) + len(gates) - 1 - pairs[of_days, 0]
        counted = count_together(
            registers.planes, registers.places, gates, (days, self.block.seconds), (pairs, masks)
        )
        for marks, (chosen, missing) in self._most.items():
            most = counted[chosen] if chosen == missing else counted[chosen] + counted[missing]
            self.block.remember_most(marks, most)
        for (members, mask), place in self._asked.items():
            self.block.remember_counts(members, mask, counted[place])
        return counted


def marks_of_occasions(frame: Frame) -> Sequence[MarkSet]:
    """The sets of marks of which a policy's occasions are, and the sessions without a mark."""
    policy, signatures = frame.shared.policy, frame.shared.across.signatures
    key = ("marks of occasions", id(policy))
    known = signatures.get(key)
    if known is None:
        if not len(frame):
            return ()
        scope = frame.scope(0)
        each = (
            one.occasion for one in (*policy.rules(), *policy.pathways.values()) if one.occasion is not None
        )
        found = {UNMARKED: None}
        found.update((scope.occasion_kind(name)[0], None) for name in (*policy.occasions, *each))
        known = signatures[key] = list(found)
    return known  # type: ignore[return-value]  # what was put there


Compared = tuple[OfMarks, set[int]]
"""A value, and the least counts that it is held against."""


def compared_in(policy: Policy, frame: Frame) -> Sequence[Compared]:
    """The values over marks that a policy's rules for pupils and parents, its tiers and its bars compare."""
    signatures = frame.shared.across.signatures
    key = ("compared in", id(policy))
    known = signatures.get(key)
    if known is None:
        rules = [one for one in policy.rules() if one.subject in (Subject.PUPIL, Subject.PARENT)]
        parts: list[object] = [(one.when, one.unless) for one in rules]
        further = (policy.tiers, policy.bars, policy.pathways)
        parts.extend(one.when for part in further for one in part.values())
        found: dict[int, Compared] = {}
        for node in walk_through(tuple(parts), policy):
            if not isinstance(node, Compare | Is):
                continue
            value = marks_in(node.left if isinstance(node, Compare) else node.value, frame)
            if value is None:
                continue
            _, leasts = found.setdefault(id(value), (value, set()))
            line = line_of(node.right, frame) if isinstance(node, Compare) else None
            if line is not None and line[0] is not None:
                leasts.update(max(least_count(line[0], strict=strict), 0) for strict in (False, True))
        known = signatures[key] = list(found.values())
    return known  # type: ignore[return-value]  # what was put there


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a value's windows lie, for many pupils."""

    pupils: Bits | None
    """Whose; None if it is everybody."""
    before: bool
    """Whether there may be more of it before the record."""
    chosen: int
    """The place of the count of the marks that are counted, or of whole days of them."""
    missing: int
    """That of sessions without a mark, within the same stretch."""
    most: int | None
    """Of whole days, that of those there are if all of these are of the set; else it is the sum of both."""
    possible: int | None
    """Of a share, that of the possible sessions that have a mark."""
    mask: int
    """The stretch."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the windows of a value lie on one date, for all pupils of a block."""

    ways: Sequence[Way]
    others: Rows
    """The pupils for whom they lie in none of these ways."""
    bound: bool
    """Whether the counts are not the value itself, but more than it can be: for a run, or where age may cut
    whole days."""


def sight_of(value: OfMarks, frame: Frame, counting: Counting) -> Sight | None:
    """Where a value's windows lie, with its counts asked for; None where there is no quick way.

    `frame` has all pupils of a block, on one date.
    """
    if not isinstance(value, CountOfMarks | ShareOfMarks | Run):
        return None
    laid = _laid_for_run(value, frame) if isinstance(value, Run) else _laid(value, frame)
    if laid is None:
        return None
    lies, which = laid
    ways = []
    of_days = isinstance(value, CountOfMarks) and value.whole_days
    bound = isinstance(value, Run) or (of_days and bool(without_ages(value, frame)[1]))
    for number, lie in enumerate(lies):
        everybody = which is None or (len(lies) == 1 and bool((which == 0).all()))
        if of_days and not bound:
            least, most = counting.ask_days(value.marks, lie.mask)
        else:
            least, most = counting.ask(value.marks, lie.mask), None
        ways.append(
            Way(
                pupils=None if everybody or which is None else bits_of(which == number),
                before=lie.before,
                chosen=least,
                missing=counting.ask(UNMARKED, lie.mask),
                most=most,
                possible=counting.ask(POSSIBLE, lie.mask) if isinstance(value, ShareOfMarks) else None,
                mask=lie.mask,
            )
        )
    others = np.zeros(0, dtype=np.intp) if which is None else np.flatnonzero(which < 0)
    return Sight(ways, others, bound)


def last_sessions(mask: int, many: int) -> int:
    """The last so many sessions of a mask.

    >>> bin(last_sessions(0b110110, 3))
    '0b110100'
    """
    found = 0
    for _ in range(many):
        left = mask & ~found
        found |= 1 << left.bit_length() - 1 if left else 0
    return found


@dataclass(frozen=True, slots=True)
class _Lie:
    """Where windows lie: the sessions, and whether they reach back before the record."""

    mask: int
    before: bool


_Laid = tuple[Sequence[_Lie], NDArray[np.int32] | None]
"""How windows lie, and for each pupil in which of these ways: -1 in none, None if all lie in the first."""


def _laid_for_run(value: Run, frame: Frame) -> _Laid | None:
    looked = looked_at_by_run(value, frame)
    if looked is None:
        return None
    mask = number_of(looked.certain.rows[0])
    if not looked.before:
        return [_Lie(mask, before=False)], None
    reaches = frame.block.reaches_before
    return [_Lie(mask, before=False), _Lie(mask, before=True)], reaches.astype(np.int32)


def _laid(value: CountOfMarks | ShareOfMarks, frame: Frame) -> _Laid | None:
    if getattr(value, "whole_days", False) and any(map(cuts_days, value.windows)):
        return None
    bare, ages = without_ages(value, frame)
    bearing = frame.shared.bearing(bare.windows)
    if bearing.register:
        return None
    kinds = _kinds(bare, frame, with_ages=bool(ages))
    lies: dict[_Lie, int] = {}
    by_kind = np.full(len(kinds.first), -1, dtype=np.int32)
    for kind in kinds.by_size()[:_MOST_KINDS]:
        lie = _lie_of(bare, ages, frame, int(kinds.first[kind]))
        if lie is not None:
            by_kind[kind] = lies.setdefault(lie, len(lies))
    if kinds.among is None and len(lies) == 1 and (by_kind == 0).all():
        return list(lies), None
    which = kinds.of_all(by_kind, len(frame))
    if len(lies) <= _MOST_WAYS:
        return list(lies), which
    sizes = np.bincount(which[which >= 0], minlength=len(lies))
    kept = np.argsort(-sizes, kind="stable")[:_MOST_WAYS]
    renumbered = np.full(len(lies) + 1, -1, dtype=np.int32)
    renumbered[kept] = np.arange(len(kept))
    every = list(lies)
    return [every[number] for number in kept.tolist()], renumbered[which]


def _lie_of(
    value: CountOfMarks | ShareOfMarks, ages: tuple[While, ...], frame: Frame, row: int
) -> _Lie | None:
    """How the windows lie for one pupil; None if nobody is certain of it."""
    looked = _looked_at(value, frame, row)
    if not looked.exact:
        return None
    mask = number_of(looked.certain.rows[0]) & looked.inside
    for window in ages:
        true, known = of_age(window, int(frame.block.school_ages[row]), frame, row)
        if mask & ~known:
            return None
        mask &= true
    return _Lie(mask, bool(looked.before))


def _looked_at(value: CountOfMarks | ShareOfMarks, frame: Frame, row: int) -> Looked:
    """What the windows look at for a pupil of whom nothing is on record that they hang on."""
    block = frame.block
    traits = block.traits(frame.shared.bearing(value.windows)).values()
    signature = (*(int(column[row]) for column in traits), bool(block.reaches_before[row]))
    key = ("looked at on date", id(value), signature)
    signatures = frame.shared.across.signatures
    known = signatures.get(key)
    if known is None:
        looked = looked_at_by_reference(value, frame.shared.days, frame.scope(row))
        known = signatures[key] = (looked, value)
    return known[0]  # type: ignore[index,no-any-return]  # what was put there


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Pupils who cannot differ in where windows lie, as one kind."""

    first: Rows
    """A pupil of each kind."""
    which: Rows
    """The kind of each of the pupils looked at."""
    among: Rows | None
    """Who these are; None if it is everybody."""

    def by_size(self) -> list[int]:
        """The numbers of the kinds, that of most pupils first."""
        sizes = np.bincount(self.which, minlength=len(self.first))
        return np.argsort(-sizes, kind="stable").tolist()  # type: ignore[no-any-return]  # numbers

    def of_all(self, by_kind: NDArray[np.int32], rows: int) -> NDArray[np.int32]:
        """A number for each pupil by that of the kind; -1 for those who were not looked at."""
        if self.among is None:
            return by_kind[self.which]
        found = np.full(rows, -1, dtype=np.int32)
        found[self.among] = by_kind[self.which]
        return found


def _kinds(value: CountOfMarks | ShareOfMarks, frame: Frame, *, with_ages: bool) -> _Kinds:
    """The kinds of pupil for a value, of whom nothing is on record that its windows hang on."""
    block, bearing = frame.block, frame.shared.bearing(value.windows)
    traits = block.traits(bearing)
    recorded = block.on_record(bearing)
    # Values whose windows hang on the same traits share what was found out.
    key = ("kinds", *traits, with_ages)
    if recorded is None and key in frame.shared.memo:
        return frame.shared.memo[key]  # type: ignore[return-value]  # what was put there
    columns: list[NDArray[np.generic]] = [*traits.values(), block.reaches_before.astype(np.int32)]
    if with_ages:
        columns.append(block.ages[1])
    among = None if recorded is None else np.flatnonzero(~recorded)
    if among is not None:
        columns = [column[among] for column in columns]
    first, which = distinct(columns, len(frame) if among is None else len(among))
    kinds = _Kinds(first if among is None else among[first], which, among)
    if recorded is None:
        frame.shared.memo[key] = kinds
    return kinds
