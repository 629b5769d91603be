"""DuckDB: SQL on a long table that is in memory."""

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
    """A connection whose tables hold the batch."""

    connection: Any
    windows: tuple[Windows, ...]


def load(batch: Batch) -> State:
    """`marks` (pupil, session, code), sorted, and `pupils`."""
    import duckdb

    table = long_table(batch)
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    marks = {"pupil": table.pupil, "session": table.session, "code": table.code}
    pupils = {
        "pupil": np.arange(len(batch), dtype=np.int32),
        "first": table.compulsory_first,
        "until": table.compulsory_end,
    }
    connection.register("given_marks", marks)
    connection.register("given_pupils", pupils)
    connection.execute("create table marks as select * from given_marks")
    connection.execute("create table pupils as select * from given_pupils")
    connection.unregister("given_marks")
    connection.unregister("given_pupils")
    return State(connection, batch.calendar.windows)


def _counts(*asked: tuple[str, str, int]) -> str:
    """The rows in some sets of codes from a session on."""
    return ",\n  ".join(
        f"count(*) filter (session >= {start} and {SETS[marks]}) as {name}" for name, marks, start in asked
    )


def one_date_sql(now: Windows) -> str:
    """One pass over all marks for what is common, further ones over the few rows that matter to the rest.

    A session's place among those that count is its number less the rare ones before it that do not: runs are
    found without numbering all rows. Missing marks are thought away only for the few pupils who have any.
    """
    is_ = SETS
    year = f"session >= {now.year} and session < {now.until}"
    counts = _counts(
        ("possible", "possible", now.year),
        ("absent", "absent", now.year),
        ("unauthorised", "unauthorised", now.year),
        ("illness", "illness", now.year),
        ("holiday", "holiday", now.year),
        ("missing", "missing", now.year),
        ("late", "late", now.half_term),
        ("late_missing", "missing", now.half_term),
        ("appointments", "appointments", now.term),
        ("appointments_missing", "missing", now.term),
        ("part_time", "part_time", now.lately),
        ("part_time_missing", "missing", now.lately),
    )
    recent = _counts(("recent", "unauthorised", now.weeks), ("recent_missing", "missing", now.weeks))
    bits = {
        certainly: " + ".join(
            f"(case when {rule.holds(certainly=certainly)} then {1 << at} else 0 end)"
            for at, rule in enumerate(RULES)
        )
        for certainly in (True, False)
    }
    sparse = ("recent", "recent_missing", "absent_run", "absent_run_most", "illness_run")
    common = ", ".join(name for name in COLUMNS if name not in (*sparse, "illness_run_most"))
    return f"""
with counted as (
  select pupil, {counts},
  coalesce(max(session) filter ({is_["attended"]} or {is_["missing"]}), -1) as last_break,
  coalesce(max(session) filter ({is_["attended"]}), -1) as last_attended
  from marks where {year} group by pupil),
recent_counts as (
  select pupil, {recent} from marks join pupils using (pupil)
  where session >= {now.weeks} and session < {now.until} and ({is_["unauthorised"]} or {is_["missing"]})
  and session >= first and session < until group by pupil),
current_runs as (
  select pupil,
  count(*) filter (session > last_break and {is_["absent"]}) as absent_run,
  count(*) as absent_run_most
  from marks join (select pupil, last_break, last_attended from counted) using (pupil)
  where {year} and session > last_attended and ({is_["absent"]} or {is_["missing"]}) group by pupil),
placed as (
  select pupil, code,
  session - count(*) filter (not {is_["counted"]}) over (partition by pupil order by session) as place
  from marks where {year} and ({is_["illness"]} or {is_["missing"]} or not {is_["counted"]})),
stretches as (
  select pupil, count(*) as length from (
    select pupil, place - row_number() over (partition by pupil order by place) as stretch
    from placed where {is_["illness"]})
  group by pupil, stretch),
longest as (select pupil, max(length) as illness_run from stretches group by pupil),
wide_stretches as (
  select pupil, count(*) as length from (
    select pupil, place - row_number() over (partition by pupil order by place) as stretch
    from placed semi join (select pupil from counted where missing > 0) using (pupil)
    where {is_["illness"]} or {is_["missing"]})
  group by pupil, stretch),
widest as (select pupil, max(length) as longest_wide from wide_stretches group by pupil),
found as (
  select pupil, {common}, {", ".join(f"coalesce({name}, 0) as {name}" for name in sparse)},
  coalesce(longest_wide, illness_run, 0) as illness_run_most
  from counted left join recent_counts using (pupil) left join current_runs using (pupil)
  left join longest using (pupil) left join widest using (pupil))
select pupil, {", ".join(COLUMNS)}, {bits[True]} as applies, {bits[False]} as may_apply
from found order by pupil"""  # noqa: S608 (our own numbers and names)


def one_date(state: State) -> Answers:
    """The measures and rules in one statement."""
    found = state.connection.execute(one_date_sql(state.windows[-1])).fetchnumpy()
    counts = np.stack([found[name] for name in COLUMNS], axis=1).astype(np.int32)
    return Answers(counts, found["applies"].astype(np.int64), found["may_apply"].astype(np.int64))


PEER = Peer(
    title="DuckDB, SQL on a long table",
    needs=("duckdb",),
    start="import duckdb; duckdb.connect().execute('select 1').fetchall()",
    load=load,
    one_date=one_date,
    threads="2",
)
