"""The visualiser: policies, pathways, pupils and comparisons as pictures and tables.

    from pathlib import Path
    from fingerpost_visualiser import draw
    from fingerpost_visualiser.views.tiers import tiers_view

    draw(tiers_view(policy), Path("tiers.pdf"))

A view makes a scene: lanes, boxes and arrows in plain words. Every format is made from the scene, which
`as_graph` gives as a networkx graph. Pictures need the extra `draw`; where it is missing, `CannotDrawError`
says so in one sentence.
"""

from fingerpost_visualiser.drawing import ENDINGS, Options, draw
from fingerpost_visualiser.extras import CannotDrawError
from fingerpost_visualiser.pathways import draw_pathway, pathway_dot, pathway_mermaid
from fingerpost_visualiser.scene import Scene, as_graph
from fingerpost_visualiser.theme import Theme, ThemeError, read_theme

__all__ = [
    "ENDINGS",
    "CannotDrawError",
    "Options",
    "Scene",
    "Theme",
    "ThemeError",
    "as_graph",
    "draw",
    "draw_pathway",
    "pathway_dot",
    "pathway_mermaid",
    "read_theme",
]
