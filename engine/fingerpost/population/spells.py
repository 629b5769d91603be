"""The first and the latest spell of a rule for many rows at once (meaning 20)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.days import Days
from fingerpost.population.truths import Truths, flags_of
from fingerpost.spells import Spell

Places = NDArray[np.int32]
"""A day by its number for each row; -1 for none."""


@dataclass(frozen=True, slots=True)
class Spells:
    """One spell a row, by the days of its start, its trigger and its end; -1 where there is none."""

    first: Places
    trigger: Places
    last: Places

    def of(self, row: int) -> Spell | None:
        """A row's spell, as the reference has it."""
        if self.trigger[row] < 0:
            return None
        return Spell(int(self.first[row]), int(self.trigger[row]), int(self.last[row]))


def first_and_latest(truths: Truths) -> tuple[Spells, Spells]:
    """The first and the latest spell of each row; rows of unknown days alone are none."""
    length = truths.length
    true, false = flags_of(truths.true, length), flags_of(truths.false, length)
    rows = len(true)
    if not length:
        none = Spells(*(np.full(rows, -1, dtype=np.int32) for _ in range(3)))
        return none, none
    some: NDArray[np.bool_] = np.asarray(true.any(axis=1), dtype=np.bool_)
    before = _last_false_before(false)
    after = length - 1 - _last_false_before(false[:, ::-1])[:, ::-1]
    every = np.arange(rows)
    first_true = true.argmax(axis=1)
    last_true = length - 1 - true[:, ::-1].argmax(axis=1)
    start = before[every, last_true] + 1
    within = true & (np.arange(length) >= start[:, None])
    trigger = within.argmax(axis=1)
    first = _spells(some, before[every, first_true] + 1, first_true, after[every, first_true] - 1)
    return first, _spells(some, start, trigger, after[every, last_true] - 1)


def _last_false_before(false: NDArray[np.bool_]) -> NDArray[np.int32]:
    """For each day, the latest day up to it that is false; -1 where there is none."""
    places = np.where(false, np.arange(false.shape[1], dtype=np.int32), np.int32(-1))
    return np.maximum.accumulate(places, axis=1)


def _spells(
    some: NDArray[np.bool_], first: NDArray[np.int32], trigger: NDArray[np.intp], last: NDArray[np.int32]
) -> Spells:
    return Spells(*(np.where(some, one, -1).astype(np.int32) for one in (first, trigger, last)))


def days_with(spells: list[Spell], length: int) -> Days:
    """Days on which just these spells are, unknown until their triggers and true from then on."""
    true = unknown = 0
    for spell in spells:
        true |= _stretch(spell.trigger, spell.last)
        unknown |= _stretch(spell.first, spell.trigger - 1)
    return Days(true, ((1 << length) - 1) & ~true & ~unknown, length)


def _stretch(first: int, last: int) -> int:
    return ((1 << (last + 1)) - 1) & ~((1 << first) - 1) if last >= first else 0
