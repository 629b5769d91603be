"""The weeks without school that lie within a stretch of dates: what a window of school weeks passes over.

Ten school weeks may span eleven weeks of the calendar, or sixteen; a reader who counts them back on a wall
calendar must be told why.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from fingerpost.calendar import Calendar

HALF_TERM = "half term"
HOLIDAYS = "the holidays"
CLOSED = "weeks without school"


def weeks_left_out(calendar: Calendar, first: dt.date, last: dt.date) -> tuple[str, ...]:
    """What the weeks without school wholly between two dates are, each once, in order.

    A break in a term is half term, what lies between two terms the holidays, anything else weeks without
    school.
    """
    since, until = first.toordinal(), last.toordinal()
    between = [one for one in calendar.breaks if since <= one[0] and one[1] < until]
    names = (_name(calendar, dt.date.fromordinal(start), dt.date.fromordinal(end)) for start, end in between)
    return tuple(dict.fromkeys(names))


def _name(calendar: Calendar, first: dt.date, last: dt.date) -> str:
    for term in calendar.terms:
        if term.first <= first and last <= term.last:
            inside = any(start <= last and first <= end for start, end in term.breaks)
            return HALF_TERM if inside and len(term.breaks) == 1 else CLOSED
    between = any(one.last < first and last < other.first for one, other in pairwise(calendar.terms))
    return HOLIDAYS if between else CLOSED
