"""Asks a small policy about a small history, both as text; the history in the words of policy tests.

`ask` gives an `Asked`: the values, truths, tiers and rules of one pupil on one date. Values come as the few
words of a failed policy test (`3`, `10/96`, `from 2 to 4`, `at least 2`, `unknown`, `not applicable`). The
truth of a condition is asked twice, on the date and over all school days, and must be the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from fingerpost.conditions import reason_at
from fingerpost.days import over_days
from fingerpost.decision import Decision
from fingerpost.evaluate import Session, decision_of
from fingerpost.history import CalendarData, Completeness, History, Register
from fingerpost.judgement import Judged, Judgement
from fingerpost.policy_test_expectations import say
from fingerpost.policy_test_histories import history_of
from fingerpost.readers import read_calendar
from fingerpost.reasons import Measured, Reason
from fingerpost.values import measure_at
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import Policy, PolicyFamily, load_text
from fingerpost_dsl.diagnostics import Severity
from fingerpost_dsl.model.tests import PolicyTest
from fingerpost_policies import calendar_path
from tests.engine.histories import D, register

HEADER = """
policy test.meanings "Meanings"
  version 2024.1
  language 1
  in force from 1 August 2020
"""

WORDS = r"""
source GUIDE "A guide"
  weight guidance
passage GUIDE.line "The line"

role school "School"
role parent "Parent"
role officer "Officer"
role authority "Local authority"
role champion "Attendance champion"
  part of school

code "/" "Present in the morning" present
code "\" "Present in the afternoon" present
code "V" "Visit" approved activity
code "I" "Illness" authorised absence
code "M" "Medical appointment" authorised absence
code "G" "Holiday without leave" unauthorised absence
code "N" "Not yet established" unauthorised absence
code "O" "Other" unauthorised absence
code "Y1" "No transport" not a possible session
code "#" "Planned closure" administrative
code "Z" "Not yet on roll" administrative

codes ill "Ill" = "I"

event letter "Letter"
  with kind one of first, final
event meeting "Meeting"
event visit "Visit"
event plan "Plan"
  lasts from 3 to 6 weeks
event notice "Notice" for each parent
  with outcome one of outstanding, paid, withdrawn
  with offence_from date
  relies on marks

fact support "Support" one of fully, partly, declined
fact checked "Checked" yes or no
fact asked "Asked" yes or no

tier everyone "Everyone"
"""

PUPIL = 'pupil "P" in year 5 born 15 January 2015 with parents "A", "B"'


@cache
def shipped(name: str) -> CalendarData:
    """One of the calendars that are shipped."""
    data, found = read_calendar(calendar_path(name), Vocabulary.from_policies())
    assert data is not None, found
    return data


YEAR = shipped("england-2024-25")
"""4 September 2024 (a Wednesday) to 18 July 2025.

Breaks from 28 October, 23 December, 17 February, 5 April, 26 May.
"""
ALL_YEARS = shipped("england")


@cache
def policy_of(text: str, *, header: str = HEADER) -> Policy:
    """A policy of these declarations, with the usual words before them; it must have no error."""
    policy, found = load_text(header + WORDS + text)
    assert policy is not None, "\n".join(str(one) for one in found if one.severity is Severity.ERROR)
    return policy


@cache
def problems(text: str) -> tuple[str, ...]:
    """The codes of what the checker finds wrong with these declarations."""
    found = load_text(HEADER + WORDS + text)[1]
    return tuple(one.code for one in found if one.severity is not Severity.LINT)


@cache
def _test(history: str, declarations: str) -> PolicyTest:
    text = f'\ntest "x"\n{history}\non 1 September 2030\nexpect tier everyone\n'
    return policy_of(_words(declarations) + text).tests[0]


def _words(declarations: str) -> str:
    """The declarations of facts, events and codes among these: what a history may mention."""
    kept: list[str] = []
    keeps = False
    for line in declarations.splitlines():
        if line[:1] not in ("", " "):
            keeps = line.split(" ", 1)[0] in {"fact", "event", "code"}
        if keeps:
            kept.append(line)
    return "\n".join(kept)


def history(
    text: str, calendar: CalendarData | None = YEAR, *, words: str = "", pupil: str = PUPIL, **changes: object
) -> History:
    """The history that clauses of a test describe.

    `words` declares further facts, events and codes on lines of their own.
    """
    test = _test(f"{pupil}\n{text}", words)
    return replace(history_of(test, calendar), **changes)  # type: ignore[arg-type]  # what a History takes


def with_marks(given: History, who: str, *rows: tuple[str, str] | tuple[str, str, str]) -> History:
    """The history with further rows in one pupil's register: session, code, perhaps date of recording."""
    pupil = given.pupils[who]
    old, new = pupil.register, register(*rows)
    kept = list(zip(old.slots, old.codes, old.recorded_on or (None,) * len(old), strict=True))
    added = list(zip(new.slots, new.codes, new.recorded_on or (), strict=True))
    merged = sorted([*kept, *added], key=lambda row: (row[0], row[2] is not None, row[2] or D("0001-01-01")))
    slots, codes, recorded = zip(*merged, strict=True)
    changed = Register(slots, codes, recorded if any(recorded) else None)
    return replace(given, pupils={**given.pupils, who: replace(pupil, register=changed)})


