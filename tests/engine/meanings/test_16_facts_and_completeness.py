"""Meaning 16: facts over time, and what is not recorded."""

from dataclasses import replace

import pytest

from fingerpost.history import Completeness, History
from fingerpost.known import conflicts
from tests.engine.histories import D, recorded
from tests.engine.meanings.asking import ALL_YEARS, ask, history, statuses, truths, values

PRESENT = "present from 4 September 2024 to 27 September 2024"
DECLINED = 'condition c "C" = support is declined'
FROM_TO = PRESENT + " given support is declined from 10 September 2024 until 12 September 2024"


def test_a_fact_holds_from_until_both_included() -> None:
    """A fact holds from its first to its last day, both included; before and after it is unknown."""
    dates = ["2024-09-09", "2024-09-10", "2024-09-12", "2024-09-13"]
    assert truths(DECLINED, FROM_TO, dates) == ["unknown", "true", "true", "unknown"]


def test_a_gap_between_rows_is_unknown() -> None:
    """Between two rows that leave a gap nobody knows."""
    text = FROM_TO + " given support is fully from 16 September 2024"
    dates = ["2024-09-12", "2024-09-13", "2024-09-15", "2024-09-16"]
    assert truths(DECLINED, text, dates) == ["true", "unknown", "unknown", "false"]


def test_without_dates_a_fact_holds_always() -> None:
    """A fact without dates holds on every day."""
    text = PRESENT + " given support is declined"
    assert truths(DECLINED, text, ["2020-01-01", "2024-09-10", "2024-09-27"]) == ["true", "true", "true"]


@pytest.mark.parametrize(
    ("second", "is_conflict"),
    [
        (recorded("fully", "2024-09-12"), True),
        (recorded("fully", "2024-09-13"), False),
        (recorded("declined", "2024-09-12"), False),
        (recorded("fully", "2024-09-12", on="2024-09-20"), False),
    ],
)
def test_overlapping_different_values_are_an_error(second: object, is_conflict: bool) -> None:
    """Two different values for one date contradict each other, unless one was recorded later."""
    rows = [recorded("declined", "2024-09-10", "2024-09-12"), second]
    assert bool(list(conflicts(rows))) is is_conflict  # type: ignore[arg-type]  # parametrised


def test_a_blank_is_unknown() -> None:
    """An empty cell says that nobody knows; it is not a no."""
    given = history(PRESENT)
    blank = {"support": (recorded(None),)}
    given = replace(given, pupils={"P": replace(given.pupils["P"], facts=blank)})
    assert truths(DECLINED, given, ["2024-09-10"]) == ["unknown"]
    assert truths('condition c "C" = support is known', given, ["2024-09-10"]) == ["false"]


# --- while ------------------------------------------------------------------------------------------------

ILL = FROM_TO + ' marked "I" from 9 September 2024 to 13 September 2024'


def test_while_a_fact_holds_keeps_the_sessions_of_those_days() -> None:
    """`while` keeps the sessions of the days on which the fact holds.

    Those of days on which nobody knows may count.
    """
    window = 'measure m "M" = count of ill in this academic year, while (support is declined)'
    assert values(window, ILL, ["2024-09-13"]) == ["from 6 to 10"]
    known = (
        ILL + " given support is fully until 9 September 2024 given support is fully from 13 September 2024"
    )
    assert values(window, known, ["2024-09-09", "2024-09-10", "2024-09-12", "2024-09-13"]) == [
        "0",
        "2",
        "6",
        "6",
    ]


def test_while_a_condition_over_facts_holds() -> None:
    """The same goes for a condition that rests on facts alone."""
    window = """condition on_support "C" = support is one of (fully; partly)
measure m "M" = count of ill in this academic year, while on_support"""
    known = (
        ILL + " given support is fully until 9 September 2024 given support is partly from 13 September 2024"
    )
    assert values(window, known, ["2024-09-13"]) == ["4"]


# --- kinds of event ---------------------------------------------------------------------------------------

LETTER = """condition c "C" = letter in this academic year
action a "A" school should "write" within 5 school days done when letter in this academic year"""


def _complete(given: History, **complete: object) -> History:
    return replace(given, complete=Completeness(**complete))  # type: ignore[arg-type]  # what a Completeness takes


