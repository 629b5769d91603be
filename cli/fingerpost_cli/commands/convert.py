"""`fingerpost convert`: a policy file in its other spelling."""

from __future__ import annotations

from pathlib import Path

import click

from fingerpost_cli import options
from fingerpost_cli.failures import Findings, unusable
from fingerpost_cli.files import keep_apart, put
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.reading import read
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.spellings import is_yaml
from fingerpost_dsl.yaml_form.schema import schema_text
from fingerpost_dsl.yaml_form.to_yaml import comments_lost, policy_form, yaml_text


@click.command("convert")
@click.argument(
    "file", required=False, metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--to", type=click.Choice(["yaml", "policy"]), help="The spelling wanted; the other one if not given."
)
@click.option("--schema", is_flag=True, help="Print the JSON Schema that editors use, and convert nothing.")
@options.output_option
@options.examples(
    "fingerpost convert devon.policy --to yaml",
    "fingerpost convert devon.yaml --to policy -o devon.policy",
    "fingerpost convert --schema -o policy.schema.json",
)
def convert_command(file: Path | None, to: str | None, schema: bool, output: Path | None) -> None:
    """Turn a policy file into YAML, or YAML into a policy file.

    Nothing is lost but comments, of which it warns. A file with mistakes in its syntax is not converted.
    """
    if schema:
        put(schema_text(), output)
        return
    if file is None:
        raise click.UsageError("Say which file to convert.")
    from_yaml = is_yaml(file.name)
    if to == ("yaml" if from_yaml else "policy"):
        raise unusable(f"{file} is {'YAML' if from_yaml else 'a policy file'} already.")
    keep_apart(output, str(file))
    source, found = read(file)
    converted, problems = ("", ()) if has_errors(found) else _converted(source, from_yaml)
    if has_errors((*found, *problems)):
        raise Findings((*found, *problems), f"Not converted: {report.summary((*found, *problems))}.")
    lost = comments_lost(source, is_yaml=from_yaml)
    if lost is not None:
        click.echo(report.text([lost]), err=True)
    put(converted, output)


def _converted(source: SourceText, from_yaml: bool) -> tuple[str, tuple[Diagnostic, ...]]:
    return policy_form(source) if from_yaml else yaml_text(source)
