"""`fingerpost coverage`: what the sources ask, who is asked for it, and where the policy says it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fingerpost.passages import SourceCoverage, source_coverage
from fingerpost.render.json_form import as_text
from fingerpost.render.passages import coverage_object, coverage_page, coverage_text, responsibilities_page
from fingerpost_cli import options
from fingerpost_cli.failures import FINDINGS
from fingerpost_cli.files import keep_apart, keep_to_name, put
from fingerpost_cli.policies import choose

FORMATS = ("text", "markdown", "json")


@click.command("coverage")
@click.argument("policy_name", metavar="P")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to show it; json also holds who is asked for what, as data.",
)
@options.output_option
@options.path_option
@options.examples("fingerpost coverage england", "fingerpost coverage england@2024.08 --format json")
def coverage_command(policy_name: str, format: str, output: Path | None) -> None:
    """Every passage of every source: who is asked for what, and where the policy says it.

    Ends with 1 if a passage is cited by nothing, or an action or step cites nothing and gives no reason of
    its own. `england` means all its editions.
    """
    keep_apart(output, policy_name)
    keep_to_name(output, format, FORMATS)
    chosen = choose(policy_name)
    versions = (chosen.version,) if chosen.version else chosen.family.versions
    coverages = [source_coverage(version) for version in versions]
    put(_shown(coverages, format), output)
    if any(one.gaps or one.orphans for one in coverages):
        sys.exit(FINDINGS)


def _shown(coverages: list[SourceCoverage], format: str) -> str:
    match format:
        case "json":
            return as_text([coverage_object(one) for one in coverages])
        case "markdown":
            return "\n".join(f"{coverage_page(one)}\n{responsibilities_page(one)}" for one in coverages)
        case _:
            return "\n".join(coverage_text(one, options.width()) for one in coverages)
