"""The population evaluator under Apache Spark, for what one machine does not hold: record batches in and out.

The rows of a school, whatever table they stand in, go to one task (`mapInArrow`), which reads and judges them
as `read_population` and `results` do on one machine. Nothing is evaluated in another way, so that the rows
are the same. It is worth it where the data lie in a Spark platform already, or are more than fit into one
machine's memory; a machine with two processors judges a council in a minute.

Schools are divided, so that a fact about a family is known at the school at which it is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from fingerpost.arrow import Columns, MissingExtraError, Module, arrow
from fingerpost.history import CalendarData, Completeness
from fingerpost.policies import load_policy, versions_of
from fingerpost.population.read import read_population
from fingerpost.population.result_columns import PUPILS, REASONS, RECOMMENDATIONS
from fingerpost.population.results import results
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import report
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

Frame = Any
"""A data frame of pyspark."""

_LONGEST = 1 << 26
"""Octets that are parsed together; a line is never longer."""
_SQL = {"text": "string", "number": "int", "date": "date", "yes or no": "boolean"}


def spark(part: str) -> Module:
    """A part of the package `pyspark`. Raises MissingExtraError, whose text is what a person should read."""
    try:
        return import_module(f"pyspark.{part}")
    except ImportError as error:
        raise MissingExtraError(
            "To work under Spark needs pyspark and Java: install it with `pip install 'fingerpost[spark]'`."
        ) from error


def evaluate_frames(
    tables: Mapping[str, Frame],
    policy: str,
    on: dt.date,
    *,
    known_on: dt.date | None = None,
    calendars: Mapping[str, CalendarData] | None = None,
    complete: Completeness | None = None,
    pupils: bool = False,
    reasons: bool = False,
    tasks: int | None = None,
) -> Frame:
    """A row for each recommendation, or with `pupils` for each pupil, as a data frame.

    With `reasons` each recommendation has the code of its reason.

    `tables` are data frames by the names of the tables of docs/data-formats.md: `pupils` (with `start` and
    `marks`, or a table `marks`), and if there are any `parents`, `facts`, `events`, `schools`. `policy` is
    what `load_policy` takes, and is loaded where the work is done: Fingerpost has to be installed there.
    `calendars` and `complete` are as in `read_population`. `tasks` says into how many parts schools are
    divided; Spark's own number of shuffle partitions if not given.

    What is wrong with data ends the job, with the messages of `read_population`. Raises MissingExtraError.
    """
    named = {name: tuple(frame.columns) for name, frame in tables.items()}
    asked = _Asked(named, policy, on, known_on, dict(calendars or {}), complete, pupils, reasons)
    recommendations = REASONS if reasons else RECOMMENDATIONS
    columns = PUPILS if pupils else recommendations
    schema = ", ".join(f"`{name}` {_SQL[kind]}" for name, kind in columns.items())
    divided = _divided(tables)
    parts = divided.repartition(tasks, "school") if tasks else divided.repartition("school")
    return parts.mapInArrow(asked.evaluate, schema)


def _divided(tables: Mapping[str, Frame]) -> Frame:
    """The rows of all tables in one: of which school each is, of which table, and its columns as JSON."""
    functions = spark("sql.functions")
    everybody = tables["pupils"]
    named = "school" in everybody.columns
    school = functions.coalesce(functions.col("school").cast("string"), functions.lit(""))
    whose = everybody.select("pupil", (school if named else functions.lit("")).alias("_school"))
    found = None
    for name, frame in tables.items():
        if "pupil" in frame.columns and name != "pupils":
            placed = frame.join(whose, "pupil", "left")
        elif "school" in frame.columns:
            placed = frame.withColumn("_school", school)
        else:
            placed = frame.withColumn("_school", functions.lit(""))
        texts = [functions.col(column).cast("string").alias(column) for column in frame.columns]
        rows = placed.select(
            functions.coalesce("_school", functions.lit("")).alias("school"),
            functions.lit(name).alias("part"),
            functions.to_json(functions.struct(*texts)).alias("columns"),
        )
        found = rows if found is None else found.union(rows)
    return found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What each task is told."""

    columns: dict[str, tuple[str, ...]]
    """The names of the columns of each table."""
    policy: str
    on: dt.date
    known_on: dt.date | None
    calendars: dict[str, CalendarData]
    complete: Completeness | None
    pupils: bool
    reasons: bool

    def evaluate(self, batches: Iterator[Columns]) -> Iterator[Columns]:
        """The rows of some schools as rows of results."""
        given = list(batches)
        tables = self._tables(arrow().Table.from_batches(given)) if given else {}
        if "pupils" not in tables:
            return
        policy, vocabulary = _loaded(self.policy)
        there = {"", *(school for one in given for school in one.column("school").unique().to_pylist())}
        calendars = {name: data for name, data in self.calendars.items() if name in there}
        population, found = read_population(tables, vocabulary, calendars=calendars, complete=self.complete)
        if population is None:
            raise ValueError(f"The data cannot be used: {report.summary(found)}.\n{report.text(found)}")
        session = population.session(policy, self.on, self.known_on)
        for result in results(population, session, reasons=self.reasons):
            table = result.pupils if self.pupils else result.recommendations
            yield from table.replace_schema_metadata(None).to_batches()

    def _tables(self, rows: Columns) -> dict[str, Columns]:
        """The tables that were divided, their columns as texts."""
        pa, pc, json = arrow(), arrow("compute"), arrow("json")
        found = {}
        for name in pc.unique(rows.column("part")).to_pylist():
            lines = rows.filter(pc.equal(rows.column("part"), name)).column("columns").to_pylist()
            texts = pa.schema([(column, pa.string()) for column in self.columns[name]])
            found[name] = json.read_json(
                pa.BufferReader("\n".join(lines).encode()),
                read_options=json.ReadOptions(block_size=_LONGEST),
                parse_options=json.ParseOptions(explicit_schema=texts, newlines_in_values=False),
            )
        return found


@cache
def _loaded(name: str) -> tuple[Policy | PolicyFamily, Vocabulary]:
    """A policy and its words, once in each of Spark's Python workers."""
    policy = load_policy(name)
    return policy, Vocabulary.from_policies(*versions_of(policy))
