"""`fingerpost test --mutate`: what no test notices, in text and JSON; and tests that nobody ran."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_coverage import ATTENDS
from tests.engine.test_policy_coverage import POLICY


@pytest.fixture
def policy() -> str:
    """A policy with one test."""
    Path("a.policy").write_text(POLICY + ATTENDS, encoding="utf-8")
    return "a.policy"


def test_the_report_says_where_and_in_words(run: Run, policy: str) -> None:
    """What no test notices is information: 0."""
    result = run("test", policy, "--mutate", "--only", "often", "--jobs", "1")
    assert result.exit_code == 0, result.output
    assert "a.b 2025.1: 1 test, 1 passed\n\nChanges of a.b 2025.1: 33% noticed, 1 of 3\n" in result.output
    assert "\nNo test notices:\na.policy\n" in result.output
    line = POLICY.splitlines().index("  when absence is at least line") + 1
    assert (
        f"""
{line:>5}  tier often
         absence is 10% or more in this academic year
       → absence is more than 10% in this academic year
"""
        in result.output
    )
    assert "tier often: provisional below few → (left out)" in result.output


def test_too_few_noticed_is_a_failure_where_a_limit_is_set(run: Run, policy: str) -> None:
    for limit, code in (("33", 0), ("34", 1)):
        assert run("test", policy, "--mutate", "--only", "often", "--fail-under", limit).exit_code == code


def test_json_gives_every_change(run: Run, policy: str) -> None:
    found = json.loads(run("test", policy, "--mutate", "--only", "often", "--format", "json").output)
    assert set(found) == {"tests", "mutation"}
    (mutation,) = found["mutation"]
    assert (mutation["made"], mutation["noticed"]) == (3, 1)
    assert {one["declaration"] for one in mutation["changes"]} == {"tier often"}
    (noticed,) = [one for one in mutation["changes"] if one["noticed_by"] is not None]
    assert noticed["noticed_by"] == "a pupil who attends"
    assert noticed["changed"] == "comparison"


def test_nothing_is_changed_while_a_test_fails(run: Run) -> None:
    Path("a.policy").write_text(POLICY + ATTENDS.replace("expect no", "expect"), encoding="utf-8")
    result = run("test", "a.policy", "--mutate")
    assert result.exit_code == 1
    assert "Nothing was changed: the tests have to pass on the policy as it is." in result.output
    assert "noticed" not in result.output


def test_a_name_that_is_not_there_is_wrong_use(run: Run, policy: str) -> None:
    result = run("test", policy, "--mutate", "--only", "oftn")
    assert result.exit_code == 2
    assert "No declaration and no file is called `oftn`. Did you mean `often`?" in result.output


@pytest.mark.parametrize("option", [("--only", "often"), ("--jobs", "1"), ("--fail-under", "90")])
def test_what_goes_with_mutate_is_wrong_use_without_it(
    run: Run, policy: str, option: tuple[str, str]
) -> None:
    result = run("test", policy, *option)
    assert result.exit_code == 2
    assert "--only, --jobs and --fail-under go with --mutate." in result.output


def test_a_policy_without_a_test_fails(run: Run) -> None:
    Path("a.policy").write_text(POLICY, encoding="utf-8")
    result = run("test", "a.policy")
    assert (result.exit_code, result.output) == (1, "No test was run: a.policy has none.\n")


def test_a_test_file_that_ran_nothing_fails(run: Run) -> None:
    """Though other files have tests."""
    tests = Path("ours/tests")
    tests.mkdir(parents=True)
    Path("ours/a.policy").write_text(POLICY, encoding="utf-8")
    (tests / "some.policy").write_text(ATTENDS, encoding="utf-8")
    assert run("test", "ours").exit_code == 0
    (tests / "none.policy").write_text("-- to be written\n", encoding="utf-8")
    result = run("test", "ours")
    assert result.exit_code == 1
    assert result.output == f"No test was run from {tests / 'none.policy'}: there is none in it.\n"
