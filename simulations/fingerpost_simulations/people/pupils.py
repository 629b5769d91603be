"""Who the pupils are: schools, year groups, birthdays, groups, households and parents, in columns.

Rows are ordered by school. Schools lie in areas, one to about each secondary school; brothers and sisters go
to school in the same area, and share a household, its parents, its eligibility for free school meals and part
of how often they are away. Some parents live apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.randomness import Numbers, Purpose, Stream, evened, normal_of
from fingerpost_simulations.people.spec import PHASES, Phase, Spec

Whole = NDArray[np.int32]
Small = NDArray[np.int8]
Flags = NDArray[np.bool_]

SCHOOL_SIZES: Final[Mapping[Phase, int]] = {Phase.PRIMARY: 275, Phase.SECONDARY: 1060, Phase.SPECIAL: 150}
YEAR_GROUPS: Final[Mapping[Phase, tuple[int, int]]] = {
    Phase.PRIMARY: (0, 6),
    Phase.SECONDARY: (7, 11),
    Phase.SPECIAL: (0, 11),
}
FAMILY_SIZES: Final = (0.46, 0.80, 0.95, 1.0)
"""How likely a household has at most 1, 2, 3 or 4 children at school in the area."""


class Sen(IntEnum):
    """Special educational needs, as recorded."""

    NONE = 0
    SUPPORT = 1
    PLAN = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Who:
    """The columns of who the pupils are; one row a pupil."""

    phases: Small
    """Places in `PHASES`."""
    schools: Whole
    """Numbers of schools, from 0, in order of rows."""
    areas: Whole
    year_groups: Small
    births: Whole
    """Ordinals of dates."""
    sexes: Small
    """0 for a girl, 1 for a boy."""
    fsm: Flags
    sen: Small
    social_worker: Flags
    families: Whole
    parents: Small
    """How many parents are known: 0, 1 or 2."""
    apart: Flags
    """Whether the parents live apart."""
    deprivation: Numbers
    """The household's, a standard normal number: higher is poorer."""

    def __len__(self) -> int:
        return len(self.schools)


def shares_of(spec: Spec, default: Mapping[Phase, float]) -> tuple[float, ...]:
    """The share of pupils in each phase."""
    given = spec.phases if spec.phases is not None else default
    return tuple(given.get(phase, 0.0) for phase in PHASES)


def who(spec: Spec, seed: int, shares: tuple[float, ...]) -> Who:
    """Makes the pupils of a spec."""
    phases, schools, areas = _places(spec, shares)
    pupils = spec.pupils
    every = np.arange(pupils)
    years = _year_groups(phases, Stream(seed, Purpose.YEAR_GROUP, 4).uniforms(0, pupils)[:, 0])
    families = _families(areas, Stream(seed, Purpose.HOUSEHOLD, 4).uniforms(0, pupils))
    households = int(families.max()) + 1
    home = Stream(seed, Purpose.FAMILY, 8).uniforms(0, households)
    own = Stream(seed, Purpose.GROUP, 8).uniforms(0, pupils)
    area_draws = normal_of(Stream(seed, Purpose.SCHOOL, 4).uniforms(0, int(areas.max()) + 1)[:, 0])
    poor = (0.55 * area_draws[areas] + np.sqrt(1 - 0.55**2) * normal_of(home[:, 0])[families]).astype(float)
    fsm = _likeliest(poor + 1e-9 * own[:, 0], spec.groups.fsm)
    sen = _needs(spec, phases, own[:, 1:3], fsm)
    return Who(
        phases=phases,
        schools=schools,
        areas=areas,
        year_groups=years,
        births=_births(spec.starts, years, home[:, 1][families]),
        sexes=np.where(own[:, 4] < np.where(sen == Sen.PLAN, 0.73, 0.505), 1, 0).astype(np.int8),
        fsm=fsm,
        sen=sen,
        social_worker=_likeliest(
            normal_of(home[:, 2])[families] + 0.8 * fsm + 0.5 * (sen > 0) + 1e-9 * every / pupils,
            spec.groups.social_worker,
        ),
        families=families,
        parents=np.digitize(home[:, 3], (0.02, 0.22))[families].astype(np.int8),
        apart=(home[:, 4] < 0.24)[families],
        deprivation=poor,
    )


