"""Values on every school day at once: rows of counts over rows of masks.

A `Column` holds the least and the greatest value of each day as counts, or, for a share, as counts over
possible sessions. `column_of` returns None for values that have no quick way; the caller then asks the
reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from fingerpost.counting import days_while, relied_on_by
from fingerpost.day_events import Happenings
from fingerpost.event_values import day_meant, units_between
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost.windows import Extent, hangs_on_subject, lay_out
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    Anchor,
    BuiltIn,
    BuiltInValue,
    CountOfEvents,
    CountOfMarks,
    Edge,
    FieldWithin,
    InTheLast,
    Literal,
    MeasureValue,
    NotReliedOn,
    Run,
    ShareOfMarks,
    TimeSince,
    UnitsAround,
    Value,
    While,
    Window,
)
from fingerpost_dsl.model.quantities import Quantity, Unit


@dataclass(frozen=True, slots=True)
class Column:
    """A number on each of the first school days: counts, or shares where `low_of` and `high_of` are given."""

    low: Sequence[int]
    high: Sequence[int]
    low_of: Sequence[int] | None = None
    high_of: Sequence[int] | None = None
    not_applicable: int = 0
    unbounded: int = 0
    """The days on which there may be any number more."""
    unknown: int = 0
    """The days on which nothing is known of it."""

    @property
    def is_exact(self) -> bool:
        """Whether the least and the greatest value are the same on every day."""
        return self.low is self.high and self.low_of is self.high_of

    def reaches(self, bound: Fraction, *, strict: bool, highest: bool) -> int:
        """The days on which the least (or the greatest) value is at least.

        Or `strict` more than, the bound.
        """
        values = self.high if highest else self.low
        of = self.high_of if highest else self.low_of
        p, q = bound.numerator, bound.denominator
        if not values:
            return 0
        if of is None:
            least = p // q + 1 if strict or p % q else p // q
            return int(bytes([48 + (value >= least) for value in reversed(values)]), 2)
        if strict:
            flags = [48 + (v * q > p * n) for v, n in zip(reversed(values), reversed(of), strict=True)]
        else:
            flags = [48 + (v * q >= p * n) for v, n in zip(reversed(values), reversed(of), strict=True)]
        return int(bytes(flags), 2)


def column_of(value: Value, length: int, scope: Scope) -> Column | None:
    """A value on the first `length` school days; None where only the reference knows how."""
    match value:
        case MeasureValue(name=name, as_at=None, of_school=False):
            measure = scope.policy.measures[name]
            if not len(scope.view.pupil.register) and scope.view.pupil.reported:
                return None
            own = scope if measure.subject is Subject.PARENT else scope.of_pupil()
            key = ("column", id(measure), length)
            memo = own.memo
            if key not in memo:
                memo[key] = column_of(measure.value, length, own)
            return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key
        case CountOfMarks() | ShareOfMarks():
            return _marks(value, length, scope)
        case Run(current=True, windows=()):
            return _current_run(value, length, scope)
        case CountOfEvents(selection=selection, windows=windows):
            happenings = Happenings.of(selection, windows, length, scope)
            if happenings is None:
                return None
            return Column(happenings.least, happenings.most, unbounded=happenings.more)
        case TimeSince(anchor=anchor):
            return _time_since(value, anchor, length, scope)
        case BuiltInValue(built_in=BuiltIn.YEAR_GROUP):
            return _same_every_day(value, length, scope)
        case _:
            return None


def _same_every_day(value: Value, length: int, scope: Scope) -> Column:
    every = (1 << length) - 1
    measured = value_at(value, 1, scope)
    if not measured.applicable:
        return Column([0] * length, [0] * length, not_applicable=every)
    if measured.lowest is None or measured.lowest.denominator != 1 or not measured.exact:
        return Column([0] * length, [0] * length, unknown=every)
    row = [int(measured.lowest)] * length
    return Column(row, row)


def _time_since(value: TimeSince, anchor: Anchor, length: int, scope: Scope) -> Column | None:
    """Time since the start of the rule's own occasion; or since an event of which none is recorded."""
    selection = anchor.selection
    own = scope.occasion
    if own is not None and own.occasion == selection.name and anchor.edge is Edge.START:
        first = own.first_slot // 2
        days = scope.view.axis.school_days[:length]
        passed = [units_between(value.unit, first, max(day, first), scope) for day in days]
        return Column(passed, passed, not_applicable=sum(1 << i for i, day in enumerate(days) if day < first))
    if selection.occasion or any(isinstance(test, FieldWithin) for test in selection.where):
        return None
    if not scope.of_kind(selection.name):
        return _same_every_day(value, length, scope)
    return _since_events(value, length, scope)


