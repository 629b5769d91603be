"""pandas: filters and group-bys on a long frame that is sorted by pupil and session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np

from benchmarks.population.calendars import Windows
from benchmarks.population.data import Batch
from benchmarks.population.peers.long_table import RANGES, long_table
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, RULES, Answers


@dataclass(frozen=True)
class State:
    """The marks and the pupils as frames."""

    marks: Any
    pupils: Any
    windows: tuple[Windows, ...]


def load(batch: Batch) -> State:
    """Both frames."""
    import pandas as pd

    table = long_table(batch)
    marks = pd.DataFrame({"pupil": table.pupil, "session": table.session, "code": table.code})
    pupils = pd.DataFrame({"first": table.compulsory_first, "until": table.compulsory_end})
    return State(marks, pupils, batch.calendar.windows)


def one_date(state: State) -> Answers:
    """What is rare is picked first and then counted; a count is a `value_counts` of pupils."""
    import pandas as pd

    now = state.windows[-1]
    marks = state.marks
    marks = marks[(marks.session >= now.year) & (marks.session < now.until)]
    found = pd.DataFrame(0, index=state.pupils.index, columns=list(COLUMNS))
    is_ = {name: _in(marks.code, ranges) for name, ranges in RANGES.items()}

    def count(name: str, rows: Any) -> None:  # noqa: ANN401 (frames of pandas)
        found[name] = rows.pupil.value_counts(sort=False).reindex(found.index, fill_value=0)

    for name in ("possible", "absent", "unauthorised", "illness", "holiday", "missing"):
        count(name, marks[is_[name]])
    late, unmarked = marks[is_["late"]], marks[is_["missing"]]
    appointments, part_time = marks[is_["appointments"]], marks[is_["part_time"]]
    for name, rows, start in (
        ("late", late, now.half_term),
        ("late_missing", unmarked, now.half_term),
        ("appointments", appointments, now.term),
        ("appointments_missing", unmarked, now.term),
        ("part_time", part_time, now.lately),
        ("part_time_missing", unmarked, now.lately),
    ):
        count(name, rows[rows.session >= start])
    for name, rows in (("recent", marks[is_["unauthorised"]]), ("recent_missing", unmarked)):
        weeks = rows[rows.session >= now.weeks].join(state.pupils, on="pupil")
        count(name, weeks[(weeks.session >= weeks["first"]) & (weeks.session < weeks.until)])

    for name, breaks, inside in (
        ("absent_run", is_["attended"] | is_["missing"], is_["absent"]),
        ("absent_run_most", is_["attended"], is_["absent"] | is_["missing"]),
    ):
        last = marks[breaks].groupby("pupil", sort=False).session.max()
        rows = marks[inside]
        count(name, rows[rows.session > rows.pupil.map(last).fillna(-1)])

    counted = marks[is_["counted"]]
    ill, without = is_["illness"][is_["counted"]], is_["missing"][is_["counted"]]
    found["illness_run"] = _longest(counted, ill).reindex(found.index, fill_value=0)
    found["illness_run_most"] = found.illness_run
    some = counted.pupil.isin(unmarked.pupil.unique())
    wide = _longest(counted[some], (ill | without)[some])
    found.loc[wide.index, "illness_run_most"] = wide

    bits = [
        sum(
            found.eval(rule.holds(certainly=certainly)).astype("int64") * (1 << at)
            for at, rule in enumerate(RULES)
        ).to_numpy()
        for certainly in (True, False)
    ]
    return Answers(found[list(COLUMNS)].to_numpy(dtype=np.int32), *bits)


def _in(code: Any, ranges: tuple[tuple[int, int], ...]) -> Any:  # noqa: ANN401 (columns of pandas)
    first, *more = (code == low if low == high else code.between(low, high) for low, high in ranges)
    return reduce(or_, more, first)


def _longest(counted: Any, inside: Any) -> Any:  # noqa: ANN401 (frames of pandas)
    """By pupil, the most rows inside without another between them: each break begins a new number."""
    run = (~inside).cumsum()[inside]
    pupil = counted.pupil[inside]
    lengths = pupil.groupby([pupil, run], sort=False).size()
    return lengths.groupby(level=0, sort=False).max()


PEER = Peer(
    title="pandas on a long frame",
    needs=("pandas",),
    start="import pandas; pandas.DataFrame({'a': [1]}).sum()",
    load=load,
    one_date=one_date,
)
