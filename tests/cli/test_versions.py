"""One version of a policy at a path, `devon/@2025.1`, as `evaluate` takes it: checked and tested alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from fingerpost_cli.failures import FINDINGS, UNUSABLE
from tests.cli.conftest import Run

TERM = 'terms:\n  - {name: "Autumn", from: "2025-09-01", to: "2025-12-19"}\n'
BODY = """
  language 1
  in force from 1 September {year}

role school "School"
code "I" "Illness" authorised absence
measure m "M" = count of absent in this term

action a "A"
  school should "act"
  when m is at least 3 sessions
  ours "a target"
"""
TEST = """
test "three sessions"
  pupil in year 8 born 3 March 2013
  calendar "ours"
  marked "I" from 1 September 2025 to 2 September 2025
  on 2 September 2025
  expect action a
"""


def policy(version: str, year: int) -> str:
    return f'policy d.e "D"\n  version {version}' + BODY.format(year=year)


@pytest.fixture
def devon(tmp_path: Path) -> Path:
    """Two versions, each in a folder, and a calendar beside them."""
    folder = tmp_path / "devon"
    for name in ("old", "new", "calendars"):
        (folder / name).mkdir(parents=True)
    (folder / "old" / "p.policy").write_text(policy("2024.1", 2024))
    (folder / "new" / "p.policy").write_text(policy("2025.1", 2025) + TEST)
    (folder / "calendars" / "ours.yaml").write_text(TERM)
    return folder


@pytest.mark.usefixtures("devon")
def test_one_version_is_checked_alone(run: Run, devon: Path) -> None:
    assert "d.e 2024.1, d.e 2025.1: no problems" in run("check", "devon").output
    (devon / "old" / "p.policy").write_text(policy("2024.1", 2024).replace("school should", "schol should"))
    result = run("check", "devon/@2025.1")
    assert (result.exit_code, result.output) == (0, "d.e 2025.1: no problems\n")
    result = run("check", "devon@2024.1")
    assert result.exit_code == FINDINGS
    assert "did you mean `school`?" in result.output


def test_what_leaves_no_doubt_is_put_right_in_that_version(run: Run, devon: Path) -> None:
    for path in devon.glob("*/p.policy"):
        path.write_text(path.read_text().replace("is at least 3", ">= 3"))
    old = (devon / "old" / "p.policy").read_text()
    assert run("check", "devon@2025.1", "--fix").exit_code == 0
    assert "is at least 3" in (devon / "new" / "p.policy").read_text()
    assert (devon / "old" / "p.policy").read_text() == old


def test_one_version_is_tested_with_the_calendars_beside_it(run: Run, devon: Path) -> None:
    result = run("test", "devon@2025.1")
    assert (result.exit_code, result.output) == (0, "d.e 2025.1: 1 test, 1 passed\n")
    result = run("test", "devon@2024.1")
    assert result.exit_code == FINDINGS
    assert "No test was run: devon/old has none." in result.output


def test_what_a_version_extends_may_lie_beside_it(run: Run, devon: Path) -> None:
    (devon / "local").mkdir()
    (devon / "local" / "p.policy").write_text(
        'policy f.g "F"\n  version 2025.7\n  language 1\n  extends d.e 2025.1\n  by local_authority\n'
        "  in force from 1 September 2025\n"
        'role local_authority "Local authority"\n'
    )
    result = run("check", "devon@2025.7")
    assert (result.exit_code, result.output) == (0, "f.g 2025.7: no problems\n")


@pytest.mark.parametrize("command", ["check", "test"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("devon@2026", "`devon` has no version `2026`; there is 2024.1, 2025.1."),
        ("devon/new/p.policy@2024.1", "`devon/new/p.policy` has no version `2024.1`; there is 2025.1."),
        ("devon/calendars@1", "`devon/calendars` has no version `1`; no header in it says one."),
        ("devn@2025.1", "There is no policy `devn`: no file or folder, and none of ours"),
        ("devon@", "`devon@` names no policy"),
        ("england@2021", "`england` has no version `2021`; there is 2022.09, 2024.08."),
    ],
)
@pytest.mark.usefixtures("devon")
def test_a_version_that_is_not_there_is_told(run: Run, command: str, name: str, said: str) -> None:
    result = run(command, name)
    assert result.exit_code == UNUSABLE
    assert result.output.startswith(f"Error: {said}")


def test_a_path_with_that_sign_in_it_is_a_path(run: Run, devon: Path) -> None:
    devon.rename(devon.with_name("d@2025.1"))
    assert "d.e 2024.1, d.e 2025.1: no problems" in run("check", "d@2025.1").output