def _places(spec: Spec, shares: tuple[float, ...]) -> tuple[Small, Whole, Whole]:
    """Phase, school and area of each row. An area's pupils lie together, and so do a school's."""
    ends = np.rint(np.cumsum(shares) / sum(shares) * spec.pupils).astype(np.int64)
    counts = np.diff(ends, prepend=0)
    size = {phase: spec.school_sizes.get(phase, SCHOOL_SIZES[phase]) for phase in PHASES}
    whole = [max(1, round(int(count) / size[phase])) for phase, count in zip(PHASES, counts, strict=True)]
    areas = whole[1] if counts[1] else max(1, whole[0] // 4)
    phases, schools, places = [], [], []
    for place, (count, number) in enumerate(zip(counts.tolist(), whole, strict=True)):
        school = np.arange(count) * number // max(count, 1)
        phases.append(np.full(count, place, dtype=np.int8))
        schools.append(school)
        places.append(school * areas // number)
    phase, school, area = np.concatenate(phases), np.concatenate(schools), np.concatenate(places)
    order = np.lexsort((school, phase, area))
    phase, school, area = phase[order], school[order], area[order]
    starts = np.ones(len(order), dtype=np.int32)
    starts[1:] = (np.diff(school) != 0) | (np.diff(phase) != 0)
    return phase, np.cumsum(starts, dtype=np.int32) - 1, area.astype(np.int32)


def _year_groups(phases: Small, uniform: Numbers) -> Small:
    first = np.array([YEAR_GROUPS[phase][0] for phase in PHASES])
    number = np.array([YEAR_GROUPS[phase][1] - YEAR_GROUPS[phase][0] + 1 for phase in PHASES])
    years: Small = (first[phases] + (uniform * number[phases]).astype(np.int64)).astype(np.int8)
    return years


def _families(areas: Whole, uniform: Numbers) -> Whole:
    """Households: the pupils of an area in a random order, cut into stretches of one to four."""
    order = np.lexsort((uniform[:, 0], areas))
    sizes = 1 + np.searchsorted(FAMILY_SIZES, uniform[order, 1], side="right")
    begins = np.zeros(len(order), dtype=np.bool_)
    left = 0
    last_area = -1
    for place, (area, size) in enumerate(zip(areas[order].tolist(), sizes.tolist(), strict=True)):
        if left == 0 or area != last_area:
            begins[place], left, last_area = True, size, area
        left -= 1
    families = np.empty(len(order), dtype=np.int32)
    families[order] = np.cumsum(begins) - 1
    return families


def _births(starts: int, years: Small, of_family: Numbers) -> Whole:
    """Birthdays that fit the year groups; brothers and sisters are a year or more apart, or twins."""
    first = np.array([dt.date(starts - 5 - year, 9, 1).toordinal() for year in range(12)])
    within = of_family * 365
    births: Whole = (first[years] + within.astype(np.int64)).astype(np.int32)
    return births


def _likeliest(leaning: Numbers, share: float) -> Flags:
    """The share of pupils who lean that way most."""
    wanted = round(share * len(leaning))
    chosen = np.zeros(len(leaning), dtype=np.bool_)
    chosen[np.argsort(-leaning, kind="stable")[:wanted]] = True
    return chosen


def _needs(spec: Spec, phases: Small, uniform: Numbers, fsm: Flags) -> Small:
    """All pupils of special schools have a plan; elsewhere, needs go with free school meals."""
    special = phases == PHASES.index(Phase.SPECIAL)
    leaning = normal_of(uniform[:, 0]) + 0.45 * fsm
    needs = np.zeros(len(phases), dtype=np.int8)
    needs[special] = Sen.PLAN
    main = np.flatnonzero(~special)
    if len(main) == 0:
        return needs
    plans = max(spec.groups.care_plan * len(phases) - special.sum(), 0.0) / len(main)
    supported = min(spec.groups.sen_support * len(phases) / len(main), 1 - plans)
    rank = evened(-leaning[main], uniform[main, 1])
    needs[main[rank < plans + supported]] = Sen.SUPPORT
    needs[main[rank < plans]] = Sen.PLAN
    return needs
