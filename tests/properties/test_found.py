"""What the properties found, each once more as the smallest example of it."""

from __future__ import annotations

import datetime as dt

import pytest

from fingerpost.changes import MoreSessions
from fingerpost.conditions import truth_at
from fingerpost.evaluate import Session
from fingerpost.explain import explain
from fingerpost.history import (
    CalendarData,
    Completeness,
    EventRow,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    Term,
)
from fingerpost.logic import Truth
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Subject
from tests.generate.words import HEADER, VOCABULARY
from tests.strategies import load

MONDAY = dt.date(2024, 9, 9)
LONG_AGO = dt.date(2020, 9, 1)
TERM = Term(name="Autumn", first=MONDAY, last=dt.date(2024, 12, 20))
UNBROKEN = 'occasion unbroken "Unbroken" = run of unauthorised of at least 2 sessions'


def marked(codes: str, first: dt.date = MONDAY) -> Register:
    """One code a session from a Monday on, five days a week."""
    slots = [
        (first.toordinal() + 7 * (n // 10) + n % 10 // 2) * 2 + n % 2
        for n, code in enumerate(codes)
        if code != "-"
    ]
    return Register(tuple(slots), tuple(code for code in codes if code != "-"))


def history(*pupils: Pupil, terms: bool = True) -> History:
    """Pupils of one school with one term, everything complete since long ago."""
    complete = Completeness(marks=LONG_AGO, events=LONG_AGO, kinds={"notice": None, "plan": None})
    calendars = {"": CalendarData(terms=(TERM,))} if terms else {}
    return History(pupils={pupil.id: pupil for pupil in pupils}, calendars=calendars, complete=complete)


def bounds(found: Measured) -> tuple[int | None, int | None]:
    """The least and the greatest value, which must be whole."""
    return tuple(None if end is None else int(end) for end in (found.lowest, found.highest))  # type: ignore[return-value]  # two of them


def measured(text: str, given: History, on: dt.date) -> Measured:
    """A measure of the first pupil, for the first parent if it is for each."""
    policy = load([HEADER, VOCABULARY, UNBROKEN, f'measure asked "Asked" = {text}'])
    scope = scope_of(policy_scope=Session.open(policy, given, on), given=given)
    measure = policy.measures["asked"]
    parent = "A" if measure.subject is Subject.PARENT else None
    return measure_at(measure, on.toordinal(), Scope(policy=policy, view=scope.view, parent=parent))


def scope_of(policy_scope: Session, given: History) -> Scope:
    """The scope of the first pupil."""
    view = policy_scope.records.view(next(iter(given.pupils.values())))
    return Scope(policy=policy_scope.editions.current.policy, view=view)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("weeks with absent in this term", 3),
        ("count of whole days of absent in this term", 3),
        ("longest run of absent in sessions in this term", 5),
        ("lowest of (count of absent in this term; 4 sessions)", 4),
        ("count of absent in this term + 1 session", 8),
    ],
)
def test_every_measure_over_marks_has_a_figure_for_the_school(measure: str, expected: int) -> None:
    """Counts, runs and weeks are added up over the pupils; arithmetic is done with the sums."""
    policy = load(
        [
            HEADER,
            VOCABULARY,
            UNBROKEN,
            f'measure own "Own" = {measure}',
            'measure pooled "Pooled" = own of its school',
        ]
    )
    given = history(
        Pupil(id="P1", register=marked("OOO///////" + "OO////////")),
        Pupil(id="P2", register=marked("//////////" + "//II//////")),
    )
    on = MONDAY + dt.timedelta(days=11)
    scope = scope_of(Session.open(policy, given, on), given)
    found = measure_at(policy.measures["pooled"], on.toordinal(), scope)
    assert bounds(found) == (expected, expected)


def test_the_latest_occasion_is_one() -> None:
    """`count of latest unbroken` is one at most, and none where the latest lies outside the window."""
    given = history(Pupil(id="P1", register=marked("OO//OO////")))
    friday = MONDAY + dt.timedelta(days=4)
    assert measured("count of latest unbroken in this term", given, friday).highest == 1
    assert measured("count of latest unbroken from 2024-09-09 to 2024-09-10", given, friday).highest == 0
    assert measured("count of first unbroken from 2024-09-09 to 2024-09-10", given, friday).lowest == 1


