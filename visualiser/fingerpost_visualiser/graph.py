"""A pathway as a graph: what there is to draw, in plain words, before anybody thinks of shapes and colours.

`pathway_graph(policy, name)` gives a networkx `MultiDiGraph`. Every node has the attributes of `StepNode`,
`BarNode` or `StartNode` (`kind` tells which), every edge those of `Way`; all are plain strings, numbers,
booleans and tuples of strings, so that the graph can be searched, counted, compared and exported with what
networkx has. `steps_of`, `bars_of` and `ways_of` give them back with types.

Pictures are made from this graph alone, so every format shows the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, TypeAlias

from fingerpost_dsl.model.declarations import Bar, DoneWhen, Pathway, Rule, Step
from fingerpost_dsl.model.expressions import AllOf, Condition, IsKnown
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import fill_text, say_condition, say_times, upper_first

if TYPE_CHECKING:
    import networkx as nx

Graph: TypeAlias = "nx.MultiDiGraph[str]"

START = "(start)"
"""Where a pathway is entered; no step can have this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNode:
    """A step: who must, should or may do what, only if, unless, by when."""

    kind: str = "step"
    name: str
    number: int
    title: str
    role: str
    actor: str
    """The role's title."""
    usually_by: str
    """The title of the role on whose list it lands; nothing where the policy does not say."""
    others: tuple[str, ...]
    """Titles of the roles that take part or share it, with how: "jointly with School"."""
    modality: str
    text: str
    only_if: tuple[str, ...]
    unless: tuple[str, ...]
    limits: tuple[str, ...]
    """How soon, how late and until when: they stand on the way to the step."""
    times: tuple[str, ...]
    """What else is said of time: how often, and that it stays owed."""
    done_when: tuple[str, ...]
    ends_round: bool
    for_decision: bool
    """Enforcement: a person decides, and the policy only brings it before them."""
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BarNode:
    """A bar: what forbids the steps it stops."""

    kind: str = "bar"
    name: str
    title: str
    when: tuple[str, ...]
    role: str
    """The role whose steps it stops; that of the first, if there are several."""
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartNode:
    """Where the pathway is entered; `when` must be so on the whole of it."""

    kind: str = "start"
    name: str = START
    when: tuple[str, ...]
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An edge: into a step from another or from the start, or from a bar to what it stops."""

    kind: str
    """One of "start", "after", "stops"."""
    conditions: tuple[str, ...] = ()


Node = StepNode | BarNode | StartNode


def pathway_graph(policy: Policy, name: str) -> Graph:
    """The graph of a pathway. Raises `KeyError` if the policy has no pathway of that name."""
    import networkx as nx

    pathway = policy.pathways[name]
    steps = in_order([step for step in policy.steps.values() if step.pathway == name])
    graph: Graph = nx.MultiDiGraph(
        name=name,
        title=pathway.title,
        policy=policy.header.title,
        policy_id=str(policy.header.id),
        status=policy.header.status or "",
        subject=pathway.subject.value,
        enforcement=pathway.enforcement,
    )
    first = next((step for step in steps if step.starts_here), None)
    if first is not None:
        _add(graph, StartNode(when=_asked(pathway, policy), role=first.actor))
    for number, step in enumerate(steps, start=1):
        _add(graph, _step_node(step, number, policy, enforcement=pathway.enforcement))
    for step in steps:
        if step.starts_here:
            asked = () if step.after else _asked(step, policy)
            way_in = Way(kind="start", conditions=(*_asked(pathway, policy), *asked))
            _join(graph, START, step.name, way_in)
        for way in step.after:
            said = () if way.condition is None else tuple(_sentences((way.condition,), policy))
            _join(graph, way.step, step.name, Way(kind="after", conditions=said))
    names = {step.name for step in steps}
    for bar in policy.bars.values():
        stopped = [stop for stop in bar.stops if stop in names]
        if stopped:
            _add(graph, _bar_node(bar, policy.steps[stopped[0]].actor, policy))
        for stop in stopped:
            _join(graph, bar.name, stop, Way(kind="stops"))
    return graph


def steps_of(graph: Graph) -> tuple[StepNode, ...]:
    """The steps, by their numbers."""
    return tuple(node for node in _nodes(graph) if isinstance(node, StepNode))


def bars_of(graph: Graph) -> tuple[BarNode, ...]:
    """The bars, as the policy declares them."""
    return tuple(node for node in _nodes(graph) if isinstance(node, BarNode))


def start_of(graph: Graph) -> StartNode | None:
    """Where the pathway is entered; None for a pathway without steps."""
    return next((node for node in _nodes(graph) if isinstance(node, StartNode)), None)


def ways_of(graph: Graph) -> tuple[tuple[str, str, Way], ...]:
    """From where, to where, and how: in the order in which the policy says them."""
    return tuple((tail, head, Way(**attributes)) for tail, head, attributes in graph.edges(data=True))


def in_order(steps: Iterable[Step]) -> list[Step]:
    """Steps so that each stands behind all that lead to it, as declared where that leaves a choice.

    Where steps lead round in a circle, the first declared of them goes first.
    """
    waiting = list(steps)
    known = {step.name for step in waiting}
    placed: list[Step] = []
    while waiting:
        done = {step.name for step in placed}
        ready = (
            step for step in waiting if all(way.step in done or way.step not in known for way in step.after)
        )
        chosen = next(ready, waiting[0])
        waiting.remove(chosen)
        placed.append(chosen)
    return placed


def _nodes(graph: Graph) -> Iterator[Node]:
    for _, attributes in graph.nodes(data=True):
        match attributes["kind"]:
            case "step":
                yield StepNode(**attributes)
            case "bar":
                yield BarNode(**attributes)
            case _:
                yield StartNode(**attributes)


def _add(graph: Graph, node: Node) -> None:
    graph.add_node(node.name, **asdict(node))


def _join(graph: Graph, tail: str, head: str, way: Way) -> None:
    if tail in graph and head in graph:
        graph.add_edge(tail, head, **asdict(way))


def _step_node(step: Step, number: int, policy: Policy, *, enforcement: bool) -> StepNode:
    said_at_start = step.starts_here and not step.after
    return StepNode(
        name=step.name,
        number=number,
        title=step.title,
        role=step.actor,
        actor=policy.roles[step.actor].title,
        usually_by="" if step.usually_by is None else policy.roles[step.usually_by].title,
        others=_others(step, policy),
        modality=step.modality.value,
        text=fill_text(step.text, policy),
        only_if=() if said_at_start else _asked(step, policy),
        unless=tuple(_sentences(step.unless, policy)),
        limits=tuple(upper_first(said) for said in say_times(step, policy) if _is_limit(said)),
        times=tuple(upper_first(said) for said in say_times(step, policy) if not _is_limit(said)),
        done_when=tuple(_done(one, policy) for one in step.done_when),
        ends_round=step.ends_round,
        for_decision=enforcement,
        cites=step.cites,
    )


def _is_limit(said: str) -> bool:
    """Whether a time says how soon, how late or until when; others say how often, or that it stays owed."""
    return said.startswith(("within ", "by ", "no sooner ", "expires "))


def _bar_node(bar: Bar, role: str, policy: Policy) -> BarNode:
    return BarNode(
        name=bar.name, title=bar.title, when=tuple(_sentences(bar.when, policy)), role=role, cites=bar.cites
    )


def _asked(of: Step | Pathway, policy: Policy) -> tuple[str, ...]:
    """What must be so for a step, or for the whole pathway."""
    tier = () if of.tier is None else (upper_first(say_condition(of.tier, policy)),)
    return (*tier, *_sentences(of.when, policy))


def _done(done: DoneWhen, policy: Policy) -> str:
    """The title of what records a step."""
    name = done.selection.name
    declared = policy.occasions.get(name) if done.selection.occasion else policy.events.get(name)
    return name if declared is None else declared.title


def _others(rule: Rule, policy: Policy) -> tuple[str, ...]:
    joint = [f"jointly with {policy.roles[role].title}" for role in rule.jointly_with]
    part = [f"with {policy.roles[role].title}" for role in rule.with_roles]
    return (*joint, *part)


def _sentences(conditions: Iterable[Condition], policy: Policy) -> Iterator[str]:
    """One line for each condition that must hold; an `and` on the outside becomes lines of its own."""
    for condition in conditions:
        if isinstance(condition, AllOf) and not any(isinstance(one, IsKnown) for one in condition.conditions):
            yield from _sentences(condition.conditions, policy)
        else:
            yield upper_first(say_condition(condition, policy))
