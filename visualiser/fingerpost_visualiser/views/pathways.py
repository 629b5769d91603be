"""The view of all pathways on one sheet, for the wall: each with a letter, in lanes that they share.

It shows every step, condition, time limit and bar of every pathway of the policy, and nothing else: tiers and
what no pathway asks are sheets of their own. So that letters can be large, words that the picture of one
pathway has as well are not said twice: what a pathway asks at its start stands under its title, conditions of
a step run on, and who decides is said by the lane, unless it is somebody else.
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import replace

from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.scene import Arrow, Box, Entry, Lane, Part, PartStyle, Scene, small
from fingerpost_visualiser.views.common import source_line
from fingerpost_visualiser.views.pathway import pathway_view

_LETTERS = string.ascii_uppercase
_WIDTHS = {44: 35, 34: 24, 26: 22, 28: 19, 24: 19}
"""How wide the parts of a box are here, by how wide they are in the picture of one pathway."""
_TITLE, _TEXT = 15, 13
"""Letters are nearly equal, so that the smallest are large."""
_BY = ("For decision by: ", "By: ")


def pathways_view(policy: Policy) -> Scene:
    """Every pathway of a policy in one picture."""
    scenes = [pathway_view(policy, name) for name in policy.pathways]
    said = [_facts(scene) for scene in scenes]
    shared = [fact for fact in said[0] if all(fact in others for others in said)] if said else []
    lanes: dict[str, list[Box]] = {}
    arrows: list[Arrow] = []
    for number, scene in enumerate(scenes):
        letter = _letter(number)
        entered = _entered(scene, letter, [fact for fact in said[number] if fact not in shared])
        for lane in entered.lanes:
            boxes = (_lettered(box, letter, lane.title) for box in lane.boxes)
            lanes.setdefault(lane.title, []).extend(boxes)
        arrows += [
            replace(arrow, tail=_name(arrow.tail, letter), head=_name(arrow.head, letter))
            for arrow in entered.arrows
        ]
    return Scene(
        view="pathways",
        title="All pathways",
        under=source_line(policy, *shared),
        legend=_legend(scene.legend for scene in scenes),
        lanes=tuple(
            Lane(name=f"lane{place}", title=title, boxes=tuple(boxes))
            for place, (title, boxes) in enumerate(lanes.items())
        ),
        arrows=tuple(arrows),
        is_close=True,
    )


def _facts(scene: Scene) -> list[str]:
    """What holds for all of a pathway, behind the title, name and status of the policy."""
    return [fact for fact in scene.under.split(" · ") if fact.startswith(("for each ", "a person "))]


def _letter(number: int) -> str:
    """The letter of a pathway: A, B … Z, A2, B2."""
    again, place = divmod(number, len(_LETTERS))
    return _LETTERS[place] + (str(again + 1) if again else "")


def _name(name: str, letter: str) -> str:
    return f"{letter.lower()}{name}"


def _entered(scene: Scene, letter: str, facts: list[str]) -> Scene:
    """A pathway with its title where it is entered: over what is asked there, or in place of START."""
    titled = Part(
        style=PartStyle.TITLE, lead=letter, spoken=f"Pathway {letter}:", items=(scene.title,), width=24
    )
    parts = (titled, *(Part(style=PartStyle.QUIET, items=(fact,), width=24) for fact in facts))
    boxes = {box.name: box for box in scene.boxes()}
    starts = {box.name for box in boxes.values() if box.kind == "start"}
    heads = {arrow.head for arrow in scene.arrows if arrow.tail in starts}
    if all(boxes[head].kind == "gate" for head in heads):
        entries, gone = heads, starts
    else:
        entries, gone = starts, set[str]()

    def entry(box: Box) -> Box:
        if box.name not in entries:
            return box
        asked = box.parts if box.kind == "gate" else ()
        return replace(box, kind="entry", look="entry", parts=(*parts, *asked))

    return replace(
        scene,
        lanes=tuple(
            replace(lane, boxes=tuple(entry(box) for box in lane.boxes if box.name not in gone))
            for lane in scene.lanes
        ),
        arrows=tuple(arrow for arrow in scene.arrows if arrow.tail not in gone),
    )


def _lettered(box: Box, letter: str, lane: str) -> Box:
    """A box of a pathway, named and numbered so that no other pathway has it, and without words to spare."""
    first, *others = box.parts
    if box.kind == "step":
        first = replace(first, lead=f"{letter}{first.lead}", spoken=f"Step {letter}{first.lead}:")
    parts = (_close(part, lane) for part in (first, *others))
    return replace(box, name=_name(box.name, letter), parts=tuple(part for part in parts if part.line))


def _close(part: Part, lane: str) -> Part:
    """A part that takes less room: conditions run on, and who decides is said by the lane."""
    size = _TITLE if part.style is PartStyle.TITLE else _TEXT
    part = replace(part, width=_WIDTHS.get(part.width, part.width), size=size)
    match part.style:
        case PartStyle.LIST if part.word:
            return replace(part, style=PartStyle.TEXT, items=tuple(small(item) for item in part.items))
        case PartStyle.QUIET:
            return replace(part, items=tuple(_without(item, lane) for item in part.items))
        case _:
            return part


def _without(said: str, lane: str) -> str:
    """`For decision by: School (usually Head)` in the lane of the school: `usually Head`."""
    for word in _BY:
        if said.startswith(word + lane):
            return said.removeprefix(word + lane).strip(" ()")
    return said


def _legend(legends: Iterable[tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """What the outlines say, each once, as the legend of one pathway has them."""
    found = dict.fromkeys(entry for legend in legends for entry in legend)
    order = ("must", "must not", "should", "should not", "may", "bar")
    return tuple(sorted(found, key=lambda entry: order.index(entry.look)))
