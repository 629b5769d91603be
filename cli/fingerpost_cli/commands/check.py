"""`fingerpost check`: every mistake in a policy at once, with the place and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from fingerpost_cli import options
from fingerpost_cli.commands.format import files_in
from fingerpost_cli.failures import FINDINGS, unusable
from fingerpost_cli.files import write_whole
from fingerpost_cli.places import called
from fingerpost_cli.policies import whole
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.fixes import fixed
from fingerpost_dsl.layers.resolved import resolved_text
from fingerpost_dsl.load import load_policies
from fingerpost_dsl.names import nearest
from fingerpost_dsl.pages import codes_with_a_page, page


@click.command("check")
@click.argument("names", nargs=-1, metavar="P…")
@click.option(
    "--format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations on GitHub.",
)
@click.option(
    "--resolved",
    is_flag=True,
    help="Print the whole policy, with where each declaration comes from; findings go to the error output.",
)
@click.option(
    "--fix", is_flag=True, help="Make the fixes that leave no doubt of what was meant, then check again."
)
@click.option("--explain", metavar="CODE", help="Print the page about a code, such as E0312.")
@options.path_option
@options.examples(
    "fingerpost check devon/",
    "fingerpost check devon/ --fix",
    "fingerpost check --explain E0312",
    "fingerpost check devon/ --resolved",
    "fingerpost check england@2024.08",
    "fingerpost check devon/@2025.1",
)
def check_command(
    names: tuple[str, ...], format: str, resolved: bool, fix: bool, explain: str | None
) -> None:
    """Check policies: files, folders of files, or shipped ones by name; with `@`, one version of them.

    Ends with 1 if there is an error. Warnings and lints are shown, and do not count.
    """
    if explain is not None:
        text = page(explain)
        if text is None:
            near = nearest(explain.upper(), list(codes_with_a_page()))
            raise unusable(
                f"There is no page about `{explain}`." + (f" Did you mean `{near}`?" if near else "")
            )
        click.echo(text.rstrip())
        return
    if not names:
        raise click.UsageError("Say which policy to check: a file or a folder.")
    asked = whole(names)
    families, found = load_policies(asked.paths, search=asked.searched)
    if fix and _fix(asked.own, found):
        families, found = load_policies(asked.paths, search=asked.searched)
    match format:
        case "json":
            click.echo(report.as_json(found))
        case "github":
            click.echo(report.github(found), nl=False)
        case _:
            if found:
                click.echo(report.text(found, called=called), err=resolved)
            ids = ", ".join(str(policy.header.id) for family in families for policy in family.versions)
            summary = report.summary(found)
            click.echo(f"{ids}: {summary}" if ids else summary, err=resolved)
    if resolved:
        for family in families:
            for policy in family.versions:
                click.echo(resolved_text(policy, called), nl=False)
    if has_errors(found):
        sys.exit(FINDINGS)


def _fix(paths: tuple[Path, ...], found: tuple[Diagnostic, ...]) -> bool:
    """Makes the safe fixes in the files named, each written whole or not at all, and says which.

    What a policy extends lies elsewhere, and is never touched; nor is what is shipped and named by its name,
    nor YAML, which is read as another text.
    """
    own = {str(path) for path in files_in(paths) if path.suffix == ".policy"}
    sources = dict.fromkeys(one.fix.span.source for one in found if one.fix is not None)
    changed = [done for source in sources if source.name in own and (done := fixed(source, found)).made]
    for done in changed:
        write_whole(Path(done.source.name), done.source.text)
        for one in done.made:
            place, before, after = map(report.printable, (str(one.span), one.span.text, one.text))
            click.echo(f"fixed {place}: `{before}` is now `{after}`", err=True)
    return bool(changed)
