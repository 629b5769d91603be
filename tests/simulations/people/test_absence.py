"""The absence of made-up pupils is like the published: what is fitted is met, what is predicted is near."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from fingerpost_simulations.people import Spec, make_people
from fingerpost_simulations.people.calibrate import Reference, first_guess, of_year, tried
from fingerpost_simulations.people.compare import Compared, Sort, Worlds, compared, sort_of, week_of
from fingerpost_simulations.people.fit import SHAPES, YEARS
from fingerpost_simulations.people.measure import Tally, tally
from fingerpost_simulations.people.published import (
    CENSUS,
    CENSUS_AUTUMN,
    DAILY,
    by_phase,
    figures,
    select,
    total,
)
from fingerpost_simulations.people.rates import REASONS, Reason
from fingerpost_simulations.people.spec import PHASES, groups_of
from fingerpost_simulations.people.targets import moved, phase_shares, target, wanted_rates, week_curve
from fingerpost_simulations.people.validate import page, worlds
from fingerpost_simulations.people.years import begins_in, school_year

PAGE = Path(__file__).parents[3] / "docs" / "simulated-absence.md"
PUPILS, SEEDS = 16_000, 2


@cache
def made() -> tuple[Worlds, ...]:
    return tuple(worlds(PUPILS, SEEDS))


@cache
def rows() -> tuple[Compared, ...]:
    return tuple(compared(made(), PUPILS)[0])


def only(year: str, group: str, measure: str, basis: str = CENSUS) -> Compared:
    named = (year, group, measure, basis)
    found = [
        row
        for row in rows()
        if (row.figure.year, row.figure.group, row.figure.measure, row.figure.basis) == named
    ]
    assert len(found) == 1, named
    return found[0]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("group", ["Total", "Primary", "Secondary"])
def test_overall_absence_is_fitted(year: str, group: str) -> None:
    """Wider than on the page by what chance makes of few pupils."""
    row = only(year, group, "overall_absence")
    assert row.sort is Sort.FITTED
    assert abs(row.difference) < 0.3


@pytest.mark.parametrize("year", YEARS)
def test_persistent_and_severe_absence_follow(year: str) -> None:
    assert abs(only(year, "Total", "persistent_absence").difference) < 1.6
    assert abs(only(year, "Total", "severe_absence").difference) < 0.5


def test_nothing_persistent_or_severe_is_called_fitted() -> None:
    for figure in figures():
        if figure.measure in {"persistent_absence", "pa", "severe_absence"}:
            assert sort_of(figure) is not Sort.FITTED


def test_the_page_is_what_the_command_writes() -> None:
    """The committed page has the rows, the published figures and the headings of a smaller run."""

    def frame(text: str) -> list[list[str]]:
        cut = [line.split("|") for line in text.splitlines() if line.startswith(("#", "| "))]
        return [[*line[:5], *line[7:8]] if len(line) > 9 else line[:2] for line in cut]

    small = page(rows(), compared(made(), PUPILS)[1], PUPILS, SEEDS)
    assert frame(PAGE.read_text(encoding="utf-8")) == frame(small)


def test_the_page_holds_what_is_asked_of_the_model() -> None:
    """On the page, census: overall within 0.1, persistent within 1.0, severe within 0.3, and rounding."""
    limits = {"overall absence": 0.15, "persistent absence": 1.05, "severe absence": 0.35}
    seen = dict.fromkeys(limits, 0)
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = line if line.startswith("## ") else heading
        cells = [cell.strip() for cell in line.split("|")]
        if (
            not heading.endswith(", census")
            or len(cells) < 9
            or cells[1] != "phase"
            or cells[3] not in limits
        ):
            continue
        assert abs(float(cells[6])) <= limits[cells[3]], line
        seen[cells[3]] += 1
    assert min(seen.values()) >= 4


def test_a_council_s_own_figures_are_met() -> None:
    """Given absence by phase, that comes out; more of it means more persistent and severe absence."""
    shares = []
    for overall, unauthorised in (
        ({"primary": 0.048, "secondary": 0.075}, {}),
        ({"primary": 0.072, "secondary": 0.115}, {"secondary": 0.06}),
    ):
        spec = Spec.model_validate(
            {
                "pupils": 12_000,
                "phases": {"primary": 0.55, "secondary": 0.45},
                "overall": overall,
                "unauthorised": unauthorised,
            }
        )
        counts = tally(make_people(spec, seed=4))
        for place, phase in enumerate(("primary", "secondary")):
            assert counts.rate(counts.phases == place) == pytest.approx(overall[phase], abs=0.004)
        for rate in unauthorised.values():
            assert counts.rate(counts.phases == 1, of="unauthorised") == pytest.approx(rate, abs=0.004)
        shares.append((counts.at_least(0.1), counts.at_least(0.5)))
    assert shares[0][0] < shares[1][0]
    assert shares[0][1] < shares[1][1]


def test_trying_brings_rates_nearer() -> None:
    """A few rounds on few pupils bring every large rate within a tenth of what is wanted."""
    wanted = target("2023/24")
    reference = Reference.of("2023/24", 6_000)
    found = tried(first_guess(wanted, SHAPES, school_year(2023)), wanted, reference, 6)
    counts = reference.marked(found)
    for phase in range(2):
        ill = counts.reasons(phase)[REASONS.index(Reason.ILLNESS)]
        assert ill == pytest.approx(wanted.wanted[phase, REASONS.index(Reason.ILLNESS)], rel=0.1)


@pytest.mark.parametrize("year", YEARS)
def test_what_is_shipped_was_fitted_to_the_figures(year: str) -> None:
    assert np.allclose(of_year(year).rates.wanted, wanted_rates(year), atol=1e-7)
    assert of_year(year).shapes == SHAPES


@pytest.mark.parametrize("year", YEARS)
def test_targets_add_up(year: str) -> None:
    """Reasons add up to overall absence, shares to one, and a curve's mean is one."""
    calendar = school_year(int(year[:4]))
    curve = week_curve(year, calendar)
    assert np.average(curve, weights=np.bincount(calendar.weeks)) == pytest.approx(1)
    assert phase_shares(year).sum() == pytest.approx(1)
    every = phase_shares(year) @ wanted_rates(year).sum(axis=1)
    published = next(
        one.value
        for one in figures()
        if (one.year, one.basis, one.group, one.measure) == (year, CENSUS, "Total", "overall_absence")
    )
    assert 100 * every == pytest.approx(published, abs=0.06)


