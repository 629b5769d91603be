"""From a policy and a history to decisions: the front door of the engine.

`evaluate` is a pure function: nothing reads the clock, the network, the environment or a global. It gives the
same answer every time, on every machine, for the same policy, history and dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fingerpost.cohorts import group_of
from fingerpost.decision import Decision, Recommendation
from fingerpost.history import History, Pupil
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.questions import Open, only_history_start, questions
from fingerpost.reasons import Measured
from fingerpost.record import make_record, no_record
from fingerpost.remarks import remarks_on
from fingerpost.rules import Edition, Editions
from fingerpost.scope import Group
from fingerpost.subject import PupilView, Records
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Measure, Subject
from fingerpost_dsl.model.expressions import MeasureValue, ShareOfMarks
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Header, Policy
from fingerpost_dsl.model.walk import walk

_ALWAYS = (1, dt.date.max.toordinal())


class NotInForceError(ValueError):
    """No version of the policy covers the date."""


class UnknownSubjectError(ValueError):
    """The history has no such pupil, or several and none was named."""


@dataclass(frozen=True, slots=True)
class Session:
    """A policy and a history brought together on a date, to be asked about one pupil after another.

    What depends on the school alone is worked out once. `named_outright` says that a version was named,
    rather than the one in force on the date taken (meaning 28). A `brief` one is for lists that people read:
    of the measures it gives those that tiers go by, and its decisions have no record.
    """

    editions: Editions
    records: Records
    on: dt.date
    known_on: dt.date | None
    named_outright: bool
    brief: bool = False

    @classmethod
    def open(
        cls,
        policy: Policy | PolicyFamily,
        history: History,
        on: dt.date,
        known_on: dt.date | None = None,
        *,
        brief: bool = False,
    ) -> Session:
        """Picks the version in force on the date; a single policy is evaluated as if in force.

        Raises NotInForceError if no version covers the date.
        """
        editions = editions_on(policy, on)
        records = Records(editions.current.policy, history, known_on)
        return cls(editions, records, on, known_on, isinstance(policy, Policy), brief)

    def judgement(self, pupil: Pupil) -> Judgement:
        """One pupil, judged on the date."""
        return Judgement(self.editions, self.records.view(pupil), self.on.toordinal())

    def decide(self, pupil: Pupil) -> Decision:
        """The decision for one pupil."""
        judgement = self.judgement(pupil)
        decision = decision_of(self, judgement)
        judgement.view.forget()
        return decision

    def decide_parents(self, decision: Decision) -> Iterator[Decision]:
        """What a pupil's decision says of each known parent, as decisions of their own."""
        for parent in self.records.history.pupils[decision.id].parents:
            yield self._recorded(of_parent(decision, parent.id))

    def decide_group(self, subject: Subject, name: str, within: str = "") -> Decision:
        """The decision for a family, a cohort of a school (`within`), a school or an authority.

        Raises UnknownSubjectError.
        """
        judgement = self.group_judgement(subject, name, within)
        decision = decision_of(self, judgement, within=within)
        judgement.view.forget()
        return decision

    def group_judgement(self, subject: Subject, name: str, within: str = "") -> Judgement:
        """A family, cohort, school or authority, judged on the date; marks are pooled over its pupils."""
        match subject:
            case Subject.FAMILY:
                view, group = self._family(name)
            case Subject.COHORT:
                view, group = self._cohort(name, within)
            case Subject.SCHOOL:
                view, group = self._school(name)
            case Subject.AUTHORITY:
                view, group = self._authority(name)
            case _:
                raise ValueError(f"a {subject.value} is no group of pupils")
        return Judgement(self.editions, view, self.on.toordinal(), subject=subject, group=group)

    def _family(self, family: str) -> tuple[PupilView, Group]:
        """What is recorded of a family stands with its children on roll."""
        children = self.records.children_of(family, self.on)
        if not children:
            raise UnknownSubjectError(f"the history has no child of the family `{family}` on roll")
        return self.records.view_of_family(family, children), Group(tuple(map(self.records.view, children)))

    def _cohort(self, name: str, school: str) -> tuple[PupilView, Group]:
        policy = self.editions.current.policy
        if name not in policy.cohorts:
            raise UnknownSubjectError(f"the policy has no cohort `{name}`")
        group = group_of(policy.cohorts[name], policy, self.records, self.on, school)
        return self.records.view_of_school(school, name), group

    def _school(self, school: str) -> tuple[PupilView, Group]:
        if not self.records.is_school(school):
            raise UnknownSubjectError(f"the history has no school `{school}`")
        group = Group(self.records.members_of_school(school))
        return self.records.view_of_school(school, school), group

    def _authority(self, authority: str) -> tuple[PupilView, Group]:
        """Terms are those of its first school, by id."""
        history = self.records.history
        if authority not in history.authorities:
            raise UnknownSubjectError(f"the history has no authority `{authority}`")
        schools = [one.id for one in history.schools.values() if one.authority == authority]
        view = self.records.view_of_authority(history.authorities[authority], schools[0] if schools else "")
        return view, Group(self.records.members_of_schools(schools))

    def schools(self) -> list[str]:
        """The schools of which anything is known, or that pupils are at, in order."""
        return self.records.school_ids()

    def families(self) -> list[str]:
        """The families with a child on roll, in order."""
        return self.records.families_on(self.on)

    def decide_all(self, subjects: Sequence[Subject]) -> Iterator[Decision]:
        """The decisions for every subject of the sorts asked for, one sort after another in order of ids.

        Pupils on roll, each followed by their parents; families; the cohorts of each school; schools;
        authorities.
        """
        if Subject.PUPIL in subjects or Subject.PARENT in subjects:
            yield from self._decide_pupils(subjects)
        for subject, name, within in self.groups(subjects):
            yield self.decide_group(subject, name, within)

    def groups(self, subjects: Sequence[Subject] = tuple(Subject)) -> Iterator[tuple[Subject, str, str]]:
        """Every family, cohort of a school, school and authority there is, if such are asked for."""
        if Subject.FAMILY in subjects:
            yield from ((Subject.FAMILY, family, "") for family in self.families())
        if Subject.COHORT in subjects:
            for school in self.schools():
                yield from ((Subject.COHORT, name, school) for name in self.editions.current.policy.cohorts)
        if Subject.SCHOOL in subjects:
            yield from ((Subject.SCHOOL, school, "") for school in self.schools())
        if Subject.AUTHORITY in subjects:
            yield from ((Subject.AUTHORITY, one, "") for one in sorted(self.records.history.authorities))

    def _decide_pupils(self, subjects: Sequence[Subject]) -> Iterator[Decision]:
        for pupil in self.records.history.pupils.values():
            if pupil.is_on_roll(self.on):
                decision = self.decide(pupil)
                if Subject.PUPIL in subjects:
                    yield decision
                if Subject.PARENT in subjects:
                    yield from self.decide_parents(decision)

    def decide_again(self, subject: Subject, name: str, within: str = "") -> Decision:
        """The decision for a subject as a decision record names it. Raises UnknownSubjectError."""
        match subject:
            case Subject.PUPIL:
                return self.decide(find_pupil(self.records.history, name))
            case Subject.PARENT:
                parents = self.decide_parents(self.decide(find_pupil(self.records.history, within)))
                found = next((one for one in parents if one.id == name), None)
                if found is None:
                    raise UnknownSubjectError(f"the pupil `{within}` has no parent `{name}`")
                return found
            case _:
                return self.decide_group(subject, name, within)

    def _recorded(self, decision: Decision) -> Decision:
        if self.brief:
            return decision
        policy = self.editions.current.policy
        return make_record(decision, policy, self.records.history, self.named_outright)


