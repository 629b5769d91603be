"""Zen's language without its engine: the rules as one compiled expression. It is given the counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.population.data import Batch
from benchmarks.population.peers.given_counts import answer, counts_of
from benchmarks.population.peers.in_zen import rules_text
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import Answers, Counts


@dataclass(frozen=True)
class State:
    """The compiled rules, and the counts."""

    certain: Any
    possible: Any
    counts: Counts


def load(batch: Batch) -> State:
    """Compiled once."""
    import zen

    certain, possible = (zen.compile_expression(rules_text(certainly=one)) for one in (True, False))
    return State(certain, possible, counts_of(batch))


def one_date(state: State) -> Answers:
    """Pupil by pupil: there is no call for many."""
    certain, possible = state.certain.evaluate, state.possible.evaluate
    return answer(
        state.counts,
        lambda contexts: [certain(one) for one in contexts],
        lambda contexts: [possible(one) for one in contexts],
    )


PEER = Peer(
    title="Zen, one compiled expression",
    needs=("zen",),
    start="import zen; zen.compile_expression('1 + 1').evaluate({})",
    load=load,
    one_date=one_date,
    given="the counts, ready made",
)
