"""Rounds of a pathway for the pupils of whom something of it is recorded (meanings 26 and 27).

How a round goes is followed as the reference follows it, once for each pupil, or parent where that makes a
difference. When its first steps apply, and every clause of every step, is judged in columns, for all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from fingerpost.bearing import Remembered
from fingerpost.days import Days
from fingerpost.known import KnownEvent
from fingerpost.logic import Truth
from fingerpost.pathways import Course, Round, unwalked
from fingerpost.population.block import NO_PARENT, Block, Codes
from fingerpost.population.conditions import rows_not, spread, truths
from fingerpost.population.frame import Frame, LeftOut
from fingerpost.population.rules import Judging, Living, first_days, rule_truths, truths_by_edition
from fingerpost.population.standings import TRUTHS
from fingerpost.population.truths import Flags, Numbers, Rows, Truths, Words, all_days, any_bit, truth_numbers
from fingerpost.questions import only_history_start
from fingerpost.rules import Editions, pathway_of
from fingerpost_dsl.model.declarations import After, Pathway, Step
from fingerpost_dsl.model.policy import Policy

OfStart = tuple[str, frozenset[int]]
"""A first step by its name, and the events (by `id`) that it is judged without."""


class _NotJudgedError(Exception):
    """A first step without some events, of which columns have not been asked."""

    def __init__(self, step: Step, without: frozenset[int]) -> None:
        super().__init__(step.name)
        self.step = step
        self.without = without


@dataclass(frozen=True, slots=True)
class StepOnDate:
    """Whether a step applies on the date, in the latest round of some rows."""

    frame: Frame
    """The rows, judged without the event that records the step and what was judged in earlier rounds."""
    numbers: Numbers
    """Whether it applies on the date, by number."""
    courses: Sequence[Course]

    def only_history_start(self, step: Step, row: int) -> bool:
        """Whether a row for which the step is unknown is so only because of where the history starts."""
        course = self.courses[row]
        parent = self.frame.block.parent_id(*self.frame.whose(row))
        course = replace(course, scope=course.scope.of_parent(parent).evident())
        return only_history_start(course.reason(step, course.ordinal, course.current()))


@dataclass(frozen=True, slots=True)
class StepInRounds(StepOnDate):
    """How a step applies in the latest round of some rows."""

    days: Truths
    recorded_on: Codes
    """The date of the event that records it, as an ordinal; 0 where none does."""
    today: Frame
    """The same rows on the date, judged without what the reason leaves out."""
    ways: Callable[[], Sequence[tuple[str, Numbers]]]
    """Of a step that is no start: whether the round is open on the date, and each way in, by their roles.

    Worked out when asked for: hardly anybody asks on a school day.
    """


@dataclass(frozen=True, slots=True)
class Rounds:
    """A pathway of some rows, a pupil or a parent of one each, up to a date."""

    judging: Judging
    frame: Frame
    """The rows, on the school days up to the date."""
    courses: Sequence[Course]
    """Of each row."""

    def of_step(self, step: Step) -> StepInRounds:
        """How a step applies."""
        return self._start(step) if step.starts_here else self._later(step)

    def take(self, rows: Rows) -> Rounds:
        """Some of the rows."""
        return Rounds(self.judging, self.frame.take(rows), [self.courses[row] for row in rows.tolist()])

    def on_date(self, step: Step) -> StepOnDate:
        """Whether a step applies on the date: of rows in whose round it cannot, nothing is said."""
        ordinal = self.judging.ordinal
        if step.starts_here:
            own, numbers = self, self._start_on_date(step)
        else:
            able = [one.may_be_gone_into(step, ordinal, one.current()) for one in self.courses]
            own = self.take(np.flatnonzero(np.array(able, dtype=np.bool_)))
            numbers = own._later_on_date(step)
        return StepOnDate(own._of_step(step), numbers, own.courses)

    def _start_on_date(self, step: Step) -> Numbers:
        if self.judging.is_school_day:
            last = self.frame.length - 1
            found = (course.start_days(step, course.rounds).at(last) for course in self.courses)
            return np.array([TRUTHS.index(truth) for truth in found], dtype=np.int8)
        frame = self.frame.leaving_out(self._codes(partial(_recorded_in_any, step)))
        return truth_numbers(rule_truths(step, self._today(frame)), 0, len(frame))

    def _later_on_date(self, step: Step) -> Numbers:
        rounds = [round_ for course in self.courses if (round_ := course.current()) is not None]
        today = self._today(self._of_step(step))
        rest = truth_numbers(rule_truths(step, today), 0, len(today))
        left = np.flatnonzero(rest)
        ways = tuple(self._on_date(step, [rounds[row] for row in left.tolist()], today.take(left)))
        found = np.zeros(len(today), dtype=np.int8)
        found[left] = _together(ways, rest[left])
        return found

    def _start(self, step: Step) -> StepInRounds:
        length, ordinal, rows = self.frame.length, self.judging.ordinal, len(self.frame)
        rounds = [course.current() for course in self.courses]
        days = Truths.of([course.start_days(step, course.rounds) for course in self.courses], length)
        frame = self.frame.leaving_out(self._codes(partial(_recorded_in_any, step)))
        today = self._today(frame)
        if self.judging.is_school_day:
            numbers = truth_numbers(days, length - 1, rows)
        else:
            numbers = truth_numbers(rule_truths(step, today), 0, rows)
        first = np.array([self._day(one.opened) if one else 0 for one in rounds], dtype=np.intp)
        closed = np.array([one is not None and not one.is_open(ordinal) for one in rounds], dtype=np.bool_)
        before = first_days(length)[np.where(closed & (numbers == 0), length, first)]
        return StepInRounds(
            frame=self._of_step(step),
            days=Truths(days.true & ~before, days.false | before, length),
            numbers=numbers,
            recorded_on=_recorded_on(step, rounds),
            courses=self.courses,
            today=today,
            ways=tuple,
        )

    def _later(self, step: Step) -> StepInRounds:
        begun = np.array([course.current() is not None for course in self.courses], dtype=np.bool_)
        if not begun.all():
            return self.take(np.flatnonzero(begun))._later(step)
        rounds = [round_ for course in self.courses if (round_ := course.current()) is not None]
        frame = self._of_step(step)
        today, days = self._today(frame), self._days_in(step, rounds, frame)
        ways = cache(lambda: tuple(self._on_date(step, rounds, today)))
        if self.judging.is_school_day:
            numbers = truth_numbers(days, days.length - 1, len(frame))
        else:
            numbers = _together(ways(), truth_numbers(rule_truths(step, today), 0, len(frame)))
        dates = _recorded_on(step, rounds)
        return StepInRounds(frame, numbers, self.courses, days, dates, today, ways)

    def _days_in(self, step: Step, rounds: Sequence[Round], frame: Frame) -> Truths:
        """The school days in its round on which each row's step applies, which is no start."""
        length, every = frame.length, all_days(frame.length)
        first = first_days(length)[[self._day(one.opened) for one in rounds]]
        ends = [length if one.closed is None else self._day(one.closed) for one in rounds]
        inside = first_days(length)[ends] & ~first
        ways = Truths.always(Truth.FALSE, length)
        for after in step.after:
            ways = ways | self._way(after, rounds, frame, inside)
        days = (ways & Truths(inside, every & ~inside, length)).full(len(frame))
        left = np.flatnonzero(rows_not(Truth.FALSE, days))
        if not len(left):
            return days
        return spread(days.take(left) & rule_truths(step, frame.take(left)), left, len(frame), Truth.FALSE)

    def _way(self, after: After, rounds: Sequence[Round], frame: Frame, inside: Words) -> Truths:
        """The days on which one way in is open."""
        length = frame.length
        events = [one.recorded.get(after.step) for one in rounds]
        starts = [self._day(event.date.toordinal()) if event else length for event in events]
        since = all_days(length) & ~first_days(length)[starts]
        way = Truths(since, all_days(length) & ~since, length)
        if after.condition is None:
            return way
        some = np.flatnonzero(any_bit(since & inside))
        return way & spread(truths(after.condition, frame.take(some)), some, len(frame), Truth.FALSE)

    def _on_date(self, step: Step, rounds: Sequence[Round], today: Frame) -> Iterable[tuple[str, Numbers]]:
        """Whether the round is open on the date, and each way in."""
        ordinal = self.judging.ordinal
        yield "round", np.array([one.is_open(ordinal) for one in rounds], dtype=np.int8)
        for after in step.after:
            recorded = np.array([after.step in one.recorded for one in rounds], dtype=np.int8)
            some = np.flatnonzero(recorded)
            if after.condition is not None and len(some):
                own = today.take(some)
                recorded[some] = truth_numbers(truths(after.condition, own), 0, len(own))
            yield "way in", recorded

    # --- rows -------------------------------------------------------------------------------------

    def _day(self, ordinal: int) -> int:
        """The number of the first school day from a date on."""
        return min(self.frame.block.axis.days_until(ordinal - 1), self.frame.length)

    def _today(self, frame: Frame) -> Frame:
        """The same rows on the date."""
        return replace(frame, shared=self.judging.on_date(frame.shared.policy).shared)

    def _of_step(self, step: Step) -> Frame:
        """The rows without the event that records a step, and what was judged in earlier rounds."""
        return self.frame.leaving_out(self._codes(partial(_recorded_now, step)))

    def _codes(self, of_course: Callable[[Course], LeftOut]) -> Codes:
        number = self.frame.shared.across.number_left_out
        return np.array([number(of_course(course)) for course in self.courses], dtype=np.int32)


