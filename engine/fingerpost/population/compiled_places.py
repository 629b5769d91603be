"""Where texts stand among others, by walking along both, as machine code compiled by numba.

Nothing else imports this, and that only if numba is installed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.population.compiling import as_machine_code

Octets = NDArray[np.uint8]
Edges = NDArray[np.signedinteger[Any]]
"""Where each text begins among the octets, and after the last where it ends."""


@as_machine_code
def places_along(  # noqa: PLR0917 - a compiled function takes arrays, not objects
    own_edges: Edges, own: Octets, edges: Edges, given: Octets, places: NDArray[np.int32], at: int
) -> bool:
    """Fills in where each text stands among texts of which each comes after the one before; -1 for nowhere.

    Whether it could: the texts, too, have to come in order, but for blanks, and may stand several times. None
    of them may come before the place `at`.
    """
    for text in range(len(places)):
        begin, end = edges[text], edges[text + 1]
        places[text] = -1
        if begin == end:
            continue
        found = -1
        while at < len(own_edges) - 1:
            found = _compared(own, own_edges[at], own_edges[at + 1], given, begin, end)
            if found >= 0:
                break
            at += 1
        if found == 0:
            places[text] = at
        elif at > 0 and _compared(own, own_edges[at - 1], own_edges[at], given, begin, end) >= 0:
            return False
    return True


@as_machine_code
def _compared(  # noqa: PLR0917 - a compiled function takes arrays and places in them
    one: Octets, begin: int, end: int, other: Octets, other_begin: int, other_end: int
) -> int:
    """-1, 0 or 1: a text comes before another, is the same, or comes after it."""
    for place in range(min(end - begin, other_end - other_begin)):
        left, right = one[begin + place], other[other_begin + place]
        if left != right:
            return -1 if left < right else 1
    return -1 if end - begin < other_end - other_begin else int(end - begin > other_end - other_begin)
