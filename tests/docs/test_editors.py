"""What the page about editors and continuous integration gives to copy does what it says."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from fingerpost_cli.main import fingerpost
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.load import load_policies
from tests.docs.manual import DOCS, EXAMPLES, blocks
from tests.dsl.gallery import ERRORS

PAGE = DOCS / "editors-and-ci.md"


def patterns() -> list[dict[str, Any]]:
    """The patterns of the page's problem matcher, one for each line that it reads."""
    [text] = [block.text for block in blocks(PAGE, "saved") if block.word == ".vscode/tasks.json"]
    [task] = json.loads(text)["tasks"]
    assert task["command"] == "fingerpost check ."
    found: list[dict[str, Any]] = task["problemMatcher"]["pattern"]
    return found


def matched(text: str) -> list[tuple[str, ...]]:
    """What an editor makes of a text: severity, code, message, file, line, column of each problem."""
    first, second = patterns()
    lines = text.splitlines()
    problems = []
    for one, other in pairwise(lines):
        head, place = re.search(first["regexp"], one), re.search(second["regexp"], other)
        if head and place:
            keys = ("severity", "code", "message")
            problems.append(
                (*(head[first[k]] for k in keys), *(place[second[k]] for k in ("file", "line", "column")))
            )
    return problems


def expected(found: tuple[Diagnostic, ...]) -> list[tuple[str, ...]]:
    return [
        (str(one.severity), one.code, one.message, one.span.file, str(one.span.line), str(one.span.column))
        for one in found
        if one.span is not None
    ]


@pytest.mark.parametrize(
    "path", sorted(one for one in ERRORS.iterdir() if one.suffix != ".md"), ids=lambda path: path.name
)
def test_the_problem_matcher_finds_every_finding_of_the_gallery(path: Path) -> None:
    """Every mistake with its place, and nothing else."""
    _, found = load_policies((path,))
    assert found
    assert matched(report.text(found)) == expected(found)


def test_the_workflow_s_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands of the workflow pass on a policy that is right, and stop at one that is not."""
    [workflow] = [yaml.safe_load(block.text) for block in blocks(PAGE, "yaml")]
    steps = workflow["jobs"]["policy"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert [command.split()[1] for command in commands] == ["check", "format", "test"]
    monkeypatch.chdir(tmp_path)
    Path("devon").mkdir()
    right = (EXAMPLES / "devon.policy").read_text(encoding="utf-8")
    for text, fails in (
        (right, False),
        (right.replace("due 12 November 2025", "due  13 November 2025"), True),
    ):
        Path("devon", "devon.policy").write_text(text, encoding="utf-8")
        codes = [CliRunner().invoke(fingerpost, command.split()[1:]).exit_code for command in commands]
        assert codes == ([0, 1, 1] if fails else [0, 0, 0])
