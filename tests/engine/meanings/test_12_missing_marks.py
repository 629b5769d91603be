"""Meaning 12: missing marks."""

import pytest

from tests.engine.meanings.asking import ask

MEASURES = """measure m "M" = count of ill in this academic year
measure rate "M" = share of ill in this academic year
measure present_ "M" = share of attended in this academic year
measure run_ "M" = current run of ill in sessions
measure longest_ "M" = longest run of ill in sessions in this academic year
measure days_ "M" = current run of ill in school days
measure weeks_ "M" = weeks with at least 3 sessions of ill in this academic year
measure most_ "M" = most ill in any 1 school days in this academic year"""
BASE = "present from 4 September 2024 to 10 September 2024"


@pytest.mark.parametrize(
    ("missing", "count", "rate"),
    [("", "2", "2/10"), ("unmarked on 9 September 2024 AM", "from 2 to 3", "from 1/5 to 3/10")],
)
def test_counts_and_shares(missing: str, count: str, rate: str) -> None:
    """A count runs from none of the missing marks to all of them.

    A share has them in the denominator at both ends.
    """
    asked = ask(MEASURES, f'{BASE} marked "I" on 5 September 2024 {missing}', "2024-09-10")
    assert (asked.value(), asked.value("rate")) == (count, rate)
    if missing:
        assert asked.value("present_") == "from 7/10 to 4/5"


@pytest.mark.parametrize(
    ("marks", "current", "longest", "days"),
    [
        (
            '"I" from 9 September 2024 to 10 September 2024 unmarked on 9 September 2024 PM',
            "from 2 to 4",
            "from 2 to 4",
            "from 1 to 2",
        ),
        ('"I" on 9 September 2024 unmarked on 10 September 2024 AM', "0", "from 2 to 3", "0"),
        ('"I" on 9 September 2024 unmarked on 10 September 2024', "2", "2", "1"),
    ],
)
def test_runs(marks: str, current: str, longest: str, days: str) -> None:
    """A run is broken by the missing mark at one end and goes on over it at the other.

    What is to come does not matter.
    """
    asked = ask(MEASURES, f"{BASE} marked {marks}", "2024-09-10")
    assert (asked.value("run_"), asked.value("longest_"), asked.value("days_")) == (current, longest, days)


def test_a_run_before_a_missing_mark_may_be_over_or_go_on() -> None:
    """Where the latest session has no mark, the current run may be 0, or go on over it."""
    text = f"""{BASE} marked "I" on 10 September 2024 AM unmarked on 10 September 2024 PM
      pupil "Q" in year 5 present from 4 September 2024 to 10 September 2024"""
    assert ask(MEASURES, text, "2024-09-10").value("run_") == "from 0 to 2"


def test_weeks_and_the_most_in_any() -> None:
    """Weeks with, and the most in any, run from none of the missing marks to all of them, too."""
    text = f"""{BASE} marked "I" on 9 September 2024 marked "I" on 10 September 2024 AM
      unmarked on 10 September 2024 AM"""
    asked = ask(MEASURES, text, "2024-09-10")
    assert (asked.value("weeks_"), asked.value("most_")) == ("from 0 to 1", "2")


def test_an_occasion_that_only_missing_marks_would_make() -> None:
    """An occasion that reaches its length only with a missing mark may be one or not."""
    count = """occasion spell "S" = run of ill of at least 3 sessions
      measure m "M" = count of spell in this academic year"""
    text = BASE + ' marked "I" on 9 September 2024 unmarked on 10 September 2024 AM'
    assert ask(count, text, "2024-09-10").value() == "from 0 to 1"


def test_two_occasions_that_a_missing_mark_may_join_are_one_or_two() -> None:
    """Two runs with only a missing mark between them are one occasion or two."""
    count = """occasion spell "S" = run of ill of at least 1 sessions
      measure m "M" = count of spell in this academic year"""
    text = (
        BASE
        + ' marked "I" on 9 September 2024 unmarked on 9 September 2024 PM marked "I" on 10 September 2024 AM'
    )
    assert ask(count, text, "2024-09-10").value() == "from 1 to 2"
    apart = text.replace("unmarked on", 'marked "/" on')
    assert ask(count, apart, "2024-09-10").value() == "2"
