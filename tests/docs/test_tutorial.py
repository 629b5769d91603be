"""The tutorial followed word for word in an empty folder ends with a tested policy and its picture."""

import os
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.docs.follow import SORTS, NotAsShownError, Reader, commands
from tests.docs.manual import DOCS, ROOT, blocks

TUTORIAL = DOCS / "tutorial.md"
PICTURE = DOCS / "pictures" / "marshland-letters.svg"


def as_installed(folder: Path) -> dict[str, str]:
    """The environment of a reader who has installed Fingerpost: the command is there, nothing else is set."""
    command = folder / "fingerpost"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m fingerpost_cli.main "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    roots = os.pathsep.join(path for path in sys.path if Path(path).is_relative_to(ROOT))
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG", "LC_ALL")}
    return {**kept, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": roots}


def said_in(picture: Path) -> str:
    """All words of a picture, without the spaces and line ends that only lay it out."""
    root = ET.fromstring(picture.read_bytes())  # noqa: S314 (drawn by the test, or part of the manual)
    texts = root.iter("{http://www.w3.org/2000/svg}text")
    return re.sub(r"[\s\xa0]", "", "".join("".join(text.itertext()) for text in texts))


@pytest.mark.slow
def test_the_tutorial_can_be_followed_word_for_word(tmp_path: Path) -> None:
    """Every file, command and output of the page, in its order; at the end the picture has its labels."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "home").mkdir()
    reader = Reader(TUTORIAL, tmp_path / "home", as_installed(tmp_path / "bin"))
    reader.follow()
    drawn = said_in(reader.folder / "letters.svg")
    for label in (
        "Letters home",
        "When 8 sessions of absence or more in this academic year",
        "First letter",
        "Second letter",
        "Meeting",
        "BAR: No standard letters about a child in care",
        "Within 5 school days",
        "Ends the round",
    ):
        assert re.sub(r"\s", "", label) in drawn, label
    assert drawn == said_in(PICTURE), f"copy the new picture to {PICTURE}"


def test_the_tutorial_shows_each_thing_that_it_promises() -> None:
    """The commands of a local author's afternoon, at least once each."""
    typed = [command for block in blocks(TUTORIAL, "terminal") for command, _ in commands(block)]
    for begins, holds in (
        ("fingerpost check", "--resolved"),
        ("fingerpost check", "--explain"),
        ("fingerpost format", ""),
        ("fingerpost test", "--coverage"),
        ("fingerpost compare", "--history"),
        ("fingerpost evaluate", "--policy"),
        ("fingerpost explain", "--action"),
        ("fingerpost draw", "-o"),
    ):
        assert any(one.startswith(begins) and holds in one for one in typed), (begins, holds)
    assert typed[0] == "./demo"
    assert "./demo" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tutorial_has_no_hidden_step() -> None:
    """Every block is a file, a command or a part of a file, and every file is named in the text above it."""
    text = TUTORIAL.read_text(encoding="utf-8")
    for block in blocks(TUTORIAL):
        assert block.sort in SORTS, f"line {block.line}"
        if block.sort in ("file", "add", "change"):
            above = text.splitlines()[block.line - 3]
            assert above.startswith(f"`{block.word}`"), f"line {block.line}: {above!r}"


@pytest.mark.parametrize(
    "page",
    [
        "```terminal\n$ echo one\ntwo\n```\n",
        "```terminal\n$ echo one\n```\n",
        "```terminal\n$ printf 'one\\ntwo\\n'\none\n```\n",
        "```terminal\n$ false\n```\n",
        "```terminal 1\n$ true\n```\n",
        "```file a.txt\none\n```\n```part a.txt\ntwo\n```\n",
        "```file a.txt\none\n```\n```change a.txt\ntwo\nthree\n```\n",
    ],
)
def test_what_is_not_as_shown_is_noticed(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other output, output not shown, another ending: each stops the reader."""
    monkeypatch.setattr("tests.docs.manual.DOCS", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(NotAsShownError):
        Reader(path, tmp_path).follow()


def test_what_is_left_out_may_be_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.docs.manual.DOCS", tmp_path)
    path = tmp_path / "page.md"
    shown = "$ printf 'a\\nb\\nc d e\\n\\n'\na\n…\nc … e\n$ printf 'x'\nx\n…\n"
    path.write_text(f"```terminal\n{shown}```\n", encoding="utf-8")
    Reader(path, tmp_path).follow()
