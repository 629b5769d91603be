"""Very many pupils for a command: results as tables, and numbers by group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from fingerpost.evaluate import Session
from fingerpost.population.decided import BlockDecisions
from fingerpost.population.population import Population
from fingerpost.render.words import long_date
from fingerpost.render.workbook_lists import numbers, work_list
from fingerpost.vocabulary import Vocabulary
from fingerpost.writers.workbook import List
from fingerpost_cli.failures import unusable
from fingerpost_cli.files import put, set_aside
from fingerpost_cli.histories import no_date, note_end_of_marks, tracked, usable
from fingerpost_cli.policies import Chosen
from fingerpost_cli.workbooks import file_for_workbook, put_workbook, too_many_rows
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.report import printable

_ENDINGS = {"parquet": ".parquet", "arrow": ".arrow"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is evaluated: by which policy, as on which date."""

    history: str
    chosen: Chosen
    on: dt.date | None
    known_on: dt.date | None
    keep_going: bool


@dataclass(frozen=True, slots=True)
class Work:
    """How the work is done: by how many processes, in how much memory, and whether it goes on."""

    threads: int
    memory: int | None
    """In octets."""
    resume: bool


def put_rows(asked: Asked, format: str, output: Path | None, work: Work, what: str) -> None:
    """One of the tables into a file: a row for each recommendation, pupil, or time in a tier."""
    output = _file_for(format, output)
    if asked.history == "-" and work.resume:
        raise unusable("--resume needs a file or folder, to see that the data are those of before.")
    from fingerpost.population import batches
    from fingerpost.population.results import Deciding

    with ThreadPoolExecutor(1) as beside:
        path = None if asked.history == "-" else Path(asked.history)
        digest = None if path is None else beside.submit(batches.digest_of_files, path)
        population, session = _opened(asked)
    deciding = Deciding(population, session)
    data = "-" if digest is None else digest.result()
    try:
        way = batches.way_within(work.memory, work.threads, batches.resident())
        plan = batches.plan_of(deciding, data, way, what)
        run = batches.Run(deciding, plan, way, output)
        portions, done = run.begin(resume=work.resume)
        if done:
            click.echo(f"{done} of {len(portions)} batches are there from before.", err=True)
        there = sum(len(portion.rows) for portion in portions)
        try:
            for _ in tracked(run.batches(portions), there, "Evaluating", weight=int):
                pass
        except KeyboardInterrupt:
            click.echo("Stopped; with --resume it goes on from here.", err=True)
            raise
        rows = run.join(portions)
    except (batches.BusyError, batches.MemoryLimitError, batches.ResumeError) as error:
        raise unusable(f"{error}.") from error
    except OSError as error:
        raise unusable(f"Cannot write {error.filename or output}: {error.strerror or error}.") from error
    click.echo(f"Wrote {printable(str(output))}: {rows:,} rows, {_as_at(session)}.", err=True)


def put_groups(
    asked: Asked, subject: Subject, format: str, output: Path | None, *, reasons: bool = False
) -> None:
    """What each family, cohort, school or authority is asked for itself: a row for each recommendation.

    With `reasons` each has the code of its reason, but for CSV and workbooks, which have no room for it.
    """
    if format == "xlsx":
        output = file_for_workbook(output)
    elif format != "csv":
        output = _file_for(format, output)
    population, session = _opened(asked)
    from fingerpost.population.group_decisions import DecidingGroups
    from fingerpost.population.group_tables import group_rows, groups_csv, groups_table
    from fingerpost.population.write import write_results

    deciding = DecidingGroups(population, session, reasons=reasons)
    groups = deciding.groups([subject])
    found = dict(tracked(deciding.decide(groups), len(groups), "Evaluating"))
    decided = [found[place] for place in range(len(groups))]
    if output is None or format == "csv":
        put(groups_csv(decided, session), output)
        return
    if format == "xlsx":
        rows = (row for group in decided for row in group_rows(group, session))
        put_workbook(output, _work_list(asked, session), rows)
        return
    table = groups_table(decided, session, reasons=reasons)
    try:
        write_results(output, [table], table.schema)
    except OSError as error:
        raise unusable(f"Cannot write {output}: {error.strerror or error}.") from error
    click.echo(f"Wrote {printable(str(output))}: {table.num_rows:,} rows, {_as_at(session)}.", err=True)


def _file_for(format: str, output: Path | None) -> Path:
    """Where a table goes: a file, by its ending."""
    if output is None:
        raise unusable(f"--format {format} needs a file: -o monday.{format}.")
    if output.suffix.lower() != _ENDINGS[format]:
        raise unusable(f"With --format {format} the file should end in `{_ENDINGS[format]}`.")
    return output


MANY = 2_000
"""Pupils from which a list without reasons is made in columns: reading them one by one takes longer."""


def has_many(history: str) -> bool:
    """Whether a folder has so many pupils, as its table of pupils says; False where pyarrow is not there."""
    from fingerpost.arrow import MissingExtraError, arrow
    from fingerpost.table_files import parts_of

    folder = Path(history)
    try:
        if (folder / "pupils.parquet").exists():
            read = arrow("parquet").read_metadata
            rows = sum(read(part.path).num_rows for part in parts_of(folder / "pupils.parquet"))
            return bool(rows >= MANY)
        if (folder / "pupils.csv").is_file():
            arrow()
            with (folder / "pupils.csv").open("rb") as lines:
                return any(number >= MANY for number, _ in enumerate(lines))
    except (MissingExtraError, OSError, ValueError):
        return False  # whoever reads it says what is wrong with it
    return False


