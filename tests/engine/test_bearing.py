"""What is the same for every parent is judged once, for the pupil; what differs is judged for each."""

from __future__ import annotations

import pytest

from fingerpost.bearing import narrowed
from fingerpost.evaluate import Session, find_pupil
from fingerpost.scope import Scope
from tests.engine.histories import D
from tests.engine.meanings.asking import history, policy_of

DECLARED = """fact heard "Heard" yes or no for each parent
occasion away "Away" = run of unauthorised of at least 2 sessions
condition by_fact "By a fact" = heard is yes for each parent
measure notices "Notices" = count of notice in this academic year for each parent
condition by_events "By events" = notices is at least 1 for each parent
condition by_marks "By marks" = count of unauthorised in this academic year is at least 4 sessions
condition by_occasion "By an occasion" = school days since the start of away is at least 1 school day
"""
MARKS = """present from 4 September 2024 to 27 September 2024
  marked "G" from 9 September 2024 to 10 September 2024"""
HEARD = ' given heard is yes for parent "B"'
NOTICE = ' given notice on 12 September 2024 for parent "B"'


def scope_of(given: str) -> Scope:
    """The scope of parent A and of the one occasion there is."""
    policy = policy_of(DECLARED)
    data = history(MARKS + given, words='fact heard "Heard" yes or no for each parent')
    judgement = Session.open(policy, data, D("2024-09-27")).judgement(find_pupil(data, None))
    (occasion,) = judgement.scope.occurrences("away", judgement.ordinal)
    return judgement.scope.of_parent("A").of_occasion(occasion)


@pytest.mark.parametrize(
    ("given", "condition", "parent"),
    [
        ("", "by_marks", None),
        (HEARD + NOTICE, "by_marks", None),
        ("", "by_fact", None),
        (HEARD, "by_fact", "A"),
        (NOTICE, "by_fact", None),
        ("", "by_events", None),
        (NOTICE, "by_events", "A"),
        (HEARD, "by_events", None),
    ],
)
def test_a_condition_is_one_parents_only_where_something_is_on_record_of_any(
    given: str, condition: str, parent: str | None
) -> None:
    """With nothing recorded of any parent, the answer is the same for each."""
    scope = scope_of(given)
    assert narrowed(scope.policy.conditions[condition].condition, scope).parent == parent


@pytest.mark.parametrize(("condition", "kept"), [("by_marks", False), ("by_occasion", True)])
def test_the_occasion_is_kept_only_where_it_is_spoken_of(condition: str, kept: bool) -> None:
    """Marks of the year are the same whichever absence a rule follows up."""
    scope = scope_of("")
    assert (narrowed(scope.policy.conditions[condition].condition, scope).occasion is not None) is kept
