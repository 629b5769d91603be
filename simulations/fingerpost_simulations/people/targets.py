"""What the rates are fitted to in each published year: reasons by phase, weeks, weekdays and groups.

Where the file gives no figure, a stated assumption takes its place:

* The daily collection alone gives rates by reason and phase; they are scaled to the census's authorised and
  unauthorised absence of the phase. For 2018/19, four reasons are those of the autumn term; the others are
  four fifths of 2022/23's.
* Weekly figures are points of the year; between them the curve is a straight line, bent so that the term has
  its published mean. 2018/19 has the curve of 2023/24; the summer of 2023/24 that of 2022/23, without Eid.
* Illness makes up the share of the ups and downs of autumn and spring that it made up between September and
  December 2023, and two fifths of those of summer. How much of the year's illness falls into autumn is
  published for 2023/24 and, by phase, for 2018/19.
* How absence of a phase in autumn stands to its year's is published for 2023/24, and taken for all years.
* On Wednesday there is least absence; from Monday to Thursday it differs little. The rise on Fridays is that
  of 2022/23 in every year.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from fingerpost_simulations.people.published import (
    BATH,
    CENSUS,
    CENSUS_AUTUMN,
    DAILY,
    by_phase,
    by_reason,
    one,
    total,
)
from fingerpost_simulations.people.rates import AUTHORISED, REASONS, WEEKDAYS, Numbers, Reason
from fingerpost_simulations.people.spec import PHASES, Phase, groups_of
from fingerpost_simulations.people.years import SchoolYear, school_year

FOUR_FIFTHS: Final = 0.8
ILLNESS_LATER: Final = (1.07, 0.94)
"""Illness in spring and summer beside one another. Assumed."""
ILLNESS_SLOPE: Final = ((4.5 - 2.0) / (8.4 - 4.9), (4.5 - 2.0) / (8.4 - 4.9), 0.4)
"""By term: of each point more of absence in a week, how much is illness."""
MIDWEEK: Final = (1.016, 0.999, 0.973, 1.012)
"""Monday to Thursday beside their mean. Wednesday's was chosen so that illness falls between Friday and
Wednesday as much as in autumn 2022; the others are assumed."""
IS_AUTHORISED: Final = np.array([reason in AUTHORISED for reason in REASONS])


@dataclass(frozen=True, slots=True)
class Beside:
    """A group's absence beside that of all pupils, as a ratio."""

    authorised: float
    unauthorised: float
    overall: float
    """It is met exactly, and the other two in proportion to one another."""


@dataclass(frozen=True)
class Target:
    """What one year's rates are fitted to."""

    year: str
    wanted: Numbers
    """By phase and reason, of possible sessions."""
    weeks: Numbers
    """By class (illness, all else) and school week: absence beside the year's mean of the class."""
    terms: Numbers
    """By class, phase and term: absence beside the year's mean of the class in the phase."""
    weekdays: Numbers
    """Of authorised and of unauthorised absence, by phase and weekday, beside the week's mean."""
    shares: Numbers
    """Of pupils in each phase."""
    groups: Mapping[str, Beside]
    group_terms: slice
    """The terms of which that is said."""


