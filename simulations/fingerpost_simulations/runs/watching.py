"""What a policy asks from one decision to the next, asked again only where something can have changed.

From the marks of the whole time, which a run does not change by itself, follows in which weeks a rule can
come to ask anything else of a pupil. Then, and when something is recorded that the rule speaks of, it is
asked; in all other weeks what it asked before stands. `ask` is the same for everybody, and is what answers
where marks were corrected later or schools do not decide on the same days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fingerpost.bearing import Bearing, bearing_of, walk_through
from fingerpost.evaluate import Session
from fingerpost.population.block import Block
from fingerpost.population.changes import Changes
from fingerpost.population.decisions import decide_block, spoken_of
from fingerpost.population.frame import Across
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.population import Population
from fingerpost.population.table_records import TableRecords
from fingerpost.population.truths import Words, any_bit, flags_of
from fingerpost.rules import pathway_of
from fingerpost.subject import Records
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import InTier
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.runs.cases import Cases
from fingerpost_simulations.runs.deciding import Asked, ask, note_rules
from fingerpost_simulations.runs.items import WORK, Rule
from fingerpost_simulations.runs.world import Week, World

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_ASKED_OF = (Subject.PUPIL, Subject.PARENT)
"""A run asks nothing of groups and schools, so what their rules hang on does not matter."""
_MOST_REMEMBERED = 500_000
AT_ONCE = 8_192
"""Pupils looked at together."""


@dataclass
class Watching:
    """The pupils of a run under a policy, asked week after week."""

    world: World
    cases: Cases
    policy: Policy
    _weeks: dict[str, Flags] = field(default_factory=dict)
    """Of each rule: in which weeks it is to be asked, of each row."""
    _tiers: dict[str, Flags] = field(default_factory=dict)
    """Of each tier: in which weeks it holds each row."""
    _unknown: dict[str, NDArray[np.int16]] = field(default_factory=dict)
    """Of each rule: of how many parents and occasions of each row it is not known whether it applies."""
    _asked: Week | None = None
    _on_roll: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    _waiting: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """The rows with a mark that was to be corrected at the latest decision."""
    _touched: dict[int, frozenset[str] | None] = field(default_factory=dict)
    """By row what was recorded and not looked at yet: facts and kinds of event, None for anything."""
    _records: Records | None = None
    """Those that were made last: what they laid out on their axes holds for the next."""
    _across: defaultdict[int, Across] = field(default_factory=lambda: defaultdict(Across))
    """What was worked out about the whole time, by axes: codes mean the same from week to week."""

    def __post_init__(self) -> None:
        self.rules: Mapping[str, Rule] = {
            rule.name: rule
            for rule in self.policy.rules()
            if rule.modality in WORK and spoken_of(rule, self.policy)[0] in _ASKED_OF
        }
        bearings = {
            name: bearing_of(_parts(rule, self.policy), self.policy) for name, rule in self.rules.items()
        }
        self._speaks_of = {name: _names(bearing) for name, bearing in bearings.items()}
        self._pooled = any(bearing.pooled for bearing in bearings.values())
        self._of_marks = frozenset(
            name
            for name, rule in self.rules.items()
            if bearings[name].register or spoken_of(rule, self.policy)[1] is not None
        )
        tiers = [(tier.when, tier.left_when) for tier in self.policy.tiers.values()]
        self._tiers_speak_of = _names(bearing_of(tuple(tiers), self.policy))

    def ask(self, week: Week) -> Asked:
        """What the policy asks on the day of a decision; decisions are asked for in their order."""
        if not self._can_watch:
            known_on = week.on if self.world.corrected else None
            with self.cases.as_known(week.on) as population:
                return ask(population, self.policy, week.on, known_on=known_on)
        with self.cases.as_known(week.on) as population:
            return self._watch(population, week)

    def _watch(self, population: Population, week: Week) -> Asked:
        session = population.session(self.policy, week.on)
        if self._records is not None:
            session.records.share_axes(self._records)
        self._records = session.records
        on_roll = population.on_roll(week.on)
        waiting = self.cases.waiting(week.on)
        if self._asked is None or self._asked.number + 1 != week.number:
            self._begin(len(population))
            self._touched = dict.fromkeys(range(len(population)))
            self.cases.taken()
        for row, names in self.cases.taken().items():
            before = self._touched.get(row, frozenset())
            self._touched[row] = None if names is None or before is None else before | names
        again, of_tiers = self._touched_by(self._touched, len(population))
        self._look(
            session, population, {name: rows & ~waiting for name, rows in again.items()}, of_tiers & ~waiting
        )
        self._touched = {row: names for row, names in self._touched.items() if waiting[row]}
        joined = on_roll & ~self._on_roll
        other_marks = joined | waiting | self._waiting
        wanted = {
            name: on_roll
            & (
                weeks[:, week.number]
                | again.get(name, False)
                | (other_marks if name in self._of_marks else joined)
            )
            for name, weeks in self._weeks.items()
        }
        gone = self._on_roll & ~on_roll
        asked = self._decide(session, population, week, wanted)
        asked.tiers = self._in_tiers(session, population, week, on_roll, waiting)
        asked.judged = {name: flags | gone for name, flags in wanted.items()}
        for name, counts in self._unknown.items():
            counts[gone] = 0
            asked.unknown[name] = int(counts.sum())
        self._asked, self._on_roll, self._waiting = week, on_roll, waiting
        return asked

    @cached_property
    def _can_watch(self) -> bool:
        """Whether marks are what they will be, and every school decides on a school day of its own.

        And no rule hangs on other pupils' marks, which a response may change.
        """
        if self.world.corrected or self._pooled:
            return False
        days = {week.on.toordinal() for week in self.world.weeks}
        population = self.world.population
        records = population.session(self.policy, self.world.weeks[-1].on).records
        schools = [population.school_names[school] for school in np.unique(population.people.schools)]
        return all(days <= set(records.axis(school).school_days) for school in schools)

    def _begin(self, rows: int) -> None:
        weeks = len(self.world.weeks)
        self._weeks = {name: np.zeros((rows, weeks), dtype=np.bool_) for name in self.rules}
        self._tiers = {name: np.zeros((rows, weeks), dtype=np.bool_) for name in self.policy.tiers}
        self._unknown = {name: np.zeros(rows, dtype=np.int16) for name in self.rules}
        self._on_roll = np.zeros(rows, dtype=np.bool_)
        self._waiting = np.zeros(rows, dtype=np.bool_)

    def _touched_by(
        self, touched: Mapping[int, frozenset[str] | None], rows: int
    ) -> tuple[Mapping[str, Flags], Flags]:
        """The rows of which each rule, and the tiers, speak of something that was recorded."""
        by_names: dict[frozenset[str] | None, list[int]] = defaultdict(list)
        for row, names in touched.items():
            by_names[names].append(row)
        found: dict[str, Flags] = {}
        of_tiers = np.zeros(rows, dtype=np.bool_)
        for names, own in by_names.items():
            for rule, speaks_of in self._speaks_of.items():
                if names is None or not speaks_of.isdisjoint(names):
                    found.setdefault(rule, np.zeros(rows, dtype=np.bool_))[own] = True
            if names is None or not self._tiers_speak_of.isdisjoint(names):
                of_tiers[own] = True
        return found, of_tiers

    # --- in which weeks to ask --------------------------------------------------------------------

    def _look(
        self, session: Session, population: Population, rules: Mapping[str, Flags], of_tiers: Flags
    ) -> None:
        """Find out anew in which weeks rules are to be asked of some rows, and tiers hold others."""
        last = self.world.weeks[-1].on.toordinal()
        if sum(len(across.signatures) for across in self._across.values()) > _MOST_REMEMBERED:
            self._across.clear()
        for block, rows in _blocks(session, population, _any([*rules.values(), of_tiers])):
            axis = block.axis
            changes = Changes(block, session.editions, last, self._across[id(axis)])
            ends = np.array([axis.days_until(week.on.toordinal()) for week in self.world.weeks])
            for name, flags in rules.items():
                meant = flags[rows]
                if meant.any():
                    words = changes.rule(self.rules[name], meant)[meant]
                    self._weeks[name][rows[meant]] = by_week(words, changes.length, ends)
            meant = of_tiers[rows]
            if meant.any():
                for tier in self.policy.tiers.values():
                    days = flags_of(changes.tier(tier)[meant], changes.length)
                    self._tiers[tier.name][rows[meant]] = days[:, ends - 1]

    # --- asking -----------------------------------------------------------------------------------

    def _decide(
        self, session: Session, population: Population, week: Week, wanted: Mapping[str, Flags]
    ) -> Asked:
        asked = Asked()
        across: defaultdict[int, Across] = defaultdict(Across)
        ordinal = week.on.toordinal()
        for block, rows in _blocks(session, population, _any(list(wanted.values()))):
            these = {name: flags[rows] for name, flags in wanted.items()}
            decided = decide_block(
                block, session.editions, ordinal, across=across[id(block.axis)], asked=these
            )
            note_rules(asked, decided, rows)
        for name, flags in wanted.items():
            self._unknown[name][flags] = 0
            np.add.at(self._unknown[name], asked.unknown_rows.get(name, []), 1)
        asked.found.sort()
        return asked

    def _in_tiers(
        self, session: Session, population: Population, week: Week, on_roll: Flags, waiting: Flags
    ) -> dict[str, list[int]]:
        """The rows that each tier holds; asked anew of those whose marks are not yet what they will be."""
        held = {name: weeks[:, week.number] & on_roll for name, weeks in self._tiers.items()}
        for block, rows in _blocks(session, population, waiting & on_roll):
            changes = Changes(block, session.editions, week.on.toordinal())
            for tier in self.policy.tiers.values():
                held[tier.name][rows] = flags_of(changes.tier(tier), changes.length)[:, -1]
        return {name: np.flatnonzero(rows).tolist() for name, rows in held.items() if rows.any()}


def _blocks(session: Session, population: Population, rows: Flags) -> Iterator[tuple[Block, Numbers]]:
    """Some rows in blocks, each with the rows that it has."""
    if not rows.any():
        return
    records = session.records
    assert isinstance(records, TableRecords)
    for block in population.blocks(records, rows, most=AT_ONCE):
        assert isinstance(block.pupils, PupilsOfRows)
        yield block, block.pupils.rows


def _any(flags: Sequence[Flags]) -> Flags:
    found: Flags = np.logical_or.reduce(flags)
    return found


def by_week(words: Words, length: int, ends: Numbers) -> Flags:
    """Days by weeks: whether any of the days after one decision, up to the next one, has its bit.

    `ends` are the numbers of days up to each decision.
    """
    found = np.zeros((len(words), len(ends)), dtype=np.bool_)
    some = np.flatnonzero(any_bit(words))
    totals = np.zeros((len(some), length + 1), dtype=np.int16)
    np.cumsum(flags_of(words[some], length), axis=1, out=totals[:, 1:])
    found[some] = np.diff(totals[:, ends], axis=1, prepend=0) > 0
    return found


def _parts(rule: Rule, policy: Policy) -> tuple[object, ...]:
    """All that a rule may speak of: a step of what its whole pathway does, and a rule of what bars it."""
    pathway = pathway_of(rule, policy)
    rules = [rule] if pathway is None else [s for s in policy.steps.values() if s.pathway == pathway.name]
    bars = [bar for bar in policy.bars.values() if any(one.name in bar.stops for one in rules)]
    parts: list[object] = [*rules, *bars, pathway]
    if any(isinstance(node, InTier) for part in parts for node in walk_through(part, policy)):
        parts.extend((tier.when, tier.left_when) for tier in policy.tiers.values())
    return tuple(parts)


def _names(bearing: Bearing) -> frozenset[str]:
    return bearing.facts | bearing.parent_facts | bearing.kinds
