"""What must be said of three pupils under the national policy of 2024."""

import pytest

from fingerpost.changes import MoreSessions
from fingerpost.explain import explain_in
from fingerpost_dsl.model.expressions import Compare
from tests.engine.meanings.national import national

TWO_NOTICES = """present from 3 June 2024 to 21 May 2025
  marked "G" from 4 November 2024 to 8 November 2024
  marked "G" from 3 February 2025 to 7 February 2025
  marked "G" from 12 May 2025 to 16 May 2025
  given support_appropriate is no given notices_checked is yes for parent "A"
  given notice_considered on 12 November 2024 for parent "A" with outcome is notice_asked_for
  given penalty_notice on 18 November 2024 for parent "A" with offence_from is 4 November 2024
    , outcome is paid relying on marks from 4 November 2024 to 8 November 2024
  given notice_considered on 11 February 2025 for parent "A" with outcome is notice_asked_for
  given penalty_notice on 24 February 2025 for parent "A" with offence_from is 3 February 2025
    , outcome is paid relying on marks from 3 February 2025 to 7 February 2025
  given notice_considered on 20 May 2025 for parent "A" with outcome is notice_asked_for"""


def test_a_barred_third_notice_names_the_two_earlier_ones_and_the_day_the_bar_lifts() -> None:
    """It rests on the notices of 18 November 2024 and 24 February 2025, and lifts on 18 November 2027."""
    asked = national(TWO_NOTICES, "2025-05-21")
    explanation = explain_in(asked.session, "P")
    (barred,) = explanation.decision.barred
    assert (barred.name, barred.parent) == ("second_notice", "A")
    (bar,) = barred.barred_by
    events = [event for leaf in bar.reason.leaves() if leaf.evidence for event in leaf.evidence.events]
    assert [(event.event, str(event.date)) for event in events] == [
        ("penalty_notice", "2024-11-18"),
        ("penalty_notice", "2025-02-24"),
    ]
    assert str(bar.lifts) == "2027-11-18"


@pytest.mark.parametrize(("on", "notices", "bars"), [("2027-11-17", "2", 1), ("2027-11-18", "1", 0)])
def test_the_bar_lifts_on_the_day_said(on: str, notices: str, bars: int) -> None:
    """On 17 November 2027 two notices lie within three years, on the next day one does."""
    asked = national(TWO_NOTICES, on)
    assert asked.value("earlier_notices", "A") == notices
    assert len(asked.rule("second_notice", "A").judged.barring) == bars


EIGHT = """present from 3 June 2024 to 15 November 2024 marked "G" from 4 November 2024 to 7 November 2024"""


def test_a_pupil_two_sessions_short() -> None:
    """Two more sessions would do, on Monday at the earliest, on 24 January at the latest.

    Then all eight drop out.
    """
    asked = national(EIGHT, "2024-11-15")
    why_not = explain_in(asked.session, "P", rules=["consider"]).not_now
    assert [one.parent for one in why_not] == ["A", "B"]
    (change,) = why_not[0].changes
    assert isinstance(change, MoreSessions)
    assert (change.number, change.marks, change.code) == (2, "unauthorised", "O")
    assert (str(change.from_date), str(change.until)) == ("2024-11-18", "2025-01-24")
    (leaving,) = why_not[0].leaving
    assert (str(leaving.date), leaving.left) == ("2025-01-27", 0)
    assert sorted({str(mark.date) for mark in leaving.marks}) == [f"2024-11-0{day}" for day in range(4, 8)]
    (failing,) = [leaf for leaf in why_not[0].failing if isinstance(leaf.clause, Compare)]
    assert failing.evidence is not None
    assert len(failing.evidence.marks) == 8


@pytest.mark.parametrize(("more", "met"), [(1, "false"), (2, "true")])
@pytest.mark.parametrize("day", ["18 November 2024", "24 January 2025"])
def test_what_is_said_of_her_is_so(more: int, met: str, day: str) -> None:
    """With two more sessions on the first or the last day said the threshold is met, with one it is not."""
    text = EIGHT.replace("15 November 2024", day) + f' marked "O" on {day}{" AM" if more == 1 else ""}'
    on = "2024-11-18" if "November" in day else "2025-01-24"
    assert national(text, on).rule("consider", "A").applies == met


def test_a_school_day_later_two_more_do_not() -> None:
    """On 27 January the eight are out of the window, and two more are two."""
    text = EIGHT.replace("15 November 2024", "27 January 2025") + ' marked "O" on 27 January 2025'
    assert national(text, "2025-01-27").value("recent_unauthorised", "A") == "2"


MONDAY = """present from 4 September 2024 to 15 November 2024 marked "N" on 11 November 2024 AM
  given has_social_worker is yes"""


@pytest.mark.parametrize(
    ("on", "brief"),
    [
        ("2024-11-10", ""),
        ("2024-11-11", "due 2024-11-12"),
        ("2024-11-12", "due 2024-11-12"),
        ("2024-11-13", "overdue 2024-11-12"),
        ("2024-11-15", "overdue 2024-11-12"),
    ],
)
def test_a_social_worker_not_told_is_overdue_though_the_child_is_back(on: str, brief: str) -> None:
    """For Monday's absence the social worker is told by Tuesday.

    On Wednesday that is overdue, though the child came back.
    """
    rules = national(MONDAY, on).rules("tell_social_worker")
    assert [rule.brief for rule in rules] == ([brief] if brief else [])


@pytest.mark.parametrize(
    ("told", "status"),
    [("11 November 2024", "done"), ("13 November 2024", "done"), ("14 November 2024", "overdue")],
)
def test_a_social_worker_who_was_told_is_not_owed(told: str, status: str) -> None:
    """Once told, late or not, nothing is overdue."""
    text = f"{MONDAY} given told_social_worker on {told}"
    assert national(text, "2024-11-13").rule("tell_social_worker").status == status
