"""Holidays in term, which brothers and sisters share."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.pupils import Who
from fingerpost_simulations.people.randomness import Numbers, Purpose, Stream
from fingerpost_simulations.people.rates import REASONS, Rates, Reason
from fingerpost_simulations.people.spec import Spec
from fingerpost_simulations.people.years import SchoolYear

LENGTHS: Final = ((1, 0.14), (2, 0.14), (3, 0.12), (4, 0.10), (5, 0.31), (7, 0.08), (9, 0.03), (10, 0.08))
"""How many school days a holiday lasts, and how likely that is. A week is the usual one. Assumed."""
MEAN_LENGTH: Final = sum(days * share for days, share in LENGTHS)

Holidays = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]


def family_holidays(people: Who, seed: int, year: SchoolYear, rates: Rates, spec: Spec) -> Holidays:
    """The day on which each pupil's holiday begins (past the year for none), its days, and its code."""
    draws = Stream(seed, Purpose.HOLIDAY, 8).uniforms(0, int(people.families.max()) + 1)[people.families]
    agreed, without = (
        rates.level[:, REASONS.index(reason)][people.phases]
        for reason in (Reason.AGREED_HOLIDAY, Reason.HOLIDAY)
    )
    days = len(year.days)
    likely = (agreed + without) * days / MEAN_LENGTH
    goes = draws[:, 0] < likely
    edges = np.cumsum([share for _, share in LENGTHS])
    lengths = np.array([length for length, _ in LENGTHS])[
        np.minimum(np.searchsorted(edges, draws[:, 1], side="right"), len(LENGTHS) - 1)
    ]
    starts = _start(draws[:, 2], draws[:, 3], lengths, year)
    leave = ord("C") if spec.of_2024 else ord("H")
    codes = np.where(draws[:, 4] * (agreed + without) < agreed, leave, ord("G")).astype(np.uint8)
    return np.where(goes, starts, days), lengths, codes


def _start(
    uniform: Numbers, other: Numbers, lengths: NDArray[np.int64], year: SchoolYear
) -> NDArray[np.int64]:
    """Weeks beside a break are chosen oftener; a week begins on a Monday, short trips end on Friday."""
    weeks = np.array(year.weeks)
    last = weeks[-1] + 1
    mondays = np.array([np.flatnonzero(weeks == week)[0] for week in range(last)])
    sizes = np.array([(weeks == week).sum() for week in range(last)])
    weights = np.cumsum(_week_weights(year))
    week = np.minimum(np.searchsorted(weights / weights[-1], uniform, side="right"), last - 1)
    short = np.maximum(sizes[week] - lengths, 0)
    offset = np.where(lengths <= 3, np.where(other < 0.65, short, (other * 5).astype(int) % sizes[week]), 0)
    start: NDArray[np.int64] = mondays[week] + offset
    return start


def _week_weights(year: SchoolYear) -> Numbers:
    """The weeks beside a break, and those of June and July, count more. Assumed."""
    weeks = np.array(year.weeks)
    weights = []
    for week in range(weeks[-1] + 1):
        days = [year.days[place] for place in np.flatnonzero(weeks == week)]
        later = [day for day in year.days if day > days[-1]]
        earlier = [day for day in year.days if day < days[0]]
        before_break = not later or (later[0] - days[-1]).days > 4
        after_break = not earlier or (days[0] - earlier[-1]).days > 4
        weight = 2.2 if before_break else 1.5 if after_break else 0.8
        weights.append(weight * (1.5 if days[0].month in {6, 7} else 0.6 if days[0].month == 9 else 1.0))
    return np.array(weights)
