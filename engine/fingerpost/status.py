"""Where a rule stands: trigger, deadline, done, lapsed, owed (meanings 20 to 25).

`stand` takes the school days on which a rule applies, and its reason on the date, and says everything about
it that depends on time. A bar is looked at by the caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fingerpost.axis import touches
from fingerpost.days import Days
from fingerpost.decision import Status
from fingerpost.logic import Cause, Truth
from fingerpost.recurrence import next_instance
from fingerpost.rules import time_after
from fingerpost.scope import Scope
from fingerpost.spells import Spell, spells
from fingerpost.windows import day_in_year, lay_out
from fingerpost_dsl.model.declarations import Action, DoneWhen, Modality, Step
from fingerpost_dsl.model.expressions import Edge

LISTED_AFTER_LAPSE = 10
"""School days for which a lapsed action stays listed (meaning 21)."""

OWED = frozenset({Modality.MUST, Modality.SHOULD})
_FORBIDDEN = frozenset({Modality.MUST_NOT, Modality.SHOULD_NOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A rule's status and dates on a date. `status` None: there is nothing to list."""

    status: Status | None
    triggered: dt.date | None = None
    triggered_from: dt.date | None = None
    due: dt.date | None = None
    due_unknown: Cause | None = None
    done_on: dt.date | None = None
    overdue_count: int = 0


def stand(
    rule: Action | Step,
    days: Days,
    truth: Truth,
    ordinal: int,
    scope: Scope,
    *,
    recorded_on: Sequence[dt.date] | None = None,
) -> Standing:
    """How a rule stands on a date. `recorded_on` is when events record a step, if the caller knows it."""
    found = spells(days)
    last_day = days.length - 1
    present = found[-1] if found and found[-1].last == last_day else None
    done = _Done(rule, scope, ordinal, recorded_on)
    if truth is Truth.FALSE:
        return _after_spell(rule, found, days.length, done, scope)
    if truth is Truth.UNKNOWN:
        first = present.trigger if present else None
        return Standing(status=Status.UNKNOWN, triggered=_date(first, scope))
    if rule.stands_until_done and rule.modality in OWED and rule.every is None:
        owed = _earliest_owed(found, done, scope)
        present = owed if owed is not None else present
    return _in_spell(rule, present, done, ordinal, scope)


