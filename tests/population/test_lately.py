"""Who is looked at on no school day, since nothing of late can be listed; never is it one too many."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.evaluate import Session
from fingerpost.history import EventRow, HalfDay, History, Parent, Register, slot_of
from fingerpost.population.block import blocks_of
from fingerpost.population.decisions import decide_block
from fingerpost.population.lately import count_at_once
from fingerpost.population.rules import Judging, may_be_listed
from fingerpost.status import LISTED_AFTER_LAPSE
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.hillview import SEED, hillview
from tests.population.test_applying import both_agree, every_day_agrees
from tests.shipped import shipped
from tests.strategies import few
from tests.stretches import histories, history_of, policy_of, registers, school_days

DAYS = school_days(42)
"""Enough of them that some are before all that is listed."""

LINES = [
    f"{value}{window} is {compared} {least}{unit}"
    for window in ("", " in this term", " in the last 5 school days", " in the last 2 school weeks")
    for value, least, unit in (
        ("count of unauthorised", 3, " sessions"),
        ("count of whole days of unauthorised", 2, " school days"),
        ("current run of unauthorised in sessions", 3, " sessions"),
        ("longest run of unauthorised in school days", 2, " school days"),
        ("share of unauthorised", 20, "%"),
    )
    for compared in ("at least", "more than")
]
OTHERS = [
    "count of unauthorised in the last 5 school days, while compulsory_school_age is at least 3 sessions",
    "share of unauthorised in this term, while compulsory_school_age is at least 20%",
    "count of unauthorised on Mondays in this term is at least 2 sessions",
    "share of unauthorised on Mondays in this term is at least 20%",
    "count of unauthorised since latest notice is at least 2 sessions",
    "count of unauthorised in this term is less than 3 sessions",
    "in tier often and longest run of unauthorised in sessions in this term is at least 4 sessions",
    "in tier often or notice in the last 5 school days",
    "not in tier often and count of absent in the last 5 school days is at least 1 session",
]
TIER = """
role school "School"
event notice "Notice"
event spoken "Spoken"
tier often "Often" when share of unauthorised in this term is at least 20%
"""
STANDING = ("should", "should, until it is done", "may")


def policy(conditions: list[str]) -> Policy:
    """A rule for each condition and each way in which rules may stand."""
    rules = []
    for number, said in enumerate(conditions):
        for way, standing in enumerate(STANDING):
            verb, _, until = standing.partition(",")
            rules.append(f'action look_{number}_{way} "Look" school {verb} "look" when {said}')
            if until:
                rules.append("  stands until done\n  done when spoken")
    return policy_of("\n".join([TIER, *rules]))


AWAY = registers(DAYS, ["O", "O", "I", "X", None], stretches=4, longest=12)


@st.composite
def with_events(draw: st.DrawFn) -> History:
    """Pupils of whom some had a notice, or the thing done."""
    history = draw(histories(DAYS, st.lists(AWAY, min_size=2, max_size=6)))
    pupils = {}
    for name, pupil in history.pupils.items():
        dated = draw(
            st.lists(st.tuples(st.sampled_from(["notice", "spoken"]), st.sampled_from(DAYS)), max_size=2)
        )
        born = draw(st.sampled_from([None, dt.date(2012, 3, 1), dt.date(2008, 7, 1)]))
        rows = tuple(EventRow(event=event, date=date) for event, date in dated)
        pupils[name] = replace(pupil, events=rows, date_of_birth=born)
    return replace(history, pupils=pupils)


@settings(max_examples=few(20))
@given(
    with_events(),
    st.sampled_from([*DAYS[-16:], DAYS[-1] + dt.timedelta(days=2)]),
    st.lists(st.sampled_from([*LINES, *OTHERS]), min_size=10, max_size=10, unique=True),
)
def test_all_that_is_listed_is_listed(history: History, on: dt.date, conditions: list[str]) -> None:
    """Of any rules on any date: what lapsed of late, what is owed from long before, what began before."""
    every_day_agrees(policy(conditions), history, on)


def away_on(day: dt.date) -> History:
    """A pupil away without leave all of one day, and present on all others."""
    slots = [slot_of(one, half) for one in DAYS for half in HalfDay]
    codes = ["O" if slot // 2 == day.toordinal() else "/\\"[slot % 2] for slot in slots]
    return history_of([Register(tuple(slots), tuple(codes))], DAYS)


def test_sessions_of_other_weekdays_make_a_share_no_smaller() -> None:
    """Away on the latest of six Mondays."""
    monday = max(day for day in DAYS if not day.weekday())
    asked = policy(["share of unauthorised on Mondays in this term is at least 16%"])
    every_day_agrees(asked, away_on(monday), DAYS[-1])


@pytest.mark.parametrize("ago", [0, LISTED_AFTER_LAPSE, LISTED_AFTER_LAPSE + 1])
@pytest.mark.parametrize(
    "condition",
    [
        "count of unauthorised in the last 1 school day is at least 2 sessions",
        "count of whole days of unauthorised in the last 1 school day is at least 1 school day",
        "current run of unauthorised in sessions in the last 1 school day is at least 2 sessions",
        "longest run of unauthorised in school days in the last 1 school day is at least 1 school day",
        "share of unauthorised in this term is at least {share}%",
    ],
)
def test_nobody_is_looked_at_of_whom_too_long_ago(condition: str, ago: int) -> None:
    """Away all of one school day, so many school days ago, and present on all others."""
    day, share = DAYS[-1 - ago], {0: "3.3", 10: "5", 11: "5.1"}[ago]  # reached on no other day
    history = away_on(day)
    asked = policy([condition.format(share=share)])
    session = Session.open(asked, history, DAYS[-1])
    (block,) = blocks_of(session.records, history.pupils.values())
    judging = Judging(block, session.editions, DAYS[-1].toordinal())
    frame = judging.on_school_days(asked)
    count_at_once(frame, frame.length - 1 - LISTED_AFTER_LAPSE)
    flags = {rule.name: may_be_listed(rule, judging, frame) for rule in asked.rules()}
    found = {rows.rule.name: rows for rows in decide_block(block, session.editions, judging.ordinal).rules}
    is_late = ago > LISTED_AFTER_LAPSE
    # what may be done is listed while it applies, what should be for some days more, what is owed for good
    assert [name in found for name in flags] == [not is_late, True, ago == 0]
    assert [None if one is None else one.tolist() for one in flags.values()] == [
        [False] if is_late else None,
        None,
        [False] if is_late else None,
    ]
    every_day_agrees(asked, history, DAYS[-1])


@pytest.mark.parametrize("code", ["O", None])
def test_a_run_may_have_begun_before_the_record(code: str | None) -> None:
    """Nothing has broken it: nobody knows whether it is long enough, and it is listed."""
    slots = [slot_of(one, half) for one in DAYS for half in HalfDay]
    marked = slots[:-1] if code is None else slots  # the latest session is not marked yet
    history = history_of([Register(tuple(marked), ("O",) * len(marked))], DAYS)
    asked = policy(["current run of unauthorised in sessions is at least 500 sessions"])
    session = Session.open(asked, history, DAYS[-1])
    (block,) = blocks_of(session.records, history.pupils.values())
    assert len(decide_block(block, session.editions, DAYS[-1].toordinal()).rules) == len(STANDING)
    every_day_agrees(asked, history, DAYS[-1])


@pytest.mark.parametrize("compared", ["at least", "more than"])
@pytest.mark.parametrize("window", [" in this term", " in the last 5 school days"])
@pytest.mark.parametrize("code", ["X", "D"])
def test_of_no_possible_session_there_is_no_share(code: str, window: str, compared: str) -> None:
    """So it reaches no line, nor may it: nothing is listed."""
    slots = [slot_of(one, half) for one in DAYS for half in HalfDay]
    history = history_of([Register(tuple(slots), (code,) * len(slots))], DAYS)
    asked = policy([f"share of unauthorised{window} is {compared} 20%"])
    session = Session.open(asked, history, DAYS[-1])
    (block,) = blocks_of(session.records, history.pupils.values())
    assert not decide_block(block, session.editions, DAYS[-1].toordinal()).rules
    every_day_agrees(asked, history, DAYS[-1])


def test_a_share_in_a_window_of_open_length_is_unknown() -> None:
    """However few the marks are: nobody is left out, and the rule is listed for what is not known."""
    asked = policy_of(
        f"""{TIER}
