"""The registers of Hillview Primary: one code a session, with the reasons that real registers have.

Layers are laid one over another: present, then visits, lateness and appointments, illness in spells,
holidays that siblings share, absences nobody explains, faith, travel, suspensions, closures, and at last
gaps where no register was taken. An absence of which the school does not know the reason is marked N, and
corrected when it does, with the date of the correction. The rates are chosen to come near to those of
English primary schools in 2023 to 2025.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fingerpost.history import Register
from fingerpost_simulations.hillview.chance import Chance
from fingerpost_simulations.hillview.days import (
    BOILER_DAY,
    DAYS,
    LAST_DAY,
    NEW_CODES,
    SLOTS,
    SNOW_DAY,
    YEARS,
    place_of,
    school_days_later,
    year_span,
)
from fingerpost_simulations.hillview.people import Person

PRESENT = ("/", "\\")
MISSING = ""

SEASON = {9: 0.6, 10: 0.9, 11: 1.1, 12: 1.5, 1: 1.2, 2: 1.1, 3: 1.0, 4: 0.9, 5: 0.8, 6: 0.9, 7: 0.9, 8: 0.0}
"""How much illness there is, by month."""
WEEKDAY = (1.1, 0.95, 0.9, 0.95, 1.2)
"""Absence is highest on Fridays, then on Mondays."""

EID = (dt.date(2024, 4, 10), dt.date(2024, 6, 17), dt.date(2025, 3, 31), dt.date(2025, 6, 6))


@dataclass(slots=True)
class Marks:
    """A pupil's codes by session, to be written on; and the corrections.

    Session, what stood there first, when corrected.
    """

    codes: list[str] = field(default_factory=lambda: [PRESENT[session % 2] for session in range(len(SLOTS))])
    corrected: dict[int, tuple[str, dt.date]] = field(default_factory=dict)

    def put(self, code: str, sessions: Iterable[int]) -> None:
        """Write a code over some sessions."""
        for session in sessions:
            if 0 <= session < len(self.codes):
                self.codes[session] = code

    def put_days(self, code: str, first: int, days: int) -> None:
        """Write a code over whole school days."""
        self.put(code, range(2 * first, 2 * (first + days)))

    def correct(self, session: int, *, at_first: str, on: dt.date) -> None:
        """What stands there now was entered on a later day; `at_first` stood there until then."""
        self.corrected[session] = (at_first, on)

    def register(self, person: Person) -> Register:
        """The register, for the days on which the pupil is on roll."""
        rows: list[tuple[int, str, dt.date | None]] = []
        for place, day in enumerate(DAYS):
            if not person.on_roll(day):
                continue
            for session in (2 * place, 2 * place + 1):
                if self.codes[session] == MISSING:
                    continue
                before = self.corrected.get(session)
                if before is not None:
                    rows.append((SLOTS[session], before[0], None))
                rows.append((SLOTS[session], self.codes[session], before[1] if before else None))
        return Register(
            slots=tuple(row[0] for row in rows),
            codes=tuple(row[1] for row in rows),
            recorded_on=tuple(row[2] for row in rows) if any(row[2] for row in rows) else None,
        )


def marks_of(seed: int, person: Person, holidays: Iterable[tuple[int, int]]) -> Marks:
    """The marks of one pupil; `holidays` are the family's, as places in `DAYS` and lengths in school days."""
    chance = Chance(seed, 2, int(person.id[1:]))
    marks = Marks()
    _lateness(chance, person, marks)
    _appointments(chance, person, marks)
    _illness(chance, person, marks)
    _unexplained(chance, person, marks)
    if chance.happens(0.022):
        _stays_away(chance, marks)
    for first, days in holidays:
        _holiday(chance, marks, first, days)
    _faith_and_travel(chance, person, marks)
    if chance.happens(0.006):
        marks.put_days("E", chance.whole(0, len(DAYS) - 1), chance.whole(1, 3))
    visits(marks, person)
    closures(marks)
    _gaps(chance, marks)
    return marks


def family_holidays(seed: int, families: Iterable[str]) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Each family's holidays in term: the first day as a place in `DAYS`, and how many school days."""
    made: dict[str, tuple[tuple[int, int], ...]] = {}
    for family in sorted(set(families)):
        chance = Chance(seed, 3, int(family[1:]))
        keen = 0.45 if chance.happens(0.08) else 0.06
        trips: list[tuple[int, int]] = []
        for year in YEARS:
            first, end = year_span(year)
            if chance.happens(keen * min(1.0, (end - first) / 120)):
                days = chance.weighted(((5, 5.0), (4, 2.0), (3, 1.5), (7, 1.0), (8, 0.6), (10, 1.0)))
                start = chance.whole(first + 3, max(end - 3, first + 4))
                trips.append(
                    (start - DAYS[min(start, len(DAYS) - 1)].weekday() if days == 5 else start, days)
                )
        made[family] = tuple(trips)
    return made


def _holiday(chance: Chance, marks: Marks, first: int, days: int) -> None:
    agreed = chance.happens(0.25)
    code = "H" if agreed and DAYS[min(max(first, 0), len(DAYS) - 1)] < NEW_CODES else "G"
    marks.put_days(code, max(first, 0), days)


