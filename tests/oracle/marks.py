"""Values over marks: counts, shares, whole days, runs, weeks, the most in any stretch (meanings 10 to 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from fingerpost.logic import Truth
from fingerpost_dsl.model.expressions import (
    CountOfMarks,
    MarkSet,
    MostInAny,
    Run,
    ShareOfMarks,
    WeeksWith,
    Window,
)
from fingerpost_dsl.model.quantities import PERIODS, Quantity, Unit
from tests.oracle.plain import NOTHING, Plain, between
from tests.oracle.school import Session
from tests.oracle.windows import inside_all, quantity, reaches_before, units_of

if TYPE_CHECKING:
    from tests.oracle.conditions import Oracle

YES, NO = Truth.TRUE, Truth.FALSE


@dataclass(frozen=True)
class Placed:
    """A session that may count, and whether it lies in the windows."""

    session: Session
    inside: Truth

    @property
    def slot(self) -> int:
        """Its slot."""
        return self.session.slot


def placed(windows: Sequence[Window], weekdays: frozenset[int], on: int, oracle: Oracle) -> list[Placed]:
    """The sessions that lie in the windows, or may; those certainly outside are left out."""
    laid = inside_all(windows, on, oracle)
    found = []
    for session in oracle.known.sessions(on):
        weekday = (session.slot // 2 - 1) % 7
        if weekdays and weekday not in weekdays:
            continue
        inside = laid(session.slot)
        if inside is not NO:
            found.append(Placed(session, inside))
    return found


def _open_ended(windows: Sequence[Window], on: int, oracle: Oracle) -> bool:
    return reaches_before(windows, oracle.known.complete_from, on, oracle)


def count(value: CountOfMarks, on: int, oracle: Oracle) -> Plain:
    """`count of …`, `count of whole days of …`."""
    found = placed(value.windows, value.weekdays, on, oracle)
    if value.whole_days:
        low, high = _whole_days(value.marks, found)
    else:
        low, high = _counts(value.marks, found)
    return between(low, None if _open_ended(value.windows, on, oracle) else high)


def _counts(marks: MarkSet, found: Sequence[Placed]) -> tuple[int, int]:
    certain = sum(one.session.is_in(marks) and one.inside is YES for one in found)
    at_most = sum(one.session.is_in(marks) or _perhaps_in(one, marks) for one in found)
    return certain, at_most


def _perhaps_in(one: Placed, marks: MarkSet) -> bool:
    """Whether a session without a mark may turn out to be one of these."""
    return one.session.missing and not marks.unmarked


def _whole_days(marks: MarkSet, found: Sequence[Placed]) -> tuple[int, int]:
    low = high = 0
    for day in dict.fromkeys(one.slot // 2 for one in found):
        here = [
            one for one in found if one.slot // 2 == day and one.session.counts | one.session.is_in(marks)
        ]
        possible = [one for one in here if one.session.counts]
        others = [one for one in possible if not one.session.is_in(marks) and not one.session.missing]
        missing = [one for one in possible if one.session.missing]
        chosen = [one for one in here if one.session.is_in(marks)]
        if chosen and not others and not missing and any(one.inside is YES for one in chosen):
            low += 1
        if (chosen or missing) and not any(one.inside is YES for one in others):
            high += 1
    return low, high


@dataclass(frozen=True)
class Counted:
    """What makes a share: how many of the set, and how many possible, at its least and at its greatest."""

    low: int
    low_of: int
    high: int
    high_of: int
    certainly_some: bool
    open_ended: bool


def counted(value: ShareOfMarks, on: int, oracle: Oracle) -> Counted:
    """The counts of a share (meanings 10 and 12)."""
    found = [one for one in placed(value.windows, value.weekdays, on, oracle) if one.session.counts]
    chosen = [one.session.is_in(value.marks) for one in found]
    sure = [one.inside is YES for one in found]
    missing = [_perhaps_in(one, value.marks) for one in found]
    rows = list(zip(chosen, missing, sure, strict=True))
    low = sum(c and s for c, _, s in rows)
    low_of = sum(s or not c for c, _, s in rows)
    high = sum(c or m for c, m, _ in rows)
    high_of = sum(c or m or s for c, m, s in rows)
    return Counted(low, low_of, high, high_of, any(sure), _open_ended(value.windows, on, oracle))


def share_of(all_of: Sequence[Counted]) -> Plain:
    """A share, of one pupil or of several together."""
    low, low_of = sum(one.low for one in all_of), sum(one.low_of for one in all_of)
    high, high_of = sum(one.high for one in all_of), sum(one.high_of for one in all_of)
    none = Truth.FALSE if any(one.certainly_some for one in all_of) else Truth.UNKNOWN
    if any(one.open_ended for one in all_of):
        return Plain(Fraction(0), Fraction(1), none=none)
    if not low_of and not high_of:
        return NOTHING
    least = Fraction(low, low_of) if low_of else Fraction(1)
    most = Fraction(high, high_of) if high_of else Fraction(0)
    return Plain(least, most, none=none)


def share(value: ShareOfMarks, on: int, oracle: Oracle) -> Plain:
    """`share of …`."""
    return share_of([counted(value, on, oracle)])


# --- runs -------------------------------------------------------------------------------------


def run(value: Run, on: int, oracle: Oracle) -> Plain:
    """`current run of …`, `longest run of …`: of the marks inside the windows (meaning 11)."""
    found = [one for one in placed(value.windows, frozenset(), on, oracle) if _is_there(one.session, value)]
    fewest = _stretches(value, found, joined=False)
    greatest = _stretches(value, found, joined=True)
    if value.current:
        fewest, greatest = fewest[-1:], greatest[-1:]
    low = max((_length(value, one, on, oracle, certain=True) for one in fewest), default=0)
    high = max((_length(value, one, on, oracle, certain=False) for one in greatest), default=0)
    open_ended = _open_ended(value.windows, on, oracle)
    if value.current and open_ended:
        open_ended = len(greatest[-1] if greatest else []) == sum(
            _may_be(one, value) for one in found
        ) and not any(_breaks(one, value, joined=True) for one in found)
    return between(low, None if open_ended else high)


def _is_there(session: Session, value: Run) -> bool:
    return session.counts or session.is_in(value.marks)


def _may_be(one: Placed, value: Run) -> bool:
    return one.session.missing or one.session.is_in(value.marks)


def _breaks(one: Placed, value: Run, *, joined: bool) -> bool:
    """Whether a session ends a run: another mark does, and a missing one if the least is asked for.

    At the greatest (`joined`), one that may lie outside the windows does not.
    """
    if one.session.is_in(value.marks):
        return False
    if joined:
        return not one.session.missing and one.inside is YES
    return True


def _stretches(value: Run, found: Sequence[Placed], *, joined: bool) -> list[list[Placed]]:
    """The runs in order; the last is the current one, and may be empty."""
    runs: list[list[Placed]] = [[]]
    for one in found:
        if _breaks(one, value, joined=joined):
            runs.append([])
        elif joined or (one.session.is_in(value.marks) and one.inside is YES):
            runs[-1].append(one)
    return runs


def _length(value: Run, stretch: Sequence[Placed], on: int, oracle: Oracle, *, certain: bool) -> int:
    """Its sessions; or its whole days: all the pupil's possible sessions of the day belong to it."""
    if value.unit is Unit.SESSION:
        return len(stretch)
    slots = {one.slot for one in stretch}
    days = dict.fromkeys(slot // 2 for slot in slots)
    possible = [one.slot for one in oracle.known.sessions(on) if one.counts]
    return sum(all(slot in slots for slot in possible if slot // 2 == day) for day in days)


# --- weeks and stretches ----------------------------------------------------------------------


def weeks_with(value: WeeksWith, on: int, oracle: Oracle) -> Plain:
    """`weeks with at least 2 sessions of …`."""
    least = quantity(value.at_least, oracle.policy) if value.at_least else Quantity(Fraction(1), Unit.SESSION)
    if least is None:
        return between(0, None)
    found = placed(value.windows, frozenset(), on, oracle)
    low = high = 0
    for first, last in units_of(Unit.SCHOOL_WEEK, oracle.known.calendar):
        certain, at_most = _counts(value.marks, [one for one in found if first <= one.slot <= last])
        low += certain >= least.amount
        high += at_most >= least.amount
    return between(low, None if _open_ended(value.windows, on, oracle) else high)


def most_in_any(value: MostInAny, on: int, oracle: Oracle) -> Plain:
    """`most … in any 10 school weeks …`: units that follow one another, the parts of them in the windows."""
    length = quantity(value.amount, oracle.policy)
    if length is None:
        return between(0, None)
    found = placed(value.windows, frozenset(), on, oracle)
    stretches = _all_stretches(length, found, oracle)
    if stretches is None:
        return between(0, None)
    low = high = 0
    for first, last in stretches:
        certain, at_most = _counts(value.marks, [one for one in found if first <= one.slot <= last])
        low, high = max(low, certain), max(high, at_most)
    return between(low, None if _open_ended(value.windows, on, oracle) else high)


def _all_stretches(length: Quantity, found: Sequence[Placed], oracle: Oracle) -> list[tuple[int, int]] | None:
    number = int(length.amount)
    days = sorted({one.slot // 2 for one in found})
    if length.unit in (Unit.DAY, Unit.WEEK):
        span = number * (7 if length.unit is Unit.WEEK else 1)
        return [(day * 2, (day + span - 1) * 2 + 1) for day in days]
    if length.unit in PERIODS and not oracle.known.calendar.periods(length.unit):
        return None
    units = units_of(length.unit, oracle.known.calendar)
    return [(units[i][0], units[min(i + number, len(units)) - 1][1]) for i in range(len(units))]
