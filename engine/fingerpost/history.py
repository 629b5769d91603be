"""A history: what a school has, and nothing more.

Pupils, marks, facts, events, calendars, and since when they are whole.

Everything here is plain, frozen data, with no meaning attached yet: which sessions count and what was known
when is worked out in `known.py`, `calendar.py` and the evaluators. A session is named by its date and half of
the day, and held as one integer, its *slot* (`slot_of`), so that a register of a million marks stays small.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import compress
from operator import eq

from fingerpost_dsl.source import Location

Value = bool | int | Fraction | dt.date | str
"""What a fact or a field holds: yes or no, a number, a date, one of its choices or a text."""


class HalfDay(Enum):
    """A session is a half of a school day."""

    AM = "AM"
    PM = "PM"


def slot_of(date: dt.date, half: HalfDay) -> int:
    """The slot of a session: twice the date's ordinal, and one more in the afternoon.

    >>> slot_of(dt.date(1, 1, 1), HalfDay.PM)
    3
    """
    return date.toordinal() * 2 + (half is HalfDay.PM)


def slot_date(slot: int) -> dt.date:
    """The date of a slot."""
    return dt.date.fromordinal(slot // 2)


def slot_half(slot: int) -> HalfDay:
    """The half of the day of a slot."""
    return HalfDay.PM if slot % 2 else HalfDay.AM


def repeated(slots: Sequence[int]) -> list[tuple[int, int]]:
    """Where sorted slots repeat: each stretch of equal ones as its first index and the one after its last.

    >>> repeated((1, 2, 2, 2, 5, 5))
    [(1, 4), (4, 6)]
    """
    stretches: list[tuple[int, int]] = []
    for i in compress(range(len(slots)), map(eq, slots, slots[1:])):
        if stretches and stretches[-1][1] == i + 1:
            stretches[-1] = (stretches[-1][0], i + 2)
        else:
            stretches.append((i, i + 2))
    return stretches


@dataclass(frozen=True, slots=True)
class Mark:
    """A code in the register for one session. `recorded_on` is when it was entered, if known."""

    slot: int
    code: str
    recorded_on: dt.date | None = None

    @property
    def date(self) -> dt.date:
        """The date of its session."""
        return slot_date(self.slot)

    @property
    def half(self) -> HalfDay:
        """The half of the day of its session."""
        return slot_half(self.slot)


@dataclass(frozen=True, slots=True)
class Register:
    """A pupil's marks in columns, sorted by slot, then by when they were recorded.

    There may be several rows for one slot, as corrections come in. `recorded_on` is None where no row says.
    """

    slots: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    recorded_on: tuple[dt.date | None, ...] | None = None

    def __len__(self) -> int:
        return len(self.slots)

    def __iter__(self) -> Iterator[Mark]:
        recorded = self.recorded_on or (None,) * len(self.slots)
        return (Mark(*row) for row in zip(self.slots, self.codes, recorded, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One row about a fact: its value from `first` to `last`, both included; None for always, or still."""

    value: Value | None
    """None is a blank: recorded as not known."""
    first: dt.date | None = None
    last: dt.date | None = None
    recorded_on: dt.date | None = None
    recorded_by: str | None = None
    place: Location | None = field(default=None, compare=False, repr=False)


Facts = Mapping[str, tuple[Recorded, ...]]
"""Rows by the fact's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One row about an event: a first record, a later value of it (same `id`), or its cancellation.

    `fields` hold rows, since a field may change: `Recorded.first` is then from when the value holds.
    """

    event: str
    date: dt.date
    until: dt.date | None = None
    id: str | None = None
    cancelled: bool = False
    parent: str | None = None
    fields: Facts = field(default_factory=dict)
    relies_on: tuple[int, ...] = ()
    """Slots of the sessions that it used up."""
    recorded_on: dt.date | None = None
    recorded_by: str | None = None
    place: Location | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A time on roll, both dates included; None for not known to begin, or still there."""

    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A parent or carer of a pupil."""

    id: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A pupil at one school. `id` may be a pseudonym; no name is needed.

    `reported` are measures given directly, where only totals are known: by name, as at a date.
    """

    id: str
    school: str = ""
    date_of_birth: dt.date | None = None
    year_group: int | None = None
    """Reception is 0."""
    family: str | None = None
    on_roll: tuple[Stay, ...] = (Stay(),)
    parents: tuple[Parent, ...] = ()
    register: Register = Register()
    facts: Facts = field(default_factory=dict)
    events: tuple[EventRow, ...] = ()
    reported: Facts = field(default_factory=dict)

    def is_on_roll(self, on: dt.date) -> bool:
        """Whether the pupil is on roll on a date."""
        return any((stay.first or on) <= on <= (stay.last or on) for stay in self.on_roll)


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school; the empty id stands for the only one, of which nothing else is known."""

    id: str
    name: str | None = None
    authority: str | None = None
    phase: str | None = None
    facts: Facts = field(default_factory=dict)
    events: tuple[EventRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A local authority."""

    id: str
    name: str | None = None
    facts: Facts = field(default_factory=dict)
    events: tuple[EventRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term with its breaks (half terms lie between them). All dates included."""

    name: str
    first: dt.date
    last: dt.date
    breaks: tuple[tuple[dt.date, dt.date], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarData:
    """A school's calendar as given: terms and closures, or the open sessions one by one, or both."""

    terms: tuple[Term, ...] = ()
    closed: frozenset[int] = frozenset()
    """Slots that would otherwise be open. Weekends are closed without being named."""
    sessions: tuple[tuple[int, bool], ...] = ()
    """Slots said to be open or closed one by one, which prevail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """From when each sort of record is whole.

    None where the data do not say (see `calendar.py` for the default).
    """

    marks: dt.date | None = None
    facts: dt.date | None = None
    events: dt.date | None = None
    kinds: Mapping[str, dt.date | None] = field(default_factory=dict)
    """Kinds of event declared complete by name, and from when (None: from the history's start)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is known: what `evaluate` reads. Pupils, schools and authorities by id, in order of their ids.

    `calendars` holds one calendar a school; the empty id is for every school that has none of its own.
    `digest` is the SHA-256 of the content, the same in whatever order or format the rows came.
    """

    pupils: Mapping[str, Pupil]
    schools: Mapping[str, School] = field(default_factory=dict)
    authorities: Mapping[str, Authority] = field(default_factory=dict)
    calendars: Mapping[str, CalendarData] = field(default_factory=dict)
    complete: Completeness = Completeness()
    digest: str = field(default="", compare=False)