def _since_events(value: TimeSince, length: int, scope: Scope) -> Column:
    """Time since an event: which one is meant changes only when one happens, or a field of one does."""
    days = scope.view.axis.school_days[:length]
    passed = [0] * length
    not_applicable = unknown = 0
    for first, end in scope.stretches(value.anchor.selection.name, length):
        moment = scope.moment(value.anchor, days[first])
        stretch = ((1 << end) - 1) & ~((1 << first) - 1)
        if not moment.certain:
            unknown |= stretch
        elif moment.first is None:
            not_applicable |= stretch
        else:
            day = day_meant(value, moment)
            passed[first:end] = [
                units_between(value.unit, day, ordinal, scope) for ordinal in days[first:end]
            ]
    return Column(passed, passed, not_applicable=not_applicable, unknown=unknown)


# --- marks ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Rows:
    """The masks of some windows on the school days asked for so far, the same for every pupil of a school."""

    windows: tuple[Window, ...]
    """Kept so that their identity, which the rows are found by, is not given to others."""
    certain: list[int] = field(default_factory=list)
    widest: list[int] = field(default_factory=list)
    uncertain: bool = False
    """Whether the two differ on any day."""
    before: int = 0
    """The days on which the windows reach back before the marks are complete."""

    def extend(self, length: int, scope: Scope) -> None:
        """Lays the windows out on further school days."""
        axis = scope.view.axis
        for day in range(len(self.certain), length):
            ordinal = axis.school_days[day]
            extent = lay_out(self.windows, ordinal, scope)
            seen = axis.seen(ordinal)
            self.certain.append(axis.mask(extent.region) & seen)
            self.widest.append(
                self.certain[-1] if extent.possible is None else axis.mask(extent.possible) & seen
            )
            self.uncertain = self.uncertain or self.certain[-1] != self.widest[-1]
            self.before |= _starts_before(extent, axis.complete_from) << day


def _rows(windows: tuple[Window, ...], length: int, scope: Scope) -> _Rows:
    memo = scope.view.axis.memo
    key = ("rows", id(windows), id(scope.policy))
    rows = memo.get(key)
    if not isinstance(rows, _Rows):
        rows = memo[key] = _Rows(windows)
    if len(rows.certain) < length:
        rows.extend(length, scope)
    return rows


def _starts_before(extent: Extent, complete_from: int) -> bool:
    widest = extent.widest
    return bool(widest) and widest[0][0] // 2 < complete_from


def _marks(value: CountOfMarks | ShareOfMarks, length: int, scope: Scope) -> Column | None:
    """Counts and shares of marks, unless a window hangs on an event or occasion."""
    if any(hangs_on_subject(w) and not isinstance(w, While | NotReliedOn) for w in value.windows):
        return None
    view, axis = scope.view, scope.view.axis
    rows = _rows(value.windows, length, scope)
    certain: Sequence[int] = rows.certain[:length]
    widest: Sequence[int] = rows.widest[:length] if rows.uncertain else certain
    inside = outside = (1 << len(axis)) - 1
    on_weekdays = axis.weekdays(value.weekdays)
    if on_weekdays is not None:
        inside, outside = on_weekdays, on_weekdays
    for window in value.windows:
        if isinstance(window, While):
            true, known = days_while(window.condition, scope)
            inside, outside = inside & true, outside & (true | ~known)
        elif isinstance(window, NotReliedOn) and scope.of_kind(window.selection.name):
            used = _used(window, length, scope)
            same = widest is certain
            certain = [mask & ~taken for mask, taken in zip(certain, used, strict=True)]
            widest = certain if same else [mask & ~taken for mask, taken in zip(widest, used, strict=True)]
    chosen, possible, missing = view.plane(value.marks), view.possible, view.missing
    before = rows.before & ((1 << length) - 1) if view.may_reach_before(axis.complete_from - 1) else 0
    if isinstance(value, CountOfMarks) and value.whole_days:
        if inside != outside or widest is not certain or any(_cuts_days(window) for window in value.windows):
            return None
        least, most = (_first_of_whole_days(members, scope) for members in (chosen, chosen | missing))
        low = [(least & mask & inside).bit_count() for mask in certain]
        return Column(low, [(most & mask & inside).bit_count() for mask in certain], unbounded=before)
    exact = inside == outside and widest is certain and not missing & outside
    if isinstance(value, CountOfMarks):
        picked = chosen & inside
        low = [(picked & mask).bit_count() for mask in certain]
        if exact:
            return Column(low, low, unbounded=before)
        may_be = (chosen | missing) & outside
        return Column(low, [(may_be & mask).bit_count() for mask in widest], unbounded=before)
    column = (
        _exact_share(chosen & inside, possible & inside, certain)
        if exact
        else _share(_Planes(chosen, possible, missing, inside, outside), certain, widest)
    )
    if not before:
        return column
    return replace(column, unknown=column.unknown | before, not_applicable=column.not_applicable & ~before)


