"""Nothing depends on the order of rows, on other pupils' affairs, or on what comes after the date."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.digest import normal
from fingerpost.evaluate import evaluate, evaluate_all
from fingerpost.history import (
    EventRow,
    Facts,
    History,
    Pupil,
    Recorded,
    Register,
)
from fingerpost_dsl.model.expressions import BuiltIn, BuiltInValue, MeasureValue
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk
from tests.generate.words import EVENTS
from tests.strategies import Case, cases, few


def result(policy: Policy, history: History, case: Case) -> str:
    """What is decided, as one digest that holds every reason."""
    return evaluate(policy, history, case.on, case.known_on, pupil=case.pupil).record.result_digest


# --- the order of rows ------------------------------------------------------------------------


def shuffled(history: History, draw: st.DrawFn) -> History:
    """The same rows in another order, brought into normal form as readers do."""

    def facts(given: Facts) -> Facts:
        return {
            name: tuple(draw(st.permutations(given[name]))) for name in draw(st.permutations(list(given)))
        }

    def register(given: Register) -> Register:
        rows = draw(st.randoms(use_true_random=False)).sample(list(given), len(given))
        recorded = tuple(mark.recorded_on for mark in rows)
        return Register(
            tuple(mark.slot for mark in rows),
            tuple(mark.code for mark in rows),
            recorded if any(recorded) else None,
        )

    def pupil(given: Pupil) -> Pupil:
        return replace(
            given,
            register=register(given.register),
            facts=facts(given.facts),
            events=tuple(draw(st.permutations(given.events))),
            parents=tuple(draw(st.permutations(given.parents))),
            on_roll=tuple(draw(st.permutations(given.on_roll))),
        )

    ids = draw(st.permutations(list(history.pupils)))
    return normal(replace(history, pupils={id_: pupil(history.pupils[id_]) for id_ in ids}))


@st.composite
def shuffled_cases(draw: st.DrawFn) -> tuple[Case, History]:
    """A case, and its history with all rows in another order."""
    case = draw(cases())
    return case, shuffled(case.history, draw)


@settings(max_examples=few(20))
@given(shuffled_cases())
def test_the_order_of_rows_never_matters(pair: tuple[Case, History]) -> None:
    """Equal decisions, and equal records: the digest of the history is the same too."""
    case, other = pair
    assert other.digest == case.history.digest
    one = list(evaluate_all(case.policy, case.history, case.on, case.known_on))
    two = list(evaluate_all(case.policy, other, case.on, case.known_on))
    assert one == two
    assert [decision.record for decision in one] == [decision.record for decision in two]


# --- other pupils -----------------------------------------------------------------------------


def pools(policy: Policy) -> bool:
    """Whether it asks anything of the whole school."""
    return any(
        (isinstance(node, MeasureValue) and node.of_school)
        or (isinstance(node, BuiltInValue) and node.built_in is BuiltIn.ROLL)
        for declared in (
            policy.measures,
            policy.conditions,
            policy.tiers,
            policy.actions,
            policy.steps,
            policy.bars,
        )
        for node in walk(tuple(declared.values()))
    )


def strangers(history: History, pupil: str) -> History:
    """The other pupils with everything taken from them but their marks and the time when they are there."""
    others = {
        other.id: other if other.id == pupil else replace(other, facts={}, events=(), parents=(), family=None)
        for other in history.pupils.values()
    }
    kinds = {event.name: history.complete.kinds.get(event.name) for event in EVENTS}
    return normal(replace(history, pupils=others, complete=replace(history.complete, kinds=kinds)))


def other_pupils_affairs_do_not_matter(case: Case) -> None:
    """Facts and events of others count for nothing, where every kind of event is declared complete."""
    declared = {event.name: case.history.complete.kinds.get(event.name) for event in EVENTS}
    complete = replace(case.history.complete, kinds=declared)
    history = normal(replace(case.history, complete=complete))
    assert result(case.policy, strangers(history, case.pupil), case) == result(case.policy, history, case)


@settings(max_examples=few(20))
@given(cases())
def test_other_pupils_affairs_do_not_matter(case: Case) -> None:
    other_pupils_affairs_do_not_matter(case)


def a_pupil_of_another_school_does_not_matter(case: Case) -> None:
    """With a calendar given, not even that they are there."""
    declared = {event.name: case.history.complete.kinds.get(event.name) for event in EVENTS}
    history = replace(case.history, complete=replace(case.history.complete, kinds=declared))
    school = history.pupils[case.pupil].school
    alone = {id_: pupil for id_, pupil in history.pupils.items() if pupil.school == school}
    one = result(case.policy, normal(history), case)
    assert one == result(case.policy, normal(replace(history, pupils=alone)), case)


@settings(max_examples=few(20))
@given(cases())
def test_pupils_of_other_schools_do_not_matter(case: Case) -> None:
    a_pupil_of_another_school_does_not_matter(case)


# --- what comes after -------------------------------------------------------------------------


def until(history: History, last: dt.date) -> History:
    """The history without the marks and events dated after a day."""

    def register(given: Register) -> Register:
        rows = [mark for mark in given if mark.date <= last]
        recorded = tuple(mark.recorded_on for mark in rows)
        return Register(
            tuple(mark.slot for mark in rows),
            tuple(mark.code for mark in rows),
            recorded if any(recorded) else None,
        )

    def events(given: tuple[EventRow, ...]) -> tuple[EventRow, ...]:
        return tuple(row for row in given if row.date <= last)

    return normal(
        replace(
            history,
            pupils={
                pupil.id: replace(pupil, register=register(pupil.register), events=events(pupil.events))
                for pupil in history.pupils.values()
            },
            schools={s.id: replace(s, events=events(s.events)) for s in history.schools.values()},
            authorities={a.id: replace(a, events=events(a.events)) for a in history.authorities.values()},
        )
    )


def what_comes_after_does_not_matter(case: Case) -> None:
    """Marks and events after the date change nothing, where it is declared what is complete."""
    kinds = {
        event.name: case.history.complete.kinds.get(event.name) or dt.date(2024, 9, 1) for event in EVENTS
    }
    complete = replace(case.history.complete, marks=dt.date(2024, 9, 1), kinds=kinds)
    history = normal(replace(case.history, complete=complete))
    if not history.calendars:
        return
    assert result(case.policy, until(history, case.on), case) == result(case.policy, history, case)


@settings(max_examples=few(20))
@given(cases())
def test_what_comes_after_does_not_matter(case: Case) -> None:
    what_comes_after_does_not_matter(case)


# --- known on ---------------------------------------------------------------------------------


def known(history: History, last: dt.date) -> History:
    """The history without the rows that were recorded after a day."""

    def facts(given: Facts) -> Facts:
        def was(row: Recorded) -> bool:
            return (row.recorded_on or row.first or dt.date.min) <= last

        return {name: tuple(filter(was, rows)) for name, rows in given.items()}

    def events(given: tuple[EventRow, ...]) -> tuple[EventRow, ...]:
        return tuple(
            replace(row, fields=facts(row.fields)) for row in given if (row.recorded_on or row.date) <= last
        )

    def pupil(given: Pupil) -> Pupil:
        rows = [mark for mark in given.register if (mark.recorded_on or mark.date) <= last]
        recorded = tuple(mark.recorded_on for mark in rows)
        register = Register(
            tuple(mark.slot for mark in rows),
            tuple(mark.code for mark in rows),
            recorded if any(recorded) else None,
        )
        parents = tuple(replace(parent, facts=facts(parent.facts)) for parent in given.parents)
        return replace(
            given, register=register, parents=parents, facts=facts(given.facts), events=events(given.events)
        )

    return normal(
        replace(
            history,
            pupils={one.id: pupil(one) for one in history.pupils.values()},
            schools={
                one.id: replace(one, facts=facts(one.facts), events=events(one.events))
                for one in history.schools.values()
            },
            authorities={
                one.id: replace(one, facts=facts(one.facts), events=events(one.events))
                for one in history.authorities.values()
            },
        )
    )


def known_on_is_what_was_recorded_by_then(case: Case) -> None:
    """To ask what was known on a day is to ask a history in which nothing later was ever written."""
    kinds = {event.name: case.history.complete.kinds.get(event.name) for event in EVENTS}
    history = normal(replace(case.history, complete=replace(case.history.complete, kinds=kinds)))
    then = evaluate(case.policy, history, case.on, case.on, pupil=case.pupil)
    now = evaluate(case.policy, known(history, case.on), case.on, None, pupil=case.pupil)
    assert then.record.result_digest == now.record.result_digest


@settings(max_examples=few(20))
@given(cases())
def test_known_on_is_what_was_recorded_by_then(case: Case) -> None:
    known_on_is_what_was_recorded_by_then(case)
