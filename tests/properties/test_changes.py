"""Every "what would change it" is so: the changed history is built here and judged afresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hypothesis import assume, given, settings

from fingerpost.changes import EventsRecorded, FactsRecorded, MoreSessions
from fingerpost.digest import normal
from fingerpost.evaluate import Session, evaluate
from fingerpost.explain import Ending, WhyNot, explain
from fingerpost.history import EventRow, History, Pupil, Recorded, Register
from fingerpost.logic import Truth
from fingerpost_dsl.model.declarations import Subject
from tests.oracle.school import Known
from tests.properties.test_order import until
from tests.strategies import Case, cases, few

ONE_DAY = dt.timedelta(days=1)


def truths(case: Case, history: History, on: dt.date, rule: str, parent: str | None) -> list[Truth]:
    """Whether a rule applies on a date, judged afresh: once for each occasion, if it is for each."""
    session = Session.open(case.policy, normal(history), on, None)
    judgement = session.judgement(history.pupils[case.pupil])
    declared = case.policy.actions.get(rule) or case.policy.steps[rule]
    return [
        judged.reason.truth for judged in judgement.rule(declared) if judged.instance.scope.parent == parent
    ]


def with_pupil(history: History, pupil: Pupil) -> History:
    return replace(history, pupils={**history.pupils, pupil.id: pupil})


def with_marks(history: History, name: str, marks: Sequence[tuple[int, str]]) -> History:
    """The history with marks added after a pupil's register."""
    pupil = history.pupils[name]
    slots = {slot for slot, _ in marks}
    kept = [(mark.slot, mark.code, mark.recorded_on) for mark in pupil.register if mark.slot not in slots]
    rows = sorted(
        [*kept, *((slot, code, None) for slot, code in marks)], key=lambda row: (row[0], str(row[2]))
    )
    recorded = tuple(row[2] for row in rows)
    register = Register(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), recorded if any(recorded) else None
    )
    return with_pupil(history, replace(pupil, register=register))


