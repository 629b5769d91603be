"""Published figures beside those of made-up populations: which are fitted, which follow, and how far off.

`COMPARISONS` has a row for every sort of figure that the model says something about: how the same figure is
counted in a made-up population, and whether the rates were fitted to it. What is not among them is listed
as not compared, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from fingerpost_simulations.people.measure import Flags, Tally
from fingerpost_simulations.people.published import CENSUS, CENSUS_AUTUMN, DAILY, Figure, figures
from fingerpost_simulations.people.rates import REASONS, Reason
from fingerpost_simulations.people.spec import PHASES, Phase
from fingerpost_simulations.people.targets import term_of_weeks
from fingerpost_simulations.people.years import school_year

COUNCIL: Final = 100_000
"""Pupils of the population by which chance is measured: those of a large council."""
AUTUMN: Final = slice(0, 1)
AUTUMN_AND_SPRING: Final = slice(0, 2)
WHOLE: Final = slice(0, 3)


class Sort(StrEnum):
    """How a figure of the model came about."""

    FITTED = "fitted"
    SHAPED = "shape"
    PREDICTED = "predicted"


@dataclass(frozen=True, slots=True)
class Compared:
    """A published figure and what the model gives for it, in the unit of the figure."""

    figure: Figure
    sort: Sort
    simulated: float
    error: float
    """Twice the standard error of the simulated figure, the mean over the seeds."""
    chance: float
    """Twice the standard deviation of one population of `COUNCIL` pupils."""

    @property
    def difference(self) -> float:
        """Simulated less published."""
        return self.simulated - self.figure.value

    @property
    def allowed(self) -> float:
        """How far off it may be, beside half of the published figure's last digit."""
        match self.figure.dimension, self.figure.measure:
            case _, "persistent_absence" | "pa":
                return 1.0
            case _, "severe_absence":
                return 0.3
            case "week" | "weekday", _:
                return self.chance
            case _, "overall_absence" | "attendance" | "authorised_absence" | "unauthorised_absence":
                return 0.1
            case _:
                return 0.05

    @property
    def fits(self) -> bool:
        """Whether it is as near as it should be."""
        digits = len(f"{self.figure.value:g}".partition(".")[2])
        return abs(self.difference) <= self.allowed + 0.5 * 10.0**-digits + 1e-9


@dataclass(frozen=True)
class Worlds:
    """The tallies of one seed: by year and basis."""

    tallies: Mapping[tuple[str, str], Tally]

    def of(self, figure: Figure) -> Tally | None:
        """The population that a figure speaks of."""
        basis = DAILY if figure.basis.startswith(("daily", "DfE", "FFT")) else CENSUS
        year = "2022/23" if figure.year == "autumn 2022" else figure.year
        return self.tallies.get((year, basis))


def compared(worlds: Iterable[Worlds], pupils: int) -> tuple[list[Compared], list[Figure]]:
    """Every figure of the years that are simulated, with the mean over the seeds; and those not compared.

    `pupils` is the size of each population.
    """
    seeds = list(worlds)
    found: list[Compared] = []
    left: list[Figure] = []
    for figure in figures():
        rows = [(tally, how(figure, tally)) for world in seeds if (tally := world.of(figure)) is not None]
        values = [value for _, value in rows if value is not None]
        if not values:
            left.append(figure)
            continue
        spread = 2 * float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
        error, chance = spread / len(values) ** 0.5, spread * (pupils / COUNCIL) ** 0.5
        found.append(Compared(figure, sort_of(figure), float(np.mean(values)), error, chance))
    return found, left


# --- which are fitted -----------------------------------------------------------------------------


def sort_of(figure: Figure) -> Sort:
    """Whether the rates were fitted to a figure, the shapes were, or nothing was."""
    match figure.dimension, figure.measure:
        case _, "persistent_absence" | "pa" | "severe_absence":
            return Sort.SHAPED if figure.year == "2022/23" else Sort.PREDICTED
        case "phase", _ if figure.basis in {CENSUS, DAILY}:
            return Sort.FITTED
        case "phase", _ if figure.basis == CENSUS_AUTUMN:
            return Sort.FITTED
        case "SEN", _ if figure.group == "No identified SEN" and figure.basis != CENSUS:
            return Sort.PREDICTED
        case "reason" | "term" | "week" | "SEN" | "FSM", _:
            return Sort.FITTED
        case "weekday", _ if figure.group not in FOLLOWS:
            return Sort.FITTED
        case _:
            return Sort.PREDICTED


