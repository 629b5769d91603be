"""When actions and first steps apply, for many pupils on every school day (meanings 19 and 20)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.days import Days
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.population.block import Block, Codes, distinct
from fingerpost.population.conditions import Judge, rows_not, spread, truths, unsettled
from fingerpost.population.frame import Across, Frame, Shared
from fingerpost.population.occasions import reached_key, with_own_occasions
from fingerpost.population.prospects import Prospect, able
from fingerpost.population.truths import Flags, Rows, Truths, Words, all_days, rows_taken
from fingerpost.rules import (
    Editions,
    is_of_edition,
    knows_occasion,
    may_last,
    no_sooner_days,
    pathway_of,
    reached_on,
    reached_without_gaps,
)
from fingerpost.scope import Scope
from fingerpost.status import LISTED_AFTER_LAPSE, OWED
from fingerpost_dsl.model.declarations import Action, Deadline, Pathway, Step
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
    _judgements: dict[int, Judgement] = field(default_factory=dict)

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

    def up_to_date(self, policy: Policy) -> tuple[Frame, int]:
        """All pupils, on days of which one is the date; and the number of that day.

        These are the school days up to the date if it is one: what was worked out for them says of it, too.
        """
        if self.is_school_day:
            return self.on_school_days(policy), self.length - 1
        return self.on_date(policy), 0

    def _frame(self, policy: Policy, days: tuple[int, ...], *, alone: bool) -> Frame:
        key = (id(policy), alone)
        if key not in self._shared:
            current = policy is self.editions.current.policy
            across = self.across if current else self.across.by_earlier(policy)
            self._shared[key] = Shared(self.block, policy, days, alone, across=across)
        return self._shared[key].everybody

    def judgement(self, pupil: int) -> Judgement:
        """How the reference judges a pupil, by place in the block."""
        known = self._judgements.get(pupil)
        if known is None:
            known = self._judgements[pupil] = Judgement(self.editions, self.block.view(pupil), self.ordinal)
        return known

    def forget(self) -> None:
        """Lets go of what was worked out for the block; what is shared across blocks stays."""
        for shared in self._shared.values():
            shared.memo.clear()
        self._judgements.clear()
        self.block.forget()

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
    rows, found = _applied(rule, frame)
    return found if rows is None else spread(found, rows, len(frame), Truth.FALSE)


def _applied(rule: Action | Step, frame: Frame) -> tuple[Rows | None, Truths]:
    """The rows for which a rule's clauses are other than false on a day, and what they come to.

    None in place of the rows if that is all of them.
    """
    clauses = clauses_of(rule, frame.shared.policy)
    hopeful = able((*clauses.tiers, *clauses.when), frame, truths)
    if hopeful is None:
        return unsettled(_parts(rule, frame), frame, together=True)
    rows = np.flatnonzero(hopeful)
    if not len(rows):
        return rows, Truths.always(Truth.FALSE, frame.length)
    own = frame.take(rows)
    left, found = unsettled(_parts(rule, own), own, together=True)
    return (rows if left is None else rows[left]), found


@dataclass(frozen=True, slots=True)
class Clauses:
    """What has to hold for a rule to apply: conditions of its own, and of its pathway."""

    when: tuple[Condition, ...]
    tiers: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    """Those that must not hold."""
    no_sooner: Deadline | None
    """What it waits for."""


def clauses_of(rule: Action | Step, policy: Policy) -> Clauses:
    """What a rule hangs on."""
    pathway = pathway_of(rule, policy)
    whose = (rule,) if pathway is None else (rule, pathway)
    return Clauses(
        when=tuple(one for part in whose for one in part.when),
        tiers=tuple(part.tier for part in whose if part.tier is not None),
        unless=rule.unless,
        no_sooner=rule.no_sooner,
    )


def _parts(rule: Action | Step, frame: Frame) -> Iterator[Judge]:
    """What settles most rows at least cost first: order does not matter to the answer."""
    clauses = clauses_of(rule, frame.shared.policy)
    free = [one for one in clauses.when if not frame.shared.bearing(one).register]
    bound = [one for one in clauses.when if frame.shared.bearing(one).register]
    if frame.occasions is not None:
        yield _since_it_began
    for condition in (*free, *clauses.tiers, *bound):
        yield partial(truths, condition)
    for condition in clauses.unless:
        yield partial(opposite, condition)
    if rule.no_sooner is not None:
        yield partial(no_sooner, rule)


def _since_it_began(frame: Frame) -> Truths:
    """From the close of the day on which each row's occasion reaches its least length (meaning 32).

    Many rules may be for each of the same occasions: it is worked out once for their common rows.
    """
    assert frame.occasions is not None
    memo = frame.shared.memo
    key = ("since it began", id(frame.occasions))
    known = memo.get(key)
    if known is None:
        known = memo[key] = (_worked_out_since(frame, frame.occasions), frame.occasions)
    return known[0]  # type: ignore[index,no-any-return]  # what was put there


def _worked_out_since(frame: Frame, rows: Codes) -> Truths:
    length = frame.length
    numbers, first, which = np.unique(rows, return_index=True, return_inverse=True)
    occasions = [frame.shared.across.occasions[number] for number in numbers.tolist()]
    begun = [0] * len(occasions)
    if not frame.shared.alone:
        least = frame.scope(0).occasion_kind(frame.own)[1]
        begun = [
            _reached(frame, row, number, least)
            for row, number in zip(first.tolist(), numbers.tolist(), strict=True)
        ]
    false = first_days(length)[np.minimum(begun, length)]
    certain = np.array([occasion.certain for occasion in occasions], dtype=np.bool_)
    true = np.where(certain[:, None], all_days(length) & ~false, np.uint64(0))
    return Truths(rows_taken(true, which), rows_taken(false, which), length)


@lru_cache(maxsize=16)
def first_days(length: int) -> Words:
    """The first 0, 1, 2 … of so many days, a row each. Not to be written to."""
    return rows_of([(1 << days) - 1 for days in range(length + 1)], length)


def _reached(frame: Frame, row: int, number: int, least: int) -> int:
    """The number of the school day on which a row's occasion, by its number, reaches its least length."""
    signatures = frame.shared.across.signatures
    key = reached_key(number, frame.shared.policy)
    day = signatures.get(key)
    if not isinstance(day, int):
        occasion = frame.shared.across.occasions[number]
        day = reached_without_gaps(occasion, least, frame.block.axis)
        if day is None:
            day = reached_on(occasion, frame.scope(row))
        signatures[key] = day
    return day


