"""Whatever is wrong with a folder, both readers say it in the same words and order, of the same places."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from fingerpost import read_history, versions_of
from fingerpost.population.file_lines import FileLines
from fingerpost.population.read import read_population
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import report
from tests.shipped import shipped

Tables = dict[str, str]

CALENDAR = {"calendar.yaml": "terms:\n  - {name: Autumn, from: 2024-09-02, to: 2024-12-20}\n"}
PUPILS = "pupil,school,has_send,support_taken_up\nP1,S1,yes,fully\nP2,S1,no,fully\nP3,S1,no,partly\n"
STRINGS = "pupil,school,start,marks,has_send\nP1,S1,2024-09-02,//,{}\nP2,S1,2024-09-02,I/,yes\n"
GOOD = CALENDAR | {
    "pupils.csv": PUPILS,
    "marks.csv": "pupil,start,marks\nP1,2024-09-02,//\nP2,2024-09-02,//\n",
    "parents.csv": "pupil,parent,local_code_allows\nP1,A,yes\nP2,B,no\n",
    "schools.csv": "school,has_champion,year_sessions\nS1,yes,380\n",
}
FACTS = "fact,value,from,pupil,parent,school\n"
EVENTS = "event,date,pupil,parent,outcome,review_on\n"
TWO = "pupil,school\nP1,S1\nP2,S2\n"
OF_ONE_SCHOOL = {"calendar.csv": "date,open,school\n2024-09-02,yes,S1\n"}
FAULTY: dict[str, Tables] = {
    # A calendar that is not there.
    "strings of pupils": {"pupils.csv": STRINGS.format("")},
    "strings and a cell after them": {"pupils.csv": STRINGS.format("perhaps")},
    "strings of which one is odd": {"pupils.csv": STRINGS.format("").replace("I/", "I?")},
    "nobody's string": {"pupils.csv": STRINGS.format("") + "P2,S1,2024-09-02,//,\n"},
    "strings of no code": {"pupils.csv": "pupil,school,start,marks\nP1,S1,2024-09-02,?/\n"},
    "strings of one left out": {"pupils.csv": "pupil,year_group,start,marks\nP1,Y6,2024-09-02,//\n"},
    "strings in a table of marks": {"pupils.csv": TWO, "marks.csv": GOOD["marks.csv"]},
    "strings in both": {
        "pupils.csv": STRINGS.format(""),
        "marks.csv": "pupil,start,marks\nP1,2024-09-09,//\n",
    },
    "blank strings": {"pupils.csv": TWO, "marks.csv": "pupil,start,marks\nP1,2024-09-02,\nP2,2024-09-02, \n"},
    "a calendar of one school": OF_ONE_SCHOOL | {"pupils.csv": TWO, "marks.csv": GOOD["marks.csv"]},
    "two strings of that school": OF_ONE_SCHOOL
    | {"pupils.csv": TWO, "marks.csv": "pupil,start,marks\nP1,2024-09-02,/\nP1,2024-09-02,-/\n"},
    "a column of another table too many": {
        "pupils.csv": STRINGS.format(""),
        "events.csv": "event,date,colour\n",
    },
    "strings recorded later": {
        "pupils.csv": TWO,
        "marks.csv": "pupil,start,marks,recorded_on\nP1,2024-09-02,//,2024-09-04\n",
    },
    # Values.
    "a cell": GOOD | {"pupils.csv": PUPILS.replace("P2,S1,no", "P2,S1, perhaps")},
    "a choice": GOOD | {"pupils.csv": PUPILS.replace("no,fully", "no,Fuly")},
    "a parent's cell": GOOD | {"parents.csv": "pupil,parent,local_code_allows\nP1,A,perhaps\nP2,B,no\n"},
    "a school's cells": GOOD | {"schools.csv": "school,has_champion,year_sessions\nS1,perhaps,many\n"},
    "facts": GOOD
    | {
        "facts.csv": f"{FACTS}has_send,perhaps,2024-09-02,P1,,\nhas_snd,yes,,P1,,\n"
        "has_send,yes,2024-09-32,P2,,\nhas_send,yes,,P9,,\nhas_send,yes,,P1,,S1\nlocal_code_allows,perhaps,,P1,A,\nhas_champion,perhaps,,,,S1\n"
    },
    "events": GOOD
    | {
        "events.csv": f"{EVENTS}penalty_notice,2024-10-01,P1,A,perhaps,\n"
        "penalty_notice,2024-10-01,P1,A,outstanding; payd from 2024-12-03,\n"
        "penalty_notice,2024-10-01,P2,B,outstanding,2024-10-10\npart_time_timetable,2024-10-01,P1,,,soon\n"
    },
    "reported": GOOD | {"pupils.csv": "pupil,school,reported_absence\nP1,S1,10\nP2,S1,10%\n"},
    "a family": GOOD | {"pupils.csv": "pupil,school,family,whole_family_help\nP1,S1,F,yes\nP2,S1,F,no\n"},
    "a school of no list": GOOD | {"pupils.csv": PUPILS.replace("P2,S1", "P2,S2")},
    "marks": GOOD
    | {
        "marks.csv": "pupil,date,session,code,recorded_on\nP1,2024-09-02,AM,?,\nP2,2024-09-02,XM,/,\n"
        "P3,2024-13-02,AM,/,\nP3,2024-09-03,AM,/,x\nP9,2024-09-03,AM,/,\nP1,2024-09-04,AM,/,\n"
        "P1,2024-09-04,AM,I,\nP2,2024-09-07,AM,/,\n"
    },
    "marks of no first day": CALENDAR | {"pupils.csv": "pupil,school,marks\nP1,S1,//\nP2,S1,\n"},
    "a mapping": {
        "mapping.yaml": "pupils: {columns: {pupil: UPN, has_send: SEND}, leave_out: [Name]}\n"
        'marks: {columns: {pupil: UPN}, sessions: "{date} {session}", codes: {P: /}}\n',
        "pupils.csv": "UPN,Name,SEND\nP1,Ann,yes\nP2,Bo,perhaps\n",
        "marks.csv": "UPN,2024-09-02 AM,2024-09-02 PM\nP1,P,?\nP2,,I\n",
    },
    "a mapping that is wrong": {
        "mapping.yaml": "pupils: {columns: {pupil: UPM}, leave_out: others}\n",
        "pupils.csv": "UPN,Name\nP1,Ann\n",
    },
    "stays": {
        "pupils.csv": "pupil,on_roll_from,on_roll_until,start,marks,has_send\n"
        "P1,2024-09-01,2024-09-10,2024-09-02,//,perhaps\nP1,2024-09-20,,2024-09-02,//,perhaps\n"
        "P2,2024-09-20,2024-09-01,2024-09-02,//,yes\n"
    },
}


def quoted(table: str) -> str:
    """Every cell in quotation marks, as some programs write CSV."""
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in csv.reader(table.splitlines()))


def in_parquet(table: str) -> pa.Table:
    header, *rows = csv.reader(table.splitlines())
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(header)})


def write(folder: Path, tables: Tables, form: str) -> None:
    for name, text in tables.items():
        if form == "parquet" and name.endswith(".csv") and name != "calendar.csv":
            pq.write_table(in_parquet(text), folder / name.replace(".csv", ".parquet"))
        else:
            whole = quoted(text) if form == "quoted" and name.endswith(".csv") else text
            (folder / name).write_text(whole, encoding="utf-8", newline="")


@cache
def words() -> Vocabulary:
    return Vocabulary.from_policies(*versions_of(shipped("england")))


@pytest.mark.parametrize("form", ["csv", "quoted", "parquet"])
@pytest.mark.parametrize("faulty", FAULTY)
def test_both_readers_say_the_same(faulty: str, form: str, tmp_path: Path) -> None:
    write(tmp_path, FAULTY[faulty], form)
    for keep_going in (False, True):
        expected, said = read_history(tmp_path, words(), keep_going=keep_going)
        found, others = read_population(tmp_path, words(), keep_going=keep_going)
        assert [report.text([one]) for one in others] == [report.text([one]) for one in said]
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            assert found.history.pupils == expected.pupils


def test_what_is_good_is_called_so(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "csv")
    assert read_population(tmp_path, words())[1] == read_history(tmp_path, words())[1] == ()


def test_that_a_string_runs_over_weekdays_is_said_once_of_a_table(tmp_path: Path) -> None:
    """Not once for each of very many pupils, so that nothing else is out of sight behind it."""
    write(tmp_path, FAULTY["strings in both"], "csv")
    _, said = read_history(tmp_path, words())
    assert [(one.code, str(one.span)) for one in said] == [
        ("W0606", f"{tmp_path / 'marks.csv'}:1:13"),
        ("W0606", f"{tmp_path / 'pupils.csv'}:1:20"),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_line_of_a_large_file_is_found(end: str, tmp_path: Path) -> None:
    lines = ["\ufeff" * (number == 0) + f"P{number},é" for number in range(5_000)]
    path = tmp_path / "pupils.csv"
    path.write_text(end.join(lines), encoding="utf-8", newline="")
    found = FileLines(path)
    for line in (1, 2, 1_024, 1_025, 2_048, 2_049, 4_999, 5_000):
        assert found(line) == lines[line - 1].removeprefix("\ufeff")
    assert found(5_001) == ""


def test_lines_that_end_otherwise_are_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "pupils.csv").write_text("pupil,school\rP1,S1\r", encoding="utf-8", newline="")
    assert FileLines(tmp_path / "pupils.csv")(2) is None
