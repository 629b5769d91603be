"""`fingerpost draw`: a pathway as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from fingerpost_cli import options
from fingerpost_cli.failures import unusable
from fingerpost_cli.files import keep_apart
from fingerpost_cli.policies import choose
from fingerpost_dsl.names import nearest
from fingerpost_visualiser import CannotDrawError, draw_pathway


@click.command("draw")
@click.argument("policy_name", metavar="P")
@click.option(
    "--view", type=click.Choice(["pathway"]), default="pathway", show_default=True, help="What to draw."
)
@click.option("--pathway", metavar="NAME", help="Which pathway; the policy's first if not given.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="svg, png, pdf, dot or mermaid (.mmd), by the file's ending.",
)
@options.path_option
@options.examples("fingerpost draw england -o pathway.svg")
def draw_command(policy_name: str, view: str, pathway: str | None, output: Path) -> None:
    """Draw a pathway of a policy: the steps, who takes them, and what has to be true on the way."""
    keep_apart(output, policy_name)
    chosen = choose(policy_name)
    policy = chosen.version or chosen.family.versions[-1]
    if not policy.pathways:
        raise unusable(f"{policy.header.id} has no pathway.")
    name = pathway or next(iter(policy.pathways))
    if name not in policy.pathways:
        near = nearest(name, list(policy.pathways))
        raise unusable(f"There is no pathway `{name}`." + (f" Did you mean `{near}`?" if near else ""))
    try:
        draw_pathway(policy, name, output)
    except (CannotDrawError, ValueError) as error:
        raise unusable(f"{str(error)[:1].upper()}{str(error)[1:]}") from error
    except OSError as error:
        raise unusable(f"Cannot write {output}: {error.strerror or error}.") from error
    click.echo(f"Wrote {output}.", err=True)
