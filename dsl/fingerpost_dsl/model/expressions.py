"""What a policy measures and asks: values, windows and conditions, every name resolved.

Three closed unions, `Value`, `Window` and `Condition`. The syntax tree speaks in names; here each name has
become what it stands for, so that an evaluator, a column engine, a solver and a picture read the same tree
and a type checker lists every place to touch when a node is added. Spans point into the file that the
person wrote and are never compared.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from enum import Enum

from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.source import Span

LiteralValue = Quantity | dt.date | bool | str
"""What may stand on the right of `is`: a quantity, a date, yes or no, or one of a fact's choices."""


class CodeKind(Enum):
    """What a code says of its session, by the code list in force on the mark's own date."""

    PRESENT = "present"
    APPROVED_ACTIVITY = "approved activity"
    AUTHORISED_ABSENCE = "authorised absence"
    UNAUTHORISED_ABSENCE = "unauthorised absence"
    NOT_POSSIBLE = "not a possible session"
    ADMINISTRATIVE = "administrative"


class Comparison(Enum):
    """`is at least`, `is at most`, `is more than`, `is less than`."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    MORE_THAN = "more than"
    LESS_THAN = "less than"


class BuiltIn(Enum):
    """What the engine knows of every subject without a declaration."""

    AGE = "age"
    YEAR_GROUP = "year_group"
    COMPULSORY_SCHOOL_AGE = "compulsory_school_age"
    PHASE = "phase"
    ROLL = "roll"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSet:
    """A set of marks: `unauthorised`, `"G"`, or a declared `codes` name.

    A mark is in it when its kind (on the mark's own date) is one of `kinds` or its code one of `codes`, and
    its code is not one of `without`.
    """

    name: str
    kinds: frozenset[CodeKind] = frozenset()
    codes: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    unmarked: bool = False
    """Instead of marks, the sessions without one: `unmarked`."""


# --- which event or occasion ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdValue:
    """A threshold by name: `national_threshold`.

    Its value is looked up in the policy, where layers may change it.
    """

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value written out: `10 sessions`, `5%`, `19 August 2024`, `declined`, `yes`."""

    value: LiteralValue
    span: Span = field(compare=False, repr=False)


Amount = Literal | ThresholdValue
"""A quantity or a date, written out or by the name of a threshold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldIs:
    """`where outcome is not withdrawn`; more than one choice for `is one of (a; b)`."""

    field: str
    choices: tuple[LiteralValue, ...]
    negated: bool
    span: Span = dataclasses.field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRef:
    """Another field of the same event: `where until is at least review_date`."""

    field: str
    span: Span = dataclasses.field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCompare:
    """`where offence_from is at least national_start`."""

    field: str
    comparison: Comparison
    operand: Amount | FieldRef
    span: Span = dataclasses.field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWithin:
    """`where last_day in the last 2 years`."""

    field: str
    window: Window
    span: Span = dataclasses.field(compare=False, repr=False)


FieldTest = FieldIs | FieldCompare | FieldWithin


class Which(Enum):
    """All of them, the first or the latest."""

    ALL = "all"
    FIRST = "first"
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Events or occasions of one kind: `penalty_notice where outcome is not withdrawn`.

    `occasion` tells an occasion (derived from marks) from an event (recorded). Fields for `where`: an
    event's own, and `date` and `until`; an occasion's `start`, `end` and `length`.
    """

    name: str
    occasion: bool
    which: Which = Which.ALL
    where: tuple[FieldTest, ...] = ()
    span: Span = field(compare=False, repr=False)


class Edge(Enum):
    """`the start of leave`, `the end of leave`."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What a window or a deadline hangs on: `since the end of leave`, `within 28 days of penalty_notice`."""

    selection: Selection
    edge: Edge | None = None
    span: Span = field(compare=False, repr=False)


# --- windows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheLast:
    """`in the last 10 school weeks`, `in the last notice_period`."""

    amount: Amount
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InPeriod:
    """`in this term` (`previous` false), `in last half term` (true). `unit` is one of `PERIODS`."""

    unit: Unit
    previous: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """`since 1 September 2025` (that day included), `since the latest letter` (from the day after it)."""

    moment: Amount | Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """`before 1 September 2025`, `before penalty_notice`: until the day before it."""

    moment: Amount | Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class During:
    """`during notice_to_improve`: from its date to its end, both included."""

    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class While:
    """`while compulsory_school_age`: the sessions of the days on which a condition over facts alone held."""

    condition: Condition
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsAround:
    """`in the 4 school weeks after plan` (`after` true), `in the 4 school weeks before plan`."""

    amount: Amount
    after: bool
    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBefore:
    """`not before national_start`: that day included."""

    date: Amount
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """`from 1 September 2025 to 14 September 2025`, both included."""

    first: dt.date
    last: dt.date
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EachYear:
    """`from 1 September each year to 14 September each year`: (month, day), both included.

    It may span New Year.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReliedOn:
    """`not relied on by notice where outcome is not withdrawn`: sessions that no such event used up."""

    selection: Selection
    span: Span = field(compare=False, repr=False)


Window = (
    InTheLast
    | InPeriod
    | Since
    | Before
    | During
    | While
    | UnitsAround
    | NotBefore
    | Between
    | EachYear
    | NotReliedOn
)


# --- values -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfLast:
    """`as at the end of last half term`: the last date of the period before the current one."""

    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureValue:
    """A measure by name: `absence`, `absence as at the end of last half term`, `absence of its school`."""

    name: str
    as_at: EndOfLast | dt.date | None = None
    of_school: bool = False
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactValue:
    """A fact by name: `support_taken_up`."""

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInValue:
    """`age`, `year_group`, `phase`, `roll`, `compulsory_school_age`."""

    built_in: BuiltIn
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOfMarks:
    """`count of unauthorised on Fridays in this term`; `whole_days` for `count of whole days of absent`.

    Weekdays are numbered from Monday, 0; none given means every weekday.
    """

    marks: MarkSet
    whole_days: bool = False
    weekdays: frozenset[int] = frozenset()
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOfEvents:
    """`count of penalty_notice where … in the last 3 years`; of occasions too."""

    selection: Selection
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOfMarks:
    """`share of absent in this academic year`: exact, over the possible sessions of the same windows."""

    marks: MarkSet
    weekdays: frozenset[int] = frozenset()
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`current run of unauthorised in school days`, `longest run of absent in sessions in this term`."""

    marks: MarkSet
    current: bool
    unit: Unit
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksWith:
    """`weeks with absent in this term`; `at_least` sessions a week, one if none is given."""

    marks: MarkSet
    at_least: Amount | None = None
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MostInAny:
    """`most unauthorised in any 10 school weeks in this academic year`."""

    marks: MarkSet
    amount: Amount
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSince:
    """`school days since the latest letter`: the anchor's day is 0."""

    unit: Unit
    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOf:
    """`date of the latest letter`."""

    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """`a + b - c`: each term with its sign, +1 or -1."""

    terms: tuple[tuple[int, Value], ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`a * b / c`: each factor with its power, +1 or -1. Dividing by nothing has no value."""

    factors: tuple[tuple[int, Value], ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """`lowest of (a; b)`, `highest of (a; b)`."""

    highest: bool
    values: tuple[Value, ...]
    span: Span = field(compare=False, repr=False)


class Rounding(Enum):
    """`rounded to whole percent` (halves up), `rounded down to whole percent`, `to 1 decimal`."""

    WHOLE = "rounded to whole percent"
    DOWN = "rounded down to whole percent"
    ONE_DECIMAL = "to 1 decimal"
    TWO_DECIMALS = "to 2 decimals"
    THREE_DECIMALS = "to 3 decimals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """`absence rounded down to whole percent`: on the exact value, at both ends of an interval."""

    value: Value
    rounding: Rounding
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOfParents:
    """`number of parents`, `number of parents who have (earlier_notices is at least 1)`."""

    condition: Condition | None = None
    span: Span = field(compare=False, repr=False)


Value = (
    Literal
    | ThresholdValue
    | MeasureValue
    | FactValue
    | BuiltInValue
    | CountOfMarks
    | CountOfEvents
    | ShareOfMarks
    | Run
    | WeeksWith
    | MostInAny
    | TimeSince
    | DateOf
    | Sum
    | Product
    | Extreme
    | Rounded
    | NumberOfParents
)


# --- conditions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """`a or b`."""

    conditions: tuple[Condition, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """`a and b`."""

    conditions: tuple[Condition, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """`not a`. Over a value that does not apply it goes inward to the opposite comparison."""

    condition: Condition
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeastOf:
    """`at least 2 of (a; b; c)`."""

    number: Amount
    conditions: tuple[Condition, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """`absence is at least persistent_from`."""

    comparison: Comparison
    left: Value
    right: Value
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """`support is declined`, `earlier_notices is 0`, `is one of (a; b)`; a yes-or-no fact by itself."""

    value: Value
    choices: tuple[Value, ...]
    negated: bool = False
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IsKnown:
    """`support_taken_up is known`, `… is unknown` (`negated`): never itself unknown."""

    value: Value
    negated: bool = False
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """`support_offered in this academic year`: an event or occasion in the windows. `no …` is `Not` of it."""

    selection: Selection
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRef:
    """A named condition: `support_failing`."""

    name: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InTier:
    """`in tier persistent` (or in any tier that continues it); `only in tier persistent`."""

    name: str
    only: bool = False
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForParents:
    """`any parent has (…)` (`every` false), `every parent has (…)`, from a pupil's rule."""

    every: bool
    condition: Condition
    span: Span = field(compare=False, repr=False)


Condition = (
    AnyOf | AllOf | Not | AtLeastOf | Compare | Is | IsKnown | Happened | ConditionRef | InTier | ForParents
)
