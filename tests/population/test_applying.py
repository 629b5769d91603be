"""What applies on one date, judged for all pupils together, is what the reference says of each."""

from __future__ import annotations

from hypothesis import given, settings

from fingerpost.evaluate import Session
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.population.applying import Applying, RuleOnDate, applying
from fingerpost.population.block import Block, blocks_of
from fingerpost.population.decided import STATES
from fingerpost.population.frame import Across
from fingerpost.population.on_date import OnDate
from fingerpost.population.rules import Judging
from fingerpost.questions import only_history_start
from fingerpost.conditions import reason_at
from fingerpost_dsl.model.declarations import Subject
from fingerpost.population.decisions import spoken_of
from tests.strategies import Case, cases, few

TRUTHS = (Truth.FALSE, Truth.TRUE, Truth.UNKNOWN)

Row = tuple[str, str | None, object, Truth, tuple[tuple[str, Truth], ...]]
"""A rule's name, of which parent and occasion, whether it applies, and the truth of its bars."""


def said_of(rows: RuleOnDate, block: Block, pupil: int) -> list[Row]:
    """What is said of one rule and pupil."""
    found: list[Row] = []
    for place in (rows.pupils == pupil).nonzero()[0].tolist():
        parent = None if rows.parents is None else block.parent_id(pupil, int(rows.parents[place]))
        occasion = None if rows.occasions is None else rows.occurrences[int(rows.occasions[place])]
        bars = tuple((bar.name, TRUTHS[int(truths[place])]) for bar, truths in rows.barred)
        truth = TRUTHS[int(rows.truths[place])]
        found.append((rows.rule.name, parent, occasion, truth, tuple(bar for bar in bars if bar[1] is not Truth.FALSE)))
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


def both_agree(case: Case, *, across: Across | None = None) -> None:
    """Tiers, rules and bars of every pupil, in the same order."""
    session = Session.open(case.policy, case.history, case.on, case.known_on)
    for block in blocks_of(session.records, case.history.pupils.values()):
        found = applying(block, session.editions, case.on.toordinal())
        for row, pupil in enumerate(block.pupils):
            judgement = Judgement(session.editions, session.records.view(pupil), case.on.toordinal())
            said = [one for rule in found.rules for one in said_of(rule, block, row)]
            assert said == by_reference(judgement)
            assert tiers_of(found, row) == [
                (state.name, state.state) for state in session.decide(pupil).tiers if state.state is not STATES[0]
            ]


def tiers_of(found: Applying, row: int) -> list[tuple[str, object]]:
    """The tiers of one pupil."""
    return [
        (one.tier, one.state) for rows in found.tiers for one in rows.rows() if one.row == row
    ]


@settings(max_examples=few(25))
@given(cases())
def test_what_applies(case: Case) -> None:
    both_agree(case)


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
