"""Meaning 24: what recurs."""

import pytest

from fingerpost.logic import Cause
from tests.engine.meanings.asking import ask

PRESENT = "present from 4 September 2024 to 18 July 2025"


def action(every: str, when: str = "support is declined") -> str:
    return f'action a "A" school should "meet" when {when} {every} done when meeting'


ALWAYS = PRESENT + " given support is declined"
FROM_1_OCTOBER = (
    PRESENT + " given support is declined from 1 October 2024 given support is fully until 30 September 2024"
)


@pytest.mark.parametrize(
    ("every", "on", "brief"),
    [
        ("every half term", "2024-09-04", "due 2024-10-25"),
        ("every half term", "2024-10-25", "due 2024-10-25"),
        ("every half term", "2024-10-26", "overdue 2024-10-25"),
        ("every half term", "2024-11-04", "overdue 2024-10-25"),
        ("every term", "2024-12-20", "due 2024-12-20"),
        ("every term", "2024-12-21", "overdue 2024-12-20"),
        ("every academic year", "2024-12-21", "due 2025-07-18"),
        ("every 2 half terms", "2024-12-20", "due 2024-12-20"),
        ("every 2 half terms", "2024-12-21", "overdue 2024-12-20"),
    ],
)
def test_one_instance_a_period_due_on_its_last_school_day(every: str, on: str, brief: str) -> None:
    """Each period in which the action applies has one instance, due on the period's last school day."""
    assert ask(action(every), ALWAYS, on).rule().brief == brief


@pytest.mark.parametrize(
    ("done", "on", "brief", "overdue"),
    [
        ("", "2025-01-06", "overdue 2024-10-25", 2),
        ("given meeting on 10 September 2024", "2025-01-06", "overdue 2024-12-20", 1),
        (
            "given meeting on 10 September 2024 given meeting on 4 November 2024",
            "2025-01-06",
            "due 2025-02-14",
            0,
        ),
        ("given meeting on 4 November 2024", "2025-01-06", "overdue 2024-10-25", 1),
        ("given meeting on 10 September 2024", "2024-10-25", "done 2024-10-25", 0),
        ("given meeting on 30 October 2024", "2024-11-03", "done 2024-10-25", 0),
    ],
)
def test_the_earliest_undone_is_shown_with_how_many(done: str, on: str, brief: str, overdue: int) -> None:
    """The earliest instance not done is shown as overdue, with how many are.

    Each event makes that of its own period done.
    """
    rule = ask(action("every half term"), f"{ALWAYS} {done}", on).rule()
    assert (rule.brief, rule.overdue) == (brief, overdue)


def test_only_periods_in_which_it_applies_have_an_instance() -> None:
    """A rule that begins to apply in a period has its first instance there; none before."""
    rule = ask(action("every half term"), FROM_1_OCTOBER, "2024-11-04").rule()
    assert (rule.brief, rule.overdue) == ("overdue 2024-10-25", 1)
    later = FROM_1_OCTOBER.replace("1 October", "4 November").replace("30 September", "3 November")
    assert ask(action("every half term"), later, "2024-11-04").rule().brief == "due 2024-12-20"


@pytest.mark.parametrize(
    ("on", "brief", "overdue"),
    [
        ("2024-10-01", "due 2024-10-14", 0),
        ("2024-10-14", "due 2024-10-14", 0),
        ("2024-10-15", "overdue 2024-10-14", 1),
        ("2024-10-29", "overdue 2024-10-14", 2),
    ],
)
def test_weeks_count_from_the_trigger(on: str, brief: str, overdue: int) -> None:
    """`every 2 weeks` counts from the trigger: its first period is that day and the thirteen after it."""
    rule = ask(action("every 2 weeks"), FROM_1_OCTOBER, on).rule()
    assert (rule.brief, rule.overdue) == (brief, overdue)


@pytest.mark.parametrize(
    ("meetings", "brief"),
    [
        (0, "due 2025-07-18"),
        (1, "due 2025-07-18"),
        (2, "due 2025-07-18"),
        (3, "done 2025-07-18"),
        (4, "done 2025-07-18"),
    ],
)
def test_several_times_a_period(meetings: int, brief: str) -> None:
    """`3 times every academic year` is done with the third."""
    text = ALWAYS + " ".join(f" given meeting on {day} October 2024" for day in range(7, 7 + meetings))
    assert ask(action("3 times every academic year"), text, "2024-12-02").rule().brief == brief


def test_an_instance_says_since_when_it_stands_and_when_it_was_done() -> None:
    """What recurs keeps the date of its trigger; done in its period, also the date of that."""
    asked = ask(action("every half term"), f"{FROM_1_OCTOBER} given meeting on 9 October 2024", "2024-10-15")
    rule = asked.rule()
    assert (rule.triggered, rule.done, rule.due) == ("2024-10-01", "2024-10-09", "2024-10-25")
    standing = rule.judged.standing
    assert (standing.triggered_from, standing.due_unknown) == (None, None)


def test_an_instance_may_have_been_asked_for_since_an_earlier_day() -> None:
    """Where days before the trigger are unknown, it says from when on it may have applied."""
    text = PRESENT + " given support is declined from 1 October 2024"
    standing = ask(action("every half term"), text, "2024-10-15").rule().judged.standing
    assert (str(standing.triggered_from), str(standing.triggered)) == ("2024-09-04", "2024-10-01")


def test_without_terms_an_instance_has_no_date_and_says_why() -> None:
    """Without a calendar nobody knows when a half term ends."""
    standing = ask(action("every half term"), ALWAYS, "2024-10-15", calendar=None).rule().judged.standing
    assert (standing.due, standing.due_unknown) == (None, Cause.NO_TERMS)
