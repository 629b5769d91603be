"""Workbooks as histories: what each cell says, what is refused and where, and no file is a surprise."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.history import History
from fingerpost.readers import read_history, workbook_parts
from fingerpost.readers.workbook_parts import parts_of_workbook
from fingerpost.writers import to_tables
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.report import text as shown
from tests.engine.generated import histories
from tests.engine.sheets import Book, workbook, workbook_of
from tests.engine.words import words

pytest.importorskip("python_calamine", reason="the extra `workbook` is not installed")
pytest.importorskip("xlsxwriter", reason="the extra `workbook` is not installed")

PUPILS = "pupil,date_of_birth,year_group\nP1,2015-01-15,5\nP2,2014-02-01,6\n"
MARKS = "pupil,date,session,code\nP1,2024-09-04,AM,/\nP2,2024-09-04,AM,I\n"
TABLES = {"pupils": PUPILS, "marks": MARKS}

Put = Callable[[Any, Any], None]
"""Writes into a sheet of a workbook."""
Read = tuple[History | None, tuple[Diagnostic, ...]]


def read(path: Path, *, keep_going: bool = False) -> Read:
    return read_history(path, words(), keep_going=keep_going)


def good(path: Path) -> History:
    history, found = read(path)
    assert found == (), shown(found)
    assert history is not None
    return history


def places(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, int, int]]:
    """Of each problem its code, the sheet, and its row and column."""
    return [
        (one.code, one.span.file.rpartition(", sheet ")[2], one.span.line, one.span.column)
        for one in found
        if one.span
    ]


# --- the same history ---------------------------------------------------------------------------------------


@settings(max_examples=settings().max_examples // 5)
@given(histories(), st.booleans())
def test_a_history_in_sheets_is_the_same_one(history: History, typed: bool) -> None:
    """With its calendar, which is no table, beside the workbook."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = {}
        for file, text in to_tables(history).items():
            if file.endswith(".csv"):
                tables[file.removesuffix(".csv")] = text
            else:
                (folder / file).write_text(text, encoding="utf-8")
        workbook_of(folder / "history.xlsx", tables, typed=typed)
        again, _ = read(folder)
    assert again is not None
    assert again == history
    assert again.digest == history.digest


def test_a_workbook_alone_is_a_history(tmp_path: Path) -> None:
    """The case of letters and spaces round the name of a sheet do not matter; what is empty is no table."""
    tables = {"Marks ": MARKS, "PUPILS": PUPILS, "Sheet3": "", "events": ""}
    history = good(workbook_of(tmp_path / "Council.XLSX", tables))
    assert history.pupils["P2"].register.codes == ("I",)
    assert history.pupils["P1"].date_of_birth == dt.date(2015, 1, 15)


def test_marks_alone_ask_for_a_sheet_of_pupils(tmp_path: Path) -> None:
    history, (wanted,) = read(workbook_of(tmp_path / "council.xlsx", {"marks": MARKS}))
    assert history is not None
    assert wanted.code == "W0603"
    assert wanted.help.startswith("add a sheet `pupils` with")


def test_sheets_stand_beside_files(tmp_path: Path) -> None:
    """A table that is in both is read from its file, and that is said."""
    workbook_of(tmp_path / "history.xlsx", TABLES)
    (tmp_path / "marks.csv").write_text(MARKS.replace("I", "/"), encoding="utf-8")
    history, found = read(tmp_path)
    assert history is not None
    assert history.pupils["P2"].register.codes == ("/",)
    assert [(one.code, one.message) for one in found] == [("W0609", "the sheet `marks` is not read")]
    (tmp_path / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    assert [one.code for one in read(tmp_path)[1]] == ["W0609", "W0609"]


def test_a_mapping_is_for_files(tmp_path: Path) -> None:
    """What it leaves out no message may show, and of a sheet messages come before it."""
    left_out = PUPILS.replace("year_group", "Name").replace(",5", ",Ann").replace("2015-01-15", "x")
    workbook_of(tmp_path / "history.xlsx", {"pupils": left_out, "marks": MARKS})
    (tmp_path / "mapping.yaml").write_text("pupils:\n  leave_out: [Name]\n", encoding="utf-8")
    history, found = read(tmp_path)
    assert history is None
    [one] = [one for one in found if one.is_error]
    assert places((one,)) == [("E0645", "pupils", 1, 1)]
    assert "name that under `file` in the mapping" in one.help
    assert "Ann" not in shown(found)
    (tmp_path / "mapping.yaml").write_text("pupils:\n  file: a.csv\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text(PUPILS, encoding="utf-8")
    history, found = read(tmp_path)
    assert history is not None
    assert [(one.code, one.help) for one in found] == [
        ("W0609", "`a.csv` is read in its place; keep one of the two")
    ]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("register.xlsx", "a workbook with tables is called `history.xlsx`"),
        ("history.xlsm", "save it as an Excel workbook, `history.xlsx`"),
        ("history.ods", "save it as an Excel workbook, `history.xlsx`"),
        ("marks.xlsx", "`marks.csv` is read in its place; keep one of the two"),
    ],
)
def test_a_workbook_of_another_name_is_not_passed_over_in_silence(
    tmp_path: Path, name: str, advice: str
) -> None:
    (tmp_path / "pupils.csv").write_text(PUPILS, encoding="utf-8")
    (tmp_path / "marks.csv").write_text(MARKS, encoding="utf-8")
    (tmp_path / "~$history.xlsx").touch()
    (tmp_path / name).touch()
    assert [(one.code, one.help) for one in read(tmp_path)[1]] == [("W0609", advice)]


