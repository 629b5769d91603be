"""What the rates are fitted to in each published year: reasons by phase, weeks, weekdays and groups.

Where the file gives no figure, a stated assumption takes its place:

* The daily collection alone gives rates by reason and phase; they are scaled to the census's authorised and
  unauthorised absence of the phase. For 2018/19, four reasons are those of the autumn term; the others are
  four fifths of 2022/23's.
* Weekly figures are points of the year; between them the curve is a straight line, bent so that the term has
  its published mean. 2018/19 has the curve of 2023/24; the summer of 2023/24 that of 2022/23, without Eid.
* Illness makes up the share of the ups and downs of autumn and spring that it made up between September and
  December 2023, and two fifths of those of summer.
* On Wednesday there is least absence; from Monday to Thursday it differs little.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from fingerpost_simulations.people.published import CENSUS, by_phase, by_reason, one
from fingerpost_simulations.people.rates import AUTHORISED, REASONS, Numbers, Reason
from fingerpost_simulations.people.spec import PHASES, Phase
from fingerpost_simulations.people.years import SchoolYear, school_year

FOUR_FIFTHS: Final = 0.8
ILLNESS_OF_TERM: Final = (0.99, 1.07, 0.94)
"""Illness in each term beside the year's: autumn's is published for 2023/24, the others are assumed."""
ILLNESS_SLOPE: Final = ((4.5 - 2.0) / (8.4 - 4.9), (4.5 - 2.0) / (8.4 - 4.9), 0.4)
"""By term: of each point more of absence in a week, how much is illness."""
MIDWEEK: Final = (1.012, 0.997, 0.985, 1.006)
"""Monday to Thursday beside their mean."""
FRIDAY: Final[Mapping[Phase, float]] = {Phase.PRIMARY: 1.17, Phase.SECONDARY: 1.22, Phase.SPECIAL: 1.20}
"""Friday beside the rest of the week: published for 2022/23; special schools have that of all schools."""
FRIDAY_ILLNESS: Final = 0.14
FRIDAY_ELSE: Final = 0.27
"""How much more of illness, and of all else, there is on a Friday: the proportion is taken from the published
rise of authorised absence (0.81 points of about 5.0) and of unauthorised absence (0.71 of about 2.4)."""
IS_AUTHORISED: Final = np.array([reason in AUTHORISED for reason in REASONS])


@dataclass(frozen=True)
class Target:
    """What one year's rates are fitted to."""

    year: str
    wanted: Numbers
    """By phase and reason, of possible sessions."""
    weeks: Numbers
    """By class (illness, all else) and school week: absence beside the year's mean of the class."""
    weekdays: Numbers
    """By class, phase and weekday, beside the week's mean."""
    shares: Numbers
    """Of pupils in each phase."""
    groups: Mapping[str, tuple[float, float]]
    """Authorised and unauthorised absence of a group beside that of pupils not in it."""


def target(year: str, basis: str = CENSUS) -> Target:
    """What a published year's rates are fitted to."""
    calendar = school_year(int(year[:4]))
    wanted = wanted_rates(year, basis)
    shares = phase_shares(year)
    total = shares @ wanted
    ill = float(total[REASONS.index(Reason.ILLNESS)] / total.sum())
    curve = week_curve(year, calendar)
    return Target(
        year=year,
        wanted=wanted,
        weeks=_classes(curve, ill, calendar),
        weekdays=np.array(
            [_weekday_classes(FRIDAY[phase], row) for phase, row in zip(PHASES, wanted, strict=True)]
        ).swapaxes(0, 1),
        shares=shares,
        groups=group_ratios(year),
    )


# --- reasons by phase -----------------------------------------------------------------------------


def wanted_rates(year: str, basis: str = CENSUS) -> Numbers:
    """The rate of each reason in each phase."""
    overall = by_phase(year, basis, "overall_absence")
    unauthorised = by_phase(year, basis, "unauthorised_absence")
    reasons = _reasons_2018() if year == "2018/19" else by_reason(year)
    wanted = np.array([[reasons[phase][reason] for reason in REASONS] for phase in PHASES])
    authorised = by_phase(year, basis, "authorised_absence")
    for row, phase in zip(wanted, PHASES, strict=True):
        allowed = authorised.get(phase, overall[phase] - unauthorised[phase])
        row[IS_AUTHORISED] *= allowed / row[IS_AUTHORISED].sum()
        row[~IS_AUTHORISED] *= unauthorised[phase] / row[~IS_AUTHORISED].sum()
        np.multiply(row, overall[phase] / row.sum(), out=row)
    return wanted


