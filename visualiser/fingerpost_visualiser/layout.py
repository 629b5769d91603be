"""Where everything stands: columns as Graphviz ranked them, lanes of equal length one below the other.

Where a scene names its columns, boxes stand in those, as in a table. Else Graphviz decides which box stands
in which column, and in what order (`measured`); its own lanes overlap, change their order and differ in
length, so the lanes are stacked here. All lengths are in points, y upwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fingerpost_visualiser.scene import Box, Scene

HEADING = "heading"
LEGEND = "legend"
_BETWEEN_COLUMNS = 40.0
_BETWEEN_BOXES = 22.0
_BETWEEN_LANES = 10.0
"""Graphviz routes arrows round boxes only if they are more than 7 points apart."""
_IN_LANE = 18.0


@dataclass(frozen=True, slots=True)
class Spot:
    """The centre of a box, and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Left, bottom, right, top."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Where boxes, lane titles and the heading stand, and how far each lane reaches."""

    spots: Mapping[str, Spot]
    lanes: Mapping[str, Rectangle]

    def size(self) -> tuple[float, float]:
        """How wide and how high the picture is."""
        right = max([spot.x + spot.width / 2 for spot in self.spots.values()])
        right = max(right, *(lane.right for lane in self.lanes.values())) if self.lanes else right
        bottom = min([lane.bottom for lane in self.lanes.values()], default=0.0)
        return right, max(-bottom, 1.0)

    def longest_side(self) -> float:
        """How wide or high the picture is, whichever is more."""
        return max(self.size())


def place(scene: Scene, measured: Mapping[str, Spot]) -> Plan:
    """A place for everything in `scene`; `measured` holds every box, each lane's name and `HEADING`."""
    standing = (
        _in_table(scene) if scene.columns else {b.name: round(measured[b.name].x) for b in scene.boxes()}
    )
    widths = _widths(scene, standing, measured)
    centres, width = _centres(widths, _IN_LANE)
    titles = max((measured[lane.name].width for lane in scene.lanes), default=0.0)
    right = max(width + _IN_LANE, titles + 2 * _IN_LANE, measured[HEADING].width, measured[LEGEND].width)
    spots = {}
    top = 0.0
    for name in (HEADING, LEGEND):
        size = measured[name]
        spots[name] = Spot(size.width / 2, top - size.height / 2, size.width, size.height)
        top -= size.height + _BETWEEN_LANES
    heads = {number: measured[column_name(number)] for number, _ in titled(scene)}
    for number, size in heads.items():
        left = centres[number] - widths[number] / 2
        middle = top - size.height / 2
        spots[column_name(number)] = Spot(left + size.width / 2, middle, size.width, size.height)
    top -= max((size.height + _BETWEEN_LANES for size in heads.values()), default=0.0)
    lanes = {}
    for lane in scene.lanes:
        title = measured[lane.name]
        stacks = _stacks(lane.boxes, measured, standing)
        tallest = max((_height(stack, measured) for stack in stacks.values()), default=0.0)
        middle = top - title.height - _IN_LANE - tallest / 2
        ceiling = middle + tallest / 2
        bottom = middle - tallest / 2 - _IN_LANE
        lanes[lane.name] = Rectangle(0, bottom, right, top)
        spots[lane.name] = Spot(6 + title.width / 2, top - 4 - title.height / 2, title.width, title.height)
        for column, stack in stacks.items():
            y = ceiling if scene.columns else middle + _height(stack, measured) / 2
            for box in stack:
                size = measured[box.name]
                x = centres[column] + (0 if not scene.columns else (size.width - widths[column]) / 2)
                spots[box.name] = Spot(x, y - size.height / 2, size.width, size.height)
                y -= size.height + _BETWEEN_BOXES
        top = bottom - _BETWEEN_LANES
    return Plan(spots=spots, lanes=lanes)


def column_name(number: int) -> str:
    """What the title of a column is called among what is measured."""
    return f"column{number}"


def titled(scene: Scene) -> list[tuple[int, str]]:
    """The columns that have a title, by number."""
    return [(number, title) for number, title in enumerate(scene.columns) if title]


def _in_table(scene: Scene) -> dict[str, int]:
    """The column of each box of a table; the first for one that names none."""
    return {box.name: box.column or 0 for box in scene.boxes()}


def _widths(scene: Scene, standing: Mapping[str, int], measured: Mapping[str, Spot]) -> dict[int, float]:
    """The width of each column, left to right."""
    widths = {number: measured[column_name(number)].width for number, _ in titled(scene)}
    for box in scene.boxes():
        column = standing[box.name]
        widths[column] = max(widths.get(column, 0.0), measured[box.name].width)
    return dict(sorted(widths.items()))


def _centres(columns: Mapping[int, float], left: float) -> tuple[dict[int, float], float]:
    """The middle of each column, and where the last one ends."""
    centres = {}
    for column, width in columns.items():
        centres[column] = left + width / 2
        left += width + _BETWEEN_COLUMNS
    return centres, left - _BETWEEN_COLUMNS


def _stacks(
    boxes: Sequence[Box], measured: Mapping[str, Spot], standing: Mapping[str, int]
) -> dict[int, list[Box]]:
    """The boxes of each column from the top, in the order that Graphviz found to cross least."""
    stacks: dict[int, list[Box]] = {}
    for box in sorted(boxes, key=lambda box: (box.order, _from_top(box, measured))):
        stacks.setdefault(standing[box.name], []).append(box)
    return stacks


def _from_top(box: Box, measured: Mapping[str, Spot]) -> float:
    return 0.0 if box.column is not None else -measured[box.name].y


def _height(stack: Sequence[Box], measured: Mapping[str, Spot]) -> float:
    return sum(measured[box.name].height for box in stack) + _BETWEEN_BOXES * (len(stack) - 1)
