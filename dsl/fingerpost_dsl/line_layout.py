"""From tokens to lines: what stands between two words, and where a long line is broken.

Only the tokens decide, never how they were laid out before; so formatting twice is formatting once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fingerpost_dsl.parse_tree import Token
from fingerpost_dsl.tree import MONTHS

WIDTH = 100

_CLOSE_BEFORE = frozenset({"COMMA", "SEMICOLON", "RPAR", "DOT"})
_CLOSE_AFTER = frozenset({"LPAR", "DOT"})
_SHORT_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def written(tokens: Sequence[Token]) -> list[str]:
    """Each token as it is written: single spaces, units that agree with their number, dates in words."""
    return [_written(token, tokens[place - 1] if place else None) for place, token in enumerate(tokens)]


def _written(token: Token, before: Token | None) -> str:
    match token.type:
        case "STRING":
            return str(token)
        case "UNIT":
            unit = " ".join(token.split())
            if before is None or before.type != "INT":
                return unit
            return unit.removesuffix("s") if before.lstrip("0") == "1" else f"{unit.removesuffix('s')}s"
        case "WEEKDAY":
            return f"{token.removesuffix('s')}s"
        case "ISO_DATE":
            return _in_words(str(token))
        case "LONG_DATE" | "DAY_OF_YEAR":
            return " ".join(token.split()).removeprefix("0")
        case _:
            return " ".join(token.split())


def _in_words(date: str) -> str:
    found = _SHORT_DATE.fullmatch(date)
    if found is None or not 1 <= int(found[2]) <= 12:
        return date
    return f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}"


@dataclass(frozen=True, slots=True)
class _Row:
    """Tokens in a row, as they are written, and how many brackets are open before each."""

    tokens: Sequence[Token]
    words: list[str]
    depths: list[int]

    def joined(self, start: int, end: int) -> str:
        """These words with the right spaces."""
        pieces: list[str] = []
        for place in range(start, end):
            if place > start and _spaced(self.tokens[place - 1], self.tokens[place]):
                pieces.append(" ")
            pieces.append(self.words[place])
        return "".join(pieces)

    def end_of_line(self, start: int, width: int, unbroken: int) -> int:
        """Where the line that begins at `start` ends: at the best place that fits, else at the first."""
        used = len(self.words[start])
        best, best_rank = 0, (0, 0)
        possible = 0
        for place in range(start + 1, len(self.words)):
            before, after = self.tokens[place - 1], self.tokens[place]
            spaced = _spaced(before, after)
            fits = used <= width
            if spaced and place >= unbroken and (after.type != "STRING" or before.type == "COMMA"):
                possible = possible if possible and not fits else place
                rank = (self.depths[place], _reluctance(before, after))
                if fits and (not best or rank <= best_rank):
                    best, best_rank = place, rank
            if not fits and possible:
                return best or possible
            used += len(self.words[place]) + spaced
        return len(self.words) if used <= width or not best else best


def lines(tokens: Sequence[Token], indent: int, continuation: int, unbroken: int = 0) -> list[str]:
    """The tokens on as few lines of at most `WIDTH` as they need, broken where the sense allows it.

    The first `unbroken` tokens stay on one line, however long: a keyword, a name and a title belong together.
    """
    row = _Row(tokens, written(tokens), _depths(tokens))
    result: list[str] = []
    start = 0
    while start < len(tokens):
        margin = continuation if result else indent
        end = row.end_of_line(start, WIDTH - margin, unbroken)
        result.append(" " * margin + row.joined(start, end))
        start = end
    return result


def one_line(tokens: Sequence[Token]) -> str:
    """The tokens on one line, however long."""
    return _Row(tokens, written(tokens), _depths(tokens)).joined(0, len(tokens))


def _spaced(before: Token, after: Token) -> bool:
    return after.type not in _CLOSE_BEFORE and before.type not in _CLOSE_AFTER


def _depths(tokens: Sequence[Token]) -> list[int]:
    """How many brackets are open before each token."""
    depths: list[int] = []
    depth = 0
    for token in tokens:
        depth -= token.type == "RPAR"
        depths.append(depth)
        depth += token.type == "LPAR"
    return depths


_CONNECTIVES = frozenset({"AND", "OR"})
_OPENERS = frozenset(
    {"IN", "SINCE", "BEFORE", "DURING", "WHILE", "NOT_BEFORE", "NOT_RELIED_ON", "WHERE", "FROM"}
)
_BOUND_TO_WHAT_FOLLOWS = frozenset({"AT", "MORE", "LESS", "IS", "NOT", "NO"})


def _reluctance(before: Token, after: Token) -> int:
    """How bad it is to break here: best after a title, then before `and` and `or` and after a comma."""
    if before.type == "STRING":
        return -1
    if after.type in _CONNECTIVES or before.type in {"COMMA", "SEMICOLON"}:
        return 0
    if after.type in _OPENERS and before.type not in _BOUND_TO_WHAT_FOLLOWS:
        return 1
    return 3 if before.type in _BOUND_TO_WHAT_FOLLOWS else 2
