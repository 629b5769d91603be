"""Zen, a rules engine: a decision graph with an expression for the rules. It is given the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.population.data import Batch
from benchmarks.population.peers.given_counts import Context, Decide, answer, counts_of
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import RULES, Answers, Counts


@dataclass(frozen=True)
class State:
    """The engine with its decisions, and the counts."""

    engine: Any
    counts: Counts


def rules_text(*, certainly: bool) -> str:
    """The sum of the bits of the rules that hold."""
    return " + ".join(f"({rule.holds(certainly=certainly)} ? {1 << at} : 0)" for at, rule in enumerate(RULES))


def _decision(rules: str) -> dict[str, Any]:
    """As the JSON that the engine reads: input, rules, output."""
    expressions = [{"id": "bits", "key": "bits", "value": rules}]
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "counts"},
            {
                "id": "rules",
                "type": "expressionNode",
                "name": "rules",
                "content": {"expressions": expressions},
            },
            {"id": "out", "type": "outputNode", "name": "answers"},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }


def load(batch: Batch) -> State:
    """A static loader has the engine compile each decision once."""
    import zen

    content = {
        "certain": _decision(rules_text(certainly=True)),
        "possible": _decision(rules_text(certainly=False)),
    }
    engine = zen.ZenEngine({"loader": {"type": "static", "content": content}})
    return State(engine, counts_of(batch))


def one_date(state: State) -> Answers:
    """Many pupils in one call."""
    return answer(state.counts, _decide(state, "certain"), _decide(state, "possible"))


def _decide(state: State, key: str) -> Decide:
    def decide(contexts: Sequence[Context]) -> list[int]:
        found = state.engine.evaluate_batch([{"key": key, "context": one} for one in contexts])
        return [one["data"]["result"]["bits"] for one in found]

    return decide


PEER = Peer(
    title="Zen rules engine",
    needs=("zen",),
    start="import zen; zen.evaluate_expression('1 + 1')",
    load=load,
    one_date=one_date,
    given="the counts, ready made",
)
