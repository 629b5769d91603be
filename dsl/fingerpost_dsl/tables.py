"""The parser's tables, read once and then kept.

Lark makes them from the grammar (`build_tables.py`) and is not needed to use them: to read the tables and
run over a text (`recogniser.py`) takes a fraction of the time that lark takes to import and begin.

Also what the tables know and nobody should have to repeat: which words compete with a name somewhere, and so
cannot be one.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

END = "$END"
"""The terminal that stands for the end of the text."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One way to write something: `role: "role" NAME STRING _role_clause*`."""

    name: str
    tree: str
    """What its tree is called: its alias, else its name."""
    symbols: tuple[str, ...]
    """Terminals in capitals, other rules in small letters."""
    children: tuple[tuple[int, bool], ...]
    """The places of the symbols that become children, and whether their own children do in their place."""


Action: TypeAlias = int | Rule
"""What to do with a symbol: take it and go to that state, or first put together what the rule says."""
Row: TypeAlias = Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class Tables:
    """The grammar as a parser needs it."""

    patterns: Mapping[str, str]
    """Every terminal's regular expression, in the order in which they are tried."""
    words: Mapping[str, Mapping[str, str]]
    """For a terminal such as NAME, the words that it matches and that are terminals of their own."""
    ignored: re.Pattern[str]
    """White space and comments; it matches everywhere."""
    rules: Sequence[Rule]
    rows: Sequence[Row]
    """For each state of the parser, what it does with each symbol that may come next."""
    end: int
    """The state in which a text may end; it begins in state 0."""


def grammar_text() -> str:
    """The grammar, as it is shipped."""
    return files("fingerpost_dsl").joinpath("grammar.lark").read_text(encoding="utf-8")


def grammar_digest() -> str:
    """Which grammar the tables were made from."""
    return hashlib.sha256(grammar_text().encode()).hexdigest()


@cache
def tables() -> Tables:
    """The tables, ready to use.

    Tables that are older than the grammar are not used: whoever works on it waits.
    """
    shipped = json.loads(files("fingerpost_dsl").joinpath("grammar.tables.json").read_text(encoding="utf-8"))
    if shipped["grammar"] != grammar_digest():
        from fingerpost_dsl.build_tables import build, tables_of  # noqa: PLC0415  # imports lark

        shipped = tables_of(build())
    return _read(shipped)


def _read(shipped: Mapping[str, Any]) -> Tables:
    """The tables from the form in which they are shipped."""
    rules = [
        Rule(name, tree, tuple(symbols), tuple((place, symbols[place].startswith("_")) for place in kept))
        for name, tree, symbols, kept in shipped["rules"]
    ]
    actions: list[Action] = [*range(len(shipped["rows"])), *rules]
    names = shipped["names"]
    return Tables(
        patterns=shipped["patterns"],
        words=shipped["words"],
        ignored=re.compile(f"(?:{'|'.join(shipped['ignored'])})*"),
        rules=rules,
        rows=[
            {names[symbol]: actions[action] for action, *symbols in row for symbol in symbols}
            for row in shipped["rows"]
        ],
        end=shipped["end"],
    )


@cache
def reserved_words() -> frozenset[str]:
    """The words that cannot be a declaration's name: where it is used they would be read as themselves."""
    patterns = tables().patterns
    terminals = {terminal for row in tables().rows if "NAME" in row for terminal in row}
    reserved = {patterns[terminal] for terminal in terminals & patterns.keys()}
    return frozenset(word for word in reserved if re.fullmatch("[a-z]+", word)) | _UNIT_WORDS


_UNIT_WORDS = frozenset(
    word + plural for word in ("session", "day", "week", "month", "year", "term") for plural in ("", "s")
)
