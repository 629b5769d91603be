"""What a policy asks on a date, of the pupils of a run: decided in columns, listed by key."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fingerpost.decision import Status, TierState
from fingerpost.logic import Truth
from fingerpost.population.decided import STATES, BlockDecisions, RuleRows
from fingerpost.population.decisions import decide_block
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.outcomes import Outcome
from fingerpost.population.population import Population
from fingerpost.population.portions import Rows
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.runs.items import WORK, Found, Key, Rule

OPEN = frozenset({Status.ONGOING, Status.DUE, Status.OVERDUE, Status.AVAILABLE})
"""What is still to be done, or may be."""
_HELD = [STATES.index(TierState.HOLDS), STATES.index(TierState.PROVISIONAL)]


@dataclass(slots=True)
class Asked:
    """What a policy asks on a date."""

    found: list[Found] = field(default_factory=list)
    tiers: dict[str, list[int]] = field(default_factory=dict)
    """The rows that each tier holds, provisionally or not."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Of how many pupils and parents it is not known whether a rule applies."""
    unknown_rows: dict[str, list[int]] = field(default_factory=dict)
    """The rows of them, of those who were asked, each as often as it is so."""
    judged: Mapping[str, NDArray[np.bool_]] | None = None
    """Of which rows each rule was asked; what was found of others stands. None where all were of all."""

    def is_judged(self, key: Key) -> bool:
        """Whether it was asked whether this still stands."""
        return self.judged is None or bool(self.judged[key.rule][key.row])


def ask(
    population: Population,
    policy: Policy,
    on: dt.date,
    *,
    known_on: dt.date | None = None,
    rows: NDArray[np.bool_] | None = None,
) -> Asked:
    """What the policy asks of the pupils on roll on a date; `rows` says which are meant, all if not given."""
    session = population.session(policy, on, known_on)
    meant = population.on_roll(on)
    if rows is not None:
        meant &= rows
    asked = Asked()
    records = session.records
    for block in population.blocks(records, meant):  # type: ignore[arg-type]  # a population's own records
        _note(asked, decide_block(block, session.editions, on.toordinal()))
    asked.found.sort()
    asked.unknown.update({name: len(own) for name, own in asked.unknown_rows.items()})
    return asked


def note_rules(asked: Asked, decided: BlockDecisions, rows: Rows) -> None:
    """Note what is asked of the pupils of a block, who stand in these rows."""
    for one in decided.rules:
        if one.rule.modality in WORK:
            _rule(asked, one, decided, rows)


def _note(asked: Asked, decided: BlockDecisions) -> None:
    pupils = decided.block.pupils
    assert isinstance(pupils, PupilsOfRows)
    note_rules(asked, decided, pupils.rows)
    for tier in decided.tiers:
        held = tier.pupils[np.isin(tier.states, _HELD)]
        asked.tiers.setdefault(tier.tier.name, []).extend(pupils.rows[held].tolist())


def _rule(asked: Asked, one: RuleRows, decided: BlockDecisions, rows: Rows) -> None:
    is_open = np.array([_is_open(outcome) for outcome in one.outcomes], dtype=np.bool_)
    is_unknown = np.array([outcome.applies is Truth.UNKNOWN for outcome in one.outcomes], dtype=np.bool_)
    if not len(one.which):
        return
    unknown = rows[one.pupils[is_unknown[one.which]]].tolist()
    asked.unknown_rows.setdefault(one.rule.name, []).extend(unknown)
    for place in np.flatnonzero(is_open[one.which]).tolist():
        outcome = one.outcomes[int(one.which[place])]
        pupil, parent, occasion = int(one.pupils[place]), "", 0
        if one.parents is not None:
            parent = decided.block.parent_id(pupil, int(one.parents[place])) or ""
        if one.occasions is not None:
            occasion = one.occurrences[int(one.occasions[place])].first_slot
        asked.found.append(found_of(one.rule, int(rows[pupil]), parent, occasion, outcome))


def _is_open(outcome: Outcome) -> bool:
    return outcome.status in OPEN and outcome.applies is Truth.TRUE


def found_of(rule: Rule, row: int, parent: str, occasion: int, outcome: Outcome) -> Found:
    """An outcome as something that is asked."""
    due = outcome.due.toordinal() if outcome.due is not None else 0
    triggered = outcome.triggered.toordinal() if outcome.triggered is not None else 0
    period = due if rule.every is not None else 0
    return Found(Key(row, rule.name, parent, occasion, triggered, period), due)
