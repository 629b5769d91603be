"""Pictures of pathways: `draw_pathway` writes one, `pathway_dot` and `pathway_mermaid` give its text.

From the policy to the file there are five steps, each in a file of its own: `graph` (what there is to draw),
`scene` (boxes, lanes and arrows), `layout` (where they stand), `dot` (how to say so to Graphviz) and `render`
(the one that runs it). What they need is imported when a picture is asked for, because it comes with the
extra `draw`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fingerpost.writers.whole import write_whole
from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.extras import needs

if TYPE_CHECKING:
    from fingerpost_visualiser.scene import Scene

_POINTS_PER_INCH = 72
_PNG_DOTS_PER_INCH = 144
_PNG_LONGEST_SIDE = 6_000


def pathway_dot(policy: Policy, name: str) -> str:
    """The pathway in DOT, the language of Graphviz. Raises `KeyError` for an unknown name."""
    scene = _scene(policy, name)
    from fingerpost_visualiser import dot

    return dot.flowing(scene)


def pathway_mermaid(policy: Policy, name: str) -> str:
    """The pathway as a flowchart in Mermaid. Raises `KeyError` for an unknown name."""
    from fingerpost_visualiser import mermaid

    return mermaid.flowchart(_scene(policy, name))


def draw_pathway(policy: Policy, name: str, path: Path) -> None:
    """Draw a pathway into a file: `.svg`, `.png`, `.pdf`, `.dot` or `.mmd`, by its ending.

    The file is written whole or not at all; the same policy gives the same bytes. Raises `KeyError` for a
    pathway that the policy has not, `ValueError` for an ending that is none of these, `CannotDrawError` where
    something must be installed first, and `OSError` where the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"`{path.name}` should end in one of {', '.join(ENDINGS)}")
    write_whole(path, ENDINGS[ending](policy, name))


def _scene(policy: Policy, name: str) -> Scene:
    needs("networkx", "graphviz")
    from fingerpost_visualiser.graph import pathway_graph
    from fingerpost_visualiser.scene import pathway_scene

    return pathway_scene(pathway_graph(policy, name))


def _picture(form: str) -> Callable[[Policy, str], bytes]:
    def draw(policy: Policy, name: str) -> bytes:
        scene = _scene(policy, name)
        from fingerpost_visualiser import dot, layout, pdf, render, svg

        plan = layout.place(scene, render.measure(dot.flowing(scene, lanes=False)))
        dots_per_inch = _POINTS_PER_INCH
        if form == "png":
            most = int(_PNG_LONGEST_SIDE * _POINTS_PER_INCH / plan.longest_side())
            dots_per_inch = min(_PNG_DOTS_PER_INCH, max(most, 36))
        drawn = render.render(dot.placed(scene, plan, dots_per_inch=dots_per_inch), form)
        match form:
            case "svg":
                return svg.finished(drawn, scene)
            case "pdf":
                return pdf.finished(drawn)
            case _:
                return drawn

    return draw


ENDINGS: dict[str, Callable[[Policy, str], bytes]] = {
    ".svg": _picture("svg"),
    ".png": _picture("png"),
    ".pdf": _picture("pdf"),
    ".dot": lambda policy, name: pathway_dot(policy, name).encode("utf-8"),
    ".mmd": lambda policy, name: pathway_mermaid(policy, name).encode("utf-8"),
    ".mermaid": lambda policy, name: pathway_mermaid(policy, name).encode("utf-8"),
}
"""How each kind of file is made, by its ending."""
