"""Walking the model: every node inside a node, whichever sort it is.

For questions such as "which facts does this condition rest on?". What treats sorts of nodes differently
should `match` on the closed unions instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from fingerpost_dsl.source import Span


def walk(node: object) -> Iterator[object]:
    """The node itself and all that it holds, depth first, in the order in which it is written.

    Spans are left out.
    """
    if isinstance(node, tuple):
        for one in node:
            yield from walk(one)
    elif is_dataclass(node) and not isinstance(node, Span | type):
        yield node
        for field in fields(node):
            yield from walk(getattr(node, field.name))
