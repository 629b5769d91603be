"""A rule that is passed over unjudged is one that is false on every day: nothing is lost by it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from fingerpost.evaluate import Session, evaluate, find_pupil
from fingerpost.history import Recorded, Register
from fingerpost.liveness import is_hopeless
from fingerpost.logic import Truth
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from tests.engine.histories import D
from tests.engine.meanings.asking import history, policy_of
from tests.properties.test_days import passed_over_is_idle

DECLARED = """codes away "Away" = "G"
threshold many "Many" = 2 sessions ours "two"
threshold none "None" = 0 sessions ours "none"
measure trips "Trips" = count of away in this academic year
measure run_ "Run" = current run of away in school days in this academic year
condition often "Often" = trips is at least many
action by_count "A" school should "a" when trips is at least many
action by_name "A" school should "a" when often and checked is yes
action by_run "A" school should "a" when run_ is more than 0 school days
action by_nothing "A" school should "a" when trips is at least none
action by_few "A" school should "a" when trips is at most many
action by_either "A" school should "a" when trips is at least many or checked is yes
action by_both_ways "A" school should "a"
  when (trips is at least many and asked is yes) or run_ is at least 1 school day
measure since "Since" = days since latest notice for each parent
condition over "Over" = since is known and since is more than 3 days for each parent
action by_time "A" school should "a" for each parent when over
action by_event "A" school should "a" when days since latest letter is more than 3 days
action by_fact "A" school should "a" when checked is known and checked is yes
"""
PRESENT = "present from 4 September 2024 to 13 September 2024"
MARKED = PRESENT + ' marked "G" on 9 September 2024 AM'
TWICE = PRESENT + ' marked "G" on 9 September 2024'
MISSING = PRESENT + " unmarked on 9 September 2024 AM"


@pytest.mark.parametrize(
    ("text", "hopeless"),
    [
        (PRESENT, {"by_count", "by_name", "by_run", "by_both_ways", "by_time", "by_fact"}),
        (MARKED, {"by_count", "by_name", "by_time", "by_fact"}),
        (MISSING, {"by_count", "by_name", "by_time", "by_fact"}),
        (TWICE, {"by_time", "by_fact"}),
        (MARKED + " unmarked on 10 September 2024 AM", {"by_time", "by_fact"}),
        (PRESENT + " given checked is no", {"by_count", "by_name", "by_run", "by_both_ways", "by_time"}),
        (TWICE + ' given notice on 9 September 2024 for parent "A"', {"by_fact"}),
        (TWICE + " given no letter", {"by_time", "by_event", "by_fact"}),
        (TWICE + " given letter on 9 September 2024", {"by_time", "by_fact"}),
    ],
)
def test_what_wants_marks_or_facts_that_are_nowhere_is_hopeless(text: str, hopeless: set[str]) -> None:
    """As many such marks as are asked for, or sessions without any, are enough to judge it."""
    policy = policy_of(DECLARED)
    data = history(text, words=DECLARED)
    judgement = Session.open(policy, data, D("2024-09-13")).judgement(find_pupil(data, None))
    found = {rule.name for rule in policy.rules() if is_hopeless(rule, judgement.scope, judgement.length)}
    assert found == hopeless
    for judged in judgement.rules():
        if judged.instance.rule.name in found:
            assert judged.truth is Truth.FALSE
            assert judged.standing.status is None


TERMLY = """codes away "Away" = "G"
threshold many "Many" = 2 sessions ours "two"
action by_term "A" school should "a" when count of away in this term is at least many
"""


@pytest.mark.parametrize(
    ("on", "recommended"), [("2025-07-18", []), ("2025-08-30", []), ("2025-09-01", ["by_term"])]
)
def test_what_lies_in_no_term_is_judged_by_itself(on: str, recommended: list[str]) -> None:
    """After the calendar's last year nobody knows which term it is, nor when it began."""
    data = history(PRESENT, words=TERMLY)
    decision = evaluate(policy_of(TERMLY), data, D(on))
    assert [one.name for one in decision.recommendations] == recommended
    session = Session.open(policy_of(TERMLY), data, D(on))
    passed_over_is_idle(session, decision.id)


SINCE = """measure ago "How long ago" = days since latest letter
condition long_ago "Long ago" = ago is known and ago is more than 3 days
action by_time "A" school should "a" when ago is more than 3 days
action by_known_time "A" school should "a" when long_ago
"""


@pytest.mark.parametrize(("ago", "recommended"), [(None, []), (3, []), (4, ["by_time", "by_known_time"])])
def test_how_long_ago_it_was_may_be_reported_without_the_event(
    ago: int | None, recommended: list[str]
) -> None:
    data = history(PRESENT + " given no letter", words=SINCE)
    reported = {} if ago is None else {"ago": (Recorded(value=Fraction(ago)),)}
    pupil = replace(find_pupil(data, None), register=Register((), ()), reported=reported)
    data = replace(data, pupils={pupil.id: pupil})
    decision = evaluate(policy_of(SINCE), data, D("2024-09-13"))
    assert [one.name for one in decision.recommendations] == recommended
    passed_over_is_idle(Session.open(policy_of(SINCE), data, D("2024-09-13")), pupil.id)


STEPS = """threshold many "Many" = 1 session ours "one"
codes away "Away" = "G"
measure trips "Trips" = count of away in this academic year
pathway way "Way" cites GUIDE.line
step meets of way "Meet" school should "meet" after asks done when meeting
step asks of way "Ask" school should "ask"
  starts here when trips is at least many stands until done done when letter
"""


def asking_for(policy: Policy, sessions: int) -> Policy:
    """The very same rules with another line."""
    many = replace(policy.thresholds["many"], value=Quantity(Fraction(sessions), Unit.SESSION))
    return replace(policy, thresholds={**policy.thresholds, "many": many})


def test_versions_made_of_the_very_same_rules_are_passed_over_each_by_its_own_line() -> None:
    """A round that the earlier version opened is walked on, though the later asks for more than there is."""
    policy = policy_of(STEPS)
    changed = D("2024-09-11")
    versions = (
        replace(policy, header=replace(policy.header, in_force_until=changed - dt.timedelta(days=1))),
        replace(asking_for(policy, 3), header=replace(policy.header, in_force_from=changed)),
    )
    family = PolicyFamily(id=policy.header.id.id, versions=versions)
    data = history(
        PRESENT + ' marked "G" on 5 September 2024 AM given letter on 6 September 2024', words=STEPS
    )
    decision = evaluate(family, data, D("2024-09-13"))
    assert [one.name for one in decision.recommendations] == ["meets"]
    passed_over_is_idle(Session.open(family, data, D("2024-09-13")), decision.id)
