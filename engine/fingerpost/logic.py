"""Three-valued truth: true, false, unknown; and the causes of not knowing.

Unknown is not false. `Truth` combines by Kleene's rules: one false settles an `and`, one true settles an
`or`, whatever else is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """True, false or unknown."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, value: bool) -> Truth:
        """The definite truth of a Python bool."""
        return cls.TRUE if value else cls.FALSE

    def __invert__(self) -> Truth:
        match self:
            case Truth.TRUE:
                return Truth.FALSE
            case Truth.FALSE:
                return Truth.TRUE
            case Truth.UNKNOWN:
                return Truth.UNKNOWN


def all_true(truths: Iterable[Truth]) -> Truth:
    """Kleene's `and`: true of nothing at all.

    >>> all_true([Truth.UNKNOWN, Truth.FALSE])
    <Truth.FALSE: 'false'>
    """
    result = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def any_true(truths: Iterable[Truth]) -> Truth:
    """Kleene's `or`: false of nothing at all."""
    result = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def at_least_true(number: int, truths: Iterable[Truth]) -> Truth:
    """`at least N of (…)`: true once N are true, false once N cannot be reached."""
    known = list(truths)
    true = sum(truth is Truth.TRUE for truth in known)
    unknown = sum(truth is Truth.UNKNOWN for truth in known)
    if true >= number:
        return Truth.TRUE
    return Truth.UNKNOWN if true + unknown >= number else Truth.FALSE


class Cause(Enum):
    """Why something is not known, or has no value. The value is a plain sentence for the reason."""

    FACT = "nobody has recorded it"
    EVENTS = "no record of this kind has been given, nor that there is none"
    MISSING_MARKS = "some sessions have no mark"
    HISTORY_START = "the record does not reach back far enough"
    DATE_OF_BIRTH = "the date of birth is not given"
    OPEN_THRESHOLD = "it is left to the local authority, which has not set it"
    NO_TERMS = "no calendar with terms is given"
    CALENDAR_END = "no calendar given reaches that far"
    NO_PARENTS = "no parent is recorded"
    NO_POSSIBLE_SESSION = "there is no possible session in that time"
    TOO_FEW = "the group is smaller than the least size for a figure"
    NO_SUCH_EVENT = "there has been no such event"
    DIVISION_BY_NOTHING = "there is nothing to divide by"
