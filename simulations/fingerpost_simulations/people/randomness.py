"""Chance that belongs to a pupil: the same numbers for the same pupil, whoever asks and in whatever order.

A `Stream` holds a fixed number of draws for each pupil, for one purpose. They are places in the sequence of a
counter-based generator (Philox), which can be entered anywhere: so any slice of the pupils, worked on by any
number of processes, gets the very bytes that the whole would have got, and two runs that differ in a policy
meet the same pupils with the same luck.

Only the raw bits of the generator are used. NumPy keeps those the same for ever, but may change how it makes
its distributions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

_WORDS_A_COUNT: Final = 4
"""Words of 64 bits that Philox makes of one value of its counter."""
_UNIT: Final = 2.0**-53


class Purpose(IntEnum):
    """What chance decides. No number is ever given to another purpose."""

    YEAR_GROUP = 1
    HOUSEHOLD = 2
    BIRTH = 3
    GROUP = 4
    PROPENSITY = 5
    ROLL = 6
    SPELLS = 7
    SESSIONS = 8
    REGISTER = 9
    HOLIDAY = 10
    SCHOOL = 11
    FAMILY = 12
    VISIT = 13
    STUDY = 14
    FAITH = 15
    CORRECTION = 16


@dataclass(frozen=True, slots=True)
class Stream:
    """Draws for each pupil (or school, or family), `each` of them, a multiple of four words."""

    seed: int
    purpose: Purpose
    each: int

    def words(self, first: int, last: int) -> NDArray[np.uint64]:
        """The words of the owners from `first` up to, and without, `last`: a row for each."""
        assert self.each % _WORDS_A_COUNT == 0, "an owner begins on a count of its own"
        counts = self.each // _WORDS_A_COUNT
        generator = np.random.Philox(key=[self.seed, int(self.purpose)], counter=first * counts)
        drawn: NDArray[np.uint64] = generator.random_raw((last - first) * self.each)
        return drawn.reshape(last - first, self.each)

    def uniforms(self, first: int, last: int) -> Numbers:
        """Numbers from 0 up to, and without, 1: a row for each owner."""
        return (self.words(first, last) >> np.uint64(11)).astype(np.float64) * _UNIT

    def halves(self, first: int, last: int) -> NDArray[np.uint32]:
        """Twice as many whole numbers of 32 bits: a row for each owner."""
        return self.words(first, last).astype("<u8", copy=False).view("<u4")


def normal_of(uniform: Numbers) -> Numbers:
    """The quantile of the standard normal distribution (Acklam's approximation, to 9 digits).

    >>> normal_of(np.array([0.5, 0.975])).round(3).tolist()
    [0.0, 1.96]
    """
    inside = np.clip(uniform, 1e-12, 1 - 1e-12)
    tail = np.minimum(inside, 1 - inside)
    far = np.sqrt(-2 * np.log(tail))
    outer = np.polyval(_C, far) / np.polyval(_D, far) * np.where(inside < 0.5, 1.0, -1.0)
    central = inside - 0.5
    square = central * central
    inner = np.polyval(_A, square) * central / np.polyval(_B, square)
    found: Numbers = np.where(tail < _TAIL, outer, inner)
    return found


_TAIL: Final = 0.02425
_A: Final = (
    -3.969683028665376e01,
    2.209460984245205e02,
    -2.759285104469687e02,
    1.383577518672690e02,
    -3.066479806614716e01,
    2.506628277459239,
)
_B: Final = (
    -5.447609879822406e01,
    1.615858368580409e02,
    -1.556989798598866e02,
    6.680131188771972e01,
    -1.328068155288572e01,
    1.0,
)
_C: Final = (
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838,
    -2.549732539343734,
    4.374664141464968,
    2.938163982698783,
)
_D: Final = (
    7.784695709041462e-03,
    3.224671290700398e-01,
    2.445134137142996,
    3.754408661907416,
    1.0,
)


def evened(values: Numbers, jitter: Numbers) -> Numbers:
    """The values' ranks spread evenly over 0 to 1: a small population has the tail of a large one."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return (ranks + jitter) / max(len(values), 1)
