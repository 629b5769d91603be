"""Decides for the families, cohorts, schools and authorities of a population.

Each is judged by the reference as a group, whose figures are pooled in columns. Groups to which all that a
rule rests on is the same share one answer: most rules for a school ask for what is on record of it, and most
schools and families have nothing on record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from fingerpost.bearing import walk_through
from fingerpost.collection import without_collection
from fingerpost.evaluate import Session
from fingerpost.history import Authority, Pupil
from fingerpost.judgement import Judged, Judgement
from fingerpost.members import on_roll
from fingerpost.population.block import schools_told
from fingerpost.population.outcomes import Outcome, judged_outcome
from fingerpost.population.population import Population
from fingerpost.population.reason_codes import code_of
from fingerpost.population.table_records import TableRecords
from fingerpost.population.told_of_events import alike
from fingerpost.rules import Edition, pathway_of
from fingerpost_dsl.model.declarations import Action, Step, Subject
from fingerpost_dsl.model.expressions import (
    BuiltIn,
    BuiltInValue,
    CountOfMarks,
    InTier,
    MeasureValue,
    MostInAny,
    Run,
    ShareOfMarks,
    WeeksWith,
)

GROUP_SUBJECTS = (Subject.FAMILY, Subject.COHORT, Subject.SCHOOL, Subject.AUTHORITY)
"""The subjects that are groups of pupils, in the order in which they are decided."""


_MOST_REMEMBERED = 4_096
"""So many figures of whole schools are kept; those of a school are asked for while its groups are decided."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What one rule comes to for a group."""

    rule: Action | Step
    outcome: Outcome
    reasons: str | None = None
    """The code of its reason, if that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedGroup:
    """A family, a cohort of a school, a school or an authority, and what it is recommended."""

    subject: Subject
    id: str
    school: str
    """Of a school its own id, of a cohort its school's; of a family or an authority the first one's."""
    authority: str | None
    pupils: int
    """How many of its pupils are on roll on the date, for certain."""
    rows: tuple[GroupRow, ...]
    """In the order of the policy."""


@dataclass
class DecidingGroups:
    """A population and a policy on a date, for one sort of group after another."""

    population: Population
    session: Session
    reasons: bool = False
    """Whether each row has the code of its reason."""
    fallen_back: Counter[str] = field(default_factory=Counter)
    """By rule, how often one pupil of a group was asked alone."""
    _of_rules: dict[Subject, tuple[Sequence[str], Sequence[str]]] = field(default_factory=dict)
    """By sort of group: the names of the rules that rest on its pupils, and of all that are for it."""
    _shared: dict[object, dict[str, tuple[GroupRow, ...]]] = field(default_factory=dict)
    """By what a group is alike in: the rows of the rules that do not rest on its pupils."""

    def groups(self, subjects: Sequence[Subject]) -> Sequence[tuple[Subject, str, str]]:
        """Every group of these sorts, in the order of decisions: its sort, its id, and a cohort's school."""
        return list(self.session.groups(subjects))

    def decide(self, groups: Sequence[tuple[Subject, str, str]]) -> Iterator[tuple[int, DecidedGroup]]:
        """Each of some groups, with its place among them: in the order in which their pupils stand."""
        for place in sorted(range(len(groups)), key=lambda place: self._stands(groups[place])):
            subject, name, within = groups[place]
            with without_collection():
                decided = (
                    self._family(name)
                    if subject is Subject.FAMILY
                    else self._group(self.session.group_judgement(subject, name, within), within)
                )
            if len(self._records.of_schools) > _MOST_REMEMBERED:
                self._records.of_schools.clear()
            yield place, decided

    def _stands(self, group: tuple[Subject, str, str]) -> int:
        """The number of the portion that a group's pupils are in, of a school or a cohort."""
        subject, name, within = group
        match subject:
            case Subject.COHORT:
                return self._records.portion_of(within)
            case Subject.SCHOOL:
                return self._records.portion_of(name)
            case _:
                return -1

    @property
    def _records(self) -> TableRecords:
        records = self.session.records
        assert isinstance(records, TableRecords)
        return records

    # --- one group --------------------------------------------------------------------------------

    def _group(self, judgement: Judgement, within: str = "") -> DecidedGroup:
        view, group = judgement.view, judgement.scope.group
        assert group is not None
        school = view.pupil.school
        itself = view.authority if judgement.subject is Subject.AUTHORITY else view.pupil
        key = (judgement.subject, id(view.axis), *_told(itself or view.pupil), self._around[school])
        rows = self._rows(judgement, key)
        view.forget()
        return DecidedGroup(
            subject=judgement.subject,
            id=view.pupil.id,
            school=school,
            authority=view.pupil.id if judgement.subject is Subject.AUTHORITY else self._authority_of(school),
            pupils=on_roll(group.members, self.session.on),
            rows=rows,
        )

    def _family(self, family: str) -> DecidedGroup:
        """A family of which nothing is on record is like any other of its school."""
        rows = self._records.rows_of_family(family, self.session.on)
        people = self.population.people
        school = self.population.school_names[people.schools[rows[0]]]
        resting, _ = self._rules(Subject.FAMILY)
        if resting or self._recorded_of_families[rows].any():
            return self._group(self._judgement(family))
        axis = self._records.axis(school)
        key = (Subject.FAMILY, id(axis), (), (), self._around[school])
        known = self._shared.get(key)
        if known is None:
            return self._group(self._judgement(family))
        return DecidedGroup(
            subject=Subject.FAMILY,
            id=family,
            school=school,
            authority=self._authority_of(school),
            pupils=len(rows),
            rows=_in_order(known, self._rules(Subject.FAMILY)[1]),
        )

    def _judgement(self, family: str) -> Judgement:
        return self.session.group_judgement(Subject.FAMILY, family)

    @cached_property
    def _recorded_of_families(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """The rows with which anything of a family is on record, or more than columns hold."""
        policy, people = self.session.editions.current.policy, self.population.people
        found = np.zeros(len(self.population), dtype=np.bool_)
        for name, coded in people.facts.items():
            if name in policy.facts and policy.facts[name].subject is Subject.FAMILY:
                found |= coded.codes > 0
        for kind, events in people.events.by_kind.items():
            if kind in policy.events and policy.events[kind].subject is Subject.FAMILY:
                found |= events.column(np.arange(len(found))) > 0
        found[list(self.population.kept)] = True
        return found

    def _authority_of(self, school: str) -> str | None:
        known = self.population.schools.get(school)
        return known.authority if known else None

    @cached_property
    def _around(self) -> Mapping[str, int]:
        """By school, a number for what is on record of it and its authority."""
        names = self._records.school_ids()
        numbers = schools_told(self._records.history, names).tolist()
        return {"": 0, **dict(zip(names, numbers, strict=True))}

    # --- rules ------------------------------------------------------------------------------------

    def _rows(self, judgement: Judgement, key: object) -> tuple[GroupRow, ...]:
        """What the rules come to: those that do not rest on its pupils once for all groups that are alike."""
        resting, order = self._rules(judgement.subject)
        known = self._once(key, judgement, [name for name in order if name not in resting])
        group = judgement.scope.group
        if group is not None and not any(group.size):
            of_nobody = ("of nobody", judgement.view.pupil.school, key)
            return _in_order({**known, **self._once(of_nobody, judgement, resting)}, order)
        return _in_order({**known, **self._judged(judgement, resting)}, order)

    def _once(
        self, key: object, judgement: Judgement, names: Sequence[str]
    ) -> dict[str, tuple[GroupRow, ...]]:
        """What some rules come to, for the first of those that are alike."""
        known = self._shared.get(key)
        if known is None:
            known = self._shared[key] = self._judged(judgement, names)
        return known

    def _judged(self, judgement: Judgement, names: Sequence[str]) -> dict[str, tuple[GroupRow, ...]]:
        """What some rules come to, by the reference."""
        found: dict[str, tuple[GroupRow, ...]] = {}
        tallies = self._records.tallies
        for name in names:
            before = tallies.asked_alone
            rows = [
                GroupRow(judged.instance.rule, outcome, self._code(judged))
                for judged in judgement.live_rules({name})
                if (outcome := judged_outcome(judged)) is not None
            ]
            if rows:
                found[name] = tuple(rows)
            alone = tallies.asked_alone - before + self._children(judgement, name)
            if alone:
                self.fallen_back[name] += alone
        return found

    def _code(self, judged: Judged) -> str | None:
        if not self.reasons:
            return None
        return code_of(judged.judgement.reason(judged.instance, judged.course, evident=False))

    def _children(self, judgement: Judgement, name: str) -> int:
        """How many children of a family a rule asks: they are few, and are not counted together."""
        group = judgement.scope.group
        if judgement.subject is not Subject.FAMILY or group is None:
            return 0
        return len(group.members) if name in self._rules(Subject.FAMILY)[0] else 0

    def _rules(self, subject: Subject) -> tuple[Sequence[str], Sequence[str]]:
        """The names of the rules for such groups that rest on their pupils, and of all."""
        known = self._of_rules.get(subject)
        if known is None:
            policy = self.session.editions.current.policy
            rules = [rule for rule in policy.rules() if _spoken_of(rule, self._editions[0]) is subject]
            resting = [rule.name for rule in rules if any(_rests(rule, one) for one in self._editions)]
            known = self._of_rules[subject] = resting, [rule.name for rule in rules]
        return known

    @cached_property
    def _editions(self) -> Sequence[Edition]:
        editions = self.session.editions
        return editions.current, *editions.earlier


def _in_order(rows: dict[str, tuple[GroupRow, ...]], order: Sequence[str]) -> tuple[GroupRow, ...]:
    return tuple(row for name in order for row in rows.get(name, ()))


def _told(holder: Pupil | Authority) -> tuple[object, object]:
    """All that is on record of a group itself, so that two of whom the same is are equal."""
    return tuple(sorted(holder.facts.items())), tuple((one.event, alike(one)) for one in holder.events)


def _spoken_of(rule: Action | Step, edition: Edition) -> Subject:
    pathway = pathway_of(rule, edition.policy)
    return pathway.subject if pathway else rule.subject


_OF_PUPILS = (CountOfMarks, ShareOfMarks, Run, WeeksWith, MostInAny, InTier)


def _rests(rule: Action | Step, edition: Edition) -> bool:
    """Whether a rule, or what may bar it, rests by an edition on a group's pupils: their marks or number."""
    policy = edition.policy
    own = edition.rule_like(rule)
    if own is None:
        return False
    steps = [one for one in policy.steps.values() if isinstance(own, Step) and one.pathway == own.pathway]
    bars = [bar for bar in policy.bars.values() if rule.name in bar.stops]
    parts = (own, pathway_of(own, policy), tuple(steps), tuple(bars))
    return any(
        isinstance(node, _OF_PUPILS)
        or (isinstance(node, MeasureValue) and node.of_school)
        or (isinstance(node, BuiltInValue) and node.built_in is BuiltIn.ROLL)
        for node in walk_through(parts, policy)
    )
