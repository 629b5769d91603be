"""Compulsory school age and age in years, from the date of birth alone (meaning 3)."""

from __future__ import annotations

import datetime as dt


def compulsory_school_age(born: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of compulsory school age, both included.

    It begins on the first of 31 December, 31 March and 31 August on or after the fifth birthday, and ends on
    the last Friday in June of the school year in which the sixteenth birthday falls (Education Act 1996,
    section 8).

    >>> [str(day) for day in compulsory_school_age(dt.date(2015, 1, 15))]
    ['2020-03-31', '2031-06-27']

    """
    fifth = birthday(born, 5)
    starts = [dt.date(fifth.year, 3, 31), dt.date(fifth.year, 8, 31), dt.date(fifth.year, 12, 31)]
    first = next(day for day in starts if day >= fifth)
    sixteenth = birthday(born, 16)
    june = dt.date(sixteenth.year + (sixteenth.month >= 9), 6, 30)
    return first, june - dt.timedelta(days=(june.weekday() - 4) % 7)


def birthday(born: dt.date, years: int) -> dt.date:
    """The birthday on which that age is reached; 1 March in common years for those born on 29 February."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return dt.date(born.year + years, 3, 1)


def age_on(born: dt.date, date: dt.date) -> int:
    """Age in whole years on a date.

    >>> age_on(dt.date(2015, 1, 15), dt.date(2025, 1, 14))
    9
    """
    return date.year - born.year - (date < birthday(born, date.year - born.year))
