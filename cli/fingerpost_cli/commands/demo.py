"""`fingerpost demo`: the whole product in a minute, on a school that nobody goes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import click

from fingerpost.decision import Decision
from fingerpost.evaluate import evaluate_all
from fingerpost.explain import explain
from fingerpost.history import History
from fingerpost.readers import read_history
from fingerpost.render.officer import officer_text
from fingerpost.writers import write_folder
from fingerpost_cli import options
from fingerpost_cli.commands.evaluate import Tables
from fingerpost_cli.failures import UnusableData, unusable
from fingerpost_cli.files import write_whole
from fingerpost_cli.histories import tracked
from fingerpost_cli.policies import Chosen, choose
from fingerpost_dsl.diagnostics import has_errors
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.hillview import LAST_DAY, NOTE, STORIES, hillview
from fingerpost_visualiser import CannotDrawError, draw_pathway

EXPLAINED = "P0412"
PATHWAY = "legal_intervention"


@click.command("demo")
@click.option(
    "-d",
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("fingerpost-demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where the made-up school and the pictures go.",
)
@click.option("--small", is_flag=True, help="A school of some sixty pupils, for a quick look.")
@options.examples("fingerpost demo", "fingerpost demo --folder /tmp/look")
def demo_command(folder: Path, small: bool) -> None:
    """A made-up school, its work list, one pupil explained and one pathway drawn."""
    say = _Steps()
    chosen = choose("england")
    policy = chosen.on(LAST_DAY)
    rules = len(list(policy.rules()))
    say(f"Checked the policy: {policy.header.title} ({policy.header.id}), {rules} actions and steps.")
    data = _school(folder, chosen, small)
    marks = sum(len(pupil.register) for pupil in data.pupils.values())
    there = sum(pupil.is_on_roll(LAST_DAY) for pupil in data.pupils.values())
    say(
        f"Made up a school in {folder}/school: {there} pupils on roll, {len(data.pupils)} with those "
        f"who left, {marks:,} marks. "
        "Nobody in it is real."
    )
    say("The work list for Friday 14 November 2025:")
    decisions = tuple(_decisions(chosen, data))
    work_list = Tables(decisions, policy, data, LAST_DAY, source=f"{folder}/school").work()
    write_whole(folder / "work-list.txt", work_list)
    click.echo(f"\n{work_list}")
    say(f"One pupil, {EXPLAINED}, with the reasons for every line:")
    explanation = explain(chosen.judged_by, data, LAST_DAY, pupil=EXPLAINED)
    click.echo(f"\n{officer_text(explanation, policy, width=min(options.width(), 110))}")
    say(_drawn(policy, folder))
    _next(folder)


class _Steps:
    """Numbered steps on the terminal."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, text: str) -> None:
        self.number += 1
        click.echo(f"{click.style(f'{self.number}.', bold=True)} {text}")


def _school(folder: Path, chosen: Chosen, small: bool) -> History:
    """Write the school as the tables that a school would export, and read them back."""
    school = folder / "school"
    _make_room(school)
    write_folder(hillview(per_year=6) if small else hillview(), school)
    write_whole(school / "READ-ME.txt", NOTE)
    data, found = read_history(school, chosen.vocabulary)
    if data is None or has_errors(found):
        raise UnusableData(found, "The made-up school cannot be read back: a mistake of ours.")
    return data


def _make_room(school: Path) -> None:
    """Take away the school of an earlier demonstration, and nothing else."""
    if not school.exists():
        return
    note = school / "READ-ME.txt"
    if not note.is_file() or note.read_text(encoding="utf-8") != NOTE:
        raise unusable(f"{school} is there already, and not from a demonstration; give another --folder.")
    rmtree(school)


def _decisions(chosen: Chosen, data: History) -> Iterator[Decision]:
    there = sum(pupil.is_on_roll(LAST_DAY) for pupil in data.pupils.values())
    return tracked(evaluate_all(chosen.judged_by, data, LAST_DAY), there, "Evaluating")


def _drawn(policy: Policy, folder: Path) -> str:
    """Draw the pathway; without what drawing needs, say so and go on."""
    try:
        for ending in ("svg", "png"):
            draw_pathway(policy, PATHWAY, folder / f"pathway.{ending}")
    except CannotDrawError as error:
        return f"No picture of the pathway: {error}"
    return f"Drew the pathway of legal intervention: {folder}/pathway.svg and pathway.png."


def _next(folder: Path) -> None:
    others = [story for story in STORIES if story.person.id != EXPLAINED][:4]
    click.echo("\nTry next:")
    for story in others:
        click.echo(f"  fingerpost explain {folder}/school --pupil {story.person.id}    # {story.about}")
    click.echo(f"  fingerpost explain {folder}/school --pupil {EXPLAINED} --for parent")
    click.echo(f"  fingerpost timeline {folder}/school --pupil {EXPLAINED}")
    click.echo(f"  fingerpost evaluate {folder}/school --format csv -o work-list.csv")
