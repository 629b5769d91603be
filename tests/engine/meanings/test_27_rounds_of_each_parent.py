"""Meaning 27: rounds are each parent's own, marks are the pupil's."""

import pytest

from tests.engine.meanings.asking import ask

PRESENT = "present from 4 September 2024 to 20 December 2024"
NOTICES = """measure m "M" = count of unauthorised in this academic year{}
  for each parent
pathway legal "Legal" for each parent
step consider of legal "Consider" school must "consider" starts here when m is at least 4 sessions
  stands until done done when notice where outcome is outstanding
step fine of legal "Fine" officer may "fine" after consider done
  when notice where outcome is paid ends the round
"""
NOT_RELIED_ON = NOTICES.format(", not relied on by notice where outcome is not withdrawn")
PLAIN = NOTICES.format("")
HOLIDAY = PRESENT + ' marked "G" from 9 September 2024 to 10 September 2024'
CONSIDERED = HOLIDAY + ' given notice on 11 September 2024 for parent "A" with outcome is outstanding'


def test_rounds_are_each_parents_own() -> None:
    """What is recorded for one parent moves that parent's round alone."""
    asked = ask(PLAIN, CONSIDERED, "2024-09-12")
    assert [asked.status("consider", parent) for parent in "AB"] == ["done", "ongoing"]
    assert [asked.status("fine", parent) for parent in "AB"] == ["available", ""]


def test_marks_are_the_pupils() -> None:
    """The same marks open a round for each parent."""
    asked = ask(PLAIN, HOLIDAY, "2024-09-12")
    assert [asked.value("m", parent) for parent in "AB"] == ["4", "4"]
    assert [asked.rule("consider", parent).triggered for parent in "AB"] == ["2024-09-10", "2024-09-10"]


RELYING = (
    CONSIDERED
    + """ given notice on 16 September 2024 for parent "A" with outcome is {}
  relying on marks from 9 September 2024 to {} September 2024 marked "G" on {} September 2024"""
)


@pytest.mark.parametrize(
    ("policy", "outcome", "last", "more", "left"),
    [
        (NOT_RELIED_ON, "paid", 10, 17, "2"),
        (NOT_RELIED_ON, "paid", 9, 17, "4"),
        (NOT_RELIED_ON, "withdrawn", 10, 17, "6"),
        (PLAIN, "paid", 10, 17, "6"),
    ],
)
def test_marks_relied_on_count_no_more_where_the_measure_says_so(
    policy: str, outcome: str, last: int, more: int, left: str
) -> None:
    """Marks that a notice relied on are used up where the measure says so, and nowhere else."""
    asked = ask(policy, RELYING.format(outcome, last, more), "2024-09-17")
    assert (asked.value("m", "A"), asked.value("m", "B")) == (left, "6")


@pytest.mark.parametrize(("on", "triggered"), [("2024-09-03", []), ("2024-09-10", ["2024-09-10"] * 2)])
def test_before_the_first_school_day_no_marks_are_relied_on(on: str, triggered: list[str]) -> None:
    """Nothing can have been relied on yet, though it is on record what will have been."""
    asked = ask(NOT_RELIED_ON, RELYING.format("paid", 10, 17), on)
    assert [one.triggered.isoformat() for one in asked.decision.recommendations if one.triggered] == triggered


def test_the_evidence_names_the_marks_left_out() -> None:
    """The reason lists the marks counted and, apart, those left out because they were relied on."""
    asked = ask(NOT_RELIED_ON, RELYING.format("paid", 10, 17), "2024-09-17")
    evidence = asked.measured("m", "A").evidence
    assert evidence is not None
    assert [str(mark.date) for mark in evidence.marks] == ["2024-09-17"] * 2
    assert [str(mark.date) for mark in evidence.relied_on] == ["2024-09-09"] * 2 + ["2024-09-10"] * 2
