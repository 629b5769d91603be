"""Work lists as workbooks: the rows of the CSV, as cells that can be sorted, filtered and trusted."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
import zipfile
from pathlib import Path
from shutil import copytree

import pytest

from fingerpost.render import workbook_lists
from fingerpost.render.csv_form import COLUMNS
from fingerpost.writers import workbook as writer
from fingerpost_cli import populations
from tests.cli.conftest import Run
from tests.engine.sheets import workbook_of

calamine = pytest.importorskip("python_calamine", reason="the extra `workbook` is not installed")
pytest.importorskip("xlsxwriter", reason="the extra `workbook` is not installed")

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "school"
ON = ("--on", "2024-11-15")
Cell = str | float | bool | dt.date


def sheet(path: Path, name: str) -> list[list[Cell]]:
    with calamine.load_workbook(str(path)) as book:
        assert book.sheet_names[1:] == ["About"]
        rows: list[list[Cell]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return rows


def written(cell: Cell) -> str:
    """A cell as it would stand in CSV."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def in_csv(text: str) -> list[list[str]]:
    """The cells of a CSV, without the apostrophes that keep them from being formulas."""
    rows = csv.reader(io.StringIO(text, newline=""))
    return [[cell.removeprefix("'") for cell in row] for row in rows]


@pytest.mark.parametrize("subject", ["pupil", "all"])
def test_the_rows_are_those_of_the_csv(run: Run, subject: str) -> None:
    asked = ("evaluate", EXAMPLE, *ON, "--subject", subject)
    result = run(*asked, "--format", "xlsx", "-o", "list.xlsx")
    assert result.exit_code == 0, result.output
    rows = sheet(Path("list.xlsx"), "Work list")
    assert [list(map(written, row)) for row in rows] == in_csv(run(*asked, "--format", "csv").stdout)
    assert f"Wrote list.xlsx: {len(rows) - 1} rows." in result.output


def test_dates_are_dates_and_year_groups_are_numbers(run: Run) -> None:
    run("evaluate", EXAMPLE, *ON, "--format", "xlsx", "-o", "list.xlsx")
    head, *rows = sheet(Path("list.xlsx"), "Work list")
    assert tuple(head) == COLUMNS
    due, year, on = (head.index(name) for name in ("due", "year_group", "on"))
    assert {type(row[due]) for row in rows if row[due]} == {dt.date}
    assert {type(row[year]) for row in rows} == {float}
    assert {row[on] for row in rows} == {dt.date(2024, 11, 15)}


def test_a_sheet_says_what_the_list_rests_on(run: Run) -> None:
    run("evaluate", EXAMPLE, *ON, "--known-on", "2024-11-14", "--format", "xlsx", "-o", "list.xlsx")
    about = {str(row[0]): str(row[1]) for row in sheet(Path("list.xlsx"), "About")}
    assert about["Work list"] == "Friday 15 November 2024"
    assert about["As it was known on"] == "Thursday 14 November 2024"
    assert about["Policy"] == "Working together to improve school attendance"
    assert about["Version"].startswith("england.attendance 2024.08 (statutory guidance")
    assert about["Records"] == str(EXAMPLE)
    assert "a person does" in about["What it is"]
    assert {f"column {name}" for name in COLUMNS} <= about.keys()


def test_the_heading_stays_in_sight_and_every_column_has_a_filter(run: Run) -> None:
    run("evaluate", EXAMPLE, *ON, "--format", "xlsx", "-o", "list.xlsx")
    with zipfile.ZipFile("list.xlsx") as archive:
        [text] = [archive.read(name).decode() for name in archive.namelist() if name.endswith("sheet1.xml")]
    rows = len(sheet(Path("list.xlsx"), "Work list"))
    assert f'<autoFilter ref="A1:W{rows}"/>' in text
    assert 'ySplit="1"' in text
    assert 'state="frozen"' in text
    assert '<formula>"overdue"</formula>' in text


def test_no_cell_becomes_a_formula_or_a_link(run: Run) -> None:
    names = {f"{sign}1+1" for sign in ("=", "+", "-", "@", "https://", "mailto:", "internal:", "{=")}
    marks = [{"from": "2024-09-04", "marks": "I" * 40}]
    pupils = [{"pupil": name, "school": "=S", "marks": marks} for name in sorted(names)]
    Path("a.json").write_text(json.dumps({"pupils": pupils}), encoding="utf-8")
    assert run("evaluate", "a.json", "--format", "xlsx", "-o", "list.xlsx").exit_code == 0
    rows = sheet(Path("list.xlsx"), "Work list")[1:]
    assert {row[2] for row in rows} == names
    assert {row[0] for row in rows} == {"=S"}
    with zipfile.ZipFile("list.xlsx") as archive:
        for part in archive.namelist():
            text = archive.read(part)
            assert b"<f>" not in text
            assert b"<f " not in text
            assert b"yperlink" not in text.replace(b"HyperlinksChanged", b"")


