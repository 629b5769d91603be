"""The view of a pathway: a lane for each role, a gate for what must be so, and by when, on the way to a step.

The scene is made from the networkx graph of `graph.py`, which holds what the policy says in plain words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.graph import (
    START,
    BarNode,
    Graph,
    Node,
    StepNode,
    bars_of,
    pathway_graph,
    start_of,
    steps_of,
    ways_of,
)
from fingerpost_visualiser.scene import Arrow, Box, Detail, Entry, Lane, Part, PartStyle, Scene, small
from fingerpost_visualiser.views.common import citations, modality_legend, rule_details

_GATE = 26
_BAR = 28
_LOW = 1_000
"""Bars and what leads away from them stand below all steps of their column."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What arrows come from: a gate, a bar, or a step that leads on without a condition."""

    box: str
    role: str
    heads: tuple[str, ...]
    stops: bool = False


def pathway_view(policy: Policy, name: str) -> Scene:
    """The picture of a pathway of a policy. Raises `KeyError` for a name that it has not."""
    return pathway_scene(pathway_graph(policy, name), policy)


def pathway_scene(graph: Graph, policy: Policy | None = None) -> Scene:
    """The picture of a pathway's graph; with its policy, every step has its citations to read."""
    ids = box_names(graph)
    titles = {step.role: step.actor for step in steps_of(graph)}
    boxes: dict[str, list[Box]] = {role: [] for role in titles}
    start = start_of(graph)
    for node in (*((start,) if start else ()), *steps_of(graph), *bars_of(graph)):
        boxes[node.role].append(_box(ids[node.name], node, policy))
    arrows: list[Arrow] = []
    sources: list[_Source] = []
    for lead, heads in _leads(graph).items():
        role = graph.nodes[lead.tail]["role"]
        box = ids[lead.tail]
        if lead.conditions or lead.times:
            gate = _gate(f"g{len(sources)}", lead)
            boxes[_lane_of(role, [graph.nodes[head]["role"] for head in heads])].append(gate)
            arrows.append(Arrow(tail=box, head=gate.name, headless=True, close=True))
            box = gate.name
        head_boxes = tuple(ids[head] for head in heads)
        sources.append(_Source(box, graph.nodes[heads[0]]["role"], head_boxes, lead.stops))
    for number, group in enumerate(_alike(sources)):
        if len(group) > 1 and len(group[0].heads) > 1:
            join = _join(f"j{number}", stops=group[0].stops)
            boxes[group[0].role].append(join)
            arrows += [_arrow(one.box, join.name, stops=one.stops, headless=True) for one in group]
            meeting = [replace(group[0], box=join.name)]
        else:
            meeting = group
        arrows += [_arrow(one.box, head, stops=one.stops) for one in meeting for head in one.heads]
    facts = graph.graph
    parts = [facts["policy"], facts["policy_id"], facts["status"]]
    parts += [f"for each {facts['subject']}"] if facts["subject"] != "pupil" else []
    parts += ["a person decides at every step"] if facts["enforcement"] else []
    return Scene(
        view="pathway",
        title=facts["title"],
        under=" · ".join(part for part in parts if part),
        legend=_legend(graph),
        lanes=tuple(
            Lane(name=f"lane{place}", title=title, boxes=tuple(boxes[role]))
            for place, (role, title) in enumerate(titles.items())
        ),
        arrows=tuple(arrows),
    )


def box_names(graph: Graph) -> Mapping[str, str]:
    """Our name for the box of each step, bar and start."""
    return {name: f"n{place}" for place, name in enumerate(graph.nodes)}


@dataclass(frozen=True, slots=True)
class _Lead:
    """Where something leads from: on which conditions, and how soon."""

    tail: str
    conditions: tuple[str, ...]
    times: tuple[str, ...]
    stops: bool


def _leads(graph: Graph) -> dict[_Lead, list[str]]:
    """Where each step, on each set of conditions, leads; and what each bar stops."""
    leads: dict[_Lead, list[str]] = {}
    for tail, head, way in ways_of(graph):
        times = () if way.kind == "stops" else tuple(graph.nodes[head]["limits"])
        leads.setdefault(_Lead(tail, way.conditions, times, way.kind == "stops"), []).append(head)
    return leads