def opposite(condition: Condition, frame: Frame) -> Truths:
    """The days on which a condition does not hold, as `unless` asks."""
    return ~truths(condition, frame)


def no_sooner(rule: Action | Step, frame: Frame) -> Truths:
    """Whether so much time has passed as a rule waits for; it has to be one that waits."""
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


def may_be_listed(rule: Action | Step, judging: Judging, frame: Frame) -> Flags | None:
    """The rows for which a rule may be listed as at the date; None if nothing is known of that.

    What no longer applies is listed for some school days (meaning 21), what stands until done always: if it
    applied for certain. `frame` is that of the school days.
    """
    since = max(frame.length - 1 - LISTED_AFTER_LAPSE, 0)
    begins = judging.block.axis.days_until(judging.editions.current.first - 1)
    if not since or begins > since or not judging.is_school_day:
        return None
    clauses = clauses_of(rule, frame.shared.policy)
    conditions = (*clauses.tiers, *clauses.when)
    found = able(conditions, frame, truths, Prospect(since))
    if found is None or not rule.stands_until_done or rule.modality not in OWED:
        return found
    owed = able(conditions, frame, truths, Prospect(certain=True)) if not begins else None
    return None if owed is None else found | owed


@dataclass(frozen=True, slots=True)
class Living:
    """The rows for which a rule may apply on any day; it applies to no other on any."""

    rows: Rows
    truths: Truths
    """Of these rows, each its own."""

    def of_all(self, rows: int) -> Truths:
        """Of all rows, in their places."""
        return spread(self.truths, self.rows, rows, Truth.FALSE)

    def among(self, flags: Flags) -> Living:
        """Of the rows with a flag alone, by their places among these."""
        kept = np.flatnonzero(flags[self.rows])
        places = np.cumsum(flags) - 1
        return Living(places[self.rows[kept]], self.truths.take(kept))


