"""What is wrong with tables is said as the other reader says it, in the line in which it stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from fingerpost import read_history, versions_of
from fingerpost.population.read import read_population
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import Diagnostic
from tests.shipped import shipped

CALENDAR = "terms:\n  - {name: Autumn, from: 2024-09-02, to: 2024-12-20}\n"
GOOD = {
    "pupil": ["P1", "P2", "P3"],
    "school": ["S1", "S1", "S1"],
    "date_of_birth": ["2015-01-15", "2014-02-03", "2015-05-05"],
    "year_group": ["5", "6", "5"],
    "start": ["2024-09-02", "2024-09-02", "2024-09-03"],
    "marks": ["/\\/\\", "II-{Y1}/", "/\\"],
}
WRONG = {
    "E0615": ("date_of_birth", "2014/02/03"),
    "E0631": ("year_group", "Y6"),
    "E0619": ("marks", "II?"),
    "E0637": ("marks", "II{Y1"),
    "E0624": ("pupil", "P1"),
    "E0617": ("date_of_birth", "2024-09-10"),
    "E0613": ("pupil", ""),
}


@cache
def words() -> Vocabulary:
    """What the national policy can use."""
    return Vocabulary.from_policies(*versions_of(shipped("england")))


def written(folder: Path, table: dict[str, list[str]]) -> Path:
    (folder / "calendar.yaml").write_text(CALENDAR)
    pq.write_table(pa.table(table), folder / "pupils.parquet")
    return folder


def said(one: Diagnostic) -> tuple[object, ...]:
    """What a problem says, and where; of the line that is shown, marks that are right may be left out."""
    assert one.span is not None
    return one.code, one.message, one.help, one.span.file, one.span.line, one.span.column


def test_what_is_right_makes_no_object_a_pupil(tmp_path: Path) -> None:
    """Nothing is kept beside the columns."""
    found, problems = read_population(written(tmp_path, GOOD), words())
    assert found is not None
    assert not [one for one in problems if one.code.startswith("E")]
    assert not found.kept
    assert len(found) == 3
    assert "Y1" in found.history.pupils["P2"].register.codes


def test_tables_by_name_are_all_that_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is looked for, also where no table lists the schools."""
    monkeypatch.chdir(tmp_path)
    found, problems = read_population({"pupils": pa.table(GOOD)}, words())
    assert [one.code for one in problems] == ["W0606"]
    assert found is not None
    assert sorted(found.schools) == ["S1"]


@pytest.mark.parametrize("code", WRONG)
def test_mistakes(code: str, tmp_path: Path) -> None:
    column, cell = WRONG[code]
    folder = written(tmp_path, {**GOOD, column: [GOOD[column][0], cell, GOOD[column][2]]})
    expected, plain = read_history(folder, words())
    found, problems = read_population(folder, words())
    assert expected is None
    assert found is None
    errors = [one for one in problems if one.code.startswith("E")]
    assert code in {one.code for one in errors}
    assert list(map(said, errors)) == [said(one) for one in plain if one.code.startswith("E")]
    assert all(one.span is not None and one.span.line == 3 for one in errors)


@pytest.mark.parametrize("code", WRONG)
def test_keeping_going(code: str, tmp_path: Path) -> None:
    column, cell = WRONG[code]
    folder = written(tmp_path, {**GOOD, column: [GOOD[column][0], cell, GOOD[column][2]]})
    expected, _ = read_history(folder, words(), keep_going=True)
    found, _ = read_population(folder, words(), keep_going=True)
    assert expected is not None
    assert found is not None
    assert found.history.pupils == expected.pupils
    assert found.digest == expected.digest


def test_a_column_that_nobody_declared(tmp_path: Path) -> None:
    folder = written(tmp_path, {**GOOD, "colour": ["red", "", ""]})
    found, problems = read_population(folder, words())
    assert found is None
    assert "E0610" in {one.code for one in problems}


def test_of_a_table_in_two_formats_one_is_read(tmp_path: Path) -> None:
    """Which one is said, since both have a name that there is."""
    folder = written(tmp_path, GOOD)
    (folder / "pupils.csv").write_text("pupil,school\nP1,S1\n")
    _, problems = read_population(folder, words())
    assert [(one.code, one.message, one.help) for one in problems if one.code == "W0609"] == [
        ("W0609", "`pupils.parquet` is not read", "`pupils.csv` is read in its place; keep one of the two")
    ]


def octets(table: dict[str, list[object]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(table), sink)
    return bytes(sink.getvalue())


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (
            {
                "a.parquet": octets({"pupil": ["P1"], "start": [""], "marks": [""], "year_group": ["5"]}),
                "b.parquet": octets({"pupil": ["P2"], "start": [""], "marks": [""], "year_group": [5]}),
            },
            "its parts do not agree: Unable to merge: Field year_group has incompatible types",
        ),
        ({}, "it is a folder without any file of Parquet"),
        ({"school=S1/part-0.parquet": b""}, "school=S1/part-0.parquet: Parquet file size is 0 bytes"),
        (
            {"old/part-0.parquet": octets({"pupil": ["P1"]})},
            "in it, `old`, that is no part of it: a folder of one of its columns is called `school=S1`",
        ),
        (
            {"0.parquet": octets({"pupil": ["P1"]}), "school=S1/0.parquet": octets({"pupil": ["P2"]})},
            "its folders do not name the same columns: `0.parquet` and `school=S1/0.parquet`",
        ),
        (
            {
                "school=S1/family=F/0.parquet": octets({"pupil": ["P1"]}),
                "school=S1/year_group=5/0.parquet": octets({"pupil": ["P2"]}),
            },
            "name the same columns: `school=S1/family=F/0.parquet` and `school=S1/year_group=5/0.parquet`",
        ),
        (
            {"school=S1/part-0.parquet": octets({"pupil": ["P1"], "school": ["S2"]})},
            "school=S1/part-0.parquet: the column `school` is in the file, and in the name of its folder",
        ),
        (
            {"marks=I/part-0.parquet": octets({"pupil": ["P1"], "start": [""], "marks": [""]})},
            "marks=I/part-0.parquet: the column `marks` is in the file, and in the name of its folder",
        ),
        (
            {"school=S1/school=S2/part-0.parquet": octets({"pupil": ["P1"]})},
            "the column `school` is in the names of two folders, one in the other",
        ),
        ({"school=%FF/0.parquet": b""}, "`%FF`, in the name of a folder in it, is not UTF-8"),
        ({"school=S1/_SUCCESS": b""}, "it is a folder without any file of Parquet"),
        ({"part-0.parquet": b"PAR1, and no more"}, "part-0.parquet: Parquet magic bytes not found in footer"),
    ],
)
def test_a_folder_in_place_of_a_table(within: dict[str, bytes], said: str, tmp_path: Path) -> None:
    """What is wrong with it is said by both readers, and of one of many parts which it is."""
    folder = tmp_path / "pupils.parquet"
    folder.mkdir()
    for name, content in within.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(content)
    expected, problems = read_history(tmp_path, words())
    found, others = read_population(tmp_path, words())
    assert expected is None
    assert found is None
    assert [str(one) for one in others] == [str(one) for one in problems]
    (problem,) = problems
    assert problem.code == "E0602"
    assert said in str(problem.help)
