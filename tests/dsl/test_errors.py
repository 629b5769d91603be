"""The error gallery of reading and syntax, the registry of codes and the pages: all three agree."""

import re
from pathlib import Path

import pytest

from fingerpost_dsl.codes import TITLES, severity_of
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.pages import codes_with_a_page, page
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.spellings import parse_either
from tests.dsl.gallery import assert_as_expected, gallery

NOT_IN_A_TEXT = {"E0101", "E0102", "E0118", "E0119"}  # of bytes, of size and of files: see test_reading.py

_POLICY = re.compile(r"```(policy|yaml)\n(.*?)```", re.DOTALL)


def syntax_errors(source: SourceText) -> tuple[Diagnostic, ...]:
    return parse_either(source)[1]


@pytest.mark.parametrize("path", gallery("E01"), ids=lambda path: path.stem)
def test_every_mistake_is_reported_on_its_line(path: Path) -> None:
    assert_as_expected(SourceText(path.name, path.read_text(encoding="utf-8")), syntax_errors)


@pytest.mark.parametrize("path", gallery("E01"), ids=lambda path: path.stem)
def test_a_file_of_the_gallery_shows_its_code(path: Path) -> None:
    assert f"error: {path.stem}" in path.read_text(encoding="utf-8")


def test_a_missing_and_an_unexpected_error_both_fail() -> None:
    missing = SourceText("a.policy", 'role a "A"  -- error: E0106')
    with pytest.raises(AssertionError, match="missing"):
        assert_as_expected(missing, syntax_errors)
    with pytest.raises(AssertionError, match="unexpected"):
        assert_as_expected(SourceText("a.policy", "role a"), syntax_errors)


def test_registry_and_pages_agree() -> None:
    assert set(codes_with_a_page()) == set(TITLES)


def test_every_code_has_a_case() -> None:
    shown = {path.stem for path in gallery("")}
    of_syntax = {code for code in TITLES if code.startswith("E01")}
    assert of_syntax - NOT_IN_A_TEXT <= shown
    assert shown <= set(TITLES)


@pytest.mark.parametrize("code", sorted(TITLES))
def test_a_page_has_its_parts(code: str) -> None:
    text = page(code)
    assert text is not None
    assert text.startswith(f"# {code}: {TITLES[code]}\n")
    for heading in ("## Why", "## Example", "## Instead"):
        assert heading in text
    assert severity_of(code)


@pytest.mark.parametrize("code", sorted(c for c in TITLES if c.startswith("E01") and c not in NOT_IN_A_TEXT))
def test_a_page_s_example_has_the_error_and_the_other_one_has_not(code: str) -> None:
    (spelling, example), (_, instead) = _POLICY.findall(page(code) or "")
    assert {d.code for d in syntax_errors(SourceText(f"example.{spelling}", example))} == {code}
    assert syntax_errors(SourceText(f"instead.{spelling}", instead)) == ()


def test_a_code_that_does_not_exist_has_no_page() -> None:
    assert page("E9999") is None
    assert page("../codes") is None