@pytest.mark.parametrize(
    ("events", "truth"),
    [
        ("", "unknown"),
        ("given meeting on 10 September 2024", "unknown"),
        ("given letter on 10 September 2024", "true"),
        ("given no letter", "false"),
        ('given letter on 10 September 2024 for pupil "Q"', "false"),
    ],
)
def test_a_kind_of_event_that_appears_anywhere_is_complete(events: str, truth: str) -> None:
    """A kind that appears anywhere, or is declared complete, did not happen where it is not recorded."""
    other = 'pupil "Q" in year 5 present from 4 September 2024 to 27 September 2024'
    text = f"{PRESENT} {other} {events}" if '"Q"' in events else f"{PRESENT} {events} {other}"
    assert ask(LETTER, text, "2024-09-27").truth() == truth


def test_for_done_when_what_nobody_recorded_is_not_done() -> None:
    """An action whose kind of event was never recorded is not done, rather than unknown."""
    assert statuses(LETTER, PRESENT, ["2024-09-11", "2024-09-12"]) == ["due", "overdue"]


@pytest.mark.parametrize(
    ("complete", "truth"),
    [
        ({"kinds": {"letter": None}}, "false"),
        ({"kinds": {"letter": D("2024-09-01")}}, "false"),
        ({"kinds": {"letter": D("2024-09-05")}}, "unknown"),
        ({"events": D("2024-09-01"), "kinds": {"letter": None}}, "false"),
        ({"events": D("2024-09-05"), "kinds": {"letter": None}}, "unknown"),
        ({"events": D("2024-09-01")}, "unknown"),
    ],
)
def test_inside_the_complete_time_what_is_not_recorded_did_not_happen(
    complete: dict[str, object], truth: str
) -> None:
    """A kind is complete from the declared date on; what happened before it is left open."""
    condition = 'condition c "C" = letter since 4 September 2024'
    assert ask(condition, _complete(history(PRESENT), **complete), "2024-09-27").truth() == truth


def test_by_default_a_recorded_kind_is_complete_from_the_historys_start() -> None:
    """Without a declaration a kind that appears is complete from where the marks are: here 1 August 2024."""
    text = PRESENT + " given letter on 20 September 2024"
    conditions = """condition c "C" = letter from 1 August 2024 to 19 September 2024
condition d "D" = letter from 31 July 2024 to 19 September 2024"""
    asked = ask(conditions, text, "2024-09-27")
    assert (asked.truth("c"), asked.truth("d")) == ("false", "unknown")


@pytest.mark.parametrize("known_on", ["2024-09-16", "2024-09-20"])
def test_whether_a_kind_appears_does_not_depend_on_the_day_of_knowledge(known_on: str) -> None:
    """A kind that appears anywhere in the data is complete, also before its first row was known."""
    text = PRESENT + " given letter on 18 September 2024"
    assert ask(LETTER, text, "2024-09-16", known_on).truth() == "false"


def test_where_date_in_a_window_bounds_what_may_be_missing() -> None:
    """`where date in this term` looks no further back than the term, as `in this term` does.

    What lies before the record is then no reason not to know.
    """
    words = [f'condition c "C" = letter {within} this term' for within in ("in", "where date in")]
    given = history(PRESENT + " given letter on 27 September 2024", ALL_YEARS)
    late = _complete(given, events=D("2024-09-16"))
    for text in words:
        assert truths(text, given, ["2024-09-26", "2024-09-27"]) == ["false", "true"]
        assert truths(text, late, ["2024-09-26", "2024-09-27"]) == ["unknown", "true"]


def test_where_start_in_a_window_bounds_what_may_be_missing() -> None:
    """So does `where start in`, of an occasion."""
    occasion = 'occasion ill_run "Ill" = run of ill of at least 2 sessions'
    given = history(PRESENT, ALL_YEARS)
    late = _complete(given, marks=D("2024-09-16"))
    for within in ("in", "where start in"):
        text = f'{occasion}\ncondition c "C" = ill_run {within} this term'
        assert truths(text, given, ["2024-09-26"]) == ["false"]
        assert truths(text, late, ["2024-09-26"]) == ["unknown"]