# --- what a cell says ---------------------------------------------------------------------------------------


def _pupil(tmp_path: Path, column: str, put: Put) -> Read:
    """Reads one pupil with one more cell, into which `put` writes."""

    def fill(book: Book) -> None:
        sheet = book.add_worksheet("pupils")
        sheet.write_row(0, 0, ["pupil", column])
        sheet.write_string(1, 0, "P1")
        put(sheet, book)

    return read(workbook(tmp_path / "a.xlsx", fill))


def _number(value: float, format: str = "General") -> Put:
    return lambda sheet, book: sheet.write_number(1, 1, value, book.add_format({"num_format": format}))


def _formula(value: object) -> Put:
    return lambda sheet, _: sheet.write_formula(1, 1, "=A9", None, value)


def _text(value: str) -> Put:
    return lambda sheet, _: sheet.write_string(1, 1, value)


@pytest.mark.parametrize(
    ("column", "put", "value"),
    [
        ("school", _number(1234), "1234"),
        ("school", _number(2.5), "2.5"),
        ("school", _number(0.00001), "0.00001"),
        ("school", _number(2.0**53), "9007199254740992"),
        ("school", _number(1e22), "10000000000000000000000"),
        ("school", _number(-7), "-7"),
        ("school", _text("0012"), "0012"),
        ("school", _text("#N/A"), "#N/A"),
        ("school", _text("=1+1"), "=1+1"),
        ("school", _text(' a "b", c'), 'a "b", c'),
        ("school", _formula(7), "7"),
        ("school", _formula("S1"), "S1"),
        ("date_of_birth", _number(42019, "dd/mm/yyyy"), dt.date(2015, 1, 15)),
        ("date_of_birth", _number(42019, "[$-809]dddd d mmmm yyyy"), dt.date(2015, 1, 15)),
        ("date_of_birth", _text("15/01/2015"), dt.date(2015, 1, 15)),
        ("year_group", _number(5), 5),
        ("year_group", _number(5, "0.00"), 5),
        ("year_group", _formula(5), 5),
    ],
)
def test_what_a_cell_says(tmp_path: Path, column: str, put: Put, value: object) -> None:
    history, found = _pupil(tmp_path, column, put)
    assert not [one for one in found if one.is_error], shown(found)
    assert history is not None
    assert getattr(history.pupils["P1"], column) == value


def test_dates_may_count_from_1904(tmp_path: Path) -> None:
    """As in workbooks that an old Macintosh began."""
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as book:
        sheet = book.add_worksheet("pupils")
        sheet.write_row(0, 0, ["pupil", "date_of_birth"])
        sheet.write_string(1, 0, "P1")
        sheet.write_datetime(1, 1, dt.date(2015, 1, 15), book.add_format({"num_format": "d/m/yy"}))
    assert good(tmp_path / "a.xlsx").pupils["P1"].date_of_birth == dt.date(2015, 1, 15)


@pytest.mark.parametrize(
    ("put", "value"),
    [
        (_number(0.104, "0.0%"), Fraction(104, 1000)),
        (_number(0.104, "0%"), Fraction(104, 1000)),
        (_number(1, '0.0 "of all" %'), Fraction(1)),
        (_number(0, "0.00%"), Fraction(0)),
        (_text("10/96"), Fraction(10, 96)),
        (_number(0.104), None),
        (_number(0.104, '0.0"%"'), None),
        (_number(1.01, "0%"), None),
    ],
)
def test_a_percentage_is_one_where_it_is_shown_as_one(
    tmp_path: Path, put: Put, value: Fraction | None
) -> None:
    """A bare number could be ten per cent or ten times the whole."""
    history, found = _pupil(tmp_path, "reported_absence", put)
    if value is None:
        assert [one.code for one in found if one.is_error] == ["E0627"]
    else:
        assert history is not None
        assert history.pupils["P1"].reported["absence"][0].value == value


