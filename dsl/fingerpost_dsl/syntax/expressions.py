"""Expressions: conditions, measures and everything inside them.

Chains are flat: `a or b or c` is one `AnyOf` of three, `a + b - c` one `Sum` of three terms. Brackets leave
no node behind; what they group is a node of its own. Whether an expression is a condition or a quantity is
for the checker.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.values import Date, Literal, Quantity, Value
from fingerpost_dsl.syntax.windows import Anchor, Selection, Window
from fingerpost_dsl.syntax.words import Comparison, Name, Text, Unit, Weekday


class SumOperator(StrEnum):
    """What joins a term of a sum to those before it."""

    PLUS = "+"
    MINUS = "-"


class ProductOperator(StrEnum):
    """What joins a factor of a product to those before it."""

    TIMES = "*"
    OVER = "/"


class RoundingKind(StrEnum):
    """How a value is rounded. `DECIMALS` goes with a number of them."""

    WHOLE_PERCENT = "rounded to whole percent"
    DOWN_TO_WHOLE_PERCENT = "rounded down to whole percent"
    DECIMALS = "to decimals"


class ExtremeKind(StrEnum):
    """Which end of a list."""

    LOWEST = "lowest"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """`a or b or c`."""

    operands: tuple["Expression", ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """`a and b and c`."""

    operands: tuple["Expression", ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """`not (support_taken_up is fully)`."""

    operand: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """`absence is at least 10%`."""

    left: "Expression"
    comparison: Comparison
    right: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """`support_taken_up is declined`, `outcome is not paid`, `phase is one of (primary; special)`."""

    operand: "Expression"
    value: Literal
    negated: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IsKnown:
    """`support_appropriate is known`, `support_appropriate is unknown`."""

    operand: "Expression"
    known: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One term of a sum after the first: `+ late_marks`."""

    operator: SumOperator
    operand: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """`a + b - c`."""

    first: "Expression"
    rest: tuple[Term, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of a product after the first: `/ possible_sessions`."""

    operator: ProductOperator
    operand: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """`a * b / c`, from left to right."""

    first: "Expression"
    rest: tuple[Factor, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """`absence rounded down to whole percent`, `absence to 1 decimal`. `decimals` is for this last."""

    operand: "Expression"
    rounding: RoundingKind
    decimals: int | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name in an expression: `absence`, `support_offered in this term`, `first letter in this term`."""

    selection: Selection
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionAsAt:
    """`absence as at the end of last half term`, `absence as at 31 July 2025`."""

    name: Name
    as_at: "EndOfLast | Date"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOfLast:
    """`the end of last half term`."""

    unit: Unit
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionOfSchool:
    """`absence of its school`, from a pupil's or a cohort's rule."""

    name: Name
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneOf:
    """`no formal_meeting in the last 4 school weeks`."""

    selection: Selection
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeastOf:
    """`at least 2 of (a; b; c)`."""

    number: int | Name
    options: tuple["Expression", ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InTier:
    """`in tier at_risk`, `only in tier at_risk`. Also a clause of an action and of a pathway."""

    tier: Name
    only: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyParent:
    """`any parent has (earlier_notices is at least 1)`."""

    condition: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EveryParent:
    """`every parent has (notices_checked is yes)`."""

    condition: "Expression"
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOfParents:
    """`number of parents`, `number of parents who have (earlier_notices is at least 1)`."""

    condition: "Expression | None" = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """`lowest of (a; b)`, `highest of (a; b)`."""

    kind: ExtremeKind
    operands: tuple["Expression", ...]
    span: Span = field(compare=False, repr=False)


Marks: TypeAlias = Name | Text
"""Which marks: a set of codes by its name, or one code: `unauthorised`, `"G"`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOf:
    """`count of late on Fridays in this term`, `count of "L"`, `count of penalty_notice where (…)`."""

    of: Selection | Text
    weekdays: tuple[Weekday, ...] = ()
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDaysOf:
    """`count of whole days of absent in this term`."""

    marks: Marks
    weekdays: tuple[Weekday, ...] = ()
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOf:
    """`share of absent in this academic year`."""

    marks: Marks
    weekdays: tuple[Weekday, ...] = ()
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentRun:
    """`current run of absent in school days`."""

    marks: Marks
    unit: Unit
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongestRun:
    """`longest run of absent in sessions in this term`."""

    marks: Marks
    unit: Unit
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksWith:
    """`weeks with at least 2 sessions of late in this term`; without a number, at least one session."""

    least: Quantity | None = None
    marks: Marks
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MostInAny:
    """`most unauthorised in any 10 school weeks in this academic year`."""

    marks: Marks
    length: Quantity
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsSince:
    """`school days since the latest letter`."""

    unit: Unit
    anchor: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateOf:
    """`date of the start of unbroken_absence`."""

    anchor: Anchor
    span: Span = field(compare=False, repr=False)


Aggregate: TypeAlias = (
    CountOf | WholeDaysOf | ShareOf | CurrentRun | LongestRun | WeeksWith | MostInAny | UnitsSince | DateOf
)

Expression: TypeAlias = (
    AnyOf
    | AllOf
    | Not
    | Compare
    | Is
    | IsKnown
    | Sum
    | Product
    | Rounded
    | Mention
    | MentionAsAt
    | MentionOfSchool
    | NoneOf
    | AtLeastOf
    | InTier
    | AnyParent
    | EveryParent
    | NumberOfParents
    | Extreme
    | Aggregate
    | Value
)
