"""A scene as DOT, the language of Graphviz: text in, text out, nothing is run.

`flowing` leaves the layout to Graphviz: it is what is measured, and what somebody gets who asks for DOT.
`placed` says where everything stands, so that Graphviz only routes the arrows round the boxes and paints.
"""

from __future__ import annotations

import graphviz

from fingerpost_visualiser import theme as themes
from fingerpost_visualiser.box_labels import box_label, column_label, heading, lane_label, legend_label
from fingerpost_visualiser.labels import table
from fingerpost_visualiser.layout import HEADING, LEGEND, Plan, Point, Spot, column_name, titled
from fingerpost_visualiser.scene import Arrow, Box, Scene
from fingerpost_visualiser.theme import PLAIN, SHAPES, Theme

_MOST_ROUTED = 80
"""With more boxes, arrows run straight and behind them: the time to lead them round grows with the cube."""


_HEAD = 9.0
"""Points; how long an arrow's head is."""


def flowing(scene: Scene, theme: Theme = PLAIN, *, lanes: bool = True) -> str:
    """The scene for `dot` to lay out; without lanes, to be measured: then titles are boxes of their own."""
    picture = _picture({"rankdir": "LR", "nodesep": "0.4", "ranksep": "0.5"}, theme)
    if lanes:
        parts = (heading(scene, theme), legend_label(scene, theme))
        head = "".join(f'<tr><td align="left">{part}</td></tr>' for part in parts)
        picture.attr(label=_html(table(head)), labelloc="t", labeljust="l")
        for lane in scene.lanes:
            with picture.subgraph(name=f"cluster_{lane.name}") as drawn:
                drawn.attr(label=_html(lane_label(lane, theme)), margin="16", **_lane(theme))
                for box in lane.boxes:
                    _box(drawn, box, theme)
    else:
        _plain(picture, HEADING, heading(scene, theme))
        _plain(picture, LEGEND, legend_label(scene, theme))
        for number, title in titled(scene):
            _plain(picture, column_name(number), column_label(title, theme))
        for lane in scene.lanes:
            _plain(picture, lane.name, lane_label(lane, theme))
        for box in scene.boxes():
            _box(picture, box, theme)
    if lanes or not scene.columns:
        for number, arrow in enumerate(scene.arrows):
            _arrow(picture, number, arrow, theme)
    return str(picture.source)


def placed(
    scene: Scene,
    plan: Plan,
    theme: Theme = PLAIN,
    *,
    dots_per_inch: int = 72,
    within: tuple[float, float] | None = None,
    cells: bool = False,
) -> str:
    """The scene with every place settled, for the engine `nop2`.

    With `within`, it is made as large as so many points of width and height allow; with `cells`, each cell of
    a chart is a thing of its own.
    """
    routed = sum(1 for _ in scene.boxes()) <= _MOST_ROUTED
    ways = {"splines": "true" if routed else "line", "outputorder": "edgesfirst"}
    if within is not None:
        ways["size"] = ",".join(_number(length / 72) for length in within) + "!"
        ways["pad"] = "0"
    picture = _picture({**ways, "dpi": str(dots_per_inch)}, theme)
    _plain(picture, HEADING, heading(scene, theme), plan.spots[HEADING])
    _plain(picture, LEGEND, legend_label(scene, theme), plan.spots[LEGEND])
    for number, title in titled(scene):
        _plain(picture, column_name(number), column_label(title, theme), plan.spots[column_name(number)])
    for lane in scene.lanes:
        reach = plan.lanes[lane.name]
        with picture.subgraph(name=f"cluster_{lane.name}") as drawn:
            sides = (reach.left, reach.bottom, reach.right, reach.top)
            drawn.attr(label="", bb=",".join(_number(side) for side in sides), **_lane(theme))
            _plain(drawn, lane.name, lane_label(lane, theme), plan.spots[lane.name])
            for box in lane.boxes:
                _box(drawn, box, theme, plan.spots[box.name], cells=cells)
    for number, arrow in enumerate(scene.arrows):
        way = plan.ways.get((arrow.tail, arrow.head))
        told = _ports(arrow, scene, plan) if way is None else {"pos": _curve(arrow, plan, way)}
        _arrow(picture, number, arrow, theme, **told)
    return str(picture.source)


