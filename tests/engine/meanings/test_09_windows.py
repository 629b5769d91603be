"""Meaning 9: windows intersect; since, before, during, after and before an event; the time since one."""

from fractions import Fraction

import pytest

from fingerpost.logic import Cause
from tests.engine.meanings.asking import ALL_YEARS, ask, truths, values

PRESENT = "present from 4 September 2024 to 20 December 2024"
ILL_9_TO_13 = PRESENT + ' marked "I" from 9 September 2024 to 13 September 2024'
ILL_ON_WEDNESDAY = ILL_9_TO_13 + " given letter on 11 September 2024"
ON = "2024-09-27"


def count(*windows: str) -> str:
    return f'measure m "M" = count of ill {", ".join(windows)}'


@pytest.mark.parametrize(
    ("window", "value"),
    [
        ("since 11 September 2024", "6"),
        ("not before 11 September 2024", "6"),
        ("before 11 September 2024", "at least 4"),
        ("from 10 September 2024 to 12 September 2024", "6"),
        ("since letter", "4"),
        ("before letter", "at least 4"),
    ],
)
def test_since_and_before_a_date_or_an_event(window: str, value: str) -> None:
    """Since a date includes it, since an event begins the day after; before ends the day before."""
    assert ask(count(window), ILL_ON_WEDNESDAY, ON).value() == value


@pytest.mark.parametrize(
    ("window", "value"),
    [
        ("since plan", "6"),
        ("since the start of plan", "8"),
        ("since the end of plan", "2"),
        ("before the end of plan", "at least 6"),
    ],
)
def test_the_start_and_the_end_of_an_event_that_lasts(window: str, value: str) -> None:
    """Since the start of an event includes its first day, since its end begins the day after."""
    text = ILL_9_TO_13 + " given plan on 10 September 2024 until 12 September 2024"
    assert ask(count(window), text, ON).value() == value


def test_windows_intersect() -> None:
    """What lies in every window counts: here Tuesday to Thursday."""
    assert ask(count("since 10 September 2024", "before 13 September 2024"), ILL_9_TO_13, ON).value() == "6"
    assert (
        ask(count("since 10 September 2024", "in the last 3 school days"), ILL_9_TO_13, "2024-09-13").value()
        == "6"
    )
    assert ask(count("since 12 September 2024", "before 12 September 2024"), ILL_9_TO_13, ON).value() == "0"


def test_each_window_is_laid_out_on_the_whole_calendar_first() -> None:
    """The last 3 school days are those of the calendar, not the last 3 of what other windows leave."""
    text = PRESENT + ' marked "I" from 9 September 2024 to 11 September 2024'
    assert (
        ask(count("in the last 3 school days", "before 12 September 2024"), text, "2024-09-13").value() == "2"
    )


@pytest.mark.parametrize(("which", "value"), [("", "2"), ("latest ", "2"), ("first ", "8")])
def test_the_latest_event_is_meant_unless_first_is_said(which: str, value: str) -> None:
    """Of several events the latest on or before the date is meant, or the first, if that is said."""
    text = ILL_9_TO_13 + " given letter on 9 September 2024 given letter on 12 September 2024"
    assert ask(count(f"since {which}letter"), text, ON).value() == value


def test_an_event_after_the_date_is_not_yet() -> None:
    """The latest event on or before the date is meant: one of the next day is none yet."""
    text = ILL_9_TO_13 + " given letter on 9 September 2024 given letter on 13 September 2024"
    assert values(count("since letter"), text, ["2024-09-12", "2024-09-13"]) == ["6", "0"]


@pytest.mark.parametrize(
    "window", ["since letter", "before letter", "in the 5 school days after letter", "during plan"]
)
def test_without_such_an_event_the_window_is_empty_and_the_reason_says_so(window: str) -> None:
    """If there has been no such event, nothing lies in the window, and the value says why."""
    text = ILL_9_TO_13 + " given no letter given no plan"
    measured = ask(count(window), text, ON).measured("m")
    assert measured.lowest == measured.highest == 0
    assert measured.cause is not None
    assert measured.cause.value == "there has been no such event"