def editions_on(policy: Policy | PolicyFamily, on: dt.date) -> Editions:
    """The version to judge by on a date, and those before it, the latest first."""
    if isinstance(policy, Policy):
        return Editions(Edition(policy, *_ALWAYS))
    current = policy.in_force_on(on)
    if current is None:
        known = ", ".join(
            f"{version.header.id.version} from {version.header.in_force_from.isoformat()}"
            for version in policy.versions
        )
        raise NotInForceError(
            f"no version of `{policy.id}` is in force on {on.isoformat()}; there is {known}"
        )
    _check_parents(current, policy, on)
    return Editions(
        Edition(current, current.header.in_force_from.toordinal(), _last(policy, current)),
        tuple(_before(policy, current.header.in_force_from.toordinal())),
    )


def _before(family: PolicyFamily, first: int) -> Iterator[Edition]:
    """The versions in force before a day, the latest first.

    Before the first version of a local policy those of the policy that it extends were (meaning 28).
    """
    for version in reversed(family.versions):
        start = version.header.in_force_from.toordinal()
        if start < first:
            yield Edition(version, start, min(_last(family, version), first - 1))
    if family.before is not None:
        yield from _before(family.before, min(first, family.versions[0].header.in_force_from.toordinal()))


def _check_parents(policy: Policy, family: PolicyFamily, on: dt.date) -> None:
    """A local version does not outlive what it extends (meaning 28)."""
    for parent in policy.layers[:-1]:
        until = _parent_until(parent, family)
        if until is not None and on > until:
            raise NotInForceError(
                f"{policy.header.id} extends {parent.id}, which was in force until {until.isoformat()}: "
                f"on {on.isoformat()} a version of {policy.header.id.id} is needed that extends its successor"
            )


def _parent_until(parent: Header, family: PolicyFamily) -> dt.date | None:
    """The last day of what is extended: the one that it names, or the day before its successor's first."""
    below = family.before
    while below is not None and below.id != parent.id.id:
        below = below.before
    known = below.version(parent.id.version) if below is not None else None
    return parent.in_force_until if below is None or known is None else below.last_day(known)


def _last(family: PolicyFamily, version: Policy) -> int:
    last = family.last_day(version)
    return last.toordinal() if last is not None else _ALWAYS[1]


