"""Local rules as councils say them, in `local/`: each with its own tests, on both sides of its line."""

from functools import cache
from pathlib import Path

import pytest

from fingerpost.history import CalendarData
from fingerpost.policy_coverage import coverage_of
from fingerpost.policy_tests import run_tests
from fingerpost.readers import read_calendar
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import load_file
from fingerpost_dsl.model.policy import Policy
from fingerpost_policies import calendar_path, folders

FILES = sorted((Path(__file__).parent / "local").glob("*.policy"))

RULES = 20
"""How many rules there are at least, one for each kind that councils publish."""


def calendar(name: str) -> CalendarData:
    given, found = read_calendar(calendar_path(name), Vocabulary.from_policies())
    assert given is not None, found
    return given


@cache
def policy_in(file: Path) -> Policy:
    policy, found = load_file(file, search=folders())
    assert found == ()
    assert policy is not None
    return policy


def own_rules(policy: Policy, file: Path) -> set[str]:
    return {rule.name for rule in policy.rules() if rule.span.file == str(file)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_rule_does_what_its_sentence_says(file: Path) -> None:
    """Its tests pass, there are some, and they show each rule, condition and deadline from every side."""
    policy = policy_in(file)
    results = list(run_tests(policy, calendar))
    assert len(results) >= 3 * len(own_rules(policy, file)) > 0
    assert [one.test.title for one in results if not one.passed] == []
    assert [str(one.point) for one in coverage_of(policy, calendar).points if one.missing] == []


def test_there_is_a_rule_of_each_kind() -> None:
    """No file of them can be lost without anybody noticing."""
    assert sum(len(own_rules(policy_in(file), file)) for file in FILES) >= RULES
