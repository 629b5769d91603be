"""`fingerpost timeline`: a pupil's year, day by day where something changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from fingerpost.render.timeline import timeline_json, timeline_text
from fingerpost.timeline import timeline
from fingerpost_cli import options
from fingerpost_cli.commands.explain import one_pupil
from fingerpost_cli.files import keep_apart, keep_to_name, put
from fingerpost_cli.histories import last_marked, load
from fingerpost_cli.policies import choose
from fingerpost_cli.populations import Asked, Work, put_rows

FORMATS = ("text", "json", "parquet", "arrow")


@click.command("timeline")
@options.history_argument
@options.policy_option
@click.option("--pupil", metavar="ID", help="The pupil; not needed where the history has one.")
@options.on_option
@options.known_on_option
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to show it. Parquet and Arrow hold the times that every pupil was in each tier, and need -o.",
)
@options.work_options
@options.output_option
@options.keep_going_option
@options.all_option
@options.examples(
    "fingerpost timeline school/ --pupil P0412",
    "fingerpost timeline council/ --format parquet -o tiers.parquet",
)
def timeline_command(
    *,
    history: str,
    policy_name: str,
    pupil: str | None,
    on: dt.date | None,
    known_on: dt.date | None,
    format: str,
    output: Path | None,
    keep_going: bool,
    everything: bool,
    threads: int,
    memory: int | None,
    resume: bool,
) -> None:
    """Show a pupil's year: tiers, triggers, what was recorded, and when marks enter and leave windows.

    HISTORY is a folder of CSV or Parquet tables, an .xlsx workbook with these as sheets, a .json file, or -
    for JSON from the standard input.
    """
    keep_apart(output, history, policy_name)
    chosen = choose(policy_name)
    if format in ("parquet", "arrow"):
        if pupil is not None:
            raise click.UsageError("Parquet and Arrow are about every pupil: leave out --pupil.")
        asked = Asked(history, chosen, on, known_on, keep_going=keep_going)
        put_rows(asked, format, output, Work(threads, memory, resume), "tiers")
        return
    keep_to_name(output, format, FORMATS if pupil is None else ("text", "json"))
    data = load(history, chosen, keep_going=keep_going)
    date = on or last_marked(data)
    policy = chosen.on(date)
    subject = one_pupil(data, pupil, "; when each was in which tier is in --format parquet")
    found = timeline(chosen.judged_by, data, date, known_on, pupil=subject)
    if format == "json":
        put(timeline_json(found), output)
    else:
        put(timeline_text(found, policy, width=min(options.width(), 110), everything=everything), output)