@pytest.mark.parametrize(
    "window", ["since letter", "before letter", "in the 5 school days after letter", "during plan"]
)
def test_where_nobody_knows_of_the_event_the_window_may_lie_anywhere(window: str) -> None:
    """A kind of event of which nothing is known leaves the count open, from none, and the value says why."""
    measured = ask(count(window), ILL_9_TO_13, ON).measured("m")
    assert measured.lowest == 0
    assert not measured.exact
    assert measured.cause is Cause.EVENTS


@pytest.mark.parametrize(
    ("window", "value"),
    [
        ("in the 1 school days after letter", "2"),
        ("in the 2 school days after letter", "4"),
        ("in the 3 school days after letter", "4"),
        ("in the 3 sessions after letter", "3"),
        ("in the 1 school weeks after letter", "0"),
        ("in the 2 days after letter", "4"),
        ("in the 1 school days before letter", "2"),
        ("in the 3 sessions before letter", "3"),
        ("in the 1 days before letter", "2"),
        ("in the 1 school weeks before letter", "0"),
    ],
)
def test_the_units_around_an_event(window: str, value: str) -> None:
    """After an event come the first N units that begin after its day, before it the last that end before."""
    assert ask(count(window), ILL_ON_WEDNESDAY, ON).value() == value


@pytest.mark.parametrize(
    ("window", "letter", "inside", "outside"),
    [
        ("in the 2 weeks after letter", "22 January 2025", "5 February 2025", "6 February 2025"),
        ("in the 2 weeks before letter", "22 January 2025", "8 January 2025", "7 January 2025"),
        ("in the 3 days after letter", "20 January 2025", "23 January 2025", "24 January 2025"),
        ("in the 1 months after letter", "6 February 2025", "6 March 2025", "7 March 2025"),
        ("in the 1 months before letter", "13 March 2025", "13 February 2025", "12 February 2025"),
        ("in the 1 years after letter", "13 March 2025", "13 March 2026", "16 March 2026"),
        ("in the 1 years before letter", "13 March 2026", "13 March 2025", "12 March 2025"),
        ("in the 5 working days after letter", "22 January 2025", "29 January 2025", "30 January 2025"),
        ("in the 1 working days after letter", "24 January 2025", "27 January 2025", "28 January 2025"),
        ("in the 5 working days before letter", "22 January 2025", "15 January 2025", "14 January 2025"),
        ("in the 1 half terms after letter", "22 January 2025", "24 February 2025", "14 February 2025"),
        ("in the 1 half terms after letter", "22 January 2025", "4 April 2025", "22 April 2025"),
        ("in the 1 half terms before letter", "22 January 2025", "4 November 2024", "25 October 2024"),
        ("in the 1 half terms before letter", "22 January 2025", "20 December 2024", "7 January 2025"),
        ("in the 1 terms after letter", "22 January 2025", "22 April 2025", "4 April 2025"),
        ("in the 1 terms before letter", "22 January 2025", "20 December 2024", "7 January 2025"),
        (
            "in the 1 sessions after letter",
            "11 September 2024",
            "12 September 2024 AM",
            "11 September 2024 PM",
        ),
        (
            "in the 1 sessions before letter",
            "11 September 2024",
            "10 September 2024 PM",
            "11 September 2024 AM",
        ),
    ],
)
def test_where_the_units_around_an_event_begin_and_end(
    window: str, letter: str, inside: str, outside: str
) -> None:
    """Ill on the last day inside, it counts; ill on the first day outside, it does not."""
    text = f'present from 4 September 2024 to 27 March 2026 given letter on {letter} marked "I" on '
    sessions = "1" if inside.endswith("M") else "2"
    for ill, value in ((inside, sessions), (outside, "0")):
        assert ask(count(window), text + ill, "2026-03-27", calendar=ALL_YEARS).value() == value


