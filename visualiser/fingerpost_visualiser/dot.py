"""A scene as DOT, the language of Graphviz: text in, text out, nothing is run.

`flowing` leaves the layout to Graphviz: it is what is measured, and what somebody gets who asks for DOT.
`placed` says where everything stands, so that Graphviz only routes the arrows round the boxes and paints.
"""

from __future__ import annotations

import graphviz

from fingerpost_visualiser import theme
from fingerpost_visualiser.labels import table
from fingerpost_visualiser.layout import HEADING, LEGEND, Plan, Spot
from fingerpost_visualiser.scene import Arrow, Box, Scene

_GRAPH = {
    "charset": "UTF-8",
    "bgcolor": theme.PAPER,
    "fontname": theme.FONT,
    "fontcolor": theme.INK,
    "pad": "0.3",
}
_NODE = {"fontname": theme.FONT, "fontsize": "14", "fontcolor": theme.INK}
_EDGE = {"fontname": theme.FONT, "color": theme.INK, "penwidth": "1.5", "arrowsize": "0.9"}
_MOST_ROUTED = 80
"""With more boxes, arrows run straight and behind them: the time to lead them round grows with the cube."""
_LANE = {"style": "filled,rounded", "fillcolor": theme.LANE, "color": theme.LANE_LINE}


def flowing(scene: Scene, *, lanes: bool = True) -> str:
    """The scene for `dot` to lay out; without lanes, to be measured: then titles are boxes of their own."""
    picture = _picture({**_GRAPH, "rankdir": "LR", "nodesep": "0.4", "ranksep": "0.5"})
    if lanes:
        heading = "".join(f'<tr><td align="left">{part}</td></tr>' for part in (scene.heading, scene.legend))
        picture.attr(label=_html(table(heading)), labelloc="t", labeljust="l")
        for lane in scene.lanes:
            with picture.subgraph(name=f"cluster_{lane.name}") as drawn:
                drawn.attr(label=_html(lane.label), margin="16", **_LANE)
                for box in lane.boxes:
                    _box(drawn, box)
    else:
        _plain(picture, HEADING, scene.heading)
        _plain(picture, LEGEND, scene.legend)
        for lane in scene.lanes:
            _plain(picture, lane.name, lane.label)
        for box in scene.boxes():
            _box(picture, box)
    for arrow in scene.arrows:
        _arrow(picture, arrow)
    return str(picture.source)


def placed(scene: Scene, plan: Plan, *, dots_per_inch: int = 72) -> str:
    """The scene with every place settled, for the engine `nop2`."""
    routed = sum(1 for _ in scene.boxes()) <= _MOST_ROUTED
    ways = {"splines": "true" if routed else "line", "outputorder": "edgesfirst"}
    picture = _picture({**_GRAPH, **ways, "dpi": str(dots_per_inch)})
    _plain(picture, HEADING, scene.heading, plan.spots[HEADING])
    _plain(picture, LEGEND, scene.legend, plan.spots[LEGEND])
    for lane in scene.lanes:
        reach = plan.lanes[lane.name]
        with picture.subgraph(name=f"cluster_{lane.name}") as drawn:
            sides = (reach.left, reach.bottom, reach.right, reach.top)
            drawn.attr(label="", bb=",".join(_number(side) for side in sides), **_LANE)
            _plain(drawn, lane.name, lane.label, plan.spots[lane.name])
            for box in lane.boxes:
                _box(drawn, box, plan.spots[box.name])
    for arrow in scene.arrows:
        onward = plan.spots[arrow.tail].x < plan.spots[arrow.head].x
        ports = {"tailport": "e", "headport": "" if arrow.stops and not arrow.headless else "w"}
        _arrow(picture, arrow, **(ports if onward else {}))
    return str(picture.source)


def _picture(attributes: dict[str, str]) -> graphviz.Digraph:
    return graphviz.Digraph(name="picture", graph_attr=attributes, node_attr=_NODE, edge_attr=_EDGE)


def _html(label: str) -> str:
    """Marked for the graphviz package as HTML-like."""
    return f"<{label}>"


def _number(length: float) -> str:
    return f"{length:.2f}"


def _at(spot: Spot | None) -> dict[str, str]:
    return {} if spot is None else {"pos": f"{_number(spot.x)},{_number(spot.y)}"}


def _plain(picture: graphviz.Digraph, name: str, label: str, spot: Spot | None = None) -> None:
    picture.node(name, label=_html(label), shape="plain", **_at(spot))


def _box(picture: graphviz.Digraph, box: Box, spot: Spot | None = None) -> None:
    look = box.look
    picture.node(
        box.name,
        label=_html(box.label),
        shape=look.shape,
        style=look.style,
        fillcolor=look.fill,
        color=look.line,
        penwidth=f"{look.width:g}",
        peripheries=str(look.outlines),
        margin=look.margin,
        **_at(spot),
    )


def _arrow(picture: graphviz.Digraph, arrow: Arrow, **ports: str) -> None:
    look = (
        {"color": theme.BAR.line, "style": "dashed", "arrowhead": "tee", "penwidth": "2.5"}
        if arrow.stops
        else {}
    )
    if arrow.headless:
        look["arrowhead"] = "none"
    if arrow.close:
        look["weight"] = "4"
    picture.edge(arrow.tail, arrow.head, **look, **ports)
