"""HTML-like labels of Graphviz: wrapped, escaped words in rows and tables."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence

from fingerpost_visualiser import theme

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK = '<br align="left"/>'
_HELD = "\ue000"


def words(text: str, width: int, *, joint: str = _BREAK) -> str:
    """A text wrapped and escaped, its lines at most `width` letters and about equally long.

    What no picture can show is left out.

    >>> words('"<b>" & co', 40)
    '&quot;&lt;b&gt;&quot; &amp; co'
    >>> words("one two", 3, joint="|")
    'one|two'
    """
    return joint.join(_escaped(line) for line in _wrapped(text, width))


def mark(word: str, text: str, width: int) -> str:
    """A text behind a word in bold, wrapped as one; the word is never torn apart.

    >>> mark("MUST NOT", "do it", 40)
    '<b>MUST NOT</b> do it'
    """
    held = _HELD * len(word)
    return words(f"{held} {text}", width).replace(held, f"<b>{_escaped(word)}</b>", 1)


def row(*lines: str, size: int = 14, colour: str = theme.INK) -> str:
    """Lines of a table's row."""
    said = "".join(f"{line}{_BREAK}" for line in lines)
    face = f'<font point-size="{size}" color="{colour}">{said}</font>'
    return f'<tr><td align="left" balign="left">{face}</td></tr>'


def listed(word: str, items: Sequence[str], width: int) -> str:
    """A word and its items as a row; nothing where there are none."""
    if not items:
        return ""
    joint = f"{_BREAK}{'&#160;' * 4}"
    return row(f"<b>{word}</b>", *(f"–&#160;{words(item, width, joint=joint)}" for item in items), size=13)


def table(rows: str, *, spacing: int = 0) -> str:
    """Rows as a table without lines."""
    return f'<table border="0" cellborder="0" cellspacing="{spacing}" cellpadding="3">{rows}</table>'


def legend(entries: Sequence[tuple[str, str, theme.Look]]) -> str:
    """A word, its meaning and its look, side by side."""
    cells = []
    for word, meaning, look in entries:
        kinds = [kind for kind in ("rounded", "dashed") if kind in look.style]
        edge = f' style="{",".join(kinds)}"' if kinds else ""
        line = f'border="{look.outlines * 1.5:g}" color="{look.line}" bgcolor="{look.fill}"{edge}'
        cells.append(f"<td {line}>&#160;<b>{_escaped(word)}</b>&#160;</td>")
        cells.append(f'<td align="left">{_escaped(meaning)}&#160;&#160;&#160;</td>')
    return table(f"<tr>{''.join(cells)}</tr>", spacing=4) if cells else table(row(" "))


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
    narrowest = next(fewer for fewer in range(1, width + 1) if len(_filled(seen, fewer)) <= len(lines))
    return _filled(seen, narrowest) or [" "]


def _filled(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=True, break_on_hyphens=False)
