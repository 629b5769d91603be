"""`fingerpost evaluate`: the work list of a day, or the decisions behind it for a program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import click

from fingerpost.decision import Decision
from fingerpost.evaluate import evaluate_all
from fingerpost.history import History
from fingerpost.render.csv_form import decisions_csv
from fingerpost.render.json_form import decisions_json
from fingerpost.render.standing import standing_text
from fingerpost.render.worklist import Listing, worklist
from fingerpost_cli import options
from fingerpost_cli.files import keep_apart, put
from fingerpost_cli.histories import last_marked, load, tracked
from fingerpost_cli.policies import choose
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy

SUBJECTS = {one.value: one for one in (Subject.PUPIL, Subject.SCHOOL, Subject.AUTHORITY)}


@click.command("evaluate")
@options.history_argument
@options.policy_option
@options.on_option
@options.known_on_option
@click.option(
    "--format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How to show it.",
)
@click.option(
    "--subject",
    type=click.Choice([*SUBJECTS, "all"]),
    default="pupil",
    show_default=True,
    help="Whose decisions: every pupil's, or what each school or authority has to do itself.",
)
@options.output_option
@options.keep_going_option
@options.all_option
@options.examples(
    'fingerpost evaluate school/ --on "15 November 2024"',
    "fingerpost evaluate school/ --policy devon/ --format csv -o monday.csv",
)
def evaluate_command(
    *,
    history: str,
    policy_name: str,
    on: dt.date | None,
    known_on: dt.date | None,
    format: str,
    subject: str,
    output: Path | None,
    keep_going: bool,
    everything: bool,
) -> None:
    """Turn registers into the work list of a day.

    HISTORY is a folder of CSV tables, a .json file, or - for JSON from the standard input.
    """
    keep_apart(output, history, policy_name)
    chosen = choose(policy_name)
    data = load(history, chosen, keep_going=keep_going)
    date = on or last_marked(data)
    policy = chosen.on(date)
    there = sum(pupil.is_on_roll(date) for pupil in data.pupils.values())
    subjects = tuple(SUBJECTS.values()) if subject == "all" else (SUBJECTS[subject],)
    evaluated = evaluate_all(chosen.judged_by, data, date, known_on, subjects=subjects)
    decisions = tuple(tracked(evaluated, there, "Evaluating"))
    match format:
        case "json":
            text = decisions_json(decisions, policy, date, known_on)
        case "csv":
            text = decisions_csv(decisions, policy)
        case _:
            pupils = [one for one in decisions if one.subject is Subject.PUPIL]
            parts = [standing(one, policy, data) for one in decisions if one.subject is not Subject.PUPIL]
            if Subject.PUPIL in subjects:
                parts.insert(0, lists(pupils, policy, data, date, source=history, everything=everything))
            text = "\n".join(parts)
    put(text, output)


def standing(decision: Decision, policy: Policy, history: History) -> str:
    """What a school or an authority has to do itself."""
    authority = history.authorities.get(decision.id) if decision.subject is Subject.AUTHORITY else None
    name = (authority.name or decision.id) if authority else school_name(history, decision.id)
    return standing_text(decision, policy, name, options.width())


def lists(
    decisions: Sequence[Decision],
    policy: Policy,
    history: History,
    on: dt.date,
    *,
    source: str,
    everything: bool = False,
) -> str:
    """A work list for each school."""
    schools = sorted({decision.school for decision in decisions})
    if not schools:
        return f"No pupil is on roll on {on}.\n"
    return "\n".join(
        worklist(
            [decision for decision in decisions if decision.school == school],
            policy,
            Listing(
                school=school_name(history, school),
                on=on,
                pupils=sum(decision.school == school for decision in decisions),
                width=options.width(),
                everything=everything,
                source=source,
            ),
        )
        for school in schools
    )


def school_name(history: History, school: str) -> str:
    """The name of a school, or what stands for it."""
    known = history.schools.get(school)
    return (known.name if known else None) or school or "The school"
