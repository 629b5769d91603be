"""The published figures that the model is fitted to and checked against: `published.csv`, with their sources.

The figures are those of the Department for Education's statistics of absence, and of those who worked with
them; each row names its source. They describe real schools as a whole. Nothing that the model makes does.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from fingerpost_simulations.people.rates import REASONS, Reason
from fingerpost_simulations.people.spec import PHASES, Phase

CENSUS: Final = "census_full_year"
CENSUS_AUTUMN: Final = "census_autumn"
DAILY: Final = "daily_year_to_date"
BATH: Final = "DfE daily, Bath study"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure."""

    year: str
    basis: str
    """Whose count it is: the school census, or the daily collection, whose figures are slightly higher."""
    dimension: str
    group: str
    measure: str
    value: float
    unit: str
    source: str
    note: str


@cache
def figures() -> tuple[Figure, ...]:
    """All figures of the file."""
    with (files(__package__) / "published.csv").open(encoding="utf-8") as text:
        rows = csv.DictReader(text)
        return tuple(_figure(row) for row in rows)


def _figure(row: Mapping[str, str]) -> Figure:
    texts = {name: said for name, said in row.items() if name != "value"}
    return Figure(value=float(row["value"]), **texts)


def select(**wanted: str) -> Iterator[Figure]:
    """The figures whose columns are as wanted."""
    return (one for one in figures() if all(getattr(one, name) == said for name, said in wanted.items()))


def by_phase(year: str, basis: str, measure: str) -> Mapping[Phase, float]:
    """A measure by phase, as fractions; empty for phases of which the file says nothing."""
    found = {one.group.lower(): one.value / 100 for one in select(year=year, basis=basis, measure=measure)}
    return {phase: found[phase.value] for phase in PHASES if phase.value in found}


def by_reason(year: str) -> Mapping[Phase, Mapping[Reason, float]]:
    """The rate of each reason by phase, as fractions: from the daily collection, which alone gives them."""
    columns = {reason: by_phase(year, DAILY, reason.value) for reason in REASONS}
    return {phase: {reason: columns[reason][phase] for reason in REASONS} for phase in PHASES}


def one(year: str, group: str, measure: str | None = None) -> float:
    """The only figure of a group in a year (of a measure, or of how many or how much absence there is)."""
    measures = ("overall_absence", "count") if measure is None else (measure,)
    found = [one.value for one in select(year=year, group=group) if one.measure in measures]
    assert len(found) == 1, f"{len(found)} figures of {group} in {year}"
    return found[0]


def total(year: str, basis: str, measure: str, group: str = "Total") -> float:
    """A figure of all pupils, or the only one of a group, in its own unit."""
    found = [one.value for one in select(year=year, basis=basis, measure=measure, group=group)]
    assert len(found) == 1, f"{len(found)} figures of {measure} of {group} in {year}, {basis}"
    return found[0]
