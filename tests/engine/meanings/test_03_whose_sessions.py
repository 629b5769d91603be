"""Meaning 3: on roll, compulsory school age, and how far back the record reaches."""

import pytest

from fingerpost.history import Completeness
from fingerpost.logic import Cause, Truth
from tests.engine.histories import D
from tests.engine.meanings.asking import ALL_YEARS, ask, history, truths

ILL = 'measure m "M" = count of ill in this academic year'
AGE = 'condition c "C" = compulsory_school_age'
MOVER = """pupil "P" in year 5 born 15 January 2015
  on roll from 4 September 2024 until 10 September 2024 on roll from 16 September 2024"""


def test_a_mover_has_the_sessions_of_several_stays() -> None:
    """A pupil's sessions are those while on roll, first and last day included, in each of several stays."""
    text = """marked "I" from 4 September 2024 to 10 September 2024
      marked "I" from 16 September 2024 to 17 September 2024
      pupil "Q" in year 5 present from 4 September 2024 to 17 September 2024"""
    share = 'measure m "M" = share of attended in this academic year'
    assert ask(ILL, text, "2024-09-17", pupil=MOVER).value() == "14"
    assert ask(share, text, "2024-09-17", pupil=MOVER).value() == "0/14"
    assert ask(ILL, text, "2024-09-16", pupil=MOVER).value() == "12"


@pytest.mark.parametrize(
    ("born", "first"),
    [
        ("30 December 2019", "2024-12-31"),
        ("31 December 2019", "2024-12-31"),
        ("1 January 2020", "2025-03-31"),
        ("31 March 2020", "2025-03-31"),
        ("1 April 2020", "2025-08-31"),
        ("31 August 2020", "2025-08-31"),
        ("1 September 2020", "2025-12-31"),
    ],
)
def test_compulsory_school_age_begins_on_a_day_on_or_after_the_fifth_birthday(born: str, first: str) -> None:
    """It begins on the first 31 December, 31 March or 31 August on or after the fifth birthday."""
    pupil = f'pupil "P" in year 0 born {born}'
    before = str(D(first).replace(day=D(first).day - 1))
    text = "present on 4 September 2024"
    assert truths(AGE, text, [before, first], pupil=pupil) == ["false", "true"]


@pytest.mark.parametrize(
    ("born", "last"),
    [
        ("31 August 2009", "2025-06-27"),
        ("1 September 2009", "2026-06-26"),
        ("1 September 2008", "2025-06-27"),
    ],
)
def test_compulsory_school_age_ends_on_the_last_friday_in_june(born: str, last: str) -> None:
    """It ends with the last Friday in June of the school year in which the sixteenth birthday falls."""
    pupil = f'pupil "P" in year 11 born {born}'
    after = str(D(last).fromordinal(D(last).toordinal() + 1))
    assert truths(AGE, "present on 4 September 2024", [last, after], pupil=pupil) == ["true", "false"]


def test_without_a_date_of_birth_compulsory_school_age_is_unknown() -> None:
    """Whoever has no date of birth on record may or may not be of compulsory school age."""
    assert truths(AGE, "present on 4 September 2024", ["2024-09-04"], pupil='pupil "P" in year 5') == [
        "unknown"
    ]


# --- how far the record reaches ---------------------------------------------------------------------------

LAST_THREE = (
    'measure m "M" = count of ill in the last 3 school days condition c "C" = m is at least 2 sessions'
)
FROM_9_SEPTEMBER = Completeness(marks=D("2024-09-09"))


@pytest.mark.parametrize(
    ("on", "value", "truth"),
    [
        ("2024-09-10", "at least 1", "unknown"),
        ("2024-09-11", "1", "false"),
        ("2024-09-12", "1", "false"),
    ],
)
def test_a_window_that_reaches_back_before_the_record_gives_at_least(on: str, value: str, truth: str) -> None:
    """Where the window begins before the history is complete, a count is at least what is known.

    Else it is exact.
    """
    text = 'present from 9 September 2024 to 12 September 2024 marked "I" on 10 September 2024 AM'
    asked = ask(LAST_THREE, text, on, complete=FROM_9_SEPTEMBER)
    assert (asked.value(), asked.truth()) == (value, truth)


