"""The lines of the national policy of 2024: just below, on and above them."""

import pytest

from fingerpost.decision import TierState
from tests.engine.meanings.national import national

HUNDRED = "2024-11-19"
"""4 September to 19 November 2024 are 50 school days."""


def absent(sessions: int) -> str:
    return f'marks "{"/" * (100 - sessions)}{"I" * sessions}" from 4 September 2024'


@pytest.mark.parametrize(("sessions", "state"), [(9, "not"), (10, "holds"), (11, "holds")])
def test_exactly_a_tenth_is_persistent(sessions: int, state: str) -> None:
    """10 of 100 sessions are persistent absence, 9 are not."""
    asked = national(absent(sessions), HUNDRED)
    assert asked.value("absence") == f"{sessions}/100"
    assert asked.tier("persistent") == state


@pytest.mark.parametrize(("sessions", "state"), [(49, "not"), (50, "holds"), (51, "holds")])
def test_exactly_a_half_is_severe(sessions: int, state: str) -> None:
    """50 of 100 sessions are severe absence, 49 are not."""
    assert national(absent(sessions), HUNDRED).tier("severe") == state


def test_a_tenth_is_exact_whatever_the_number_of_sessions() -> None:
    """Of 96 sessions 9 are 9.4% and 10 are 10.4%: nothing is rounded to a tenth."""
    for sessions, state in ((9, "not"), (10, "holds")):
        text = f'marks "{"/" * (96 - sessions)}{"I" * sessions}" from 4 September 2024'
        assert national(text, "2024-11-15").tier("persistent") == state


def test_without_a_possible_session_absence_does_not_apply() -> None:
    """Without a possible session a pupil is in no tier of absence, and the reason says why."""
    asked = national('marked "Y1" from 4 September 2024 to 13 September 2024', "2024-09-13")
    assert asked.value("absence") == "not applicable"
    tier = next(tier for tier in asked.judgement.tiers() if tier.name == "persistent")
    assert tier.state is TierState.NOT
    (leaf,) = {leaf.cause for leaf in tier.reason.leaves()}
    assert leaf is not None
    assert leaf.value == "there is no possible session in that time"
    assert all(leaf.not_applicable for leaf in tier.reason.leaves())


# --- ten sessions in ten school weeks ---------------------------------------------------------------------

BASE = "present from 3 June 2024 to {} "
LAST_WEEK = """marked "O" from 27 January 2025 to 30 January 2025 marked "O" on 31 January 2025 AM """


@pytest.mark.parametrize(
    ("first", "sessions", "met"),
    [
        ("11 November 2024 AM", "10", "true"),
        ("8 November 2024 PM", "9", "false"),
        ("4 November 2024 AM", "9", "false"),
    ],
)
def test_the_first_session_lies_in_the_tenth_last_school_week(first: str, sessions: str, met: str) -> None:
    """Ten sessions meet the threshold if the first lies in the tenth-last school week.

    One in the eleventh-last counts no more.
    """
    text = BASE.format("31 January 2025") + LAST_WEEK + f'marked "O" on {first}'
    asked = national(text, "2025-01-31")
    assert asked.value("recent_unauthorised", "A") == sessions
    assert asked.rule("consider", "A").applies == met


@pytest.mark.parametrize(("first", "met"), [("17 March 2025", "true"), ("14 March 2025", "false")])
def test_a_fortnights_holiday_in_between_uses_up_no_weeks(first: str, met: str) -> None:
    """Over Easter and half term, 17 March to 13 June 2025 are ten school weeks; from 14 March, eleven."""
    text = BASE.format("13 June 2025") + f'marked "O" on {first} marked "O" from 10 June 2025 to 13 June 2025'
    assert national(text, "2025-06-13").rule("consider", "A").applies == met


@pytest.mark.parametrize(
    ("on", "sessions", "met"),
    [("2025-09-03", "8", "false"), ("2025-09-04", "10", "true"), ("2025-09-05", "10", "true")],
)
def test_a_threshold_may_span_the_summer(on: str, sessions: str, met: str) -> None:
    """Six sessions in the last week of July and four in September are ten in ten school weeks."""
    text = (
        BASE.format("5 September 2025")
        + """marked "G" from 16 July 2025 to 18 July 2025
      marked "O" from 3 September 2025 to 4 September 2025"""
    )
    asked = national(text, on)
    assert asked.value("recent_unauthorised", "A") == sessions
    assert asked.rule("consider", "A").applies == met


@pytest.mark.parametrize(
    ("known_on", "sessions", "met"),
    [
        ("2024-11-15", "10", "true"),
        ("2024-11-19", "10", "true"),
        ("2024-11-20", "8", "false"),
        (None, "8", "false"),
    ],
)
def test_an_n_that_becomes_an_i_unmeets_it(known_on: str | None, sessions: str, met: str) -> None:
    """N counts while it stands.

    Once illness is recorded it does not, and what was known before stays to be seen.
    """
    text = (
        BASE.format("14 November 2024")
        + """marked "G" from 4 November 2024 to 7 November 2024
      marked "N" on 15 November 2024 recorded 15 November 2024
      marked "I" on 15 November 2024 recorded 20 November 2024"""
    )
    asked = national(text, "2024-11-15", known_on)
    assert asked.value("recent_unauthorised", "A") == sessions
    assert asked.rule("consider", "A").applies == met


# --- few sessions so far ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sessions", range(5))
def test_two_days_into_september_nobody_is_severe_without_provisional(sessions: int) -> None:
    """After four sessions every tier of absence is provisional, and so is all that rests on one."""
    asked = national(f'marks "{"I" * sessions}{"/" * (4 - sessions)}" from 4 September 2024', "2024-09-05")
    assert asked.tier("severe") == ("provisional" if sessions >= 2 else "not")
    states = {tier.name: tier.state for tier in asked.judgement.tiers()}
    assert states.pop("all_pupils") is TierState.HOLDS
    assert set(states.values()) <= {TierState.NOT, TierState.PROVISIONAL}
    for one in asked.decision.recommendations:
        tier = asked.policy.actions[one.name].tier if one.kind == "action" else None
        if tier is not None and tier.name != "all_pupils":
            assert one.provisional


@pytest.mark.parametrize(
    ("sessions", "state"), [(38, "provisional"), (39, "provisional"), (40, "holds"), (41, "holds")]
)
def test_with_forty_sessions_it_is_no_longer_provisional(sessions: int, state: str) -> None:
    """Below 40 possible sessions a tier is provisional, from 40 on it is not."""
    asked = national(f'marks "{"I" * sessions}" from 4 September 2024', "2024-10-31")
    assert asked.tier("severe") == state
