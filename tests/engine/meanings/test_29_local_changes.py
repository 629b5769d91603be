"""Meaning 29: what is open, within its bounds, and what is fixed."""

import pytest

from fingerpost_dsl import check, parse
from fingerpost_dsl.diagnostics import Severity
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.syntax import File
from tests.engine.meanings.asking import HEADER, WORDS, ask

BASE = """threshold line "Line" = 10% open from 5% to 15% cites GUIDE.line
threshold fixed_line "Fixed" = 10% cites GUIDE.line
threshold start "Start" = 1 October 2024 open from 1 September 2024 to 31 October 2024 cites GUIDE.line
measure m "M" = share of absent in this academic year
condition c "C" = m is at least line and m is at least fixed_line
condition d "D" = letter since start
"""
LOCAL = """policy test.local "Local" version 2024.1 language 1 extends test.meanings 2024.1 by authority
  in force from 1 September 2024
"""


def _tree(text: str) -> File:
    tree, found = parse(SourceText("a.policy", text))
    assert not found
    return tree


def errors(text: str) -> list[str]:
    _, found = check(_tree(LOCAL + text), below=(_tree(HEADER + WORDS + BASE),))
    return [one.code for one in found if one.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("value", "found"),
    [("4.9%", ["E0418"]), ("5%", []), ("5.1%", []), ("14.9%", []), ("15%", []), ("15.1%", ["E0418"])],
)
def test_bounds_include_their_ends(value: str, found: list[str]) -> None:
    """What is open from 5% to 15% may be 5% and 15%, and nothing beyond."""
    assert errors(f'change threshold line to {value} because "so"') == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("31 August 2024", ["E0418"]),
        ("1 September 2024", []),
        ("31 October 2024", []),
        ("1 November 2024", ["E0418"]),
    ],
)
def test_bounds_of_dates_include_their_ends(value: str, found: list[str]) -> None:
    """The same goes for dates."""
    assert errors(f'change threshold start to {value} because "so"') == found


def test_what_is_fixed_may_not_change_at_all() -> None:
    """A threshold that is not open may not change, not even to a value that others would allow."""
    assert errors('change threshold fixed_line to 10% because "so"') == ["E0417"]
    assert errors('change threshold fixed_line to 11% because "so"') == ["E0417"]


def test_a_change_says_why() -> None:
    """A change without `because` is an error."""
    tree, found = parse(SourceText("a.policy", LOCAL + "change threshold line to 8%"))
    _, more = check(tree, below=(_tree(HEADER + WORDS + BASE),))
    assert any(one.severity is Severity.ERROR for one in (*found, *more))


OPEN = """threshold left_open "Open" in sessions open ours "so"
threshold bounded "Bounded" in sessions open from 3 sessions to 5 sessions ours "so"
measure m "M" = count of ill in this academic year
condition c "C" = m is at least left_open
condition d "D" = m is at least bounded"""


@pytest.mark.parametrize(
    ("ill", "unbounded", "bounded"),
    [
        (0, "unknown", "false"),
        (2, "unknown", "false"),
        (3, "unknown", "unknown"),
        (4, "unknown", "unknown"),
        (5, "unknown", "true"),
        (9, "unknown", "true"),
    ],
)
def test_open_without_a_value_is_unknown(ill: int, unbounded: str, bounded: str) -> None:
    """A threshold left open without a value is unknown, left to the local authority.

    Its bounds settle what they can.
    """
    asked = ask(OPEN, f'marks "{"I" * ill}{"/" * (10 - ill)}" from 4 September 2024', "2024-09-10")
    assert (asked.truth("c"), asked.truth("d")) == (unbounded, bounded)
    cause = asked.reason("c").cause
    assert cause is not None
    assert cause.value == "it is left to the local authority, which has not set it"
