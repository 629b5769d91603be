"""Columns of every kind, odd texts and torn files: both readers say the same of them, and neither breaks."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from fingerpost import read_history
from fingerpost.population.read import read_population
from fingerpost.readers.cells import FIRST_YEAR, LAST_YEAR
from fingerpost.readers.column_files import as_texts
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.policy import Policy
from tests.generate.words import HEADER, VOCABULARY
from tests.strategies import load

CALENDAR = "terms:\n  - {name: Autumn, from: 2024-09-02, to: 2024-12-20}\n"
PUPILS = {
    "pupil": ["P1", "P2", "P3"],
    "school": ["S1", "S1", "S1"],
    "date_of_birth": ["2015-01-15", "2014-02-03", "2015-05-05"],
    "start": ["2024-09-04", "2024-09-04", "2024-09-04"],
    "marks": ["/\\", "II", "/\\/\\"],
}
FACTS = {"fact": ["flag", "flag", "flag"], "value": ["yes", "no", "yes"], "pupil": ["P1", "P2", "P3"]}


@cache
def policy() -> Policy:
    return load([HEADER, VOCABULARY])


def said(one: Diagnostic) -> tuple[object, ...]:
    """What a problem says, and in which line; marks that are right may be left out of the line."""
    return one.code, one.message, one.help, one.span and (one.span.file, one.span.line)


def readers_agree(folder: Path) -> list[str]:
    """The messages of both readers of a folder, which read the same in it.

    Where there is nothing to go on with, the last of them says why, and is not among these.
    """
    words = Vocabulary.from_policies(policy())
    history, plain = read_history(folder, words, keep_going=True)
    population, problems = read_population(folder, words, keep_going=True)
    assert Counter(map(said, problems)) == Counter(map(said, plain))
    assert (history is None) == (population is None)
    if history is not None and population is not None:
        assert population.history.pupils == history.pupils
        assert population.schools == history.schools
        assert population.digest == history.digest
    assert [one.code == "W0610" for one in plain] == [history is None and one is plain[-1] for one in plain]
    return [f"{one.code} {one.message}" for one in plain if one.code != "W0610"]


def written(folder: Path, form: str = "parquet", **tables: Mapping[str, Any] | pa.Table) -> Path:
    (folder / "calendar.yaml").write_text(CALENDAR)
    for name, columns in tables.items():
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        if form == "parquet":
            pq.write_table(table, folder / f"{name}.parquet")
        else:
            with ipc.new_file(folder / f"{name}.arrow", table.schema) as file:
                file.write_table(table)
    return folder


def far(*days: int) -> pa.Array:
    """Dates so many days after 1970."""
    return pa.array(days, pa.int32()).cast(pa.date32())


def octets_as_texts(*texts: bytes) -> pa.Array:
    """Texts that may be no UTF-8."""
    column = pa.array(texts, pa.binary())
    return pa.Array.from_buffers(pa.string(), len(column), column.buffers())


KINDS = {
    "floats": pa.array([1.0, 2.5, math.nan]),
    "floats that are no whole numbers of 64 bits": pa.array([1e30, math.inf, 3.0]),
    "half floats": pa.array([1.0, 2.5, None]).cast(pa.float32()).cast(pa.float16()),
    "texts seen from afar": pa.array(["P1", "P2", None]).cast(pa.string_view()),
    "octets": pa.array(["É".encode(), b"\xc9", None], pa.binary()),
    "lists": pa.array([["a"], [], None]),
    "records": pa.array([{"a": 1}, {"a": 2}, None]),
    "dates beyond years": far(2_932_897, -800_000, -(2**31)),
    "first and last dates": pa.array([dt.date.min, dt.date.max, dt.date(2015, 1, 15)]),
    "a clock of nowhere": pa.array([0, 86_400, None], pa.timestamp("s", "No/Where")),
    "the least of times": pa.array([-(2**63) + 1, 2**63 - 1, 0], pa.timestamp("ns")),
    "nothing": pa.nulls(3),
}
COLUMNS = ("pupil", "date_of_birth", "year_group", "start", "marks", "remark", "flag", "family")


@pytest.mark.parametrize("form", ["parquet", "arrow"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_any_kind_is_read_alike(kind: str, form: str, tmp_path: Path) -> None:
    for name in COLUMNS:
        (tmp_path / name).mkdir()
        readers_agree(written(tmp_path / name, form, pupils={**PUPILS, name: KINDS[kind]}))
    for name in ("from", "until", "recorded_on", "value"):
        (tmp_path / f"facts {name}").mkdir()
        facts = {**FACTS, name: KINDS[kind]}
        readers_agree(written(tmp_path / f"facts {name}", form, pupils=PUPILS, facts=facts))


def test_a_number_is_written_alike_whatever_stands_beside_it() -> None:
    assert as_texts(pa.array([1.0, 2.5, 1e30, -0.0])).to_pylist() == ["1", "2.5", "1e+30", "0"]
    assert as_texts(pa.array([1.0])).to_pylist() == ["1"]


def test_a_midnight_is_a_date_by_the_clock_of_its_time_zone() -> None:
    times = [dt.datetime(2015, 7, 14, 23, tzinfo=dt.UTC), dt.datetime(2015, 1, 1, 9, tzinfo=dt.UTC)]
    column = as_texts(pa.array(times, pa.timestamp("s", "Europe/London")))
    assert column.to_pylist() == ["2015-07-15", "2015-01-01 09:00:00"]


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x0b", "\x1c", "\x85", "\u2028", "\u202e"])
@pytest.mark.parametrize("column", ["pupil", "remark"])
def test_what_no_text_has_is_refused_in_every_form(sign: str, column: str, tmp_path: Path) -> None:
    """Also at the end of a cell, and it never ends a row."""
    for place, text in (("in", f"a{sign}b"), ("end", f"a{sign}")):
        table = {**PUPILS, column: ["P1", text, "P3"]}
        for form in ("parquet", "arrow", "csv"):
            folder = tmp_path / f"{place} {form}"
            folder.mkdir()
            if form == "csv":
                rows = [",".join(table), *map(",".join, zip(*table.values(), strict=True))]
                (folder / "pupils.csv").write_bytes("\n".join([*rows, ""]).encode())
            else:
                written(folder, form, pupils=table)
            assert readers_agree(folder) == [f"E0604 a character that no text has (U+{ord(sign):04X})"]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_line_end_inside_a_cell_ends_no_row(end: str, tmp_path: Path) -> None:
    """And what is wrong below it stands in the same line for both readers."""
    births = ["2015-01-15", "2014-02-03", "wrong"]
    readers_agree(
        written(tmp_path, pupils={**PUPILS, "remark": ["a", f"b{end}c", ""], "date_of_birth": births})
    )
    words = Vocabulary.from_policies(policy())
    found, _ = read_population(tmp_path, words, keep_going=True)
    assert found is not None
    assert found.history.pupils["P2"].facts["remark"][0].value == f"b{end}c"


@pytest.mark.parametrize("column", ["pupil", "remark", "marks"])
def test_texts_that_are_no_utf_8_are_refused(column: str, tmp_path: Path) -> None:
    wrong = {**PUPILS, column: octets_as_texts(b"P1", b"P\xe9", b"P3")}
    assert readers_agree(written(tmp_path, pupils=wrong)) == [
        f"E0603 the column `{column}` holds what is not UTF-8"
    ]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ((" pupil ", "school", " date_of_birth"), None),
        (("pupil", "pupil", "date_of_birth"), "E0611"),
        (("pupil", "school", "school "), "E0611"),
        (("Pupil", "school", "date_of_birth"), "E0608"),
        (("pupil", "", "date_of_birth"), "E0609"),
    ],
)
def test_headers(names: tuple[str, ...], code: str | None, tmp_path: Path) -> None:
    rows = [["P1", "P2"], ["S1", "S1"], ["2015-01-15", "2014-02-03"]]
    table = pa.Table.from_arrays(list(map(pa.array, rows)), names=list(names))
    for form in ("parquet", "arrow"):
        (tmp_path / form).mkdir()
        found = readers_agree(written(tmp_path / form, form, pupils=table))
        assert code is None or code in {one[:5] for one in found}
    (tmp_path / "csv").mkdir()
    cells = [",".join(names), *map(",".join, zip(*rows, strict=True))]
    (tmp_path / "csv" / "pupils.csv").write_text("\n".join([*cells, ""]))
    assert bool(readers_agree(tmp_path / "csv")) == (code is not None)


def test_a_table_without_columns_is_refused(tmp_path: Path) -> None:
    assert readers_agree(written(tmp_path, pupils={})) == ["E0605 the table has no columns"]


HEADER_LINE = "pupil,school,date_of_birth,remark,start,marks\n"


@pytest.mark.parametrize(
    "lines",
    [
        'P1,S1,2015-01-15,"a\nb",2024-09-04,/\nP2,S1,wrong,,,\n',
        'P1,S1,2015-01-15,"a"b,2024-09-04,/\n',
        'P1,S1,2015-01-15,"a ""b"", c",2024-09-04,/\nP2,S1,wrong,,,\n',
        f"P1,S1,2015-01-15,{'x' * 140_000},2024-09-04,/\n",
    ],
    ids=["a line end", "a torn quotation", "a quotation", "a long cell"],
)
def test_cells_of_csv(lines: str, tmp_path: Path) -> None:
    (tmp_path / "pupils.csv").write_text(HEADER_LINE + lines)
    (tmp_path / "calendar.yaml").write_text(CALENDAR)
    readers_agree(tmp_path)


def test_marks_do_not_run_past_the_last_date(tmp_path: Path) -> None:
    """Without a calendar, as with one: there is no date after 2100."""
    (tmp_path / "pupils.csv").write_text(
        f"pupil,start,marks\nP1,{LAST_YEAR}-12-30,//////\nP2,{FIRST_YEAR}-01-02,/\n"
    )
    words = Vocabulary.from_policies(policy())
    found, problems = read_population(tmp_path, words)
    assert found is None
    assert "E0637" in {one.code for one in problems}
