"""What Graphviz's SVG still needs: the bundled font, and a title for each thing, for screen readers.

The file needs nothing beside it: the font travels in it, so that letters fill their boxes on every machine.
"""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree as ET

from fingerpost_visualiser import theme
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.scene import Scene

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_PORT = re.compile(r":[a-z]+")
_TITLE = f"{{{_SVG}}}title"


def finished(drawn: bytes, scene: Scene) -> bytes:
    """Graphviz's SVG with its font, its title and description, and what each box, lane and arrow is."""
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(drawn)  # noqa: S314 - Graphviz wrote it a moment ago, from words that we escaped
    root.set("role", "img")
    root.set("aria-labelledby", "title description")
    said = _titles(scene)
    for group in root.iter(f"{{{_SVG}}}g"):
        title = group.find(_TITLE)
        if title is not None and group.get("class") != "graph":
            title.text = said.get(_PORT.sub("", title.text or ""), scene.title)
        elif title is not None:
            group.remove(title)
    head = [_element("title", scene.title, "title"), _element("desc", scene.under, "description")]
    head.append(_element("style", _style()))
    for place, element in enumerate(head):
        root.insert(place, element)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _titles(scene: Scene) -> dict[str, str]:
    """What Graphviz calls each thing, and what it is."""
    boxes = {box.name: box for box in scene.boxes()}
    said = {box.name: visible(". ".join(box.lines)) for box in boxes.values()}
    for lane in scene.lanes:
        said[lane.name] = said[f"cluster_{lane.name}"] = visible(lane.title)
    for arrow in scene.arrows:
        verb = "stops" if arrow.stops else "leads to"
        tail, head = boxes[arrow.tail].lines[0], boxes[arrow.head].lines[0]
        said[f"{arrow.tail}->{arrow.head}"] = visible(f"{tail} {verb} {head}")
    return said


def _element(tag: str, text: str, name: str | None = None) -> ET.Element:
    element = ET.Element(f"{{{_SVG}}}{tag}", {} if name is None else {"id": name})
    element.text = text if tag == "style" else visible(text)
    return element


def _style() -> str:
    faces = []
    for weight, name in (("normal", "Regular"), ("bold", "Bold")):
        font = base64.b64encode((theme.FONTS / f"AtkinsonHyperlegible-{name}.ttf").read_bytes()).decode(
            "ascii"
        )
        faces.append(
            f'@font-face {{ font-family: "{theme.FONT}"; font-weight: {weight}; '
            f'src: url("data:font/ttf;base64,{font}") format("truetype"); }}'
        )
    return "\n".join([*faces, f'text {{ font-family: "{theme.FONT}", Verdana, "DejaVu Sans", sans-serif; }}'])
