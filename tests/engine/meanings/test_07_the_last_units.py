"""Meaning 7: the last N sessions, school days, school weeks, terms and working days."""

import pytest

from tests.engine.meanings.asking import ALL_YEARS, YEAR, ask, values

PRESENT = "present from 4 September 2024 to 20 December 2024"


def last(window: str) -> str:
    return f'measure m "M" = count of ill in the last {window}'


def test_the_last_sessions() -> None:
    """The last 3 sessions are the 3 latest open ones up to the close of the date."""
    text = PRESENT + ' marked "I" on 9 September 2024 PM marked "I" on 10 September 2024'
    assert values(last("3 sessions"), text, ["2024-09-10", "2024-09-11"]) == ["3", "1"]
    assert values(last("2 sessions"), text, ["2024-09-10"]) == ["2"]


@pytest.mark.parametrize(("days", "value"), [(1, "0"), (2, "0"), (3, "2"), (4, "2")])
def test_the_last_school_days_include_the_date_and_leap_over_weekends(days: int, value: str) -> None:
    """The date is the first of the last N school days; Saturday and Sunday are none."""
    text = PRESENT + ' marked "I" on 6 September 2024'
    assert ask(last(f"{days} school days"), text, "2024-09-10").value() == value


def test_on_a_day_without_school_the_last_school_days_end_with_the_latest() -> None:
    """On a Sunday the last school day is Friday."""
    text = PRESENT + ' marked "I" on 6 September 2024'
    assert values(last("1 school days"), text, ["2024-09-06", "2024-09-08", "2024-09-09"]) == ["2", "2", "0"]


@pytest.mark.parametrize(("weeks", "value"), [(9, "0"), (10, "2"), (11, "2")])
def test_the_last_school_weeks_include_the_present_one_though_incomplete(weeks: int, value: str) -> None:
    """The week of the date is the first of the last N, on its Monday already.

    So the ninth before it is the tenth.
    """
    text = PRESENT + ' marked "I" on 13 September 2024'
    assert ask(last(f"{weeks} school weeks"), text, "2024-11-18").value() == value


def test_a_week_of_holiday_is_no_school_week() -> None:
    """Half term and holidays use up no weeks."""
    text = PRESENT + ' marked "I" on 21 October 2024'
    assert values(last("2 school weeks"), text, ["2024-11-04", "2024-11-08", "2024-11-11"]) == ["2", "2", "0"]


@pytest.mark.parametrize(("on", "value"), [("2024-11-02", "2"), ("2024-11-03", "2"), ("2024-11-04", "0")])
def test_if_the_week_has_had_no_open_session_yet_counting_starts_from_the_last_that_had(
    on: str, value: str
) -> None:
    """In half term the last school week is the one before it, until school opens again."""
    text = PRESENT + ' marked "I" on 21 October 2024'
    assert ask(last("1 school weeks"), text, on).value() == value


def test_a_week_that_opens_late_begins_with_its_first_open_session() -> None:
    """Where school is closed on Monday and Tuesday, the week has begun on Wednesday, not before."""
    text = PRESENT + ' closed from 16 September 2024 to 17 September 2024 marked "I" on 13 September 2024'
    assert values(last("1 school weeks"), text, ["2024-09-17", "2024-09-18"]) == ["2", "0"]


def test_units_are_the_schools_not_the_pupils_and_not_by_marks() -> None:
    """Sessions not possible for the pupil, or without a mark, are among the last N all the same."""
    text = PRESENT + ' marked "I" on 6 September 2024 marked "Y1" from 9 September 2024 to 10 September 2024'
    assert values(last("3 school days"), text, ["2024-09-10", "2024-09-11"]) == ["2", "0"]
    text = PRESENT + ' marked "I" on 6 September 2024 unmarked on 10 September 2024'
    assert values(last("2 school days"), text, ["2024-09-11"]) == ["from 0 to 2"]


def test_the_last_half_terms_and_terms() -> None:
    """The last 2 half terms are the present one, however young, and the one before it; likewise terms."""
    text = PRESENT + ' marked "I" on 25 October 2024 marked "I" on 4 November 2024 AM'
    assert values(last("1 half terms"), text, ["2024-11-03", "2024-11-04"]) == ["2", "1"]
    assert values(last("2 half terms"), text, ["2024-11-04", "2025-01-05", "2025-01-06"]) == ["3", "3", "1"]
    assert values(last("2 terms"), text, ["2025-04-21", "2025-04-22"]) == ["3", "0"]


@pytest.mark.parametrize(("days", "truth"), [(3, "false"), (4, "true"), (5, "true")])
def test_working_days_leave_out_weekends_and_bank_holidays(days: int, truth: str) -> None:
    """Counting back from 23 April 2025, over Easter, the working days are 23, 22, 17 and 16 April."""
    text = f"{PRESENT} given letter on 16 April 2025"
    asked = ask(f'condition c "C" = letter in the last {days} working days', text, "2025-04-23")
    assert asked.truth() == truth


def test_fewer_units_than_asked_reach_back_before_the_record() -> None:
    """Where fewer than N units are known, the window reaches back to before the record."""
    text = PRESENT + ' marked "I" on 6 September 2024'
    assert values(last("2 school weeks"), text, ["2024-09-06", "2024-09-09"]) == ["at least 2", "2"]
    assert ask(last("3 sessions"), text, "2024-09-04", calendar=YEAR).value() == "at least 0"
    assert ask(last("2 terms"), text, "2024-09-09", calendar=ALL_YEARS).value() == "at least 2"
