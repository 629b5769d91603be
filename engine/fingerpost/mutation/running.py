"""Running a policy's tests against its mutants: what can come out differently, no further than needed.

The histories of the tests do not depend on the policy and are made once. A mutant is over at the first
expectation that is not met. Tests that expect something of the changed declaration itself come first, then
those that noticed an earlier change of it, then the others by how far away is what they expect.

Several processes each make the list of mutants for themselves, the same everywhere, and are sent numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from fingerpost.history import CalendarData
from fingerpost.mutation.mutants import Mutant, mutants
from fingerpost.mutation.reach import able_to_notice, dependants, expected_of, only_said, reached
from fingerpost.policy_test_histories import history_of
from fingerpost.policy_tests import is_met
from fingerpost.subject import Records
from fingerpost_dsl.model.declarations import Modality, Rule
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.tests import Expectation, PolicyTest

_A_HANDFUL = 12
"""Mutants that a process is given at a time: neighbours, which the same tests are likely to notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a mutant: the test that noticed it, by its place in the policy, or None."""

    mutant: Mutant
    noticed_by: int | None

    @property
    def survived(self) -> bool:
        """Whether no test noticed it."""
        return self.noticed_by is None


def judged(
    policy: Policy,
    calendars: Callable[[str], CalendarData],
    *,
    only: str | None = None,
    jobs: int = 1,
) -> tuple[int, Iterator[Verdict]]:
    """How many mutants there are, and what comes of each, in no order where there are several `jobs`.

    The tests must pass on the policy as it is, and every calendar that they name must be there.
    """
    named = {test.calendar for test in policy.tests if test.calendar is not None}
    known = {name: calendars(name) for name in sorted(named)}
    found = mutants(policy, only=only)
    if jobs <= 1 or len(found) <= _A_HANDFUL:
        return len(found), map(_Runner(policy, known, only).verdict, range(len(found)))
    return len(found), _in_processes(policy, known, only, len(found), jobs)


def _in_processes(
    policy: Policy, calendars: Mapping[str, CalendarData], only: str | None, number: int, jobs: int
) -> Iterator[Verdict]:
    handfuls = [range(start, min(start + _A_HANDFUL, number)) for start in range(0, number, _A_HANDFUL)]
    found = mutants(policy, only=only)
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(policy, calendars, only)) as pool:
        waiting = [pool.submit(_several, handful) for handful in handfuls]
        for done in as_completed(waiting):
            for place, noticed_by in done.result():
                yield Verdict(mutant=found[place], noticed_by=noticed_by)


_runner: list[_Runner] = []
"""The runner of this process, if it is one of several."""


def _begin(policy: Policy, calendars: Mapping[str, CalendarData], only: str | None) -> None:
    _runner.append(_Runner(policy, calendars, only))


def _several(places: Sequence[int]) -> list[tuple[int, int | None]]:
    return [(place, _runner[0].verdict(place).noticed_by) for place in places]


@dataclass(slots=True)
class _Runner:
    """The tests of a policy, ready to be run against its mutants."""

    policy: Policy
    calendars: Mapping[str, CalendarData]
    only: str | None
    mutants: tuple[Mutant, ...] = field(init=False)
    _records: dict[int, Records] = field(init=False, default_factory=dict)
    _noticed: dict[str, dict[int, int]] = field(init=False, default_factory=dict)
    """For each declaration, how many of its mutants each test noticed."""
    _resting: Mapping[str, frozenset[str]] = field(init=False)
    _only_said: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.mutants = mutants(self.policy, only=self.only)
        self._resting = dependants(self.policy)
        self._only_said = only_said(self.policy)

    def verdict(self, place: int) -> Verdict:
        """What comes of one mutant."""
        mutant = self.mutants[place]
        changed = mutant.applied(self.policy)
        noticed = self._noticed.setdefault(mutant.declaration, {})
        for number, expects in self._in_order(mutant, noticed):
            test = self.policy.tests[number]
            if not self._passes(test, number, expects, changed):
                noticed[number] = noticed.get(number, 0) + 1
                return Verdict(mutant=mutant, noticed_by=number)
        return Verdict(mutant=mutant, noticed_by=None)

    def _in_order(
        self, mutant: Mutant, noticed: Mapping[int, int]
    ) -> list[tuple[int, tuple[Expectation, ...]]]:
        """The tests that can notice a mutant, the likeliest first."""
        reach = reached(mutant.declaration, self._resting)
        words = self._is_of_words(mutant)
        able = (
            (number, expects)
            for number, test in enumerate(self.policy.tests)
            if (expects := able_to_notice(test, reach, only_words=words))
        )

        def unlikely(candidate: tuple[int, tuple[Expectation, ...]]) -> tuple[int, int]:
            number, expects = candidate
            return -noticed.get(number, 0), reach[expected_of(expects[0])]

        return sorted(able, key=unlikely)

    def _is_of_words(self, mutant: Mutant) -> bool:
        """Whether a change leaves every date and status as it is: only `as school must` can notice it."""
        if isinstance(mutant.changed, Rule) and mutant.kind == "modality":
            before = self.policy.actions.get(mutant.declaration) or self.policy.steps[mutant.declaration]
            return Modality.MAY not in (before.modality, mutant.changed.modality)
        return mutant.declaration in self._only_said

    def _passes(self, test: PolicyTest, number: int, expects: Sequence[Expectation], changed: Policy) -> bool:
        records = self._records.get(number)
        if records is None:
            calendar = self.calendars[test.calendar] if test.calendar is not None else None
            history = history_of(test, calendar)
            records = self._records[number] = Records(self.policy, history, test.known_on)
        return is_met(test, expects, changed, records.under(changed))
