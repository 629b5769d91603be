"""The visualiser: policies, pathways, pupils and comparisons as pictures and tables.

    from pathlib import Path
    from fingerpost_visualiser import draw_pathway

    draw_pathway(policy, "legal_intervention", Path("pathway.pdf"))

Pictures are made in steps: a graph in plain words, a scene of boxes and arrows, a layout, and its rendering,
which alone runs Graphviz. They need the extra `draw`; where it is missing, `CannotDrawError` says so in one
sentence.
"""

from fingerpost_visualiser.extras import CannotDrawError
from fingerpost_visualiser.pathways import ENDINGS, draw_pathway, pathway_dot, pathway_mermaid

__all__ = ["ENDINGS", "CannotDrawError", "draw_pathway", "pathway_dot", "pathway_mermaid"]
