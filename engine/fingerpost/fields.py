"""What a field of an event or occasion holds, and how it compares with a value (`where` tests)."""

from __future__ import annotations

import datetime as dt

from fingerpost.history import Value
from fingerpost.known import UNKNOWN, KnownEvent, Unknown
from fingerpost.logic import Truth
from fingerpost.reasons import Occurrence
from fingerpost_dsl.model.expressions import Comparison, LiteralValue
from fingerpost_dsl.model.quantities import Quantity


def event_field(event: KnownEvent, name: str, date: dt.date) -> Value | Unknown:
    """A field of an event on a date; its own `date` and `until` too."""
    if name == "date":
        return event.date
    if name == "until":
        return event.until if event.until is not None else UNKNOWN
    return event.field(name, date)


def occasion_field(occurrence: Occurrence, name: str) -> Value:
    """The `start`, `end` or `length` of an occasion, its length in sessions."""
    match name:
        case "start" | "date":
            return dt.date.fromordinal(occurrence.first_slot // 2)
        case "end" | "until":
            return dt.date.fromordinal(occurrence.last_slot // 2)
        case _:
            return occurrence.sessions


def plain(value: LiteralValue) -> Value:
    """A literal as a history holds it: a quantity is its amount."""
    return value.amount if isinstance(value, Quantity) else value


def compare_held(comparison: Comparison, left: Value | Unknown, right: Value | Unknown) -> Truth:
    """A comparison of two held values; unknown where either is, false where they are of different sorts."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Truth.UNKNOWN
    if isinstance(left, dt.date) and isinstance(right, dt.date):
        below, equal = left < right, left == right
    elif isinstance(left, (str, dt.date)) or isinstance(right, (str, dt.date)):
        return Truth.FALSE
    else:
        below, equal = left < right, left == right
    match comparison:
        case Comparison.AT_LEAST:
            return Truth.of(not below)
        case Comparison.AT_MOST:
            return Truth.of(below or equal)
        case Comparison.MORE_THAN:
            return Truth.of(not below and not equal)
        case Comparison.LESS_THAN:
            return Truth.of(below)