threshold so_long "Left to the council" in school weeks
  open
  ours "a test"
action look "Look"
  school should "look"
  when share of unauthorised in the last so_long is more than 20%
"""
    )
    history = away_on(DAYS[0])
    session = Session.open(asked, history, DAYS[-1])
    (block,) = blocks_of(session.records, history.pupils.values())
    assert len(decide_block(block, session.editions, DAYS[-1].toordinal()).rules) == 1
    every_day_agrees(asked, history, DAYS[-1])


def test_most_are_not_looked_at() -> None:
    """At a school, by the national policy: so that equal results are no matter of course."""
    history = hillview(SEED, per_year=8)
    on = dt.date(2025, 3, 14)
    session = Session.open(shipped("england"), history, on)
    (block,) = blocks_of(session.records, history.pupils.values())
    judging = Judging(block, session.editions, on.toordinal())
    national = session.editions.current.policy
    frame = judging.on_school_days(national)
    count_at_once(frame, frame.length - 1 - LISTED_AFTER_LAPSE)
    listed = {rows.rule.name: rows for rows in decide_block(block, session.editions, judging.ordinal).rules}
    left_out = 0
    for rule in national.rules():
        flags = may_be_listed(rule, judging, frame) if rule.subject is Subject.PUPIL else None
        if flags is not None:
            assert rule.name not in listed or flags[listed[rule.name].pupils].all(), rule.name
            left_out += int((~flags).sum())
    assert left_out > 40 * len(frame)


# --- on one date ------------------------------------------------------------------------------------

RELIED_ON = """
role school "School"
event notice "Notice" for each parent relies on marks
measure of_late "Of late"
  = count of unauthorised in the last 2 school weeks, not relied on by notice
  for each parent