@pytest.mark.parametrize(
    ("put", "value"),
    [
        (lambda sheet, _: sheet.write_boolean(1, 1, True), True),
        (lambda sheet, _: sheet.write_boolean(1, 1, False), False),
        (_formula(True), True),
        (_text("yes"), True),
    ],
)
def test_yes_and_no(tmp_path: Path, put: Put, value: bool) -> None:
    history, _ = _pupil(tmp_path, "has_social_worker", put)
    assert history is not None
    assert history.pupils["P1"].facts["has_social_worker"][0].value is value


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (_formula("#N/A"), "`#N/A` is an error of the spreadsheet, and no value"),
        (_formula("#REF!"), "`#REF!` is an error of the spreadsheet, and no value"),
        (_formula("#DIV/0!"), "`#DIV/0!` is an error of the spreadsheet, and no value"),
        (_number(42019.5, "dd/mm/yyyy hh:mm"), "`2015-01-15 12:00:00` is a date with a time"),
        (_number(0.5, "hh:mm"), "`12:00:00` is a time of day, or a date before 1900"),
        (_number(0, "dd/mm/yyyy"), "`00:00:00` is a time of day, or a date before 1900"),
        (_number(1.5, "[h]:mm"), "`1 day, 12:00:00` is a time of day, or a date before 1900"),
        (lambda sheet, _: sheet.merge_range(1, 1, 2, 1, "S1"), "the cells B2 to B3 are merged"),
        (lambda sheet, _: sheet.merge_range(1, 1, 1, 2, "S1"), "the cells B2 to C2 are merged"),
        (lambda sheet, _: sheet.merge_range(1, 1, 1, 2, 0), "the cells B2 to C2 are merged"),
    ],
)
def test_what_no_table_can_hold_is_refused_at_its_cell(tmp_path: Path, put: Put, said: str) -> None:
    history, found = _pupil(tmp_path, "school", put)
    assert history is None
    assert places(found) == [("E0646", "pupils", 2, 2)]
    assert said in found[0].message
    kept, found = read(tmp_path / "a.xlsx", keep_going=True)
    assert kept is not None
    assert not kept.pupils
    assert [one.code for one in found] == ["E0646", "W0608"]


def test_blank_cells_may_be_merged(tmp_path: Path) -> None:
    """As those beside a table, which somebody made room with."""
    history, found = _pupil(tmp_path, "school", lambda sheet, _: sheet.merge_range(1, 3, 4, 5, ""))
    assert history is not None
    assert not [one for one in found if one.is_error]


def test_an_error_far_from_every_other_cell_is_no_blank(tmp_path: Path) -> None:
    _, found = _pupil(tmp_path, "school", lambda sheet, _: sheet.write_formula(6, 4, "=A9", None, "#N/A"))
    assert places(found) == [("E0646", "pupils", 7, 5)]


@pytest.mark.parametrize("value", ["P\x07", "P\u202e1"])
def test_a_character_that_no_text_has(tmp_path: Path, value: str) -> None:
    _, found = _pupil(tmp_path, "school", _text(value))
    assert places(found) == [("E0604", "pupils", 2, 2)]
    _, found = _pupil(tmp_path, "school", lambda sheet, _: sheet.write_string(1, 0, value[::-1]))
    assert places(found) == [("E0604", "pupils", 2, 1)]


# --- places -------------------------------------------------------------------------------------------------


def test_rows_and_columns_count_as_in_the_spreadsheet(tmp_path: Path) -> None:
    """Blank rows above and between count, and so do cells of several lines, and columns as cells."""
    tables = {
        "pupils": "\n\n" + PUPILS.replace("P2", '\n"P\n2"') + "\nP3,x,5\nP4,2015-01-15,5,,stray\n",
        "marks": MARKS.replace("I", "X9") + "\nP1,2024-09-31,AM,/\n",
    }
    _, found = read(workbook_of(tmp_path / "a.xlsx", tables, typed=False))
    assert places(found) == [
        ("E0619", "marks", 3, 4),
        ("E0614", "marks", 5, 2),
        ("E0604", "pupils", 6, 1),
        ("E0615", "pupils", 8, 2),
        ("E0612", "pupils", 9, 4),
    ]
    assert "3│ P2,2024-09-04,AM,X9\n │                  ^^\n" in shown(found)