FOLLOWS: Final = frozenset({"Secondary Fri PM minus lowest (Wed AM)", "Friday unauthorised"})
"""Figures of Fridays to which nothing is fitted: other sources leave no room to."""


# --- how each is counted --------------------------------------------------------------------------

_GROUPS: Final[Mapping[str, Callable[[Tally], Flags]]] = {
    "FSM eligible": lambda tally: tally.fsm,
    "FSM not eligible": lambda tally: ~tally.fsm,
    "No identified SEN": lambda tally: tally.sen == 0,
    "SEN support": lambda tally: tally.sen == 1,
    "EHC plan/statement": lambda tally: tally.sen == 2,
    "EHC plan": lambda tally: tally.sen == 2,
    **{
        phase.value.capitalize(): (lambda tally, place=place: tally.phases == place)  # type: ignore[misc]
        for place, phase in enumerate(PHASES)
    },
    "Total": lambda tally: np.ones(len(tally.phases), dtype=np.bool_),
}
_REASONS: Final[Mapping[str, Reason]] = {
    "illness": Reason.ILLNESS,
    "unauthorised other": Reason.UNAUTHORISED,
    "unauthorised holiday": Reason.HOLIDAY,
    "authorised other": Reason.OTHER_LEAVE,
}
_TERMS: Final = {"autumn": 0, "spring": 1, "summer": 2}


def how(figure: Figure, tally: Tally) -> float | None:
    """The same figure of a made-up population, in per cent; None where the model says nothing of it."""
    terms = _terms(figure.basis)
    match figure.dimension:
        case "phase" | "SEN" | "FSM":
            return _of_pupils(figure, tally, terms)
        case "reason":
            chosen = tally.terms < terms.stop
            return 100 * float(tally.reasons(sessions=chosen)[REASONS.index(_REASONS[figure.group])])
        case "term":
            place = _TERMS[figure.group]
            return 100 * tally.rate(terms=slice(place, place + 1))
        case "week":
            return _week(figure, tally)
        case "weekday":
            return _weekday(figure, tally)
        case _:
            return None


def _terms(basis: str) -> slice:
    if basis in {CENSUS_AUTUMN, "daily_autumn"}:
        return AUTUMN
    return AUTUMN_AND_SPRING if basis == "census_autumn_spring" else WHOLE


def _of_pupils(figure: Figure, tally: Tally, terms: slice) -> float | None:
    if figure.group not in _GROUPS or figure.unit != "%":
        return None
    who = _GROUPS[figure.group](tally)
    match figure.measure:
        case "overall_absence":
            return 100 * tally.rate(who, terms)
        case "attendance":
            return 100 * (1 - tally.rate(who, terms))
        case "authorised_absence":
            return 100 * tally.rate(who, terms, "authorised")
        case "unauthorised_absence":
            return 100 * tally.rate(who, terms, "unauthorised")
        case "persistent_absence" | "pa":
            return 100 * tally.at_least(0.1, who, terms)
        case "severe_absence":
            return 100 * tally.at_least(0.5, who, terms)
        case measure if measure in set(REASONS):
            phase = None if figure.group == "Total" else PHASES.index(Phase(figure.group.lower()))
            rates = tally.reasons(phase, tally.terms < terms.stop)
            return 100 * float(rates[REASONS.index(Reason(measure))])
        case _:
            return None


def week_of(figure: Figure) -> int | str | None:
    """The number of the week that a weekly figure names, or its term."""
    named = _WEEKS.get((figure.year, figure.group))
    if named is None or named in _TERMS:
        return named
    year = school_year(int(figure.year[:4]))
    return next(year.weeks[place] for place, day in enumerate(year.days) if day.isoformat() >= named)


