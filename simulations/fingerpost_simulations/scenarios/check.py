"""Whether a scenario fits its policies: every name is declared, every value is one that can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fingerpost.readers.cells import read_value
from fingerpost.readers.documents import Document
from fingerpost.readers.problems import Fault, Problems
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.declarations import Subject, ValueType
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.results.groups import BUILT_IN
from fingerpost_simulations.scenarios.model import Record, Scenario
from fingerpost_simulations.scenarios.thresholds import (
    ThresholdError,
    threshold_of,
)
from fingerpost_simulations.scenarios.thresholds import (
    read_value as read_threshold,
)

UNFIT = "E0652"
OTHER_GROUPS = (*BUILT_IN, "sex")
"""What pupils can be grouped by besides facts."""


def check_scenario(
    scenario: Scenario, policies: Sequence[Policy], document: Document
) -> tuple[Diagnostic, ...]:
    """Everything that does not fit. `policies` are those of the scenario, in its order."""
    checking = _Checking(scenario, policies, document, Problems())
    checking.all()
    return checking.problems.all(keep_going=False)


@dataclass
class _Checking:
    scenario: Scenario
    policies: Sequence[Policy]
    document: Document
    problems: Problems

    def all(self) -> None:
        """Look at every part."""
        scenario = self.scenario
        for place, one in enumerate(scenario.staff):
            self._known("role", one.role, lambda policy: policy.roles, ("staff", place, "role"))
        rules = _Rules()
        for name in scenario.minutes:
            self._known("action or step", name, rules, ("minutes", name))
        for name in scenario.work.exceptions:
            self._known("action or step", name, rules, ("work", "exceptions", name))
        for place, record in enumerate(scenario.records):
            self._record(record, place)
        for place, response in enumerate(scenario.families):
            for event in response.after:
                self._event(event, ("families", place, "after"))
        for place, tried in enumerate(scenario.policies):
            for name, said in tried.change.items():
                self._threshold(self.policies[place], name, said, ("policies", place, "change", name))
        for place, sweep in enumerate(scenario.sweeps):
            for number, said in enumerate(sweep.values):
                path = ("sweeps", place, "values", number)
                if not self._threshold(self.policies[0], sweep.threshold, said, path):
                    break
        for place, by in enumerate(scenario.groups):
            if by not in OTHER_GROUPS:
                self._known("fact", by, lambda policy: policy.facts, ("groups", place))

    def _known(
        self,
        sort: str,
        name: str,
        declared: Callable[[Policy], Iterable[str]],
        path: tuple[str | int, ...],
    ) -> bool:
        """Whether any of the policies declares it."""
        known = {one for policy in self.policies for one in declared(policy)}
        if name in known:
            return True
        near = get_close_matches(name, sorted(known), n=1)
        self.problems.add(
            UNFIT,
            f"no policy of this scenario declares the {sort} `{name}`",
            self.document.where(*path),
            help=f"did you mean `{near[0]}`?" if near else "",
        )
        return False

    def _event(self, name: str, path: tuple[str | int, ...]) -> bool:
        return self._known("event", name, lambda policy: policy.events, path)

    def _record(self, record: Record, place: int) -> None:
        path = ("records", place)
        if not self._event(record.when, (*path, "when")):
            return
        for other in record.also:
            self._event(other, (*path, "also"))
        if record.fact is not None:
            self._fact(record, path)
        elif record.field is not None:
            fields = {
                field.name: field.type
                for policy in self.policies
                if record.when in policy.events
                for field in policy.events[record.when].fields
            }
            if record.field not in fields:
                has = ", ".join(f"`{one}`" for one in fields)
                self.problems.add(
                    UNFIT,
                    f"`{record.when}` has no field `{record.field}`",
                    self.document.where(*path, "field"),
                    help=f"it has {has}" if has else "it has none",
                )
            else:
                self._values(record, fields[record.field], path)
        self._codes(record, path)

    def _fact(self, record: Record, path: tuple[str | int, ...]) -> None:
        assert record.fact is not None
        if not self._known("fact", record.fact, lambda policy: policy.facts, (*path, "fact")):
            return
        fact = next(policy.facts[record.fact] for policy in self.policies if record.fact in policy.facts)
        if fact.subject not in (Subject.PUPIL, Subject.PARENT):
            self.problems.add(
                UNFIT,
                f"`{fact.name}` is about a {fact.subject.value}, and a run records what is about pupils "
                "and parents",
                self.document.where(*path, "fact"),
            )
            return
        self._values(record, fact.type, path)

    def _values(self, record: Record, type: ValueType, path: tuple[str | int, ...]) -> None:
        for said in record.values:
            value = read_value(said, type, record.fact or record.field or "")
            if isinstance(value, Fault):
                where = self.document.where(*path, "is", said, key=True)
                self.problems.add(UNFIT, value.message, where, help=value.help)

    def _codes(self, record: Record, path: tuple[str | int, ...]) -> None:
        for key, codes in (("if_mostly", record.if_mostly), ("unless_mostly", record.unless_mostly)):
            for code in codes:
                known = {one.code for policy in self.policies for one in policy.codes}
                if code not in known:
                    message = f"there is no code `{code}`"
                    self.problems.add(UNFIT, message, self.document.where(*path, key))

    def _threshold(self, policy: Policy, name: str, said: str, path: tuple[str | int, ...]) -> bool:
        try:
            read_threshold(said, threshold_of(policy, name))
        except ThresholdError as error:
            near = get_close_matches(name, sorted(policy.thresholds), n=1)
            advice = f"did you mean `{near[0]}`?" if near and name not in policy.thresholds else ""
            self.problems.add(UNFIT, str(error), self.document.where(*path), help=advice)
            return name in policy.thresholds
        return True


class _Rules:
    """The names of a policy's actions and steps."""

    def __call__(self, policy: Policy) -> Iterable[str]:
        return (rule.name for rule in policy.rules())
