"""Meaning 30: cohorts, and what a school or an authority has to do itself."""

import datetime as dt
from dataclasses import replace

import pytest

from fingerpost.cohorts import group_of
from fingerpost.decision import Decision
from fingerpost.evaluate import Session
from fingerpost.history import Authority, EventRow, Recorded, School
from fingerpost.logic import Truth
from fingerpost.policy_test_expectations import say
from fingerpost.record import replay
from fingerpost_dsl.model.declarations import Subject
from tests.engine.histories import D
from tests.engine.meanings.asking import history, policy_of

COHORT = """fact meals "Free school meals" yes or no
measure absence "A" = share of absent in this academic year
cohort meals_pupils "Pupils with free meals" = meals is yes least size {least}"""
ALONE = 'pupil "P" in year 5'
PUPILS = """present from 4 September 2024 to 6 September 2024
  marked "I" on 4 September 2024 given meals is {first}
  pupil "Q" in year 5 present from 4 September 2024 to 6 September 2024 {second}
  pupil "R" in year 5 present from 4 September 2024 to 6 September 2024
  marked "I" from 4 September 2024 to 6 September 2024 {third}"""


def cohort(
    first: str = "yes", second: str = "", third: str = "", least: int = 1
) -> tuple[str, tuple[int, int]]:
    """The cohort's absence, and its least and greatest size. Shares are 2/6 of P, 0/6 of Q and 6/6 of R."""
    declared = COHORT.format(least=least)
    policy = policy_of(declared)
    data = history(PUPILS.format(first=first, second=second, third=third), words=declared, pupil=ALONE)
    session = Session.open(policy, data, D("2024-09-06"))
    figure = session.decide_group(Subject.COHORT, "meals_pupils").measures["absence"]
    group = group_of(policy.cohorts["meals_pupils"], policy, session.records, session.on, "")
    return say(figure), group.size


NO, YES = "given meals is no", "given meals is yes"


def test_a_cohort_is_those_of_whom_its_condition_is_true() -> None:
    """Its share is pooled: 2 and 0 of 6 sessions each are 2 of 12; who is not in it does not count."""
    assert cohort("yes", YES, NO) == ("2/12", (2, 2))
    assert cohort("yes", NO, NO) == ("2/6", (1, 1))


def test_unknown_members_widen_the_figures() -> None:
    """With Q unknown the share is from 2 of 12 to 2 of 6; with R unknown too it may be up to 8 of 12."""
    assert cohort("yes", "", NO) == ("from 1/6 to 1/3", (1, 2))
    assert cohort("yes", "", "") == ("from 1/6 to 2/3", (1, 3))


@pytest.mark.parametrize(("least", "figure"), [(1, "2/12"), (2, "2/12"), (3, "not applicable")])
def test_a_cohort_below_its_least_size_has_no_figure(least: int, figure: str) -> None:
    """Two members have a figure where the least size is two, and none where it is three."""
    assert cohort("yes", YES, NO, least)[0] == figure


def test_a_cohort_that_may_be_too_small_has_an_unknown_figure() -> None:
    """One member and one that may be: whether two are reached nobody knows."""
    assert cohort("yes", "", NO, 2)[0] == "unknown"


def test_a_cohort_of_nobody_does_not_apply() -> None:
    """Without members there is no figure."""
    assert cohort("no", NO, NO) == ("not applicable", (0, 0))


# --- schools and authorities ----------------------------------------------------------------------

STANDING = """fact published "Policy published" yes or no of school
event told "Parents told" of school
event practice "Practice shared" of authority
measure absence "A" = share of absent in this academic year
action publish "P" school should "publish" for each school when published is no
action tell "T" school should "tell" for each school every half term done when told
action share_ "S" authority should "share" for each authority every academic year done when practice
action look "L" school should "look" for each school when absence is at least 50%"""


