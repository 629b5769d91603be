"""Which group each pupil is in: by a fact of the policy on the last day, or by what else is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from fingerpost.known import UNKNOWN, known_fact
from fingerpost.writers.plain import cell
from fingerpost_dsl.model.declarations import Fact, Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.runs.world import World

NOT_KNOWN = "not known"
BUILT_IN = ("phase", "year_group", "school")
"""What pupils can be grouped by without a fact."""


def title_of(by: str, policy: Policy) -> str:
    """What a group is called in a report."""
    built_in = {"phase": "Phase", "year_group": "Year group", "school": "School", "sex": "Sex"}
    fact = policy.facts.get(by)
    return fact.title if fact is not None else built_in.get(by, by)


def can_group_by(by: str, world: World, policy: Policy) -> bool:
    """Whether pupils can be grouped by that."""
    fact = policy.facts.get(by)
    return by in BUILT_IN or by in world.groups or (fact is not None and _is_about_pupils(fact))


def _is_about_pupils(fact: Fact) -> bool:
    return fact.subject in (Subject.PUPIL, Subject.FAMILY)


def groups_of(world: World, policy: Policy, by: str, on: dt.date) -> Sequence[str]:
    """The group of each pupil."""
    population = world.population
    if by in world.groups:
        return world.groups[by]
    match by:
        case "school":
            return world.schools
        case "year_group":
            years = population.people.year_groups.tolist()
            return [NOT_KNOWN if year < 0 else "Reception" if year == 0 else f"Year {year}" for year in years]
        case "phase":
            known = population.schools
            phases = {
                name: (known[name].phase if name in known else None) for name in population.school_names
            }
            return [phases[school] or NOT_KNOWN for school in world.schools]
        case _:
            coded = population.people.facts.get(by)
            if coded is None:
                return [NOT_KNOWN] * len(population)
            values = [known_fact(rows, None).at(on) for rows in coded.pool]
            names = [NOT_KNOWN if value is UNKNOWN else cell(value) for value in values]
            return [names[number] for number in coded.codes.tolist()]
