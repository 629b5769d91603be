"""A number in the wrong unit: what is said, and the conversion that is offered, word for word."""

from __future__ import annotations

from fractions import Fraction

import pytest

from fingerpost_dsl.diagnostics import Fix, Label
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.units import in_words, offered, shown, wrong_unit

LONG = "x" * 59


def span(text: str) -> Span:
    """A whole text as a span."""
    return SourceText("a.policy", text).span(0, len(text))


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "instead"),
    [
        ("3", Unit.NUMBER, Unit.SESSION, "3 sessions"),
        ("3/2", Unit.NUMBER, Unit.SESSION, "3/2 sessions"),
        ("1/25", Unit.NUMBER, Unit.SHARE, "4%"),
        ("99/100", Unit.NUMBER, Unit.SHARE, "99%"),
        ("1", Unit.NUMBER, Unit.SHARE, "1%"),
        ("4", Unit.NUMBER, Unit.SHARE, "4%"),
        ("0", Unit.NUMBER, Unit.SHARE, "0%"),
        ("5", Unit.SCHOOL_DAY, Unit.SESSION, "10 sessions"),
        ("10", Unit.SESSION, Unit.SCHOOL_DAY, "5 school days"),
        ("9", Unit.SESSION, Unit.SCHOOL_DAY, None),
        ("2", Unit.WEEK, Unit.DAY, "14 days"),
        ("3", Unit.SESSION, Unit.SHARE, None),
    ],
)
def test_the_conversion_that_is_offered(amount: str, unit: Unit, wanted: Unit, instead: str | None) -> None:
    found = offered(Quantity(Fraction(amount), unit), wanted)
    assert (None if found is None else str(found[0])) == instead


def test_the_whole_message() -> None:
    """With what was declared, why the units differ, and a fix that an editor can make."""
    declared, written = span("late"), span("5 school days")
    quantity = Quantity(Fraction(5), Unit.SCHOOL_DAY)
    found = wrong_unit(what="`late`", unit=Unit.SESSION, quantity=quantity, span=written, declared=declared)
    assert found.code == "E0312"
    assert found.message == "`late` is counted in sessions; `5 school days` are school days"
    assert found.labels == (Label(declared, "in sessions"),)
    assert found.fix == Fix(written, "10 sessions")
    assert found.help.startswith("write `10 sessions` (")
    own = wrong_unit(
        what="it", unit=Unit.SESSION, quantity=quantity, span=written, declared=declared, label="open to you"
    )
    assert own.labels == (Label(declared, "open to you"),)


def test_a_number_without_a_unit_is_offered_one() -> None:
    written, quantity = span("3"), Quantity(Fraction(3), Unit.NUMBER)
    found = wrong_unit(what="`late`", unit=Unit.SESSION, quantity=quantity, span=written)
    assert (found.code, found.message, found.labels) == (
        "E0302",
        "`late` is counted in sessions; `3` has no unit",
        (),
    )
    assert (found.help, found.fix) == ("write `3 sessions`", Fix(written, "3 sessions"))


def test_what_is_not_counted_is_said_so_and_offered_nothing() -> None:
    """A share is no number of anything, and sessions are no share."""
    shares = wrong_unit(
        what="`late`", unit=Unit.SESSION, quantity=Quantity(Fraction(1, 10), Unit.SHARE), span=span("10%")
    )
    assert shares.message == "`late` is counted in sessions; `10%` is a share"
    assert (shares.help, shares.fix) == ("", None)
    sessions = wrong_unit(
        what="`absence`",
        unit=Unit.SHARE,
        quantity=Quantity(Fraction(3), Unit.SESSION),
        span=span("3 sessions"),
    )
    assert sessions.message == "`absence` is a share; `3 sessions` are sessions"


def test_units_in_words() -> None:
    assert in_words([Unit.SESSION]) == "sessions"
    assert in_words([Unit.SCHOOL_DAY, Unit.SESSION]) == "sessions or school days"
    assert (
        in_words([Unit.SCHOOL_WEEK, Unit.SCHOOL_DAY, Unit.SESSION]) == "sessions, school days or school weeks"
    )


def test_a_long_text_is_cut() -> None:
    """Sixty characters stand as they are; of more, the first 57."""
    assert shown(span(f"{LONG}y")) == f"{LONG}y"
    assert shown(span(f"{LONG}yz")) == f"{'x' * 57}…"
    assert shown(span("3\n  school\tdays")) == "3 school days"
