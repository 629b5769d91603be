"""How often each pupil is likely to be away, and for what: the heavy tail.

Two sorts of pupils. Nearly all are *ordinary*: how often one is ill, or said to be, and how often one stays
away, are two latent numbers, spread about as an exponential distribution is, or somewhat wider; they go
together, and brothers and sisters share part of them. A few are *disengaged*: those with the highest second
number, as many in a phase as its rate of unauthorised absence gives. From some day on they miss much of
school, or nearly all, whatever the register says was the reason. A group (free school meals, special needs,
year group) has more of either, and the shape is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.pupils import Who
from fingerpost_simulations.people.randomness import Numbers, Purpose, Stream, evened, normal_of
from fingerpost_simulations.people.rates import REASONS, Fitted, Reason
from fingerpost_simulations.people.spec import PHASES
from fingerpost_simulations.people.years import SCHOOL_DAYS

FAMILY: Final = 0.35
"""How much of the variance of a latent number is the household's. Assumed."""
SCHOOL: Final = 0.04
"""How much is the school's. Assumed."""
TOGETHER: Final = 0.6
"""The correlation of the two latent numbers. Assumed."""
DEPTH: Final = 1.5
"""Missed sessions for each one not missed, of the middle one of disengaged pupils. Assumed."""
DEPTH_SPREAD: Final = 0.32
"""The standard deviation of its logarithm. Assumed."""
SAID_TO_BE_ILL: Final = 0.30
"""The share of disengaged pupils' absence that the register has as illness. Assumed."""
ONSET: Final = 0.12
"""The share of disengaged pupils whose disengagement sets in within the year, on any day. Assumed."""
LEANING_FSM: Final = 0.5
LEANING_SUPPORT: Final = 1.05
LEANING_PLAN: Final = 1.9
"""A group has more disengaged pupils by this power of its effect on unauthorised absence; with special needs,
on illness and unauthorised absence together. Assumed."""
YEAR_GROUP: Final = (1.0,) * 7 + (0.80, 0.97, 1.06, 1.10, 1.09)
"""How absence goes with the year group. Assumed: no published figure of the file says."""

EXTRA: Final = (Reason.ILLNESS, Reason.UNAUTHORISED, Reason.OTHER_LEAVE)
"""What the register says of disengaged pupils' absence."""


@dataclass(frozen=True, eq=False)
class Latent:
    """What is hidden about every pupil; ranks are spread evenly over 0 to 1 within each phase."""

    ill: Numbers
    away: Numbers
    depth: Numbers
    """Missed sessions for each one not missed, once disengaged; 0 of ordinary pupils."""
    onset: NDArray[np.int16]
    """The school day from which a disengaged pupil is so."""


def latent(people: Who, seed: int, fitted: Fitted) -> Latent:
    """The latent numbers: evened out within each phase, so that a small school has its share of the tail."""
    pupils = len(people)
    own = Stream(seed, Purpose.PROPENSITY, 8).uniforms(0, pupils)
    home = normal_of(Stream(seed, Purpose.FAMILY, 8).uniforms(0, int(people.families.max()) + 1)[:, 5:7])
    schools = normal_of(Stream(seed, Purpose.SCHOOL, 4).uniforms(0, int(people.schools.max()) + 1)[:, 1:3])
    first, second = (
        np.sqrt(FAMILY) * home[people.families, which]
        + np.sqrt(SCHOOL) * schools[people.schools, which]
        + np.sqrt(1 - FAMILY - SCHOOL) * normal_of(own[:, which])
        for which in (0, 1)
    )
    second = TOGETHER * first + np.sqrt(1 - TOGETHER**2) * second
    leaning = _fsm(people, fitted, Reason.UNAUTHORISED) ** LEANING_FSM
    needs = _sen(people, fitted, Reason.ILLNESS) * _sen(people, fitted, Reason.UNAUTHORISED)
    leaning *= needs ** np.array([0.0, LEANING_SUPPORT, LEANING_PLAN])[people.sen]
    leaning *= np.array(YEAR_GROUP)[people.year_groups]
    ill, away = np.empty(pupils), np.empty(pupils)
    disengaged = np.zeros(pupils, dtype=np.bool_)
    for phase in range(len(PHASES)):
        rows = np.flatnonzero(people.phases == phase)
        if len(rows):
            ill[rows] = evened(first[rows], own[rows, 2])
            away[rows] = evened(second[rows], own[rows, 3])
            limit = fitted.rates.disengaged[phase] * leaning[rows] / leaning[rows].mean()
            disengaged[rows] = 1 - away[rows] < limit
    depth = DEPTH * np.exp(DEPTH_SPREAD * normal_of(own[:, 4]))
    onset = np.where(own[:, 5] < ONSET, own[:, 5] / ONSET * SCHOOL_DAYS, 0)
    return Latent(ill, away, np.where(disengaged, depth, 0.0), onset.astype(np.int16))


