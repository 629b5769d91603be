"""The view of a difference: what was added, changed and removed between two policies.

`difference_view` is a table of everything, `pathway_difference` one pathway with its changes marked on it: by
a word and a colour, because the outline goes on saying what must, should and may be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fingerpost.compare import Comparison, Difference, Sort, compare
from fingerpost.render.difference_words import changed_words, whole_words
from fingerpost.render.effects import effect_words
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import upper_first
from fingerpost_visualiser.graph import pathway_graph, ways_of
from fingerpost_visualiser.scene import Arrow, Box, Detail, Entry, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.views.common import modality_legend
from fingerpost_visualiser.views.pathway import box_names, pathway_scene

_SORTS = (Sort.ADDED, Sort.CHANGED, Sort.REMOVED)
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Tiers and cohorts": ("tier", "cohort"),
    "Numbers": ("threshold",),
    "Who does what": ("action",),
    "Pathways": ("pathway", "step", "bar"),
    "What is counted": ("measure", "condition", "occasion", "codes", "code"),
    "What is recorded": ("fact", "event"),
    "Roles": ("role",),
}
"""What a policy declares, in the order of the picture; sources and passages are left to `compare`."""

_LEGEND = (
    Entry("ADDED", "was not there before", "added"),
    Entry("CHANGED", "is not as it was", "changed"),
    Entry("REMOVED", "is there no longer", "removed"),
)


def difference_view(before: Policy, after: Policy) -> Scene:
    """Everything that differs, by what it is; things to do by who does them."""
    found = compare(before, after)
    lanes: list[Lane] = []
    for title, differences in _by_group(found, before, after).items():
        lane = len(lanes)
        boxes = []
        for column, sort in enumerate(_SORTS):
            mine = [one for one in differences if one.sort is sort]
            if mine:
                boxes.append(_cell(f"d{lane}c{column}", sort, mine, (before, after), column))
        lanes.append(Lane(name=f"lane{lane}", title=title, boxes=tuple(boxes)))
    counts = {sort: len(found.of(sort)) for sort in _SORTS}
    numbers = ", ".join(f"{counts[sort]} {sort.value}" for sort in _SORTS)
    return Scene(
        view="difference",
        title=f"What changed in {after.header.id}",
        under=f"against {before.header.id} · {numbers}, sources, passages and notes among them",
        legend=_LEGEND,
        lanes=tuple(lanes),
        columns=("Added", "Changed", "Removed"),
    )


def _by_group(found: Comparison, before: Policy, after: Policy) -> dict[str, list[Difference]]:
    groups: dict[str, list[Difference]] = {}
    for group, kinds in _GROUPS.items():
        for one in found.differences:
            if one.kind in kinds and not one.is_wording:
                title = f"{group}: {_role(one, before, after)}" if one.kind == "action" else group
                groups.setdefault(title, []).append(one)
    return groups


def _role(one: Difference, before: Policy, after: Policy) -> str:
    policy, name = (before, one.earlier_name) if one.sort is Sort.REMOVED else (after, one.name)
    return policy.roles[policy.actions[name].actor].title


def _cell(
    name: str, sort: Sort, mine: Sequence[Difference], policies: tuple[Policy, Policy], column: int
) -> Box:
    items = tuple(_said(one, *policies) for one in mine)
    details = tuple(_detail(one, *policies) for one in mine)
    part = Part(
        style=PartStyle.LIST,
        lead=sort.value.upper(),
        spoken=f"{upper_first(sort.value)}:",
        items=items,
        word="",
        width=52,
    )
    return Box(name=name, kind="difference", parts=(part,), look=sort.value, column=column, details=details)


def _said(one: Difference, before: Policy, after: Policy) -> str:
    if one.sort is Sort.CHANGED:
        effect = effect_words(one.effect, after)
        return changed_words(one, after) + (f" — {effect}" if effect else "")
    said, _ = whole_words(one, after if one.sort is Sort.ADDED else before)
    return said


def _detail(one: Difference, before: Policy, after: Policy) -> Detail:
    because = (f"because: {one.because}",) if one.because else ()
    if one.sort is Sort.CHANGED:
        items = (f"before: {'; '.join(one.before) or 'nothing'}", f"now: {'; '.join(one.after) or 'nothing'}")
        return Detail(f"{one.title}, {one.clause}", (*items, *because))
    said = whole_words(one, after if one.sort is Sort.ADDED else before)
    return Detail(one.title, (*(part for part in said if part), *because))


# --- one pathway ----------------------------------------------------------------------------------


def pathway_difference(before: Policy, after: Policy, name: str) -> Scene:
    """A pathway that both have, with what was added, changed and removed marked on it.

    Raises `KeyError` for a name that one of them has not.
    """
    graphs = pathway_graph(before, name), pathway_graph(after, name)
    old, new = (pathway_scene(graph, policy) for graph, policy in zip(graphs, (before, after), strict=True))
    old_names, new_names = (box_names(graph) for graph in graphs)
    old_boxes = {box.name: box for box in old.boxes()}
    was = {ours: old_boxes.get(old_names.get(said, "")) for said, ours in new_names.items()}
    lanes = [
        replace(
            lane,
            boxes=tuple(_marked(box, was[box.name]) if box.name in was else box for box in lane.boxes),
        )
        for lane in new.lanes
    ]
    gone = [said for said in old_names if said not in new_names]
    names = {said: f"x{number}" for number, said in enumerate(gone)}
    for lane in old.lanes:
        boxes = [
            _removed(old_boxes[old_names[said]], names[said])
            for said in gone
            if old_names[said] in {box.name for box in lane.boxes}
        ]
        lanes = _with_boxes(lanes, lane, boxes)
    where = {**names, **new_names}
    arrows = [
        _gone(where[tail], where[head], stops=way.kind == "stops")
        for tail, head, way in ways_of(graphs[0])
        if tail in names or head in names
    ]
    return replace(
        new,
        view="difference",
        title=f"{new.title}: what changed",
        under=f"{after.header.id} against {before.header.id}",
        legend=(*_LEGEND, *_both(new.legend, old.legend)),
        lanes=tuple(lanes),
        arrows=(*new.arrows, *dict.fromkeys(arrows)),
    )


def _gone(tail: str, head: str, *, stops: bool) -> Arrow:
    return Arrow(tail=tail, head=head, word="stopped" if stops else "led to", stops=stops)


def _both(legend: Sequence[Entry], other: Sequence[Entry]) -> Sequence[Entry]:
    """The words of both legends, in the order in which legends have them; the bar stays last."""
    modalities = modality_legend(entry.look for entry in (*legend, *other))
    return (*modalities, *(entry for entry in dict.fromkeys((*legend, *other)) if entry.look == "bar"))


def _marked(box: Box, before: Box | None) -> Box:
    """A box of the later pathway, as it stands to the earlier one."""
    if box.kind == "start":
        return box
    if before is None:
        return _with_word(box, "added", ())
    said, was = (frozenset(_lines(one)) for one in (box, before))
    if said == was:
        return box
    gone = tuple(line for line in _lines(before) if line not in said)
    return _with_word(box, "changed", gone)


def _lines(box: Box) -> list[str]:
    """What a box says, without the number that it may owe to its neighbours."""
    first, *others = box.parts
    return ["; ".join(first.items), *(part.line for part in others)]


def _with_word(box: Box, look: str, gone: tuple[str, ...]) -> Box:
    word = Part(style=PartStyle.STRONG, items=(look.upper(),))
    was = Part(style=PartStyle.LIST, lead="Before" if gone else "", items=gone, word="")
    parts = (*box.parts, word, *((was,) if gone else ()))
    return replace(box, look=look, outline=box.look, parts=parts)


def _removed(box: Box, name: str) -> Box:
    word = Part(style=PartStyle.STRONG, items=("REMOVED",))
    return replace(box, name=name, look="removed", outline=box.look, parts=(*box.parts, word))


def _with_boxes(lanes: Sequence[Lane], lane: Lane, boxes: Sequence[Box]) -> list[Lane]:
    """Lanes with boxes put into the one of the same title, or into one of their own."""
    if not boxes:
        return list(lanes)
    if any(one.title == lane.title for one in lanes):
        return [replace(one, boxes=(*one.boxes, *boxes)) if one.title == lane.title else one for one in lanes]
    return [*lanes, Lane(name=f"lane{len(lanes)}", title=lane.title, boxes=tuple(boxes))]
