"""Which pupils two policies decide otherwise about, found by deciding with both.

Each policy is taken as if it had always been in force: what is compared is the two sets of rules, and not the
day on which one took the place of the other.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fingerpost.decision import Decision, Recommendation, Status, TierResult, TierState
from fingerpost.evaluate import evaluate_all
from fingerpost.history import History
from fingerpost_dsl.model.policy import Policy

Key = tuple[str, str, int]

ASKED = frozenset(
    {Status.ONGOING, Status.DUE, Status.OVERDUE, Status.AVAILABLE, Status.KEPT, Status.BREACHED}
)
"""What stands: somebody has to do it, may do it, or must not."""

_DONE = frozenset({Status.DONE, Status.USED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChange:
    """How a pupil stands to a tier by each policy; None where the policy has no such tier."""

    name: str
    before: TierResult | None
    after: TierResult | None

    @property
    def entered(self) -> bool:
        """Whether the pupil is in it now, provisionally or not, and was not."""
        return _holds(self.after) and not _holds(self.before)

    @property
    def left(self) -> bool:
        """Whether the pupil was in it, and is no longer."""
        return _holds(self.before) and not _holds(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationChange:
    """A recommendation by each policy, None where one does not make it.

    Both have it if its status, due date, modality or owner differ, or whether it is provisional.
    """

    key: Key
    before: Recommendation | None
    after: Recommendation | None

    @property
    def gained(self) -> bool:
        """Whether it is asked now, and was not; not if it was done."""
        return _asked(self.after) and not _asked(self.before) and not _done(self.before)

    @property
    def lost(self) -> bool:
        """Whether it was asked, and is no longer: it is gone, barred, not known, or lapsed; not if done."""
        return _asked(self.before) and not _asked(self.after) and not _done(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A pupil about whom the two policies decide otherwise."""

    before: Decision
    after: Decision
    tiers: tuple[TierChange, ...]
    recommendations: tuple[RecommendationChange, ...]

    @property
    def pupil(self) -> str:
        """The pupil's id."""
        return self.after.id


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCount:
    """How many pupils are in a tier by each policy, provisionally or not."""

    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The pupils whom a change of policy moves on a date, of all those on roll."""

    on: dt.date
    pupils: int
    moved: tuple[Move, ...]
    tiers: tuple[TierCount, ...]
    """Every tier of either policy."""

    @property
    def nobody_loses(self) -> bool:
        """Whether everything that was asked is asked still."""
        return not any(one.lost for move in self.moved for one in move.recommendations)


def moves(
    before: Policy, after: Policy, history: History, on: dt.date, known_on: dt.date | None = None
) -> Moves:
    """Decides about every pupil on roll by both policies, and keeps those for whom it is not the same."""
    return moves_of(by_both(before, after, history, on, known_on), on)


def by_both(
    before: Policy, after: Policy, history: History, on: dt.date, known_on: dt.date | None = None
) -> Iterator[tuple[Decision, Decision]]:
    """The decisions about every pupil on roll by both policies, one after another as they are asked for.

    They are brief: without records, and with those measures alone that tiers go by.
    """
    return zip(
        evaluate_all(before, history, on, known_on, brief=True),
        evaluate_all(after, history, on, known_on, brief=True),
        strict=True,
    )


def moves_of(pairs: Iterable[tuple[Decision, Decision]], on: dt.date) -> Moves:
    """The moves between decisions about the same pupils."""
    number = 0
    moved: list[Move] = []
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for old, new in pairs:
        number += 1
        for decision, counter in ((old, before), (new, after)):
            counter.update({one.name: int(_holds(one)) for one in decision.tiers})
        move = _move(old, new)
        if move is not None:
            moved.append(move)
    names = dict.fromkeys((*before, *after))
    tiers = tuple(TierCount(name=name, before=before[name], after=after[name]) for name in names)
    return Moves(on=on, pupils=number, moved=tuple(moved), tiers=tiers)


def _move(old: Decision, new: Decision) -> Move | None:
    tiers = tuple(_tiers(old, new))
    recommendations = tuple(_recommendations(old, new))
    if not tiers and not recommendations:
        return None
    return Move(before=old, after=new, tiers=tiers, recommendations=recommendations)


def _tiers(old: Decision, new: Decision) -> Iterator[TierChange]:
    before = {one.name: one for one in old.tiers}
    after = {one.name: one for one in new.tiers}
    for name in dict.fromkeys((*before, *after)):
        change = TierChange(name=name, before=before.get(name), after=after.get(name))
        if _state(change.before) is not _state(change.after):
            yield change


def _state(one: TierResult | None) -> TierState:
    return TierState.NOT if one is None else one.state


def _holds(one: TierResult | None) -> bool:
    return _state(one) in (TierState.HOLDS, TierState.PROVISIONAL)


def _recommendations(old: Decision, new: Decision) -> Iterator[RecommendationChange]:
    before = {one.key: one for one in old.recommendations}
    after = {one.key: one for one in new.recommendations}
    for key in dict.fromkeys((*after, *before)):
        change = RecommendationChange(key=key, before=before.get(key), after=after.get(key))
        if standing(change.before) != standing(change.after):
            yield change


def standing(one: Recommendation | None) -> tuple[object, ...] | None:
    """What of a recommendation makes a difference to those who carry it out."""
    if one is None:
        return None
    owner = one.usually_by or one.actor
    return (one.applies, one.status, one.provisional, one.due, one.overdue_count, one.modality, owner)


def _asked(one: Recommendation | None) -> bool:
    return one is not None and one.status in ASKED


def _done(one: Recommendation | None) -> bool:
    return one is not None and one.status in _DONE
