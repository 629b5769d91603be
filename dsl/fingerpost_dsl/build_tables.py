"""Builds the parser's tables from the grammar: `python -m fingerpost_dsl.build_tables`.

Lark needs most of a second to work out the tables of a grammar of this size, and a command that checks one
file should not spend it each time. So the tables are shipped, in `grammar.tables.json`; a test holds them
equal to the grammar. JSON rather than a pickle, because a data file must not be able to run anything.

The parse table is written by rows of `action: tokens`, which are much shorter than one entry a token.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from lark.grammar import Rule
from lark.lexer import TerminalDef

from fingerpost_dsl.tables import build, grammar_digest


def tables_text() -> str:
    """What `grammar.tables.json` should hold: the same for the same grammar, on every run."""
    data, memo = (_bounded(part) for part in build().memo_serialize([TerminalDef, Rule]))
    ids = _ids_by_content(memo)
    data = _renamed(data, ids)
    table = data["parser"]["parser"]
    tokens = {number: place for place, number in enumerate(sorted(table["tokens"], key=table["tokens"].get))}
    states = _numbers_by_first_visit(table)
    data["parser"]["parser"] = {
        **table,
        "tokens": {tokens[number]: name for number, name in table["tokens"].items()},
        "states": {
            states[state]: _by_action(
                {
                    tokens[token]: (kind, states[argument] if kind == _SHIFT else argument)
                    for token, (kind, argument) in row.items()
                }
            )
            for state, row in table["states"].items()
        },
        "start_states": {name: states[state] for name, state in table["start_states"].items()},
        "end_states": {name: states[state] for name, state in table["end_states"].items()},
    }
    shipped = {
        "grammar": grammar_digest(),
        "data": data,
        "memo": {ids[number]: _renamed(item, ids) for number, item in memo.items()},
    }
    return json.dumps(shipped, separators=(",", ":"), sort_keys=True) + "\n"


_SHIFT = 0  # lark's number for "take the token and go to this state"; the other is "reduce by this rule"


_ENDLESS = (1 << 32) - 1
"""The width of a terminal without a longest match; Pythons differ in the number that they give for it."""


def _bounded(part: Any) -> Any:  # noqa: ANN401  # JSON: anything may be in it
    """The same with every number beyond that brought down to it, so that every Python builds the same."""
    if isinstance(part, dict):
        return {key: _bounded(value) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_bounded(value) for value in part]
    return min(part, _ENDLESS) if isinstance(part, int) and not isinstance(part, bool) else part


def _ids_by_content(memo: dict[int, Any]) -> dict[int, int]:
    """Lark numbers rules and terminals in the order in which it happens to meet them; sort them instead."""
    ordered = sorted(memo, key=lambda number: json.dumps(memo[number], sort_keys=True))
    return {number: place for place, number in enumerate(ordered)}


def _renamed(part: Any, ids: dict[int, int]) -> Any:  # noqa: ANN401  # JSON: anything may be in it
    """The same with every reference to a rule or terminal under its new number."""
    if isinstance(part, dict):
        if set(part) == {"@"}:
            return {"@": ids[part["@"]]}
        return {key: _renamed(value, ids) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_renamed(value, ids) for value in part]
    return part


def _numbers_by_first_visit(table: dict[str, Any]) -> dict[int, int]:
    """States numbered as they are first reached from the start, tokens taken by name."""
    names, rows = table["tokens"], table["states"]
    numbers: dict[int, int] = {}
    waiting = [*sorted(table["start_states"].values()), *sorted(table["end_states"].values())]
    for state in waiting:  # grows while it is read
        if state in numbers:
            continue
        numbers[state] = len(numbers)
        for token in sorted(rows[state], key=names.get):
            kind, argument = rows[state][token]
            if kind == _SHIFT:
                waiting.append(argument)
    return numbers


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
