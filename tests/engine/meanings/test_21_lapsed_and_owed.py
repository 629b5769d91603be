"""Meaning 21: what becomes of an action whose spell ends undone."""

import pytest

from tests.engine.meanings.asking import ask, problems, statuses

PRESENT = "present from 4 September 2024 to 18 October 2024"
SPELL = (
    PRESENT
    + """ given support is declined from 10 September 2024 until 13 September 2024
  given support is fully from 14 September 2024"""
)
ACTION = 'action a "A" school should "call" when support is declined within 3 school days done when letter'


def test_it_is_listed_as_lapsed_for_ten_school_days() -> None:
    """From the first school day on which it no longer applies it is listed as lapsed, for ten school days."""
    dates = ["2024-09-13", "2024-09-16", "2024-09-27", "2024-09-30"]
    assert statuses(ACTION, SPELL, dates) == ["due", "lapsed", "lapsed", ""]


def test_holidays_use_up_none_of_the_ten_days() -> None:
    """The ten days are school days: half term does not shorten them."""
    text = """present from 4 September 2024 to 20 December 2024
      given support is declined from 21 October 2024 until 25 October 2024
        given support is fully from 26 October 2024"""
    assert statuses(ACTION, text, ["2024-11-04", "2024-11-15", "2024-11-18"]) == ["lapsed", "lapsed", ""]


def test_a_lapsed_action_is_listed_with_what_it_was() -> None:
    """It keeps its trigger and its due date, and is listed as one that does not apply."""
    rule = ask(ACTION, SPELL, "2024-09-17").rule()
    assert (rule.applies, rule.status, rule.triggered, rule.due) == (
        "false",
        "lapsed",
        "2024-09-10",
        "2024-09-13",
    )


@pytest.mark.parametrize(
    ("done", "status"), [("9 September 2024", "lapsed"), ("12 September 2024", ""), ("16 September 2024", "")]
)
def test_what_was_done_does_not_lapse(done: str, status: str) -> None:
    """If it was done since its trigger, nothing is left of it when the spell ends."""
    assert ask(ACTION, f"{SPELL} given letter on {done}", "2024-09-17").status() == status


def test_done_is_listed_while_the_spell_lasts() -> None:
    """What is done is listed as done as long as the action applies, and no longer."""
    text = SPELL + " given letter on 11 September 2024"
    assert statuses(ACTION, text, ["2024-09-10", "2024-09-11", "2024-09-13", "2024-09-16"]) == [
        "due",
        "done",
        "done",
        "",
    ]


STANDS = ACTION.replace("done when", "stands until done done when")


def test_stands_until_done_keeps_it_owed() -> None:
    """What stands until done is owed though its condition has passed, and overdue when its time is."""
    dates = ["2024-09-13", "2024-09-16", "2024-10-18"]
    assert statuses(STANDS, SPELL, dates) == ["due", "overdue", "overdue"]
    assert ask(STANDS, SPELL, "2024-10-18").rule().applies == "true"


def test_what_is_owed_ends_when_it_is_done() -> None:
    """Once done after its spell, it is no longer listed."""
    text = SPELL + " given letter on 18 September 2024"
    assert statuses(STANDS, text, ["2024-09-17", "2024-09-18"]) == ["overdue", ""]


def test_the_earliest_spell_not_done_is_owed() -> None:
    """Of several spells the earliest after whose trigger nothing was done is the one that is owed."""
    text = SPELL.replace(
        "fully from 14 September 2024", "fully from 14 September 2024 until 29 September 2024"
    )
    text += " given support is declined from 30 September 2024"
    assert ask(STANDS, text, "2024-10-01").rule().triggered == "2024-09-10"
    done = text + " given letter on 18 September 2024"
    assert ask(STANDS, done, "2024-10-01").rule().triggered == "2024-09-30"


def test_may_and_must_not_leave_nothing_behind() -> None:
    """What was allowed or forbidden does not lapse."""
    for modality in ("may", "must not"):
        action = ACTION.replace("should", modality).replace(" within 3 school days", "")
        assert ask(action, SPELL, "2024-09-17").status() == ""


def test_a_deadline_that_outlives_the_conditions_own_window_is_warned_of() -> None:
    """A deadline of one day on a window of two could never be missed: on day 2 the window has left day 0."""
    short = """measure m "M" = count of ill in the last 2 school days
action a "A" school should "call" when m is at least 1 sessions within {} school days done when letter {}"""
    assert problems(short.format(1, "")) == ("W0501",)
    assert problems(short.format(1, "stands until done")) == ()
    assert problems(short.format(0, "")) == ()
