"""Meaning 15: comparisons over intervals, and Kleene's logic."""

from dataclasses import replace
from fractions import Fraction

import pytest

from fingerpost.conditions import reason_at
from fingerpost.days import over_days
from fingerpost.evaluate import Session, find_pupil
from fingerpost.population.block import blocks_of
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost_dsl.model.quantities import Quantity, Unit
from tests.engine.histories import D
from tests.engine.meanings.asking import ask, history, policy_of

TWO_TO_FOUR = """present from 4 September 2024 to 10 September 2024 marked "I" on 5 September 2024
  unmarked on 9 September 2024"""
MEASURE = 'measure m "M" = count of ill in this academic year\n'

COMPARISONS = {
    "at least": ["true", "unknown", "unknown", "false"],
    "more than": ["unknown", "unknown", "false", "false"],
    "at most": ["unknown", "unknown", "true", "true"],
    "less than": ["false", "unknown", "unknown", "true"],
}


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_a_comparison_is_true_or_false_if_it_is_at_both_ends(comparison: str) -> None:
    """From 2 to 4, against 2, 3, 4 and 5: true if true at both ends, false if false at both, or unknown."""
    found = [
        ask(
            f'{MEASURE}condition c "C" = m is {comparison} {bound} sessions', TWO_TO_FOUR, "2024-09-10"
        ).truth()
        for bound in (2, 3, 4, 5)
    ]
    assert found == COMPARISONS[comparison]


@pytest.mark.parametrize(
    ("bound", "is_", "is_not"),
    [
        (1, "false", "true"),
        (2, "unknown", "unknown"),
        (3, "unknown", "unknown"),
        (4, "unknown", "unknown"),
        (5, "false", "true"),
    ],
)
def test_is_asks_for_both_ends(bound: int, is_: str, is_not: str) -> None:
    """`is` is false outside the interval and unknown inside it; `is not` is its opposite."""
    conditions = f"""{MEASURE}condition c "C" = m is {bound} sessions
condition d "D" = m is not {bound} sessions
condition e "E" = not (m is {bound} sessions)"""
    asked = ask(conditions, TWO_TO_FOUR, "2024-09-10")
    assert (asked.truth("c"), asked.truth("d"), asked.truth("e")) == (is_, is_not, is_not)


def test_is_is_true_only_where_both_ends_are_the_value() -> None:
    """A count without a missing mark is that number and no other."""
    text = 'present from 4 September 2024 to 10 September 2024 marked "I" on 5 September 2024'
    conditions = MEASURE + 'condition c "C" = m is 2 sessions condition d "D" = m is 3 sessions'
    asked = ask(conditions, text, "2024-09-10")
    assert (asked.truth("c"), asked.truth("d")) == ("true", "false")


T, F, U = "support is declined", "support is fully", "checked is yes"
KLEENE = {
    f"{T} and {T}": "true",
    f"{T} and {U}": "unknown",
    f"{F} and {U}": "false",
    f"{U} and {U}": "unknown",
    f"{F} or {F}": "false",
    f"{T} or {U}": "true",
    f"{F} or {U}": "unknown",
    f"{U} or {U}": "unknown",
    f"not ({U})": "unknown",
    f"not ({T})": "false",
    f"not ({F})": "true",
    f"not ({T} and {U})": "unknown",
    f"not ({F} and {U})": "true",
    f"not ({T} or {U})": "false",
    f"at least 2 of ({T}; {U}; {F})": "unknown",
    f"at least 1 of ({T}; {U}; {F})": "true",
    f"at least 3 of ({T}; {U}; {F})": "false",
    f"not (at least 2 of ({T}; {U}; {F}))": "unknown",
    f"not (at least 1 of ({T}; {U}; {F}))": "false",
    f"not (at least 3 of ({T}; {U}; {F}))": "true",
    "checked is known": "false",
    "checked is unknown": "true",
    "not (checked is known)": "true",
    "support is known": "true",
    "m is known": "false",
    "m is unknown": "true",
}


@pytest.mark.parametrize("condition", KLEENE)
def test_and_or_not(condition: str) -> None:
    """One false settles an `and`, one true an `or`, whatever else is unknown.

    The opposite of unknown is unknown.
    """
    text = TWO_TO_FOUR + " given support is declined"
    assert ask(f'{MEASURE}condition c "C" = {condition}', text, "2024-09-10").truth() == KLEENE[condition]


def test_unknown_may_be_said_where_a_proof_would_decide() -> None:
    """`m is at least 3 or m is less than 3` is unknown while m is, though it must be one of the two."""
    condition = f'{MEASURE}condition c "C" = m is at least 3 sessions or m is less than 3 sessions'
    assert ask(condition, TWO_TO_FOUR, "2024-09-10").truth() == "unknown"


def test_arithmetic_keeps_both_ends() -> None:
    """Sums and products of intervals run from the least to the greatest possible value."""
    measures = (
        MEASURE
        + """measure a "A" = 10 sessions - m
measure b "B" = m * 3
measure c "C" = lowest of (m; 3 sessions)
measure d "D" = highest of (m; 3 sessions)"""
    )
    asked = ask(measures, TWO_TO_FOUR, "2024-09-10")
    assert [asked.value(name) for name in "abcd"] == [
        "from 6 to 8",
        "from 6 to 12",
        "from 2 to 3",
        "from 3 to 4",
    ]


@pytest.mark.parametrize(
    ("many", "expected"),
    [("0", "true"), ("1", "true"), ("3/2", "false"), ("2", "false"), ("100000000", "false")],
)
def test_so_many_as_a_threshold_says(many: str, expected: str) -> None:
    """Whoever tries other numbers may ask for a part, or for more than there are: it is told at once."""
    words = f'threshold many "Many" = 1\ncondition c "C" = at least many of ({T}; {F}; {F})'
    policy = policy_of(words)
    other = replace(policy.thresholds["many"], value=Quantity(Fraction(many), Unit.NUMBER))
    policy = replace(policy, thresholds={"many": other})
    data = history(
        "present from 4 September 2024 to 13 September 2024 given support is declined", words=words
    )
    judgement = Session.open(policy, data, D("2024-09-10")).judgement(find_pupil(data, None))
    condition, scope = policy.conditions["c"].condition, judgement.scope
    days = over_days(condition, judgement.length, scope)
    assert {days.at(day).value for day in range(judgement.length)} == {expected}
    assert reason_at(condition, D("2024-09-10").toordinal(), scope).truth.value == expected
    for block in blocks_of(scope.view.records, data.pupils.values()):
        found = truths(condition, Frame.on_school_days(block, policy, judgement.length))
        assert found.row(0) == days
