"""Meaning 8: the last N days, weeks, months and years."""

import pytest

from tests.engine.meanings.asking import ALL_YEARS, ask

TEXT = "present from 4 September 2024 to 6 September 2024"


@pytest.mark.parametrize(
    ("window", "event", "last", "first_out"),
    [
        ("1 days", "9 September 2024", "2024-09-09", "2024-09-10"),
        ("5 days", "9 September 2024", "2024-09-13", "2024-09-14"),
        ("1 weeks", "9 September 2024", "2024-09-15", "2024-09-16"),
        ("2 weeks", "9 September 2024", "2024-09-22", "2024-09-23"),
        ("1 months", "11 October 2024", "2024-11-10", "2024-11-11"),
        ("1 months", "31 January 2025", "2025-02-28", "2025-03-01"),
        ("1 months", "1 March 2025", "2025-03-31", "2025-04-01"),
        ("1 months", "28 February 2025", "2025-03-27", "2025-03-28"),
        ("3 years", "11 October 2024", "2027-10-10", "2027-10-11"),
        ("1 years", "1 March 2025", "2026-02-28", "2026-03-01"),
        ("1 years", "29 February 2028", "2029-02-28", "2029-03-01"),
    ],
)
def test_the_period_ends_with_the_date(window: str, event: str, last: str, first_out: str) -> None:
    """N days or weeks are N or 7N dates that end with the date.

    Months and years begin the day after the same day N before.
    """
    condition = f'condition c "C" = letter in the last {window}'
    text = f"{TEXT} given letter on {event}"
    found = [ask(condition, text, on, calendar=ALL_YEARS).truth() for on in (last, first_out)]
    assert found == ["true", "false"]


def test_holidays_and_weekends_count() -> None:
    """Days and weeks run over the ordinary calendar: a week is seven dates whether or not there is school."""
    measure = 'measure m "M" = count of ill in the last 14 days'
    text = 'present from 4 September 2024 to 8 November 2024 marked "I" on 25 October 2024'
    assert [ask(measure, text, on).value() for on in ("2024-11-07", "2024-11-08")] == ["2", "0"]
