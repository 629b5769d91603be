"""What was measured, in words: the number, what it counts, over which dates, and the line it is held to.

Numbers are exact; a rate is shown as attendance and as absence, with as many decimals as keep it on its
side of every line of the policy (`words.percent`). Where a value is not exact, the words say between what
and what, and why.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from fingerpost.reasons import Measured
from fingerpost.render.words import both_rates, date_range, joined, percent, plain_date
from fingerpost_dsl.model.declarations import Threshold
from fingerpost_dsl.model.expressions import (
    Amount,
    CodeKind,
    Comparison,
    InTheLast,
    MeasureValue,
    ShareOfMarks,
    ThresholdValue,
    Value,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.wording import lower_first, say_quantity
from fingerpost_dsl.wording.conditions import condition_words
from fingerpost_dsl.wording.values import Counted, Phrase, parts
from fingerpost_dsl.wording.voice import Voice

_ABSENT = frozenset({CodeKind.AUTHORISED_ABSENCE, CodeKind.UNAUTHORISED_ABSENCE})
_OPPOSITE = {
    Comparison.AT_LEAST: Comparison.LESS_THAN,
    Comparison.LESS_THAN: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.MORE_THAN,
    Comparison.MORE_THAN: Comparison.AT_MOST,
}


def lines_of(policy: Policy) -> tuple[Fraction, ...]:
    """The shares that the policy draws lines at, on which side of which a rate must be shown."""
    values = (threshold.value for threshold in policy.thresholds.values())
    return tuple(value.amount for value in values if isinstance(value, Quantity) and value.unit is Unit.SHARE)


def amount_words(amount: Fraction, unit: Unit | None, lines: tuple[Fraction, ...] = ()) -> str:
    """An exact number with its unit: `10 sessions`, `10.4%`, `£160`."""
    if unit is Unit.SHARE:
        return percent(amount, lines)
    return say_quantity(Quantity(amount, unit or Unit.NUMBER))


def plain_words(value: dt.date | str | bool) -> str:
    """A value that is no number: `yes`, `not yet`, `3 November 2025`."""
    match value:
        case bool():
            return "yes" if value else "no"
        case dt.date():
            return plain_date(value)
        case str():
            return value.replace("_", " ")


def value_only(measured: Measured, policy: Policy) -> str:
    """The value alone: `10 sessions`, `between 4.2% and 16.7%`, `at least 3 sessions`, `not known`."""
    if not measured.applicable:
        return "not applicable"
    if measured.plain is not None:
        return plain_words(measured.plain)
    lines = lines_of(policy)
    match measured.lowest, measured.highest:
        case Fraction() as low, Fraction() as high if low == high:
            return amount_words(low, measured.unit, lines)
        case Fraction() as low, Fraction() as high:
            return (
                f"between {_bare(low, measured.unit, lines)} and {amount_words(high, measured.unit, lines)}"
            )
        case Fraction() as low, None if low > 0:
            return f"at least {amount_words(low, measured.unit, lines)}"
        case None, Fraction() as high:
            return f"at most {amount_words(high, measured.unit, lines)}"
    return "not known"


def _bare(amount: Fraction, unit: Unit | None, lines: tuple[Fraction, ...]) -> str:
    return percent(amount, lines) if unit is Unit.SHARE else str(amount)


def measured_words(value: Value, measured: Measured, policy: Policy, on: dt.date) -> str:
    """A value with what it counts.

    `10 unauthorised sessions in the last 10 school weeks (2 Sep – 15 Nov)`.
    """
    said = parts(value, Voice(policy, False, condition_words))
    reported = ", as reported" if measured.as_reported else ""
    if not measured.applicable:
        why = f": {measured.cause.value}" if measured.cause else ""
        return f"{_noun(value, said, policy)} is not applicable{why}"
    if isinstance(said, Counted):
        return f"{_counted(said, measured, policy)}{_stretch(value, measured, policy, on)}{reported}"
    if measured.unit is Unit.SHARE:
        return f"{_rate(value, said, measured, policy)}{reported}"
    return f"{_noun(value, said, policy)}: {value_only(measured, policy)}{reported}"


def _noun(value: Value, said: Counted | Phrase, policy: Policy) -> str:
    if isinstance(value, MeasureValue):
        return lower_first(policy.measures[value.name].title)
    return said.alone()


def _counted(said: Counted, measured: Measured, policy: Policy) -> str:
    match measured.lowest, measured.highest:
        case Fraction() as low, Fraction() as high if low == high:
            number = "no" if low == 0 else str(low)
            noun = said.one if low == 1 else said.many
        case Fraction() as low, Fraction() as high:
            number, noun = f"between {low} and {high}", said.many
        case Fraction() as low, None if low > 0:
            number, noun = f"at least {low}", said.many
        case _:
            number, noun = "an unknown number of", said.many
    return f"{number} {noun} {said.tail}".rstrip()


def _stretch(value: Value, measured: Measured, policy: Policy, on: dt.date) -> str:
    """The dates looked at, where the policy gives the window only as a length."""
    inner = value
    while isinstance(inner, MeasureValue):
        inner = policy.measures[inner.name].value
    windows = [window for window in getattr(inner, "windows", ()) if isinstance(window, InTheLast)]
    if measured.evidence is None or not windows:
        return ""
    dates = date_range(measured.evidence.first, measured.evidence.last, on)
    of_school = any(_unit_of(window.amount, policy) in _SCHOOL_TIME for window in windows)
    passed = measured.evidence.left_out if of_school else ()
    left_out = f", {joined(passed)} left out" if passed else ""
    return f" ({dates}{left_out})" if dates else ""


_SCHOOL_TIME = (Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK)
"""Units that pass over weeks without school."""


def _unit_of(amount: Amount, policy: Policy) -> Unit | None:
    value = policy.thresholds[amount.name].value if isinstance(amount, ThresholdValue) else amount.value
    return value.unit if isinstance(value, Quantity) else None


def is_share_of_absence(value: Value, policy: Policy) -> bool:
    """Whether a value is a share of all absence, so that attendance is the rest of it."""
    while isinstance(value, MeasureValue):
        value = policy.measures[value.name].value
    return isinstance(value, ShareOfMarks) and value.marks.kinds == _ABSENT and not value.marks.without


def _rate(value: Value, said: Phrase, measured: Measured, policy: Policy) -> str:
    of = f" ({measured.parts[0]} of {measured.parts[1]} sessions)" if measured.parts else ""
    name = _noun(value, said, policy)
    if is_share_of_absence(value, policy) and measured.exact and measured.lowest is not None:
        attendance, absence = both_rates(measured.lowest, lines_of(policy))
        return f"attendance {attendance}, {name} {absence}{of}"
    return f"{name} {value_only(measured, policy)}{of}"


def takes(comparison: Comparison, limit: Measured, policy: Policy, *, negated: bool = False) -> str:
    """What a comparison asks for: `10 sessions or more`, `more than 28 days`."""
    if negated:
        comparison = _OPPOSITE[comparison]
    shown = value_only(limit, policy)
    if isinstance(limit.plain, dt.date):
        words = {
            Comparison.AT_LEAST: "{} or later",
            Comparison.AT_MOST: "{} or earlier",
            Comparison.MORE_THAN: "later than {}",
            Comparison.LESS_THAN: "earlier than {}",
        }
    else:
        words = {
            Comparison.AT_LEAST: "{} or more",
            Comparison.AT_MOST: "{} or less",
            Comparison.MORE_THAN: "more than {}",
            Comparison.LESS_THAN: "less than {}",
        }
    return words[comparison].format(shown)


def line_words(right: Value, limit: Measured, policy: Policy) -> str:
    """The line with where it comes from: `the threshold is 10 sessions`, `the line is 5.0% (our own: …)`."""
    word = "the line" if limit.unit is Unit.SHARE else "the threshold"
    return f"{word} is {value_only(limit, policy)}{provenance(right, policy)}"


def provenance(value: Value, policy: Policy) -> str:
    """Where a threshold's number comes from, in brackets, if it is not simply cited: ` (our own: …)`."""
    words = origin(value, policy)
    return f" ({words})" if words else ""


def origin(value: Value, policy: Policy) -> str:
    """The same without brackets: `our own: …`, or which local policy set it; empty where it is cited."""
    if not isinstance(value, ThresholdValue):
        return ""
    declared: Threshold = policy.thresholds[value.name]
    if declared.because:
        return f"set by {policy.set_by(value.name)}: {declared.because}"
    return f"our own: {declared.ours}" if declared.ours else ""