def may_have_begun(pathway: Pathway, judging: Judging, frame: Frame) -> Flags:
    """For which pupils of the block a round may have opened: a first step may have applied on a school day.

    `frame` has the rows that are looked at.
    """
    found = np.zeros(len(judging.block), dtype=np.bool_)
    for step in frame.shared.policy.steps.values():
        if step.pathway == pathway.name and step.starts_here:
            found[frame.pupils[truths_by_edition(step, judging, frame).rows]] = True
    return found


def truths_by_edition(rule: Action | Step, judging: Judging, frame: Frame) -> Living:
    """The school days on which a rule applies, each judged by the edition in force on it (meaning 20).

    `frame` has the rows, under the policy in force. Earlier editions are asked of the rows whose spells may
    reach back into their time.
    """
    axis, length = judging.block.axis, frame.length
    start = min(axis.days_until(judging.editions.current.first - 1), length)
    rows, found = _applied(rule, frame)
    if rows is None:
        rows = np.arange(len(frame))
    if not start:
        return _living(rows, found)
    found = _only_in(found, (start, length), length)
    if not judging.editions.earlier:
        return _living(rows, found)
    whole = spread(found, rows, len(frame), Truth.FALSE).full(len(frame))
    _ask_earlier(rule, judging, frame, whole, start)
    return _living(np.arange(len(frame)), whole)


def _living(rows: Rows, found: Truths) -> Living:
    """Only the rows that are not false on every day."""
    left = rows_not(Truth.FALSE, found)
    if not left.all():
        kept = np.flatnonzero(np.broadcast_to(left, (len(rows),)))
        rows, found = rows[kept], found.take(kept)
    return Living(rows, found.full(len(rows)))


def _ask_earlier(rule: Action | Step, judging: Judging, frame: Frame, result: Truths, start: int) -> None:
    """Writes into the result what earlier editions say of the days before `start`."""
    axis, length = judging.block.axis, frame.length
    end, rows = start, np.arange(len(frame))
    for edition in judging.editions.earlier:
        if end == 0:
            break
        predecessor = edition.rule_like(rule)
        if predecessor is None:
            break
        if not may_last(rule, predecessor):
            rows = rows[~_has(result.false[rows], end)]
        if not len(rows):
            break
        first = min(axis.days_until(edition.first - 1), length)
        last = min(axis.days_until(edition.last), end)
        if last > first:
            shared = judging.on_school_days(edition.policy).shared
            asked_of = frame if len(rows) == len(frame) else frame.take(rows)
            places, older = _by_edition(asked_of, shared, judging)
            if len(older):
                judged = rule_truths(predecessor, older).full(len(older))
                mask, own = _mask(first, last, length), rows[places]
                result.true[own] |= judged.true & mask
                result.false[own] &= ~(mask & ~judged.false)
        end = first


def _by_edition(frame: Frame, shared: Shared, judging: Judging) -> tuple[Rows, Frame]:
    """The same rows by another edition, each with that one's occasion that has the same first session.

    And their places: rows are left out of whose occasion that edition knows nothing.
    """
    older, every = replace(frame, shared=shared), np.arange(len(frame))
    if frame.occasions is None or is_of_edition(frame.own, frame.scope(0), older.scope(0)):
        return every, older
    if not knows_occasion(frame.own, shared.policy):
        return every[:0], older.take(every[:0])
    limit = frame.block.axis.seen(judging.ordinal).bit_length()
    found = with_own_occasions(Frame(shared, np.unique(frame.pupils)), frame.own, limit)
    numbers = dict(zip(_named(found), _numbers(found), strict=True))
    of_rows = np.array([numbers.get(key, -1) for key in _named(frame)], dtype=np.int32)
    places = np.flatnonzero(of_rows >= 0)
    return places, replace(older.take(places), occasions=of_rows[places])


def _numbers(frame: Frame) -> list[int]:
    """The numbers of the rows' occasions."""
    assert frame.occasions is not None
    found: list[int] = frame.occasions.tolist()
    return found


def _named(frame: Frame) -> Iterator[tuple[int, int]]:
    """What names the occasion of each row: whose it is, and its first session (meaning 32)."""
    occasions = frame.shared.across.occasions
    firsts = (occasions[number].first_slot for number in _numbers(frame))
    return zip(frame.pupils.tolist(), firsts, strict=True)


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
