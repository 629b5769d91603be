"""Our own run over the tables reads what lark reads, and stops where lark stops."""

from functools import cache
from pathlib import Path

import pytest
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from fingerpost_dsl.build_tables import build
from fingerpost_dsl.parse_tree import Node
from fingerpost_dsl.recogniser import Recognised, Stopped, recognise
from fingerpost_policies import folders

FILES = [path for folder in folders() for path in sorted(folder.rglob("*.policy"))]


@cache
def lark() -> Lark:
    return build()


def ours(node: Node) -> object:
    """A tree as plain values: names, places, children."""
    if isinstance(node, str):
        return node.type, str(node), node.start_pos, node.end_pos
    return node.data, node.start_pos, node.end_pos, [ours(child) for child in node.children]


def larks(node: Tree[Token] | Token) -> object:
    """The same of lark's tree."""
    if isinstance(node, Token):
        return node.type, str(node), node.start_pos, node.end_pos
    children = [larks(child) for child in node.children]
    return str(node.data), node.meta.start_pos, node.meta.end_pos, children


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_shipped_file_is_read_as_lark_reads_it(path: Path) -> None:
    """The same trees with the same names in the same places."""
    text = path.read_text(encoding="utf-8")
    read = recognise(text)
    assert isinstance(read, Recognised)
    assert ours(read.tree) == larks(lark().parse(text))


@pytest.mark.parametrize("nothing", ["", "  \n", "-- only this", "-- this\r\n  -- and that"])
def test_a_text_without_declarations_is_an_empty_tree(nothing: str) -> None:
    """White space and comments are not read."""
    read = recognise(nothing)
    assert isinstance(read, Recognised)
    assert not read.tree.children
    assert not lark().parse(nothing).children


@pytest.mark.parametrize(
    "text",
    [
        'role school "School" part',
        'role school "School" $',
        'role "School"',
        'condition late "Late" = (absence is at least 10%',
        'measure absence "Absence" = count of "O" in last 10 days and',
        'code "O" "Other" absence',
    ],
)
def test_it_stops_where_lark_stops_and_would_have_taken_what_lark_would(text: str) -> None:
    """The place, and every terminal that the parser accepts there."""
    stopped = recognise(text)
    assert isinstance(stopped, Stopped)
    with pytest.raises((UnexpectedToken, UnexpectedCharacters)) as raised:
        lark().parse(text)
    error = raised.value
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    assert stopped.offset == (len(text) if at_end else error.pos_in_stream)
    accepted = error.interactive_parser.accepts()  # type: ignore[no-untyped-call]  # lark leaves this one untyped
    assert stopped.acceptable == accepted
