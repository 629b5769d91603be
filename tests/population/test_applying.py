"""What applies on one date, judged for all pupils together, is what the reference says of each."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.conditions import reason_at
from fingerpost.decision import TierState
from fingerpost.evaluate import Session
from fingerpost.history import (
    CalendarData,
    Completeness,
    EventRow,
    HalfDay,
    History,
    Pupil,
    Register,
    School,
    Stay,
    Term,
    slot_of,
)
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.population.applying import Applying, RuleOnDate, applying
from fingerpost.population.block import Block, blocks_of
from fingerpost.population.decisions import decide_block, spoken_of
from fingerpost.population.on_date import OnDate
from fingerpost.population.rules import Judging
from fingerpost.questions import only_history_start
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from tests.population.test_equal import is_the_same
from tests.strategies import Case, cases, few
from tests.stretches import FIRST, histories, policy_of, registers, school_days

TRUTHS = (Truth.FALSE, Truth.TRUE, Truth.UNKNOWN)

Row = tuple[str, str | None, object, Truth, tuple[tuple[str, Truth], ...]]
"""A rule's name, of which parent and occasion, whether it applies, and the truth of its bars."""


def said_of(rows: RuleOnDate, block: Block, pupil: int) -> list[Row]:
    """What is said of one rule and pupil."""
    found: list[Row] = []
    for place in (rows.pupils == pupil).nonzero()[0].tolist():
        parent = None if rows.parents is None else block.parent_id(pupil, int(rows.parents[place]))
        occasion = None if rows.occasions is None else rows.occurrences[int(rows.occasions[place])]
        bars = ((bar.name, TRUTHS[int(truths[place])]) for bar, truths in rows.barred)
        held = tuple(bar for bar in bars if bar[1] is not Truth.FALSE)
        found.append((rows.rule.name, parent, occasion, TRUTHS[int(rows.truths[place])], held))
    return found


def by_reference(judgement: Judgement) -> list[Row]:
    """The same, by the reference."""
    found: list[Row] = []
    policy = judgement.editions.current.policy
    for rule in policy.rules():
        if spoken_of(rule, policy)[0] not in (Subject.PUPIL, Subject.PARENT):
            continue
        for judged in judgement.rule(rule):
            if judged.truth is Truth.FALSE or (
                judged.truth is Truth.UNKNOWN and only_history_start(judged.reason)
            ):
                continue
            scope = judged.instance.scope
            bars = [bar for bar in policy.bars.values() if rule.name in bar.stops]
            reasons = ((bar.name, judgement.bar_reason(bar, scope, judgement.ordinal).truth) for bar in bars)
            held = tuple(bar for bar in reasons if bar[1] is not Truth.FALSE)
            found.append((rule.name, scope.parent, scope.occasion, judged.truth, held))
    return found


def both_agree(policy: Policy, history: History, on: dt.date, known_on: dt.date | None = None) -> None:
    """Tiers, rules and bars of every pupil, in the same order."""
    session = Session.open(policy, history, on, known_on)
    for block in blocks_of(session.records, history.pupils.values()):
        found = applying(block, session.editions, on.toordinal())
        for row, pupil in enumerate(block.pupils):
            judgement = Judgement(session.editions, session.records.view(pupil), on.toordinal())
            said = [one for rule in found.rules for one in said_of(rule, block, row)]
            assert said == by_reference(judgement)
            tiers = session.decide(pupil).tiers
            held = [(one.name, one.state) for one in tiers if one.state is not TierState.NOT]
            assert tiers_of(found, row) == held


def tiers_of(found: Applying, row: int) -> list[tuple[str, object]]:
    """The tiers of one pupil."""
    return [(one.tier, one.state) for rows in found.tiers for one in rows.rows() if one.row == row]


@settings(max_examples=few(25))
@given(cases())
def test_what_applies(case: Case) -> None:
    both_agree(case.policy, case.history, case.on, case.known_on)


@settings(max_examples=few(25))
@given(cases(rules=False))
def test_conditions_on_the_date(case: Case) -> None:
    """Every condition about pupils, said and denied."""
    session = Session.open(case.policy, case.history, case.on, case.known_on)
    policy = session.editions.current.policy
    for block in blocks_of(session.records, case.history.pupils.values()):
        judging = Judging(block, session.editions, case.on.toordinal())
        frame = judging.on_date(policy)
        on_date = OnDate(frame)
        for one in policy.conditions.values():
            if one.subject is not Subject.PUPIL:
                continue
            for negated in (False, True):
                found = on_date.of(one.condition, negated=negated).numbers()
                for row in range(len(frame)):
                    reason = reason_at(one.condition, judging.ordinal, frame.scope(row), negated=negated)
                    assert TRUTHS[int(found[row])] is reason.truth, f"{one.name} ({negated}), row {row}"


