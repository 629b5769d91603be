"""What Graphviz's PDF still needs: no date, so that equal pictures are equal files; and a whole page."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DATE = re.compile(rb"\n\s*/CreationDate \([^)]*\)")
_BOX = re.compile(rb"/MediaBox \[ *([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) *\]")
_TABLE = re.compile(rb"xref\n0 \d+\n(?:\d{10} \d{5} [nf] ?\r?\n)+")
_ENTRY = re.compile(rb"^(\d{10})(?= \d{5} n)", re.MULTILINE)
_START = re.compile(rb"(?<=startxref\n)\d+")

_MILLIMETRE = 72 / 25.4
PAPERS = {"a4": (297 * _MILLIMETRE, 210 * _MILLIMETRE), "a3": (420 * _MILLIMETRE, 297 * _MILLIMETRE)}
"""Landscape, width and height in points."""
MARGIN = 8 * _MILLIMETRE
"""What printers leave white."""


def finished(drawn: bytes, paper: str | None = None) -> bytes:
    """Graphviz's PDF without the moment at which it was made, in the middle of a landscape page of `paper`.

    What its table says of places is put right.
    """
    edits = []
    date = _DATE.search(drawn)
    if date is not None:
        edits.append((date.start(), date.end(), b""))
    if paper is not None:
        edits += [(box.start(), box.end(), _page(box, paper)) for box in _BOX.finditer(drawn)]
    return _edited(drawn, sorted(edits))


def _page(box: re.Match[bytes], paper: str) -> bytes:
    left, bottom, right, top = (float(number) for number in box.groups())
    width, height = PAPERS[paper]
    beside, above = (width - (right - left)) / 2, (height - (top - bottom)) / 2
    sides = (left - beside, bottom - above, right + beside, top + above)
    return b"/MediaBox [ " + b" ".join(b"%.2f" % side for side in sides) + b" ]"


def _edited(drawn: bytes, edits: Sequence[tuple[int, int, bytes]]) -> bytes:
    tables = list(_TABLE.finditer(drawn))
    if not tables or not edits:
        return drawn

    def moved(found: re.Match[bytes]) -> bytes:
        place = int(found.group())
        shift = sum(len(new) - (end - start) for start, end, new in edits if start < place)
        return b"%0*d" % (len(found.group()), place + shift)

    table = tables[-1]
    pieces, last = [], 0
    for start, end, new in edits:
        pieces += [drawn[last:start], new]
        last = end
    pieces += [drawn[last : table.start()]]
    tail = _ENTRY.sub(moved, table.group()) + _START.sub(moved, drawn[table.end() :])
    return b"".join(pieces) + tail
