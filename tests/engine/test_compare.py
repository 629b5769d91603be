"""What a change is said to do: one small policy, one change at a time."""

from __future__ import annotations

import pytest

from fingerpost.compare import Comparison, Order, Sort, compare
from fingerpost.render.comparison import Pages, comparison_text
from fingerpost.render.difference_words import changed_words
from fingerpost.render.effects import effect_words
from fingerpost_dsl.model.policy import Policy
from tests.generate.words import HEADER, VOCABULARY
from tests.strategies import load

POLICY = """
threshold line "Line" = 10% ours "a test"
threshold floor "Floor" = 90% ours "a test"
threshold number "Number of sessions" = 10 sessions ours "a test"
threshold period "Period" = 10 school weeks ours "a test"
threshold reply "Time to reply" = 10 school days ours "a test"
measure absence "Absence" = share of absent in this academic year
measure attendance "Attendance" = share of attended in this academic year
measure lately "Lately" = count of unauthorised in the last period
condition often_away "Is often away" = lately is at least number
tier at_risk "At risk" when absence is at least line
action offer "Offer" school should "offer help" in tier at_risk within reply done when letter cites SRC.one
action praise "Praise" school may "praise the pupil" when attendance is at least floor cites SRC.one
action meet "Meet" school must "meet the parents" when often_away unless flag is yes every term cites LAW.one
pathway way "Way" for each parent enforcement cites LAW.one
step consider of way "Consider" officer must "consider a notice" starts here when often_away done when meeting
  cites LAW.one
bar never "Never" stops meet when working is yes ours "a test"
"""


def changed(old: str, new: str, *, policy: str = POLICY) -> tuple[Comparison, Policy]:
    """The comparison with the policy in which one text stands in place of another."""
    assert policy.count(old) == 1, old
    after = load([HEADER, VOCABULARY, policy.replace(old, new)])
    return compare(load([HEADER, VOCABULARY, policy]), after), after


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("= 10% ours", "= 5% ours", "reaches more pupils, sooner, for help"),
        ("= 90% ours", "= 95% ours", "reaches fewer pupils, later, for help"),
        (
            "= 10 sessions ours",
            "= 12 sessions ours",
            "reaches fewer pupils, later, for help; reaches fewer parents, later, for enforcement",
        ),
        (
            "= 10 school weeks ours",
            "= 12 school weeks ours",
            "reaches more pupils, sooner, for help; reaches more parents, sooner, for enforcement",
        ),
        ("= 10 school weeks ours", "= 6 weeks ours", "changes who is reached"),
        ("= 10 school days ours", "= 5 school days ours", "sooner, for help"),
        ("= 10 school days ours", "= 2 weeks ours", "at another time, for help"),
        ("when absence is at least line", "when absence is more than line", "reaches fewer pupils, for help"),
        ("in tier at_risk within", "within", "reaches more pupils, for help"),
        (
            "when often_away unless",
            "when often_away when owes is £1 unless",
            "reaches fewer pupils, for help",
        ),
        (" unless flag is yes", "", "reaches more pupils, for help"),
        ("every term", "every half term", "more often, for help"),
        ("every term", "2 times every academic year", "less often, for help"),
        ('school may "praise', 'school should "praise', "asks more, for help"),
        ('school must "meet', 'school must not "meet', "asks otherwise, for help"),
        ("within reply done", "within reply of letter done", "at another time, for help"),
        (
            "stops meet when working is yes",
            "stops meet when working is yes and flag is yes",
            "reaches more pupils, for help",
        ),
        (
            "often_away done when",
            "often_away or (flag is yes) done when",
            "reaches more parents, for enforcement",
        ),
        ("when often_away done", "when not often_away done", "changes who is reached, for enforcement"),
    ],
)
def test_what_a_change_does(old: str, new: str, said: str) -> None:
    comparison, after = changed(old, new)
    [difference] = comparison.differences
    assert effect_words(difference.effect, after).startswith(said)


def test_a_line_that_pulls_both_ways_is_said_to_do_so() -> None:
    """One rule from the line on, another below it: more of the one, fewer of the other."""
    both = POLICY + 'action enjoy "Enjoy" school may "enjoy" when absence is less than line cites SRC.one\n'
    comparison, after = changed("= 10% ours", "= 5% ours", policy=both)
    [difference] = comparison.differences
    reach = {one.name: one.reach for one in difference.effect.touched}
    assert reach == {"offer": Order.MORE, "enjoy": Order.FEWER, "at_risk": Order.MORE}
    assert effect_words(difference.effect, after) == (
        "reaches more pupils in 1 of them and fewer in 1, some sooner, some later, for help (2 actions)"
    )


