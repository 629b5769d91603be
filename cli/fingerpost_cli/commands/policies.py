"""`fingerpost policies`: what comes with Fingerpost, with versions and dates."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fingerpost_cli import options
from fingerpost_cli.places import shipped_root
from fingerpost_cli.policies import shipped, stop_for_errors
from fingerpost_dsl.load import load_policies
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import say_date


@click.command("policies")
@click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@options.examples("fingerpost policies")
def policies_command(format: str) -> None:
    """List the policies that come with Fingerpost, with their versions and dates."""
    names = {folder: name for name, folders in shipped().items() for folder in folders}
    families, found = load_policies(tuple(names), search=(shipped_root(),), tests=False)
    stop_for_errors(found)
    rows = [
        (names[Path(policy.header.span.file).parent], family, policy)
        for family in families
        for policy in family.versions
    ]
    if format == "json":
        click.echo(json.dumps([_object(*row) for row in rows], indent=1, ensure_ascii=False))
        return
    width = max(len(f"{name}@{policy.header.id.version}") for name, _, policy in rows)
    for name, family, policy in rows:
        click.echo(f"{f'{name}@{policy.header.id.version}':<{width}}  {policy.header.title}")
        click.echo(f"{'':<{width}}  {_about(family, policy)}")


def _about(family: PolicyFamily, policy: Policy) -> str:
    header = policy.header
    last = family.last_day(policy)
    until = f" until {say_date(last)}" if last else ""
    checked = f"; checked {say_date(header.last_checked)}" if header.last_checked else ""
    extends = f", extends {header.extends}" if header.extends else ""
    return f"{header.status}{extends}, in force from {say_date(header.in_force_from)}{until}{checked}"


def _object(name: str, family: PolicyFamily, policy: Policy) -> dict[str, str | None]:
    header = policy.header
    last = family.last_day(policy)
    return {
        "name": f"{name}@{header.id.version}",
        "id": header.id.id,
        "version": header.id.version,
        "title": header.title,
        "status": header.status,
        "extends": str(header.extends) if header.extends else None,
        "in_force_from": header.in_force_from.isoformat(),
        "in_force_until": last.isoformat() if last else None,
        "last_checked": header.last_checked.isoformat() if header.last_checked else None,
        "digest": policy.digest,
    }
