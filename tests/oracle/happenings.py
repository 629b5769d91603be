"""Events and occasions: which are meant, how many, how long since (meanings 9, 11, 16 and 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerpost.history import Value
from fingerpost.known import UNKNOWN as NOT_KNOWN
from fingerpost.known import KnownEvent, Unknown
from fingerpost.logic import Truth, all_true
from fingerpost_dsl.model.expressions import (
    Anchor,
    Comparison,
    Edge,
    FieldCompare,
    FieldIs,
    FieldRef,
    FieldTest,
    FieldWithin,
    Selection,
    TimeSince,
    Which,
    Window,
)
from fingerpost_dsl.model.quantities import Quantity, Unit
from tests.oracle.plain import NOTHING, Beyond, Plain, number
from tests.oracle.windows import Moment, date, date_inside, quantity, reaches_before

if TYPE_CHECKING:
    from tests.oracle.conditions import Oracle


@dataclass(frozen=True)
class Occasion:
    """A run of chosen marks."""

    first: int
    last: int
    sessions: int


def occasions(name: str, on: int, oracle: Oracle) -> list[Occasion]:
    """The maximal runs that have reached their least length by the close of a date (meanings 11 and 32)."""
    policy = oracle.policy
    declared = policy.occasions.get(name)
    marks = declared.marks if declared else policy.code_sets[name].marks
    least = quantity(declared.at_least, policy) if declared and declared.at_least else None
    sessions = [one for one in oracle.known.sessions(on) if one.counts or one.is_in(marks)]
    if any(one.missing for one in sessions):
        raise Beyond
    runs: list[list[int]] = [[]]
    for one in sessions:
        if one.is_in(marks):
            runs[-1].append(one.slot)
        else:
            runs.append([])
    found = []
    for run in filter(None, runs):
        length = len(run)
        if least is not None and least.unit is Unit.SCHOOL_DAY:
            possible = [one.slot for one in sessions if one.counts]
            days = {slot // 2 for slot in run}
            length = sum(all(slot in run for slot in possible if slot // 2 == day) for day in days)
        if length >= (least.amount if least else 1):
            found.append(Occasion(run[0], run[-1], len(run)))
    return found


# --- which are meant --------------------------------------------------------------------------


def selected(
    selection: Selection, parent: str | None, on: int, oracle: Oracle
) -> tuple[list[KnownEvent], list[KnownEvent]]:
    """The events on or before a date that are meant, and those that may be; `first` and `latest` mean one."""
    events = [event for event in oracle.known.events(selection.name, parent) if event.date.toordinal() <= on]
    truths = [(event, _matches(event, selection.where, on, oracle)) for event in events]
    certain = [event for event, truth in truths if truth is Truth.TRUE]
    perhaps = [event for event, truth in truths if truth is Truth.UNKNOWN]
    if selection.which is Which.ALL:
        return certain, perhaps
    order = 1 if selection.which is Which.FIRST else -1
    chosen = certain[::order][:1]
    ahead = [event for event in perhaps if not chosen or (event.date < chosen[0].date) is (order == 1)]
    ahead = [event for event in ahead if not chosen or event.date != chosen[0].date]
    return ([], [*ahead, *chosen]) if ahead else (chosen, [])


def selected_occasions(selection: Selection, on: int, oracle: Oracle) -> list[Occasion]:
    """The occasions that are meant; `first` and `latest` mean one."""
    found = [one for one in occasions(selection.name, on, oracle) if _meets(one, selection.where, on, oracle)]
    match selection.which:
        case Which.ALL:
            return found
        case Which.FIRST:
            return found[:1]
        case Which.LATEST:
            return found[-1:]


def _matches(event: KnownEvent, where: Sequence[FieldTest], on: int, oracle: Oracle) -> Truth:
    def held(name: str) -> Value | Unknown:
        if name == "date":
            return event.date
        if name == "until":
            return event.until or NOT_KNOWN
        return event.field(name, dt.date.fromordinal(on))

    return all_true(_test(test, held, on, oracle) for test in where)


def _meets(occasion: Occasion, where: Sequence[FieldTest], on: int, oracle: Oracle) -> bool:
    fields: dict[str, Value] = {
        "start": dt.date.fromordinal(occasion.first // 2),
        "end": dt.date.fromordinal(occasion.last // 2),
        "length": occasion.sessions,
    }
    truth = all_true(_test(test, fields.__getitem__, on, oracle) for test in where)
    if truth is Truth.UNKNOWN:
        raise Beyond
    return truth is Truth.TRUE


def _test(test: FieldTest, held: object, on: int, oracle: Oracle) -> Truth:
    assert callable(held)
    value = held(test.field)
    if isinstance(value, Unknown):
        return Truth.UNKNOWN
    match test:
        case FieldIs(choices=choices, negated=negated):
            plain = [choice.amount if isinstance(choice, Quantity) else choice for choice in choices]
            return Truth.of((value in plain) is not negated)
        case FieldCompare(comparison=comparison, operand=operand):
            if isinstance(operand, FieldRef):
                other = held(operand.field)
            else:
                amount = quantity(operand, oracle.policy)
                other = amount.amount if amount else date(operand, oracle.policy) or NOT_KNOWN
            return Truth.UNKNOWN if isinstance(other, Unknown) else Truth.of(_is(comparison, value, other))
        case FieldWithin(window=window):
            assert isinstance(value, dt.date)
            return _lies_in(window, value, on, oracle)


def _lies_in(window: Window, value: dt.date, on: int, oracle: Oracle) -> Truth:
    """A field's date in one window, which may well lie after the date asked on."""
    from tests.oracle.windows import inside

    laid = inside(window, on, oracle)
    truths = [laid(value.toordinal() * 2 + half) for half in (0, 1)]
    if Truth.TRUE in truths:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.FALSE


