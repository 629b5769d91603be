"""Ourselves: the whole national policy by the reference evaluator, on a sample."""

from __future__ import annotations

from benchmarks.population.data import Batch
from benchmarks.population.histories import history_of
from benchmarks.population.peers.in_national import TITLE, Said, national, row, told
from benchmarks.population.peers.in_reference import SAMPLE, State, decisions
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import Answers
from fingerpost.decision import Decision, TierState
from fingerpost.evaluate import Session


def load(batch: Batch) -> State:
    """The first pupils of a batch as a history."""
    session = Session.open(national(), history_of([batch], SAMPLE), batch.calendar.on)
    return session, [batch.pupil_id(row) for row in range(min(SAMPLE, len(batch)))]


def one_date(state: State) -> list[Decision]:
    """Decisions with every reason."""
    return list(decisions(state))


def answers(_: State, found: list[Decision]) -> Answers:
    """A number for all that is said of each pupil."""
    return told(map(_said, found))


def _said(decision: Decision) -> Said:
    """What is recommended, and which tiers hold or may."""
    rules = [row(one.name, one.parent, one.occasion, one) for one in decision.recommendations]
    held = [one for one in decision.tiers if one.state is not TierState.NOT]
    return rules, [(one.name, one.state, one.since) for one in held]


PEER = Peer(
    title="Fingerpost, reference with reasons",
    needs=(),
    start="from benchmarks.population.peers import in_national; in_national.national()",
    load=load,
    one_date=one_date,
    answers=answers,
    asks=TITLE,
    sample=SAMPLE,
)