def _reasons_2018() -> Mapping[Phase, Mapping[Reason, float]]:
    later = by_reason("2022/23")
    autumn = {reason: by_phase("2018/19", "census_autumn", reason.value) for reason in REASONS}
    return {
        phase: {reason: autumn[reason].get(phase, FOUR_FIFTHS * later[phase][reason]) for reason in REASONS}
        for phase in PHASES
    }


def phase_shares(year: str) -> Numbers:
    """The share of pupils in each phase: from the counts of 2018/19, and the census of January 2024."""
    if year == "2018/19":
        shares = by_phase(year, CENSUS, "persistent_absence")
        counts = by_phase(year, CENSUS, "persistent_absentees")
        pupils = np.array([counts[phase] / shares[phase] for phase in PHASES])
    else:
        named = {name: one("2023/24 (Jan 2024)", f"{name} pupils") for name in _PUPILS}
        special = named["all"] - sum(count for name, count in named.items() if name != "all")
        pupils = np.array([named["primary"], named["secondary"], special])
    found: Numbers = pupils / pupils.sum()
    return found


_PUPILS: Final = ("all", "nursery", "primary", "secondary", "independent", "state AP")


# --- weeks ----------------------------------------------------------------------------------------


def week_curve(year: str, calendar: SchoolYear) -> Numbers:
    """Absence in each school week beside the year's mean."""
    if year == "2018/19":
        later = moved(week_curve("2023/24", school_year(2023)), school_year(2023), calendar)
        return later / np.average(later, weights=np.bincount(calendar.weeks))
    points, means = (_points_2022, _MEANS_2022) if year == "2022/23" else (_points_2023, _MEANS_2023)
    known = points(calendar)
    found = np.ones(calendar.weeks[-1] + 1)
    terms = term_of_weeks(calendar)
    sizes = np.bincount(calendar.weeks)
    for term, mean in enumerate(means):
        weeks = np.flatnonzero(terms == term)
        here = {week: said for week, said in known.items() if week in weeks}
        found[weeks] = _bent(weeks, here, mean, sizes[weeks])
    curve: Numbers = found / np.average(found, weights=sizes)
    return curve


def _bent(weeks: np.ndarray, known: Mapping[int, float], mean: float, sizes: np.ndarray) -> Numbers:
    """Straight lines between the points; what is between them is raised or lowered to the term's mean."""
    places = sorted(known)
    line = np.interp(weeks, places, [known[place] for place in places])
    distance = np.min([np.abs(weeks - place) for place in places], axis=0).astype(float)
    give = np.minimum(distance, 3.0)
    needed = mean * sizes.sum() - line @ sizes
    bent: Numbers = line + give * needed / max(float(give @ sizes), 1e-9)
    return bent


_MEANS_2022: Final = (7.7, 7.1, 7.8)
_MEANS_2023: Final = (6.7, 7.2, 7.6)


def _points_2022(calendar: SchoolYear) -> Mapping[int, float]:
    """The lowest and highest weeks of spring are not named: taken for the second, and the last but one.

    Those marked are assumed: December's peak was steep, and Eid's stood alone.
    """
    return {
        _week(calendar, 2022, 9, 5): 5.3,
        _week(calendar, 2022, 10, 17): 7.3,
        _week(calendar, 2022, 11, 21): 7.6,  # assumed
        _week(calendar, 2022, 12, 12): 14.1,
        _week(calendar, 2023, 1, 9): 6.0,
        _week(calendar, 2023, 3, 20): 8.2,
        _week(calendar, 2023, 4, 18): 7.6,  # assumed: Eid
        _week(calendar, 2023, 4, 24): 6.4,  # assumed
        _week(calendar, 2023, 5, 9): 6.4,
        _week(calendar, 2023, 5, 22): 8.8,
        _week(calendar, 2023, 6, 5): 7.9,  # assumed
        _week(calendar, 2023, 6, 19): 8.3,  # assumed
        _week(calendar, 2023, 6, 26): 9.9,
        _week(calendar, 2023, 7, 3): 8.6,  # assumed
        _week(calendar, 2023, 7, 17): 10.7,
    }


def _points_2023(calendar: SchoolYear) -> Mapping[int, float]:
    of_2022 = school_year(2022)
    summer = week_curve("2022/23", of_2022) * 7.2
    before = {
        (2023, 4, 24): (2024, 4, 22),
        (2023, 5, 9): (2024, 5, 7),
        (2023, 5, 22): (2024, 5, 20),
        (2023, 6, 5): (2024, 6, 3),
        (2023, 6, 19): (2024, 6, 24),
        (2023, 7, 3): (2024, 7, 1),
        (2023, 7, 17): (2024, 7, 15),
    }
    return {
        _week(calendar, 2023, 9, 11): 4.9,
        _week(calendar, 2023, 9, 25): 6.8,
        _week(calendar, 2023, 10, 16): 7.1,
        _week(calendar, 2023, 12, 11): 8.4,
        _week(calendar, 2024, 1, 4): 7.9,
        _week(calendar, 2024, 1, 8): 6.5,
        _week(calendar, 2024, 2, 5): 8.0,
        _week(calendar, 2024, 2, 19): 6.8,
        _week(calendar, 2024, 3, 11): 7.5,
        _week(calendar, 2024, 3, 25): 8.2,
        **{_week(calendar, *to): float(summer[_week(of_2022, *day)]) for day, to in before.items()},
    }


