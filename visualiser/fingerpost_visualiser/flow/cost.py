"""What an arrangement costs: crossings first, then arrows across boxes, then how long the arrows are."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fingerpost_visualiser.flow.problem import Numbers, Places, Problem

_SPARE = 8.0
"""Points; an arrow that comes nearer to a box than that runs across it."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """Arrows drawn straight: from which box to which, and from where to where."""

    tails: Places
    heads: Places
    x1: Numbers
    y1: Numbers
    x2: Numbers
    y2: Numbers


def judged(problem: Problem, lefts: Numbers, tops: Numbers) -> tuple[int, int, float]:
    """How many arrows cross, how many run across a box, and how long they are, drawn straight.

    To run across a way is to cross the arrow that takes it.
    """
    if not problem.arrows:
        return 0, 0, 0.0
    tails, heads = (np.array(ends) for ends in zip(*problem.arrows, strict=True))
    middles = tops + problem.high / 2
    onward = lefts[tails] <= lefts[heads]
    rights = lefts + problem.wide
    x1, x2 = (
        np.where(onward, *ends) for ends in ((rights[tails], lefts[tails]), (lefts[heads], rights[heads]))
    )
    lines = _Lines(tails, heads, x1, middles[tails], x2, middles[heads])
    length = float(np.sum(np.abs(lines.y2 - lines.y1)) + 0.25 * np.sum(np.abs(x2 - x1)))
    across = _run_across(problem, lines, lefts, tops)
    number = len(problem.names)
    crossings = _crossings(lines) + int(np.sum(across[number:]))
    return crossings, int(np.sum(across[:number])), length


def _crossings(lines: _Lines) -> int:
    """Pairs of arrows without a common end of which each has its ends on both sides of the other."""
    one, other = _apart(tuple(lines.tails.tolist()), tuple(lines.heads.tolist()))
    return int(np.sum(_sides(lines, one, other) & _sides(lines, other, one)))


@lru_cache(maxsize=64)
def _apart(tails: tuple[int, ...], heads: tuple[int, ...]) -> tuple[Places, Places]:
    """The pairs of arrows without a common end."""
    pairs = itertools.combinations(range(len(tails)), 2)
    apart = [
        (one, other) for one, other in pairs if not {tails[one], heads[one]} & {tails[other], heads[other]}
    ]
    found = np.array(apart, dtype=np.intp).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _sides(lines: _Lines, one: Places, other: Places) -> NDArray[np.bool_]:
    """Whether the ends of the others lie on different sides of the ones; none does that only touches."""
    across, down = lines.x2[one] - lines.x1[one], lines.y2[one] - lines.y1[one]
    first = across * (lines.y1[other] - lines.y1[one]) - down * (lines.x1[other] - lines.x1[one])
    second = across * (lines.y2[other] - lines.y1[one]) - down * (lines.x2[other] - lines.x1[one])
    return np.asarray(first * second < 0)


def _run_across(problem: Problem, lines: _Lines, lefts: Numbers, tops: Numbers) -> Places:
    """How many arrows run across each box: are within its height where they are within its sides."""
    x1, y1, x2, y2 = (one[:, None] for one in (lines.x1, lines.y1, lines.x2, lines.y2))
    left, right = lefts[None, :] - _SPARE, (lefts + problem.wide)[None, :] + _SPARE
    top, bottom = tops[None, :] - _SPARE, (tops + problem.high)[None, :] + _SPARE
    with np.errstate(divide="ignore", invalid="ignore"):
        enters, leaves = np.zeros(left.shape), np.ones(left.shape)
        for start, end, low, high in ((x1, x2, left, right), (y1, y2, top, bottom)):
            along = end - start
            one, other = (low - start) / along, (high - start) / along
            inside = (start > low) & (start < high)
            flat = along == 0
            enters = np.maximum(enters, np.where(flat, np.where(inside, 0.0, 2.0), np.minimum(one, other)))
            leaves = np.minimum(leaves, np.where(flat, np.where(inside, 1.0, -1.0), np.maximum(one, other)))
    boxes = np.arange(len(problem.lane))[None, :]
    others = (boxes != lines.tails[:, None]) & (boxes != lines.heads[:, None])
    return np.asarray(np.sum((enters < leaves) & others, axis=0))
