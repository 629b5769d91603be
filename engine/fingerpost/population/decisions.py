"""Decides for a block of pupils: tiers, and how every action and step stands, as on one date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fingerpost.collection import without_collection
from fingerpost.judgement import OVER
from fingerpost.logic import Truth
from fingerpost.population.as_reported import tiers_as_reported, without_reported
from fingerpost.population.block import NO_PARENT, Block, distinct
from fingerpost.population.conditions import all_of, tier_truths
from fingerpost.population.decided import BlockDecisions, RuleRows, TierRows
from fingerpost.population.frame import Across, Frame
from fingerpost.population.held_back import HeldBack
from fingerpost.population.lately import count_at_once
from fingerpost.population.occasions import with_own_occasions
from fingerpost.population.outcomes import Outcome, judged_outcome, outcome_of
from fingerpost.population.provisional import Provisional
from fingerpost.population.reaching import may_reach_back
from fingerpost.population.reason_codes import ReasonCodes, code_of, codes_in_columns
from fingerpost.population.rounds import Begun, Rounds, follow, has_records
from fingerpost.population.rules import Judging, Living, may_be_listed, rule_truths, truths_by_edition
from fingerpost.population.runs import may_occur
from fingerpost.population.spells import first_and_latest
from fingerpost.population.standings import TRUTHS, Listed, standings
from fingerpost.population.truths import Flags, Numbers, Rows, Truths, truth_numbers
from fingerpost.rules import Editions, pathway_of
from fingerpost.status import LISTED_AFTER_LAPSE
from fingerpost_dsl.model.declarations import Action, Bar, Pathway, Step, Subject, Tier
from fingerpost_dsl.model.policy import Policy

NOBODY = np.zeros(1, dtype=np.bool_)

PART = 131_072
"""So many pupils are judged together: what is done once a part is little then, and takes little memory."""


def decide_block(
    block: Block,
    editions: Editions,
    ordinal: int,
    *,
    across: Across | None = None,
    part: int = PART,
    asked: Mapping[str, Flags] | None = None,
    reasons: bool = False,
) -> BlockDecisions:
    """Tiers and recommendations of every pupil of a block, as at a date.

    `across` is what was worked out for other blocks of the same axis, whose coded columns mean the same.
    `asked` says, by the names of rules, of which pupils each is asked; then no tiers are said.
    With `reasons` each row has the code of its reason.
    """
    across = across or Across()
    tiers: list[TierRows] = []
    rules: list[RuleRows] = []
    fallen_back: Counter[str] = Counter()
    for first in range(0, len(block), part):
        own = block.part(first, first + part)
        these = (
            None if asked is None else {name: flags[first : first + part] for name, flags in asked.items()}
        )
        judging = Judging(own, editions, ordinal, across)
        in_columns = without_reported(these, own, editions.current.policy)
        deciding = BlockDeciding(judging, first, in_columns, reasons=reasons)
        if asked is None:
            count_at_once(deciding.frame, max(judging.length - 1 - LISTED_AFTER_LAPSE, 0))
        with without_collection():
            rules.extend(rows for rows in deciding.rules() if len(rows.pupils))
            rules.extend(rows for rows in deciding.rules_as_reported(these) if len(rows.pupils))
            if asked is None:
                tiers.extend(rows for rows in deciding.tiers() if len(rows.pupils))
        fallen_back.update(deciding.fallen_back())
        deciding.forget()
    return BlockDecisions(block, tuple(tiers), tuple(rules), dict(fallen_back), reasons)


class BlockDeciding:
    """A block of pupils judged together, as at a date."""

    def __init__(
        self,
        judging: Judging,
        first: int,
        asked: Mapping[str, Flags] | None,
        *,
        reasons: bool,
        parents: Frame | None = None,
    ) -> None:
        self.judging = judging
        self.first = first
        """The place of the first pupil in the whole block."""
        self.asked = asked
        """Of which pupils each rule is asked; None where all are of all."""
        self.reasons = reasons
        self.parents = parents
        """The rows of parents that are asked about; None where it is all of the pupils'."""
        self.block = judging.block
        self.policy = judging.editions.current.policy
        self.ordinal = judging.ordinal
        self.frame = judging.on_school_days(self.policy)
        self.today = judging.on_date(self.policy)
        self._pathways: dict[str, Begun] = {}
        self._rounds: dict[str, Rounds] = {}
        """By pathway, the rounds of those of whom something of it is recorded."""
        self.provisional = Provisional(judging)
        self._occasions: dict[str, Frame] = {}
        self.held_back = HeldBack(judging)
        self._by_row: dict[str, int] = {}

    def fallen_back(self) -> dict[str, int]:
        """For how many rows the reference was asked, by what."""
        found = Counter(self._by_row)
        found.update(self.held_back.fallen_back)
        return {**self.judging.fallen_back, **found}

    def forget(self) -> None:
        """Lets go of what was worked out for these pupils alone.

        It holds on to itself in circles, so that it would stay until somebody looks for such.
        """
        self.judging.forget()
        for worked_out in (self._pathways, self._rounds, self._occasions):
            worked_out.clear()

    # --- rules ------------------------------------------------------------------------------------

    def rules(self) -> Iterator[RuleRows]:
        """What every rule comes to."""
        for rule in self.policy.rules():
            if self.asked is not None and not self.asked.get(rule.name, NOBODY).any():
                continue
            pathway = pathway_of(rule, self.policy)
            subject, occasion = spoken_of(rule, self.policy)
            if subject not in (Subject.PUPIL, Subject.PARENT):
                continue
            if occasion is not None:
                yield from self._for_occasions(rule, occasion, in_step=pathway is not None)
            elif isinstance(rule, Step) and pathway is not None:
                yield from self._step(rule, pathway, subject)
            else:
                places = self._meant(rule, self.frames(subject)[0])
                frame, today = (_of(one, places) for one in self.frames(subject))
                listed = may_be_listed(rule, self.judging, frame)
                places = None if listed is None else np.flatnonzero(listed)
                yield self._rule(rule, _of(frame, places), _of(today, places))

    def frames(self, subject: Subject) -> tuple[Frame, Frame]:
        """The rows of pupils, or of their parents: on the school days, and on the date."""
        return self._by_parents if subject is Subject.PARENT else (self.frame, self.today)

    @cached_property
    def _by_parents(self) -> tuple[Frame, Frame]:
        """The rows of parents that are asked about."""
        frame = self._parents_of_meant() if self.parents is None else self.parents
        return replace(frame, shared=self.frame.shared), replace(frame, shared=self.today.shared)

    def _parents_of_meant(self) -> Frame:
        """Of all pupils of whom anything is asked."""
        frame = self.frame
        if self.asked is not None:
            meant = np.zeros(len(self.block), dtype=np.bool_)
            for flags in self.asked.values():
                meant |= flags
            frame = frame.take(np.flatnonzero(meant))
        return frame.by_parents()[0]

    def _meant(self, rule: Action | Step, frame: Frame) -> Rows | None:
        """The rows of a frame of whose pupils a rule is asked; None for all of them."""
        return None if self.asked is None else np.flatnonzero(self.asked[rule.name][frame.pupils])

    def _rule(
        self,
        rule: Action | Step,
        frame: Frame,
        today: Frame,
        *,
        living: Living | None = None,
        in_round: bool = False,
    ) -> RuleRows:
        """What a rule comes to. `living` is when it applies to these rows, if that is known."""
        living = living or truths_by_edition(rule, self.judging, frame)
        rows, days, numbers = self._applying(rule, living, frame, today)
        if len(rows) < len(frame):
            frame = frame.take(rows)
            today = replace(frame, shared=today.shared)
        listed = standings(rule, days, numbers, frame, self.ordinal, in_round=in_round)
        listed = self._without_held_back(rule, today, listed)
        codes = codes_in_columns(rule, today.take(listed.rows)) if self.reasons else None
        return self._rows(rule, frame, today, listed, codes)

    def _rows(
        self, rule: Action | Step, frame: Frame, today: Frame, listed: Listed, codes: ReasonCodes | None
    ) -> RuleRows:
        """What is listed, under its bars."""
        own = frame.take(listed.rows)
        bars = self._bars(rule, listed, today)
        provisional = self._rest_on_provisional(rule, listed, own)
        columns = [listed.truths, listed.which, provisional, *bars.T]
        first, which = distinct(columns, len(own))
        cases = zip(*(column[first].tolist() for column in columns), strict=True)
        return RuleRows(
            rule,
            self.first + own.pupils,
            own.parents,
            own.occasions,
            which,
            [self._outcome(rule, listed, case) for case in cases],
            self.judging.across.occasions,
            codes,
        )

    def _applying(
        self, rule: Action | Step, living: Living, frame: Frame, today: Frame
    ) -> tuple[Rows, Truths, Numbers]:
        """The rows for which a rule may apply on any day, on which days, and its truth on the date."""
        rows, days = living.rows, living.truths
        if self.judging.is_school_day:
            return rows, days, truth_numbers(days, days.length - 1, len(rows))
        numbers = truth_numbers(rule_truths(rule, today), 0, len(frame))
        either = numbers != 0
        either[rows] = True
        days = living.of_all(len(frame))
        rows = np.flatnonzero(either)
        return rows, days.take(rows).full(len(rows)), numbers[rows]

    def _outcome(self, rule: Action | Step, listed: Listed, case: tuple[int, ...]) -> Outcome:
        """The outcome of a case: truth, standing, whether it is provisional, and the truth of each bar."""
        truth, place, provisional, *held = case
        standing = listed.distinct[place]
        key = ("outcome", id(rule), id(standing), truth, provisional, *held)
        signatures = self.judging.across.signatures
        known = signatures.get(key)
        if known is None:
            outcome = outcome_of(
                TRUTHS[truth], standing, provisional=bool(provisional), barred_by=self._names(rule, held)
            )
            if not listed.shared:
                return outcome
            # The standing is kept, so that no other can come to have its identity.
            known = signatures[key] = (outcome, standing)
        return known[0]  # type: ignore[index,no-any-return]  # what was put there

    def _without_held_back(self, rule: Action | Step, today: Frame, listed: Listed) -> Listed:
        """Without the rows that are unknown only because of where the history starts."""
        if not may_reach_back(rule, self.frame, self.ordinal):
            return listed
        unknown = np.flatnonzero(listed.truths == 2)
        if not len(unknown):
            return listed
        kept = np.ones(len(listed.rows), dtype=np.bool_)
        kept[unknown] = ~self.held_back.of(rule, today.take(listed.rows[unknown]))
        return listed.take(np.flatnonzero(kept))

    def bars_on(self, rule: Action | Step) -> list[Bar]:
        """The bars on a rule."""
        return [bar for bar in self.policy.bars.values() if rule.name in bar.stops]

    def _names(self, rule: Action | Step, held: Sequence[int]) -> tuple[tuple[str, Truth], ...]:
        bars = zip(self.bars_on(rule), held, strict=True)
        return tuple((bar.name, TRUTHS[number]) for bar, number in bars if number)

    def _bars(self, rule: Action | Step, listed: Listed, today: Frame) -> Numbers:
        """The truth of each bar on each row; none is asked of what is done or does not apply."""
        bars = self.bars_on(rule)
        found = np.zeros((len(listed.rows), len(bars)), dtype=np.int8)
        if not bars or not len(listed.rows):
            return found
        over = np.array([one.status in OVER for one in listed.distinct], dtype=np.bool_)
        asked = np.flatnonzero((listed.truths != 0) & ~over[listed.which])
        own = today.take(listed.rows[asked])
        for place, bar in enumerate(bars):
            if len(asked):
                found[asked, place] = truth_numbers(all_of(bar.when, own), 0, len(own))
        return found

    # --- what the reference is asked for ----------------------------------------------------------

    def rules_as_reported(self, asked: Mapping[str, Flags] | None) -> Iterator[RuleRows]:
        """What the reference says of every rule for those of whom no column knows the measures."""
        reported = self.block.reported
        if not reported.any():
            return
        for rule in self.policy.rules():
            if spoken_of(rule, self.policy)[0] in (Subject.PUPIL, Subject.PARENT):
                meant = reported if asked is None else reported & asked.get(rule.name, np.False_)
                yield self._by_reference(rule, np.flatnonzero(meant))

    def _by_reference(self, rule: Action | Step, pupils: Rows) -> RuleRows:
        """What the reference says of a rule for some pupils."""
        rows: list[tuple[int, int, int]] = []
        outcomes: list[Outcome] = []
        codes: list[str] = []
        across = self.judging.across
        for pupil in pupils:
            places = {parent.id: place for place, parent in enumerate(self.block.pupils[int(pupil)].parents)}
            judgement = self.judging.judgement(int(pupil))
            for judged in judgement.rule(rule):
                outcome, scope = judged_outcome(judged), judged.instance.scope
                if outcome is None:
                    continue
                parent = places[scope.parent] if scope.parent is not None else NO_PARENT
                own = scope.occasion
                number = -1 if own is None else across.number_of_same(own)
                rows.append((int(pupil), parent, number))
                outcomes.append(outcome)
                if self.reasons:
                    codes.append(code_of(judgement.reason(judged.instance, judged.course, evident=False)))
        if len(pupils):
            self._by_row[rule.name] = self._by_row.get(rule.name, 0) + len(pupils)
        table = np.array(rows, dtype=np.int32).reshape(len(rows), 3)
        has_occasion = bool(rows) and table[0, 2] >= 0
        return RuleRows(
            rule,
            self.first + table[:, 0].astype(np.intp),
            table[:, 1],
            table[:, 2] if has_occasion else None,
            np.arange(len(rows)),
            outcomes,
            across.occasions,
            ReasonCodes.of(codes) if self.reasons else None,
        )

    def _for_occasions(self, rule: Action | Step, occasion: str, *, in_step: bool) -> Iterator[RuleRows]:
        """A row for each occasion; of the rounds of a pathway for each one, by the reference."""
        able = np.flatnonzero(may_occur(occasion, self.frame))
        if in_step:
            meant = self._meant(rule, self.frame.take(able))
            yield self._by_reference(rule, able if meant is None else able[meant])
            return
        frame = self._occasions.get(occasion)
        if frame is None:
            limit = self.block.axis.seen(self.ordinal).bit_length()
            frame = self._occasions[occasion] = with_own_occasions(self.frame.take(able), occasion, limit)
        frame = _of(frame, self._meant(rule, frame))
        if len(frame):
            yield self._rule(rule, frame, replace(frame, shared=self.today.shared))

    # --- steps ------------------------------------------------------------------------------------

    def _step(self, step: Step, pathway: Pathway, subject: Subject) -> Iterator[RuleRows]:
        """Where nothing of a pathway is recorded, only its first step can stand."""
        begun = self.of_pathway(pathway, subject)
        frame, today = self.frames(subject)
        if step.starts_here:
            free = ~begun.recorded
            if self.asked is not None:
                free &= self.asked[step.name][frame.pupils]
            places = np.flatnonzero(free)
            living = begun.starts[step.name].among(free)
            yield self._rule(step, frame.take(places), today.take(places), living=living, in_round=True)
        if begun.walked.any():
            yield self._in_rounds(step, self.followed(pathway, frame, begun), today)

    def followed(self, pathway: Pathway, frame: Frame, begun: Begun) -> Rounds:
        """The rounds of a pathway, followed once for all of its steps that are asked."""
        known = self._rounds.get(pathway.name)
        if known is None:
            own = frame.take(np.flatnonzero(begun.walked))
            starts = {
                name: living.among(begun.walked).of_all(len(own)) for name, living in begun.starts.items()
            }
            known = self._rounds[pathway.name] = follow(pathway, self.judging, own, starts)
        return known

    def _in_rounds(self, step: Step, rounds: Rounds, today: Frame) -> RuleRows:
        """What a step comes to in the rounds of those of whom something of its pathway is recorded."""
        if self.asked is not None:
            rounds = rounds.take(np.flatnonzero(self.asked[step.name][rounds.frame.pupils]))
        found = rounds.of_step(step)
        listed = standings(
            step, found.days, found.numbers, found.frame, self.ordinal, recorded_on=found.recorded_on
        )
        if may_reach_back(step, self.frame, self.ordinal):
            held = [
                listed.truths[place] == 2 and found.only_history_start(step, int(row))
                for place, row in enumerate(listed.rows)
            ]
            listed = listed.take(np.flatnonzero(~np.array(held, dtype=np.bool_)))
        codes = None
        if self.reasons:
            ways = [(role, numbers[listed.rows]) for role, numbers in found.ways()]
            codes = codes_in_columns(step, found.today.take(listed.rows), ways)
        whole = found.frame.leaving_out(None)
        return self._rows(step, whole, replace(whole, shared=today.shared), listed, codes)

    def of_pathway(self, pathway: Pathway, subject: Subject) -> Begun:
        """For which rows anything of a pathway is recorded, and for which of them it is walked.

        Where no first step may ever have applied no round was opened, whatever is recorded.
        """
        known = self._pathways.get(pathway.name)
        if known is None:
            frame, _ = self.frames(subject)
            steps = [one for one in self.policy.steps.values() if one.pathway == pathway.name]
            recorded = has_records(pathway, self.policy, self.block)
            everybody, nobody = (np.full(len(self.block), one, dtype=np.bool_) for one in (True, False))
            meant = {
                one.name: everybody if self.asked is None else self.asked.get(one.name, nobody)
                for one in steps
            }
            walked = recorded & np.logical_or.reduce(list(meant.values()))
            starts = {
                one.name: self._began(one, frame, walked[frame.pupils], meant[one.name][frame.pupils])
                for one in steps
                if one.starts_here
            }
            if self.judging.is_school_day:
                begun = np.zeros(len(self.block), dtype=np.bool_)
                for living in starts.values():
                    begun[frame.pupils[living.rows]] = True
                walked &= begun
            known = self._pathways[pathway.name] = Begun(recorded[frame.pupils], walked[frame.pupils], starts)
        return known

    def _began(self, step: Step, frame: Frame, walked: Flags, meant: Flags) -> Living:
        """When a first step applies to the rows with a flag, whatever is left out of it in later rounds.

        To rows that are not walked only where it may be listed.
        """
        listed = may_be_listed(step, self.judging, frame) if (meant & ~walked).any() else None
        own, places = frame.some(walked | (meant if listed is None else meant & listed))
        living = truths_by_edition(step, self.judging, own)
        return living if places is None else Living(places[living.rows], living.truths)

    # --- tiers ------------------------------------------------------------------------------------

    def tiers(self) -> Iterator[TierRows]:
        """The state of every tier that a pupil is in, or may be in."""
        yield from tiers_as_reported(self.judging.judgement, self.block.reported, self.policy, self.first)
        everybody, day = self.judging.up_to_date(self.policy)
        for tier in self.policy.tiers.values():
            numbers = truth_numbers(tier_truths(tier.name, everybody), day, len(self.block))
            rows = np.flatnonzero((numbers != 0) & ~self.block.reported)
            provisional = self.provisional.few_sessions(tier, rows)
            since = self._since(tier, tier_truths(tier.name, self.frame).take(rows), len(rows))
            held = numbers[rows] == 1
            states = np.where(held, np.where(provisional, 2, 1), 3).astype(np.int8)
            yield TierRows(tier, self.first + rows, states, np.where(held, since, 0).astype(np.int32))

    def _since(self, tier: Tier, days: Truths, rows: int) -> NDArray[np.int32]:
        """The ordinal since which a row is in the tier, if it still is on the latest school day; else 0."""
        if not days.length or not tier.when or not rows:
            return np.zeros(rows, dtype=np.int32)
        axis, last = self.block.axis, days.length - 1
        first = min(axis.days_until(self.judging.editions.current.first - 1), last)
        latest = first_and_latest(days.full(rows))[1]
        dates = np.array(axis.school_days[: days.length], dtype=np.int32)
        in_it = (latest.trigger >= 0) & (latest.last == last)
        return np.where(in_it, dates[np.maximum(latest.trigger, first)], 0).astype(np.int32)

    def _rest_on_provisional(self, rule: Action | Step, listed: Listed, frame: Frame) -> Flags:
        """The rows that rest on a provisional tier; of what is over, those that did when it triggered."""
        pathway = pathway_of(rule, self.policy)
        tiers = [one for one in (rule.tier, pathway.tier if pathway else None) if one is not None]
        found = np.zeros(len(frame), dtype=np.bool_)
        if not tiers or not len(frame):
            return found
        triggered = np.array(
            [one.triggered.toordinal() if one.triggered else 0 for one in listed.distinct], dtype=np.int64
        )[listed.which]
        over = (listed.truths == 0) & (triggered > 0)
        then = np.flatnonzero(over)
        if not len(then):
            return self.provisional.rests_on(tiers, frame.pupils)
        now = np.flatnonzero(~over)
        found[now] = self.provisional.rests_on(tiers, frame.pupils[now])
        days = np.searchsorted(self.block.axis.school_days, triggered[then])
        found[then] = self.provisional.rested_on(tiers, frame.pupils[then], days)
        return found


def spoken_of(rule: Action | Step, policy: Policy) -> tuple[Subject, str | None]:
    """Of whom a rule speaks, and for each of which occasions."""
    pathway = pathway_of(rule, policy)
    if pathway is None:
        return rule.subject, rule.occasion
    return pathway.subject, pathway.occasion or rule.occasion


def _of(frame: Frame, places: Rows | None) -> Frame:
    return frame if places is None else frame.take(places)
