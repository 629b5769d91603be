"""Which pupils a later step of a pathway may apply to on one date, told before any round is followed.

A later step applies in an open round alone in which the step before it is recorded. Of nearly all pupils that
is settled by what is on record and when: nothing that records the step before, or after that what ends every
round. Only the others' rounds have to be followed (meanings 26 and 27).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from fingerpost.population.block import Block
from fingerpost.population.told_of_events import When
from fingerpost.population.truths import Flags
from fingerpost_dsl.model.declarations import Pathway, Step, Subject
from fingerpost_dsl.model.policy import Policy


def may_go_on(pathway: Pathway, policy: Policy, block: Block, ordinal: int) -> Mapping[str, Flags]:
    """By the name of each later step, the pupils of a block to whom it may apply on a date (an ordinal).

    It applies to no other; to these it may or may not.
    """
    steps = [step for step in policy.steps.values() if step.pathway == pathway.name]
    later = [step for step in steps if not step.starts_here]
    before = {step.name: _kinds_before(step, steps) for step in later}
    rounds = _Rounds.of(steps, policy, block, ordinal)
    open_ = rounds.may_be_open(frozenset[str]().union(*before.values()))
    found = {}
    for step in later:
        flags = np.zeros(len(block), dtype=np.bool_)
        for kind in before[step.name]:
            flags |= open_[kind]
        found[step.name] = flags
    return found


def _kinds_before(step: Step, steps: Sequence[Step]) -> set[str]:
    """The kinds of event that may record a step after which another comes."""
    before = {after.step for after in step.after}
    return {kind for one in steps if one.name in before for kind in _kinds(one)}


def _kinds(step: Step) -> set[str]:
    """The kinds of event that may record a step."""
    return {clause.selection.name for clause in step.done_when}


@dataclass(frozen=True, slots=True)
class _Rounds:
    """What is on record of rounds of a pathway, up to a date."""

    policy: Policy
    block: Block
    ordinal: int
    ends: frozenset[str]
    """Kinds of event each of which ends a round that is open: it records a step that does, and no other."""

    @classmethod
    def of(cls, steps: Sequence[Step], policy: Policy, block: Block, ordinal: int) -> _Rounds:
        """Those of a pathway with these steps.

        What records a first step is no end, though that may end its round: it can be recorded before the
        next one begins. Nor is what happens to schools, which is in no column.
        """
        ending = [step for step in steps if step.ends_round and not step.starts_here]
        whatever = {
            one.selection.name for step in ending for one in step.done_when if not one.selection.where
        }
        others = {kind for step in steps if step not in ending for kind in _kinds(step)}
        return cls(policy, block, ordinal, frozenset(whatever) - others - block.school_kinds)

    def may_be_open(self, kinds: frozenset[str]) -> Mapping[str, Flags]:
        """By kind of event, the pupils of whom one may be of a round still open at the end of the date."""
        found = {kind: self._recorded({kind}) for kind in kinds}
        ended = self._recorded(self.ends)
        for pupil in np.flatnonzero(self._recorded(kinds) & ended).tolist():
            open_ = self._open_kinds(pupil, kinds)
            for kind in kinds - open_:
                found[kind][pupil] = False
        return found

    def _recorded(self, kinds: Set[str]) -> Flags:
        """The pupils of whom an event of some kinds may be on record."""
        if not self.block.school_kinds.isdisjoint(kinds):
            return np.ones(len(self.block), dtype=np.bool_)
        found = np.zeros(len(self.block), dtype=np.bool_)
        for kind in kinds & self.block.events.keys():
            found |= self.block.events[kind] > 0
        return found

    def _open_kinds(self, pupil: int, kinds: frozenset[str]) -> frozenset[str]:
        """Those of the kinds of which a pupil's event may be of a round that is open.

        What ends rounds on a later day, of whosoever the event is, has ended that one; on the same day it may
        have ended the one before.
        """
        openings, endings = self._when(pupil, kinds), self._when(pupil, self.ends)
        if openings is None or endings is None:
            return kinds
        certain = [(one.date, self._whose(kind, one)) for kind, one in endings if self._is_certain(one)]
        open_ = set()
        for kind, one in openings:
            those = None, self._whose(kind, one)
            if not any(date > one.date and whose in those for date, whose in certain):
                open_.add(kind)
        return frozenset(open_) | (kinds & self.block.school_kinds)

    def _when(self, pupil: int, kinds: Set[str]) -> list[tuple[str, When]] | None:
        """When a pupil's events of some kinds were, up to the date; None where columns do not know it."""
        found = list[tuple[str, When]]()
        for kind in kinds & self.block.events.keys():
            number = int(self.block.events[kind][pupil])
            told = self.block.told_of_events.when(kind, number) if number else ()
            if told is None:
                return None
            found.extend((kind, one) for one in told if one.date <= self.ordinal)
        return found

    def _is_certain(self, one: When) -> bool:
        """Whether an event has happened, whatever else is on record, as far as is known."""
        known_on = self.block.records.known_on
        row = one.row
        if row is None:
            return known_on is None or one.date <= known_on.toordinal()
        is_known = known_on is None or (row.recorded_on or row.date) <= known_on
        return row.id is None and not row.cancelled and is_known

    def _whose(self, kind: str, one: When) -> str | None:
        """Of which parent alone an event is; None if it is of all of them."""
        return one.parent if self.policy.events[kind].subject is Subject.PARENT else None
