"""Ourselves: what of the national policy applies on one date, by the reference evaluator, on a sample."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.population.peers import in_national_reference
from benchmarks.population.peers.in_applying import TITLE
from benchmarks.population.peers.in_national import told
from benchmarks.population.peers.in_reference import State
from benchmarks.population.questions import Answers
from fingerpost.decision import TierState
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.population.decisions import spoken_of
from fingerpost.questions import only_history_start
from fingerpost_dsl.model.declarations import Subject

NUMBERS = {Truth.FALSE: 0, Truth.TRUE: 1, Truth.UNKNOWN: 2}


def one_date(state: State) -> list[Judgement]:
    """Every rule judged, with its reason."""
    session, pupils = state
    history = session.records.history
    views = (session.records.view(history.pupils[pupil]) for pupil in pupils)
    judgements = [Judgement(session.editions, view, session.on.toordinal()) for view in views]
    for judgement in judgements:
        _said(judgement)
    return judgements


def _said(judgement: Judgement) -> list[object]:
    """What `in_applying` says of a pupil."""
    found: list[object] = []
    policy = judgement.editions.current.policy
    for rule in policy.rules():
        if spoken_of(rule, policy)[0] not in (Subject.PUPIL, Subject.PARENT):
            continue
        bars = [bar for bar in policy.bars.values() if rule.name in bar.stops]
        for judged in judgement.rule(rule):
            if judged.truth is Truth.FALSE:
                continue
            if judged.truth is Truth.UNKNOWN and only_history_start(judged.reason):
                continue
            scope = judged.instance.scope
            reasons = ((bar, judgement.bar_reason(bar, scope, judgement.ordinal).truth) for bar in bars)
            held = tuple((bar.name, NUMBERS[truth]) for bar, truth in reasons if truth is not Truth.FALSE)
            start = None if scope.occasion is None else scope.occasion.first_slot
            found.append((rule.name, scope.parent, start, NUMBERS[judged.truth], held))
    return found


def answers(state: State, found: list[Judgement]) -> Answers:
    """A number for all that is said of each pupil."""
    session, pupils = state
    history = session.records.history
    tiers = (session.decide(history.pupils[pupil]).tiers for pupil in pupils)
    held = ([(one.name, one.state) for one in of if one.state is not TierState.NOT] for of in tiers)
    return told(zip(map(_said, found), held, strict=True))


PEER = replace(in_national_reference.PEER, one_date=one_date, answers=answers, asks=TITLE)
