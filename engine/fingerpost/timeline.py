"""A pupil's year: tiers entered and left.

Triggers, events, and when counted marks enter and leave their windows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fingerpost.bars import Barring, Bars
from fingerpost.days import Days, tier_days
from fingerpost.evaluate import Session, find_pupil
from fingerpost.explain import windows_of
from fingerpost.history import History, Pupil
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.rules import Instance, days_by_edition, instances
from fingerpost.spells import spells
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Measure, Step, Subject
from fingerpost_dsl.model.expressions import CountOfMarks, InTheLast
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import fill_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened on a day.

    `kind` is one of "tier entered", "tier left", "triggered", "barred", "bar unknown", "bar lifted", "ended",
    "recorded" or "count". What is barred on the day on which it begins to apply has "barred" in place of
    "triggered", and "bar lifted" when nothing forbids it any more while it still applies; "bar unknown" says
    that it applies and that nobody can tell whether it is barred.
    """

    date: dt.date
    kind: str
    name: str
    """The tier, rule, event or measure."""
    title: str
    text: str = ""
    parent: str | None = None
    before: int | None = None
    """Of a count: what it was on the school day before, and what it is."""
    after: int | None = None
    barred_by: tuple[Barring, ...] = ()
    """Of what is barred: by which bars, and until when; of "bar lifted" those that held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One pupil's entries in order of date."""

    pupil: str
    policy: str
    version: str
    first: dt.date
    last: dt.date
    entries: tuple[Entry, ...]


def timeline(
    policy: Policy | PolicyFamily,
    history: History,
    on: dt.date,
    known_on: dt.date | None = None,
    *,
    pupil: str | None = None,
) -> Timeline:
    """The pupil's timeline up to a date, from the first day on record on which the policy was in force.

    Raises what `evaluate` raises.
    """
    session = Session.open(policy, history, on, known_on)
    return timeline_in(session, find_pupil(history, pupil))


def timeline_in(session: Session, subject: Pupil) -> Timeline:
    """The same within an open session."""
    on = session.on
    judgement = session.judgement(subject)
    entries = [*_tiers(judgement), *_rules(judgement), *_events(judgement), *_counts(judgement)]
    header = session.editions.current.policy.header
    days = judgement.view.axis.school_days[: judgement.length]
    first = max(days[0] if days else on.toordinal(), session.editions.current.first)
    kept = [entry for entry in entries if entry.date.toordinal() >= first]
    kept.sort(key=lambda entry: (entry.date, _ORDER[entry.kind], entry.name, entry.parent or ""))
    return Timeline(
        pupil=subject.id,
        policy=header.id.id,
        version=header.id.version,
        first=dt.date.fromordinal(first),
        last=on,
        entries=tuple(kept),
    )


_ORDER = {
    "count": 0,
    "tier entered": 1,
    "tier left": 2,
    "triggered": 3,
    "barred": 3,
    "bar unknown": 3,
    "bar lifted": 3,
    "recorded": 4,
    "ended": 5,
}


def _changes(days: Days, judgement: Judgement, since: int) -> Iterator[tuple[dt.date, bool]]:
    """The dates on which a truth begins, and those on which it has ended.

    Not of what was over before a school day, `since`.
    """
    axis = judgement.view.axis
    for spell in spells(days):
        if spell.last < since:
            continue
        yield dt.date.fromordinal(axis.school_days[spell.trigger]), True
        if spell.last + 1 < days.length:
            yield dt.date.fromordinal(axis.school_days[spell.last + 1]), False


def _tiers(judgement: Judgement) -> Iterator[Entry]:
    """By the policy in force alone: nobody leaves a tier that they would have been in before it was."""
    since = judgement.view.axis.days_until(judgement.editions.current.first - 1)
    for tier in judgement.policy.tiers.values():
        if not tier.when:
            continue
        days = tier_days(tier.name, judgement.length, judgement.scope)
        for date, begins in _changes(days, judgement, since):
            kind = "tier entered" if begins else "tier left"
            few = begins and judgement.is_provisional(tier, date.toordinal())
            title = f"{tier.title} (provisional)" if few else tier.title
            yield Entry(date=date, kind=kind, name=tier.name, title=title)


def _rules(judgement: Judgement) -> Iterator[Entry]:
    for rule in judgement.policy.rules():
        if rule.subject not in (Subject.PUPIL, Subject.PARENT):
            continue
        for instance in instances(rule, judgement.scope, judgement.ordinal):
            yield from _rule(instance, judgement)


def _rule(instance: Instance, judgement: Judgement) -> Iterator[Entry]:
    """When a rule begins to apply, is barred and freed, and no longer applies."""
    rule, scope = instance.rule, instance.scope
    course = judgement.course(rule, scope) if isinstance(rule, Step) else None
    if isinstance(rule, Step) and course is not None:
        days = course.days(rule)
    else:
        days = days_by_edition(rule, judgement.length, scope, judgement.editions)
    bars = Bars(judgement, instance, course, days)
    school_days = judgement.view.axis.school_days

    def entry(day: int, kind: str, barred_by: tuple[Barring, ...] = ()) -> Entry:
        return Entry(
            date=dt.date.fromordinal(school_days[day]),
            kind=kind,
            name=rule.name,
            title=rule.title,
            text=fill_text(rule.text, judgement.policy),
            parent=scope.parent,
            barred_by=barred_by,
        )

    for spell in spells(days):
        before: tuple[Barring, ...] = ()
        for day, barred_by in bars.changes(spell):
            if barred_by:
                holds = any(barring.truth is Truth.TRUE for barring in barred_by)
                yield entry(day, "barred" if holds else "bar unknown", barred_by)
            else:
                yield entry(day, "bar lifted" if before else "triggered", before)
            before = barred_by
        if spell.last + 1 < days.length:
            yield entry(spell.last + 1, "ended")


def _events(judgement: Judgement) -> Iterator[Entry]:
    for declared in judgement.policy.events.values():
        for event in judgement.view.events(declared.name):
            if event.date.toordinal() <= judgement.ordinal:
                yield Entry(
                    date=event.date,
                    kind="recorded",
                    name=declared.name,
                    title=declared.title,
                    parent=event.parent,
                )


def _counts(judgement: Judgement) -> Iterator[Entry]:
    """When the count of a rolling window changes: marks enter it, and leave it."""
    for measure in judgement.policy.measures.values():
        rolling = any(isinstance(window, InTheLast) for window in windows_of(measure.value, judgement.policy))
        if (
            rolling
            and isinstance(measure.value, CountOfMarks)
            and measure.subject in (Subject.PUPIL, Subject.PARENT)
        ):
            yield from _count(measure, judgement)


def _count(measure: Measure, judgement: Judgement) -> Iterator[Entry]:
    own: list[str | None] = [p.id for p in judgement.view.pupil.parents]
    parents = own if measure.subject is Subject.PARENT else []

    for parent in parents or [None]:
        scope = replace(judgement.scope.quiet(), parent=parent)
        before = 0
        for ordinal in judgement.view.axis.school_days[: judgement.length]:
            value = measure_at(measure, ordinal, scope)
            after = int(value.lowest) if value.lowest is not None else before
            if after != before:
                yield Entry(
                    date=dt.date.fromordinal(ordinal),
                    kind="count",
                    name=measure.name,
                    title=measure.title,
                    parent=parent,
                    before=before,
                    after=after,
                )
            before = after
