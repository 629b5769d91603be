"""Meaning 1: the close of a date; sessions taken, to come, and missing marks."""

import pytest

from tests.engine.meanings.asking import PUPIL, ask, history, values, with_marks

ILL = 'measure m "M" = count of ill in this academic year'
OTHER = 'pupil "Q" in year 5 born 1 March 2015'


@pytest.mark.parametrize(("on", "value"), [("2024-09-09", "0"), ("2024-09-10", "2"), ("2024-09-11", "2")])
def test_a_date_is_its_close(on: str, value: str) -> None:
    """A date counts with its morning and its afternoon, and nothing after it does."""
    text = 'present from 4 September 2024 to 11 September 2024 marked "I" on 10 September 2024'
    assert ask(ILL, text, on).value() == value


def test_an_open_session_after_the_latest_taken_one_is_to_come() -> None:
    """Until somebody of the school has a mark in it, a session is to come: in no count, and not missing."""
    text = "present from 4 September 2024 to 9 September 2024"
    assert values(ILL, text, ["2024-09-09", "2024-09-10", "2024-09-20"]) == ["0", "0", "0"]


@pytest.mark.parametrize(
    ("others", "value"),
    [
        ("present from 4 September 2024 to 9 September 2024", "0"),
        ("present from 4 September 2024 to 9 September 2024 present on 10 September 2024 AM", "from 0 to 1"),
        ("present from 4 September 2024 to 10 September 2024", "from 0 to 2"),
    ],
)
def test_a_mark_of_any_pupil_takes_a_session_and_makes_it_missing_for_who_has_none(
    others: str, value: str
) -> None:
    """A session is taken when any pupil of the school has a mark in it.

    A pupil without one there misses a mark.
    """
    text = f"present from 4 September 2024 to 9 September 2024 {OTHER} {others}"
    assert ask(ILL, text, "2024-09-10").value() == value


def test_an_open_session_before_the_latest_taken_one_is_missing_though_nobody_was_marked_there() -> None:
    """Every open session up to and including the latest taken one is missing where there is no mark."""
    text = "present from 4 September 2024 to 6 September 2024 present on 10 September 2024 PM"
    assert values(ILL, text, ["2024-09-09", "2024-09-10"]) == ["0", "from 0 to 3"]


def test_a_mark_in_a_closed_session_takes_it_too() -> None:
    """A closed session in which somebody has a mark is taken: who is on roll and has none there misses it."""
    text = f"""present from 4 September 2024 to 6 September 2024 present on 10 September 2024
      closed on 9 September 2024 {OTHER} present from 4 September 2024 to 10 September 2024"""
    assert ask(ILL, text, "2024-09-10").value() == "0"
    given = history(f"""present from 4 September 2024 to 6 September 2024
      {OTHER} present from 4 September 2024 to 6 September 2024""")
    assert ask(ILL, with_marks(given, "Q", ("2024-09-07 AM", "/")), "2024-09-07").value() == "from 0 to 1"


@pytest.mark.parametrize(
    ("roll", "value"),
    [
        ("on roll from 4 September 2024 until 9 September 2024", "0"),
        ("on roll from 4 September 2024 until 10 September 2024", "from 0 to 2"),
        ("on roll from 11 September 2024", "0"),
    ],
)
def test_a_session_while_not_on_roll_is_not_missing(roll: str, value: str) -> None:
    """Nothing is missing on days on which the pupil is not on roll."""
    pupil = f'pupil "P" in year 5 born 15 January 2015 {roll}'
    text = f"""{OTHER} present from 4 September 2024 to 10 September 2024"""
    present = "" if "11" in roll else "present from 4 September 2024 to 9 September 2024"
    assert ask(ILL, f"{present} {text}", "2024-09-10", pupil=pupil).value() == value


def test_another_school_takes_no_session_of_ours() -> None:
    """Only marks of pupils of the same school take a session."""
    text = f"""present from 4 September 2024 to 9 September 2024
      {OTHER} at school "Elsewhere" present from 4 September 2024 to 10 September 2024"""
    assert ask(ILL, text, "2024-09-10", pupil=PUPIL + ' at school "Here"').value() == "0"
