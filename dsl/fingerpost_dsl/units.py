"""Units: which may be compared, and what to write instead where they may not.

`10 days` are not `10 sessions`. Nothing is ever converted silently; the conversions here only make the
advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from fingerpost_dsl.diagnostics import Diagnostic, Fix, Label
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.operators import UNITS
from fingerpost_dsl.source import Span

_UNCOUNTED = frozenset({Unit.SHARE, Unit.MONEY, Unit.NUMBER})
_SAME_NUMBER = Fraction(1)
_OFFERS: dict[tuple[Unit, Unit], tuple[Fraction, str]] = {
    (Unit.DAY, Unit.SCHOOL_DAY): (_SAME_NUMBER, ""),
    (Unit.DAY, Unit.WORKING_DAY): (_SAME_NUMBER, ""),
    (Unit.DAY, Unit.SESSION): (Fraction(2), "if school days are meant: a school day has two sessions"),
    (Unit.DAY, Unit.WEEK): (Fraction(1, 7), ""),
    (Unit.WORKING_DAY, Unit.SCHOOL_DAY): (_SAME_NUMBER, ""),
    (Unit.WORKING_DAY, Unit.DAY): (_SAME_NUMBER, ""),
    (Unit.SCHOOL_DAY, Unit.DAY): (_SAME_NUMBER, ""),
    (Unit.SCHOOL_DAY, Unit.WORKING_DAY): (_SAME_NUMBER, ""),
    (Unit.SCHOOL_DAY, Unit.SESSION): (Fraction(2), "a school day has two sessions"),
    (Unit.SESSION, Unit.SCHOOL_DAY): (Fraction(1, 2), "a school day has two sessions"),
    (Unit.SCHOOL_WEEK, Unit.SESSION): (Fraction(10), "a full school week has ten sessions"),
    (Unit.SCHOOL_WEEK, Unit.SCHOOL_DAY): (Fraction(5), "a full school week has five school days"),
    (Unit.SCHOOL_WEEK, Unit.WEEK): (_SAME_NUMBER, ""),
    (Unit.WEEK, Unit.SCHOOL_WEEK): (_SAME_NUMBER, ""),
    (Unit.WEEK, Unit.SCHOOL_DAY): (Fraction(5), "a full school week has five school days"),
    (Unit.WEEK, Unit.SESSION): (Fraction(10), "if school weeks are meant: a full one has ten sessions"),
    (Unit.WEEK, Unit.DAY): (Fraction(7), ""),
    (Unit.YEAR, Unit.ACADEMIC_YEAR): (_SAME_NUMBER, ""),
    (Unit.ACADEMIC_YEAR, Unit.YEAR): (_SAME_NUMBER, ""),
    (Unit.YEAR, Unit.MONTH): (Fraction(12), ""),
    (Unit.NUMBER, Unit.SHARE): (Fraction(1, 100), ""),
}


def offered(quantity: Quantity, unit: Unit) -> tuple[Quantity, str] | None:
    """What somebody who wrote `quantity` probably meant in `unit`, and why.

    None where nothing sensible can be said.

    >>> from fractions import Fraction
    >>> str(offered(Quantity(Fraction(10), Unit.SCHOOL_DAY), Unit.SESSION)[0])
    '20 sessions'
    """
    if quantity.unit is Unit.NUMBER and unit is Unit.SHARE and 0 < quantity.amount < 1:
        return Quantity(quantity.amount, unit), ""  # 0.04 is 4%
    if quantity.unit is Unit.NUMBER and unit is not Unit.SHARE:
        return Quantity(quantity.amount, unit), ""
    if unit is Unit.NUMBER and quantity.unit not in _UNCOUNTED:
        return Quantity(quantity.amount, unit), ""
    offer = _OFFERS.get((quantity.unit, unit))
    if offer is None:
        return None
    factor, reason = offer
    amount = quantity.amount * factor
    whole = amount.denominator == 1 or unit is Unit.SHARE
    return (Quantity(amount, unit), reason) if whole else None


def in_words(units: Iterable[Unit]) -> str:
    """`sessions or school days`, in the order in which units are declared."""
    wanted = set(units)
    words = [f"{unit.value}s" for unit in Unit if unit in wanted]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def shown(span: Span) -> str:
    """The user's own text on one line, cut where it is long."""
    text = " ".join(span.text.split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def wrong_unit(
    *, what: str, unit: Unit, quantity: Quantity, span: Span, declared: Span | None = None, label: str = ""
) -> Diagnostic:
    """`what` is counted in `unit`, and somebody wrote `quantity` at `span`.

    A number without any unit is a mistake of its own (E0302), for which the unit is offered.
    """
    labels = (Label(declared, label or f"in {unit.value}s"),) if declared is not None else ()
    offer = offered(quantity, unit)
    advice = ""
    fix = None
    if offer is not None:
        instead, reason = offer
        advice = f"write `{instead}`" + (f" ({reason})" if reason else "")
        fix = Fix(span, str(instead))
    counted = f"is {UNITS[unit].counts}" if unit in _UNCOUNTED else f"is counted in {unit.value}s"
    if quantity.unit is Unit.NUMBER:
        return Diagnostic(
            code="E0302",
            message=f"{what} {counted}; `{shown(span)}` has no unit",
            span=span,
            labels=labels,
            help=advice,
            fix=fix,
        )
    is_or_are = "is" if quantity.unit in _UNCOUNTED else "are"
    return Diagnostic(
        code="E0312",
        message=f"{what} {counted}; `{shown(span)}` {is_or_are} {UNITS[quantity.unit].counts}",
        span=span,
        note=UNITS[quantity.unit].meaning,
        labels=labels,
        help=advice,
        fix=fix,
    )
