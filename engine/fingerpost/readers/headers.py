"""Headers of a register with a column for each session: from `Mon 04/09/2024 AM` to the session.

How they read, a mapping says by a form such as `{date} {session}`. A form is matched loosely, so that a date
that is none is answered as in a cell, in place of a column being passed over; a header that names neither a
digit nor a session is none of a session.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fingerpost.history import HalfDay, slot_of
from fingerpost.readers.cells import read_date
from fingerpost.readers.problems import Fault

_PARTS = {
    "date": r".+?",
    "session": r"[^\W\d_][\w.]*|\d",
    "weekday": r"[^\W\d_]+\.?",
    "day": r"[^\s/.-]+?",
    "month": r"[^\s/.-]+?",
    "year": r"[^\s/.-]+?",
}
_PART = re.compile(r"\{([^{}]*)\}")
_HALVES = {
    "am": HalfDay.AM,
    "morning": HalfDay.AM,
    "1": HalfDay.AM,
    "pm": HalfDay.PM,
    "afternoon": HalfDay.PM,
    "2": HalfDay.PM,
}
_ACADEMIC_YEAR = re.compile(r"([0-9]{4})[/-]([0-9]{2}|[0-9]{4})", re.ASCII)
_FIRST_MONTH = 8
"""Some schools' first term begins in August."""
_CENTURY = 2000
_EXAMPLE = "such as `{date} {session}`"
_LONGEST = 200
"""Characters: no header of a session is longer."""
_LETTERS = 3
"""Of the name of a month or a day: `Sep`, `Sept` and `September` begin alike."""


@dataclass(frozen=True)
class SessionHeaders:
    """How the headers of sessions read. `words` are what stands for `AM` and `PM` in them."""

    forms: Sequence[str]
    year: int | None = None
    """In which year the academic year begins, where headers have none."""
    words: Mapping[str, str] = field(default_factory=dict)

    def slot(self, header: str) -> int | Fault | None:
        """The session of a header, what is wrong with it, or None if it is none of a session.

        >>> SessionHeaders(["{date} {session}"]).slot("04/09/2024 a.m.") == dt.date(
        ...     2024, 9, 4
        ... ).toordinal() * 2
        True
        >>> SessionHeaders(["{date} {session}"]).slot("Social worker")
        """
        faults = []
        for form in self.forms if len(header) <= _LONGEST else ():
            match = _pattern(form).fullmatch(header)
            found = self._read(match.groupdict()) if match else None
            if isinstance(found, int):
                return found
            faults += [found] if found else []
        return faults[0] if faults else None

    def _read(self, parts: Mapping[str, str]) -> int | Fault | None:
        session = parts["session"]
        half = _half(self.words.get(session, session))
        dated = [parts[name] for name in ("date", "day", "month", "year") if name in parts]
        if not any(sign.isdigit() for part in dated for sign in part) and (
            isinstance(half, Fault) or session.isdigit()
        ):
            return None
        date = read_date(parts["date"]) if "date" in parts else self._date(parts)
        if isinstance(date, Fault):
            return date
        if (named := parts.get("weekday")) and not _begins(calendar.day_name[date.weekday()], named):
            advice = f"{date} is a {calendar.day_name[date.weekday()]}: correct the header, or its year"
            return Fault("E0614", f"`{named}` is not the day of {date}", advice)
        return half if isinstance(half, Fault) else slot_of(date, half)

    def _date(self, parts: Mapping[str, str]) -> dt.date | Fault:
        """A date of its parts; a year of two digits is one of this century."""
        whole = "/".join(parts[name] for name in ("day", "month", "year") if name in parts)
        day = re.match(r"[0-9]{1,2}(?=(st|nd|rd|th)?$)", parts["day"], re.ASCII)
        month = _month(parts["month"])
        written = parts.get("year", "")
        year = int(written) if re.fullmatch(r"[0-9]{4}", written, re.ASCII) else None
        if re.fullmatch(r"[0-9]{2}", written, re.ASCII):
            year = _CENTURY + int(written)
        if not written and month is not None and self.year is not None:
            year = self.year + (month < _FIRST_MONTH)
        if day is None or month is None or year is None:
            return Fault("E0615", f"`{whole}` is not written as a date", "correct the header, or the form")
        return read_date(f"{year:04d}-{month:02d}-{int(day[0]):02d}")


def fault_of_form(form: str, *, has_year: bool) -> Fault | None:
    """What is wrong with a form of headers. `has_year`: it is said of which academic year they are."""
    parts = _PART.findall(form)
    for part in parts:
        if part not in _PARTS:
            known = ", ".join(f"`{{{name}}}`" for name in _PARTS)
            return Fault("E0663", f"a header has no part `{{{part}}}`", f"its parts are {known}")
        if parts.count(part) > 1:
            return Fault("E0663", f"`{{{part}}}` stands twice in `{form}`", "take one of them out")
    if "session" not in parts or not ("date" in parts or {"day", "month"} <= {*parts}):
        advice = f"write a date and a session in braces, {_EXAMPLE}"
        return Fault("E0663", f"`{form}` does not say of which session a column is", advice)
    if "date" not in parts and "year" not in parts and not has_year:
        advice = "add `{year}`, or say beside it: `academic_year: 2024/25`"
        return Fault("E0663", f"`{form}` does not say of which year a column is", advice)
    return None


def read_academic_year(text: str) -> int | Fault:
    """The year in which an academic year begins.

    >>> read_academic_year("2024/25")
    2024
    """
    match = _ACADEMIC_YEAR.fullmatch(text)
    if match and int(match[2]) % 100 == (int(match[1]) + 1) % 100:
        return int(match[1])
    return Fault("E0663", f"`{text}` is no academic year", "write it as `2024/25`")


def _pattern(form: str) -> re.Pattern[str]:
    texts = _PART.split(form)
    written = [
        f"(?P<{text}>{_PARTS[text]})" if number % 2 else r"\s+".join(map(re.escape, re.split(r"\s+", text)))
        for number, text in enumerate(texts)
    ]
    return re.compile("".join(written), re.IGNORECASE)


def _half(text: str) -> HalfDay | Fault:
    half = _HALVES.get(text.lower().replace(".", ""))
    if half is not None:
        return half
    advice = "write `AM` or `PM`, or say under `values` what it stands for: `session: {early: AM}`"
    return Fault("E0618", f"`{text}` is no session: there are `AM` and `PM`", advice)


def _month(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,2}", text, re.ASCII):
        return int(text)
    found = [number for number in range(1, 13) if _begins(calendar.month_name[number], text)]
    return found[0] if len(found) == 1 else None  # `Ju` may be June or July


def _begins(name: str, text: str) -> bool:
    """Whether a text is the name of a month or day, or is short for it."""
    return len(text) >= 2 and name.lower().startswith(text.rstrip(".").lower()[:_LETTERS])
