"""Working days: Monday to Friday without the bank holidays in England (meaning 7 of the language reference).

The bank holidays come from the `holidays` library, which knows those proclaimed for one year only (a
coronation, a royal funeral) as well as those that move. It takes a third of a second to import, and few runs
ask for a working day: so it is imported when the first question needs it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

_ONE_DAY = dt.timedelta(days=1)
_MOST_STEPS = 40_000
"""Over 150 years of working days: whatever asks for more has no sensible answer."""


@cache
def bank_holidays(year: int) -> frozenset[dt.date]:
    """The bank holidays in England of one calendar year, those in lieu of a weekend included.

    >>> dt.date(2023, 5, 8) in bank_holidays(2023)  # the coronation
    True
    """
    from holidays.countries.united_kingdom import UnitedKingdom  # noqa: PLC0415 (slow to import, rarely needed)

    country: Mapping[dt.date, str] = UnitedKingdom(subdiv="ENG", years=year)  # type: ignore[no-untyped-call]
    return frozenset(country)


def is_working_day(date: dt.date) -> bool:
    """Whether a date is Monday to Friday and no bank holiday in England."""
    return date.weekday() < 5 and date not in bank_holidays(date.year)


def add_working_days(date: dt.date, number: int) -> dt.date | None:
    """The `number`th working day after a date (before it, if negative); the date itself for none.

    None where dates end. The date need not be a working day: the first one after it is number one.

    >>> add_working_days(dt.date(2025, 4, 17), 1)  # Maundy Thursday: Easter lies between
    datetime.date(2025, 4, 22)
    """
    if abs(number) > _MOST_STEPS:
        return None
    step = _ONE_DAY if number > 0 else -_ONE_DAY
    try:
        for _ in range(abs(number)):
            date += step
            while not is_working_day(date):
                date += step
    except OverflowError:
        return None
    return date
