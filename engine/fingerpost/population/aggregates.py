"""Numbers of pupils by group, fit to be published: small ones are held back, and what would give them away.

What is counted of each group are its pupils, those in each tier (provisionally or not), and those with
something overdue. Every count is of some of the pupils of another one, or of the group's; so a difference can
be as telling as a count. The rule, with T the threshold (10 unless another is said):

1. A count from 1 to T - 1 is held back; so is a count that leaves 1 to T - 1 of a larger one that is shown.
2. What is held back must not follow from the rest, all of it taken together: for each hidden count, and for
   each small difference between two, other tables are possible with all the same shown numbers, which lie at
   least T apart; where they do not, more is held back (`fingerpost.population.suppression`).
3. A percentage stands only where the group has at least 50 pupils.

This holds for one table: two tables of the same pupils by other groups may say more together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Columns, arrow
from fingerpost.conditions import continues
from fingerpost.decision import Status, TierState
from fingerpost.evaluate import Session
from fingerpost.known import UNKNOWN, known_fact
from fingerpost.population.decided import STATES, BlockDecisions, TierRows
from fingerpost.population.population import Population
from fingerpost.population.portions import MOST_AT_ONCE, Rows
from fingerpost.population.results import MOST_ON_DATE, Deciding
from fingerpost.population.suppression import Suppression
from fingerpost.population.truths import Flags
from fingerpost.writers.plain import cell
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import nearest

THRESHOLD = 10
LEAST_BASE = 50
"""Pupils in a group of which percentages are shown."""
PUPILS = "pupils"
OVERDUE = "something overdue"
NOT_KNOWN = "not known"
ALL = "all"
TIER = "tier"
KINDS = ("school", "authority", "year_group", TIER)
"""What pupils can be grouped by, besides facts. By tier they are one group, and the tiers its measures."""

COLUMNS = {
    "by": "text",
    "group": "text",
    "measure": "text",
    "pupils": "number",
    "percent": "percent",
    "held_back": "yes or no",
}
"""The columns of the table of aggregates. `percent` is of the group's pupils, to one decimal."""


class UnknownGroupError(ValueError):
    """Pupils cannot be grouped by that."""


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each of some pupils."""

    names: Sequence[str]
    which: NDArray[np.int64]
    """The place of each pupil's in `names`."""

    @classmethod
    def of(cls, values: Sequence[str | None], which: NDArray[np.integer[Any]]) -> Groups:
        """From values (None: not known), of which several may be one group, and the place of each pupil's."""
        named = [NOT_KNOWN if value is None else value for value in values]
        names = {name: place for place, name in enumerate(sorted(set(named)))}
        places = np.array([names[name] for name in named], dtype=np.int64)
        return cls(list(names), places[which])


def groups_of(population: Population, rows: Rows, session: Session, by: str) -> Groups:
    """The group of each pupil of some rows.

    `by` is one of `KINDS` or a fact about pupils, as it is on the session's date. Raises UnknownGroupError.
    """
    people = population.people
    if by == TIER:
        return Groups([ALL], np.zeros(len(rows), dtype=np.int64))
    if by in ("school", "authority"):
        numbers, which = np.unique(people.schools[rows], return_inverse=True)
        names = [population.school_names[number] for number in numbers.tolist()]
        if by == "school":
            return Groups.of(names, which)
        schools = [population.schools.get(name) for name in names]
        return Groups.of([None if one is None else one.authority for one in schools], which)
    if by == "year_group":
        years, which = np.unique(people.year_groups[rows], return_inverse=True)
        return Groups.of([None if year < 0 else str(year) for year in years.tolist()], which)
    policy = session.editions.current.policy
    fact = policy.facts.get(by)
    if fact is None or fact.subject not in (Subject.PUPIL, Subject.FAMILY):
        known = (name for name, one in policy.facts.items() if one.subject in (Subject.PUPIL, Subject.FAMILY))
        close = nearest(by, [*KINDS, *known])
        guess = f". Did you mean `{close}`?" if close else ""
        raise UnknownGroupError(
            f"`{by}` is no fact about pupils that the policy declares; "
            f"besides those there are {', '.join(KINDS)}{guess}"
        )
    coded = people.facts.get(by)
    if coded is None:
        return Groups([NOT_KNOWN], np.zeros(len(rows), dtype=np.int64))
    numbers, which = np.unique(coded.codes[rows], return_inverse=True)
    values = [
        known_fact(coded.pool[number], session.known_on, fact.judged_by, session.records.part_of).at(
            session.on
        )
        for number in numbers.tolist()
    ]
    return Groups.of([None if value is UNKNOWN else cell(value) for value in values], which)


def aggregate(
    population: Population,
    session: Session,
    by: str,
    *,
    threshold: int = THRESHOLD,
    most: int = MOST_AT_ONCE,
    overdue: bool = True,
) -> Columns:
    """The numbers of pupils on roll in each group, in each tier and with something overdue: `COLUMNS`.

    Small ones are held back, and what would give them away; a threshold of 1 holds back nothing. Without
    `overdue` only tiers are counted, many times as quickly: no day but the date has to be judged. Raises
    UnknownGroupError.
    """
    counts = Counts.of(session.editions.current.policy, by, overdue=overdue)
    deciding = Deciding(population, session)
    groups_of(population, np.zeros(0, dtype=np.int64), session, by)
    for portion in deciding.portions(most if overdue else max(most, MOST_ON_DATE)):
        groups = groups_of(population, portion.rows, session, by)
        if overdue:
            found = deciding.decide(portion)
            counts.add(
                groups, {**in_tiers(found.tiers, len(portion.rows)), OVERDUE: something_overdue(found)}
            )
        else:
            counts.add(groups, in_tiers(deciding.tiers(portion), len(portion.rows)))
    return counts.held_back(threshold).table()


