"""A scene as one HTML page that needs nothing beside it: the picture, and all of its words below.

The picture can be made larger (buttons, `+`, `-`, `0`), every box can be reached by Tab and opened by a click
or Enter: then its text, reasons and citations are shown. A chart is one stop of Tab; arrow keys lead from
cell to cell, and each says its row, its week and its value, aloud and below the picture. All of it stands
below the picture in reading order as well, so that nothing is lost without a script, in print, or to a screen
reader. Colours follow the reader's choice of light or dark. A policy for content in the page itself allows
its own style and script and nothing else: no network, and no markup that came in with somebody's words.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from xml.etree import ElementTree as ET

from fingerpost_visualiser.box_labels import cell_name
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.letters import style
from fingerpost_visualiser.scene import Arrow, Box, Scene
from fingerpost_visualiser.text import groups
from fingerpost_visualiser.theme import Theme, dark

_SVG = "http://www.w3.org/2000/svg"
_HINT = "{http://www.w3.org/1999/xlink}title"
_FOLDER = Path(__file__).parent
_PLAIN = "".join(map(chr, range(0x20, 0x7F))) + "−"
"""The letters of the page itself, its script's among them."""
_ROOT = ("ink", "quiet", "paper", "lane")


def page(scene: Scene, svg: bytes, theme: Theme) -> str:
    """The page of a scene, with its picture as `drawn` makes it for a page."""
    picture, words = _inlined(svg, scene), "\n".join((*_legend(scene), *_sections(scene)))
    shown = frozenset(f"{_PLAIN}{picture}{unescape(words)}{scene.title}{scene.under}")
    css = "\n".join((style({"normal": shown, "bold": shown}), _text("page.css"), _colours(theme)))
    script = _text("page.js")
    ours = f"style-src '{_digest(css)}'; script-src '{_digest(script)}'"
    policy = f"default-src 'none'; {ours}; font-src data:; img-src data:"
    title, under = escape(visible(scene.title)), escape(visible(scene.under))
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>\n<style>{css}</style>\n</head>\n<body>",
            '<a class="skip" href="#words">To the picture in words</a>',
            f"<header>\n<h1>{title}</h1>\n<p>{under}</p>",
            _TOOLS.format(keys=_CHART_KEYS if scene.view == "timeline" else _KEYS),
            "</header>\n<main>",
            '<div class="picture" role="region" tabindex="0" aria-label="The picture">',
            picture,
            "</div>",
            *(('<p class="told" aria-hidden="true"></p>',) if any(box.grid for box in scene.boxes()) else ()),
            '<h2 id="words">In words</h2>\n<div class="words">',
            words,
            "</div>\n</main>",
            '<dialog aria-label="More about it"><div class="inside words"></div>',
            '<form method="dialog"><button autofocus>Close</button></form></dialog>',
            f"<script>{script}</script>\n</body>\n</html>\n",
        )
    )


