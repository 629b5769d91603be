"""What the model says in English: each row is an expression and the words that an officer reads."""

from __future__ import annotations

import datetime as dt
import itertools
from fractions import Fraction
from typing import get_args

import pytest

from fingerpost_dsl import wording
from fingerpost_dsl.model import declarations as d
from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.quantities import Unit
from tests.hand_made import (
    ABSENT,
    HERE,
    HOLIDAY_CODE,
    LEGAL,
    UNAUTHORISED,
    UNEXPLAINED,
    anchor,
    at_least,
    both,
    chosen,
    compared,
    either,
    equal,
    fact,
    happened,
    in_the_last,
    in_this,
    lit,
    measure,
    no,
    q,
    threshold,
)

AGE = ex.BuiltInValue(built_in=ex.BuiltIn.AGE, span=HERE)
YEAR = ex.BuiltInValue(built_in=ex.BuiltIn.YEAR_GROUP, span=HERE)
COMPULSORY = ex.BuiltInValue(built_in=ex.BuiltIn.COMPULSORY_SCHOOL_AGE, span=HERE)
THIS_TERM = in_this(Unit.TERM)
RECENT = at_least(measure("recent"), threshold("national_threshold"))
APPROPRIATE = equal(fact("support_appropriate"), True)
FAILING = ex.ConditionRef(name="support_failing", span=HERE)
WITHDRAWN = ex.FieldIs(field="outcome", choices=("withdrawn",), negated=True, span=HERE)
SINCE_MEETING = ex.TimeSince(unit=Unit.SCHOOL_DAY, anchor=anchor("meeting"), span=HERE)


def count(marks: ex.MarkSet, *windows: ex.Window, **more: object) -> ex.CountOfMarks:
    return ex.CountOfMarks(marks=marks, windows=windows, span=HERE, **more)  # type: ignore[arg-type]