def test_a_table_may_stand_anywhere_in_its_sheet_but_beside_something_else(tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("pupils")
        sheet.write_row(4, 0, ["pupil", "year_group"])
        sheet.write_row(5, 0, ["P1", 5])
        sheet.write(9, 5, "a note")

    _, found = read(workbook(tmp_path / "a.xlsx", fill))
    assert places(found) == [("E0612", "pupils", 10, 3)]
    assert "name their columns in the header" in found[0].help


# --- sheets that are not read -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "hidden", "message", "help"),
    [
        ("mark", False, "the sheet `mark` is no table of a history", "did you mean `marks`? If not, delete"),
        (
            "Lists",
            False,
            "the sheet `Lists` is no table of a history",
            "the tables are pupils, marks, parents",
        ),
        ("Lists", True, "the sheet `Lists` is no table of a history", "delete the sheet, or move it"),
        ("parents", True, "the sheet `parents` is hidden, and what nobody sees is not read", "Unhide"),
        (
            "marks ",
            False,
            "the sheet `marks ` is there twice, also as `marks`",
            "put the rows of both into one",
        ),
    ],
)
def test_a_sheet_that_is_not_read_is_an_error(
    tmp_path: Path, name: str, hidden: bool, message: str, help: str
) -> None:
    def fill(book: Book) -> None:
        for table, text in TABLES.items():
            sheet = book.add_worksheet(table)
            for line, row in enumerate(text.splitlines()):
                sheet.write_row(line, 0, row.split(","))
        other = book.add_worksheet(name)
        other.write(0, 0, "pupil")
        if hidden:
            other.hide()

    history, found = read(workbook(tmp_path / "a.xlsx", fill))
    assert history is None
    [one] = [one for one in found if one.is_error]
    assert (one.code, one.message) == ("E0645", message)
    assert help in one.help


def test_a_chart_is_no_table(tmp_path: Path) -> None:
    def fill(book: Book) -> None:
        sheet = book.add_worksheet("pupils")
        sheet.write_column(0, 0, ["pupil", "P1"])
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=pupils!$A$1:$A$2"})
        book.add_chartsheet("marks").set_chart(chart)

    _, found = read(workbook(tmp_path / "a.xlsx", fill))
    assert places(found) == [("E0645", "marks", 1, 1)]


def test_a_workbook_without_pupils_and_marks(tmp_path: Path) -> None:
    _, found = read(workbook_of(tmp_path / "a.xlsx", {"events": "event,date\n", "pupils": ""}))
    assert [(one.code, one.message) for one in found] == [
        ("E0602", f"there is neither a sheet `pupils` nor a sheet `marks` in `{tmp_path / 'a.xlsx'}`")
    ]
    (tmp_path / "a.xlsx").rename(tmp_path / "history.xlsx")
    assert [one.code for one in read(tmp_path)[1]] == ["E0602"]


