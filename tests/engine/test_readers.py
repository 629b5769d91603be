"""Reading histories: tables and documents, how little is needed, and what keeping going leaves out."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from fingerpost.history import History, Stay
from fingerpost.known import known_events, known_fact, known_register
from fingerpost.readers import read_calendar, read_history
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.report import text as shown
from tests.engine.histories import D, both, slot
from tests.engine.words import words

PUPILS = "pupil,date_of_birth,year_group\nP1,2015-01-15,5\nP2,2014-02-01,6\n"
MARKS = "pupil,date,session,code\nP1,2024-09-04,AM,/\nP2,2024-09-04,AM,I\n"

Read = tuple[History | None, tuple[Diagnostic, ...]]


def folder(tmp_path: Path, *, keep_going: bool = False, **tables: str) -> Read:
    """Reads tables given by name."""
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return read_history(tmp_path, words(), keep_going=keep_going)


def document(data: object, *, keep_going: bool = False) -> Read:
    """Reads a JSON document from the standard input."""
    text = data if isinstance(data, str) else json.dumps(data)
    return read_history("-", words(), keep_going=keep_going, stdin=io.BytesIO(text.encode()))


def good(read: Read) -> History:
    """The history, if nothing was wrong."""
    history, found = read
    assert found == ()
    assert history is not None
    return history


def codes(read: Read) -> list[str]:
    """What was wrong."""
    return [diagnostic.code for diagnostic in read[1]]


# --- how little is needed -----------------------------------------------------------------------------------


def test_pupils_and_marks_are_enough(tmp_path: Path) -> None:
    history = good(folder(tmp_path, pupils=PUPILS, marks=MARKS))
    assert list(history.pupils) == ["P1", "P2"]
    assert history.pupils["P2"].register.codes == ("I",)
    assert history.pupils["P1"].on_roll == (Stay(),)
    assert list(history.schools) == [""]


@pytest.mark.parametrize("as_file", [False, True])
def test_marks_alone_tell_what_pupils_there_are(tmp_path: Path, as_file: bool) -> None:
    (tmp_path / "marks.csv").write_text(MARKS)
    history, found = read_history(tmp_path / "marks.csv" if as_file else tmp_path, words())
    assert history is not None
    assert list(history.pupils) == ["P1", "P2"]
    assert [diagnostic.code for diagnostic in found] == ["W0603"]


def test_pupils_alone_are_enough_where_totals_are_known(tmp_path: Path) -> None:
    history = good(
        folder(tmp_path, pupils="pupil,reported_absence,reported_holiday_sessions\nP1,10.4%,\nP2,10/96,4\n")
    )
    reported = {name: pupil.reported for name, pupil in history.pupils.items()}
    assert reported["P1"]["absence"][0].value == Fraction(104, 1000)
    assert reported["P2"]["absence"][0].value == Fraction(10, 96)
    assert reported["P2"]["holiday_sessions"][0].value == 4
    assert "holiday_sessions" not in reported["P1"]


@pytest.mark.parametrize(
    ("share", "found"), [("100%", []), ("96/96", []), ("100.1%", ["E0627"]), ("97/96", ["E0627"])]
)
def test_no_share_as_reported_is_more_than_the_whole(tmp_path: Path, share: str, found: list[str]) -> None:
    read = folder(tmp_path, pupils=f"pupil,reported_absence\nP1,{share}\n")
    assert [code for code in codes(read) if code.startswith("E")] == found


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    (tmp_path / "pupils.csv").write_bytes(b"\xef\xbb\xbf" + PUPILS.replace("\n", "\r\n").encode())
    (tmp_path / "marks.csv").write_bytes(MARKS.replace("\n", "\r").encode())
    assert len(good(read_history(tmp_path, words())).pupils) == 2


def test_blank_rows_and_blank_cells_at_the_end_are_passed_over(tmp_path: Path) -> None:
    pupils = "pupil,year_group,,\n\nP1,5,,\n,,,\nP2,6\n"
    read = folder(tmp_path, pupils=pupils, marks=MARKS)
    assert codes(read) == []


def test_a_formula_is_a_text(tmp_path: Path) -> None:
    history = good(folder(tmp_path, pupils='pupil,plan_says\nP1,"=HYPERLINK(""x"")"\n'))
    assert history.pupils["P1"].facts["plan_says"][0].value == '=HYPERLINK("x")'


# --- tables -------------------------------------------------------------------------------------------------


def test_british_dates_and_small_letters_of_sessions(tmp_path: Path) -> None:
    history = good(folder(tmp_path, pupils=PUPILS, marks="pupil,date,session,code\n P1 ,4/9/2024,pm, I \n"))
    assert history.pupils["P1"].register.slots == (slot("2024-09-04 PM"),)


def test_corrections_are_kept(tmp_path: Path) -> None:
    marks = "recorded_on,code,session,date,pupil\n,N,AM,2024-09-04,P1\n2024-09-06,I,AM,2024-09-04,P1\n"
    register = good(folder(tmp_path, pupils=PUPILS, marks=marks)).pupils["P1"].register
    assert known_register(register, D("2024-09-05"))[1] == ("N",)
    assert known_register(register, D("2024-09-06"))[1] == ("I",)


def test_a_pupil_who_came_back_has_two_rows(tmp_path: Path) -> None:
    pupils = "pupil,year_group,on_roll_from,on_roll_until\nP1,5,2024-11-04,\nP1,5,2023-09-04,2024-07-19\n"
    history = good(folder(tmp_path, pupils=pupils))
    assert history.pupils["P1"].on_roll == (
        Stay(first=D("2023-09-04"), last=D("2024-07-19")),
        Stay(first=D("2024-11-04")),
    )


def test_facts_and_events_find_their_owners(tmp_path: Path) -> None:
    history = good(
        folder(
            tmp_path,
            pupils="pupil,school,has_social_worker\nP1,S1,yes\nP2,S1,\n",
            parents="pupil,parent,notices_checked\nP1,A,\nP2,A,no\nP2,B,\n",
            schools="school,name,authority,phase,has_champion\nS1,Hillview,L1,primary,TRUE\n",
            facts="fact,value,from,until,pupil,parent,authority\n"
            "support_taken_up,declined,2024-10-01,2024-10-31,P1,,\n"
            "notices_checked,yes,2024-11-01,,P1,A,\n"
            "has_strategy,yes,,,,,L1\n"
            "absence,9%,2024-11-15,,P2,,\n",
            events="event,date,pupil,parent,school,outcome,marks\n"
            "penalty_notice,2024-11-12,P2,A,,outstanding; paid from 2024-12-03,2024-11-04 AM; 2024-11-05\n"
            "support_meeting_held,2024-11-13,,,,,\n"
            "board_reviewed_data,2024-11-14,,,,,\n",
        )
    )
    one, two = history.pupils["P1"], history.pupils["P2"]
    assert known_fact(one.facts["support_taken_up"]).at(D("2024-10-31")) == "declined"
    assert "has_social_worker" not in two.facts
    assert one.parents[0].facts["notices_checked"][0].first == D("2024-11-01")
    assert two.parents[0].facts["notices_checked"][0].value is False
    assert two.reported["absence"][0].value == Fraction(9, 100)
    (notice,) = known_events(two.events)
    assert notice.parent == "A"
    assert notice.field("outcome", D("2024-12-02")) == "outstanding"
    assert notice.field("outcome", D("2024-12-03")) == "paid"
    assert set(notice.relies_on) == {slot("2024-11-04 AM"), *both("2024-11-05")}
    school, authority = history.schools["S1"], history.authorities["L1"]
    assert school.facts["has_champion"][0].value is True
    assert [event.event for event in school.events] == ["support_meeting_held"]
    assert [event.event for event in authority.events] == ["board_reviewed_data"]
    assert authority.facts["has_strategy"][0].value is True


def test_a_parent_s_fact_without_a_pupil_is_of_the_parent_of_every_child(tmp_path: Path) -> None:
    parents = "pupil,parent\nP1,A\nP2,A\n"
    facts = "fact,value,parent\nnotices_checked,yes,A\n"
    history = good(folder(tmp_path, pupils=PUPILS, marks=MARKS, parents=parents, facts=facts))
    assert [pupil.parents[0].facts["notices_checked"][0].value for pupil in history.pupils.values()] == [
        True,
        True,
    ]


def test_single_sessions_of_a_calendar_are_added_to_its_terms(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text("terms:\n  - {name: Autumn, from: 2024-09-04, to: 2024-12-20}\n")
    calendar = "date,session,open,school\n2024-11-22,,no,\n2024-11-23,AM,yes,S1\n"
    pupils = "pupil,school\nP1,S1\nP2,S2\n"
    history = good(folder(tmp_path, pupils=pupils, marks=MARKS, calendar=calendar))
    assert {name: len(data.sessions) for name, data in history.calendars.items()} == {"": 2, "S1": 3}
    assert all(data.terms for data in history.calendars.values())


def test_what_is_complete(tmp_path: Path) -> None:
    (tmp_path / "history.yaml").write_text("complete:\n  events: 2024-09-01\n  penalty_notice: start\n")
    complete = good(folder(tmp_path, pupils=PUPILS, marks=MARKS)).complete
    assert complete.events == D("2024-09-01")
    assert complete.marks is None
    assert dict(complete.kinds) == {"penalty_notice": None}


# --- documents ----------------------------------------------------------------------------------------------


def _pupil(**more: object) -> Mapping[str, object]:
    return {"pupils": [{"pupil": "P1", **more}], "calendar": CALENDAR}


CALENDAR = {
    "terms": [
        {
            "name": "Autumn",
            "from": "2024-09-04",
            "to": "2024-12-20",
            "breaks": [{"from": "2024-10-28", "to": "2024-11-01"}],
        }
    ],
    "closed": ["2024-11-22", {"date": "2024-09-06", "session": "AM"}],
}


def test_a_marks_string_runs_over_the_sessions_of_the_calendar() -> None:
    marks = [{"from": "2024-09-05", "marks": "/\\ I -{J1}"}]
    register = good(document(_pupil(marks=marks))).pupils["P1"].register
    sessions = ("2024-09-05 AM", "2024-09-05 PM", "2024-09-06 PM", "2024-09-09 PM")
    assert register.slots == tuple(map(slot, sessions))
    assert register.codes == ("/", "\\", "I", "J1")


def test_rows_and_strings_of_marks_go_together() -> None:
    marks = [
        {"from": "2024-09-04", "session": "PM", "marks": "N"},
        {"date": "2024-09-04", "session": "AM", "code": "/"},
        {"date": "2024-09-04", "session": "PM", "code": "I", "recorded_on": "2024-09-06"},
    ]
    register = good(document(_pupil(marks=marks))).pupils["P1"].register
    assert register.codes == ("/", "N", "I")
    assert register.recorded_on == (None, None, D("2024-09-06"))


def test_without_a_calendar_a_marks_string_runs_over_weekdays() -> None:
    read = document({"pupils": [{"pupil": "P1", "marks": [{"from": "2024-09-06", "marks": "/\\/"}]}]})
    assert codes(read) == ["W0606"]
    assert read[0] is not None
    assert read[0].pupils["P1"].register.slots[-1] == slot("2024-09-09 AM")


def test_facts_parents_and_events_of_a_document() -> None:
    history = good(
        document(
            {
                "pupils": [
                    {
                        "pupil": 412,
                        "date_of_birth": "2015-01-15",
                        "year_group": 0,
                        "school": "S1",
                        "parents": ["A", {"parent": "B", "facts": {"notices_checked": True}}],
                        "facts": {
                            "has_social_worker": "no",
                            "sessions_agreed": 10,
                            "support_taken_up": [
                                {"value": "fully", "until": "2024-10-31", "recorded_by": "champion"},
                                {"value": None, "from": "2024-11-01"},
                            ],
                        },
                        "events": [
                            {
                                "event": "penalty_notice",
                                "date": "2024-11-12",
                                "parent": "B",
                                "outcome": [
                                    {"value": "outstanding"},
                                    {"value": "paid", "from": "2024-12-03"},
                                ],
                                "marks": [{"date": "2024-11-04", "session": "AM"}, {"date": "2024-11-05"}],
                            }
                        ],
                        "reported": {"absence": {"value": "10/96", "from": "2024-11-15"}},
                    }
                ],
                "schools": [{"school": "S1", "authority": "L1", "facts": {"has_champion": False}}],
                "authorities": [
                    {"authority": "L1", "events": [{"event": "board_reviewed_data", "date": "2024-11-14"}]}
                ],
                "complete": {"penalty_notice": "2022-09-01"},
            }
        )
    )
    pupil = history.pupils["412"]
    assert pupil.year_group == 0
    assert pupil.facts["sessions_agreed"][0].value == 10
    assert known_fact(pupil.facts["support_taken_up"]).at(D("2024-10-01")) == "fully"
    assert pupil.parents[1].facts["notices_checked"][0].value is True
    assert len(pupil.events[0].relies_on) == 3
    assert history.complete.kinds["penalty_notice"] == D("2022-09-01")
    assert pupil.reported["absence"][0].first == D("2024-11-15")


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        ('{"pupils": [\n  {"pupil": "P1",\n   "yaer_group": 5}]}', "E0610", 3, 4),
        ('{"pupils": [\n  {"pupil": "P1",\n   "year_group": 15}]}', "E0631", 3, 18),
        ('{"pupils": [\n  {"year_group": 5}]}', "E0608", 2, 3),
        ('{"pupils": [{"pupil": "P1",\n "facts": {"has_social_worker": "perhaps"}}]}', "E0627", 2, 33),
        ('{"pupils": [{"pupil": "P1",\n "facts": {"has_social_wroker": true}}]}', "E0626", 2, 12),
        ('{"pupils": [{"pupil": "P1",\n "facts": {"has_social_worker": [1]}}]}', "E0633", 2, 34),
        ('{"pupils": [{"pupil": "P1",\n "facts": {"has_champion": true}}]}', "E0628", 2, 12),
        ('{"pupils": [{"pupil": "P1",\n "parents": [{"parnet": "A"}]}]}', "E0608", 2, 14),
        ('{"pupils": [{"pupil": "P1",\n "pupil": "P2"}]}', "E0611", 2, 2),
        ('{"pupils": [{"pupil": "P1"},\n {"pupil": "P1"}]}', "E0624", 2, 12),
        (
            '{"pupils": [{"pupil": "P1", "events": [\n{"event": "letter", "date": "2024-09-04"}]}]}',
            "E0626",
            2,
            11,
        ),
        ('{"pupils": [{"pupil": "P1", "events": [\n{"event": "formal_meeting"}]}]}', "E0613", 2, 1),
        (
            '{"pupils": [{"pupil": "P1", "marks": [\n{"date": "2024-09-04","session": "AM","code": "i"}]}]}',
            "E0619",
            2,
            47,
        ),
        (
            '{"pupils": [{"pupil": "P1", "marks": [\n{"from": "2024-09-04", "marks": "/\\\\?"}]}]}',
            "E0619",
            2,
            33,
        ),
        ('{"pupils": [{"pupil": "P1", "marks": [\n{"from": "2024-09-04", "marks": "/{"}]}]}', "E0637", 2, 33),
        ('{"pupils": [{"pupil": "P1", "marks": [\n7]}]}', "E0633", 2, 1),
        ('{"pupils": [{"pupil": "P1"}],\n "complete": {"evnts": null}}', "E0626", 2, 15),
        ('{"pupils": [{"pupil": "P1"}],\n "calendar": {"closed": ["2024-02-30"]}}', "E0614", 2, 26),
        ('{"pupils": [{"pupil": "P1"}],\n "calendars": {"S9": {}}}', "E0625", 2, 16),
        ('{"pupils": [\n}', "E0632", 2, 1),
        ('{"pupils": "\\q"}', "E0632", 1, 13),
        ("[]", "E0633", 1, 1),
        ('{"pupils": [{"pupil": "a\\u0000"}]}', "E0604", 1, 25),
    ],
)
def test_a_mistake_in_a_document_is_found_at_its_place(data: str, code: str, line: int, column: int) -> None:
    _, found = document(data)
    places = [(one.code, one.span.line, one.span.column) for one in found if one.is_error and one.span]
    assert (code, line, column) in places


# --- what is left out ---------------------------------------------------------------------------------------


def test_one_bad_row_stops_the_run_with_every_problem_listed(tmp_path: Path) -> None:
    marks = MARKS + "P1,2024-09-04,PM,?\nP1,2024-09-31,PM,/\nP9,2024-09-04,PM,/\nP1,2024-09-04,XM,/\n"
    read = folder(tmp_path, pupils=PUPILS, marks=marks)
    assert read[0] is None
    assert codes(read) == ["E0619", "E0614", "E0625", "E0618"]


def test_keeping_going_reads_the_rest_and_says_what_was_left_out(tmp_path: Path) -> None:
    marks = MARKS + "P1,2024-09-05,AM,N\nP1,2024-09-05,AM,I\nP9,2024-09-04,PM,/\nP2,2024-09-05,AM,?\n"
    pupils = PUPILS + "P3,1915-01-01,5\n"
    read = folder(tmp_path, keep_going=True, pupils=pupils, marks=marks)
    history, found = read
    assert history is not None
    assert list(history.pupils) == ["P1", "P2"]
    assert history.pupils["P1"].register.codes == ("/",)
    assert found[-1].code == "W0608"
    assert found[-1].message == "left out: 4 marks, 1 pupil"


WRONG_HERE_AND_THERE = """\
pupil,date,session,code
P1,2024-09-04,AM,/
 P1 ,2024-09-04,AM,I
