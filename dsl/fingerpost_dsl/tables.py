"""The parser of the language, made from the shipped tables once and then kept.

Also what the tables know and nobody should have to repeat: which words compete with a name somewhere, and so
cannot be one.
"""

import hashlib
import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark

OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "propagate_positions": True,
    "maybe_placeholders": False,
}


def grammar_text() -> str:
    """The grammar, as it is shipped."""
    return files("fingerpost_dsl").joinpath("grammar.lark").read_text(encoding="utf-8")


def grammar_digest() -> str:
    """Which grammar the tables were made from."""
    return hashlib.sha256(grammar_text().encode()).hexdigest()


def build(*, strict: bool = False) -> Lark:
    """A parser from the grammar itself. `strict` refuses what lark would otherwise settle in silence."""
    return Lark(grammar_text(), strict=strict, **OPTIONS)


@cache
def parser() -> Lark:
    """The parser, ready to use.

    Tables that are older than the grammar are not used: whoever works on it waits.
    """
    shipped = json.loads(files("fingerpost_dsl").joinpath("grammar.tables.json").read_text(encoding="utf-8"))
    if shipped["grammar"] != grammar_digest():
        return build()
    data = shipped["data"]
    table = data["parser"]["parser"]
    for key in ("tokens", "states"):
        table[key] = {int(number): value for number, value in table[key].items()}
    table["states"] = {
        state: {token: (kind, argument) for kind, argument, *tokens in row for token in tokens}
        for state, row in table["states"].items()
    }
    memo = {int(number): value for number, value in shipped["memo"].items()}
    loaded: Lark = Lark._load_from_dict(data, memo)  # type: ignore[no-untyped-call]  # lark has no types here
    return loaded


@cache
def terminal_patterns() -> dict[str, str]:
    """Every terminal's pattern: a word as it is written, or a regular expression."""
    return {terminal.name: terminal.pattern.value for terminal in parser().terminals}


@cache
def parse_states() -> dict[int, dict[str, Any]]:
    """For each state of the parser, what may come next (terminals in capitals) and what it then does."""
    table: dict[int, dict[str, Any]] = parser().parser.parser._parse_table.states
    return table


@cache
def end_state() -> int:
    """The state in which a text may end."""
    ends: dict[str, int] = parser().parser.parser._parse_table.end_states
    return ends["start"]


@cache
def reserved_words() -> frozenset[str]:
    """The words that cannot be a declaration's name: where it is used they would be read as themselves."""
    patterns = terminal_patterns()
    reserved: set[str] = set()
    for row in parse_states().values():
        if "NAME" in row:
            reserved.update(
                patterns[terminal]
                for terminal in row
                if terminal in patterns and re.fullmatch("[a-z]+", patterns[terminal])
            )
    return frozenset(reserved | _UNIT_WORDS)


_UNIT_WORDS = frozenset(
    word + plural for word in ("session", "day", "week", "month", "year", "term") for plural in ("", "s")
)
