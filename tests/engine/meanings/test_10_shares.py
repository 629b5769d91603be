"""Meaning 10: shares, what is not applicable, and whole days."""

import pytest

from tests.engine.meanings.asking import ask, statuses, values

SHARE = 'measure m "M" = share of absent in this academic year\n'
TEN_DAYS = "present from 4 September 2024 to 17 September 2024"
ON = "2024-09-17"


@pytest.mark.parametrize(
    ("absent", "value", "truth"),
    [
        ("on 4 September 2024 AM", "1/20", "false"),
        ("on 4 September 2024", "2/20", "true"),
        ("from 4 September 2024 to 5 September 2024", "4/20", "true"),
    ],
)
def test_a_share_is_exact(absent: str, value: str, truth: str) -> None:
    """A share is sessions over possible sessions; 2 of 20 is at least a tenth, 1 of 20 is not."""
    asked = ask(SHARE + 'condition c "C" = m is at least 10%', f'{TEN_DAYS} marked "I" {absent}', ON)
    assert (asked.value(), asked.truth()) == (value, truth)


@pytest.mark.parametrize(
    ("comparison", "truth"), [("at least", "true"), ("more than", "false"), ("at most", "true")]
)
def test_no_floating_point_decides(comparison: str, truth: str) -> None:
    """One of three sessions is at least and at most 1/3, and not more than 1/3."""
    text = """marked "I" on 4 September 2024 AM marked "/" on 4 September 2024 PM
      marked "/" on 5 September 2024 AM"""
    asked = ask(SHARE + f'condition c "C" = m is {comparison} 1/3', text, "2024-09-05")
    assert (asked.value(), asked.truth()) == ("1/3", truth)


def test_sessions_that_were_not_possible_are_in_neither_number() -> None:
    """What was not possible is not in the denominator either."""
    text = TEN_DAYS + ' marked "I" on 4 September 2024 marked "Y1" from 5 September 2024 to 6 September 2024'
    assert ask(SHARE, text, ON).value() == "2/16"


COMPARED = {
    "m is at least 10%": "false",
    "m is less than 10%": "false",
    "m is at most 10%": "false",
    "m is more than 10%": "false",
    "m is 10%": "false",
    "m is not 10%": "false",
    "not (m is at least 10%)": "false",
    "not (m is less than 10%)": "false",
    "not (m is 10%)": "false",
    "not (m is at least 10% and m is less than 10%)": "false",
    "not not (m is at least 10%)": "false",
    "m is at least 10% or support is declined": "true",
    "m * 2 is at least 10%": "false",
    "not (m rounded to whole percent is at least 10%)": "false",
}


@pytest.mark.parametrize("condition", COMPARED)
def test_without_a_possible_session_every_comparison_is_false(condition: str) -> None:
    """A share of nothing has no value, and every comparison with it is false, under a `not` as well."""
    text = 'marked "Y1" from 4 September 2024 to 6 September 2024 given support is declined'
    asked = ask(SHARE + f'condition c "C" = {condition}', text, "2024-09-06")
    assert (asked.value(), asked.truth()) == ("not applicable", COMPARED[condition])
    leaf = asked.reason().leaves()[0]
    assert leaf.not_applicable
    assert leaf.cause is not None
    assert leaf.cause.value == "there is no possible session in that time"


@pytest.mark.parametrize(
    ("marks", "comparison", "applies"),
    [
        ("", "at least", "true"),
        ("", "less than", "true"),
        ('marked "I" on 6 September 2024', "at least", "false"),
    ],
)
def test_in_unless_what_is_not_applicable_does_not_hold(marks: str, comparison: str, applies: str) -> None:
    """An exception that compares a share of nothing is none, whichever way it compares.

    With a session it may be.
    """
    action = SHARE + f'action a "A" school should "write" unless m is {comparison} 10%'
    text = f'marked "Y1" from 4 September 2024 to 6 September 2024 {marks}'
    assert ask(action, text, "2024-09-06").rule().applies == applies


# --- whole days -------------------------------------------------------------------------------------------

WHOLE = 'measure m "M" = count of whole days of ill in this academic year'


@pytest.mark.parametrize(
    ("marks", "value"),
    [
        ('marked "I" on 5 September 2024', "1"),
        ('marked "I" on 5 September 2024 AM', "0"),
        ('marked "I" on 5 September 2024 AM marked "Y1" on 5 September 2024 PM', "1"),
        ('marked "Y1" on 5 September 2024', "0"),
        ('marked "I" on 5 September 2024 AM marked "G" on 5 September 2024 PM', "0"),
        ('marked "I" on 5 September 2024 AM unmarked on 5 September 2024 PM', "from 0 to 1"),
        ('marked "I" on 5 September 2024 unmarked on 6 September 2024', "from 1 to 2"),
        ('marked "/" on 5 September 2024 AM unmarked on 5 September 2024 PM', "0"),
    ],
)
def test_a_whole_day(marks: str, value: str) -> None:
    """On a whole day of X all the pupil's possible sessions are in X, and there is one."""
    assert (
        ask(WHOLE, f"present from 4 September 2024 to 9 September 2024 {marks}", "2024-09-09").value()
        == value
    )


def test_a_share_by_weekday() -> None:
    """A measure on some weekdays counts these alone."""
    monday = 'measure m "M" = share of absent on Mondays in this academic year'
    text = TEN_DAYS + ' marked "I" on 9 September 2024 AM marked "I" on 10 September 2024'
    assert ask(monday, text, ON).value() == "1/4"
    assert values(monday, text, ["2024-09-06"]) == ["not applicable"]
    assert statuses(monday + ' action a "A" school should "call" when m is at least 1/4', text, [ON]) == [
        "ongoing"
    ]


# --- arithmetic with what has no value ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("m + 10%", "not applicable"),
        ("10% - m", "not applicable"),
        ("m * 2", "not applicable"),
        ("n / n", "not applicable"),
        ("highest of (m; 10%)", "1/10"),
        ("lowest of (m; 10%)", "1/10"),
        ("highest of (m; m)", "not applicable"),
    ],
)
def test_arithmetic_with_what_has_no_value(value: str, expected: str) -> None:
    """A sum or product with a part without a value has none; highest and lowest leave it out."""
    policy = f'{SHARE}measure n "N" = count of ill in this term\nmeasure x "X" = {value}'
    asked = ask(policy, 'marked "Y1" on 4 September 2024', "2024-09-04")
    assert asked.value("x") == expected
