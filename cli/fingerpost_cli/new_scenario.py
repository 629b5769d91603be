"""`fingerpost simulate new`: a few questions, and a scenario that runs, to be read and changed."""

from __future__ import annotations

from pathlib import Path

import click

from fingerpost_cli.failures import unusable
from fingerpost_cli.files import write_whole
from fingerpost_simulations.scenarios.template import Answers, new_scenario

DEFAULT = Path("scenario.yaml")


def ask_for_scenario(output: Path | None) -> None:
    """Ask, and write the scenario."""
    path = output or Path(click.prompt("Where to write the scenario", default=str(DEFAULT)))
    if path.exists():
        raise unusable(f"{path} is there already; name another file.")
    title = click.prompt("What do you want to find out, in a few words", default="A first look")
    whose = click.prompt("Whose pupils", type=click.Choice(["hillview", "made-up", "own"]), default="made-up")
    history, pupils = "", 2_000
    if whose == "own":
        history = click.prompt("The folder or file of your history, from where the scenario lies")
    elif whose == "made-up":
        pupils = click.prompt("How many pupils", type=click.IntRange(50, 5_000_000), default=2_000)
    first_policy = click.prompt("The policy", default="england@2024.08")
    other = click.prompt(
        "Another policy to compare it with (nothing for none)", default="", show_default=False
    )
    change = ""
    if not other:
        change = click.prompt(
            "Or a threshold to try otherwise, like `at_risk_from: 3%` (nothing for none)",
            default="",
            show_default=False,
        )
    first, last = _dates(whose)
    answers = Answers(
        title=title,
        whose=whose,
        history=history,
        pupils=pupils,
        policy=first_policy,
        other=other,
        change=change,
        first=first,
        last=last,
    )
    write_whole(path, new_scenario(answers))
    click.echo(
        f"Wrote {path}. Look at what it assumes, then: fingerpost simulate {path} -o results", err=True
    )


def _dates(whose: str) -> tuple[str, str]:
    if whose == "hillview":
        return "3 September 2025", "14 November 2025"
    if whose == "made-up":
        return "1 September 2024", "25 July 2025"
    first = click.prompt("The first day", default="1 September 2025")
    return first, click.prompt("The last day", default="24 July 2026")
