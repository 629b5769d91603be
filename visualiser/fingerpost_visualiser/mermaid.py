"""A scene as Mermaid, the diagram language that wikis and code hosts draw by themselves."""

from __future__ import annotations

from fingerpost_visualiser import theme
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.scene import Box, Scene

_ENTITIES = str.maketrans(
    {
        "#": "#35;",
        '"': "#quot;",
        "<": "#lt;",
        ">": "#gt;",
        "&": "#amp;",
        "`": "#96;",
        "\\": "#92;",
        "*": "#42;",
        "_": "#95;",
    }
)
_SHAPES = {"octagon": ('{{"', '"}}'), "circle": ('(("', '"))')}


def flowchart(scene: Scene) -> str:
    """The scene as a flowchart: lanes as subgraphs, every box with all its words."""
    lines = ["---", f"title: {_quoted(scene.title)}", "---", "flowchart LR"]
    for lane in scene.lanes:
        lines.append(f'  subgraph {lane.name}["{_text(lane.title)}"]')
        lines += [f"    {_box(box)}" for box in lane.boxes]
        lines.append("  end")
    for arrow in scene.arrows:
        solid, dotted = ("---", "-.-") if arrow.headless else ("-->", "-.-x")
        lines.append(f"  {arrow.tail} {dotted if arrow.stops else solid} {arrow.head}")
    looks: dict[theme.Look, list[str]] = {}
    for box in scene.boxes():
        looks.setdefault(box.look, []).append(box.name)
    for number, (look, names) in enumerate(looks.items()):
        ink = theme.PAPER if look == theme.START else theme.INK
        dashes = ",stroke-dasharray:6 4" if "dashed" in look.style else ""
        width = f"{look.width * look.outlines:g}px"
        style = f"fill:{look.fill},stroke:{look.line},color:{ink},stroke-width:{width}{dashes}"
        lines += [f"  classDef look{number} {style}", f"  class {','.join(names)} look{number}"]
    return "\n".join([*lines, ""])


def _box(box: Box) -> str:
    opening, closing = _SHAPES.get(
        box.look.shape, ('("', '")') if "rounded" in box.look.style else ('["', '"]')
    )
    return f"{box.name}{opening}{'<br/>'.join(_text(line) for line in box.lines)}{closing}"


def _text(text: str) -> str:
    return visible(text).translate(_ENTITIES)


def _quoted(text: str) -> str:
    """A text for the heading, which is YAML."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
