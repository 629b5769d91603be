"""Dates, rates and marks in words, as an officer writes them.

A rate has one decimal, or as many as it takes to stay on its own side of every line: 89.96% attended is never
shown as 90.0% where the line is 90%. Marks are shown in ranges: `G Mon 4 – Thu 7 Nov (8)`.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from fingerpost.history import HalfDay, Mark, slot_date, slot_half

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

MOST_DECIMALS = 4


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> plural(1, "pupil"), plural(2, "pupil"), plural(0, "party", "parties")
    ('1 pupil', '2 pupils', '0 parties')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


# --- dates --------------------------------------------------------------------------------------------------


def long_date(date: dt.date) -> str:
    """A date in full.

    >>> long_date(dt.date(2024, 11, 15))
    'Friday 15 November 2024'
    """
    return f"{_LONG_DAYS[date.weekday()]} {date.day} {_LONG_MONTHS[date.month - 1]} {date.year}"


def plain_date(date: dt.date) -> str:
    """A date without its weekday.

    >>> plain_date(dt.date(2024, 11, 15))
    '15 November 2024'
    """
    return f"{date.day} {_LONG_MONTHS[date.month - 1]} {date.year}"


def short_date(date: dt.date, on: dt.date | None = None) -> str:
    """A date with its weekday; with its year too where it is not plain which is meant.

    >>> short_date(dt.date(2024, 11, 15), on=dt.date(2024, 12, 1))
    'Fri 15 Nov'
    >>> short_date(dt.date(2027, 10, 11), on=dt.date(2024, 12, 1))
    'Mon 11 Oct 2027'
    """
    return f"{_DAYS[date.weekday()]} {_day_and_month(date, on)}"


def _day_and_month(date: dt.date, on: dt.date | None = None) -> str:
    near = on is None or date.year == on.year or abs((date - on).days) < 120
    return f"{date.day} {_MONTHS[date.month - 1]}" + ("" if near else f" {date.year}")


def date_range(first: dt.date | None, last: dt.date | None, on: dt.date | None = None) -> str:
    """From one date to another.

    >>> date_range(dt.date(2024, 9, 2), dt.date(2024, 11, 15))
    '2 Sep – 15 Nov'
    """
    if first is None:
        return f"until {_day_and_month(last, on)}" if last is not None else ""
    if last is None:
        return f"from {_day_and_month(first, on)}"
    return f"{_day_and_month(first, on)} – {_day_and_month(last, on)}"


# --- rates --------------------------------------------------------------------------------------------------


def decimals_needed(share: Fraction, lines: Iterable[Fraction]) -> int:
    """How many decimals of a percentage keep a share on its own side of every line: 1, or more."""
    apart = [line for line in lines if line != share]
    for decimals in range(1, MOST_DECIMALS):
        shown = _rounded(share, decimals)
        if all((shown < line) == (share < line) and shown != line for line in apart):
            return decimals
    return MOST_DECIMALS


def _rounded(share: Fraction, decimals: int) -> Fraction:
    scale = 100 * 10**decimals
    return Fraction((2 * share.numerator * scale + share.denominator) // (2 * share.denominator), scale)


def percent(share: Fraction, lines: Iterable[Fraction] = (), *, decimals: int | None = None) -> str:
    """A share as a percentage, never rounded across a line.

    >>> percent(Fraction(8996, 10000)), percent(Fraction(8996, 10000), [Fraction(9, 10)])
    ('90.0%', '89.96%')
    >>> percent(Fraction(9, 10), [Fraction(9, 10)])
    '90.0%'
    """
    places = decimals_needed(share, lines) if decimals is None else decimals
    shown = _rounded(share, places)
    tenths = shown * 100 * 10**places
    whole, rest = divmod(abs(int(tenths)), 10**places)
    return f"{'-' if tenths < 0 else ''}{whole}.{rest:0{places}d}%"


def both_rates(absence: Fraction, lines: Iterable[Fraction] = ()) -> tuple[str, str]:
    """Attendance and absence, with as many decimals each, so that they add up; `lines` are absence.

    >>> both_rates(Fraction(10, 96), [Fraction(1, 10)])
    ('89.6%', '10.4%')
    >>> both_rates(Fraction(1004, 10000), [Fraction(1, 10)])
    ('89.96%', '10.04%')
    """
    every = list(lines)
    attendance = 1 - absence
    places = max(decimals_needed(absence, every), decimals_needed(attendance, [1 - line for line in every]))
    return percent(attendance, decimals=places), percent(absence, decimals=places)


# --- marks --------------------------------------------------------------------------------------------------


def mark_ranges(marks: Sequence[Mark], on: dt.date | None = None) -> tuple[str, ...]:
    """Marks as runs of one code over neighbouring days, in order.

    >>> from fingerpost.history import slot_of
    >>> monday = dt.date(2024, 11, 4)
    >>> slots = [slot_of(monday + dt.timedelta(days=d), half) for d in range(4) for half in HalfDay]
    >>> mark_ranges([Mark(slot, "G") for slot in slots])
    ('G Mon 4 – Thu 7 Nov (8)',)
    >>> mark_ranges([Mark(slot_of(monday, HalfDay.AM), "U")])
    ('U Mon 4 Nov AM',)
    """
    runs = _runs(sorted(marks, key=lambda mark: mark.slot))
    return tuple(f"{run[0].code} {slot_range([mark.slot for mark in run], on)}" for run in runs)


def slot_ranges(slots: Sequence[int], on: dt.date | None = None) -> tuple[str, ...]:
    """Sessions as runs over neighbouring days: `Mon 4 – Thu 7 Nov (8)`."""
    runs = _runs([Mark(slot, "") for slot in sorted(slots)])
    return tuple(slot_range([mark.slot for mark in run], on) for run in runs)


def _runs(marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    run: list[Mark] = []
    for mark in marks:
        if run and not (run[-1].code == mark.code and _neighbours(run[-1].slot, mark.slot)):
            yield run
            run = []
        run.append(mark)
    if run:
        yield run


def _neighbours(one: int, other: int) -> bool:
    """Whether a session follows another with nothing but a night or a weekend between them."""
    first, second = slot_date(one), slot_date(other)
    if first == second:
        return True
    if slot_half(one) is not HalfDay.PM or slot_half(other) is not HalfDay.AM:
        return False
    days = (second - first).days
    return days == 1 or (days <= 3 and first.weekday() == 4 and second.weekday() == 0)


def slot_range(slots: Sequence[int], on: dt.date | None = None) -> str:
    """One run of sessions: `Mon 4 – Thu 7 Nov (8)`, `Tue 12 Nov (2)`, `Mon 11 Nov AM`."""
    first, last = slot_date(slots[0]), slot_date(slots[-1])
    if len(slots) == 1:
        return f"{short_date(first, on)} {slot_half(slots[0]).value}"
    if first == last:
        return f"{short_date(first, on)} ({len(slots)})"
    same_month = (first.year, first.month) == (last.year, last.month)
    start = f"{_DAYS[first.weekday()]} {first.day}" if same_month else short_date(first, on)
    return f"{start} – {short_date(last, on)} ({len(slots)})"


def occasion_text(first_slot: int, last_slot: int) -> str:
    """A run of sessions by its first and last: `2024-11-11 AM to 2024-11-12 PM`."""
    first = f"{slot_date(first_slot)} {slot_half(first_slot).value}"
    last = f"{slot_date(last_slot)} {slot_half(last_slot).value}"
    return first if first == last else f"{first} to {last}"


# --- lines --------------------------------------------------------------------------------------------------


def flowed(items: Sequence[str], width: int, indent: str, *, between: str = "  ·  ") -> list[str]:
    """Items in a row, broken between items where a line is full.

    >>> flowed(["G Mon 4 Nov (2)", "U Mon 11 Nov AM"], 28, "  ")
    ['  G Mon 4 Nov (2)', '  U Mon 11 Nov AM']
    """
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(between) + len(item) <= width:
            lines[-1] += between + item
        else:
            lines.append(indent + item)
    return lines


def wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    """A sentence in lines; `first` stands before the first, `rest` (or as much space) before the others."""
    hanging = " " * len(first) if rest is None else rest
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]


def with_right(left: str, right: str, width: int) -> str:
    """A line with a note at its right end."""
    gap = width - len(left) - len(right)
    return f"{left}{' ' * max(gap, 2)}{right}" if right else left


def joined(items: Sequence[str], word: str = "and") -> str:
    """Items in a row: `A, B and C`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}" if items else ""


def year_group(number: int | None) -> str:
    """`Y4`; reception is `R`; nothing where it is not known.

    >>> year_group(4), year_group(0), year_group(None)
    ('Y4', 'R', '')
    """
    return "" if number is None else "R" if number == 0 else f"Y{number}"


def year_width(numbers: Iterable[int | None]) -> int:
    """How wide a column of year groups is, in signs: two, and three from year 10 on.

    >>> year_width([4, 0, None]), year_width([9, 10])
    (2, 3)
    """
    return max([2, *(len(year_group(number)) for number in numbers)])
