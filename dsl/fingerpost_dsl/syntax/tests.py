"""Tests in the language: a made-up pupil, a register written compactly, a date, and what is expected.

The clauses that build the register stay in the order in which they were written, because a later one
overrides an earlier one: `present from … to …`, then `marked "G" from … to …`.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.values import Date, Literal, Value
from fingerpost_dsl.syntax.words import Expected, ExpectedKind, HalfDay, Modality, Name, Subject, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """`from 4 November 2024 to 8 November 2024`, or one day: `on 4 November 2024 AM`."""

    first: Date
    last: Date
    half_day: HalfDay | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPupil:
    """`pupil "P1" in year 5 born 15 January 2015 with parents "A" at school "S" of family "F"`.

    Reception is year 0; a year that nobody recorded is left out. Several who are alike are numbered:
    `pupils "2" to "10" in year 5`.
    """

    __test__ = False  # pytest collects classes by this prefix

    pupil: Text | None = None
    last: Text | None = None
    """The last of several, of whom `pupil` is the first."""
    year: int | None = None
    born: Date | None = None
    parents: tuple[Text, ...] = ()
    school: Text | None = None
    family: Text | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRoll:
    """`on roll from 4 September 2024 until 20 December 2024`."""

    first: Date
    last: Date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """`closed on 22 November 2024`, `closed from 22 November 2024 to 25 November 2024`."""

    first: Date
    last: Date
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSchool:
    """`school "S" phase primary`."""

    __test__ = False  # pytest collects classes by this prefix

    school: Text
    phase: Name | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """`present from 4 September 2024 to 15 November 2024`."""

    dates: Dates
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """`marked "G" from 4 November 2024 to 8 November 2024 recorded 11 November 2024`."""

    code: Text
    dates: Dates
    recorded: Date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksString:
    r"""`marks "/\/\II" from 4 September 2024`: one code a session, longer ones in braces, `-` for none."""

    marks: Text
    first: Date
    recorded: Date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmarked:
    """`unmarked on 8 November 2024 PM`."""

    dates: Dates
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """`for parent "A"`."""

    subject: Subject
    id: Text
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldValue:
    """`outcome is paid`, `reference is "X1"`, or a later value: `outcome is paid since 2 October 2024`."""

    name: Name
    value: Literal | Text
    since: Date | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relying:
    """`relying on marks from 4 November 2024 to 8 November 2024`."""

    first: Date
    last: Date
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDetails:
    """What else is known of something given: `for parent "A" by school with outcome is paid`.

    `first` is written `from`, `last` is written `until`.
    """

    first: Date | None = None
    last: Date | None = None
    whose: Whose | None = None
    recorded: Date | None = None
    by: Name | None = None
    fields: tuple[FieldValue, ...] = ()
    relying: tuple[Relying, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFact:
    """`given support_appropriate is no`."""

    fact: Name
    value: Literal | Text
    details: GivenDetails
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvent:
    """`given first_letter on 1 October 2025`."""

    event: Name
    date: Date
    details: GivenDetails
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenNone:
    """`given no penalty_notice`: the record of them is complete, and there is none."""

    event: Name
    span: Span = field(compare=False, repr=False)


Setting: TypeAlias = (
    TestPupil
    | OnRoll
    | Closed
    | TestSchool
    | Present
    | Marked
    | MarksString
    | Unmarked
    | GivenFact
    | GivenEvent
    | GivenNone
)
"""What a test says about the world, in the order in which it says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`as school should "hold a more formal conversation"`; without a text, whatever it says."""

    actor: Name
    modality: Modality
    text: Text | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """`expect tier at_risk`, `expect no step improve for parent "A"`, `expect action letter due 2 May 2025`.

    `expected` is `None` where the thing simply holds or applies.
    """

    expected: Expected | None = None
    kind: ExpectedKind
    name: Name
    due: Date | None = None
    whose: Whose | None = None
    triggered: Date | None = None
    occasion: Date | None = None
    asked: Asked | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownValue:
    """`unknown`, of a measure."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """`not applicable`, of a measure without a value."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectMeasure:
    """`expect measure absence is 4/86`, `expect measure absence is unknown for parent "A"`."""

    name: Name
    value: Value | UnknownValue | NotApplicable
    whose: Whose | None = None
    span: Span = field(compare=False, repr=False)


Expectation: TypeAlias = Expect | ExpectMeasure


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """`test "a week of holiday meets the threshold"` and its clauses."""

    __test__ = False  # pytest collects classes by this prefix

    title: Text
    calendar: Text | None = None
    settings: tuple[Setting, ...] = ()
    on: Date | None = None
    known_on: Date | None = None
    expectations: tuple[Expectation, ...] = ()
    span: Span = field(compare=False, repr=False)
