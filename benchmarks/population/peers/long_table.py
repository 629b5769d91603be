"""The marks as a long table: a row for each pupil and session, sorted; a missing mark has a row as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.data import (
    ATTENDED,
    AUTHORISED,
    MISSING,
    NUMBER,
    OFF_ROLL,
    UNAUTHORISED,
    Batch,
    Numbers,
)


@dataclass(frozen=True, slots=True)
class LongTable:
    """Columns of the long table, and of the pupils by their places."""

    pupil: Numbers
    session: NDArray[np.int16]
    code: NDArray[np.uint8]
    """The number of the code. Codes of one kind follow one another, which makes a kind a range."""
    compulsory_first: Numbers
    compulsory_end: Numbers


def long_table(batch: Batch) -> LongTable:
    """A row for each session while on roll."""
    rows, sessions = np.nonzero(batch.marks != OFF_ROLL)
    first, end = batch.compulsory_sessions()
    return LongTable(
        rows.astype(np.int32), sessions.astype(np.int16), batch.marks[rows, sessions], first, end
    )


def _from(first: str, last: str) -> tuple[tuple[int, int], ...]:
    return ((NUMBER[first], NUMBER[last]),)


def _only(*codes: str) -> tuple[tuple[int, int], ...]:
    return tuple((NUMBER[code], NUMBER[code]) for code in codes)


RANGES = {
    "attended": _from(ATTENDED[0], ATTENDED[-1]),
    "absent": _from(AUTHORISED[0], UNAUTHORISED[-1]),
    "unauthorised": _from(UNAUTHORISED[0], UNAUTHORISED[-1]),
    "possible": _from(ATTENDED[0], UNAUTHORISED[-1]),
    "missing": ((MISSING, MISSING),),
    "counted": ((MISSING, NUMBER[UNAUTHORISED[-1]]),),
    "illness": _only("I"),
    "holiday": _only("G"),
    "late": _only("L", "U"),
    "appointments": _only("M"),
    "part_time": _only("C2"),
}
"""Sets of codes as first and last numbers of ranges; `counted` are possible and missing sessions."""


def _said(first: int, last: int) -> str:
    return f"code = {first}" if first == last else f"(code >= {first} and code <= {last})"


SETS = {name: "(" + " or ".join(_said(*one) for one in ranges) + ")" for name, ranges in RANGES.items()}
"""The same as conditions in SQL."""
