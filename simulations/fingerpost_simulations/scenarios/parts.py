"""What stands in a scenario as text: shares, dates, spans of weeks and lists of words."""

from __future__ import annotations

import datetime as dt
import re
from calendar import month_name
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from fingerpost.readers.cells import read_date

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_NAMED = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9}) (\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WEEKS = re.compile(r"(\d{1,3})(?:\s*(?:to|-|–)\s*(\d{1,3}))?\s*weeks?")


def share(said: object) -> Fraction:
    """`90%` as an exact fraction.

    >>> share("2.5%")
    Fraction(1, 40)
    """
    if isinstance(said, Fraction):
        return said
    found = _SHARE.fullmatch(str(said).strip())
    if found is None or Fraction(found[1]) > 100:
        raise ValueError("write a share of a hundred, like `90%`")
    return Fraction(found[1]) / 100


def say_share(value: Fraction) -> str:
    """The fraction as it is written: `2.5%`."""
    percent = value * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else f"{float(percent):g}%"


def weeks(said: object) -> tuple[int, int]:
    """`2 weeks`, or `0 to 3 weeks`: the least and the most.

    >>> weeks("0 to 3 weeks"), weeks("1 week")
    ((0, 3), (1, 1))
    """
    if isinstance(said, tuple):
        return said
    found = _WEEKS.fullmatch(str(said).strip())
    if found is None:
        raise ValueError("write a number of weeks, like `2 weeks` or `0 to 3 weeks`")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise ValueError(f"write the smaller number first: `{last} to {first} weeks`")
    return first, last


def say_weeks(value: tuple[int, int]) -> str:
    """The span as it is written."""
    first, last = value
    span = str(first) if first == last else f"{first} to {last}"
    return f"{span} week{'' if span == '1' else 's'}"


def date(said: object) -> dt.date:
    """`4 September 2024` or `2024-09-04`.

    >>> date("4 Sep 2024") == date("2024-09-04")
    True
    """
    if isinstance(said, dt.date):
        return said
    text = str(said).strip()
    if named := _NAMED.fullmatch(text):
        months = [n for n in range(1, 13) if month_name[n].lower().startswith(named[2].lower())]
        text = f"{named[3]}-{months[0]:02}-{int(named[1]):02}" if months else text
    found = read_date(text) if _ISO.fullmatch(text) else None
    if not isinstance(found, dt.date):
        raise ValueError("write a date like `4 September 2024` or `2024-09-04`")
    return found


def words(said: object) -> tuple[object, ...]:
    """One word, or a list of them."""
    if isinstance(said, str):
        return (said,)
    return tuple(said) if isinstance(said, list | tuple) else (said,)


Share = Annotated[
    Fraction,
    BeforeValidator(share),
    PlainSerializer(say_share, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$", "examples": ["90%"]}),
]
"""A share: `90%`."""

Weeks = Annotated[
    tuple[int, int],
    BeforeValidator(weeks),
    PlainSerializer(say_weeks, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d+(\s*(to|-|–)\s*\d+)?\s*weeks?$",
            "examples": ["2 weeks", "0 to 3 weeks"],
        }
    ),
]
"""A number of weeks, or from so many to so many."""

Day = Annotated[
    dt.date,
    BeforeValidator(date),
    WithJsonSchema({"type": "string", "examples": ["4 September 2024", "2024-09-04"]}),
]
"""A date."""

Words = Annotated[tuple[str, ...], BeforeValidator(words)]
"""One word or several."""
