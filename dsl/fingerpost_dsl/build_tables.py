"""Builds the parser's tables from the grammar: `python -m fingerpost_dsl.build_tables`.

Lark needs most of a second to work out the tables of a grammar of this size, and a command that checks one
file should not spend it each time. So the tables are shipped, in `grammar.tables.json`; a test holds them
equal to the grammar. JSON rather than a pickle, because a data file must not be able to run anything.

The parse table is written by rows of `action: tokens`, which are much shorter than one entry a token.
"""

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

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


def tables_text() -> str:
    """What `grammar.tables.json` should hold."""
    data, memo = build().memo_serialize([TerminalDef, Rule])
    parser = data["parser"]["parser"]
    parser["states"] = {state: _by_action(row) for state, row in parser["states"].items()}
    shipped = {"grammar": grammar_digest(), "data": data, "memo": memo}
    return json.dumps(shipped, separators=(",", ":"), sort_keys=True) + "\n"


def _by_action(row: dict[int, tuple[int, Any]]) -> list[list[Any]]:
    """`{token: (kind, argument)}` as `[[kind, argument, token, token, …], …]`."""
    rows: dict[str, list[Any]] = {}
    for token in sorted(row):
        kind, argument = row[token]
        rows.setdefault(f"{kind} {argument}", [kind, argument]).append(token)
    return list(rows.values())


def main() -> None:
    """Write the tables beside the grammar."""
    Path(str(files("fingerpost_dsl").joinpath("grammar.tables.json"))).write_text(
        tables_text(), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
