"""Exports of a school's information system: read by a mapping, and answered where they or it are wrong."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.history import HalfDay, History, slot_of
from fingerpost.readers import read_history
from fingerpost.readers.headers import SessionHeaders
from fingerpost.readers.problems import Fault
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic
from tests.engine.histories import D, slot
from tests.engine.words import words

Read = tuple[History | None, tuple[Diagnostic, ...]]

WIDE = """\
marks:
  file: Register.csv
  columns: {pupil: UPN}
  sessions: "{date} {session}"
  leave_out: [Forename]
"""
REGISTER = "UPN,Forename,04/09/2024 AM,04/09/2024 PM\nP1,Ann,/,\\\nP2,Bo,,I\n"
PUPILS = "pupil,year_group\nP1,5\nP2,6\n"


def read(folder: Path, files: Mapping[str, str | bytes], *, keep_going: bool = False) -> Read:
    """Reads the files of a folder."""
    for name, text in files.items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return read_history(folder, words(), keep_going=keep_going)


def good(found: Read) -> History:
    """The history, if nothing was wrong."""
    history, problems = found
    assert problems == (), report.text(problems)
    assert history is not None
    return history


def exports(mapping: str = WIDE, register: str = REGISTER, pupils: str = PUPILS) -> dict[str, str]:
    """The files of a folder with a register, and what they are."""
    return {"mapping.yaml": mapping, "Register.csv": register, "pupils.csv": pupils}


# --- a register with a column for each session --------------------------------------------------------------

_DAYS = [D("2024-09-04") + dt.timedelta(days) for days in range(12)]
_CODES = ["/", "\\", "I", "Y1"]
_FORMS = {
    "{date} {session}": "{0:%Y-%m-%d} {1}",
    "{session} of {date}": "{1} of {0:%d/%m/%Y}",
    "{weekday} {day}.{month}.{year}{session}": "{0:%a} {0.day}.{0:%b}.{0:%y}{2}",
    "{day} {month} ({session})": "{0.day}th {0:%B} ({2})",
}
_marks = st.dictionaries(
    st.tuples(st.sampled_from(["P1", "P2", "P3"]), st.sampled_from(_DAYS), st.sampled_from(HalfDay)),
    st.sampled_from(_CODES),
    min_size=1,
    max_size=20,
)


@settings(max_examples=20)
@given(_marks, st.sampled_from(sorted(_FORMS)), st.randoms(use_true_random=False))
def test_a_register_is_the_long_table_that_says_the_same(
    marks: dict[tuple[str, dt.date, HalfDay], str], form: str, random: object
) -> None:
    sessions = sorted({(date, half) for _, date, half in marks}, key=lambda one: (one[0], one[1].value))
    random.shuffle(sessions)  # type: ignore[attr-defined]
    letter = {HalfDay.AM: "a.m.", HalfDay.PM: "p.m."}
    header = ["UPN", *(_FORMS[form].format(date, half.value, letter[half]) for date, half in sessions)]
    rows = [
        [pupil, *({"/": "P", None: ""}.get(code, code or "") for code in cells)]
        for pupil in ("P3", "P1", "P2")
        for cells in [[marks.get((pupil, *session)) for session in sessions]]
    ]
    wide = "".join(",".join(row) + "\n" for row in [header, *rows])
    long = "".join(f"{pupil},{date},{half.value},{code}\n" for (pupil, date, half), code in marks.items())
    mapping = f'marks:\n  file: R.csv\n  columns: {{pupil: UPN}}\n  sessions: "{form}"\n  codes: {{P: /}}\n'
    pupils = {"pupils.csv": "pupil\nP1\nP2\nP3\n"}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        mapped = {"R.csv": wide, "mapping.yaml": f"{mapping}  academic_year: 2024-2025\n"}
        expected = good(read(Path(other), pupils | {"marks.csv": f"pupil,date,session,code\n{long}"}))
        assert good(read(Path(one), pupils | mapped)) == expected


@pytest.mark.parametrize(
    ("form", "header", "session"),
    [
        ("{date} {session}", "04/09/2024  pm", "2024-09-04 PM"),
        ("{date}{session}", "2024-09-04AM", "2024-09-04 AM"),
        ("{date} {session}", "4/9/2024 2", "2024-09-04 PM"),
        ("{date}-{session}", "2024-09-04-Morning", "2024-09-04 AM"),
        ("Mark ({session}) {date}", "mark (p.m.) 04/09/2024", "2024-09-04 PM"),
        ("{weekday}, {day} {month} {session}", "Weds, 4th Sept AM", "2024-09-04 AM"),
        ("{day}/{month} {session}", "31/8 AM", "2024-08-31 AM"),
        ("{day}/{month} {session}", "01/07 early", "2025-07-01 AM"),
    ],
)
def test_how_headers_read(form: str, header: str, session: str) -> None:
    headers = SessionHeaders([form], year=2024, words={"early": "AM"})
    assert headers.slot(header) == slot(session)


def test_the_first_of_several_forms_that_fits_is_taken() -> None:
    headers = SessionHeaders(["{date} {session}", "{session} {date}"])
    assert headers.slot("AM 2024-09-04") == headers.slot("2024-09-04 AM") == slot("2024-09-04 AM")


@pytest.mark.parametrize("header", ["Social worker", "Address 1", "Option", "Year 5", "1" * 100_000])
def test_what_names_neither_a_date_nor_a_session_is_none(header: str) -> None:
    assert SessionHeaders(["{date} {session}"]).slot(header) is None


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("31/09/2024 AM", "E0614"),
        ("Mon AM", "E0615"),
        ("4 Sep 2024 AM", "E0615"),
        ("04/09/1924 AM", "E0616"),
        ("04/09/2024 XM", "E0618"),
    ],
)
def test_a_header_that_is_wrong_is_answered_as_a_cell_would_be(
    header: str, code: str, tmp_path: Path
) -> None:
    fault = SessionHeaders(["{date} {session}"]).slot(header)
    assert isinstance(fault, Fault)
    for leave_out in ("[Forename]", "others"):
        mapping = WIDE.replace("[Forename]", leave_out)
        _, (found,) = read(tmp_path, exports(mapping, REGISTER.replace("04/09/2024 AM", header)))
        assert (found.code, str(found.span)) == (code, f"{tmp_path / 'Register.csv'}:1:14")


@pytest.mark.parametrize("month", ["Ju", "Ma", "J", "xx", "13"])
def test_a_month_that_might_be_another_is_none(month: str) -> None:
    """Two begin with `Ju`, and two with `Ma`: a wrong month would be a register of other days."""
    fault = SessionHeaders(["{day} {month} {session}"], year=2024).slot(f"4 {month} AM")
    assert isinstance(fault, Fault)
    assert fault.code in ("E0614", "E0615")


def test_a_weekday_of_another_date_is_none_of_it() -> None:
    fault = SessionHeaders(["{weekday} {date} {session}"]).slot("Thu 04/09/2024 AM")
    assert isinstance(fault, Fault)
    assert "2024-09-04 is a Wednesday" in fault.help


def test_a_blank_cell_and_a_dash_are_no_mark(tmp_path: Path) -> None:
    register = "UPN,Forename,04/09/2024 AM,04/09/2024 PM\nP1,Ann,-, \nP2,Bo,X,I\n"
    history = good(read(tmp_path, exports(f'{WIDE}  codes: {{X: "-"}}\n', register)))
    assert history.pupils["P1"].register.slots == ()
    assert history.pupils["P2"].register.slots == (slot_of(D("2024-09-04"), HalfDay.PM),)


def test_pupils_of_a_register_alone_are_those_with_marks(tmp_path: Path) -> None:
    register = f"{REGISTER}P3,Cy,,\n"
    history, (found,) = read(tmp_path, {"mapping.yaml": WIDE, "Register.csv": register})
    assert history is not None
    assert list(history.pupils) == ["P1", "P2"]
    assert found.code == "W0603"


@pytest.mark.parametrize(
    ("register", "more", "code", "place"),
    [
        # Of two columns of one session, a pupil's second cell.
        (REGISTER.replace("04/09/2024 PM", "2024-09-04 AM"), {}, "E0621", "Register.csv:2:10"),
        (
            REGISTER.replace("04/09/2024 PM", "2024-09-04 AM").replace("\\", "/"),
            {},
            "W0601",
            "Register.csv:2:10",
        ),
        (f"{REGISTER}P1,Ann,,I\n", {}, "E0621", "Register.csv:4:9"),
        (REGISTER.replace("04/09/2024 PM", "04/09/2024 AM"), {}, "E0611", "Register.csv:1:28"),
        (REGISTER, {"calendar.csv": "date,session,open\n2024-09-04,PM,no\n2024-09-05,,yes\n"}, "E0622", ""),
        (REGISTER, {"pupils.csv": "pupil,on_roll_from\nP1,2024-09-05\nP2,\n"}, "E0623", "Register.csv:2:8"),
        (f"{REGISTER}P9,Di,/,\\\n", {}, "E0625", "Register.csv:4:1"),
        (f"{REGISTER},Di,/,\\\n", {}, "E0613", "Register.csv:4:1"),
        (REGISTER.replace(",I", ",II"), {}, "E0619", "Register.csv:3:8"),
        (REGISTER.replace(",I", ",H"), {}, "E0620", "Register.csv:3:8"),
    ],
)
def test_a_mistake_is_answered_at_its_own_cell(
    register: str, more: dict[str, str], code: str, place: str, tmp_path: Path
) -> None:
    _, found = read(tmp_path, exports(register=register) | more)
    assert {one.code for one in found} == {code}
    assert str(found[0].span).endswith(place)
    assert "Ann" not in report.text(found)


def test_what_is_wrong_is_left_out_and_counted(tmp_path: Path) -> None:
    register = f"{REGISTER.replace(',I', ',?')}P9,Di,/,\\\n,,/,\n"
    history, found = read(tmp_path, exports(register=register), keep_going=True)
    assert history is not None
    assert history.pupils["P2"].register.slots == ()
    assert [one.message for one in found if one.code == "W0608"] == ["left out: 4 marks"]


# --- names and words ----------------------------------------------------------------------------------------

STUDENTS = """\
pupils:
  file: Students.csv
  columns: {pupil: UPN, date_of_birth: DOB, year_group: Year, has_social_worker: Social worker}
  values:
    year_group: {Reception: 0, Year 1: 1}
    has_social_worker: {Y: yes, "": no, not known: ""}
  leave_out: others
