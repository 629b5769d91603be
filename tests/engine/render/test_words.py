"""Dates, rates and marks in words."""

import datetime as dt
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fingerpost.history import HalfDay, Mark, slot_of
from fingerpost.render.words import both_rates, mark_ranges, percent

LINES = [Fraction(1, 20), Fraction(1, 10), Fraction(1, 2)]
SHARES = st.tuples(st.integers(0, 380), st.integers(1, 380)).map(lambda t: Fraction(min(t), max(t)))


def shown(text: str) -> Fraction:
    return Fraction(text.removesuffix("%")) / 100


@given(SHARES)
def test_a_rate_is_never_rounded_across_a_line(share: Fraction) -> None:
    """What is shown lies on the share's own side of every line, and on it only if the share does."""
    for line in LINES:
        said = shown(percent(share, LINES))
        assert (said < line, said == line) == (share < line, share == line)


@given(SHARES)
def test_attendance_and_absence_add_up(share: Fraction) -> None:
    """Both rates have as many decimals, and together they are the whole."""
    attendance, absence = both_rates(share, LINES)
    assert shown(attendance) + shown(absence) == 1


def test_just_below_ninety_stays_below_ninety() -> None:
    """89.96% attended is not shown as 90.0%."""
    assert both_rates(Fraction(1004, 10_000), LINES) == ("89.96%", "10.04%")
    assert both_rates(Fraction(1, 10), LINES) == ("90.0%", "10.0%")


def marks(code: str, *days: str) -> list[Mark]:
    return [Mark(slot_of(dt.date.fromisoformat(day), half), code) for day in days for half in HalfDay]


def test_ranges_run_over_a_weekend_but_not_over_a_gap() -> None:
    """Friday and Monday are neighbours; a day between two others parts them."""
    assert mark_ranges(marks("G", "2024-11-08", "2024-11-11")) == ("G Fri 8 – Mon 11 Nov (4)",)
    assert mark_ranges(marks("G", "2024-11-04", "2024-11-06")) == ("G Mon 4 Nov (2)", "G Wed 6 Nov (2)")


@given(st.permutations(marks("G", "2024-11-04", "2024-11-05") + marks("O", "2024-11-07")))
def test_the_order_of_marks_never_matters(some: list[Mark]) -> None:
    """Marks are shown by date, however they come."""
    assert mark_ranges(some) == ("G Mon 4 – Tue 5 Nov (4)", "O Thu 7 Nov (2)")
