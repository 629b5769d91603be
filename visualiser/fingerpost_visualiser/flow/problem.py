"""A scene by numbers: boxes are places in arrays, arrows are pairs of places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fingerpost_visualiser.scene import Scene

Numbers: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int_]
Sizes: TypeAlias = Mapping[str, tuple[float, float]]
"""How wide and how high each box is, by name."""
Orders: TypeAlias = tuple[tuple[int, ...], ...]
"""For each lane its boxes from the top."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """How far apart things stand: boxes beside and below each other, in lanes and between lanes."""

    across: float = 40.0
    down: float = 22.0
    in_lane: float = 18.0
    between: float = 10.0
    is_late: bool = False
    """Whether what comes from another lane stands close to what it leads to, not to where it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What has to be arranged.

    `before` and `after` leave out arrows that close a circle; `parts` are boxes that arrows join, the largest
    part first; `lane` may go on beyond `names`, with ways that arrows take past other boxes.
    """

    names: tuple[str, ...]
    lane: tuple[int, ...]
    numbers: tuple[int, ...]
    """By which boxes are counted, as steps are; 0 for one without a number."""
    lanes: int
    wide: Numbers
    high: Numbers
    arrows: tuple[tuple[int, int], ...]
    ways: tuple[tuple[int, int], ...]
    """Between which boxes each place beyond `names` is a way."""
    gaps: Gaps
    titles: tuple[tuple[float, float], ...]
    """How wide and high the title of each lane is; boxes stand below it or to the right of it."""
    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    parts: tuple[tuple[int, ...], ...]


def problem_of(scene: Scene, sizes: Sizes, titles: Sequence[tuple[float, float]], gaps: Gaps) -> Problem:
    """The boxes and arrows of a scene, by numbers."""
    names = tuple(box.name for box in scene.boxes())
    place = {name: number for number, name in enumerate(names)}
    lane = tuple(number for number, lane in enumerate(scene.lanes) for _ in lane.boxes)
    arrows = tuple(dict.fromkeys((place[arrow.tail], place[arrow.head]) for arrow in scene.arrows))
    onward = without_circles(len(names), arrows)
    return Problem(
        names=names,
        lane=lane,
        numbers=tuple(box.order[1] if box.kind == "step" else 0 for box in scene.boxes()),
        lanes=len(scene.lanes),
        wide=np.array([sizes[name][0] for name in names], dtype=np.float64),
        high=np.array([sizes[name][1] for name in names], dtype=np.float64),
        arrows=arrows,
        ways=(),
        gaps=gaps,
        titles=tuple(titles),
        before=tuple(tuple(tail for tail, head in onward if head == box) for box in range(len(names))),
        after=tuple(tuple(head for tail, head in onward if tail == box) for box in range(len(names))),
        parts=_parts(len(names), arrows),
    )


def without_circles(number: int, arrows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The arrows that lead on: of a circle, those that close it are left out."""
    after: list[list[int]] = [[] for _ in range(number)]
    for tail, head in arrows:
        after[tail].append(head)
    state = [0] * number
    closing: set[tuple[int, int]] = set()
    for first in range(number):
        if state[first]:
            continue
        state[first] = 1
        waiting = [(first, iter(after[first]))]
        while waiting:
            box, heads = waiting[-1]
            head = next(heads, -1)
            if head < 0:
                state[box] = 2
                waiting.pop()
            elif state[head] == 1:
                closing.add((box, head))
            elif state[head] == 0:
                state[head] = 1
                waiting.append((head, iter(after[head])))
    return [arrow for arrow in arrows if arrow not in closing]


def _parts(number: int, arrows: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    part = list(range(number))

    def root(box: int) -> int:
        return box if part[box] == box else root(part[box])

    for tail, head in arrows:
        part[root(head)] = root(tail)
    members: dict[int, list[int]] = {}
    for box in range(number):
        members.setdefault(root(box), []).append(box)
    return tuple(tuple(one) for one in sorted(members.values(), key=lambda one: -len(one)))


def ordered(scene: Scene, problem: Problem, hints: Mapping[str, float]) -> Orders:
    """The boxes of each lane as the policy has them, or as Graphviz does."""
    boxes = list(scene.boxes())
    keys = [(box.order, hints.get(box.name, 0.0), number) for number, box in enumerate(boxes)]
    return tuple(
        tuple(sorted((box for box in range(len(boxes)) if problem.lane[box] == lane), key=keys.__getitem__))
        for lane in range(problem.lanes)
    )