def test_two_changes_that_meet_leave_nothing_claimed() -> None:
    """The line falls, and the tier asks for more besides: of neither alone can it be said what both do."""
    before = load([HEADER, VOCABULARY, POLICY])
    text = POLICY.replace("= 10% ours", "= 5% ours").replace(
        "when absence is at least line", "when flag is yes"
    )
    after = load([HEADER, VOCABULARY, text])
    reaches = {
        one.name: {touched.reach for touched in one.effect.touched}
        for one in compare(before, after).differences
    }
    assert reaches == {"line": {Order.OTHER}, "at_risk": {Order.OTHER}}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "= 10 school days ours",
            "= 5 school days ours",
            "the deadline for an offer is 5 school days instead of 10",
        ),
        ("= 10% ours", "= 5% ours", "line: 5% instead of 10%"),
        ('"Offer" school', '"Offer help" school', "“Offer” is now called “Offer help”"),
        (
            " unless flag is yes",
            "",
            "Meet: the exception is gone that “flag” is answered “yes”",
        ),
        ("in tier at_risk within", "within", "Offer: no longer in the tier “At risk”"),
        ("school should", "school must", "Offer: must, was should"),
        (
            'school should "offer help"',
            'officer should "offer help"',
            "Offer: falls to officer; before: school",
        ),
    ],
)
def test_a_change_in_words(old: str, new: str, said: str) -> None:
    comparison, after = changed(old, new)
    [difference] = comparison.differences
    assert changed_words(difference, after) == said


def test_a_set_of_codes_that_changed_is_one_difference() -> None:
    """Not one at every measure that counts it, though the model writes it out there."""
    extra = 'codes trips "Trips" = "G", "O"\nmeasure away "Away" = count of trips in this term\n'
    extra += 'action ask "Ask" school should "ask" when away is at least 3 sessions cites SRC.one\n'
    comparison, after = changed('= "G", "O"', '= "G"', policy=POLICY + extra)
    [difference] = comparison.differences
    assert (difference.kind, difference.name) == ("codes", "trips")
    assert effect_words(difference.effect, after) == "reaches fewer pupils, later, for help"


def test_what_is_new_knows_what_it_is_part_of() -> None:
    """A new event that one new action uses is counted with it; one that nothing uses is listed."""
    after = POLICY + (
        'event call "Call home"\nevent idle "Never used"\n'
        'action ring "Ring" school should "ring" in tier at_risk done when call cites SRC.one\n'
    )
    policies = load([HEADER, VOCABULARY, POLICY]), load([HEADER, VOCABULARY, after])
    comparison = compare(*policies)
    parts = {one.name: one.part_of for one in comparison.differences}
    assert parts == {"call": ("ring",), "idle": (), "ring": ()}
    assert {one.sort for one in comparison.differences} == {Sort.ADDED}
    text = comparison_text(comparison, Pages(before=policies[0], after=policies[1], width=110))
    assert "nothing changed, 2 additions, nothing removed" in text
    assert "+ Ring: school should ring" in text
    assert "New with these: 1 event." in text
    assert "Call home" not in text
    everything = Pages(before=policies[0], after=policies[1], width=110, everything=True)
    assert "Call home" in comparison_text(comparison, everything)


def test_a_source_that_takes_anothers_place_is_no_difference_of_what_cites_it() -> None:
    """SRC becomes NEW, with the same passage: nothing that cites it changed, and what it says is carried."""
    vocabulary, policy = (text.replace("SRC", "NEW") for text in (VOCABULARY, POLICY))
    before, after = load([HEADER, VOCABULARY, POLICY]), load([HEADER, vocabulary, policy])
    comparison = compare(before, after)
    assert [(one.before, one.after, one.passages) for one in comparison.replaced] == [("SRC", "NEW", 1)]
    assert {(one.sort, one.kind) for one in comparison.differences} == {
        (Sort.ADDED, "source"),
        (Sort.REMOVED, "source"),
    }


def test_who_is_in_a_tier_counts_those_in_the_tiers_beyond_it() -> None:
    """A deeper tier that takes in fewer leaves fewer in the one that it continues, too."""
    beyond = 'tier deep "Deep" continues at_risk when flag is yes\n'
    comparison, _ = changed(
        "when flag is yes", "when flag is yes when working is yes", policy=POLICY + beyond
    )
    [difference] = comparison.differences
    reach = {one.name: one.reach for one in difference.effect.touched}
    assert reach == {"deep": Order.FEWER, "at_risk": Order.FEWER, "offer": Order.FEWER}
