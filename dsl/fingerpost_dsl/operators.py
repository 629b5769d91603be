"""The table of operators, windows and units: how each is written, what it means, what it takes and gives.

The checker reads the signatures, the manual and an editor read the words. What a thing *does* stands in the
engine; that the two agree is a matter of tests.

One table instead of many `if`s, because "which units may stand here" is asked in a dozen places, and an
answer given twice is sooner or later given differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from fingerpost_dsl.model.expressions import BuiltIn, CodeKind
from fingerpost_dsl.model.quantities import PERIODS, Unit

TIMES = frozenset(Unit) - {Unit.SHARE, Unit.MONEY, Unit.NUMBER}
"""Every unit of time, sessions included."""

SPANS = TIMES - {Unit.SESSION}
"""What a deadline, an expiry or a recurrence is counted in: whole days and more."""

RUNS = frozenset({Unit.SESSION, Unit.SCHOOL_DAY})
SESSIONS = frozenset({Unit.SESSION})
NUMBERS = frozenset({Unit.NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWords:
    """A unit in words: what a message calls it, and what it does and does not count."""

    counts: str
    """What a message says that so many of them are: "calendar days"."""
    meaning: str
    example: str
    days: float | None = None
    """About how many calendar days one takes: to compare lengths in warnings, never to decide anything."""


UNITS: Mapping[Unit, UnitWords] = MappingProxyType(
    {
        Unit.SESSION: UnitWords(
            example="10 sessions",
            counts="sessions",
            meaning="half school days: a morning or an afternoon",
            days=0.7,
        ),
        Unit.SCHOOL_DAY: UnitWords(
            example="5 school days",
            counts="school days",
            meaning="days with at least one open session",
            days=1.4,
        ),
        Unit.SCHOOL_WEEK: UnitWords(
            example="10 school weeks",
            counts="school weeks",
            meaning="weeks with at least one open session",
            days=7,
        ),
        Unit.WORKING_DAY: UnitWords(
            example="3 working days",
            counts="working days",
            meaning="Monday to Friday but for bank holidays in England",
            days=1.4,
        ),
        Unit.DAY: UnitWords(
            example="28 days", counts="calendar days", meaning="weekends and holidays included", days=1
        ),
        Unit.WEEK: UnitWords(
            example="6 weeks", counts="calendar weeks", meaning="seven days each, holidays included", days=7
        ),
        Unit.MONTH: UnitWords(
            example="2 months", counts="calendar months", meaning="holidays included", days=30
        ),
        Unit.YEAR: UnitWords(
            example="3 years",
            counts="years",
            meaning="twelve months each, whichever day they begin on",
            days=365,
        ),
        Unit.HALF_TERM: UnitWords(
            example="1 half term", counts="half terms", meaning="from the school's calendar", days=45
        ),
        Unit.TERM: UnitWords(
            example="2 terms", counts="terms", meaning="from the school's calendar", days=90
        ),
        Unit.ACADEMIC_YEAR: UnitWords(
            example="1 academic year", counts="academic years", meaning="from the school's calendar", days=365
        ),
        Unit.SHARE: UnitWords(
            example="10%", counts="a share", meaning="a part of the possible sessions, in per cent"
        ),
        Unit.MONEY: UnitWords(example="£160", counts="an amount of money", meaning="pounds and pence"),
        Unit.NUMBER: UnitWords(example="2", counts="a plain number", meaning="how many, without a unit"),
    }
)


class Over(Enum):
    """What a window is laid over."""

    MARKS = "marks"
    EVENTS = "events and occasions"
    DATES = "a date among the fields of an event"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """One window: how it is written, what it keeps, what it is laid over, the units of its own quantity."""

    form: str
    meaning: str
    example: str
    over: frozenset[Over] = frozenset(Over)
    units: frozenset[Unit] = frozenset()


_MARKS_OR_EVENTS = frozenset({Over.MARKS, Over.EVENTS})

WINDOWS: Mapping[str, WindowRow] = MappingProxyType(
    {
        "in the last": WindowRow(
            example="in the last 10 school weeks",
            form="in the last QUANTITY",
            meaning="the latest so many that have begun, up to the date",
            units=TIMES,
        ),
        "in this": WindowRow(
            example="in this term",
            form="in this half term|term|academic year",
            meaning="the period that holds the date; a period lasts until the next begins",
            units=PERIODS,
        ),
        "in last": WindowRow(
            example="in last half term",
            form="in last half term|term|academic year",
            meaning="the period before that one",
            units=PERIODS,
        ),
        "since": WindowRow(
            example="since latest meeting",
            form="since DATE, since EVENT, since the start of EVENT",
            meaning="from that date on; from the day after the event; from its first day on",
        ),
        "before": WindowRow(
            example="before support_plan", form="before DATE, before EVENT", meaning="until the day before"
        ),
        "during": WindowRow(
            example="during support_plan",
            form="during EVENT",
            meaning="from the first day of an event or occasion that lasts, to its last",
        ),
        "while": WindowRow(
            example="while has_social_worker",
            form="while FACT, while (CONDITION)",
            meaning="the days on which a condition over facts alone held",
            over=_MARKS_OR_EVENTS,
        ),
        "units around": WindowRow(
            example="in the 10 school days after meeting",
            form="in the QUANTITY before|after EVENT",
            meaning="the last so many that end before its day, or the first that begin after it",
            units=TIMES,
        ),
        "not before": WindowRow(
            example="not before new_rules", form="not before DATE", meaning="from that date on"
        ),
        "between": WindowRow(
            example="from 4 November 2024 to 8 November 2024",
            form="from DATE to DATE",
            meaning="both dates and what lies between them",
        ),
        "each year": WindowRow(
            example="from 1 June each year to 31 July each year",
            form="from DAY each year to DAY each year",
            meaning="the same days of every year, both included",
        ),
        "not relied on by": WindowRow(
            example="not relied on by penalty_notice where outcome is not withdrawn",
            form="not relied on by EVENT",
            meaning="leaves out the sessions that such an event used up",
            over=frozenset({Over.MARKS}),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorRow:
    """One operator: how it is written, what it means, the unit of what it gives.

    `gives` is None where the unit is that of its operands or is named in it. `units` are those that the
    quantity or the unit inside it may have.
    """

    form: str
    meaning: str
    example: str
    gives: Unit | None = None
    units: frozenset[Unit] = frozenset()


OPERATORS: Mapping[str, OperatorRow] = MappingProxyType(
    {
        "count of marks": OperatorRow(
            example="count of unauthorised on Mondays, Fridays in this term",
            form="count of MARKS [on WEEKDAYS] [WINDOWS]",
            meaning="how many sessions are marked so",
            gives=Unit.SESSION,
        ),
        "whole days of": OperatorRow(
            example="count of whole days of illness in this academic year",
            form="count of whole days of MARKS [on WEEKDAYS] [WINDOWS]",
            meaning="how many school days have all the pupil's possible sessions marked so",
            gives=Unit.SCHOOL_DAY,
        ),
        "count of events": OperatorRow(
            example="count of meeting where held_with is both in this term",
            form="count of EVENT|OCCASION [where …] [WINDOWS]",
            meaning="how many there are",
            gives=Unit.NUMBER,
        ),
        "share of": OperatorRow(
            example="share of absent in this academic year",
            form="share of MARKS [on WEEKDAYS] [WINDOWS]",
            meaning="the sessions marked so over the possible sessions, exactly; nothing possible, no value",
            gives=Unit.SHARE,
        ),
        "current run of": OperatorRow(
            example="current run of unauthorised in school days",
            form="current run of MARKS in UNIT [WINDOWS]",
            meaning="how long the unbroken run is that ends at the latest taken session",
            units=RUNS,
        ),
        "longest run of": OperatorRow(
            example="longest run of illness in sessions in this term",
            form="longest run of MARKS in UNIT [WINDOWS]",
            meaning="the longest unbroken run",
            units=RUNS,
        ),
        "weeks with": OperatorRow(
            example="weeks with at least 2 sessions of absent in this term",
            form="weeks with [at least QUANTITY of] MARKS [WINDOWS]",
            meaning="how many school weeks have so many sessions marked so; one if not said",
            gives=Unit.SCHOOL_WEEK,
            units=SESSIONS,
        ),
        "most in any": OperatorRow(
            example="most absent in any 4 school weeks in this academic year",
            form="most MARKS in any QUANTITY WINDOWS",
            meaning="the greatest count over so many consecutive units inside the window",
            gives=Unit.SESSION,
            units=frozenset(
                {
                    Unit.SESSION,
                    Unit.SCHOOL_DAY,
                    Unit.SCHOOL_WEEK,
                    Unit.DAY,
                    Unit.WEEK,
                    Unit.HALF_TERM,
                    Unit.TERM,
                }
            ),
        ),
        "time since": OperatorRow(
            example="school days since latest meeting",
            form="UNIT since EVENT",
            meaning="how long ago it was: its own day is 0",
            units=frozenset({Unit.DAY, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK, Unit.WORKING_DAY}),
        ),
        "date of": OperatorRow(
            example="date of first meeting where date in this term",
            form="date of EVENT",
            meaning="the day on which it was",
        ),
        "number of parents": OperatorRow(
            example="number of parents who have (penalty_notice)",
            form="number of parents [who have (CONDITION)]",
            meaning="how many parents of the pupil are known, or are so",
            gives=Unit.NUMBER,
        ),
        "sum": OperatorRow(
            example="absence - share of illness in this academic year",
            form="A + B, A - B",
            meaning="of values with one unit; the sum has it too",
        ),
        "product": OperatorRow(
            example="count of illness in this term / count of absent in this term",
            form="A * B, A / B",
            meaning="a number or share times a value; one value over another of its unit is a share",
        ),
        "extreme": OperatorRow(
            example="highest of (absence; share of absent in this term)",
            form="lowest of (A; B), highest of (A; B)",
            meaning="of values with one unit",
        ),
        "rounded": OperatorRow(
            example="absence rounded to whole percent",
            form="A rounded to whole percent, A rounded down to whole percent, A to 1 decimal",
            meaning="rounds the exact share, halves up or always down",
            gives=Unit.SHARE,
        ),
        "as at": OperatorRow(
            example="absence as at the end of last half term",
            form="MEASURE as at the end of last half term|term|academic year, MEASURE as at DATE",
            meaning="what the measure was then",
            units=PERIODS,
        ),
        "of its school": OperatorRow(
            example="absence of its school",
            form="MEASURE of its school",
            meaning="the same measure pooled over the pupils of the school",
        ),
        "at least of": OperatorRow(
            example="at least 2 of (in tier at_risk; has_social_worker; help_declined)",
            form="at least NUMBER of (A; B; …)",
            meaning="so many of the conditions hold",
            units=NUMBERS,
        ),
        "within": OperatorRow(
            example="within call_within of meeting",
            form="within QUANTITY [of EVENT]",
            meaning="when it is due: the day of the trigger, or of the event, is 0",
            units=SPANS,
        ),
        "no sooner than": OperatorRow(
            example="no sooner than a_while after meeting",
            form="no sooner than QUANTITY after EVENT",
            meaning="when it may begin",
            units=SPANS,
        ),
        "expires after": OperatorRow(
            example="expires after a_while",
            form="expires after QUANTITY [of EVENT]",
            meaning="when what was allowed is allowed no longer",
            units=SPANS,
        ),
        "every": OperatorRow(
            example="every half term",
            form="every [NUMBER] UNIT, NUMBER times every UNIT",
            meaning="once, or so often, in each period in which it applies",
            units=SPANS,
        ),
        "lasts": OperatorRow(
            example="lasts from 2 to 12 weeks",
            form="lasts from NUMBER to QUANTITY",
            meaning="the shortest and longest that it may last",
            units=SPANS,
        ),
        "provisional below": OperatorRow(
            example="provisional below few_sessions",
            form="provisional below QUANTITY",
            meaning="with fewer possible sessions than this the tier is provisional",
            units=SESSIONS,
        ),
        "run of at least": OperatorRow(
            example='run of "C" of at least long_leave_days',
            form="run of MARKS of at least QUANTITY",
            meaning="from which length a run counts",
            units=RUNS,
        ),
        "least size": OperatorRow(
            example="least size least_group",
            form="least size NUMBER",
            meaning="a smaller cohort has no figures",
            units=NUMBERS,
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRow:
    """One way to ask: how it is written, and when it is true."""

    form: str
    meaning: str
    example: str


CONDITIONS: Mapping[str, ConditionRow] = MappingProxyType(
    {
        "comparison": ConditionRow(
            form="VALUE is at least|more than|at most|less than VALUE",
            meaning="the first is so much, held against the second",
            example="absence is at least at_risk_from",
        ),
        "is": ConditionRow(
            form="VALUE is VALUE, VALUE is not VALUE",
            meaning="exactly, or anything but; a yes-or-no fact may stand alone",
            example="support_taken_up is not fully",
        ),
        "is one of": ConditionRow(
            form="VALUE is one of (A; B; …), VALUE is not one of (A; B; …)",
            meaning="it is one of them, or none",
            example="support_taken_up is one of (partly; declined)",
        ),
        "known": ConditionRow(
            form="FACT is known, FACT is unknown",
            meaning="somebody has recorded it, or nobody has; this itself is never unknown",
            example="notices_checked is unknown",
        ),
        "happened": ConditionRow(
            form="EVENT [where …] [WINDOWS], no EVENT [where …] [WINDOWS]",
            meaning="it happened, or it did not",
            example="no meeting where held_with is both in this term",
        ),
        "in tier": ConditionRow(
            form="in tier TIER, only in tier TIER",
            meaning="the pupil is in it or deeper; in it and no deeper",
            example="only in tier at_risk",
        ),
        "named": ConditionRow(form="CONDITION", meaning="a condition by its name", example="help_declined"),
        "and": ConditionRow(
            form="A and B, A or B, not A",
            meaning="all, one, none; brackets where `and` and `or` stand together",
            example="in tier at_risk and (has_social_worker or not help_declined)",
        ),
        "parents": ConditionRow(
            form="any parent has (CONDITION), every parent has (CONDITION)",
            meaning="some parent, or each of them",
            example="any parent has (penalty_notice where outcome is outstanding)",
        ),
    }
)
"""Conditions, beside `at least NUMBER of (…)`, which takes a quantity and stands among the operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInRow:
    """What the engine knows of every subject without a declaration.

    `gives` is None for yes or no, and for phases.
    """

    meaning: str
    example: str
    gives: Unit | None = None
    choices: tuple[str, ...] = ()


