"""From a policy and a history to decisions: the front door of the engine.

`evaluate` is a pure function: nothing reads the clock, the network, the environment or a global. It gives the
same answer every time, on every machine, for the same policy, history and dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerpost.decision import Decision, Recommendation
from fingerpost.history import History, Pupil
from fingerpost.judgement import Judgement
from fingerpost.logic import Truth
from fingerpost.questions import Open, only_history_start, questions
from fingerpost.reasons import Measured
from fingerpost.record import make_record, no_record
from fingerpost.remarks import remarks_on
from fingerpost.rules import Edition, Editions
from fingerpost.subject import Records
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import ShareOfMarks
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy

_ALWAYS = (1, dt.date.max.toordinal())


class NotInForceError(ValueError):
    """No version of the policy covers the date."""


class UnknownSubjectError(ValueError):
    """The history has no such pupil, or several and none was named."""


@dataclass(frozen=True, slots=True)
class Session:
    """A policy and a history brought together on a date, to be asked about one pupil after another.

    What depends on the school alone is worked out once. `named_outright` says that a version was named,
    rather than the one in force on the date taken (meaning 28).
    """

    editions: Editions
    records: Records
    on: dt.date
    known_on: dt.date | None
    named_outright: bool

    @classmethod
    def open(
        cls, policy: Policy | PolicyFamily, history: History, on: dt.date, known_on: dt.date | None = None
    ) -> Session:
        """Picks the version in force on the date; a single policy is evaluated as if in force.

        Raises NotInForceError if no version covers the date.
        """
        editions = editions_on(policy, on)
        records = Records(editions.current.policy, history, known_on)
        return cls(editions, records, on, known_on, isinstance(policy, Policy))

    def judgement(self, pupil: Pupil) -> Judgement:
        """One pupil, judged on the date."""
        return Judgement(self.editions, self.records.view(pupil), self.on.toordinal())

    def decide(self, pupil: Pupil) -> Decision:
        """The decision for one pupil."""
        judgement = self.judgement(pupil)
        decision = decision_of(self, judgement)
        judgement.view.forget()
        return decision

    def decide_school(self, school: str) -> Decision:
        """The decision for a school: its own standing actions, and what is pooled over its pupils on roll."""
        return decision_of(self, self._group(Subject.SCHOOL, school, (school,)))

    def decide_authority(self, authority: str) -> Decision:
        """The decision for a local authority; terms are those of its first school, by id."""
        schools = tuple(one.id for one in self.records.history.schools.values() if one.authority == authority)
        return decision_of(self, self._group(Subject.AUTHORITY, authority, schools))

    def _group(self, subject: Subject, name: str, schools: Sequence[str]) -> Judgement:
        view = self.records.view_of_school(schools[0] if schools else "", name)
        pupils = [pupil for school in schools for pupil in self.records.pupils_of(school)]
        members = tuple(self.records.view(pupil) for pupil in pupils if is_on_roll(pupil, self.on))
        return Judgement(self.editions, view, self.on.toordinal(), subject=subject, members=members)

    def decide_all(self, subjects: Sequence[Subject]) -> Iterator[Decision]:
        """The decisions for every pupil on roll, school and authority, as asked for.

        Each sort in order of ids.
        """
        history = self.records.history
        if Subject.PUPIL in subjects:
            yield from (self.decide(pupil) for pupil in history.pupils.values() if is_on_roll(pupil, self.on))
        if Subject.SCHOOL in subjects:
            schools = sorted({pupil.school for pupil in history.pupils.values()} | set(history.schools))
            yield from (self.decide_school(school) for school in schools)
        if Subject.AUTHORITY in subjects:
            yield from (self.decide_authority(authority) for authority in sorted(history.authorities))


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
    _check_parents(current, on)
    earlier = [
        Edition(version, version.header.in_force_from.toordinal(), _last(policy, version))
        for version in policy.versions
        if version.header.in_force_from < current.header.in_force_from
    ]
    return Editions(
        Edition(current, current.header.in_force_from.toordinal(), _last(policy, current)),
        tuple(reversed(earlier)),
    )


def _check_parents(policy: Policy, on: dt.date) -> None:
    """A local version does not outlive what it extends (meaning 28)."""
    for parent in policy.layers[:-1]:
        until = parent.in_force_until
        if until is not None and on > until:
            raise NotInForceError(
                f"{policy.header.id} extends {parent.id}, which was in force until {until.isoformat()}: "
                f"on {on.isoformat()} a version of {policy.header.id.id} is needed that extends its successor"
            )


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
) -> Iterator[Decision]:
    """The decisions for all pupils on roll on the date, in order of their ids.

    `subjects` may ask for schools and authorities besides or instead. Raises NotInForceError if no version
    covers the date.
    """
    yield from Session.open(policy, history, on, known_on).decide_all(subjects)


def is_on_roll(pupil: Pupil, on: dt.date) -> bool:
    """Whether a pupil is on roll on a date."""
    return any((stay.first or on) <= on <= (stay.last or on) for stay in pupil.on_roll)


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


def decision_of(session: Session, judgement: Judgement) -> Decision:
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
    measures, parents = measures_of(judgement)
    policy = session.editions.current.policy
    decision = Decision(
        subject=judgement.subject,
        id=pupil.id,
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
    return make_record(decision, policy, session.records.history, session.named_outright)


def measures_of(judgement: Judgement) -> tuple[dict[str, Measured], dict[str, dict[str, Measured]]]:
    """Every measure of the pupil, and of each parent, on the date; without the marks counted."""
    scope, ordinal = judgement.scope, judgement.ordinal
    if judgement.subject is not Subject.PUPIL:
        return _of_group(judgement), {}
    own = {
        measure.name: measure_at(measure, ordinal, scope)
        for measure in judgement.policy.measures.values()
        if measure.subject is Subject.PUPIL
    }
    parents = {
        parent: {
            measure.name: measure_at(measure, ordinal, scope.of_parent(parent or None))
            for measure in judgement.policy.measures.values()
            if measure.subject is Subject.PARENT
        }
        for parent in ([parent.id for parent in judgement.view.pupil.parents] or [""])
    }
    return own, parents


def _of_group(judgement: Judgement) -> dict[str, Measured]:
    """The shares of marks, pooled over a school's or authority's pupils.

    Other measures are a pupil's alone.
    """
    if not judgement.scope.members:
        return {}
    return {
        measure.name: measure_at(measure, judgement.ordinal, judgement.scope)
        for measure in judgement.policy.measures.values()
        if isinstance(measure.value, ShareOfMarks)
    }