CONDITIONS: list[tuple[ex.Condition, str]] = [
    (RECENT, "10 unauthorised sessions or more in the last 10 school weeks"),
    (no(RECENT), "fewer than 10 unauthorised sessions in the last 10 school weeks"),
    (no(no(RECENT)), "10 unauthorised sessions or more in the last 10 school weeks"),
    (
        at_least(measure("absence"), threshold("persistent_from")),
        "absence is 10% or more in this academic year",
    ),
    (
        compared(measure("absence"), ex.Comparison.LESS_THAN, lit(q(Fraction(1, 20), Unit.SHARE))),
        "absence is less than 5% in this academic year",
    ),
    (
        at_least(measure("absence"), threshold("local_from")),
        "overall absence is at least what the local authority sets (“Worth a call”)",
    ),
    (
        compared(
            measure("absence"),
            ex.Comparison.MORE_THAN,
            ex.MeasureValue(name="absence", of_school=True, span=HERE),
        ),
        "overall absence is more than the school's overall absence",
    ),
    (
        at_least(
            ex.MeasureValue(name="absence", as_at=ex.EndOfLast(unit=Unit.HALF_TERM), span=HERE),
            threshold("persistent_from"),
        ),
        "overall absence is 10% or more as at the end of the previous half term",
    ),
    (equal(measure("earlier_notices"), q(0)), "no earlier penalty notices in the last 3 years"),
    (equal(measure("earlier_notices"), q(1)), "exactly 1 earlier penalty notice in the last 3 years"),
    (
        at_least(measure("earlier_notices"), lit(q(1))),
        "1 earlier penalty notice or more in the last 3 years",
    ),
    (
        equal(measure("earlier_notices"), q(0), negated=True),
        "1 earlier penalty notice or more in the last 3 years",
    ),
    (
        compared(count(HOLIDAY_CODE, THIS_TERM), ex.Comparison.MORE_THAN, lit(q(1, Unit.SESSION))),
        "more than 1 session marked “G” in this term",
    ),
    (
        at_least(count(UNEXPLAINED, THIS_TERM, weekdays=frozenset({0, 4})), lit(q(3, Unit.SESSION))),
        "3 sessions of unexplained absence or more on Mondays and Fridays in this term",
    ),
    (
        at_least(count(ABSENT, THIS_TERM, whole_days=True), lit(q(3, Unit.SCHOOL_DAY))),
        "3 whole days of absence or more in this term",
    ),
    (
        at_least(
            ex.Run(marks=UNAUTHORISED, current=True, unit=Unit.SCHOOL_DAY, span=HERE),
            lit(q(10, Unit.SCHOOL_DAY)),
        ),
        "the current run of unauthorised absence is 10 school days or more",
    ),
    (
        at_least(
            ex.WeeksWith(marks=ABSENT, at_least=lit(q(2, Unit.SESSION)), windows=(THIS_TERM,), span=HERE),
            lit(q(3, Unit.SCHOOL_WEEK)),
        ),
        "3 school weeks with at least 2 sessions of absence or more in this term",
    ),
    (
        at_least(
            ex.MostInAny(
                marks=UNAUTHORISED, amount=lit(q(10, Unit.SCHOOL_WEEK)), windows=(THIS_TERM,), span=HERE
            ),
            lit(q(10, Unit.SESSION)),
        ),
        (
            "the greatest number of unauthorised sessions in any 10 school weeks in this term "
            "is 10 sessions or more"
        ),
    ),
    (
        at_least(SINCE_MEETING, lit(q(10, Unit.SCHOOL_DAY))),
        "10 school days or more since the latest formal meeting with the parents",
    ),
    (APPROPRIATE, "support is appropriate in this case"),
    (no(APPROPRIATE), "support is not appropriate in this case"),
    (equal(fact("support_appropriate"), False), "support is not appropriate in this case"),
    (equal(fact("has_social_worker"), True), "the pupil has a social worker"),
    (equal(fact("has_social_worker"), False), "the pupil does not have a social worker"),
    (equal(fact("notices_checked"), False), "earlier notices have not been checked"),
    (equal(fact("meals"), True), "“Free school meals” is answered “yes”"),
    (equal(fact("taken_up"), "not_yet"), "support taken up by the family is “not yet”"),
    (
        equal(fact("taken_up"), "not_yet", "declined"),
        "support taken up by the family is “not yet” or “declined”",
    ),
    (
        equal(fact("taken_up"), "fully", "partly", negated=True),
        "support taken up by the family is neither “fully” nor “partly”",
    ),
    (
        ex.IsKnown(value=fact("support_appropriate"), negated=True, span=HERE),
        "it is not known whether support is appropriate in this case",
    ),
    (
        ex.IsKnown(value=fact("taken_up"), span=HERE),
        "“Support taken up by the family” is known",
    ),
    (happened("support_offered", THIS_TERM), "“Support offered” is recorded in this term"),
    (no(happened("support_offered", THIS_TERM)), "“Support offered” is not recorded in this term"),
    (happened("penalty_notice"), "a penalty notice is recorded"),
    (no(happened("penalty_notice", THIS_TERM)), "no penalty notice is recorded in this term"),
    (
        ex.Happened(selection=chosen("unbroken", occasion=True), windows=(THIS_TERM,), span=HERE),
        "an occasion of unbroken unauthorised absence has begun in this term",
    ),
    (FAILING, "support was offered and is not taken up or not working"),
    (no(FAILING), "“Support was offered and is not taken up or not working” does not hold"),
    (
        both(APPROPRIATE, FAILING),
        "support is appropriate in this case and (support was offered and is not taken up or not working)",
    ),
    (
        both(ex.IsKnown(value=fact("has_social_worker"), span=HERE), equal(fact("has_social_worker"), True)),
        "the pupil has a social worker (on record)",
    ),
    (
        both(
            ex.IsKnown(value=fact("meals"), span=HERE),
            FAILING,
            equal(fact("meals"), True),
        ),
        (
            "(support was offered and is not taken up or not working) "
            "and “Free school meals” is answered “yes” (on record)"
        ),
    ),
    (
        compared(
            ex.DateOf(anchor=anchor("penalty_notice"), span=HERE),
            ex.Comparison.AT_LEAST,
            ex.DateOf(anchor=anchor("meeting"), span=HERE),
        ),
        (
            "the date of the latest penalty notice is on or after "
            "the date of the latest formal meeting with the parents"
        ),
    ),
    (
        either(APPROPRIATE, RECENT),
        (
            "either support is appropriate in this case "
            "or 10 unauthorised sessions or more in the last 10 school weeks"
        ),
    ),
    (
        both(APPROPRIATE, equal(fact("meals"), True), RECENT),
        (
            "all of these: support is appropriate in this case; “Free school meals” is answered “yes”; "
            "10 unauthorised sessions or more in the last 10 school weeks"
        ),
    ),
    (
        ex.AtLeastOf(number=lit(q(2)), conditions=(APPROPRIATE, FAILING), span=HERE),
        (
            "at least 2 of these: support is appropriate in this case; "
            "(support was offered and is not taken up or not working)"
        ),
    ),
    (
        no(either(APPROPRIATE, RECENT)),
        (
            "none of these: support is appropriate in this case; "
            "10 unauthorised sessions or more in the last 10 school weeks"
        ),
    ),
    (at_least(AGE, lit(q(5, Unit.YEAR))), "the pupil is 5 or older"),
    (compared(AGE, ex.Comparison.LESS_THAN, lit(q(16, Unit.YEAR))), "the pupil is under 16"),
    (at_least(YEAR, lit(q(7))), "the pupil is in year 7 or above"),
    (equal(YEAR, q(0)), "the pupil is in reception"),
    (equal(COMPULSORY, True), "the pupil is of compulsory school age"),
    (no(equal(COMPULSORY, True)), "the pupil is not of compulsory school age"),
    (ex.InTier(name="all_pupils", span=HERE), "the pupil is in the tier “All pupils” or beyond"),
    (ex.InTier(name="persistent", span=HERE), "the pupil is in the tier “Persistently absent”"),
    (
        ex.ForParents(every=False, condition=equal(measure("earlier_notices"), q(0)), span=HERE),
        "for at least one parent, no earlier penalty notices in the last 3 years",
    ),
    (
        no(ex.ForParents(every=False, condition=APPROPRIATE, span=HERE)),
        "for no parent, support is appropriate in this case",
    ),
]