def _is(comparison: Comparison, one: object, other: object) -> bool:
    match comparison:
        case Comparison.AT_LEAST:
            return one >= other  # type: ignore[operator,no-any-return]  # two numbers or two dates
        case Comparison.AT_MOST:
            return one <= other  # type: ignore[operator,no-any-return]
        case Comparison.MORE_THAN:
            return one > other  # type: ignore[operator,no-any-return]
        case Comparison.LESS_THAN:
            return one < other  # type: ignore[operator,no-any-return]


# --- how many, how long since -----------------------------------------------------------------


def how_many(
    selection: Selection, windows: Sequence[Window], parent: str | None, on: int, oracle: Oracle
) -> tuple[int, int | None]:
    """How many lie in all windows, at least and at most; None where there may be more than are recorded."""
    if selection.occasion:
        found = selected_occasions(selection, on, oracle)
        inside = [date_inside(windows, one.first // 2, on, oracle) for one in found]
        low, high = inside.count(Truth.TRUE), len(inside) - inside.count(Truth.FALSE)
        start = oracle.known.complete_from
        own_date = "start"
    else:
        certain, perhaps = selected(selection, parent, on, oracle)
        places = [date_inside(windows, event.date.toordinal(), on, oracle) for event in certain]
        others = [date_inside(windows, event.date.toordinal(), on, oracle) for event in perhaps]
        low = places.count(Truth.TRUE)
        high = len(places) - places.count(Truth.FALSE) + len(others) - others.count(Truth.FALSE)
        complete = oracle.known.events_from(selection.name)
        start = dt.date.max.toordinal() if complete is None else complete
        own_date = "date"
    dated = [test for test in selection.where if isinstance(test, FieldWithin) and test.field == own_date]
    windows = [*windows, *(test.window for test in dated)]
    return low, None if reaches_before(windows, start, on, oracle) else high


def moment(anchor: Anchor, parent: str | None, on: int, oracle: Oracle) -> Moment:
    """What an anchor stands for as at a date: the latest one, unless `first` is said."""
    selection = anchor.selection
    if selection.occasion:
        found = selected_occasions(selection, on, oracle)
        if not found:
            return Moment(None)
        one = found[0] if selection.which is Which.FIRST else found[-1]
        return Moment(one.first // 2, one.last // 2)
    certain, perhaps = selected(selection, parent, on, oracle)
    if not certain and not perhaps:
        return Moment(None, certain=oracle.known.events_from(selection.name) is not None)
    if not certain:
        return Moment(None, certain=False)
    first = selection.which is Which.FIRST
    event = certain[0] if first else certain[-1]
    if any((one.date < event.date) if first else (one.date > event.date) for one in perhaps):
        return Moment(None, certain=False)
    return Moment(event.date.toordinal(), event.until.toordinal() if event.until else None)


def time_since(value: TimeSince, parent: str | None, on: int, oracle: Oracle) -> Plain:
    """`school days since …`: its day is 0."""
    at = moment(value.anchor, parent, on, oracle)
    if not at.certain:
        return Plain(none=Truth.UNKNOWN)
    if at.first is None:
        return NOTHING
    day = day_of(value.anchor, at)
    return number(units_passed(value.unit, day, on, oracle))


def day_of(anchor: Anchor, at: Moment) -> int:
    """The day that counts: an event's own, an occasion's last, or the edge that is said."""
    assert at.first is not None
    edge = anchor.edge or (Edge.END if anchor.selection.occasion else Edge.START)
    return at.first if edge is Edge.START or at.last is None else at.last


def units_passed(unit: Unit, day: int, on: int, oracle: Oracle) -> int:
    """How many units of the calendar have begun after a day, up to a date."""
    calendar = oracle.known.calendar
    match unit:
        case Unit.DAY:
            return on - day
        case Unit.SCHOOL_DAY:
            forwards = sum(day < one <= on for one in calendar.school_days)
            return forwards or -sum(on < one <= day for one in calendar.school_days)
        case Unit.SCHOOL_WEEK:
            begun = {one - (one - 1) % 7 for one in calendar.school_days if one <= on}
            return sum(monday > day for monday in begun)
        case _:
            return _working_days(day, on, oracle)


def _working_days(day: int, on: int, oracle: Oracle) -> int:
    passed = 0
    while True:
        following = oracle.known.calendar.add_working_days(dt.date.fromordinal(day), passed + 1)
        if following is None or following.toordinal() > on:
            return passed
        passed += 1


def date_of(anchor: Anchor, parent: str | None, on: int, oracle: Oracle) -> Plain:
    """`date of the latest letter`."""
    at = moment(anchor, parent, on, oracle)
    if not at.certain:
        return Plain(none=Truth.UNKNOWN)
    return NOTHING if at.first is None else Plain(plain=dt.date.fromordinal(day_of(anchor, at)))
