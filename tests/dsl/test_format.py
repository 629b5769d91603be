"""The formatter: one layout, the same meaning, and every comment still there."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost_dsl.format import format_source
from fingerpost_dsl.parser import parse
from fingerpost_dsl.recogniser import Recognised, recognise
from fingerpost_dsl.source import SourceText

SAMPLES = [path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "samples").glob("*.policy")]
PIECES = [
    piece for sample in SAMPLES for piece in re.split(r"\n(?=[a-z])", sample) if not piece.startswith("--")
]


def formatted(text: str) -> str:
    result, problems = format_source(SourceText("a", text))
    assert problems == ()
    return result


def comments(text: str) -> list[str]:
    """The comments of a text without their dashes and rules."""
    found = re.findall(r'"[^"\n]*"|--([^\n\r]*)', text)
    return sorted(re.sub(r"-{3,}$", "", comment.strip()).strip() for comment in found if comment)


@pytest.mark.parametrize("text", SAMPLES)
def test_the_samples_keep_their_meaning(text: str) -> None:
    once = formatted(text)
    assert parse(SourceText("a", once)) == parse(SourceText("a", text))
    assert formatted(once) == once
    assert comments(once) == comments(text)
    assert max(len(line) for line in once.splitlines() if '"' not in line) <= 100


_SPACE = st.sampled_from(
    [" ", "\n", "\n\n", "  ", "\t", "\r\n    ", " -- a comment\n", "\n-- own line\n", "\n\n  -- in\n\n"]
)


@st.composite
def messy(draw: st.DrawFn) -> str:
    """Some declarations of the samples with other white space, and comments between any two tokens."""
    pieces = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3))
    outcome = recognise("\n".join(pieces))
    assert isinstance(outcome, Recognised)
    spaces = st.just(" ") if draw(st.booleans()) else st.one_of(st.just(" "), _SPACE)
    text = "".join(draw(spaces) + token for token in outcome.tokens)
    return text + draw(st.sampled_from(["", "\n", "  -- at the end", "\n\n-- after all\n"]))


@given(messy())
def test_any_layout_becomes_the_one_layout(text: str) -> None:
    before = parse(SourceText("a", text))
    once = formatted(text)
    assert parse(SourceText("a", once)) == before
    assert formatted(once) == once
    assert comments(once) == comments(text)


def test_a_text_with_mistakes_is_left_alone() -> None:
    text = "role   a"
    result, problems = format_source(SourceText("a", text))
    assert result == text
    assert problems


CASES = {
    "clauses in order": (
        'action a "A"\n school must "x"\n cites b\n within 3 weeks\n with c',
        'action a "A"\n  school must "x"\n  with c\n  within 3 weeks\n  cites b\n',
    ),
    "an event's subject beside its title": (
        'event e "E"\n  with f number\n  for each parent',
        'event e "E" for each parent\n  with f number\n',
    ),
    "short declarations together": (
        'role a "A"\nrole b "B"\n\n\nrole c "C"',
        'role a "A"\nrole b "B"\n\nrole c "C"\n',
    ),
    "tiers apart": ('tier a "A"\ntier b "B"', 'tier a "A"\n\ntier b "B"\n'),
    "units agree": ('threshold a "A" = 1 school  days', 'threshold a "A" = 1 school day\n'),
    "dates in words": ('threshold a "A" = 2024-08-09', 'threshold a "A" = 9 August 2024\n'),
    "sections": (
        'role a "A"\n-- Who --------\nrole b "B"',
        f'role a "A"\n\n-- Who {"-" * 93}\n\nrole b "B"\n',
    ),
    "comments behind": ('role a "A"   --c\n part of b --  d', 'role a "A"  -- c\n  part of b  --  d\n'),
    "comments before a clause move with it": (
        'source a "A"\n  -- why\n  publisher "P"\n  weight law',
        'source a "A"\n  weight law\n  -- why\n  publisher "P"\n',
    ),
    "long texts stay with their word": (
        f'role a "A"\n  note "{"x" * 120}"',
        f'role a "A"\n  note "{"x" * 120}"\n',
    ),
    "a long list breaks after its title": (
        f'fact a "{"x" * 70}" one of one_thing, another_thing',
        f'fact a "{"x" * 70}"\n    one of one_thing, another_thing\n',
    ),
    "only comments": ("-- a\n\n\n-- b", "-- a\n\n-- b\n"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_layout(name: str) -> None:
    text, expected = CASES[name]
    assert formatted(text) == expected
    assert formatted(expected) == expected
