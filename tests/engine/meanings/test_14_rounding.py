"""Meaning 14: rounding only where it is named."""

from fractions import Fraction

import pytest

from tests.engine.meanings.asking import ask

PRESENT = "present from 4 September 2024 to 30 January 2025"
SHARE = "share of absent since 4 September 2024"


@pytest.mark.parametrize(
    ("absent", "plain", "whole", "down", "one"),
    [
        (189, "false", Fraction(9, 100), Fraction(9, 100), Fraction(95, 1000)),
        (190, "false", Fraction(10, 100), Fraction(9, 100), Fraction(95, 1000)),
        (191, "false", Fraction(10, 100), Fraction(9, 100), Fraction(96, 1000)),
        (199, "false", Fraction(10, 100), Fraction(9, 100), Fraction(100, 1000)),
        (200, "true", Fraction(10, 100), Fraction(10, 100), Fraction(100, 1000)),
    ],
)
def test_the_exact_value_is_rounded_by_name(
    absent: int, plain: str, whole: Fraction, down: Fraction, one: Fraction
) -> None:
    """Halves go up to the whole percent, `rounded down` never goes up; unrounded, 9.95% is below 10%."""
    from fingerpost.arithmetic import round_share
    from fingerpost_dsl.model.expressions import Rounding

    share = Fraction(absent, 2000)
    found = [round_share(share, way) for way in (Rounding.WHOLE, Rounding.DOWN, Rounding.ONE_DECIMAL)]
    assert found == [whole, down, one]
    assert str(share >= Fraction(10, 100)).lower() == plain


@pytest.mark.parametrize(
    ("sessions", "exact", "whole", "down"),
    [(19, "false", "true", "false"), (18, "false", "false", "false"), (20, "true", "true", "true")],
)
def test_without_a_name_nothing_is_rounded(sessions: int, exact: str, whole: str, down: str) -> None:
    """19 of 200 is 9.5%: below 10%, but 10% to the whole percent, and 9% rounded down to it."""
    text = f'marks "{"I" * sessions}{"/" * (200 - sessions)}" from 4 September 2024'
    conditions = f"""measure m "M" = {SHARE}
condition c "C" = m is at least 10%
condition d "D" = m rounded to whole percent is at least 10%
condition e "E" = m rounded down to whole percent is at least 10%"""
    asked = ask(conditions, text, "2025-02-28")
    assert asked.value() == f"{sessions}/200"
    assert [asked.truth(name) for name in "cde"] == [exact, whole, down]


def test_both_ends_of_an_interval_are_rounded() -> None:
    """With a missing mark 18 or 19 of 200 are 9% or 10%, each end rounded by itself."""
    text = f'marks "{"I" * 18}-{"/" * 181}" from 4 September 2024'
    measures = f'measure m "M" = {SHARE} rounded to whole percent measure n "N" = {SHARE} to 1 decimal'
    asked = ask(measures, text, "2025-02-28")
    assert (asked.value(), asked.value("n")) == ("from 9/100 to 1/10", "from 9/100 to 19/200")
