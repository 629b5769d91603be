"""A pathway on slides as shapes and connectors, which a trainer can move, recolour and write in.

What a slide has room for is said on it: titles, how strongly something is asked, conditions, bars. All that a
box says is its alternative text, what an arrow says is its connector's; the notes have everything. Shapes
stand in reading order, lane by lane, connectors behind them, and are glued to what they join.

The letters are as large as fits. Where even the smallest do not, the pathway goes on to further slides, and
what leads from one to the other is named on both. How much room words take is reckoned from the bundled font
and a fifth more, a third where they are bold: as wide is what may stand in for a missing Arial.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from fingerpost_visualiser.flow import Flow, Gaps, flow, least_width
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.scene import Arrow, Box, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.svg import arrow_words
from fingerpost_visualiser.text import reading_order
from fingerpost_visualiser.theme import FONTS, SHAPES, Theme

if TYPE_CHECKING:
    from pptx.slide import Slide

LARGEST, SMALLEST = 18, 10
"""Points; between these are the letters on a slide."""
_LINE = 1.2
_WIDER = {"Regular": 1.2, "Bold": 1.32}
_INSET = 4.0
_ROUND = 1.45
"""How much wider a circle is than the word in it."""
_CUT = 0.3
"""How much of its shorter side an eight-sided sign loses at its corners."""
_GAPS = Gaps(across=20.0, down=9.0, in_lane=7.0, between=4.0, is_late=True)
_WIDTHS = (150.0, 130.0, 112.0, 98.0, 88.0, 80.0)
"""Points; how wide the words of a box may be."""
_MOST_LETTERS = 150
_FULL = 0.5
"""No more of a slide than this can be boxes, if arrows are to find their way."""
_EMU = 12_700
_PRESETS = {"octagon": "OCTAGON", "circle": "OVAL"}
_SITES = {"octagon": (4, 0), "circle": (2, 6), "box": (1, 3)}
"""The numbers of the connection sites at the left and at the right of a form."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A scene, or a part of it, with its places on a slide: in points, from the corner of what is free."""

    scene: Scene
    size: int
    boxes: Mapping[str, tuple[float, float]]
    """How wide and high each box is."""
    flow: Flow


def drawings(scene: Scene, width: float, height: float) -> list[Drawing]:
    """The scene on as many slides as it needs, each of that size in points."""
    whole = _fitted(scene, width, height)
    if whole is not None:
        return [whole]
    boxes = [box for lane in scene.lanes for box in lane.boxes]
    names = [box.name for box in sorted(boxes, key=_number)]
    middle = len(names) // 2
    if middle == 0:
        return []
    halves = (_part(scene, frozenset(names[:middle])), _part(scene, frozenset(names[middle:])))
    return [drawing for half in halves for drawing in drawings(half, width, height)]


def _number(box: Box) -> int:
    """Steps by number; what is no step stays where the policy has it."""
    return int(box.name[1:]) if box.name[1:].isdigit() else 0


def _fitted(scene: Scene, width: float, height: float) -> Drawing | None:
    """With the largest letters that fit, and of those with the widest boxes."""
    for size in range(LARGEST, SMALLEST - 1, -1):
        titles = [(_wide(lane.title, size, bold=True) + 8, size * _LINE) for lane in scene.lanes]
        for wide in _WIDTHS:
            sizes = {box.name: _size(box, size, wide) for box in scene.boxes()}
            if least_width(scene, sizes, _GAPS) + 2 * _GAPS.in_lane > width:
                continue
            if sum(across * down for across, down in sizes.values()) > _FULL * width * height:
                continue
            found = flow(scene, sizes, titles, {}, _GAPS)
            high = sum(found.heights) + _GAPS.between * (len(found.heights) - 1)
            if found.width + 2 * _GAPS.in_lane <= width and high <= height:
                return Drawing(scene, size, sizes, found)
    return None