@dataclass(frozen=True, slots=True)
class _Done:
    """Which events make a rule done."""

    rule: Action | Step
    scope: Scope
    ordinal: int
    recorded_on: Sequence[dt.date] | None

    def since(self, trigger: int | None) -> dt.date | None:
        """The date of the first event that makes the rule done, given the day of its trigger (meaning 23)."""
        if self.recorded_on is not None:
            return min(self.recorded_on, default=None)
        return min(
            (date for clause in self.rule.done_when for date in self._dates(clause, trigger)), default=None
        )

    def _dates(self, clause: DoneWhen, trigger: int | None) -> list[dt.date]:
        selection = clause.selection
        if selection.occasion:
            found = [
                dt.date.fromordinal(o.first_slot // 2)
                for o in self.scope.occurrences(selection.name, self.ordinal)
                if o.certain and self.scope.meets(o, selection, self.ordinal)
            ]
        else:
            found = [event.date for event in self.scope.events(selection, self.ordinal).certain]
        if clause.windows:
            region = lay_out(clause.windows, self.ordinal, self.scope).region
            return [date for date in found if touches(region, date.toordinal())]
        if trigger is None:
            return []
        return [date for date in found if date.toordinal() >= trigger]


def _date(day: int | None, scope: Scope) -> dt.date | None:
    return None if day is None else dt.date.fromordinal(scope.view.axis.school_days[day])


def _in_spell(rule: Action | Step, spell: Spell | None, done: _Done, ordinal: int, scope: Scope) -> Standing:
    triggered = _date(spell.trigger, scope) if spell else None
    earliest = _date(spell.first, scope) if spell and spell.first != spell.trigger else None
    if rule.every is not None and triggered is not None:
        instance = next_instance(
            rule.every, triggered, ordinal, scope, _event_dates(rule, done, ordinal, scope)
        )
        return Standing(
            status=instance.status,
            triggered=triggered,
            triggered_from=earliest,
            due=instance.due,
            due_unknown=None if instance.due else Cause.NO_TERMS,
            done_on=instance.done_on,
            overdue_count=instance.overdue,
        )
    done_on = done.since(triggered.toordinal() if triggered else None)
    due, unknown = _due(rule, triggered, ordinal, scope)
    return Standing(
        status=_status(rule, triggered=triggered, due=due, done_on=done_on, ordinal=ordinal, scope=scope),
        triggered=triggered,
        triggered_from=earliest,
        due=due,
        due_unknown=unknown,
        done_on=done_on,
    )


def _event_dates(rule: Action | Step, done: _Done, ordinal: int, scope: Scope) -> list[dt.date]:
    return sorted(
        event.date
        for clause in rule.done_when
        if not clause.selection.occasion
        for event in scope.events(clause.selection, ordinal).certain
    )


def _status(
    rule: Action | Step,
    *,
    triggered: dt.date | None,
    due: dt.date | None,
    done_on: dt.date | None,
    ordinal: int,
    scope: Scope,
) -> Status:
    if rule.modality in _FORBIDDEN:
        return Status.KEPT if done_on is None else Status.BREACHED
    if rule.modality is Modality.MAY:
        if done_on is not None:
            return Status.USED
        return Status.EXPIRED if _expired(rule, triggered, ordinal, scope) else Status.AVAILABLE
    if done_on is not None:
        return Status.DONE
    if due is None:
        return Status.ONGOING
    return Status.OVERDUE if ordinal > due.toordinal() else Status.DUE


def _expired(rule: Action | Step, triggered: dt.date | None, ordinal: int, scope: Scope) -> bool:
    if rule.expires is None:
        return False
    start = triggered
    if rule.expires.anchor is not None:
        moment = scope.moment(rule.expires.anchor, ordinal)
        start = dt.date.fromordinal(moment.first) if moment.first is not None and moment.certain else None
    end = time_after(rule.expires, start, scope) if start else None
    return end is not None and ordinal > end.toordinal()


def _due(
    rule: Action | Step, triggered: dt.date | None, ordinal: int, scope: Scope
) -> tuple[dt.date | None, Cause | None]:
    """The due date, or why there is a deadline without a date (meaning 22)."""
    if rule.within is not None:
        start = triggered
        if rule.within.anchor is not None:
            moment = scope.moment(rule.within.anchor, ordinal)
            if moment.first is None or not moment.certain:
                return None, moment.cause or Cause.NO_SUCH_EVENT
            last = moment.last if rule.within.anchor.edge is Edge.END else None
            start = dt.date.fromordinal(moment.first if last is None else last)
        if start is None:
            return None, None
        due = time_after(rule.within, start, scope)
        return due, None if due else Cause.CALENDAR_END
    if rule.by_date is not None:
        date = rule.by_date.date
        if isinstance(date, dt.date):
            return date, None
        start = triggered or dt.date.fromordinal(ordinal)
        this_year = day_in_year(date, start.year)
        return (this_year if this_year >= start else day_in_year(date, start.year + 1)), None
    return None, None


def _earliest_owed(found: Sequence[Spell], done: _Done, scope: Scope) -> Spell | None:
    """The first spell after whose trigger nothing made the rule done: that one is owed."""
    for spell in found:
        if done.since(scope.view.axis.school_days[spell.trigger]) is None:
            return spell
    return None


def _after_spell(
    rule: Action | Step, found: Sequence[Spell], length: int, done: _Done, scope: Scope
) -> Standing:
    """What is left of a rule that no longer applies: owed, lapsed, or nothing (meaning 21)."""
    if not found or rule.modality not in OWED:
        return Standing(status=None)
    if rule.stands_until_done:
        owed = _earliest_owed(found, done, scope)
        return _in_spell(rule, owed, done, done.ordinal, scope) if owed is not None else Standing(status=None)
    spell = found[-1]
    trigger = scope.view.axis.school_days[spell.trigger]
    done_on = done.since(trigger)
    if done_on is not None or length - 1 - spell.last > LISTED_AFTER_LAPSE:
        return Standing(status=None)
    due, unknown = _due(rule, dt.date.fromordinal(trigger), done.ordinal, scope)
    return Standing(
        status=Status.LAPSED, triggered=dt.date.fromordinal(trigger), due=due, due_unknown=unknown
    )
