"""The error gallery of the checker: names, units, layers and sense."""

import re
from functools import cache
from pathlib import Path

import pytest

from fingerpost_dsl import syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.codes import TITLES
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.pages import page
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText, Span
from tests.dsl.gallery import ERRORS, assert_as_expected

NOT_IN_ONE_TEXT = {"E0401", "E0402", "E0403", "E0521", "E0535", "E0536"}
"""Of files, folders and several policies: see test_load.py."""

OF_THE_CHECKER = sorted(
    code for code in TITLES if code[1:3] in {"02", "03", "04", "05"} and code not in NOT_IN_ONE_TEXT
)
GALLERY = [ERRORS / f"{code}.policy" for code in OF_THE_CHECKER]

_POLICY = re.compile(r"```policy\n(.*?)```", re.DOTALL)


@cache
def preamble() -> syntax.File:
    text = Path(__file__).with_name("preamble.policy").read_text(encoding="utf-8")
    file, problems = parse(SourceText("preamble.policy", text))
    assert problems == ()
    return file


def findings(source: SourceText) -> list[Diagnostic]:
    """What is wrong with a text that may mention all that the preamble declares, or extend it as a policy."""
    file, problems = parse(source)
    assert not [one for one in problems if one.code.startswith("E01")], problems
    header = next((one for one in file.declarations if isinstance(one, syntax.Policy)), None)
    if header is not None:
        found = check(file, below=() if header.extends is None else (preamble(),))[1]
    else:
        whole = syntax.File(declarations=(*preamble().declarations, *file.declarations), span=file.span)
        found = check(whole)[1]
    own = [one for one in found if isinstance(one.span, Span) and one.span.source is source]
    return [*problems, *own]


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_every_mistake_is_reported_on_its_line(path: Path) -> None:
    assert_as_expected(SourceText(path.name, path.read_text(encoding="utf-8")), findings)


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_file_of_the_gallery_shows_its_code(path: Path) -> None:
    assert re.search(rf"(error|warning|lint): {path.stem}", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("code", OF_THE_CHECKER)
def test_a_page_s_example_has_the_error_and_the_other_one_has_not(code: str) -> None:
    example, instead = _POLICY.findall(page(code) or "")
    of_the_group = {found.code for found in findings(SourceText("example", example))}
    assert {one for one in of_the_group if one[0] == code[0] or code[0] != "E"} == {code}
    errors = [found for found in findings(SourceText("instead", instead)) if found.is_error]
    assert errors == []
    assert code not in {found.code for found in findings(SourceText("instead", instead))}


def test_the_preamble_has_no_mistake() -> None:
    assert [one for one in check(preamble())[1] if not one.code.startswith("L02")] == []