def _part(scene: Scene, names: frozenset[str]) -> Scene:
    """Some boxes of a scene, and in place of others that they are joined to, what these are called."""
    boxes = {box.name: box for box in scene.boxes()}
    lanes: dict[str, list[Box]] = {
        lane.name: [box for box in lane.boxes if box.name in names] for lane in scene.lanes
    }
    lane_of = {box.name: lane.name for lane in scene.lanes for box in lane.boxes}
    arrows: list[Arrow] = []
    for arrow in scene.arrows:
        match arrow.tail in names, arrow.head in names:
            case True, True:
                arrows.append(arrow)
            case True, False:
                there = _elsewhere(boxes[arrow.head], f"to{len(arrows)}")
                lanes[lane_of[arrow.tail]].append(there)
                arrows.append(replace(arrow, head=there.name))
            case False, True:
                there = _elsewhere(boxes[arrow.tail], f"from{len(arrows)}")
                lanes[lane_of[arrow.head]].append(there)
                arrows.append(replace(arrow, tail=there.name))
            case _:
                pass
    kept = (Lane(name=lane.name, title=lane.title, boxes=tuple(lanes[lane.name])) for lane in scene.lanes)
    return replace(scene, lanes=tuple(lane for lane in kept if lane.boxes), arrows=tuple(arrows))


def _elsewhere(box: Box, name: str) -> Box:
    said = textwrap.shorten(f"(another slide) {box.lines[0] if box.lines else ''}", 60, placeholder=" …")
    part = Part(style=PartStyle.TEXT, items=(said,))
    return Box(name=name, kind="elsewhere", parts=(part,), look="quiet")


# --- words ----------------------------------------------------------------------------------------


def shown(box: Box) -> list[tuple[str, bool]]:
    """The lines on a slide for a box, and whether they are bold: the others are its alternative text."""
    first = box.parts[0] if box.parts else None
    if first is None:
        return []
    if first.style is PartStyle.SIGN:
        return [(first.lead, True)]
    if box.kind not in ("step", "bar"):
        return [(_short(part.line), part.style is PartStyle.STRONG) for part in box.parts]
    title = _short(f"{first.lead} {'; '.join(first.items)}")
    asked = [part.lead for part in box.parts[1:2] if box.kind == "step"]
    return [(title, True), *((word, False) for word in asked)]


def _short(text: str) -> str:
    return textwrap.shorten(visible(text), _MOST_LETTERS, placeholder=" …")


def _size(box: Box, size: int, wide: float) -> tuple[float, float]:
    """How wide and high a box must be for its words, in the form that it has."""
    lines = [(one, bold) for text, bold in shown(box) for one in _wrapped(text, size, wide, bold=bold)]
    across = max((_wide(line, size, bold=bold) for line, bold in lines), default=0.0) + 2
    down = len(lines) * size * _LINE
    match SHAPES[box.outline or box.look].form:
        case "circle":
            side = max(across, down) * _ROUND
            return side, side
        case "octagon":
            short = min(across, down) / (1 - _CUT)
            return across + _CUT * short, down + _CUT * short
        case _:
            return across + 2 * _INSET, down + 2 * _INSET


def _wrapped(text: str, size: int, wide: float, *, bold: bool) -> list[str]:
    """The lines of a text that may be so wide; a word that is wider is broken."""
    lines = [""]
    for word in visible(text).split():
        for piece in _pieces(word, size, wide):
            longer = f"{lines[-1]} {piece}".strip()
            if _wide(longer, size, bold=bold) <= wide or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(piece)
    return lines


def _pieces(word: str, size: int, wide: float) -> Iterator[str]:
    while _wide(word, size, bold=True) > wide and len(word) > 1:
        cut = max(int(len(word) * wide / _wide(word, size, bold=True)) - 1, 1)
        yield word[:cut]
        word = word[cut:]
    yield word


def _wide(text: str, size: int, *, bold: bool) -> float:
    face = "Bold" if bold else "Regular"
    widths, other = _letters(face)
    return sum(widths.get(letter, other) for letter in text) * size * _WIDER[face]