@pytest.mark.parametrize(("condition", "words"), CONDITIONS, ids=[words[:60] for _, words in CONDITIONS])
def test_a_condition_is_said_in_plain_english(condition: ex.Condition, words: str) -> None:
    assert wording.say_condition(condition, LEGAL) == words


def test_different_conditions_are_never_said_alike() -> None:
    said: dict[str, ex.Condition] = {}
    for condition, _ in CONDITIONS:
        words = wording.say_condition(condition, LEGAL)
        other = said.setdefault(words, condition)
        assert other == condition or words in _SAME_MEANING


_SAME_MEANING = {
    "10 unauthorised sessions or more in the last 10 school weeks",
    "1 earlier penalty notice or more in the last 3 years",
    "support is not appropriate in this case",
}


def test_the_fine_print_is_said_where_it_is_asked_for() -> None:
    assert wording.say_condition(RECENT, LEGAL, full=True) == (
        "10 unauthorised sessions or more in the last 10 school weeks, not before 19 August 2024, while the "
        "pupil is of compulsory school age, leaving out sessions that a penalty notice with outcome other "
        "than “withdrawn” relied on"
    )
    assert wording.say_condition(equal(measure("earlier_notices"), q(0)), LEGAL, full=True) == (
        "no penalty notices with outcome other than “withdrawn” and “offence from” on or after 19 August "
        "2024 in the last 3 years, not before 19 August 2024"
    )