_WEEKS: Final[Mapping[tuple[str, str], str]] = {
    ("2022/23", "start of autumn"): "2022-09-05",
    ("2022/23", "week before autumn half-term"): "2022-10-17",
    ("2022/23", "last full week autumn"): "2022-12-12",
    ("2022/23", "spring low"): "2023-01-09",
    ("2022/23", "spring high"): "2023-03-20",
    ("2022/23", "summer w/c 8 May"): "2023-05-08",
    ("2022/23", "week before summer half-term"): "2023-05-22",
    ("2022/23", "w/c 26 June (Eid)"): "2023-06-26",
    ("2022/23", "last week summer"): "2023-07-17",
    ("2022/23", "autumn mean"): "autumn",
    ("2022/23", "spring mean"): "spring",
    ("2022/23", "summer mean"): "summer",
    ("2023/24", "start of autumn"): "2023-09-11",
    ("2023/24", "w/c 25 Sep"): "2023-09-25",
    ("2023/24", "week before autumn half-term"): "2023-10-16",
    ("2023/24", "w/c 11 Dec"): "2023-12-11",
    ("2023/24", "first week spring"): "2024-01-01",
    ("2023/24", "w/c 8 Jan"): "2024-01-08",
    ("2023/24", "week before spring half-term"): "2024-02-05",
    ("2023/24", "after spring half-term"): "2024-02-19",
    ("2023/24", "w/c 11 Mar"): "2024-03-11",
    ("2023/24", "last week spring"): "2024-03-25",
}


def _week(figure: Figure, tally: Tally) -> float | None:
    week = week_of(figure)
    if week is None:
        return None
    if isinstance(week, str):
        weeks = np.flatnonzero(term_of_weeks(tally.year) == _TERMS[week])
        chosen = np.isin(tally.weeks, weeks)
    else:
        chosen = tally.weeks == week
    reason = Reason.ILLNESS if figure.measure == "illness_rate" else None
    return 100 * tally.over(tally.sessions.sum(axis=0), chosen, reason)


def _weekday(figure: Figure, tally: Tally) -> float | None:
    counts = {
        "primary": tally.sessions[0],
        "secondary": tally.sessions[1],
        "all": tally.sessions.sum(axis=0),
    }
    friday, rest = tally.weekdays == 4, tally.weekdays != 4
    autumn = tally.terms == 0
    slots = [
        (day, half, autumn & (tally.weekdays == day) & (tally.afternoons == bool(half)))
        for day in range(5)
        for half in range(2)
    ]

    def slot(which: np.ndarray, day: int, half: int) -> float:
        return 100 * tally.over(which, next(flags for one, two, flags in slots if (one, two) == (day, half)))

    match figure.group:
        case "Primary Fri PM minus lowest (Wed PM)":
            return slot(counts["primary"], 4, 1) - slot(counts["primary"], 2, 1)
        case "Secondary Fri PM minus lowest (Wed AM)":
            return slot(counts["secondary"], 4, 1) - slot(counts["secondary"], 2, 0)
        case "Severe absentees primary Fri PM minus lowest":
            return _above_lowest(tally.severe_sessions[0], slot)
        case "Severe absentees secondary Fri PM minus lowest":
            return _above_lowest(tally.severe_sessions[1], slot)
        case "Illness Fri minus Wed":
            ill = [
                tally.over(counts["all"], autumn & (tally.weekdays == day), Reason.ILLNESS) for day in (4, 2)
            ]
            return 100 * (ill[0] - ill[1])
        case "Friday vs rest, all":
            return 100 * (tally.over(counts["all"], friday) - tally.over(counts["all"], rest))
        case "Friday authorised" | "Friday unauthorised":
            authorised = figure.group.endswith(" authorised")
            places = range(8) if authorised else range(8, len(REASONS))
            sums = [
                sum(tally.over(counts["all"], flags, REASONS[place]) for place in places)
                for flags in (friday, rest)
            ]
            return 100 * float(sums[0] - sums[1])
        case group if group.startswith("Friday vs rest of week, "):
            which = counts[group.rpartition(" ")[2]]
            return 100 * (tally.over(which, friday) / tally.over(which, rest) - 1)
        case _:
            return None


def _above_lowest(which: np.ndarray, slot: Callable[[np.ndarray, int, int], float]) -> float:
    return slot(which, 4, 1) - min(slot(which, day, half) for day in range(5) for half in range(2))
