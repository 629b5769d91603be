"""Which pupils a later step of a pathway may apply to on one date, told before any round is followed.

A later step applies in an open round alone in which the step before it is recorded. Of nearly all pupils that
is settled by what is on record and when: nothing that records the step before, or after that what ends every
round. Only the others' rounds have to be followed (meanings 26 and 27).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

import numpy as np

from fingerpost.population.block import NO_PARENT, Block
from fingerpost.population.conditions import Judge, truths, unsettled
from fingerpost.population.frame import Frame
from fingerpost.population.rules import clauses_of, opposite
from fingerpost.population.told_of_events import When
from fingerpost.population.truths import Flags, Rows
from fingerpost_dsl.model.declarations import Pathway, Step, Subject
from fingerpost_dsl.model.expressions import Condition

Whose = frozenset[str | None]
"""Of which parents something is; None among them if it is of all."""
_ALL: Whose = frozenset({None})


def may_go_on(pathway: Pathway, today: Frame, among: Flags) -> Mapping[str, Frame]:
    """By the name of each later step of a pathway, the rows to which it may apply on a date.

    `today` has all pupils of a block on the date; of them only those with a flag are meant. Rows are pupils,
    or parents of them if the pathway is for each parent. To no other row does the step apply. Of steps for
    each of some occasions nothing is said.
    """
    steps = [step for step in today.shared.policy.steps.values() if step.pathway == pathway.name]
    later = [step for step in steps if not step.starts_here and step.occasion is None]
    before = {step.name: _kinds_before(step, steps) for step in later}
    rounds = _Rounds.of(steps, today)
    open_ = rounds.may_be_open(frozenset[str]().union(*before.values()), among)
    found = {}
    for step in later:
        whose = _together(open_[kind] for kind in before[step.name])
        rows = _rows_of(whose, today, by_parents=pathway.subject is Subject.PARENT)
        found[step.name] = rows.take(_not_ruled_out(step, rows))
    return found


def _together(parts: Iterable[Mapping[int, Whose]]) -> dict[int, Whose]:
    found: dict[int, Whose] = {}
    for part in parts:
        for pupil, whose in part.items():
            found[pupil] = found.get(pupil, frozenset()) | whose
    return found


def _rows_of(whose: Mapping[int, Whose], today: Frame, *, by_parents: bool) -> Frame:
    """The rows of some pupils; of parents only of those whose something is."""
    frame = today.take(np.array(sorted(whose), dtype=np.intp))
    if not by_parents:
        return frame
    frame, _ = frame.by_parents()
    kept = []
    for row in range(len(frame)):
        pupil, place = frame.whose(row)
        if place == NO_PARENT or not whose[pupil].isdisjoint((None, frame.block.parent_id(pupil, place))):
            kept.append(row)
    return frame.take(np.array(kept, dtype=np.intp))


def _not_ruled_out(step: Step, frame: Frame) -> Rows:
    """The rows of a frame on one date in which a later step is not false whatever their rounds are.

    Rounds change what a step is judged without: the event that records it, and what people judged in earlier
    ones. Clauses that speak of neither mean the same in any round.
    """
    clauses, own = clauses_of(step, frame.shared.policy), _kinds(step)

    def is_the_same(condition: Condition) -> bool:
        remembered = frame.shared.remembered(condition)
        return not remembered.judged and own.isdisjoint(remembered.kinds)

    judges: list[Judge] = [
        *(partial(opposite, one) for one in clauses.unless if is_the_same(one)),
        *(partial(truths, one) for one in (*clauses.tiers, *clauses.when) if is_the_same(one)),
    ]
    rows, _ = unsettled(judges, frame, together=True)
    return np.arange(len(frame)) if rows is None else rows


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

    today: Frame
    ends: frozenset[str]
    """Kinds of event each of which ends a round that is open: it records a step that does, and no other."""

    @classmethod
    def of(cls, steps: Sequence[Step], today: Frame) -> _Rounds:
        """Those of a pathway with these steps.

        What records a first step is no end, though that may end its round: it can be recorded before the
        next one begins. Nor is what happens to schools, which is in no column.
        """
        ending = [step for step in steps if step.ends_round and not step.starts_here]
        whatever = {
            one.selection.name for step in ending for one in step.done_when if not one.selection.where
        }
        others = {kind for step in steps if step not in ending for kind in _kinds(step)}
        return cls(today, frozenset(whatever) - others - today.block.school_kinds)

    @property
    def block(self) -> Block:
        """Whose records are looked at."""
        return self.today.block

    def may_be_open(self, kinds: frozenset[str], among: Flags) -> Mapping[str, Mapping[int, Whose]]:
        """By kind of event, the pupils of whom one may be of a round still open at the end of the date.

        And the parents of whose rounds it may be.
        """
        found: dict[str, dict[int, Whose]] = {kind: {} for kind in kinds}
        for pupil in np.flatnonzero(self._recorded(kinds) & among).tolist():
            for kind, whose in self._open_kinds(pupil, kinds).items():
                found[kind][pupil] = whose
        return found

    def _recorded(self, kinds: Set[str]) -> Flags:
        """The pupils of whom an event of some kinds may be on record."""
        if not self.block.school_kinds.isdisjoint(kinds):
            return np.ones(len(self.block), dtype=np.bool_)
        found = np.zeros(len(self.block), dtype=np.bool_)
        for kind in kinds & self.block.events.keys():
            found |= self.block.events[kind] > 0
        return found

    def _open_kinds(self, pupil: int, kinds: frozenset[str]) -> Mapping[str, Whose]:
        """Those of the kinds of which a pupil's event may be of a round that is open, and whose that is.

        What ends rounds on a later day, of whosoever the event is, has ended that one; on the same day it may
        have ended the one before.
        """
        openings, endings = self._when(pupil, kinds), self._when(pupil, self.ends)
        if openings is None or endings is None:
            return dict.fromkeys(kinds, _ALL)
        certain = [(one.date, self._whose(kind, one)) for kind, one in endings if self._is_certain(one)]
        found: dict[str, Whose] = dict.fromkeys(kinds & self.block.school_kinds, _ALL)
        for kind, one in openings:
            own = self._whose(kind, one)
            if not any(date > one.date and whose in (None, own) for date, whose in certain):
                found[kind] = found.get(kind, frozenset()) | {own}
        return found

    def _when(self, pupil: int, kinds: Set[str]) -> list[tuple[str, When]] | None:
        """When a pupil's events of some kinds were, up to the date; None where columns do not know it."""
        ordinal, found = self.today.shared.days[0], list[tuple[str, When]]()
        for kind in kinds & self.block.events.keys():
            number = int(self.block.events[kind][pupil])
            told = self.block.told_of_events.when(kind, number) if number else ()
            if told is None:
                return None
            found.extend((kind, one) for one in told if one.date <= ordinal)
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
        return one.parent if self.today.shared.policy.events[kind].subject is Subject.PARENT else None
