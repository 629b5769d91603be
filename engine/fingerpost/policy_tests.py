"""Runs the tests that stand in a policy: each a small history, a date, and what is to come of it.

Calendars are looked up by name by the caller, so that nothing here knows where they are kept. A test is
evaluated by the very policy it stands in, as if in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from fingerpost.calendar import Calendar
from fingerpost.decision import Status, TierState
from fingerpost.evaluate import Session, editions_on
from fingerpost.history import (
    Authority,
    CalendarData,
    Completeness,
    EventRow,
    HalfDay,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Stay,
    Value,
    slot_of,
)
from fingerpost.judgement import Judged, Judgement
from fingerpost.logic import Truth
from fingerpost.reasons import Measured
from fingerpost.rules import pathway_of
from fingerpost.subject import Records
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Action, Step, Subject
from fingerpost_dsl.model.expressions import LiteralValue
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.tests import (
    Asked,
    Expectation,
    ExpectMeasure,
    ExpectRule,
    ExpectTier,
    GivenEvent,
    GivenFact,
    PolicyTest,
    Registered,
    TestPupil,
)
from fingerpost_dsl.wording import fill_text, say_date

Calendars = Callable[[str], CalendarData]
"""A calendar by name; raises KeyError, with the names there are, where there is none of that name."""

_STATUSES = {status.value: status for status in Status}


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
        found = [_check(expectation, judgement) for judgement in judge.meant_by(expectation)]
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
        if not found or not all(_check(expectation, judgement)[0] for judgement in found):
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


# --- the history ----------------------------------------------------------------------------------


def history_of(test: PolicyTest, calendar: CalendarData | None) -> History:
    """The history that a test describes."""
    closed = frozenset(
        slot_of(date, half) for first, last in test.closed for date in _dates(first, last) for half in HalfDay
    )
    if calendar is not None and closed:
        calendar = CalendarData(
            terms=calendar.terms, closed=calendar.closed | closed, sessions=calendar.sessions
        )
    slots = Calendar.from_data(calendar).open_slots if calendar is not None else None
    pupils = {pupil.pupil: _pupil(pupil, slots) for pupil in test.pupils}
    authorities = _authorities(test)
    return History(
        pupils=dict(sorted(pupils.items())),
        schools={
            school: School(
                id=school,
                authority=authorities[0],
                phase=phase,
                facts=_facts(_rows(test, Subject.SCHOOL, school, GivenFact)),
                events=tuple(map(_event, _rows(test, Subject.SCHOOL, school, GivenEvent))),
            )
            for school, phase in _schools(test).items()
        },
        authorities={
            authority: Authority(
                id=authority,
                facts=_facts(_rows(test, Subject.AUTHORITY, authority, GivenFact)),
                events=tuple(map(_event, _rows(test, Subject.AUTHORITY, authority, GivenEvent))),
            )
            for authority in authorities
        },
        calendars={} if calendar is None else {"": calendar},
        complete=Completeness(kinds={none.event: None for none in test.none_recorded}),
    )


_G = TypeVar("_G", GivenFact, GivenEvent)


def _given(test: PolicyTest) -> Iterator[GivenFact | GivenEvent]:
    for pupil in test.pupils:
        yield from pupil.facts
        yield from pupil.events


def _rows(test: PolicyTest, subject: Subject, name: str, kind: type[_G]) -> list[_G]:
    """What is given of a school or an authority, with whichever pupil it stands."""
    return [row for row in _given(test) if isinstance(row, kind) and row.whose == (subject, name)]


def _authorities(test: PolicyTest) -> list[str]:
    """The authorities that a test names, or one without a name. The schools belong to the first."""
    owners = [row.whose for row in (*_given(test), *test.expects)]
    named = [owner[1] for owner in owners if owner is not None and owner[0] is Subject.AUTHORITY]
    return list(dict.fromkeys(named)) or [""]


def _schools(test: PolicyTest) -> dict[str, str | None]:
    """The schools that a test names, and the phase of those of which it says it."""
    named = [pupil.school or "" for pupil in test.pupils]
    owners = [row.whose for row in _given(test)]
    named.extend(owner[1] for owner in owners if owner is not None and owner[0] is Subject.SCHOOL)
    return {**dict.fromkeys(named), **dict(test.schools)}


def _dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield dt.date.fromordinal(ordinal)


def _pupil(pupil: TestPupil, slots: Sequence[int] | None) -> Pupil:
    own = (None, Subject.PUPIL, Subject.FAMILY)
    facts = [fact for fact in pupil.facts if (fact.whose[0] if fact.whose else None) in own]
    events = [
        event
        for event in pupil.events
        if event.whose is None or event.whose[0] not in (Subject.SCHOOL, Subject.AUTHORITY)
    ]
    parents = tuple(
        Parent(id=id_, facts=_facts([f for f in pupil.facts if f.whose == (Subject.PARENT, id_)]))
        for id_ in pupil.parents
    )
    stays = tuple(Stay(first=first, last=last) for first, last in pupil.on_roll)
    return Pupil(
        id=pupil.pupil,
        school=pupil.school or "",
        date_of_birth=pupil.born,
        year_group=pupil.year_group,
        family=pupil.family,
        on_roll=stays or (Stay(),),
        parents=parents,
        register=register_of(pupil.marks, slots),
        facts=_facts(facts),
        events=tuple(_event(event) for event in events),
    )


def register_of(stretches: Sequence[Registered], slots: Sequence[int] | None) -> Register:
    """The register that stretches of marks spell out: later ones replace earlier ones, unless recorded later.

    Without a calendar every weekday has two sessions.
    """
    rows: dict[tuple[int, dt.date | None], str] = {}
    for stretch in stretches:
        for slot, code in _marks(stretch, slots):
            if stretch.recorded is None:
                for key in [key for key in rows if key[0] == slot]:
                    del rows[key]
            if code is not None:
                rows[slot, stretch.recorded] = code
    ordered = sorted(rows.items(), key=lambda row: (row[0][0], row[0][1] or dt.date.min))
    recorded = tuple(key[1] for key, _ in ordered)
    return Register(
        tuple(key[0] for key, _ in ordered),
        tuple(code for _, code in ordered),
        recorded if any(recorded) else None,
    )


def _marks(stretch: Registered, slots: Sequence[int] | None) -> Iterator[tuple[int, str | None]]:
    if stretch.marks is not None:
        following = _slots(stretch.first, None, slots)
        for slot, code in zip(following, stretch.marks, strict=False):
            yield slot, None if code == "-" else code
        return
    for slot in _slots(stretch.first, stretch.last or stretch.first, slots):
        if stretch.half_day is not None and (slot % 2 == 1) != (stretch.half_day == "PM"):
            continue
        if stretch.unmarked:
            yield slot, None
        else:
            yield slot, stretch.code if stretch.code is not None else "\\" if slot % 2 else "/"


def _slots(first: dt.date, last: dt.date | None, slots: Sequence[int] | None) -> Sequence[int]:
    end = last if last is not None else first + dt.timedelta(days=400)
    start_slot, end_slot = first.toordinal() * 2, end.toordinal() * 2 + 1
    if slots is not None:
        return [slot for slot in slots if start_slot <= slot <= end_slot]
    return [slot_of(date, half) for date in _dates(first, end) if date.weekday() < 5 for half in HalfDay]


def _held(value: LiteralValue) -> Value:
    return value.amount if isinstance(value, Quantity) else value


def _facts(facts: Sequence[GivenFact]) -> dict[str, tuple[Recorded, ...]]:
    found: dict[str, tuple[Recorded, ...]] = {}
    for fact in facts:
        row = Recorded(
            value=_held(fact.value),
            first=fact.first,
            last=fact.last,
            recorded_on=fact.recorded,
            recorded_by=fact.recorded_by,
        )
        found[fact.fact] = (*found.get(fact.fact, ()), row)
    return found


def _event(event: GivenEvent) -> EventRow:
    relied = tuple(
        slot
        for first, last in event.relying_on
        for slot in range(first.toordinal() * 2, last.toordinal() * 2 + 2)
    )
    return EventRow(
        event=event.event,
        date=event.date,
        until=event.until,
        parent=event.whose[1] if event.whose and event.whose[0] is Subject.PARENT else None,
        fields={
            name: tuple(
                Recorded(value=_held(value), first=since)
                for other, value, since in event.fields
                if other == name
            )
            for name, _, _ in event.fields
        },
        relies_on=relied,
        recorded_on=event.recorded,
        recorded_by=event.recorded_by,
    )


# --- expectations ---------------------------------------------------------------------------------


def _check(expectation: Expectation, judgement: Judgement) -> tuple[bool, str, str]:
    match expectation:
        case ExpectTier():
            return _check_tier(expectation, judgement)
        case ExpectMeasure():
            return _check_measure(expectation, judgement)
        case ExpectRule():
            return _check_rule(expectation, judgement)


def _check_tier(expectation: ExpectTier, judgement: Judgement) -> tuple[bool, str, str]:
    state = next(tier.state for tier in judgement.tiers() if tier.name == expectation.tier)
    wanted = {
        None: (TierState.HOLDS, TierState.PROVISIONAL),
        "no": (TierState.NOT,),
        "unknown": (TierState.UNKNOWN,),
        "provisional": (TierState.PROVISIONAL,),
        "settled": (TierState.HOLDS,),
    }.get(expectation.qualifier, ())
    return (
        state in wanted,
        f"{expectation.qualifier or 'in'} tier `{expectation.tier}`",
        f"tier: {state.value}",
    )


def _check_measure(expectation: ExpectMeasure, judgement: Judgement) -> tuple[bool, str, str]:
    measure = judgement.policy.measures[expectation.measure]
    scope = judgement.scope
    whose = expectation.whose
    if measure.subject is Subject.PARENT:
        parents: list[str | None] = [whose[1]] if whose and whose[0] is Subject.PARENT else []
        parents = parents or [parent.id for parent in judgement.view.pupil.parents] or [None]
    else:
        parents = [None]

    found = [measure_at(measure, judgement.ordinal, replace(scope, parent=parent)) for parent in parents]
    met = all(_is_value(one, expectation.value) for one in found)
    wanted = "unknown" if expectation.value is None else str(expectation.value)
    if isinstance(expectation.value, Quantity):
        wanted = " ".join(expectation.span.text.split()).partition(" is ")[2] or wanted
    return met, f"measure `{expectation.measure}` is {wanted}", "; ".join(dict.fromkeys(map(say, found)))


def _is_value(measured: Measured, value: Quantity | dt.date | str | None) -> bool:
    if value is None:
        return measured.applicable and not measured.exact
    if value == "not applicable":
        return not measured.applicable
    if not measured.exact:
        return False
    return measured.lowest == value.amount if isinstance(value, Quantity) else measured.plain == value


def say(measured: Measured) -> str:
    """A value in a few words, for a failed test.

    >>> from fractions import Fraction
    >>> say(Measured(lowest=Fraction(2), highest=None))
    'at least 2'
    """
    if not measured.applicable:
        return "not applicable"
    if measured.parts is not None:
        return f"{measured.parts[0]}/{measured.parts[1]}"
    if measured.exact:
        return str(measured.plain if measured.plain is not None else measured.lowest)
    if measured.lowest is None:
        return "unknown"
    return (
        f"at least {measured.lowest}"
        if measured.highest is None
        else f"from {measured.lowest} to {measured.highest}"
    )


def _check_rule(expectation: ExpectRule, judgement: Judgement) -> tuple[bool, str, str]:
    rule = judgement.policy.actions.get(expectation.rule) or judgement.policy.steps[expectation.rule]
    if expectation.asked is not None and not _asks(rule, expectation.asked, judgement.policy):
        text = fill_text(rule.text, judgement.policy)
        return False, _wanted(expectation), f'it asks: {rule.actor} {rule.modality.value} "{text}"'
    judged = [one for one in judgement.rule(rule) if _is_meant(one, expectation)]
    met = [_meets(one, expectation, judgement) for one in judged]
    by_occasion = bool(judged) and judged[0].instance.scope.occasion is not None
    if expectation.qualifier == "no":
        result = all(met)
    else:
        result = bool(met) and (any(met) if by_occasion else all(met))
    actual = "; ".join(dict.fromkeys(_said(one) for one in judged)) or "there is no occasion for it"
    return result, _wanted(expectation), actual


def _asks(rule: Action | Step, asked: Asked, policy: Policy) -> bool:
    """Whether a rule asks whom it should for what it should, as strongly as it should."""
    same = rule.actor == asked.actor and rule.modality is asked.modality
    return same and asked.text in (None, fill_text(rule.text, policy))


def _wanted(expectation: ExpectRule) -> str:
    words = f"{expectation.qualifier or 'that'} `{expectation.rule}`"
    if expectation.qualifier is None:
        words += " applies"
    if expectation.triggered is not None:
        words += f" triggered {say_date(expectation.triggered)}"
    if expectation.due is not None:
        words += f" due {say_date(expectation.due)}"
    if expectation.asked is not None:
        words += f" {expectation.asked.span.text}"
    return words


def _is_meant(judged: Judged, expectation: ExpectRule) -> bool:
    scope = judged.instance.scope
    if expectation.whose and expectation.whose[0] is Subject.PARENT and scope.parent != expectation.whose[1]:
        return False
    if expectation.occasion is not None:
        return (
            scope.occasion is not None and scope.occasion.first_slot // 2 == expectation.occasion.toordinal()
        )
    return True


def _meets(judged: Judged, expectation: ExpectRule, judgement: Judgement) -> bool:
    status = judged.standing.status
    if expectation.due is not None and judged.standing.due != expectation.due:
        return False
    if expectation.triggered is not None and judged.standing.triggered != expectation.triggered:
        return False
    match expectation.qualifier:
        case None:
            return judged.applies is Truth.TRUE and status not in (Status.BARRED, Status.UNKNOWN)
        case "no":
            return judged.applies is Truth.FALSE
        case "unlisted":
            return judged.applies is Truth.FALSE and status is None
        case "unknown":
            return judged.applies is Truth.UNKNOWN or status is Status.UNKNOWN
        case "provisional":
            recommendation = judgement.recommendation(judged)
            return recommendation is not None and recommendation.provisional
        case qualifier:
            return status is _STATUSES[qualifier]


def _said(judged: Judged) -> str:
    standing = judged.standing
    words = {Truth.TRUE: "applies", Truth.FALSE: "does not apply", Truth.UNKNOWN: "is not known"}[
        judged.applies
    ]
    if standing.status is not None:
        words += f", {standing.status.value}"
    if standing.triggered is not None:
        words += f", triggered {say_date(standing.triggered)}"
    if standing.due is not None:
        words += f", due {say_date(standing.due)}"
    parent = judged.instance.scope.parent
    return f"for parent {parent}: {words}" if parent else words
