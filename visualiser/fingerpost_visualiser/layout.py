"""Where everything stands: columns as Graphviz ranked them, lanes of equal length one below the other.

Graphviz decides which box stands in which column, and in what order (`measured`); its own lanes overlap,
change their order and differ in length, so the lanes are stacked here. All lengths are in points, y upwards.
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

    def longest_side(self) -> float:
        """How wide or high the picture is, whichever is more."""
        right = max([spot.x + spot.width / 2 for spot in self.spots.values()])
        bottom = min([lane.bottom for lane in self.lanes.values()], default=0.0)
        return max(right, -bottom)


def place(scene: Scene, measured: Mapping[str, Spot]) -> Plan:
    """A place for everything in `scene`; `measured` holds every box, each lane's name and `HEADING`."""
    columns = _columns([measured[box.name] for box in scene.boxes()])
    centres, width = _centres(columns, _IN_LANE)
    titles = max((measured[lane.name].width for lane in scene.lanes), default=0.0)
    right = max(width + _IN_LANE, titles + 2 * _IN_LANE, measured[HEADING].width, measured[LEGEND].width)
    spots = {}
    top = 0.0
    for name in (HEADING, LEGEND):
        size = measured[name]
        spots[name] = Spot(size.width / 2, top - size.height / 2, size.width, size.height)
        top -= size.height + _BETWEEN_LANES
    lanes = {}
    for lane in scene.lanes:
        title = measured[lane.name]
        stacks = _stacks(lane.boxes, measured)
        tallest = max((_height(stack, measured) for stack in stacks.values()), default=0.0)
        middle = top - title.height - _IN_LANE - tallest / 2
        bottom = middle - tallest / 2 - _IN_LANE
        lanes[lane.name] = Rectangle(0, bottom, right, top)
        spots[lane.name] = Spot(6 + title.width / 2, top - 4 - title.height / 2, title.width, title.height)
        for column, stack in stacks.items():
            y = middle + _height(stack, measured) / 2
            for box in stack:
                size = measured[box.name]
                spots[box.name] = Spot(centres[column], y - size.height / 2, size.width, size.height)
                y -= size.height + _BETWEEN_BOXES
        top = bottom - _BETWEEN_LANES
    return Plan(spots=spots, lanes=lanes)


def _columns(spots: Sequence[Spot]) -> dict[int, float]:
    """The width of each column, left to right."""
    widths: dict[int, float] = {}
    for spot in spots:
        widths[round(spot.x)] = max(widths.get(round(spot.x), 0.0), spot.width)
    return dict(sorted(widths.items()))


def _centres(columns: Mapping[int, float], left: float) -> tuple[dict[int, float], float]:
    """The middle of each column, and where the last one ends."""
    centres = {}
    for column, width in columns.items():
        centres[column] = left + width / 2
        left += width + _BETWEEN_COLUMNS
    return centres, left - _BETWEEN_COLUMNS


def _stacks(boxes: Sequence[Box], measured: Mapping[str, Spot]) -> dict[int, list[Box]]:
    """The boxes of each column from the top, in the order that Graphviz found to cross least."""
    stacks: dict[int, list[Box]] = {}
    for box in sorted(boxes, key=lambda box: (box.order, -measured[box.name].y)):
        stacks.setdefault(round(measured[box.name].x), []).append(box)
    return stacks


def _height(stack: Sequence[Box], measured: Mapping[str, Spot]) -> float:
    return sum(measured[box.name].height for box in stack) + _BETWEEN_BOXES * (len(stack) - 1)
