"""Which sessions a measure looks at as at a date, and how many of a set of marks there are among them.

A count is a pair of integers: what there certainly is, and what there may be at most. A missing mark may be
anything (meaning 12); a window whose place is not known may hold more; a history that begins too late leaves
the top open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fingerpost.axis import Region, dates
from fingerpost.history import Mark
from fingerpost.known import KnownEvent
from fingerpost.logic import Cause, Truth
from fingerpost.reasons import Evidence
from fingerpost.school_age import compulsory_school_age
from fingerpost.scope import Scope
from fingerpost.weeks_left_out import weeks_left_out
from fingerpost.windows import Extent, hangs_on_subject, lay_out
from fingerpost_dsl.model.expressions import (
    BuiltIn,
    BuiltInValue,
    Condition,
    Is,
    Literal,
    MarkSet,
    NotReliedOn,
    While,
    Window,
)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of some windows as at a date, as masks over the axis."""

    certain: int
    """Those certainly inside."""
    widest: int
    """Those that may be inside."""
    reaches_before: bool
    """Whether there may be sessions before the history's start."""
    extent: Extent
    relied_on: int = 0
    """Those left out because an event used them up."""
    unknown_days: Cause | None = None
    """Why the facts of some days are not known (`while`), if they are not."""

    @property
    def cause(self) -> Cause | None:
        """Why the masks differ or the window is empty."""
        if self.extent.cause is not None:
            return self.extent.cause
        if self.reaches_before:
            return Cause.HISTORY_START
        return self.unknown_days


def sessions_in(
    windows: tuple[Window, ...], weekdays: frozenset[int], ordinal: int, scope: Scope
) -> Sessions:
    """The sessions on which all windows agree, on these weekdays, as at a date."""
    axis = scope.view.axis
    if any(map(hangs_on_subject, windows)):
        return _sessions(windows, weekdays, ordinal, scope)
    key = ("sessions", id(windows), weekdays, id(scope.policy.thresholds), ordinal)
    found = axis.laid_out.get(key)
    if not isinstance(found, _OfSchool):
        sessions = _sessions(windows, weekdays, ordinal, scope)
        found = axis.laid_out[key] = _OfSchool(sessions, windows)
    reaches = _reaches_before(found.sessions.extent, scope)
    if reaches is found.sessions.reaches_before:
        return found.sessions
    return replace(found.sessions, reaches_before=reaches)


@dataclass(frozen=True, slots=True)
class _OfSchool:
    """What is the same for all pupils of a school but for how far back their records reach."""

    sessions: Sessions
    windows: tuple[Window, ...]
    """Kept so that their identity, by which this is found, is not given to others."""


def _sessions(windows: tuple[Window, ...], weekdays: frozenset[int], ordinal: int, scope: Scope) -> Sessions:
    extent, certain, widest = _by_calendar(windows, ordinal, scope)
    axis = scope.view.axis
    on_weekdays = axis.weekdays(weekdays)
    if on_weekdays is not None:
        certain, widest = certain & on_weekdays, widest & on_weekdays
    relied_on = 0
    unknown_days: Cause | None = None
    for window in windows:
        match window:
            case While(condition=condition):
                true, known = days_while(condition, scope)
                if certain & ~known:
                    unknown_days = Cause.DATE_OF_BIRTH if is_school_age(condition) else Cause.FACT
                certain, widest = certain & true, widest & (true | ~known)
            case NotReliedOn():
                used, perhaps = relied_on_by(window, ordinal, scope)
                relied_on |= widest & used
                if certain & perhaps:
                    unknown_days = Cause.FACT
                certain, widest = certain & ~used & ~perhaps, widest & ~used
            case _:
                pass
    return Sessions(certain, widest, _reaches_before(extent, scope), extent, relied_on, unknown_days)