@pytest.mark.parametrize(
    ("window", "letter"),
    [("in the 1 terms after letter", "13 May 2025"), ("in the 1 terms before letter", "18 September 2024")],
)
def test_where_the_calendar_has_no_such_unit_nothing_lies_in_it(window: str, letter: str) -> None:
    """After the last term of the calendar there is none yet, and before the first there was none."""
    text = f'present from 4 September 2024 to 18 July 2025 marked "I" on 4 June 2025 given letter on {letter}'
    assert ask(count(window), text, "2025-07-18").value() == "0"


def test_terms_around_an_event_need_a_calendar_that_has_terms() -> None:
    """Without one they may lie anywhere, and the value says why."""
    measured = ask(count("in the 1 terms after letter"), ILL_ON_WEDNESDAY, ON, calendar=None).measured("m")
    assert measured.lowest == 0
    assert not measured.exact
    assert measured.cause is Cause.NO_TERMS


def test_an_occasion_ends_before_what_follows_it_and_begins_after_what_was_before() -> None:
    """`before` an occasion is before its first session, though `since` it is since its last."""
    text = f"""{PRESENT} marked "G" on 5 September 2024
      marked "I" from 9 September 2024 to 11 September 2024"""
    measures = """occasion spell "Spell" = run of ill of at least 2 school days
measure m "M" = count of absent since 4 September 2024, before spell
measure end "M" = count of absent since 4 September 2024, before the end of spell"""
    asked = ask(measures, text, "2024-09-17")
    assert (asked.value(), asked.value("end")) == ("2", "6")


@pytest.mark.parametrize(
    ("on", "value"),
    [
        ("27 February 2025", 0),
        ("28 February 2025", 2),
        ("28 February 2024", 0),
        ("29 February 2024", 2),
    ],
)
def test_the_29_february_of_each_year_is_the_28_in_other_years(on: str, value: int) -> None:
    """A stretch that begins on 29 February begins on the 28th where there is no 29th."""
    window = "from 29 February each year to 31 March each year"
    text = f'present from 10 January 2024 to 27 March 2025 marked "I" on {on}'
    assert ask(count(window), text, "2025-03-27", calendar=ALL_YEARS).measured("m").lowest == value


def test_a_stretch_of_one_day_each_year_is_that_day() -> None:
    window = "from 12 September each year to 12 September each year"
    assert ask(count(window), ILL_9_TO_13, ON).measured("m").lowest == 2


def test_what_lies_beyond_the_date_is_to_come() -> None:
    """The units after an event count as far as the date, which ends every window."""
    window = count("in the 5 school days after letter")
    assert values(window, ILL_ON_WEDNESDAY, ["2024-09-11", "2024-09-12", "2024-09-13"]) == ["0", "2", "4"]


@pytest.mark.parametrize(
    ("marks", "during", "until_end"),
    [
        ('marked "I" from 9 September 2024 to 10 September 2024', "4", "2"),
        (
            'marked "I" from 9 September 2024 to 10 September 2024 unmarked on 11 September 2024',
            "from 4 to 6",
            "from 2 to 4",
        ),
        ('marked "I" from 9 September 2024 to 10 September 2024 unmarked on 13 September 2024', "4", "2"),
        (
            'unmarked on 6 September 2024 marked "I" from 9 September 2024 to 10 September 2024',
            "from 4 to 6",
            "from 2 to 4",
        ),
    ],
)
def test_an_occasion_that_missing_marks_may_lengthen(marks: str, during: str, until_end: str) -> None:
    """Unmarked next to an illness may be part of it; after a mark of another kind it is not."""
    measures = """occasion spell "Spell" = run of ill of at least 2 school days
measure m "M" = count of absent during spell
measure end "M" = count of absent since 4 September 2024, before the end of spell"""
    asked = ask(measures, f'{PRESENT} {marks} marked "G" on 12 September 2024', "2024-09-17")
    assert (asked.value(), asked.value("end")) == (during, until_end)


