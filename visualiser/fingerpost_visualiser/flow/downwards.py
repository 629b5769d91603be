"""From top to bottom: the boxes of a lane packed in an order, and the search for the best orders."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from fingerpost_visualiser.flow.cost import judged
from fingerpost_visualiser.flow.problem import Numbers, Orders, Problem

_CROSSING, _ACROSS, _UPSIDE_DOWN, _SIZE = 1_000_000.0, 100_000.0, 500.0, 2.0
"""In points of arrows' length, what a crossing costs, an arrow across a box, a step above one that comes
before it, and a point of width or height."""
_ROUNDS = 6
_MOST_TRIED = 40_000
"""So many orders are tried at most, divided by the number of boxes."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The left upper corner of each box, how high each lane is with its title, and how wide all is.

    An arrow that passes beside other boxes does so at the height, and from where to where, that `ways` say.
    """

    corners: Mapping[str, tuple[float, float]]
    ways: Mapping[tuple[str, str], tuple[float, float, float]]
    heights: tuple[float, ...]
    width: float
    cost: float

    @property
    def is_clear(self) -> bool:
        """Whether no arrow crosses another, or runs across a box, if they run straight."""
        return self.cost < _ACROSS


class Stacking:
    """How the boxes of a scene stand from top to bottom, once it is settled where each begins."""

    def __init__(self, problem: Problem, lefts: Numbers) -> None:
        self.problem = problem
        self.lefts = lefts
        self._near = _beside_each_other(problem, lefts)
        self._high = [float(one) for one in problem.high]
        self._floor = [_below_title(problem, float(left), box) for box, left in enumerate(lefts)]
        self._known: dict[tuple[int, ...], tuple[list[float], float]] = {}

    def searched(self, start: Orders) -> Flow:
        """The best found by moving one box at a time, round by round, until no move is better."""
        best, orders = self.flow(start), start
        tried_before = {start}  # what was not better then is not better than the best of now
        left = _MOST_TRIED // len(self._high)
        for _ in range(_ROUNDS):
            before = best.cost
            for lane, box in [(lane, box) for lane, order in enumerate(orders) for box in order]:
                for moved in self._moves(orders[lane], box):
                    if left == 0:
                        return best
                    left -= 1
                    tried = (*orders[:lane], moved, *orders[lane + 1 :])
                    if tried in tried_before:
                        continue
                    tried_before.add(tried)
                    found = self.flow(tried)
                    if found.cost < best.cost - 0.5:
                        best, orders = found, tried
            if best.cost == before:
                break
        return best

    def _moves(self, order: tuple[int, ...], box: int) -> Iterator[tuple[int, ...]]:
        """The orders in which a box stands on the other side of one that it cannot stand beside."""
        rest = tuple(one for one in order if one != box)
        near = self._near[box]
        places = {place for number, one in enumerate(rest) if one in near for place in (number, number + 1)}
        for place in sorted(places):
            yield (*rest[:place], box, *rest[place:])

    def flow(self, orders: Orders, *, is_judged: bool = True) -> Flow:
        """The places that follow from orders, and what they cost."""
        gaps = self.problem.gaps
        tops = np.zeros(len(self._high))
        heights = []
        ceiling = 0.0
        for (_, title), order in zip(self.problem.titles, orders, strict=True):
            if order not in self._known:
                self._known[order] = self._lane(order)
            mine, depth = self._known[order]
            tops[list(order)] = np.array(mine) + ceiling + gaps.in_lane
            heights.append(gaps.in_lane + max(depth, title) + gaps.in_lane)
            ceiling += heights[-1] + gaps.between
        width = float(max(self.lefts + self.problem.wide, default=0.0))
        crossings, across, length = judged(self.problem, self.lefts, tops) if is_judged else (0, 0, 0.0)
        names = self.problem.names
        corners = zip(names, self.lefts, tops, strict=False)
        ways = {
            (names[tail], names[head]): self._way(place, tops)
            for place, (tail, head) in enumerate(self.problem.ways, start=len(names))
        }
        return Flow(
            corners={name: (float(left), float(top)) for name, left, top in corners},
            ways=ways,
            heights=tuple(heights),
            width=width,
            cost=_CROSSING * crossings
            + _ACROSS * across
            + _UPSIDE_DOWN * sum(map(self._upside_down, orders))
            + _SIZE * (ceiling + width)
            + length,
        )

    def _way(self, place: int, tops: Numbers) -> tuple[float, float, float]:
        left = float(self.lefts[place])
        return float(tops[place]) + self._high[place] / 2, left, left + float(self.problem.wide[place])

    def _upside_down(self, order: tuple[int, ...]) -> int:
        """How often a step stands above one with a lower number."""
        numbers = self.problem.numbers
        steps = [box for box in order if box < len(numbers) and numbers[box]]
        return sum(
            numbers[one] > numbers[other] and other in self._near[one]
            for one, other in itertools.combinations(steps, 2)
        )

    def _lane(self, order: tuple[int, ...]) -> tuple[list[float], float]:
        """How far down each box of a lane stands, in the order given, and how high the lane becomes."""
        places = {box: place for place, box in enumerate(order)}
        touching = [[places[one] for one in self._near[box] if one in places] for box in order]
        above = [[one for one in near if one < place] for place, near in enumerate(touching)]
        below = [[one for one in near if one > place] for place, near in enumerate(touching)]
        high = [self._high[box] for box in order]
        tops: list[float] = []
        for place in range(len(order)):
            tops.append(self._least(order[place], above[place], tops, high))
        depth = max((top + size for top, size in zip(tops, high, strict=True)), default=0.0)
        before = [self._joined(self.problem.before[box], places) for box in order]
        after = [self._joined(self.problem.after[box], places) for box in order]
        for lead in (after, before, after, before):
            for place in range(len(order)) if lead is before else reversed(range(len(order))):
                joined = lead[place] or before[place] or after[place]
                if joined:
                    middle = sum(tops[one] + high[one] / 2 for one in joined) / len(joined)
                    most = min((tops[one] - self.problem.gaps.down for one in below[place]), default=depth)
                    wanted = min(middle - high[place] / 2, most - high[place])
                    tops[place] = max(self._least(order[place], above[place], tops, high), wanted)
        return tops, depth

    def _least(self, box: int, above: list[int], tops: list[float], high: list[float]) -> float:
        """Below the title and everything that stands above."""
        ends = (tops[one] + high[one] + self.problem.gaps.down for one in above)
        return max(self._floor[box], *ends) if above else self._floor[box]

    @staticmethod
    def _joined(boxes: tuple[int, ...], places: Mapping[int, int]) -> list[int]:
        return [places[one] for one in boxes if one in places]


def _below_title(problem: Problem, left: float, box: int) -> float:
    wide, high = problem.titles[problem.lane[box]]
    return high if left < wide + problem.gaps.across / 2 else 0.0


def _beside_each_other(problem: Problem, lefts: Numbers) -> list[frozenset[int]]:
    """For each box those of its lane that it would touch at the same height."""
    ends = lefts + problem.wide
    apart = np.maximum(lefts[:, None], lefts[None, :]) - np.minimum(ends[:, None], ends[None, :])
    lane = np.array(problem.lane)
    touching = (apart < problem.gaps.across / 2) & (lane[:, None] == lane[None, :])
    return [frozenset(map(int, np.flatnonzero(row))) - {box} for box, row in enumerate(touching)]
