"""Meaning 13: the most in any N units."""

import pytest

from tests.engine.meanings.asking import ask, problems, values

PRESENT = "present from 4 September 2024 to 20 December 2024"


@pytest.mark.parametrize(
    ("units", "value"),
    [
        ("1 school days", "2"),
        ("2 school days", "3"),
        ("1 school weeks", "4"),
        ("2 school weeks", "5"),
        ("3 school weeks", "7"),
    ],
)
def test_the_greatest_count_over_consecutive_units(units: str, value: str) -> None:
    """`most X in any N units` is the greatest count over any N units in a row, wherever they lie."""
    measure = f'measure m "M" = most ill in any {units} in this academic year'
    text = f"""{PRESENT} marked "I" on 9 September 2024 marked "I" on 10 September 2024 AM
      marked "I" on 12 September 2024 AM
      marked "I" on 18 September 2024 AM marked "I" on 27 September 2024"""
    assert ask(measure, text, "2024-12-20").value() == value


def test_it_looks_only_inside_the_outer_window() -> None:
    """What lies outside the outer window, or after the date, does not count."""
    measure = 'measure m "M" = most ill in any 2 school weeks since 11 September 2024'
    text = PRESENT + ' marked "I" from 9 September 2024 to 13 September 2024 marked "I" on 16 September 2024'
    assert values(measure, text, ["2024-09-12", "2024-09-13", "2024-09-16"]) == ["4", "6", "8"]


def test_the_outer_window_must_be_given() -> None:
    """Without an outer window the policy has an error."""
    assert problems('measure m "M" = most ill in any 2 school weeks') == ("E0321",)


def test_holidays_use_up_no_units() -> None:
    """School weeks on both sides of half term follow one another; weeks do not."""
    text = PRESENT + ' marked "I" on 25 October 2024 marked "I" on 4 November 2024'
    school = 'measure m "M" = most ill in any 2 school weeks in this academic year'
    assert ask(school, text, "2024-11-04").value() == "4"
    assert ask(school.replace("school weeks", "weeks"), text, "2024-11-04").value() == "4"
    assert ask(school.replace("2 school weeks", "10 days"), text, "2024-11-04").value() == "2"
    assert ask(school.replace("2 school weeks", "11 days"), text, "2024-11-04").value() == "4"


STRETCHES = """measure m "M" = most ill in any 5 school days in this academic year"""


@pytest.mark.parametrize(
    ("marked", "counted"),
    [
        ("9 September 2024 to 12 September 2024;16 September 2024 AM", "9 10 11 12"),
        ("9 September 2024 to 12 September 2024;13 September 2024", "9 10 11 12 13"),
        ("9 September 2024 AM;16 September 2024", "16"),
        ("9 September 2024;16 September 2024", "16"),
        ("9 September 2024;10 September 2024;13 September 2024;16 September 2024", "10 13 16"),
    ],
)
def test_only_the_marks_of_the_greatest_stretch_are_evidence(marked: str, counted: str) -> None:
    """What lies outside it does not count, and is not listed; of several alike the latest counts."""
    ill = " ".join(f'marked "I" {"from" if " to " in dates else "on"} {dates}' for dates in marked.split(";"))
    asked = ask(STRETCHES, f"{PRESENT} {ill}", "2024-10-04")
    evidence = asked.measured("m").evidence
    assert evidence is not None
    assert str(len(evidence.marks)) == asked.value()
    assert " ".join(dict.fromkeys(str(mark.date.day) for mark in evidence.marks)) == counted


def test_a_missing_mark_outside_the_greatest_stretch_may_still_count() -> None:
    """It can make another stretch the greatest, so it stays among what is missing."""
    text = """present from 4 September 2024 to 20 September 2024
      present from 24 September 2024 to 4 October 2024 marked "I" on 9 September 2024"""
    evidence = ask(STRETCHES, text, "2024-10-04").measured("m").evidence
    assert evidence is not None
    assert [mark.date.day for mark in evidence.marks] == [9, 9]
    assert len(evidence.missing) == 2
