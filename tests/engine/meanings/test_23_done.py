"""Meaning 23: what makes an action done."""

import pytest

from tests.engine.meanings.asking import ask

PRESENT = "present from 4 September 2024 to 18 October 2024"
DECLINED = (
    PRESENT
    + " given support is declined from 12 September 2024 given support is fully until 11 September 2024"
)
ACTION = 'action a "A" school should "call" when support is declined within 5 school days done when meeting'


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("11 September 2024", "due"),
        ("12 September 2024", "done"),
        ("13 September 2024", "done"),
        ("14 September 2024", "due"),
    ],
)
def test_an_event_on_or_after_the_trigger_makes_it_done(day: str, status: str) -> None:
    """An event counts if it is dated on or after the trigger, and on or before the date."""
    asked = ask(ACTION, f"{DECLINED} given meeting on {day}", "2024-09-13")
    assert asked.status() == status


@pytest.mark.parametrize(
    ("window", "day", "status"),
    [
        ("in the last 4 weeks", "16 August 2024", "due"),
        ("in the last 4 weeks", "17 August 2024", "done"),
        ("in this term", "3 September 2024", "due"),
        ("in this term", "4 September 2024", "done"),
        ("since 6 September 2024", "5 September 2024", "due"),
        ("since 6 September 2024", "6 September 2024", "done"),
    ],
)
def test_an_earlier_one_counts_only_with_its_own_window(window: str, day: str, status: str) -> None:
    """With a window of its own an event before the trigger counts if it lies in the window."""
    policy = f"{ACTION} {window}"
    assert ask(policy, f"{DECLINED} given meeting on {day}", "2024-09-13").status() == status


@pytest.mark.parametrize(
    ("day", "status"),
    [("8 September 2024", "due"), ("9 September 2024", "done"), ("10 September 2024", "done")],
)
def test_since_the_start_of_an_occasion(day: str, status: str) -> None:
    """Since the start of an occasion is from its first day on, though the action was triggered later."""
    policy = """occasion spell "S" = run of ill of at least 2 school days
action a "A" school should "call" for each occasion of spell within 9 school days done
  when meeting since the start of spell"""
    text = f'{PRESENT} marked "I" from 9 September 2024 to 10 September 2024 given meeting on {day}'
    found = ask(policy, text, "2024-09-12").status()
    assert found == status


def test_where_asks_for_a_field() -> None:
    """`done when` may ask for a value of a field."""
    policy = ACTION.replace("meeting", "letter where kind is final")
    for kind, status in (("first", "due"), ("final", "done")):
        text = f"{DECLINED} given letter on 13 September 2024 with kind is {kind}"
        assert ask(policy, text, "2024-09-13").status() == status


OCCASION = """occasion back "Back" = run of attended of at least {} sessions
action a "A" school should "call" when support is declined within 5 school days done when back{}"""
AWAY_UNTIL_THE_13TH = (
    'present from 4 September 2024 to 18 October 2024 marked "G" from 9 September 2024 to 13 September 2024'
    " given support is declined from 10 September 2024 given support is fully until 9 September 2024"
)


@pytest.mark.parametrize(
    ("on", "status"), [("2024-09-13", "due"), ("2024-09-16", "due"), ("2024-09-17", "done")]
)
def test_an_occasion_makes_it_done_once_it_is_long_enough(on: str, status: str) -> None:
    """Back since the 16th: with its fourth session, on the 17th, the occasion exists."""
    assert ask(OCCASION.format(4, ""), AWAY_UNTIL_THE_13TH, on).status() == status


@pytest.mark.parametrize(("window", "status"), [("", "due"), (" since 3 September 2024", "done")])
def test_an_occasion_that_began_before_the_trigger_counts_only_with_a_window(
    window: str, status: str
) -> None:
    """In school on 4 to 6 September, before the action was asked for on the 10th, and away since."""
    assert ask(OCCASION.format(4, window), AWAY_UNTIL_THE_13TH, "2024-09-13").status() == status


def test_an_occasion_that_is_not_meant_does_not_make_it_done() -> None:
    """Back for twenty sessions is meant: four are an occasion, and not one of those."""
    policy = OCCASION.format(4, " where length is at least 20 sessions")
    assert ask(policy, AWAY_UNTIL_THE_13TH, "2024-09-17").status() == "due"
    assert ask(policy, AWAY_UNTIL_THE_13TH, "2024-10-02").status() == "done"
