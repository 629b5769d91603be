"""Single texts in YAML: when they may stand plainly, how they are quoted, and where the comments are.

A text stands plainly where every reader of YAML 1.2 takes it for that text. `2024.10` would be a number
there, and lose its nought: so it is quoted, although our own reader would not mind.
"""

from __future__ import annotations

import re

from fingerpost_dsl.yaml_form.nodes import Listed, Mapped, Node, Refused, Scalar, nodes_of

_NOT_PLAIN = re.compile(
    r"""
      ^[-?:,\[\]{}#&*!|>'"%@`=<~\s]     # what begins with a sign of YAML
    | :(?:\s|$) | \s\#                  # what looks like a key, or a comment
    | \s$
    | ^(?:null|true|false|y|n)$         # words of YAML
    | ^[+.\d][\d_]*(?:[.eE][\d.eE+-]*)$ # numbers, whole ones apart
    | ^0[xo] | ^\.(?:inf|nan)$ | ^---
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_KEY = 900
"""YAML looks a thousand characters ahead for the colon, and no further."""


def plain_or_quoted(text: str) -> str:
    r"""A text as a scalar on one line.

    >>> plain_or_quoted("10 school days"), plain_or_quoted("2024.10"), plain_or_quoted('"G" on Fridays')
    ('10 school days', "'2024.10'", '\'"G" on Fridays\'')
    """
    if not all(character.isprintable() for character in text):
        return f'"{"".join(map(_escaped, text))}"'
    if text and not _NOT_PLAIN.search(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    if character.isprintable():
        return character
    number = ord(character)
    return (
        f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
    )


def key_text(text: str) -> str:
    """The same as a key; a very long one is marked as a key."""
    written = plain_or_quoted(text)
    return written if len(written) <= _LONGEST_KEY else f"? {written}\n"


_COMMENT = re.compile(r"(?:(?<=\s)|^)#[^\r\n]*", re.MULTILINE)
_FOR_THE_EDITOR = "yaml-language-server:"


def comment_lines(text: str) -> list[tuple[int, int]]:
    """Where comments begin in a YAML text, and how long they are; without the line that names the schema."""
    root = nodes_of(text, deepest=100, most=1_000_000)
    taken = sorted(_stretches(root)) if root is not None and not isinstance(root, Refused) else []
    found: list[tuple[int, int]] = []
    for match in _COMMENT.finditer(text):
        while taken and taken[0][1] <= match.start():
            taken.pop(0)
        inside = bool(taken) and taken[0][0] <= match.start()
        if not inside and _FOR_THE_EDITOR not in match.group():
            found.append((match.start(), len(match.group().rstrip())))
    return found


def _stretches(root: Node) -> list[tuple[int, int]]:
    """Where texts begin and end."""
    found: list[tuple[int, int]] = []
    waiting: list[Node] = [root]
    while waiting:
        match waiting.pop():
            case Scalar() as scalar:
                found.append((scalar.start, scalar.end))
            case Listed(items=items):
                waiting += items
            case Mapped(items=pairs):
                waiting += (node for pair in pairs for node in pair)
    return found
