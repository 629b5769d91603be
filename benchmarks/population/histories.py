"""Made-up pupils as the engine has them: as a `History` for the reference, as blocks for the population."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from benchmarks.population.data import CODES, MISSING, OFF_ROLL, Batch, Event
from fingerpost.axis import Alphabet
from fingerpost.evaluate import Session
from fingerpost.history import (
    Completeness,
    EventRow,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    Stay,
)
from fingerpost.population.block import Block, Codes
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER, Numbering, Registers
from fingerpost.population.told_of_events import ToldOfEvents
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

KINDS = ("support_offered", "formal_meeting", "notice_considered", "penalty_notice")
PARENTS = ((), (Parent(id="A"),), (Parent(id="A"), Parent(id="B")))


@dataclass(frozen=True)
class Pupils(Sequence[Pupil]):
    """Pupils of a batch, each made when it is asked for; a slice makes none."""

    batch: Batch
    events: dict[int, tuple[EventRow, ...]]
    rows: range

    @classmethod
    def of(cls, batch: Batch) -> Pupils:
        """All pupils of a batch."""
        events: dict[int, tuple[EventRow, ...]] = {}
        for event in batch.events:
            events[event.row] = (*events.get(event.row, ()), event_row(batch, event))
        return cls(batch, events, range(len(batch)))

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, row: int) -> Pupil: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Pupil]: ...
    def __getitem__(self, row: int | slice) -> Pupil | Sequence[Pupil]:
        if isinstance(row, slice):
            return replace(self, rows=self.rows[row])
        return self._made(self.rows[row])

    def _made(self, row: int) -> Pupil:
        batch = self.batch
        joined = int(batch.joined[row])
        slots = batch.calendar.slots
        numbers = batch.marks[row].tolist()
        kept = [at for at, number in enumerate(numbers) if number > MISSING]
        return Pupil(
            id=batch.pupil_id(row),
            school=school_of(batch, row),
            date_of_birth=dt.date.fromordinal(int(batch.births[row])),
            year_group=int(batch.year_groups[row]),
            on_roll=(Stay(first=dt.date.fromordinal(slots[joined] // 2)),) if joined else (Stay(),),
            parents=PARENTS[int(batch.parents[row])],
            register=Register(tuple(slots[at] for at in kept), tuple(CODES[numbers[at]] for at in kept)),
            facts={
                name: (Recorded(value=bool(column[row] == 2)),)
                for name, column in batch.facts.items()
                if column[row]
            },
            events=self.events.get(row, ()),
        )


def school_of(batch: Batch, row: int) -> str:
    """The school's id; the calendar is part of it."""
    return f"{batch.calendar.name}-{batch.schools[row]:05d}"


