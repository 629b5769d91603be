"""Tests in the language: what is given and what is expected, with every name and value checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.dates import date_of, ordered
from fingerpost_dsl.from_syntax.expectations import expectation
from fingerpost_dsl.from_syntax.given import given_event, given_fact
from fingerpost_dsl.from_syntax.marks import known_code
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.tests import (
    GivenEvent,
    GivenFact,
    GivenNone,
    PolicyTest,
    Registered,
    TestPupil,
)
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import PHASES
from fingerpost_dsl.source import Span

_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_MARK = re.compile(r"\{([^{}]*)\}|([^{}\s])")
_LONGEST = 20 * 366
"""The most days of which one clause of a test may tell."""
_MOST_ALIKE = 1000
"""The most pupils of whom one clause of a test may tell."""


@dataclass(slots=True)
class _Pupil:
    """A pupil with all that has been said of them so far."""

    declared: syntax.TestPupil
    name: str
    on_roll: list[syntax.OnRoll] = field(default_factory=list)
    marks: list[Registered] = field(default_factory=list)
    facts: list[GivenFact] = field(default_factory=list)
    events: list[GivenEvent] = field(default_factory=list)

    def finished(self) -> TestPupil:
        """The pupil once everything has been said."""
        declared = self.declared
        return TestPupil(
            pupil=self.name,
            year_group=declared.year,
            born=date_of(declared.born),
            parents=tuple(parent.text for parent in declared.parents),
            school=None if declared.school is None else declared.school.text,
            family=None if declared.family is None else declared.family.text,
            on_roll=tuple((stay.first.date, date_of(stay.last)) for stay in self.on_roll),
            marks=tuple(self.marks),
            facts=tuple(self.facts),
            events=tuple(self.events),
            span=declared.span,
        )


@dataclass(slots=True)
class _World:
    """What a test has said of the world so far."""

    pupils: list[_Pupil] = field(default_factory=list)
    last_named: list[_Pupil] = field(default_factory=list)
    """Of whom the next clauses are said: one pupil, or several who are alike."""
    closed: list[syntax.Closed] = field(default_factory=list)
    schools: list[tuple[str, str | None]] = field(default_factory=list)
    none: list[GivenNone] = field(default_factory=list)


def policy_test(declared: syntax.Test, scope: Scope) -> PolicyTest | None:
    """`test "…" pupil in year 5 … on … expect …`."""
    world = _World()
    for setting in declared.settings:
        _set(setting, world, scope)
    pupils = tuple(pupil.finished() for pupil in world.pupils)
    expected = [expectation(one, pupils, scope) for one in declared.expectations]
    known = tuple(one for one in expected if one is not None)
    lacks = [
        what
        for what, there in (
            ("a pupil: `pupil in year 5`", world.pupils),
            ("a date: `on 15 November 2024`", declared.on),
            ("something to expect: `expect tier …`", declared.expectations),
        )
        if not there
    ]
    for what in lacks:
        scope.report(Diagnostic(code="E0529", message=f"this test lacks {what}", span=declared.title.span))
    if lacks or declared.on is None or len(known) != len(expected):
        return None
    return PolicyTest(
        title=declared.title.text,
        calendar=None if declared.calendar is None else declared.calendar.text,
        closed=tuple((closed.first.date, closed.last.date) for closed in world.closed),
        schools=tuple(world.schools),
        pupils=pupils,
        none_recorded=tuple(world.none),
        on=declared.on.date,
        known_on=date_of(declared.known_on),
        expects=known,
        span=declared.span,
    )


def _set(setting: syntax.Setting, world: _World, scope: Scope) -> None:
    """Take in one clause. What is said of a pupil is said of the one last named, or of each of several."""
    match setting:
        case syntax.TestPupil():
            _pupils(setting, world, scope)
        case syntax.Closed():
            _in_a_test(setting.first, setting.last, scope)
            world.closed.append(setting)
        case syntax.TestSchool():
            world.schools.append((setting.school.text, _phase(setting.phase, scope)))
        case syntax.GivenNone():
            if scope.find(setting.event, Kind.EVENT) is not None:
                world.none.append(GivenNone(event=setting.event.text, span=setting.span))
        case (
            syntax.OnRoll()
            | syntax.Present()
            | syntax.Marked()
            | syntax.MarksString()
            | syntax.Unmarked()
            | syntax.GivenFact()
            | syntax.GivenEvent()
        ):
            if world.last_named:
                _of_pupils(setting, world.last_named, scope)
            else:
                scope.report(
                    Diagnostic(
                        code="E0530",
                        message="this is said of nobody: no pupil has been named yet",
                        span=setting.span,
                        help="begin the test with `pupil in year …`",
                    )
                )
        case _:
            assert_never(setting)


def _pupils(declared: syntax.TestPupil, world: _World, scope: Scope) -> None:
    """`pupil "P1" in year 5`, or several: `pupils "2" to "10" in year 5`."""
    if declared.pupil is None:
        names: Sequence[str] = (f"P{len(world.pupils) + 1}",)
    elif declared.last is None:
        names = (declared.pupil.text,)
    else:
        names = _numbered(declared.pupil, declared.last, scope)
    already = {pupil.name: pupil for pupil in world.pupils}
    twice = next((name for name in names if name in already), None)
    if twice is not None:
        scope.report(
            Diagnostic(
                code="E0531",
                message=f"there is a pupil `{twice}` already",
                span=declared.span,
                labels=(Label(already[twice].declared.span, "first here"),),
                help="give each pupil a name of its own",
            )
        )
        return
    world.last_named = [_Pupil(declared, name) for name in names]
    world.pupils.extend(world.last_named)


def _numbered(first: syntax.Text, last: syntax.Text, scope: Scope) -> Sequence[str]:
    """The names of pupils who are alike, whole numbers; the first alone if they cannot be numbered."""
    for said in (first, last):
        if not _WHOLE_NUMBER.fullmatch(said.text):
            _report_numbers(f"`{said.text}` is no whole number", said.span, scope)
            return [first.text]
    start, end = int(first.text), int(last.text)
    if end < start:
        _report_numbers(f"from `{first.text}` to `{last.text}` is backwards", last.span, scope)
        return [first.text]
    if end - start >= _MOST_ALIKE:
        help_ = f"a test tells of {_MOST_ALIKE} pupils at a time at most"
        message = f"{end - start + 1} pupils in one clause"
        scope.report(Diagnostic(code="E0537", message=message, span=last.span, help=help_))
        return [first.text]
    return [str(number) for number in range(start, end + 1)]


def _report_numbers(message: str, span: Span, scope: Scope) -> None:
    help_ = 'number pupils who are alike from the lower to the higher: `pupils "2" to "10" in year 5`'
    scope.report(Diagnostic(code="E0539", message=message, span=span, help=help_))


def _of_pupils(
    setting: syntax.OnRoll
    | syntax.Present
    | syntax.Marked
    | syntax.MarksString
    | syntax.Unmarked
    | syntax.GivenFact
    | syntax.GivenEvent,
    pupils: Sequence[_Pupil],
    scope: Scope,
) -> None:
    """Say one thing of each of several pupils, who are at one school and have the same parents' names."""
    declared = pupils[0].declared
    match setting:
        case syntax.OnRoll():
            _in_a_test(setting.first, setting.last, scope)
            for pupil in pupils:
                pupil.on_roll.append(setting)
        case syntax.GivenFact():
            fact = given_fact(setting, declared, scope)
            if fact is not None:
                for pupil in _of_whom(fact, pupils):
                    pupil.facts.append(fact)
        case syntax.GivenEvent():
            event = given_event(setting, declared, scope)
            if event is not None:
                for pupil in _of_whom(event, pupils):
                    pupil.events.append(event)
        case syntax.Present() | syntax.Marked() | syntax.MarksString() | syntax.Unmarked():
            registered = _stretch(setting, scope)
            if registered is not None:
                for pupil in pupils:
                    pupil.marks.append(registered)
        case _:
            assert_never(setting)


