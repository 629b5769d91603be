"""Whether a scenario fits its policies: every name is declared, every value is one that can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

from fingerpost.readers.cells import read_value
from fingerpost.readers.documents import Path
from fingerpost.readers.problems import Fault, Problems
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.declarations import Subject, ValueType
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.results.groups import BUILT_IN
from fingerpost_simulations.scenarios.model import Record, Scenario
from fingerpost_simulations.scenarios.read import Reading
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


def check_scenario(reading: Reading, policies: Sequence[Policy | None]) -> tuple[Diagnostic, ...]:
    """Everything that does not fit, in what is understood of a scenario.

    `policies` are those of the scenario, in its order; None for one that cannot be had. What only that one
    may declare is not said to be missing.
    """
    if reading.understood is None:
        return ()
    checking = _Checking(reading, reading.understood, policies, Problems())
    checking.all()
    return checking.problems.all(keep_going=False)


@dataclass
class _Checking:
    reading: Reading
    scenario: Scenario
    policies: Sequence[Policy | None]
    problems: Problems

    def all(self) -> None:
        """Look at every part."""
        scenario = self.scenario
        for place, one in enumerate(scenario.staff):
            self._known("role", one.role, lambda policy: policy.roles, ("staff", place, "role"))
        rules = _Rules()
        for name in scenario.minutes:
            self._known("action or step", name, rules, ("minutes", name), key=True)
        for name in scenario.work.exceptions:
            self._known("action or step", name, rules, ("work", "exceptions", name), key=True)
        for place, record in enumerate(scenario.records):
            self._record(record, place)
        for place, response in enumerate(scenario.families):
            for event in response.after:
                self._event(event, ("families", place, "after"))
        for place, tried in enumerate(scenario.policies):
            for name, said in tried.change.items():
                path = ("policies", place, "change", name)
                self._threshold(self.policies[place], name, path, {path: said}, key=True)
        for place, sweep in enumerate(scenario.sweeps):
            values: dict[Path, str] = {
                ("sweeps", place, "values", number): said for number, said in enumerate(sweep.values)
            }
            self._threshold(self.policies[0], sweep.threshold, ("sweeps", place, "threshold"), values)
        for place, by in enumerate(scenario.groups):
            if by not in OTHER_GROUPS:
                self._known("fact", by, lambda policy: policy.facts, ("groups", place))

    def _known(
        self,
        sort: str,
        name: str,
        declared: Callable[[Policy], Iterable[str]],
        path: Path,
        *,
        key: bool = False,
    ) -> None:
        """Whether any of the policies declares a name, which may be a key."""
        known = {one for policy in self._at_hand for one in declared(policy)}
        if name in known or not self._all_at_hand:
            return
        near = get_close_matches(name, sorted(known), n=1)
        message = f"no policy of this scenario declares the {sort} `{name}`"
        self._unfit(message, path, key=key, help=f"did you mean `{near[0]}`?" if near else "")

    @cached_property
    def _at_hand(self) -> Sequence[Policy]:
        return [policy for policy in self.policies if policy is not None]

    @property
    def _all_at_hand(self) -> bool:
        return len(self._at_hand) == len(self.policies)

    def _unfit(self, message: str, path: Path, *, key: bool = False, help: str = "") -> None:
        """Takes note of a mistake, unless what stands there was not understood in the first place."""
        document = self.reading.document
        if document is not None and not self.reading.stands_in(path[:-1] if key else path):
            self.problems.add(UNFIT, message, document.where(*path, key=key), help=help)

    def _event(self, name: str, path: Path) -> None:
        self._known("event", name, lambda policy: policy.events, path)

    def _record(self, record: Record, place: int) -> None:
        path = ("records", place)
        self._event(record.when, (*path, "when"))
        for other in record.also:
            self._event(other, (*path, "also"))
        if record.fact is not None:
            self._fact(record, record.fact, path)
        if record.field is not None:
            self._field(record, record.field, path)
        self._codes(record, path)

    def _field(self, record: Record, name: str, path: Path) -> None:
        events = [policy.events[record.when] for policy in self._at_hand if record.when in policy.events]
        fields = {field.name: field.type for event in events for field in event.fields}
        if name in fields:
            self._values(record, fields[name], path)
        elif events and self._all_at_hand:
            has = ", ".join(f"`{one}`" for one in fields)
            message = f"`{record.when}` has no field `{name}`"
            self._unfit(message, (*path, "field"), help=f"it has {has}" if has else "it has none")

    def _fact(self, record: Record, name: str, path: Path) -> None:
        self._known("fact", name, lambda policy: policy.facts, (*path, "fact"))
        fact = next((policy.facts[name] for policy in self._at_hand if name in policy.facts), None)
        if fact is None:
            return
        if fact.subject not in (Subject.PUPIL, Subject.PARENT):
            about = f"`{fact.name}` is about a {fact.subject.value}"
            self._unfit(f"{about}, and a run records what is about pupils and parents", (*path, "fact"))
            return
        self._values(record, fact.type, path)

    def _values(self, record: Record, type: ValueType, path: Path) -> None:
        for said in record.values:
            value = read_value(said, type, record.fact or record.field or "")
            if isinstance(value, Fault):
                self._unfit(value.message, (*path, "is", said), key=True, help=value.help)

    def _codes(self, record: Record, path: Path) -> None:
        for key, codes in (("if_mostly", record.if_mostly), ("unless_mostly", record.unless_mostly)):
            for code in codes:
                known = {one.code for policy in self._at_hand for one in policy.codes}
                if code not in known and self._all_at_hand:
                    self._unfit(f"there is no code `{code}`", (*path, key))

    def _threshold(
        self, policy: Policy | None, name: str, where: Path, values: Mapping[Path, str], *, key: bool = False
    ) -> None:
        """Whether a policy has a threshold, and whether that can take some values."""
        if policy is None:
            return
        try:
            threshold = threshold_of(policy, name)
        except ThresholdError as error:
            near = get_close_matches(name, sorted(policy.thresholds), n=1)
            self._unfit(str(error), where, key=key, help=f"did you mean `{near[0]}`?" if near else "")
            return
        for path, said in values.items():
            try:
                read_threshold(said, threshold)
            except ThresholdError as error:
                self._unfit(str(error), path)


class _Rules:
    """The names of a policy's actions and steps."""

    def __call__(self, policy: Policy) -> Iterable[str]:
        return (rule.name for rule in policy.rules())
