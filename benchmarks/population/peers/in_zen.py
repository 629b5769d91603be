"""Zen, a rules engine: a graph of decisions with one expression for each rule. It is given the counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.population.data import Batch
from benchmarks.population.peers import in_numpy
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, RULES, Answers, Counts

CHUNK = 1_000
"""Pupils handed over at a time."""


@dataclass(frozen=True)
class State:
    """The engine with the decision compiled, and the counts."""

    engine: Any
    counts: Counts


def decision() -> dict[str, Any]:
    """The rules as the JSON that the engine reads: each kind of answer is a sum of the bits of its rules."""
    sums = {
        name: " + ".join(
            f"({rule.holds(certainly=certainly)} ? {1 << at} : 0)" for at, rule in enumerate(RULES)
        )
        for name, certainly in (("applies", True), ("may_apply", False))
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "counts"},
        {
            "id": "rules",
            "type": "expressionNode",
            "name": "rules",
            "content": {
                "expressions": [{"id": key, "key": key, "value": said} for key, said in sums.items()]
            },
        },
        {"id": "out", "type": "outputNode", "name": "answers"},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
        {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
    ]
    return {"nodes": nodes, "edges": edges}


def load(batch: Batch) -> State:
    """The counts are worked out by NumPy and not timed."""
    import zen

    content = {"rules": decision()}
    engine = zen.ZenEngine({"loader": lambda key: json.dumps(content[key])})
    counts = in_numpy.one_date(in_numpy.load(batch)).counts
    assert counts is not None
    return State(engine, counts)


def one_date(state: State) -> Answers:
    """Many pupils in one call; a pupil's counts are its input."""
    applies, may_apply = [], []
    for at in range(0, len(state.counts), CHUNK):
        rows = state.counts[at : at + CHUNK].tolist()
        requests = [{"key": "rules", "context": dict(zip(COLUMNS, row, strict=True))} for row in rows]
        for answer in state.engine.evaluate_batch(requests):
            result = answer["data"]["result"]
            applies.append(result["applies"])
            may_apply.append(result["may_apply"])
    return Answers(None, np.array(applies, dtype=np.int64), np.array(may_apply, dtype=np.int64))


PEER = Peer(
    title="Zen rules engine",
    needs=("zen",),
    start="import zen; zen.evaluate_expression('1 + 1')",
    load=load,
    one_date=one_date,
    given="the counts, ready made",
    threads="2",
)
