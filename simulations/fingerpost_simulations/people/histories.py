"""Made-up pupils as a history: what the reference evaluator reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fingerpost.digest import normal
from fingerpost.history import (
    Authority,
    Completeness,
    Facts,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Stay,
)
from fingerpost_simulations.people.marking import MISSING, OFF_ROLL

if TYPE_CHECKING:
    from fingerpost_simulations.people.people import People


def history_of(people: People, rows: slice, kinds: Sequence[str]) -> History:
    """The pupils of a slice, their schools and their council."""
    first, last, _ = rows.indices(len(people))
    marks = people.registers(slice(first, last))
    corrected: dict[int, list[tuple[int, int]]] = {}
    for row, session, on in zip(
        *(column.tolist() for column in people.corrections(slice(first, last), marks)), strict=True
    ):
        corrected.setdefault(row, []).append((session, on))
    pupils = {}
    for row in range(first, last):
        register = _register(people, marks[row - first], corrected.get(row - first, []))
        pupils[str(people.ids[row])] = _pupil(people, row, register)
    schools = {
        name: School(id=name, name=f"School {name} (made up)", authority=people.authority, phase=phase)
        for name, phase in dict(
            zip(people.schools[first:last].tolist(), people.phases[first:last].tolist(), strict=True)
        ).items()
    }
    begin = people.year.days[0]
    return normal(
        History(
            pupils=pupils,
            schools=schools,
            authorities={people.authority: Authority(id=people.authority, name=people.spec.authority)},
            calendars={"": people.calendar},
            complete=Completeness(marks=begin, events=begin, kinds=dict.fromkeys(kinds, begin)),
        )
    )


def _register(people: People, marks: np.ndarray, corrected: list[tuple[int, int]]) -> Register:
    codes, slots = people.codes, people.sessions
    late = dict(corrected)
    rows: list[tuple[int, str, dt.date | None]] = []
    for session, byte in enumerate(marks.tolist()):
        if byte in (OFF_ROLL, MISSING):
            continue
        if session in late:
            rows.append((slots[session], "N", None))
            rows.append((slots[session], codes[byte], dt.date.fromordinal(late[session])))
        else:
            rows.append((slots[session], codes[byte], None))
    return Register(
        slots=tuple(row[0] for row in rows),
        codes=tuple(row[1] for row in rows),
        recorded_on=tuple(row[2] for row in rows) if late else None,
    )


def _pupil(people: People, row: int, register: Register) -> Pupil:
    first, last = (int(days[row]) for days in people.stays)
    days = people.year.days
    stay = Stay(first=days[first] if first else None, last=days[last - 1] if last < len(days) else None)
    facts: Facts = {
        "has_social_worker": (Recorded(value=bool(people.social_worker[row])),),
        "has_send": (Recorded(value=bool(people.who.sen[row])),),
    }
    return Pupil(
        id=str(people.ids[row]),
        school=str(people.schools[row]),
        date_of_birth=dt.date.fromordinal(int(people.births[row])),
        year_group=int(people.year_groups[row]),
        family=str(people.families[row]),
        on_roll=(stay,),
        parents=tuple(Parent(id=name) for name in people.parent_ids(row)),
        register=register,
        facts=facts,
    )