PHASES = (
    "nursery",
    "primary",
    "middle",
    "secondary",
    "all_through",
    "sixteen_plus",
    "special",
    "alternative_provision",
)

BUILT_INS: Mapping[BuiltIn, BuiltInRow] = MappingProxyType(
    {
        BuiltIn.AGE: BuiltInRow(
            example="age is at least 5 years",
            meaning="completed years since the date of birth",
            gives=Unit.YEAR,
        ),
        BuiltIn.YEAR_GROUP: BuiltInRow(
            example="year_group is 6", meaning="the year group; reception is 0", gives=Unit.NUMBER
        ),
        BuiltIn.COMPULSORY_SCHOOL_AGE: BuiltInRow(
            example="compulsory_school_age",
            meaning="from the first of 31 December, 31 March and 31 August on or after the fifth birthday, "
            "to the last Friday in June of the school year in which the sixteenth falls",
        ),
        BuiltIn.PHASE: BuiltInRow(
            example="phase is primary", meaning="the phase of the pupil's school", choices=PHASES
        ),
        BuiltIn.ROLL: BuiltInRow(
            example="roll is at least 400",
            meaning="the number of pupils on roll on the date",
            gives=Unit.NUMBER,
        ),
    }
)

BUILT_IN_SETS: Mapping[str, frozenset[CodeKind]] = MappingProxyType(
    {
        "attended": frozenset({CodeKind.PRESENT, CodeKind.APPROVED_ACTIVITY}),
        "authorised": frozenset({CodeKind.AUTHORISED_ABSENCE}),
        "unauthorised": frozenset({CodeKind.UNAUTHORISED_ABSENCE}),
        "absent": frozenset({CodeKind.AUTHORISED_ABSENCE, CodeKind.UNAUTHORISED_ABSENCE}),
        "possible": frozenset(
            {
                CodeKind.PRESENT,
                CodeKind.APPROVED_ACTIVITY,
                CodeKind.AUTHORISED_ABSENCE,
                CodeKind.UNAUTHORISED_ABSENCE,
            }
        ),
    }
    | {kind.value.replace(" ", "_"): frozenset({kind}) for kind in CodeKind}
    | {"unmarked": frozenset()}
)
"""Sets of marks that need no declaration.

Five by custom, each kind of code under its own name, and the sessions that have no mark.
"""
UNMARKED = "unmarked"
