"""What applies to pupils on one date: tiers, actions, steps and bars, without how they stand.

Nothing is said of when anything was triggered or is due, nor of what is owed from before: that takes every
school day of the record (`decisions.py`). Where only the date is asked, very many pupils are judged together
(`on_date.py`); rounds of pathways of which something is recorded are followed as they are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from fingerpost.collection import without_collection
from fingerpost.logic import Truth
from fingerpost.population.as_reported import tiers_as_reported
from fingerpost.population.block import NO_PARENT, Block, Codes
from fingerpost.population.conditions import all_of
from fingerpost.population.decided import TierRows
from fingerpost.population.decisions import BlockDeciding, spoken_of
from fingerpost.population.frame import Across, Frame
from fingerpost.population.later_steps import may_go_on
from fingerpost.population.occasions import with_own_occasions
from fingerpost.population.on_date import OnDate
from fingerpost.population.provisional import Provisional
from fingerpost.population.reaching import may_reach_back
from fingerpost.population.rounds import has_records, looks_at_own_events
from fingerpost.population.rules import Clauses, Judging, clauses_of, no_sooner, rule_truths
from fingerpost.population.runs import may_occur
from fingerpost.population.truths import Flags, Numbers, Rows, truth_numbers
from fingerpost.population.verdicts import Bits, bits_of, places_in
from fingerpost.questions import only_history_start
from fingerpost.reasons import Occurrence
from fingerpost.rules import Editions, pathway_of
from fingerpost_dsl.model.declarations import Action, Bar, Pathway, Step, Subject


@dataclass(frozen=True, slots=True)
class RuleOnDate:
    """Whom one rule applies to on the date, or may apply to, in columns."""

    rule: Action | Step
    pupils: Rows
    """Their places in the block."""
    parents: Codes | None
    """Of a rule for each parent: the parent's position; `NO_PARENT` where none is known."""
    occasions: Codes | None
    """Of a rule for each occasion: its place in `occurrences`."""
    truths: Numbers
    """1 where it applies, 2 where nobody knows."""
    barred: Sequence[tuple[Bar, Numbers]]
    """Each bar on the rule, with its truth for each row: 0, 1, or 2 where nobody knows."""
    occurrences: Sequence[Occurrence]


@dataclass(frozen=True, slots=True)
class Applying:
    """What applies to the pupils of a block on one date."""

    block: Block
    tiers: tuple[TierRows, ...]
    """Who is in which tier, or may be; without since when."""
    rules: tuple[RuleOnDate, ...]
    """In the order of the policy."""
    fallen_back: dict[str, int]
    """For how many rows the reference was asked alone, by what."""


def applying(block: Block, editions: Editions, ordinal: int, *, across: Across | None = None) -> Applying:
    """Who is in which tier, and what applies to whom under which bars, on a date (an ordinal).

    It is what `decide_block` says of rules that apply, or may, on that date, without how they stand. `across`
    is what was worked out for other blocks of the same axis, whose coded columns mean the same.
    """
    with without_collection():
        asking = _Asking(Judging(block, editions, ordinal, across or Across()))
        every = (*asking.rules(), *asking.rules_as_reported())
        rules = tuple(rows for rows in every if len(rows.pupils))
        tiers = tuple(rows for rows in asking.tiers() if len(rows.pupils))
        fallen_back = asking.fallen_back()
        asking.deciding.forget()
    return Applying(block, tiers, rules, fallen_back)


def tiers_on(
    block: Block, editions: Editions, ordinal: int, *, across: Across | None = None
) -> tuple[TierRows, ...]:
    """Only who is in which tier on a date, or may be."""
    with without_collection():
        asking = _Asking(Judging(block, editions, ordinal, across or Across()))
        return tuple(rows for rows in asking.tiers() if len(rows.pupils))


@dataclass(frozen=True, slots=True)
class _Live:
    """The rows to which a rule applies, or may, on the date."""

    frame: Frame
    """They, on the date."""
    truths: Numbers

    def take(self, rows: Rows) -> _Live:
        """Some of them."""
        return _Live(self.frame.take(rows), self.truths[rows])


