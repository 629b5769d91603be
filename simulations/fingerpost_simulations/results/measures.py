"""What is measured of one run: a number each, of which several seeds make a figure with an interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.results.outcome import Outcome, Sort

Measured = Mapping[str, float | None]


@dataclass(frozen=True)
class Measure:
    """A figure of a run."""

    title: str
    unit: str
    of: Callable[[Outcome], float | None]


def _sorts(one: Outcome, choose: Callable[[Sort], bool]) -> NDArray[np.bool_]:
    return one.of({name: sort for name, sort in one.sorts.items() if choose(sort)})


def _asked(one: Outcome, choose: Callable[[Sort], bool]) -> NDArray[np.bool_]:
    """The pupils of whom something of this sort is asked."""
    return one.first_of(one.listed, _sorts(one, choose)) > 0


def _done(one: Outcome, choose: Callable[[Sort], bool]) -> NDArray[np.bool_]:
    return one.first_of(one.done, _sorts(one, choose)) > 0


def _support(sort: Sort) -> bool:
    return sort.support


def _legal(sort: Sort) -> bool:
    return sort.legal


def _staffs(sort: Sort) -> bool:
    return not sort.parents


def _days_to_support(one: Outcome) -> float | None:
    first = one.first_of(one.done, _sorts(one, _support))
    days = first[first > 0] - one.first_day
    return float(np.median(days)) if len(days) else None


def _absent_at_support(one: Outcome) -> float | None:
    known = one.absent_at_support[one.absent_at_support >= 0]
    return float(known.mean()) if len(known) else None


def _waiting(one: Outcome) -> list[int]:
    return [sum(int(row[4]) for row in entry.lists) for entry in one.entries]


def _rate(one: Outcome) -> float | None:
    possible = int(one.possible.sum())
    return 100 * int(one.absent.sum()) / possible if possible else None


def _share_at(percent: int) -> Callable[[Outcome], float | None]:
    def of(one: Outcome) -> float | None:
        there = one.possible > 0
        reached = 100 * one.absent >= percent * one.possible
        return 100 * float((reached & there).sum()) / int(there.sum()) if there.any() else None

    return of


MEASURES: Mapping[str, Measure] = {
    "pupils": Measure("Pupils", "pupils", lambda one: float((one.possible > 0).sum())),
    "absence": Measure("Sessions missed", "%", _rate),
    "ten_percent": Measure("Pupils who missed 10% or more", "%", _share_at(10)),
    "fifty_percent": Measure("Pupils who missed 50% or more", "%", _share_at(50)),
    "staff_asked": Measure(
        "Pupils for whom staff are asked to do something",
        "pupils",
        lambda one: float(_asked(one, _staffs).sum()),
    ),
    "support_asked": Measure(
        "Pupils for whom support is asked", "pupils", lambda one: float(_asked(one, _support).sum())
    ),
    "support_done": Measure(
        "Pupils who are given support", "pupils", lambda one: float(_done(one, _support).sum())
    ),
    "days_to_support": Measure("Days from the first decision to support, median", "days", _days_to_support),
    "absent_at_support": Measure(
        "Sessions missed before support, on average", "sessions", _absent_at_support
    ),
    "legal_asked": Measure(
        "Pupils of whom a legal step is asked", "pupils", lambda one: float(_asked(one, _legal).sum())
    ),
    "legal_done": Measure(
        "Legal steps taken", "steps", lambda one: float((_sorts(one, _legal) & (one.done > 0)).sum())
    ),
    "hours": Measure("Staff time spent", "hours", lambda one: float(one.minutes.sum()) / 60),
    "waiting_most": Measure(
        "Things waiting to be done, at most", "things", lambda one: float(max(_waiting(one), default=0))
    ),
    "waiting_end": Measure(
        "Things waiting at the end", "things", lambda one: float((_waiting(one) or [0])[-1])
    ),
    "turned": Measure(
        "Absences that became attendance, by assumption", "sessions", lambda one: float(one.attended)
    ),
}
"""The figures of the overview, by name."""

GROUP_MEASURES: Mapping[str, tuple[str, Callable[[Outcome], NDArray[np.bool_]]]] = {
    "support_asked": ("Support is asked for", lambda one: _asked(one, _support)),
    "support_done": ("Support is given", lambda one: _done(one, _support)),
    "legal_asked": ("A legal step is asked for", lambda one: _asked(one, _legal)),
    "legal_done": ("A legal step is taken", lambda one: _done(one, _legal)),
}
"""What is compared by group: to which pupils it applies."""


def all_measures(one: Outcome) -> Measured:
    """Every figure of a run."""
    return {name: measure.of(one) for name, measure in MEASURES.items()}
