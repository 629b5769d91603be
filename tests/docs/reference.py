"""The reference page of the language, made from the tables of the code: nothing on it is written by hand."""

from __future__ import annotations

from collections.abc import Iterable

from fingerpost_dsl.clauses import DECLARATIONS, ClauseRow, DeclarationRow
from fingerpost_dsl.operators import BUILT_INS, CONDITIONS, OPERATORS, UNITS, WINDOWS


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown; a `|` in a cell does not end it."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def own_clauses(kind: str) -> list[ClauseRow]:
    """The clauses that are told of under this declaration: not those that are told of under another.

    A step may say all that an action may; a change gives the clauses of what it changes.
    """
    others = {"step": ("action",), "change": ("action", "step", "tier")}.get(kind, ())
    elsewhere = [row for other in others for row in DECLARATIONS[other].clauses.values()]
    return [row for row in DECLARATIONS[kind].clauses.values() if row not in elsewhere]


def clauses(kind: str) -> str:
    """The table of the clauses of a declaration."""
    return table(("clause", "says"), ((f"`{row.form}`", row.meaning) for row in own_clauses(kind)))


def _declaration(kind: str, row: DeclarationRow) -> str:
    blocks = [(row.example, "policy"), (row.local, "policy local")]
    shown = "".join(f"```{info}\n{text}```\n\n" for text, info in blocks if text)
    return f"### {kind}\n\n{row.meaning}\n\n```text\n{row.form}\n```\n\n{clauses(kind)}\n{shown}"


def declarations() -> str:
    """Every declaration with its clauses, and an example."""
    return "".join(_declaration(kind, row) for kind, row in DECLARATIONS.items())


def _in_code(text: str) -> str:
    return f"`{text}`"


def units() -> str:
    """Every unit, with an example."""
    rows = (
        (_in_code(unit.value), words.counts, words.meaning, _in_code(words.example))
        for unit, words in UNITS.items()
    )
    return table(("unit", "counts", "that is", "example"), rows)


def values(leaving_out: Iterable[str]) -> str:
    """Every way to measure, with the unit that it gives or takes, and an example."""
    rows = (
        (
            _in_code(row.form),
            row.meaning,
            _in_code(row.gives.value)
            if row.gives
            else ", ".join(_in_code(unit.value) for unit in UNITS if unit in row.units),
            _in_code(row.example),
        )
        for name, row in OPERATORS.items()
        if name not in leaving_out
    )
    return table(("written", "gives", "unit, or the units it takes", "example"), rows)


def quantities(only: Iterable[str]) -> str:
    """The clauses that take a quantity, and the units that it may have."""
    rows = (
        (
            _in_code(row.form),
            row.meaning,
            ", ".join(_in_code(unit.value) for unit in UNITS if unit in row.units),
            _in_code(row.example),
        )
        for name, row in OPERATORS.items()
        if name in only
    )
    return table(("written", "says", "units", "example"), rows)


def windows() -> str:
    """Every window, with what it is laid over, and an example."""
    rows = (
        (
            _in_code(row.form),
            row.meaning,
            ", ".join(sorted(over.value for over in row.over)),
            _in_code(row.example),
        )
        for row in WINDOWS.values()
    )
    return table(("window", "keeps", "laid over", "example"), rows)


def conditions() -> str:
    """Every way to ask, with an example."""
    rows = ((_in_code(row.form), row.meaning, _in_code(row.example)) for row in CONDITIONS.values())
    return table(("written", "is true when", "example"), rows)


def built_ins() -> str:
    """What needs no declaration, with an example."""
    rows = ((_in_code(name.value), row.meaning, _in_code(row.example)) for name, row in BUILT_INS.items())
    return table(("name", "is", "example"), rows)
