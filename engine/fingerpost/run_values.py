"""Values over the order of marks: runs, weeks with some, the most in any stretch (meanings 11, 12 and 13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from fingerpost.axis import intersect
from fingerpost.counting import Sessions, evidence_of, sessions_in
from fingerpost.history import slot_date
from fingerpost.logic import Cause
from fingerpost.reasons import Evidence, Measured
from fingerpost.scope import Scope
from fingerpost.windows import quantity_of, units
from fingerpost_dsl.model.expressions import MarkSet, MostInAny, Run, WeeksWith
from fingerpost_dsl.model.quantities import PERIODS, Quantity, Unit


def run(value: Run, ordinal: int, scope: Scope) -> Measured:
    """`current run of …` and `longest run of …`, of the marks inside the windows."""
    sessions = sessions_in(value.windows, frozenset(), ordinal, scope)
    chosen = scope.view.plane(value.marks)
    least_run = _run(value, chosen & sessions.certain, sessions, scope, joined=False)
    most_run = _run(value, chosen & sessions.widest, sessions, scope, joined=True)
    least = _length(value, least_run, scope)
    most = _length(value, most_run, scope)
    open_ended = sessions.reaches_before and (not value.current or _reaches_start(most_run, sessions, scope))
    cause = sessions.cause if open_ended or sessions.certain != sessions.widest else None
    measured = Measured(
        lowest=Fraction(least),
        highest=None if open_ended else Fraction(most),
        unit=value.unit,
        cause=cause or (Cause.MISSING_MARKS if least != most else None),
    )
    if not scope.with_evidence:
        return measured
    slots = scope.view.axis.slots_in(most_run)
    evidence = Evidence(
        marks=scope.view.marks_in(most_run & chosen),
        missing=scope.view.axis.slots_in(most_run & scope.view.missing),
        first=None if not slots else slot_date(slots[0]),
        last=None if not slots else slot_date(slots[-1]),
    )
    return replace(measured, evidence=evidence)


def _run(value: Run, chosen: int, sessions: Sessions, scope: Scope, *, joined: bool) -> int:
    """The sessions of the run: missing marks break it, or go on with it where `joined`.

    At the least, what may lie in the windows breaks it; at the greatest, only what certainly does.
    """
    view = scope.view
    missing = view.missing & sessions.widest
    members = chosen | (missing if joined else 0)
    inside = sessions.certain if joined else sessions.widest
    breaks = (view.possible & inside & ~view.plane(value.marks)) | (0 if joined else missing)
    if value.current:
        last_break = breaks.bit_length()
        return (members >> last_break) << last_break
    best = best_length = 0
    rest = members
    while rest:
        low = rest & -rest
        following = breaks & ~(low - 1)
        end = following & -following
        stretch = rest & (end - 1) if end else rest
        rest ^= stretch
        length = _length(value, stretch, scope)
        if length > best_length:
            best, best_length = stretch, length
    return best


def _length(value: Run, stretch: int, scope: Scope) -> int:
    """In sessions; or the whole days in it: all the pupil's possible sessions of that day are in the run."""
    if value.unit is Unit.SESSION:
        return stretch.bit_count()
    view, axis = scope.view, scope.view.axis
    days = dict.fromkeys(slot // 2 for slot in axis.slots_in(stretch))
    count = 0
    for day in days:
        possible = (view.possible | view.missing) & axis.day_mask(day)
        count += not possible & ~stretch
    return count


def _reaches_start(stretch: int, sessions: Sessions, scope: Scope) -> bool:
    """Whether the current run goes back to the first session on record, and may have begun before it."""
    view = scope.view
    return not (view.possible & sessions.certain | view.missing & sessions.widest) & ~stretch


def weeks_with(value: WeeksWith, ordinal: int, scope: Scope) -> Measured:
    """`weeks with absent in this term`: school weeks with at least so many sessions of the set."""
    sessions = sessions_in(value.windows, frozenset(), ordinal, scope)
    quantity = (
        quantity_of(value.at_least, scope.policy) if value.at_least else Quantity(Fraction(1), Unit.SESSION)
    )
    if quantity is None:
        return Measured(unit=Unit.SCHOOL_WEEK, cause=Cause.OPEN_THRESHOLD)
    least = most = 0
    view = scope.view
    chosen = view.plane(value.marks)
    for certain, widest in masks_of_weeks(sessions, scope):
        least += (chosen & certain).bit_count() >= quantity.amount
        most += ((chosen | view.missing) & widest).bit_count() >= quantity.amount
    return _counted(value.marks, (least, most), Unit.SCHOOL_WEEK, sessions, scope)


def most_in_any(value: MostInAny, ordinal: int, scope: Scope) -> Measured:
    """`most … in any 10 school weeks …`.

    The greatest count over so many consecutive units inside the windows.
    """
    sessions = sessions_in(value.windows, frozenset(), ordinal, scope)
    quantity = quantity_of(value.amount, scope.policy)
    if quantity is None:
        return Measured(unit=Unit.SESSION, cause=Cause.OPEN_THRESHOLD)
    if quantity.unit in PERIODS and not scope.calendar.periods(quantity.unit):
        return Measured(lowest=Fraction(0), unit=Unit.SESSION, cause=Cause.NO_TERMS)
    view = scope.view
    chosen = view.plane(value.marks)
    least = most = best = 0
    found = (0, 0)
    for certain, widest in masks_of_stretches(quantity, ordinal, sessions, scope):
        counts = (chosen & certain).bit_count(), ((chosen | view.missing) & widest).bit_count()
        least, most = max(least, counts[0]), max(most, counts[1])
        if counts >= found:  # of several alike the latest, which counts longest
            found, best = counts, widest
    measured = _counted(value.marks, (least, most), Unit.SESSION, sessions, scope)
    if measured.evidence is None:
        return measured
    # What lies in another stretch does not count. A missing mark there may, and make that one the greatest.
    return replace(measured, evidence=replace(measured.evidence, marks=view.marks_in(chosen & best)))


def masks_of_weeks(sessions: Sessions, scope: Scope) -> Iterator[tuple[int, int]]:
    """The sessions of each school week that are certainly in the windows, and those that may be."""
    axis = scope.view.axis
    for first, last in units(Unit.SCHOOL_WEEK, scope.calendar):
        week = axis.mask(((first, last),))
        yield week & sessions.certain, week & sessions.widest


def masks_of_stretches(
    quantity: Quantity, ordinal: int, sessions: Sessions, scope: Scope
) -> Iterator[tuple[int, int]]:
    """The same of every stretch of N consecutive units that touches the windows."""
    axis = scope.view.axis
    for first, last in _stretches(quantity, ordinal, sessions, scope):
        mask = axis.mask(intersect(((first, last),), sessions.extent.widest))
        yield mask & sessions.certain, mask & sessions.widest


def _stretches(quantity: Quantity, ordinal: int, sessions: Sessions, scope: Scope) -> list[tuple[int, int]]:
    """Every stretch of N consecutive units that touches the windows.

    Of days and weeks, one for each first day.
    """
    number = int(quantity.amount)
    if quantity.unit in (Unit.DAY, Unit.WEEK):
        days = number * (7 if quantity.unit is Unit.WEEK else 1)
        starts = dict.fromkeys(slot // 2 for slot in scope.view.axis.slots_in(sessions.widest))
        return [(day * 2, (day + days) * 2 - 1) for day in starts]
    inside = [unit for unit in units(quantity.unit, scope.calendar) if _touches(unit, sessions, ordinal)]
    if not inside or number < 1:
        return []
    last = max(len(inside) - number, 0)
    return [(inside[i][0], inside[min(i + number, len(inside)) - 1][1]) for i in range(last + 1)]


def _touches(unit: tuple[int, int], sessions: Sessions, ordinal: int) -> bool:
    return unit[0] <= ordinal * 2 + 1 and bool(intersect((unit,), sessions.extent.widest))


def _counted(
    marks: MarkSet, bounds: tuple[int, int], unit: Unit, sessions: Sessions, scope: Scope
) -> Measured:
    least, most = bounds
    cause = sessions.cause or (Cause.MISSING_MARKS if least != most else None)
    return Measured(
        lowest=Fraction(least),
        highest=None if sessions.reaches_before else Fraction(most),
        unit=unit,
        cause=cause,
        evidence=evidence_of(marks, sessions, scope),
    )
