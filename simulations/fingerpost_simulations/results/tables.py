"""The tables of a simulation: name, title, columns and rows, from which all files are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.suppression import Suppression
from fingerpost_simulations.results.intervals import Figure, figure
from fingerpost_simulations.results.measures import GROUP_MEASURES, MEASURES, Measured, all_measures
from fingerpost_simulations.results.outcome import Outcome

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Table:
    """A table of results. `about` says in a sentence what a row is."""

    name: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """Each row by the names of the columns."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Grouping:
    """What pupils are grouped by, and the group of each, for each seed."""

    by: str
    title: str
    groups: Mapping[int, Sequence[str]]


Outcomes = Mapping[str, Sequence[Outcome]]
"""By policy, one for each seed, in the order of the seeds."""

_ENDS = ("mean", "low", "high")


def ends(found: Figure | None) -> tuple[Cell, Cell, Cell]:
    """A difference as three cells."""
    if found is None:
        return (None, None, None)
    return tuple(None if one is None else round(one, 4) for one in (found.mean, found.low, found.high))  # type: ignore[return-value]


def counted(found: Figure | None) -> tuple[Cell, Cell, Cell]:
    """The same of what cannot be less than nothing: the interval stops at 0."""
    if found is None or found.low is None:
        return ends(found)
    return ends(Figure(found.mean, max(found.low, 0.0), found.high))


def overview(outcomes: Outcomes) -> Table:
    """The main figures by policy, and how each policy differs from the first on the same pupils."""
    rows: list[tuple[Cell, ...]] = []
    measured = {name: [all_measures(one) for one in own] for name, own in outcomes.items()}
    first = next(iter(measured.values()))
    for key, measure in MEASURES.items():
        for name, own in measured.items():
            values = [one[key] for one in own]
            pairs = zip(values, [one[key] for one in first], strict=True)
            differences = [b - a for b, a in pairs if a is not None and b is not None]
            found = figure([one for one in values if one is not None])
            difference = None if own is first else figure(differences)
            rows.append((key, measure.title, measure.unit, name, *counted(found), *ends(difference)))
    columns = ("measure", "title", "unit", "policy", *_ENDS, *(f"difference_{end}" for end in _ENDS))
    about = (
        "A figure of a policy, and its difference from the first policy for the same pupils and the same "
        "luck."
    )
    return Table("overview", "Overview", about, columns, tuple(rows))


def actions(outcomes: Outcomes) -> Table:
    """For each action and step: of how many pupils it is asked, how often, and how much of it is done."""
    rows: list[tuple[Cell, ...]] = []
    names = dict.fromkeys(name for own in outcomes.values() for one in own for name in one.sorts)
    for rule in names:
        for policy, own in outcomes.items():
            known = [one for one in own if rule in one.sorts]
            if not known or not any(one.of({rule: one.sorts[rule]}).any() for one in known):
                continue
            sort = known[0].sorts[rule]
            which = [one.of({rule: sort}) for one in known]
            pairs = list(zip(known, which, strict=True))
            late = [int(((one.due > 0) & (one.done > one.due) & own_rows).sum()) for one, own_rows in pairs]
            figures = [
                figure([float(len(np.unique(one.rows[chosen]))) for one, chosen in pairs]),
                figure([float(chosen.sum()) for chosen in which]),
                figure([float((chosen & (one.done > 0)).sum()) for one, chosen in pairs]),
                figure([float(number) for number in late]),
                figure([float((chosen & (one.withdrawn > 0)).sum()) for one, chosen in pairs]),
            ]
            kind = "legal" if sort.legal else "support" if sort.support else "other"
            cells = [cell for found in figures for cell in counted(found)]
            rows.append((rule, sort.title, kind, sort.doer, policy, *cells))
    parts = ("pupils", "asked", "done", "done_late", "withdrawn")
    columns = (
        *("action", "title", "kind", "doer", "policy"),
        *(f"{part}_{end}" for part in parts for end in _ENDS),
    )
    about = (
        "An action or step of a policy: pupils of whom it is asked, how often it is asked, is done, is "
        "done after "
        "its due date, and is asked no more before anybody did it."
    )
    return Table("actions", "Actions and steps", about, columns, tuple(rows))


def tiers(outcomes: Outcomes) -> Table:
    """How many pupils each tier holds, week by week."""
    rows: list[tuple[Cell, ...]] = []
    for policy, own in outcomes.items():
        for week in zip(*(one.entries for one in own), strict=True):
            for name in own[0].tier_names:
                found = figure([float(entry.tiers.get(name, 0)) for entry in week])
                rows.append((policy, week[0].on, name, *counted(found)))
    about = "How many pupils a tier holds at the decision of a week, those of the tiers above it included."
    return Table("tiers", "Tiers by week", about, ("policy", "week", "tier", *_ENDS), tuple(rows))


