"""Corrected marks in random long tables, right and wrong: both readers read them alike, whatever is known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

from fingerpost.population.read import read_population
from tests.population.tables import Rows
from tests.population.test_records import readers_agree, words, written
from tests.strategies import few

DATES = ("2024-09-04", "2024-09-05", "2024-10-11", "2024-10-15")
RECORDED = ("", "", "", "2024-09-05", "2024-09-06", "2024-10-15", "2024-10-16")
KNOWN = (None, dt.date(2024, 9, 5), dt.date(2024, 10, 15))


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Pupils and a long table, in which few sessions are marked several times."""
    wrong = draw(st.booleans())

    def one_of(*texts: str, odd: str | None = None) -> str:
        if wrong and odd is not None and draw(st.integers(0, 15)) == 15:
            return odd
        return draw(st.sampled_from(texts))

    names = [f"P{number}" for number in range(1, draw(st.integers(2, 6)))]
    pupils = [
        {
            "pupil": name,
            "school": "S1",
            "date_of_birth": one_of("2015-01-15", "", odd="2024-09-05"),
            "on_roll_from": one_of("", "", "2024-09-04", odd="2024-10-11"),
            "flag": one_of("", "yes"),
        }
        for name in names
    ]
    marks = [
        {
            "pupil": one_of(*names, odd="P99"),
            "date": one_of(*DATES, odd=one_of("2024-09-07", "soon")),
            "session": one_of("AM", "PM", odd="night"),
            "code": one_of("/", "I", "O", "#", "V", "J", odd=one_of("Q", "?", "")),
            "recorded_on": one_of(*RECORDED, odd="never"),
        }
        for _ in range(draw(st.integers(1, 25)))
    ]
    if not draw(st.booleans()):
        alone: dict[tuple[str, ...], dict[str, str]] = {}
        for row in marks:
            day = row["recorded_on"] or row["date"]
            alone.setdefault((row["pupil"], row["date"], row["session"], day), row)
        marks = list(alone.values())
    return {"pupils": pupils, "marks": marks}


@settings(max_examples=few(120), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables())
def test_corrections_are_equal(found: Rows) -> None:
    readers_agree(found, KNOWN)


def test_a_correction_makes_no_object(tmp_path: Path) -> None:
    """Who has corrected marks is in columns, and the register says all that was recorded."""
    rows: Rows = {
        "pupils": [{"pupil": "P1"}],
        "marks": [
            {"pupil": "P1", "date": "2024-09-04", "session": "AM", "code": "N", "recorded_on": ""},
            {"pupil": "P1", "date": "2024-09-04", "session": "AM", "code": "I", "recorded_on": "2024-09-06"},
            {"pupil": "P1", "date": "2024-09-04", "session": "PM", "code": "\\", "recorded_on": ""},
        ],
    }
    found, _ = read_population(written(rows, tmp_path / "tables"), words())
    assert found is not None
    assert not found.kept
    register = found.pupil(0).register
    assert register.codes == ("N", "I", "\\")
    assert register.recorded_on == (None, dt.date(2024, 9, 6), None)