# --- files that are no workbooks ----------------------------------------------------------------------------

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"", "it is empty"),
        ("a.xlsx", MARKS.encode(), "it is something else with that ending, such as text or a web page"),
        ("a.xlsx", OLD, "it is an old one (.xls)"),
        ("a.xlsx", OLD + "EncryptedPackage".encode("utf-16-le"), "it is locked with a password"),
        ("a.xlsx", b"PK\x03\x04", "it is damaged, or cut short"),
        ("a.xls", OLD, "is no history that can be read"),
        ("a.xlsm", b"PK\x03\x04", "is no history that can be read"),
        ("a.ods", b"PK\x03\x04", "is no history that can be read"),
    ],
)
def test_files_that_are_no_workbooks(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    history, found = read(tmp_path / name)
    assert history is None
    [one] = found
    assert one.code == "E0602"
    assert said in one.message
    assert "“Excel Workbook (.xlsx)”" in one.help
    assert ("without a password" in one.help) == ("password" in said)


def _changed(path: Path, part: str, change: Callable[[bytes], bytes | None]) -> Path:
    """The workbook with one of its parts changed, or taken out."""
    with zipfile.ZipFile(path) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    changed = change(texts.pop(part))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        if changed is not None:
            archive.writestr(part, changed)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        ("xl/workbook.xml", lambda _: None, "there is no workbook in it"),
        (SHEET, lambda _: None, "it is damaged"),
        (SHEET, lambda text: text[: len(text) // 2], "it is damaged, or cut short"),
        (SHEET, lambda text: text.replace(b"<sheetData>", b"<!DOCTYPE x><sheetData>"), "it is damaged"),
        (SHEET, lambda _: b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a document type, which no workbook"),
        ("xl/sharedStrings.xml", lambda _: b"", "it is damaged"),
    ],
)
def test_a_damaged_workbook(
    tmp_path: Path, part: str, change: Callable[[bytes], bytes | None], said: str
) -> None:
    path = _changed(workbook_of(tmp_path / "a.xlsx", TABLES), part, change)
    history, found = read(path)
    assert history is None
    [one] = found
    assert one.code == "E0602"
    assert said in one.message


def test_a_cell_far_away_takes_no_memory(tmp_path: Path) -> None:
    """Room would be made for all seventeen billion cells between; one that is blank does not matter."""
    path = workbook_of(tmp_path / "a.xlsx", TABLES)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    _changed(path, SHEET, lambda text: text.replace(b"</sheetData>", far))
    [one] = read(path)[1]
    assert one.code == "E0634"
    assert "its sheet `pupils` reaches to row 1,048,576 and column 16,384" in one.message
    _changed(
        path, SHEET, lambda text: text.replace(b"<v>1</v></c></row></sheetData>", b"</c></row></sheetData>")
    )
    good(path)


def test_no_more_is_unpacked_than_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook_of(tmp_path / "a.xlsx", TABLES)
    with zipfile.ZipFile(path) as archive:
        octets = sum(one.file_size for one in archive.infolist())
    monkeypatch.setattr(workbook_parts, "MOST_OCTETS", octets)
    good(path)
    monkeypatch.setattr(workbook_parts, "MOST_OCTETS", octets - 1)
    assert [one.code for one in read(path)[1]] == ["E0634"]


def test_without_the_library_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook_of(tmp_path / "a.xlsx", TABLES)
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    [one] = read(path)[1]
    assert one.code == "E0602"
    assert one.message.endswith("install it with `pip install 'fingerpost[workbook]'`")


# --- the glance and the long look ---------------------------------------------------------------------------


def test_a_glance_shows_what_a_long_look_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook_of(tmp_path / "a.xlsx", {**TABLES, "events": "event\nx,,,y\n"})
    sheets, _ = parts_of_workbook(path.read_bytes())
    monkeypatch.setattr(workbook_parts, "_glanced_through", lambda *_: False)
    assert parts_of_workbook(path.read_bytes())[0] == sheets
    assert [(one.name, one.rows, one.columns) for one in sheets] == [
        ("pupils", 3, 3),
        ("marks", 3, 4),
        ("events", 2, 4),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b' r="A2"', b"").replace(b' r="B2"', b""),
        lambda text: text.replace(b"<c ", b"<c\n"),
        lambda text: text.replace(b'"', b"'"),
        lambda text: text.replace(b'"A2"', b'"&#65;2"'),
        lambda text: text.replace(b"</sheetData>", b"</sheetData><!-- <c r='Z9'> -->"),
        lambda text: text.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"),
    ],
)
def test_other_spellings_of_a_sheet_are_looked_at_for_long(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = workbook_of(tmp_path / "a.xlsx", TABLES)
    usual, _ = parts_of_workbook(path.read_bytes())
    assert parts_of_workbook(_changed(path, SHEET, change).read_bytes())[0] == usual


@settings(max_examples=settings().max_examples // 2)
@given(st.data())
def test_whatever_a_workbook_holds_there_is_an_answer(data: st.DataObject) -> None:
    """Never an exception, and never an end without a word."""
    with tempfile.TemporaryDirectory() as name:
        path = workbook_of(Path(name) / "a.xlsx", TABLES)
        with zipfile.ZipFile(path) as archive:
            parts = archive.namelist()
        for _ in range(data.draw(st.integers(1, 3))):
            part = data.draw(st.sampled_from([one for one in parts if "xl/" in one]))

            def damaged(text: bytes) -> bytes:
                start = data.draw(st.integers(0, len(text)))
                end = min(len(text), start + data.draw(st.integers(0, 12)))
                signs = [b"", b'"', b"<", b">", b"/", b"=", b"9", b"-1", b"A", b"\x00", b"&", b"e"]
                piece = data.draw(st.sampled_from(signs) | st.just(text[start:end] * 2))
                return text[:start] + piece + text[end:]

            _changed(path, part, damaged)
        history, found = read(path)
        assert history is not None or found
        shown(found)
        cut = path.read_bytes()  # how long it is hangs on the time of day, which stands packed in it
        path.write_bytes(cut[: len(cut) * data.draw(st.integers(0, 999)) // 1000])
        assert read(path)[1]