"""
HEADER = "UPN,Surname,DOB,Year,Social worker,Surname\n"


def students(rows: str, mapping: str = STUDENTS) -> dict[str, str]:
    """The files of a folder with an export of pupils."""
    return {"mapping.yaml": mapping, "Students.csv": HEADER + rows}


def test_columns_and_words_are_read_as_the_mapping_says(tmp_path: Path) -> None:
    rows = "P1,Lee,01/02/2018,Year 1,Y,Lee\nP2,Kay,01/02/2019,Reception,,Kay\nP3,Orr,,5,not known,Orr\n"
    pupils = good(read(tmp_path, students(rows))).pupils
    assert [pupil.year_group for pupil in pupils.values()] == [1, 0, 5]
    assert pupils["P1"].date_of_birth == D("2018-02-01")
    facts = {
        name: [row.value for row in rows]
        for name, rows in ((one.id, one.facts.get("has_social_worker", ())) for one in pupils.values())
    }
    assert facts == {"P1": [True], "P2": [False], "P3": []}


def test_messages_name_the_columns_of_the_file(tmp_path: Path) -> None:
    _, found = read(tmp_path, students(",Lee,,,,\nP2,Kay,1.2.2018,Year 9,Maybe,Kay\n"))
    assert [one.message for one in found] == [
        "`UPN` is blank",
        "`1.2.2018` is not written as a date",
        "`Year 9` is no year group",
        "`Maybe` is not yes or no, as `has_social_worker` is",
    ]
    assert [one.note.split(":")[0] for one in found] == [
        f"the column `{theirs}`, mapped to `{ours}`"
        for theirs, ours in (
            ("UPN", "pupil"),
            ("DOB", "date_of_birth"),
            ("Year", "year_group"),
            ("Social worker", "has_social_worker"),
        )
    ]


@pytest.mark.parametrize(
    "rows",
    [
        'P1,Lee,x,,,"Lee, Ann"\n',
        "P1,Lee,x,,,Lee\n",
        "P1,Lee,x,,,Lee,Ann\n",
        "P1,Lee\n",
        'P1,"Lee,,,,\n',
        'P1,"Lee" L,x,,,\n',
        "P1,Lee\x00,,,,\n",
        "P1,Lee,,,,Lee\nP1,Lee,,1,,Lee\n",
        'P1,"Lee\nLee",x,,,Lee\n',
    ],
)
def test_no_message_shows_what_is_left_out(rows: str, tmp_path: Path) -> None:
    _, found = read(tmp_path, students(rows))
    assert found
    assert "Lee" not in report.text(found)
    assert "Ann" not in report.text(found)


def test_no_message_shows_it_where_the_file_is_no_utf_8(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, students("") | {"Students.csv": f"{HEADER}P1,Lée,,,,\n".encode("cp1252")})
    assert found.code == "E0603"
    assert str(found.span) == f"{tmp_path / 'Students.csv'}:2:5"
    assert "Lée" not in report.text([found])


def test_a_line_is_shown_with_dots_in_place_of_it(tmp_path: Path) -> None:
    _, (found,) = read(tmp_path, students('P1,"Lee, A",x,,,Kay\n'))
    assert "P1,········,x,,,···\n" in report.text([found])
    assert str(found.span).endswith("Students.csv:2:13")


def test_a_long_table_and_its_words(tmp_path: Path) -> None:
    mapping = """\
