"""Meaning 22: deadlines."""

import pytest

from fingerpost.decision import Status
from fingerpost.logic import Cause
from tests.engine.meanings.asking import ALL_YEARS, ask, problems, statuses

PRESENT = "present from 4 September 2024 to 18 October 2024"
DECLINED = (
    PRESENT
    + " given support is declined from 12 September 2024 given support is fully until 11 September 2024"
)


def action(clause: str, modality: str = "should") -> str:
    return f'action a "A" school {modality} "call" when support is declined {clause} done when meeting'


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("0 school days", "2024-09-12"),
        ("1 school days", "2024-09-13"),
        ("2 school days", "2024-09-16"),
        ("0 school weeks", "2024-09-13"),
        ("1 school weeks", "2024-09-20"),
        ("2 days", "2024-09-14"),
        ("1 weeks", "2024-09-19"),
        ("1 months", "2024-10-12"),
        ("2 working days", "2024-09-16"),
        ("0 half terms", "2024-10-25"),
        ("1 half terms", "2024-12-20"),
        ("0 terms", "2024-12-20"),
        ("1 terms", "2025-04-04"),
        ("0 academic years", "2025-07-18"),
    ],
)
def test_the_trigger_is_day_0_and_it_is_due_at_the_close_of_day_n(within: str, due: str) -> None:
    """`within N units`: the day (week, term) of the trigger is number 0.

    Due at the close of number N, for weeks and terms of its last school day.
    """
    assert ask(action(f"within {within}"), DECLINED, "2024-09-12").rule().due == due


def test_it_is_overdue_from_the_next_date() -> None:
    """On the due date it is due, on the next date overdue, school day or not."""
    assert statuses(action("within 1 school days"), DECLINED, ["2024-09-13", "2024-09-14"]) == [
        "due",
        "overdue",
    ]


@pytest.mark.parametrize(
    ("within", "due"),
    [("7 school days", "2025-07-18"), ("8 school days", ""), ("1 weeks", "2025-07-16"), ("1 terms", "")],
)
def test_past_the_end_of_the_calendar_the_due_date_is_unknown(within: str, due: str) -> None:
    """A deadline in school time beyond the calendar given is not guessed.

    One in ordinary time needs no calendar.
    """
    text = """present from 4 September 2024 to 9 July 2025
      given support is declined from 9 July 2025 given support is fully until 8 July 2025"""
    rule = ask(action(f"within {within}"), text, "2025-07-09").rule()
    assert rule.due == due
    if not due:
        assert rule.judged.standing.due_unknown is not None
        assert rule.judged.standing.due_unknown.value == "no calendar given reaches that far"
    assert rule.status == ("due" if due else "ongoing")


@pytest.mark.parametrize(
    ("anchor", "due"),
    [
        ("letter", "2024-09-10"),
        ("latest letter", "2024-09-10"),
        ("first letter", "2024-09-06"),
        ("plan", "2024-09-11"),
        ("the end of plan", "2024-09-18"),
    ],
)
def test_within_n_of_an_event_counts_from_its_day(anchor: str, due: str) -> None:
    """`within N of E` counts from the day of E, the latest unless `first` is said.

    Of an event with a length from its first day.
    """
    text = f"""{DECLINED} given letter on 5 September 2024 given letter on 9 September 2024
      given plan on 10 September 2024 until 17 September 2024"""
    assert ask(action(f"within 1 school days of {anchor}"), text, "2024-09-20").rule().due == due


def test_within_n_of_an_event_that_has_not_been() -> None:
    """Without the event there is no due date yet."""
    rule = ask(action("within 1 school days of letter"), DECLINED + " given no letter", "2024-09-20").rule()
    assert (rule.due, rule.status) == ("", "ongoing")


def test_of_an_occasion_it_counts_from_its_first_day() -> None:
    """`within N of` an occasion counts from its first day, and `of the end of` it from its last so far."""
    policy = """occasion spell "S" = run of ill of at least 2 school days
action a "A" school should "call" for each occasion of spell within 3 school days of spell
action b "B" school should "call" for each occasion of spell within 3 school days of the end of spell"""
    text = PRESENT + ' marked "I" from 9 September 2024 to 12 September 2024'
    asked = ask(policy, text, "2024-09-13")
    assert (asked.rule("a").due, asked.rule("b").due) == ("2024-09-12", "2024-09-17")


