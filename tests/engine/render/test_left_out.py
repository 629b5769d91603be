"""A window of school weeks that spans more weeks of the calendar says what lies between."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fingerpost.calendar import Calendar
from fingerpost.render.measured import measured_words
from fingerpost.weeks_left_out import weeks_left_out
from tests.engine.meanings.asking import YEAR, ask

PRESENT = "present from 4 September 2024 to 28 March 2025"


def words(window: str, on: str) -> str:
    asked = ask(f'measure m "M" = count of ill in the last {window}', PRESENT, on)
    value = asked.policy.measures["m"].value
    return measured_words(value, asked.measured("m"), asked.policy, dt.date.fromisoformat(on))


@pytest.mark.parametrize(
    ("window", "on", "dates"),
    [
        ("2 school weeks", "2024-10-25", "14 Oct – 25 Oct"),
        ("2 school weeks", "2024-11-05", "21 Oct – 5 Nov, half term left out"),
        ("1 school weeks", "2024-11-05", "4 Nov – 5 Nov"),
        ("2 school days", "2024-11-04", "25 Oct – 4 Nov, half term left out"),
        ("2 school days", "2024-11-05", "4 Nov – 5 Nov"),
        ("12 school weeks", "2025-01-07", "30 Sep – 7 Jan, half term and the holidays left out"),
        ("3 weeks", "2024-11-08", "19 Oct – 8 Nov"),
        ("2 months", "2024-11-08", "9 Sep – 8 Nov"),
    ],
)
def test_weeks_of_school_say_what_they_pass_over(window: str, on: str, dates: str) -> None:
    """Only where a break lies within the window, and only of units of school time."""
    assert f"({dates})" in words(window, on)


def test_events_are_counted_over_the_same_weeks() -> None:
    """Of events in weeks of school the same is said as of marks."""
    text = f"{PRESENT} given letter on 24 October 2024"
    asked = ask('measure m "M" = count of letter in the last 2 school weeks', text, "2024-11-05")
    said = measured_words(
        asked.policy.measures["m"].value, asked.measured("m"), asked.policy, dt.date(2024, 11, 5)
    )
    assert said == "1 letter in the last 2 school weeks (21 Oct – 5 Nov, half term left out)"


def test_a_week_that_the_school_was_shut_is_no_half_term() -> None:
    """It is in no break that the calendar names."""
    shut = {dt.date(2024, 9, 16) + dt.timedelta(days=day) for day in range(5)}
    closed = frozenset(slot for day in shut for slot in (day.toordinal() * 2, day.toordinal() * 2 + 1))
    calendar = Calendar.from_data(replace(YEAR, closed=YEAR.closed | closed))
    found = weeks_left_out(calendar, dt.date(2024, 9, 9), dt.date(2024, 11, 8))
    assert found == ("weeks without school", "half term")
    assert weeks_left_out(calendar, dt.date(2024, 9, 9), dt.date(2024, 9, 20)) == ()
    assert weeks_left_out(calendar, dt.date(2024, 9, 23), dt.date(2024, 10, 25)) == ()