def _week(calendar: SchoolYear, year: int, month: int, day: int) -> int:
    return calendar.weeks[calendar.days.index(dt.date(year, month, day))]


def term_of_weeks(calendar: SchoolYear) -> np.ndarray:
    """The term of each school week."""
    return np.array([calendar.terms[calendar.weeks.index(week)] for week in range(calendar.weeks[-1] + 1)])


def moved(curve: Numbers, of: SchoolYear, to: SchoolYear) -> Numbers:
    """A curve by week on another calendar: by how far the week is into its term."""
    here, there = term_of_weeks(of), term_of_weeks(to)
    found = np.empty(len(there))
    for term in range(3):
        from_weeks, to_weeks = np.flatnonzero(here == term), np.flatnonzero(there == term)
        found[to_weeks] = np.interp(
            np.linspace(0, 1, len(to_weeks)), np.linspace(0, 1, len(from_weeks)), curve[from_weeks]
        )
    return found


def _classes(curve: Numbers, ill: float, calendar: SchoolYear) -> Numbers:
    """The curve of illness and that of all else, each beside its own mean."""
    terms, sizes = term_of_weeks(calendar), np.bincount(calendar.weeks)
    illness = np.empty_like(curve)
    for term in range(3):
        weeks = terms == term
        middle = np.average(curve[weeks], weights=sizes[weeks])
        illness[weeks] = ill * ILLNESS_OF_TERM[term] + ILLNESS_SLOPE[term] * (curve[weeks] - middle)
    illness *= ill / np.average(illness, weights=sizes)
    return np.stack([illness / ill, (curve - illness) / (1 - ill)])


def _weekday_classes(friday: float, reasons: Numbers) -> Numbers:
    """Illness and all else, of which Friday has more: both together as much more as is published."""
    ill = float(reasons[REASONS.index(Reason.ILLNESS)] / reasons.sum())
    more = (friday - 1) / (ill * FRIDAY_ILLNESS + (1 - ill) * FRIDAY_ELSE)
    return np.stack([_weekdays(1 + more * FRIDAY_ILLNESS), _weekdays(1 + more * FRIDAY_ELSE)])


def _weekdays(friday: float) -> Numbers:
    days = np.array([*MIDWEEK, friday * float(np.mean(MIDWEEK))])
    found: Numbers = days / days.mean()
    return found


# --- groups ---------------------------------------------------------------------------------------


def group_ratios(year: str) -> Mapping[str, tuple[float, float]]:
    """How a group's absence stands to that of pupils not in it.

    For free school meals only overall absence is published (autumn 2023): the ratio of unauthorised absence
    is taken for the square of that of authorised absence. Special needs are published in full for 2018/19;
    for the later years the ratios are raised by one power, so that overall absence is that of autumn 2023.
    """
    full = {
        name: (
            one("2018/19", group, "authorised_absence") / one("2018/19", _NO_NEEDS, "authorised_absence"),
            one("2018/19", group, "unauthorised_absence") / one("2018/19", _NO_NEEDS, "unauthorised_absence"),
        )
        for name, group in (("support", "SEN support"), ("plan", "EHC plan/statement"))
    }
    fsm = one("2023/24", "FSM eligible") / one("2023/24", "FSM not eligible")
    root = (-0.65 + np.sqrt(0.65**2 + 4 * 0.35 * fsm)) / 0.7
    if year == "2018/19":
        return {**full, "fsm": (float(root), float(root) ** 2)}
    later = {
        name: one("2023/24", group) / one("2023/24", _NO_NEEDS)
        for name, group in (("support", "SEN support"), ("plan", "EHC plan"))
    }
    return {
        "fsm": (float(root), float(root) ** 2),
        **{name: _raised(full[name], later[name]) for name in full},
    }


_NO_NEEDS: Final = "No identified SEN"


def _raised(ratios: tuple[float, float], overall: float) -> tuple[float, float]:
    """The ratios raised by one power, so that two thirds of one and a third of the other are the overall."""
    powers = np.linspace(0.5, 3, 2501)
    found = 0.67 * ratios[0] ** powers + 0.33 * ratios[1] ** powers
    power = float(powers[np.argmin(np.abs(found - overall))])
    return ratios[0] ** power, ratios[1] ** power