def test_the_most_in_any_term_is_unknown_without_terms() -> None:
    given = history(Pupil(id="P1", register=marked("OO//OO////")), terms=False)
    found = measured("most absent in any 2 terms in this academic year", given, MONDAY)
    assert bounds(found) == (0, None)


def test_the_half_terms_after_an_event_are_unknown_without_terms() -> None:
    letter = EventRow(event="letter", date=MONDAY)
    given = history(Pupil(id="P1", register=marked("OO//OO////"), events=(letter,)), terms=False)
    found = measured("count of absent in the 2 half terms after letter", given, MONDAY)
    assert not found.exact


def test_what_may_lie_outside_a_window_may_not_break_a_run() -> None:
    """Tuesday is present; whether the fact held on it is unknown, so that the run is of two days or one."""
    rows = (
        Recorded(value=True, first=MONDAY, last=MONDAY),
        Recorded(value=True, first=MONDAY + dt.timedelta(days=2)),
    )
    given = history(Pupil(id="P1", register=marked("OO//OO----"), facts={"flag": rows}))
    found = measured("longest run of absent in sessions while flag", given, MONDAY + dt.timedelta(days=2))
    assert found.lowest == 2
    assert found.highest is None or found.highest == 4


def test_a_share_that_may_be_of_nothing_is_unknown() -> None:
    """All absent; whether any session counts hangs on a fact: all of them, or no share at all."""
    stay = Recorded(value=None)
    given = history(Pupil(id="P1", register=marked("OOOO"), facts={"flag": (stay,)}))
    policy = load(
        [HEADER, VOCABULARY, UNBROKEN, 'condition c "C" = share of absent while flag is at least 1%']
    )
    scope = scope_of(Session.open(policy, given, MONDAY), given)
    assert truth_at(policy.conditions["c"].condition, MONDAY.toordinal(), scope) is Truth.UNKNOWN


def test_sessions_of_a_notice_whose_outcome_is_unknown_may_have_been_used_up() -> None:
    register = marked("OOOO//////")
    notice = EventRow(
        event="notice", date=MONDAY + dt.timedelta(days=3), parent="A", relies_on=register.slots[:2]
    )
    pupil = Pupil(id="P1", register=register, parents=(Parent(id="A"),), events=(notice,))
    text = "count of absent in this term, not relied on by notice where outcome is not paid for each parent"
    found = measured(text, history(pupil), MONDAY + dt.timedelta(days=4))
    assert bounds(found) == (2, 4)


def test_the_latest_of_two_dates() -> None:
    given = history(Pupil(id="P1", register=marked("OO"), facts={"started": (Recorded(value=MONDAY),)}))
    assert measured("highest of (started; 1 September 2024)", given, MONDAY).plain == MONDAY
    assert measured("lowest of (started; 1 September 2024)", given, MONDAY).plain == dt.date(2024, 9, 1)


def test_what_may_be_divided_by_nothing_is_unknown() -> None:
    given = history(Pupil(id="P1", register=marked("--//")))
    text = "count of unauthorised on Fridays / count of absent on Mondays"
    found = measured(text, given, MONDAY + dt.timedelta(days=1))
    assert bounds(found) == (None, None)
    assert found.applicable


@pytest.mark.parametrize("known_on", [None, MONDAY + dt.timedelta(days=2)])
def test_coming_sessions_are_found_whatever_was_known_when(known_on: dt.date | None) -> None:
    """What would change it is about what is to come, also where it is asked what was known on a day."""
    policy = load(
        [
            HEADER,
            VOCABULARY,
            UNBROKEN,
            'action a "A" school should "help" when (count of absent in this term) is at least 2 sessions',
        ]
    )
    given = history(Pupil(id="P1", register=marked("O/////")))
    found = explain(policy, given, MONDAY + dt.timedelta(days=2), known_on, pupil="P1", rules=["a"])
    (change,) = found.not_now[0].changes
    assert isinstance(change, MoreSessions)
    assert change.number == 1