P2,2024-09-04,AM,/
,,,

P3,2024-09-04,AM,/
P2,2024-09-31,PM,/
P2,2024-09-04,AM
P2,2024-09-05,AM,/,
P2,2024-09-05,PM,/,x
,2024-09-04,AM,/
P2,2024-09-31,PM,/
P3,2024-09-05,AM,/
"""


def test_however_a_table_is_written_the_same_is_right_and_wrong(tmp_path: Path) -> None:
    """Plain tables are read another way than those with quotation marks, and than those in another order."""
    rows = [line.split(",") for line in WRONG_HERE_AND_THERE.splitlines()]
    quoted = ["".join(f'{"," * bool(n)}"{cell}"' for n, cell in enumerate(row)) for row in rows]
    another_order = [",".join([*row[1:4], *row[:1], *row[4:]]) for row in rows]
    said = []
    for lines in (WRONG_HERE_AND_THERE.splitlines(), quoted, another_order):
        history, found = folder(tmp_path, keep_going=True, pupils=PUPILS, marks="\n".join(lines))
        assert history is not None
        problems = [(one.code, one.message, one.span and one.span.line) for one in found]
        said.append((history.digest, len(history.pupils["P2"].register), problems))
    assert said[0] == said[1] == said[2]
    assert said[0][1] == 2
    assert [(code, line) for code, _, line in said[0][2]] == [
        ("E0621", 3),
        ("E0625", 7),
        ("E0614", 8),
        ("E0612", 9),
        ("E0612", 11),
        ("E0613", 12),
        ("E0614", 13),
        ("W0608", None),
    ]


def test_a_column_too_many_does_not_hide_what_is_wrong_in_the_rows(tmp_path: Path) -> None:
    """All problems in one run: the column, and the cells of the others."""
    pupils = "pupil,date_of_birth,has_social_worker,likes_cake\nP1,2015-02-31,maybe,yes\nP2,2014-02-01,,\n"
    for keep_going in (False, True):
        history, found = folder(tmp_path, keep_going=keep_going, pupils=pupils, marks=MARKS)
        assert history is None
        assert [one.code for one in found] == ["E0610", "E0614", "E0627", *(["W0610"] if keep_going else [])]


def test_what_stops_the_run_is_shown_however_much_is_wrong(tmp_path: Path) -> None:
    """Else nobody would find it behind the rows that can be left out."""
    pupils = "pupil,date_of_birth\n" + "".join(f"P{number},soon\n" for number in range(300))
    _, found = folder(tmp_path, keep_going=True, pupils=pupils, marks=MARKS, events="event,date,colour\n")
    assert len(found) == 200 + 1 + 2
    assert {one.code for one in found[1:201]} == {"E0615"}
    assert (found[0].code, found[-2].message) == ("E0610", "and 100 more")
    assert found[-1].message.endswith(f"but E0610 at {found[0].span} is about a whole column")


def test_the_marks_of_a_pupil_whose_row_is_torn_are_no_mistake_of_their_own(tmp_path: Path) -> None:
    """A comma too many in a pupil's row is said once, and not again for the marks."""
    history, found = folder(tmp_path, keep_going=True, pupils=PUPILS.replace("15,5", "15,5,x"), marks=MARKS)
    assert [one.code for one in found] == ["E0612", "W0608"]
    assert history is not None
    assert list(history.pupils) == ["P2"]


