"""Values over events and occasions: how many, how long since, when (meanings 9, 11, 16 and 18)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fingerpost.axis import Region, intersect, touches
from fingerpost.bit_rows import Row, row_of
from fingerpost.conditions_in_windows import holds_in_whiles
from fingerpost.counting import bounds
from fingerpost.known import KnownEvent
from fingerpost.logic import Cause, Truth
from fingerpost.reasons import Evidence, Measured, Occurrence
from fingerpost.scope import Scope
from fingerpost.weeks_left_out import weeks_left_out
from fingerpost.windows import Extent, Moment, lay_out, lay_out_one, weeks_begun
from fingerpost_dsl.model.expressions import (
    CountOfEvents,
    DateOf,
    Edge,
    FieldWithin,
    Selection,
    TimeSince,
    Which,
    Window,
)
from fingerpost_dsl.model.quantities import Unit


@dataclass(frozen=True, slots=True)
class Found:
    """Events or occasions in some windows.

    Those certainly in, those perhaps, and whether there may be more.
    """

    events: tuple[KnownEvent, ...] = ()
    occasions: tuple[Occurrence, ...] = ()
    perhaps: int = 0
    more: Cause | None = None
    """Why there may be others of which nobody knows."""
    extent: Extent | None = None
    least: int = 0
    most: int = 0
    cause: Cause | None = None

    @property
    def truth(self) -> Truth:
        """Whether there is any."""
        if self.least:
            return Truth.TRUE
        return Truth.UNKNOWN if self.more or self.most else Truth.FALSE

    def evidence(self, scope: Scope) -> Evidence | None:
        """What was counted, and the dates looked at."""
        if not scope.with_evidence:
            return None
        first, last = bounds(self.extent.widest, scope) if self.extent else (None, None)
        return Evidence(
            events=self.events,
            occasions=self.occasions,
            first=first,
            last=last,
            left_out=weeks_left_out(scope.calendar, first, last) if first and last else (),
        )


def find(selection: Selection, windows: tuple[Window, ...], ordinal: int, scope: Scope) -> Found:
    """The events or occasions of a selection that lie in all windows, as at a date."""
    extent = lay_out(windows, ordinal, scope)
    return (
        _occasions(selection, windows, extent, ordinal, scope)
        if selection.occasion
        else _events(selection, windows, extent, ordinal, scope)
    )


def _events(
    selection: Selection, windows: tuple[Window, ...], extent: Extent, ordinal: int, scope: Scope
) -> Found:
    selected = scope.events(selection, ordinal)
    certain: list[KnownEvent] = []
    perhaps: list[KnownEvent] = []
    for event in selected.certain:
        inside = _inside(event.date, extent, windows, scope)
        if inside is Truth.TRUE:
            certain.append(event)
        elif inside is Truth.UNKNOWN:
            perhaps.append(event)
    perhaps.extend(e for e in selected.perhaps if _inside(e.date, extent, windows, scope) is not Truth.FALSE)
    more = _more(selection, _dated(selection, "date", extent, ordinal, scope), scope)
    cause = more or extent.cause or (Cause.FACT if perhaps else None)
    least = len(certain)
    return Found(tuple(certain), (), len(perhaps), more, extent, least, least + len(perhaps), cause)


def _inside(date: dt.date, extent: Extent, windows: tuple[Window, ...], scope: Scope) -> Truth:
    ordinal = date.toordinal()
    if not touches(extent.widest, ordinal):
        return Truth.FALSE
    held = holds_in_whiles(windows, ordinal, scope)
    if held is Truth.TRUE and not touches(extent.region, ordinal):
        return Truth.UNKNOWN
    return held


def _dated(selection: Selection, field: str, extent: Extent, ordinal: int, scope: Scope) -> Region:
    """Where such an event or occasion may lie at all: `where date in this term` says so, as a window does."""
    region = extent.widest
    for test in selection.where:
        if isinstance(test, FieldWithin) and test.field == field:
            region = intersect(region, lay_out_one(test.window, ordinal, scope).widest)
    return region


def _more(selection: Selection, region: Region, scope: Scope) -> Cause | None:
    """Why there may be events in a region that the record does not have.

    Nobody said it is complete, or it begins too late.
    """
    complete = scope.complete_from(selection.name)
    if not region:
        return None
    if complete is None:
        return Cause.EVENTS
    return Cause.HISTORY_START if region[0][0] // 2 < complete else None


def _occasions(
    selection: Selection, windows: tuple[Window, ...], extent: Extent, ordinal: int, scope: Scope
) -> Found:
    """An occasion is in a window in which it begins (meaning 11)."""
    found = _meant(
        [o for o in scope.occurrences(selection.name, ordinal) if scope.meets(o, selection, ordinal)],
        selection.which,
    )
    inside = [(o, _inside(dt.date.fromordinal(o.first_slot // 2), extent, windows, scope)) for o in found]
    certain = tuple(o for o, truth in inside if truth is Truth.TRUE and o.certain)
    perhaps = sum(truth is not Truth.FALSE for _, truth in inside) - len(certain)
    region = _dated(selection, "start", extent, ordinal, scope)
    start = region[0][0] // 2 if region else None
    more = Cause.HISTORY_START if start is not None and scope.view.may_reach_before(start) else None
    cause = more or extent.cause or (Cause.MISSING_MARKS if perhaps else None)
    distinct = len(certain) if not scope.view.missing else min(len(certain), _segments_with(certain, scope))
    return Found((), certain, perhaps, more, extent, distinct, len(certain) + perhaps, cause)


def _meant(found: list[Occurrence], which: Which) -> list[Occurrence]:
    """All, the first or the latest; where missing marks leave open which that is, whichever it may be."""
    ordered = found if which is Which.FIRST else found[::-1]
    if which is Which.ALL or not found:
        return found
    number = next((i for i, occurrence in enumerate(ordered) if occurrence.certain), len(found) - 1)
    if not number:
        return ordered[:1]
    return [replace(occurrence, certain=False) for occurrence in ordered[: number + 1]]


def _segments_with(occasions: Iterable[Occurrence], scope: Scope) -> int:
    """How many occasions would be left if every missing mark joined its neighbours."""
    missing = scope.view.missing
    axis = scope.view.axis
    count, previous = 0, None
    for occasion in occasions:
        joined = False
        if previous is not None:
            gap = axis.mask(((previous.last_slot + 1, occasion.first_slot - 1),))
            joined = bool(gap & missing) and not gap & scope.view.possible
        count += not joined
        previous = occasion
    return count


def count(value: CountOfEvents, ordinal: int, scope: Scope) -> Measured:
    """`count of penalty_notice …`: an interval where the record may lack some."""
    found = find(value.selection, value.windows, ordinal, scope)
    return Measured(
        lowest=Fraction(found.least),
        highest=None if found.more else Fraction(found.most),
        unit=Unit.NUMBER,
        cause=found.cause if found.more or found.least != found.most else None,
        evidence=found.evidence(scope),
    )


def time_since(value: TimeSince, ordinal: int, scope: Scope) -> Measured:
    """`days since …`: the anchor's day is 0; without it there is no value."""
    moment = scope.moment(value.anchor, ordinal)
    if moment.first is None or not moment.certain:
        unknown = not moment.certain
        return Measured(unit=value.unit, applicable=unknown, cause=moment.cause)
    day = day_meant(value, moment)
    elapsed = Fraction(units_between(value.unit, day, ordinal, scope))
    selected = (
        () if value.anchor.selection.occasion else scope.events(value.anchor.selection, ordinal).certain
    )
    evidence = Evidence(events=tuple(e for e in selected if e.date.toordinal() == moment.first))
    return Measured(
        lowest=elapsed, highest=elapsed, unit=value.unit, evidence=evidence if scope.with_evidence else None
    )


