"""HTML-like labels of Graphviz: wrapped, escaped words in rows and tables."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence

from fingerpost_visualiser.scene import Entry
from fingerpost_visualiser.theme import SHAPES, Theme

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = '<br align="left"/>'
_SPACE = "&#160;"
"""Graphviz takes no empty element."""
_HELD = "\ue000"
_LEGEND_CELLS = 12
_TITLE_WIDTH = 270


def words(text: str, width: int, *, joint: str = _BREAK) -> str:
    """A text wrapped and escaped, its lines at most `width` letters and about equally long.

    What no picture can show is left out.

    >>> words('"<b>" & co', 40)
    '&quot;&lt;b&gt;&quot; &amp; co'
    >>> words("one two", 3, joint="|")
    'one|two'
    """
    return joint.join(_escaped(line) for line in _wrapped(text, width))


def mark(word: str, text: str, width: int, *, bold: bool = False) -> str:
    """A text behind a word in bold, wrapped as one; the word is never torn apart. All of it may be bold.

    >>> mark("MUST NOT", "do it", 40)
    '<b>MUST NOT</b> do it'
    >>> mark("1", "Do it", 40, bold=True)
    '<b>1&#160; Do it</b>'
    """
    seen = visible(word)
    if not seen:
        return f"<b>{words(text, width)}</b>" if bold else words(text, width)
    held = _HELD * len(seen)
    said = words(f"{held} {text.replace(_HELD, '')}", width)
    if bold:
        return f"<b>{said.replace(f'{held} ', f'{held}{_SPACE} ', 1).replace(held, _escaped(seen), 1)}</b>"
    return said.replace(held, f"<b>{_escaped(seen)}</b>", 1)


def row(*lines: str, size: int = 14, colour: str) -> str:
    """Lines of a table's row."""
    said = "".join(f"{line}{_BREAK}" for line in lines)
    face = f'<font point-size="{size}" color="{colour}">{said}</font>'
    return f'<tr><td align="left" balign="left">{face}</td></tr>'


def listed(word: str, items: Sequence[str], width: int, *, colour: str) -> str:
    """A word and its items as a row; nothing where there are none."""
    if not items:
        return ""
    joint = f"{_BREAK}{'&#160;' * 4}"
    head = [f"<b>{words(word, width)}</b>"] if word else []
    return row(
        *head, *(f"–&#160;{words(item, width, joint=joint)}" for item in items), size=13, colour=colour
    )


def table(rows: str, *, spacing: int = 0) -> str:
    """Rows as a table without lines."""
    return f'<table border="0" cellborder="0" cellspacing="{spacing}" cellpadding="3">{rows}</table>'


def legend(entries: Sequence[Entry], theme: Theme) -> str:
    """A word, its meaning and its look, side by side."""
    cells = []
    for entry in entries:
        shape, colours = SHAPES[entry.look], theme.colours(entry.look)
        kinds = [kind for kind in ("rounded", "dashed", "dotted") if kind in shape.style]
        edge = f' style="{",".join(kinds)}"' if kinds else ""
        line = f'border="{shape.outlines * 1.5:g}" color="{colours.line}" bgcolor="{colours.fill}"{edge}'
        word = f'<font color="{theme.ink}"><b>{_escaped(visible(entry.word)) or _SPACE}</b></font>'
        cells.append(f"<td {line}>&#160;{word}&#160;</td>")
        cells.append(f'<td align="left">{_escaped(visible(entry.meaning)) or _SPACE}&#160;&#160;&#160;</td>')
    if not cells:
        return table(row(" ", colour=theme.ink))
    rows = [cells[place : place + _LEGEND_CELLS] for place in range(0, len(cells), _LEGEND_CELLS)]
    return table("".join(f"<tr>{''.join(one)}</tr>" for one in rows), spacing=4)


def _escaped(line: str) -> str:
    # A backslash stands apart from what follows it: Graphviz would put a box's name for `\N`.
    return html.escape(line).replace("\\", "<font>&#92;</font>")


def visible(text: str) -> str:
    r"""A text on one line without what no picture can show.

    >>> visible("a\x00b\n c")
    'ab c'
    """
    return _UNSEEN.sub("", " ".join(text.split()))


def _wrapped(text: str, width: int) -> list[str]:
    seen = visible(text)
    lines = _filled(seen, width)
    longest = min(width, max((len(word) for word in seen.split()), default=1))
    narrowest = next(fewer for fewer in range(longest, width + 1) if len(_filled(seen, fewer)) <= len(lines))
    return _filled(seen, narrowest) or [" "]


def _filled(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=True, break_on_hyphens=False)


def with_logo(logo: str, beside: str) -> str:
    """A logo at the left of a table, in a cell of its own."""
    image = f'<img src="{html.escape(logo)}" scale="true"/>'
    size = f'fixedsize="true" width="{LOGO_WIDTH}" height="{LOGO_HEIGHT}"'
    return table(f"<tr><td {size}>{image}</td><td>{beside}</td></tr>")


LOGO_WIDTH, LOGO_HEIGHT = 150, 70


def sign(text: str, colour: str, size: int) -> str:
    """One word in the middle of a round sign."""
    return f'<font color="{colour}" point-size="{size}"><b>{_escaped(visible(text)) or _SPACE}</b></font>'


def cell(text: str, theme: Theme, *, look: str = "", line: bool = False, name: str = "") -> str:
    """One cell of a grid, coloured by its look; the letter in it says the same. A `line` lies above it.

    With a `name` it is a thing of its own in an SVG, with something behind it that can be seen to be chosen.
    """
    said = _escaped(visible(text)) or " "
    ground = ""
    if look:
        colours = theme.colours(look)
        ground = f' bgcolor="{colours.fill}" color="{colours.line}" border="1"'
    elif line:
        ground = f' color="{theme.ink}" border="2" sides="T"'
    if name:
        behind = "" if look else f' bgcolor="{theme.colours("plain").fill}"'
        ground += f'{behind} id="{name}" title="{name}"'
    face = f'<font point-size="11" color="{theme.ink}">{said}</font>'
    return f'<td width="24" height="17" fixedsize="true"{ground}>{face}</td>'


def row_title(text: str, theme: Theme) -> str:
    """The title of a grid's row: all are equally wide, so that the cells stand one below the other."""
    face = f'<font point-size="12" color="{theme.ink}">{words(text, 44)}{_BREAK}</font>'
    return f'<td width="{_TITLE_WIDTH}" align="left" balign="left">{face}</td>'
