"""Cedar, a language of authorisation: a policy for each rule. It is given the counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.population.data import Batch
from benchmarks.population.peers import in_numpy
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, RULES, Answers, Counts

CHUNK = 1_000
_CERTAIN, _MAYBE = 'Action::"certain"', 'Action::"maybe"'


@dataclass(frozen=True)
class State:
    """The policies, parsed, and the counts."""

    policies: Any
    entities: Any
    bits: dict[str, int]
    counts: Counts


def policies_text() -> str:
    """A `permit` for each rule, certain and possible: those that are met are the answer's reasons."""
    return "\n".join(
        f"permit (principal, action == {action}, resource) when "
        f"{{ {_in_context(rule.holds(certainly=certainly, conjunction=' && '))} }};"
        for action, certainly in ((_CERTAIN, True), (_MAYBE, False))
        for rule in RULES
    )


def _in_context(condition: str) -> str:
    return re.sub(r"[a-z_]+", lambda found: f"context.{found.group()}", condition)


def load(batch: Batch) -> State:
    """The counts are worked out by NumPy and not timed."""
    import cedarpy

    counts = in_numpy.one_date(in_numpy.load(batch)).counts
    assert counts is not None
    number = len(RULES)
    bits = {f"policy{at}": 1 << (at % number) for at in range(2 * number)}
    return State(
        cedarpy.PolicySet.from_str(policies_text()), cedarpy.Entities.from_json_str("[]"), bits, counts
    )


def one_date(state: State) -> Answers:
    """Two requests a pupil, many at a time."""
    import cedarpy

    found: list[int] = []
    for at in range(0, len(state.counts), CHUNK):
        requests = [
            {"principal": 'User::"u"', "action": action, "resource": 'Pupil::"p"', "context": context}
            for row in state.counts[at : at + CHUNK].tolist()
            for context in (dict(zip(COLUMNS, row, strict=True)),)
            for action in (_CERTAIN, _MAYBE)
        ]
        answers = cedarpy.is_authorized_batch(requests, state.policies, state.entities)
        found.extend(sum(state.bits[one] for one in answer.diagnostics.reasons) for answer in answers)
    both = np.array(found, dtype=np.int64)
    return Answers(None, both[0::2], both[1::2])


PEER = Peer(
    title="Cedar, Python bindings",
    needs=("cedarpy",),
    start="import cedarpy; cedarpy.PolicySet.from_str('permit (principal, action, resource);')",
    load=load,
    one_date=one_date,
    given="the counts, ready made",
)
