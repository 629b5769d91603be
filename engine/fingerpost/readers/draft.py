"""A history in the making: what the tables or the document say, before anybody has looked at it as a whole.

Both readers, of tables and of JSON, fill one `Draft`; `settle.py` checks it and makes the history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Protocol

from fingerpost.history import CalendarData, Completeness, EventRow, Recorded, Stay
from fingerpost.readers.cells import Raw
from fingerpost.readers.problems import Problems, Where
from fingerpost_dsl.source import Location

MarkEntry = tuple[int, str, dt.date | None]
"""Slot, code, and when it was recorded.

Rows that say the same share one, so that a large register stays small.
"""


class Entry(Protocol):
    """One row of a table or one object of a document: scalars by name, each with its place."""

    def get(self, key: str) -> Raw | None:
        """What stands under a name; None where nothing does, or a blank."""

    def where(self, key: str) -> Where:
        """How to find the place of it."""

    def called(self, key: str) -> str:
        """What the name is called where it stands."""


@dataclass(slots=True, kw_only=True)
class Owner:
    """Whoever has facts and events."""

    id: str
    where: Where = None
    facts: dict[str, list[Recorded]] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)

    def add_fact(self, name: str, row: Recorded) -> None:
        """One more row about a fact."""
        self.facts.setdefault(name, []).append(row)


@dataclass(slots=True, kw_only=True)
class DraftPupil(Owner):
    """A pupil in the making."""

    school: str | None = None
    school_where: Where = None
    date_of_birth: dt.date | None = None
    year_group: int | None = None
    family: str | None = None
    stays: list[tuple[Stay, Where]] = field(default_factory=list)
    parents: dict[str, Owner] = field(default_factory=dict)
    reported: dict[str, list[Recorded]] = field(default_factory=dict)
    marks: list[MarkEntry] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class DraftSchool(Owner):
    """A school in the making."""

    name: str | None = None
    authority: str | None = None
    phase: str | None = None


@dataclass(slots=True, kw_only=True)
class DraftAuthority(Owner):
    """An authority in the making."""

    name: str | None = None


class FindsMarks(Protocol):
    """Finds again where marks stand: asked only of those that are wrong."""

    def __call__(self, pupil: str, entry: MarkEntry) -> list[Location]:
        """The places of all rows that say this of a pupil, in their order."""


@dataclass(slots=True)
class Draft:
    """All that was read. `schools_listed`: there is a list of schools, so that one not on it is an error."""

    pupils: dict[str, DraftPupil] = field(default_factory=dict)
    schools: dict[str, DraftSchool] = field(default_factory=dict)
    authorities: dict[str, DraftAuthority] = field(default_factory=dict)
    schools_listed: bool = False
    authorities_listed: bool = False
    calendars: dict[str, tuple[CalendarData, Where]] = field(default_factory=dict)
    complete: Completeness = field(default_factory=Completeness)
    find_marks: FindsMarks = field(default=lambda pupil, entry: [])
    unread: set[str] = field(default_factory=set)
    """Tables that could not be read: who might be in them is not missed."""
    bad_pupils: set[str] = field(default_factory=set)
    """Named in a row that was left out: what belongs to them is left out too, and not reported again."""

    def pupil_named(self, name: str | None, where: Where, problems: Problems) -> DraftPupil | None:
        """A pupil whom a row speaks of; one who is not on the list is an error."""
        if name is None or name in self.bad_pupils or "pupils.csv" in self.unread:
            return None
        if name not in self.pupils:
            problems.add(
                "E0625",
                f"there is no pupil `{name}` in the list of pupils",
                where,
                help="add the pupil, correct the id, or take the row out",
            )
        return self.pupils.get(name)

    def name_schools_and_authorities(self) -> None:
        """Without a list of schools, those that pupils name are all there are; likewise the authorities."""
        if not self.schools_listed:
            for pupil in self.pupils.values():
                self.schools.setdefault(pupil.school or "", DraftSchool(id=pupil.school or ""))
        if not self.authorities_listed:
            for school in self.schools.values():
                if school.authority:
                    self.authorities.setdefault(school.authority, DraftAuthority(id=school.authority))

    def school_of(self, pupil: DraftPupil) -> str:
        """The id of a pupil's school: the only one there is, where the row does not say."""
        if pupil.school is None and len(self.schools) == 1:
            return next(iter(self.schools))
        return pupil.school or ""
