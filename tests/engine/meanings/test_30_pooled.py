"""Meaning 30: measures pooled over a school, and the number on roll."""

import pytest

from fingerpost.groups import pooled
from fingerpost.policy_test_expectations import say
from fingerpost.scope import Scope
from fingerpost.values import measure_at
from tests.engine.histories import D
from tests.engine.meanings.asking import Asked, ask

MEASURES = """measure absence "A" = share of absent in this academic year
measure ill_ "I" = count of ill in this academic year
measure m "M" = absence of its school
measure n "N" = ill_ of its school
measure r "R" = roll
condition c "C" = absence is more than absence of its school"""
FIRST = 'marked "I" from 4 September 2024 to 6 September 2024'
SECOND = """pupil "Q" in year 5 present from 4 September 2024 to 13 September 2024
  marked "I" on 12 September 2024 AM"""


def two(first: str = FIRST, second: str = SECOND, on: str = "2024-09-13") -> Asked:
    pupil = 'pupil "P" in year 5 on roll from 4 September 2024 until 6 September 2024'
    return ask(MEASURES, f"{first} {second}", on, pupil=pupil)


def test_a_share_is_pooled_sum_over_sum() -> None:
    """6 of 6 and 1 of 16 sessions are 7 of 22, not the mean of 100% and 6%; a count is the sum of counts."""
    assert (two().value("m"), two().value("n")) == ("7/22", "7")


def test_a_measure_as_at_an_earlier_day_is_pooled_as_at_that_day() -> None:
    """Of the school on 6 September: 6 of 6 and 0 of 6 sessions, whatever came after."""
    then = (
        MEASURES
        + """
measure early "E" = absence as at 6 September 2024
measure early_there "T" = early of its school"""
    )
    pupil = 'pupil "P" in year 5 on roll from 4 September 2024 until 6 September 2024'
    asked = ask(then, f"{FIRST} {SECOND}", "2024-09-13", pupil=pupil)
    assert (asked.value("early"), asked.value("early_there")) == ("6/6", "6/12")


def test_the_school_includes_the_pupil() -> None:
    """A school of one pupil has that pupil's own share, which is not more than itself."""
    alone = ask(MEASURES, "present on 4 September 2024 " + FIRST, "2024-09-06")
    assert (alone.value("absence"), alone.value("m"), alone.truth()) == ("6/6", "6/6", "false")
    assert two().truth() == "true"


def test_another_school_is_not_pooled() -> None:
    """Pupils of another school count for that one."""
    away = SECOND.replace('"Q" in year 5', '"Q" in year 5 at school "Elsewhere"')
    assert two(second=away).value("m") == "6/6"


def test_each_school_has_its_own_figure() -> None:
    """Of two schools that keep the same sessions one has a share of 6 of 6, the other 1 of 6."""
    days = "from 4 September 2024 to 6 September 2024"
    away = f'pupil "Q" in year 5 at school "Elsewhere" present {days} marked "I" on 5 September 2024 AM'
    asked = ask(MEASURES, f'marked "I" {days} {away}', "2024-09-06", pupil='pupil "P" in year 5')
    records = asked.session.records
    scopes = [Scope(policy=asked.policy, view=records.view(one)) for one in records.history.pupils.values()]
    assert scopes[0].view.axis is scopes[1].view.axis
    ordinal = D("2024-09-06").toordinal()
    assert [say(measure_at(asked.policy.measures["m"], ordinal, scope)) for scope in scopes] == ["6/6", "1/6"]


def test_unknown_marks_widen_the_pooled_figure() -> None:
    """A missing mark of one pupil widens the figure of the school, with the same denominator at both ends."""
    assert two(second=SECOND + " unmarked on 13 September 2024 AM").value("m") == "from 7/22 to 4/11"


def test_without_a_possible_session_of_anybody_it_does_not_apply() -> None:
    """A school without a possible session has no share."""
    elsewhere = 'marked "Y1" from 4 September 2024 to 6 September 2024'
    nobody = two(elsewhere, f'pupil "Q" in year 5 {elsewhere}')
    assert nobody.value("m") == "not applicable"
    assert nobody.truth() == "false"


@pytest.mark.parametrize(
    ("on", "roll"), [("2024-09-03", "1"), ("2024-09-04", "2"), ("2024-09-06", "2"), ("2024-09-07", "1")]
)
def test_roll_is_the_number_on_roll_on_the_date(on: str, roll: str) -> None:
    """`roll` counts who is on roll on the date, first and last day included."""
    assert two(on=on).value("r") == roll


def test_any_group_is_pooled_in_the_same_way() -> None:
    """A measure over marks may be pooled over any group of pupils; over nobody a share does not apply."""
    asked = two()
    records = asked.session.records
    members = [records.view(pupil) for pupil in records.history.pupils.values()]
    measure = asked.policy.measures["absence"]
    ordinal = D("2024-09-13").toordinal()
    found = [say(pooled(measure, ordinal, group, asked.policy)) for group in (members, members[1:], [])]
    assert found == ["7/22", "1/16", "not applicable"]
