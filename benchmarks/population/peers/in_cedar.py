"""Cedar, a language of authorisation: a policy for each rule. It is given the counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.population.data import Batch
from benchmarks.population.peers.given_counts import Context, Decide, answer, counts_of
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import RULES, Answers, Counts


@dataclass(frozen=True)
class State:
    """The policies, parsed, and the counts."""

    certain: Any
    possible: Any
    entities: Any
    counts: Counts


def policies_text(*, certainly: bool) -> str:
    """A `permit` for each rule: those that are met are the answer's reasons."""
    return "\n".join(
        f"permit (principal, action, resource) when "
        f"{{ {_in_context(rule.holds(certainly=certainly, conjunction=' && '))} }};"
        for rule in RULES
    )


def _in_context(condition: str) -> str:
    return re.sub(r"[a-z_]+", lambda found: f"context.{found.group()}", condition)


def load(batch: Batch) -> State:
    """Parsed once."""
    import cedarpy

    certain, possible = (cedarpy.PolicySet.from_str(policies_text(certainly=one)) for one in (True, False))
    return State(certain, possible, cedarpy.Entities.from_json_str("[]"), counts_of(batch))


def one_date(state: State) -> Answers:
    """A request a pupil, many in one call."""
    return answer(state.counts, _decide(state, state.certain), _decide(state, state.possible))


_BITS = {f"policy{at}": 1 << at for at in range(len(RULES))}
"""By the names that the parser gives."""


def _decide(state: State, policies: Any) -> Decide:  # noqa: ANN401 (a handle of cedarpy)
    import cedarpy

    who = {"principal": 'User::"u"', "action": 'Action::"see"', "resource": 'Pupil::"p"'}

    def decide(contexts: Sequence[Context]) -> list[int]:
        requests = [{**who, "context": one} for one in contexts]
        answers = cedarpy.is_authorized_batch(requests, policies, state.entities)
        return [sum(_BITS[reason] for reason in one.diagnostics.reasons) for one in answers]

    return decide


PEER = Peer(
    title="Cedar, Python bindings",
    needs=("cedarpy",),
    start="import cedarpy; cedarpy.PolicySet.from_str('permit (principal, action, resource);')",
    load=load,
    one_date=one_date,
    given="the counts, ready made",
)
