"""A history that straddles 19 August 2024: each school day is judged by the edition in force on it.

The summer term of 2024 ends on 23 July, the autumn term begins on 4 September. Between lies the change:
a rule that has the same name in both editions goes on, another begins or ends with its edition.
"""

import pytest

from fingerpost_dsl import PolicyFamily, load_policies
from fingerpost_policies import folders
from tests.engine.meanings.asking import ALL_YEARS, Asked, ask_policy, history

(ENGLAND,), _ = load_policies(folders(), tests=False)
assert isinstance(ENGLAND, PolicyFamily)

WORDS = """
code "U" "Late" unauthorised absence
code "J" "Interview" approved activity until 18 August 2024
code "J1" "Interview" authorised absence from 19 August 2024
code "Y" "Unable to attend" not a possible session until 18 August 2024
code "Q" "Access not arranged" not a possible session from 19 August 2024
fact safeguarding_concern "S" yes or no
fact health_prevents_school "H" yes or no
fact has_social_worker "W" yes or no
fact has_youth_justice_worker "Y" yes or no
fact transport_not_provided "T" yes or no
fact support_taken_up "U" one of fully, partly, not_yet, declined
fact support_working "K" yes or no
fact best_placed_to_lead "L" one of the_school, the_authority, another_service
event social_care_contacted "C"
event transport_arranged "A"
event told_social_worker "X"
event parenting_contract_offered "P"
event attendance_contract_offered "R"
"""
BOTH_YEARS = (
    "present from 6 September 2023 to 23 July 2024 present from 4 September 2024 to 20 December 2024\n"
)
LAST, FIRST = "2024-07-23", "2024-09-04"
"""The last school day of the earlier edition, and the first of the later one."""


def asked(text: str, on: str) -> Asked:
    return ask_policy(ENGLAND, history(BOTH_YEARS + text, ALL_YEARS, words=WORDS), on)


def listed(answer: Asked) -> set[str]:
    return {one.name for one in answer.decision.recommendations}


@pytest.mark.parametrize(
    ("on", "edition"),
    [(LAST, "2022.09"), ("2024-08-18", "2022.09"), ("2024-08-19", "2024.08"), (FIRST, "2024.08")],
)
def test_each_side_has_its_edition(on: str, edition: str) -> None:
    """The day before the change is the earlier edition's, the day of the change the later one's."""
    assert asked("", on).policy.header.id.version == edition


def test_what_goes_on_was_triggered_under_the_earlier_edition() -> None:
    """A concern of July that nobody acted on is owed in September, from its own day."""
    text = "given safeguarding_concern is yes from 17 July 2024"
    for on in (LAST, FIRST):
        rule = asked(text, on).rule("act_on_concern")
        assert (rule.triggered, rule.due, rule.status) == ("2024-07-17", "2024-07-18", "overdue")


def test_what_was_done_under_the_earlier_edition_is_done() -> None:
    """Social care that was contacted in July need not be contacted again for the same concern."""
    text = "given safeguarding_concern is yes from 17 July 2024 given social_care_contacted on 18 July 2024"
    assert asked(text, FIRST).status("act_on_concern") == "done"


def test_the_law_on_education_for_health_goes_on() -> None:
    """The duty began in July and is due in September: the ten school days run on over the holidays."""
    text = "given health_prevents_school is yes from 12 July 2024"
    assert asked(text, LAST).rule("arrange_health_education").triggered == "2024-07-12"
    assert asked(text, FIRST).rule("arrange_health_education").triggered == "2024-07-12"
    assert asked(text, FIRST).rule("arrange_health_education").brief == "due 2024-09-06"


def test_a_rule_that_is_new_begins_with_its_edition() -> None:
    """The youth justice worker hears of unexplained absence from 19 August 2024, not of what was before."""
    text = 'marked "N" on 17 July 2024 AM given has_youth_justice_worker is yes'
    assert "tell_youth_justice_worker" not in asked(text, LAST).policy.actions
    assert asked(text, FIRST).rule("tell_youth_justice_worker").triggered >= "2024-08-19"
    later = 'marked "N" on 10 September 2024 AM given has_youth_justice_worker is yes'
    assert asked(later, "2024-09-10").rule("tell_youth_justice_worker").triggered == "2024-09-10"


def test_a_social_worker_is_owed_the_news_of_july() -> None:
    """Telling the social worker is asked by both editions: what was owed in July is still owed."""
    text = 'marked "N" on 17 July 2024 AM given has_social_worker is yes'
    for on in (LAST, FIRST):
        assert asked(text, on).rule("tell_social_worker").triggered == "2024-07-17"
    told = text + " given told_social_worker on 18 July 2024"
    assert asked(told, FIRST).status("tell_social_worker") == "done"