def in_tiers(tiers: Iterable[TierRows], pupils: int) -> dict[str, Flags]:
    """Which pupils of a block are in each tier, provisionally or not; a tier may have several rows."""
    found: dict[str, Flags] = {}
    for tier in tiers:
        flags = found.setdefault(tier.tier.name, np.zeros(pupils, dtype=np.bool_))
        flags[tier.pupils[_HELD[tier.states]]] = True
    return found


_HELD = np.array([state in (TierState.HOLDS, TierState.PROVISIONAL) for state in STATES])
"""By the number of a tier's state, whether the pupil is in it."""


def something_overdue(found: BlockDecisions) -> Flags:
    """For which pupils of a block anything is overdue."""
    flags = np.zeros(len(found.block), dtype=np.bool_)
    for rule in found.rules:
        late = np.array([outcome.status is Status.OVERDUE for outcome in rule.outcomes], dtype=np.bool_)
        flags[rule.pupils[late[rule.which]]] = True
    return flags


@dataclass
class Counts:
    """Counts by group and measure, which grow with every table of pupils."""

    by: str
    """What makes the groups: `school`, `tier`, the name of a fact …"""
    within: Mapping[str, Sequence[str]]
    """Of each measure the larger ones, of whose pupils it counts some."""
    counted: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    """By group, a number for each measure."""

    @classmethod
    def of(cls, policy: Policy, by: str, *, overdue: bool = True) -> Counts:
        """None yet, for the tiers of a policy."""
        within: dict[str, Sequence[str]] = {PUPILS: (), **({OVERDUE: (PUPILS,)} if overdue else {})}
        for tier in policy.tiers.values():
            larger = [
                other.name
                for other in policy.tiers.values()
                if other.name != tier.name and continues(tier, other.name, policy)
            ]
            within[tier.name] = (PUPILS, *larger)
        return cls(by, within)

    def add(self, groups: Groups, measured: Mapping[str, Flags]) -> None:
        """Counts pupils, each in its group, of whom some are counted in each measure."""
        size = len(groups.names)
        columns = [np.bincount(groups.which, minlength=size)]
        for measure in list(self.within)[1:]:
            flags = measured.get(measure)
            own = groups.which[:0] if flags is None else groups.which[flags]
            columns.append(np.bincount(own, minlength=size))
        counts = np.stack(columns, axis=1).astype(np.int64)
        for name, row in zip(groups.names, counts, strict=True):
            if row[0]:
                self.counted[name] = self.counted.get(name, 0) + row

    def held_back(self, threshold: int = THRESHOLD) -> Shown:
        """What may be shown."""
        groups, measures = sorted(self.counted), list(self.within)
        counts = np.array([self.counted[group] for group in groups], dtype=np.int64)
        counts = counts.reshape(len(groups), len(measures))
        larger = {
            measures.index(one): [measures.index(other) for other in others]
            for one, others in self.within.items()
        }
        hidden, totals = Suppression(counts, larger, threshold).settle()
        return Shown(self.by, groups, measures, counts, hidden, totals)


@dataclass(frozen=True)
class Shown:
    """Counts of pupils, and which of them are held back."""

    by: str
    """What makes the groups, as in `Counts`."""
    groups: Sequence[str]
    measures: Sequence[str]
    counts: NDArray[np.int64]
    """A row for each group, a column for each measure."""
    hidden: NDArray[np.bool_]
    """In the same places, whether a count is held back."""
    hidden_totals: NDArray[np.bool_]
    """For each measure, whether the count of all groups together is."""

    def table(self) -> Columns:
        """A row for each group and measure, and for all groups together: `COLUMNS`."""
        pa = arrow()
        rows: list[tuple[str, str, str, int | None, float | None, bool]] = []
        whole = self.counts.sum(axis=0)
        groups = [] if self.by == TIER else list(zip(self.groups, self.counts, self.hidden, strict=True))
        parts = [*groups, (ALL, whole, self.hidden_totals)]
        for group, counts, hidden in parts:
            base = None if hidden[0] else int(counts[0])
            for measure, count, is_hidden in zip(
                self.measures, counts.tolist(), hidden.tolist(), strict=True
            ):
                percent = None
                if not is_hidden and base is not None and base >= LEAST_BASE and measure != PUPILS:
                    percent = (2000 * count + base) // (2 * base) / 10
                rows.append((self.by, group, measure, None if is_hidden else count, percent, is_hidden))
        types = {"text": pa.string(), "number": pa.int64(), "percent": pa.float64(), "yes or no": pa.bool_()}
        schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
        columns = list(zip(*rows, strict=True)) or [() for _ in schema]
        return pa.Table.from_arrays(
            [pa.array(column, type=one.type) for column, one in zip(columns, schema, strict=True)],
            schema=schema,
        )
