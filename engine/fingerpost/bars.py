"""Bars over time: on which school days a rule is barred and by what, and when a bar lifts.

A decision asks bars about its date alone (`judgement.py`). A year asks about every day on which a rule
applies: a step of enforcement that applies and is barred is not to be taken, and a list that showed only the
first half of that would ask for what is forbidden. Each day is asked as a decision on that day would ask:
by the edition then in force, and of nothing that was done by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from fingerpost.days import Days, all_of, over_days
from fingerpost.judgement import OVER, Judgement
from fingerpost.logic import Truth
from fingerpost.pathways import FOREVER, Course
from fingerpost.rules import Instance, by_edition
from fingerpost.scope import Scope
from fingerpost.spells import Spell
from fingerpost.status import stand
from fingerpost_dsl.model.declarations import Bar, Step

BAR_LOOK_AHEAD = 366 * 5
"""Days within which the end of a bar is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barring:
    """A bar that holds on a rule from some day on, or may."""

    bar: str
    title: str
    truth: Truth
    """TRUE where it holds, UNKNOWN where it may."""
    lifts: dt.date | None = None
    """The first date on which it no longer holds, the record staying as it is.

    None if not within five years, or where it only may hold.
    """


def lifts_on(bar: Bar, scope: Scope, since: int) -> dt.date | None:
    """The first date after an ordinal on which a bar that holds no longer does, the record staying as it is.

    None if not within five years.
    """
    for ordinal in range(since + 1, since + BAR_LOOK_AHEAD):
        if Judgement.bar_reason(bar, scope, ordinal).truth is not Truth.TRUE:
            return dt.date.fromordinal(ordinal)
    return None


class _Asked(NamedTuple):
    """A bar with what it is judged with, up to which day, and the school days on which it holds."""

    bar: Bar
    scope: Scope
    until: int
    """The last day, as an ordinal, of an edition that is over; else the last of all days."""
    days: Days


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars on one rule, for one parent or occasion, over the school days up to a date."""

    judgement: Judgement
    instance: Instance
    course: Course | None
    days: Days
    """The school days on which the rule applies."""

    def changes(self, spell: Spell) -> Iterator[tuple[int, tuple[Barring, ...]]]:
        """The school days of a spell on which its bars change, each with what bars it from then on.

        The first is always the day of the trigger. Once the rule is done, nothing is barred or freed.
        """
        length = spell.last + 1
        found = [one for one in self._asked(length, spell.trigger) if one.days.every & ~one.days.false]
        before: list[tuple[str, Truth]] | None = None
        for day in range(spell.trigger, length) if found else ():
            now = [one for one in found if one.days.at(day) is not Truth.FALSE]
            if (now or before) and self._is_over(day):
                if before is not None:
                    continue
                now = []
            truths = [(one.bar.name, one.days.at(day)) for one in now]
            if truths != before:
                yield day, tuple(self._barring(one, day) for one in now)
            before = truths
        if before is None:
            yield spell.trigger, ()

    def _asked(self, length: int, since: int) -> Iterator[_Asked]:
        """Each bar with the school days, from one to the end of a spell, on which it holds or may hold."""
        axis, editions = self.judgement.view.axis, self.judgement.editions
        every = (1 << length) - 1
        own = self.instance.scope if self.course is None else self.course.scope
        for edition in (editions.current, *editions.earlier):
            first = max(min(axis.days_until(edition.first - 1), length), since)
            last = min(axis.days_until(edition.last), length)
            bars = [bar for bar in edition.policy.bars.values() if self.instance.rule.name in bar.stops]
            scope = by_edition(own, edition.policy, length) if bars and first < last else None
            if scope is None:
                continue
            wanted = ((1 << last) - 1) & ~((1 << first) - 1)
            until = FOREVER if edition is editions.current else edition.last
            for bar in bars:
                judges = (partial(over_days, condition, length, scope) for condition in bar.when)
                days = all_of(judges, length, wanted)
                yield _Asked(
                    bar, scope, until, Days(days.true & wanted, every & (days.false | ~wanted), length)
                )

    def _barring(self, asked: _Asked, day: int) -> Barring:
        truth, lifts = asked.days.at(day), None
        if truth is Truth.TRUE:
            freed = ~asked.days.true & asked.days.every & ~((1 << day) - 1)
            last = (freed & -freed).bit_length() - 2 if freed else asked.days.length - 1
            lifts = lifts_on(asked.bar, asked.scope, self.judgement.view.axis.school_days[last])
            if asked.until < FOREVER and (lifts is None or lifts.toordinal() > asked.until):
                lifts = dt.date.fromordinal(asked.until + 1)
        return Barring(bar=asked.bar.name, title=asked.bar.title, truth=truth, lifts=lifts)

    def _is_over(self, day: int) -> bool:
        """Whether at the close of a school day the rule was done, so that no bar is asked of it."""
        rule, ordinal = self.instance.rule, self.judgement.view.axis.school_days[day]
        days = self.days.first(day + 1)
        if self.course is None or not isinstance(rule, Step):
            return stand(rule, days, days.at(day), ordinal, self.instance.scope).status in OVER
        rounds = [round_ for round_ in self.course.rounds if round_.opened <= ordinal]
        event = rounds[-1].recorded.get(rule.name) if rounds else None
        return event is not None and event.date.toordinal() <= ordinal
