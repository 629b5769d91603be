"""What Graphviz's SVG still needs: the bundled font, and a title for each thing, for screen readers.

The file needs nothing beside it: the letters of the font travel in it, so that they fill their boxes on every
machine.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from fingerpost_visualiser.dot import arrow_name
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.layout import column_name
from fingerpost_visualiser.letters import letters_of, style
from fingerpost_visualiser.scene import Arrow, Box, Scene

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_PORT = re.compile(r":[a-z]+")
_TITLE = f"{{{_SVG}}}title"


def finished(drawn: bytes, scene: Scene, *, fonts: bool = True) -> bytes:
    """Graphviz's SVG with its font, its title and description, and what each box, lane and arrow is.

    Boxes keep their names as ids; an arrow says by `data-from` and `data-to` between which it stands. Without
    `fonts`, it is to stand in a page that has them.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(drawn)  # noqa: S314 - Graphviz wrote it a moment ago, from words that we escaped
    root.set("role", "img")
    root.set("aria-labelledby", "title description")
    said = _titles(scene)
    arrows = {arrow_name(number): arrow for number, arrow in enumerate(scene.arrows)}
    for group in root.iter(f"{{{_SVG}}}g"):
        _describe(group, said, arrows, scene)
    _embed(root)
    head = [_element("title", scene.title, "title"), _element("desc", scene.under, "description")]
    head += [_element("style", style(letters_of(root)))] if fonts else []
    for place, element in enumerate(head):
        root.insert(place, element)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _embed(root: ET.Element) -> None:
    """Pictures that Graphviz names by their path, in the file itself."""
    for image in root.iter(f"{{{_SVG}}}image"):
        path = Path(image.get(f"{{{_XLINK}}}href", ""))
        form = "png" if path.suffix.lower() == ".png" else "jpeg"
        data = base64.b64encode(path.read_bytes()).decode("ascii")
        image.set(f"{{{_XLINK}}}href", f"data:image/{form};base64,{data}")


def _describe(group: ET.Element, said: Mapping[str, str], arrows: Mapping[str, Arrow], scene: Scene) -> None:
    title = group.find(_TITLE)
    if title is None:
        return
    if group.get("class") == "graph":
        group.remove(title)
        return
    name = group.get("id", "")
    title.text = said.get(name) or said.get(_PORT.sub("", title.text or ""), visible(scene.title))
    if name in arrows:
        group.set("data-from", arrows[name].tail)
        group.set("data-to", arrows[name].head)


def _titles(scene: Scene) -> dict[str, str]:
    """What Graphviz calls each thing, and what it is."""
    boxes = {box.name: box for box in scene.boxes()}
    said = {box.name: visible(". ".join(box.lines)) for box in boxes.values()}
    for lane in scene.lanes:
        said[lane.name] = said[f"cluster_{lane.name}"] = visible(lane.title)
    for number, column in enumerate(scene.columns):
        said[column_name(number)] = visible(column)
    for number, arrow in enumerate(scene.arrows):
        said[arrow_name(number)] = arrow_words(arrow, boxes)
    return said


def arrow_words(arrow: Arrow, boxes: Mapping[str, Box]) -> str:
    """What an arrow says: `Step 1: Consider leads to Step 2: Notice to improve`."""
    tail, head = boxes[arrow.tail].lines[0], boxes[arrow.head].lines[0]
    return visible(f"{tail} {arrow.word} {head}")


def _element(tag: str, text: str, name: str | None = None) -> ET.Element:
    element = ET.Element(f"{{{_SVG}}}{tag}", {} if name is None else {"id": name})
    element.text = text if tag == "style" else visible(text)
    return element