OCCASIONS = """occasion spell "Spell" = run of ill of at least 2 school days
measure m "M" = count of absent in the 2 school days after spell
measure before_ "M" = count of absent in the 2 school days before spell
measure since_ "M" = count of absent since spell
measure since_start "M" = count of absent since the start of spell
measure days_ "M" = school days since spell
measure days_start "M" = school days since the start of spell"""


def test_around_an_occasion_units_count_from_its_first_and_last_session() -> None:
    """After an occasion means after its last session, before it before its first.

    `since the start of` it includes its first day.
    """
    text = f"""{PRESENT} marked "G" from 5 September 2024 to 6 September 2024
      marked "I" from 9 September 2024 to 11 September 2024
        marked "G" from 12 September 2024 to 16 September 2024"""
    asked = ask(OCCASIONS, text, "2024-09-17")
    assert (asked.value(), asked.value("before_")) == ("4", "4")
    assert (asked.value("since_"), asked.value("since_start")) == ("6", "12")
    assert (asked.value("days_"), asked.value("days_start")) == ("4", "6")


@pytest.mark.parametrize(
    ("unit", "days"),
    [
        ("days", ["0", "1", "2", "5", "9"]),
        ("school days", ["0", "1", "2", "3", "7"]),
        ("school weeks", ["0", "0", "0", "1", "1"]),
    ],
)
def test_the_day_of_the_event_is_0(unit: str, days: list[str]) -> None:
    """Days and school days since an event count its own day as 0."""
    measure = f'measure m "M" = {unit} since letter'
    dates = ["2024-09-11", "2024-09-12", "2024-09-13", "2024-09-16", "2024-09-20"]
    assert values(measure, ILL_ON_WEDNESDAY, dates) == days


def test_without_the_event_the_time_since_it_has_no_value() -> None:
    """Before the event the time since it does not apply; where nobody knows of one, it is unknown."""
    measure = 'measure m "M" = days since letter condition c "C" = days since letter is more than 2 days'
    text = PRESENT + " given letter on 11 September 2024"
    assert values(measure, text, ["2024-09-10", "2024-09-11"]) == ["not applicable", "0"]
    assert truths(measure, text, ["2024-09-10", "2024-09-13", "2024-09-14"]) == ["false", "false", "true"]
    assert ask(measure, PRESENT, ON).value() == "unknown"
    assert ask(measure, PRESENT, ON).truth() == "unknown"


def test_during_an_event_includes_its_first_and_last_day() -> None:
    """`during` runs from the event's day to its last day, both included; without a last day, to the date."""
    text = ILL_9_TO_13 + " given plan on 10 September 2024"
    assert ask(count("during plan"), text + " until 12 September 2024", ON).value() == "6"
    assert values(count("during plan"), text, ["2024-09-10", "2024-09-12", ON]) == ["2", "6", "8"]


def test_days_that_come_round_each_year() -> None:
    """`from … to … each year` includes both days, and may run over New Year."""
    window = "from 10 September each year to 12 September each year"
    assert ask(count(window, "in this academic year"), ILL_9_TO_13, ON).value() == "6"
    over = "from 12 September each year to 3 January each year"
    assert ask(count(over, "in this academic year"), ILL_9_TO_13, ON).value() == "4"


def test_an_academic_year_met_with_the_time_since_an_event_that_never_was() -> None:
    """The window is empty on every day, also on the record's first."""
    windows, text = count("since plan", "in this academic year"), ILL_9_TO_13 + " given no plan"
    assert ask(windows, text, ON).value() == "0"
    asked = f'{windows} condition c "C" = m is at least 1 session'
    assert truths(asked, text, ["2024-09-04", ON]) == ["false", "false"]
    action = f'{windows} action a "A" school should "a" when m is at least 1 session'
    assert ask(action, text, ON).status() == ""