def test_travel_that_was_not_arranged_is_still_owed() -> None:
    """Code Y of July, with the fact beside it, asks the authority for travel; so does code Q of September."""
    text = 'marked "Y" on 15 July 2024 given transport_not_provided is yes'
    assert asked(text, LAST).rule("arrange_transport").triggered == "2024-07-15"
    owed = asked(text, FIRST).rule("arrange_transport")
    assert (owed.triggered, owed.status) == ("2024-07-15", "overdue")
    arranged = text + " given transport_arranged on 22 July 2024"
    assert asked(arranged, "2024-09-06").status("arrange_transport") != "overdue"
    again = arranged + ' marked "Q" on 16 September 2024'
    assert asked(again, "2024-09-16").rule("arrange_transport").triggered == "2024-09-16"


def test_unauthorised_absence_before_the_change_does_not_count_towards_the_national_threshold() -> None:
    """Ten sessions in July and nine in September are nine; with one more they are ten."""
    july = 'marked "O" from 15 July 2024 to 19 July 2024 '
    nine = july + 'marked "O" from 9 September 2024 to 12 September 2024 marked "O" on 13 September 2024 AM'
    ten = nine + ' marked "O" on 13 September 2024 PM'
    assert asked(nine, "2024-09-13").value("recent_unauthorised", "A") == "9"
    assert "consider" not in listed(asked(nine, "2024-09-13"))
    assert asked(ten, "2024-09-13").value("recent_unauthorised", "A") == "10"
    assert asked(ten, "2024-09-13").rule("consider", "A").triggered == "2024-09-13"


def test_an_interview_counts_as_its_own_day_counted_it() -> None:
    """Code J of July was attendance, code J1 of September is an absence, whichever edition asks."""
    assert asked('marked "J" on 18 July 2024', LAST).value("absence").startswith("0/")
    assert asked('marked "J1" on 5 September 2024', "2024-09-06").value("absence") == "2/6"


def test_a_mark_u_ends_a_run_in_the_later_edition_alone() -> None:
    """Until the change any unauthorised absence went on with the run that may lead to deletion."""
    text = 'marked "O" from 17 July 2024 to 23 July 2024 marked "U" on 19 July 2024 '
    assert asked(text, LAST).value("gone_days") == "5"
    later = text + 'marked "O" from 4 September 2024 to 6 September 2024'
    assert asked(later, "2024-09-06").value("gone_days") == "5"


def test_formal_support_is_offered_under_either_name() -> None:
    """A parenting contract is what was offered before, an attendance contract after."""
    before = (
        'marked "O" from 4 September 2023 to 6 October 2023 given support_taken_up is declined '
        "given support_working is no given parenting_contract_offered on 9 October 2023"
    )
    assert asked(before, "2023-10-09").status("offer_formal_support") == "done"
    after = (
        'marked "O" from 9 September 2024 to 18 September 2024 given support_taken_up is declined '
        "given support_working is no given attendance_contract_offered on 19 September 2024"
    )
    assert asked(after, "2024-09-19").status("offer_formal_support") == "done"


@pytest.mark.parametrize("on", ["2023-10-13", "2024-10-15"])
def test_illness_is_warned_of_under_neither_edition(on: str) -> None:
    """A fortnight of illness in either year, help declined: persistent absence, and nobody is warned."""
    text = (
        'marked "I" from 25 September 2023 to 6 October 2023 '
        'marked "I" from 23 September 2024 to 4 October 2024 '
        "given support_taken_up is declined given support_working is no"
    )
    answer = asked(text, on)
    assert answer.tier("persistent") == "holds"
    warnings = {
        "formal_conversation",
        "warn_of_legal_intervention",
        "work_on_legal_intervention",
        "enforce_attendance",
        "consider",
    }
    rules = [answer.rule(name) for name in warnings - {"consider"}]
    assert {rule.applies for rule in rules} == {"false"}
    assert not warnings & listed(answer)


def test_a_lead_goes_on_over_the_change() -> None:
    """Who leads is asked alike by both editions, while the pupil is at risk; each year is counted apart."""
    text = (
        'marked "I" from 24 June 2024 to 23 July 2024 marked "I" from 4 September 2024 to 6 September 2024 '
        "given best_placed_to_lead is the_authority"
    )
    assert asked(text, LAST).status("follow_lead_as_school") == "ongoing"
    assert asked(text, "2024-09-06").status("follow_lead_as_school") == "ongoing"
