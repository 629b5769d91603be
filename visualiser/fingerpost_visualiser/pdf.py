"""What Graphviz's PDF still needs: no date, so that equal pictures are equal files."""

from __future__ import annotations

import re

_DATE = re.compile(rb"\n\s*/CreationDate \([^)]*\)")
_TABLE = re.compile(rb"xref\n0 \d+\n(?:\d{10} \d{5} [nf] ?\r?\n)+")
_ENTRY = re.compile(rb"^(\d{10})(?= \d{5} n)", re.MULTILINE)
_START = re.compile(rb"(?<=startxref\n)\d+")


def finished(drawn: bytes) -> bytes:
    """Graphviz's PDF without the moment at which it was made; what its table says of places is put right."""
    date = _DATE.search(drawn)
    if date is None:
        return drawn
    length = date.end() - date.start()

    def moved(found: re.Match[bytes]) -> bytes:
        place = int(found.group())
        return b"%0*d" % (len(found.group()), place - length if place > date.start() else place)

    settled = drawn[: date.start()] + drawn[date.end() :]
    tables = list(_TABLE.finditer(settled))
    if not tables:
        return drawn
    table = tables[-1]
    tail = _ENTRY.sub(moved, table.group()) + _START.sub(moved, settled[table.end() :])
    return settled[: table.start()] + tail
