"""From work done to what is put on record: the event, what else the scenario says, and from when.

An event that relies on marks names the unauthorised sessions since ten weeks before the day on which it was
asked for, and a date among its fields is the first of them; an event that lasts from so long to so long ends
on a drawn day in between. All else is recorded only if the scenario says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from fingerpost.history import EventRow, Recorded, Value, slot_date
from fingerpost.readers.cells import read_value
from fingerpost.readers.problems import Fault
from fingerpost_dsl.model.declarations import Event, Fact, Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_simulations.runs.chance import chance, one_of, whole
from fingerpost_simulations.runs.items import Item, Rule
from fingerpost_simulations.scenarios.model import Record, Scenario

LOOKED_BACK = dt.timedelta(weeks=10)
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7, Unit.SCHOOL_WEEK: 7, Unit.SCHOOL_DAY: 1, Unit.MONTH: 30, Unit.YEAR: 365}


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact that is recorded, about the pupil or one parent (empty: the pupil)."""

    fact: str
    parent: str
    row: Recorded


class Marks(Protocol):
    """What a pupil's register says."""

    def unauthorised(self, row: int, first: dt.date, last: dt.date) -> Sequence[tuple[int, str]]:
        """The sessions of unauthorised absence between two days, both included, with their codes."""


@dataclass(frozen=True)
class Recording:
    """What one run records."""

    scenario: Scenario
    policy: Policy
    seed: int
    marks: Marks

    def events_of(
        self, item: Item, rule: Rule, done: dt.date, pupil: str, parents: Sequence[str]
    ) -> Iterator[EventRow | FactRow]:
        """All that is put on record when an item is done."""
        if not rule.done_when:
            return
        kind = rule.done_when[0].selection.name
        event = self.policy.events.get(kind)
        if event is None:
            return
        concerned: Sequence[str | None] = [None]
        if event.subject is Subject.PARENT:
            concerned = [item.key.parent] if item.key.parent else (parents or [None])
        for parent in concerned:
            yield from self._recorded(event, item, done, pupil, parent, parents=parents)

    def _recorded(
        self,
        event: Event,
        item: Item,
        done: dt.date,
        pupil: str,
        parent: str | None,
        *,
        parents: Sequence[str],
    ) -> Iterator[EventRow | FactRow]:
        name = (pupil, event.name, parent or "", item.key.rule, item.nth)
        asked = dt.date.fromordinal(item.key.triggered) if item.key.triggered else done
        since = min(asked, done) - LOOKED_BACK
        relied = self.marks.unauthorised(item.key.row, since, done) if event.relies_on_marks else ()
        fields: dict[str, tuple[Recorded, ...]] = {}
        later: list[EventRow | FactRow] = []
        for number, record in enumerate(self.scenario.records):
            if record.when != event.name or not self._is_meant(record, item, done):
                continue
            drawn = (*name, "record", number)
            day = done + dt.timedelta(weeks=whole(chance(self.seed, *drawn, "after"), *record.after))
            if record.field is not None:
                own = next(field for field in event.fields if field.name == record.field)
                fields[own.name] = (
                    *fields.get(own.name, ()),
                    Recorded(value=self._drawn(record, own.type, drawn), first=day if day > done else None),
                )
            elif record.fact is not None:
                fact = self.policy.facts[record.fact]
                concerned = [parent] if parent is not None else parents
                later += self._facts(fact, record, drawn, day, concerned)
            for other in record.also:
                later.append(EventRow(event=other, date=day, parent=self._parent_of(other, parent)))
        for field in event.fields:
            if field.name not in fields and field.type.kind == "date" and relied:
                fields[field.name] = (Recorded(value=slot_date(relied[0][0])),)
        yield EventRow(
            event=event.name,
            date=done,
            until=self._until(event, done, name),
            parent=parent,
            fields=fields,
            relies_on=tuple(slot for slot, _ in relied),
        )
        yield from later

    def _parent_of(self, event: str, parent: str | None) -> str | None:
        return parent if self.policy.events[event].subject is Subject.PARENT else None

    def _facts(
        self,
        fact: Fact,
        record: Record,
        drawn: tuple[str | int, ...],
        day: dt.date,
        concerned: Sequence[str],
    ) -> Iterator[FactRow]:
        row = Recorded(
            value=self._drawn(record, fact.type, drawn),
            first=day,
            recorded_by=fact.judged_by[0] if fact.judged_by else None,
        )
        if fact.subject is Subject.PARENT:
            for one in concerned:
                yield FactRow(fact.name, one, row)
        else:
            yield FactRow(fact.name, "", row)

    def _drawn(self, record: Record, kind: object, drawn: tuple[str | int, ...]) -> Value:
        said = one_of(chance(self.seed, *drawn), record.values)
        value = read_value(said, kind, record.fact or record.field or "")  # type: ignore[arg-type]
        assert not isinstance(value, Fault), "the scenario was checked against the policy"
        return value

    def _is_meant(self, record: Record, item: Item, done: dt.date) -> bool:
        if not record.if_mostly and not record.unless_mostly:
            return True
        found = self.marks.unauthorised(item.key.row, done - LOOKED_BACK, done)
        codes = record.if_mostly or record.unless_mostly
        mostly = bool(found) and 2 * sum(code in codes for _, code in found) >= len(found)
        return mostly if record.if_mostly else not mostly

    def _until(self, event: Event, done: dt.date, name: tuple[str | int, ...]) -> dt.date | None:
        if event.lasts is None:
            return None
        least, most = (_days(one) for one in event.lasts)
        return done + dt.timedelta(days=whole(chance(self.seed, *name, "lasts"), least, most))


def _days(length: Quantity) -> int:
    return int(length.amount * _DAYS.get(length.unit, 1))
