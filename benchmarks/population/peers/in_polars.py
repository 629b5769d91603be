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
    """One pass over all marks for what is common; what is rare is picked first and then counted."""
    import polars as pl

    now = state.windows[-1]
    session = pl.col("session")
    is_ = {name: pl.sql_expr(condition) for name, condition in SETS.items()}
    marks = state.marks.lazy().filter((session >= now.year) & (session < now.until))
    counted = marks.group_by("pupil").agg(
        *(is_[name].sum().alias(name) for name in _YEAR),
        pl.when(is_["attended"] | is_["missing"]).then(session).max().fill_null(-1).alias("last_break"),
        pl.when(is_["attended"]).then(session).max().fill_null(-1).alias("last_attended"),
    )
    of_age = (session >= now.weeks) & (session >= pl.col("first")) & (session < pl.col("until"))
    rare_marks = pl.any_horizontal(
        is_[name] for name in ("unauthorised", "late", "appointments", "part_time", "missing")
    )
    rare = (
        marks.filter(rare_marks)
        .join(state.pupils.lazy(), on="pupil")
        .group_by("pupil")
        .agg(
            (is_[marks] & window).sum().alias(name)
            for name, marks, window in (
                ("recent", "unauthorised", of_age),
                ("recent_missing", "missing", of_age),
                ("late", "late", session >= now.half_term),
                ("late_missing", "missing", session >= now.half_term),
                ("appointments", "appointments", session >= now.term),
                ("appointments_missing", "missing", session >= now.term),
                ("part_time", "part_time", session >= now.lately),
                ("part_time_missing", "missing", session >= now.lately),
            )
        )
    )
    current = (
        marks.filter(is_["absent"] | is_["missing"])
        .join(counted.select("pupil", "last_break", "last_attended"), on="pupil")
        .filter(session > pl.col("last_attended"))
        .group_by("pupil")
        .agg(
            (is_["absent"] & (session > pl.col("last_break"))).sum().alias("absent_run"),
            pl.len().alias("absent_run_most"),
        )
    )
    found = state.pupils.lazy().select("pupil")
    for part in (counted, rare, current, _longest_illness(marks.filter(is_["counted"]), is_)):
        found = found.join(part, on="pupil", how="left")
    found = found.select("pupil", *(pl.col(name).fill_null(0).cast(pl.Int32) for name in COLUMNS))
    answers = found.with_columns(
        _bits(certainly=True).alias("applies"), _bits(certainly=False).alias("may_apply")
    )
    collected = answers.sort("pupil").collect()
    return Answers(
        collected.select(COLUMNS).to_numpy().astype(np.int32),
        collected["applies"].to_numpy(),
        collected["may_apply"].to_numpy(),
    )


_YEAR = ("possible", "absent", "unauthorised", "illness", "holiday", "missing")


def _longest_illness(counted: Any, is_: Any) -> Any:  # noqa: ANN401 (frames of polars)
    """Broken by missing marks, and continued by them for those who have any: breaks number the runs."""
    import polars as pl

    def longest(rows: Any, inside: Any, name: str) -> Any:  # noqa: ANN401
        numbered = rows.with_columns((~inside).cum_sum().alias("run")).filter(inside)
        lengths = numbered.group_by("pupil", "run").agg(pl.len().alias("length"))
        return lengths.group_by("pupil").agg(pl.col("length").max().alias(name))

    ill, missing = is_["illness"], is_["missing"]
    unmarked = counted.filter(missing).select("pupil").unique()
    wide = longest(
        counted.join(unmarked, on="pupil", how="semi", maintain_order="left"), ill | missing, "wide"
    )
    both = longest(counted, ill, "illness_run").join(wide, on="pupil", how="full", coalesce=True)
    return both.select("pupil", "illness_run", pl.coalesce("wide", "illness_run").alias("illness_run_most"))


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
