"""The vocabulary of generated policies: what every expression may speak of, and its type.

It is the same in every example, so that histories can be made without looking at the policy, and so that a
shrunken example reads the same as any other. What varies are the numbers of the thresholds, the measures, the
conditions and the rules.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fingerpost_dsl.model.quantities import Unit

CODES_CHANGE = dt.date(2024, 10, 14)
"""From this day on "J" is no longer an absence, and "Q" is a code."""

CODES = ("/", "\\", "V", "I", "C", "G", "O", "N", "U", "Y", "#", "J", "Q")
"""Every code, of every kind. "J" changes its kind on `CODES_CHANGE`, "Q" is in no list before it."""

MARK_SETS = (
    "attended",
    "authorised",
    "unauthorised",
    "absent",
    "possible",
    "present",
    "unexplained",
    "ill_or_late",
    "other_unauthorised",
    "joined",
    '"G"',
    '"J"',
    '"I"',
)
"""Sets of marks as an expression writes them: built in, declared, single codes."""

OCCASIONS = ("unbroken", "ill_days", "any_absence")
RUNS = (*OCCASIONS, "unexplained")
"""What may be an anchor, or what a rule may be `for each occasion of`."""


@dataclass(frozen=True)
class FieldWord:
    """A field of an event: `kind` as in the language; `choices` of a `one of`."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventWord:
    """A kind of event: whose it is, what fields it has, whether it lasts, whether it relies on marks."""

    name: str
    whose: str
    fields: tuple[FieldWord, ...] = ()
    lasts: bool = False
    relies: bool = False


EVENTS = (
    EventWord("letter", "pupil"),
    EventWord(
        "meeting",
        "pupil",
        (
            FieldWord("outcome", "one of", ("agreed", "refused", "put_off")),
            FieldWord("review", "date"),
            FieldWord("points", "number"),
            FieldWord("urgent", "yes or no"),
        ),
    ),
    EventWord("plan", "pupil", (FieldWord("goal", "number in sessions"),), lasts=True),
    EventWord("visit", "school"),
    EventWord("campaign", "authority"),
    EventWord(
        "notice",
        "parent",
        (
            FieldWord("outcome", "one of", ("outstanding", "paid", "withdrawn")),
            FieldWord("offence", "date"),
            FieldWord("cost", "money"),
        ),
        relies=True,
    ),
    EventWord("warning", "parent", lasts=True),
)


@dataclass(frozen=True)
class FactWord:
    """A fact: whose it is, its type as in the language, its choices."""

    name: str
    whose: str
    kind: str
    choices: tuple[str, ...] = ()
    judged_by: tuple[str, ...] = ()


FACTS = (
    FactWord("flag", "pupil", "yes or no"),
    FactWord("working", "pupil", "yes or no", judged_by=("school", "authority_team")),
    FactWord("support", "pupil", "one of", ("fully", "partly", "declined"), ("school", "authority_team")),
    FactWord("agreed_sessions", "pupil", "number in sessions"),
    FactWord("siblings", "pupil", "number"),
    FactWord("started", "pupil", "date"),
    FactWord("owes", "pupil", "money"),
    FactWord("remark", "pupil", "text"),
    FactWord("housed", "family", "yes or no"),
    FactWord("lives_with", "parent", "yes or no"),
    FactWord("stance", "parent", "one of", ("helpful", "unreachable"), ("authority_team",)),
    FactWord("published", "school", "yes or no"),
    FactWord("pilot", "authority", "yes or no"),
)

COUNTED = (Unit.SESSION, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK, Unit.DAY, Unit.WORKING_DAY)
"""Units in which something is measured, shares and plain numbers apart."""

WINDOW_UNITS = (
    Unit.SESSION,
    Unit.SCHOOL_DAY,
    Unit.SCHOOL_WEEK,
    Unit.WORKING_DAY,
    Unit.DAY,
    Unit.WEEK,
    Unit.MONTH,
    Unit.YEAR,
    Unit.HALF_TERM,
    Unit.TERM,
    Unit.ACADEMIC_YEAR,
)

SPANS = tuple(unit for unit in WINDOW_UNITS if unit is not Unit.SESSION)
"""Units of deadlines."""


def a_threshold(unit: Unit) -> str:
    """The name of the threshold that every generated policy has for a unit."""
    return f"some_{unit.value.replace(' ', '_')}s"


LEFT_OPEN = {
    Unit.SESSION: "left_open_sessions",
    Unit.SCHOOL_DAY: "left_open_days",
    Unit.SCHOOL_WEEK: "left_open_weeks",
}
"""Thresholds without a value; the first has bounds."""

A_DATE = "some_date"

_TYPES = {
    "one of": lambda choices: f"one of {', '.join(choices)}",
}


def typed(kind: str, choices: tuple[str, ...]) -> str:
    """A type as the language writes it."""
    return _TYPES[kind](choices) if kind in _TYPES else kind


def _of(whose: str) -> str:
    match whose:
        case "pupil":
            return ""
        case "parent":
            return " for each parent"
        case _:
            return f" of {whose}"


def _fact(word: FactWord) -> str:
    judges = f" judged by {', '.join(word.judged_by)}" if word.judged_by else ""
    return f'fact {word.name} "{word.name}" {typed(word.kind, word.choices)}{_of(word.whose)}{judges}'


def _event(word: EventWord) -> str:
    clauses = [f'event {word.name} "{word.name}"{_of(word.whose)}']
    clauses += [f"with {field.name} {typed(field.kind, field.choices)}" for field in word.fields]
    clauses += ["lasts from 1 to 6 weeks"] if word.lasts else []
    clauses += ["relies on marks"] if word.relies else []
    return " ".join(clauses)


HEADER = (
    'policy made.up "A policy made up" version 2024.1 language 1 in force from 1 September 2020 by department'
)

VOCABULARY = "\n".join(
    (
        'source SRC "A source" weight guidance',
        'source LAW "A law" weight law',
        'passage SRC.one "A passage"',
        'passage LAW.one "A passage of law"',
        'role department "Department"',
        'role school "School"',
        'role tutor "Tutor" part of school',
        'role authority_team "Authority"',
        'role officer "Officer" part of authority_team',
        'role parents "Parents"',
        'code "/" "Present" present',
        'code "\\" "Present" present',
        'code "V" "Visit" approved activity',
        'code "I" "Illness" authorised absence',
        'code "C" "Leave" authorised absence',
        'code "G" "Holiday" unauthorised absence',
        'code "O" "Other" unauthorised absence',
        'code "N" "Not established" unauthorised absence',
        'code "U" "Late" unauthorised absence',
        'code "Y" "Not required" not a possible session',
        'code "#" "Closed" administrative',
        f'code "J" "Interview" authorised absence until {CODES_CHANGE - dt.timedelta(days=1)}',
        f'code "J" "Interview" approved activity from {CODES_CHANGE}',
        f'code "Q" "No transport" not a possible session from {CODES_CHANGE}',
        'codes unexplained "Unexplained" = "N"',
        'codes ill_or_late "Ill or late" = "I", "U"',
        'codes other_unauthorised "Other unauthorised" = unauthorised except "N"',
        'codes joined "Joined" = ill_or_late, "G"',
        'occasion any_absence "Any absence" = run of absent',
        'occasion ill_days "Days of illness" = run of authorised of at least 1 school days',
        *map(_fact, FACTS),
        *map(_event, EVENTS),
    )
)
"""What every generated policy declares, its header and thresholds apart."""