WINDOWS: list[tuple[ex.Window, str]] = [
    (in_the_last(threshold("national_window")), "in the last 10 school weeks"),
    (ex.InPeriod(unit=Unit.TERM, previous=True, span=HERE), "in the previous term"),
    (ex.Since(moment=lit(dt.date(2025, 9, 1)), span=HERE), "on or after 1 September 2025"),
    (ex.Since(moment=anchor("penalty_notice"), span=HERE), "since the latest penalty notice"),
    (ex.Before(moment=lit(dt.date(2025, 9, 1)), span=HERE), "before 1 September 2025"),
    (
        ex.Before(moment=anchor("support_offered", ex.Edge.END), span=HERE),
        "before the end of the latest “Support offered”",
    ),
    (ex.During(anchor=anchor("notice_to_improve"), span=HERE), "during the latest notice to improve"),
    (
        ex.While(condition=equal(fact("has_social_worker"), True), span=HERE),
        "while the pupil has a social worker",
    ),
    (
        ex.UnitsAround(amount=lit(q(4, Unit.SCHOOL_WEEK)), after=True, anchor=anchor("meeting"), span=HERE),
        "in the 4 school weeks after the latest formal meeting with the parents",
    ),
    (ex.NotBefore(date=threshold("national_start"), span=HERE), "not before 19 August 2024"),
    (
        ex.Between(first=dt.date(2025, 9, 1), last=dt.date(2025, 9, 14), span=HERE),
        "from 1 September 2025 to 14 September 2025",
    ),
    (ex.EachYear(first=(9, 1), last=(9, 14), span=HERE), "from 1 September to 14 September each year"),
    (
        ex.NotReliedOn(selection=chosen("penalty_notice"), span=HERE),
        "leaving out sessions that a penalty notice relied on",
    ),
]


@pytest.mark.parametrize(("window", "words"), WINDOWS, ids=[words[:60] for _, words in WINDOWS])
def test_a_window_is_said_in_plain_english(window: ex.Window, words: str) -> None:
    assert wording.say_window(window, LEGAL) == words


VALUES: list[tuple[ex.Value, str]] = [
    (lit(q(Fraction(1, 10), Unit.SHARE)), "10%"),
    (threshold("national_start"), "19 August 2024"),
    (measure("absence"), "overall absence"),
    (fact("taken_up"), "support taken up by the family"),
    (YEAR, "the pupil's year group"),
    (count(UNAUTHORISED, THIS_TERM), "the number of unauthorised sessions in this term"),
    (
        ex.CountOfEvents(selection=chosen("support_offered"), windows=(THIS_TERM,), span=HERE),
        "the number of records of “Support offered” in this term",
    ),
    (
        ex.ShareOfMarks(marks=UNAUTHORISED, windows=(THIS_TERM,), span=HERE),
        "unauthorised absence in this term",
    ),
    (
        ex.Run(marks=ABSENT, current=False, unit=Unit.SESSION, windows=(THIS_TERM,), span=HERE),
        "the longest run of absence in this term",
    ),
    (
        ex.WeeksWith(marks=ABSENT, windows=(THIS_TERM,), span=HERE),
        "the number of school weeks with any sessions of absence in this term",
    ),
    (
        ex.MostInAny(marks=ABSENT, amount=lit(q(4, Unit.WEEK)), windows=(THIS_TERM,), span=HERE),
        "the greatest number of sessions of absence in any 4 weeks in this term",
    ),
    (SINCE_MEETING, "the number of school days since the latest formal meeting with the parents"),
    (
        ex.DateOf(anchor=anchor("penalty_notice"), span=HERE),
        "the date of the latest penalty notice",
    ),
    (
        ex.Sum(terms=((1, measure("absence")), (-1, lit(q(1, Unit.SHARE)))), span=HERE),
        "overall absence minus 100%",
    ),
    (
        ex.Product(factors=((1, measure("absence")), (-1, lit(q(2)))), span=HERE),
        "overall absence over 2",
    ),
    (
        ex.Extreme(highest=True, values=(measure("absence"), lit(q(0, Unit.SHARE))), span=HERE),
        "the highest of (overall absence and 0%)",
    ),
    (
        ex.Rounded(value=measure("absence"), rounding=ex.Rounding.DOWN, span=HERE),
        "absence (rounded down to a whole percentage) in this academic year",
    ),
    (
        ex.NumberOfParents(condition=APPROPRIATE, span=HERE),
        "the number of parents for whom support is appropriate in this case",
    ),
]


@pytest.mark.parametrize(("value", "words"), VALUES, ids=[words[:60] for _, words in VALUES])
def test_a_value_is_said_in_plain_english(value: ex.Value, words: str) -> None:
    assert wording.say_value(value, LEGAL) == words


