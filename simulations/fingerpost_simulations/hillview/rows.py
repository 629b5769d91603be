"""Short ways to write facts and events: what a school's office would type into a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from fingerpost.history import EventRow, Recorded, Value

SCHOOL = "school"
AUTHORITY = "local_authority"
OFFICER = "authorised_officer"


def fact(value: Value, *, first: dt.date | None = None, by: str | None = None) -> Recorded:
    """One row about a fact, known from the day on which it begins to hold."""
    return Recorded(value=value, first=first, recorded_on=first, recorded_by=by)


def event(name: str, date: dt.date, *, by: str | None = SCHOOL, **fields: Value) -> EventRow:
    """An event of a pupil or a school, with its fields."""
    return EventRow(
        event=name, date=date, recorded_by=by, fields={key: (fact(v),) for key, v in fields.items()}
    )


def considered(date: dt.date, parent: str, outcome: str, why: str) -> EventRow:
    """`notice_considered`: what the school decided about one parent, and why."""
    return EventRow(
        event="notice_considered",
        date=date,
        parent=parent,
        recorded_by=SCHOOL,
        fields={"outcome": (fact(outcome),), "why": (fact(why),)},
    )


def notice(
    pupil: str,
    parent: str,
    date: dt.date,
    relies_on: Iterable[int],
    *,
    offence_from: dt.date,
    then: tuple[str, dt.date] | None = None,
) -> EventRow:
    """`penalty_notice`.

    Outstanding when it is issued, and what became of it, with the day, if anything did.
    """
    outcome = [Recorded(value="outstanding", first=date)]
    if then is not None:
        outcome.append(Recorded(value=then[0], first=then[1]))
    return EventRow(
        event="penalty_notice",
        date=date,
        id=f"{pupil}-{parent}-{date}",
        parent=parent,
        recorded_by=OFFICER,
        fields={"offence_from": (fact(offence_from),), "outcome": tuple(outcome)},
        relies_on=tuple(relies_on),
    )


@dataclass(slots=True)
class Case:
    """What is recorded about one pupil besides the marks, to be written on."""

    pupil: str
    facts: dict[str, list[Recorded]] = field(default_factory=dict)
    parent_facts: dict[str, dict[str, list[Recorded]]] = field(default_factory=dict)
    events: list[EventRow] = field(default_factory=list)

    def know(self, name: str, value: Value, first: dt.date | None = None, by: str | None = None) -> None:
        """Record a fact of the pupil, from a day on; an earlier value then ends the day before."""
        self.facts.setdefault(name, []).append(fact(value, first=first, by=by))

    def know_of(self, parent: str, name: str, value: Value, first: dt.date, by: str | None = None) -> None:
        """Record a fact of a parent."""
        rows = self.parent_facts.setdefault(parent, {}).setdefault(name, [])
        rows.append(fact(value, first=first, by=by))

    def happened(self, *rows: EventRow) -> None:
        """Record events."""
        self.events.extend(rows)


def frozen(facts: Mapping[str, list[Recorded]]) -> dict[str, tuple[Recorded, ...]]:
    """Facts as a history holds them: each value until the day before the next one begins."""
    return {name: tuple(_in_turn(rows)) for name, rows in sorted(facts.items())}


def _in_turn(rows: list[Recorded]) -> Iterator[Recorded]:
    by_day = {row.first: row for row in rows}
    ordered = sorted(by_day.values(), key=lambda row: row.first or dt.date.min)
    for row, following in zip_longest(ordered, ordered[1:]):
        if following is None or following.first is None:
            yield row
        else:
            yield replace(row, last=following.first - dt.timedelta(days=1))
