"""From a scene to a file, by the file's ending: the one place where formats are chosen.

From a policy to a file there are five steps, each in a file of its own: a view (what there is to draw, as a
scene), `box_labels` and `layout` (how it looks and where it stands), `dot` (how to say so to Graphviz) and
`render` (the one that runs it). Text, Mermaid and pages are made from the scene as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fingerpost.writers.whole import write_whole
from fingerpost_visualiser.extras import needs
from fingerpost_visualiser.scene import Scene
from fingerpost_visualiser.theme import PLAIN, Theme

_POINTS_PER_INCH = 72
_PNG_DOTS_PER_INCH = 144
_PNG_LONGEST_SIDE = 5_000
_SMALLEST_LETTERS = 13
_READABLE = 8.5
"""Points; a picture whose smallest letters would be smaller on A4 goes on A3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to draw: the theme, and the paper of a PDF (`a4`, `a3`, or None for what the picture needs)."""

    theme: Theme = PLAIN
    paper: str | None = None


def draw(scene: Scene, path: Path, options: Options | None = None) -> None:
    """Draw a scene into a file, by its ending (`ENDINGS`).

    The file is written whole or not at all; the same scene gives the same bytes. Raises `ValueError` for an
    ending that is none of these, `CannotDrawError` where something must be installed first, and `OSError`
    where the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ValueError(f"`{path.name}` should end in one of {', '.join(ENDINGS)}")
    write_whole(path, ENDINGS[ending](scene, options or Options()))


def drawn(scene: Scene, form: str, options: Options, *, in_page: bool = False) -> bytes:
    """The scene as `svg`, `png` or `pdf`, by Graphviz; `in_page`, an SVG without what its page brings."""
    needs("networkx", "graphviz", *(("fontTools",) if form == "svg" else ()))
    from fingerpost_visualiser import dot, layout, pdf, render, svg

    plan = layout.place(scene, render.measure(dot.flowing(scene, options.theme, lanes=False)))
    inches = _POINTS_PER_INCH
    if form == "png":
        most = int(_PNG_LONGEST_SIDE * _POINTS_PER_INCH / plan.longest_side())
        inches = min(_PNG_DOTS_PER_INCH, max(most, 36))
    paper = None
    size: tuple[float, float] | None = None
    if form == "pdf":
        paper = options.paper or fitting(*plan.size())
        width, height = pdf.PAPERS[paper]
        size = (width - 2 * pdf.MARGIN, height - 2 * pdf.MARGIN)
    told = dot.placed(scene, plan, options.theme, dots_per_inch=inches, within=size, cells=in_page)
    picture = render.render(told, form)
    match form:
        case "svg":
            return svg.finished(picture, scene, fonts=not in_page)
        case "pdf":
            return pdf.finished(picture, paper)
        case _:
            return picture


def fitting(width: float, height: float) -> str:
    """The paper on which the smallest letters of a picture can be read: A4 if they can, else A3."""
    from fingerpost_visualiser import pdf

    across, down = pdf.PAPERS["a4"]
    scale = min((across - 2 * pdf.MARGIN) / width, (down - 2 * pdf.MARGIN) / height)
    return "a4" if scale * _SMALLEST_LETTERS >= _READABLE else "a3"


def _picture(form: str) -> Callable[[Scene, Options], bytes]:
    return lambda scene, options: drawn(scene, form, options)


def _html(scene: Scene, options: Options) -> bytes:
    svg = drawn(scene, "svg", options, in_page=True)
    from fingerpost_visualiser import page

    return page.page(scene, svg, options.theme).encode("utf-8")


def _dot(scene: Scene, options: Options) -> bytes:
    needs("graphviz")
    from fingerpost_visualiser import dot

    return dot.flowing(scene, options.theme).encode("utf-8")


def _mermaid(scene: Scene, options: Options) -> bytes:
    from fingerpost_visualiser import mermaid

    return mermaid.flowchart(scene, options.theme).encode("utf-8")


def _text(scene: Scene, _: Options) -> bytes:
    from fingerpost_visualiser import text

    return text.plain_text(scene).encode("utf-8")


def _markdown(scene: Scene, _: Options) -> bytes:
    from fingerpost_visualiser import text

    return text.markdown(scene).encode("utf-8")


ENDINGS: dict[str, Callable[[Scene, Options], bytes]] = {
    ".svg": _picture("svg"),
    ".png": _picture("png"),
    ".pdf": _picture("pdf"),
    ".html": _html,
    ".dot": _dot,
    ".mmd": _mermaid,
    ".mermaid": _mermaid,
    ".txt": _text,
    ".md": _markdown,
}
"""How each kind of file is made, by its ending."""
