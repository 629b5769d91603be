"""`fingerpost test`: the tests that stand in the policies."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from fingerpost.history import CalendarData
from fingerpost.mutation import judged, nameable
from fingerpost.policy_coverage import Witness
from fingerpost.policy_tests import Calendars, TestResult, run_tests
from fingerpost.readers import read_calendar
from fingerpost.vocabulary import Vocabulary
from fingerpost_cli import mutation_report, options
from fingerpost_cli.coverage_report import as_object, text
from fingerpost_cli.failures import FINDINGS, Findings, unusable
from fingerpost_cli.histories import tracked
from fingerpost_cli.places import place
from fingerpost_cli.policies import stop_for_errors, whole
from fingerpost_dsl.load import load_policies
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import nearest
from fingerpost_policies import calendar_path


@click.command("test")
@click.argument("names", nargs=-1, required=True, metavar="P…")
@click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@click.option(
    "--coverage",
    is_flag=True,
    help="Also show what the tests leave out: conditions, rules, thresholds, deadlines.",
)
@click.option(
    "--mutate",
    is_flag=True,
    help="Also change the policy, one thing at a time, and show which changes no test notices.",
)
@click.option("--only", metavar="NAME", help="With --mutate: change this declaration, or this file, alone.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --mutate: processes at a time; as many as the machine has cores if not given.",
)
@click.option(
    "--fail-under",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="With --mutate: end with 1 if fewer changes than this are noticed.",
)
@options.path_option
@options.examples(
    "fingerpost test devon/",
    "fingerpost test policies/ --coverage",
    "fingerpost test devon/ --mutate --only send_first_letter",
    "fingerpost test devon/ --mutate --only 13-persistent",
    "fingerpost test england@2024.08",
    "fingerpost test devon/@2025.1",
)
def test_command(
    *,
    names: tuple[str, ...],
    format: str,
    coverage: bool,
    mutate: bool,
    only: str | None,
    jobs: int | None,
    fail_under: int | None,
) -> None:
    """Run the tests that stand in the policies.

    Calendars are looked for by name in a folder `calendars` beside the policy, then among those that come
    with Fingerpost. Ends with 1 if a test fails, if there is none, or if a file in a folder `tests` has
    none; what the tests leave out, or do not notice, is no failure.
    """
    if not mutate and (only is not None or jobs is not None or fail_under is not None):
        raise click.UsageError("--only, --jobs and --fail-under go with --mutate.")
    asked = whole(names)
    families, found = load_policies(asked.paths, search=asked.searched)
    stop_for_errors(found)
    _stop_for_nothing(families, asked.paths)
    paths = (*asked.paths, *asked.around)
    if only is not None:
        _stop_for_no_such(only, families)
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
    failed = any(not result.passed for _, result in results)
    shown = [witness.coverage() for witness in witnesses] if coverage else []
    mutations = [] if failed or not mutate else _mutations(families, paths, only, jobs)
    if format == "json":
        found_by_tests: object = [_object(*result) for result in results]
        if coverage or mutate:
            found_by_tests = {"tests": found_by_tests}
            found_by_tests |= {"coverage": [as_object(one) for one in shown]} if coverage else {}
            found_by_tests |= {"mutation": list(map(mutation_report.as_object, mutations))} if mutate else {}
        click.echo(json.dumps(found_by_tests, indent=1, ensure_ascii=False))
    else:
        _show(results)
        for one in shown:
            click.echo(f"\n{text(one)}")
        for mutation in mutations:
            click.echo(f"\n{mutation_report.text(mutation)}")
        if failed and mutate:
            click.echo("Nothing was changed: the tests have to pass on the policy as it is.")
    if failed or (fail_under is not None and mutation_report.percent(mutations) < fail_under):
        sys.exit(FINDINGS)


def _mutations(
    families: tuple[PolicyFamily, ...], paths: tuple[Path, ...], only: str | None, jobs: int | None
) -> list[mutation_report.Mutation]:
    """Every change of every policy, each run against the policy's own tests."""
    found = []
    for family in families:
        for policy in family.versions:
            if not policy.tests:
                continue
            made, verdicts = judged(
                policy, calendars_of(policy, paths), only=only, jobs=jobs or mutation_report.cores()
            )
            label = f"Changing {policy.header.id}"
            found.append(mutation_report.mutation_of(policy, list(tracked(verdicts, made, label))))
    return found


def _stop_for_nothing(families: tuple[PolicyFamily, ...], paths: tuple[Path, ...]) -> None:
    """Tests that nobody runs are worse than none: whoever reads `passed` believes it."""
    files = {test.span.file for family in families for policy in family.versions for test in policy.tests}
    if not files:
        raise Findings((), f"No test was run: {', '.join(map(str, paths))} has none.")
    beside = [one for path in paths if path.is_dir() for one in path.rglob("tests/**/*.policy")]
    empty = sorted(str(one) for one in beside if one.is_file() and str(one) not in files)
    if empty:
        raise Findings((), f"No test was run from {', '.join(empty)}: there is none in it.")


def _stop_for_no_such(only: str, families: tuple[PolicyFamily, ...]) -> None:
    names = {name for family in families for policy in family.versions for name in nameable(policy)}
    if only.removesuffix(".policy").removesuffix(".yaml") not in names:
        near = nearest(only, sorted(names))
        guess = f" Did you mean `{near}`?" if near else ""
        raise unusable(f"No declaration and no file is called `{only}`.{guess}")


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
        click.echo(f"  {place(result.test.span)}")
        if result.problem is not None:
            click.echo(f"  {result.problem}")
        for failure in result.failures:
            click.echo(f"  {place(failure.expectation.span)}")
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
