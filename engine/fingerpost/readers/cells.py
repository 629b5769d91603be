"""One cell or scalar as a value: dates, sessions, year groups, and the values of facts, fields and measures.

Every function takes what was written, a text or what JSON made of it, and returns the value or a `Fault`.
Dates are `2024-09-04` or, as in the United Kingdom, `04/09/2024`, day first; whatever else looks like a date
is refused with the date that was probably meant, since a month taken for a day would go unnoticed.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from fingerpost.history import HalfDay, Value, slot_of
from fingerpost.readers.problems import Fault
from fingerpost_dsl.model.declarations import ValueType
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.names import nearest

Raw = str | bool | int | Decimal
"""A scalar as it was written: a text in CSV and YAML, what JSON makes of it in JSON."""

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
_SERIAL = re.compile(r"[0-9]{5}(\.[0-9]+)?", re.ASCII)
_WITH_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ].*", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_FRACTION = re.compile(r"(-?[0-9]{1,18})/([0-9]{1,18})", re.ASCII)
_PERCENT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,18})?) ?%", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1980, 2100
_DAY_0_OF_EXCEL = dt.date(1899, 12, 30)
_FORMS = "write dates as `2024-09-04` or `04/09/2024`, the day before the month"
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@lru_cache(maxsize=65_536)
def read_date(text: str) -> dt.date | Fault:
    """A date.

    >>> read_date("04/09/2024")
    datetime.date(2024, 9, 4)
    >>> read_date("2024-06-31").message
    '`2024-06-31` is no date: June has 30 days'
    """
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _BRITISH.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        return _no_date(text)
    if not 1 <= month <= 12:
        swapped = 1 <= day <= 12 and match.re is _BRITISH
        advice = f"the day comes first: write `{month:02d}/{day:02d}/{year}`" if swapped else _FORMS
        return Fault("E0614", f"`{text}` is no date: there is no month {month}", advice)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        advice = "is the century right? an empty cell of Excel can turn into a date of 1900"
        return Fault("E0616", f"`{text}` is not between {FIRST_YEAR} and {LAST_YEAR}", advice)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        name = f"{calendar.month_name[month]} {year}" if month == 2 else calendar.month_name[month]
        return Fault("E0614", f"`{text}` is no date: {name} has {last} days", "check the day")
    return dt.date(year, month, day)


def _no_date(text: str) -> Fault:
    if _SERIAL.fullmatch(text):
        date = _DAY_0_OF_EXCEL + dt.timedelta(int(text.split(".", maxsplit=1)[0]))
        shown = f"{date.day} {calendar.month_name[date.month]} {date.year}"
        advice = f"it looks like Excel's number for {shown}: format the column as a date, and export it again"
        return Fault("E0615", f"`{text}` is not written as a date", advice)
    if match := _WITH_TIME.fullmatch(text):
        return Fault("E0615", f"`{text}` is a date with a time", f"write the date alone: `{match[1]}`")
    return Fault("E0615", f"`{text}` is not written as a date", _FORMS)


def read_half(text: str) -> HalfDay | Fault:
    """A session's half of the day; small letters will do."""
    match text.upper():
        case "AM":
            return HalfDay.AM
        case "PM":
            return HalfDay.PM
    return Fault(
        "E0618", f"`{text}` is no session: there are `AM` and `PM`", "one row a session: morning is `AM`"
    )


@lru_cache(maxsize=65_536)
def read_sessions(text: str) -> tuple[tuple[int, ...], tuple[Fault, ...]]:
    """The slots of a session, or of both of a date if no half of it is said; and what is wrong with it.

    >>> [len(slots) for slots, _ in map(read_sessions, ("2024-11-04 AM", "2024-11-04", "AM"))]
    [1, 2, 0]
    """
    day, _, half_text = text.partition(" ")
    date, half = read_date(day), read_half(half_text.strip()) if half_text else None
    faults = tuple(one for one in (date, half) if isinstance(one, Fault))
    if isinstance(date, Fault):
        return (), faults
    halves = (half,) if isinstance(half, HalfDay) else HalfDay
    return tuple(slot_of(date, one) for one in halves), faults


