"""Pathways by name, without a scene in between: `draw_pathway`, `pathway_dot` and `pathway_mermaid`."""

from __future__ import annotations

from pathlib import Path

from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.drawing import ENDINGS, Options, draw
from fingerpost_visualiser.extras import needs
from fingerpost_visualiser.scene import Scene


def pathway_dot(policy: Policy, name: str) -> str:
    """The pathway in DOT, the language of Graphviz. Raises `KeyError` for an unknown name."""
    return ENDINGS[".dot"](_scene(policy, name), Options()).decode("utf-8")


def pathway_mermaid(policy: Policy, name: str) -> str:
    """The pathway as a flowchart in Mermaid. Raises `KeyError` for an unknown name."""
    return ENDINGS[".mmd"](_scene(policy, name), Options()).decode("utf-8")


def draw_pathway(policy: Policy, name: str, path: Path) -> None:
    """Draw a pathway into a file by its ending.

    Raises `KeyError` for an unknown name, and what `draw` raises.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"`{path.name}` should end in one of {', '.join(ENDINGS)}")
    draw(_scene(policy, name), path)


def _scene(policy: Policy, name: str) -> Scene:
    needs("networkx")
    from fingerpost_visualiser.views.pathway import pathway_view

    return pathway_view(policy, name)
