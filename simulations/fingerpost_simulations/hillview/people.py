"""Who goes to Hillview Primary: ids, birthdays, families, parents, times on roll, and how often each is away.

Ids such as P0412 and F017 are numbers in a shuffled order: they stand for nobody, and cannot be taken for a
unique pupil number.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from fingerpost.history import Stay
from fingerpost_simulations.hillview.chance import Chance
from fingerpost_simulations.hillview.days import DAYS, FIRST_DAY, LAST_DAY, TERMS, YEARS, academic_year

COHORTS = range(YEARS[0] - 6, YEARS[-1] + 1)
"""The years in which the pupils of the record began, or would have begun, in reception."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A pupil before anything is marked.

    `cohort` is the year in which reception began for the pupil's age group.
    """

    id: str
    cohort: int
    date_of_birth: dt.date
    family: str
    parents: tuple[str, ...]
    stays: tuple[Stay, ...]
    frailty: float = 1.0
    lateness: float = 0.01
    silence: float = 0.2
    """How likely it is that nobody explains an absence."""
    keeps_eid: bool = False
    travels: bool = False
    has_social_worker: bool = False
    has_send: bool = False
    has_medical_condition: bool = False
    only_marks: bool = False
    """Nothing else is known: the school has sent only the register."""

    @property
    def year_group(self) -> int:
        """The year group on the last day, or the last one for a leaver."""
        return min(academic_year(LAST_DAY) - self.cohort, 6)

    def on_roll(self, day: dt.date) -> bool:
        """Whether the pupil is on roll on a day."""
        return any(
            (stay.first is None or stay.first <= day) and (stay.last is None or day <= stay.last)
            for stay in self.stays
        )


def people(seed: int, *, per_year: int, reserved: frozenset[str]) -> tuple[Person, ...]:
    """All pupils of the record but those of the stories, whose ids are `reserved`; in order of their ids."""
    chance = Chance(seed, 1)
    total = per_year * len(COHORTS)
    ids = [f"P{number:04}" for number in range(1, total + len(reserved) + 1)]
    free = chance.shuffled([name for name in ids if name not in reserved])[:total]
    made: list[Person] = []
    families: list[tuple[str, int, tuple[str, ...]]] = []
    named = 0
    for place, name in enumerate(free):
        cohort = COHORTS[place // per_year]
        older = [family for family in families[-4 * per_year :] if cohort - 4 <= family[1] < cohort]
        if older and chance.happens(0.34):
            family, _, parents = chance.choose(older)
        else:
            named += 1
            family = f"F{named:03}"
            parents = ("A", "B") if chance.happens(0.78) else ("A",)
        families.append((family, cohort, parents))
        made.append(_person(chance, name, cohort, family, parents))
    return tuple(sorted(made, key=lambda person: person.id))


def _person(chance: Chance, name: str, cohort: int, family: str, parents: tuple[str, ...]) -> Person:
    frailty = chance.frailty()
    if chance.happens(0.07):
        frailty *= chance.whole(2, 6)
    person = Person(
        id=name,
        cohort=cohort,
        date_of_birth=dt.date(cohort - 5, 9, 1) + dt.timedelta(days=chance.whole(0, 364)),
        family=family,
        parents=parents,
        stays=(usual_stay(cohort),),
        frailty=frailty,
        lateness=0.006 + 0.05 * chance.number() ** 6,
        silence=0.04 + 0.4 * chance.number() ** 3,
        keeps_eid=chance.happens(0.08),
        travels=chance.happens(0.004),
        has_social_worker=chance.happens(0.03),
        has_send=chance.happens(0.11),
        has_medical_condition=chance.happens(0.03),
    )
    return _moved(chance, person)


def usual_stay(cohort: int) -> Stay:
    """From reception to year 6; no first date for those who were there before the record begins."""
    begins = next((term.first for term in TERMS if term.first >= dt.date(cohort, 9, 1)), None)
    ends = [term.last for term in TERMS if term.last < dt.date(cohort + 7, 9, 1)]
    left = cohort + 7 <= academic_year(LAST_DAY)
    return Stay(first=begins if cohort >= FIRST_DAY.year else None, last=ends[-1] if left else None)


def _moved(chance: Chance, person: Person) -> Person:
    """One in sixteen comes or goes on the way.

    A few of them come back, and for a few only marks are known.
    """
    (stay,) = person.stays
    if not chance.happens(0.06):
        return person
    place = chance.whole(30, len(DAYS) - 30)
    if not person.on_roll(DAYS[place]) or not person.on_roll(DAYS[place - 30]):
        return person
    if chance.happens(0.65):
        joined = replace(person, stays=(replace(stay, first=DAYS[place]),))
        return replace(joined, only_marks=chance.happens(0.3))
    gone = replace(stay, last=DAYS[place])
    if place + 90 < len(DAYS) and chance.happens(0.4) and person.on_roll(DAYS[place + 80]):
        return replace(person, stays=(gone, replace(stay, first=DAYS[place + 60])))
    return replace(person, stays=(gone,))
