"""Meaning 12: the sessions without a mark can themselves be counted, and what is asked of them is exact."""

import pytest

from tests.engine.meanings.asking import ask, problems

MEASURES = """measure n "N" = count of unmarked in this academic year
measure s "S" = share of unmarked in this academic year
measure a "A" = share of absent in this academic year
condition c "C" = n is at least 2 sessions"""
PRESENT = "present from 4 September 2024 to 6 September 2024"
OTHER = f'pupil "Q" in year 5 {PRESENT}'


@pytest.mark.parametrize(
    ("given", "number", "share", "truth"),
    [
        ("", "0", "0/6", "false"),
        ("unmarked on 5 September 2024 AM", "1", "1/6", "false"),
        ("unmarked on 5 September 2024", "2", "2/6", "true"),
        ('unmarked on 5 September 2024 marked "Y1" on 6 September 2024', "2", "2/4", "true"),
    ],
)
def test_sessions_without_a_mark_are_counted(given: str, number: str, share: str, truth: str) -> None:
    """Exactly, though they leave other counts open; a session that is not possible is not one of them."""
    asked = ask(MEASURES, f"{PRESENT} {given} {OTHER}", "2024-09-06")
    assert (asked.value("n"), asked.value("s"), asked.truth()) == (number, share, truth)


def test_what_is_to_come_or_off_roll_lacks_no_mark() -> None:
    """On Thursday Friday is to come; before the pupil came to the school nothing is missing."""
    late = 'pupil "P" in year 5 on roll from 5 September 2024'
    asked = ask(MEASURES, f"present on 5 September 2024 AM {OTHER}", "2024-09-05", pupil=late)
    assert (asked.value("n"), asked.value("s")) == ("1", "1/2")


def test_without_any_session_there_is_no_share() -> None:
    asked = ask(MEASURES, f'marked "Y1" from 4 September 2024 to 6 September 2024 {OTHER}', "2024-09-06")
    assert (asked.value("n"), asked.value("s")) == ("0", "not applicable")


@pytest.mark.parametrize(
    "text",
    [
        'measure m "M" = longest run of unmarked in sessions in this academic year',
        'measure m "M" = weeks with unmarked in this academic year',
        'measure m "M" = count of whole days of unmarked in this academic year',
        'codes x "X" = unmarked',
        'occasion x "X" = run of unmarked',
        'action x "X" school should "x" for each occasion of unmarked',
        'measure m "M" = school days since the end of unmarked',
    ],
)
def test_only_their_number_and_share_can_be_asked(text: str) -> None:
    """Runs, whole days, sets and occasions are made of marks."""
    assert "E0325" in problems(text)
