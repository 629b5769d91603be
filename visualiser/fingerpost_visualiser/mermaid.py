"""A scene as Mermaid, the diagram language that wikis and code hosts draw by themselves."""

from __future__ import annotations

from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.scene import Box, Scene
from fingerpost_visualiser.theme import PLAIN, SHAPES, Theme

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
_FORMS = {"octagon": ('{{"', '"}}'), "circle": ('(("', '"))')}


def flowchart(scene: Scene, theme: Theme = PLAIN) -> str:
    """The scene as a flowchart: lanes as subgraphs, every box with all its words."""
    lines = ["---", f"title: {_quoted(scene.title)}", "---", "flowchart LR"]
    for lane in scene.lanes:
        lines.append(f'  subgraph {lane.name}["{_text(lane.title)}"]')
        lines += [f"    {_box(box)}" for box in lane.boxes]
        lines.append("  end")
    for arrow in scene.arrows:
        solid, dotted = ("---", "-.-") if arrow.headless else ("-->", "-.-x")
        lines.append(f"  {arrow.tail} {dotted if arrow.stops else solid} {arrow.head}")
    looks: dict[tuple[str, str], list[str]] = {}
    for box in scene.boxes():
        looks.setdefault((box.look, box.outline or box.look), []).append(box.name)
    for number, ((look, outline), names) in enumerate(looks.items()):
        shape, colours = SHAPES[outline], theme.colours(look)
        ink = theme.paper if look == "start" else theme.ink
        dashes = ",stroke-dasharray:6 4" if "dashed" in shape.style else ""
        width = f"{shape.width * shape.outlines:g}px"
        style = f"fill:{colours.fill},stroke:{colours.line},color:{ink},stroke-width:{width}{dashes}"
        lines += [f"  classDef look{number} {style}", f"  class {','.join(names)} look{number}"]
    return "\n".join([*lines, ""])


def _box(box: Box) -> str:
    shape = SHAPES[box.outline or box.look]
    plain = ('("', '")') if "rounded" in shape.style else ('["', '"]')
    opening, closing = _FORMS.get(shape.form, plain)
    return f"{box.name}{opening}{'<br/>'.join(_text(line) for line in box.lines)}{closing}"


def _text(text: str) -> str:
    return visible(text).translate(_ENTITIES)


def _quoted(text: str) -> str:
    """A text for the heading, which is YAML."""
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