def _used(window: NotReliedOn, length: int, scope: Scope) -> list[int]:
    """The sessions used up by the close of each school day."""
    days = scope.view.axis.school_days
    if any(isinstance(test, FieldWithin) for test in window.selection.where):
        return [relied_on_by(window, ordinal, scope) for ordinal in days[:length]]
    used: list[int] = []
    for first, end in scope.stretches(window.selection.name, length):
        used.extend([relied_on_by(window, days[first], scope)] * (end - first))
    return used


def _cuts_days(window: Window) -> bool:
    """Whether a window may begin or end between the two sessions of a day."""
    amount = window.amount if isinstance(window, InTheLast | UnitsAround) else None
    if isinstance(amount, Literal) and isinstance(amount.value, Quantity):
        return amount.value.unit is Unit.SESSION
    return amount is not None and not isinstance(amount, Literal)


def _exact_share(chosen: int, possible: int, masks: Sequence[int]) -> Column:
    count = [(chosen & mask).bit_count() for mask in masks]
    of = [(possible & mask).bit_count() for mask in masks]
    nothing = int(bytes([48 + (n == 0) for n in reversed(of)]), 2) if of else 0
    return Column(count, count, of, of, not_applicable=nothing)


@dataclass(frozen=True, slots=True)
class _Planes:
    chosen: int
    possible: int
    missing: int
    inside: int
    outside: int


def _share(planes: _Planes, certain: Sequence[int], widest: Sequence[int]) -> Column:
    """Shares with missing marks or uncertain windows: in the denominator at both ends (meaning 12)."""
    low, low_of, high, high_of = [], [], [], []
    other = planes.possible & ~planes.chosen
    for sure_mask, wide_mask in zip(certain, widest, strict=True):
        sure, wide = sure_mask & planes.inside, wide_mask & planes.outside
        extra = wide & ~sure
        chosen, missing = (planes.chosen & sure).bit_count(), (planes.missing & sure).bit_count()
        possible = (planes.possible & sure).bit_count() + missing
        unsure = (planes.missing & extra).bit_count()
        more = (planes.chosen & extra).bit_count() + unsure
        low.append(chosen)
        low_of.append(possible + (other & extra).bit_count() + unsure)
        high.append(chosen + missing + more)
        high_of.append(possible + more)
    nothing = int(bytes([48 + (n == 0) for n in reversed(low_of)]), 2) if low_of else 0
    high = [h if n else 1 for h, n in zip(high, high_of, strict=True)]
    high_of = [n or 1 for n in high_of]
    return Column(low, high, low_of, high_of, not_applicable=nothing)


def _current_run(value: Run, length: int, scope: Scope) -> Column:
    """`current run of … in sessions|school days` without a window: back from the latest taken session."""
    view = scope.view
    seen = _seen_rows(length, scope)
    chosen, missing = view.plane(value.marks), view.missing
    others = (view.possible | missing) & ~chosen
    low = _run_lengths(chosen, others, seen, value.unit, scope)
    if missing:
        joined = chosen | missing
        high = _run_lengths(joined, view.possible & ~chosen, seen, value.unit, scope)
    else:
        joined, high = chosen, low
    unbounded = 0
    if seen and view.may_reach_before(0):
        breaks = view.possible & ~joined
        unbounded = int(bytes([48 + (not breaks & mask) for mask in reversed(seen)]), 2)
    return Column(low, high, unbounded=unbounded)


def _seen_rows(length: int, scope: Scope) -> list[int]:
    """The sessions seen by the close of each school day."""
    axis = scope.view.axis
    found = axis.memo.setdefault("seen", [])
    assert isinstance(found, list)
    found.extend(axis.seen(ordinal) for ordinal in axis.school_days[len(found) : length])
    return found[:length]


def _run_lengths(members: int, breaks: int, seen: Sequence[int], unit: Unit, scope: Scope) -> list[int]:
    counted = members if unit is Unit.SESSION else _first_of_whole_days(members, scope)
    lengths = []
    for mask in seen:
        broken = (breaks & mask).bit_length()
        lengths.append(((counted & mask) >> broken).bit_count() if members & mask else 0)
    return lengths


def _first_of_whole_days(members: int, scope: Scope) -> int:
    """One bit for each day all of whose possible sessions are members: at the first of them."""
    view, axis = scope.view, scope.view.axis
    everything = view.possible | view.missing
    plane = 0
    for day in dict.fromkeys(slot // 2 for slot in axis.slots_in(members)):
        day_mask = axis.day_mask(day)
        if not everything & day_mask & ~members:
            inside = members & day_mask
            plane |= inside & -inside
    return plane
