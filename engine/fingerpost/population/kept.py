"""Pupils who are kept as they are beside the columns: of whom more is on record than columns hold.

All that columns do hold of them stands there too, so that nothing else need know who is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fingerpost.arrow import arrow
from fingerpost.axis import Alphabet
from fingerpost.digest import normal
from fingerpost.history import CalendarData, Facts, History, Parent, Pupil
from fingerpost.known import known_register
from fingerpost.population.code_list import ADMINISTRATIVE_MARK, CodeList
from fingerpost.population.events import Events
from fingerpost.population.holders import Parents, People
from fingerpost.population.people import Coded
from fingerpost.population.population import Population
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER, Numbering
from fingerpost.population.strips import Administrative, Roll, Strip, on_roll, pack_into, stretches
from fingerpost.vocabulary import Vocabulary


def population_of(history: History, vocabulary: Vocabulary) -> Population:
    """A population of the pupils of a history, every one of them kept as it is."""
    history = history if history.digest else normal(history)
    by_school = sorted(
        history.pupils, key=lambda name: (place_of(history.calendars, history.pupils[name].school), name)
    )
    pupils = [history.pupils[name] for name in by_school]
    none = np.zeros(len(pupils), dtype=np.int64)
    school_names = sorted({pupil.school for pupil in pupils})
    numbers = {name: number for number, name in enumerate(school_names)}
    people = People(
        ids=arrow().array(by_school, type=arrow().string()),
        schools=np.array([numbers[pupil.school] for pupil in pupils], dtype=np.int32),
        roll=Roll(none, none.copy(), none.copy()),
        year_groups=np.full(len(pupils), -1, dtype=np.int32),
        families=none.astype(np.int32),
        family_names=(),
        facts={},
        parents=Parents.none(len(pupils)),
        events=Events.none(vocabulary),
    )
    codes = codes_of(vocabulary)
    strips = [
        Strip(first, last, np.zeros(0, np.int64), np.zeros((codes.planes, last - first, 0), np.uint64))
        for first, last in stretches([calendar_key(history.calendars, pupil.school) for pupil in pupils])
    ]
    made = Population(
        people=people,
        codes=codes,
        strips=strips,
        administrative=Administrative.joined([]),
        school_names=school_names,
        schools=history.schools,
        authorities=history.authorities,
        calendars=history.calendars,
        complete=history.complete,
    )
    return with_kept(made, dict(enumerate(pupils)), frozenset(range(len(pupils))))


def codes_of(vocabulary: Vocabulary) -> CodeList:
    """The list of codes by which registers are packed."""
    return CodeList.of(Numbering(Alphabet(vocabulary.codes)))


def calendar_key(calendars: Mapping[str, CalendarData], school: str) -> str | None:
    """Which calendar a school keeps: its own, the general one, or none."""
    return school if school in calendars else "" if "" in calendars else None


def place_of(calendars: Mapping[str, CalendarData], school: str) -> tuple[str, str]:
    """Where a school stands in the order of rows: with those that keep the same calendar."""
    return calendar_key(calendars, school) or "", school


def with_kept(population: Population, kept: Mapping[int, Pupil], registers: frozenset[int]) -> Population:
    """The population with what is recorded of some pupils put into its columns."""
    if not kept:
        return population
    people = population.people
    roll, years, families = people.roll, people.year_groups.copy(), people.families.copy()
    roll = Roll(roll.births.copy(), roll.first.copy(), roll.last.copy())
    facts = {name: Coded(coded.codes.copy(), list(coded.pool)) for name, coded in people.facts.items()}
    family_names = {name: number for number, name in enumerate(people.family_names, start=1)}
    for row, pupil in kept.items():
        single = len(pupil.on_roll) == 1
        stay = pupil.on_roll[0]
        roll.births[row] = pupil.date_of_birth.toordinal() if pupil.date_of_birth else 0
        roll.first[row] = stay.first.toordinal() if single and stay.first else 0
        roll.last[row] = stay.last.toordinal() if single and stay.last else 0
        years[row] = -1 if pupil.year_group is None else pupil.year_group
        families[row] = family_names.setdefault(pupil.family, len(family_names) + 1) if pupil.family else 0
        _put(facts, row, pupil.facts, len(population))
    made = Population(
        people=People(
            ids=people.ids,
            schools=people.schools,
            roll=roll,
            year_groups=years,
            families=families,
            family_names=list(family_names),
            facts=facts,
            parents=_parents_with(people.parents, kept),
            events=people.events,
        ),
        codes=population.codes,
        strips=population.strips,
        administrative=population.administrative,
        corrections=population.corrections,
        school_names=population.school_names,
        schools=population.schools,
        authorities=population.authorities,
        calendars=population.calendars,
        complete=population.complete,
        kept=kept,
        registers=registers,
    )
    for row in registers:
        _pack(made, row)
    return made


def _put(coded: dict[str, Coded], row: int, facts: Facts, rows: int) -> None:
    for name, of_name in coded.items():
        if name not in facts:
            of_name.codes[row] = 0
    for name, said in facts.items():
        coded.setdefault(name, Coded.empty(rows)).put(row, said)


def _parents_with(parents: Parents, kept: Mapping[int, Pupil]) -> Parents:
    """The parents with those of some rows as they are known there."""
    if not kept:
        return parents
    pa = arrow()
    counts = np.diff(parents.offsets)
    whose = np.repeat(np.arange(len(counts)), counts)
    stays = ~np.isin(whose, np.fromiter(kept, dtype=np.int64, count=len(kept)))
    more: list[tuple[int, Parent]] = [(row, one) for row, pupil in kept.items() for one in pupil.parents]
    rows = np.concatenate([whose[stays], np.array([row for row, _ in more], dtype=np.int64)])
    ids = pa.concat_arrays(
        [
            parents.ids.filter(pa.array(stays)).cast(pa.string()),
            pa.array([one.id for _, one in more], type=pa.string()),
        ]
    )
    facts = {
        name: Coded(
            np.concatenate([coded.codes[stays], np.zeros(len(more), dtype=np.int32)]), list(coded.pool)
        )
        for name, coded in parents.facts.items()
    }
    before = int(stays.sum())
    for index, (_, one) in enumerate(more):
        _put(facts, before + index, one.facts, len(rows))
    order = np.argsort(rows, kind="stable")
    offsets = np.searchsorted(rows[order], np.arange(len(counts) + 1)).astype(np.int64)
    taken = {name: coded.take(order) for name, coded in facts.items()}
    return Parents(offsets, ids.take(pa.array(order)), taken)


def _pack(population: Population, row: int) -> None:
    """Puts a kept register into its strip, as far as the strip's sessions go."""
    pupil, strip = population.kept[row], population.strip_of(row)
    slots, codes = known_register(pupil.register, None)
    letters = np.zeros((1, len(strip.slots)), dtype=np.uint8)
    places = {slot: place for place, slot in enumerate(strip.slots.tolist())}
    for slot, code in zip(slots, codes, strict=True):
        if slot in places:
            letters[0, places[slot]] = population.codes.letters.get(code, 1)
    there = np.zeros(len(strip.slots), dtype=np.bool_)
    for stay in pupil.on_roll:
        first = np.array([stay.first.toordinal() if stay.first else 0])
        last = np.array([stay.last.toordinal() if stay.last else 0])
        own = on_roll(first, last, strip.slots)
        there |= True if own is None else own[0]
    numbers = population.codes.numbers_of(letters, strip.slots)
    numbers[0, (letters[0] == 0) & there] = MISSING_NUMBER
    numbers[numbers >= ADMINISTRATIVE_MARK] = NOTHING_NUMBER
    pack_into(strip.planes[:, row - strip.first : row - strip.first + 1], numbers)