def standing(
    published: bool | None = None,
    told: tuple[str, ...] = (),
    on: str = "2024-11-08",
    marks: str = "",
    subject: Subject = Subject.SCHOOL,
) -> Decision:
    """The decision for the school, or for its authority."""
    pupil = 'pupil "P" in year 5 at school "S"'
    data = history(f"present from 4 September 2024 to 6 September 2024 {marks}", words=STANDING, pupil=pupil)
    facts = {} if published is None else {"published": (Recorded(value=published),)}
    events = tuple(EventRow(event="told", date=D(day)) for day in told)
    school = School(id="S", authority="LA", facts=facts, events=events)
    data = replace(data, schools={"S": school}, authorities={"LA": Authority(id="LA")})
    session = Session.open(policy_of(STANDING), data, D(on))
    (decision,) = session.decide_all((subject,))
    assert replay(decision.record, policy_of(STANDING), data).proved
    return decision


def rules(decision: Decision) -> dict[str, str]:
    """The status of what is listed, by rule."""
    return {one.name: one.status.value for one in decision.recommendations}


@pytest.mark.parametrize(("published", "status"), [(False, "ongoing"), (True, None), (None, "unknown")])
def test_a_schools_own_facts_decide(published: bool | None, status: str | None) -> None:
    """`for each school` is judged once for the school; a fact that nobody recorded leaves it unknown."""
    assert rules(standing(published)).get("publish") == status


def test_a_standing_action_of_a_school_is_overdue_with_how_many() -> None:
    """Nobody was told in the first half term: on 25 October it is due, on 4 November one is missed."""
    assert [rules(standing(on=day))["tell"] for day in ("2024-10-25", "2024-11-04")] == ["due", "overdue"]
    tell = next(one for one in standing(on="2025-01-10").recommendations if one.name == "tell")
    assert (tell.due, tell.overdue_count) == (dt.date(2024, 10, 25), 2)
    both = standing(told=("2024-10-01", "2024-11-05"), on="2024-11-08")
    assert rules(both)["tell"] == "done"


def test_measures_of_marks_are_pooled_in_a_schools_rule() -> None:
    """6 of 12 sessions of the two pupils are 50% and meet the line; 5 of 12 do not."""
    other = 'pupil "Q" in year 5 at school "S" marked "I" from 4 September 2024 to 6 September 2024'
    assert "look" in rules(standing(marks=other))
    assert "look" not in rules(standing(marks=other + ' marked "/" on 4 September 2024 AM'))
    assert say(standing(marks=other).measures["absence"]) == "6/12"


def test_an_authority_has_its_own_actions_and_not_the_schools() -> None:
    """`for each authority` is judged once for the authority."""
    assert set(rules(standing(subject=Subject.AUTHORITY))) == {"share_"}
    assert "share_" not in rules(standing())


OF_AN_AUTHORITY = """fact pilot "In the pilot" yes or no of authority
event campaign "Campaign" of authority
action join "J" authority should "join" for each authority when pilot is yes
action follow "F" authority should "follow up" for each authority when campaign"""


@pytest.mark.parametrize("school", [School(id="S", authority="LA"), School(id="S")])
def test_what_is_on_record_of_an_authority_is_its_own_with_or_without_a_school(school: School) -> None:
    """Nothing of it hangs on whether one of its schools is in the data."""
    policy = policy_of(OF_AN_AUTHORITY)
    data = history('marked "I" on 4 September 2024', words=OF_AN_AUTHORITY, pupil='pupil "P" at school "S"')
    joined = {"pilot": (Recorded(value=True),)}
    event = EventRow(event="campaign", date=D("2024-09-03"))
    authority = Authority(id="LA", facts=joined, events=(event,))
    data = replace(data, schools={"S": school}, authorities={"LA": authority})
    found = Session.open(policy, data, D("2024-09-05")).decide_group(Subject.AUTHORITY, "LA")
    assert [one.name for one in found.recommendations if one.applies is Truth.TRUE] == ["join", "follow"]