def target(year: str, basis: str = CENSUS) -> Target:
    """What a published year's rates are fitted to."""
    calendar = school_year(int(year[:4]))
    wanted = wanted_rates(year, basis)
    shares = phase_shares(year)
    every = shares @ wanted
    ill = float(every[REASONS.index(Reason.ILLNESS)] / every.sum())
    in_autumn, ill_by_phase = _ill_in_autumn(year, wanted, shares)
    weeks = _classes(year, week_curve(year, calendar), ill, in_autumn, calendar)
    return Target(
        year=year,
        wanted=wanted,
        weeks=weeks,
        terms=_by_term(weeks, ill_by_phase, shares, calendar),
        weekdays=_by_weekday(wanted_rates("2022/23", DAILY), phase_shares("2022/23")),
        shares=shares,
        groups=group_ratios(year),
        group_terms=slice(0, 3) if year == "2018/19" else slice(0, 1),
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
    autumn = {reason: by_phase("2018/19", CENSUS_AUTUMN, reason.value) for reason in REASONS}
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
    days = np.bincount(calendar.terms)
    scale = total(year, DAILY, "overall_absence") / np.average(means, weights=days)
    found = np.ones(calendar.weeks[-1] + 1)
    terms = term_of_weeks(calendar)
    sizes = np.bincount(calendar.weeks)
    for term, mean in enumerate(means):
        weeks = np.flatnonzero(terms == term)
        here = {week: said for week, said in known.items() if week in weeks}
        found[weeks] = _bent(weeks, here, scale * mean, sizes[weeks])
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


# --- illness and all else, by week and by term ----------------------------------------------------


def _classes(year: str, curve: Numbers, ill: float, in_autumn: float, calendar: SchoolYear) -> Numbers:
    """The curve of illness and that of all else, each beside its own mean."""
    terms, sizes = term_of_weeks(calendar), np.bincount(calendar.weeks)
    known = {week: rate / total(year, DAILY, "overall_absence") for week, rate in _ill(year, calendar)}
    means = ill * _terms_with(in_autumn, calendar)
    illness = np.empty_like(curve)
    for term, mean in enumerate(means):
        weeks = np.flatnonzero(terms == term)
        here = {week: rate for week, rate in known.items() if week in weeks}
        slope = ILLNESS_SLOPE[term] * (curve[weeks] - np.average(curve[weeks], weights=sizes[weeks]))
        if here:
            beside = dict(zip(weeks.tolist(), slope, strict=True))
            rest = {week: rate - beside[week] for week, rate in here.items()}
            illness[weeks] = slope + _bent(weeks, rest, mean, sizes[weeks])
        else:
            illness[weeks] = mean + slope
    return np.stack([illness / ill, (curve - illness) / (1 - ill)])


def _terms_with(in_autumn: float, calendar: SchoolYear) -> Numbers:
    """Illness in each term beside the year's, when autumn's is known."""
    days = np.bincount(calendar.terms)
    rest = days[1:] @ ILLNESS_LATER
    later = (days.sum() - days[0] * in_autumn) / rest * np.array(ILLNESS_LATER)
    return np.array([in_autumn, *later])


def _ill(year: str, calendar: SchoolYear) -> list[tuple[int, float]]:
    """The weeks of which illness is published."""
    if year != "2023/24":
        return []
    return [(_week(calendar, 2023, 9, 11), 2.0), (_week(calendar, 2023, 12, 11), 4.5)]


def _ill_in_autumn(year: str, wanted: Numbers, shares: Numbers) -> tuple[float, Numbers | None]:
    """Illness in autumn beside the year's: of all pupils, and by phase where that is published."""
    place = REASONS.index(Reason.ILLNESS)
    if year == "2018/19":
        autumn = by_phase(year, CENSUS_AUTUMN, Reason.ILLNESS.value)
        found = np.array([autumn[phase] for phase in PHASES])
        return float(shares @ found / (shares @ wanted[:, place])), found / wanted[:, place]
    return total("2023/24", CENSUS_AUTUMN, "rate", "illness") / total(
        "2023/24", CENSUS, "rate", "illness"
    ), None


def _by_term(weeks: Numbers, ill: Numbers | None, shares: Numbers, calendar: SchoolYear) -> Numbers:
    """By class, phase and term: absence beside the phase's year, in autumn as it was in 2023/24."""
    wanted = wanted_rates("2023/24", CENSUS).sum(axis=1)
    autumn = by_phase("2023/24", CENSUS_AUTUMN, "overall_absence")
    of_phase = np.array([autumn[phase] for phase in PHASES])
    beside = of_phase / wanted / (shares @ of_phase / (shares @ wanted))
    terms, sizes = term_of_weeks(calendar), np.bincount(calendar.weeks)
    days = np.bincount(calendar.terms)
    found = []
    for place, curve in enumerate(weeks):
        usual = np.array([np.average(curve[terms == one], weights=sizes[terms == one]) for one in range(3)])
        first = ill if ill is not None and place == 0 else usual[0] * beside
        rest = (days.sum() - days[0] * first) / (days[1:] @ usual[1:])
        found.append(np.stack([first, rest * usual[1], rest * usual[2]], axis=1))
    return np.array(found)


# --- weekdays -------------------------------------------------------------------------------------


def _by_weekday(wanted: Numbers, shares: Numbers) -> Numbers:
    """Authorised and unauthorised absence by phase and weekday, beside their means.

    Friday's rise is that of the phase. Of it, authorised absence has what is published for all pupils, in
    proportion to its rate in the phase; unauthorised absence has what is left.
    """
    rises = np.array(
        [FRIDAY_ROUNDED + total("2022/23", BATH, "relative_increase", _FRIDAY_OF[phase]) for phase in PHASES]
    )
    every = wanted.sum(axis=1)
    points = rises / 100 * every / (1 + rises / 500)
    authorised = wanted[:, IS_AUTHORISED].sum(axis=1)
    of_authorised = points * authorised / every
    of_authorised *= (
        total("2022/23", BATH, "difference", "Friday authorised") / 100 / (shares @ of_authorised)
    )
    return np.array(
        [
            [
                _weekdays(1 + more / (rate - more / WEEKDAYS))
                for more, rate in zip(of_class, rates, strict=True)
            ]
            for of_class, rates in (
                (of_authorised, authorised),
                (points - of_authorised, every - authorised),
            )
        ]
    )


FRIDAY_ROUNDED: Final = 0.4
"""The rises by phase are published in whole per cent; with so much more each, they come nearest to the points
that the same study gives for all phases."""
_FRIDAY_OF: Final[Mapping[Phase, str]] = {
    Phase.PRIMARY: "Friday vs rest of week, primary",
    Phase.SECONDARY: "Friday vs rest of week, secondary",
    Phase.SPECIAL: "Friday vs rest of week, all",
}
"""Special schools have the rise of all schools."""


def _weekdays(friday: float) -> Numbers:
    days = np.array([*MIDWEEK, friday * float(np.mean(MIDWEEK))])
    found: Numbers = days / days.mean()
    return found


# --- groups ---------------------------------------------------------------------------------------


def group_ratios(year: str) -> Mapping[str, Beside]:
    """How a group's absence stands to that of all pupils.

    For free school meals only overall absence is published (autumn 2023): the ratio of unauthorised absence
    to that of other pupils is taken for the square of that of authorised absence. Special needs are published
    in full for 2018/19; for the later years those ratios are raised by one power, so that overall absence is
    that of autumn 2023. What is left for pupils without needs follows from the shares of the groups.
    """
    fsm = one("2023/24", "FSM eligible") / one("2023/24", "FSM not eligible")
    root = (-0.65 + np.sqrt(0.65**2 + 4 * 0.35 * fsm)) / 0.7
    share = groups_of(year).fsm
    meals = Beside(*(float(ratio / (1 - share + share * ratio)) for ratio in (root, root**2, fsm)))
    needs = {name: _needs_2018(group) for name, group in _NEEDS_2018.items()}
    if year == "2018/19":
        return {"fsm": meals, **needs}
    autumn = total("2023/24", CENSUS_AUTUMN, "overall_absence") * _daily_beside_census("2023/24")
    for name, group in _NEEDS_2023.items():
        needs[name] = _raised(needs[name], one("2023/24", group) / autumn)
    return {"fsm": meals, **needs}


_NO_NEEDS: Final = "No identified SEN"
_NEEDS_2018: Final = {"support": "SEN support", "plan": "EHC plan/statement"}
_NEEDS_2023: Final = {"support": "SEN support", "plan": "EHC plan"}


def _needs_2018(group: str) -> Beside:
    """The ratios of 2018/19: all pupils are the published groups in their shares."""
    shares = groups_of("2018/19")
    parts = {
        _NO_NEEDS: 1 - shares.sen_support - shares.care_plan,
        "SEN support": shares.sen_support,
        "EHC plan/statement": shares.care_plan,
    }
    return Beside(
        *(
            one("2018/19", group, measure)
            / sum(share * one("2018/19", part, measure) for part, share in parts.items())
            for measure in ("authorised_absence", "unauthorised_absence", "overall_absence")
        )
    )


def _daily_beside_census(year: str) -> float:
    shares = phase_shares(year)
    daily, census = (shares @ wanted_rates(year, basis).sum(axis=1) for basis in (DAILY, CENSUS))
    return float(daily / census)


def _raised(ratios: Beside, overall: float) -> Beside:
    """The ratios raised by one power, so that together they make the overall one."""
    powers = np.linspace(0.5, 3, 2501)
    part = AUTHORISED_PART
    found = part * ratios.authorised**powers + (1 - part) * ratios.unauthorised**powers
    power = float(powers[np.argmin(np.abs(found - overall))])
    return Beside(ratios.authorised**power, ratios.unauthorised**power, overall)


AUTHORISED_PART: Final = 0.66
"""Of absence in autumn 2023, about."""
