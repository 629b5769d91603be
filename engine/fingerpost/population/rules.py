"""When actions and first steps apply, for many pupils on every school day (meanings 19 and 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.days import Days
from fingerpost.population.block import Block, distinct
from fingerpost.population.conditions import Judge, joined, truths
from fingerpost.population.frame import Across, Frame, Shared
from fingerpost.population.truths import Flags, Truths, Words, all_days
from fingerpost.rules import Editions, no_sooner_days, pathway_of, reached_on
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True)
class Judging:
    """A block as at a date, by all editions: frames that share what was worked out."""

    block: Block
    editions: Editions
    ordinal: int
    across: Across = field(default_factory=Across)
    _shared: dict[tuple[int, bool], Shared] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """How many school days there are up to the date."""
        return self.block.axis.days_until(self.ordinal)

    @property
    def is_school_day(self) -> bool:
        """Whether the date is one."""
        return bool(self.length) and self.block.axis.school_days[self.length - 1] == self.ordinal

    def on_school_days(self, policy: Policy) -> Frame:
        """All pupils, on the school days up to the date."""
        return self._frame(policy, self.block.axis.school_days[: self.length], alone=False)

    def on_date(self, policy: Policy) -> Frame:
        """All pupils, on the date."""
        return self._frame(policy, (self.ordinal,), alone=True)

    def _frame(self, policy: Policy, days: tuple[int, ...], *, alone: bool) -> Frame:
        key = (id(policy), alone)
        if key not in self._shared:
            self._shared[key] = Shared(self.block, policy, days, alone, across=self.across)
        return Frame(self._shared[key], np.arange(len(self.block)))

    @property
    def fallen_back(self) -> dict[str, int]:
        """For how many rows the reference was asked on every day, by what."""
        found: dict[str, int] = {}
        for shared in self._shared.values():
            for what, rows in shared.fallen_back.items():
                found[what] = found.get(what, 0) + rows
        return found


def rule_truths(rule: Action | Step, frame: Frame) -> Truths:
    """The days on which a rule's own clauses hold, those of its pathway included."""
    return joined(_parts(rule, frame), frame, together=True)


def _parts(rule: Action | Step, frame: Frame) -> Iterator[Judge]:
    """What settles most rows at least cost first: order does not matter to the answer."""
    pathway = pathway_of(rule, frame.shared.policy)
    positive: list[Condition] = [*rule.when]
    tiers: list[Condition] = [] if rule.tier is None else [rule.tier]
    if pathway is not None:
        positive.extend(pathway.when)
        tiers.extend([] if pathway.tier is None else [pathway.tier])
    free = [one for one in positive if not frame.shared.bearing(one).register]
    bound = [one for one in positive if frame.shared.bearing(one).register]
    if frame.occasions is not None:
        yield _since_it_began
    for condition in (*free, *tiers, *bound):
        yield partial(truths, condition)
    for condition in rule.unless:
        yield partial(_opposite, condition)
    if rule.no_sooner is not None:
        yield partial(_no_sooner, rule)


def _since_it_began(frame: Frame) -> Truths:
    """From the close of the day on which each row's occasion reaches its least length (meaning 32)."""
    assert frame.occasions is not None
    length = frame.length
    numbers, first, which = np.unique(frame.occasions, return_index=True, return_inverse=True)
    occasions = [frame.shared.across.occasions[number] for number in numbers]
    begun = [0] * len(occasions) if frame.shared.alone else [_reached(frame, int(row)) for row in first]
    before = [(1 << min(day, length)) - 1 for day in begun]
    false = rows_of(before, length)
    certain = np.array([occasion.certain for occasion in occasions], dtype=np.bool_)
    true = np.where(certain[:, None], all_days(length) & ~false, np.uint64(0))
    return Truths(true[which], false[which], length)


def _reached(frame: Frame, row: int) -> int:
    """The number of the school day on which a row's occasion reaches its least length."""
    assert frame.occasions is not None
    signatures = frame.shared.across.signatures
    key = ("reached on", int(frame.occasions[row]))
    day = signatures.get(key)
    if not isinstance(day, int):
        scope = frame.scope(row)
        assert scope.occasion is not None
        day = signatures[key] = reached_on(scope.occasion, scope)
    return day


def _opposite(condition: Condition, frame: Frame) -> Truths:
    return ~truths(condition, frame)


def _no_sooner(rule: Action | Step, frame: Frame) -> Truths:
    deadline = rule.no_sooner
    assert deadline is not None
    days = frame.shared.days
    return asked(deadline, frame, lambda scope: no_sooner_days(deadline, days, scope))


def asked(nodes: object, frame: Frame, ask: Callable[[Scope], Days]) -> Truths:
    """What the reference says, asked once for each signature; of what rests on the register, for each row."""
    bearing = frame.shared.bearing(nodes)
    if bearing.marks or bearing.counted or not bearing.anchored <= {frame.own}:
        return Truths.of([ask(frame.scope(row)) for row in range(len(frame))], frame.length)
    first, which = distinct(frame.columns(bearing), len(frame))
    return Truths.of([ask(frame.scope(int(row))) for row in first], frame.length).take(which)


def truths_by_edition(rule: Action | Step, judging: Judging, frame: Frame) -> Truths:
    """The school days on which a rule applies, each judged by the edition in force on it (meaning 20).

    `frame` has the rows, under the policy in force. Earlier editions are asked of the rows whose spells may
    reach back into their time.
    """
    axis, length = judging.block.axis, frame.length
    start = min(axis.days_until(judging.editions.current.first - 1), length)
    found = _only_in(rule_truths(rule, frame), (start, length), length)
    result = found.full(len(frame))
    end, rows = start, np.arange(len(frame))
    for edition in judging.editions.earlier:
        if end == 0:
            break
        if not rule.stands_until_done:
            rows = rows[~_has(result.false[rows], end)]
        predecessor = edition.rule_like(rule)
        if predecessor is None or not len(rows):
            break
        first = min(axis.days_until(edition.first - 1), length)
        last = min(axis.days_until(edition.last), end)
        if last > first:
            shared = judging.on_school_days(edition.policy).shared
            older = replace(frame.take(rows), shared=shared)
            mask = _mask(first, last, length)
            judged = rule_truths(predecessor, older).full(len(rows))
            result.true[rows] |= judged.true & mask
            result.false[rows] &= ~(mask & ~judged.false)
        end = first
    return result


def _only_in(found: Truths, days: tuple[int, int], length: int) -> Truths:
    """The same, false outside a stretch of days."""
    mask = _mask(*days, length)
    return Truths(found.true & mask, found.false | (all_days(length) & ~mask), length)


def _mask(first: int, end: int, length: int) -> Words:
    return rows_of([((1 << end) - 1) & ~((1 << first) - 1)] if end > first else [0], length)


def _has(words: Words, day: int) -> Flags:
    """Which rows have the bit of a day; beyond the last day none has."""
    if day // 64 >= words.shape[1]:
        return np.zeros(len(words), dtype=np.bool_)
    return (words[:, day // 64] >> np.uint64(day % 64) & np.uint64(1)).astype(np.bool_)