marks:
  columns: {pupil: UPN, date: Day, session: Half, code: Mark}
  values: {session: {Morning: AM, Afternoon: PM}}
  codes: {P: /}
  leave_out: [Room]
"""
    marks = "Room,Mark,Half,Day,UPN\n1,P,Morning,04/09/2024,P1\n1,I,PM,2024-09-04,P1\n"
    found = read(tmp_path, {"mapping.yaml": mapping, "marks.csv": marks, "pupils.csv": PUPILS})
    register = good(found).pupils["P1"].register
    assert (register.slots, register.codes) == ((slot("2024-09-04 AM"), slot("2024-09-04 PM")), ("/", "I"))
    _, (wrong,) = read(tmp_path, {"marks.csv": f"{marks}1,,PM,2024-09-05,P1\n"})
    assert (wrong.message, str(wrong.span)) == ("`Mark` is blank", f"{tmp_path / 'marks.csv'}:4:3")


@pytest.mark.parametrize("table", ["marks", "pupils"])
def test_marks_strings_under_other_names(table: str, tmp_path: Path) -> None:
    mapping = "columns: {pupil: UPN, start: First day, marks: Codes}"
    codes = "  codes: {P: /, Z: Y1}\n" if table == "marks" else ""
    marks = "PI-{Z}" if codes else "/I-{Y1}"
    strings = f"UPN,First day,Codes\nP1,04/09/2024,{marks}\n"
    files = {
        "mapping.yaml": f"{table}:\n  {mapping}\n{codes}",
        "pupils.csv": PUPILS,
        "calendar.yaml": "terms: [{name: Autumn, from: 2024-09-04, to: 2024-12-20}]\n",
        f"{table}.csv": strings,
    }
    register = good(read(tmp_path, files)).pupils["P1"].register
    assert register.codes == ("/", "I", "Y1")
    _, (wrong,) = read(tmp_path, {f"{table}.csv": strings.replace("I", "?")})
    assert (wrong.code, str(wrong.span)) == ("E0619", f"{tmp_path / f'{table}.csv'}:2:15")


@pytest.mark.parametrize("long", [False, True])
def test_a_title_may_stand_above_the_header(long: bool, tmp_path: Path) -> None:
    title = 'Register of 4A,"of\n4 September"\n\n'
    table = "UPN,Forename,start,marks\nP1,Ann,2024-09-04,/?\n" if long else f"{REGISTER}P1,Ann,,?\n"
    mapping = WIDE.replace("columns", "header_line: 3\n  columns")
    mapping = mapping.replace('  sessions: "{date} {session}"\n', "") if long else mapping
    _, found = read(tmp_path, exports(mapping, title + table))
    wrong = [one for one in found if one.is_error]
    assert [(one.code, one.span and one.span.line) for one in wrong] == [("E0619", 5 if long else 7)]


def test_several_tables_from_one_file(tmp_path: Path) -> None:
    mapping = """\