def event_row(batch: Batch, event: Event) -> EventRow:
    """An event as the engine has it."""
    slots = batch.calendar.slots
    fields = {} if event.outcome is None else {"outcome": (Recorded(value=event.outcome),)}
    if event.relies_on:
        offence = dt.date.fromordinal(slots[event.relies_on[0]] // 2)
        fields["offence_from"] = (Recorded(value=offence),)
    return EventRow(
        event=event.kind,
        date=dt.date.fromordinal(slots[event.session] // 2),
        parent=event.parent,
        fields=fields,
        relies_on=tuple(slots[one] for one in event.relies_on),
    )


def history_of(given: Iterable[Batch], pupils: int | None = None) -> History:
    """The batches as a history; or of each so many pupils, and one more a school who was always there.

    The one who was always there makes every session a taken one, as it is where the whole school is known.
    """
    found: dict[str, Pupil] = {}
    calendars = {}
    for batch in given:
        everybody = Pupils.of(batch)
        for row in range(len(batch) if pupils is None else min(pupils, len(batch))):
            pupil = everybody[row]
            found[pupil.id] = pupil
            if pupil.school not in calendars:
                calendars[pupil.school] = batch.calendar.data
                always = _always_there(batch, pupil.school)
                found[always.id] = always
    return History(pupils=found, calendars=calendars, complete=complete())


def _always_there(batch: Batch, school: str) -> Pupil:
    slots = batch.calendar.slots
    codes = tuple("\\" if slot % 2 else "/" for slot in slots)
    return Pupil(id=f"SYN-{school}", school=school, register=Register(slots, codes))


def complete() -> Completeness:
    """Marks and events are whole from before the year; events of the kinds in the data are known to be."""
    first = dt.date(2024, 8, 1)
    return Completeness(marks=first, events=first, kinds=dict.fromkeys(KINDS, first))


def session_of(policy: Policy | PolicyFamily, batch: Batch) -> Session:
    """A session for a batch, whose schools are known by one pupil each."""
    schools = {school_of(batch, row) for row in np.unique(batch.schools, return_index=True)[1].tolist()}
    alike = [_always_there(batch, school) for school in sorted(schools)]
    history = History(
        pupils={pupil.id: pupil for pupil in alike},
        calendars=dict.fromkeys(sorted(schools), batch.calendar.data),
        complete=complete(),
    )
    return Session.open(policy, history, batch.calendar.on)


def numbers_of(alphabet: Alphabet, numbering: Numbering, batch: Batch) -> np.ndarray:
    """The engine's number of each of our codes, as the list in force on the calendar's last day has it."""
    letters = alphabet.letters[alphabet.era(batch.calendar.on.toordinal())]
    table = np.zeros(len(CODES), dtype=np.uint8)
    for number, code in enumerate(CODES):
        if number == OFF_ROLL:
            table[number] = NOTHING_NUMBER
        elif number == MISSING:
            table[number] = MISSING_NUMBER
        else:
            table[number] = numbering.numbers[letters[code]]
    return table


def block_of_batch(session: Session, batch: Batch) -> Block:
    """A batch in columns, its marks packed into bit planes."""
    records = session.records
    pupils = Pupils.of(batch)
    axis = records.axis(school_of(batch, 0))
    numbering = Numbering(records.alphabet)
    marks = np.full((len(batch), len(axis)), MISSING_NUMBER, dtype=np.uint8)
    marks[:, : batch.marks.shape[1]] = numbers_of(records.alphabet, numbering, batch)[batch.marks]
    events = _event_columns(batch)
    return Block(
        records=records,
        axis=axis,
        pupils=pupils,
        registers=Registers.of(marks, numbering),
        schools=batch.schools,
        schools_told=np.zeros(len(batch), dtype=np.int32),
        births=batch.births,
        year_groups=batch.year_groups,
        reaches_before=batch.joined == 0,
        reported=np.zeros(len(batch), dtype=np.bool_),
        facts={name: column.astype(np.int32) for name, column in batch.facts.items()},
        events=events,
        parents=batch.parents,
        parent_counts=batch.parents,
        parent_facts={},
        school_kinds=records.kinds_of_schools,
        told_of_events=ToldOfEvents.of_pupils(pupils, events),
    )


def _event_columns(batch: Batch) -> dict[str, Codes]:
    """By kind: 0 for a pupil without, else a number for each distinct set of rows."""
    found: dict[str, Codes] = {}
    for kind in KINDS:
        column = np.zeros(len(batch), dtype=np.int32)
        known: dict[tuple[object, ...], int] = {}
        rows: dict[int, tuple[Event, ...]] = {}
        for event in batch.events:
            if event.kind == kind:
                rows[event.row] = (*rows.get(event.row, ()), event)
        for row, events in rows.items():
            said = tuple((one.session, one.parent, one.outcome, one.relies_on) for one in events)
            column[row] = known.setdefault(said, len(known) + 1)
        found[kind] = column
    return found


def blocks(policy: Policy | PolicyFamily, given: Iterable[Batch]) -> Iterator[tuple[Session, Block]]:
    """Each batch with a session of its own."""
    for batch in given:
        session = session_of(policy, batch)
        yield session, block_of_batch(session, batch)
