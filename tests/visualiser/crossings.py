"""Reading back from an SVG where arrows run: where they cross each other, and which boxes they run across."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tests.visualiser.markup import parsed

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PIECES = 24
"""Each curve is followed in so many straight pieces."""
_TOUCH = 4.0
"""Points; nearer to a common end, two arrows touch and do not cross."""


@dataclass(frozen=True)
class Line:
    """An arrow as it is drawn."""

    name: str
    tail: str
    head: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Area:
    """What a box or a lane's title takes up."""

    name: str
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, point: Point, spare: float = 0.0) -> bool:
        """Whether a point lies inside, at least `spare` from the edge."""
        x, y = point
        return self.left + spare < x < self.right - spare and self.top + spare < y < self.bottom - spare


@dataclass(frozen=True)
class Drawing:
    """All arrows and boxes of a picture."""

    lines: tuple[Line, ...]
    areas: tuple[Area, ...]

    def crossings(self) -> list[tuple[str, str]]:
        """Each place where two arrows cross, as `n1 → n2` and `n3 → n4`."""
        found = []
        for one, other in itertools.combinations(self.lines, 2):
            found += [(_said(one), _said(other)) for _ in _meetings(one, other)]
        return found

    def run_across(self) -> list[tuple[str, str]]:
        """Arrows that run across the words of a box, or over a lane's title."""
        return [
            (_said(line), area.name)
            for line in self.lines
            for area in self.areas
            if area.name not in (line.tail, line.head)
            and any(area.holds(point, 1.0) for point in _followed(line.points))
        ]

    def overlapping(self) -> list[tuple[str, str]]:
        """Boxes and titles that lie on each other."""
        return [
            (one.name, other.name)
            for one, other in itertools.combinations(self.areas, 2)
            if min(one.right, other.right) - max(one.left, other.left) > 1
            and min(one.bottom, other.bottom) - max(one.top, other.top) > 1
        ]


def read(svg: bytes) -> Drawing:
    """What is drawn in an SVG of ours."""
    lines, areas = [], []
    for group in parsed(svg).iter(f"{SVG}g"):
        name = group.get("id", "")
        if group.get("data-from") is not None:
            ends = group.get("data-from", ""), group.get("data-to", "")
            curves = (tuple(_curve(path.get("d", ""))) for path in group.iter(f"{SVG}path"))
            lines += [Line(name, *ends, curve) for curve in curves]
        elif group.get("class", "").startswith("node"):
            areas.append(_area(name, group))
    return Drawing(tuple(lines), tuple(areas))


def _said(line: Line) -> str:
    return f"{line.tail} → {line.head}"


def _curve(path: str) -> Iterator[Point]:
    """The points of `M x,y C …`, each curve of which has two handles and an end."""
    numbers = [float(number) for number in _NUMBER.findall(path)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    yield points[0]
    for place in range(0, len(points) - 3, 3):
        start, first, second, end = points[place : place + 4]
        for piece in range(1, _PIECES + 1):
            there = piece / _PIECES
            here = 1 - there
            weights = (here**3, 3 * here**2 * there, 3 * here * there**2, there**3)
            four = (start, first, second, end)
            yield (
                sum(weight * x for weight, (x, _) in zip(weights, four, strict=True)),
                sum(weight * y for weight, (_, y) in zip(weights, four, strict=True)),
            )


def _area(name: str, group: ET.Element) -> Area:
    """The outline of a box; of a title without one, its words, at six tenths of their size a letter."""
    points: list[Point] = []
    for shape in (*group.iter(f"{SVG}polygon"), *group.iter(f"{SVG}path")):
        numbers = [float(number) for number in _NUMBER.findall(shape.get("points") or shape.get("d") or "")]
        points += list(zip(numbers[::2], numbers[1::2], strict=True))
    for circle in group.iter(f"{SVG}ellipse"):
        x, y, wide, high = (float(circle.get(key, "0")) for key in ("cx", "cy", "rx", "ry"))
        points += [(x - wide, y - high), (x + wide, y + high)]
    has_outline = bool(points)
    for text in group.iter(f"{SVG}text"):
        size = float(text.get("font-size", "14"))
        x, y = float(text.get("x", "0")), float(text.get("y", "0"))
        points += [(x, y - 0.7 * size)]
        if not has_outline and text.get("text-anchor") == "start":
            points += [(x + 0.5 * size * len("".join(text.itertext())), y)]
    across = [x for x, _ in points]
    down = [y for _, y in points]
    return Area(name, min(across), min(down), max(across), max(down))


def _followed(points: Sequence[Point]) -> Iterator[Point]:
    """Points along a line, each near to the one before."""
    for (x, y), (far_x, far_y) in itertools.pairwise(points):
        pieces = max(int(math.dist((x, y), (far_x, far_y)) / 2), 1)
        for piece in range(pieces):
            yield x + (far_x - x) * piece / pieces, y + (far_y - y) * piece / pieces


def _meetings(one: Line, other: Line) -> Iterator[Point]:
    """Where two lines cross, away from an end that they share."""
    shared = [
        point
        for point in (one.points[0], one.points[-1])
        if min(math.dist(point, end) for end in (other.points[0], other.points[-1])) < _TOUCH
    ]
    last: Point | None = None
    for first in itertools.pairwise(one.points):
        for second in itertools.pairwise(other.points):
            point = _crossing(first, second)
            if point is None or any(math.dist(point, end) < _TOUCH for end in shared):
                continue
            if last is None or math.dist(point, last) > _TOUCH:
                yield point
            last = point


def _crossing(one: tuple[Point, Point], other: tuple[Point, Point]) -> Point | None:
    """Where two straight pieces cross."""
    (x1, y1), (x2, y2) = one
    (x3, y3), (x4, y4) = other
    slope = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3)
    if abs(slope) < 1e-9:
        return None
    along = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / slope
    across = ((x3 - x1) * (y2 - y1) - (y3 - y1) * (x2 - x1)) / slope
    if 0 <= along <= 1 and 0 <= across <= 1:
        return x1 + along * (x2 - x1), y1 + along * (y2 - y1)
    return None