class _Asking:
    """A block on a date."""

    def __init__(self, judging: Judging) -> None:
        self.judging = judging
        self.block = judging.block
        self.policy = judging.editions.current.policy
        self.today = judging.on_date(self.policy)
        self.provisional = Provisional(judging)
        self._own = bits_of(~self.block.reported)
        """The pupils of whom columns know the measures."""
        self._on_parents: dict[tuple[frozenset[str], frozenset[str]], Bits] = {}
        """By the facts and events of parents that matter, for whom there is any of them."""
        self._by_row: dict[str, int] = {}
        self._occasions: dict[str, Frame] = {}

    @cached_property
    def deciding(self) -> BlockDeciding:
        """The same block with all its school days, for those whose rounds are followed, and their steps."""
        followed = self._in_rounds()
        return BlockDeciding(
            self.judging,
            0,
            {name: _pupils_of(rows) for name, rows in followed.items()},
            reasons=False,
            parents=_parents_of(followed.values(), self.today),
        )

    def _in_rounds(self) -> Mapping[str, Frame]:
        """By the name of each step, the rows for which it takes their rounds to say whether it applies.

        Of pathways for each occasion the reference is asked.
        """
        found: dict[str, Frame] = {}
        for pathway in self.policy.pathways.values():
            if pathway.subject not in (Subject.PUPIL, Subject.PARENT) or pathway.occasion is not None:
                continue
            recorded = has_records(pathway, self.policy, self.block) & ~self.block.reported
            found.update(may_go_on(pathway, self.today, recorded))
            for step in self.policy.steps.values():
                if step.pathway == pathway.name and step.starts_here:
                    found[step.name] = self._of_first_step(step, pathway, recorded)
        return found

    def _of_first_step(self, step: Step, pathway: Pathway, recorded: Flags) -> Frame:
        """Nobody's, unless it hangs on earlier rounds when it applies."""
        frame = self.today.take(np.flatnonzero(recorded & looks_at_own_events(step, self.judging)))
        return frame.by_parents()[0] if pathway.subject is Subject.PARENT else frame

    @cached_property
    def on_date(self) -> OnDate:
        """What conditions come to."""
        return OnDate(self.today)

    def fallen_back(self) -> dict[str, int]:
        """For how many rows the reference was asked, by what."""
        return {**self.deciding.fallen_back(), **self._by_row}

    def tiers(self) -> Iterator[TierRows]:
        """The state of every tier that a pupil is in, or may be in; without since when."""
        for known in tiers_as_reported(self.judging.judgement, self.block.reported, self.policy):
            yield replace(known, since=np.zeros(len(known.pupils), dtype=np.int32))
        for tier in self.policy.tiers.values():
            numbers = self.on_date.tier(tier.name).numbers()
            rows = np.flatnonzero((numbers != 0) & ~self.block.reported)
            few = self.provisional.few_sessions(tier, rows)
            states = np.where(numbers[rows] == 1, np.where(few, 2, 1), 3).astype(np.int8)
            yield TierRows(tier, rows, states, np.zeros(len(rows), dtype=np.int32))

    def rules(self) -> Iterator[RuleOnDate]:
        """What every rule of pupils and parents comes to."""
        for rule in self.policy.rules():
            pathway = pathway_of(rule, self.policy)
            subject, occasion = spoken_of(rule, self.policy)
            if subject not in (Subject.PUPIL, Subject.PARENT):
                continue
            if occasion is not None:
                of_each = self._of_occasions if pathway is None else self._of_rounds_of_occasions
                yield of_each(rule, occasion)
            elif isinstance(rule, Step) and pathway is not None:
                yield from self._of_step(rule, pathway, subject)
            else:
                yield self._rule(rule, self._live(rule, subject, None))

    def rules_as_reported(self) -> Iterator[RuleOnDate]:
        """What the reference says of every rule for those of whom no column knows the measures."""
        reported = np.flatnonzero(self.block.reported).tolist()
        for rule in self.policy.rules() if reported else ():
            if spoken_of(rule, self.policy)[0] in (Subject.PUPIL, Subject.PARENT):
                yield self._by_reference(rule, reported)

    # --- rules ------------------------------------------------------------------------------------

    def _live(self, rule: Action | Step, subject: Subject, among: Flags | None) -> _Live:
        """The rows of pupils, or of their parents, to whom a rule applies or may; `among` says of whom."""
        clauses = self._clauses(rule)
        own = self._own if among is None else self._own & bits_of(among)
        by_themselves = self.on_date.none
        if subject is Subject.PARENT:
            by_themselves = self._bearing_on_parents(clauses) & own
        judged = self.on_date.clauses(clauses, own & ~by_themselves)
        rows, numbers = judged.not_false(own & ~by_themselves)
        live = self._late_enough(rule, _Live(self.today.take(rows), numbers))
        if subject is not Subject.PARENT:
            return live
        frame, which = live.frame.by_parents()
        live = _Live(frame, live.truths[which])
        if not by_themselves.any():
            return live
        others, _ = self.today.take(places_in(by_themselves, len(self.block))).by_parents()
        truths = truth_numbers(rule_truths(rule, others), 0, len(others))
        return _both(live, _Live(others, truths))

    def _bearing_on_parents(self, clauses: Clauses) -> Bits:
        """For whom it matters to a rule which parent is meant."""
        bearing = self.today.shared.bearing(clauses)
        named = bearing.parent_facts, bearing.parent_kinds
        if named not in self._on_parents:
            self._on_parents[named] = bits_of(self.block.bears_on_parent(bearing, self.today.pupils))
        return self._on_parents[named]

    def _clauses(self, rule: Action | Step) -> Clauses:
        """The clauses of a rule, always the very same."""
        signatures = self.judging.across.signatures
        known = signatures.get(("clauses", id(rule)))
        if not isinstance(known, Clauses):
            known = signatures["clauses", id(rule)] = clauses_of(rule, self.policy)
        return known

    def _late_enough(self, rule: Action | Step, live: _Live) -> _Live:
        """The rows for whom so much time has passed as the rule waits for."""
        if rule.no_sooner is None or not len(live.frame):
            return live
        waited = truth_numbers(no_sooner(rule, live.frame), 0, len(live.frame))
        truths = np.where(waited == 0, 0, np.maximum(live.truths, waited)).astype(np.int8)
        return _Live(live.frame, truths)

    def _rule(self, rule: Action | Step, live: _Live) -> RuleOnDate:
        """What is listed, under its bars: not what is unknown only for want of earlier records."""
        if not live.truths.all():
            live = live.take(np.flatnonzero(live.truths))
        unknown = np.flatnonzero(live.truths == 2)
        if len(unknown) and may_reach_back(rule, self.deciding.frame, self.judging.ordinal):
            kept = np.ones(len(live.frame), dtype=np.bool_)
            kept[unknown] = ~self.deciding.held_back.of(rule, live.frame.take(unknown))
            live = live.take(np.flatnonzero(kept))
        return self._listed(rule, live)

    def _listed(self, rule: Action | Step, live: _Live) -> RuleOnDate:
        frame = live.frame
        return RuleOnDate(
            rule,
            frame.pupils,
            frame.parents,
            frame.occasions,
            live.truths,
            [(bar, self._barred(bar, frame)) for bar in self.deciding.bars_on(rule)],
            self.judging.across.occasions,
        )

    def _barred(self, bar: Bar, frame: Frame) -> Numbers:
        return truth_numbers(all_of(bar.when, frame), 0, len(frame))

    # --- steps and occasions ----------------------------------------------------------------------

    def _of_step(self, step: Step, pathway: Pathway, subject: Subject) -> Iterator[RuleOnDate]:
        """Where nothing of a pathway is recorded, only its first step can apply."""
        if step.starts_here and not looks_at_own_events(step, self.judging):
            yield self._rule(step, self._live(step, subject, None))
            return
        if step.starts_here:
            recorded = has_records(pathway, self.policy, self.block)
            yield self._rule(step, self._live(step, subject, ~recorded))
        begun = self.deciding.of_pathway(pathway, subject)
        if not begun.walked.any():
            return
        frame, _ = self.deciding.frames(subject)
        found = self.deciding.followed(pathway, frame, begun).on_date(step)
        rows = np.flatnonzero(found.numbers)
        if may_reach_back(step, self.deciding.frame, self.judging.ordinal):
            unknown = [row for row in rows.tolist() if found.numbers[row] == 2]
            held = [row for row in unknown if found.only_history_start(step, row)]
            rows = np.setdiff1d(rows, held)
        own = replace(found.frame.leaving_out(None).take(rows), shared=self.today.shared)
        yield self._listed(step, _Live(own, found.numbers[rows]))

    def _of_occasions(self, rule: Action | Step, occasion: str) -> RuleOnDate:
        """A row for each occasion."""
        frame = self._occasions.get(occasion)
        if frame is None:
            limit = self.block.axis.seen(self.judging.ordinal).bit_length()
            able = np.flatnonzero(may_occur(occasion, self.today) & ~self.block.reported)
            frame = self._occasions[occasion] = with_own_occasions(self.today.take(able), occasion, limit)
        numbers = truth_numbers(rule_truths(rule, frame), 0, len(frame)) if len(frame) else _OF_NOBODY
        return self._rule(rule, _Live(frame, numbers))

    def _of_rounds_of_occasions(self, rule: Action | Step, occasion: str) -> RuleOnDate:
        """Those of the rounds of a pathway for each one, as the reference follows them."""
        able = np.flatnonzero(may_occur(occasion, self.today) & ~self.block.reported)
        return self._by_reference(rule, able.tolist())

    def _by_reference(self, rule: Action | Step, able: Sequence[int]) -> RuleOnDate:
        """What the reference says of a rule for some pupils."""
        across, bars = self.judging.across, self.deciding.bars_on(rule)
        table: list[tuple[int, int, int, int]] = []
        barred: list[list[int]] = []
        for pupil in able:
            places = {parent.id: place for place, parent in enumerate(self.block.pupils[pupil].parents)}
            judgement = self.judging.judgement(pupil)
            for judged in judgement.rule(rule):
                if judged.truth is Truth.FALSE:
                    continue
                if judged.truth is Truth.UNKNOWN and only_history_start(judged.reason):
                    continue
                scope = judged.instance.scope
                parent = places[scope.parent] if scope.parent is not None else NO_PARENT
                truth = 1 if judged.truth is Truth.TRUE else 2
                number = -1 if scope.occasion is None else across.number_of_same(scope.occasion)
                table.append((pupil, parent, number, truth))
                reasons = (judgement.bar_reason(bar, scope, self.judging.ordinal) for bar in bars)
                barred.append([_NUMBERS[reason.truth] for reason in reasons])
        if able:
            self._by_row[rule.name] = self._by_row.get(rule.name, 0) + len(able)
        rows = np.array(table, dtype=np.int32).reshape(len(table), 4)
        bits = np.array(barred, dtype=np.int8).reshape(len(table), len(bars))
        return RuleOnDate(
            rule,
            rows[:, 0].astype(np.intp),
            rows[:, 1],
            rows[:, 2] if (rows[:, 2] >= 0).any() else None,
            rows[:, 3].astype(np.int8),
            [(bar, bits[:, place]) for place, bar in enumerate(bars)],
            across.occasions,
        )