def propensities(people: Who, hidden: Latent, fitted: Fitted, rows: slice) -> Numbers:
    """Missed sessions for each one not missed, of ordinary pupils: a row for each reason."""
    phases = people.phases[rows]
    found = fitted.rates.level.T[:, phases].copy()
    ill = _spread(hidden.ill[rows], np.array([shape.illness for shape in fitted.shapes])[phases])
    away = _spread(hidden.away[rows], np.array([shape.away for shape in fitted.shapes])[phases])
    away[hidden.depth[rows] > 0] = 0.0
    mild = np.sqrt(0.25 + 0.75 * ill)
    years = np.array(YEAR_GROUP)[people.year_groups[rows]]
    part = _slice(people, rows)
    for place, reason in enumerate(REASONS):
        match reason:
            case Reason.ILLNESS:
                found[place] *= ill * years
            case Reason.UNAUTHORISED | Reason.OTHER_LEAVE | Reason.EXCLUDED | Reason.NOT_YET:
                found[place] *= away * years
            case Reason.LATE | Reason.APPOINTMENT:
                found[place] *= mild
            case _:
                continue
        found[place] *= _groups(part, fitted, reason)
    return found


def extra(people: Who, hidden: Latent, fitted: Fitted, rows: slice) -> Numbers:
    """The same of disengaged pupils, from their onset on: a row for each reason of `EXTRA`."""
    unauthorised, leave = (
        fitted.rates.wanted[:, REASONS.index(reason)][people.phases[rows]] for reason in EXTRA[1:]
    )
    rest = (1 - SAID_TO_BE_ILL) / np.maximum(unauthorised + leave, 1e-9)
    shares = np.stack([np.full(len(rest), SAID_TO_BE_ILL), rest * unauthorised, rest * leave])
    found: Numbers = shares * hidden.depth[rows]
    return found


def _spread(rank: Numbers, wide: Numbers) -> Numbers:
    """A Weibull distribution with mean 1: the exponential one, or wider where `wide` is more than 1."""
    usual = np.array([gamma(1 + one) for one in np.unique(wide)])[np.unique(wide, return_inverse=True)[1]]
    found: Numbers = (-np.log(1 - np.minimum(rank, 1 - 1e-12))) ** wide / usual
    return found


@dataclass(frozen=True)
class _Part:
    fsm: NDArray[np.bool_]
    sen: NDArray[np.int8]


def _slice(people: Who, rows: slice) -> _Part:
    return _Part(people.fsm[rows], people.sen[rows])


def _groups(people: Who | _Part, fitted: Fitted, reason: Reason) -> Numbers:
    """By what the groups of each pupil multiply a propensity."""
    return _fsm(people, fitted, reason) * _sen(people, fitted, reason)


def _fsm(people: Who | _Part, fitted: Fitted, reason: Reason) -> Numbers:
    return np.where(people.fsm, fitted.effects.fsm.get(reason, 1.0), 1.0)


def _sen(people: Who | _Part, fitted: Fitted, reason: Reason) -> Numbers:
    factors = [1.0, fitted.effects.support.get(reason, 1.0), fitted.effects.plan.get(reason, 1.0)]
    found: Numbers = np.array(factors)[people.sen]
    return found