def test_enough_known_marks_settle_what_the_record_leaves_open() -> None:
    """A known count that reaches the line is enough, however little of the window is on record."""
    text = 'present on 9 September 2024 marked "I" on 10 September 2024'
    assert ask(LAST_THREE, text, "2024-09-10", complete=FROM_9_SEPTEMBER).truth() == "true"


@pytest.mark.parametrize(("joined", "value"), [("6 September 2024", "at least 0"), ("9 September 2024", "0")])
def test_who_joined_after_the_record_began_was_nowhere_before(joined: str, value: str) -> None:
    """Who is on roll only since the record is complete has no sessions before it: nothing is left open."""
    pupil = f'pupil "P" in year 5 on roll from {joined}'
    text = "present from 9 September 2024 to 10 September 2024"
    assert ask(LAST_THREE, text, "2024-09-10", pupil=pupil, complete=FROM_9_SEPTEMBER).value() == value


# --- from when the record is complete, where nobody said so -------------------------------------------------

YEAR_TO_DATE = ILL


@pytest.mark.parametrize(("first", "value"), [("4 September 2024", "0"), ("5 September 2024", "at least 0")])
def test_a_register_from_the_first_school_day_is_complete_from_1_august(first: str, value: str) -> None:
    """By default the record is complete from its first mark.

    From 1 August if that is the year's first school day.
    """
    window = ILL.replace("in this academic year", "from 1 August 2024 to 31 July 2025")
    assert ask(window, f"present from {first} to 13 September 2024", "2024-09-13").value() == value


def test_before_1_august_the_record_of_a_new_year_is_not_complete() -> None:
    """A register that begins with the school year says nothing of the day before 1 August."""
    window = ILL.replace("in this academic year", "from 31 July 2024 to 31 July 2025")
    assert (
        ask(window, "present from 4 September 2024 to 13 September 2024", "2024-09-13").value()
        == "at least 0"
    )


@pytest.mark.parametrize(
    ("first", "value"), [("13 September 2024", "0"), ("16 September 2024", "at least 0")]
)
def test_without_a_calendar_a_first_mark_by_15_september_begins_the_year(first: str, value: str) -> None:
    """Without a calendar a first mark from 1 August to 15 September counts as the year's first day."""
    text = f"present from {first} to 20 September 2024"
    assert ask(ILL, text, "2024-09-20", calendar=None).value() == value


def test_a_date_declared_prevails_over_the_default() -> None:
    """Data that say from when the marks are complete are taken at their word."""
    text = "present from 11 September 2024 to 13 September 2024"
    declared = Completeness(marks=D("2024-08-01"))
    assert ask(ILL, text, "2024-09-13").value() == "at least 0"
    assert ask(ILL, text, "2024-09-13", complete=declared).value() == "from 0 to 10"


# --- what is said of it -------------------------------------------------------------------------------------

CALL = """measure m "M" = count of ill in the last 10 school weeks
action a "A" school should "call" when m is at least 3 sessions"""


@pytest.mark.parametrize(
    ("absent", "listed", "remark"),
    [("", [], True), ('marked "I" on 3 March 2025 AM', ["unknown"], False)],
)
def test_who_is_unknown_only_for_the_records_start_is_listed_only_with_a_mark_that_counts(
    absent: str, listed: list[str], remark: bool
) -> None:
    """What only the record's start leaves unknown is remarked, and listed only with a mark that counts."""
    given = history(f"present from 24 February 2025 to 7 March 2025 {absent}", ALL_YEARS)
    decision = ask(CALL, given, "2025-03-07").decision
    assert [one.status.value for one in decision.recommendations] == listed
    remarks = [one for one in decision.remarks if one.code == "history start"]
    assert [one.once_per_school for one in remarks] == ([True] if remark else [])


