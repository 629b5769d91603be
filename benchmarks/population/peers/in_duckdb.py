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
    days = {"day": np.array([one.day for one in batch.calendar.windows], dtype=np.int32)}
    connection.register("given_marks", marks)
    connection.register("given_pupils", pupils)
    connection.execute("create table marks as select * from given_marks")
    connection.execute("create table pupils as select * from given_pupils")
    for window in ("until", "weeks", "half_term", "term", "lately"):
        name = "day_until" if window == "until" else f"{window}_from"
        days[name] = np.array([getattr(one, window) for one in batch.calendar.windows], dtype=np.int32)
    connection.register("given_days", days)
    connection.execute("create table days as select * from given_days")
    connection.unregister("given_days")
    connection.unregister("given_marks")
    connection.unregister("given_pupils")
    return State(connection, batch.calendar.windows)


_YEAR = ("possible", "absent", "unauthorised", "illness", "holiday", "missing")


def _of_year() -> str:
    """The counts of the year, of the rows by code."""
    return ",\n  ".join(f"coalesce(sum(n) filter ({SETS[name]}), 0)::int as {name}" for name in _YEAR)


def _of_rare_marks(now: Windows) -> str:
    """The counts in other windows than the year, all of marks that few sessions have."""
    of_age = f"session >= {now.weeks} and session >= first and session < until"
    windows = {
        "recent": ("unauthorised", of_age),
        "late": ("late", f"session >= {now.half_term}"),
        "appointments": ("appointments", f"session >= {now.term}"),
        "part_time": ("part_time", f"session >= {now.lately}"),
    }
    return ",\n  ".join(
        f"count(*) filter ({window} and {SETS[counted]}) as {column}"
        for name, (marks, window) in windows.items()
        for column, counted in ((name, marks), (f"{name}_missing", "missing"))
    )


def _as_bits(*, certainly: bool) -> str:
    """Which rules apply, or may, as the bits of one number."""
    return " + ".join(
        f"(case when {rule.holds(certainly=certainly)} then {1 << at} else 0 end)"
        for at, rule in enumerate(RULES)
    )


def one_date_sql(now: Windows) -> str:
    """One pass over all marks, by pupil and code; all else looks at the few rows that matter to it.

    A session's place among those that count is its number less the rare ones before it that do not: runs are
    found without numbering all rows. Missing marks are thought away only for the few pupils who have any.
    """
    is_ = SETS
    year = f"session >= {now.year} and session < {now.until}"
    is_rare = " or ".join(
        is_[name] for name in ("unauthorised", "late", "appointments", "part_time", "missing")
    )
    sparse = [name for name in COLUMNS if name not in (*_YEAR, "illness_run_most")]
    return f"""
with by_code as (
  select pupil, code, count(*) as n, max(session) as last from marks where {year} group by pupil, code),
counted as materialized (
  select pupil, {_of_year()},
  coalesce(max(last) filter ({is_["attended"]} or {is_["missing"]}), -1) as last_break,
  coalesce(max(last) filter ({is_["attended"]}), -1) as last_attended,
  max(last) as last_of_all
  from by_code group by pupil),
rare as (
  select pupil, {_of_rare_marks(now)}
  from marks join pupils using (pupil)
  where session >= {min(now.weeks, now.half_term, now.term, now.lately)} and session < {now.until}
  and ({is_rare}) group by pupil),
current_runs as (
  select pupil,
  count(*) filter (session > last_break and {is_["absent"]}) as absent_run,
  count(*) as absent_run_most
  from marks join (
    select pupil, last_break, last_attended from counted where last_of_all > last_attended) using (pupil)
  where {year} and session > last_attended and ({is_["absent"]} or {is_["missing"]}) group by pupil),
placed as materialized (
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
  select pupil, {", ".join(_YEAR)}, {", ".join(f"coalesce({name}, 0) as {name}" for name in sparse)},
  coalesce(longest_wide, illness_run, 0) as illness_run_most
  from counted left join rare using (pupil) left join current_runs using (pupil)
  left join longest using (pupil) left join widest using (pupil))
select pupil, {", ".join(COLUMNS)}, {_as_bits(certainly=True)} as applies,
  {_as_bits(certainly=False)} as may_apply
from found order by pupil"""  # noqa: S608 (our own numbers and names)