def _together(ways: Sequence[tuple[str, Numbers]], rest: Numbers) -> Numbers:
    """Kleene's `and` of an open round, any of the ways in, and the rest, by number."""
    (_, open_), *others = ways
    entered = np.zeros(len(rest), dtype=np.int8)
    for _, number in others:
        entered = np.where((entered == 1) | (number == 1), 1, np.maximum(entered, number))
    found = np.maximum(np.maximum(open_, entered), rest)
    found[(open_ == 0) | (entered == 0) | (rest == 0)] = 0
    return found.astype(np.int8)


def _recorded_on(step: Step, rounds: Sequence[Round | None]) -> Codes:
    events = [one.recorded.get(step.name) if one else None for one in rounds]
    return np.array([event.date.toordinal() if event else 0 for event in events], dtype=np.int32)


def _recorded_in_any(step: Step, course: Course) -> LeftOut:
    """The events that record a first step in any round."""
    events = [one.recorded[step.name] for one in course.rounds if step.name in one.recorded]
    return LeftOut(_places(course, events))


def _recorded_now(step: Step, course: Course) -> LeftOut:
    """The event that records a step in the latest round, and the rounds before it."""
    round_ = course.current()
    if round_ is None:
        return LeftOut()
    event = round_.recorded.get(step.name)
    return LeftOut(_places(course, [] if event is None else [event]), round_.earlier)


