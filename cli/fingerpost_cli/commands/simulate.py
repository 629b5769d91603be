"""`fingerpost simulate`: what a policy would do, to made-up pupils or to your own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fingerpost_cli import options
from fingerpost_cli.failures import UnusableData, unusable
from fingerpost_cli.policies import choose
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import has_errors
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

NEW = "new"


@click.command("simulate")
@click.argument("scenario", metavar="SCENARIO|new")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the report, the summary and the tables go; with `new`, the file of the scenario.",
)
@click.option("--seeds", type=click.IntRange(1, 1_000), metavar="N", help="Other than the scenario says.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=None,
    metavar="N",
    help="Runs at one time; as many as there are processors if not given. The results are the same.",
)
@options.path_option
@options.examples(
    "fingerpost simulate new",
    "fingerpost simulate scenario.yaml -o results",
    "fingerpost simulate scenario.yaml -o quick --seeds 1",
)
def simulate_command(*, scenario: str, output: Path | None, seeds: int | None, jobs: int | None) -> None:
    """Run a policy, or several, through a year on the same pupils, and report what it would do.

    SCENARIO is a YAML file: whose pupils, which policies, what staff do and have time for, how families
    respond. `fingerpost simulate new` asks a few questions and writes one. What was stopped goes on where it
    was when the same command is given again.
    """
    if scenario == NEW:
        from fingerpost_cli.new_scenario import ask_for_scenario

        ask_for_scenario(output)
        return
    if output is None:
        raise unusable("Say where the results go: -o results.")
    from fingerpost_simulations.extras import CannotSimulateError
    from fingerpost_simulations.simulate import OtherSimulationError, prepare, simulate

    prepared, found = prepare(Path(scenario), load=_load, seeds=seeds)
    if prepared is None:
        raise UnusableData(found, f"{scenario} cannot be simulated: {report.summary(found)}.")
    if found and not has_errors(found):
        click.echo(report.text(found), err=True)
    try:
        with _progress() as watch:
            written = simulate(prepared, output, processes=jobs or os.cpu_count() or 1, watch=watch)
    except (CannotSimulateError, OtherSimulationError) as error:
        raise unusable(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    click.echo(
        f"Wrote {written[0]}, {written[1].name} and {len(written) - 2} tables. {_capital(prepared.origin)}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _load(said: str) -> Policy | PolicyFamily:
    """A policy as every command takes it."""
    chosen = choose(said)
    return chosen.version or chosen.family


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda over, total: None
        return
    with click.progressbar(length=1, label="Simulating", file=sys.stderr, show_eta=True) as bar:

        def watch(over: int, total: int) -> None:
            bar.length = total
            bar.update(over - bar.pos)

        yield watch
