"""Builds the parser's tables from the grammar: `python -m fingerpost_dsl.build_tables`.

Lark needs most of a second to work out the tables of a grammar of this size, and a command that checks one
file should not spend it each time. So the tables are shipped, in `grammar.tables.json`; a test holds them
equal to the grammar. JSON rather than a pickle, because a data file must not be able to run anything.

They hold what `recogniser.py` knows how to use, and no more: `tables_of` refuses a grammar that asks for
anything else of lark.
"""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from lark import Lark
from lark.grammar import Rule, Terminal
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Shift

from fingerpost_dsl.tables import grammar_digest, grammar_text

_ENDLESS = (1 << 32) - 1
"""The width of a terminal without a longest match; Pythons differ in the number that they give for it."""


def build(*, strict: bool = False) -> Lark:
    """A parser from the grammar itself. `strict` refuses what lark would otherwise settle in silence."""
    return Lark(
        grammar_text(),
        strict=strict,
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def tables_text() -> str:
    """What `grammar.tables.json` should hold: the same for the same grammar, on every run."""
    return json.dumps(tables_of(build()), separators=(",", ":")) + "\n"


def tables_of(lark: Lark) -> dict[str, Any]:
    """The tables as they are shipped.

    A row of the parse table is written by what is done, `[action, symbol, symbol, …]`, which is much shorter
    than one entry a symbol. An action below the number of rows is the state to go to, the others are rules;
    symbols are places in `names`.
    """
    terminals = sorted(lark.terminals, key=_order)
    table = lark.parser.parser._parse_table
    numbers = _numbers_by_first_visit(table.states, table.start_states["start"], table.end_states["start"])
    names = sorted({symbol for row in table.states.values() for symbol in row})
    places = {name: place for place, name in enumerate(names)}
    rules = {rule: len(numbers) + place for place, rule in enumerate(lark.rules)}
    rows = [
        _by_action(
            {
                places[symbol]: numbers[argument] if action is Shift else rules[argument]
                for symbol, (action, argument) in table.states[state].items()
            }
        )
        for state in numbers
    ]
    ignored = set(lark.ignore_tokens)
    return {
        "grammar": grammar_digest(),
        "patterns": {one.name: one.pattern.to_regexp() for one in terminals if one.name not in ignored},
        "words": {one.name: words for one in terminals if (words := _words(one, terminals))},
        "ignored": [one.pattern.to_regexp() for one in terminals if one.name in ignored],
        "names": names,
        "rules": [_rule(rule) for rule in lark.rules],
        "rows": rows,
        "end": numbers[table.end_states["start"]],
    }


def _order(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """The order in which lark tries terminals that may stand in the same place."""
    pattern = terminal.pattern
    return (-terminal.priority, -min(pattern.max_width, _ENDLESS), -len(pattern.value), terminal.name)


def _words(terminal: TerminalDef, terminals: list[TerminalDef]) -> dict[str, str]:
    """The words that this terminal's expression matches as well, and the terminals that they are."""
    if isinstance(terminal.pattern, PatternStr):
        return {}
    expression = re.compile(terminal.pattern.to_regexp())
    return {
        one.pattern.value: one.name
        for one in terminals
        if isinstance(one.pattern, PatternStr) and one.priority == terminal.priority
        if (match := expression.match(one.pattern.value)) and match.group() == one.pattern.value
    }


def _rule(rule: Rule) -> tuple[str, str, list[str], list[int]]:
    """A rule's name, its tree's, its symbols, and the places of those that become children."""
    name = str(rule.origin.name)
    assert rule.expansion or name == "start", f"{name} may be empty, and then has no place in the text"
    assert not rule.options.expand1, f"?{name} is not supported: give it an alias"
    assert not rule.options.keep_all_tokens, f"!{name} is not supported: give its words names"
    kept = [
        place
        for place, symbol in enumerate(rule.expansion)
        if not (isinstance(symbol, Terminal) and symbol.filter_out)
    ]
    return name, str(rule.alias or name), [str(symbol.name) for symbol in rule.expansion], kept


def _numbers_by_first_visit(rows: dict[int, dict[str, Any]], start: int, end: int) -> dict[int, int]:
    """States numbered as they are first reached from the start, symbols taken by name."""
    numbers: dict[int, int] = {}
    waiting = [start, end]
    for state in waiting:  # grows while it is read
        if state in numbers:
            continue
        numbers[state] = len(numbers)
        for symbol in sorted(rows[state]):
            action, argument = rows[state][symbol]
            if action is Shift:
                waiting.append(argument)
    return numbers


def _by_action(row: dict[int, int]) -> list[list[int]]:
    """`{symbol: action}` as `[[action, symbol, symbol, …], …]`."""
    rows: dict[int, list[int]] = {}
    for symbol in sorted(row):
        rows.setdefault(row[symbol], [row[symbol]]).append(symbol)
    return list(rows.values())


def main() -> None:
    """Write the tables beside the grammar."""
    Path(str(files("fingerpost_dsl").joinpath("grammar.tables.json"))).write_text(
        tables_text(), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
