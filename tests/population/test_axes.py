"""Axes of schools that are laid out together are those that are laid out one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from fingerpost.population import table_records
from fingerpost.population.population import Population
from fingerpost.population.read import read_population
from fingerpost.population.table_records import TableRecords
from tests.population.tables import Rows
from tests.population.test_records import policy, words, written

MARKS = {
    "A": "2024-09-04 AM /, 2024-09-04 PM \\",
    "B": "2024-09-04 PM \\, 2024-09-04 AM /",
    "C": "2024-09-04 AM /, 2024-09-05 AM /",
    "D": "2024-09-04 AM /, 2024-09-04 PM \\, 2024-09-05 AM / on 2024-09-09",
    "E": "2024-09-04 AM /, 2024-09-04 PM I on 2024-09-05, 2024-09-04 PM \\ on 2024-09-12",
    "F": "",
}
"""By school, the marks of its first pupil; the second one's are those of school A."""


def schools(tmp_path: Path, second: Mapping[str, str] = {}) -> Population:
    """Two pupils at each school."""
    pupils, marks = [], []
    for school, text in MARKS.items():
        for number, own in enumerate((text, second.get(school, ""))):
            name = f"{school}{number}"
            pupils.append({"pupil": name, "school": school})
            for mark in own.split(", ") if own else []:
                said, _, recorded = mark.partition(" on ")
                date, session, code = said.split(" ")
                marks.append(
                    {"pupil": name, "date": date, "session": session, "code": code, "recorded_on": recorded}
                )
    rows: Rows = {"pupils": pupils, "marks": marks}
    found, problems = read_population(written(rows, tmp_path / "tables"), words())
    assert found is not None, problems
    return found


@pytest.mark.parametrize("looked_at_first", [1, 32])
@pytest.mark.parametrize("known_on", [None, dt.date(2024, 9, 4), dt.date(2024, 9, 10)])
@pytest.mark.parametrize(
    "second", [{}, {"B": "2024-09-05 AM /"}, {"C": "2024-09-04 PM \\"}, {"F": MARKS["A"]}]
)
def test_axes_are_the_same(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    known_on: dt.date | None,
    second: dict[str, str],
    looked_at_first: int,
) -> None:
    """Also where the first pupils of a school do not have marks in all its sessions."""
    monkeypatch.setattr(table_records, "_LOOKED_AT_FIRST", looked_at_first)
    population = schools(tmp_path, second)
    together, alone = (TableRecords(policy(), population, known_on) for _ in range(2))
    together.lay_out_axes()
    for school in MARKS:
        axis, expected = together.axis(school), alone.axis(school)
        assert axis.slots == expected.slots
        assert axis.taken == expected.taken
        assert axis.complete_from == expected.complete_from
        assert axis.calendar.open_slots == expected.calendar.open_slots
    for one in MARKS:
        for other in MARKS:
            same = alone.axis(one) is alone.axis(other)
            assert (together.axis(one) is together.axis(other)) is same, (one, other)
    is_another = "B" in second and known_on != dt.date(2024, 9, 4)  # when its second day was still to come
    assert (together.axis("A") is together.axis("B")) is not is_another
    assert (together.axis("A") is together.axis("F")) is ("F" in second)
