"""`fingerpost test --coverage`: a table, JSON, and no effect on the exit code."""

import json
from pathlib import Path

import pytest

from fingerpost_policies import folders
from tests.cli.conftest import Run
from tests.engine.test_policy_coverage import POLICY

ATTENDS = """
test "a pupil who attends"
  pupil in year 5
  present on 4 September 2024
  given helped is no
  on 4 September 2024
  expect no tier often
"""


def test_the_table_says_what_no_test_shows(run: Run) -> None:
    """Incomplete coverage is information: 0; a failed test is 1 all the same."""
    Path("a.policy").write_text(POLICY + ATTENDS, encoding="utf-8")
    result = run("test", "a.policy", "--coverage")
    assert result.exit_code == 0, result.output
    assert "Coverage of a.b 2025.1: " in result.output
    assert "tier often: no test expects that it applies\n" in result.output
    assert "action help: `helped is yes` never true\n" in result.output
    assert "action tally: threshold many: no test just below, exactly at, just above\n" in result.output
    assert "action help: `within soon`: no test the day before, on the day, the day after\n" in result.output
    assert "bar not_twice: no test that it bars and none without it\n" in result.output
    assert "action lead: `has_lead is no` never true and never false\n" in result.output

    Path("a.policy").write_text(POLICY + ATTENDS.replace("expect no", "expect"), encoding="utf-8")
    assert run("test", "a.policy", "--coverage").exit_code == 1


def test_json_gives_every_point(run: Run) -> None:
    """Beside the tests; without the option the list of tests stands alone as before."""
    Path("a.policy").write_text(POLICY + ATTENDS, encoding="utf-8")
    found = json.loads(run("test", "a.policy", "--coverage", "--format", "json").output)
    assert [one["passed"] for one in found["tests"]] == [True]
    (coverage,) = found["coverage"]
    assert coverage["wanted"] == sum(len(point["wanted"]) for point in coverage["points"])
    (tier,) = [
        one for one in coverage["points"] if one["declaration"] == "tier often" and one["sort"] == "rules"
    ]
    assert (tier["seen"], tier["missing"]) == (["false"], ["true"])
    assert isinstance(json.loads(run("test", "a.policy", "--format", "json").output), list)


@pytest.mark.parametrize(
    "folder",
    [*(pytest.param(one, marks=pytest.mark.slow) for one in folders()[:-1]), folders()[-1]],
    ids=lambda folder: folder.name,
)
def test_the_tests_of_a_shipped_policy_leave_nothing_out(run: Run, folder: Path) -> None:
    """Every condition both ways; every threshold and deadline on both sides; every rule and its absence."""
    found = json.loads(run("test", folder, "--coverage", "--format", "json").output)
    (coverage,) = found["coverage"]
    missing = [(one["place"], one["what"], one["missing"]) for one in coverage["points"] if one["missing"]]
    assert not missing
    assert coverage["seen"] == coverage["wanted"] > 0


def test_sources_are_covered_or_the_exit_code_says_so(run: Run) -> None:
    """`coverage P`: 0 where every passage is cited and every rule rests on something, 1 otherwise."""
    assert "Every passage is cited" in run("coverage", "england@2024.08").output
    assert run("coverage", "england").exit_code == 0
    found = json.loads(run("coverage", "england", "--format", "json").output)
    assert [one["policy"]["version"] for one in found] == ["2022.09", "2024.08"]
    assert all(one["gaps"] == [] and one["orphans"] == [] for one in found)
    stray = '\nrole somebody "Somebody"\naction stray "Stray" somebody should "stray" for each school\n'
    Path("a.policy").write_text(POLICY + stray, encoding="utf-8")
    result = run("coverage", "a.policy")
    assert result.exit_code == 1, result.output
    assert "These cite nothing: stray (a.policy:" in result.output
    assert run("coverage", "a.policy", "--format", "markdown").output.startswith("a.b 2025.1 · ")
