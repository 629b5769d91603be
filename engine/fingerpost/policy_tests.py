"""Runs the tests that stand in a policy: each a small history, a date, and what is to come of it.

Calendars are looked up by name by the caller, so that nothing here knows where they are kept. A test is
evaluated by the very policy it stands in, as if in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from fingerpost.evaluate import Session, editions_on
from fingerpost.history import (
    CalendarData,
)
from fingerpost.judgement import Judgement
from fingerpost.policy_test_expectations import check
from fingerpost.policy_test_histories import history_of
from fingerpost.rules import pathway_of
from fingerpost.subject import Records
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.tests import (
    Expectation,
    ExpectMeasure,
    ExpectRule,
    ExpectTier,
    PolicyTest,
)

Calendars = Callable[[str], CalendarData]
"""A calendar by name; raises KeyError, with the names there are, where there is none of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An expectation that was not met, in words: what was expected, and what came."""

    expectation: Expectation
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What came of one test. `problem` says why it could not be run at all."""

    __test__ = False
    test: PolicyTest
    failures: tuple[Failure, ...]
    problem: str | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.failures and self.problem is None


def run_tests(policy: Policy, calendars: Calendars) -> Iterator[TestResult]:
    """Runs every test of a policy, in order."""
    for test in policy.tests:
        yield run_test(test, policy, calendars)


def run_test(test: PolicyTest, policy: Policy, calendars: Calendars) -> TestResult:
    """Runs one test."""
    try:
        calendar = calendars(test.calendar) if test.calendar is not None else None
    except KeyError as error:
        return TestResult(test=test, failures=(), problem=str(error.args[0]))
    history = history_of(test, calendar)
    session = Session.open(policy, history, test.on, test.known_on)
    judge = Judges(session, test)
    failures = []
    for expectation in test.expects:
        found = [check(expectation, judgement) for judgement in judge.meant_by(expectation)]
        if not found:
            problem = "nobody of whom this could be expected: no pupil of the test has a family"
            return TestResult(test=test, failures=(), problem=problem)
        if not all(met for met, _, _ in found):
            actual = "; ".join(dict.fromkeys(said for _, _, said in found))
            failures.append(Failure(expectation=expectation, expected=found[0][1], actual=actual))
    return TestResult(test=test, failures=tuple(failures))


def is_met(test: PolicyTest, expects: Sequence[Expectation], policy: Policy, records: Records) -> bool:
    """Whether some expectations of a test are all met; judged no further than the first that is not.

    `records` are of the test's history, under the policy.
    """
    judge = Judges(Session(editions_on(policy, test.on), records, test.on, test.known_on, True), test)
    for expectation in expects:
        found = judge.meant_by(expectation)
        if not found or not all(check(expectation, judgement)[0] for judgement in found):
            return False
    return True


class Judges:
    """Whoever a test speaks of, judged on its date, each once."""

    def __init__(self, session: Session, test: PolicyTest) -> None:
        self._session = session
        self._test = test
        self._judged: dict[tuple[Subject, str, str], Judgement] = {}

    def meant_by(self, expectation: Expectation) -> list[Judgement]:
        """Of whom something is expected: whom it names, else the first pupil or theirs; of every cohort."""
        policy, first = self._session.editions.current.policy, self._test.pupils[0]
        whose = expectation.whose
        subject = whose[0] if whose else _subject_of(expectation, policy)
        named = whose[1] if whose else None
        match subject:
            case Subject.PUPIL:
                return [self.of(Subject.PUPIL, named or first.pupil)]
            case Subject.PARENT:
                return [self.of(Subject.PUPIL, first.pupil)]
            case Subject.FAMILY:
                family = named or first.family
                return [self.of(subject, family)] if family else []
            case Subject.COHORT:
                cohorts = [named] if named else list(policy.cohorts)
                return [self.of(subject, cohort, first.school or "") for cohort in cohorts]
            case Subject.SCHOOL:
                return [self.of(subject, named or first.school or "")]
            case Subject.AUTHORITY:
                authorities = [named] if named else list(self._session.records.history.authorities)[:1]
                return [self.of(subject, authority) for authority in authorities]
            case _:
                assert_never(subject)

    def of(self, subject: Subject, name: str, within: str = "") -> Judgement:
        """The judgement of one pupil or group."""
        key = (subject, name, within)
        if key not in self._judged:
            session = self._session
            if subject is Subject.PUPIL:
                self._judged[key] = session.judgement(session.records.history.pupils[name])
            else:
                self._judged[key] = session.group_judgement(subject, name, within)
        return self._judged[key]

    def every(self) -> Iterator[Judgement]:
        """All pupils of the test, one of those of whom the same is told, and every group there is."""
        alike = {replace(pupil, pupil=""): pupil.pupil for pupil in self._test.pupils}
        for pupil in alike.values():
            yield self.of(Subject.PUPIL, pupil)
        for subject, name, within in self._session.groups():
            yield self.of(subject, name, within)


def _subject_of(expectation: Expectation, policy: Policy) -> Subject:
    match expectation:
        case ExpectTier():
            return Subject.PUPIL
        case ExpectMeasure(measure=name):
            return policy.measures[name].subject
        case ExpectRule(rule=name):
            rule = policy.actions.get(name) or policy.steps[name]
            pathway = pathway_of(rule, policy)
            return pathway.subject if pathway else rule.subject
        case _:
            assert_never(expectation)
