"""Meaning 11: runs and occasions."""

import pytest

from tests.engine.meanings.asking import ask, truths, values

PRESENT = "present from 4 September 2024 to 20 September 2024"
RUNS = """measure m "M" = current run of ill in sessions
measure days_ "M" = current run of ill in school days
measure longest_ "M" = longest run of ill in sessions in this academic year
measure longest_days "M" = longest run of ill in school days in this academic year"""


def run(text: str, on: str) -> tuple[str, str, str, str]:
    asked = ask(RUNS, text, on)
    return asked.value(), asked.value("days_"), asked.value("longest_"), asked.value("longest_days")


def test_weekends_closures_and_holidays_neither_break_nor_lengthen_a_run() -> None:
    """A run goes on over sessions in which school is closed, which are not counted."""
    text = "present from 4 September 2024 to 20 September 2024 closed on 9 September 2024"
    text += ' marked "I" from 5 September 2024 to 11 September 2024'
    assert run(text, "2024-09-11")[:2] == ("8", "4")
    over_half_term = """present from 4 September 2024 to 24 October 2024
      marked "I" from 25 October 2024 to 4 November 2024"""
    assert run(over_half_term, "2024-11-04")[:2] == ("4", "2")


@pytest.mark.parametrize(
    ("code", "value"), [("Y1", ("4", "2")), ("#", ("4", "2")), ("/", ("2", "1")), ("G", ("2", "1"))]
)
def test_only_another_possible_mark_ends_a_run(code: str, value: tuple[str, str]) -> None:
    """The pupil's own not-possible sessions do not end a run.

    A mark of presence or of another absence does.
    """
    text = f"""{PRESENT} marked "I" on 9 September 2024 marked "{code}" on 10 September 2024
      marked "I" on 11 September 2024"""
    assert run(text, "2024-09-11")[:2] == value


def test_the_current_run_ends_at_the_latest_taken_session() -> None:
    """The current run is the one at the latest taken session; one that a later mark has ended is over."""
    text = PRESENT + ' marked "I" from 10 September 2024 to 11 September 2024'
    assert values(RUNS, text, ["2024-09-09", "2024-09-10", "2024-09-11", "2024-09-12"]) == [
        "0",
        "2",
        "4",
        "0",
    ]
    to_come = 'present from 4 September 2024 to 9 September 2024 marked "I" on 10 September 2024'
    assert values(RUNS, to_come, ["2024-09-10", "2024-09-13"]) == ["2", "2"]


def test_in_school_days_a_run_counts_whole_days() -> None:
    """A run from Monday noon to Wednesday noon has four sessions and one whole day."""
    text = (
        PRESENT
        + """ marked "I" on 9 September 2024 PM marked "I" on 10 September 2024
          marked "I" on 11 September 2024 AM"""
    )
    assert run(text, "2024-09-11") == ("0", "0", "4", "1")


def test_a_run_measured_in_a_window_is_a_run_of_the_marks_inside_it() -> None:
    """What lies before the window does not count towards a run measured in it."""
    inside = 'measure m "M" = longest run of ill in sessions in the last 2 school days'
    text = PRESENT + ' marked "I" from 5 September 2024 to 11 September 2024'
    assert values(inside, text, ["2024-09-11", "2024-09-12", "2024-09-13"]) == ["4", "2", "0"]


# --- occasions --------------------------------------------------------------------------------------------

COUNT = """occasion spell "Spell" = run of ill of at least 3 sessions
measure m "M" = count of spell in this academic year
measure week_ "M" = count of spell in the last 1 school weeks"""


@pytest.mark.parametrize(
    ("last", "value"),
    [('on 10 September 2024 AM marked "/" on 10 September 2024 PM', "0"), ("on 10 September 2024", "1")],
)
def test_an_occasion_has_at_least_its_length(last: str, value: str) -> None:
    """Two sessions are no occasion of at least three; three are one."""
    text = f'{PRESENT} marked "I" on 9 September 2024 PM marked "I" {last}'
    assert ask(COUNT, text, "2024-09-20").value() == value


def test_an_occasion_is_a_maximal_run() -> None:
    """One long absence is one occasion, two with a session of presence between them are two."""
    one = PRESENT + ' marked "I" from 9 September 2024 to 13 September 2024'
    two = one + ' marked "/" on 11 September 2024 AM'
    assert [ask(COUNT, text, "2024-09-20").value() for text in (one, two)] == ["1", "2"]


def test_an_occasion_is_in_the_window_in_which_it_begins() -> None:
    """An absence from Friday to Monday is one of the week that ends with that Friday."""
    text = PRESENT + ' marked "I" from 13 September 2024 to 16 September 2024'
    assert ask(COUNT, text, "2024-09-16").value("week_") == "0"
    text = PRESENT + ' marked "I" from 16 September 2024 to 17 September 2024'
    assert ask(COUNT, text, "2024-09-17").value("week_") == "1"


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        ("length is at least 4 sessions", "true"),
        ("length is at least 5 sessions", "false"),
        ("length is 4 sessions", "true"),
        ("start is at least 9 September 2024", "true"),
        ("start is at least 10 September 2024", "false"),
        ("end is at most 10 September 2024", "true"),
        ("end is at most 9 September 2024", "false"),
        ("(start is at least 9 September 2024 and length is more than 4 sessions)", "false"),
    ],
)
def test_an_occasion_has_a_start_an_end_and_a_length(test: str, truth: str) -> None:
    """`where` may ask for an occasion's first day, its last day and its length."""
    condition = (
        f'occasion spell "Spell" = run of ill of at least 2 sessions\ncondition c "C" = spell where {test}'
    )
    text = PRESENT + ' marked "I" from 9 September 2024 to 10 September 2024'
    assert truths(condition + " in this academic year", text, ["2024-09-20"]) == [truth]


def test_a_set_of_codes_makes_occasions_of_one_session_or_more() -> None:
    """A set of codes may be asked for like an occasion: each unbroken run of it is one."""
    text = (
        PRESENT + ' marked "I" on 9 September 2024 AM marked "I" from 11 September 2024 to 12 September 2024'
    )
    assert ask('measure m "M" = count of whole days of ill in this term', text, "2024-09-20").value() == "2"
    action = 'action a "A" school should "call" for each occasion of ill done when letter'
    assert [rule.status for rule in ask(action, text, "2024-09-20").rules()] == ["ongoing", "ongoing"]
