"""What was known when: meanings 5, 16 and 17 of the language reference."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost.history import EventRow, Recorded, Register
from fingerpost.known import UNKNOWN, conflicts, known_events, known_fact, known_register
from tests.engine.histories import D, recorded, register, slot


def test_without_corrections_a_register_is_taken_as_it_is() -> None:
    rows = Register((4, 5, 6), ("/", "I", "/"))
    assert known_register(rows, None) == ((4, 5, 6), ("/", "I", "/"))


@pytest.mark.parametrize(
    ("known_on", "code"), [("2024-09-10", "N"), ("2024-09-11", "I"), ("2024-09-30", "I")]
)
def test_the_latest_row_recorded_by_then_counts(known_on: str, code: str) -> None:
    rows = register(("2024-09-09 AM", "N"), ("2024-09-09 AM", "I", "2024-09-11"))
    assert known_register(rows, D(known_on))[1] == (code,)


def test_a_row_that_does_not_say_is_known_from_its_own_date() -> None:
    rows = register(("2024-09-09 AM", "N"))
    assert known_register(rows, D("2024-09-08")) == ((), ())
    assert known_register(rows, D("2024-09-09"))[1] == ("N",)


def test_everything_given_is_known_by_default() -> None:
    rows = register(("2024-09-09 AM", "N", "2024-09-09"), ("2024-09-09 AM", "I", "2031-01-01"))
    assert known_register(rows, None)[1] == ("I",)


def test_a_mark_entered_ahead_is_known_before_its_session() -> None:
    rows = register(("2024-09-20 AM", "C", "2024-09-02"))
    assert known_register(rows, D("2024-09-02"))[0] == (slot("2024-09-20 AM"),)


# --- facts --------------------------------------------------------------------------------------------------


def test_a_fact_holds_from_first_to_last_both_included() -> None:
    fact = known_fact([recorded(True, "2024-09-02", "2024-10-01")])
    assert [fact.at(D(date)) for date in ("2024-09-01", "2024-09-02", "2024-10-01", "2024-10-02")] == [
        UNKNOWN,
        True,
        True,
        UNKNOWN,
    ]


def test_a_fact_without_dates_holds_always() -> None:
    assert known_fact([recorded("declined")]).at(D("1999-01-01")) == "declined"


def test_a_gap_between_rows_is_unknown() -> None:
    fact = known_fact([recorded(True, "2024-11-01"), recorded(False, last="2024-09-30")])
    assert [fact.at(D(date)) for date in ("2024-09-30", "2024-10-15", "2024-11-01")] == [False, UNKNOWN, True]


def test_a_blank_recorded_later_takes_the_value_back() -> None:
    fact = known_fact([recorded(True, "2024-09-01"), recorded(None, "2024-10-01", on="2024-10-01")])
    assert fact.at(D("2024-09-30")) is True
    assert fact.at(D("2024-10-01")) is UNKNOWN


def test_a_fact_recorded_later_prevails_only_where_it_holds() -> None:
    rows = [
        recorded("fully", "2024-09-01", on="2024-09-01"),
        recorded("declined", "2024-10-01", "2024-10-31", on="2024-11-15"),
    ]
    now, then = known_fact(rows), known_fact(rows, D("2024-11-14"))
    assert [now.at(D(date)) for date in ("2024-09-30", "2024-10-31", "2024-11-01")] == [
        "fully",
        "declined",
        "fully",
    ]
    assert then.at(D("2024-10-31")) == "fully"
    assert len(now.intervals) == 3


def test_of_several_judges_the_last_named_prevails_and_both_are_kept() -> None:
    """Meaning 17, whoever recorded it later; a role counts as the one that it is part of."""
    rows = [
        recorded(True, "2024-10-01", on="2024-12-01", by="champion"),
        recorded(False, "2024-11-01", "2024-11-30", on="2024-11-01", by="authority"),
    ]
    fact = known_fact(rows, judged_by=("school", "authority"), part_of={"champion": "school"})
    assert [fact.at(D(date)) for date in ("2024-10-31", "2024-11-01", "2024-12-01")] == [True, False, True]
    interval = fact.interval_at(D("2024-11-15"))
    assert interval is not None
    assert interval.overruled == (rows[0],)
    assert not list(conflicts(rows, ("school", "authority"), {"champion": "school"}))


@pytest.mark.parametrize(
    ("one", "other", "conflicting"),
    [
        (recorded(True, "2024-09-01", "2024-09-30"), recorded(False, "2024-09-30"), True),
        (recorded(True, "2024-09-01", "2024-09-30"), recorded(False, "2024-10-01"), False),
        (recorded(True, "2024-09-01"), recorded(True, "2024-09-15"), False),
        (recorded(True, "2024-09-01"), recorded(False, "2024-09-15"), True),
        (recorded(True, "2024-09-01"), recorded(False, "2024-09-15", on="2024-09-16"), False),
        (recorded(True, on="2024-09-16"), recorded(False, on="2024-09-16"), True),
        (
            recorded(True, on="2024-09-16", by="school"),
            recorded(False, on="2024-09-16", by="authority"),
            False,
        ),
        (recorded(True, on="2024-09-16", by="school"), recorded(False, on="2024-09-16", by="school"), True),
        (recorded(True), recorded(None), True),
    ],
)
def test_overlapping_different_values_conflict_unless_one_is_a_correction_or_another_judges(
    one: Recorded, other: Recorded, conflicting: bool
) -> None:
    """Meaning 16."""
    assert bool(list(conflicts([one, other], ("school", "authority")))) is conflicting
    assert bool(list(conflicts([other, one], ("school", "authority")))) is conflicting


_DATES = st.dates(dt.date(2024, 9, 1), dt.date(2024, 9, 12))


@st.composite
def fact_rows(draw: st.DrawFn) -> list[Recorded]:
    """Rows recorded on different days, so that none of them conflict."""
    days = draw(st.lists(_DATES, max_size=5, unique=True))
    rows = []
    for day in days:
        first, last = draw(st.none() | _DATES), draw(st.none() | _DATES)
        if first and last and last < first:
            first, last = last, first
        rows.append(Recorded(value=draw(st.sampled_from("abc")), first=first, last=last, recorded_on=day))
    return rows


@given(fact_rows(), st.none() | _DATES, _DATES)
def test_a_timeline_says_what_the_rows_say_day_by_day(
    rows: list[Recorded], known_on: dt.date | None, date: dt.date
) -> None:
    """Against the definition itself: of the rows known by then that hold on the date, the latest recorded."""
    holding = [
        (row.recorded_on, row.value)
        for row in rows
        if row.recorded_on is not None
        and (known_on is None or row.recorded_on <= known_on)
        and (row.first is None or row.first <= date)
        and (row.last is None or date <= row.last)
    ]
    expected = max(holding)[1] if holding else UNKNOWN
    fact = known_fact(rows, known_on)
    assert fact.at(date) == expected
    assert known_fact(rows[::-1], known_on) == fact
    assert all(one.last < other.first for one, other in pairwise(fact.intervals))


# --- events -------------------------------------------------------------------------------------------------


def _notice(date: str, **more: object) -> EventRow:
    return EventRow(event="penalty_notice", date=D(date), **more)  # type: ignore[arg-type]  # whatever the test says


def test_events_are_known_when_recorded_and_come_in_order() -> None:
    rows = [_notice("2024-11-20"), _notice("2024-11-12", recorded_on=D("2024-12-01"))]
    assert [str(event.date) for event in known_events(rows)] == ["2024-11-12", "2024-11-20"]
    assert [str(event.date) for event in known_events(rows, D("2024-11-30"))] == ["2024-11-20"]


def test_rows_with_one_id_are_one_event_whose_values_keep_their_dates() -> None:
    rows = [
        _notice(
            "2024-11-12",
            id="N1",
            parent="A",
            fields={"outcome": (recorded("outstanding"),)},
            relies_on=(8, 9),
        ),
        _notice("2024-11-12", id="N1", fields={"outcome": (recorded("paid"),)}, recorded_on=D("2024-12-03")),
    ]
    (event,) = known_events(rows)
    assert (event.parent, event.relies_on) == ("A", (8, 9))
    assert [event.field("outcome", D(date)) for date in ("2024-12-02", "2024-12-03")] == [
        "outstanding",
        "paid",
    ]
    (then,) = known_events(rows, D("2024-12-02"))
    assert then.field("outcome", D("2024-12-31")) == "outstanding"


def test_a_field_that_changes_says_from_when() -> None:
    values = (recorded("outstanding"), recorded("withdrawn", "2024-12-01"))
    (event,) = known_events([_notice("2024-11-12", fields={"outcome": values})])
    assert [event.field("outcome", D(date)) for date in ("2024-11-30", "2024-12-01")] == [
        "outstanding",
        "withdrawn",
    ]
    (then,) = known_events([_notice("2024-11-12", fields={"outcome": values})], D("2024-11-30"))
    assert then.field("outcome", D("2024-12-31")) == "outstanding"


def test_a_field_that_nobody_filled_in_is_unknown() -> None:
    (event,) = known_events([_notice("2024-11-12", fields={"outcome": (recorded(None),)})])
    assert event.field("outcome", D("2024-12-01")) is UNKNOWN
    assert event.field("offence_from", D("2024-12-01")) is UNKNOWN


def test_a_cancelled_event_is_gone_from_when_that_was_recorded() -> None:
    rows = [
        _notice("2024-11-12", id="N1"),
        _notice("2024-11-12", id="N1", cancelled=True, recorded_on=D("2024-11-20")),
    ]
    assert known_events(rows) == ()
    assert len(known_events(rows, D("2024-11-19"))) == 1


def test_a_correction_may_move_an_event_to_another_date() -> None:
    rows = [
        _notice("2024-11-12", id="N1", recorded_on=D("2024-11-12")),
        _notice("2024-11-13", id="N1", recorded_on=D("2024-11-20")),
    ]
    assert [event.date for event in known_events(rows)] == [D("2024-11-13")]
    assert [event.date for event in known_events(rows, D("2024-11-19"))] == [D("2024-11-12")]
