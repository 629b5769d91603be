"""Meaning 25: statuses, and what is provisional."""

import pytest

from tests.engine.meanings.asking import ALL_YEARS, ask, problems, statuses

PRESENT = "present from 4 September 2024 to 18 October 2024"
DECLINED = PRESENT + " given support is declined"
DONE = DECLINED + " given meeting on 9 September 2024"


def action(modality: str, clause: str = "") -> str:
    return f'action a "A" school {modality} "call" when support is declined {clause} done when meeting'


@pytest.mark.parametrize("modality", ["must", "should"])
def test_what_must_or_should_be_done(modality: str) -> None:
    """`must` and `should` are ongoing without a deadline, due, overdue, done, or lapsed."""
    assert statuses(action(modality), DECLINED, ["2024-09-06", "2025-07-18"]) == ["ongoing", "ongoing"]
    deadline = action(modality, "within 1 school days")
    assert statuses(deadline, DECLINED, ["2024-09-05", "2024-09-06"]) == ["due", "overdue"]
    assert statuses(deadline, DONE, ["2024-09-06", "2024-09-09"]) == ["overdue", "done"]


def test_what_may_be_done_is_never_due() -> None:
    """`may` is available, used or expired."""
    assert statuses(action("may"), DONE, ["2024-09-06", "2024-09-09"]) == ["available", "used"]
    assert statuses(action("may", "expires after 1 school days"), DECLINED, ["2024-09-05", "2024-09-06"]) == [
        "available",
        "expired",
    ]


@pytest.mark.parametrize("modality", ["must not", "should not"])
def test_what_must_not_be_done(modality: str) -> None:
    """`must not` and `should not` are kept until it is done, then breached."""
    assert statuses(action(modality), DONE, ["2024-09-06", "2024-09-09"]) == ["kept", "breached"]


def test_unknown() -> None:
    """What may or may not apply has the status unknown."""
    assert statuses(action("must"), PRESENT, ["2024-09-06"]) == ["unknown"]


# --- provisional ------------------------------------------------------------------------------------------

TIER = """measure absence "M" = share of absent in this academic year
tier t "T" when absence is at least 10% provisional below {} sessions
action a "A" school should "call" in tier t within 3 school days
action b "B" school should "call" when absence is at least 10%"""


@pytest.mark.parametrize(("below", "state"), [(5, "holds"), (6, "holds"), (7, "provisional")])
def test_a_tier_is_provisional_below_a_number_of_possible_sessions(below: int, state: str) -> None:
    """With 6 possible sessions a tier provisional below 7 is provisional, below 6 it is not."""
    asked = ask(
        TIER.format(below),
        'present on 4 September 2024 marked "I" from 5 September 2024 to 6 September 2024',
        "2024-09-06",
    )
    assert asked.tier() == state


@pytest.mark.parametrize(("below", "state"), [(6, "holds"), (7, "provisional")])
def test_so_is_a_tier_of_a_rounded_share(below: int, state: str) -> None:
    """A band as published, in whole per cent, is provisional as the share itself would be."""
    text = 'present on 4 September 2024 marked "I" from 5 September 2024 to 6 September 2024'
    rounded = 'measure shown "S" = absence rounded to whole percent\n' + TIER.format(below)
    asked = ask(rounded.replace("when absence is", "when shown is", 1), text, "2024-09-06")
    assert asked.tier() == state


@pytest.mark.parametrize(("below", "state"), [(76, "holds"), (77, "provisional")])
def test_a_band_of_last_half_term_has_its_sessions(below: int, state: str) -> None:
    """Of a measure as at an earlier day the sessions up to that day count: 76 in the first half term."""
    ill = 'marked "I" from 9 September 2024 to 20 September 2024'
    text = f"present from 4 September 2024 to 8 November 2024 {ill}"
    then = 'measure then "T" = absence as at the end of last half term\n' + TIER.format(below)
    asked = ask(then.replace("when absence is", "when then is", 1), text, "2024-11-08", calendar=ALL_YEARS)
    assert asked.tier() == state


