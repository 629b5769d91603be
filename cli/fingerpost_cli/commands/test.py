"""`fingerpost test`: the tests that stand in the policies."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from fingerpost.history import CalendarData
from fingerpost.policy_coverage import Witness
from fingerpost.policy_tests import Calendars, TestResult, run_tests
from fingerpost.readers import read_calendar
from fingerpost.vocabulary import Vocabulary
from fingerpost_cli import options
from fingerpost_cli.coverage_report import as_object, text
from fingerpost_cli.failures import FINDINGS
from fingerpost_cli.histories import tracked
from fingerpost_cli.policies import shipped_root, stop_for_errors
from fingerpost_dsl.load import load_policies
from fingerpost_dsl.model.policy import Policy
from fingerpost_policies import calendar_path


@click.command("test")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@click.option(
    "--coverage",
    is_flag=True,
    help="Also show what the tests leave out: conditions, rules, thresholds, deadlines.",
)
@options.examples("fingerpost test devon/", "fingerpost test policies/ --coverage")
def test_command(paths: tuple[Path, ...], format: str, coverage: bool) -> None:
    """Run the tests that stand in the policies.

    Calendars are looked for by name in a folder `calendars` beside the policy, then among those that come
    with Fingerpost. Ends with 1 if a test fails; what the tests leave out is no failure.
    """
    families, found = load_policies(paths, search=(shipped_root(),))
    stop_for_errors(found)
    results: list[tuple[Policy, TestResult]] = []
    witnesses: list[Witness] = []
    for family in families:
        for policy in family.versions:
            calendars = calendars_of(policy, paths)
            running = run_tests(policy, calendars)
            label = f"Testing {policy.header.id}"
            witness = Witness(policy)
            for result in tracked(running, len(policy.tests), label):
                results.append((policy, result))
                if coverage:
                    witness.see(result.test, calendars)
            witnesses.append(witness)
    shown = [witness.coverage() for witness in witnesses] if coverage else []
    if format == "json":
        found_by_tests: object = [_object(*result) for result in results]
        if coverage:
            found_by_tests = {"tests": found_by_tests, "coverage": [as_object(one) for one in shown]}
        click.echo(json.dumps(found_by_tests, indent=1, ensure_ascii=False))
    else:
        _show(results)
        for one in shown:
            click.echo(f"\n{text(one)}")
    if any(not result.passed for _, result in results):
        sys.exit(FINDINGS)


def calendars_of(policy: Policy, paths: tuple[Path, ...]) -> Calendars:
    """Calendars by name: the author's own first, then those that come with Fingerpost."""
    vocabulary = Vocabulary.from_policies(policy)
    known: dict[str, CalendarData] = {}

    def calendar(name: str) -> CalendarData:
        if name not in known:
            own = [path / "calendars" / f"{name}.yaml" for path in paths if path.is_dir()]
            path = next((path for path in own if path.is_file()), None) or calendar_path(name)
            data, found = read_calendar(path, vocabulary)
            if data is None:
                raise KeyError(f"the calendar `{name}` cannot be read: {'; '.join(map(str, found))}")
            known[name] = data
        return known[name]

    return calendar


def _show(results: list[tuple[Policy, TestResult]]) -> None:
    failed = [(policy, result) for policy, result in results if not result.passed]
    for policy, result in failed:
        click.echo(f"FAILED {policy.header.id}: {result.test.title}")
        click.echo(f"  {result.test.span}")
        if result.problem is not None:
            click.echo(f"  {result.problem}")
        for failure in result.failures:
            click.echo(f"  {failure.expectation.span}")
            click.echo(f"    expected  {failure.expected}")
            click.echo(f"    but       {failure.actual}")
        click.echo()
    for header in dict.fromkeys(str(policy.header.id) for policy, _ in results):
        mine = [result for policy, result in results if str(policy.header.id) == header]
        passed = sum(result.passed for result in mine)
        tests = f"{len(mine)} test{'s' * (len(mine) != 1)}"
        click.echo(
            f"{header}: {tests}, {passed} passed" + (f", {len(mine) - passed} failed" * (passed < len(mine)))
        )
    if not results:
        click.echo("There are no tests.")


def _object(policy: Policy, result: TestResult) -> dict[str, Any]:
    return {
        "policy": str(policy.header.id),
        "test": result.test.title,
        "place": str(result.test.span),
        "passed": result.passed,
        "problem": result.problem,
        "failures": [
            {"place": str(one.expectation.span), "expected": one.expected, "actual": one.actual}
            for one in result.failures
        ],
    }
