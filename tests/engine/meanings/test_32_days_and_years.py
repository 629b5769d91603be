"""Meaning 32: when occasions exist, days without school, days without a version, and where years begin."""

import pytest

from fingerpost.history import CalendarData, Completeness, HalfDay, slot_date, slot_half
from fingerpost_dsl import PolicyFamily
from tests.engine.histories import D, term
from tests.engine.meanings.asking import ALL_YEARS, ask, ask_policy, history, policy_of, truths, values

PRESENT = "present from 4 September 2024 to 20 September 2024"
OCCASION = """occasion spell "S" = run of ill of at least 3 sessions
measure m "M" = count of spell in this academic year
action a "A" school should "call" for each occasion of spell
  within 1 school days stands until done
  done when meeting"""
ILL = PRESENT + ' marked "I" on 9 September 2024 PM marked "I" on 10 September 2024'


def test_an_occasion_exists_from_the_close_of_the_day_on_which_it_reaches_its_length() -> None:
    """An absence from 9 September that has its third session on the 10th is an occasion from the 10th."""
    assert values(OCCASION, ILL, ["2024-09-09", "2024-09-10", "2024-09-11"]) == ["0", "1", "1"]
    assert ask(OCCASION, ILL, "2024-09-10").rule().triggered == "2024-09-10"


def test_an_occasion_is_named_by_its_first_session() -> None:
    """It is known by its first session, however long it has become: here the afternoon of 9 September."""
    longer = ILL + ' marked "I" from 11 September 2024 to 12 September 2024'
    for on in ("2024-09-10", "2024-09-12"):
        occurrence = ask(OCCASION, longer, on).rule().judged.instance.scope.occasion
        assert occurrence is not None
        assert (slot_date(occurrence.first_slot), slot_half(occurrence.first_slot)) == (
            D("2024-09-09"),
            HalfDay.PM,
        )


def test_a_rule_for_each_occasion_lasts_once_the_occasion_has_begun() -> None:
    """The pupil's return does not end it: what is to be done about an occasion stays to be done."""
    assert [ask(OCCASION, ILL, on).rule().brief for on in ("2024-09-11", "2024-09-12", "2024-09-20")] == [
        "due 2024-09-11",
        "overdue 2024-09-11",
        "overdue 2024-09-11",
    ]
    bounded = OCCASION.replace(
        "within 1 school days stands until done", "when school days since spell is at most 2 school days"
    )
    assert [ask(bounded, ILL, on).rule().status for on in ("2024-09-12", "2024-09-13")] == [
        "ongoing",
        "lapsed",
    ]


def test_each_occasion_has_its_own_line() -> None:
    """Two absences are two occasions, each with its own trigger.

    One done event after both makes both done.
    """
    text = ILL + ' marked "I" from 16 September 2024 to 17 September 2024'
    found = [(rule.triggered, rule.status) for rule in ask(OCCASION, text, "2024-09-17").rules()]
    assert found == [("2024-09-10", "overdue"), ("2024-09-17", "due")]
    done = text + " given meeting on 17 September 2024"
    assert [rule.status for rule in ask(OCCASION, done, "2024-09-17").rules()] == ["done", "done"]


DECLINED = """condition c "C" = support is declined action a "A" school should "call"
  when support is declined within 3 school days"""


def test_on_a_day_without_school_a_decision_is_that_of_the_date_itself() -> None:
    """On a Saturday facts are those of Saturday; the trigger is still to come, on Monday."""
    text = (
        PRESENT
        + " given support is fully until 13 September 2024 given support is declined from 14 September 2024"
    )
    assert truths(DECLINED, text, ["2024-09-13", "2024-09-14"]) == ["false", "true"]
    saturday, monday = ask(DECLINED, text, "2024-09-14").rule(), ask(DECLINED, text, "2024-09-16").rule()
    assert (saturday.applies, saturday.triggered, saturday.due) == ("true", "", "")
    assert (monday.triggered, monday.due) == ("2024-09-16", "2024-09-19")


def version(name: str, first: str, until: str = "") -> str:
    return f'policy a.b "A" version {name} language 1 in force from {first} {until}'


def test_days_that_no_version_covers_begin_no_spell() -> None:
    """A condition that was met before the first version came into force triggers on its first day.

    Likewise after a gap.
    """
    first = policy_of(DECLINED, header=version("2024.1", "5 September 2024", "until 10 September 2024"))
    second = policy_of(DECLINED, header=version("2024.2", "13 September 2024"))
    family = PolicyFamily(id="a.b", versions=(first, second))
    given = history(PRESENT + " given support is declined")
    assert ask_policy(family, given, "2024-09-10").rule().triggered == "2024-09-05"
    assert ask_policy(family, given, "2024-09-16").rule().triggered == "2024-09-13"


# --- where the academic year begins -----------------------------------------------------------------------

YEAR = 'condition c "C" = letter in this academic year'


def test_without_a_calendar_the_academic_year_begins_on_1_september() -> None:
    """Without a calendar 31 August is of the old year, and 1 September of the new one."""
    for day, truth in (("31 August 2024", "false"), ("1 September 2024", "true")):
        assert truths(YEAR, f"{PRESENT} given letter on {day}", ["2024-09-20"], calendar=None) == [truth]


@pytest.mark.parametrize(
    ("first", "day", "truth"),
    [
        ("2024-08-27", "26 August 2024", "false"),
        ("2024-08-27", "27 August 2024", "true"),
        ("2024-09-09", "8 September 2024", "false"),
        ("2024-09-09", "9 September 2024", "true"),
    ],
)
def test_with_a_calendar_it_begins_with_the_first_term_on_or_after_1_august(
    first: str, day: str, truth: str
) -> None:
    """With a calendar the year begins on the first day of the first term that begins on or after 1 August."""
    calendar = CalendarData(
        terms=(term("Autumn", first, "2024-12-20"), term("Spring", "2025-01-06", "2025-04-04"))
    )
    text = f"present from 9 September 2024 to 20 September 2024 given letter on {day}"
    complete = Completeness(events=D("2024-08-01"))
    assert truths(YEAR, text, ["2024-09-20"], calendar=calendar, complete=complete) == [truth]


def test_with_several_years_a_new_one_begins_with_each_autumn_term() -> None:
    """A calendar over several years has a year for each: it ends the day before the next autumn term."""
    text = "present from 4 September 2024 to 20 September 2024 given letter on 3 September 2025"
    found = truths(YEAR, text, ["2025-09-02", "2025-09-03", "2026-09-01", "2026-09-02"], calendar=ALL_YEARS)
    assert found == ["false", "true", "true", "false"]
