"""Who mentions whom: which declarations rest on which, read off the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fingerpost_dsl import syntax
from fingerpost_dsl.from_syntax.amounts import plain_value
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.names import Named, Placed


def mentioned_by(declaration: Named) -> frozenset[str]:
    """The names that a declaration mentions, its own left out."""
    return frozenset(set(names_in(declaration)) - {declaration.name.text})


def names_in(declaration: Named) -> Iterator[str]:
    """Each name that a declaration mentions, as often as it does; its own among them.

    A passage is mentioned by its whole name, and its source with it, but not by the other parts.
    """
    parts: set[int] = set()
    for node in walk(declaration):
        if isinstance(node, syntax.Dotted):
            parts.update(id(part) for part in node.parts[1:])
            if len(node.parts) > 1:
                yield node.text
        elif isinstance(node, syntax.Name) and id(node) not in parts:
            yield node.text


def users_of(placed: Mapping[str, Placed]) -> dict[str, tuple[str, ...]]:
    """For each name the declarations that mention it, in their order."""
    users: dict[str, list[str]] = {}
    for name, one in placed.items():
        for mentioned in mentioned_by(one.declaration):
            users.setdefault(mentioned, []).append(name)
    return {name: tuple(found) for name, found in users.items()}


def conjuncts(conditions: tuple[syntax.Expression, ...]) -> tuple[syntax.Expression, ...]:
    """What must hold together, one by one: several clauses, and the parts of an `and`."""
    parts: list[syntax.Expression] = []
    for condition in conditions:
        parts.extend(conjuncts(condition.operands) if isinstance(condition, syntax.AllOf) else (condition,))
    return tuple(parts)


def disjuncts(condition: syntax.Expression) -> tuple[syntax.Expression, ...]:
    """What of which one is enough: the parts of an `or`."""
    if isinstance(condition, syntax.AnyOf):
        return tuple(part for one in condition.operands for part in disjuncts(one))
    return (condition,)


def number_of(value: object, placed: Mapping[str, Placed]) -> Quantity | None:
    """The number that a value, or the name of a threshold, stands for."""
    if isinstance(value, syntax.Mention):
        if value.selection.which is not None or value.windows:
            return None
        value = value.selection.name
    if isinstance(value, syntax.Name):
        named = placed.get(value.text)
        declared = None if named is None else named.declaration
        value = declared.value if isinstance(declared, syntax.Threshold) else None
    if isinstance(value, syntax.Percent | syntax.Number | syntax.Ratio | syntax.Money):
        meant = plain_value(value)
        return meant if isinstance(meant, Quantity) else None
    return None


def is_mention_of(value: syntax.Expression, name: str) -> bool:
    """Whether a value is nothing but a name."""
    return isinstance(value, syntax.Mention) and value.selection.name.text == name
