"""Decisions for a block of pupils: tiers, and how every action and step stands, as on one date.

`Recommended` rows are what `Recommendation` says of one pupil, without reasons: those are built on demand by
the reference evaluator, from the same history.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from fingerpost.conditions import continues
from fingerpost.counting import sessions_in
from fingerpost.days import Days
from fingerpost.decision import Status, TierState
from fingerpost.judgement import OVER, Judged, Judgement, marks_measure
from fingerpost.logic import Cause, Truth
from fingerpost.population.block import Block, distinct
from fingerpost.population.conditions import all_of, may_occur, own_tier_truths, tier_truths
from fingerpost.population.frame import Across, Frame
from fingerpost.population.occasions import has_missing, with_own_occasions
from fingerpost.population.reaching import may_reach_back
from fingerpost.population.registers import ones
from fingerpost.population.rules import Judging, rule_truths, truths_by_edition
from fingerpost.population.standings import TRUTHS, Listed, standings, truth_numbers
from fingerpost.population.truths import Flags, Rows, words_of
from fingerpost.questions import only_history_start
from fingerpost.reasons import Occurrence
from fingerpost.rules import Editions, pathway_of
from fingerpost.spells import spells
from fingerpost.subject import POSSIBLE
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Action, Pathway, Step, Subject, Tier
from fingerpost_dsl.model.expressions import InTier
from fingerpost_dsl.model.quantities import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """One row of a result: a rule that applies to a pupil, may apply, or has left something to be done."""

    row: int
    """The pupil's place in the block."""
    rule: str
    kind: str
    pathway: str | None
    parent: str | None
    occasion: Occurrence | None
    applies: Truth
    status: Status
    provisional: bool
    triggered: dt.date | None
    triggered_from: dt.date | None
    due: dt.date | None
    due_unknown: Cause | None
    overdue_count: int
    done_on: dt.date | None
    barred_by: tuple[tuple[str, Truth], ...] = ()


@dataclass(frozen=True, slots=True)
class InTierRow:
    """The state of one tier for one pupil."""

    row: int
    tier: str
    state: TierState
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class BlockDecisions:
    """What was decided for a block."""

    block: Block
    tiers: tuple[InTierRow, ...]
    recommended: tuple[Recommended, ...]
    fallen_back: dict[str, int]


PART = 4096
"""So many pupils are judged together: their planes fit into a processor's cache."""


def decide_block(block: Block, editions: Editions, ordinal: int, *, part: int = PART) -> BlockDecisions:
    """Tiers and recommendations of every pupil of a block, as at a date."""
    across = Across()
    tiers: list[InTierRow] = []
    recommended: list[Recommended] = []
    fallen_back: Counter[str] = Counter()
    for first in range(0, len(block), part):
        own = block.part(first, first + part)
        deciding = _Deciding(Judging(own, editions, ordinal, across), first)
        recommended.extend(deciding.recommended())
        tiers.extend(deciding.tiers())
        fallen_back.update(deciding.fallen_back())
    return BlockDecisions(block, tuple(tiers), tuple(recommended), dict(fallen_back))