def coming(case: Case) -> list[int]:
    """The pupil's open sessions still to come at the close of the date, on roll."""
    known = Known(case.policy, case.history, case.history.pupils[case.pupil], None)
    today = case.on.toordinal()
    taken = max((slot for slot in known.taken if slot // 2 <= today), default=today * 2 + 1)
    first = max(taken + 1, today * 2)
    return [slot for slot in known.calendar.open_slots if slot >= first and known.on_roll(slot // 2)]


def why_nots(case: Case) -> Iterator[WhyNot]:
    rules = [*case.policy.actions, *case.policy.steps][:3]
    found = explain(case.policy, case.history, case.on, pupil=case.pupil, rules=rules)
    yield from found.not_now


def until_the_date(case: Case) -> Case:
    """The case without anything after its date: changes are laid upon what is then on record."""
    kinds = dict(case.history.complete.kinds)
    complete = replace(case.history.complete, kinds=kinds)
    return replace(case, history=until(replace(case.history, complete=complete), case.on), known_on=None)


def changes_are_so(case: Case) -> None:
    """More sessions, facts recorded, events recorded: each makes the rule apply."""
    case = until_the_date(case)
    for why in why_nots(case):
        for change in why.changes:
            match change:
                case MoreSessions():
                    _check_sessions(case, why, change)
                case FactsRecorded():
                    _check_facts(case, why, change)
                case EventsRecorded():
                    _check_events(case, why, change)


def _check_sessions(case: Case, why: WhyNot, change: MoreSessions) -> None:
    slots = coming(case)
    date = case.on
    for number in range(1, change.number + 1):
        marked = [(slot, change.code) for slot in slots[:number]]
        history = with_marks(case.history, case.pupil, marked)
        date = dt.date.fromordinal(slots[number - 1] // 2)
        applies = Truth.TRUE in truths(case, history, date, why.rule, why.parent)
        assert applies or number < change.number, f"{why.rule}: {change} is not enough"
        occasions = bool((case.policy.actions.get(why.rule) or case.policy.steps[why.rule]).occasion)
        assert not applies or number == change.number or occasions, (
            f"{why.rule}: {number} are enough: {change}"
        )
    assert date == change.from_date
    if change.until is not None:
        last = [slot for slot in slots if slot // 2 <= change.until.toordinal()]
        present = [(slot, "/\\"[slot % 2]) for slot in last[: -change.number]]
        absent = [(slot, change.code) for slot in last[-change.number :]]
        history = with_marks(case.history, case.pupil, [*present, *absent])
        assert Truth.TRUE in truths(case, history, change.until, why.rule, why.parent), (
            f"{why.rule}: {change}"
        )


def _check_facts(case: Case, why: WhyNot, change: FactsRecorded) -> None:
    pupil = case.history.pupils[case.pupil]
    for name, value, parent in change.facts:
        declared = case.policy.facts[name]
        judge = declared.judged_by[-1] if declared.judged_by else None
        row = Recorded(value=value, first=case.on, last=case.on, recorded_on=case.on, recorded_by=judge)
        if declared.subject is Subject.PARENT:
            parents = tuple(
                replace(one, facts={**one.facts, name: _cut(one.facts.get(name, ()), case.on, row)})
                if one.id == parent
                else one
                for one in pupil.parents
            )
            pupil = replace(pupil, parents=parents)
        else:
            pupil = replace(pupil, facts={**pupil.facts, name: _cut(pupil.facts.get(name, ()), case.on, row)})
    found = truths(case, with_pupil(case.history, pupil), case.on, why.rule, why.parent)
    assert Truth.TRUE in found, f"{why.rule}: {change}"


def _cut(rows: Sequence[Recorded], on: dt.date, row: Recorded) -> tuple[Recorded, ...]:
    """What was said of other days, and a row for this one."""
    kept: list[Recorded] = []
    for one in rows:
        if one.first is None or one.first < on:
            last = on - ONE_DAY if one.last is None or one.last >= on else one.last
            kept.append(replace(one, last=last))
    return (*kept, row)


def _check_events(case: Case, why: WhyNot, change: EventsRecorded) -> None:
    pupil = case.history.pupils[case.pupil]
    rows = tuple(
        EventRow(
            event=kind,
            date=case.on,
            parent=parent,
            fields={name: (Recorded(value=value),) for name, value in fields},
            recorded_on=case.on,
        )
        for kind, fields, parent in change.events
    )
    history = with_pupil(case.history, replace(pupil, events=(*pupil.events, *rows)))
    found = truths(case, history, case.on, why.rule, why.parent)
    assert Truth.TRUE in found, f"{why.rule}: {change}"


# --- when it ends -----------------------------------------------------------------------------


def endings_are_so(case: Case) -> None:
    """What applies no longer applies on the day on which it is said to end, and never failed before."""
    case = until_the_date(case)
    found = explain(case.policy, case.history, case.on, pupil=case.pupil)
    known = Known(case.policy, case.history, case.history.pupils[case.pupil], None)
    for ending in found.endings:
        declared = case.policy.actions.get(ending.rule)
        if ending.date is None or declared is None or declared.occasion is not None:
            continue
        _check_ending(case, ending, known.calendar.school_days)


def _check_ending(case: Case, ending: Ending, school_days: Sequence[int]) -> None:
    assert ending.date is not None
    last = truths(case, case.history, ending.date, ending.rule, ending.parent)
    assert last == [Truth.FALSE], f"{ending.rule} on {ending.date}: {last}"
    for day in school_days:
        if case.on.toordinal() < day < ending.date.toordinal():
            date = dt.date.fromordinal(day)
            still = truths(case, case.history, date, ending.rule, ending.parent)
            assert still != [Truth.FALSE], f"{ending.rule} has ended on {date} already"


def lifts_are_so(case: Case) -> None:
    """A bar holds until the day before it is said to lift, and not on that day."""
    case = until_the_date(case)
    found = explain(case.policy, case.history, case.on, pupil=case.pupil)
    for recommendation in found.decision.recommendations:
        for barred in recommendation.barred_by:
            if barred.lifts is None:
                continue
            for date, holds in ((barred.lifts, False), (barred.lifts - ONE_DAY, True)):
                again = evaluate(case.policy, case.history, date, pupil=case.pupil)
                same = [one for one in again.recommendations if one.key == recommendation.key]
                bars = [bar.truth for one in same for bar in one.barred_by if bar.bar == barred.bar]
                if same:
                    assert (Truth.TRUE in bars) is holds, f"{barred.bar} on {date}"


@settings(max_examples=few(20))
@given(cases())
def test_what_would_change_it_is_so(case: Case) -> None:
    assume(case.policy.actions)
    changes_are_so(case)


@settings(max_examples=few(20))
@given(cases())
def test_endings_are_so(case: Case) -> None:
    endings_are_so(case)


@settings(max_examples=few(20))
@given(cases())
def test_bars_lift_when_it_is_said(case: Case) -> None:
    lifts_are_so(case)