def _places(course: Course, events: Iterable[KnownEvent]) -> tuple[tuple[str, int], ...]:
    """Events by their kinds and places."""
    found = []
    for event in events:
        alike = course.scope.view.events(event.event)
        found.append((event.event, next(place for place, one in enumerate(alike) if one is event)))
    return tuple(sorted(found))


# --- who has any ------------------------------------------------------------------------------------


def has_records(pathway: Pathway, policy: Policy, block: Block) -> Flags:
    """For which pupils anything is on record that may be of a step of a pathway."""
    steps = [one for one in policy.steps.values() if one.pathway == pathway.name]
    kinds = {clause.selection.name for one in steps for clause in one.done_when}
    recorded = np.zeros(len(block), dtype=np.bool_)
    for kind in kinds & block.events.keys():
        recorded |= block.events[kind] > 0
    if sum(one.starts_here for one in steps) != 1 or not kinds.isdisjoint(block.school_kinds):
        recorded[:] = True
    return recorded


@dataclass(frozen=True, slots=True)
class Begun:
    """Of a pathway, for each row that it is for."""

    recorded: Flags
    """Whether anything of it may be on record of the pupil."""
    walked: Flags
    """Whether rounds are to be followed."""
    starts: Mapping[str, Living]
    """When each first step applies, by name, to the rows that are asked about."""


# --- following the rounds -------------------------------------------------------------------------


def follow(pathway: Pathway, judging: Judging, frame: Frame, starts: Mapping[str, Truths]) -> Rounds:
    """The rounds of a pathway for some rows: pupils, or parents of them if it is for each parent.

    `starts` is when each first step applies to them, by name, with nothing left out.
    """
    whose, which = _whose(frame)
    walking = _Walking(pathway, judging, frame.take(whose))
    walking.walk({name: truths.full(len(frame)).take(whose) for name, truths in starts.items()})
    return Rounds(judging, frame, [walking.courses[place] for place in which.tolist()])


