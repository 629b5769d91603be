"""The fewest events that would make a rule apply, were they recorded on the date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from fingerpost.history import EventRow, Pupil, Recorded
from fingerpost.history import Value as Held
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost_dsl.model.declarations import Step, Subject
from fingerpost_dsl.model.expressions import (
    Compare,
    CountOfEvents,
    DateOf,
    FieldIs,
    Happened,
    Is,
    MeasureValue,
    Selection,
    TimeSince,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity

if TYPE_CHECKING:
    from fingerpost.judgement import Judged, Judgement

from fingerpost.changes.kinds import EventsRecorded
from fingerpost.changes.trying import applies_with, could_hold

MOST_RECORDED = 3


def fewest_events(judged: Judged, judgement: Judgement) -> EventsRecorded | None:
    """The fewest events recorded on the date."""
    policy, parent = judgement.policy, judged.instance.scope.parent
    if not could_hold(judged.reason, lambda leaf: any(True for _ in _selections(leaf, policy))):
        return None
    wanted = {selection.name: selection for selection in _selections(judged.reason, policy)}
    for number in range(1, min(MOST_RECORDED, len(wanted)) + 1):
        for names in combinations(sorted(wanted), number):
            events = tuple(_event(wanted[name], parent, policy) for name in names)
            on = dt.date.fromordinal(judgement.ordinal)
            pupil = with_events(judgement.view.pupil, events, on, policy)
            if pupil is not None and applies_with(judged, judgement, pupil, judgement.ordinal):
                return EventsRecorded(events=events)
    return None


def with_events(
    pupil: Pupil,
    events: Sequence[tuple[str, tuple[tuple[str, Held], ...], str | None]],
    on: dt.date,
    policy: Policy,
) -> Pupil | None:
    """The pupil with events recorded on a date; None for events that are not the pupil's."""
    rows = []
    for name, fields, parent in events:
        if policy.events[name].subject not in (Subject.PUPIL, Subject.PARENT, Subject.FAMILY):
            return None
        held = {field: (Recorded(value=value),) for field, value in fields}
        rows.append(EventRow(event=name, date=on, parent=parent, fields=held, recorded_on=on))
    return replace(pupil, events=(*pupil.events, *rows))


def _event(
    selection: Selection, parent: str | None, policy: Policy
) -> tuple[str, tuple[tuple[str, Held], ...], str | None]:
    """An event that meets the selection's tests on its choices."""
    declared = policy.events[selection.name]
    fields: dict[str, Held] = {}
    for test in selection.where:
        if isinstance(test, FieldIs):
            choices = [_plain(choice) for choice in test.choices]
            if test.negated:
                own = next((f.type.choices for f in declared.fields if f.name == test.field), ())
                choices = [choice for choice in own if choice not in choices]
            if choices:
                fields[test.field] = choices[0]
    return selection.name, tuple(fields.items()), parent if declared.subject is Subject.PARENT else None


def _plain(choice: Quantity | dt.date | bool | str) -> Held:
    return choice.amount if isinstance(choice, Quantity) else choice


def _selections(reason: Reason, policy: Policy) -> Iterator[Selection]:
    """The kinds of event that false or unknown leaves ask for, those that record an earlier step included."""
    for leaf in reason.leaves():
        if leaf.truth is Truth.TRUE:
            continue
        match leaf.clause:
            case Happened(selection=selection) if not selection.occasion:
                yield selection
            case Compare(left=value) | Is(value=value):
                while isinstance(value, MeasureValue):
                    value = policy.measures[value.name].value
                match value:
                    case CountOfEvents(selection=selection) if not selection.occasion:
                        yield selection
                    case TimeSince(anchor=anchor) | DateOf(anchor=anchor) if not anchor.selection.occasion:
                        yield anchor.selection
                    case _:
                        pass
            case Step() if leaf.role == "after":
                for clause in leaf.clause.done_when:
                    if not clause.selection.occasion:
                        yield clause.selection
            case _:
                pass
