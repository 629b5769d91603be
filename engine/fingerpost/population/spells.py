"""The first and the latest spell of a rule for many rows at once (meaning 20)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.days import Days
from fingerpost.population import kernels
from fingerpost.population.truths import Truths
from fingerpost.spells import Spell

Places = NDArray[np.int32]
"""A day by its number for each row; -1 for none."""


@dataclass(frozen=True, slots=True)
class Spells:
    """One spell a row, by the days of its start, its trigger and its end; -1 where there is none."""

    first: Places
    trigger: Places
    last: Places

    @property
    def columns(self) -> tuple[Places, Places, Places]:
        """Its columns, in order."""
        return self.first, self.trigger, self.last

    def of(self, row: int) -> Spell | None:
        """A row's spell, as the reference has it."""
        if self.trigger[row] < 0:
            return None
        return Spell(int(self.first[row]), int(self.trigger[row]), int(self.last[row]))


def first_and_latest(truths: Truths) -> tuple[Spells, Spells]:
    """The first and the latest spell of each row; rows of unknown days alone are none."""
    found = kernels.first_and_latest(truths.true, truths.false, truths.length)
    return Spells(*found[:3]), Spells(*found[3:])


def days_with(spells: list[Spell], length: int) -> Days:
    """Days on which just these spells are, unknown until their triggers and true from then on."""
    true = unknown = 0
    for spell in spells:
        true |= _stretch(spell.trigger, spell.last)
        unknown |= _stretch(spell.first, spell.trigger - 1)
    return Days(true, ((1 << length) - 1) & ~true & ~unknown, length)


def _stretch(first: int, last: int) -> int:
    return ((1 << (last + 1)) - 1) & ~((1 << first) - 1) if last >= first else 0
