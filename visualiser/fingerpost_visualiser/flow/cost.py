"""What an arrangement costs: crossings first, then arrows across boxes, then how long the arrows are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fingerpost_visualiser.flow.problem import Numbers, Places, Problem

_SPARE = 8.0
"""Points; an arrow that comes nearer to a box than that runs across it."""


class Judging:
    """The arrows of a problem drawn straight, once it is settled where each box begins.

    What does not hang on how the boxes stand from top to bottom is worked out once.
    """

    def __init__(self, problem: Problem, lefts: Numbers) -> None:
        self._problem = problem
        ends = np.array(problem.arrows, dtype=np.intp).reshape(-1, 2)
        self._tails, self._heads = ends[:, 0], ends[:, 1]
        rights = lefts + problem.wide
        onward = lefts[self._tails] <= lefts[self._heads]
        self._x1 = np.where(onward, rights[self._tails], lefts[self._tails])
        self._x2 = np.where(onward, lefts[self._heads], rights[self._heads])
        self._wide = 0.25 * np.sum(np.abs(self._x2 - self._x1))
        self._pairs = _apart(problem.arrows)
        self._sides = _within(self._x1, self._x2, lefts - _SPARE, rights + _SPARE)
        boxes = np.arange(len(problem.lane))[None, :]
        self._others = (boxes != self._tails[:, None]) & (boxes != self._heads[:, None])

    def judged(self, tops: Numbers) -> tuple[int, int, float]:
        """How many arrows cross, how many run across a box, and how long they are.

        To run across a way is to cross the arrow that takes it.
        """
        if not self._problem.arrows:
            return 0, 0, 0.0
        middles = tops + self._problem.high / 2
        y1, y2 = middles[self._tails], middles[self._heads]
        length = float(np.sum(np.abs(y2 - y1)) + self._wide)
        across = self._run_across(y1, y2, tops)
        number = len(self._problem.names)
        crossings = self._crossings(y1, y2) + int(np.sum(across[number:]))
        return crossings, int(np.sum(across[:number])), length

    def _crossings(self, y1: Numbers, y2: Numbers) -> int:
        """Pairs of arrows without a common end of which each has its ends on both sides of the other."""
        one, other = self._pairs
        lines = (self._x1, y1, self._x2, y2)
        return int(np.sum(_on_both_sides(lines, one, other) & _on_both_sides(lines, other, one)))

    def _run_across(self, y1: Numbers, y2: Numbers, tops: Numbers) -> Places:
        """How many arrows run across each box: are within its height where they are within its sides."""
        enters, leaves = _within(y1, y2, tops - _SPARE, tops + self._problem.high + _SPARE)
        enters, leaves = np.maximum(self._sides[0], enters), np.minimum(self._sides[1], leaves)
        return np.asarray(np.sum((enters < leaves) & self._others, axis=0))


def _apart(arrows: Sequence[tuple[int, int]]) -> tuple[Places, Places]:
    """The pairs of arrows without a common end."""
    pairs = itertools.combinations(range(len(arrows)), 2)
    apart = [(one, other) for one, other in pairs if set(arrows[one]).isdisjoint(arrows[other])]
    found = np.array(apart, dtype=np.intp).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _on_both_sides(
    lines: tuple[Numbers, Numbers, Numbers, Numbers], one: Places, other: Places
) -> NDArray[np.bool_]:
    """Whether the ends of the others lie on different sides of the ones; none does that only touches."""
    x1, y1, x2, y2 = lines
    across, down = x2[one] - x1[one], y2[one] - y1[one]
    first = across * (y1[other] - y1[one]) - down * (x1[other] - x1[one])
    second = across * (y2[other] - y1[one]) - down * (x2[other] - x1[one])
    return np.asarray(first * second < 0)


def _within(start: Numbers, end: Numbers, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """From where to where on its way, of which 0 is the start and 1 the end, each arrow is within each box.

    In one direction; if it never is, the first is more than the second.
    """
    first, last = start[:, None], end[:, None]
    along = last - first
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - first) / along, (high - first) / along
    inside = (first > low) & (first < high)
    flat = along == 0
    enters = np.where(flat, np.where(inside, 0.0, 2.0), np.minimum(one, other))
    leaves = np.where(flat, np.where(inside, 1.0, -1.0), np.maximum(one, other))
    return np.maximum(0.0, enters), np.minimum(1.0, leaves)
