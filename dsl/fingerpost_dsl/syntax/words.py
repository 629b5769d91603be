"""The small words of the language: names, texts, and the closed sets of words."""

from dataclasses import dataclass, field
from enum import StrEnum

from fingerpost_dsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name: `at_risk_from`."""

    text: str
    span: Span = field(compare=False, repr=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Dotted:
    """A name with dots: `WT24.legal.threshold`, `england.attendance`."""

    parts: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def text(self) -> str:
        """The whole, with its dots."""
        return ".".join(part.text for part in self.parts)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What stands in quotation marks.

    `"Formal conversation"`, `"G"`. The span includes the marks, `text` does not; in YAML there may be none.
    """

    text: str
    span: Span = field(compare=False, repr=False)

    def part(self, start: int, end: int) -> Span:
        """Where a part of the text stands in the file, from character `start` up to, and without, `end`.

        All of the text, where YAML spells that part in another way.
        """
        written = self.span.text
        at = written.find(self.text[start:end], start + written.startswith('"'))
        if at < 0:
            return self.span
        return self.span.source.span(self.span.start + at, self.span.start + at + end - start)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version: `2024.08`. It is text: `2024.10` is not `2024.1`."""

    text: str
    span: Span = field(compare=False, repr=False)

    def __str__(self) -> str:
        return self.text


class Unit(StrEnum):
    """What a number counts: `10 school days`."""

    SESSION = "session"
    SCHOOL_DAY = "school day"
    SCHOOL_WEEK = "school week"
    WORKING_DAY = "working day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    HALF_TERM = "half term"
    TERM = "term"
    ACADEMIC_YEAR = "academic year"

    @property
    def plural(self) -> str:
        """Of more than one: `school days`."""
        return f"{self.value}s"


class Weight(StrEnum):
    """How binding a source is."""

    LAW = "law"
    STATUTORY_GUIDANCE = "statutory guidance"
    GUIDANCE = "guidance"
    LOCAL = "local"


class CodeKind(StrEnum):
    """What a code of the register says about a session."""

    PRESENT = "present"
    APPROVED_ACTIVITY = "approved activity"
    AUTHORISED_ABSENCE = "authorised absence"
    UNAUTHORISED_ABSENCE = "unauthorised absence"
    NOT_POSSIBLE = "not a possible session"
    ADMINISTRATIVE = "administrative"


class Modality(StrEnum):
    """How strongly something is asked, or whether it is allowed."""

    MUST = "must"
    MUST_NOT = "must not"
    SHOULD = "should"
    SHOULD_NOT = "should not"
    MAY = "may"


class Subject(StrEnum):
    """Whom a rule, a fact or an event is about."""

    PUPIL = "pupil"
    PARENT = "parent"
    COHORT = "cohort"
    SCHOOL = "school"
    AUTHORITY = "authority"
    FAMILY = "family"


class Weekday(StrEnum):
    """A day of the school week: `on Fridays`."""

    MONDAY = "Monday"
    TUESDAY = "Tuesday"
    WEDNESDAY = "Wednesday"
    THURSDAY = "Thursday"
    FRIDAY = "Friday"


class HalfDay(StrEnum):
    """Which session of a day: `on 4 November 2024 AM`."""

    AM = "AM"
    PM = "PM"


class Comparison(StrEnum):
    """How two quantities are compared."""

    AT_LEAST = "at least"
    AT_MOST = "at most"
    MORE_THAN = "more than"
    LESS_THAN = "less than"


class Expected(StrEnum):
    """What a test expects of a tier, an action or a step, other than that it applies."""

    NO = "no"
    UNKNOWN = "unknown"
    BARRED = "barred"
    PROVISIONAL = "provisional"
    SETTLED = "settled"
    UNLISTED = "unlisted"
    DUE = "due"
    OVERDUE = "overdue"
    ONGOING = "ongoing"
    DONE = "done"
    LAPSED = "lapsed"
    AVAILABLE = "available"
    USED = "used"
    EXPIRED = "expired"
    KEPT = "kept"
    BREACHED = "breached"


class ExpectedKind(StrEnum):
    """What sort of thing a test expects."""

    TIER = "tier"
    ACTION = "action"
    STEP = "step"


class DeclarationKind(StrEnum):
    """A keyword that opens a declaration with a name of its own."""

    PASSAGE = "passage"
    ROLE = "role"
    CODES = "codes"
    OCCASION = "occasion"
    FACT = "fact"
    EVENT = "event"
    MEASURE = "measure"
    THRESHOLD = "threshold"
    CONDITION = "condition"
    TIER = "tier"
    COHORT = "cohort"
    ACTION = "action"
    PATHWAY = "pathway"
    STEP = "step"
    BAR = "bar"
    TEST = "test"