def test_a_missing_column_leaves_nothing_to_go_on_with(tmp_path: Path) -> None:
    history, _ = folder(tmp_path, keep_going=True, pupils=PUPILS, marks="pupil,date,code\nP1,2024-09-04,/\n")
    assert history is None


def test_a_flood_of_errors_is_counted(tmp_path: Path) -> None:
    rows = "".join(f"P1,2024-09-04,AM,x{number}\n" for number in range(1000))
    _, found = folder(tmp_path, pupils=PUPILS, marks=MARKS + rows)
    assert len(found) == 201
    assert found[-1].code == "E0641"
    assert found[-1].message == "and 800 more"


def test_marks_of_a_pupil_whose_row_is_wrong_are_not_reported_again(tmp_path: Path) -> None:
    read = folder(tmp_path, pupils="pupil,year_group\nP1,99\nP2,6\n", marks=MARKS)
    assert codes(read) == ["E0631"]


def test_administrative_marks_take_no_session(tmp_path: Path) -> None:
    """Meaning 5: they may stand in closed sessions, and off roll."""
    (tmp_path / "calendar.yaml").write_text(
        "terms:\n  - {name: Autumn, from: 2024-09-04, to: 2024-12-20}\nclosed: [2024-11-22]\n"
    )
    pupils = "pupil,on_roll_from\nP1,2024-09-05\n"
    marks = "pupil,date,session,code\nP1,2024-11-22,AM,#\nP1,2024-09-04,AM,#\n"
    assert len(good(folder(tmp_path, pupils=pupils, marks=marks)).pupils["P1"].register) == 2