action look "Look"
  school must "look"
  when any parent has (of_late is at least 3 sessions)

action look_at_each "Look at each"
  school must "look"
  for each parent
  when of_late is more than 2 sessions
"""
PARENTS = (Parent(id="Q-0"), Parent(id="Q-1"))


@pytest.mark.parametrize("on", [DAYS[-1], DAYS[-1] + dt.timedelta(days=1)])
@pytest.mark.parametrize("missing", [0, 1])
@pytest.mark.parametrize("away", [2, 3, 4])
def test_nobody_is_passed_over_who_may_reach_a_line_on_the_date(away: int, missing: int, on: dt.date) -> None:
    """With a notice on record, of one parent, that relies on other sessions; so many of late, and before."""
    slots = [slot_of(day, half) for day in DAYS for half in HalfDay]
    codes: list[str | None] = ["/\\"[slot % 2] for slot in slots]
    codes[:8] = ["O"] * 8
    for place in range(away):
        codes[-4 - 2 * place] = "O"
    for place in range(missing):
        codes[-3 - 2 * place] = None
    kept = [(slot, code) for slot, code in zip(slots, codes, strict=True) if code is not None]
    register = Register(tuple(slot for slot, _ in kept), tuple(code for _, code in kept))
    history = history_of([register, register], DAYS)
    notice = EventRow(event="notice", date=DAYS[5], parent="Q-0", relies_on=tuple(slots[:8]))
    pupils = {
        name: replace(pupil, parents=PARENTS, events=(notice,) * (not place))
        for place, (name, pupil) in enumerate(history.pupils.items())
    }
    both_agree(policy_of(RELIED_ON), replace(history, pupils=pupils), on)
