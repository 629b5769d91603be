"""Figures over several seeds: their mean, and the interval in which the mean of very many would lie.

The interval is Student's, of 95%: the mean plus and minus the standard error times a quantile. It says how
far chance in the simulation moves the figure, and nothing about whether its assumptions are right. One seed
gives no interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

_QUANTILES = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t at 97.5%, for 1 to 30 degrees of freedom."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over seeds, with the ends of its interval; without ends if there was one seed."""

    mean: float
    low: float | None = None
    high: float | None = None

    @property
    def half(self) -> float | None:
        """Half the width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


def figure(values: Sequence[float]) -> Figure | None:
    """The figure that these values of as many seeds make; None without any.

    >>> figure([2.0, 4.0]), figure([3.0])
    (Figure(mean=3.0, low=-9.706, high=15.706), Figure(mean=3.0, low=None, high=None))
    """
    if not values:
        return None
    mean = fmean(values)
    if len(values) == 1:
        return Figure(mean)
    half = quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Figure(mean, round(mean - half, 9), round(mean + half, 9))


def quantile(freedom: int) -> float:
    """Student's t at 97.5%; beyond 30 degrees of freedom by its usual expansion."""
    if freedom <= len(_QUANTILES):
        return _QUANTILES[freedom - 1]
    return 1.959964 + 2.372271 / freedom