MANY = """
role school "School"
event notice "Notice"

measure since_notice "since the notice" = count of absent since latest notice
measure share_since "share since" = share of absent since latest notice
measure of_late "of late" = count of absent in the last 10 school days, while compulsory_school_age

action enough "Enough"
  school must "do it"
  when since_notice is at least 2 sessions

action often "Often"
  school must "do it"
  when share_since is at least 10%
  unless of_late is 3 sessions
"""


def pupils_apart(chance: np.random.Generator) -> History:
    """Pupils nearly each of whom had a notice on a date of his own, in no order, some with missing marks."""
    days, births = school_days(40), (dt.date(2012, 3, 1), dt.date(2008, 7, 1), None)
    pupils = {}
    for number in range(24):
        marks = []
        for day in days:
            for half, present in zip(HalfDay, "/\\", strict=True):
                code = str(chance.choice([present] * 6 + ["I", "O"]))
                marks.append((slot_of(day, half), code))
        kept = [one for one in marks if chance.integers(30)]
        date = FIRST + dt.timedelta(days=int(chance.integers(45)))
        events = (EventRow(event="notice", date=date),) if chance.integers(8) else ()
        pupils[f"P{number:02}"] = Pupil(
            id=f"P{number:02}",
            school="A",
            on_roll=(Stay(first=FIRST),),
            date_of_birth=births[int(chance.integers(3))],
            register=Register(tuple(slot for slot, _ in kept), tuple(code for _, code in kept)),
            events=events,
        )
    return History(
        pupils=pupils,
        schools={"A": School(id="A")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=days[-1]),))},
        complete=Completeness(marks=FIRST, events=FIRST),
    )


@settings(max_examples=few(10))
@given(st.integers(0, 2**32))
def test_pupils_whose_windows_all_differ(seed: int) -> None:
    """Small groups are counted together, on the date and on every school day, and put in their places."""
    policy, history = policy_of(MANY), pupils_apart(np.random.default_rng(seed))
    on = school_days(40)[-1]
    both_agree(policy, history, on)
    every_day_agrees(policy, history, on)


def every_day_agrees(policy: Policy, history: History, on: dt.date) -> None:
    """All that is decided of every pupil, with triggers and reasons."""
    session = Session.open(policy, history, on)
    for block in blocks_of(session.records, history.pupils.values()):
        found = decide_block(block, session.editions, on.toordinal(), reasons=True)
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)


DAYS = school_days(30)


def with_rules_when(conditions: list[str]) -> Policy:
    """A policy with a rule for each condition."""
    rules = [
        f'action look_{number} "Look" school should "look" when {said}'
        for number, said in enumerate(conditions)
    ]
    return policy_of("\n".join(['role school "School"', *rules]))


SAME_MARKS = [
    f"{value} {window} is at least {least}{unit}"
    for window in ("in this term", "in the last 2 school weeks")
    for value, least, unit in (
        ("count of unauthorised", 4, " sessions"),
        ("count of whole days of unauthorised", 4, " school days"),
        ("current run of unauthorised in sessions", 4, " sessions"),
        ("current run of unauthorised in school days", 4, " school days"),
        ("longest run of unauthorised in sessions", 4, " sessions"),
        ("longest run of unauthorised in school days", 4, " school days"),
        ("share of unauthorised", 20, "%"),
    )
]
AWAY = registers(DAYS, ["O", "O", "I", "X", None], stretches=4, longest=12)


@settings(max_examples=few(12))
@given(histories(DAYS, st.lists(AWAY, min_size=2, max_size=6)))
def test_values_of_the_same_marks_and_window_are_kept_apart(history: History) -> None:
    """What breaks a run that is not over says nothing of the longest one, nor of whole days."""
    policy = with_rules_when(SAME_MARKS)
    both_agree(policy, history, DAYS[-1])
    every_day_agrees(policy, history, DAYS[-1])


WHOLE_DAYS = [
    f"count of whole days of {marks}{on} {window} {asked}"
    for marks in ("unauthorised", "present", "absent")
    for window, on in (
        ("in this term", ""),
        ("in the last 2 school weeks", ""),
        ("in this term", " on Mondays"),
    )
    for asked in (
        "is at least 2 school days",
        "is at most 1 school day",
        "is 3 school days",
        "is not 0 school days",
    )
]


@settings(max_examples=few(20))
@given(histories(DAYS, st.lists(AWAY, min_size=2, max_size=6)))
def test_whole_days_are_counted_as_the_reference_counts_them(history: History) -> None:
    """Days of one session, of missing marks, and of marks that are no possible session among them."""
    both_agree(with_rules_when(WHOLE_DAYS), history, DAYS[-1])