def _of_whom(given: GivenFact | GivenEvent, pupils: Sequence[_Pupil]) -> Sequence[_Pupil]:
    """Those of whom something is: of each of them, or once where it is of their school or authority."""
    of_each = given.whose is None or given.whose[0] is Subject.PARENT
    return pupils if of_each else pupils[:1]


def _stretch(
    setting: syntax.Present | syntax.Marked | syntax.MarksString | syntax.Unmarked, scope: Scope
) -> Registered | None:
    """What one clause says of a register."""
    match setting:
        case syntax.Present():
            return _registered(setting.dates, setting.span, scope)
        case syntax.Marked():
            if not known_code(setting.code, scope):
                return None
            return _registered(
                setting.dates, setting.span, scope, code=setting.code.text, recorded=setting.recorded
            )
        case syntax.Unmarked():
            return _registered(setting.dates, setting.span, scope, unmarked=True)
        case syntax.MarksString():
            marks = _marks(setting.marks, scope)
            if marks is None:
                return None
            return Registered(
                first=setting.first.date,
                last=None,
                marks=marks,
                recorded=date_of(setting.recorded),
                span=setting.span,
            )
        case _:
            assert_never(setting)


def _registered(
    dates: syntax.Dates,
    span: Span,
    scope: Scope,
    *,
    code: str | None = None,
    recorded: syntax.Date | None = None,
    unmarked: bool = False,
) -> Registered:
    _in_a_test(dates.first, dates.last, scope)
    return Registered(
        first=dates.first.date,
        last=dates.last.date,
        half_day=None if dates.half_day is None else dates.half_day.value,
        code=code,
        unmarked=unmarked,
        recorded=date_of(recorded),
        span=span,
    )


def _marks(written: syntax.Text, scope: Scope) -> tuple[str, ...] | None:
    """A marks string, one code a session; `-` stands for no mark."""
    found: list[str] = []
    sound = True
    for match in _MARK.finditer(written.text):
        code = match.group(1) or match.group(2)
        found.append(code)
        if code != "-" and code not in scope.book.codes:
            known_code(syntax.Text(text=code, span=written.part(match.start(), match.end())), scope)
            sound = False
    if left := _MARK.sub("", written.text).strip():
        help_ = "a code of two characters stands in braces: `{Y1}`"
        scope.report(Diagnostic(code="E0205", message=f"`{left}` is no code", span=written.span, help=help_))
        sound = False
    return tuple(found) if sound else None


def _in_a_test(first: syntax.Date, last: syntax.Date | None, scope: Scope) -> None:
    """Report dates in the wrong order, and a stretch that no test needs and that would take forever."""
    if not ordered(first, last, scope) or last is None or (last.date - first.date).days <= _LONGEST:
        return
    scope.report(
        Diagnostic(
            code="E0537",
            message=f"{last.date.year - first.date.year} years of a register",
            span=last.span,
            labels=(Label(first.span, "the first day"),),
            help="a test tells of 20 years at most: check the year",
        )
    )


def _phase(phase: syntax.Name | None, scope: Scope) -> str | None:
    if phase is None or phase.text in PHASES:
        return None if phase is None else phase.text
    scope.report(
        Diagnostic(
            code="E0206",
            message=f"no phase is called `{phase.text}`",
            span=phase.span,
            help=f"write one of {', '.join(f'`{one}`' for one in PHASES)}",
        )
    )
    return None
