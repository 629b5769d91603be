"""The one model of every picture: a heading, lanes, boxes in lanes, arrows between boxes.

Every view makes a `Scene`, and every format is made from a scene alone: so all of them say the same. It holds
words and meanings, no colours and no places. `as_graph` gives it as a networkx graph, to be searched,
compared and exported.

A box is made of parts, each of which knows how it is drawn and how it is read aloud; `Box.lines` are all its
words in reading order, for text, screen readers, Mermaid and slides. Names here are our own (`n0`, `g1`),
never the policy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import networkx as nx

Graph: TypeAlias = "nx.MultiDiGraph[str]"


class PartStyle(Enum):
    """How a part of a box is drawn."""

    TITLE = "title"
    TEXT = "text"
    LIST = "list"
    QUIET = "quiet"
    STRONG = "strong"
    SIGN = "sign"
    """In the middle, for a round sign such as START."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a box: a word in bold that leads, and what follows it.

    `spoken` stands for `lead` where it is read and not seen. Items of a list are conditions, joined by
    `word`; without one, they stand side by side.
    """

    style: PartStyle
    lead: str = ""
    spoken: str | None = None
    items: tuple[str, ...] = ()
    word: str = "and"
    width: int = 44
    size: int = 0
    """How large its letters are, in points of the picture; 0 for what its style and width have."""

    @property
    def line(self) -> str:
        """The part as one line of text."""
        lead = self.lead if self.spoken is None else self.spoken
        match self.style:
            case PartStyle.LIST:
                said = _joined(self.items, self.word)
            case PartStyle.TEXT:
                said = f", {self.word} ".join(self.items)
            case _:
                said = "; ".join(self.items)
        return f"{lead} {said}".strip()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid: a letter or nothing, its look, and what it says to who comes to it."""

    text: str = ""
    look: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row of a grid: its title and cells; a `line` above it marks a threshold. A `head` names columns."""

    title: str
    cells: tuple[Cell, ...]
    line: bool = False
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of small cells, drawn as such; `said` tells the same in sentences, `columns` have names."""

    rows: tuple[GridRow, ...]
    said: tuple[str, ...]
    columns: tuple[str, ...]

    def told(self) -> Iterator[tuple[int, int, str]]:
        """What each cell says that is no heading, by row and column: `Mon AM, week from 8 May: G, …`."""
        for row, line in enumerate(self.rows):
            if not line.head:
                for column, cell in enumerate(line.cells):
                    yield row, column, f"{line.title}, {self.columns[column]}: {cell.said}"


@dataclass(frozen=True, slots=True)
class Detail:
    """What is read of a box by who asks for more: a word, and what stands under it."""

    word: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box."""

    name: str
    parts: tuple[Part, ...]
    look: str
    outline: str = ""
    """The look whose outline it has, where `look` only gives its colours."""
    kind: str = "box"
    """What it stands for: "step", "bar", "gate", "tier" …"""
    order: tuple[int, int] = (0, 0)
    """The order of boxes in one column: first by how many lanes down they lead, then steps by number."""
    column: int | None = None
    """In a table of lanes and columns, its column."""
    grid: Grid | None = None
    details: tuple[Detail, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All its words in reading order."""
        return (*(part.line for part in self.parts), *(self.grid.said if self.grid else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One lane with its boxes: a role's, or whatever else the view puts side by side."""

    name: str
    title: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """From one box to another. One that `stops` ends across its way; one into a gate or join has no head.

    A gate stands `close` to what it leads away from. `word` says what it means.
    """

    tail: str
    head: str
    word: str = "leads to"
    stops: bool = False
    headless: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the legend, its meaning and its look."""

    word: str
    meaning: str
    look: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All of a picture."""

    view: str
    title: str
    under: str
    """From which policy it comes."""
    legend: tuple[Entry, ...]
    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...] = ()
    columns: tuple[str, ...] = ()
    """Titles of columns, where boxes stand in a table; else their arrows say where they stand."""
    is_close: bool = False
    """Whether boxes stand close together, so that letters are as large as a page allows."""

    def boxes(self) -> Iterator[Box]:
        """Every box, lane by lane."""
        for lane in self.lanes:
            yield from lane.boxes


def as_graph(scene: Scene) -> Graph:
    """The scene as a networkx graph: what every format is held equal to.

    Nodes have `kind`, `look`, `lane`, `lines` and `details`, edges `word`; the graph has the view, the title
    and what stands under it.
    """
    import networkx as nx

    graph: Graph = nx.MultiDiGraph(view=scene.view, title=scene.title, under=scene.under)
    for lane in scene.lanes:
        for box in lane.boxes:
            details = tuple((one.word, one.items) for one in box.details)
            graph.add_node(
                box.name, kind=box.kind, look=box.look, lane=lane.title, lines=box.lines, details=details
            )
    for arrow in scene.arrows:
        graph.add_edge(arrow.tail, arrow.head, word=arrow.word)
    return graph


def _joined(items: Sequence[str], word: str) -> str:
    return f", {word} ".join(small(one) for one in items) if word else "; ".join(items)


def small(sentence: str) -> str:
    """A condition inside a sentence again.

    >>> small("Support is appropriate"), small("DfE is asked")
    ('support is appropriate', 'DfE is asked')
    """
    first = sentence.partition(" ")[0]
    if any(letter.isupper() for letter in first[1:]):
        return sentence
    return f"{sentence[:1].lower()}{sentence[1:]}"