@cache
def _letters(face: str) -> tuple[Mapping[str, float], float]:
    """How wide each letter of the bundled font is, in parts of its size; and one that it has not."""
    from fontTools.ttLib import TTFont

    font = TTFont(FONTS / f"AtkinsonHyperlegible-{face}.ttf")
    whole = font["head"].unitsPerEm
    return {chr(code): font["hmtx"][glyph][0] / whole for code, glyph in font.getBestCmap().items()}, 1.1


# --- shapes ---------------------------------------------------------------------------------------


def put(made: Slide, drawing: Drawing, theme: Theme, corner: tuple[float, float], width: float) -> None:
    """The shapes and connectors of a drawing, on a slide whose free part begins at `corner`, in points."""
    left, top = corner
    ceiling = top
    shapes: dict[str, tuple[Box, Any]] = {}
    for lane, high in zip(drawing.scene.lanes, drawing.flow.heights, strict=True):
        _lane(made, lane, drawing.size, theme, (left, ceiling, width, high))
        for box in reading_order(drawing.scene, list(lane.boxes)):
            x, y = drawing.flow.corners[box.name]
            place = (left + _GAPS.in_lane + x, top + y, *drawing.boxes[box.name])
            shapes[box.name] = box, _box(made, box, drawing.size, theme, place)
        ceiling += high + _GAPS.between
    for arrow in drawing.scene.arrows:
        way = drawing.flow.ways.get((arrow.tail, arrow.head))
        moved = None if way is None else (top + way[0], *(left + _GAPS.in_lane + one for one in way[1:]))
        _connector(made, arrow, shapes, theme, moved)


def _lane(made: Slide, lane: Lane, size: int, theme: Theme, place: tuple[float, float, float, float]) -> None:
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import MSO_ANCHOR

    shape = made.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_emu(*place))
    _describe(shape, f"Lane: {visible(lane.title)}", f"Lane of {visible(lane.title)}")
    _look(shape, theme.lane, theme.lane_line, 1.0)
    shape.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    _write(shape, [(visible(lane.title), True)], size, theme.ink, inset=4.0)


def _box(made: Slide, box: Box, size: int, theme: Theme, place: tuple[float, float, float, float]) -> Any:  # noqa: ANN401 - a class of python-pptx, which has no types
    from pptx.enum.dml import MSO_LINE
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import MSO_ANCHOR

    look, colours = SHAPES[box.outline or box.look], theme.colours(box.look)
    plain = "ROUNDED_RECTANGLE" if "rounded" in look.style else "RECTANGLE"
    shape = made.shapes.add_shape(getattr(MSO_SHAPE, _PRESETS.get(look.form, plain)), *_emu(*place))
    if plain == "ROUNDED_RECTANGLE" and look.form == "box":
        shape.adjustments[0] = 0.12
    _describe(shape, f"{box.name} {visible(box.lines[0])[:60]}", visible(". ".join(box.lines)))
    _look(shape, colours.fill, colours.line, look.width * (1.5 if look.outlines > 1 else 1))
    if look.outlines > 1:
        shape.line._get_or_add_ln().set("cmpd", "dbl")  # python-pptx has no public way
    if "dashed" in look.style or "dotted" in look.style:
        shape.line.dash_style = MSO_LINE.DASH if "dashed" in look.style else MSO_LINE.ROUND_DOT
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    ink = theme.paper if box.look == "start" else theme.ink
    is_sign = look.form != "box"
    _write(shape, shown(box), size, ink, inset=0.0 if is_sign else _INSET, centred=is_sign)
    shape.text_frame.word_wrap = look.form != "circle"
    return shape