def test_only_the_pupils_own_possible_sessions_count() -> None:
    """Sessions that were not possible for the pupil do not help a tier out of being provisional."""
    text = 'marked "Y1" on 4 September 2024 marked "I" from 5 September 2024 to 6 September 2024'
    assert ask(TIER.format(5), text, "2024-09-06").tier() == "provisional"
    assert ask(TIER.format(4), text, "2024-09-06").tier() == "holds"


def test_what_rests_on_a_provisional_tier_is_marked_beside_its_status() -> None:
    """An action in a provisional tier runs as usual and carries the mark.

    What rests on the measure itself does not.
    """
    text = 'present on 4 September 2024 marked "I" from 5 September 2024 to 6 September 2024'
    found = ask(TIER.format(7), text, "2024-09-06").decision.recommendations
    assert [(one.name, one.status.value, one.provisional, str(one.triggered)) for one in found] == [
        ("a", "due", True, "2024-09-05"),
        ("b", "ongoing", False, "2024-09-05"),
    ]
    found = ask(TIER.format(6), text, "2024-09-06").decision.recommendations
    assert [one.provisional for one in found] == [False, False]


@pytest.mark.parametrize(("below", "provisional"), [(2, False), (3, True)])
def test_what_lapsed_was_provisional_if_it_was_when_triggered(below: int, provisional: bool) -> None:
    """A lapsed action carries the mark if it rested on a provisional tier when it was triggered."""
    text = """marked "I" on 4 September 2024 AM marked "/" on 4 September 2024 PM
      present from 5 September 2024 to 11 September 2024"""
    found = [
        one for one in ask(TIER.format(below), text, "2024-09-11").decision.recommendations if one.name == "a"
    ]
    assert [(one.status.value, one.provisional) for one in found] == [("lapsed", provisional)]


@pytest.mark.parametrize(("below", "provisional"), [(6, False), (7, True)])
def test_only_in_a_provisional_tier_is_provisional_too(below: int, provisional: bool) -> None:
    """An action `only in tier T` carries the mark as one `in tier T` does."""
    text = 'present on 4 September 2024 marked "I" from 5 September 2024 to 6 September 2024'
    policy = TIER.format(below).replace("in tier t", "only in tier t")
    found = ask(policy, text, "2024-09-06").decision.recommendations
    assert [one.provisional for one in found if one.name == "a"] == [provisional]


# --- whose deadline it was --------------------------------------------------------------------------------

OURS = 'threshold soon "Soon" = 1 school day ours "a target"\n'
CITED = 'threshold soon "Soon" = 1 school day cites GUIDE.line\n'


@pytest.mark.parametrize(("threshold", "weight"), [(OURS, "ours"), (CITED, "guidance")])
def test_a_missed_deadline_says_whose_it_was(threshold: str, weight: str) -> None:
    """The deadline's weight is that of the passage which its number cites, or our own."""
    policy = threshold + action("should", "within soon") + " cites GUIDE.line"
    found = ask(policy, DECLINED, "2024-09-10").decision.recommendations[0]
    assert found.status.value == "overdue"
    assert found.deadline_weight is not None
    assert found.deadline_weight.value == weight


def test_an_expiry_belongs_to_a_may() -> None:
    """`expires` on what must or should be done is an error."""
    assert problems(action("should", "expires after 1 school days")) == ("E0504",)


def test_what_is_unknown_now_says_since_when_it_applied() -> None:
    """A spell that goes on through days that are not known keeps the date of its trigger."""
    never, call = "present from 4 September 2024 to 18 October 2024", 'school should "call"'
    text = f"{never} given support is declined from 9 September 2024 until 20 September 2024"
    rule = ask(f'action a "A" {call} when support is declined', text, "2024-09-25").rule()
    assert (rule.status, rule.triggered) == ("unknown", "2024-09-09")
    rule = ask(f'action a "A" {call} when support is declined', never, "2024-09-25").rule()
    assert (rule.status, rule.triggered) == ("unknown", "")
