"""The population evaluator says what the reference says, of generated policies and histories."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.days import over_days, tier_days
from fingerpost.decision import Decision, Recommendation, TierState
from fingerpost.evaluate import Session
from fingerpost.history import EventRow, HalfDay, Register, slot_of
from fingerpost.logic import Truth
from fingerpost.population.block import blocks_of
from fingerpost.population.conditions import tier_truths, truths
from fingerpost.population.decided import BlockDecisions, Recommended
from fingerpost.population.decisions import PART, decide_block
from fingerpost.population.frame import Frame
from fingerpost.subject import Records
from fingerpost_dsl.model.declarations import Step, Subject
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_simulations.scenarios.thresholds import with_thresholds
from tests.strategies import Case, cases, cases_of_versions, few
from tests.stretches import history_of, policy_of, school_days


def conditions_agree(case: Case) -> None:
    """Every condition, said and denied, for every row on every school day; and every tier."""
    policy = case.policy
    records = Records(policy, case.history, case.known_on)
    for block in blocks_of(records, case.history.pupils.values()):
        length = len(block.axis.school_days)
        pupils = Frame.on_school_days(block, policy, length)
        parents, _ = pupils.by_parents()
        asked: list[tuple[str, Condition, Frame]] = [
            (one.name, one.condition, parents if one.subject is Subject.PARENT else pupils)
            for one in policy.conditions.values()
        ]
        asked.extend((tier.name, one, pupils) for tier in policy.tiers.values() for one in tier.when)
        for name, condition, frame in asked:
            for negated in (False, True):
                found = truths(condition, frame, negated=negated)
                for row in range(len(frame)):
                    alone = over_days(condition, length, frame.scope(row), negated=negated)
                    assert found.row(row) == alone, f"{name} ({negated}), row {row}"
        for name in policy.tiers:
            for only in (False, True):
                held = tier_truths(name, pupils, only=only)
                for row in range(len(pupils)):
                    assert held.row(row) == tier_days(name, length, pupils.scope(row), only=only), name


def recommended(one: Recommendation) -> tuple[object, ...]:
    """What a recommendation says but for its reasons and its words."""
    return (
        one.name,
        one.kind,
        one.pathway,
        one.parent,
        one.occasion,
        one.applies,
        one.status,
        one.provisional,
        one.triggered,
        one.triggered_from,
        one.due,
        one.due_unknown,
        one.overdue_count,
        one.done_on,
        tuple((bar.bar, bar.truth) for bar in one.barred_by),
    )


def row_of(one: Recommended) -> tuple[object, ...]:
    """The same of a row of the population evaluator."""
    rule, found = one.rule, one.outcome
    return (
        rule.name,
        "step" if isinstance(rule, Step) else "action",
        rule.pathway if isinstance(rule, Step) else None,
        one.parent,
        one.occasion,
        found.applies,
        found.status,
        found.provisional,
        found.triggered,
        found.triggered_from,
        found.due,
        found.due_unknown,
        found.overdue_count,
        found.done_on,
        found.barred_by,
    )


SIGNS = {Truth.TRUE: "+", Truth.FALSE: "-", Truth.UNKNOWN: "?"}


def clauses_of(one: Recommendation) -> list[tuple[str, str]]:
    """The role and the truth of each clause of a reason."""
    return [((child.role or "").replace(" ", "_"), SIGNS[child.truth]) for child in one.reason.children]


def clauses_in(code: str | None) -> list[tuple[str, str]]:
    """The same out of the code of a reason."""
    assert code is not None
    return [(name[:-1].rstrip("0123456789"), name[-1]) for name in code.split()]


def is_the_same(decision: Decision, found: BlockDecisions, row: int) -> None:
    """One pupil's decision by both."""
    rows = [row_of(one) for one in found.recommended if one.row == row]
    assert rows == [recommended(one) for one in decision.recommendations]
    if found.has_reasons:
        codes = [clauses_in(one.reason) for one in found.recommended if one.row == row]
        assert codes == [clauses_of(one) for one in decision.recommendations]
    tiers = [(one.tier, one.state, one.since) for one in found.in_tiers if one.row == row]
    held = [one for one in decision.tiers if one.state is not TierState.NOT]
    assert tiers == [(one.name, one.state, one.since) for one in held]


def decisions_agree(case: Case, part: int = PART) -> None:
    """Tiers and recommendations of every pupil, in the same order, so many pupils judged together."""
    sessions_agree(Session.open(case.policy, case.history, case.on, case.known_on), part)


def sessions_agree(session: Session, part: int = PART) -> None:
    """The same of whatever a session was opened for."""
    for block in blocks_of(session.records, session.records.history.pupils.values()):
        found = decide_block(block, session.editions, session.on.toordinal(), part=part, reasons=True)
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)


@settings(max_examples=few(25))
@given(cases(rules=False))
def test_conditions_on_every_school_day(case: Case) -> None:
    conditions_agree(case)


@settings(max_examples=few(25))
@given(cases(), st.sampled_from([1, 2, PART]))
def test_decisions(case: Case, part: int) -> None:
    """In parts too: what is remembered of one must hold for the next."""
    decisions_agree(case, part)


@settings(max_examples=few(12))
@given(cases_of_versions())
def test_decisions_over_a_change_of_version(found: tuple[Case, PolicyFamily]) -> None:
    case, family = found
    sessions_agree(Session.open(family, case.history, case.on))


SPANS = """
role school "School"
event letter "Letter"
threshold span "Span" = 2 school days ours "a test"
threshold pause "Pause" = 1 day ours "a test"
action told "Told"
  school must "do it"
  when {clause}
  stands until done
"""


@pytest.mark.parametrize(
    "clause",
    [
        "count of absent in the last span is at least 3 sessions",
        "count of whole days of present in the last span is at most 0 school days",
        "share of absent in the last span is at least 40%",
        "longest run of absent in sessions in the last span is at least 2 sessions",
        "weeks with at least 3 sessions of absent in the last span is at least 1 school week",
        "most absent in any 2 school weeks in the last span is at least 3 sessions",
        "days since latest letter is more than pause",
        "letter in the last span",
    ],
)
def test_versions_made_of_the_very_same_conditions(clause: str) -> None:
    """Other thresholds make something else of them, before the change and after it."""
    days = school_days(40)
    slots = [slot_of(day, half) for day in days for half in HalfDay]
    codes = [
        "O" if place % 4 == 3 or place in (30, 50) else ("/", "\\")[place % 2] for place in range(len(slots))
    ]
    history = history_of([Register(tuple(slots), tuple(codes))], days)
    pupils = {
        name: replace(
            pupil, events=(EventRow(event="letter", date=days[3]), EventRow(event="letter", date=days[20]))
        )
        for name, pupil in history.pupils.items()
    }
    history = replace(history, pupils=pupils)
    short = policy_of(SPANS.format(clause=clause))
    wide = with_thresholds(short, {"span": "12 school days", "pause": "15 days"})
    for changed in (days[10], days[25]):
        for before, after in ((short, wide), (wide, short)):
            until = replace(before.header, in_force_until=changed - dt.timedelta(days=1))
            since = replace(after.header, in_force_from=changed)
            versions = replace(before, header=until), replace(after, header=since)
            family = PolicyFamily(id=before.header.id.id, versions=versions)
            sessions_agree(Session.open(family, history, days[-1]))
