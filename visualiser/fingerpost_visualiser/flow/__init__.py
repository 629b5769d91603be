"""Where boxes stand that arrows join: each to the right of what leads to it, with few crossings.

From left to right the arrows decide: a box begins where the longest way to it ends. From top to bottom each
lane is an order of its boxes, packed without a gap that is not needed; boxes that are not above one another
may stand at one height, so lanes are only as high as they must be. The order is searched for: beginning with
Graphviz's and the policy's own, one box at a time is moved to where arrows cross fewer others, then run
across fewer boxes, then are shorter. What stops (a bar) has nothing before it, and may stand left or right of
what it stops; to the right where that saves a crossing.

The search is plain and decides by numbers alone, so equal scenes give equal places. It is given up for
pictures of very many boxes, which keep Graphviz's order. All lengths are in points, and y goes downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fingerpost_visualiser.flow.downwards import Flow, Stacking
from fingerpost_visualiser.flow.problem import Gaps, Sizes, ordered, problem_of
from fingerpost_visualiser.flow.sideways import beginnings, with_ways, with_ways_in
from fingerpost_visualiser.scene import Scene

__all__ = ["Flow", "Gaps", "Sizes", "flow", "least_width"]

_SEARCHED = 60
"""With more boxes, the order is not searched for: each move is judged by all arrows."""


def flow(
    scene: Scene,
    sizes: Sizes,
    titles: Sequence[tuple[float, float]],
    hints: Mapping[str, float],
    gaps: Gaps | None = None,
) -> Flow:
    """Places for the boxes of a scene, in lanes with titles of that size.

    `hints` are the heights at which Graphviz would put boxes.
    """
    problem = problem_of(scene, sizes, titles, gaps or Gaps())
    starts = list(dict.fromkeys((ordered(scene, problem, hints), ordered(scene, problem, {}))))
    if len(problem.names) > _SEARCHED or not problem.names:
        lefts = next(beginnings(scene, problem))
        return Stacking(problem, lefts).flow(starts[0], is_judged=False)
    best: Flow | None = None
    for lefts in beginnings(scene, problem):
        whole, begins = with_ways(problem, lefts)
        stacking = Stacking(whole, begins)
        for start in starts:
            found = stacking.searched(with_ways_in(start, whole))
            if best is None or found.cost < best.cost:
                best = found
            if best.is_clear and len(problem.parts) <= 1:
                return best
    assert best is not None
    return best


def least_width(scene: Scene, sizes: Sizes, gaps: Gaps) -> float:
    """How wide `flow` makes a scene at least: known at once, before any order is searched for."""
    problem = problem_of(scene, sizes, [(0.0, 0.0)] * len(scene.lanes), gaps)
    if not problem.names:
        return 0.0
    return min(float(max(lefts + problem.wide)) for lefts in beginnings(scene, problem))