def _lateness(chance: Chance, person: Person, marks: Marks) -> None:
    for place, draw in enumerate(chance.numbers(len(DAYS))):
        if draw < person.lateness * 0.06:
            marks.put("U", (2 * place,))
        elif draw < person.lateness:
            marks.put("L", (2 * place,))


def _appointments(chance: Chance, person: Person, marks: Marks) -> None:
    likely = 0.02 if person.has_medical_condition else 0.004
    for place, draw in enumerate(chance.numbers(len(DAYS))):
        if draw < likely:
            marks.put("M", (2 * place + chance.whole(0, 1),))


def _illness(chance: Chance, person: Person, marks: Marks) -> None:
    likely = 0.0165 * person.frailty
    draws = chance.numbers(len(DAYS))
    place = 0
    while place < len(DAYS):
        day = DAYS[place]
        if draws[place] >= likely * SEASON[day.month] * WEEKDAY[day.weekday()]:
            place += 1
            continue
        days = min(chance.length(2.1), 25)
        start = 2 * place + (1 if chance.happens(0.12) else 0)
        marks.put("I", range(start, 2 * (place + days)))
        if chance.happens(0.25):
            _explained_late(chance, marks, start)
        place += days + 1


def _explained_late(chance: Chance, marks: Marks, start: int) -> None:
    """The first day stood as N until somebody rang back."""
    corrected_on = school_days_later(start // 2, chance.whole(1, 3))
    for session in range(start, 2 * (start // 2) + 2):
        if corrected_on is None:
            marks.put("N", (session,))
        else:
            marks.correct(session, at_first="N", on=corrected_on)


def _stays_away(chance: Chance, marks: Marks) -> None:
    """A child who, from some day on, comes less and less: worry, a long illness, trouble at home."""
    code = chance.weighted((("I", 3.0), ("O", 2.0), ("C2" if chance.happens(0.5) else "I", 1.0)))
    start = chance.whole(0, len(DAYS) - 20)
    length = chance.whole(30, 250)
    often = 0.35 + 0.65 * chance.number()
    for place in range(start, min(start + length, len(DAYS))):
        if chance.happens(often):
            marks.put_days("C" if code == "C2" and DAYS[place] < NEW_CODES else code, place, 1)


def _unexplained(chance: Chance, person: Person, marks: Marks) -> None:
    """Absences of which nobody tells the reason: N at first, and O when the school gives up asking."""
    likely = 0.0045 * (0.5 + person.frailty) * (person.silence / 0.14)
    for place, draw in enumerate(chance.numbers(len(DAYS))):
        if draw >= likely * WEEKDAY[DAYS[place].weekday()]:
            continue
        start, end = 2 * place, 2 * place + (1 if chance.happens(0.25) else 2)
        settled_on = school_days_later(place, chance.whole(2, 5))
        for session in range(start, end):
            marks.put("N" if settled_on is None else "O", (session,))
            if settled_on is not None:
                marks.correct(session, at_first="N", on=settled_on)


def _faith_and_travel(chance: Chance, person: Person, marks: Marks) -> None:
    if person.keeps_eid:
        for day in EID:
            if day in DAYS and chance.happens(0.9):
                marks.put_days("R", place_of(day), 1)
    if person.travels:
        for year in YEARS:
            first, end = year_span(year)
            if end - first > 100:
                marks.put_days("T", end - chance.whole(40, 60), chance.whole(10, 30))


def visits(marks: Marks, person: Person) -> None:
    """A year group goes out together: one day in autumn, one in summer; year 6 for a week."""
    for year in YEARS:
        group = year - person.cohort
        for month, day in ((10, 10 + group), (6, 11 + group)):
            place = place_of(dt.date(year if month > 8 else year + 1, month, day))
            days = 5 if group == 6 and month == 6 else 1
            for session in range(2 * place, min(2 * (place + days), len(SLOTS))):
                if marks.codes[session] in PRESENT:
                    marks.put("V", (session,))


def closures(marks: Marks) -> None:
    """The snow day and the afternoon without heating: nobody could attend, so nobody was absent."""
    marks.put_days("Y", place_of(SNOW_DAY), 1)
    marks.put("Y4", (2 * place_of(BOILER_DAY) + 1,))
    for session in (2 * place_of(SNOW_DAY), 2 * place_of(SNOW_DAY) + 1, 2 * place_of(BOILER_DAY) + 1):
        marks.corrected.pop(session, None)


def _gaps(chance: Chance, marks: Marks) -> None:
    """Now and then a pupil is left without a mark; once in a while it is found out and entered later."""
    for _ in range(chance.length(1.15) - 1):
        session = chance.whole(0, len(SLOTS) - 1)
        marks.codes[session] = MISSING
        marks.corrected.pop(session, None)


def late_joiner_weeks(marks: Marks, person: Person) -> None:
    """A child not yet of compulsory school age comes in the mornings only, in September."""
    first, end = year_span(person.cohort)
    for place in range(first, min(first + 8, end)):
        if DAYS[place] <= LAST_DAY:
            marks.put("X", (2 * place + 1,))
