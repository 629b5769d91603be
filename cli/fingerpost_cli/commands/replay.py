"""`fingerpost replay`: proves decisions again from their records."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from fingerpost.decision import DecisionRecord
from fingerpost.evaluate import UnknownSubjectError
from fingerpost.record import Replays
from fingerpost.render.from_json import record_from
from fingerpost_cli import options
from fingerpost_cli.failures import FINDINGS, unusable
from fingerpost_cli.histories import load, tracked
from fingerpost_cli.policies import Chosen, choose


@click.command("replay")
@click.argument(
    "records", nargs=-1, required=True, metavar="RECORD…", type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--history", required=True, metavar="HISTORY", help="The history that the decisions were made from."
)
@options.policy_option
@options.keep_going_option
@options.examples(
    'fingerpost evaluate school/ --on "15 November 2024" --format json -o decisions.json',
    "fingerpost replay decisions.json --history school/",
)
def replay_command(records: tuple[Path, ...], history: str, policy_name: str, keep_going: bool) -> None:
    """Prove decisions again: the same policy, history and dates must give the same answer.

    RECORD is what `evaluate --format json` or `explain --format json` wrote, or one record of it. Ends with
    1 if anything differs.
    """
    found = [record for path in records for record in _records(path)]
    if not found:
        raise unusable("There is no decision record in what you gave.")
    chosen = choose(policy_name)
    data = load(history, chosen, keep_going=keep_going)
    replays = Replays(chosen.judged_by, data)
    different = 0
    for record in tracked(found, len(found), "Replaying"):
        said = _differences(record, chosen, replays)
        different += bool(said)
        for sentence in said:
            click.echo(f"{record.id} on {record.on}: {sentence}")
    proved = len(found) - different
    click.echo(f"{proved} of {len(found)} decision{'s' * (len(found) != 1)} proved again.")
    if different:
        sys.exit(FINDINGS)


def _differences(record: DecisionRecord, chosen: Chosen, replays: Replays) -> tuple[str, ...]:
    if record.named_outright and chosen.family.version(record.version) is None:
        return (f"`{chosen.said}` has no version `{record.version}`",)
    chosen.on(record.on)
    try:
        return replays.replay(record).differences
    except UnknownSubjectError as error:
        return (str(error),)


def _records(path: Path) -> Iterator[DecisionRecord]:
    if not path.is_file():
        raise unusable(f"{path} is no file with records.")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = list(_objects(content))
    except OSError as error:
        raise unusable(f"{path} cannot be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise unusable(f"{path} is no JSON document that we wrote; make it anew with evaluate.") from error
    for one in found:
        try:
            yield record_from(one)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise unusable(f"{path} holds a record that is not one of ours; make it anew.") from error


def _objects(content: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON may hold
    """Every record in a document, wherever it stands."""
    match content:
        case {"policy_digest": str()} as record:
            yield record
        case dict() as mapping:
            for value in mapping.values():
                yield from _objects(value)
        case list() as several:
            for value in several:
                yield from _objects(value)
