"""Walking the model: every node inside a node, whichever sort it is.

For questions such as "which facts does this condition rest on?". What treats sorts of nodes differently
should `match` on the closed unions instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from fingerpost_dsl.source import Span

_PARTS: dict[type, tuple[str, ...] | None] = {}
"""By sort of node, once it has been asked for: a policy has tens of thousands of nodes of a hundred sorts."""


def parts_of(node: object) -> tuple[str, ...] | None:
    """The names of a node's fields, spans included; None for what is no node.

    >>> parts_of(3) is None
    True
    """
    sort = type(node)
    if sort not in _PARTS:
        _PARTS[sort] = tuple(field.name for field in fields(sort)) if is_dataclass(sort) else None
    return _PARTS[sort]


def walk(node: object) -> Iterator[object]:
    """The node itself and all that it holds, depth first, in the order in which it is written.

    Spans are left out.
    """
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting.extend(reversed(one))
        elif (parts := parts_of(one)) is not None and not isinstance(one, Span):
            yield one
            waiting.extend([getattr(one, part) for part in reversed(parts)])
