"""The reference of the language leaves nothing out: whatever the grammar has, has words and an example."""

from __future__ import annotations

import re
from functools import cache
from typing import get_args

import pytest

from fingerpost_dsl import load_text
from fingerpost_dsl.clauses import DECLARATIONS
from fingerpost_dsl.grammar_words import KINDS_OF_DECLARATION, clauses_of
from fingerpost_dsl.model.expressions import Condition, Value, Window
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.operators import BUILT_INS, CONDITIONS, OPERATORS, UNITS, WINDOWS
from tests.docs.manual import DOCS, blocks
from tests.docs.reference import own_clauses
from tests.docs.test_generated import CLAUSES

TOLD_OF_ELSEWHERE = {"change"}
"""A change may say whatever the declaration may that it changes: the examples are there."""

ASIDE = {"L0201", "L0202", "L0501", "L0502", "W0503"}
"""An example need not be used, nor say where its number comes from."""


@cache
def declared() -> str:
    """The policy of all the examples."""
    return "\n".join(row.example for row in DECLARATIONS.values() if row.example)


def wrong_with(text: str) -> list[str]:
    """What the checker says of a text that may mention all the examples."""
    _, found = load_text({"reference.policy": declared(), "example.policy": text})
    return [str(one) for one in found if one.code not in ASIDE]


def test_every_declaration_has_a_row_and_an_example() -> None:
    assert set(DECLARATIONS) == set(KINDS_OF_DECLARATION)
    assert [kind for kind, row in DECLARATIONS.items() if not (row.example or row.local)] == []


@pytest.mark.parametrize("kind", DECLARATIONS)
def test_every_clause_of_the_grammar_has_a_row(kind: str) -> None:
    """And no row is about a clause that the declaration does not have."""
    assert set(DECLARATIONS[kind].clauses) == set(clauses_of(kind))


@pytest.mark.parametrize("kind", [kind for kind in DECLARATIONS if kind not in TOLD_OF_ELSEWHERE])
def test_every_clause_stands_in_an_example(kind: str) -> None:
    row = DECLARATIONS[kind]
    shown = " ".join(f"{row.example}\n{row.local}".split())
    own = own_clauses(kind)
    missing = [
        words
        for words, clause in row.clauses.items()
        if clause in own and not re.search(rf"(?<!\w){words.removesuffix(' from')}(?!\w)", shown)
    ]
    assert missing == []


def test_the_examples_of_declarations_are_those_of_the_page() -> None:
    page = [block.text for block in blocks(DOCS / "language" / "reference.md", "policy")]
    assert sorted(page) == sorted(
        text for row in DECLARATIONS.values() for text in (row.example, row.local) if text
    )


@pytest.mark.parametrize("name", [name for name in OPERATORS if name not in CLAUSES])
def test_the_example_of_an_operator_is_a_measure(name: str) -> None:
    """For each parent, where it counts what is a parent's."""
    measure = f'measure example_of_it "Example" = {OPERATORS[name].example}'
    assert wrong_with(measure) == [] or wrong_with(f"{measure} for each parent") == []


@pytest.mark.parametrize("name", WINDOWS)
def test_the_example_of_a_window_is_one(name: str) -> None:
    measure = f'measure example_of_it "Example" = count of absent {WINDOWS[name].example}'
    assert wrong_with(measure) == [] or wrong_with(f"{measure} for each parent") == []


@pytest.mark.parametrize("text", [row.example for rows in (CONDITIONS, BUILT_INS) for row in rows.values()])
def test_the_example_of_a_condition_is_one(text: str) -> None:
    condition = f'condition example_of_it "Example" = {text}'
    assert wrong_with(condition) == [] or wrong_with(f"{condition} for each parent") == []


@pytest.mark.parametrize("unit", UNITS)
def test_the_example_of_a_unit_is_a_threshold(unit: Unit) -> None:
    policy, found = load_text(
        {
            "reference.policy": declared(),
            "example.policy": f'threshold example_of_it "Example" = {UNITS[unit].example} ours "an example"',
        }
    )
    assert policy is not None, found
    assert policy.thresholds["example_of_it"].unit is unit


@pytest.mark.parametrize("name", sorted(CLAUSES))
def test_the_example_of_a_clause_stands_in_a_declaration(name: str) -> None:
    shown = [" ".join(row.example.split()) for row in DECLARATIONS.values()]
    text = OPERATORS[name].example
    placed = f'action example_of_it "Example" school should "act now" {text} done when review'
    assert any(text in one for one in shown) or wrong_with(placed) == [] or name == "at least of"


def test_the_examples_show_every_value_condition_and_window() -> None:
    """Whatever the language can say, an example of the tables says."""
    shown: set[type] = set()
    tables = (OPERATORS, WINDOWS, CONDITIONS, BUILT_INS)
    for words in [row.example for rows in tables for row in rows.values()]:
        ways = (
            (sort, f'{sort} example_of_it "Example" {text}{each}')
            for text in (f"= {words}", f"= count of absent {words}")
            for sort in ("measure", "condition")
            for each in ("", " for each parent")
        )
        for sort, example in ways:
            policy, _ = load_text({"reference.policy": declared(), "example.policy": example})
            if policy is not None:
                made = policy.measures if sort == "measure" else policy.conditions
                shown |= {type(node) for node in walk(made["example_of_it"])}
                break
    wanted = {*get_args(Value), *get_args(Condition), *get_args(Window)}
    assert sorted(node.__name__ for node in wanted - shown) == []
