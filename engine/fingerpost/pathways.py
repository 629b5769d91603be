"""Rounds of a pathway: when one opens and closes, and which event records which step (meanings 26 and 27).

A round opens when a step that `starts here` triggers, and closes when a step that `ends the round` is
recorded, or when that first step triggers anew. A step is judged without the event that records it, and one
event records one step. What happened and was judged in earlier rounds opens nothing in this one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fingerpost.conditions import reason_at, truth_at
from fingerpost.days import Days, always, over_days
from fingerpost.known import KnownEvent
from fingerpost.logic import Truth, all_true, any_true
from fingerpost.reasons import Reason
from fingerpost.rules import Editions, combined, days_by_edition, each_rule_truth, rule_days, rule_reasons
from fingerpost.scope import Scope
from fingerpost.spells import spells
from fingerpost_dsl.model.declarations import After, Pathway, Step

FOREVER = dt.date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Round:
    """One time through a pathway: ordinals of its first day, and of the day on which it closed, if it did."""

    opened: int
    closed: int | None
    recorded: Mapping[str, KnownEvent]
    """The event that records a step, by the step's name."""
    earlier: tuple[tuple[int, int], ...]
    """The stretches of the rounds before it."""

    def is_open(self, ordinal: int) -> bool:
        """Whether it is open at the close of a date."""
        return self.opened <= ordinal and (self.closed is None or ordinal < self.closed)

    def with_recorded(self, step: Step, event: KnownEvent) -> Round:
        """The same with a further step that is recorded."""
        return Round(self.opened, self.closed, {**self.recorded, step.name: event}, self.earlier)

    def closed_on(self, ordinal: int | None) -> Round:
        """The same, over on a day; None if it goes on."""
        return Round(self.opened, ordinal, self.recorded, self.earlier)


StartDays = Callable[[Step, frozenset[int]], Days]
"""The school days on which a first step applies, without some events (by `id`)."""


