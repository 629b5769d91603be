"""`fingerpost evaluate`: the work list of a day, or the decisions behind it for a program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from fingerpost.collection import without_collection
from fingerpost.decision import Decision
from fingerpost.evaluate import evaluate_all
from fingerpost.history import History
from fingerpost.render.csv_form import decisions_csv
from fingerpost.render.daily import daily_text
from fingerpost.render.json_form import decisions_json
from fingerpost.render.standing import Audit, cohorts_text, rows_text, standing_text
from fingerpost.render.worklist import Listing, worklist
from fingerpost_cli import options
from fingerpost_cli.files import keep_apart, put
from fingerpost_cli.histories import last_marked, load, tracked
from fingerpost_cli.policies import choose
from fingerpost_cli.populations import Asked, Work, has_many, put_aggregates, put_csv, put_rows
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy

SUBJECTS = {one.value: one for one in Subject}


@click.command("evaluate")
@options.history_argument
@options.policy_option
@options.on_option
@options.known_on_option
@click.option(
    "--format",
    type=click.Choice(["table", "json", "csv", "parquet", "arrow"]),
    default="table",
    show_default=True,
    help="How to show it. Parquet and Arrow hold a row for each recommendation, and need -o.",
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
    "fingerpost evaluate council/ --format parquet -o monday.parquet",
    "fingerpost evaluate council/ --format parquet -o monday.parquet --memory 4GiB --resume",
    "fingerpost evaluate council/ --by school -o schools.csv",
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
    pupils: bool,
    reasons: bool,
    threads: int,
    memory: int | None,
    resume: bool,
) -> None:
    """Turn registers into the work list of a day.

    HISTORY is a folder of CSV or Parquet tables, a .json file, or - for JSON from the standard input.
    """
    keep_apart(output, history, policy_name)
    chosen = choose(policy_name)
    if by is not None or format in ("parquet", "arrow"):
        what = f"--format {format}" if by is None else "--by"
        if subject != "pupil":
            raise click.UsageError(f"{what} is about pupils: leave out --subject.")
        if daily:
            raise click.UsageError(f"--daily is a list to be read: leave out {what}.")
        if pupils and by is not None:
            raise click.UsageError("--pupils has a row for each pupil, --by numbers: leave out one of them.")
        if reasons and (pupils or by is not None):
            other = "--by" if by is not None else "--pupils"
            raise click.UsageError(f"--reasons is about recommendations: leave out {other}.")
        asked = Asked(history, chosen, on, known_on, keep_going=keep_going)
        if by is not None:
            put_aggregates(asked, by, threshold, format, output)
        else:
            put_rows(
                asked,
                format,
                output,
                Work(threads, memory, resume),
                "pupils" if pupils else "reasons" if reasons else "recommendations",
            )
        return
    if pupils:
        raise click.UsageError("--pupils needs --format parquet or arrow.")
    if reasons and format == "json":
        raise click.UsageError("--format json has the reasons in full: leave out --reasons.")
    if reasons:
        raise click.UsageError(
            "--reasons is a column of Parquet and Arrow: leave it out, or give --format parquet. "
            "In full the reasons are in --format json, and of one pupil in `fingerpost explain`."
        )
    subjects = tuple(SUBJECTS.values()) if subject == "all" else (SUBJECTS[subject],)
    if daily and format != "table":
        raise click.UsageError(f"--daily is a list to be read: leave out --format {format}.")
    if daily and Subject.PUPIL not in subjects:
        raise click.UsageError("--daily is about pupils: leave out --subject.")
    if format == "csv" and subject == "pupil" and not daily and has_many(history):
        put_csv(Asked(history, chosen, on, known_on, keep_going=keep_going), output)
        return
    data = load(history, chosen, keep_going=keep_going)
    date = on or last_marked(data)
    policy = chosen.on(date)
    there = sum(pupil.is_on_roll(date) for pupil in data.pupils.values())
    brief = format != "json"
    evaluated = evaluate_all(chosen.judged_by, data, date, known_on, subjects=subjects, brief=brief)
    with without_collection():
        decisions = tuple(tracked(evaluated, there, "Evaluating"))
    match format:
        case "json":
            text = decisions_json(decisions, policy, date, known_on)
        case "csv":
            text = decisions_csv(decisions, policy)
        case _:
            tables = Tables(decisions, policy, data, date, source=history, everything=everything)
            text = tables.daily() if daily else "\n".join(tables.of(subjects))
    put(text, output)


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
            return f"No pupil is on roll on {self.on}.\n"
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
