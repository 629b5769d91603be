"""A school's calendar: which sessions are open, what terms there are, and when a deadline falls.

Three calendars in one: open sessions, one by one (meanings 1 and 2 of the language reference); periods, which
are half terms, terms and academic years (meanings 6 and 32); and the arithmetic of deadlines (meaning 22). It
is built once a school, from what the school gave or, without that, from the sessions in which any pupil could
be there.

Sessions are slots, as in `history.py`; days and weeks are the ordinals of their dates, of a week that of its
Monday: integers compare and bisect faster than dates, and evaluators ask by the thousand. What lies past the
end of the calendar is None, never a guess.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from fingerpost.history import CalendarData, Term
from fingerpost.working_days import add_working_days
from fingerpost_dsl.model.quantities import Unit

__all__ = ["Calendar", "Period", "add_months"]

_ONE_DAY = dt.timedelta(days=1)
_LAST_FIRST_DAY = (10, 15)
"""A term that begins after 15 October is not the year's first: the second of six begins a week later."""
_NOTHING = (dt.date.max, dt.date.min)


@dataclass(frozen=True, slots=True)
class Period:
    """A half term, term or academic year, holidays after it included; both dates belong to it."""

    name: str
    unit: Unit
    first: dt.date
    last: dt.date


@dataclass(frozen=True, eq=False)
class Calendar:
    """The calendar of one school. Make it with `from_data` or `inferred_from`."""

    open_slots: tuple[int, ...] = field(repr=False)
    """Sorted, each once."""
    terms: tuple[Term, ...] = field(default=(), repr=False)
    """In order; none if the school gave none."""
    given: tuple[dt.date, dt.date] | None = None
    """The stretch of dates of which the school gave a calendar; None if it gave none at all."""

    @classmethod
    def from_data(cls, data: CalendarData, marked: Iterable[int] = ()) -> Calendar:
        """The calendar that a school gave.

        `marked` are the slots in which any pupil of the school has a possible session: they tell which
        sessions were open on dates of which the calendar does not speak, and say nothing about the others.
        """
        sessions = dict(data.sessions)
        open_slots = {slot for term in data.terms for slot in _slots_of(term)} - data.closed
        open_slots -= {slot for slot, is_open in sessions.items() if not is_open}
        open_slots |= {slot for slot, is_open in sessions.items() if is_open}
        terms = tuple(sorted(data.terms, key=lambda term: (term.first, term.last)))
        given = _given(terms, sorted(sessions))
        if given is None:
            return cls.inferred_from(marked)
        first, last = given[0].toordinal() * 2, given[1].toordinal() * 2 + 1
        open_slots.update(slot for slot in marked if not first <= slot <= last)
        return cls(open_slots=tuple(sorted(open_slots)), terms=terms, given=given)

    @classmethod
    def inferred_from(cls, open_slots: Iterable[int]) -> Calendar:
        """Without a calendar: a session is open when any pupil of the school has a possible session there."""
        return cls(open_slots=tuple(sorted(set(open_slots))))

    @property
    def inferred(self) -> bool:
        """Whether the school gave no calendar, so that marks had to tell which sessions were open."""
        return self.given is None

    # --- sessions, days and weeks -----------------------------------------------------------------

    @cached_property
    def _open(self) -> frozenset[int]:
        return frozenset(self.open_slots)

    def is_open(self, slot: int) -> bool:
        """Whether the school is open in a session."""
        return slot in self._open

    def is_open_in_all(self, slots: Iterable[int]) -> bool:
        """Whether the school is open in every one of these sessions."""
        return self._open.issuperset(slots)

    def open_between(self, first: dt.date, last: dt.date) -> tuple[int, ...]:
        """The open slots of the dates from `first` to `last`, both included."""
        start = bisect_left(self.open_slots, first.toordinal() * 2)
        return self.open_slots[start : bisect_right(self.open_slots, last.toordinal() * 2 + 1)]

    @cached_property
    def school_days(self) -> tuple[int, ...]:
        """The ordinals of the dates with at least one open session, sorted."""
        return tuple(dict.fromkeys(slot // 2 for slot in self.open_slots))

    @cached_property
    def school_weeks(self) -> tuple[int, ...]:
        """The ordinals of the Mondays of the weeks with at least one open session, sorted."""
        return tuple(dict.fromkeys(day - (day - 1) % 7 for day in self.school_days))

    @cached_property
    def breaks(self) -> tuple[tuple[int, int], ...]:
        """The whole weeks without school between two with some: the ordinals of a Monday and of a Sunday."""
        weeks = pairwise(self.school_weeks)
        return tuple((week + 7, following - 1) for week, following in weeks if following - week > 7)

    # --- periods ----------------------------------------------------------------------------------

    @cached_property
    def _periods(self) -> dict[Unit, tuple[Period, ...]]:
        stretches = [stretch for term in self.terms for stretch in _half_terms(term)]
        return {
            Unit.HALF_TERM: tuple(_lasting(Unit.HALF_TERM, stretches)),
            Unit.TERM: tuple(_lasting(Unit.TERM, _whole(self.terms))),
            Unit.ACADEMIC_YEAR: tuple(self._academic_year(year) for year in self._years()),
        }

    def periods(self, unit: Unit) -> tuple[Period, ...]:
        """The half terms, terms or academic years that are known, in order; no terms without a calendar.

        Each lasts until the next begins, so that a day in the holidays belongs to the period just ended; the
        last one, and the last before a year of which nothing is known, until 31 August. A term without a
        break in it is one half term, which is how years of six terms have six of each.
        """
        return self._periods[unit]

    def period_of(self, date: dt.date, unit: Unit) -> Period | None:
        """The half term, term or academic year that a date belongs to.

        An academic year is known of every date: of one beyond the calendar it begins on 1 September.
        """
        if unit is Unit.ACADEMIC_YEAR:
            return self._academic_year(date.year if date >= self._year_start(date.year) else date.year - 1)
        found = self._index_of(date, unit)
        return None if found is None else self._periods[unit][found]

    def _index_of(self, date: dt.date, unit: Unit) -> int | None:
        periods = self._periods[unit]
        index = bisect_right(periods, date, key=lambda period: period.first) - 1
        return index if index >= 0 and date <= periods[index].last else None

    @cached_property
    def _first_terms(self) -> dict[int, dt.date]:
        """By the year in which it begins: the first day of each academic year whose first term is known."""
        starts: dict[int, dt.date] = {}
        for term in self.terms:
            starts.setdefault(_august_year(term.first), term.first)
        return {year: first for year, first in starts.items() if _may_open_a_year(first)}

    def _year_start(self, year: int) -> dt.date:
        return self._first_terms.get(year, dt.date(year, 9, 1))

    def _academic_year(self, year: int) -> Period:
        first, last = self._year_start(year), self._year_start(year + 1) - _ONE_DAY
        return Period(f"{year}/{(year + 1) % 100:02d}", Unit.ACADEMIC_YEAR, first, last)

    def _years(self) -> Iterator[int]:
        dates = [dt.date.fromordinal(day) for day in self.school_days]
        dates += [term.first for term in self.terms]
        years = {date.year if date >= self._year_start(date.year) else date.year - 1 for date in dates}
        return iter(sorted(years))

    # --- how far it reaches -----------------------------------------------------------------------

    @cached_property
    def covers(self) -> tuple[dt.date, dt.date]:
        """The first and the last date of which the calendar speaks, given and inferred dates together.

        It begins on 1 August where the first term known is the first of its year, since there is no school in
        the weeks before it. An empty calendar covers nothing: its first date is after its last.
        """
        first, last = self.given or _NOTHING
        if self.school_days:
            first = min(first, _reaching_back(dt.date.fromordinal(self.school_days[0])))
            last = max(last, dt.date.fromordinal(self.school_days[-1]))
        return first, last

    def start_of_history(self, first_taken: int | None) -> dt.date | None:
        """From when the history is whole where the data do not say: the school's first taken slot.

        The days without school before it belong to it, so that a register that begins with the first day of
        school is whole from 1 August. Without any taken session it is where the calendar begins; None without
        one.
        """
        first = self.covers[0] if self.open_slots else None
        if first_taken is None or first is None:
            return first
        date = dt.date.fromordinal(first_taken // 2)
        before = bisect_left(self.open_slots, first_taken)
        if before == 0:
            return min(first, date)
        return min(date, dt.date.fromordinal(self.open_slots[before - 1] // 2) + _ONE_DAY)

    # --- deadlines --------------------------------------------------------------------------------

    def add(self, date: dt.date, number: int, unit: Unit) -> dt.date | None:
        """When `within NUMBER UNIT` of a date is due: at the close of the date returned. None if not known.

        The date itself is number 0 of its unit. Days, weeks, months and years run over the ordinary calendar
        (a month from 31 January ends with February). Working days are those of England. Sessions and school
        days count those open after the date. School weeks, half terms, terms and academic years run to the
        last school day of the `number`th after the one that the date belongs to.

        Raises `ValueError` for a unit that is no time (a share, money).
        """
        match unit:
            case Unit.DAY:
                return _plus_days(date, number)
            case Unit.WEEK:
                return _plus_days(date, number * 7)
            case Unit.MONTH:
                return add_months(date, number)
            case Unit.YEAR:
                return add_months(date, number * 12)
            case Unit.WORKING_DAY:
                return add_working_days(date, number)
            case Unit.SESSION:
                return self._add_sessions(date, number)
            case Unit.SCHOOL_DAY:
                return self.add_school_days(date, number)
            case Unit.SCHOOL_WEEK:
                return self._add_school_weeks(date, number)
            case Unit.HALF_TERM | Unit.TERM | Unit.ACADEMIC_YEAR:
                return self._add_periods(date, number, unit)
            case Unit.SHARE | Unit.MONEY | Unit.NUMBER:
                raise ValueError(f"a {unit.value} is no stretch of time")

    def reached(self, date: dt.date, number: int, unit: Unit) -> dt.date | None:
        """The first date on which `NUMBER UNIT` have passed since a date, as `no sooner than` waits for it.

        As `add`, but for units that last several school days: those have passed once the `number`th after
        the one that the date belongs to begins, and are due when it ends. None past the end of the calendar.
        """
        match unit:
            case Unit.SCHOOL_WEEK | Unit.HALF_TERM | Unit.TERM | Unit.ACADEMIC_YEAR:
                if number == 0:
                    return date
                last = self.add(date, number, unit)
                return None if last is None else self._first_of(last, unit)
            case _:
                return self.add(date, number, unit)

    def _first_of(self, date: dt.date, unit: Unit) -> dt.date | None:
        """The first school day of the school week, half term, term or academic year of a school day."""
        if unit is Unit.SCHOOL_WEEK:
            first = date.toordinal() - date.weekday()
        else:
            period = self.period_of(date, unit)
            if period is None:
                return None
            first = period.first.toordinal()
        return dt.date.fromordinal(self.school_days[bisect_left(self.school_days, first)])

    def add_working_days(self, date: dt.date, number: int) -> dt.date | None:
        """The `number`th working day after a date; the date itself for none."""
        return add_working_days(date, number)

    def add_school_days(self, date: dt.date, number: int) -> dt.date | None:
        """The `number`th school day after a date, None past the calendar's end; the date itself for none."""
        if number == 0:
            return date
        index = bisect_right(self.school_days, date.toordinal()) + number - 1
        return dt.date.fromordinal(self.school_days[index]) if index < len(self.school_days) else None

    def _add_sessions(self, date: dt.date, number: int) -> dt.date | None:
        if number == 0:
            return date
        index = bisect_right(self.open_slots, date.toordinal() * 2 + 1) + number - 1
        return dt.date.fromordinal(self.open_slots[index] // 2) if index < len(self.open_slots) else None

    def _add_school_weeks(self, date: dt.date, number: int) -> dt.date | None:
        monday = date.toordinal() - date.weekday()
        if number:
            index = bisect_right(self.school_weeks, monday) + number - 1
            if index >= len(self.school_weeks):
                return None
            monday = self.school_weeks[index]
        return self.last_school_day(dt.date.fromordinal(monday), dt.date.fromordinal(monday + 6))

    def _add_periods(self, date: dt.date, number: int, unit: Unit) -> dt.date | None:
        periods = self._periods[unit]
        index = self._index_of(date, unit)
        if index is None or index + number >= len(periods):
            return None
        period = periods[index + number]
        return self.last_school_day(period.first, period.last)

    def last_school_day(self, first: dt.date, last: dt.date) -> dt.date | None:
        """The last school day from `first` to `last`, both included; None if there is none."""
        index = bisect_right(self.school_days, last.toordinal()) - 1
        if index < 0 or self.school_days[index] < first.toordinal():
            return None
        return dt.date.fromordinal(self.school_days[index])


def add_months(date: dt.date, number: int) -> dt.date | None:
    """The same day `number` months later (earlier, if negative), or that month's last; None where dates end.

    >>> add_months(dt.date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(date.year * 12 + date.month - 1 + number, 12)
    if not dt.MINYEAR <= year < dt.MAXYEAR:
        return None
    end = dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - _ONE_DAY
    return end.replace(day=min(date.day, end.day))


def _plus_days(date: dt.date, number: int) -> dt.date | None:
    ordinal = date.toordinal() + number
    return dt.date.fromordinal(ordinal) if 0 < ordinal <= dt.date.max.toordinal() else None


def _slots_of(term: Term) -> Iterator[int]:
    """Both sessions of the weekdays of a term outside its breaks."""
    breaks = [range(first.toordinal(), last.toordinal() + 1) for first, last in term.breaks]
    for day in range(term.first.toordinal(), term.last.toordinal() + 1):
        if (day - 1) % 7 < 5 and not any(day in stretch for stretch in breaks):
            yield day * 2
            yield day * 2 + 1


def _whole(terms: tuple[Term, ...]) -> list[tuple[str, dt.date, dt.date]]:
    return [(term.name, term.first, term.last) for term in terms]


def _half_terms(term: Term) -> list[tuple[str, dt.date, dt.date]]:
    """The stretches of a term between its breaks: name, first and last date.

    The weekend after a break belongs to the break: a half term begins with a weekday, as terms do.
    """
    first, found = term.first, list[tuple[dt.date, dt.date]]()
    for start, end in sorted(term.breaks):
        if start > first:
            found.append((first, start - _ONE_DAY))
        first = _weekday_after(end)
    if first <= term.last:
        found.append((first, term.last))
    match found:
        case [only]:
            return [(term.name, *only)]
        case [one, other]:
            return [(f"first half of {term.name}", *one), (f"second half of {term.name}", *other)]
        case _:
            return [(f"part {number} of {term.name}", *part) for number, part in enumerate(found, start=1)]


def _weekday_after(date: dt.date) -> dt.date:
    """The first day from Monday to Friday after a date."""
    return date + dt.timedelta(days=max(1, 7 - date.weekday()) if date.weekday() >= 4 else 1)


def _lasting(unit: Unit, stretches: list[tuple[str, dt.date, dt.date]]) -> Iterator[Period]:
    """Each stretch with the holidays after it."""
    for index, (name, first, last) in enumerate(stretches):
        end = max(last, dt.date(_august_year(first) + 1, 8, 31))
        if index + 1 < len(stretches):
            after = stretches[index + 1][1]
            year, next_year = _august_year(first), _august_year(after)
            if next_year == year or (next_year == year + 1 and _may_open_a_year(after)):
                end = after - _ONE_DAY
        yield Period(name, unit, first, end)


def _august_year(date: dt.date) -> int:
    """The year whose August a date is on or after."""
    return date.year if date.month >= 8 else date.year - 1


def _may_open_a_year(first: dt.date) -> bool:
    """Whether a term that begins on a date may be the first of its academic year."""
    return dt.date(first.year, 8, 1) <= first <= dt.date(first.year, *_LAST_FIRST_DAY)


def _reaching_back(first: dt.date) -> dt.date:
    """1 August for the first school day of an academic year, else the day itself.

    Without a calendar a year is taken to begin by 15 September: later than any school in England does.
    """
    is_first = dt.date(first.year, 8, 1) <= first <= dt.date(first.year, 9, 15)
    return dt.date(first.year, 8, 1) if is_first else first


def _given(terms: tuple[Term, ...], slots: list[int]) -> tuple[dt.date, dt.date] | None:
    """The stretch that the calendar speaks of: its terms with their holidays, and single sessions."""
    first, last = _NOTHING
    if terms:
        first = terms[0].first
        first = dt.date(first.year, 8, 1) if _may_open_a_year(first) else first
        last = list(_lasting(Unit.TERM, _whole(terms)))[-1].last
    if slots:
        first = min(first, _reaching_back(dt.date.fromordinal(slots[0] // 2)))
        last = max(last, dt.date.fromordinal(slots[-1] // 2))
    return (first, last) if terms or slots else None