def read_year_group(raw: Raw) -> int | Fault:
    """A year group from 0 (reception) to 13; `Y5` and `Year 5` are not taken for 5."""
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,2}", raw):
        raw = int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= 13:
        advice = "write a number from 0, which is reception, to 13; leave it out for a nursery"
        return Fault("E0631", f"`{shown(raw)}` is no year group", advice)
    return raw


def read_yes_or_no(raw: Raw, what: str) -> bool | Fault:
    """Yes or no; true and false will do, in small letters or capitals."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and (known := _YES_NO.get(raw.lower())) is not None:
        return known
    return Fault("E0627", f"`{shown(raw)}` is not yes or no, as {what} is", "write `yes` or `no`")


def read_value(raw: Raw, type: ValueType, name: str) -> Value | Fault:
    """The value of a fact or a field called `name`, of the type that the policy declares."""
    what = f"`{name}`"
    match type.kind:
        case "yes or no":
            return read_yes_or_no(raw, what)
        case "one of":
            return _read_choice(raw, type.choices, what)
        case "number" | "money":
            return _read_number(raw, type, what)
        case "date":
            if not isinstance(raw, str):
                return Fault("E0627", f"`{shown(raw)}` is no date, as {what} is", _FORMS)
            return read_date(raw)
        case _:
            return raw if isinstance(raw, str) else spelt(raw)


def _read_choice(raw: Raw, choices: Sequence[str], what: str) -> str | Fault:
    text = spelt(raw)
    if text in choices:
        return text
    close = nearest(text.lower().replace(" ", "_").replace("-", "_"), choices)
    advice = f"it is one of {', '.join(choices)}"
    advice = f"did you mean `{close}`? {advice}" if close else advice
    return Fault("E0627", f"`{text}` is no value of {what}", advice)


def _read_number(raw: Raw, type: ValueType, what: str) -> int | Fraction | Fault:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    text = spelt(raw).removeprefix("£") if type.kind == "money" else spelt(raw)
    if not isinstance(raw, bool) and (number := _number(text)) is not None:
        return number
    in_units = "in pounds" if type.kind == "money" else f"in {type.unit.value}s" if type.unit else "alone"
    return Fault(
        "E0627", f"`{shown(raw)}` is no number, as {what} is", f"write the number {in_units}, such as `10`"
    )


def _number(text: str) -> int | Fraction | None:
    if _NUMBER.fullmatch(text):
        return whole(Fraction(text))
    match = _FRACTION.fullmatch(text)
    return whole(Fraction(int(match[1]), int(match[2]))) if match and int(match[2]) else None


def read_reported(raw: Raw, unit: Unit | None, name: str) -> int | Fraction | dt.date | Fault:
    """A measure as reported: `10/96` or `10.4%` for a share, a number for a count, a date for a date.

    A share must say that it is one: whether `10` is ten per cent or ten times the whole is not guessed.
    """
    text = spelt(raw)
    if unit is None:
        return read_date(text)
    if unit is Unit.SHARE:
        match = _PERCENT.fullmatch(text)
        share = Fraction(match[1]) / 100 if match else _number(text) if "/" in text else None
        if share is not None and 0 <= share <= 1:
            return whole(Fraction(share))
        advice = "write it as a percentage, `10.4%`, or exactly, `10/96`"
        return Fault("E0627", f"`{text}` is no share, as `{name}` is", advice)
    if not isinstance(raw, bool) and (number := _number(text)) is not None:
        return number
    return Fault("E0627", f"`{text}` is no number, as `{name}` is", f"write the number in {unit.value}s")


def whole(number: Fraction) -> int | Fraction:
    """An integer where it is one."""
    return number.numerator if number.denominator == 1 else number


def spelt(raw: object) -> str:
    """A scalar as a person would write it, whole."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return "nothing" if raw is None else str(raw)


def shown(raw: object) -> str:
    """The same for a message: cut short if it is long."""
    text = spelt(raw)
    return text if len(text) <= 60 else f"{text[:57]}…"