def workload(outcomes: Outcomes) -> Table:
    """The work of each role by week, against the time there is."""
    rows: list[tuple[Cell, ...]] = []
    for policy, own in outcomes.items():
        for week in zip(*(one.entries for one in own), strict=True):
            by_role: dict[str, list[list[float]]] = defaultdict(list)
            for entry in week:
                for role, numbers in _by_role(entry.lists).items():
                    by_role[role].append(numbers)
            for role in sorted(by_role):
                each = [*by_role[role], *[[0.0] * 4] * (len(week) - len(by_role[role]))]
                there = max(one[0] for one in each)
                cells = [
                    cell for column in (1, 2, 3) for cell in counted(figure([one[column] for one in each]))
                ]
                rows.append((policy, week[0].on, role, None if there < 0 else there, *cells))
    parts = ("minutes_spent", "waiting_items", "waiting_minutes")
    columns = ("policy", "week", "role", "minutes_there", *(f"{one}_{end}" for one in parts for end in _ENDS))
    about = (
        "The work of a role in the school days after a decision, over all lists on which there is "
        "something: the "
        "minutes there were (blank: as many as needed), those spent, and what was left waiting."
    )
    return Table("workload", "Workload by role and week", about, columns, tuple(rows))


def _by_role(lists: Iterable[Sequence[str | int]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for role, _, there, spent, items, minutes in lists:
        sums = found.setdefault(str(role), [0.0] * 4)
        sums[0] = -1.0 if int(there) < 0 else sums[0] + int(there)
        for place, number in enumerate((spent, items, minutes), start=1):
            sums[place] += int(number)
    return found


# --- groups ---------------------------------------------------------------------------------------


def groups(outcomes: Outcomes, groupings: Sequence[Grouping], *, small: int) -> Table:
    """The same figures by group, and how far each group is from all other pupils."""
    rows: list[tuple[Cell, ...]] = []
    for grouping in groupings:
        for policy, own in outcomes.items():
            rows += _of_grouping(grouping, policy, own, small)
    columns = (
        *("by", "title", "group", "policy", "measure", "pupils", "held_back"),
        *(f"percent_{end}" for end in _ENDS),
        *(f"points_from_others_{end}" for end in _ENDS),
        "times_others",
    )
    about = (
        "Of a group's pupils the share to whom something applies, the difference in percentage points "
        "from all "
        "other pupils, and how many times as large a share it is."
    )
    return Table("groups", "By group", about, columns, tuple(rows))


def _of_grouping(
    grouping: Grouping, policy: str, own: Sequence[Outcome], small: int
) -> Iterable[tuple[Cell, ...]]:
    names = sorted({name for groups in grouping.groups.values() for name in groups}, key=_in_order)
    tables = [_counts(grouping, names, one) for one in own]
    hidden, totals = _held_back(tables, small)
    for place, name in enumerate(names):
        for column, (measure, _) in enumerate(GROUP_MEASURES.items(), start=1):
            if hidden[place, 0] or hidden[place, column]:
                yield (grouping.by, grouping.title, name, policy, measure, None, True, *[None] * 7)
                continue
            shares, gaps, ratios = [], [], []
            for table in tables:
                base, rest = table[place, 0], table[:, 0].sum() - table[place, 0]
                if not base:
                    continue
                share = table[place, column] / base
                shares.append(100 * share)
                if rest and not (totals[0] or totals[column]):  # the others and these are the total
                    others = (table[:, column].sum() - table[place, column]) / rest
                    gaps.append(100 * (share - others))
                    if others:
                        ratios.append(share / others)
            pupils = round(float(np.mean([table[place, 0] for table in tables])), 1)
            times = figure(ratios)
            yield (
                *(grouping.by, grouping.title, name, policy, measure, pupils, False),
                *counted(figure(shares)),
                *ends(figure(gaps)),
                None if times is None else round(times.mean, 2),
            )


def _counts(
    grouping: Grouping, names: Sequence[str], one: Outcome
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    of = np.array([names.index(name) for name in grouping.groups[one.seed]], dtype=np.int64)
    columns = [np.ones(len(of), dtype=np.bool_), *(take(one) for _, take in GROUP_MEASURES.values())]
    there = one.possible > 0
    counts = [np.bincount(of[column & there], minlength=len(names)) for column in columns]
    return np.stack(counts, axis=1).astype(np.int64)


def _held_back(
    counted: Sequence[np.ndarray[tuple[int, int], np.dtype[np.int64]]], small: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which counts and totals are small, or would give away what is, under any seed."""
    hidden = np.zeros(counted[0].shape, dtype=np.bool_)
    totals = np.zeros(counted[0].shape[1], dtype=np.bool_)
    if small > 1:
        for table in counted:
            larger = {column: [0] if column else [] for column in range(table.shape[1])}
            own, whole = Suppression(table, larger, small).settle()
            hidden |= own
            totals |= whole
    return hidden, totals


def _in_order(name: str) -> tuple[str, int, str]:
    """`Year 2` comes before `Year 10`, and Reception before them."""
    word, _, number = name.rpartition(" ")
    return (word, int(number), "") if number.isdigit() else ("", 0, name)


# --- what moves -----------------------------------------------------------------------------------


def moves(outcomes: Outcomes) -> Table:
    """The same pupils under the first policy and under each other one."""
    rows: list[tuple[Cell, ...]] = []
    (first, before), *others = outcomes.items()
    for name, after in others:
        for measure, (title, state) in _STATES.items():
            pupils: dict[tuple[str, str], list[float]] = {}
            for place, (a, b) in enumerate(zip(before, after, strict=True)):
                pairs, numbers = np.unique(np.array([state(a), state(b)]), axis=1, return_counts=True)
                for pair, number in zip(pairs.T.tolist(), numbers.tolist(), strict=True):
                    pupils.setdefault((pair[0], pair[1]), [0.0] * len(before))[place] = float(number)
            rows += [
                (measure, title, first, name, a, b, *counted(figure(values)))
                for (a, b), values in sorted(pupils.items())
            ]
    about = "How many of the same pupils are so under the first policy and so under the other."
    columns = ("measure", "title", "first", "other", "under_first", "under_other", *_ENDS)
    return Table("moves", "Who moves", about, columns, tuple(rows))


def _tier_names(one: Outcome, places: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[str]:
    names = [*one.tier_names, "none"]
    return [names[place] for place in places.tolist()]


def _yes_no(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[str]:
    return ["yes" if flag else "no" for flag in flags.tolist()]


_STATES: Mapping[str, tuple[str, Callable[[Outcome], list[str]]]] = {
    "tier": ("Tier at the last decision", lambda one: _tier_names(one, one.tiers)),
    "worst_tier": ("Most serious tier of the run", lambda one: _tier_names(one, one.ever)),
    "support": ("Support is asked for", lambda one: _yes_no(GROUP_MEASURES["support_asked"][1](one))),
    "legal": ("A legal step is asked for", lambda one: _yes_no(GROUP_MEASURES["legal_asked"][1](one))),
}


# --- distribution and sweeps ----------------------------------------------------------------------


def absence(outcomes: Outcomes) -> Table:
    """How many pupils have how much absence, by the marks as they became."""
    rows: list[tuple[Cell, ...]] = []
    edges = [*range(31), 40, 50, 101]
    for policy, own in outcomes.items():
        for low, high in pairwise(edges):
            values = []
            for one in own:
                share = 100 * one.absent, one.possible
                values.append(
                    float(
                        ((share[0] >= low * share[1]) & (share[0] < high * share[1]) & (share[1] > 0)).sum()
                    )
                )
            rows.append((policy, low, min(high, 100), *counted(figure(values))))
    about = (
        "How many pupils were absent for at least so many percent of their sessions, and for less than "
        "so many."
    )
    return Table(
        "absence", "Absence of pupils", about, ("policy", "from_percent", "to_percent", *_ENDS), tuple(rows)
    )


def sweeps(swept: Sequence[tuple[str, str, bool, Measured]]) -> Table:
    """The figures for each value of a threshold."""
    rows: list[tuple[Cell, ...]] = []
    for (threshold, value, allowed), own in groupby(swept, key=lambda one: one[:3]):
        measured = [one[3] for one in own]
        for key, measure in MEASURES.items():
            values = [one[key] for one in measured]
            found = figure([one for one in values if one is not None])
            rows.append((threshold, value, allowed, key, measure.title, measure.unit, *counted(found)))
    columns = ("threshold", "value", "a_local_policy_may", "measure", "title", "unit", *_ENDS)
    about = "A figure under the first policy with another value of a threshold, all else the same."
    return Table("sweeps", "Other thresholds", about, columns, tuple(rows))