@pytest.mark.parametrize("only", ["in tier much", "only in tier much", "when not (only in tier much)"])
@pytest.mark.parametrize(("absent", "listed"), [("", 0), ('marked "I" on 3 March 2025 AM', 1)])
def test_a_mark_counts_of_only_in_a_tier_too(only: str, absent: str, listed: int) -> None:
    """Of who may be in a tier and in none beyond it a mark counts, and the reason says what nobody knows."""
    policy = f"""measure m "M" = count of ill in the last 10 school weeks
    tier much "Much" when m is at least 3 sessions
    tier further "Further" continues much when m is at least 6 sessions
    action a "A" school should "call" {only}"""
    given = history(f"present from 24 February 2025 to 7 March 2025 {absent}", ALL_YEARS)
    decision = ask(policy, given, "2025-03-07").decision
    assert [one.status.value for one in decision.recommendations] == ["unknown"] * listed
    for one in decision.recommendations:
        assert one.reason.leaves()
        assert all(leaf.cause is Cause.HISTORY_START and leaf.evidence for leaf in one.reason.leaves())
        assert one.reason.recomputed() is Truth.UNKNOWN


@pytest.mark.parametrize(("days", "listed"), [("3 March 2025", ["unknown"]), ("", [])])
def test_a_run_on_record_counts_though_a_longer_one_may_be_of_missing_marks(
    days: str, listed: list[str]
) -> None:
    """A run that is certain counts, even where the longest that may be has no mark at all."""
    policy = """action a "A" school should "call"
    when longest run of ill in school days in the last 10 school weeks is at least 10 school days"""
    present = "present from 24 February 2025 to 27 February 2025 present from 4 March 2025 to 7 March 2025"
    away = f'marked "I" on {days}' if days else "present on 3 March 2025"
    given = history(f"{present} {away}", ALL_YEARS)
    decision = ask(policy, given, "2025-03-14").decision
    assert [one.status.value for one in decision.recommendations] == listed


@pytest.mark.parametrize(
    ("when", "absent", "asked"),
    [
        ("checked is yes and m is at least 3 sessions", "", []),
        ("checked is yes and m is at least 3 sessions", 'marked "I" on 3 March 2025 AM', ["checked"]),
        ("(checked is yes or m is at least 3 sessions)", "", ["checked"]),
        ("school days since the end of illness is at least 3 school days", "", []),
    ],
)
def test_nobody_is_asked_for_an_answer_that_matters_only_if_something_lay_before_the_record(
    when: str, absent: str, asked: list[str]
) -> None:
    """Where nothing that is known counts, no answer is asked for that only an earlier mark makes matter."""
    policy = f"""measure m "M" = count of ill in the last 10 school weeks
    occasion illness "Illness" = run of ill of at least 2 school days
    action a "A" school should "call" when {when}"""
    given = history(f"present from 24 February 2025 to 7 March 2025 {absent}", ALL_YEARS)
    decision = ask(policy, given, "2025-03-07").decision
    assert [one.name for one in decision.not_known] == asked
    assert [one.name for one in decision.recommendations] == ["a"] * bool(asked)
    assert ("history start" in [one.code for one in decision.remarks]) is not bool(asked)


def test_who_was_born_on_29_february_has_the_birthday_on_1_march() -> None:
    """In a year without 29 February the birthday of those born on it is 1 March."""
    pupil = 'pupil "P" in year 5 born 29 February 2016'
    policy = 'condition c "C" = age is at least 9 years'
    text = "present on 4 September 2024"
    assert truths(policy, text, ["2025-02-28", "2025-03-01"], pupil=pupil) == ["false", "true"]


def test_the_year_group_is_taken_as_given_on_every_date() -> None:
    """The year group does not change with the date."""
    policy = 'condition c "C" = year_group is 5'
    text = "present on 4 September 2024"
    assert truths(policy, text, ["2020-01-01", "2024-09-04", "2026-09-04"]) == ["true", "true", "true"]
