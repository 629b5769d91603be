"""`fingerpost convert`: both ways, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]

POLICY = """policy a.local "A"
  version 2025.10
  language 1
  in force from 1 September 2025

role school "School"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.policy").write_text(POLICY, encoding="utf-8")
    return tmp_path


def test_there_and_back(run: Run, folder: Path) -> None:
    assert run("convert", "a.policy", "--to", "yaml", "-o", "b.yaml").exit_code == 0
    assert run("check", "b.yaml").output.startswith("a.local 2025.10")
    assert run("convert", "b.yaml", "--to", "policy", "-o", "c.policy").exit_code == 0
    assert (folder / "c.policy").read_text(encoding="utf-8") == POLICY
    assert run("convert", "b.yaml").stdout == POLICY


def test_comments_are_warned_of_and_everything_else_is_printed(run: Run, folder: Path) -> None:
    (folder / "a.policy").write_text(f"-- agreed in May\n{POLICY}", encoding="utf-8")
    result = run("convert", "a.policy")
    assert result.exit_code == 0
    assert "W0101" in result.stderr
    assert result.stdout.startswith("policy a.local:\n  title: A\n  version: '2025.10'\n")


def test_a_file_with_mistakes_is_not_converted(run: Run, folder: Path) -> None:
    (folder / "a.yaml").write_text("role school: {titel: School}\n", encoding="utf-8")
    result = run("convert", "a.yaml", "-o", "out.policy")
    assert result.exit_code == 1
    assert "did you mean `title`?" in result.stderr
    assert not (folder / "out.policy").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("a.policy", "--to", "policy"),
        ("a.policy", "--to", "yaml", "-o", "a.policy"),
        ("nothing.policy",),
        (".",),
        (),
    ],
)
def test_wrong_use(run: Run, folder: Path, arguments: tuple[str, ...]) -> None:
    assert run("convert", *arguments).exit_code == 2
    assert (folder / "a.policy").read_text(encoding="utf-8") == POLICY


def test_the_schema_can_be_had(run: Run, folder: Path) -> None:
    schema = json.loads(run("convert", "--schema").stdout)
    assert "action" in schema["$defs"]


def test_what_is_in_yaml_is_not_laid_out(run: Run, folder: Path) -> None:
    (folder / "b.yaml").write_text("role  trust:  {title: Trust}\n", encoding="utf-8")
    assert run("format", "b.yaml").exit_code == 2
    assert run("format", ".").output == "1 file, 0 changed.\n"
