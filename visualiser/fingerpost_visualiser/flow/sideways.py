"""From left to right: each box begins where the longest way to it ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from fingerpost_visualiser.flow.problem import Numbers, Orders, Problem, without_circles
from fingerpost_visualiser.scene import Scene

_WAY = 2.0
"""So high is an arrow that passes beside boxes."""
_MOST_PARTS = 4
"""So many parts are tried on both sides; any more stand behind."""


def beginnings(scene: Scene, problem: Problem) -> Iterator[Numbers]:
    """Where each box begins: with bars to the left of what they stop, and to the right of it.

    Of several parts, each but the largest is put beside what stands in its lanes, before it or after it.
    """
    stops = {arrow.tail for arrow in scene.arrows if arrow.stops}
    bars = {
        box
        for box, name in enumerate(problem.names)
        if name in stops and _leads_from_nothing(box, problem, stops)
    }
    for right in (frozenset[int](), frozenset(bars)):
        yield from _beside(problem, right)
        if not bars:
            return


def _leads_from_nothing(box: int, problem: Problem, stops: set[str]) -> bool:
    """Whether only what stops as well leads to it, as to the join of two bars."""
    return all(problem.names[one] in stops for one in problem.before[box])


def _beside(problem: Problem, right: frozenset[int]) -> Iterator[Numbers]:
    nothing = np.zeros(len(problem.names))
    alone = _lefts(problem, right, nothing)
    yield alone
    if len(problem.parts) == 1:
        return
    ends = alone + problem.wide
    for choices in itertools.product((False, True), repeat=min(len(problem.parts) - 1, _MOST_PARTS)):
        least = nothing.copy()
        for part, goes_first in zip(problem.parts[1:], choices, strict=False):
            lanes = {problem.lane[box] for box in part}
            others = [box for box in problem.parts[0] if problem.lane[box] in lanes]
            if not others:
                continue
            if goes_first:
                shift = float(max(ends[list(part)])) + problem.gaps.across
                for box in others:
                    least[box] = max(least[box], shift)
            else:
                shift = float(max(ends[others])) + problem.gaps.across
                for box in part:
                    least[box] = shift
        yield _lefts(problem, right, least)


def _lefts(problem: Problem, right: frozenset[int], least: Numbers) -> Numbers:
    """The left side of each box: no further left than what leads to it ends, and than `least`."""
    lefts = least.copy()
    order = _along(problem)
    for box in order:
        for tail in problem.before[box]:
            if tail not in right and not _is_free(tail, problem):
                lefts[box] = max(lefts[box], lefts[tail] + problem.wide[tail] + problem.gaps.across)
    for box in order:
        if _is_free(box, problem) and box not in right and problem.after[box]:
            # Nothing leads to it: it makes room before what it leads to.
            own = lefts[box]
            first = min(lefts[head] for head in problem.after[box])
            lefts[box] = max(own, first - problem.gaps.across - problem.wide[box])
    return _shifted(problem, lefts, right, order)


def _shifted(problem: Problem, lefts: Numbers, right: frozenset[int], order: Sequence[int]) -> Numbers:
    """Once more along the arrows, now that what nothing leads to has its place; then what stands right."""
    for box in order:
        for tail in problem.before[box]:
            if tail not in right:
                lefts[box] = max(lefts[box], lefts[tail] + problem.wide[tail] + problem.gaps.across)
    for box in reversed(order):
        if problem.gaps.is_late and _comes_from_elsewhere(box, problem):
            first = min(lefts[head] for head in problem.after[box])
            lefts[box] = max(lefts[box], first - problem.gaps.across - problem.wide[box])
        if box in right:
            ends = [lefts[head] + problem.wide[head] for head in problem.after[box]]
            lefts[box] = max(ends, default=0.0) + problem.gaps.across
    return lefts


def _comes_from_elsewhere(box: int, problem: Problem) -> bool:
    """Whether only other lanes lead to it, and it leads on."""
    tails = {problem.lane[tail] for tail in problem.before[box]}
    return bool(tails and problem.after[box]) and problem.lane[box] not in tails


def _is_free(box: int, problem: Problem) -> bool:
    return not problem.before[box]


def _along(problem: Problem) -> list[int]:
    """Boxes so that each comes after all that lead to it."""
    missing = [len(tails) for tails in problem.before]
    ready = [box for box, number in enumerate(missing) if number == 0]
    order = []
    while ready:
        box = ready.pop(0)
        order.append(box)
        for head in problem.after[box]:
            missing[head] -= 1
            if missing[head] == 0:
                ready.append(head)
    return order


def with_ways(problem: Problem, lefts: Numbers) -> tuple[Problem, Numbers]:
    """An arrow that passes beside other boxes of its lane takes up room, as a box without a name."""
    gap = problem.gaps.across / 2
    ends = lefts + problem.wide
    number = len(problem.names)
    lane, begins, wide = list(problem.lane), list(lefts), list(problem.wide)
    arrows: list[tuple[int, int]] = []
    ways: list[tuple[int, int]] = []
    for tail, head in problem.arrows:
        first, last = (tail, head) if lefts[tail] <= lefts[head] else (head, tail)
        span = lefts[last] - ends[first] - 2 * gap
        if lane[tail] != lane[head] or span <= 2 * gap:
            arrows.append((tail, head))
            continue
        arrows += [(tail, len(lane)), (len(lane), head)]
        ways.append((tail, head))
        lane.append(lane[tail])
        begins.append(ends[first] + gap)
        wide.append(span)
    boxes = range(len(lane))
    onward = without_circles(len(lane), arrows)
    whole = replace(
        problem,
        lane=tuple(lane),
        wide=np.array(wide),
        high=np.concatenate([problem.high, np.full(len(lane) - number, _WAY)]),
        arrows=tuple(arrows),
        ways=tuple(ways),
        before=tuple(tuple(tail for tail, head in onward if head == box) for box in boxes),
        after=tuple(tuple(head for tail, head in onward if tail == box) for box in boxes),
    )
    return whole, np.array(begins)


def with_ways_in(orders: Orders, problem: Problem) -> Orders:
    """An order in which each way stands below the box that it leads away from."""
    grown = [list(order) for order in orders]
    for way in range(len(problem.names), len(problem.lane)):
        order = grown[problem.lane[way]]
        order.insert(order.index((*problem.before[way], *problem.after[way])[0]) + 1, way)
    return tuple(tuple(order) for order in grown)
