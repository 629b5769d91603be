"""From top to bottom: the boxes of a lane packed in an order, and the search for the best orders."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fingerpost_visualiser.flow.cost import Judging
from fingerpost_visualiser.flow.problem import Numbers, Orders, Places, Problem

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


@dataclass(frozen=True, slots=True)
class _Packed:
    """The boxes of a lane in an order, from its top."""

    boxes: Places
    tops: Numbers
    depth: float
    """How high the lane becomes."""
    upside_down: int
    """How often a step stands above one with a lower number."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where every box stands."""

    tops: Numbers
    heights: tuple[float, ...]
    """How high each lane is with its title."""
    size: float
    """How high and wide all is together."""
    upside_down: int


class Stacking:
    """How the boxes of a scene stand from top to bottom, once it is settled where each begins."""

    def __init__(self, problem: Problem, lefts: Numbers) -> None:
        self.problem = problem
        self.lefts = lefts
        self._judging = Judging(problem, lefts)
        self._near = _beside_each_other(problem, lefts)
        self._high = [float(one) for one in problem.high]
        self._floor = [_below_title(problem, float(left), box) for box, left in enumerate(lefts)]
        self._width = float(max(lefts + problem.wide, default=0.0))
        self._before, self._after = (_in_lane(problem, joined) for joined in (problem.before, problem.after))
        self._known: dict[tuple[int, ...], _Packed] = {}

    def searched(self, start: Orders) -> Flow:
        """The best found by moving one box at a time, round by round, until no move is better."""
        best, orders = self._cost(self._placed(start)), start
        tried_before = {start}  # what was not better then is not better than the best of now
        left = _MOST_TRIED // len(self._high)
        for _ in range(_ROUNDS):
            before = best
            for lane, box in [(lane, box) for lane, order in enumerate(orders) for box in order]:
                for moved in self._moves(orders[lane], box):
                    if left == 0:
                        return self.flow(orders)
                    left -= 1
                    tried = (*orders[:lane], moved, *orders[lane + 1 :])
                    if tried in tried_before:
                        continue
                    tried_before.add(tried)
                    cost = self._cost(self._placed(tried))
                    if cost < best - 0.5:
                        best, orders = cost, tried
            if best == before:
                break
        return self.flow(orders)

    def _moves(self, order: tuple[int, ...], box: int) -> Iterator[tuple[int, ...]]:
        """The orders in which a box stands on the other side of one that it cannot stand beside."""
        rest = tuple(one for one in order if one != box)
        near = self._near[box]
        places = {place for number, one in enumerate(rest) if one in near for place in (number, number + 1)}
        for place in sorted(places):
            yield (*rest[:place], box, *rest[place:])

    def flow(self, orders: Orders, *, is_judged: bool = True) -> Flow:
        """The places that follow from orders, and what they cost."""
        placed = self._placed(orders)
        names = self.problem.names
        corners = zip(names, self.lefts, placed.tops, strict=False)
        ways = {
            (names[tail], names[head]): self._way(place, placed.tops)
            for place, (tail, head) in enumerate(self.problem.ways, start=len(names))
        }
        return Flow(
            corners={name: (float(left), float(top)) for name, left, top in corners},
            ways=ways,
            heights=placed.heights,
            width=self._width,
            cost=self._cost(placed, is_judged=is_judged),
        )

    def _cost(self, placed: _Placed, *, is_judged: bool = True) -> float:
        crossings, across, length = self._judging.judged(placed.tops) if is_judged else (0, 0, 0.0)
        return (
            _CROSSING * crossings
            + _ACROSS * across
            + _UPSIDE_DOWN * placed.upside_down
            + _SIZE * placed.size
            + length
        )

    def _placed(self, orders: Orders) -> _Placed:
        """The lanes one below the other."""
        gaps = self.problem.gaps
        tops = np.zeros(len(self._high))
        heights = []
        ceiling, upside_down = 0.0, 0
        for (_, title), order in zip(self.problem.titles, orders, strict=True):
            packed = self._known.get(order)
            if packed is None:
                packed = self._known[order] = self._packed(order)
            tops[packed.boxes] = packed.tops + ceiling + gaps.in_lane
            heights.append(gaps.in_lane + max(packed.depth, title) + gaps.in_lane)
            ceiling += heights[-1] + gaps.between
            upside_down += packed.upside_down
        return _Placed(tops, tuple(heights), ceiling + self._width, upside_down)

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

    def _packed(self, order: tuple[int, ...]) -> _Packed:
        """How far down each box of a lane stands, in an order: as high as may be, then near to others."""
        high, down, before, after = self._high, self.problem.gaps.down, self._before, self._after
        places = {box: place for place, box in enumerate(order)}
        above = {box: [one for one in self._near[box] if places[one] < places[box]] for box in order}
        below = {box: [one for one in self._near[box] if places[one] > places[box]] for box in order}
        tops: dict[int, float] = {}
        for box in order:
            tops[box] = self._least(box, above[box], tops)
        depth = max((top + high[box] for box, top in tops.items()), default=0.0)
        for lead in (after, before, after, before):
            for box in order if lead is before else reversed(order):
                joined = lead[box] or before[box] or after[box]
                if not joined:
                    continue
                middles = 0.0
                for one in joined:
                    middles += tops[one] + high[one] / 2
                most = depth
                if below[box]:
                    most = min([tops[one] for one in below[box]]) - down
                wanted = min(middles / len(joined) - high[box] / 2, most - high[box])
                tops[box] = max(self._least(box, above[box], tops), wanted)
        own = np.array([tops[box] for box in order])
        return _Packed(np.array(order, dtype=np.intp), own, depth, self._upside_down(order))

    def _least(self, box: int, above: list[int], tops: Mapping[int, float]) -> float:
        """Below the title and everything that stands above."""
        ends = [tops[one] + self._high[one] + self.problem.gaps.down for one in above]
        return max(self._floor[box], *ends) if above else self._floor[box]


def _in_lane(problem: Problem, joined: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """For each box those of its own lane that it is joined to."""
    lane = problem.lane
    return [[one for one in others if lane[one] == lane[box]] for box, others in enumerate(joined)]


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
