"""Made-up registers of any number of pupils, in columns, from a seed.

Batches are made one at a time and depend on the seed and their own number alone: any number of pupils
fits into memory; `files.py` writes them as Parquet.

Nothing here is, or is drawn from, a real child; identifiers (`SYN-0000001`) are of no real form, and every
file says what it is. The rates are chosen, not fitted, to look like England: about 7% of sessions missed,
near one pupil in five persistently absent, one in a hundred or two severely. Absence has a heavy tail, and
comes in spells of illness, holidays of one or two weeks, single days, and late marks in the mornings.
`SHARES` says how many pupils carry a fact, and `EVENTFUL` how many have support and notices on record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.calendars import ON, SchoolCalendar, school_calendars
from fingerpost.school_age import compulsory_school_age

SEED = 20240819
BATCH = 200_000
SCHOOL = 300
"""Pupils in a school."""
SYNTHETIC = "synthetic: made up by fingerpost's benchmarks from a seed; no real pupil, school or family"

OFF_ROLL, MISSING = 0, 1
CODES = (
    *("", "-", "/", "\\", "L", "V", "P", "B", "K", "I", "M", "R", "E", "C", "C1", "C2", "J1", "T"),
    *("G", "N", "O", "U", "D", "X", "Q", "Y1", "Y2", "Y3", "Y4", "Y6", "Y7"),
)
"""A mark's number is its place here: 0 while not on roll, 1 where the mark is missing."""
NUMBER = {code: number for number, code in enumerate(CODES)}

ATTENDED = ("/", "\\", "L", "V", "P", "B", "K")
AUTHORISED = ("I", "M", "R", "E", "C", "C1", "C2", "J1", "T")
UNAUTHORISED = ("G", "N", "O", "U")
ABSENT = (*AUTHORISED, *UNAUTHORISED)

SHARES: Mapping[str, float] = {
    "has_send": 0.19,
    "has_social_worker": 0.03,
    "looked_after": 0.007,
    "has_medical_condition": 0.04,
    "support_working": 0.04,
    "support_appropriate": 0.02,
    "safeguarding_concern": 0.004,
}
"""The share of pupils of whom a fact is recorded: yes of two in three of them, else no."""
EVENTFUL = 0.03
"""The share of pupils with support and notices on record."""

