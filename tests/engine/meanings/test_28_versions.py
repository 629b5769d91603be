"""Meaning 28: versions."""

from dataclasses import replace

import pytest

from fingerpost.evaluate import NotInForceError
from fingerpost_dsl import Policy, PolicyFamily, check, parse
from fingerpost_dsl.source import SourceText
from tests.engine.meanings.asking import WORDS, ask_policy, history, policy_of

FACT = 'action a "A" school should "call" when support is declined'


def version(name: str, first: str, until: str = "") -> str:
    return f'policy a.b "A" version {name} language 1 in force from {first} {until}'


OLD = policy_of(FACT, header=version("2023.1", "1 September 2023", "until 31 December 2025"))
NEW = policy_of(FACT, header=version("2024.1", "16 September 2024", "until 31 August 2025"))
FAMILY = PolicyFamily(id="a.b", versions=(OLD, NEW))
TEXT = "present from 4 September 2024 to 27 September 2024 given support is declined"


@pytest.mark.parametrize(
    ("on", "name"),
    [("2023-09-01", "2023.1"), ("2024-09-15", "2023.1"), ("2024-09-16", "2024.1"), ("2025-08-31", "2024.1")],
)
def test_a_version_holds_until_the_day_before_its_successors(on: str, name: str) -> None:
    """A version holds until the day before its successor's first, though it says it lasts longer."""
    assert ask_policy(FAMILY, history(TEXT), on).policy.header.id.version == name


@pytest.mark.parametrize("on", ["2023-08-31", "2025-09-01", "2026-01-01"])
def test_a_date_that_no_version_covers_is_an_error(on: str) -> None:
    """Before the first, after the last, and in a gap there is no policy.

    Nothing falls through to an earlier version.
    """
    with pytest.raises(NotInForceError):
        ask_policy(FAMILY, history(TEXT), on)


@pytest.mark.parametrize(
    ("on", "remarked"),
    [("2024-09-15", True), ("2024-09-16", False), ("2025-08-31", False), ("2025-09-01", True)],
)
def test_a_version_named_outright_is_evaluated_on_any_date_and_says_so(on: str, remarked: bool) -> None:
    """A version that is named is applied as if in force; outside its time the decision says so."""
    asked = ask_policy(NEW, history(TEXT), on)
    assert asked.rule().applies == "true"
    assert ("not in force" in asked.remarks) is remarked
    assert asked.decision.record.named_outright


CHECKED = policy_of(FACT, header=version("2024.1", "16 September 2023", "last checked 10 October 2024"))


@pytest.mark.parametrize(("on", "remarked"), [("2025-10-10", False), ("2025-10-11", True)])
def test_a_decision_much_later_than_the_last_check_says_so(on: str, remarked: bool) -> None:
    """More than 365 days after its last check against the sources a version says when that was."""
    assert ("last checked" in ask_policy(CHECKED, history(TEXT), on).remarks) is remarked


# --- a local version and its parent ------------------------------------------------------

BELOW = version("2023.1", "1 September 2023", "until 15 September 2024") + WORDS + FACT
ABOVE = (
    'policy a.c "C" version 2023.1 language 1 extends a.b 2023.1 by authority in force from 1 September 2023'
)


def _local() -> Policy:
    below, above = (parse(SourceText("a.policy", text))[0] for text in (BELOW, ABOVE))
    policy, found = check(above, below=(below,))
    assert policy is not None, found
    return policy


@pytest.mark.parametrize(("on", "in_force"), [("2024-09-15", True), ("2024-09-16", False)])
def test_a_local_version_does_not_outlive_its_parent(on: str, in_force: bool) -> None:
    """A local version whose parent is no longer in force is an error that names both."""
    family = PolicyFamily(id="a.c", versions=(_local(),))
    if in_force:
        assert ask_policy(family, history(TEXT), on).rule().applies == "true"
        return
    with pytest.raises(NotInForceError, match=r"a\.c 2023\.1 extends a\.b 2023\.1"):
        ask_policy(family, history(TEXT), on)


# --- the days before a local version -----------------------------------------------------

NATIONAL_RULES = """threshold line "Line" = 2 sessions open from 1 sessions to 9 sessions cites GUIDE.line
measure m "M" = count of ill in this academic year
action a "A" school should "call" when m is at least line within 5 school days done when letter
"""
NATIONAL = version("2023.1", "1 September 2023") + WORDS + NATIONAL_RULES
COUNCIL = """policy a.c "C" version 2024.1 language 1 extends a.b 2023.1 by authority
  in force from 16 September 2024
action own "Own" school should "call" when m is at least line within 5 school days done when letter
"""
ILL = 'present from 4 September 2024 to 27 September 2024 marked "I" on 9 September 2024'


