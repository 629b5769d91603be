"""Meaning 6: academic years, terms and half terms."""

import pytest

from tests.engine.histories import SIX_TERMS
from tests.engine.meanings.asking import ALL_YEARS, YEAR, truths, values

MARKS = {
    unit: f'measure m "M" = count of ill in this {unit}' for unit in ("half term", "term", "academic year")
}
EVENT = {unit: f'condition c "C" = letter in this {unit}' for unit in ("half term", "term", "academic year")}


@pytest.mark.parametrize(
    ("unit", "last", "first"),
    [
        ("half term", "2024-11-03", "2024-11-04"),
        ("half term", "2025-01-05", "2025-01-06"),
        ("term", "2025-01-05", "2025-01-06"),
        ("academic year", "2025-09-02", "2025-09-03"),
    ],
)
def test_a_period_lasts_until_the_next_begins(unit: str, last: str, first: str) -> None:
    """A half term, term or academic year lasts until the next begins, holidays included."""
    text = f"""present from 4 September 2024 to {"24 October 2024" if "11" in last else "19 December 2024"}
      marked "I" on {"25 October 2024" if "11" in last else "20 December 2024"}"""
    assert values(MARKS[unit], text, [last, first], calendar=ALL_YEARS) == ["2", "0"]


@pytest.mark.parametrize(
    ("unit", "day", "within", "after"),
    [
        ("half term", "30 October 2024", "2024-11-03", "2024-11-04"),
        ("term", "30 December 2024", "2025-01-05", "2025-01-06"),
        ("academic year", "20 August 2025", "2025-08-31", "2025-09-03"),
    ],
)
def test_a_day_in_the_holidays_belongs_to_the_period_just_ended(
    unit: str, day: str, within: str, after: str
) -> None:
    """An event in the holidays is one of the period before them."""
    text = f"present from 4 September 2024 to 25 October 2024 given letter on {day}"
    assert truths(EVENT[unit], text, [within, after], calendar=ALL_YEARS) == ["true", "false"]


@pytest.mark.parametrize(("calendar", "truth"), [(YEAR, "true"), (SIX_TERMS, "false")])
def test_years_of_three_and_of_six_terms(calendar: object, truth: str) -> None:
    """In a year of three terms September and November are one term.

    In one of six they are two, each of one half term.
    """
    text = "present from 4 September 2024 to 18 October 2024 given letter on 10 October 2024"
    assert truths(EVENT["term"], text, ["2024-11-06"], calendar=calendar) == [truth]
    assert truths(EVENT["half term"], text, ["2024-11-06"], calendar=calendar) == ["false"]


def test_last_term_is_the_one_before_the_present_one() -> None:
    """`in last term` is the period before the present one, holidays after it included."""
    last = 'condition c "C" = letter in last term'
    text = "present from 4 September 2024 to 18 October 2024 given letter on 30 December 2024"
    assert truths(last, text, ["2025-01-05", "2025-01-06", "2025-04-21", "2025-04-22"]) == [
        "unknown",
        "true",
        "true",
        "false",
    ]


def test_without_a_calendar_there_are_no_terms() -> None:
    """Terms and half terms come from the calendar alone: without one what lies in them is unknown."""
    text = "present from 4 September 2024 to 18 October 2024 given letter on 10 October 2024"
    assert truths(EVENT["term"], text, ["2024-10-18"], calendar=None) == ["unknown"]
    assert truths(EVENT["academic year"], text, ["2024-10-18"], calendar=None) == ["true"]
