"""Where everything stands: heading, legend, and lanes of equal length one below the other.

Where a scene names its columns, boxes stand in those, as in a table; else where its arrows lead (`flow`).
Graphviz measures all of it first; its own lanes overlap, change their order and differ in length, so places
are settled here. All lengths are in points, y upwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from fingerpost_visualiser.flow import Gaps, flow
from fingerpost_visualiser.scene import Box, Scene

HEADING = "heading"
LEGEND = "legend"
_BETWEEN_COLUMNS = 40.0
_BETWEEN_BOXES = 22.0
_BETWEEN_LANES = 10.0
"""Graphviz routes arrows round boxes only if they are more than 7 points apart."""
_IN_LANE = 18.0
_CLOSE = Gaps(across=27.0, down=14.0, in_lane=12.0, between=8.0)
"""Where letters are to be as large as a page allows."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The centre of a box, and its size."""

    x: float
    y: float
    width: float
    height: float


Point: TypeAlias = tuple[float, float]


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
    ways: Mapping[tuple[str, str], tuple[Point, Point]] = field(default_factory=dict)
    """Between which points an arrow from box to box passes beside others."""

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
    titles = max((measured[lane.name].width for lane in scene.lanes), default=0.0)
    least = max(titles + 2 * _IN_LANE, measured[HEADING].width, measured[LEGEND].width)
    spots, top = _head(measured)
    if scene.columns:
        return _table(scene, measured, spots, top, least)
    return _joined(scene, measured, spots, top, least)


def _head(measured: Mapping[str, Spot]) -> tuple[dict[str, Spot], float]:
    """The heading and the legend, and where the rest begins."""
    spots = {}
    top = 0.0
    for name in (HEADING, LEGEND):
        size = measured[name]
        spots[name] = Spot(size.width / 2, top - size.height / 2, size.width, size.height)
        top -= size.height + _BETWEEN_LANES
    return spots, top


def _lane_title(title: Spot, top: float) -> Spot:
    return Spot(6 + title.width / 2, top - 4 - title.height / 2, title.width, title.height)


def _joined(
    scene: Scene, measured: Mapping[str, Spot], spots: dict[str, Spot], top: float, least: float
) -> Plan:
    """Boxes that arrows join, from left to right, in lanes one below the other."""
    gaps = Gaps(across=_BETWEEN_COLUMNS, down=_BETWEEN_BOXES, in_lane=_IN_LANE, between=_BETWEEN_LANES)
    gaps = _CLOSE if scene.is_close else gaps
    sizes = {box.name: (measured[box.name].width, measured[box.name].height) for box in scene.boxes()}
    titles = [(measured[lane.name].width, measured[lane.name].height) for lane in scene.lanes]
    found = flow(scene, sizes, titles, {name: -spot.y for name, spot in measured.items()}, gaps)
    right = max(found.width + 2 * gaps.in_lane, least)
    for name, (left, down) in found.corners.items():
        width, height = sizes[name]
        spots[name] = Spot(gaps.in_lane + left + width / 2, top - down - height / 2, width, height)
    ways = {}
    for ends, (down, left, far) in found.ways.items():
        ways[ends] = (gaps.in_lane + left, top - down), (gaps.in_lane + far, top - down)
    lanes = {}
    for lane, high in zip(scene.lanes, found.heights, strict=True):
        lanes[lane.name] = Rectangle(0, top - high, right, top)
        spots[lane.name] = _lane_title(measured[lane.name], top)
        top -= high + gaps.between
    return Plan(spots=spots, lanes=lanes, ways=ways)


def _table(
    scene: Scene, measured: Mapping[str, Spot], spots: dict[str, Spot], top: float, least: float
) -> Plan:
    """Boxes in the columns that they name."""
    standing = _in_table(scene)
    widths = _widths(scene, standing, measured)
    lefts, width = _lefts(widths, _IN_LANE)
    right = max(width + _IN_LANE, least)
    heads = {number: measured[column_name(number)] for number, _ in titled(scene)}
    for number, size in heads.items():
        middle = top - size.height / 2
        spots[column_name(number)] = Spot(lefts[number] + size.width / 2, middle, size.width, size.height)
    top -= max((size.height + _BETWEEN_LANES for size in heads.values()), default=0.0)
    lanes = {}
    for lane in scene.lanes:
        title = measured[lane.name]
        stacks = _stacks(lane.boxes, standing)
        tallest = max((_height(stack, measured) for stack in stacks.values()), default=0.0)
        ceiling = top - title.height - _IN_LANE
        bottom = ceiling - tallest - _IN_LANE
        lanes[lane.name] = Rectangle(0, bottom, right, top)
        spots[lane.name] = _lane_title(title, top)
        for column, stack in stacks.items():
            y = ceiling
            for box in stack:
                size = measured[box.name]
                x = lefts[column] + size.width / 2
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


def _lefts(columns: Mapping[int, float], left: float) -> tuple[dict[int, float], float]:
    """Where each column begins, and where the last one ends."""
    lefts = {}
    for column, width in columns.items():
        lefts[column] = left
        left += width + _BETWEEN_COLUMNS
    return lefts, left - _BETWEEN_COLUMNS


def _stacks(boxes: Sequence[Box], standing: Mapping[str, int]) -> dict[int, list[Box]]:
    """The boxes of each column from the top."""
    stacks: dict[int, list[Box]] = {}
    for box in sorted(boxes, key=lambda box: box.order):
        stacks.setdefault(standing[box.name], []).append(box)
    return stacks


def _height(stack: Sequence[Box], measured: Mapping[str, Spot]) -> float:
    return sum(measured[box.name].height for box in stack) + _BETWEEN_BOXES * (len(stack) - 1)
