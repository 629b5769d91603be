"""Reading a picture back from its file: boxes with their lines, and arrows with what they say."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.scene import Scene, as_graph
from tests.visualiser.markup import parsed

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Read:
    """What a file says: the words of each box, and the arrows, each as often as it occurs."""

    boxes: dict[str, str]
    arrows: Counter[tuple[str, str]]


def bare(text: str) -> str:
    """A text without white space, in which formats differ."""
    return re.sub(r"[\s\xa0]", "", visible(text))


def of_scene(scene: Scene) -> Read:
    graph = as_graph(scene)
    boxes = {name: bare("".join(data["lines"])) for name, data in graph.nodes(data=True)}
    return Read(boxes, Counter((tail, head) for tail, head, _ in graph.edges(data=True)))


def of_svg(svg: bytes, scene: Scene) -> Read:
    """What a screen reader is told: the titles of boxes; from where to where arrows lead."""
    names = {box.name for box in scene.boxes()}
    boxes, arrows = {}, Counter[tuple[str, str]]()
    for group in parsed(svg).iter(f"{SVG}g"):
        if group.get("id") in names:
            lines = group.findtext(f"{SVG}title") or ""
            boxes[group.get("id", "")] = bare(lines)
        if group.get("data-from") is not None:
            arrows[group.get("data-from", ""), group.get("data-to", "")] += 1
    return Read(boxes, arrows)


def seen_in_svg(svg: bytes, name: str) -> str:
    """The letters that are drawn in a box."""
    root = parsed(svg)
    group = next(one for one in root.iter(f"{SVG}g") if one.get("id") == name)
    return bare("".join("".join(text.itertext()) for text in group.iter(f"{SVG}text")))


_MERMAID_BOX = re.compile(r'^    (\w+)(?:\["|\("|\(\("|\{\{")(.*)(?:"\]|"\)|"\)\)|"\}\})$')
_MERMAID_ARROW = re.compile(r"^  (\w+) (?:-->|---|-\.-x?|-\.->) (\w+)$")


def _entity(found: re.Match[str]) -> str:
    name = found.group(1)
    return html.unescape(f"&#{name};" if name.isdigit() else f"&{name};")


def of_mermaid(text: str) -> Read:
    boxes, arrows = {}, Counter[tuple[str, str]]()
    for line in text.splitlines():
        if box := _MERMAID_BOX.match(line):
            said = box.group(2).removeprefix("(").removesuffix(")") if '(("' in line[:12] else box.group(2)
            said = said.strip('"').replace("<br/>", "")
            said = re.sub(r"#(\w+);", _entity, said)
            boxes[box.group(1)] = bare(said)
        elif arrow := _MERMAID_ARROW.match(line):
            arrows[arrow.group(1), arrow.group(2)] += 1
    return Read(boxes, arrows)


def of_dot(text: str) -> Read:
    """As Graphviz itself reads it: the words of each label, and the edges."""
    import pygraphviz

    graph = pygraphviz.AGraph(string=text)
    boxes = {}
    for node in graph.nodes():
        label = node.attr["label"]
        label = label[1:-1] if label.startswith("<<") else label
        boxes[str(node)] = bare("".join(parsed(f"<x>{label}</x>").itertext()))
    return Read(boxes, Counter((str(tail), str(head)) for tail, head in graph.edges()))


class _Page(HTMLParser):
    """The sections of the page: what stands in elements of class `line`, and the list of arrows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.boxes: dict[str, str] = {}
        self.arrows = Counter[tuple[str, str]]()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._box = ""
        self._in_line = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = dict(attributes)
        self.tags.add(tag)
        self.attributes.update(said)
        if tag == "section":
            self._box = said.get("data-box") or ""
            self.boxes[self._box] = ""
        self._in_line = said.get("class") == "line"
        if tag == "li" and "data-from" in said:
            self.arrows[said["data-from"] or "", said["data-to"] or ""] += 1

    def handle_endtag(self, tag: str) -> None:
        self._in_line = False

    def handle_data(self, data: str) -> None:
        if self._in_line:
            self.boxes[self._box] += data


def of_html(text: str) -> Read:
    page = _Page()
    page.feed(text)
    return Read({name: bare(said) for name, said in page.boxes.items()}, page.arrows)


def tags_of(text: str) -> tuple[set[str], set[str]]:
    """The elements and the attributes of a page, by name."""
    page = _Page()
    page.feed(text)
    return page.tags, page.attributes
