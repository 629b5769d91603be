"""The shipped tables are those of the grammar, and the grammar has no conflict."""

from importlib.resources import files

import pytest

from fingerpost_dsl.build_tables import build, tables_text
from fingerpost_dsl.grammar_words import KINDS_OF_DECLARATION, all_clauses, clauses_of
from fingerpost_dsl.tables import reserved_words


def test_the_shipped_tables_are_those_of_the_grammar() -> None:
    shipped = files("fingerpost_dsl").joinpath("grammar.tables.json").read_text(encoding="utf-8")
    assert shipped == tables_text(), "run: python -m fingerpost_dsl.build_tables"


def test_the_grammar_has_no_conflict() -> None:
    pytest.importorskip("interegular", reason="lark needs it to compare the terminals")
    build(strict=True)


def test_reserved_words_are_those_that_would_be_misread() -> None:
    assert {"first", "no", "when", "within", "days", "unknown"} <= reserved_words()
    assert not {"school", "parent", "absence", "date", "outcome", "present"} & reserved_words()


def test_every_declaration_knows_its_clauses() -> None:
    assert clauses_of("role") == ("note", "part of")
    assert {"when", "continues", "provisional below", "left when"} <= set(clauses_of("tier"))
    assert set(all_clauses()["within"]) == {"action", "step", "change"}
    assert all(clauses_of(kind) for kind in KINDS_OF_DECLARATION)
