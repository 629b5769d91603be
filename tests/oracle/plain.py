"""What the oracle's values are: intervals of numbers, plain values, and perhaps nothing at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from fingerpost.logic import Truth, any_true
from fingerpost_dsl.model.expressions import Comparison, Rounding


class Beyond(Exception):  # noqa: N818 - it is no error: the oracle leaves the question to others
    """The oracle has no simple answer."""


@dataclass(frozen=True)
class Plain:
    """A value: a number between two bounds (None for none), or a date, choice, text, yes or no.

    `none` says whether there is no value at all (not applicable).
    """

    low: Fraction | None = None
    high: Fraction | None = None
    plain: dt.date | str | bool | None = None
    none: Truth = Truth.FALSE

    @property
    def exact(self) -> bool:
        """Whether there certainly is one value, and which it is."""
        known = self.plain is not None or (self.low is not None and self.low == self.high)
        return known and self.none is Truth.FALSE


NOTHING = Plain(none=Truth.TRUE)
UNKNOWN = Plain()


def number(amount: int | Fraction) -> Plain:
    """An exact number."""
    return Plain(Fraction(amount), Fraction(amount))


def between(low: int, high: int | None) -> Plain:
    """A count with its bounds."""
    return Plain(Fraction(low), None if high is None else Fraction(high))


def _settled(parts: Sequence[Plain]) -> Truth:
    """Whether something made of all of these has no value."""
    return any_true(part.none for part in parts)


def total(terms: Sequence[tuple[int, Plain]]) -> Plain:
    """A sum of signed terms."""
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for sign, term in terms:
        least, most = (term.low, term.high) if sign > 0 else (term.high, term.low)
        low = None if low is None or least is None else low + sign * least
        high = None if high is None or most is None else high + sign * most
    none = _settled([term for _, term in terms])
    return NOTHING if none is Truth.TRUE else Plain(low, high, none=none)


def product(factors: Sequence[tuple[int, Plain]]) -> Plain:
    """A product: the least and the greatest that the ends give; nothing divided by nothing."""
    none = _settled([factor for _, factor in factors])
    if none is Truth.TRUE:
        return NOTHING
    result = number(1)
    for power, factor in factors:
        if power < 0:
            if factor.low == 0 == factor.high:
                return NOTHING
            zero_inside = (factor.low is None or factor.low <= 0) and (
                factor.high is None or factor.high >= 0
            )
            if zero_inside:
                return Plain(none=Truth.UNKNOWN)
            high = Fraction(0) if factor.high is None else 1 / factor.high
            factor = Plain(high, None if factor.low is None else 1 / factor.low)  # noqa: PLW2901 - its inverse
        result = _times(result, factor)
    return Plain(result.low, result.high, none=none)


def _times(one: Plain, other: Plain) -> Plain:
    if one.low == 0 == one.high or other.low == 0 == other.high:
        return number(0)
    if one.low is not None and other.low is not None and one.low >= 0 and other.low >= 0:
        high = None if one.high is None or other.high is None else one.high * other.high
        return Plain(one.low * other.low, high)
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return UNKNOWN
    corners = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
    return Plain(min(corners), max(corners))


def extreme(highest: bool, values: Sequence[Plain]) -> Plain:
    """The highest or lowest; what has no value is left out, and what may have none bounds nothing."""
    there = [value for value in values if value.none is not Truth.TRUE]
    if not there:
        return NOTHING
    sure = [value for value in there if value.none is Truth.FALSE]
    none = Truth.FALSE if sure else Truth.UNKNOWN
    dates = [value.plain for value in there if isinstance(value.plain, dt.date)]
    if dates:
        settled = len(dates) == len(there) == len(sure)
        return Plain(plain=(max(dates) if highest else min(dates)) if settled else None, none=none)
    lows, highs = [value.low for value in there], [value.high for value in there]
    sure_lows = [value.low for value in sure if value.low is not None]
    sure_highs = [value.high for value in sure if value.high is not None]
    known_lows = [low for low in lows if low is not None]
    known_highs = [high for high in highs if high is not None]
    if highest:
        high = max(known_highs) if len(known_highs) == len(there) else None
        return Plain(max(sure_lows, default=min(known_lows, default=None)), high, none=none)
    low = min(known_lows) if len(known_lows) == len(there) else None
    return Plain(low, min(sure_highs, default=max(known_highs, default=None)), none=none)


_STEPS = {
    Rounding.WHOLE: 100,
    Rounding.DOWN: 100,
    Rounding.ONE_DECIMAL: 1_000,
    Rounding.TWO_DECIMALS: 10_000,
    Rounding.THREE_DECIMALS: 100_000,
}


def rounded(value: Plain, rounding: Rounding) -> Plain:
    """Both ends rounded, halves up."""

    def cut(share: Fraction | None) -> Fraction | None:
        if share is None:
            return None
        up = Fraction(0) if rounding is Rounding.DOWN else Fraction(1, 2)
        return Fraction(floor(share * _STEPS[rounding] + up), _STEPS[rounding])

    return Plain(cut(value.low), cut(value.high), none=value.none)


def compare(comparison: Comparison, left: Plain, right: Plain) -> Truth:
    """True if true of every pair of values, false if false of every pair; without a value it is false."""
    none = any_true([left.none, right.none])
    if none is Truth.TRUE:
        return Truth.FALSE
    truth = _compare(comparison, left, right)
    return Truth.UNKNOWN if none is Truth.UNKNOWN and truth is Truth.TRUE else truth


def _compare(comparison: Comparison, left: Plain, right: Plain) -> Truth:
    if isinstance(left.plain, dt.date) and isinstance(right.plain, dt.date):
        days = Fraction(left.plain.toordinal()), Fraction(right.plain.toordinal())
        return _compare(comparison, Plain(days[0], days[0]), Plain(days[1], days[1]))
    match comparison:
        case Comparison.AT_LEAST:
            if left.low is not None and right.high is not None and left.low >= right.high:
                return Truth.TRUE
            certainly_not = left.high is not None and right.low is not None and left.high < right.low
            return Truth.FALSE if certainly_not else Truth.UNKNOWN
        case Comparison.MORE_THAN:
            if left.low is not None and right.high is not None and left.low > right.high:
                return Truth.TRUE
            certainly_not = left.high is not None and right.low is not None and left.high <= right.low
            return Truth.FALSE if certainly_not else Truth.UNKNOWN
        case Comparison.LESS_THAN:
            return ~_compare(Comparison.AT_LEAST, left, right)
        case Comparison.AT_MOST:
            return ~_compare(Comparison.MORE_THAN, left, right)


def same(left: Plain, right: Plain) -> Truth:
    """Whether two values that there are, are the same."""
    if left.plain is not None and right.plain is not None:
        return Truth.of(left.plain == right.plain)
    if left.low is not None and left.low == left.high == right.low == right.high:
        return Truth.TRUE
    apart = (left.high is not None and right.low is not None and left.high < right.low) or (
        left.low is not None and right.high is not None and left.low > right.high
    )
    return Truth.FALSE if apart else Truth.UNKNOWN
