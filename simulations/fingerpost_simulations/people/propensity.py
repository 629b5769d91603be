"""How often each pupil is likely to be away, and for what: the heavy tail.

Every pupil has two latent numbers. The first makes the pupil ill, or said to be ill, more or less often; the
second makes the pupil stay away. Both are normal, they go together, brothers and sisters share part of them,
and the propensities are their exponentials: a few pupils miss very much. Groups (free school meals, special
needs, year group) move the middle of the distribution, never its shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fingerpost_simulations.people.pupils import Who
from fingerpost_simulations.people.randomness import Numbers, Purpose, Rows, Stream, evened, normal_of
from fingerpost_simulations.people.rates import REASONS, SPELLS, Fitted, Reason

FAMILY: Final = 0.35
"""How much of the variance of a latent number is the household's."""
SCHOOL: Final = 0.04
"""How much is the school's."""

YEAR_GROUP: Final = (1.0,) * 7 + (0.80, 0.97, 1.06, 1.10, 1.09)
"""How absence goes with the year group: assumed, as no published figure of the file says."""


@dataclass(frozen=True)
class Latent:
    """The latent numbers of every pupil, standard normal within each phase."""

    ill: Numbers
    away: Numbers


def latent(people: Who, seed: int, together: Sequence[float]) -> Latent:
    """The latent numbers: evened out within each phase, so that a small school has its share of the tail."""
    pupils = len(people)
    own = Stream(seed, Purpose.PROPENSITY, 8).uniforms(0, pupils)
    home = normal_of(Stream(seed, Purpose.FAMILY, 8).uniforms(0, int(people.families.max()) + 1)[:, 5:7])
    schools = normal_of(Stream(seed, Purpose.SCHOOL, 4).uniforms(0, int(people.schools.max()) + 1)[:, 1:3])
    parts = [
        np.sqrt(FAMILY) * home[people.families, which]
        + np.sqrt(SCHOOL) * schools[people.schools, which]
        + np.sqrt(1 - FAMILY - SCHOOL) * normal_of(own[:, which])
        for which in (0, 1)
    ]
    ill, other = (np.empty(pupils), np.empty(pupils))
    away = np.empty(pupils)
    for phase in np.unique(people.phases):
        rows = np.flatnonzero(people.phases == phase)
        ill[rows] = normal_of(evened(parts[0][rows], own[rows, 2]))
        other[rows] = normal_of(evened(parts[1][rows], own[rows, 3]))
        both = together[phase]
        away[rows] = both * ill[rows] + np.sqrt(1 - both * both) * other[rows]
    return Latent(ill, away)


def propensities(people: Who, hidden: Latent, fitted: Fitted, rows: slice) -> Numbers:
    """Missed sessions for each one not missed: a row for each reason, a column for each pupil."""
    phases = people.phases[rows]
    effects = fitted.effects
    found = fitted.rates.level.T[:, phases].copy()
    ill_width = np.array([shape.illness for shape in fitted.shapes])[phases]
    away_width = np.array([shape.away for shape in fitted.shapes])[phases]
    ill = np.exp(ill_width * hidden.ill[rows] - ill_width**2 / 2)
    away = np.exp(away_width * hidden.away[rows] - away_width**2 / 2)
    mild = np.exp(0.5 * hidden.ill[rows] - 0.125)
    years = np.array(YEAR_GROUP)[people.year_groups[rows]]
    for place, reason in enumerate(REASONS):
        match reason:
            case Reason.ILLNESS:
                found[place] *= ill * years
            case Reason.UNAUTHORISED | Reason.OTHER_LEAVE | Reason.EXCLUDED | Reason.NOT_YET:
                found[place] *= away * years
            case Reason.LATE | Reason.APPOINTMENT:
                found[place] *= mild
            case _:
                pass
        found[place] *= _times(effects.fsm.get(reason, 1.0), people.fsm[rows])
        found[place] *= _times(effects.support.get(reason, 1.0), people.sen[rows] == 1)
        found[place] *= _times(effects.plan.get(reason, 1.0), people.sen[rows] == 2)
    return found


def _times(factor: float, belongs: np.ndarray) -> Numbers:
    return np.where(belongs, factor, 1.0)


def spell_places() -> Rows:
    """The places in `REASONS` of those that come in spells."""
    return np.array([REASONS.index(reason) for reason in SPELLS])


ONSET: Final = 0.35
"""The share of pupils whose staying away sets in within the year. Assumed."""


def onsets(pupils: int, seed: int) -> np.ndarray:
    """The day from which each pupil stays away as often as the propensity says: 0 for most."""
    uniform = Stream(seed, Purpose.PROPENSITY, 8).uniforms(0, pupils)[:, 4]
    return np.where(uniform < ONSET, uniform / ONSET * 190, 0).astype(np.int16)
