"""What was known on a day: the register, facts and events as their latest rows then recorded say (meaning 5).

Corrections come as further rows. Of the rows for one session, one date of a fact or one event, the latest
recorded on or before K counts; a row that does not say when it was recorded is known from its own date. K is
None for everything given. All of this is asked once a pupil and K, and the usual case, in which nothing was
corrected, is answered without looking at rows one by one.

Equal claims are settled when the data are read (two different rows of one day are an error there), so nothing
here fails: `conflicts` is what the readers ask.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise
from operator import le
from typing import Final

from fingerpost.history import EventRow, Recorded, Register, Value, repeated
from fingerpost_dsl.source import Location

__all__ = [
    "UNKNOWN",
    "FactInterval",
    "FactTimeline",
    "KnownEvent",
    "Unknown",
    "conflicts",
    "known_events",
    "known_fact",
    "known_register",
    "recorded_day",
]


class Unknown(Enum):
    """Not known: nobody recorded it, or a blank was recorded."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

_ALWAYS = dt.date.min
_STILL = dt.date.max
_ONE_DAY = dt.timedelta(days=1)


# --- the register ---------------------------------------------------------------------------------


def known_register(register: Register, known_on: dt.date | None) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The slots, sorted and each once, and their codes, as known on a day.

    >>> monday = dt.date(2024, 9, 9)
    >>> slot = monday.toordinal() * 2
    >>> rows = Register((slot, slot), ("N", "I"), (monday, dt.date(2024, 9, 11)))
    >>> known_register(rows, dt.date(2024, 9, 10))[1], known_register(rows, None)[1]
    (('N',), ('I',))
    """
    slots, codes, recorded = register.slots, register.codes, register.recorded_on
    if recorded is None and len(set(slots)) == len(slots):
        if known_on is None:
            return slots, codes
        end = bisect_right(slots, known_on.toordinal() * 2 + 1)
        return slots[:end], codes[:end]
    if known_on is None and all(map(le, slots, slots[1:])):
        return _latest_of_each(register)
    latest = _STILL.toordinal() if known_on is None else known_on.toordinal()
    winners: dict[int, tuple[int, str]] = {}
    for slot, code, day in zip(slots, codes, recorded or (None,) * len(slots), strict=True):
        known_from = slot // 2 if day is None else day.toordinal()
        if known_from <= latest and (slot not in winners or winners[slot][0] <= known_from):
            winners[slot] = known_from, code
    return tuple(winners), tuple(code for _, code in winners.values())


def _latest_of_each(register: Register) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Of each session's rows the latest, everything being known.

    Only where there are several is there a choice.
    """
    slots, codes, recorded = register.slots, register.codes, register.recorded_on or ()
    kept_slots: list[int] = []
    kept_codes: list[str] = []
    done = 0
    for first, end in repeated(slots):
        days = [day.toordinal() if day else slots[first] // 2 for day in recorded[first:end]]
        best = first + max(range(len(days)), key=lambda i: (days[i], i)) if days else end - 1
        kept_slots.extend(slots[done : first + 1])
        kept_codes.extend(codes[done:first])
        kept_codes.append(codes[best])
        done = end
    kept_slots.extend(slots[done:])
    kept_codes.extend(codes[done:])
    return tuple(kept_slots), tuple(kept_codes)


# --- facts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactInterval:
    """A value from `first` to `last`, both included, and the row that says so.

    `overruled` are rows by other judges who said otherwise of the same dates (meaning 17).
    """

    first: dt.date
    last: dt.date
    value: Value | Unknown
    row: Recorded
    overruled: tuple[Recorded, ...] = ()


@dataclass(frozen=True, slots=True)
class FactTimeline:
    """A fact over time, as known on one day.

    `intervals` are in order and do not overlap; a gap is unknown.
    """

    intervals: tuple[FactInterval, ...] = ()

    def interval_at(self, date: dt.date) -> FactInterval | None:
        """The interval that holds a date; None in a gap."""
        if len(self.intervals) == 1:
            interval = self.intervals[0]
            return interval if interval.first <= date <= interval.last else None
        index = bisect_right(self.intervals, date, key=lambda interval: interval.first) - 1
        return self.intervals[index] if index >= 0 and date <= self.intervals[index].last else None

    def at(self, date: dt.date) -> Value | Unknown:
        """The value on a date."""
        interval = self.interval_at(date)
        return UNKNOWN if interval is None else interval.value


_NEVER_RECORDED = FactTimeline()


def recorded_day(row: Recorded) -> dt.date:
    """From when a row about a fact is known: when it was recorded, else from its own first date."""
    return row.recorded_on or row.first or _ALWAYS


def known_fact(
    rows: Sequence[Recorded],
    known_on: dt.date | None = None,
    judged_by: Sequence[str] = (),
    part_of: Mapping[str, str] | None = None,
) -> FactTimeline:
    """A fact's rows settled: on each date the latest recorded; of several judges the last named (meaning 17).

    `judged_by` are the roles that may judge it, in the order of the policy; `part_of` leads from a role to
    the one that it is part of. A row that does not say who recorded it counts as the first judge's.
    """
    if known_on is not None:
        rows = [row for row in rows if recorded_day(row) <= known_on]
    if not rows:
        return _NEVER_RECORDED
    if len(rows) == 1:
        return FactTimeline((_interval(rows[0]),))
    rows = sorted(rows, key=_first)
    if all(_last(one) < _first(other) for one, other in pairwise(rows)):
        return FactTimeline(tuple(_interval(row) for row in rows))
    return FactTimeline(tuple(_joined(_settled(rows, judged_by, part_of or {}))))


def _settled(
    rows: Sequence[Recorded], judged_by: Sequence[str], part_of: Mapping[str, str]
) -> Iterator[FactInterval]:
    """One interval for every stretch between two dates on which any row begins or ends."""
    ranked = [(judge_rank(row, judged_by, part_of), recorded_day(row), row) for row in rows]
    ends = {_last(row) for row in rows}
    starts = sorted({_first(row) for row in rows} | {end + _ONE_DAY for end in ends if end != _STILL})
    for index, first in enumerate(starts):
        last = starts[index + 1] - _ONE_DAY if index + 1 < len(starts) else _STILL
        holding = [entry for entry in ranked if _first(entry[2]) <= first and last <= _last(entry[2])]
        if not holding:
            continue
        by_judge: dict[int, tuple[dt.date, Recorded]] = {}
        for rank, day, row in holding:
            if rank not in by_judge or by_judge[rank][0] <= day:
                by_judge[rank] = day, row
        winner = by_judge.pop(max(by_judge))[1]
        others = tuple(by_judge[rank][1] for rank in sorted(by_judge))
        overruled = tuple(row for row in others if row.value != winner.value)
        yield FactInterval(first, last, UNKNOWN if winner.value is None else winner.value, winner, overruled)


def _joined(intervals: Iterator[FactInterval]) -> Iterator[FactInterval]:
    """Neighbours that rest on the same rows made one."""
    current: FactInterval | None = None
    for interval in intervals:
        if current and _continues(current, interval):
            current = replace(current, last=interval.last)
            continue
        if current:
            yield current
        current = interval
    if current:
        yield current


def _continues(one: FactInterval, other: FactInterval) -> bool:
    same_rows = one.row is other.row and one.overruled == other.overruled
    return same_rows and other.first == one.last + _ONE_DAY


def judge_rank(row: Recorded, judged_by: Sequence[str], part_of: Mapping[str, str]) -> int:
    """Which of the judges recorded a row, counted from 0: whoever has the higher rank prevails."""
    role = row.recorded_by
    while role is not None:
        if role in judged_by:
            return judged_by.index(role)
        role = part_of.get(role)
    return 0


def conflicts(
    rows: Sequence[Recorded], judged_by: Sequence[str] = (), part_of: Mapping[str, str] | None = None
) -> Iterator[tuple[Recorded, Recorded]]:
    """Pairs of rows with different values for the same date of which neither was recorded later (meaning 16).

    Rows of different judges do not conflict. A row that says when it was recorded is a correction of one
    recorded earlier; two rows that say nothing of it contradict each other, whatever dates they begin on.
    """
    ordered = sorted(rows, key=_first)
    for index, one in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if _first(other) > _last(one):
                break
            if one.value == other.value:
                continue
            unsaid = one.recorded_on is None and other.recorded_on is None
            if not unsaid and recorded_day(one) != recorded_day(other):
                continue
            roles = part_of or {}
            if judge_rank(one, judged_by, roles) == judge_rank(other, judged_by, roles):
                yield one, other


def _first(row: Recorded) -> dt.date:
    return row.first or _ALWAYS


def _last(row: Recorded) -> dt.date:
    return row.last or _STILL


def _interval(row: Recorded) -> FactInterval:
    return FactInterval(_first(row), _last(row), UNKNOWN if row.value is None else row.value, row)


# --- events ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEvent:
    """An event as known on one day: its rows made one.

    Every value of a field keeps the date from which it holds.
    """

    event: str
    date: dt.date
    until: dt.date | None = None
    id: str | None = None
    parent: str | None = None
    relies_on: tuple[int, ...] = ()
    """Slots of the sessions that it used up, sorted."""
    fields: Mapping[str, tuple[tuple[dt.date, Value | None], ...]] = field(default_factory=dict)
    """By field: (from, value), in order; the date is `date.min` for a value that has always held."""
    recorded_on: dt.date | None = None
    """When it was first recorded, if known."""
    recorded_by: str | None = None
    place: Location | None = field(default=None, compare=False, repr=False)

    def field(self, name: str, on: dt.date) -> Value | Unknown:
        """The value of a field on a date: the latest that held from that date or an earlier one."""
        for first, value in reversed(self.fields.get(name, ())):
            if first <= on:
                return UNKNOWN if value is None else value
        return UNKNOWN


def known_events(rows: Sequence[EventRow], known_on: dt.date | None = None) -> tuple[KnownEvent, ...]:
    """Events by date, then kind, parent and id, as known on a day.

    Rows that share a kind and an id are one event; what was cancelled is gone.
    """
    if known_on is not None:
        rows = [row for row in rows if (row.recorded_on or row.date) <= known_on]
    events = [_lone_event(row, known_on) for row in rows if row.id is None and not row.cancelled]
    shared: dict[tuple[str, str], list[EventRow]] = {}
    for row in rows:
        if row.id is not None:
            shared.setdefault((row.event, row.id), []).append(row)
    for group in shared.values():
        group.sort(key=lambda row: (row.recorded_on or row.date, row.cancelled))
        if not group[-1].cancelled:
            events.append(_event(group, known_on))
    events.sort(key=lambda event: (event.date, event.event, event.parent or "", event.id or ""))
    return tuple(events)


def _lone_event(row: EventRow, known_on: dt.date | None) -> KnownEvent:
    """An event of which one row tells, as most do."""
    return KnownEvent(
        event=row.event,
        date=row.date,
        until=row.until,
        parent=row.parent,
        relies_on=row.relies_on,
        fields=_fields((row,), known_on) if row.fields else {},
        recorded_on=row.recorded_on,
        recorded_by=row.recorded_by,
        place=row.place,
    )


def _event(rows: Sequence[EventRow], known_on: dt.date | None) -> KnownEvent:
    """Rows of one event, first to latest recorded, made one: the latest that says something counts."""
    latest = rows[-1]
    return KnownEvent(
        event=latest.event,
        date=latest.date,
        until=next((row.until for row in reversed(rows) if row.until), None),
        id=latest.id,
        parent=next((row.parent for row in reversed(rows) if row.parent), None),
        relies_on=next((row.relies_on for row in reversed(rows) if row.relies_on), ()),
        fields=_fields(rows, known_on),
        recorded_on=rows[0].recorded_on,
        recorded_by=next((row.recorded_by for row in reversed(rows) if row.recorded_by), None),
        place=latest.place,
    )


def _fields(
    rows: Sequence[EventRow], known_on: dt.date | None
) -> Mapping[str, tuple[tuple[dt.date, Value | None], ...]]:
    """A value without a date holds always in the first row, in a later one from when that was recorded."""
    found: dict[str, dict[dt.date, Value | None]] = {}
    for index, row in enumerate(rows):
        holds_from = _ALWAYS if index == 0 else row.recorded_on or row.date
        for name, values in row.fields.items():
            for value in values:
                if known_on is None or recorded_day(value) <= known_on:
                    found.setdefault(name, {})[value.first or holds_from] = value.value
    return {name: tuple(sorted(values.items(), key=lambda item: item[0])) for name, values in found.items()}
