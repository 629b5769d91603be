"""On which school days what a policy asks of a pupil can have changed since the day before.

Whoever looks at the same pupils day after day, or week after week, need ask again only about those. Marks,
facts and events are taken as they are on record as at the last day, with the dates that they have: so the
answer holds for all days up to it, as long as nothing more is recorded.

It is on the side of caution: a day that is named may leave everything as it was. A date that passes makes no
difference here: what is due may become overdue on any day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from fingerpost.bit_rows import rows_of
from fingerpost.days import Days, over_days
from fingerpost.history import EventRow, Pupil
from fingerpost.judgement import Judgement
from fingerpost.pathways import Course
from fingerpost.population.block import Block
from fingerpost.population.conditions import all_of, days_in_tier, truths
from fingerpost.population.decisions import spoken_of
from fingerpost.population.frame import Across, Frame
from fingerpost.population.laid import lay_first_steps
from fingerpost.population.occasions import with_own_occasions
from fingerpost.population.reaching import may_reach_back, wanting
from fingerpost.population.rounds import has_records
from fingerpost.population.rules import Judging, may_have_begun, truths_by_edition
from fingerpost.population.runs import may_occur
from fingerpost.population.truths import Flags, Rows, Truths, Words, all_days, no_days
from fingerpost.rules import Editions, instances, pathway_of
from fingerpost.scope import Scope
from fingerpost.subject import PupilView
from fingerpost_dsl.model.declarations import Action, DoneWhen, Pathway, Step, Subject, Tier
from fingerpost_dsl.model.expressions import Happened
from fingerpost_dsl.model.policy import Policy

_DAY = np.uint64(63)
_ONE = np.uint64(1)


@dataclass
class Changes:
    """When answers about the pupils of a block can have changed, on the school days up to a date."""

    block: Block
    editions: Editions
    ordinal: int
    across: Across = field(default_factory=Across)

    def __post_init__(self) -> None:
        self.judging = Judging(self.block, self.editions, self.ordinal, self.across)
        self.policy: Policy = self.editions.current.policy
        self.frame = self.judging.on_school_days(self.policy)
        self.length = self.judging.length
        self._of_pathways: dict[tuple[str, int], Words] = {}
        self._occasions: dict[str, Frame] = {}
        self._views: dict[int, PupilView] = {}

    def tier(self, tier: Tier) -> Words:
        """The school days on which each pupil is certainly in a tier, or in one that continues it."""
        return days_in_tier(tier.name, self.frame).full(len(self.block)).true

    def rule(self, rule: Action | Step, pupils: Flags | None = None) -> Words:
        """The school days on which what a rule asks of each pupil can have changed.

        `pupils` says which are meant, all if not given; of others no day is named.
        """
        meant = np.ones(len(self.block), dtype=np.bool_) if pupils is None else pupils
        found = no_days(self.length).repeat(len(self.block), axis=0)
        subject, occasion = spoken_of(rule, self.policy)
        if subject not in (Subject.PUPIL, Subject.PARENT) or not self.length:
            return found
        found[self.block.reported & meant] = all_days(self.length)
        meant = meant & ~self.block.reported
        pathway = pathway_of(rule, self.policy)
        if occasion is not None:
            able = may_occur(occasion, self.frame)
            if pathway is not None:
                found[able & meant] = all_days(self.length)
            elif able.any():
                frame = self._of_occasions(occasion, np.flatnonzero(able))
                self._note(found, rule, frame.take(np.flatnonzero(meant[frame.pupils])), spans=True)
            return found
        frame = self.frame
        if subject is Subject.PARENT:
            frame, _ = frame.by_parents()
        if isinstance(rule, Step) and pathway is not None:
            recorded = has_records(pathway, self.policy, self.block)
            own = frame.take(np.flatnonzero((recorded & meant)[frame.pupils]))
            walked = np.flatnonzero(may_have_begun(pathway, self.judging, own)) if len(own) else own.pupils
            self._lay(pathway, walked)
            for row in walked:
                found[row] = self._of_pathway(pathway, int(row))
            if not rule.starts_here:
                return found
            meant = meant & ~recorded
        self._note(found, rule, frame.take(np.flatnonzero(meant[frame.pupils])))
        return found

    # --- what a rule rests on ---------------------------------------------------------------------

    def _note(self, found: Words, rule: Action | Step, frame: Frame, *, spans: bool = False) -> None:
        """Notes the days on which a rule, or a bar on it, begins or ceases to hold."""
        if not len(frame):
            return
        days = truths_by_edition(rule, self.judging, frame).of_all(len(frame))
        words = turns(days)
        if is_restless(rule):
            words = words | days.open
        elif self._may_ever_reach_back(rule):
            want = wanting(rule, frame)
            words = words | turned(want.days)
            if not want.settled.all():  # it may come to be unknown for another reason
                others = days.open & ~days.true & ~want.days
                words = words | np.where(want.settled[:, None], np.uint64(0), others)
        for bar in self.policy.bars.values():
            if rule.name in bar.stops:
                words = words | turns(all_of(bar.when, frame))
        if spans:
            words = words | self._spans(frame)
        np.bitwise_or.at(found, frame.pupils, np.broadcast_to(words, (len(frame), words.shape[1])))
        for row in self._with_events(rule, frame.pupils):
            found[row] |= rows_of([self._days_of_events(rule, self.block.pupils[row])], self.length)[0]
        self._note_done(found, rule, frame)

    def _may_ever_reach_back(self, rule: Action | Step) -> bool:
        """Whether it may on any day be unknown because of where the record begins; at first if at all."""
        days = (self.block.axis.school_days[0], self.ordinal)
        return any(may_reach_back(rule, self.frame, day) for day in days)

    def _note_done(self, found: Words, rule: Action | Step, frame: Frame) -> None:
        """Notes the days on which what makes a rule done comes into its window, or leaves it."""
        for clause in rule.done_when:
            if clause.windows and not clause.selection.occasion:
                words = turns(truths(_happened(clause), frame))
                np.bitwise_or.at(found, frame.pupils, np.broadcast_to(words, (len(frame), words.shape[1])))

    def _with_events(self, rule: Action | Step, pupils: Rows) -> Sequence[int]:
        """The pupils for whom anything is recorded that may make a rule done."""
        kinds = {clause.selection.name for clause in rule.done_when} & self.block.events.keys()
        rows = np.unique(pupils)
        recorded = np.zeros(len(rows), dtype=np.bool_)
        for kind in kinds:
            recorded |= self.block.events[kind][rows] > 0
        found: list[int] = rows[recorded].tolist()
        return found

    def _days_of_events(self, rule: Action | Step, pupil: Pupil) -> int:
        kinds = {clause.selection.name for clause in rule.done_when}
        return self._bits(day for event in pupil.events if event.event in kinds for day in _dates(event))

    def _bits(self, dates: Iterator[dt.date]) -> int:
        """The first school days on or after some dates."""
        found = 0
        for date in dates:
            day = self.block.axis.days_until(date.toordinal() - 1)
            if day < self.length:
                found |= 1 << day
        return found

    def _of_occasions(self, occasion: str, able: Rows) -> Frame:
        frame = self._occasions.get(occasion)
        if frame is None:
            limit = self.block.axis.seen(self.ordinal).bit_length()
            frame = self._occasions[occasion] = with_own_occasions(self.frame.take(able), occasion, limit)
        return frame

    def _spans(self, frame: Frame) -> Words:
        """The days of each row's occasion, on which it is not yet what it will be, and those just after."""
        assert frame.occasions is not None
        axis = self.block.axis
        numbers, which = np.unique(frame.occasions, return_inverse=True)
        found = []
        for number in numbers:
            occasion = self.across.occasions[int(number)]
            first = axis.days_until(occasion.first_slot // 2 - 1)
            last = min(axis.days_until(occasion.last_slot // 2) + 1, self.length)
            found.append(((1 << last) - 1) & ~((1 << first) - 1) if last > first else 0)
        return rows_of(found, self.length)[which]

    # --- pathways in which something is recorded --------------------------------------------------

    def _lay(self, pathway: Pathway, rows: Rows) -> None:
        new = np.array([row for row in rows if (pathway.name, int(row)) not in self._of_pathways], np.intp)
        if len(new):
            views = [self._view(int(row)) for row in new]
            lay_first_steps(pathway, self.frame, new, views)

    def _view(self, row: int) -> PupilView:
        view = self._views.get(row)
        if view is None:
            view = self._views[row] = self.block.records.view(self.block.pupils[row])
        return view

    def _of_pathway(self, pathway: Pathway, row: int) -> Words:
        known = self._of_pathways.get((pathway.name, row))
        if known is None:
            bits = self._of_course(pathway, row)
            known = self._of_pathways[pathway.name, row] = rows_of([bits], self.length)[0]
        return known

    def _of_course(self, pathway: Pathway, row: int) -> int:
        """The days on which any step of a pupil's pathway, in any round, can have changed."""
        pupil = self.block.pupils[row]
        judgement = Judgement(self.editions, self._view(row), self.ordinal)
        steps = [step for step in self.policy.steps.values() if step.pathway == pathway.name]
        kinds = {clause.selection.name for step in steps for clause in step.done_when}
        found = self._bits(day for event in pupil.events if event.event in kinds for day in _dates(event))
        reaches = any(map(self._may_ever_reach_back, steps))
        for instance in instances(steps[0], judgement.scope, self.ordinal):
            course = judgement.course(steps[0], instance.scope)
            for days in self._days_of(course):
                found |= turns_of(days)
                if reaches:
                    found |= days.every & ~(days.true | days.false)
            for round_ in course.rounds:
                ordinals = [round_.opened, *([] if round_.closed is None else [round_.closed])]
                found |= self._bits(dt.date.fromordinal(ordinal) for ordinal in ordinals)
            if any(map(is_restless, steps)):
                found |= (1 << self.length) - 1
            found |= self._of_bars(steps, course.scope)
        return found

    def _days_of(self, course: Course) -> Iterator[Days]:
        for step in course.steps:
            if step.starts_here:
                yield course.start_days(step, course.rounds)
                continue
            for round_ in course.rounds:
                yield course.days_in(step, round_)

    def _of_bars(self, steps: Sequence[Step], scope: Scope) -> int:
        names = {step.name for step in steps}
        found = 0
        for bar in self.policy.bars.values():
            if not names.isdisjoint(bar.stops):
                for condition in bar.when:
                    found |= turns_of(over_days(condition, self.length, scope))
        return found


def _dates(event: EventRow) -> Iterator[dt.date]:
    """The dates on which an event happens, ends, or something more about it holds."""
    yield event.date
    if event.until is not None:
        yield event.until
        yield event.until + dt.timedelta(days=1)
    for rows in event.fields.values():
        for row in rows:
            if row.first is not None:
                yield row.first
            if row.last is not None:
                yield row.last + dt.timedelta(days=1)


def is_restless(rule: Action | Step) -> bool:
    """Whether how a rule stands may change from day to day though it applies as before."""
    of_occasion = any(clause.selection.occasion for clause in rule.done_when)
    return of_occasion or rule.every is not None or rule.expires is not None


@cache
def _happened(clause: DoneWhen) -> Happened:
    """The same as a condition; kept for good, since what is worked out is found by identity."""
    return Happened(selection=clause.selection, windows=clause.windows, span=clause.span)


def turns(days: Truths) -> Words:
    """The days on which a truth is not what it was the day before; before the first, nothing held."""
    return turned(days.true) | turned(days.open)


def turned(words: Words) -> Words:
    """The days whose bit is not that of the day before; before the first, none was set."""
    before = words << _ONE
    before[:, 1:] |= words[:, :-1] >> _DAY
    return words ^ before


def turns_of(days: Days) -> int:
    """The same of one pupil."""
    every = days.every
    found = 0
    for plane in (days.true, every & ~days.false):
        found |= (plane ^ plane << 1) & every
    return found
