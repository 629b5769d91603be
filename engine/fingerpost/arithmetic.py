"""Arithmetic over intervals, and rounding by name (meanings 14 and 15). Exact fractions throughout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

from fingerpost.logic import Cause
from fingerpost.reasons import Measured
from fingerpost_dsl.model.expressions import Rounding
from fingerpost_dsl.model.quantities import Unit

_STEPS = {
    Rounding.WHOLE: 100,
    Rounding.DOWN: 100,
    Rounding.ONE_DECIMAL: 1_000,
    Rounding.TWO_DECIMALS: 10_000,
    Rounding.THREE_DECIMALS: 100_000,
}

Bounds = tuple[Fraction | None, Fraction | None]


def _settled(parts: Sequence[Measured], unit: Unit | None) -> tuple[Measured | None, Cause | None]:
    """Without a value if any part has none; and why the result is not exact."""
    for part in parts:
        if not part.applicable:
            return Measured(unit=unit, applicable=False, cause=part.cause, of=tuple(parts)), part.cause
    return None, next((part.cause for part in parts if not part.exact and part.cause), None)


def sum_of(terms: Sequence[tuple[int, Measured]]) -> Measured:
    """The sum of signed terms."""
    parts = [term for _, term in terms]
    unit = next((part.unit for part in parts if part.unit is not Unit.NUMBER), parts[0].unit)
    without, cause = _settled(parts, unit)
    if without is not None:
        return without
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for sign, term in terms:
        least, most = (
            (term.lowest, term.highest) if sign > 0 else (_negated(term.highest), _negated(term.lowest))
        )
        low = None if low is None or least is None else low + least
        high = None if high is None or most is None else high + most
    return Measured(lowest=low, highest=high, unit=unit, cause=cause, of=tuple(parts))


def _negated(value: Fraction | None) -> Fraction | None:
    return None if value is None else -value


def product(factors: Sequence[tuple[int, Measured]]) -> Measured:
    """The product of factors, or divisors where the power is -1. Divided by nothing it has no value."""
    parts = [factor for _, factor in factors]
    units = [part.unit for power, part in factors if power > 0 and part.unit is not Unit.NUMBER]
    divisors = [part.unit for power, part in factors if power < 0 and part.unit is not Unit.NUMBER]
    unit = (
        units[0] if units and not divisors else (Unit.SHARE if units == divisors and units else Unit.NUMBER)
    )
    without, cause = _settled(parts, unit)
    if without is not None:
        return without
    bounds: Bounds = (Fraction(1), Fraction(1))
    for power, factor in factors:
        other: Bounds = (factor.lowest, factor.highest)
        if power < 0:
            if other[0] == 0 == other[1]:
                return Measured(unit=unit, applicable=False, cause=Cause.DIVISION_BY_NOTHING, of=tuple(parts))
            other = _inverse(other)
            if other == (None, None):
                return Measured(unit=unit, cause=cause, of=tuple(parts))
        bounds = _times(bounds, other)
    return Measured(lowest=bounds[0], highest=bounds[1], unit=unit, cause=cause, of=tuple(parts))


def _inverse(bounds: Bounds) -> Bounds:
    low, high = bounds
    if low is not None and low > 0:
        return (1 / high if high is not None else Fraction(0), 1 / low)
    if high is not None and high < 0:
        return (1 / high, 1 / low if low is not None else Fraction(0))
    return (None, None)


def _times(first: Bounds, second: Bounds) -> Bounds:
    if first[0] == 0 == first[1] or second[0] == 0 == second[1]:
        return (Fraction(0), Fraction(0))
    if None in first or None in second:
        positive = all(bounds[0] is not None and bounds[0] >= 0 for bounds in (first, second))
        if not positive:
            return (None, None)
        assert first[0] is not None
        assert second[0] is not None
        high = None if first[1] is None or second[1] is None else first[1] * second[1]
        return (first[0] * second[0], high)
    corners = [a * b for a in first for b in second if a is not None and b is not None]
    return (min(corners), max(corners))


def extreme(highest: bool, values: Sequence[Measured]) -> Measured:
    """The highest or the lowest of several; what does not apply is left out, unless nothing does."""
    applicable = [value for value in values if value.applicable]
    if not applicable:
        return values[0]
    unit = applicable[0].unit
    cause = next((value.cause for value in applicable if not value.exact and value.cause), None)
    dates = [value.plain for value in applicable if isinstance(value.plain, dt.date)]
    if dates:
        all_known = len(dates) == len(applicable)
        chosen = (max(dates) if highest else min(dates)) if all_known else None
        return Measured(plain=chosen, cause=cause, of=tuple(values))
    lows, highs = [value.lowest for value in applicable], [value.highest for value in applicable]
    if highest:
        known = [low for low in lows if low is not None]
        low = max(known) if known else None
        high = None if None in highs else max(high for high in highs if high is not None)
    else:
        known = [high for high in highs if high is not None]
        high = min(known) if known else None
        low = None if None in lows else min(low for low in lows if low is not None)
    return Measured(lowest=low, highest=high, unit=unit, cause=cause, of=tuple(values))


def rounded(value: Measured, rounding: Rounding) -> Measured:
    """Rounded by name: to whole percent or decimals of a percent (halves up), or down, on the exact value."""
    if not value.applicable:
        return value
    return replace(
        value,
        lowest=None if value.lowest is None else round_share(value.lowest, rounding),
        highest=None if value.highest is None else round_share(value.highest, rounding),
        parts=None,
        of=(value,),
    )


def round_share(share: Fraction, rounding: Rounding) -> Fraction:
    """A share rounded.

    >>> round_share(Fraction(895, 10_000), Rounding.WHOLE), round_share(Fraction(895, 10_000), Rounding.DOWN)
    (Fraction(9, 100), Fraction(2, 25))
    """
    steps = _STEPS[rounding]
    half = Fraction(0) if rounding is Rounding.DOWN else Fraction(1, 2)
    return Fraction(floor(share * steps + half), steps)
