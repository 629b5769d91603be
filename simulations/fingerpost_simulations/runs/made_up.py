"""A world of made-up pupils: their columns go into a population as they are, without an object a pupil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Columns, arrow
from fingerpost.history import Completeness
from fingerpost.population.read import read_population
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.people import People, Spec, make_people
from fingerpost_simulations.people.save import strings
from fingerpost_simulations.runs.world import Corrections, World, completeness, weeks_from

_ROWS = 50_000
"""Pupils whose registers are made at a time."""


@dataclass(frozen=True)
class MadeUp:
    """Makes the world of each seed: other pupils of the same kind."""

    spec: Spec
    policies: tuple[Policy, ...]
    first: dt.date
    last: dt.date

    def __call__(self, seed: int) -> World:
        """The world of a seed."""
        return world_of_people(make_people(self.spec, seed), self.policies, self.first, self.last)


def world_of_people(people: People, policies: Sequence[Policy], first: dt.date, last: dt.date) -> World:
    """A world of made-up pupils."""
    vocabulary = Vocabulary.from_policies(*policies)
    population, problems = read_population(
        _tables(people, vocabulary),
        vocabulary,
        calendars={"": people.calendar},
        complete=completeness(Completeness(), policies),  # registers that begin with the year are whole
    )
    assert population is not None, f"made-up pupils are read without a mistake: {problems[:3]}"
    days = [day.toordinal() for day in people.year.days if first <= day <= last]
    ids = np.array(population.people.ids.to_pylist())
    rows = _places(people, ids)
    return World(
        population=population,
        weeks=tuple(weeks_from(days)),
        corrected=False,
        groups={"sex": people.sexes[rows].tolist()},
        corrections=_corrections(people, rows),
    )


def _places(people: People, ids: NDArray[np.str_]) -> NDArray[np.int64]:
    """For each row of the population the row among the people."""
    order = np.argsort(people.ids)
    return order[np.searchsorted(people.ids[order], ids)]


def _tables(people: People, vocabulary: Vocabulary) -> dict[str, Columns]:
    pa = arrow()
    first, last = people.stays
    days = np.array([day.toordinal() for day in people.year.days])
    facts = {
        "free_school_meals": people.fsm,
        "has_send": people.sen != "none",
        "has_care_plan": people.sen == "plan",
        "has_social_worker": people.social_worker,
    }
    pupils = {
        "pupil": people.ids.tolist(),
        "date_of_birth": _dates(people.births),
        "year_group": people.year_groups.astype(np.int32),
        "school": people.schools.tolist(),
        "family": people.families.tolist(),
        "on_roll_from": _dates(days[first], known=first > 0),
        "on_roll_until": _dates(days[last - 1], known=last < len(days)),
        "start": _dates(days[first]),
        "marks": list(_marks(people, first.astype(np.int64))),
        **{name: column for name, column in facts.items() if name in vocabulary.facts},
    }
    return {"pupils": pa.table(pupils), "parents": _parents(people), **_schools(people)}


def _marks(people: People, first: NDArray[np.int64]) -> Iterator[str]:
    for start in range(0, len(people), _ROWS):
        rows = slice(start, min(start + _ROWS, len(people)))
        yield from strings(people.registers(rows), first[rows])


def _parents(people: People) -> Columns:
    rows = np.repeat(np.arange(len(people)), people.parents)
    starts = np.repeat(np.cumsum(people.parents, dtype=np.int64) - people.parents, people.parents)
    letters = np.array(["A", "B"])[np.arange(len(rows)) - starts]
    ids = np.char.add(people.families[rows], letters)
    return arrow().table({"pupil": people.ids[rows].tolist(), "parent": ids.tolist()})


def _schools(people: People) -> Mapping[str, Columns]:
    pa = arrow()
    ids, places = np.unique(people.schools, return_index=True)
    schools = {
        "school": ids.tolist(),
        "name": [f"School {name} (made up)" for name in ids.tolist()],
        "authority": [people.authority] * len(ids),
        "phase": people.phases[places].tolist(),
    }
    authorities = {"authority": [people.authority], "name": [people.spec.authority]}
    return {"schools": pa.table(schools), "authorities": pa.table(authorities)}


def _dates(ordinals: NDArray[np.integer], known: NDArray[np.bool_] | None = None) -> Columns:
    pa = arrow()
    days = (ordinals - dt.date(1970, 1, 1).toordinal()).astype(np.int32)
    return pa.array(days, mask=None if known is None else ~known).cast(pa.date32())


def _corrections(people: People, rows: NDArray[np.int64]) -> Corrections:
    """Marks that were N until somebody said why, by the rows of the population."""
    back = np.empty(len(rows), dtype=np.int64)
    back[rows] = np.arange(len(rows))
    whose, session, on = people.corrections()
    slots = np.array(people.sessions, dtype=np.int64)
    found = np.stack([back[whose], slots[session], on.astype(np.int64)])
    return Corrections(*found[:, np.lexsort((found[1], found[0]))])
