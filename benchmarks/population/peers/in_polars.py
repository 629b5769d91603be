"""Polars: lazy expressions on a long frame that is sorted by pupil and session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.population.calendars import Windows
from benchmarks.population.data import Batch
from benchmarks.population.peers.long_table import SETS, long_table
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, RULES, Answers


@dataclass(frozen=True)
class State:
    """The marks and the pupils as frames."""

    marks: Any
    pupils: Any
    windows: tuple[Windows, ...]


def load(batch: Batch) -> State:
    """Both frames, said to be sorted."""
    import polars as pl

    table = long_table(batch)
    marks = pl.DataFrame({"pupil": table.pupil, "session": table.session, "code": table.code})
    pupils = pl.DataFrame(
        {
            "pupil": np.arange(len(batch), dtype=np.int32),
            "first": table.compulsory_first,
            "until": table.compulsory_end,
        }
    )
    return State(marks.set_sorted("pupil"), pupils.set_sorted("pupil"), batch.calendar.windows)


def one_date(state: State) -> Answers:
    """Each window is a filter and a group-by of its own; runs are numbered on the sorted frame."""
    import polars as pl

    now = state.windows[-1]
    marks = state.marks.lazy().filter(pl.col("session") < now.until)
    is_ = {name: pl.sql_expr(condition) for name, condition in SETS.items()}

    def counted(rows: Any, **sets: str) -> Any:  # noqa: ANN401 (frames of polars)
        sums = [is_[marks].sum().cast(pl.Int32).alias(name) for name, marks in sets.items()]
        return rows.group_by("pupil").agg(sums)

    year = marks.filter(pl.col("session") >= now.year)
    weeks = (
        marks.filter((pl.col("session") >= now.weeks) & (is_["unauthorised"] | is_["missing"]))
        .join(state.pupils.lazy(), on="pupil")
        .filter((pl.col("session") >= pl.col("first")) & (pl.col("session") < pl.col("until")))
    )
    half_term, term, lately = (
        marks.filter(pl.col("session") >= start) for start in (now.half_term, now.term, now.lately)
    )
    sums = counted(
        year,
        possible="possible",
        absent="absent",
        unauthorised="unauthorised",
        illness="illness",
        holiday="holiday",
        missing="missing",
    )
    parts = [
        counted(weeks, recent="unauthorised", recent_missing="missing"),
        counted(
            half_term.filter(is_["late"] | is_["missing"]),
            late="late",
            late_missing="missing",
        ),
        counted(
            term.filter(is_["appointments"] | is_["missing"]),
            appointments="appointments",
            appointments_missing="missing",
        ),
        counted(
            lately.filter(is_["part_time"] | is_["missing"]),
            part_time="part_time",
            part_time_missing="missing",
        ),
        *_runs(year.filter(is_["counted"]), is_),
    ]
    found = state.pupils.lazy().select("pupil").join(sums, on="pupil", how="left")
    for part in parts:
        found = found.join(part, on="pupil", how="left")
    found = found.select("pupil", *(pl.col(name).fill_null(0).cast(pl.Int32) for name in COLUMNS))
    answers = found.with_columns(
        _bits(certainly=True).alias("applies"), _bits(certainly=False).alias("may_apply")
    ).sort("pupil")
    collected = answers.collect()
    return Answers(
        collected.select(COLUMNS).to_numpy().astype(np.int32),
        collected["applies"].to_numpy(),
        collected["may_apply"].to_numpy(),
    )


def _runs(counted: Any, is_: Any) -> list[Any]:  # noqa: ANN401 (frames of polars)
    """Runs of absence that reach the end, and the longest of illness, broken or continued where none is."""
    import polars as pl

    def runs(rows: Any, inside: Any) -> Any:  # noqa: ANN401
        numbered = rows.select("pupil", inside.alias("inside")).with_columns(
            pl.struct("pupil", "inside").rle_id().alias("run")
        )
        return numbered.group_by("run").agg(
            pl.col("pupil").first(), pl.col("inside").first(), pl.len().alias("length")
        )

    def longest(rows: Any, inside: Any, name: str) -> Any:  # noqa: ANN401
        return runs(rows, inside).filter("inside").group_by("pupil").agg(pl.col("length").max().alias(name))

    def current(breaks: Any, inside: Any, name: str) -> Any:  # noqa: ANN401
        last = counted.group_by("pupil").agg(
            pl.col("session").filter(breaks).max().fill_null(-1).alias("last")
        )
        return (
            counted.filter(inside)
            .join(last, on="pupil")
            .filter(pl.col("session") > pl.col("last"))
            .group_by("pupil")
            .agg(pl.len().alias(name))
        )

    absent, missing, ill = is_["absent"], is_["missing"], is_["illness"]
    unmarked = counted.filter(missing).select("pupil").unique()
    wide = longest(counted.join(unmarked, on="pupil", how="semi"), ill | missing, "wide")
    narrow = longest(counted, ill, "illness_run")
    both = narrow.join(wide, on="pupil", how="full", coalesce=True)
    return [
        current(is_["attended"] | missing, absent, "absent_run"),
        current(is_["attended"], absent | missing, "absent_run_most"),
        both.select("pupil", "illness_run", pl.coalesce("wide", "illness_run").alias("illness_run_most")),
    ]


def _bits(*, certainly: bool) -> Any:  # noqa: ANN401 (an expression of polars)
    import polars as pl

    return pl.sum_horizontal(
        pl.sql_expr(rule.holds(certainly=certainly)).cast(pl.Int64) * (1 << at)
        for at, rule in enumerate(RULES)
    )


PEER = Peer(
    title="Polars, lazy, on a long frame",
    needs=("polars",),
    start="import polars; polars.DataFrame({'a': [1]}).lazy().select('a').collect()",
    load=load,
    one_date=one_date,
    threads="2",
)
