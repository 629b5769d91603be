"""The digest: the same meaning, the same digest; another meaning, another one."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fingerpost_dsl import load_text

TEXT = Path(__file__).with_name("preamble.policy").read_text(encoding="utf-8")


def digest(text: str) -> str:
    policy, found = load_text(text)
    assert policy is not None, found
    return policy.digest


def backwards(text: str) -> str:
    """The same declarations, the last one first."""
    return "\n\n".join(reversed(re.split(r"\n(?=[a-z])", text)))


SAME: list[Callable[[str], str]] = [
    lambda text: re.sub(r"[ \n]+", " ", re.sub(r"--.*", "", text)),
    lambda text: text.replace("1 September 2024", "2024-09-01"),
    lambda text: text.replace("\n", "\n-- a comment\n"),
    backwards,
    lambda text: text + '\ntest "t"\n  pupil in year 5\n  on 5 November 2024\n  expect tier all_pupils\n',
]

OTHER: list[tuple[str, str]] = [
    ("10%", "11%"),
    ("version 2024.1", "version 2024.2"),
    ("is at least limit", "is more than limit"),
    ('"Holiday without leave" unauthorised', '"Holiday without leave" authorised'),
    ('"talk with the family"', '"talk to the family"'),
    ("in this academic year", "in this term"),
    ("officer may", "officer should"),
    ("relies on marks", ""),
    ("open from 5% to 15%", "open"),
]


@pytest.mark.parametrize("rewritten", SAME)
def test_layout_order_and_tests_are_no_part_of_the_meaning(rewritten: Callable[[str], str]) -> None:
    assert rewritten(TEXT) != TEXT
    assert digest(rewritten(TEXT)) == digest(TEXT)


@pytest.mark.parametrize(("old", "new"), OTHER)
def test_another_meaning_has_another_digest(old: str, new: str) -> None:
    assert old in TEXT
    assert digest(TEXT.replace(old, new, 1)) != digest(TEXT)


def test_a_digest_is_sha_256_in_hexadecimal() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", digest(TEXT))
