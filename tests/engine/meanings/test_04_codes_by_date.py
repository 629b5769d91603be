"""Meaning 4: a mark means what its code means in the list in force on the mark's own date."""

import pytest

from fingerpost.history import Completeness
from tests.engine.histories import D
from tests.engine.meanings.asking import ALL_YEARS, ask, ask_policy, history, policy_of, values

SETS = """measure attended_ "M" = count of attended in this academic year
measure authorised_ "M" = count of authorised in this academic year
measure unauthorised_ "M" = count of unauthorised in this academic year
measure absent_ "M" = count of absent in this academic year
measure possible_ "M" = count of possible in this academic year"""

CHANGED = """code "J" "Interview" approved activity until 18 August 2024
code "J" "Interview" authorised absence from 19 August 2024
codes interview "Interview" = "J"
measure m "M" = count of absent from 1 July 2024 to 30 September 2024
measure all "M" = count of interview from 1 July 2024 to 30 September 2024"""


@pytest.mark.parametrize(
    ("code", "sets"),
    [
        ("/", "2 0 0 0 2"),
        ("V", "2 0 0 0 2"),
        ("I", "1 1 0 1 2"),
        ("G", "1 0 1 1 2"),
        ("Y1", "1 0 0 0 1"),
        ("#", "1 0 0 0 1"),
    ],
)
def test_the_built_in_sets(code: str, sets: str) -> None:
    """Present and approved activity are attended, both absences absent, all four together possible."""
    text = f'present on 4 September 2024 marked "{code}" on 4 September 2024 AM'
    asked = ask(SETS, text, "2024-09-04")
    names = ("attended_", "authorised_", "unauthorised_", "absent_", "possible_")
    assert " ".join(asked.value(name) for name in names) == sets


@pytest.mark.parametrize(("code", "value"), [("#", "0"), ("-", "from 0 to 1"), ("Y1", "0")])
def test_administrative_marks_are_neither_possible_nor_missing(code: str, value: str) -> None:
    """A session with an administrative mark is not missing; one with no mark at all is."""
    text = f"""present from 4 September 2024 to 6 September 2024
      {"unmarked" if code == "-" else f'marked "{code}"'} on 5 September 2024 AM"""
    assert ask(SETS, text, "2024-09-06").value("absent_") == value


def test_a_code_means_what_it_meant_on_the_day_of_the_mark() -> None:
    """A code that changed its kind on 19 August 2024 counts by the old list before that day only."""
    text = """present from 1 July 2024 to 9 September 2024
      marked "J" on 19 July 2024 marked "J" on 5 September 2024 AM"""
    given = history(text, ALL_YEARS, words=CHANGED, complete=Completeness(marks=D("2024-07-01")))
    assert values(CHANGED, given, ["2024-07-19", "2024-09-05"]) == ["0", "1"]
    assert ask(CHANGED, given, "2024-09-05").value("all") == "3"


def test_the_edition_that_evaluates_changes_nothing() -> None:
    """An edition of an earlier year reads the marks of a later one by the list of their own day."""
    header = 'policy a.b "A" version 2022.1 language 1 in force from 1 September 2022 until 31 July 2024'
    text = 'present from 1 July 2024 to 4 September 2024 marked "J" on 5 September 2024'
    given = history(text, ALL_YEARS, words=CHANGED, complete=Completeness(marks=D("2024-07-01")))
    asked = ask_policy(policy_of(CHANGED, header=header), given, "2024-09-05")
    assert asked.value() == "2"