def test_on_a_may_within_is_an_error() -> None:
    """What is allowed is never due: it may expire."""
    assert problems(action("within 5 school days", "may")) == ("E0503",)
    assert problems(action("expires after 5 school days", "may")) == ()


def test_a_may_expires_after_its_time() -> None:
    """`expires after N` counts like a deadline, from the trigger, or `of` an event."""
    dates = ["2024-09-12", "2024-09-16", "2024-09-17"]
    assert statuses(action("expires after 2 school days", "may"), DECLINED, dates) == [
        "available",
        "available",
        "expired",
    ]
    text = DECLINED + " given letter on 13 September 2024"
    of_letter = action("expires after 2 school days of letter", "may")
    assert statuses(of_letter, text, ["2024-09-12", "2024-09-17", "2024-09-18"]) == [
        "available",
        "available",
        "expired",
    ]


@pytest.mark.parametrize(
    ("clause", "dates", "expected"),
    [
        ("by 20 September 2024", ["2024-09-20", "2024-09-21"], ["due 2024-09-20", "overdue 2024-09-20"]),
        ("by 12 September each year", ["2024-09-12", "2024-09-13"], ["due 2024-09-12", "overdue 2024-09-12"]),
        ("by 11 September each year", ["2024-09-12"], ["due 2025-09-11"]),
        ("by 29 February each year", ["2025-02-28", "2025-03-01"], ["due 2025-02-28", "overdue 2025-02-28"]),
    ],
)
def test_by_a_date(clause: str, dates: list[str], expected: list[str]) -> None:
    """`by` a date is due on it; by a day of the year, on the first such day on or after the trigger."""
    found = [ask(action(clause), DECLINED, on, calendar=ALL_YEARS).rule().brief for on in dates]
    assert found == expected


def test_no_sooner_than() -> None:
    """`no sooner than N after E` keeps an action from applying until the close of that day."""
    policy = action("no sooner than 2 school days after letter")
    text = DECLINED + " given letter on 12 September 2024"
    assert [ask(policy, text, on).rule().applies for on in ("2024-09-13", "2024-09-16", "2024-09-17")] == [
        "false",
        "true",
        "true",
    ]
    assert ask(policy, DECLINED + " given no letter", "2024-09-17").rule().applies == "false"
    assert ask(policy, DECLINED, "2024-09-17").rule().applies == "unknown"


@pytest.mark.parametrize(
    ("amount", "letter", "dates"),
    [
        ("8 school weeks", "16 September 2024", ["2024-11-17", "2024-11-18"]),
        ("8 school weeks", "20 September 2024", ["2024-11-17", "2024-11-18"]),
        ("1 half term", "16 September 2024", ["2024-11-03", "2024-11-04"]),
        ("1 term", "16 September 2024", ["2025-01-06", "2025-01-07"]),
        ("0 terms", "16 September 2024", ["2024-09-15", "2024-09-16"]),
        ("2 weeks", "16 September 2024", ["2024-09-29", "2024-09-30"]),
    ],
)
def test_a_week_or_term_has_passed_when_the_next_begins(amount: str, letter: str, dates: list[str]) -> None:
    """`no sooner than` waits until the school week or term of that number begins, not until it ends."""
    policy = action(f"no sooner than {amount} after letter")
    text = DECLINED + f" given letter on {letter}"
    found = [ask(policy, text, on, calendar=ALL_YEARS).rule().applies for on in dates]
    assert found == ["false", "true"]


@pytest.mark.parametrize(
    ("clause", "cause"),
    [
        ("within 3 school days", None),
        ("within 500 school days", Cause.CALENDAR_END),
        ("within 3 school days of letter", Cause.EVENTS),
    ],
)
def test_a_due_date_that_is_not_known_has_its_reason(clause: str, cause: Cause | None) -> None:
    """The calendar ends before it, or what it counts from has not been; a date that is known needs none."""
    standing = ask(action(clause), DECLINED, "2024-09-13").rule().judged.standing
    assert (standing.due is None, standing.due_unknown) == (cause is not None, cause)


def test_what_lapsed_without_a_due_date_keeps_the_reason() -> None:
    text = DECLINED.replace("given", "given support is partly from 16 September 2024 given", 1)
    text = text.replace(
        "declined from 12 September 2024", "declined from 12 September 2024 until 15 September 2024"
    )
    standing = ask(action("within 500 school days"), text, "2024-09-17").rule().judged.standing
    assert (standing.status, standing.due_unknown) == (Status.LAPSED, Cause.CALENDAR_END)
