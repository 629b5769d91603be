"""Calendars: open sessions, periods, deadlines; meanings 2, 6, 7, 22 and 32 of the language reference."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.calendar import Calendar, add_months
from fingerpost.history import CalendarData, Term
from fingerpost.working_days import add_working_days, is_working_day
from fingerpost_dsl.model.quantities import Unit
from tests.engine.histories import SIX_TERMS, THREE_TERMS, D, both, ordinals, slot, term

THREE = Calendar.from_data(THREE_TERMS)
SIX = Calendar.from_data(SIX_TERMS)


def test_weekends_breaks_and_closures_are_closed() -> None:
    assert THREE.is_open(slot("2024-09-04 AM"))
    assert not THREE.is_open(slot("2024-09-03 PM"))
    assert not THREE.is_open(slot("2024-09-07 AM"))
    assert not THREE.is_open(slot("2024-10-30 AM"))
    assert not THREE.is_open(slot("2024-11-22 PM"))


def test_half_a_day_may_be_closed() -> None:
    assert not THREE.is_open(slot("2025-01-06 AM"))
    assert THREE.is_open(slot("2025-01-06 PM"))
    assert ordinals(["2025-01-06"])[0] in THREE.school_days


def test_single_sessions_prevail_over_terms_and_closures() -> None:
    data = CalendarData(
        terms=(term("Autumn", "2024-09-04", "2024-09-06"),),
        closed=both("2024-09-04"),
        sessions=(
            (slot("2024-09-04 AM"), True),
            (slot("2024-09-05 PM"), False),
            (slot("2024-09-07 AM"), True),
        ),
    )
    open_slots = [slot(text) for text in ("2024-09-04 AM", "2024-09-05 AM", "2024-09-06 AM", "2024-09-06 PM")]
    assert Calendar.from_data(data).open_slots == (*open_slots, slot("2024-09-07 AM"))


def test_a_week_is_a_school_week_however_few_its_sessions() -> None:
    """Wednesday to Friday is enough; the week of the half-term break is none."""
    assert THREE.school_weeks[:2] == ordinals(["2024-09-02", "2024-09-09"])
    assert ordinals(["2024-10-28"])[0] not in THREE.school_weeks


def test_a_calendar_is_inferred_from_marks_where_none_is_given() -> None:
    """Meaning 2: a session is open when any pupil has a possible session there."""
    calendar = Calendar.inferred_from([slot("2024-09-05 AM"), slot("2024-09-04 PM"), slot("2024-09-05 AM")])
    assert calendar.inferred
    assert calendar.open_slots == (slot("2024-09-04 PM"), slot("2024-09-05 AM"))
    assert calendar.periods(Unit.TERM) == calendar.periods(Unit.HALF_TERM) == ()
    assert calendar.add(D("2024-09-04"), 1, Unit.TERM) is None


def test_marks_tell_of_dates_that_the_calendar_does_not_speak_of() -> None:
    calendar = Calendar.from_data(THREE_TERMS, marked=[slot("2024-07-01 AM"), slot("2024-10-30 AM")])
    assert calendar.is_open(slot("2024-07-01 AM"))
    assert not calendar.is_open(slot("2024-10-30 AM"))
    assert calendar.covers[0] == D("2024-07-01")


def test_a_term_lasts_until_the_next_begins() -> None:
    """Meaning 6: a day in the holidays belongs to the period just ended; the last lasts until 31 August."""
    assert [(period.name, str(period.first), str(period.last)) for period in THREE.periods(Unit.TERM)] == [
        ("Autumn", "2024-09-04", "2025-01-05"),
        ("Spring", "2025-01-06", "2025-04-21"),
        ("Summer", "2025-04-22", "2025-08-31"),
    ]


def test_half_terms_lie_between_breaks() -> None:
    assert [(period.name, str(period.first), str(period.last)) for period in THREE.periods(Unit.HALF_TERM)][
        :3
    ] == [
        ("first half of Autumn", "2024-09-04", "2024-11-03"),
        ("second half of Autumn", "2024-11-04", "2025-01-05"),
        ("first half of Spring", "2025-01-06", "2025-02-23"),
    ]


def test_a_year_of_six_terms_has_six_half_terms() -> None:
    terms, halves = SIX.periods(Unit.TERM), SIX.periods(Unit.HALF_TERM)
    assert [(one.name, one.first, one.last) for one in terms] == [
        (one.name, one.first, one.last) for one in halves
    ]
    assert len(terms) == 6


@pytest.mark.parametrize(
    ("date", "name"),
    [("2024-10-27", "Term 1"), ("2024-10-28", "Term 2"), ("2025-08-31", "Term 6"), ("2025-09-01", None)],
)
def test_the_period_of_a_date(date: str, name: str | None) -> None:
    period = SIX.period_of(D(date), Unit.TERM)
    assert (period.name if period else None) == name


@pytest.mark.parametrize(("date", "name"), [("2024-08-31", "2023/24"), ("2024-09-01", "2024/25")])
def test_without_a_calendar_the_academic_year_begins_on_1_september(date: str, name: str) -> None:
    period = Calendar.inferred_from([slot("2024-09-04 AM")]).period_of(D(date), Unit.ACADEMIC_YEAR)
    assert period is not None
    assert period.name == name


@pytest.mark.parametrize(
    ("first", "date", "name"),
    [
        ("2024-08-28", "2024-08-27", "2023/24"),
        ("2024-08-28", "2024-08-28", "2024/25"),
        ("2024-09-04", "2024-09-03", "2023/24"),
        ("2024-09-04", "2024-09-04", "2024/25"),
        ("2025-01-06", "2024-09-01", "2024/25"),  # the year's first term is not given
        ("2025-01-06", "2025-01-05", "2024/25"),
    ],
)
def test_with_a_calendar_the_academic_year_begins_with_its_first_term(
    first: str, date: str, name: str
) -> None:
    calendar = Calendar.from_data(CalendarData(terms=(term("One", first, "2025-03-28"),)))
    period = calendar.period_of(D(date), Unit.ACADEMIC_YEAR)
    assert period is not None
    assert period.name == name


def test_a_year_of_which_nothing_is_given_belongs_to_no_term() -> None:
    """The summer term of 2023 does not last until the autumn of 2024."""
    terms = (term("Summer", "2023-04-17", "2023-07-21"), *THREE_TERMS.terms)
    calendar = Calendar.from_data(CalendarData(terms=terms))
    summer = calendar.periods(Unit.TERM)[0]
    assert summer.last == D("2023-08-31")
    assert calendar.period_of(D("2023-12-01"), Unit.TERM) is None
    year = calendar.period_of(D("2023-12-01"), Unit.ACADEMIC_YEAR)
    assert year is not None
    assert year.name == "2023/24"


@pytest.mark.parametrize(
    ("first", "covered_from"),
    [("2024-09-04", "2024-08-01"), ("2024-11-04", "2024-11-04"), ("2025-01-06", "2025-01-06")],
)
def test_what_a_calendar_covers_begins_in_august_if_its_first_term_opens_the_year(
    first: str, covered_from: str
) -> None:
    calendar = Calendar.from_data(CalendarData(terms=(term("One", first, "2025-03-28"),)))
    assert calendar.covers == (D(covered_from), D("2025-08-31"))


def test_an_empty_calendar_covers_nothing() -> None:
    first, last = Calendar.inferred_from([]).covers
    assert first > last


@pytest.mark.parametrize(
    ("first_taken", "start"),
    [
        ("2024-09-04 AM", "2024-08-01"),
        ("2024-09-04 PM", "2024-09-04"),
        ("2024-09-05 AM", "2024-09-05"),
        ("2024-11-04 AM", "2024-10-26"),
        ("2025-01-06 PM", "2024-12-21"),
    ],
)
def test_by_default_the_history_starts_with_the_first_taken_session(first_taken: str, start: str) -> None:
    """Holidays before it belong to it: nothing can be missing there."""
    assert THREE.start_of_history(slot(first_taken)) == D(start)


@pytest.mark.parametrize(
    ("date", "number", "unit", "due"),
    [
        ("2024-11-12", 0, Unit.SCHOOL_DAY, "2024-11-12"),
        ("2024-11-12", 10, Unit.SCHOOL_DAY, "2024-11-27"),  # the closure on the 22nd is no school day
        ("2024-11-12", 10, Unit.DAY, "2024-11-22"),
        ("2024-11-12", 2, Unit.WEEK, "2024-11-26"),
        ("2024-10-25", 1, Unit.SCHOOL_DAY, "2024-11-04"),
        ("2024-10-31", 1, Unit.SCHOOL_DAY, "2024-11-04"),
        ("2024-10-25", 3, Unit.SESSION, "2024-11-05"),
        ("2024-10-23", 1, Unit.SCHOOL_WEEK, "2024-11-08"),
        ("2024-10-23", 0, Unit.SCHOOL_WEEK, "2024-10-25"),
        ("2024-10-30", 1, Unit.SCHOOL_WEEK, "2024-11-08"),
        ("2024-11-12", 0, Unit.TERM, "2024-12-20"),
        ("2024-11-12", 1, Unit.TERM, "2025-04-04"),
        ("2024-10-30", 1, Unit.HALF_TERM, "2024-12-20"),
        ("2024-11-12", 0, Unit.ACADEMIC_YEAR, "2025-07-18"),
        ("2024-12-24", 1, Unit.WORKING_DAY, "2024-12-27"),
        ("2024-08-31", 6, Unit.MONTH, "2025-02-28"),
        ("2024-02-29", 1, Unit.YEAR, "2025-02-28"),
        ("2025-07-18", 1, Unit.SCHOOL_DAY, None),
        ("2025-07-17", 1, Unit.SCHOOL_DAY, "2025-07-18"),
        ("2025-07-17", 1, Unit.SCHOOL_WEEK, None),
        ("2025-07-17", 1, Unit.HALF_TERM, None),
        ("2025-07-17", 1, Unit.ACADEMIC_YEAR, None),
        ("2025-07-17", 10**9, Unit.DAY, None),
        ("2025-07-17", 10**9, Unit.WORKING_DAY, None),
    ],
)
def test_deadlines(date: str, number: int, unit: Unit, due: str | None) -> None:
    """Meaning 22: the day itself is day 0; past the end of the calendar nothing is guessed."""
    assert THREE.add(D(date), number, unit) == (D(due) if due else None)


def test_a_share_is_no_stretch_of_time() -> None:
    with pytest.raises(ValueError, match="no stretch of time"):
        THREE.add(D("2024-11-12"), 1, Unit.SHARE)


def test_working_days_leave_out_bank_holidays_in_england() -> None:
    assert not is_working_day(D("2024-08-26"))
    assert is_working_day(D("2024-08-05"))  # a holiday in Scotland
    assert not is_working_day(D("2022-09-19"))  # the Queen's funeral
    assert add_working_days(D("2024-12-27"), -1) == D("2024-12-24")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)), st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_ends_with_the_month(date: dt.date, number: int) -> None:
    later = add_months(date, number)
    assert later is not None
    assert (later.year - date.year) * 12 + later.month - date.month == number
    assert later.day == date.day or (later + dt.timedelta(1)).day == 1


@st.composite
def calendars(draw: st.DrawFn) -> CalendarData:
    """A few terms in order, with a break or none, over up to three years."""
    day, terms = draw(st.dates(dt.date(2022, 7, 1), dt.date(2024, 3, 1))), list[Term]()
    for number in range(draw(st.integers(1, 7))):
        last = day + dt.timedelta(draw(st.integers(0, 100)))
        breaks = tuple[tuple[dt.date, dt.date], ...]()
        if draw(st.booleans()):
            first_off = day + dt.timedelta(draw(st.integers(0, (last - day).days)))
            breaks = ((first_off, draw(st.dates(first_off, last))),)
        terms.append(Term(name=f"T{number}", first=day, last=last, breaks=breaks))
        day = last + dt.timedelta(draw(st.integers(1, 60)))
    return CalendarData(terms=tuple(terms))


@given(calendars(), st.sampled_from([Unit.HALF_TERM, Unit.TERM, Unit.ACADEMIC_YEAR]))
def test_periods_are_in_order_and_hold_every_open_session(data: CalendarData, unit: Unit) -> None:
    calendar = Calendar.from_data(data)
    periods = calendar.periods(unit)
    assert all(one.first <= one.last < other.first for one, other in pairwise(periods))
    for day in calendar.school_days:
        period = calendar.period_of(dt.date.fromordinal(day), unit)
        assert period is not None
        assert period in periods
        assert period.first.toordinal() <= day <= period.last.toordinal()
