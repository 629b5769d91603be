"""Windows of time, what they are measured from, and which of several events is meant."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.values import Date, DayOfYear, Literal, Quantity, Value
from fingerpost_dsl.syntax.words import Comparison, Name, Unit

if TYPE_CHECKING:
    from fingerpost_dsl.syntax.expressions import Expression


class Which(StrEnum):
    """Which of several events or occasions."""

    FIRST = "first"
    LATEST = "latest"


class Edge(StrEnum):
    """Which end of an event that lasts, or of an occasion."""

    START = "start"
    END = "end"


class Side(StrEnum):
    """Before or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldIs:
    """A field against a value: `outcome is not withdrawn`."""

    field_name: Name
    value: Literal
    negated: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCompare:
    """A field against a quantity or another field: `offence_from is at least national_start`."""

    field_name: Name
    comparison: Comparison
    value: Value | Name
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInWindow:
    """A date among the fields, in a window: `last_day in the last 2 years`."""

    field_name: Name
    window: "Window"
    span: Span = field(compare=False, repr=False)


FieldTest: TypeAlias = FieldIs | FieldCompare | FieldInWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A name, which one of its kind, and what must be true of it.

    `latest letter where (kind is first and …)`.

    In an expression the name may be of anything; `which` and `where` ask for an event or an occasion.
    """

    name: Name
    which: Which | None = None
    where: tuple[FieldTest, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What a time is measured from: `penalty_notice`, `the end of unbroken_absence`."""

    selection: Selection
    edge: Edge | None = None
    span: Span = field(compare=False, repr=False)


Moment: TypeAlias = Date | Anchor
"""A date, or an anchor; the anchor's name may be that of a threshold that is a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWindow:
    """`in the last 10 school weeks`, `in the last national_window`."""

    length: Quantity
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisWindow:
    """`in this academic year`."""

    unit: Unit
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousWindow:
    """`in last half term`."""

    unit: Unit
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceWindow:
    """`since 1 September 2024`, `since the latest letter where kind is first`."""

    moment: Moment
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeWindow:
    """`before 1 September 2024`, `before notice_to_improve`."""

    moment: Moment
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DuringWindow:
    """`during notice_to_improve`."""

    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhileWindow:
    """`while compulsory_school_age`, `while (support_taken_up is fully)`. A bare name becomes a `Mention`."""

    condition: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsWindow:
    """`in the 4 school weeks after formal_meeting`, `in the 4 school weeks before formal_meeting`."""

    length: Quantity
    side: Side
    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBeforeWindow:
    """`not before 19 August 2024`, `not before national_start`."""

    date: Date | Name
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenWindow:
    """`from 1 September 2024 to 31 December 2024`."""

    first: Date
    last: Date
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyWindow:
    """`from 1 September each year to 31 December each year`."""

    first: DayOfYear
    last: DayOfYear
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReliedOnWindow:
    """`not relied on by penalty_notice where outcome is not withdrawn`.

    Leaves out the sessions that were used up.
    """

    event: Name
    where: tuple[FieldTest, ...] = ()
    span: Span = field(compare=False, repr=False)


Window: TypeAlias = (
    LastWindow
    | ThisWindow
    | PreviousWindow
    | SinceWindow
    | BeforeWindow
    | DuringWindow
    | WhileWindow
    | UnitsWindow
    | NotBeforeWindow
    | BetweenWindow
    | YearlyWindow
    | NotReliedOnWindow
)