def day_meant(value: TimeSince | DateOf, moment: Moment) -> int:
    """The day that is day 0: an event's date, an occasion's last day, or the edge that is named."""
    assert moment.first is not None
    edge = value.anchor.edge or (Edge.END if value.anchor.selection.occasion else Edge.START)
    return moment.first if edge is Edge.START or moment.last is None else moment.last


def units_between(unit: Unit, day: int, ordinal: int, scope: Scope) -> int:
    """How many units have passed from a day (day 0) to a date: those that began after it."""
    calendar = scope.calendar
    match unit:
        case Unit.DAY:
            return ordinal - day
        case Unit.WEEK:
            return (ordinal - day) // 7
        case Unit.SESSION:
            slots = calendar.open_slots
            return bisect_right(slots, ordinal * 2 + 1) - bisect_right(slots, day * 2 + 1)
        case Unit.SCHOOL_DAY:
            days = calendar.school_days
            return bisect_right(days, ordinal) - bisect_right(days, day)
        case Unit.SCHOOL_WEEK:
            return sum(monday > day for monday in weeks_begun(calendar, ordinal))
        case Unit.MONTH | Unit.YEAR:
            first, last = dt.date.fromordinal(day), dt.date.fromordinal(ordinal)
            months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
            return months if unit is Unit.MONTH else months // 12
        case Unit.WORKING_DAY:
            passed = 0
            date: dt.date | None = dt.date.fromordinal(day)
            while (
                date is not None
                and (date := calendar.add_working_days(date, 1))
                and date.toordinal() <= ordinal
            ):
                passed += 1
            return passed
        case _:
            return sum(day < period.first.toordinal() <= ordinal for period in calendar.periods(unit))


def units_passed(unit: Unit, day: int, ordinals: Sequence[int], scope: Scope) -> Row:
    """How many units have passed from a day to each of some dates, none of which lies before it."""
    match unit:
        case Unit.DAY:
            return row_of(ordinals) - day
        case Unit.WEEK:
            return (row_of(ordinals) - day) // 7
        case Unit.SESSION:
            slots = row_of(scope.calendar.open_slots)
            return slots.searchsorted(row_of(ordinals) * 2 + 1, "right") - slots.searchsorted(
                day * 2 + 1, "right"
            )
        case Unit.SCHOOL_DAY:
            days = row_of(scope.calendar.school_days)
            return days.searchsorted(row_of(ordinals), "right") - days.searchsorted(day, "right")
        case _:
            return row_of([units_between(unit, day, ordinal, scope) for ordinal in ordinals])


def date_of_anchor(value: DateOf, ordinal: int, scope: Scope) -> Measured:
    """`date of the latest letter`: without one there is no value."""
    moment = scope.moment(value.anchor, ordinal)
    if moment.first is None or not moment.certain:
        return Measured(applicable=not moment.certain, cause=moment.cause)
    return Measured(plain=dt.date.fromordinal(day_meant(value, moment)))