def _curve(arrow: Arrow, plan: Plan, way: tuple[Point, Point]) -> str:
    """An arrow past other boxes: out of its box, along its way, and into the other box."""
    tail, head = plan.spots[arrow.tail], plan.spots[arrow.head]
    onward = 1 if head.x > tail.x else -1
    start = (tail.x + onward * tail.width / 2, tail.y)
    end = (head.x - onward * head.width / 2, head.y)
    last = end if arrow.headless else (end[0] - onward * _HEAD, end[1])
    first, second = way if onward > 0 else way[::-1]
    points = [start]
    for one, other in ((start, first), (first, second), (second, last)):
        middle = (one[0] + other[0]) / 2
        points += [(middle, one[1]), (middle, other[1]), other]
    said = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    return said if arrow.headless else f"e,{_number(end[0])},{_number(end[1])} {said}"


def _ports(arrow: Arrow, scene: Scene, plan: Plan) -> dict[str, str]:
    """Where an arrow leaves and enters: sideways where it leads on, downwards in a table."""
    tail, head = plan.spots[arrow.tail], plan.spots[arrow.head]
    if scene.columns:
        return {"tailport": "s", "headport": "n"} if head.y < tail.y else {}
    beside = abs(head.x - tail.x) - (head.width + tail.width) / 2
    if beside <= 0:
        return {}
    return {"tailport": "e", "headport": "w"} if head.x > tail.x else {"tailport": "w", "headport": "e"}


def _picture(attributes: dict[str, str], theme: Theme) -> graphviz.Digraph:
    whole = {
        "charset": "UTF-8",
        "bgcolor": theme.paper,
        "fontname": themes.FONT,
        "fontcolor": theme.ink,
        "pad": "0.3",
        **attributes,
    }
    node = {"fontname": themes.FONT, "fontsize": "14", "fontcolor": theme.ink}
    edge = {"fontname": themes.FONT, "color": theme.ink, "penwidth": "1.5", "arrowsize": "0.9"}
    return graphviz.Digraph(name="picture", graph_attr=whole, node_attr=node, edge_attr=edge)


def _lane(theme: Theme) -> dict[str, str]:
    return {"style": "filled,rounded", "fillcolor": theme.lane, "color": theme.lane_line}


def _html(label: str) -> str:
    """Marked for the graphviz package as HTML-like."""
    return f"<{label}>"


def _number(length: float) -> str:
    return f"{length:.2f}"


def _at(spot: Spot | None) -> dict[str, str]:
    return {} if spot is None else {"pos": f"{_number(spot.x)},{_number(spot.y)}"}


def _plain(picture: graphviz.Digraph, name: str, label: str, spot: Spot | None = None) -> None:
    picture.node(name, label=_html(label), shape="plain", id=name, **_at(spot))


def _box(
    picture: graphviz.Digraph, box: Box, theme: Theme, spot: Spot | None = None, *, cells: bool = False
) -> None:
    shape, colours = SHAPES[box.outline or box.look], theme.colours(box.look)
    picture.node(
        box.name,
        label=_html(box_label(box, theme, cells=cells)),
        id=box.name,
        **{"class": f"look-{box.look.replace(' ', '-')}"},
        shape=shape.form,
        style=shape.style,
        fillcolor=colours.fill,
        color=colours.line,
        penwidth=f"{shape.width:g}",
        peripheries=str(shape.outlines),
        margin=shape.margin,
        **_at(spot),
    )


def _arrow(picture: graphviz.Digraph, number: int, arrow: Arrow, theme: Theme, **ports: str) -> None:
    look = {"id": arrow_name(number)}
    if arrow.stops:
        line = theme.colours("bar").line
        look |= {"color": line, "style": "dashed", "arrowhead": "tee", "penwidth": "2.5", "class": "stops"}
    if arrow.headless:
        look["arrowhead"] = "none"
    if arrow.close:
        look["weight"] = "4"
    picture.edge(arrow.tail, arrow.head, **look, **ports)


def arrow_name(number: int) -> str:
    """What an arrow is called in DOT and SVG: by its place among the arrows."""
    return f"a{number}"
