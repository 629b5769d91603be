"""A scene as text, in the order in which it is to be read: plain, or as Markdown.

Lane by lane, every box with all its words, and under it where it leads. What a picture says by where things
stand is said by headings, and by numbers that the arrows name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerpost.render.words import wrapped
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.scene import Box, Scene

_WIDTH = 100
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|&])")


def plain_text(scene: Scene) -> str:
    """The scene as plain text."""
    lines = [visible(scene.title), *wrapped(visible(scene.under), _WIDTH), ""]
    lines += [f"{visible(entry.word)}: {visible(entry.meaning)}" for entry in scene.legend]
    said = _arrows(scene)
    for heading, boxes in groups(scene):
        lines += ["", visible(heading).upper()]
        for box in boxes:
            first, *others = [visible(line) for line in box.lines] or [""]
            lines += wrapped(first, _WIDTH, f"  [{box.name}] ", "      ")
            for line in others:
                lines += wrapped(line, _WIDTH, "      ")
            for line in said.get(box.name, ()):
                lines += wrapped(line, _WIDTH, "      → ", "        ")
    return "\n".join(lines) + "\n"


def markdown(scene: Scene) -> str:
    """The scene as Markdown: headings, lists."""
    lines = [f"# {_escaped(scene.title)}", "", _escaped(scene.under), ""]
    lines += [f"* **{_escaped(entry.word)}**: {_escaped(entry.meaning)}" for entry in scene.legend]
    said = _arrows(scene)
    for heading, boxes in groups(scene):
        lines += ["", f"## {_escaped(heading)}", ""]
        for box in boxes:
            first, *others = box.lines or ("",)
            lines.append(f"* **{_escaped(first)}** ({box.name})")
            lines += [f"  * {_escaped(line)}" for line in others]
            lines += [f"  * → {_escaped(line)}" for line in said.get(box.name, ())]
    return "\n".join(lines) + "\n"


def groups(scene: Scene) -> Iterator[tuple[str, list[Box]]]:
    """Boxes by lane, and in a table by lane and column."""
    for lane in scene.lanes:
        if not scene.columns:
            yield lane.title, reading_order(scene, list(lane.boxes))
            continue
        for number, column in enumerate(scene.columns):
            boxes = [box for box in lane.boxes if (box.column or 0) == number]
            if boxes:
                title = " · ".join(part for part in (lane.title, column) if part)
                yield title, sorted(boxes, key=lambda box: box.order)


def reading_order(scene: Scene, boxes: list[Box]) -> list[Box]:
    """Boxes so that what leads to a step stands before it, as far as the arrows say; else as given."""
    before = {arrow.head: arrow.tail for arrow in reversed(scene.arrows)}
    names = {box.name: place for place, box in enumerate(boxes)}
    placed: list[Box] = []
    seen: set[str] = set()

    def put(box: Box) -> None:
        if box.name in seen:
            return
        seen.add(box.name)
        tail = before.get(box.name)
        if tail in names and box.kind != "gate":
            put(boxes[names[tail]])
        placed.append(box)
        for arrow in scene.arrows:
            head = names.get(arrow.head)
            if arrow.tail == box.name and head is not None and boxes[head].kind == "gate":
                put(boxes[head])

    for box in boxes:
        put(box)
    return placed


def _arrows(scene: Scene) -> dict[str, list[str]]:
    boxes = {box.name: box for box in scene.boxes()}
    said: dict[str, list[str]] = {}
    for arrow in scene.arrows:
        head = visible(boxes[arrow.head].lines[0])
        said.setdefault(arrow.tail, []).append(f"{arrow.word} [{arrow.head}] {head}")
    return said


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", visible(text))
