"""Which rows are unknown only because of where the record begins: they are not listed (meaning 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from fingerpost.population.block import distinct
from fingerpost.population.frame import Frame
from fingerpost.population.reaching import wanting
from fingerpost.population.rules import Judging
from fingerpost.population.truths import Flags, bit_of
from fingerpost.population.why_unknown import Alike, told_apart
from fingerpost.questions import only_history_start
from fingerpost.rules import instances
from fingerpost_dsl.model.declarations import Action, Step


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Says so of rows of one block, on one date."""

    judging: Judging
    _asked: dict[str, int] = field(default_factory=dict)

    @property
    def fallen_back(self) -> Mapping[str, int]:
        """Of how many rows the reference was asked one by one, by rule."""
        return self._asked

    def of(self, rule: Action | Step, today: Frame) -> Flags:
        """Which of these rows, of which a rule is unknown, are held back.

        Where that is not seen in columns the reference is asked: once for all rows that are alike, or else of
        each, and then it is counted how often.
        """
        found = wanting(rule, today)
        held: Flags = bit_of(found.days, 0) == 1
        left = np.flatnonzero(~held & ~found.settled)
        if len(left):
            held[left] = self._by_reference(rule, today.take(left))
        return held

    def _by_reference(self, rule: Action | Step, today: Frame) -> Flags:
        alike = told_apart(rule, today)
        alone = np.ones(len(today), dtype=np.bool_) if alike is None else alike.alone
        held = np.zeros(len(today), dtype=np.bool_)
        each, rest = np.flatnonzero(alone), np.flatnonzero(~alone)
        if len(each):
            self._asked[rule.name] = self._asked.get(rule.name, 0) + len(each)
            held[each] = [self.asked(rule, today, row) for row in each.tolist()]
        if alike is not None and len(rest):
            held[rest] = self._once_each(rule, today.take(rest), alike.take(rest))
        return held

    def _once_each(self, rule: Action | Step, today: Frame, alike: Alike) -> Flags:
        """Of rows each of which may be like others."""
        first, which = distinct(alike.columns, len(today))
        cases = zip(*(column[first].tolist() for column in alike.columns), strict=True)
        signatures = self.judging.across.signatures
        found: list[bool] = []
        for row, case in zip(first.tolist(), cases, strict=True):
            key = ("held back", id(rule), self.judging.ordinal, alike.told, case)
            known = signatures.get(key)
            if known is None:
                # The rule is kept, so that no other can come to have its identity.
                known = signatures[key] = (self.asked(rule, today, row), rule)
            found.append(bool(known[0]))  # type: ignore[index]  # what was put there
        return np.array(found, dtype=np.bool_)[which]

    def asked(self, rule: Action | Step, today: Frame, row: int) -> bool:
        """What the reference says of one row."""
        scope = today.scope(row)
        judgement = self.judging.judgement(int(today.pupils[row]))
        for instance in instances(rule, judgement.scope, self.judging.ordinal):
            own = instance.scope
            if (own.parent, own.occasion) == (scope.parent, scope.occasion):
                course = judgement.course(rule, own) if isinstance(rule, Step) else None
                return only_history_start(judgement.reason(instance, course))
        return False
