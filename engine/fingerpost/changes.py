"""The smallest change that would make a rule apply (meaning 31), of one sort at a time, each verified.

* sessions: the least number of coming possible sessions with one code, and the last day they would do by;
* facts: the fewest facts recorded;
* events: the fewest events recorded.

Every candidate is put into a copy of the history and judged; only what then applies is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from math import ceil
from typing import TYPE_CHECKING

from fingerpost.history import EventRow, Pupil, Recorded, Register
from fingerpost.history import Value as Held
from fingerpost.logic import Truth
from fingerpost.questions import answers_to
from fingerpost.reasons import Reason
from fingerpost.rules import instances
from fingerpost_dsl.model.declarations import Step, Subject
from fingerpost_dsl.model.expressions import (
    CodeKind,
    Compare,
    Comparison,
    CountOfEvents,
    CountOfMarks,
    DateOf,
    FactValue,
    FieldIs,
    Happened,
    Is,
    IsKnown,
    MarkSet,
    MeasureValue,
    Run,
    Selection,
    ShareOfMarks,
    TimeSince,
    Value,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity

if TYPE_CHECKING:
    from fingerpost.judgement import Judged, Judgement

MOST_SESSIONS = 80
MOST_RECORDED = 3
_MOST_TRIED = 400

_USUAL_CODES: Mapping[CodeKind, str] = {
    CodeKind.UNAUTHORISED_ABSENCE: "O",
    CodeKind.AUTHORISED_ABSENCE: "I",
    CodeKind.PRESENT: "/",
    CodeKind.APPROVED_ACTIVITY: "V",
}
"""A code of each kind to try, where the policy's list has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreSessions:
    """`3 more unauthorised sessions`.

    On the next open sessions it would apply from `from_date`; until `until` at the latest.
    """

    number: int
    marks: str
    """The set of marks by name: `unauthorised`."""
    code: str
    from_date: dt.date
    until: dt.date | None
    """The last school day on which so many sessions would still do, those between being attended; None: no
    end found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsRecorded:
    """Facts that would make it apply if they were recorded: name, value and, for a parent's, whose."""

    facts: tuple[tuple[str, Held, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsRecorded:
    """Events that would make it apply if they were recorded on the date.

    Kind, fields and, for a parent's, whose.
    """

    events: tuple[tuple[str, tuple[tuple[str, Held], ...], str | None], ...]


Change = MoreSessions | FactsRecorded | EventsRecorded


def smallest_changes(judged: Judged, judgement: Judgement) -> tuple[Change, ...]:
    """The smallest change of each sort that makes the rule apply, if one was found."""
    found = (_sessions(judged, judgement), _facts(judged, judgement), _events(judged, judgement))
    return tuple(change for change in found if change is not None)


def applies_with(judged: Judged, judgement: Judgement, pupil: Pupil, ordinal: int) -> bool:
    """Whether the rule would apply on a date if the pupil's history were this one."""
    from fingerpost.judgement import Judgement as Again  # noqa: PLC0415 - the two rest on each other

    records = judgement.view.records.supposing(pupil)
    again = Again(judgement.editions, records.view(pupil), ordinal)
    wanted, rule = judged.instance.scope, judged.instance.rule
    for instance in instances(rule, again.scope, ordinal):
        scope = instance.scope
        same_occasion = wanted.occasion is None or (
            scope.occasion is not None and scope.occasion.first_slot == wanted.occasion.first_slot
        )
        if scope.parent == wanted.parent and same_occasion:
            course = again.course(rule, scope) if isinstance(rule, Step) else None
            return again.reason(instance, course, evident=False).truth is Truth.TRUE
    return False


# --- sessions -------------------------------------------------------------------------------------


def _sessions(judged: Judged, judgement: Judgement) -> MoreSessions | None:
    best: MoreSessions | None = None
    needed: dict[MarkSet, int] = {}
    for marks, at_least in _mark_sets(judged.reason, judgement.policy):
        needed[marks] = min(needed.get(marks, at_least), at_least)
    for marks, at_least in needed.items():
        code = code_for(marks, judgement)
        if code is None:
            continue
        limit = MOST_SESSIONS if best is None else best.number - 1
        found = _fewest(judged, judgement, marks, code, range(at_least, limit + 1))
        if found is not None:
            best = found
    return best


def _fewest(
    judged: Judged, judgement: Judgement, marks: MarkSet, code: str, numbers: range
) -> MoreSessions | None:
    coming = coming_sessions(judgement)
    for number in numbers:
        if number > len(coming):
            break
        slots = coming[:number]
        pupil = with_marks(judgement.view.pupil, dict.fromkeys(slots, code))
        if applies_with(judged, judgement, pupil, slots[-1] // 2):
            until = _latest(judged, judgement, code, number, coming)
            date = dt.date.fromordinal(slots[-1] // 2)
            return MoreSessions(number=number, marks=marks.name, code=code, from_date=date, until=until)
    return None


def _latest(
    judged: Judged, judgement: Judgement, code: str, number: int, coming: Sequence[int]
) -> dt.date | None:
    """The last day on which so many sessions, the latest ones, would still do, all before them attended."""
    latest: dt.date | None = None
    for end in range(number, min(len(coming), number + 2 * MOST_SESSIONS) + 1):
        if end < len(coming) and coming[end] // 2 == coming[end - 1] // 2:
            continue
        present = {slot: "\\" if slot % 2 else "/" for slot in coming[: end - number]}
        absent = dict.fromkeys(coming[end - number : end], code)
        pupil = with_marks(judgement.view.pupil, {**present, **absent})
        if not applies_with(judged, judgement, pupil, coming[end - 1] // 2):
            return latest
        latest = dt.date.fromordinal(coming[end - 1] // 2)
    return None


def coming_sessions(judgement: Judgement) -> tuple[int, ...]:
    """The pupil's next open sessions that are still to come, on roll."""
    axis = judgement.view.axis
    seen = axis.seen(judgement.ordinal).bit_length()
    last_seen = axis.slots[seen - 1] if seen else judgement.ordinal * 2 + 1
    start = max(last_seen + 1, judgement.ordinal * 2)
    open_slots = [slot for slot in axis.calendar.open_slots if slot >= start]
    stays = judgement.view.pupil.on_roll
    on_roll = (
        slot
        for slot in open_slots
        if any(
            (s.first is None or s.first.toordinal() <= slot // 2)
            and (s.last is None or slot // 2 <= s.last.toordinal())
            for s in stays
        )
    )
    return tuple(islice(on_roll, 3 * MOST_SESSIONS))


def with_marks(pupil: Pupil, marks: Mapping[int, str]) -> Pupil:
    """The pupil with further marks, which replace others in the same sessions."""
    kept = [mark for mark in pupil.register if mark.slot not in marks]
    rows = [(mark.slot, mark.code, mark.recorded_on) for mark in kept]
    rows.extend((slot, code, None) for slot, code in marks.items())
    rows.sort(key=lambda row: (row[0], row[2] or dt.date.fromordinal(row[0] // 2)))
    recorded = tuple(row[2] for row in rows)
    register = Register(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), recorded if any(recorded) else None
    )
    return replace(pupil, register=register)


def code_for(marks: MarkSet, judgement: Judgement) -> str | None:
    """A code that stands for a set of marks from the date on."""
    listed = judgement.view.axis.alphabet.book.list_on(judgement.ordinal)
    for kind in _USUAL_CODES:
        code = _USUAL_CODES[kind]
        if kind in marks.kinds and code in listed and code not in marks.without:
            return code
    return min((code for code in marks.codes if code in listed and code not in marks.without), default=None)


def _mark_sets(reason: Reason, policy: Policy) -> Iterator[tuple[MarkSet, int]]:
    """The sets of marks that false or unknown comparisons count.

    And how many more they need at the very least.
    """
    for leaf in reason.leaves():
        if leaf.truth is not Truth.TRUE and isinstance(leaf.clause, Compare | Is):
            value: Value = leaf.clause.left if isinstance(leaf.clause, Compare) else leaf.clause.value
            while isinstance(value, MeasureValue):
                value = policy.measures[value.name].value
            if isinstance(value, CountOfMarks | ShareOfMarks | Run):
                yield value.marks, _needed(leaf, value)


def _needed(leaf: Reason, value: CountOfMarks | ShareOfMarks | Run) -> int:
    """How many more sessions a comparison needs if no mark leaves its window: fewer can never do."""
    rising = isinstance(leaf.clause, Compare) and leaf.clause.comparison in (
        Comparison.AT_LEAST,
        Comparison.MORE_THAN,
    )
    has, asked = (leaf.left, leaf.right) if rising and not leaf.negated else (None, None)
    if has is None or asked is None or has.highest is None or asked.lowest is None:
        return 1
    if isinstance(value, ShareOfMarks):
        if has.parts is None or asked.lowest >= 1:
            return 1
        counted, possible = has.parts
        return max(1, ceil((asked.lowest * possible - counted) / (1 - asked.lowest)))
    sessions = isinstance(value, CountOfMarks) and not value.whole_days
    return max(1, ceil(asked.lowest - has.highest)) if sessions else 1


# --- facts ----------------------------------------------------------------------------------------


def _facts(judged: Judged, judgement: Judgement) -> FactsRecorded | None:
    policy, parent = judgement.policy, judged.instance.scope.parent
    names = [
        name for name in dict.fromkeys(_fact_names(judged.reason)) if answers_to(policy.facts[name], policy)
    ]
    tried = 0
    for number in range(1, MOST_RECORDED + 1):
        for chosen in combinations(sorted(names), number):
            for answers in product(*(answers_to(policy.facts[name], policy) for name in chosen)):
                tried += 1
                if tried > _MOST_TRIED:
                    return None
                facts = tuple(
                    (name, answer, parent if policy.facts[name].subject is Subject.PARENT else None)
                    for name, answer in zip(chosen, answers, strict=True)
                )
                pupil = with_facts(
                    judgement.view.pupil, facts, dt.date.fromordinal(judgement.ordinal), policy
                )
                if pupil is not None and applies_with(judged, judgement, pupil, judgement.ordinal):
                    return FactsRecorded(facts=facts)
    return None


def with_facts(
    pupil: Pupil, facts: Sequence[tuple[str, Held, str | None]], on: dt.date, policy: Policy
) -> Pupil | None:
    """The pupil with facts recorded on a date, instead of what holds then.

    None for facts that are not the pupil's.
    """
    for name, value, parent in facts:
        fact = policy.facts[name]
        if fact.subject not in (Subject.PUPIL, Subject.FAMILY, Subject.PARENT):
            return None
        judge = fact.judged_by[-1] if fact.judged_by else None
        row = Recorded(value=value, first=on, last=on, recorded_on=on, recorded_by=judge)
        if fact.subject is Subject.PARENT:
            if parent is None:
                return None
            parents = tuple(
                replace(p, facts={**p.facts, name: (*_ended(p.facts.get(name, ()), on), row)})
                if p.id == parent
                else p
                for p in pupil.parents
            )
            pupil = replace(pupil, parents=parents)
        else:
            pupil = replace(pupil, facts={**pupil.facts, name: (*_ended(pupil.facts.get(name, ()), on), row)})
    return pupil


def _ended(rows: Sequence[Recorded], on: dt.date) -> tuple[Recorded, ...]:
    """The rows as far as they lie before a date."""
    before = on - dt.timedelta(days=1)
    kept = [row for row in rows if row.first is None or row.first < on]
    return tuple(replace(row, last=before) if row.last is None or row.last >= on else row for row in kept)


def _fact_names(reason: Reason) -> Iterator[str]:
    for leaf in reason.leaves():
        if leaf.truth is not Truth.TRUE:
            match leaf.clause:
                case Is(value=FactValue(name=name)) | IsKnown(value=FactValue(name=name)):
                    yield name
                case _:
                    pass


# --- events ---------------------------------------------------------------------------------------


def _events(judged: Judged, judgement: Judgement) -> EventsRecorded | None:
    policy, parent = judgement.policy, judged.instance.scope.parent
    wanted = {selection.name: selection for selection in _selections(judged.reason, judged, policy)}
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


def _selections(reason: Reason, judged: Judged, policy: Policy) -> Iterator[Selection]:
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