def _alike(sources: Sequence[_Source]) -> Iterable[list[_Source]]:
    """Those that lead to the same boxes, together: their arrows meet in a join."""
    groups: dict[tuple[tuple[str, ...], bool], list[_Source]] = {}
    for source in sources:
        groups.setdefault((tuple(sorted(source.heads)), source.stops), []).append(source)
    return groups.values()


def _lane_of(tail: str, heads: Sequence[str]) -> str:
    """Where a gate stands: with the one to whom it leads; if they are several, where it leads from."""
    return heads[0] if len(set(heads)) == 1 else tail


def _arrow(tail: str, head: str, *, stops: bool, headless: bool = False) -> Arrow:
    return Arrow(tail=tail, head=head, word="stops" if stops else "leads to", stops=stops, headless=headless)


def _legend(graph: Graph) -> tuple[Entry, ...]:
    """What the outlines say, as far as they occur."""
    entries = modality_legend(step.modality for step in steps_of(graph))
    bar = (Entry("BAR", "forbids the steps that it points to", "bar"),) if bars_of(graph) else ()
    return (*entries, *bar)


# --- boxes --------------------------------------------------------------------------------------------------


def _box(name: str, node: Node, policy: Policy | None) -> Box:
    match node:
        case StepNode():
            return _step(name, node, policy)
        case BarNode():
            return _bar(name, node, policy)
        case _:
            parts = (Part(style=PartStyle.SIGN, lead="START", spoken="Start"),)
            return Box(name=name, kind="start", parts=parts, look="start")


def _step(name: str, step: StepNode, policy: Policy | None) -> Box:
    usually = f" (usually {step.usually_by})" if step.usually_by else ""
    who = f"{'For decision by' if step.for_decision else 'By'}: {step.actor}{usually}"
    ends = ("Ends the round",) if step.ends_round else ()
    parts = (
        Part(
            style=PartStyle.TITLE,
            lead=str(step.number),
            spoken=f"Step {step.number}:",
            items=(step.title,),
            width=34,
        ),
        Part(
            style=PartStyle.TEXT,
            lead=step.modality.upper(),
            spoken=f"{step.actor} {step.modality.upper()}",
            items=(step.text,),
        ),
        *_listed("Only if", step.only_if),
        *_listed("Unless", step.unless, word="or"),
        *_listed("Time", step.times, spoken=""),
        *(Part(style=PartStyle.QUIET, items=(one,)) for one in (who, *step.others)),
        *(Part(style=PartStyle.STRONG, items=(one,)) for one in ends),
    )
    details: tuple[Detail, ...] = ()
    if policy is not None:
        details = rule_details(policy.steps[step.name], step.text, policy)
        done = tuple(f"“{one}” is recorded" for one in step.done_when)
        details += (Detail("Done when", done),) if done else ()
    look = step.modality
    return Box(name=name, kind="step", parts=parts, look=look, order=(0, step.number), details=details)


def _bar(name: str, bar: BarNode, policy: Policy | None) -> Box:
    parts = (
        Part(style=PartStyle.TITLE, lead="BAR:", spoken="Bar:", items=(bar.title,), width=24),
        *_listed("When", bar.when, width=_BAR),
    )
    details = () if policy is None else (Detail("Rests on", citations(bar.cites, policy)),)
    return Box(name=name, kind="bar", parts=parts, look="bar", order=(0, _LOW), details=details)


def _gate(name: str, lead: _Lead) -> Box:
    word = "When" if lead.tail == START else "If"
    said = tuple(small(one) for one in lead.conditions)
    conditions = Part(style=PartStyle.TEXT, lead=word, items=said, width=_GATE)
    limits = Part(style=PartStyle.STRONG, items=lead.times, width=_GATE)
    parts = (*((conditions,) if said else ()), *((limits,) if lead.times else ()))
    return Box(name=name, kind="gate", parts=parts, look="gate")


def _join(name: str, *, stops: bool) -> Box:
    part = Part(style=PartStyle.SIGN, lead="or")
    look = "stopped" if stops else "join"
    return Box(name=name, kind="join", parts=(part,), look=look, order=(0, _LOW + 1 if stops else 0))


def _listed(
    lead: str, items: tuple[str, ...], *, word: str = "and", spoken: str | None = None, width: int = 44
) -> tuple[Part, ...]:
    if not items:
        return ()
    return (Part(style=PartStyle.LIST, lead=lead, spoken=spoken, items=items, word=word, width=width),)
