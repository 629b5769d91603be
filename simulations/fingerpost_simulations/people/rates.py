"""The numbers of the model: its shapes, fitted once, and its rates, fitted to each target.

*Shapes* say how unequal pupils are, and how long spells last. They were fitted to one published year and are
the same for every year, school and council. *Rates* say how much there is of each reason in each phase, and
when in the year and the week. They are fitted to published figures of overall absence and its reasons, or to
a school's or council's own; no rate is ever fitted to a persistent or severe share, which follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.spec import Phase

Numbers = NDArray[np.float64]

WEEKDAYS: Final = 5


class Reason(StrEnum):
    """Why a session is missed, with the name of the published figure."""

    ILLNESS = "illness"
    APPOINTMENT = "appointments"
    RELIGIOUS = "auth_religious"
    STUDY = "auth_study"
    TRAVEL = "auth_grt"
    AGREED_HOLIDAY = "auth_holiday"
    EXCLUDED = "auth_excluded"
    OTHER_LEAVE = "auth_other"
    HOLIDAY = "unauth_hol"
    UNAUTHORISED = "unauth_oth"
    LATE = "unauth_late_registers_closed"
    NOT_YET = "unauth_not_yet"


REASONS: Final = tuple(Reason)
AUTHORISED: Final = frozenset(REASONS[:8])
SPELLS: Final = (
    Reason.ILLNESS,
    Reason.UNAUTHORISED,
    Reason.OTHER_LEAVE,
    Reason.NOT_YET,
    Reason.EXCLUDED,
    Reason.TRAVEL,
)
"""Those that come in spells which may begin on any day, in the order in which they are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How unequal the pupils of a phase are: fitted once, to one published year."""

    illness: float
    """How wide the propensity to be ill is spread: 1 for an exponential distribution, more for wider."""
    away: float
    """How wide the propensity to stay away is spread."""
    disengaged: float
    """The share of disengaged pupils for each unit of the rate of `unauth_oth`."""
    weekdays: float
    """The power of what a weekday does to others by which it does it to disengaged pupils."""
    friday: float
    """Of the spells that would begin on a Friday morning, the share that begins at midday instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """How much absence there is, by phase and reason, and when."""

    wanted: Numbers
    """By phase and reason: the rate that is aimed at, of possible sessions."""
    level: Numbers
    """By phase and reason: missed sessions for each one not missed, of an average ordinary pupil."""
    disengaged: Numbers
    """By phase: the share of pupils who are disengaged."""
    weeks: Numbers
    """By class (illness, all else) and school week: how much likelier than on average a spell begins."""
    terms: Numbers
    """By class, phase and term: the same, of a phase beside all pupils."""
    weekdays: Numbers
    """By phase and weekday, the same: of illness, and of staying away. Other leave has no weekday."""


@dataclass(frozen=True, kw_only=True)
class GroupEffects:
    """By what a group's propensities are multiplied, beside those of pupils in none."""

    fsm: Mapping[Reason, float]
    support: Mapping[Reason, float]
    plan: Mapping[Reason, float]


@dataclass(frozen=True, eq=False)
class Fitted:
    """The numbers of the model for one spec."""

    rates: Rates
    shapes: tuple[Shape, ...]
    """By phase."""
    effects: GroupEffects
    phases: Mapping[Phase, float]
    """The share of pupils in each phase, where a spec does not say."""
