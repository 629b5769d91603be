"""Tests in the language: what is given and what is expected, with every name and value checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.dates import date_of, ordered
from fingerpost_dsl.from_syntax.expectations import expectation
from fingerpost_dsl.from_syntax.given import given_event, given_fact
from fingerpost_dsl.from_syntax.marks import known_code
from fingerpost_dsl.from_syntax.scope import Scope
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

_MARK = re.compile(r"\{([^{}]*)\}|([^{}\s])")
_LONGEST = 20 * 366
"""The most days of which one clause of a test may tell."""


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
    """Take in one clause. What is said of a pupil is said of the one last named."""
    match setting:
        case syntax.TestPupil():
            _pupil(setting, world, scope)
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
            if world.pupils:
                _of_pupil(setting, world.pupils[-1], scope)
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


def _pupil(declared: syntax.TestPupil, world: _World, scope: Scope) -> None:
    name = f"P{len(world.pupils) + 1}" if declared.pupil is None else declared.pupil.text
    first = next((pupil for pupil in world.pupils if pupil.name == name), None)
    if first is not None:
        scope.report(
            Diagnostic(
                code="E0531",
                message=f"there is a pupil `{name}` already",
                span=declared.span,
                labels=(Label(first.declared.span, "first here"),),
                help="give each pupil a name of its own",
            )
        )
        return
    world.pupils.append(_Pupil(declared, name))


def _of_pupil(
    setting: syntax.OnRoll
    | syntax.Present
    | syntax.Marked
    | syntax.MarksString
    | syntax.Unmarked
    | syntax.GivenFact
    | syntax.GivenEvent,
    pupil: _Pupil,
    scope: Scope,
) -> None:
    match setting:
        case syntax.OnRoll():
            _in_a_test(setting.first, setting.last, scope)
            pupil.on_roll.append(setting)
        case syntax.Present():
            pupil.marks.append(_registered(setting.dates, setting.span, scope))
        case syntax.Marked():
            if known_code(setting.code, scope):
                registered = _registered(
                    setting.dates, setting.span, scope, code=setting.code.text, recorded=setting.recorded
                )
                pupil.marks.append(registered)
        case syntax.Unmarked():
            pupil.marks.append(_registered(setting.dates, setting.span, scope, unmarked=True))
        case syntax.MarksString():
            marks = _marks(setting.marks, scope)
            if marks is not None:
                pupil.marks.append(
                    Registered(
                        first=setting.first.date,
                        last=None,
                        marks=marks,
                        recorded=date_of(setting.recorded),
                        span=setting.span,
                    )
                )
        case syntax.GivenFact():
            fact = given_fact(setting, pupil.declared, scope)
            if fact is not None:
                pupil.facts.append(fact)
        case syntax.GivenEvent():
            event = given_event(setting, pupil.declared, scope)
            if event is not None:
                pupil.events.append(event)
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
