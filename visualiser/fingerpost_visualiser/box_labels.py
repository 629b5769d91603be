"""The HTML-like labels of a scene: heading, legend, lane titles and boxes, in the colours of a theme."""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost_visualiser.labels import (
    cell,
    legend,
    listed,
    mark,
    row,
    row_title,
    sign,
    table,
    with_logo,
    words,
)
from fingerpost_visualiser.scene import Box, Grid, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.theme import Theme

_TITLE_SIZE = 18
_SMALL = 13
_NARROW = 30
"""Parts narrower than that have smaller letters: those of bars and gates."""


def heading(scene: Scene, theme: Theme) -> str:
    """The title and what stands under it."""
    title = row(f"<b>{words(scene.title, 80)}</b>", size=28, colour=theme.ink)
    said = table(title + row(words(scene.under, 150), size=15, colour=theme.quiet))
    return said if theme.logo is None else with_logo(str(theme.logo), said)


def legend_label(scene: Scene, theme: Theme) -> str:
    """What the looks mean, as far as they occur."""
    return legend(scene.legend, theme)


def lane_label(lane: Lane, theme: Theme) -> str:
    """A lane's title."""
    return table(row(f"<b>{words(lane.title, 60)}</b>", size=_TITLE_SIZE, colour=theme.ink))


def column_label(title: str, theme: Theme) -> str:
    """A column's title."""
    return table(row(f"<b>{words(title, 40)}</b>", size=_TITLE_SIZE, colour=theme.ink))


def box_label(box: Box, theme: Theme, *, cells: bool = False) -> str:
    """All the words of a box, as they are drawn; with `cells`, each cell of its chart has a name."""
    only = box.parts[0] if len(box.parts) == 1 else None
    if only is not None and only.style is PartStyle.SIGN:
        colour = theme.paper if box.look == "start" else theme.colours(box.look).line
        return sign(only.lead, colour, 14 if box.look == "start" else _SMALL)
    rows = "".join(_part(part, theme) for part in box.parts)
    return table(rows + (_grid(box.grid, theme, box.name if cells else "") if box.grid else ""))


def _part(part: Part, theme: Theme) -> str:
    width, ink = part.width, theme.ink
    match part.style:
        case PartStyle.TITLE:
            size = part.size or (14 if width < _NARROW else _TITLE_SIZE)
            return row(mark(part.lead, "; ".join(part.items), width, bold=True), size=size, colour=ink)
        case PartStyle.TEXT:
            return row(*_marked(part), size=part.size or (_SMALL if width < _NARROW else 14), colour=ink)
        case PartStyle.LIST:
            return listed(part.lead, part.items, width, colour=ink)
        case PartStyle.QUIET:
            said = " ".join(one for one in (part.lead, "; ".join(part.items)) if one)
            return row(words(said, width), size=_SMALL, colour=theme.quiet)
        case PartStyle.STRONG:
            said = " ".join(one for one in (part.lead, "; ".join(part.items)) if one)
            return row(f"<b>{words(said, width)}</b>", size=_SMALL, colour=ink)
        case PartStyle.SIGN:
            return row(f"<b>{words(part.lead, width)}</b>", size=_SMALL, colour=ink)


def _marked(part: Part) -> Sequence[str]:
    """A leading word before the first item, `and` before the others."""
    if not part.lead:
        return [words(one, part.width) for one in part.items]
    first, *others = part.items
    return [mark(part.lead, first, part.width), *(mark(part.word, one, part.width) for one in others)]


def cell_name(box: str, row: int, column: int) -> str:
    """What a cell of a box's chart is called."""
    return f"{box}r{row}c{column}"


def _grid(grid: Grid, theme: Theme, name: str) -> str:
    lines = []
    for number, line in enumerate(grid.rows):
        cells = [
            cell(
                single.text,
                theme,
                look=single.look,
                line=line.line,
                name=cell_name(name, number, column) if name and not line.head else "",
            )
            for column, single in enumerate(line.cells)
        ]
        lines.append(f"<tr>{row_title(line.title, theme)}{''.join(cells)}</tr>")
    inner = f'<table border="0" cellborder="0" cellspacing="1" cellpadding="0">{"".join(lines)}</table>'
    return f'<tr><td align="left">{inner}</td></tr>'
