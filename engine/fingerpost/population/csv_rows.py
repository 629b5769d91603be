"""What was decided for very many pupils, as rows of the CSV of `fingerpost.render.csv_form`.

The rows are those that are made of few, pupil by pupil.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from fingerpost.evaluate import Session
from fingerpost.population.decided import STATES, BlockDecisions, RuleRows
from fingerpost.population.outcomes import Outcome
from fingerpost.population.result_tables import ids_of, parents_of, schools_of, tier_text
from fingerpost.render.csv_form import COLUMNS, csv_lines
from fingerpost.render.words import occasion_text
from fingerpost.weights import deadline_weight, weight_of
from fingerpost_dsl.model.declarations import Action, Step, Subject
from fingerpost_dsl.wording import fill_text

CsvRow = tuple[object, ...]
"""The cells of one row, in the order of `COLUMNS`."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """The rows of one block after another, as text in a file, to be had in the order of pupils' ids."""

    file: BinaryIO
    """Written and read again; whoever opened it closes it."""
    _places: list[tuple[str, int, int]] = field(default_factory=list)
    """Of each pupil with any row: the id, where in the file the rows begin, and how many octets they are."""

    def add(self, found: BlockDecisions, session: Session) -> None:
        """Puts the rows of a block aside."""
        for name, rows in csv_rows(found, session):
            if rows:
                text = csv_lines(rows).encode()
                self._places.append((name, self.file.tell(), len(text)))
                self.file.write(text)

    def pieces(self) -> Iterator[bytes]:
        """The whole CSV: the header, then each pupil's rows."""
        yield csv_lines([COLUMNS]).encode()
        for _, place, octets in sorted(self._places):
            self.file.seek(place)
            yield self.file.read(octets)


def csv_rows(found: BlockDecisions, session: Session) -> Iterator[tuple[str, list[CsvRow]]]:
    """Each pupil's id with the rows of that pupil, in the order of the policy."""
    block = found.block
    ids: list[str] = ids_of(block).to_pylist()
    names, schools = schools_of(block)
    tiers: list[list[str]] = [[] for _ in ids]
    for held in found.tiers:
        for pupil, state in zip(held.pupils.tolist(), held.states.tolist(), strict=True):
            tiers[pupil].append(tier_text(held.tier.name, STATES[state]))
    years = block.year_groups.tolist()
    own: list[list[CsvRow]] = [[] for _ in ids]
    for rule in found.rules:
        of_outcomes = [said(rule.rule, outcome, session) for outcome in rule.outcomes]
        for pupil, which, parent, occasion in zip(
            rule.pupils.tolist(), rule.which.tolist(), _parents(rule, found), _occasions(rule), strict=True
        ):
            before, after = of_outcomes[which]
            who = (names[schools[pupil]], Subject.PUPIL.value, ids[pupil], ids[pupil])
            year = None if years[pupil] < 0 else years[pupil]
            own[pupil].append((*who, year, " ".join(tiers[pupil]), *before, parent, occasion, *after))
    yield from zip(ids, own, strict=True)


def said(one: Action | Step, outcome: Outcome, session: Session) -> tuple[CsvRow, CsvRow]:
    """What all rows of a rule with an outcome say, before and after the parent and the occasion."""
    policy = session.editions.current.policy
    weight = deadline_weight(one, policy)
    before = (
        one.name,
        fill_text(one.text, policy),
        outcome.status.value,
        outcome.due,
        outcome.triggered,
    )
    return before, (
        one.actor,
        one.usually_by,
        one.modality.value,
        weight_of(one.cites, policy).value,
        outcome.applies.value,
        "yes" if outcome.provisional else "no",
        weight.value if weight else None,
        " ".join(one.cites),
        policy.header.id,
        session.on,
    )


def _parents(rule: RuleRows, found: BlockDecisions) -> list[str | None]:
    if rule.parents is None:
        return [None] * len(rule.pupils)
    ids: list[str | None] = parents_of(found.block, rule.pupils, rule.parents.astype(np.int64)).to_pylist()
    return ids


def _occasions(rule: RuleRows) -> list[str | None]:
    if rule.occasions is None:
        return [None] * len(rule.pupils)
    occasions = [rule.occurrences[number] for number in rule.occasions.tolist()]
    return [occasion_text(one.first_slot, one.last_slot) for one in occasions]
