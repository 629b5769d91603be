"""`fingerpost evaluate`: the work list of a day, or the decisions behind it for a program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.core import ParameterSource

from fingerpost.collection import without_collection
from fingerpost.decision import Decision
from fingerpost.evaluate import evaluate_all
from fingerpost.history import History
from fingerpost.render.csv_form import decisions_csv, rows_of
from fingerpost.render.daily import daily_text
from fingerpost.render.json_form import decisions_json
from fingerpost.render.standing import Audit, cohorts_text, rows_text, standing_text
from fingerpost.render.words import plain_date
from fingerpost.render.workbook_lists import work_list
from fingerpost.render.worklist import Listing, worklist
from fingerpost_cli import options
from fingerpost_cli.files import keep_apart, keep_to_name, put
from fingerpost_cli.histories import last_marked, latest_mark, load, note_end_of_marks, tracked
from fingerpost_cli.policies import choose
from fingerpost_cli.populations import (
    Asked,
    Work,
    has_many,
    put_aggregates,
    put_csv,
    put_groups,
    put_list,
    put_rows,
)
from fingerpost_cli.workbooks import file_for_workbook, put_workbook
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy

FORMATS = ("table", "json", "csv", "xlsx", "parquet", "arrow")
NUMBERS = ("csv", "xlsx", "parquet", "arrow")
"""The formats of numbers of pupils by group in a file."""
SUBJECTS = {one.value: one for one in Subject}


@click.command("evaluate")
@options.history_argument
@options.policy_option
@options.on_option
@options.known_on_option
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How to show it. xlsx, Parquet and Arrow hold a row for each recommendation, and need -o.",
)
@click.option(
    "--by",
    metavar="GROUP",
    help="Numbers of pupils by school, authority, tier, year_group or a fact, fit to be published.",
)
@click.option(
    "--threshold",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="With --by: numbers below it are held back.",
)
@click.option(
    "--without-overdue",
    is_flag=True,
    help="With --by: only how many are in which tier. It takes a fraction of the time.",
)
@click.option("--pupils", is_flag=True, help="With Parquet or Arrow: a row for each pupil instead.")
@click.option(
    "--reasons",
    is_flag=True,
    help="With Parquet or Arrow: a column that says in a few signs which clauses hold.",
)
@options.work_options
@click.option(
    "--subject",
    type=click.Choice([*SUBJECTS, "all"]),
    default="pupil",
    show_default=True,
    help="Whose decisions: every pupil's or parent's, or what each family, cohort, school or authority "
    "is asked for itself.",
)
@click.option(
    "--daily", is_flag=True, help="Only the daily list: absences to follow up, and marks to settle."
)
@options.output_option
@options.keep_going_option
@options.all_option
@options.examples(
    'fingerpost evaluate school/ --on "15 November 2024"',
    "fingerpost evaluate school/ --daily",
    "fingerpost evaluate school/ --subject all",
    "fingerpost evaluate school/ --policy devon/ --format csv -o monday.csv",
    "fingerpost evaluate school.xlsx --format xlsx -o monday.xlsx",
    "fingerpost evaluate council/ --format parquet -o monday.parquet",
    "fingerpost evaluate council/ --format parquet -o monday.parquet --memory 4GiB --resume",
    "fingerpost evaluate council/ --subject school --format parquet -o schools.parquet",
    "fingerpost evaluate council/ --by school -o schools.csv",
    "fingerpost evaluate council/ --by authority --without-overdue",
)
def evaluate_command(
    *,
    history: str,
    policy_name: str,
    on: dt.date | None,
    known_on: dt.date | None,
    format: str,
    subject: str,
    daily: bool,
    output: Path | None,
    keep_going: bool,
    everything: bool,
    by: str | None,
    threshold: int,
    without_overdue: bool,
    pupils: bool,
    reasons: bool,
    threads: int,
    memory: int | None,
    resume: bool,
) -> None:
    """Turn registers into the work list of a day.

    HISTORY is a folder of CSV or Parquet tables, an .xlsx workbook with these as sheets, a .json file, or -
    for JSON from the standard input.
    """
    keep_apart(output, history, policy_name)
    Form(format=format, by=by, subject=subject, daily=daily, pupils=pupils, reasons=reasons).check()
    if (format != "table") if by is not None else (format not in IN_COLUMNS):
        keep_to_name(output, format, NUMBERS if by is not None else () if daily else FORMATS)
    asked = Asked(history, choose(policy_name), on, known_on, keep_going=keep_going)
    if by is not None:
        put_aggregates(asked, by, format, output, threshold=threshold, overdue=not without_overdue)
    elif subject in OF_GROUPS and (format in IN_COLUMNS or (format in ROWS and has_many(history))):
        put_groups(asked, SUBJECTS[subject], format, output, reasons=reasons)
    elif format in IN_COLUMNS:
        rows = "pupils" if pupils else "reasons" if reasons else "recommendations"
        put_rows(asked, format, output, Work(threads, memory, resume), rows)
    elif format in ROWS and subject == "pupil" and not daily and has_many(history):
        (put_csv if format == "csv" else put_list)(asked, output)
    else:
        subjects = tuple(SUBJECTS.values()) if subject == "all" else (SUBJECTS[subject],)
        _put_one_by_one(asked, format, subjects, output, daily=daily, everything=everything)


def _put_one_by_one(
    asked: Asked,
    format: str,
    subjects: Sequence[Subject],
    output: Path | None,
    *,
    daily: bool,
    everything: bool,
) -> None:
    """What the reference says of each pupil, school or other subject."""
    workbook = file_for_workbook(output) if format == "xlsx" else None
    data = load(asked.history, asked.chosen, keep_going=asked.keep_going)
    date = asked.on or last_marked(data)
    policy = asked.chosen.on(date)
    note_end_of_marks(date, latest_mark(data))
    there = sum(pupil.is_on_roll(date) for pupil in data.pupils.values())
    evaluated = evaluate_all(
        asked.chosen.judged_by, data, date, asked.known_on, subjects=subjects, brief=format != "json"
    )
    with without_collection():
        decisions = tuple(tracked(evaluated, there, "Evaluating"))
    if workbook is not None:
        shown = work_list(policy, date, asked.known_on, asked.history)
        put_workbook(workbook, shown, rows_of(decisions, policy))
        return
    match format:
        case "json":
            text = decisions_json(decisions, policy, date, asked.known_on)
        case "csv":
            text = decisions_csv(decisions, policy)
        case _:
            tables = Tables(decisions, policy, data, date, source=asked.history, everything=everything)
            text = tables.daily() if daily else "\n".join(tables.of(subjects))
    put(text, output)


OF_GROUPS = ("school", "authority", "family", "cohort")
"""The subjects that are groups of pupils."""
ROWS = ("csv", "xlsx")
"""The formats of lists with a row for each recommendation, made one by one or in columns."""
IN_COLUMNS = ("parquet", "arrow")
"""The formats of tables that are made in columns, in batches."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """In which form answers are asked for. Not everything goes together."""

    format: str
    by: str | None
    subject: str
    daily: bool
    pupils: bool
    reasons: bool

    def check(self) -> None:
        """Raises a UsageError that says what to leave out."""
        in_columns = self.by is not None or self.format in IN_COLUMNS
        clashes = self._of_columns() if in_columns else self._of_lists()
        for clash, advice in clashes:
            if clash:
                raise click.UsageError(advice)

    def _of_columns(self) -> Iterator[tuple[bool, str]]:
        what = f"--format {self.format}" if self.by is None else "--by"
        if self.by is not None:
            yield self.subject != "pupil", f"{what} is about pupils: leave out --subject."
        else:
            yield from self._of_subjects(what)
        yield self.daily, f"--daily is a list to be read: leave out {what}."
        if self.by is not None:
            yield self.format == "json", "--by is a table, and has no JSON: leave out --format json."
            yield self.pupils, "--pupils has a row for each pupil, --by numbers: leave out one of them."
            yield (
                _given("threads", "memory", "resume"),
                ("--by is not worked out in batches: leave out --threads, --memory and --resume."),
            )
        else:
            yield from _of_numbers()
        other = "--by" if self.by is not None else "--pupils"
        yield (
            self.reasons and (self.pupils or self.by is not None),
            f"--reasons is about recommendations: leave out {other}.",
        )

    def _of_subjects(self, what: str) -> Iterator[tuple[bool, str]]:
        """Of tables with a row for each recommendation."""
        named = "pupil, school, authority, family or cohort"
        yield self.subject == "all", f"{what} has one sort of rows in a file: give --subject {named}."
        yield (
            self.subject == "parent",
            f"{what} names the parent in the rows of pupils, in the column `parent`: leave out --subject.",
        )
        if self.subject in OF_GROUPS:
            about = f"--subject {self.subject}"
            yield self.pupils, f"--pupils has a row for each pupil: leave it out, or leave out {about}."
            yield (
                _given("threads", "memory", "resume"),
                f"{about} is not worked out in batches: leave out --threads, --memory and --resume.",
            )

    def _of_lists(self) -> Iterator[tuple[bool, str]]:
        yield self.pupils, "--pupils needs --format parquet or arrow."
        if self.format == "json":
            yield self.reasons, "--format json has the reasons in full: leave out --reasons."
        yield (
            self.reasons,
            (
                "--reasons is a column of Parquet and Arrow: leave it out, or give --format parquet. "
                "In full the reasons are in --format json, and of one pupil in `fingerpost explain`."
            ),
        )
        yield from _of_numbers()
        yield (
            _given("threads", "memory", "resume"),
            (
                "--threads, --memory and --resume are about work in batches: give --format parquet or arrow, "
                "or leave them out."
            ),
        )
        if self.daily:
            what = f"--daily is a list to be read: leave out --format {self.format}."
            yield self.format != "table", what
            yield self.subject not in ("pupil", "all"), "--daily is about pupils: leave out --subject."


def _of_numbers() -> Iterator[tuple[bool, str]]:
    """What says something only about numbers of pupils."""
    for option in ("threshold", "without_overdue"):
        named = f"--{option.replace('_', '-')}"
        yield _given(option), f"{named} is about numbers of pupils: give --by, or leave it out."


def _given(*options: str) -> bool:
    """Whether any of these options stands on the command line."""
    context = click.get_current_context()
    return any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in options)


@dataclass(frozen=True)
class Tables:
    """The lists of one evaluation, for people to read."""

    decisions: Sequence[Decision]
    policy: Policy
    history: History
    on: dt.date
    source: str = field(kw_only=True)
    everything: bool = field(kw_only=True, default=False)

    def of(self, subjects: Sequence[Subject]) -> Iterator[str]:
        """The lists of these subjects: first what is urgent, then what stands all the time."""
        if Subject.PUPIL in subjects:
            if len(subjects) > 1:
                yield self.daily()
            yield self.work()
        for subject in (Subject.SCHOOL, Subject.AUTHORITY):
            yield from (self._audit(one) for one in self._only(subject))
        if cohorts := self._only(Subject.COHORT):
            yield cohorts_text(cohorts, self.policy, options.width())
        families = self._only(Subject.FAMILY)
        if any(one.recommendations for one in families) or subjects == (Subject.FAMILY,):
            yield rows_text(families, self.policy, "FAMILIES", options.width())
        if subjects == (Subject.PARENT,):
            yield rows_text(self._only(Subject.PARENT), self.policy, "PARENTS", options.width())

    def daily(self) -> str:
        """The daily list of each school."""
        return self._by_school(daily_text)

    def work(self) -> str:
        """The work list of each school."""
        return self._by_school(worklist)

    def _by_school(self, show: Callable[[Iterable[Decision], Policy, Listing], str]) -> str:
        pupils = self._only(Subject.PUPIL)
        schools = sorted({decision.school for decision in pupils})
        if not schools:
            return f"No pupil is on roll on {plain_date(self.on)}.\n"
        return "\n".join(
            show([one for one in pupils if one.school == school], self.policy, self._listing(school))
            for school in schools
        )

    def _listing(self, school: str) -> Listing:
        return Listing(
            school=school_name(self.history, school),
            on=self.on,
            pupils=sum(one.school == school for one in self._only(Subject.PUPIL)),
            width=options.width(),
            everything=self.everything,
            source=self.source,
        )

    def _audit(self, decision: Decision) -> str:
        """What a school or an authority has to do itself."""
        authority = (
            self.history.authorities.get(decision.id) if decision.subject is Subject.AUTHORITY else None
        )
        name = (authority.name or decision.id) if authority else school_name(self.history, decision.id)
        audit = Audit(name=name, width=options.width(), everything=self.everything)
        return standing_text(decision, self.policy, audit)

    def _only(self, subject: Subject) -> list[Decision]:
        return [one for one in self.decisions if one.subject is subject]


def school_name(history: History, school: str) -> str:
    """The name of a school, or what stands for it."""
    known = history.schools.get(school)
    return (known.name if known else None) or school or "The school"
