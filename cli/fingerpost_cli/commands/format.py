"""`fingerpost format`: policy files in their one canonical layout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from fingerpost_cli import options
from fingerpost_cli.failures import FINDINGS, Findings, unusable
from fingerpost_cli.files import write_whole
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.format import format_source
from fingerpost_dsl.loading.bundles import policy_files
from fingerpost_dsl.reading import read
from fingerpost_dsl.report import printable
from fingerpost_dsl.spellings import is_yaml


@click.command("format")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path)
)
@click.option("--check", is_flag=True, help="Change nothing; end with 1 if a file would change.")
@options.examples("fingerpost format devon/", "fingerpost format --check policies/")
def format_command(paths: tuple[Path, ...], check: bool) -> None:
    """Lay out policy files in their one canonical form, comments in place.

    A file with mistakes in its syntax is left as it is, and the mistakes are shown. Files in YAML are left to
    their authors.
    """
    changed: list[tuple[Path, str]] = []
    wrong: list[Diagnostic] = []
    number = 0
    for path in files_in(paths):
        number += 1
        source, found = read(path)
        laid_out, problems = format_source(source)
        if has_errors((*found, *problems)):
            wrong += (*found, *problems)
        elif laid_out != source.text:
            changed.append((path, laid_out))
    if check:
        for path, _ in changed:
            click.echo(f"would change {printable(str(path))}")
    else:
        for path, laid_out in changed:
            write_whole(path, laid_out)
            click.echo(f"changed {printable(str(path))}")
    files = f"{number} file{'s' * (number != 1)}"
    if wrong:
        raise Findings(wrong, f"Left alone what has mistakes: {report.summary(wrong)}.")
    click.echo(f"{files}, {len(changed)} {'would change' if check else 'changed'}.")
    if check and changed:
        sys.exit(FINDINGS)


def files_in(paths: tuple[Path, ...]) -> Iterator[Path]:
    """The policy files among paths, folders looked into, in order; without those in YAML."""
    for path in paths:
        if path.is_dir():
            yield from (file for file in policy_files(path) if not is_yaml(file.name))
        elif is_yaml(path.name):
            raise unusable(f"{path} is in YAML, and only `.policy` files have one layout.")
        else:
            yield path