def without_rows(population: Population, out: Sequence[int]) -> Population:
    """The population without some rows."""
    stay = np.ones(len(population), dtype=np.bool_)
    stay[list(out)] = False
    rows = np.flatnonzero(stay)
    rank = np.cumsum(stay) - 1
    people, parents = population.people, population.people.parents
    counts = parents.counts[rows]
    whose = np.repeat(np.arange(len(population)), parents.counts)
    lines = np.flatnonzero(stay[whose])
    own = stay[population.administrative.rows]
    strips = []
    for strip in population.strips:
        inside = np.flatnonzero(stay[strip.first : strip.last])
        first = int(stay[: strip.first].sum())
        if len(inside):
            strips.append(Strip(first, first + len(inside), strip.slots, strip.planes[:, inside]))
    return Population(
        people=People(
            ids=people.ids.take(arrow().array(rows)),
            schools=people.schools[rows],
            roll=Roll(people.roll.births[rows], people.roll.first[rows], people.roll.last[rows]),
            year_groups=people.year_groups[rows],
            families=people.families[rows],
            family_names=people.family_names,
            facts={name: coded.take(rows) for name, coded in people.facts.items()},
            parents=Parents(
                np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                parents.ids.take(arrow().array(lines)),
                {name: coded.take(lines) for name, coded in parents.facts.items()},
            ),
            events=people.events.take(np.where(stay, rank, -1)),
        ),
        codes=population.codes,
        strips=strips,
        administrative=Administrative(
            rank[population.administrative.rows[own]],
            population.administrative.slots[own],
            population.administrative.letters[own],
        ),
        corrections=population.corrections.take(np.where(stay, rank, -1)),
        school_names=population.school_names,
        schools=population.schools,
        authorities=population.authorities,
        calendars=population.calendars,
        complete=population.complete,
        kept={int(rank[row]): pupil for row, pupil in population.kept.items() if stay[row]},
        registers=frozenset(int(rank[row]) for row in population.registers if stay[row]),
    )
