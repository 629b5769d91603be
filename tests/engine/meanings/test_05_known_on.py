"""Meaning 5: what was known on a day."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fingerpost.history import Completeness, EventRow, History
from fingerpost.readers import read_history
from fingerpost.vocabulary import Vocabulary
from tests.engine.histories import D, recorded
from tests.engine.meanings.asking import ask, history, policy_of, with_marks

ILL = 'measure m "M" = count of ill in this academic year'
SUPPORT = 'condition c "C" = support is declined'
LETTER = 'condition c "C" = letter in this academic year'


@pytest.mark.parametrize(
    ("known_on", "value"), [("2024-09-12", "0"), ("2024-09-13", "1"), ("2024-09-14", "1")]
)
def test_of_the_rows_for_one_session_the_latest_recorded_by_then_counts(known_on: str, value: str) -> None:
    """A correction counts from the day on which it was recorded, that day included."""
    text = """present from 4 September 2024 to 10 September 2024
      marked "I" on 9 September 2024 AM recorded 13 September 2024"""
    assert ask(ILL, text, "2024-09-10", known_on).value() == value


def test_by_default_everything_given_is_known() -> None:
    """Without a date of knowledge all rows count, whenever they were recorded."""
    text = """present from 4 September 2024 to 10 September 2024
      marked "I" on 9 September 2024 AM recorded 1 July 2025"""
    assert ask(ILL, text, "2024-09-10").value() == "1"


def test_a_row_that_does_not_say_is_known_from_its_own_date() -> None:
    """A mark without a date of recording is known from the date of its session on, not before."""
    text = 'present from 4 September 2024 to 9 September 2024 marked "I" on 10 September 2024'
    assert [ask(ILL, text, "2024-09-10", known).value() for known in ("2024-09-09", "2024-09-10")] == [
        "0",
        "2",
    ]


@pytest.mark.parametrize(
    ("known_on", "truth"), [("2024-09-15", "unknown"), ("2024-09-16", "true"), ("2024-09-17", "true")]
)
def test_the_same_goes_for_facts(known_on: str, truth: str) -> None:
    """A fact is known from the day it was recorded."""
    text = """present on 4 September 2024 given support is declined from 4 September 2024
      recorded 16 September 2024"""
    assert ask(SUPPORT, text, "2024-09-11", known_on).truth() == truth


def test_a_fact_that_does_not_say_is_known_from_its_first_day() -> None:
    """A fact without a date of recording is known from the first day on which it holds."""
    text = "present on 4 September 2024 given support is declined from 11 September 2024"
    found = [ask(SUPPORT, text, "2024-09-11", known).truth() for known in ("2024-09-10", "2024-09-11")]
    assert found == ["unknown", "true"]


@pytest.mark.parametrize(
    ("known_on", "truth"), [("2024-09-15", "false"), ("2024-09-16", "true"), ("2024-09-17", "true")]
)
def test_the_same_goes_for_events(known_on: str, truth: str) -> None:
    """An event is known from the day it was recorded, whenever it happened."""
    text = "present on 4 September 2024 given letter on 9 September 2024 recorded 16 September 2024"
    assert ask(LETTER, text, "2024-09-20", known_on).truth() == truth


@pytest.mark.parametrize(("code", "value"), [("Z", "0"), ("Y1", "from 0 to 2")])
def test_administrative_marks_take_no_session(code: str, value: str) -> None:
    """A session in which there are only administrative marks is still to come; any other mark takes it."""
    text = f"""present from 4 September 2024 to 9 September 2024
      pupil "Q" in year 5 present from 4 September 2024 to 9 September 2024
        marked "{code}" on 10 September 2024"""
    assert ask(ILL, text, "2024-09-10").value() == value


@pytest.mark.parametrize("session", ["2024-09-07 AM", "2024-09-03 AM"])
def test_administrative_marks_may_stand_in_closed_sessions_and_off_roll(session: str) -> None:
    """An administrative mark on a Saturday, or before the pupil came, changes nothing."""
    pupil = 'pupil "P" in year 5 on roll from 4 September 2024'
    given = history("present from 4 September 2024 to 10 September 2024", pupil=pupil)
    assert ask(ILL, with_marks(given, "P", (session, "#")), "2024-09-10").value() == "0"


# --- what the reader refuses, and what it only warns of -----------------------------------------------------

CASES = {
    "two different rows recorded on the same day": (
        [("2024-09-09", "I", "2024-09-09"), ("2024-09-09", "/", "2024-09-09")],
        "error",
    ),
    "two different rows that do not say when": ([("2024-09-09", "I", ""), ("2024-09-09", "/", "")], "error"),
    "two equal rows": ([("2024-09-09", "I", ""), ("2024-09-09", "I", "")], "warning"),
    "two different rows of different days": (
        [("2024-09-09", "N", ""), ("2024-09-09", "I", "2024-09-11")],
        "",
    ),
    "a mark while not on roll": ([("2024-09-03", "I", "")], "error"),
    "an administrative mark while not on roll": ([("2024-09-03", "Z", "")], ""),
    "an administrative mark in a closed session": ([("2024-09-07", "#", "")], ""),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_that_contradict_each_other(name: str, tmp_path: Path) -> None:
    """Two different rows of one session and day are an error, equal ones a warning.

    So is a mark off roll an error.
    """
    rows, severity = CASES[name]
    marks = [
        {"date": date, "session": "AM", "code": code, **({"recorded_on": said} if said else {})}
        for date, code, said in rows
    ]
    pupil = {"pupil": "P", "on_roll_from": "2024-09-04", "marks": marks}
    calendar = {"terms": [{"name": "Autumn", "from": "2024-09-03", "to": "2024-12-20"}]}
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"pupils": [pupil], "calendar": calendar}), encoding="utf-8")
    _, found = read_history(path, Vocabulary.from_policies(policy_of("")))
    assert [one.severity.value for one in found] == ([severity] if severity else [])


# --- events that are corrected ----------------------------------------------------------------------------

NOTICE = """condition c "C" = any parent has (notice where outcome is paid in this term)
condition d "D" = any parent has (notice in this term)"""


def _with_rows(*rows: dict[str, object]) -> History:
    given = history("present from 4 September 2024 to 20 September 2024")
    events = tuple(EventRow(event="notice", date=D("2024-09-09"), parent="A", id="N1", **row) for row in rows)  # type: ignore[arg-type]  # what an EventRow takes
    pupil = given.pupils["P"]
    complete = Completeness(kinds={"notice": None})
    return replace(given, pupils={"P": replace(pupil, events=events)}, complete=complete)


@pytest.mark.parametrize(
    ("on", "truth"), [("2024-09-12", "false"), ("2024-09-13", "true"), ("2024-09-14", "true")]
)
def test_a_later_row_of_the_same_id_is_a_new_value(on: str, truth: str) -> None:
    """A later row with an event's id gives its fields a new value, from the day that was recorded."""
    given = _with_rows(
        {"fields": {"outcome": (recorded("outstanding"),)}},
        {"fields": {"outcome": (recorded("paid"),)}, "recorded_on": D("2024-09-13")},
    )
    assert ask(NOTICE, given, on).truth() == truth
    assert ask(NOTICE, given, on).truth("d") == "true"


@pytest.mark.parametrize(("known_on", "truth"), [("2024-09-12", "true"), ("2024-09-13", "false")])
def test_a_cancelled_event_is_taken_back(known_on: str, truth: str) -> None:
    """A row that cancels an event takes it back, from the day on which that was recorded."""
    given = _with_rows({}, {"cancelled": True, "recorded_on": D("2024-09-13")})
    assert ask(NOTICE, given, "2024-09-20", known_on).truth("d") == truth