def test_every_kind_of_expression_is_among_the_examples() -> None:
    conditions = {type(condition) for condition, _ in CONDITIONS}
    windows = {type(window) for window, _ in WINDOWS}
    values = {type(value) for value, _ in VALUES}
    assert conditions == set(get_args(ex.Condition))
    assert windows == set(get_args(ex.Window))
    assert values == set(get_args(ex.Value))


@pytest.mark.parametrize("full", [True, False])
def test_the_opposite_of_the_opposite_is_the_thing_itself(full: bool) -> None:
    for condition, _ in CONDITIONS:
        said = wording.say_condition(condition, LEGAL, full=full)
        assert wording.say_condition(no(no(condition)), LEGAL, full=full) == said
        assert wording.say_condition(no(condition), LEGAL, full=full) != said


def test_a_pair_never_hides_which_word_joins_what() -> None:
    inner: list[ex.Condition] = [either(APPROPRIATE, RECENT), both(APPROPRIATE, RECENT), FAILING]
    for one, other in itertools.product(inner, repeat=2):
        words = wording.say_condition(both(one, other), LEGAL)
        assert words.startswith("(")
        assert words.count(") and (") == 1


def test_a_text_is_filled_with_its_thresholds() -> None:
    text = LEGAL.steps["first_notice"].text
    assert wording.fill_text(text, LEGAL) == "issue a penalty notice of £160, or £80 if paid within 21 days"
    assert wording.fill_text("on {national_start}, {nobody} {", LEGAL) == "on 19 August 2024, {nobody} {"


def test_times_of_a_rule() -> None:
    def within(amount: ex.Amount, hangs_on: ex.Anchor | None = None) -> d.Deadline:
        return d.Deadline(amount=amount, anchor=hangs_on, span=HERE)

    rule = d.Action(
        name="ask",
        title="Ask",
        actor="school",
        modality=d.Modality.SHOULD,
        text="ask",
        within=within(lit(q(28, Unit.DAY)), anchor("penalty_notice")),
        by_date=d.ByDate(date=(7, 31), span=HERE),
        no_sooner=within(lit(q(1, Unit.SCHOOL_DAY)), anchor("support_offered")),
        expires=within(threshold("early_payment")),
        every=d.Recurrence(unit=Unit.WEEK, number=2, span=HERE),
        stands_until_done=True,
        span=HERE,
    )
    assert wording.say_times(rule, LEGAL) == (
        "within 28 days of the latest penalty notice",
        "by 31 July each year",
        "no sooner than 1 school day after the latest “Support offered”",
        "expires after 21 days",
        "every 2 weeks",
        "stays owed until done",
    )


def test_marks_are_said_in_the_plural() -> None:
    assert wording.say_marks(UNAUTHORISED, LEGAL) == "unauthorised sessions"
    assert wording.say_marks(UNEXPLAINED, LEGAL) == "sessions of unexplained absence"
    assert wording.say_marks(HOLIDAY_CODE, LEGAL) == "sessions marked “G”"


OPEN = threshold("local_from")
SETS = "the local authority sets (“Worth a call”)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (wording.say_window(in_the_last(OPEN), LEGAL), f"over the time that {SETS}"),
        (
            wording.say_window(
                ex.UnitsAround(amount=OPEN, after=True, anchor=anchor("meeting"), span=HERE), LEGAL
            ),
            f"after the latest formal meeting with the parents, over the time that {SETS}",
        ),
        (wording.say_window(ex.NotBefore(date=OPEN, span=HERE), LEGAL), f"not before the day that {SETS}"),
        (wording.say_window(ex.Since(moment=OPEN, span=HERE), LEGAL), f"on or after the day that {SETS}"),
        (
            wording.say_value(
                ex.MostInAny(marks=ABSENT, amount=OPEN, windows=(THIS_TERM,), span=HERE), LEGAL
            ),
            f"the greatest number of sessions of absence in any stretch of the time that {SETS} in this term",
        ),
        (wording.say_within(d.Deadline(amount=OPEN, span=HERE), LEGAL), f"within the time that {SETS}"),
    ],
)
def test_an_open_threshold_reads_well_wherever_it_stands(said: str, words: str) -> None:
    """`in the last what the local authority sets` is no English."""
    assert said == words