def test_the_same_input_gives_the_same_octets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether few pupils are decided one by one, or many in columns: by the order of ids, not of schools."""
    pytest.importorskip("pyarrow")
    marks = "".join(f"{pupil},2024-09-{day:02},AM,I\n" for pupil in ("P1", "P2") for day in range(2, 7))
    Path("council").mkdir()
    Path("council/pupils.csv").write_text("pupil,school\nP1,S2\nP2,S1\n", encoding="utf-8")
    Path("council/marks.csv").write_text(f"pupil,date,session,code\n{marks}", encoding="utf-8")
    asked = [("evaluate", "council"), ("evaluate", EXAMPLE, "--subject", "school")]
    for many in (False, True):
        monkeypatch.setattr(populations, "MANY", 1 if many else 1_000_000)
        for number, one in enumerate(asked):
            result = run(*one, "--format", "xlsx", "-o", f"{number}-{many}.xlsx")
            assert result.exit_code == 0, result.output
    for number in range(len(asked)):
        assert Path(f"{number}-False.xlsx").read_bytes() == Path(f"{number}-True.xlsx").read_bytes()


def test_numbers_by_group(run: Run) -> None:
    pytest.importorskip("pyarrow")
    for options in (
        ("-o", "numbers.xlsx"),
        ("--format", "xlsx", "-o", "numbers.xlsx"),
        ("-o", "numbers.csv"),
    ):
        assert run("evaluate", EXAMPLE, *ON, "--by", "school", *options).exit_code == 0
    rows = sheet(Path("numbers.xlsx"), "Numbers")
    expected = in_csv(Path("numbers.csv").read_text(encoding="utf-8"))
    assert [list(map(written, row)) for row in rows] == expected
    assert "yes" in {row[5] for row in rows}
    about = {str(row[0]): str(row[1]) for row in sheet(Path("numbers.xlsx"), "About")}
    assert about["What is held back"].startswith("Numbers from 1 to 9, and what")


@pytest.mark.parametrize("many", [False, True])
def test_more_rows_than_a_sheet_holds_are_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(populations, "MANY", 1 if many else 1_000_000)
    asked = ("evaluate", copytree(EXAMPLE, "school"), *ON, "--format", "xlsx", "-o", "list.xlsx")
    assert run(*asked).exit_code == 0
    before = Path("list.xlsx").read_bytes()
    rows = len(sheet(Path("list.xlsx"), "Work list")) - 1
    monkeypatch.setattr(writer, "MOST_ROWS", rows)
    assert run(*asked).exit_code == 0
    monkeypatch.setattr(writer, "MOST_ROWS", rows - 1)
    result = run(*asked)
    assert result.exit_code == 2
    assert "more rows than the 1,048,575 of a sheet: give --format csv or parquet." in result.output
    assert Path("list.xlsx").read_bytes() == before
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["list.xlsx", "school"]


def test_a_workbook_is_whole_or_as_it_was(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("list.xlsx").write_text("before", encoding="utf-8")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "_about", fails)
    result = run("evaluate", EXAMPLE, *ON, "--format", "xlsx", "-o", "list.xlsx")
    assert result.exit_code == 2
    assert "Cannot write list.xlsx: No space left on device." in result.output
    assert Path("list.xlsx").read_text(encoding="utf-8") == "before"
    assert [path.name for path in Path.cwd().iterdir()] == ["list.xlsx"]


def test_without_the_library_one_sentence_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    for options in ((), ("--by", "school"), ("--subject", "school")):
        result = run("evaluate", EXAMPLE, *ON, *options, "--format", "xlsx", "-o", "list.xlsx")
        assert result.exit_code == 2
        assert "pip install 'fingerpost[workbook]'" in result.output
    assert not list(Path.cwd().iterdir())


def test_a_text_longer_than_a_cell_shows_that_it_was_cut(tmp_path: Path) -> None:
    shown = writer.List("Long", [writer.Column("text", "a text")], [])
    assert writer.write_workbook(tmp_path / "a.xlsx", shown, [["x" * 32_767], ["y" * 32_768]]) == 2
    rows = sheet(tmp_path / "a.xlsx", "Long")
    assert rows[1:] == [["x" * 32_767], ["y" * 32_766 + "…"]]


def test_the_columns_are_those_of_the_csv() -> None:
    assert tuple(column.name for column in workbook_lists._WORK_LIST) == COLUMNS


def test_a_workbook_in_gives_what_its_tables_give(run: Run) -> None:
    """By every way that a history is read."""
    pytest.importorskip("pyarrow")
    school = Path(copytree(EXAMPLE, "school"))
    tables = {path.stem: path.read_text(encoding="utf-8") for path in sorted(school.glob("*.csv"))}
    Path("sheets").mkdir()
    workbook_of(Path("sheets/history.xlsx"), tables)
    for path in school.glob("*.yaml"):
        Path("sheets", path.name).write_bytes(path.read_bytes())
    for options in (("--format", "json"), ("--by", "school")):
        result = run("evaluate", "sheets", *ON, *options)
        assert result.exit_code == 0, result.output
        assert result.stdout == run("evaluate", "school", *ON, *options).stdout
    refused = run("evaluate", "sheets", *ON, "--format", "xlsx", "-o", "sheets/history.xlsx")
    assert "is part of what is read" in refused.output