Marks = NDArray[np.uint8]
Numbers = NDArray[np.int32]
_Lengths = Callable[[int], NDArray[np.int64]]
"""Lengths of so many spells, in sessions."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a pupil, by the pupil's place in the batch."""

    row: int
    kind: str
    session: int
    """On the date of which session it was."""
    parent: str | None = None
    outcome: str | None = None
    relies_on: tuple[int, ...] = ()
    """The numbers of the sessions that it used up; the first is the date of the offence."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some pupils whose schools keep one calendar, in columns."""

    calendar: SchoolCalendar
    first: int
    """The number of its first pupil, over all batches."""
    marks: Marks
    """A row for each pupil, a column for each session of the calendar."""
    births: Numbers
    """Ordinals of the dates of birth."""
    compulsory_from: Numbers
    compulsory_until: Numbers
    """Ordinals of the first and last day of compulsory school age."""
    year_groups: Numbers
    schools: Numbers
    joined: Numbers
    """The first session on roll: 0 for most."""
    parents: Numbers
    """How many parents are known."""
    facts: Mapping[str, NDArray[np.int8]]
    """By fact: 0 for not recorded, 1 for no, 2 for yes."""
    events: tuple[Event, ...]

    def __len__(self) -> int:
        return len(self.marks)

    def compulsory_sessions(self) -> tuple[Numbers, Numbers]:
        """The first session of compulsory school age, and the first after it."""
        days = np.array([slot // 2 for slot in self.calendar.slots])
        first = np.searchsorted(days, self.compulsory_from, side="left")
        end = np.searchsorted(days, self.compulsory_until, side="right")
        return first.astype(np.int32), end.astype(np.int32)

    def pupil_id(self, row: int) -> str:
        """An identifier that cannot be a real pupil's."""
        return f"SYN-{self.first + row + 1:07d}"


def batches(
    pupils: int, *, seed: int = SEED, size: int = BATCH, on: dt.date = ON, kinds: int | None = None
) -> Iterator[Batch]:
    """The pupils in batches of at most `size`; each takes the next calendar in turn, of all or so many."""
    calendars = school_calendars(on)[:kinds]
    size = min(size, max(1, -(-pupils // len(calendars))))
    for number, first in enumerate(range(0, pupils, size)):
        rng = np.random.default_rng([seed, number])
        yield _batch(rng, calendars[number % len(calendars)], first, min(size, pupils - first))


def _batch(rng: np.random.Generator, calendar: SchoolCalendar, first: int, pupils: int) -> Batch:
    mornings = 2 * rng.integers(1, len(calendar.slots) // 2, pupils)
    joined = np.where(rng.random(pupils) < 0.03, mornings, 0)
    marks = _marks(rng, calendar, pupils)
    marks[np.arange(len(calendar.slots)) < joined[:, None]] = OFF_ROLL
    year_groups = rng.integers(0, 12, pupils)
    births, starts, ends = _ages(rng, year_groups)
    facts = {name: _fact(rng, pupils, share) for name, share in SHARES.items()}
    parents = rng.choice(3, pupils, p=[0.03, 0.3, 0.67]).astype(np.int32)
    events = tuple(_events(rng, marks))
    told = [event.row for event in events if event.parent is not None]
    parents[told] = np.maximum(parents[told], 1)
    return Batch(
        calendar=calendar,
        first=first,
        marks=marks,
        births=births,
        compulsory_from=starts,
        compulsory_until=ends,
        year_groups=year_groups.astype(np.int32),
        schools=((first + np.arange(pupils)) // SCHOOL).astype(np.int32),
        joined=joined.astype(np.int32),
        parents=parents,
        facts=facts,
        events=events,
    )


# --- marks ----------------------------------------------------------------------------------------


def _marks(rng: np.random.Generator, calendar: SchoolCalendar, pupils: int) -> Marks:
    """Present throughout, then what else there was; what comes later hides what came before."""
    sessions = len(calendar.slots)
    afternoon = np.array([slot % 2 for slot in calendar.slots], dtype=np.bool_)
    marks = np.full((pupils, sessions), NUMBER["/"], dtype=np.uint8)
    marks[:, afternoon] = NUMBER["\\"]
    writer = _Writer(rng, marks)

    everyone = np.arange(pupils)
    often = rng.lognormal(0.0, 0.6, pupils)  # who misses much for one reason misses much for others
    writer.spells(writer.times(everyone, 1.2), _days(rng, 0.9), "V")
    writer.spells(writer.times(everyone, 0.2), _days(rng, 0.8), "P")
    late = writer.times(everyone, rng.lognormal(0.6, 1.2, pupils))
    writer.in_mornings(late, "L", afternoon)
    writer.in_mornings(writer.times(everyone, rng.lognormal(-1.5, 1.2, pupils)), "U", afternoon)
    writer.spells(writer.times(everyone, 1.6 * often), _sessions(rng, 0.7), "M")
    writer.spells(writer.times(everyone, 0.1), _days(rng, 0.9), "R")
    truant = np.minimum(rng.lognormal(-0.6, 1.3, pupils) * often, 40)
    writer.spells(writer.times(everyone, truant), _days(rng, 0.7), "O")
    writer.spells(writer.times(everyone, 2.4 * often), _days(rng, 0.42), "I")
    writer.spells(writer.some(0.012), _days(rng, 0.025), "I")
    writer.spells(writer.some(0.11), _days(rng, 0.2), "G")
    writer.spells(writer.some(0.03), _days(rng, 0.3), "C")
    writer.spells(writer.some(0.02), _days(rng, 0.4), "E")
    writer.spells(writer.some(0.004), _days(rng, 0.06), "Q")
    writer.spells(writer.times(everyone, 0.15), _sessions(rng, 0.5), "Y1")
    severe = np.repeat(writer.some(0.02), 14)
    writer.spells(severe[rng.random(len(severe)) < 0.7], _days(rng, 0.1), "O")
    writer.spells(severe[rng.random(len(severe)) < 0.3], _days(rng, 0.1), "I")
    _part_time(rng, marks, afternoon)
    marks[writer.some(0.01), -2:] = NUMBER["N"]
    writer.spells(writer.times(everyone, 0.06), _sessions(rng, 0.8), "-")
    return marks


def _days(rng: np.random.Generator, ends: float) -> _Lengths:
    """Lengths in whole days."""
    return lambda number: 2 * rng.geometric(ends, number)


def _sessions(rng: np.random.Generator, ends: float) -> _Lengths:
    """Lengths in sessions."""
    return lambda number: rng.geometric(ends, number)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes marks into registers, many spells at once."""

    rng: np.random.Generator
    marks: Marks

    def some(self, share: float) -> NDArray[np.int64]:
        """A share of the pupils."""
        return np.flatnonzero(self.rng.random(len(self.marks)) < share)

    def times(self, rows: NDArray[np.int64], mean: float | NDArray[np.float64]) -> NDArray[np.int64]:
        """Each row so many times, which differs by chance."""
        return np.repeat(rows, self.rng.poisson(mean, len(rows)))

    def spells(self, rows: NDArray[np.int64], lengths: _Lengths, code: str) -> None:
        """A spell for each row named, beginning on a random morning if it is of whole days."""
        sessions = self.marks.shape[1]
        size = np.minimum(lengths(len(rows)), sessions)
        start = self.rng.integers(0, sessions, len(rows))
        start -= np.where(size % 2 == 0, start % 2, 0)
        size = np.minimum(size, sessions - start)
        which = np.repeat(np.arange(len(rows)), size)
        within = np.arange(len(which)) - np.repeat(np.cumsum(size) - size, size)
        self.marks[rows[which], start[which] + within] = NUMBER[code]

    def in_mornings(self, rows: NDArray[np.int64], code: str, afternoon: NDArray[np.bool_]) -> None:
        """One mark for each row named, on a random morning."""
        self.marks[rows, self.rng.choice(np.flatnonzero(~afternoon), len(rows))] = NUMBER[code]


def _part_time(rng: np.random.Generator, marks: Marks, afternoon: NDArray[np.bool_]) -> None:
    """Some pupils come in the mornings only, for up to twelve weeks."""
    rows = np.flatnonzero(rng.random(len(marks)) < 0.006)
    start = rng.integers(0, marks.shape[1], len(rows))
    end = start + rng.integers(20, 120, len(rows))
    sessions = np.arange(marks.shape[1])
    wanted = (sessions >= start[:, None]) & (sessions < end[:, None]) & afternoon
    marks[rows] = np.where(wanted, NUMBER["C2"], marks[rows])


# --- who the pupils are, and what else is on record -----------------------------------------------


def _ages(rng: np.random.Generator, year_groups: NDArray[np.int64]) -> tuple[Numbers, Numbers, Numbers]:
    """Dates of birth that fit the year groups, and compulsory school age, all as ordinals."""
    first = np.array([dt.date(2019 - group, 9, 1).toordinal() for group in range(12)])
    births = first[year_groups] + rng.integers(0, 365, len(year_groups))
    days, which = np.unique(births, return_inverse=True)
    ages = [compulsory_school_age(dt.date.fromordinal(int(day))) for day in days]
    starts = np.array([age[0].toordinal() for age in ages])
    ends = np.array([age[1].toordinal() for age in ages])
    return births.astype(np.int32), starts[which].astype(np.int32), ends[which].astype(np.int32)


def _fact(rng: np.random.Generator, pupils: int, share: float) -> NDArray[np.int8]:
    known = rng.random(pupils) < share
    return np.where(known, np.where(rng.random(pupils) < 2 / 3, 2, 1), 0).astype(np.int8)


def _events(rng: np.random.Generator, marks: Marks) -> Iterator[Event]:
    """Support for some; of these, a notice for those who were absent without leave often enough."""
    sessions = marks.shape[1]
    unauthorised = np.isin(np.arange(len(CODES)), [NUMBER[code] for code in UNAUTHORISED])
    for row in np.flatnonzero(rng.random(len(marks)) < EVENTFUL).tolist():
        offered = int(rng.integers(20, sessions - 80))
        yield Event(row, "support_offered", offered)
        if rng.random() < 0.5:
            yield Event(row, "formal_meeting", offered + 20)
        missed = np.flatnonzero(unauthorised[marks[row, : offered + 40]])[-10:].tolist()
        if len(missed) == 10:
            decided = str(rng.choice(["notice_asked_for", "support_goes_on"]))
            yield Event(row, "notice_considered", offered + 40, "A", outcome=decided)
            if decided == "notice_asked_for":
                outcome = str(rng.choice(["outstanding", "paid", "withdrawn"]))
                yield Event(
                    row, "penalty_notice", offered + 60, "A", outcome=outcome, relies_on=tuple(missed)
                )