@dataclass(frozen=True, slots=True)
class Rule:
    """How an action or step stands: all as text, empty where there is none."""

    applies: str
    status: str
    triggered: str
    due: str
    done: str
    overdue: int
    judged: Judged

    @property
    def brief(self) -> str:
        """`due 2024-11-12` or `done`: the status and the due date."""
        return f"{self.status} {self.due}".strip()


class Asked:
    """The answers about one pupil on one date."""

    def __init__(self, session: Session, pupil: str) -> None:
        self.session = session
        self.policy = session.editions.current.policy
        self.pupil = session.records.history.pupils[pupil]
        self.judgement: Judgement = session.judgement(self.pupil)
        self.ordinal = session.on.toordinal()

    def measured(self, name: str, parent: str | None = None) -> Measured:
        scope = replace(self.judgement.scope, parent=parent, with_evidence=True)
        return measure_at(self.policy.measures[name], self.ordinal, scope)

    def value(self, name: str = "m", parent: str | None = None) -> str:
        return say(self.measured(name, parent))

    def reason(self, name: str = "c", parent: str | None = None) -> Reason:
        scope = replace(self.judgement.scope, parent=parent, with_evidence=True)
        condition = self.policy.conditions[name].condition
        reason = reason_at(condition, self.ordinal, scope)
        days = self.session.records.axis(self.pupil.school).school_days
        if self.ordinal in days:
            length = days.index(self.ordinal) + 1
            assert over_days(condition, length, scope).at(length - 1) is reason.truth
        return reason

    def truth(self, name: str = "c", parent: str | None = None) -> str:
        return self.reason(name, parent).truth.value

    def tier(self, name: str = "t") -> str:
        return next(tier.state.value for tier in self.judgement.tiers() if tier.name == name)

    def rules(self, name: str = "a") -> tuple[Rule, ...]:
        rule = self.policy.actions.get(name) or self.policy.steps[name]
        return tuple(_rule(judged) for judged in self.judgement.rule(rule))

    def rule(self, name: str = "a", parent: str | None = None) -> Rule:
        """One rule; of one parent where each has their own."""
        found = [
            rule
            for rule in self.rules(name)
            if parent is None or rule.judged.instance.scope.parent in (parent, None)
        ]
        return found[0]

    def status(self, name: str = "a", parent: str | None = None) -> str:
        return self.rule(name, parent).status

    @property
    def decision(self) -> Decision:
        return decision_of(self.session, self.judgement)

    @property
    def remarks(self) -> list[str]:
        return [remark.code for remark in self.decision.remarks]


def _rule(judged: Judged) -> Rule:
    standing = judged.standing
    return Rule(
        applies=judged.applies.value,
        status=standing.status.value if standing.status else "",
        triggered=str(standing.triggered or ""),
        due=str(standing.due or ""),
        done=str(standing.done_on or ""),
        overdue=standing.overdue_count,
        judged=judged,
    )


def ask(
    declarations: str,
    text: str | History,
    on: str,
    known_on: str | None = None,
    *,
    calendar: CalendarData | None = YEAR,
    pupil: str = PUPIL,
    who: str = "P",
    complete: Completeness | None = None,
) -> Asked:
    """What these declarations say of a pupil on a date, from what was known on another."""
    policy = policy_of(declarations)
    given = history(text, calendar, words=declarations, pupil=pupil) if isinstance(text, str) else text
    if complete is not None:
        given = replace(given, complete=complete)
    return ask_policy(policy, given, on, known_on, who=who)


def ask_policy(
    policy: Policy | PolicyFamily, given: History, on: str, known_on: str | None = None, *, who: str = "P"
) -> Asked:
    """The same of a policy, or of one in its versions, and a history made already."""
    return Asked(Session.open(policy, given, D(on), D(known_on) if known_on else None), who)


def values(declarations: str, text: str | History, dates: Sequence[str], **more: object) -> list[str]:
    """The value of `m` on several dates."""
    return [ask(declarations, text, on, **more).value() for on in dates]  # type: ignore[arg-type]  # what `ask` takes


def truths(declarations: str, text: str | History, dates: Sequence[str], **more: object) -> list[str]:
    """The truth of `c` on several dates."""
    return [ask(declarations, text, on, **more).truth() for on in dates]  # type: ignore[arg-type]  # what `ask` takes


def statuses(declarations: str, text: str | History, dates: Sequence[str], **more: object) -> list[str]:
    """The status of the action `a` on several dates."""
    return [ask(declarations, text, on, **more).status() for on in dates]  # type: ignore[arg-type]  # what `ask` takes
