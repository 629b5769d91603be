"""Meaning 2: which sessions are open, what a school day is, and what a school week is."""

import pytest

from tests.engine.meanings.asking import ask, history, values, with_marks

DAYS = 'measure m "M" = count of ill in the last 2 school days'
WEEKS = 'measure m "M" = count of ill in the last 2 school weeks'
MISSING = 'measure m "M" = count of ill in this academic year'


def test_the_calendar_says_which_sessions_are_open() -> None:
    """A session that the calendar has open is missing without a mark; one that it has closed is not."""
    text = "present on 4 September 2024 present on 10 September 2024"
    assert ask(MISSING, text, "2024-09-10").value() == "from 0 to 6"
    assert ask(MISSING, text + " closed on 6 September 2024", "2024-09-10").value() == "from 0 to 4"


@pytest.mark.parametrize(("code", "value"), [("/", "1"), ("I", "1"), ("Y1", "3"), ("#", "3")])
def test_without_a_calendar_a_possible_session_of_any_pupil_opens_a_session(code: str, value: str) -> None:
    """Without a calendar a session is open when any pupil of the school has a possible session there."""
    text = f"""marked "I" on 4 September 2024 marked "I" on 6 September 2024 AM
      pupil "Q" in year 5 marked "{code}" on 5 September 2024"""
    given = with_marks(history(text, None), "P", ("2024-09-05 AM", "Y1"), ("2024-09-05 PM", "Y1"))
    assert ask(DAYS, given, "2024-09-06").value() == value


def test_an_inferred_calendar_is_said_to_be_one() -> None:
    """The decision says that the calendar was inferred."""
    text = "present on 4 September 2024"
    assert "calendar inferred" in ask(MISSING, text, "2024-09-04", calendar=None).remarks
    assert "calendar inferred" not in ask(MISSING, text, "2024-09-04").remarks


def test_a_school_day_has_at_least_one_open_session() -> None:
    """One open session makes a school day, none makes none: here 5 September's afternoon, or nothing."""
    text = 'marked "I" on 4 September 2024 marked "I" on 5 September 2024 PM present on 6 September 2024'
    half, whole = history(text, None), history(text + " unmarked on 5 September 2024", None)
    assert ask(DAYS, half, "2024-09-06").value() == "1"
    assert ask(DAYS, whole, "2024-09-06").value() == "2"


@pytest.mark.parametrize(
    ("closed", "value"),
    [
        ("closed from 16 September 2024 to 19 September 2024", "1"),
        ("closed from 16 September 2024 to 20 September 2024", "2"),
    ],
)
def test_a_school_week_has_at_least_one_open_session_however_few(closed: str, value: str) -> None:
    """A week with one school day is a school week, a week with none is not."""
    text = f"""present from 4 September 2024 to 25 September 2024 {closed}
      marked "I" on 13 September 2024 AM marked "I" on 25 September 2024 AM"""
    assert ask(WEEKS, text, "2024-09-25").value() == value


def test_a_school_week_runs_from_monday_to_sunday() -> None:
    """Friday belongs to the week that ends with it, Monday to the next; a Sunday is still of the old week."""
    one = WEEKS.replace("2 school weeks", "1 school weeks")
    text = 'present from 4 September 2024 to 16 September 2024 marked "I" on 13 September 2024 AM'
    assert values(one, text, ["2024-09-13", "2024-09-15", "2024-09-16"]) == ["1", "1", "0"]