def _reaches_before(extent: Extent, scope: Scope) -> bool:
    start = _start(extent)
    return start is not None and scope.view.may_reach_before(start // 2)


def _by_calendar(windows: tuple[Window, ...], ordinal: int, scope: Scope) -> tuple[Extent, int, int]:
    """The extent and its masks; shared by all pupils of a school where no window hangs on the pupil."""
    axis = scope.view.axis
    if any(hangs_on_subject(window) and not isinstance(window, While | NotReliedOn) for window in windows):
        return _masks(lay_out(windows, ordinal, scope), ordinal, scope)
    key = (id(windows), id(scope.policy.thresholds), ordinal)
    found = axis.laid_out.get(key)
    if found is None:
        found = axis.laid_out[key] = (*_masks(lay_out(windows, ordinal, scope), ordinal, scope), windows)
    return found[:3]  # type: ignore[index,no-any-return]  # the memo holds what was put under this key


def _masks(extent: Extent, ordinal: int, scope: Scope) -> tuple[Extent, int, int]:
    axis = scope.view.axis
    seen = axis.seen(ordinal)
    certain = axis.mask(extent.region) & seen
    widest = certain if extent.possible is None else axis.mask(extent.possible) & seen
    return extent, certain, widest


def _start(extent: Extent) -> int | None:
    widest = extent.widest
    return widest[0][0] if widest else None


def days_while(condition: Condition, scope: Scope) -> tuple[int, int]:
    """The sessions of the days on which a condition over facts holds, and of those on which it is known."""
    from fingerpost.conditions import truth_at  # noqa: PLC0415 - the two rest on each other

    def lay() -> tuple[int, int]:
        axis = scope.view.axis
        if is_school_age(condition):
            born = scope.view.pupil.date_of_birth
            if born is None:
                return 0, 0
            first, last = compulsory_school_age(born)
            return axis.mask(dates(first.toordinal(), last.toordinal())), (1 << len(axis)) - 1
        true = known = 0
        quiet = scope.quiet()
        for day in dict.fromkeys(slot // 2 for slot in axis.slots):
            truth = truth_at(condition, day, quiet)
            if truth is Truth.TRUE:
                true |= axis.day_mask(day)
            if truth is not Truth.UNKNOWN:
                known |= axis.day_mask(day)
        return true, known

    return scope.remember(("while", id(condition)), lay)  # type: ignore[return-value]  # `lay` says what it is


def is_school_age(condition: Condition) -> bool:
    """Whether it is `compulsory_school_age` and no more, which needs no look at each day."""
    match condition:
        case Is(
            value=BuiltInValue(built_in=BuiltIn.COMPULSORY_SCHOOL_AGE),
            choices=(Literal(value=True),),
            negated=negated,
        ):
            return not negated
        case _:
            return False


def relied_on_by(window: NotReliedOn, ordinal: int, scope: Scope) -> tuple[int, int]:
    """The sessions that events on or before a date certainly and perhaps used up.

    What nobody recorded used up none; of an event whose fields leave open whether it is meant, nobody knows.
    """
    selected = scope.events(window.selection, ordinal)
    return _used_by(selected.certain, scope), _used_by(selected.perhaps, scope)


def _used_by(events: Iterable[KnownEvent], scope: Scope) -> int:
    index = scope.view.axis.index
    mask = 0
    for slot in dict.fromkeys(slot for event in events for slot in event.relies_on):
        if slot in index:
            mask |= 1 << index[slot]
    return mask


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sessions of a set there are, and possible ones, certain and at most."""

    chosen: int
    possible: int
    missing: int
    extra_chosen: int
    """Of the set, in sessions that may lie outside."""
    extra_other: int
    """Possible and not of the set, in sessions that may lie outside."""
    extra_missing: int

    @property
    def count(self) -> tuple[int, int]:
        """The least and the greatest count."""
        return self.chosen, self.chosen + self.missing + self.extra_chosen + self.extra_missing

    @property
    def certainly_some(self) -> bool:
        """Whether there is a possible session in any case; one without a mark counts as such (meaning 12)."""
        return bool(self.possible + self.missing)

    @property
    def perhaps_some(self) -> bool:
        """Whether there are possible sessions that may lie outside, so that there may be no share at all."""
        return bool(self.extra_chosen + self.extra_other + self.extra_missing)

    @property
    def share(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The least and the greatest share, each as count and possible sessions (meaning 12)."""
        possible = self.possible + self.missing
        least = (self.chosen, possible + self.extra_other + self.extra_missing)
        more = self.extra_chosen + self.extra_missing
        return least, (self.chosen + self.missing + more, possible + more)


def tally(marks: MarkSet, sessions: Sessions, scope: Scope) -> Tally:
    """Counts the marks of a set among sessions."""
    view = scope.view
    chosen, possible, missing = view.plane(marks), view.out_of(marks), view.may_be(marks)
    extra = sessions.widest & ~sessions.certain
    return Tally(
        chosen=(chosen & sessions.certain).bit_count(),
        possible=(possible & sessions.certain).bit_count(),
        missing=(missing & sessions.certain).bit_count() if missing else 0,
        extra_chosen=(chosen & extra).bit_count() if extra else 0,
        extra_other=(possible & ~chosen & extra).bit_count() if extra else 0,
        extra_missing=(missing & extra).bit_count() if extra else 0,
    )


def evidence_of(marks: MarkSet, sessions: Sessions, scope: Scope) -> Evidence | None:
    """The very marks counted, those missing, those used up, and the dates looked at."""
    if not scope.with_evidence:
        return None
    view = scope.view
    first, last = bounds(sessions.extent.widest, scope)
    return Evidence(
        marks=view.marks_in(view.plane(marks) & sessions.widest),
        missing=view.axis.slots_in(view.missing & sessions.widest),
        unmarked=marks.unmarked,
        relied_on=view.marks_in(view.plane(marks) & sessions.relied_on),
        first=first,
        last=last,
        left_out=weeks_left_out(scope.calendar, first, last) if first and last else (),
    )


def bounds(region: Region, scope: Scope) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last date of a region; None where it has no beginning, or is empty."""
    if not region:
        return None, None
    first, last = region[0][0] // 2, region[-1][1] // 2
    return (dt.date.fromordinal(first) if first > 0 else None, dt.date.fromordinal(last))


def whole_days_in(marks: MarkSet, sessions: Sessions, scope: Scope) -> tuple[int, int]:
    """How many whole days of a set there are among sessions, at least and at most (meaning 10)."""
    view, axis = scope.view, scope.view.axis
    chosen, missing = view.plane(marks), view.missing
    least = most = 0
    for day in _days_of((chosen | missing) & sessions.widest, scope):
        mask = axis.day_mask(day) & sessions.widest
        other = view.possible & ~chosen & mask
        certain = axis.day_mask(day) & sessions.certain
        if not other:
            most += 1
            if chosen & certain and not missing & mask:
                least += 1
    return least, most


def _days_of(plane: int, scope: Scope) -> Sequence[int]:
    return tuple(dict.fromkeys(slot // 2 for slot in scope.view.axis.slots_in(plane)))


def marks_of(slots: Sequence[int], scope: Scope) -> tuple[Mark, ...]:
    """The pupil's marks in these sessions."""
    return scope.view.marks_in(scope.view.axis.mask(tuple((slot, slot) for slot in slots)))
