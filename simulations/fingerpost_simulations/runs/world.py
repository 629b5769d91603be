"""The world of a run: pupils with everything known of them before it begins, their schools, and its weeks.

Marks are those of the whole time: what happens later is never seen by a decision, which is as at a date. Of
events, and of facts that somebody judged, only those from before the run are there, because the run makes its
own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fingerpost.calendar import Calendar
from fingerpost.digest import normal
from fingerpost.history import Completeness, EventRow, Facts, History, Pupil
from fingerpost.population.kept import population_of
from fingerpost.population.population import Population
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Fact
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True)
class Week:
    """A week of a run: the day of its decision, and the school days after it on which its work is done."""

    number: int
    on: dt.date
    days: tuple[int, ...]
    """Ordinals; none after the last decision."""


@dataclass(frozen=True)
class Corrections:
    """Marks that were entered as N and corrected on a later day, in order of rows and sessions.

    The marks of a world are the corrected ones; until its day of correction each is N.
    """

    rows: NDArray[np.int64]
    slots: NDArray[np.int64]
    corrected_on: NDArray[np.int64]
    """Ordinals."""

    @classmethod
    def none(cls) -> Corrections:
        """Nothing was corrected, or the registers themselves say so."""
        return cls(*(np.zeros(0, dtype=np.int64) for _ in range(3)))

    def waiting(self, on: dt.date) -> NDArray[np.bool_]:
        """Those that were not made yet, of sessions up to a day."""
        day = on.toordinal()
        found: NDArray[np.bool_] = (self.slots // 2 <= day) & (self.corrected_on > day)
        return found


@dataclass(frozen=True)
class World:
    """Pupils before a run, and the weeks of the run."""

    population: Population
    weeks: tuple[Week, ...]
    corrected: bool
    """Whether marks were corrected later, so that each decision must say what was known."""
    groups: Mapping[str, Sequence[str]]
    """What pupils can be grouped by that no fact says, one value a row: `sex`."""
    corrections: Corrections = field(default_factory=Corrections.none)

    @cached_property
    def ids(self) -> list[str]:
        """The pupils' ids, by row."""
        ids: list[str] = self.population.people.ids.to_pylist()
        return ids

    @cached_property
    def schools(self) -> list[str]:
        """The pupils' schools, by row."""
        names = self.population.school_names
        return [names[number] for number in self.population.people.schools.tolist()]

    @cached_property
    def authorities(self) -> Mapping[str, str]:
        """The authority of each school; empty where none is known."""
        known = self.population.schools
        return {
            name: (known[name].authority or "") if name in known else ""
            for name in self.population.school_names
        }

    @cached_property
    def roll(self) -> Mapping[str, int]:
        """How many pupils each school has on record."""
        found = dict.fromkeys(self.population.school_names, 0)
        for school in self.schools:
            found[school] += 1
        return found


def world_of(history: History, policies: Sequence[Policy], first: dt.date, last: dt.date) -> World:
    """A world of the pupils of a history."""
    vocabulary = Vocabulary.from_policies(*policies)
    judged = {name for policy in policies for name, fact in policy.facts.items() if _is_judged(fact)}
    before = replace(
        history,
        pupils={name: _before(pupil, first, judged) for name, pupil in history.pupils.items()},
        complete=completeness(history.complete, policies),
        digest="",
    )
    population = population_of(normal(before), vocabulary)
    return World(
        population=population,
        weeks=tuple(weeks_of(history, first, last)),
        corrected=any(pupil.register.recorded_on is not None for pupil in history.pupils.values()),
        groups={},
    )


def completeness(given: Completeness, policies: Sequence[Policy]) -> Completeness:
    """Every kind of event is recorded in full, as a run does it: what is not on record did not happen."""
    kinds = {kind for policy in policies for kind in policy.events}
    return replace(given, kinds={**dict.fromkeys(sorted(kinds), None), **given.kinds})


def _is_judged(fact: Fact) -> bool:
    return bool(fact.judged_by)


def _before(pupil: Pupil, first: dt.date, judged: set[str]) -> Pupil:
    """The pupil as on the day before the run, with the marks of the whole time."""
    return replace(
        pupil,
        events=tuple(row for row in pupil.events if row.date < first and _known(row, first)),
        facts=_facts_before(pupil.facts, first, judged),
        parents=tuple(
            replace(parent, facts=_facts_before(parent.facts, first, judged)) for parent in pupil.parents
        ),
    )


def _known(row: EventRow, first: dt.date) -> bool:
    return row.recorded_on is None or row.recorded_on < first


def _facts_before(facts: Facts, first: dt.date, judged: set[str]) -> Facts:
    found = {
        name: tuple(row for row in rows if row.first is None or row.first < first)
        if name in judged
        else tuple(rows)
        for name, rows in facts.items()
    }
    return {name: rows for name, rows in found.items() if rows}


def weeks_of(history: History, first: dt.date, last: dt.date) -> Iterator[Week]:
    """The weeks from the first day to the last in which any school is open.

    Decisions are on the last school day of a week; the work that they ask for is done from the next school
    day up to the next decision.
    """
    marked = {slot for pupil in history.pupils.values() for slot in pupil.register.slots}
    days = school_days(history, marked, first, last)
    yield from weeks_from(days)


def weeks_from(days: Sequence[int]) -> Iterator[Week]:
    """The weeks of these school days."""
    latest: dict[int, int] = {}
    for day in days:
        latest[day - (day - 1) % 7] = day
    decisions = list(latest.values())
    for number, on in enumerate(decisions):
        until = decisions[number + 1] if number + 1 < len(decisions) else on
        work = tuple(day for day in days if on < day <= until)
        yield Week(number, dt.date.fromordinal(on), work)


def school_days(history: History, marked: set[int], first: dt.date, last: dt.date) -> list[int]:
    """The ordinals of the days on which any school is open and marks may be."""
    known = [Calendar.from_data(data, ()) for data in history.calendars.values()]
    given = [one for one in known if not one.inferred]
    days = {day for one in given for day in one.school_days} if given else {slot // 2 for slot in marked}
    latest = max(marked) // 2 if marked else 0
    return sorted(day for day in days if first.toordinal() <= day <= min(last.toordinal(), latest))
