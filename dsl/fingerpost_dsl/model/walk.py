"""Walking the model: every node inside a node, whichever sort it is.

For questions such as "which facts does this condition rest on?". What treats sorts of nodes differently
should `match` on the closed unions instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache

from fingerpost_dsl.source import Span


@cache
def parts_of(sort: type) -> tuple[str, ...] | None:
    """The names of the fields of a sort of node, spans included; None for what is no node.

    >>> parts_of(int) is None
    True
    """
    return tuple(field.name for field in fields(sort)) if is_dataclass(sort) else None


def walk(node: object) -> Iterator[object]:
    """The node itself and all that it holds, depth first, in the order in which it is written.

    Spans are left out.
    """
    if isinstance(node, tuple):
        for one in node:
            yield from walk(one)
    elif (parts := parts_of(type(node))) is not None and not isinstance(node, Span):
        yield node
        for part in parts:
            yield from walk(getattr(node, part))
