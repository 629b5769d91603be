"""Meaning 20: spells and triggers."""

import pytest

from fingerpost_dsl import PolicyFamily
from tests.engine.meanings.asking import ask, ask_policy, history, policy_of, statuses

PRESENT = "present from 4 September 2024 to 27 September 2024"
ACTION = """measure m "M" = count of ill in the last 2 school days
action a "A" school should "call" when m is at least 2 sessions within 5 school days"""
FACT = 'action a "A" school should "call" when support is declined within 5 school days'


def test_the_first_school_day_on_which_it_applies_is_the_trigger() -> None:
    """A rule is triggered on the first school day at whose close it applies, and keeps that trigger."""
    text = (
        PRESENT + ' marked "I" on 10 September 2024 AM marked "I" from 11 September 2024 to 12 September 2024'
    )
    assert [ask(ACTION, text, on).rule().triggered for on in ("2024-09-10", "2024-09-11", "2024-09-13")] == [
        "",
        "2024-09-11",
        "2024-09-11",
    ]


def test_a_day_on_which_it_does_not_apply_begins_a_new_spell() -> None:
    """After a school day on which it did not apply the next day on which it does is a new trigger."""
    text = PRESENT + ' marked "I" on 9 September 2024 marked "I" on 17 September 2024'
    assert ask(ACTION, text, "2024-09-10").rule().triggered == "2024-09-09"
    assert ask(ACTION, text, "2024-09-17").rule().triggered == "2024-09-17"


def test_only_school_days_end_a_spell() -> None:
    """A fact that stops over the weekend and goes on on Monday interrupts nothing."""
    text = f"""{PRESENT} given support is declined from 12 September 2024 until 13 September 2024
      given support is fully from 14 September 2024 until 15 September 2024
        given support is declined from 16 September 2024"""
    assert ask(FACT, text, "2024-09-17").rule().triggered == "2024-09-12"
    on_monday = text.replace("until 15 September", "until 16 September").replace(
        "from 16 September", "from 17 September"
    )
    assert ask(FACT, on_monday, "2024-09-17").rule().triggered == "2024-09-17"


def test_an_unknown_day_does_not_end_a_spell() -> None:
    """Days on which nobody knows lie inside a spell; the trigger stays where it was."""
    text = f"""{PRESENT} given support is declined from 10 September 2024 until 11 September 2024
      given support is declined from 16 September 2024"""
    rule = ask(FACT, text, "2024-09-17").rule()
    assert rule.triggered == "2024-09-10"
    assert ask(FACT, text, "2024-09-13").rule().applies == "unknown"


def test_unknown_days_before_the_first_true_one_give_the_trigger_a_range() -> None:
    """Unknown days directly before the first certain one leave open when it began: from the first of them."""
    text = f"""{PRESENT} given support is fully until 6 September 2024
      given support is declined from 11 September 2024"""
    standing = ask(FACT, text, "2024-09-17").rule().judged.standing
    assert (str(standing.triggered_from), str(standing.triggered)) == ("2024-09-09", "2024-09-11")
    known = text.replace("until 6 September", "until 10 September")
    standing = ask(FACT, known, "2024-09-17").rule().judged.standing
    assert (standing.triggered_from, str(standing.triggered)) == (None, "2024-09-11")


@pytest.mark.parametrize(("known_on", "triggered"), [("2024-09-13", ""), ("2024-09-16", "2024-09-11")])
def test_each_day_is_judged_from_what_is_known_on_k(known_on: str, triggered: str) -> None:
    """Every day of a spell is judged by the register as known on the day of knowledge, not as known then."""
    text = PRESENT + ' marked "I" from 11 September 2024 to 13 September 2024 recorded 16 September 2024'
    assert ask(ACTION, text, "2024-09-13", known_on).rule().triggered == triggered


# --- a change of version ----------------------------------------------------------------------------------

OLD = 'policy a.b "A" version 2024.1 language 1 in force from 1 September 2023'
NEW = 'policy a.b "A" version 2024.2 language 1 in force from 16 September 2024 supersedes 2024.1'
DECLINED = PRESENT + " given support is declined from 10 September 2024"


def family(old: str, new: str) -> PolicyFamily:
    return PolicyFamily(id="a.b", versions=(policy_of(old, header=OLD), policy_of(new, header=NEW)))


@pytest.mark.parametrize(("name", "triggered"), [("a", "2024-09-10"), ("b", "2024-09-16")])
def test_a_spell_goes_on_over_a_change_of_version_under_the_same_name(name: str, triggered: str) -> None:
    """If the new version has the rule under the same name its spell goes on.

    Else it begins on the day it comes into force.
    """
    versions = family(FACT, FACT.replace("action a", f"action {name}"))
    assert ask_policy(versions, history(DECLINED), "2024-09-17").rule(name).triggered == triggered


def test_each_day_is_judged_by_the_version_in_force_on_it() -> None:
    """Days of the old version are judged by its conditions: here it asked for more."""
    stricter = FACT.replace("declined within", "declined and checked is yes within")
    text = (
        DECLINED + " given checked is no until 11 September 2024 given checked is yes from 12 September 2024"
    )
    assert ask_policy(family(stricter, FACT), history(text), "2024-09-17").rule().triggered == "2024-09-12"
    never = DECLINED + " given checked is no"
    assert ask_policy(family(stricter, FACT), history(never), "2024-09-17").rule().triggered == "2024-09-16"


@pytest.mark.parametrize(("on", "version"), [("2024-09-15", "2024.1"), ("2024-09-16", "2024.2")])
def test_the_version_in_force_on_the_date_decides(on: str, version: str) -> None:
    """A version holds from its first day on."""
    asked = ask_policy(family(FACT, FACT), history(DECLINED), on)
    assert asked.policy.header.id.version == version


def test_before_a_deadline_passes_it_is_due() -> None:
    """The deadline counts from the trigger, through the change of version."""
    versions = family(FACT, FACT)
    found = [ask_policy(versions, history(DECLINED), on).status() for on in ("2024-09-17", "2024-09-18")]
    assert found == ["due", "overdue"]
    assert statuses(FACT, DECLINED, ["2024-09-17", "2024-09-18"]) == ["due", "overdue"]