@pytest.mark.parametrize("year", YEARS)
def test_times_are_beside_their_means(year: str) -> None:
    """Weeks, terms of a phase, and weekdays say when, not how much."""
    wanted, calendar = target(year), school_year(int(year[:4]))
    sizes, days = np.bincount(calendar.weeks), np.bincount(calendar.terms)
    assert np.average(wanted.weeks, axis=1, weights=sizes) == pytest.approx([1, 1])
    assert np.average(wanted.terms, axis=2, weights=days) == pytest.approx(np.ones((2, len(PHASES))))
    assert wanted.weekdays.mean(axis=2) == pytest.approx(np.ones((2, len(PHASES))))
    assert (wanted.weekdays.argmax(axis=2) == 4).all()


def test_published_weeks_of_illness_are_aimed_at() -> None:
    wanted = target("2023/24")
    of_all = wanted.shares @ wanted.wanted
    ill = of_all[REASONS.index(Reason.ILLNESS)] / of_all.sum() * total("2023/24", DAILY, "overall_absence")
    for figure in select(year="2023/24", dimension="week", measure="illness_rate"):
        week = week_of(figure)
        assert isinstance(week, int)
        assert ill * wanted.weeks[0, week] == pytest.approx(figure.value)


@pytest.mark.parametrize("year", YEARS)
def test_autumn_of_each_phase_is_aimed_at(year: str) -> None:
    """As published: illness of 2018/19; overall absence of 2023/24, to the rounding of the year's."""
    wanted = target(year)
    for place, phase in enumerate(PHASES):
        ill = wanted.wanted[place, REASONS.index(Reason.ILLNESS)]
        rest = wanted.wanted[place].sum() - ill
        aim = ill * wanted.terms[0, place, 0], rest * wanted.terms[1, place, 0]
        if year == "2018/19":
            assert aim[0] == pytest.approx(by_phase(year, CENSUS_AUTUMN, "illness")[phase])
        elif year == "2023/24":
            assert sum(aim) == pytest.approx(
                by_phase(year, CENSUS_AUTUMN, "overall_absence")[phase], rel=0.015
            )


def test_groups_and_all_others_make_all_pupils() -> None:
    """With the shares of the year, the published figures of 2018/19 add up to the published total."""
    ratios, shares = target("2018/19").groups, groups_of("2018/19")
    rest = 1 - shares.sen_support - shares.care_plan
    named = shares.sen_support * ratios["support"].overall + shares.care_plan * ratios["plan"].overall
    none = total("2018/19", CENSUS, "overall_absence", "No identified SEN")
    assert (1 - named) / rest * total("2018/19", CENSUS, "overall_absence") == pytest.approx(none, abs=0.05)


def test_fridays_have_more_absence_and_its_afternoons_most() -> None:
    """Of all days; and the afternoon of Friday is more above its morning than those of other days are."""
    for world in made():
        counts = world.tallies["2022/23", CENSUS]
        of_phase = counts.sessions[0]
        by_day = [counts.over(of_phase, counts.weekdays == day) for day in range(5)]
        assert max(by_day) == by_day[4]
        more = [
            counts.over(of_phase, (counts.weekdays == day) & counts.afternoons)
            - counts.over(of_phase, (counts.weekdays == day) & ~counts.afternoons)
            for day in range(5)
        ]
        assert more[4] > max(more[:4]) + 0.001


@pytest.mark.parametrize("begins", begins_in())
def test_a_curve_can_be_moved_to_any_year(begins: int) -> None:
    here, there = school_year(2023), school_year(begins)
    curve = moved(week_curve("2023/24", here), here, there)
    assert len(curve) == there.weeks[-1] + 1
    assert curve.min() > 0


def test_a_tally_counts_as_the_statistics_do() -> None:
    """By hand, on one small population: possible, absent, persistent."""
    people = make_people(Spec(pupils=300), seed=9)
    counts: Tally = tally(people)
    absent = {"I", "M", "R", "S", "T", "H", "E", "C", "G", "O", "U", "N"}
    missed = possible = persistent = pupils = 0
    for marks in people.registers().tolist():
        codes = [people.codes[byte] for byte in marks if byte in people.codes]
        away = sum(code in absent for code in codes)
        missed, possible = missed + away, possible + len(codes)
        pupils += bool(codes)
        persistent += bool(codes) and 10 * away >= len(codes)
    assert counts.rate() == pytest.approx(missed / possible)
    assert counts.at_least(0.1) == pytest.approx(persistent / pupils)
    assert len(PHASES) == counts.sessions.shape[0]