@pytest.mark.parametrize(
    ("born", "value"),
    [
        (" born 31 December 2019", "4"),
        (" born 1 January 2020", "2"),
        ("", "from 0 to 6"),
    ],
)
def test_while_of_compulsory_school_age(born: str, value: str) -> None:
    """Five on 31 December, it begins then; a day later, on 31 March; without a date of birth nobody knows."""
    text = """present from 4 September 2024 to 18 July 2025
      marked "I" on 20 December 2024 marked "I" on 7 January 2025 marked "I" on 22 April 2025"""
    window = count("in this academic year", "while compulsory_school_age")
    assert ask(window, text, "2025-07-18", pupil=f'pupil "P" in year 0{born}').value() == value


@pytest.mark.parametrize("window", ["while compulsory_school_age", "while (support is fully)"])
def test_the_first_session_of_the_register_counts_like_any_other(window: str) -> None:
    text = f'{PRESENT} marked "I" on 4 September 2024 AM given support is fully'
    assert ask(count("in this academic year", window), text, ON).value() == "1"


@pytest.mark.parametrize("window", ["since spell", "in the 2 school days after spell"])
def test_an_occasion_that_may_end_elsewhere_leaves_its_windows_open(window: str) -> None:
    """Nobody marked the day after the second: whether the occasion went on is not known, and why is said."""
    text = f"""{PRESENT} marked "I" from 9 September 2024 to 10 September 2024
      unmarked on 11 September 2024 marked "G" on 12 September 2024"""
    policy = f"""occasion spell "Spell" = run of ill of at least 2 school days
measure m "M" = count of absent in this academic year, {window}"""
    measured = ask(policy, text, "2024-09-13").measured("m")
    assert not measured.exact
    assert measured.cause is Cause.MISSING_MARKS


LEFT_OPEN = 'threshold so_long "So long" in school days open ours "so"\n'


@pytest.mark.parametrize(
    "window", ["in the last so_long", "in the so_long after letter", "in the so_long before letter"]
)
def test_a_window_whose_length_is_left_open_may_lie_anywhere(window: str) -> None:
    """Whoever fills it in decides: until then any mark of the record may be in it, and the value says why."""
    measured = ask(LEFT_OPEN + count(window), ILL_ON_WEDNESDAY, ON).measured("m")
    assert (measured.lowest, measured.exact, measured.cause) == (Fraction(0), False, Cause.OPEN_THRESHOLD)
    assert measured.highest is None or measured.highest >= 10


def test_since_an_event_that_may_be_another_is_not_known() -> None:
    """A letter of a kind that nobody recorded may be the one that is meant, so any mark may lie since it."""
    window = "since letter where kind is final"
    known = ask(count(window), ILL_9_TO_13 + " given letter on 11 September 2024 with kind is final", ON)
    assert known.value() == "4"
    perhaps = ask(count(window), ILL_ON_WEDNESDAY, ON).measured("m")
    assert (perhaps.lowest, perhaps.exact, perhaps.cause) == (Fraction(0), False, Cause.FACT)
    assert perhaps.highest is None or perhaps.highest >= 10


@pytest.mark.parametrize("unit", ["half terms", "terms"])
def test_the_last_terms_need_a_calendar_that_has_terms(unit: str) -> None:
    measured = ask(count(f"in the last 2 {unit}"), ILL_ON_WEDNESDAY, ON, calendar=None).measured("m")
    assert (measured.lowest, measured.exact, measured.cause) == (Fraction(0), False, Cause.NO_TERMS)


def test_nobody_is_asked_to_record_an_occasion() -> None:
    """Where an occasion hangs on an event that nobody knows of, there is no occasion to be recorded."""
    rule = """occasion off "Off" = run of ill
    action a "A" school should "call" when off in this term, since latest letter"""
    text = 'present from 4 September 2024 to 13 September 2024 marked "I" on 6 September 2024'
    asked = ask(rule, text, "2024-09-13")
    assert asked.status() == "unknown"
    decision = asked.session.decide(asked.pupil)
    assert [one.name for one in decision.not_known if one.kind == "event"] == []
