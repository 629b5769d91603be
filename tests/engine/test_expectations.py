"""What a test in the language may expect: a settled tier, nothing left on a list; and of whom."""

from __future__ import annotations

import pytest

from fingerpost.policy_tests import run_tests
from fingerpost_dsl import load_text
from tests.engine.test_policy_coverage import POLICY, no_calendar

THIS_YEAR = """
measure told "Told this year" = count of visit where told is at least began in this academic year
"""
AWAY = 'marked "I" from 4 September 2024 to {} September 2024\n'
HELPED_AFTER_TWO_DAYS = (
    AWAY.format(6)
    + "  given helped is no until 5 September 2024\n  given helped is yes from 6 September 2024"
)


def holds(given: str, on: str, expected: str, declared: str = THIS_YEAR) -> bool:
    text = f'test "t"\n  pupil in year 5 with parents "A"\n  {given}\n  on {on}\n  expect {expected}\n'
    policy, found = load_text(POLICY + declared + text)
    assert policy is not None, found
    (result,) = run_tests(policy, no_calendar)
    assert result.problem is None
    return result.passed


@pytest.mark.parametrize(("days", "settled"), [(4, False), (5, True), (6, True)])
def test_a_tier_is_settled_or_provisional(days: int, settled: bool) -> None:
    """Provisional below four sessions: after one day, and settled from the second on."""
    given, on = AWAY.format(days), f"{days} September 2024"
    assert holds(given, on, "tier often")
    assert holds(given, on, "settled tier often") is settled
    assert holds(given, on, "provisional tier often") is not settled


def test_nobody_who_is_not_in_a_tier_is_settled_in_it() -> None:
    assert not holds("present on 4 September 2024", "4 September 2024", "settled tier often")


def test_what_lapsed_does_not_apply_and_is_still_listed() -> None:
    """Somebody else helped, so that nobody needs to; that it was not done stays on the list for a while."""
    assert holds(HELPED_AFTER_TWO_DAYS, "6 September 2024", "no action help")
    assert holds(HELPED_AFTER_TWO_DAYS, "6 September 2024", "lapsed action help")
    assert not holds(HELPED_AFTER_TWO_DAYS, "6 September 2024", "unlisted action help")


def test_what_never_applied_is_unlisted() -> None:
    assert holds("present on 4 September 2024", "4 September 2024", "unlisted action help")


def test_what_applies_is_not_unlisted() -> None:
    assert not holds(AWAY.format(5), "5 September 2024", "unlisted action help")


def test_a_field_holds_its_later_value_from_its_day_on() -> None:
    """A visit told on the 9th does not count; told on the 10th, as is known since the 11th, it does."""
    visit = (
        "present from 4 September 2024 to 12 September 2024\n"
        "  given visit on 9 September 2024 with told is 9 September 2024,\n"
        "    told is 10 September 2024 since 11 September 2024"
    )
    assert holds(visit, "10 September 2024", "measure told is 0")
    assert holds(visit, "11 September 2024", "measure told is 1")


def test_each_of_several_pupils_has_what_is_said_of_them() -> None:
    several = (
        'pupils "2" to "4" in year 5\n  present on 4 September 2024\n  '
        + AWAY.format(4)
        + "  pupil\n  present on 4 September 2024"
    )
    for name in ("2", "4"):
        assert holds(several, "4 September 2024", f'tier often for pupil "{name}"')
    assert holds(several, "4 September 2024", 'no tier often for pupil "P5"')


OF_AUTHORITIES = """
fact pilot "In the pilot" yes or no of authority
action join "Join" school should "join" for each authority when pilot is yes
"""


@pytest.mark.parametrize(("first", "second"), [("yes", "no"), ("no", "yes")])
def test_each_authority_of_a_test_has_its_own_facts(first: str, second: str) -> None:
    """The school belongs to the first one; the second one has none."""
    given = f'given pilot is {first} for authority "L1"\n  given pilot is {second} for authority "L2"\n'
    for authority, joins in (("L1", first), ("L2", second)):
        expected = f'{"" if joins == "yes" else "no "}action join for authority "{authority}"'
        assert holds(given, "6 September 2024", expected, OF_AUTHORITIES)