class _Deciding:
    def __init__(self, judging: Judging, first: int) -> None:
        self.judging = judging
        self.first = first
        """The place of the first pupil in the whole block."""
        self.block = judging.block
        self.policy = judging.editions.current.policy
        self.ordinal = judging.ordinal
        self.frame = judging.on_school_days(self.policy)
        self.today = judging.on_date(self.policy)
        self.by_parents, _ = self.frame.by_parents()
        self.today_by_parents, _ = self.today.by_parents()
        self._judgements: dict[int, Judgement] = {}
        self._provisional: dict[str, Flags] = {}
        self._held: dict[tuple[str, bool], Flags] = {}
        self._by_row: dict[str, int] = {}

    def fallen_back(self) -> dict[str, int]:
        """For how many rows the reference was asked, by what."""
        return {**self.judging.fallen_back, **self._by_row}

    # --- rules ------------------------------------------------------------------------------------

    def recommended(self) -> Iterator[Recommended]:
        for rule in self.policy.rules():
            pathway = pathway_of(rule, self.policy)
            subject = pathway.subject if pathway is not None else rule.subject
            occasion = pathway.occasion if pathway is not None and pathway.occasion else rule.occasion
            if subject not in (Subject.PUPIL, Subject.PARENT):
                continue
            if occasion is not None:
                yield from self._for_occasions(rule, occasion, in_step=pathway is not None)
            elif isinstance(rule, Step) and pathway is not None:
                yield from self._step(rule, pathway, subject)
            else:
                yield from self._rule(rule, *self._frames(subject))

    def _frames(self, subject: Subject) -> tuple[Frame, Frame]:
        if subject is Subject.PARENT:
            return self.by_parents, self.today_by_parents
        return self.frame, self.today

    def _rule(
        self, rule: Action | Step, frame: Frame, today: Frame, *, in_round: bool = False
    ) -> Iterator[Recommended]:
        days = truths_by_edition(rule, self.judging, frame)
        if self.judging.is_school_day:
            numbers = truth_numbers(days, days.length - 1, len(frame))
        else:
            numbers = truth_numbers(rule_truths(rule, today), 0, len(frame))
        listed = standings(rule, days, numbers, frame, self.ordinal, in_round=in_round)
        bars = self._bars(rule, listed, today)
        across = self.judging.across
        for place, row in enumerate(listed.rows):
            truth, standing = TRUTHS[int(listed.truths[place])], listed.standings[place]
            if truth is Truth.UNKNOWN and self._held_back(rule, frame, int(row)):
                continue
            status = standing.status
            assert status is not None
            if bars[place]:
                barred = any(held is Truth.TRUE for _, held in bars[place])
                status = Status.BARRED if barred else Status.UNKNOWN
            owed = status in (Status.OVERDUE, Status.DUE, Status.ONGOING)
            pupil = int(frame.pupils[row])
            yield Recommended(
                row=self.first + pupil,
                rule=rule.name,
                kind="step" if isinstance(rule, Step) else "action",
                pathway=rule.pathway if isinstance(rule, Step) else None,
                parent=None if frame.parents is None else self.block.parent_id(pupil, int(frame.parents[row])),
                occasion=None if frame.occasions is None else across.occasions[int(frame.occasions[row])],
                applies=Truth.TRUE if truth is Truth.FALSE and owed else truth,
                status=status,
                provisional=self._rests_on_provisional(rule, truth, standing.triggered, pupil),
                triggered=standing.triggered,
                triggered_from=standing.triggered_from,
                due=standing.due,
                due_unknown=standing.due_unknown,
                overdue_count=standing.overdue_count,
                done_on=standing.done_on,
                barred_by=bars[place],
            )

    def _held_back(self, rule: Action | Step, frame: Frame, row: int) -> bool:
        """Whether it is unknown only because of where the history starts."""
        if not may_reach_back(rule, self.frame, self.ordinal):
            return False
        scope = frame.scope(row)
        asked = (scope.parent, scope.occasion)
        for judged in self._judgement(int(frame.pupils[row])).rule(rule):
            own = judged.instance.scope
            if (own.parent, own.occasion) == asked:
                return only_history_start(judged.reason)
        return False

    def _bars(self, rule: Action | Step, listed: Listed, today: Frame) -> list[tuple[tuple[str, Truth], ...]]:
        """The bars on each row that hold, or may hold; none is asked of what is done or does not apply."""
        found: list[tuple[tuple[str, Truth], ...]] = [() for _ in listed.rows]
        asked = [
            place
            for place, standing in enumerate(listed.standings)
            if listed.truths[place] != 0 and standing.status not in OVER
        ]
        if not asked:
            return found
        own = today.take(listed.rows[asked])
        for bar in self.policy.bars.values():
            if rule.name in bar.stops:
                numbers = truth_numbers(all_of(bar.when, own), 0, len(own))
                for place, number in zip(asked, numbers, strict=True):
                    if number:
                        found[place] = (*found[place], (bar.name, TRUTHS[int(number)]))
        return found

    # --- what the reference is asked for ----------------------------------------------------------

    def _judgement(self, pupil: int) -> Judgement:
        known = self._judgements.get(pupil)
        if known is None:
            view = self.block.records.view(self.block.pupils[pupil])
            known = self._judgements[pupil] = Judgement(self.judging.editions, view, self.ordinal)
        return known

    def _by_reference(self, rule: Action | Step, pupils: Rows) -> Iterator[Recommended]:
        self._by_row[rule.name] = len(pupils)
        for pupil in pupils:
            for judged in self._judgement(int(pupil)).rule(rule):
                row = _row(self.first + int(pupil), judged)
                if row is not None:
                    yield row

    def _for_occasions(self, rule: Action | Step, occasion: str, *, in_step: bool) -> Iterator[Recommended]:
        """A row for each occasion; of pupils with missing marks, which may join two, the reference is asked."""
        marks, least, unit = self.frame.scope(0).occasion_kind(occasion)
        able = may_occur(occasion, self.frame) & self.frame.plane(marks).any(axis=1)
        missing = has_missing(self.frame)
        quick = able & ~missing & (unit is Unit.SESSION and not in_step)
        limit = self.block.axis.seen(self.ordinal).bit_length()
        own = self.frame.take(np.flatnonzero(quick))
        frame = with_own_occasions(own, occasion, marks, least, limit)
        rows: list[Recommended] = []
        if len(frame):
            rows.extend(self._rule(rule, frame, replace(frame, shared=self.today.shared)))
        rows.extend(self._by_reference(rule, np.flatnonzero(able & ~quick)))
        yield from rows

    # --- steps ------------------------------------------------------------------------------------

    def _step(self, step: Step, pathway: Pathway, subject: Subject) -> Iterator[Recommended]:
        """Where nothing of a pathway is recorded, only its first step can stand."""
        steps = [one for one in self.policy.steps.values() if one.pathway == pathway.name]
        kinds = {clause.selection.name for one in steps for clause in one.done_when}
        starts = [one for one in steps if one.starts_here]
        recorded = np.zeros(len(self.block), dtype=np.bool_)
        for kind in kinds & self.block.events.keys():
            recorded |= self.block.events[kind] > 0
        if len(starts) != 1 or not kinds.isdisjoint(self.block.school_kinds):
            recorded[:] = True
        known = np.flatnonzero(recorded)
        frame, today = self._frames(subject)
        rows: list[Recommended] = []
        if step.starts_here:
            free = np.flatnonzero(~recorded[frame.pupils])
            rows.extend(self._rule(step, frame.take(free), today.take(free), in_round=True))
        if len(known):
            rows.extend(self._by_reference(step, known))
        yield from rows

    # --- tiers ------------------------------------------------------------------------------------

    def tiers(self) -> Iterator[InTierRow]:
        """The state of every tier that a pupil is in, or may be in."""
        for tier in self.policy.tiers.values():
            numbers = truth_numbers(tier_truths(tier.name, self.today), 0, len(self.block))
            provisional = self._provisionally(tier)
            days = tier_truths(tier.name, self.frame)
            for row in np.flatnonzero(numbers):
                if numbers[row] == 2:
                    yield InTierRow(self.first + int(row), tier.name, TierState.UNKNOWN, None)
                    continue
                state = TierState.PROVISIONAL if provisional[row] else TierState.HOLDS
                since = self._since(days.row(int(row))) if tier.when else None
                yield InTierRow(self.first + int(row), tier.name, state, since)

    def _since(self, days: Days) -> dt.date | None:
        axis = self.block.axis
        if not days.length:
            return None
        found = spells(days)
        first = axis.days_until(self.judging.editions.current.first - 1)
        if found and found[-1].last == days.length - 1:
            return dt.date.fromordinal(axis.school_days[max(found[-1].trigger, min(first, days.length - 1))])
        return None

    def _provisionally(self, tier: Tier) -> Flags:
        """For each pupil, whether there are too few possible sessions in the tier's window, on the date."""
        known = self._provisional.get(tier.name)
        if known is None:
            known = self._provisional[tier.name] = self._few_sessions(tier)
        return known

    def _few_sessions(self, tier: Tier) -> Flags:
        few = np.zeros(len(self.block), dtype=np.bool_)
        if tier.provisional_below is None:
            return few
        asked = quantity_of(tier.provisional_below, self.policy)
        one = self.frame.scope(0)
        measured = next((found for c in tier.when if (found := marks_measure(c, self.ordinal, one))), None)
        if asked is None or measured is None:
            return few
        windows, weekdays, then = measured
        bearing = self.frame.shared.bearing(windows)
        if bearing.register:
            return np.array(
                [self._judgement(row).is_provisional(tier, self.ordinal) for row in range(len(self.block))]
            )
        everybody = np.arange(len(self.block))
        columns = self.block.columns(bearing, everybody, None)
        first, which = distinct(columns, len(self.block))
        possible = self.block.plane(POSSIBLE, everybody)
        for number, row in enumerate(first):
            own = np.flatnonzero(which == number)
            scope = self.frame.scope(int(row))
            sessions = sessions_in(windows, weekdays, then, scope)
            mask = words_of([sessions.certain], len(self.block.axis))
            few[own] = ones(possible[own] & mask) < ceil(asked.amount)
        return few

    def _rests_on_provisional(
        self, rule: Action | Step, truth: Truth, triggered: dt.date | None, pupil: int
    ) -> bool:
        pathway = pathway_of(rule, self.policy)
        tiers = [one for one in (rule.tier, pathway.tier if pathway else None) if one is not None]
        if not tiers:
            return False
        if truth is Truth.FALSE and triggered:
            judgement = self._judgement(pupil)
            held = [judgement.held_by(one, triggered.toordinal()) for one in tiers]
            return any(
                one is not None and judgement.is_provisional(one, triggered.toordinal()) for one in held
            )
        return any(self._held_provisionally(one, pupil) for one in tiers)

    def _held_provisionally(self, condition: InTier, pupil: int) -> bool:
        """Whether the tier because of which a pupil is in the one asked for is provisional, on the date."""
        key = (condition.name, condition.only)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = self._all_held_provisionally(condition)
        return bool(held[pupil])

    def _all_held_provisionally(self, condition: InTier) -> Flags:
        rows = len(self.block)
        own = self.policy.tiers[condition.name]
        if condition.only:
            only = truth_numbers(tier_truths(condition.name, self.today, only=True), 0, rows)
            return (only == 1) & self._provisionally(own)
        further = (one for one in self.policy.tiers.values() if continues(one, condition.name, self.policy))
        found, settled = (np.zeros(rows, dtype=np.bool_) for _ in range(2))
        for tier in (own, *further):
            held = truth_numbers(own_tier_truths(tier, self.today), 0, rows) == 1
            found |= held & ~settled & self._provisionally(tier)
            settled |= held
        return found


def _row(pupil: int, judged: Judged) -> Recommended | None:
    """What the reference judged, as a row; None where there is nothing to list."""
    if judged.truth is Truth.UNKNOWN and only_history_start(judged.reason):
        return None
    found = judged.judgement.recommendation(judged)
    if found is None:
        return None
    return Recommended(
        row=pupil,
        rule=found.name,
        kind=found.kind,
        pathway=found.pathway,
        parent=found.parent,
        occasion=found.occasion,
        applies=found.applies,
        status=found.status,
        provisional=found.provisional,
        triggered=found.triggered,
        triggered_from=found.triggered_from,
        due=found.due,
        due_unknown=found.due_unknown,
        overdue_count=found.overdue_count,
        done_on=found.done_on,
        barred_by=tuple((bar.bar, bar.truth) for bar in judged.bars),
    )
