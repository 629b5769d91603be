"""An item of work: one thing that a policy asks about one pupil, from when it is listed until it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from fingerpost_dsl.model.declarations import Action, Modality, Step
from fingerpost_dsl.model.policy import Policy

Rule = Action | Step


class Key(NamedTuple):
    """What tells an item from all others: it stays the same from week to week."""

    row: int
    rule: str
    parent: str
    """Empty where it is not for each parent."""
    occasion: int
    """The first session of the occasion, 0 where it is not for each."""
    triggered: int
    """The ordinal of the day on which it began to be asked; 0 where that is not certain."""
    period: int
    """Of what comes round: the day on which it is due; else 0."""


class Found(NamedTuple):
    """Something that is asked on the date of a decision."""

    key: Key
    due: int
    """The ordinal of the due date; 0 for none."""


@dataclass(slots=True)
class Item:
    """One thing asked, and what became of it. Days are ordinals, 0 for none; weeks are numbered."""

    number: int
    key: Key
    due: int
    listed: int
    week: int
    """The week in which it was listed."""
    nth: int
    """How many of the same rule there were before, for the same pupil and parent."""
    ready: int
    """The week from which somebody may get to it."""
    missed: bool
    """Nobody ever gets to it."""
    minutes: int
    left: int
    """Minutes that are still to be spent on it."""
    done: int = 0
    withdrawn: int = 0
    """The day on which it was found to be asked no more, though not done."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return not self.done and not self.withdrawn


_RANK = {Modality.MUST: 0, Modality.SHOULD: 1, Modality.MAY: 2}
WORK = frozenset(_RANK)
"""What can be done: what must not or should not be done makes no work."""


def doer_of(rule: Rule) -> str:
    """On whose list a rule lands."""
    return rule.usually_by or rule.actor


def rank_of(rule: Rule) -> int:
    """What must be done comes before what should, and that before what may."""
    return _RANK.get(rule.modality, 3)


def chain_of(role: str, policy: Policy) -> list[str]:
    """A role, and those on whose behalf it acts."""
    found = [role]
    while (above := policy.roles[found[-1]].part_of) is not None:
        found.append(above)
    return found
