"""What stands in a picture, before it has a place: a heading, lanes, boxes in lanes, arrows between boxes.

Boxes are HTML-like labels of Graphviz, so every word of the policy goes through `words`, which wraps, escapes
and drops what no picture can show. Names here are our own (`n0`, `g1`), never the policy's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fingerpost_visualiser import theme
from fingerpost_visualiser.graph import (
    START,
    BarNode,
    Graph,
    Node,
    StepNode,
    bars_of,
    start_of,
    steps_of,
    ways_of,
)
from fingerpost_visualiser.labels import legend, listed, mark, row, table, words

_BOX = 44
_GATE = 26
_LOW = 1_000
"""Bars and what leads away from them stand below all steps of their column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box. `lines` are all its words in reading order, for those who cannot see it and other formats."""

    name: str
    label: str
    lines: tuple[str, ...]
    look: theme.Look
    order: tuple[int, int] = (0, 0)
    """The order of boxes in one column: first by how many lanes down they lead, then steps by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One role's lane, with its boxes."""

    name: str
    title: str
    label: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """From one box to another. One that `stops` ends across its way; one into a gate or join has no head.

    A gate stands `close` to what it leads away from.
    """

    tail: str
    head: str
    stops: bool = False
    headless: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All of a picture."""

    title: str
    under: str
    """From which policy it comes."""
    heading: str
    legend: str
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]

    def boxes(self) -> Iterator[Box]:
        """Every box, lane by lane."""
        for lane in self.lanes:
            yield from lane.boxes


@dataclass(frozen=True, slots=True)
class _Source:
    """What arrows come from: a gate, a bar, or a step that leads on without a condition."""

    box: str
    role: str
    heads: tuple[str, ...]
    stops: bool = False


def pathway_scene(graph: Graph) -> Scene:
    """The picture of a pathway: a lane for each role, a gate for what must be so on the way to a step."""
    ids = {name: f"n{place}" for place, name in enumerate(graph.nodes)}
    titles = {step.role: step.actor for step in steps_of(graph)}
    boxes: dict[str, list[Box]] = {role: [] for role in titles}
    start = start_of(graph)
    for node in (*((start,) if start else ()), *steps_of(graph), *bars_of(graph)):
        boxes[node.role].append(_box(ids[node.name], node))
    arrows: list[Arrow] = []
    sources: list[_Source] = []
    for (tail, conditions, stops), heads in _leads(graph).items():
        role = graph.nodes[tail]["role"]
        box = ids[tail]
        if conditions:
            drop = [*titles].index(graph.nodes[heads[0]]["role"]) - [*titles].index(role)
            gate = _gate(f"g{len(sources)}", conditions, opens=tail == START, drop=drop)
            boxes[role].append(gate)
            arrows.append(Arrow(tail=box, head=gate.name, headless=True, close=True))
            box = gate.name
        sources.append(_Source(box, graph.nodes[heads[0]]["role"], tuple(ids[head] for head in heads), stops))
    for number, group in enumerate(_alike(sources)):
        if len(group) > 1 and len(group[0].heads) > 1:
            join = _join(f"j{number}", stops=group[0].stops)
            boxes[group[0].role].append(join)
            arrows += [Arrow(tail=one.box, head=join.name, headless=True, stops=one.stops) for one in group]
            meeting = [replace(group[0], box=join.name)]
        else:
            meeting = group
        arrows += [Arrow(tail=one.box, head=head, stops=one.stops) for one in meeting for head in one.heads]
    facts = graph.graph
    parts = [facts["policy"], facts["policy_id"], facts["status"]]
    parts += [f"for each {facts['subject']}"] if facts["subject"] != "pupil" else []
    parts += ["a person decides at every step"] if facts["enforcement"] else []
    under = " · ".join(part for part in parts if part)
    return Scene(
        title=facts["title"],
        under=under,
        heading=_heading(graph.graph["title"], under),
        legend=_legend(graph),
        lanes=tuple(
            Lane(name=f"lane{place}", title=title, label=_lane_title(title), boxes=tuple(boxes[role]))
            for place, (role, title) in enumerate(titles.items())
        ),
        arrows=tuple(arrows),
    )


def _leads(graph: Graph) -> dict[tuple[str, tuple[str, ...], bool], list[str]]:
    """Where each step, on each set of conditions, leads; and what each bar stops."""
    leads: dict[tuple[str, tuple[str, ...], bool], list[str]] = {}
    for tail, head, way in ways_of(graph):
        leads.setdefault((tail, way.conditions, way.kind == "stops"), []).append(head)
    return leads


def _alike(sources: Sequence[_Source]) -> Iterable[list[_Source]]:
    """Those that lead to the same boxes, together: their arrows meet in a join."""
    groups: dict[tuple[tuple[str, ...], bool], list[_Source]] = {}
    for source in sources:
        groups.setdefault((tuple(sorted(source.heads)), source.stops), []).append(source)
    return groups.values()


def _lane_title(title: str) -> str:
    return table(row(f"<b>{words(title, 60)}</b>", size=18))


def _heading(title: str, under: str) -> str:
    return table(
        row(f"<b>{words(title, 80)}</b>", size=28) + row(words(under, 150), size=15, colour=theme.QUIET)
    )


def _legend(graph: Graph) -> str:
    """What the outlines say, as far as they occur."""
    asked = {step.modality for step in steps_of(graph)}
    entries = [
        (word.upper(), theme.MEANINGS[word], look) for word, look in theme.LOOKS.items() if word in asked
    ]
    if bars_of(graph):
        entries.append(("BAR", "forbids the steps that it points to", theme.BAR))
    return legend(entries)


# --- boxes --------------------------------------------------------------------------------------------------


def _box(name: str, node: Node) -> Box:
    match node:
        case StepNode():
            return _step(name, node)
        case BarNode():
            return _bar(name, node)
        case _:
            label = f'<font color="{theme.PAPER}"><b>START</b></font>'
            return Box(name=name, label=label, lines=("Start",), look=theme.START)


def _step(name: str, step: StepNode) -> Box:
    usually = f" (usually {step.usually_by})" if step.usually_by else ""
    who = f"{'For decision by' if step.for_decision else 'By'}: {step.actor}{usually}"
    rows = row(f"<b>{step.number}&#160; {words(step.title, 34)}</b>", size=18)
    rows += row(mark(step.modality.upper(), step.text, _BOX))
    rows += listed("Only if", step.only_if, _BOX)
    rows += listed("Unless", step.unless, _BOX)
    rows += listed("Time", step.times, _BOX)
    rows += row(*(words(one, _BOX) for one in (who, *step.others)), size=13, colour=theme.QUIET)
    ends = ("Ends the round",) if step.ends_round else ()
    rows += "".join(row(f"<b>{one}</b>", size=13) for one in ends)
    lines = [f"Step {step.number}: {step.title}", f"{step.actor} {step.modality.upper()} {step.text}"]
    lines += [f"Only if {_joined(step.only_if, 'and')}"] if step.only_if else []
    lines += [f"Unless {_joined(step.unless, 'or')}"] if step.unless else []
    lines += [*step.times, who, *step.others, *ends]
    look = theme.LOOKS[step.modality]
    return Box(name=name, label=table(rows), lines=tuple(lines), look=look, order=(0, step.number))


def _bar(name: str, bar: BarNode) -> Box:
    label = table(row(f"<b>BAR: {words(bar.title, 24)}</b>") + listed("When", bar.when, 28))
    said = (f"Bar: {bar.title}", f"When {_joined(bar.when, 'and')}")
    return Box(name=name, label=label, lines=said, look=theme.BAR, order=(0, _LOW))


def _gate(name: str, conditions: Sequence[str], *, opens: bool, drop: int) -> Box:
    word = "When" if opens else "If"
    said = [_small(one) for one in conditions]
    first, *others = said
    label = table(row(mark(word, first, _GATE), *(mark("and", one, _GATE) for one in others), size=13))
    lines = (f"{word} {_joined(conditions, 'and')}",)
    return Box(name=name, label=label, lines=lines, look=theme.GATE, order=(drop, 0))


def _join(name: str, *, stops: bool) -> Box:
    colour = theme.BAR.line if stops else theme.INK
    label = f'<font color="{colour}" point-size="13"><b>or</b></font>'
    return Box(
        name=name,
        label=label,
        lines=("or",),
        look=replace(theme.JOIN, line=colour),
        order=(0, _LOW + 1 if stops else 0),
    )


def _joined(conditions: Sequence[str], word: str) -> str:
    return f", {word} ".join(_small(one) for one in conditions)


def _small(sentence: str) -> str:
    """A condition inside a sentence again."""
    return f"{sentence[:1].lower()}{sentence[1:]}"