_NUMBERS = {Truth.FALSE: 0, Truth.TRUE: 1, Truth.UNKNOWN: 2}
"""The number of a truth in a column."""
_OF_NOBODY = np.zeros(0, dtype=np.int8)
"""The truths of no rows."""


def _pupils_of(rows: Frame) -> Flags:
    """The pupils of the block who have any of some rows."""
    found = np.zeros(len(rows.block), dtype=np.bool_)
    found[rows.pupils] = True
    return found


def _parents_of(frames: Iterable[Frame], today: Frame) -> Frame:
    """All rows of parents in some frames, each once and in order."""
    of_parents = [(one.pupils, one.parents) for one in frames if one.parents is not None]
    pairs = [np.stack([pupils, parents], axis=1) for pupils, parents in of_parents]
    rows = np.unique(np.concatenate([np.zeros((0, 2), dtype=np.intp), *pairs]), axis=0)
    return replace(today, pupils=rows[:, 0].astype(np.intp), parents=rows[:, 1].astype(np.int32))


def _both(one: _Live, other: _Live) -> _Live:
    """The rows of both, in the order of pupils: each pupil is in one of them."""
    assert one.frame.parents is not None
    assert other.frame.parents is not None
    pupils = np.concatenate([one.frame.pupils, other.frame.pupils])
    order = np.argsort(pupils, kind="stable")
    parents = np.concatenate([one.frame.parents, other.frame.parents])
    truths = np.concatenate([one.truths, other.truths])
    return _Live(replace(one.frame, pupils=pupils[order], parents=parents[order]), truths[order])
