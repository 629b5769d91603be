"""How a fixed story is told: a pupil, the marks of the autumn of 2025, and what was recorded.

Until the summer of 2025 the pupils of the stories have ordinary registers, without unauthorised absence. In
the autumn they are present in every session that their story does not name, so that every count in a story
is exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from fingerpost_simulations.hillview.days import DAYS, place_of, year_span
from fingerpost_simulations.hillview.marks import MISSING, PRESENT, Marks, visits
from fingerpost_simulations.hillview.people import Person, usual_stay
from fingerpost_simulations.hillview.rows import Case

AUTUMN = year_span(2025)[0]
"""The place in `DAYS` of the first day of the autumn of 2025."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A code from one day to another, half days where `half` says so; and when it was entered, if later."""

    code: str
    first: dt.date
    last: dt.date
    half: str | None = None
    at_first: str | None = None
    corrected_on: dt.date | None = None


def _nothing(case: Case) -> None:
    """Nothing was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One pupil whose story is the same whatever the seed. `about` says what it shows."""

    person: Person
    about: str
    marks: tuple[Marked, ...] = ()
    record: Callable[[Case], None] = field(default=_nothing)


def pupil(id: str, year_group: int, born: str, family: str, *, parents: str = "AB", **traits: bool) -> Person:
    """A pupil of a story, with the year group of the autumn of 2025."""
    cohort = 2025 - year_group
    return Person(
        id=id,
        cohort=cohort,
        date_of_birth=dt.date.fromisoformat(born),
        family=family,
        parents=tuple(parents),
        stays=(usual_stay(cohort),),
        frailty=0.5,
        silence=0.02,
        **traits,
    )


def day(text: str) -> dt.date:
    """A date of the academic year 2025: `"4 Nov"`; other years with their number."""
    number, month, *year = text.split()
    place = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].index(
        month
    ) + 1
    return dt.date(int(year[0]) if year else 2025, place, int(number))


def away(
    code: str,
    first: str,
    last: str | None = None,
    *,
    half: str | None = None,
    was: str | None = None,
    until: str = "",
) -> Marked:
    """`away("G", "3 Nov", "6 Nov")`; `half` is AM or PM.

    It `was` marked otherwise `until` it was corrected.
    """
    return Marked(
        code=code,
        first=day(first),
        last=day(last or first),
        half=half,
        at_first=was,
        corrected_on=day(until) if until else None,
    )


def tell(story: Story, marks: Marks) -> None:
    """Write the autumn of a story over a register."""
    for session, code in enumerate(marks.codes):
        if session >= 2 * AUTUMN or code == MISSING or code in "GNOU":
            marks.codes[session] = PRESENT[session % 2]
            marks.corrected.pop(session, None)
    visits(marks, story.person)
    for marked in story.marks:
        for session in sessions(marked.first, marked.last, marked.half):
            marks.codes[session] = marked.code
            if marked.at_first is not None and marked.corrected_on is not None:
                marks.correct(session, at_first=marked.at_first, on=marked.corrected_on)


def sessions(first: dt.date, last: dt.date, half: str | None = None) -> list[int]:
    """The sessions from one day to another, as places in a list of codes."""
    places = [place for place in range(place_of(first), len(DAYS)) if DAYS[place] <= last]
    return [
        2 * place + afternoon
        for place in places
        for afternoon in (0, 1)
        if half is None or afternoon == (half == "PM")
    ]