def put_csv(asked: Asked, output: Path | None) -> None:
    """A row for each recommendation as CSV: the same that is made pupil by pupil."""
    population, session = _opened(asked)
    from fingerpost.population.csv_rows import PutAside

    with set_aside(output) as file:
        rows = PutAside(file)
        for decided in _decided(population, session):
            rows.add(decided, session)
        put(rows.pieces(), output)


def put_list(asked: Asked, output: Path | None) -> None:
    """The same as a workbook; that there are more rows than it can hold is said as soon as it shows."""
    output = file_for_workbook(output)
    population, session = _opened(asked)
    from fingerpost.population.csv_rows import csv_rows
    from fingerpost.writers.workbook import MOST_ROWS

    by_pupil: dict[str, list[tuple[object, ...]]] = {}
    there = 0
    for decided in _decided(population, session):
        found = {name: rows for name, rows in csv_rows(decided, session) if rows}
        by_pupil |= found
        there += sum(map(len, found.values()))
        if there > MOST_ROWS:
            raise too_many_rows()
    put_workbook(
        output, _work_list(asked, session), (row for name in sorted(by_pupil) for row in by_pupil[name])
    )


def _decided(population: Population, session: Session) -> Iterator[BlockDecisions]:
    """The decisions about all pupils, some at a time."""
    from fingerpost.population.results import Deciding

    deciding = Deciding(population, session)
    portions = list(deciding.portions())
    there = sum(len(portion.rows) for portion in portions)
    for portion in tracked(portions, there, "Evaluating", weight=lambda one: len(one.rows)):
        yield deciding.decide(portion)


def _work_list(asked: Asked, session: Session) -> List:
    return work_list(session.editions.current.policy, session.on, asked.known_on, asked.history)


def put_aggregates(
    asked: Asked, by: str, format: str, output: Path | None, *, threshold: int, overdue: bool
) -> None:
    """Numbers of pupils by group: into a file by its ending, or as a table to the terminal."""
    is_workbook = output is not None and output.suffix.lower() == ".xlsx"
    if is_workbook:
        file_for_workbook(output)
    population, session = _opened(asked)
    from fingerpost.population.aggregates import UnknownGroupError, aggregate
    from fingerpost.population.write import ENDINGS, write_results

    if output is None and format != "table":
        raise unusable(f"--format {format} needs a file: -o numbers.{format}.")
    if output is not None and not is_workbook and output.suffix.lower() not in ENDINGS:
        raise unusable(f"{output} should end in one of {', '.join((*ENDINGS, '.xlsx'))}.")
    try:
        table = aggregate(population, session, by, threshold=threshold, overdue=overdue)
    except UnknownGroupError as error:
        raise unusable(f"{str(error).rstrip('?')}{'?' if str(error).endswith('?') else '.'}") from error
    if output is None:
        put(_shown(table.to_pylist(), by, session), None)
        return
    if is_workbook:
        policy = session.editions.current.policy
        shown = numbers(policy, session.on, asked.known_on, asked.history, threshold)
        put_workbook(output, shown, (tuple(row.values()) for row in table.to_pylist()))
        return
    try:
        write_results(output, [table], table.schema)
    except OSError as error:
        raise unusable(f"Cannot write {output}: {error.strerror or error}.") from error
    click.echo(f"Wrote {printable(str(output))}, {_as_at(session)}.", err=True)


def _as_at(session: Session) -> str:
    """As on which date, and by which policy."""
    header = session.editions.current.policy.header.id
    return f"as on {long_date(session.on)}, by {header.id} {header.version}"


def _shown(rows: list[dict[str, object]], by: str, session: Session) -> str:
    """A line for each group and measure; `c` for what is held back."""
    header = session.editions.current.policy.header.id
    wide = max([len(by), *(len(str(row["group"])) for row in rows)]) + 2
    most = max([7, *(len(str(row["measure"])) for row in rows)]) + 2
    lines = [f"{long_date(session.on)} · {header.id} {header.version}", ""]
    lines += [f"{by:{wide}}{'measure':{most}}{'pupils':>8}{'percent':>9}"]
    for row in rows:
        pupils = "c" if row["held_back"] else f"{row['pupils']:,}"
        percent = "" if row["percent"] is None else f"{row['percent']:.1f}"
        lines.append(f"{row['group']!s:{wide}}{row['measure']!s:{most}}{pupils:>8}{percent:>9}".rstrip())
    if any(row["held_back"] for row in rows):
        lines += ["", "c: held back, since it is small or would give away what is."]
    return "\n".join(lines) + "\n"


def _opened(asked: Asked) -> tuple[Population, Session]:
    """The population and the policy on the date. Errors in the data end the command."""
    from fingerpost.arrow import MissingExtraError
    from fingerpost.population.read import read_population

    family = asked.chosen.family
    vocabulary = Vocabulary.from_policies(*family.versions)
    try:
        read, found = read_population(asked.history, vocabulary, keep_going=True)
    except MissingExtraError as error:
        raise unusable(str(error)) from error
    population = usable(read, found, asked.history, keep_going=asked.keep_going)
    date = asked.on or population.last_marked
    if date is None:
        raise no_date()
    asked.chosen.on(date)
    note_end_of_marks(date, population.last_marked)
    return population, population.session(asked.chosen.judged_by, date, asked.known_on)
