"""`fingerpost compare`: what changed between two policies, and whom it moves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from fingerpost.compare import Comparison, Moves, by_both, compare, moves_of
from fingerpost.history import History
from fingerpost.render.comparison import Pages, comparison_text
from fingerpost.render.comparison_json import comparison_json
from fingerpost.render.moves import School, moves_text
from fingerpost_cli import options
from fingerpost_cli.dates import DATE
from fingerpost_cli.files import keep_apart, keep_to_name, put
from fingerpost_cli.histories import last_marked, load, tracked
from fingerpost_cli.policies import Chosen, choose
from fingerpost_dsl.model.policy import Policy

FORMATS = ("text", "json")


@click.command("compare")
@click.argument("before_name", metavar="A")
@click.argument("after_name", metavar="B")
@click.option(
    "--history",
    metavar="HISTORY",
    help="Registers: which pupils are decided otherwise by B than by A, and why.",
)
@click.option(
    "--on",
    type=DATE,
    metavar="DATE",
    help="The date to decide for, and of the editions to compare where several are meant; the last one with "
    "a mark, or the latest edition, if not given.",
)
@options.known_on_option
@click.option(
    "--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to show it."
)
@options.output_option
@options.keep_going_option
@options.all_option
@options.path_option
@options.examples(
    "fingerpost compare england@2022.09 england@2024.08",
    'fingerpost compare england@2024.08 devon.policy --history school/ --on "14 November 2025"',
)
def compare_command(
    *,
    before_name: str,
    after_name: str,
    history: str | None,
    on: dt.date | None,
    known_on: dt.date | None,
    format: str,
    output: Path | None,
    keep_going: bool,
    everything: bool,
) -> None:
    """Say what changed from policy A to policy B, clause by clause, and what each change does.

    More or fewer pupils, sooner or later, for help or for enforcement: said only where it is so for every
    pupil there could be. With --history, the pupils whom B decides otherwise about than A are listed, each
    with the reason; both policies are then taken as if they had always been in force.
    """
    keep_apart(output, before_name, after_name, *([history] if history else []))
    keep_to_name(output, format, FORMATS)
    chosen = choose(before_name), choose(after_name)
    data = load(history, *chosen, keep_going=keep_going) if history else None
    date = on or (last_marked(data) if data is not None else None)
    before, after = (_edition(one, date) for one in chosen)
    found = compare(before, after)
    moved = None
    if data is not None and date is not None:
        there = sum(pupil.is_on_roll(date) for pupil in data.pupils.values())
        pairs = by_both(before, after, data, date, known_on)
        moved = moves_of(tracked(pairs, there, "Comparing"), date)
    if format == "json":
        put(comparison_json(found, before, after, moved), output)
    else:
        put(_text(found, before, after, moved, data, everything=everything), output)


def _edition(chosen: Chosen, date: dt.date | None) -> Policy:
    """The version named, or the one in force on the date; without a date the latest there is."""
    return chosen.on(date) if date is not None else chosen.version or chosen.family.versions[-1]


def _text(
    found: Comparison,
    before: Policy,
    after: Policy,
    moved: Moves | None,
    data: History | None,
    *,
    everything: bool,
) -> str:
    width = options.width()
    text = comparison_text(found, Pages(before=before, after=after, width=width, everything=everything))
    if moved is None or data is None:
        return text
    names = [school.name or school.id or "The school" for school in data.schools.values()]
    school = School(
        name=names[0] if len(names) == 1 else "All schools",
        before=before,
        after=after,
        differences=found.differences,
        width=width,
        everything=everything,
    )
    return f"{text}\n{moves_text(moved, school)}"