def _whose(frame: Frame) -> tuple[Rows, Rows]:
    """The first row of each pupil, and parent who is not like the others; and for each row which it is."""
    places: dict[tuple[int, int], int] = {}
    first: list[int] = []
    which: list[int] = []
    parents = [NO_PARENT] * len(frame) if frame.parents is None else frame.parents.tolist()
    for row, (pupil, parent) in enumerate(zip(frame.pupils.tolist(), parents, strict=True)):
        own = NO_PARENT if frame.block.view(pupil).parents_are_alike else parent
        if (pupil, own) not in places:
            places[pupil, own] = len(first)
            first.append(row)
        which.append(places[pupil, own])
    return np.array(first, dtype=np.intp), np.array(which, dtype=np.intp)


class _Walking:
    """Courses of which the reference asks when first steps apply, until columns have answered everything."""

    def __init__(self, pathway: Pathway, judging: Judging, frame: Frame) -> None:
        self.judging = judging
        self.frame = frame
        self.judged: list[dict[OfStart, Days]] = [{} for _ in range(len(frame))]
        self.courses = [
            unwalked(
                pathway,
                frame.scope(row),
                judging.editions,
                judging.ordinal,
                partial(_look_up, judging, self.judged[row]),
            )
            for row in range(len(frame))
        ]

    def walk(self, starts: Mapping[str, Truths]) -> None:
        """Follows every course to its end, from when each first step applies with nothing left out."""
        for name, days in starts.items():
            for row, known in enumerate(self.judged):
                known[name, frozenset()] = days.row(row)
        left = list(range(len(self.courses)))
        asked: dict[str, tuple[Step, list[tuple[int, frozenset[int]]]]] = {}
        while left:
            for step, rows in asked.values():
                self._judge(step, rows)
            asked, stopped = {}, []
            for row in left:
                try:
                    self.courses[row].find_rounds()
                except _NotJudgedError as one:
                    asked.setdefault(one.step.name, (one.step, []))[1].append((row, one.without))
                    stopped.append(row)
            left = stopped

    def _judge(self, step: Step, asked: Sequence[tuple[int, frozenset[int]]]) -> None:
        """When a first step applies, to some rows, without some events each."""
        rows = np.array([row for row, _ in asked], dtype=np.intp)
        frame = self.frame.take(rows)
        if any(without for _, without in asked):
            across = frame.shared.across
            codes = [across.number_left_out(self._left_out(row, without)) for row, without in asked]
            frame = frame.leaving_out(np.array(codes, dtype=np.int32))
        days = truths_by_edition(step, self.judging, frame).of_all(len(frame)).full(len(frame))
        for place, (row, without) in enumerate(asked):
            self.judged[row][step.name, without] = days.row(place)

    def _left_out(self, row: int, without: frozenset[int]) -> LeftOut:
        course = self.courses[row]
        kinds = {clause.selection.name for step in course.steps for clause in step.done_when}
        known = (event for kind in sorted(kinds) for event in course.scope.view.events(kind))
        return LeftOut(_places(course, (event for event in known if id(event) in without)))


def _look_up(judging: Judging, judged: Mapping[OfStart, Days], step: Step, without: frozenset[int]) -> Days:
    """When a first step applies, as far as columns have been asked."""
    if not looks_at_own_events(step, judging):
        without = frozenset()
    found = judged.get((step.name, without))
    if found is None:
        raise _NotJudgedError(step, without)
    return found


def looks_at_own_events(step: Step, judging: Judging) -> bool:
    """Whether it matters to a first step which of the events that record it it is judged without.

    If not, no round makes any difference to when it applies.
    """
    signatures = judging.across.signatures
    key = ("looks at own events", id(step))
    known = signatures.get(key)
    if known is None:
        known = signatures[key] = (_looks_at_own_events(step, judging.editions), step)
    return bool(known[0])  # type: ignore[index]  # what was put there


def _looks_at_own_events(step: Step, editions: Editions) -> bool:
    """Whether a first step, in this edition or an earlier one, looks at such events as record it."""
    kinds = {clause.selection.name for clause in step.done_when}
    for edition in (editions.current, *editions.earlier):
        rule, policy = edition.rule_like(step), edition.policy
        pathway = None if rule is None else pathway_of(rule, policy)
        parts = () if rule is None else (rule.tier, rule.when, rule.unless, rule.no_sooner)
        rounds = () if pathway is None else (pathway.tier, pathway.when)
        if not kinds.isdisjoint(Remembered.by((*parts, *rounds), policy).kinds):
            return True
    return False