def evaluate(
    policy: Policy | PolicyFamily,
    history: History,
    on: dt.date,
    known_on: dt.date | None = None,
    *,
    pupil: str | None = None,
) -> Decision:
    """The decision for one pupil on a date, by the policy in force on it, from what was known on another.

    `known_on` None means everything given. `pupil` may be left out where the history has one. Raises
    NotInForceError if no version covers the date, UnknownSubjectError if there is no such pupil.
    """
    return Session.open(policy, history, on, known_on).decide(find_pupil(history, pupil))


def evaluate_all(
    policy: Policy | PolicyFamily,
    history: History,
    on: dt.date,
    known_on: dt.date | None = None,
    *,
    subjects: Sequence[Subject] = (Subject.PUPIL,),
    brief: bool = False,
) -> Iterator[Decision]:
    """The decisions for all pupils on roll on the date, in order of their ids.

    `subjects` may ask for parents, families, cohorts, schools and authorities besides or instead. `brief`
    decisions have no record, and only the measures that tiers go by. Raises NotInForceError if no version
    covers the date.
    """
    yield from Session.open(policy, history, on, known_on, brief=brief).decide_all(subjects)


def find_pupil(history: History, pupil: str | None) -> Pupil:
    """The pupil of that id, or the only one."""
    if pupil is not None:
        found = history.pupils.get(pupil)
        if found is None:
            raise UnknownSubjectError(f"the history has no pupil `{pupil}`")
        return found
    if len(history.pupils) != 1:
        raise UnknownSubjectError(f"the history has {len(history.pupils)} pupils: say which one is meant")
    return next(iter(history.pupils.values()))


def of_parent(decision: Decision, parent: str) -> Decision:
    """What a pupil's decision says of one parent."""
    recommendations = tuple(one for one in decision.recommendations if one.parent == parent)
    names = {one.name for one in recommendations}
    return replace(
        decision,
        subject=Subject.PARENT,
        id=parent,
        within=decision.id,
        tiers=(),
        measures=decision.parents.get(parent, {}),
        parents={},
        recommendations=recommendations,
        not_known=tuple(
            question
            for question in decision.not_known
            if question.whose in (None, parent) and names.intersection(question.settles)
        ),
    )


def decision_of(session: Session, judgement: Judgement, *, within: str = "") -> Decision:
    """A judgement as a decision."""
    pupil = judgement.view.pupil
    recommendations: list[Recommendation] = []
    unsettled: list[Open] = []
    held_back = False
    for judged in judgement.live_rules():
        if judged.truth is Truth.UNKNOWN and only_history_start(judged.reason):
            held_back = True
            continue
        recommendation = judgement.recommendation(judged)
        if recommendation is not None:
            recommendations.append(recommendation)
            unsettled.extend(judgement.unsettled(judged))
    policy = session.editions.current.policy
    shown = tier_measures(policy) if session.brief else tuple(policy.measures.values())
    measures, parents = measures_of(judgement, shown)
    decision = Decision(
        subject=judgement.subject,
        id=pupil.id,
        within=within,
        school=pupil.school,
        year_group=pupil.year_group,
        policy=policy.header.id.id,
        version=policy.header.id.version,
        on=session.on,
        known_on=session.known_on,
        tiers=tuple(judgement.tiers()) if judgement.subject is Subject.PUPIL else (),
        measures=measures,
        parents=parents,
        recommendations=tuple(recommendations),
        not_known=questions(unsettled, policy),
        remarks=remarks_on(policy, judgement.view, session.on, session.named_outright, held_back=held_back),
        record=no_record(session.on),
    )
    if session.brief:
        return decision
    return make_record(decision, policy, session.records.history, session.named_outright)


def tier_measures(policy: Policy) -> tuple[Measure, ...]:
    """The measures that the policy's tiers name."""
    named = {
        node.name
        for tier in policy.tiers.values()
        for node in walk(tier.when)
        if isinstance(node, MeasureValue)
    }
    return tuple(measure for measure in policy.measures.values() if measure.name in named)


def measures_of(
    judgement: Judgement, shown: Sequence[Measure]
) -> tuple[dict[str, Measured], dict[str, dict[str, Measured]]]:
    """These measures of the pupil, and of each parent, on the date; without the marks counted."""
    scope, ordinal = judgement.scope, judgement.ordinal
    if judgement.subject is not Subject.PUPIL:
        return _of_group(judgement, shown), {}
    own = {
        measure.name: measure_at(measure, ordinal, scope)
        for measure in shown
        if measure.subject is Subject.PUPIL
    }
    parents = {
        parent: {
            measure.name: measure_at(measure, ordinal, scope.of_parent(parent or None))
            for measure in shown
            if measure.subject is Subject.PARENT
        }
        for parent in ([parent.id for parent in judgement.view.pupil.parents] or [""])
    }
    return own, parents


def _of_group(judgement: Judgement, shown: Sequence[Measure]) -> dict[str, Measured]:
    """The shares of marks, pooled over a group's pupils, and the measures that are the group's own.

    Other measures are a pupil's alone.
    """
    return {
        measure.name: measure_at(measure, judgement.ordinal, judgement.scope)
        for measure in shown
        if measure.subject is judgement.subject
        or (measure.subject is Subject.PUPIL and isinstance(measure.value, ShareOfMarks))
    }