_TOOLS = """<div class="tools" role="group" aria-label="Size of the picture">
<button type="button" data-zoom="smaller" aria-label="Smaller">−</button>
<output aria-label="Size">100%</output>
<button type="button" data-zoom="larger" aria-label="Larger">+</button>
<button type="button" data-zoom="fit">Fit to width</button>
<button type="button" data-zoom="whole">Full size</button>
<span>{keys}</span>
</div>"""
_KEYS = "Keys: + larger, − smaller, 0 fit. Tab goes from box to box, Enter says more."
_CHART_KEYS = "Keys: + larger, − smaller, 0 fit. Tab goes from chart to chart, arrow keys within one."


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _inlined(svg: bytes, scene: Scene) -> str:
    """The picture with boxes that can be reached by key; a chart is read as one, and told in words below."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)  # noqa: S314 - Graphviz wrote it a moment ago, from words that we escaped
    root.set("role", "group")
    boxes = {box.name: box for box in scene.boxes()}
    for group in root.iter(f"{{{_SVG}}}g"):
        box = boxes.get(group.get("id", ""))
        if box is not None and box.grid is not None:
            _charted(group, box, visible(first_line(box, scene)))
        elif box is not None:
            group.set("role", "button")
            group.set("tabindex", "0")
            group.set("aria-haspopup", "dialog")
            group.set("aria-label", _seen(group))
    return ET.tostring(root, encoding="unicode")


def _charted(group: ET.Element, box: Box, title: str) -> None:
    """A chart as a grid: one cell of it is reached by Tab, the others from there by arrow keys."""
    assert box.grid is not None
    named = {
        f"a_{cell_name(box.name, row, column)}": (row, column, said) for row, column, said in box.grid.told()
    }
    rows: dict[int, ET.Element] = {}
    rest = ET.Element(f"{{{_SVG}}}g", {"aria-hidden": "true"})
    for part in list(group):
        group.remove(part)
        row, column, said = named.get(part.get("id", ""), (-1, -1, ""))
        if row < 0:
            rest.append(part)
            continue
        line = rows.setdefault(row, ET.Element(f"{{{_SVG}}}g", {"role": "row"}))
        cell = {"role": "gridcell", "tabindex": "-1", "aria-label": visible(said)}
        part.attrib |= {**cell, "data-row": str(row), "data-column": str(column)}
        for hint in part.iter(f"{{{_SVG}}}a"):
            hint.set(_HINT, visible(said))
        line.append(part)
    group.attrib |= {"role": "grid", "aria-label": title, "aria-readonly": "true"}
    group.append(rest)
    group.extend(rows.values())
    first = next((cell for line in rows.values() for cell in line), None)
    if first is not None:
        first.set("tabindex", "0")


def _seen(group: ET.Element) -> str:
    """The words as they are drawn: what somebody who steers by voice reads off the picture."""
    lines = ("".join(text.itertext()) for text in group.iter(f"{{{_SVG}}}text"))
    return visible(" ".join(lines))


def first_line(box: Box, scene: Scene) -> str:
    """What a box is called: what it says first, or for a chart the title of its lane."""
    if box.grid is not None and not box.parts:
        return next(lane.title for lane in scene.lanes if box in lane.boxes)
    return box.lines[0] if box.lines else ""


def _legend(scene: Scene) -> Iterator[str]:
    if scene.legend:
        yield "<dl>"
        for entry in scene.legend:
            yield f"<dt>{_said(entry.word)}</dt><dd>{_said(entry.meaning)}</dd>"
        yield "</dl>"


def _sections(scene: Scene) -> Iterator[str]:
    boxes = {box.name: box for box in scene.boxes()}
    for heading, members in groups(scene):
        yield f"<h2>{_said(heading)}</h2>"
        for box in members:
            yield from _section(box, scene, boxes)


def _section(box: Box, scene: Scene, boxes: Mapping[str, Box]) -> Iterator[str]:
    yield f'<section id="about-{box.name}" data-box="{box.name}">'
    first, *others = box.lines or ("",)
    yield f'<h3 class="line">{_said(first)}</h3>'
    yield from (f'<p class="line">{_said(line)}</p>' for line in others)
    onward = [arrow for arrow in scene.arrows if arrow.tail == box.name]
    if onward:
        yield "<ul>"
        yield from (_onward(arrow, boxes, scene) for arrow in onward)
        yield "</ul>"
    details = [detail for detail in box.details if detail.items]
    if details:
        yield "<dl>"
        for detail in details:
            yield f"<dt>{_said(detail.word)}</dt>"
            yield from (f"<dd>{_said(item)}</dd>" for item in detail.items)
        yield "</dl>"
    yield "</section>"


def _onward(arrow: Arrow, boxes: Mapping[str, Box], scene: Scene) -> str:
    ends = f'data-from="{arrow.tail}" data-to="{arrow.head}"'
    said = _said(first_line(boxes[arrow.head], scene))
    return f'<li {ends}>{_said(arrow.word)} <a href="#about-{arrow.head}">{said}</a></li>'


def _said(text: str) -> str:
    return escape(visible(text))


def _colours(theme: Theme) -> str:
    """The theme's colours as variables, and what stands for each of them in the dark.

    The legend has boxes of every look, and so have the cells of a chart, which is a plain box.
    """
    night = dark(theme)
    rules = [f":root {{ {_variables(theme)} }}", "@media screen and (prefers-color-scheme: dark) {"]
    rules.append(f":root {{ {_variables(night)} }}")
    for name in (*_ROOT, "lane_line"):
        rules += _swapped("svg", getattr(theme, name), getattr(night, name))
    for look, colours in theme.boxes.items():
        for inside in ("#legend", ".look-plain", f".look-{look.replace(' ', '-')}"):
            rules += _swapped(inside, colours.fill, night.boxes[look].fill)
            rules += _swapped(inside, colours.line, night.boxes[look].line)
    rules.append(f".look-start text {{ fill: {night.paper}; }}")
    bar = theme.boxes["bar"].line
    rules += [*_swapped(".stops", bar, night.boxes["bar"].line), "}"]
    return "\n".join(rules)


def _variables(theme: Theme) -> str:
    said = [f"--{name}: {getattr(theme, name)};" for name in _ROOT]
    return " ".join((*said, f"--line: {theme.lane_line};"))


def _swapped(inside: str, day: str, night: str) -> list[str]:
    shapes = ":is(polygon, path, ellipse, polyline)"
    return [
        f'{inside} {shapes}[fill="{day}"] {{ fill: {night}; }}',
        f'{inside} {shapes}[stroke="{day}"] {{ stroke: {night}; }}',
        f'{inside} text[fill="{day}"] {{ fill: {night}; }}',
    ]