@dataclass(slots=True)
class Course:
    """A pathway of one pupil (and parent, or occasion) up to a date.

    Its rounds, and what judges its steps.
    """

    pathway: Pathway
    steps: tuple[Step, ...]
    scope: Scope
    editions: Editions
    length: int
    ordinal: int
    rounds: tuple[Round, ...] = field(default=())
    judge_start: StartDays | None = None
    """Who judges the first steps, if it is not the reference."""
    _triggers: dict[Days, Sequence[int]] = field(default_factory=dict, repr=False, compare=False)
    """When spells of these days trigger, as ordinals."""
    _events: Sequence[KnownEvent] | None = field(default=None, init=False, repr=False, compare=False)
    """All events up to the date that may record a step, in order."""

    def current(self) -> Round | None:
        """The latest round, open or closed."""
        return self.rounds[-1] if self.rounds else None

    def scope_of(self, step: Step, round_: Round | None) -> Scope:
        """What a step is judged with.

        Without the event that records it, and without earlier rounds' judgements.
        """
        if round_ is None:
            return self.scope
        recording = round_.recorded.get(step.name)
        own = frozenset({id(recording)}) if recording is not None else frozenset()
        if not own and not round_.earlier:
            return self.scope
        return self.scope.leaving_out(own, round_.earlier)

    def days(self, step: Step) -> Days:
        """The school days on which a step applies.

        Those of a start over all time, others in the current round.
        """
        if step.starts_here:
            return self.start_days(step, self.rounds)
        round_ = self.current()
        if round_ is None:
            return always(Truth.FALSE, self.length)
        return self.days_in(step, round_)

    def in_round(self, days: Days, round_: Round, *, still_applies: bool) -> Days:
        """A first step's days from the round's opening on.

        In a round that is over, nothing is owed any more.
        """
        axis = self.scope.view.axis
        first = min(axis.days_until(round_.opened - 1), self.length)
        if not still_applies and not round_.is_open(self.ordinal):
            first = self.length
        before = (1 << first) - 1
        return Days(days.true & ~before, days.false | before, self.length)

    def start_days(self, step: Step, rounds: Sequence[Round]) -> Days:
        """The school days on which a first step applies, without the events that record it in some rounds."""
        events = [round_.recorded[step.name] for round_ in rounds if step.name in round_.recorded]
        without = frozenset(id(event) for event in events)
        if self.judge_start is not None:
            return self.judge_start(step, without)
        scope = self.scope.leaving_out(without) if without else self.scope
        return days_by_edition(step, self.length, scope, self.editions)

    def days_in(self, step: Step, round_: Round) -> Days:
        """The school days in a round on which a step that is no start applies."""
        scope = self.scope_of(step, round_)
        axis = scope.view.axis
        first = min(axis.days_until(round_.opened - 1), self.length)
        end = self.length if round_.closed is None else min(axis.days_until(round_.closed - 1), self.length)
        inside = ((1 << end) - 1) & ~((1 << first) - 1) if end > first else 0
        ways = always(Truth.FALSE, self.length)
        for after in step.after:
            event = _recorded_by_then(after, self.ordinal, round_)
            if event is None:
                continue
            start = min(axis.days_until(event.date.toordinal() - 1), self.length)
            since = ((1 << self.length) - 1) & ~((1 << start) - 1)
            way = Days(since, ((1 << self.length) - 1) & ~since, self.length)
            if after.condition is not None and since & inside:
                way &= over_days(after.condition, self.length, scope, wanted=since & inside)
            ways |= way
        within = Days(inside, ((1 << self.length) - 1) & ~inside, self.length)
        days = ways & within
        left = days.every & ~days.false
        return days & rule_days(step, self.length, scope, left) if left else days

    # --- on a date --------------------------------------------------------------------------------

    def reason(self, step: Step, ordinal: int, round_: Round | None) -> Reason:
        """Whether a step applies on a date, in a round, and why."""
        children = list(self._ways_in(step, ordinal, round_))
        children.extend(rule_reasons(step, ordinal, self._scope_on_date(step, round_)))
        return combined(step, children)

    def truth(self, step: Step, ordinal: int, round_: Round | None) -> Truth:
        """The same without the reason: no more is asked once anything says that it does not apply."""
        if not step.starts_here and not self.may_be_gone_into(step, ordinal, round_):
            return Truth.FALSE
        return all_true(self._each_truth(step, ordinal, round_))

    def _each_truth(self, step: Step, ordinal: int, round_: Round | None) -> Iterator[Truth]:
        """Whether the clauses of a step hold, and any of its ways in, in a round that is open.

        The order does not matter to what they come to; ways in are several, and take longer to ask.
        """
        yield from each_rule_truth(step, ordinal, self._scope_on_date(step, round_))
        if not step.starts_here and step.after:
            yield any_true(self._way_truth(after, step, ordinal, round_) for after in step.after)

    def _way_truth(self, after: After, step: Step, ordinal: int, round_: Round | None) -> Truth:
        if _recorded_by_then(after, ordinal, round_) is None:
            return Truth.FALSE
        if after.condition is None:
            return Truth.TRUE
        return truth_at(after.condition, ordinal, self.scope_of(step, round_))

    def _scope_on_date(self, step: Step, round_: Round | None) -> Scope:
        """What a step is judged with on a date: a first step without what records it in any round.

        As on every school day: what opens rounds is no judgement within one.
        """
        if not step.starts_here:
            return self.scope_of(step, round_)
        rounds = self.rounds if round_ is None else (*self.rounds, round_)
        events = frozenset(id(r.recorded[step.name]) for r in rounds if step.name in r.recorded)
        return self.scope.leaving_out(events) if events else self.scope

    def _ways_in(self, step: Step, ordinal: int, round_: Round | None) -> Iterator[Reason]:
        """Of a step that is no start: whether the round is open, and each way in."""
        if not step.starts_here:
            yield self._round_reason(step, ordinal, round_)
            for number in range(len(step.after)):
                yield self._way_reason(step, number, ordinal, round_)

    def may_be_gone_into(self, step: Step, ordinal: int, round_: Round | None) -> bool:
        """Whether a round is open on a date, and the step before a way in, if there are ways, recorded."""
        if round_ is None or not round_.is_open(ordinal):
            return False
        return not step.after or any(_recorded_by_then(after, ordinal, round_) for after in step.after)

    def _round_reason(self, step: Step, ordinal: int, round_: Round | None) -> Reason:
        open_ = round_ is not None and round_.is_open(ordinal)
        label = "no round is open"
        if open_ and round_ is not None:
            label = f"a round is open since {dt.date.fromordinal(round_.opened).isoformat()}"
        elif round_ is not None and round_.closed is not None:
            label = f"the round closed on {dt.date.fromordinal(round_.closed).isoformat()}"
        return Reason(clause=step, truth=Truth.of(open_), role="round", label=label)

    def _way_reason(self, step: Step, number: int, ordinal: int, round_: Round | None) -> Reason:
        after = step.after[number]
        event = _recorded_by_then(after, ordinal, round_)
        label = f"recorded on {event.date.isoformat()}" if event else "not recorded in this round"
        before = next((other for other in self.steps if other.name == after.step), step)
        children = [Reason(clause=before, truth=Truth.of(event is not None), role="after", label=label)]
        if after.condition is not None:
            scope = self.scope_of(step, round_)
            children.append(reason_at(after.condition, ordinal, scope, role="when"))
        return replace(combined(step, children), role="way in")

    # --- rounds -----------------------------------------------------------------------------------

    def find_rounds(self) -> None:
        """Works out all rounds up to the date."""
        starts = [step for step in self.steps if step.starts_here]
        rounds: list[Round] = []
        since = 0
        while (opened := self._next_trigger(starts, rounds, since)) is not None:
            rounds.append(self._run(starts, rounds, opened))
            since = opened + 1
        self.rounds = tuple(rounds)

    def _next_trigger(self, starts: Sequence[Step], rounds: Sequence[Round], since: int) -> int | None:
        """The first day from `since` on which a round opens.

        A first step triggers, or is recorded though unknown.
        """
        triggers = []
        for step in starts:
            days = self.start_days(step, rounds)
            first = next((day for day in self._triggers_of(days) if day >= since), None)
            if first is not None:
                triggers.append(first)
            if days.true | days.false != days.every:
                triggers.extend(self._recorded_though_unknown(step, days, rounds, since)[:1])
        return min(triggers, default=None)

    def _triggers_of(self, days: Days) -> Sequence[int]:
        found = self._triggers.get(days)
        if found is None:
            school_days = self.scope.view.axis.school_days
            found = self._triggers[days] = [school_days[spell.trigger] for spell in spells(days)]
        return found

    def _recorded_though_unknown(
        self, step: Step, days: Days, rounds: Sequence[Round], since: int
    ) -> list[int]:
        """The days on which people recorded a first step that nothing on record settles.

        They know more than we do.
        """
        used = {id(event) for round_ in rounds for event in round_.recorded.values()}
        return [
            ordinal
            for event in self._events_from(since)
            if id(event) not in used and self._fits(event, step)
            for ordinal in [event.date.toordinal()]
            for day in [self.scope.view.axis.days_until(ordinal) - 1]
            if day >= 0 and days.at(day) is Truth.UNKNOWN and not any(r.is_open(ordinal) for r in rounds)
        ]

    def _run(self, starts: Sequence[Step], rounds: Sequence[Round], opened: int) -> Round:
        earlier = tuple((r.opened, min(r.closed or opened, opened - 1)) for r in rounds)
        current = Round(opened, None, {}, earlier)
        used = {id(event) for round_ in rounds for event in round_.recorded.values()}
        limit = self._next_trigger(starts, [*rounds, current], opened + 1)
        for event in self._events_from(opened):
            if id(event) in used:
                continue
            date = event.date.toordinal()
            if limit is not None and date >= limit:
                break
            step = self._recorded_by(event, current)
            if step is None:
                continue
            current = current.with_recorded(step, event)
            if step.ends_round:
                return current.closed_on(date)
            if step.starts_here:  # whose days are other ones without what records it
                limit = self._next_trigger(starts, [*rounds, current], opened + 1)
        return current.closed_on(limit)

    def _events_from(self, opened: int) -> Sequence[KnownEvent]:
        """All events that may record a step, on or after a day, in order."""
        if self._events is None:
            kinds = dict.fromkeys(clause.selection.name for step in self.steps for clause in step.done_when)
            events = [event for kind in kinds for event in self.scope.of_kind(kind)]
            found = [event for event in events if event.date.toordinal() <= self.ordinal]
            self._events = sorted(found, key=lambda event: (event.date, event.event))
        return [event for event in self._events if opened <= event.date.toordinal()]

    def _recorded_by(self, event: KnownEvent, round_: Round) -> Step | None:
        """The step that an event records.

        The first it fits that applied on its date, else the first it fits.
        """
        ordinal = event.date.toordinal()
        fitting = [
            step for step in self.steps if step.name not in round_.recorded and self._fits(event, step)
        ]
        if len(fitting) <= 1:
            return fitting[0] if fitting else None
        perhaps = []
        for step in fitting:
            truth = self.truth(step, ordinal, round_.with_recorded(step, event))
            if truth is Truth.TRUE:
                return step
            if truth is Truth.UNKNOWN:
                perhaps.append(step)
        return (perhaps or fitting)[0]

    def _fits(self, event: KnownEvent, step: Step) -> bool:
        date = event.date.toordinal()
        return (
            any_true(
                self.scope.matches(event, clause.selection.where, date)
                for clause in step.done_when
                if clause.selection.name == event.event
            )
            is Truth.TRUE
        )


def _recorded_by_then(after: After, ordinal: int, round_: Round | None) -> KnownEvent | None:
    """What records the step before a way in, in a round, by a date."""
    event = round_.recorded.get(after.step) if round_ is not None else None
    return event if event is not None and event.date.toordinal() <= ordinal else None


def course_of(pathway: Pathway, scope: Scope, editions: Editions, ordinal: int) -> Course:
    """A pathway for one scope up to a date, its rounds worked out."""
    course = unwalked(pathway, scope, editions, ordinal)
    course.find_rounds()
    return course


def unwalked(
    pathway: Pathway,
    scope: Scope,
    editions: Editions,
    ordinal: int,
    judge_start: StartDays | None = None,
) -> Course:
    """A pathway for one scope up to a date, its rounds still to be worked out."""
    steps = tuple(step for step in scope.policy.steps.values() if step.pathway == pathway.name)
    length = scope.view.axis.days_until(ordinal)
    return Course(pathway, steps, scope, editions, length, ordinal, judge_start=judge_start)
