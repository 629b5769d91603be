"""Every page about data shows its own example: what it calls wrong is reported, what it says instead is not.

The examples of the pages are the error gallery, and `golden/data-errors.md` is what a reader is told about
each, as the command line shows it. `UPDATE_GOLDEN=1 pytest …` writes it again; read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from fingerpost.history import History
from fingerpost.readers import read_history
from fingerpost_dsl.codes import TITLES
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.pages import page
from fingerpost_dsl.report import text
from tests.engine.words import words

GOLDEN = Path(__file__).parent / "golden" / "data-errors.md"
_BLOCK = re.compile(r"```(?:csv|json|yaml) (\S+)\n(.*?)```", re.DOTALL)
_USUAL = {
    "pupils.csv": "pupil,date_of_birth,year_group\nP1,2015-01-15,5\n",
    "marks.csv": "pupil,date,session,code\nP1,2024-09-04,AM,/\n",
}
"""What stands beside the file that an example shows."""


def _examples() -> dict[str, tuple[Mapping[str, str], Mapping[str, str]]]:
    found: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {}
    for code in TITLES:
        if code[1:3] == "06":
            wrong, _, right = (page(code) or "").partition("## Instead")
            if blocks := dict(_BLOCK.findall(wrong)):
                found[code] = (blocks, dict(_BLOCK.findall(right)))
    return found


EXAMPLES = _examples()


def read(
    folder: Path, files: Mapping[str, str], *, keep_going: bool = False
) -> tuple[History | None, tuple[Diagnostic, ...]]:
    """Reads files as they stand, with the usual ones beside them."""
    usual = {} if "history.json" in files else _USUAL
    for name, content in {**usual, **files}.items():
        (folder / name).write_bytes(content.encode())
    path = Path("history.json") if "history.json" in files else Path()
    before = Path.cwd()
    os.chdir(folder)
    try:
        return read_history(path, words(), keep_going=keep_going)
    finally:
        os.chdir(before)


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_of_a_page_has_its_error_and_no_other(code: str, tmp_path: Path) -> None:
    history, found = read(tmp_path, EXAMPLES[code][0])
    assert code in {diagnostic.code for diagnostic in found}
    assert {one.code for one in found if one.is_error} <= {code, "E0610"}
    assert (history is None) == code.startswith("E")


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_a_page_says_instead_is_right(code: str, tmp_path: Path) -> None:
    history, found = read(tmp_path, EXAMPLES[code][1])
    assert found == ()
    assert history is not None


@pytest.mark.parametrize("code", EXAMPLES)
def test_every_problem_says_where_it_is_and_what_to_do(code: str, tmp_path: Path) -> None:
    _, found = read(tmp_path, EXAMPLES[code][0])
    for diagnostic in found:
        assert diagnostic.span is not None
        assert diagnostic.span.file
        assert diagnostic.help
        assert diagnostic.message == diagnostic.message.strip()
        for word in ("str", "dict", "int", "NoneType", "bool"):
            assert not re.search(rf"\b{word}\b", f"{diagnostic.message} {diagnostic.help}")


def test_what_a_reader_is_told(tmp_path: Path) -> None:
    parts = ["# What is said of data that are wrong\n"]
    for code in EXAMPLES:
        folder = tmp_path / code
        folder.mkdir()
        _, found = read(folder, EXAMPLES[code][0])
        parts.append(f"## {code}: {TITLES[code]}\n\n```console\n{text(found)}```\n")
    told = "\n".join(parts)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")