def test_a_calendar_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text("terms:\n  - {name: Autumn, from: 04/09/2024, to: 2024-12-20}\n")
    data, found = read_calendar(path, words())
    assert found == ()
    assert data is not None
    assert data.terms[0].first == D("2024-09-04")


# --- families -----------------------------------------------------------------------------------------------

SIBLINGS = "pupil,family,shared_plan\nP1,F,{}\nP2,F,{}\nP3,G,\n"
THREE = "pupil,date,session,code\nP1,2024-09-04,AM,/\nP2,2024-09-04,AM,/\nP3,2024-09-04,AM,/\n"


@pytest.mark.parametrize(("first", "second"), [("yes", ""), ("", "yes"), ("yes", "yes")])
def test_what_is_recorded_of_a_family_holds_for_each_child(tmp_path: Path, first: str, second: str) -> None:
    """With whichever child it stands; another family is not told."""
    history = good(folder(tmp_path, pupils=SIBLINGS.format(first, second), marks=THREE))
    held = {
        name: [row.value for row in pupil.facts.get("shared_plan", ())]
        for name, pupil in history.pupils.items()
    }
    assert held == {"P1": [True], "P2": [True], "P3": []}


def test_an_event_of_a_family_is_one_for_all_its_children(tmp_path: Path) -> None:
    """Recorded with one child or with both, it is one event of each."""
    events = (
        "event,date,pupil\nfamily_met,2024-09-05,P1\nfamily_met,2024-09-05,P2\nfamily_met,2024-09-06,P2\n"
    )
    history = good(folder(tmp_path, pupils=SIBLINGS.format("", ""), marks=THREE, events=events))
    dates = {name: [event.date for event in pupil.events] for name, pupil in history.pupils.items()}
    assert dates == {
        "P1": [D("2024-09-05"), D("2024-09-06")],
        "P2": [D("2024-09-05"), D("2024-09-06")],
        "P3": [],
    }


def test_two_children_of_a_family_do_not_contradict_each_other(tmp_path: Path) -> None:
    """Said once, with both places; with --keep-going the fact is left out for both."""
    read = folder(tmp_path, pupils=SIBLINGS.format("yes", "no"), marks=THREE, keep_going=True)
    history, found = read
    assert [one.code for one in found if one.is_error] == ["E0630"]
    assert "in the family `F`" in found[0].message
    assert history is not None
    assert not any(pupil.facts.get("shared_plan") for pupil in history.pupils.values())


def test_a_mistake_far_along_one_line_of_json_is_shown_where_it_is() -> None:
    """Programs write a document in one line; its mistake is underlined all the same."""
    marks = [{"date": "2024-09-04", "session": session, "code": "/"} for session in ("AM", "PM")]
    rows = [{"pupil": f"P{number}", "year_group": 5, "marks": marks} for number in range(40)]
    rows[-1]["marks"] = [{"date": "2024-09-04", "session": "AM", "code": "ZZ"}]
    _, found = document({"pupils": rows})
    assert '"code": "ZZ"' in shown(found)
    *_, above, under, _ = shown(found).splitlines()
    assert above[under.index("^") :].startswith('"ZZ"')