def layered(*texts: str) -> PolicyFamily:
    """Policies over one another, the lowest first: the top one, with what was in force before it."""
    trees = [parse(SourceText(f"{number}.policy", text))[0] for number, text in enumerate(texts)]
    family = None
    for place, tree in enumerate(trees):
        policy, found = check(tree, below=tuple(trees[:place]))
        assert policy is not None, found
        family = PolicyFamily(id=policy.header.id.id, versions=(policy,), before=family)
    assert family is not None
    return family


@pytest.mark.parametrize(
    ("called", "status"),
    [
        ("", "overdue 2024-09-16"),
        ("6 September 2024", "overdue 2024-09-16"),
        ("9 September 2024", "done"),
        ("13 September 2024", "done"),
    ],
)
def test_days_before_a_local_version_are_judged_by_what_it_extends(called: str, status: str) -> None:
    """A spell goes on from the policy below into the local one: what was done then is done."""
    text = ILL + (f" given letter on {called}" if called else " given no letter")
    rule = ask_policy(layered(NATIONAL, COUNCIL), history(text), "2024-09-17").rule()
    assert rule.triggered == "2024-09-09"
    assert rule.brief.startswith(status)


def test_what_is_the_local_policy_s_own_begins_with_it() -> None:
    """A rule that the policy below does not have begins on the local policy's first day."""
    asked = ask_policy(layered(NATIONAL, COUNCIL), history(ILL), "2024-09-17")
    assert asked.rule("own").triggered == "2024-09-16"


@pytest.mark.parametrize(
    ("line", "triggered"), [("1 session", "2024-09-16"), ("2 sessions", ""), ("9 sessions", "")]
)
def test_a_line_that_the_local_policy_moved_holds_from_its_first_day(line: str, triggered: str) -> None:
    """One session is below the national line: before the local policy nothing was triggered."""
    moved = COUNCIL + f'change threshold line to {line} because "so"'
    asked = ask_policy(layered(NATIONAL, moved), history(f"{ILL} AM"), "2024-09-17")
    assert asked.rule().triggered == triggered


def test_a_policy_over_a_local_one_has_the_days_of_both_before_it() -> None:
    """Each layer's own days are judged by it, the lowest layer's first."""
    header = 'policy a.d "D" version 2024.1 language 1 extends a.c 2024.1 by school'
    school = f"{header} in force from 20 September 2024"
    family = layered(NATIONAL, COUNCIL, school)
    asked = ask_policy(family, history(ILL), "2024-09-23")
    assert asked.rule().triggered == "2024-09-09"
    assert asked.rule("own").triggered == "2024-09-16"
    with pytest.raises(NotInForceError):
        ask_policy(family, history(ILL), "2024-09-19")


@pytest.mark.parametrize(("on", "in_force"), [("2024-09-22", True), ("2024-09-23", False)])
def test_a_local_version_ends_when_its_parent_is_superseded(on: str, in_force: bool) -> None:
    """The parent's successor ends it too, though the parent named no last day."""
    family = layered(NATIONAL, COUNCIL)
    assert family.before is not None
    successor = policy_of("", header=version("2024.2", "23 September 2024"))
    versions = (*family.before.versions, successor)
    family = replace(family, before=replace(family.before, versions=versions))
    if in_force:
        assert ask_policy(family, history(ILL), on).rule().triggered == "2024-09-09"
        return
    with pytest.raises(NotInForceError, match="until 22 September 2024"):
        ask_policy(family, history(ILL), on)


# --- occasions of two versions -----------------------------------------------------------

LONGER = """occasion off "Off" = run of ill of at least 6 sessions
action a "A" school should "call" for each occasion of off stands until done"""
NO_OCCASION = 'action a "A" school should "call" when support is declined stands until done'
SHORTER = LONGER.replace("6 sessions", "2 sessions")
OTHER = LONGER.replace("run of ill of at least 6", "run of absent of at least 1")


@pytest.mark.parametrize(
    ("before", "days", "triggered"),
    [
        (SHORTER, "9 September 2024", "2024-09-09"),
        (LONGER, "9 September 2024", "2024-09-16"),
        (LONGER, "9 September 2024 to 10 September 2024", "2024-09-16"),
        (LONGER, "9 September 2024 to 11 September 2024", "2024-09-11"),
        (LONGER, "20 September 2024", "2024-09-20"),
        (OTHER, "9 September 2024", "2024-09-09"),
        (NO_OCCASION, "9 September 2024", "2024-09-16"),
    ],
)
def test_an_occasion_is_what_the_version_of_the_day_says(before: str, days: str, triggered: str) -> None:
    """Before the change the rule applies to what was an occasion then, with the same first session."""
    versions = (
        policy_of(before, header=version("2023.1", "1 September 2023")),
        policy_of(SHORTER, header=version("2024.1", "16 September 2024")),
    )
    marked = f"from {days}" if " to " in days else f"on {days}"
    data = history(f'present from 4 September 2024 to 20 September 2024 marked "I" {marked}', words=SHORTER)
    asked = ask_policy(PolicyFamily(id="a.b", versions=versions), data, "2024-09-20")
    assert [str(one.triggered) for one in asked.decision.recommendations] == [triggered]
