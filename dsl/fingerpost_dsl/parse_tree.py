"""What the parser hands on: tokens, and trees of them that are named after the grammar's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


class Token(str):
    """A word or sign of the text, from `start_pos` up to, and without, `end_pos`, and the terminal it is."""

    __slots__ = ("end_pos", "start_pos", "type")
    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, type: str, text: str, start_pos: int) -> Token:
        """`Token("NAME", "school", 5)`."""
        token = super().__new__(cls, text)
        token.type = type
        token.start_pos = start_pos
        token.end_pos = start_pos + len(text)
        return token


@dataclass(slots=True, eq=False)
class Branch:
    """What a rule has read. The words that the grammar writes out are in its stretch, not in its children."""

    data: str
    children: list[Branch | Token]
    start_pos: int
    end_pos: int


Node: TypeAlias = Branch | Token
