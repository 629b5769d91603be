"""The reference evaluator on a sample: one pupil at a time, with every reason."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.population.data import Batch
from benchmarks.population.histories import history_of
from benchmarks.population.peers.in_planes import policy
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import MEASURES, RULES, Answers
from fingerpost.decision import Decision
from fingerpost.evaluate import Session
from fingerpost.logic import Truth

SAMPLE = 200

State = tuple[Session, list[str]]


def load(batch: Batch) -> State:
    """The first pupils of a batch as a history."""
    session = Session.open(policy(), history_of([batch], SAMPLE), batch.calendar.on)
    return session, [batch.pupil_id(row) for row in range(min(SAMPLE, len(batch)))]


def decisions(state: State) -> Iterator[Decision]:
    """The decision for each pupil of the sample."""
    session, pupils = state
    return (session.decide(session.records.history.pupils[pupil]) for pupil in pupils)


def one_date(state: State) -> Answers:
    """Which actions apply, or may."""
    applies, may_apply = [], []
    for decision in decisions(state):
        truths = {one.name: one.applies for one in decision.recommendations}
        certain = possible = 0
        for at, rule in enumerate(RULES):
            truth = truths.get(rule.name, Truth.FALSE)
            certain |= (truth is Truth.TRUE) << at
            possible |= (truth is not Truth.FALSE) << at
        applies.append(certain)
        may_apply.append(possible)
    return Answers(None, np.array(applies, dtype=np.int64), np.array(may_apply, dtype=np.int64))


def intervals(state: State) -> Iterator[dict[str, tuple[object, object]]]:
    """The lowest and highest value of each measure, pupil by pupil."""
    for decision in decisions(state):
        yield {name: (one.lowest, one.highest) for name, one in decision.measures.items() if name in MEASURES}


PEER = Peer(
    title="Fingerpost, reference with reasons",
    needs=(),
    start="from benchmarks.population.peers import in_reference; in_reference.policy()",
    load=load,
    one_date=one_date,
    sample=SAMPLE,
)
