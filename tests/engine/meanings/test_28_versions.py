"""Meaning 28: versions."""

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