def one_date(state: State) -> Answers:
    """The measures and rules in one statement."""
    found = state.connection.execute(one_date_sql(state.windows[-1])).fetchnumpy()
    counts = np.stack([found[name] for name in COLUMNS], axis=1).astype(np.int32)
    return Answers(counts, found["applies"].astype(np.int64), found["may_apply"].astype(np.int64))


_DAILY = (
    ("possible", "possible", "year"),
    ("absent", "absent", "year"),
    ("unauthorised", "unauthorised", "year"),
    ("illness", "illness", "year"),
    ("holiday", "holiday", "year"),
    ("missing", "missing", "year"),
    ("recent", "unauthorised_of_age", "weeks"),
    ("recent_missing", "missing_of_age", "weeks"),
    ("late", "late", "half_term"),
    ("late_missing", "missing", "half_term"),
    ("appointments", "appointments", "term"),
    ("appointments_missing", "missing", "term"),
    ("part_time", "part_time", "lately"),
    ("part_time_missing", "missing", "lately"),
)
"""By count: of which running total it is the difference, over which window."""


def every_day_sql() -> str:
    """Running totals by pupil; each day joined to those at its end and before each window's first session.

    The year begins with the first session, so that nothing is before it.
    """
    is_ = SETS
    of_age = "session >= first and session < until"
    sets = {
        **{name: is_[name] for name in (*_YEAR, "late", "appointments", "part_time")},
        "unauthorised_of_age": f"{is_['unauthorised']} and {of_age}",
        "missing_of_age": f"{is_['missing']} and {of_age}",
        "unsound": f"{is_['illness']} or {is_['missing']}",
        "away": f"{is_['absent']} or {is_['missing']}",
    }
    totals = ",\n  ".join(f"count(*) filter ({said}) over sofar as {name}" for name, said in sets.items())
    not_ill = f"{is_['possible']} and not {is_['illness']}"
    runs = ",\n  ".join(
        f"{total} - coalesce(max({total}) filter ({breaks}) over sofar, 0) as {name}"
        for name, total, breaks in (
            ("absent_run", "absent", f"{is_['attended']} or {is_['missing']}"),
            ("absent_run_most", "away", is_["attended"]),
            ("ill", "illness", f"({not_ill}) or {is_['missing']}"),
            ("ill_most", "unsound", not_ill),
        )
    )
    sofar = "window sofar as (partition by pupil order by session rows unbounded preceding)"
    counts = ",\n  ".join(
        f"coalesce(now.{total}, 0)"
        + ("" if window == "year" else f" - coalesce({window}.{total}, 0)")
        + f" as {name}"
        for name, total, window in _DAILY
    )
    joins = "\n  ".join(
        f"left join running as {window} on {window}.pupil = pupils.pupil "
        f"and {window}.session = days.{window}_from - 1"
        for window in ("weeks", "half_term", "term", "lately")
    )
    last = ", ".join(f"coalesce(now.{name}, 0) as {name}" for name in COLUMNS[-4:])
    return f"""
with totals as (
  select pupil, session, code, {totals} from marks join pupils using (pupil) {sofar}),
runs as (select *, {runs} from totals {sofar}),
running as materialized (
  select *, max(ill) over sofar as illness_run, max(ill_most) over sofar as illness_run_most
  from runs {sofar}),
found as (
  select pupils.pupil, days.day, {counts}, {last}
  from pupils cross join days
  left join running as now on now.pupil = pupils.pupil and now.session = days.day_until - 1
  {joins})
select {_as_bits(certainly=True)} as applies,
  {_as_bits(certainly=False)} as may_apply from found order by pupil, day"""  # noqa: S608 (our own numbers and names)


def every_day(state: State) -> Answers:
    """The rules as on every school day in one statement."""
    found = state.connection.execute(every_day_sql()).fetchnumpy()
    return Answers(None, found["applies"].astype(np.int64), found["may_apply"].astype(np.int64))


PEER = Peer(
    title="DuckDB, SQL on a long table",
    needs=("duckdb",),
    start="import duckdb; duckdb.connect().execute('select 1').fetchall()",
    load=load,
    one_date=one_date,
    every_day=every_day,
    threads="2",
)