def _connector(
    made: Slide,
    arrow: Arrow,
    ends: Mapping[str, tuple[Box, Any]],
    theme: Theme,
    way: Sequence[float] | None,
) -> None:
    from pptx.enum.dml import MSO_LINE
    from pptx.enum.shapes import MSO_CONNECTOR
    from pptx.util import Pt

    (tail_box, tail), (head_box, head) = ends[arrow.tail], ends[arrow.head]
    onward = tail.left + tail.width / 2 <= head.left + head.width / 2
    start = (tail.left + (tail.width if onward else 0), tail.top + tail.height // 2)
    end = (head.left + (0 if onward else head.width), head.top + head.height // 2)
    line = made.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *start, *end)
    line._connect_begin_to(tail, _site(tail_box, right=onward))
    line._connect_end_to(head, _site(head_box, right=not onward))
    if way is not None:
        _bend(line, start, end, way)
    _describe(
        line,
        f"{arrow.tail} to {arrow.head}",
        arrow_words(arrow, {arrow.tail: tail_box, arrow.head: head_box}),
    )
    line.line.color.rgb = _colour(theme.colours("bar").line if arrow.stops else theme.ink)
    line.line.width = Pt(2.25 if arrow.stops else 1.25)
    if arrow.stops:
        line.line.dash_style = MSO_LINE.DASH
    if not arrow.headless:
        _end(line, "oval" if arrow.stops else "triangle")


def _site(box: Box, *, right: bool) -> int:
    form = SHAPES[box.outline or box.look].form
    return _SITES.get(form, _SITES["box"])[right]


def _bend(line: Any, start: tuple[int, int], end: tuple[int, int], way: Sequence[float]) -> None:  # noqa: ANN401
    """A connector with three level pieces: away from its box, along its way, and on to the other box."""
    from pptx.oxml.ns import qn
    from pptx.oxml.xmlchemy import OxmlElement

    level, first, last = (round(one * _EMU) for one in way)
    wide, high = end[0] - start[0], end[1] - start[1]
    if wide < 0:
        first, last = last, first
    if abs(high) < _EMU:
        # Of a connector without height no part could be said to lie beside it.
        high = _EMU
        line._element.spPr.xfrm.ext.cy = high
    parts = ((first - start[0]) / wide, (level - start[1]) / high, (last - start[0]) / wide)
    geometry = line._element.spPr.find(qn("a:prstGeom"))
    geometry.set("prst", "bentConnector5")
    values = geometry.find(qn("a:avLst"))
    if values is None:
        values = OxmlElement("a:avLst")
        geometry.append(values)
    for number, part in enumerate(parts, start=1):
        guide = OxmlElement("a:gd")
        guide.set("name", f"adj{number}")
        guide.set("fmla", f"val {round(part * 100_000)}")
        values.append(guide)


def _end(line: Any, form: str) -> None:  # noqa: ANN401 - a class of python-pptx, which has no types
    from pptx.oxml.xmlchemy import OxmlElement

    end = OxmlElement("a:tailEnd")
    end.set("type", form)
    line.line._get_or_add_ln().append(end)


def _describe(shape: Any, name: str, told: str) -> None:  # noqa: ANN401 - a class of python-pptx
    shape.name = name
    shape._element.xpath(".//p:cNvPr")[0].set("descr", told)


def _look(shape: Any, fill: str, line: str, width: float) -> None:  # noqa: ANN401 - a class of python-pptx
    from pptx.util import Pt

    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(fill)
    shape.line.color.rgb = _colour(line)
    shape.line.width = Pt(width)


def _write(
    shape: Any,  # noqa: ANN401 - a class of python-pptx, which has no types
    lines: Sequence[tuple[str, bool]],
    size: int,
    ink: str,
    *,
    inset: float,
    centred: bool = False,
) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Pt(inset)
    frame.margin_top = frame.margin_bottom = Pt(min(inset, 2.0))
    for place, (text, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.CENTER if centred else PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = visible(text)
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Arial"
        run.font.color.rgb = _colour(ink)


def _emu(*lengths: float) -> list[int]:
    return [round(length * _EMU) for length in lengths]


def _colour(colour: str) -> Any:  # noqa: ANN401 - a class of python-pptx, which has no types
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#").upper())
