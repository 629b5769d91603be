"""Dates as people type them: `15 November 2024`, `15 Nov 2024` or `2024-11-15`."""

from __future__ import annotations

import datetime as dt
import re

import click

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

_FIRST_YEAR, _LAST_YEAR = 1980, 2100


class Date(click.ParamType):  # type: ignore[type-arg]  # generic only in recent versions of click
    """A date, in words or in ISO form; never 04/05/2024, which two people read in two ways."""

    name = "date"

    def convert(
        self, value: str | dt.date, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """The date, or what is wrong with it."""
        if isinstance(value, dt.date):
            return value
        try:
            found = parse_date(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return found


def parse_date(text: str) -> dt.date:
    """The date that a text stands for; `ValueError` with a sentence otherwise.

    >>> parse_date("15 November 2024"), parse_date("2024-11-15") == parse_date("15 nov 2024")
    (datetime.date(2024, 11, 15), True)
    """
    text = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return _in_our_time(dt.date.fromisoformat(text))
        match = re.fullmatch(r"(?:[A-Za-z]+,? )?(\d{1,2}) ([A-Za-z]{3,9})\.? (\d{4})", text, re.ASCII)
        if match is not None:
            day, month, year = match.groups()
            place = next((i for i, name in enumerate(_MONTHS, 1) if name.startswith(month.lower())), None)
            if place is not None:
                return _in_our_time(dt.date(int(year), place, int(day)))
    except OverflowError:
        raise ValueError(f"`{text}` is not between {_FIRST_YEAR} and {_LAST_YEAR}: check the year") from None
    except ValueError:
        raise ValueError(f"there is no such date as `{text}`") from None
    if re.fullmatch(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", text):
        raise ValueError(f"dates like `{text}` can be read in two ways; write `4 May 2024` or `2024-05-04`")
    raise ValueError(f"`{text}` is no date; write `15 November 2024` or `2024-11-15`")


def _in_our_time(date: dt.date) -> dt.date:
    """The date, if data may have it too; `OverflowError` otherwise."""
    if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        raise OverflowError
    return date


DATE = Date()
