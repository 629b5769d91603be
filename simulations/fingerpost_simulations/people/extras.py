"""What is laid over a pupil's marks at the end: visits, faith, study leave, time on roll, gaps."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.marking import MISSING, OFF_ROLL, PART_TIME, Marks
from fingerpost_simulations.people.pupils import Who
from fingerpost_simulations.people.randomness import Purpose, Stream
from fingerpost_simulations.people.rates import REASONS, Reason
from fingerpost_simulations.people.spec import Spec
from fingerpost_simulations.people.years import SchoolYear

if TYPE_CHECKING:
    from fingerpost_simulations.people.people import People

VISITS: Final = 3
"""Days on which a year group of a school is on a visit. Assumed."""
FAITH: Final = 0.10
"""The share of households that keep a holy day which may fall into term. Assumed."""
HOLY_DAYS: Final = {
    2018: ((2019, 6, 4),),
    2021: ((2022, 5, 2), (2022, 5, 3)),
    2022: ((2023, 4, 21), (2023, 6, 28)),
    2023: ((2024, 6, 17),),
    2024: ((2025, 3, 31), (2025, 6, 6)),
    2025: ((2026, 3, 20), (2026, 5, 27)),
    2026: ((2027, 3, 10), (2027, 5, 17)),
}
"""Eid by the year in which the school year begins, near enough."""
_PRESENT: Final = (ord("/"), ord("\\"))


def finished(marks: Marks, people: People, rows: slice) -> None:
    """Lays everything over the marks of a block; a row for each session, a column for each pupil."""
    _visits(marks, people, rows)
    _study(marks, people, rows)
    _faith(marks, people, rows)
    _gaps(marks, people, rows)
    first, last = (days[rows] for days in people.stays)
    days = np.arange(len(marks))[:, None] // 2
    if first.any() or (last < len(marks) // 2).any():
        odd = np.flatnonzero((first > 0) | (last < len(marks) // 2))
        marks[:, odd] = np.where((days < first[odd]) | (days >= last[odd]), OFF_ROLL, marks[:, odd])


def _visits(marks: Marks, people: People, rows: slice) -> None:
    group = people.who.schools[rows].astype(np.int64) * 12 + people.who.year_groups[rows]
    first = int(group[0] // 12) * 12
    last = int(group.max()) // 12 * 12 + 12
    draws = Stream(people.seed, Purpose.VISIT, 4).uniforms(first, last)[group - first]
    columns = np.arange(len(group))
    for visit in range(VISITS):
        day = (draws[:, visit] * (len(marks) // 2)).astype(np.int64)
        for half in (0, 1):
            there = marks[2 * day + half, columns] == _PRESENT[half]
            marks[(2 * day + half)[there], columns[there]] = ord("V")


def _study(marks: Marks, people: People, rows: slice) -> None:
    """Study leave of some of year 11, and of few others, from the middle of May."""
    level = people.fitted.rates.level[:, REASONS.index(Reason.STUDY)][people.who.phases[rows]]
    eldest = people.who.year_groups[rows] == 11
    from_may = [
        place
        for place, day in enumerate(people.year.days)
        if (day.month, day.day) >= (5, 15) and day.month < 7
    ]
    if not eldest.any() or not from_may:
        return
    draws = Stream(people.seed, Purpose.STUDY, 4).uniforms(rows.start, rows.stop)
    likely = level * 2 * len(people.year.days) * _YEARS_TO_ONE[people.who.phases[rows]] / (2 * len(from_may))
    columns = np.flatnonzero(eldest & (draws[:, 0] < likely))
    for place in from_may:
        for half in (0, 1):
            there = marks[2 * place + half, columns] == _PRESENT[half]
            marks[2 * place + half, columns[there]] = ord("S")


_YEARS_TO_ONE: Final = np.array([7.0, 5.0, 12.0])


def _faith(marks: Marks, people: People, rows: slice) -> None:
    families = people.who.families[rows]
    keeps = Stream(people.seed, Purpose.FAITH, 4).uniforms(0, int(families.max()) + 1)[families][:, 0]
    days = [dt.date(*day) for day in HOLY_DAYS[people.year.begins]]
    places = [place for place, day in enumerate(people.year.days) if day in days]
    if not places:
        return
    level = people.fitted.rates.level[:, REASONS.index(Reason.RELIGIOUS)][people.who.phases[rows]]
    columns = np.flatnonzero(keeps < level * len(people.year.days) / len(places))
    for place in places:
        for half in (0, 1):
            marks[2 * place + half, columns] = ord("R")


def _gaps(marks: Marks, people: People, rows: slice) -> None:
    """Sessions of which no mark was entered."""
    share = people.spec.registers.missing
    if not share:
        return
    words = -(-len(marks) // 8) * 4
    drawn = Stream(people.seed, Purpose.REGISTER, words).halves(rows.start, rows.stop)[:, : len(marks)]
    columns, places = np.divmod(np.flatnonzero(drawn < np.uint32(share * 2.0**32)), len(marks))
    marks[places, columns] = MISSING


def stays_of(
    people: Who, spec: Spec, seed: int, year: SchoolYear
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """When each pupil is on roll: most all year, some join or leave; year 11 leaves on a Friday in June."""
    pupils, days = len(people), len(year.days)
    draws = Stream(seed, Purpose.ROLL, 4).uniforms(0, pupils)
    moves = draws[:, 0] < spec.registers.movers
    joins = draws[:, 1] < 0.5
    when = (1 + draws[:, 2] * (days - 2)).astype(np.int16)
    first = np.where(moves & joins, when, 0).astype(np.int16)
    last = np.where(moves & ~joins, when, days).astype(np.int16)
    fridays = [place for place, day in enumerate(year.days) if day.month == 6 and day.weekday() == 4]
    leaving = fridays[-1] + 1
    eldest = people.year_groups == 11
    last = np.where(eldest, np.minimum(last, leaving), last).astype(np.int16)
    first = np.where(first >= last, np.maximum(last - 1, 0), first).astype(np.int16)
    return first, last


def corrections(
    people: People, rows: slice, marks: Marks
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Absences that were first marked N: row, session, and the ordinal of the day of the correction."""
    first, last, _ = rows.indices(len(people))
    share = people.spec.registers.corrected
    draws = Stream(people.seed, Purpose.CORRECTION, 192).uniforms(first, last)[:, : marks.shape[1] // 2]
    absent = np.isin(marks, np.frombuffer(b"IMOCEGH", dtype=np.uint8)) | (marks == PART_TIME)
    begins = absent.copy()
    begins[:, 1:] &= ~absent[:, :-1]
    row, session = np.nonzero(begins & np.repeat(draws < share, 2, axis=1))
    slots = np.array(people.sessions)
    wait = 1 + (draws[row, session // 2] / max(share, 1e-12) * 9).astype(np.int64)
    return row, session, slots[session] // 2 + wait
