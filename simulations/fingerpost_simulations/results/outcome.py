"""What came of one run, in columns: a row for each pupil, a row for each thing asked, and its weeks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost_dsl.model.declarations import Step
from fingerpost_simulations.runs.items import Item, Rule, chain_of, doer_of
from fingerpost_simulations.runs.journal import Entry
from fingerpost_simulations.runs.run import PARENT, Run

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Sort:
    """What sort of thing a rule asks, for figures about many rules."""

    name: str
    title: str
    doer: str
    support: bool
    """An action of staff for a tier of pupils: help, before any enforcement."""
    legal: bool
    """A step of a pathway of enforcement."""
    parents: bool
    """It falls to parents."""


@dataclass(frozen=True)
class Outcome:
    """What came of one run."""

    policy: str
    seed: int
    sorts: Mapping[str, Sort]
    tier_names: Sequence[str]
    """From the least to the most serious, as they stand in the policy."""
    first_day: int
    rows: Numbers
    """Of each thing asked: the pupil's row."""
    rules: NDArray[np.int64]
    """Of each thing asked: the place of its rule in `sorts`."""
    listed: Numbers
    done: Numbers
    withdrawn: Numbers
    missed: NDArray[np.bool_]
    minutes: Numbers
    due: Numbers
    parents: Sequence[str]
    tiers: Numbers
    """For each pupil the most serious tier at the last decision: its place, -1 for none."""
    ever: Numbers
    """For each pupil the most serious tier at any decision."""
    absent: Numbers
    possible: Numbers
    """For each pupil the sessions of the run, as the marks became."""
    absent_at_support: Numbers
    """Sessions of absence since the run began when support was first done; -1 where none was."""
    entries: Sequence[Entry]
    attended: int
    """Sessions of absence that became attendance."""

    def of(self, chosen: Mapping[str, Sort]) -> NDArray[np.bool_]:
        """Which things asked are of these rules."""
        places = [place for place, name in enumerate(self.sorts) if name in chosen]
        return np.isin(self.rules, places)

    def first_of(self, days: Numbers, which: NDArray[np.bool_]) -> Numbers:
        """For each pupil the first of these days among these things asked; 0 for none."""
        found = np.full(len(self.tiers), np.iinfo(np.int64).max, dtype=np.int64)
        chosen = which & (days > 0)
        np.minimum.at(found, self.rows[chosen], days[chosen])
        found[found == np.iinfo(np.int64).max] = 0
        return found


def sorts_of(run: Run) -> dict[str, Sort]:
    """What sort of thing each rule of a run's policy asks."""
    return {name: _sort(rule, run) for name, rule in run.rules.items()}


def _sort(rule: Rule, run: Run) -> Sort:
    doer = doer_of(rule)
    parents = PARENT in chain_of(doer, run.policy)
    legal = isinstance(rule, Step) and run.policy.pathways[rule.pathway].enforcement
    return Sort(
        name=rule.name,
        title=rule.title,
        doer=doer,
        support=rule.tier is not None and not parents and not isinstance(rule, Step),
        legal=legal,
        parents=parents,
    )


def outcome_of(run: Run, name: str) -> Outcome:
    """What came of a run that is over."""
    sorts = sorts_of(run)
    places = {rule: place for place, rule in enumerate(sorts)}
    tiers = list(run.policy.tiers)
    items = run.items
    absent, possible = _sessions(run)
    return Outcome(
        policy=name,
        seed=run.seed,
        sorts=sorts,
        tier_names=tiers,
        first_day=run.world.weeks[0].on.toordinal() if run.world.weeks else 0,
        rows=_column(item.key.row for item in items),
        rules=_column(places[item.key.rule] for item in items),
        listed=_column(item.listed for item in items),
        done=_column(item.done for item in items),
        withdrawn=_column(item.withdrawn for item in items),
        missed=np.array([item.missed for item in items], dtype=np.bool_),
        minutes=_column(item.minutes - item.left for item in items),
        due=_column(item.due for item in items),
        parents=[item.key.parent for item in items],
        tiers=_most_serious(run.tiers, tiers, len(run.world.ids)),
        ever=_most_serious(_ever(run.entries), tiers, len(run.world.ids)),
        absent=absent,
        possible=possible,
        absent_at_support=_at_support(run, items, sorts),
        entries=run.entries,
        attended=run.attended,
    )


def _column(values: Iterable[int]) -> Numbers:
    return np.array(list(values), dtype=np.int64)


def _ever(entries: Sequence[Entry]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for entry in entries:
        for name, rows in entry.entered.items():
            found.setdefault(name, set()).update(rows)
    return found


def _most_serious(held: Mapping[str, set[int]], tiers: Sequence[str], rows: int) -> Numbers:
    found = np.full(rows, -1, dtype=np.int64)
    for place, name in enumerate(tiers):
        found[sorted(held.get(name, ()))] = place
    return found


def _sessions(run: Run) -> tuple[Numbers, Numbers]:
    """Each pupil's sessions of absence, and all possible ones, over the run."""
    first, last = run.scenario.first, run.world.weeks[-1].on if run.world.weeks else run.scenario.last
    return run.cases.sessions_between(first, last)


def _at_support(run: Run, items: Sequence[Item], sorts: Mapping[str, Sort]) -> Numbers:
    first: dict[int, int] = {}
    for item in items:
        if item.done and sorts[item.key.rule].support:
            first[item.key.row] = min(first.get(item.key.row, item.done), item.done)
    found = np.full(len(run.world.ids), -1, dtype=np.int64)
    for row, day in first.items():
        found[row] = run.cases.absent_between(row, run.scenario.first, day)
    return found