pupils: {file: All.csv, columns: {pupil: UPN, year_group: Year}, leave_out: others}
marks: {file: All.csv, columns: {pupil: UPN}, sessions: "{date} {session}", leave_out: [Year, Parent]}
parents: {file: All.csv, columns: {pupil: UPN, parent: Parent}, leave_out: others}
"""
    table = "UPN,Year,Parent,04/09/2024 AM\nP1,5,A,/\nP2,6,B,I\n"
    pupils = good(read(tmp_path, {"mapping.yaml": mapping, "All.csv": table})).pupils
    assert [(one.year_group, one.parents[0].id, one.register.codes) for one in pupils.values()] == [
        (5, "A", ("/",)),
        (6, "B", ("I",)),
    ]


# --- mistakes in the mapping --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "said"),
    [
        ("marks:", "mark:", "E0610", "mapping.yaml:1:1", "did you mean `marks`?"),
        ("pupil: UPN", "pupl: UPN", "E0610", "mapping.yaml:3:13", "did you mean `pupil`?"),
        ("pupil: UPN", "pupil: UPN, date: Day", "E0610", "mapping.yaml:3:25", "`date` is in the headers"),
        ("Register.csv", "Registers.csv", "E0661", "mapping.yaml:2:9", "did you mean `Register.csv`?"),
        ("Register.csv", "../Register.csv", "E0661", "mapping.yaml:2:9", "no name of a file in this folder"),
        ("pupil: UPN", "pupil: UPM", "E0661", "mapping.yaml:3:20", "did you mean `UPN`?"),
        ("pupil: UPN", "pupil: Id", "E0661", "mapping.yaml:3:20", "its columns are `UPN`, `Forename`"),
        ("pupil: UPN", "pupil: UPN, pupil: Id", "E0611", "mapping.yaml:3:25", "`pupil` appears twice"),
        ("[Forename]", "[Forename, UPN]", "E0662", "mapping.yaml:5:25", "`UPN` is mapped or left out twice"),
        ("[Forename]", "[]", "E0610", "Register.csv:1:5", "`Forename` is neither mapped nor left out"),
        ("[Forename]", "Forename", "E0633", "mapping.yaml:5:14", "or `others`"),
        ("[Forename]", "[[Forename]]", "E0633", "mapping.yaml:5:15", "a list where a text"),
        ("{pupil: UPN}", "{}\n  leave_out: others", "E0611", "mapping.yaml:6:3", "`leave_out` appears twice"),
        ("{pupil: UPN}", "[UPN]", "E0633", "mapping.yaml:3:12", "a list where an object"),
        ("{date}", "{when}", "E0663", "mapping.yaml:4:13", "no part `{when}`"),
        ("{date}", "{date} {date}", "E0663", "mapping.yaml:4:13", "stands twice"),
        ("columns", "header_line: x\n  columns", "E0633", "mapping.yaml:3:16", "no number of a line"),
        ("columns", "header_line: 9\n  columns", "E0605", "Register.csv:1:1", "no columns"),
        (" {session}", "", "E0663", "mapping.yaml:4:13", "write a date and a session"),
        ("{date}", "{day}/{month}", "E0663", "mapping.yaml:4:13", "`academic_year: 2024/25`"),
        ("{date}", "On {date}", "E0663", "mapping.yaml:4:13", "no column of `Register.csv` reads"),
        ('"{date} {session}"', "[]", "E0663", "mapping.yaml:4:13", "no form of headers"),
        (
            '"{date} {session}"',
            '["{date} {session}", {a: b}]',
            "E0633",
            "mapping.yaml:4:34",
            "an object where a text",
        ),
        (
            "  leave",
            "  academic_year: 2024/26\n  leave",
            "E0663",
            "mapping.yaml:5:18",
            "write it as `2024/25`",
        ),
        ("  leave", "  codes: {P: XX}\n  leave", "E0619", "mapping.yaml:5:14", "`XX` is no code"),
        ("  leave", "  codes: {P: /, P: I}\n  leave", "E0611", "mapping.yaml:5:17", "`P` appears twice"),
        ("  leave", "  values: {code: {P: /}}\n  leave", "E0610", "mapping.yaml:5:12", "under `codes`"),
        (
            "  leave",
            "  values: {session: {x: y}}\n  leave",
            "E0618",
            "mapping.yaml:5:25",
            "`y` is no session",
        ),
        (
            "  leave",
            '  values: {session: {x: ""}}\n  leave',
            "E0613",
            "mapping.yaml:5:25",
            "write `AM` or `PM`",
        ),
        ("  leave", "  values: {until: {x: y}}\n  leave", "E0610", "mapping.yaml:5:12", "`until`"),
        (WIDE, "", "E0605", "mapping.yaml:1:1", "empty"),
        (WIDE, "- marks\n", "E0633", "mapping.yaml:1:1", "a list where an object"),
        ("marks:", "marks: {", "E0635", "mapping.yaml:3:10", "spaces"),
        (WIDE, "events: {columns: {}}\n", "E0661", "mapping.yaml:1:1", "there is no `events.csv`"),
    ],
)
def test_a_mistake_in_the_mapping_has_its_place(  # noqa: PLR0917 (a table's columns)
    old: str, new: str, code: str, place: str, said: str, tmp_path: Path
) -> None:
    assert old in WIDE
    history, found = read(tmp_path, exports(WIDE.replace(old, new, 1)))
    assert history is None
    (wrong,) = [one for one in found if one.code == code]
    assert {one.code for one in found} <= {code, "E0610", "W0609"}
    assert (wrong.code, str(wrong.span)) == (code, str(tmp_path / place))
    assert said in f"{wrong.message}; {wrong.help}"


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "said"),
    [
        ("Reception: 0", "Reception: R", "E0631", "mapping.yaml:5:29", "`R` is no year group"),
        ("Y: yes", "Y: ja", "E0627", "mapping.yaml:6:28", "`ja` is not yes or no"),
        ("has_social_worker: S", "has_champion: S", "E0610", "mapping.yaml:3:63", "belongs in `schools.csv`"),
        (
            "year_group: Year, ",
            "",
            "E0661",
            "mapping.yaml:5:5",
            "no column of `Students.csv` is `year_group`",
        ),
        ("pupil: UPN, ", "", "E0608", "Students.csv:1:1", "say under `columns`"),
        ("leave_out: others", "leave_out: []", "E0610", "Students.csv:1:5", "`Surname` and `Surname` are"),
        ("Social worker}", "Social worker, family: UPN}", "E0662", "mapping.yaml:3:105", "twice"),
        ("date_of_birth: DOB", "family: Surname", "E0611", "Students.csv:1:36", "`Surname` appears twice"),
    ],
)
def test_so_has_one_in_the_mapping_of_another_table(  # noqa: PLR0917 (a table's columns)
    old: str, new: str, code: str, place: str, said: str, tmp_path: Path
) -> None:
    assert old in STUDENTS
    history, found = read(tmp_path, students("P1,Lee,,Reception,Y,\n", STUDENTS.replace(old, new, 1)))
    assert history is None
    wrong = [one for one in found if one.code == code]
    assert [str(one.span) for one in wrong] == [str(tmp_path / place)]
    assert said in f"{wrong[0].message}; {wrong[0].help}"
    assert {one.code for one in found} <= {code, "E0610", "E0661"}


def test_our_own_name_for_another_column_is_no_accident(tmp_path: Path) -> None:
    register = REGISTER.replace("Forename", "pupil")
    _, found = read(tmp_path, exports(register=register))
    assert [(one.code, str(one.span)) for one in found] == [("E0662", f"{tmp_path / 'Register.csv'}:1:5")]
    good(read(tmp_path, exports(WIDE.replace("Forename", "pupil"), register)))


def test_the_usual_file_beside_a_mapped_one_is_warned_of(tmp_path: Path) -> None:
    marks = {"marks.csv": "pupil,date,session,code\n"}
    _, (found,) = read(tmp_path, exports() | marks)
    assert (found.code, found.help) == ("W0609", "`Register.csv` is read in its place; keep one of the two")


def test_all_headers_wrong_are_no_flood(tmp_path: Path) -> None:
    header = ",".join(f"{day:02d}/13/2024 AM" for day in range(1, 29))
    register = f"UPN,Forename,{header * 20}\n".replace("AM0", "AM,0")
    _, found = read(tmp_path, exports(register=register))
    assert len(found) == 201
    assert found[-1].code == "E0641"
