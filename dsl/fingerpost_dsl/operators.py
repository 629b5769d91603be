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
    days: float | None = None
    """About how many calendar days one takes: to compare lengths in warnings, never to decide anything."""


UNITS: Mapping[Unit, UnitWords] = MappingProxyType(
    {
        Unit.SESSION: UnitWords(
            counts="sessions", meaning="half school days: a morning or an afternoon", days=0.7
        ),
        Unit.SCHOOL_DAY: UnitWords(
            counts="school days", meaning="days with at least one open session", days=1.4
        ),
        Unit.SCHOOL_WEEK: UnitWords(
            counts="school weeks", meaning="weeks with at least one open session", days=7
        ),
        Unit.WORKING_DAY: UnitWords(
            counts="working days", meaning="Monday to Friday but for bank holidays in England", days=1.4
        ),
        Unit.DAY: UnitWords(counts="calendar days", meaning="weekends and holidays included", days=1),
        Unit.WEEK: UnitWords(counts="calendar weeks", meaning="seven days each, holidays included", days=7),
        Unit.MONTH: UnitWords(counts="calendar months", meaning="holidays included", days=30),
        Unit.YEAR: UnitWords(
            counts="years", meaning="twelve months each, whichever day they begin on", days=365
        ),
        Unit.HALF_TERM: UnitWords(counts="half terms", meaning="from the school's calendar", days=45),
        Unit.TERM: UnitWords(counts="terms", meaning="from the school's calendar", days=90),
        Unit.ACADEMIC_YEAR: UnitWords(
            counts="academic years", meaning="from the school's calendar", days=365
        ),
        Unit.SHARE: UnitWords(counts="a share", meaning="a part of the possible sessions, in per cent"),
        Unit.MONEY: UnitWords(counts="an amount of money", meaning="pounds and pence"),
        Unit.NUMBER: UnitWords(counts="a plain number", meaning="how many, without a unit"),
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
    over: frozenset[Over] = frozenset(Over)
    units: frozenset[Unit] = frozenset()


_MARKS_OR_EVENTS = frozenset({Over.MARKS, Over.EVENTS})

WINDOWS: Mapping[str, WindowRow] = MappingProxyType(
    {
        "in the last": WindowRow(
            form="in the last QUANTITY",
            meaning="the latest so many that have begun, up to the date",
            units=TIMES,
        ),
        "in this": WindowRow(
            form="in this half term|term|academic year",
            meaning="the period that holds the date; a period lasts until the next begins",
            units=PERIODS,
        ),
        "in last": WindowRow(
            form="in last half term|term|academic year", meaning="the period before that one", units=PERIODS
        ),
        "since": WindowRow(
            form="since DATE, since EVENT, since the start of EVENT",
            meaning="from that date on; from the day after the event; from its first day on",
        ),
        "before": WindowRow(form="before DATE, before EVENT", meaning="until the day before"),
        "during": WindowRow(
            form="during EVENT", meaning="from the first day of an event or occasion that lasts, to its last"
        ),
        "while": WindowRow(
            form="while FACT, while (CONDITION)",
            meaning="the days on which a condition over facts alone held",
            over=_MARKS_OR_EVENTS,
        ),
        "units around": WindowRow(
            form="in the QUANTITY before|after EVENT",
            meaning="the last so many that end before its day, or the first that begin after it",
            units=TIMES,
        ),
        "not before": WindowRow(form="not before DATE", meaning="from that date on"),
        "between": WindowRow(form="from DATE to DATE", meaning="both dates and what lies between them"),
        "each year": WindowRow(
            form="from DAY each year to DAY each year", meaning="the same days of every year, both included"
        ),
        "not relied on by": WindowRow(
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
    gives: Unit | None = None
    units: frozenset[Unit] = frozenset()


OPERATORS: Mapping[str, OperatorRow] = MappingProxyType(
    {
        "count of marks": OperatorRow(
            form="count of MARKS [on WEEKDAYS] [WINDOWS]",
            meaning="how many sessions are marked so",
            gives=Unit.SESSION,
        ),
        "whole days of": OperatorRow(
            form="count of whole days of MARKS [on WEEKDAYS] [WINDOWS]",
            meaning="how many school days have all the pupil's possible sessions marked so",
            gives=Unit.SCHOOL_DAY,
        ),
        "count of events": OperatorRow(
            form="count of EVENT|OCCASION [where …] [WINDOWS]",
            meaning="how many there are",
            gives=Unit.NUMBER,
        ),
        "share of": OperatorRow(
            form="share of MARKS [on WEEKDAYS] [WINDOWS]",
            meaning="the sessions marked so over the possible sessions, exactly; nothing possible, no value",
            gives=Unit.SHARE,
        ),
        "current run of": OperatorRow(
            form="current run of MARKS in UNIT [WINDOWS]",
            meaning="how long the unbroken run is that ends at the latest taken session",
            units=RUNS,
        ),
        "longest run of": OperatorRow(
            form="longest run of MARKS in UNIT [WINDOWS]", meaning="the longest unbroken run", units=RUNS
        ),
        "weeks with": OperatorRow(
            form="weeks with [at least QUANTITY of] MARKS [WINDOWS]",
            meaning="how many school weeks have so many sessions marked so; one if not said",
            gives=Unit.SCHOOL_WEEK,
            units=SESSIONS,
        ),
        "most in any": OperatorRow(
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
            form="UNIT since EVENT",
            meaning="how long ago it was: its own day is 0",
            units=frozenset({Unit.DAY, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK, Unit.WORKING_DAY}),
        ),
        "date of": OperatorRow(form="date of EVENT", meaning="the day on which it was"),
        "number of parents": OperatorRow(
            form="number of parents [who have (CONDITION)]",
            meaning="how many parents of the pupil are known, or are so",
            gives=Unit.NUMBER,
        ),
        "sum": OperatorRow(form="A + B, A - B", meaning="of values with one unit; the sum has it too"),
        "product": OperatorRow(
            form="A * B, A / B",
            meaning="a number or share times a value; one value over another of its unit is a share",
        ),
        "extreme": OperatorRow(form="lowest of (A; B), highest of (A; B)", meaning="of values with one unit"),
        "rounded": OperatorRow(
            form="A rounded to whole percent, A rounded down to whole percent, A to 1 decimal",
            meaning="rounds the exact share, halves up or always down",
            gives=Unit.SHARE,
        ),
        "as at": OperatorRow(
            form="MEASURE as at the end of last half term|term|academic year, MEASURE as at DATE",
            meaning="what the measure was then",
            units=PERIODS,
        ),
        "of its school": OperatorRow(
            form="MEASURE of its school", meaning="the same measure pooled over the pupils of the school"
        ),
        "at least of": OperatorRow(
            form="at least NUMBER of (A; B; …)",
            meaning="so many of the conditions hold",
            units=NUMBERS,
        ),
        "within": OperatorRow(
            form="within QUANTITY [of EVENT]",
            meaning="when it is due: the day of the trigger, or of the event, is 0",
            units=SPANS,
        ),
        "no sooner than": OperatorRow(
            form="no sooner than QUANTITY after EVENT", meaning="when it may begin", units=SPANS
        ),
        "expires after": OperatorRow(
            form="expires after QUANTITY [of EVENT]",
            meaning="when what was allowed is allowed no longer",
            units=SPANS,
        ),
        "every": OperatorRow(
            form="every [NUMBER] UNIT, NUMBER times every UNIT",
            meaning="once, or so often, in each period in which it applies",
            units=SPANS,
        ),
        "lasts": OperatorRow(
            form="lasts from NUMBER to QUANTITY",
            meaning="the shortest and longest that it may last",
            units=SPANS,
        ),
        "provisional below": OperatorRow(
            form="provisional below QUANTITY",
            meaning="with fewer possible sessions than this the tier is provisional",
            units=SESSIONS,
        ),
        "run of at least": OperatorRow(
            form="run of MARKS of at least QUANTITY", meaning="from which length a run counts", units=RUNS
        ),
        "least size": OperatorRow(
            form="least size NUMBER", meaning="a smaller cohort has no figures", units=NUMBERS
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInRow:
    """What the engine knows of every subject without a declaration.

    `gives` is None for yes or no, and for phases.
    """

    meaning: str
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
        BuiltIn.AGE: BuiltInRow(meaning="completed years since the date of birth", gives=Unit.YEAR),
        BuiltIn.YEAR_GROUP: BuiltInRow(meaning="the year group; reception is 0", gives=Unit.NUMBER),
        BuiltIn.COMPULSORY_SCHOOL_AGE: BuiltInRow(
            meaning="from the first of 31 December, 31 March and 31 August on or after the fifth birthday, "
            "to the last Friday in June of the school year in which the sixteenth falls"
        ),
        BuiltIn.PHASE: BuiltInRow(meaning="the phase of the pupil's school", choices=PHASES),
        BuiltIn.ROLL: BuiltInRow(meaning="the number of pupils on roll on the date", gives=Unit.NUMBER),
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
