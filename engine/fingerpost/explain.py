"""Why, why not, and what next: everything needed to defend a decision, or to see what would change it.

`explain` adds to a decision what `evaluate` leaves out because it takes more work: for each rule that does
not apply the smallest change that would turn it, for each that applies the day on which it would end by
itself, for a bar the day on which it lifts. Each such claim is checked by judging the changed history before
it is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fingerpost.bars import lifts_on
from fingerpost.changes import Change, smallest_changes
from fingerpost.conditions import reason_at
from fingerpost.decision import Barred, Decision, Recommendation, Status
from fingerpost.evaluate import Session, decision_of, find_pupil
from fingerpost.history import History, Mark
from fingerpost.judgement import Judged, Judgement
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost.rules import combined, rule_reasons
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import Compare, InTheLast, MeasureValue, MostInAny, Value, Window
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import fill_text

LOOK_AHEAD = 400
"""School days within which the end of a recommendation is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Marks that leave a window on a date if nothing is added; `left` is how many still count then."""

    date: dt.date
    marks: tuple[Mark, ...]
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When a recommendation would end by itself; `date` None: not within the calendar given."""

    rule: str
    parent: str | None
    date: dt.date | None
    leaving: tuple[Leaving, ...]
    """When the marks it rests on leave their windows, the first three times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """A rule that does not apply, or is not settled, or is barred.

    Which clauses fail, and what would turn it.
    """

    rule: str
    title: str
    kind: str
    pathway: str | None
    enforcement: bool
    actor_title: str
    text: str
    parent: str | None
    truth: Truth
    reason: Reason
    failing: tuple[Reason, ...]
    """The leaves that are false, then those that are not known."""
    barred_by: tuple[Barred, ...]
    changes: tuple[Change, ...]
    """The smallest change of each sort, verified; none was found of the sorts that are missing."""
    leaving: tuple[Leaving, ...]
    """When marks that already count leave their windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A decision with why not, what next, and when it ends."""

    decision: Decision
    endings: tuple[Ending, ...]
    not_now: tuple[WhyNot, ...]


def explain(
    policy: Policy | PolicyFamily,
    history: History,
    on: dt.date,
    known_on: dt.date | None = None,
    *,
    pupil: str | None = None,
    rules: Sequence[str] | None = None,
) -> Explanation:
    """The decision for one pupil, explained. `rules` limits why-not to these actions and steps.

    Raises what `evaluate` raises.
    """
    session = Session.open(policy, history, on, known_on)
    return explain_in(session, find_pupil(history, pupil).id, rules=rules)


def explain_in(session: Session, pupil: str, *, rules: Sequence[str] | None = None) -> Explanation:
    """The same within an open session, for one pupil after another."""
    subject = session.records.history.pupils[pupil]
    judgement = session.judgement(subject)
    decision = decision_of(session, judgement)
    lifted = replace(
        decision,
        recommendations=tuple(_with_lifts(r, judgement) for r in decision.recommendations),
    )
    endings: list[Ending] = []
    not_now: list[WhyNot] = []
    for judged in judgement.rules():
        if rules is not None and judged.instance.rule.name not in rules:
            continue
        if judged.truth is Truth.TRUE and judged.standing.status is not Status.BARRED:
            endings.append(_ending(judged, judgement))
        elif rules is not None or _worth_saying(judged):
            not_now.append(_why_not(judged, judgement))
    return Explanation(decision=lifted, endings=tuple(endings), not_now=tuple(not_now))


def _worth_saying(judged: Judged) -> bool:
    """Of all that does not apply: what something speaks for, unless it is only that the pupil exists."""
    return any(_speaks_for(leaf) for leaf in judged.reason.leaves()) or bool(judged.bars)


def _speaks_for(leaf: Reason) -> bool:
    counted = leaf.evidence is not None and bool(leaf.evidence.marks or leaf.evidence.events)
    return (counted and leaf.truth is not Truth.TRUE) or (leaf.role == "round" and leaf.truth is Truth.TRUE)


def _why_not(judged: Judged, judgement: Judgement) -> WhyNot:
    rule, scope = judged.instance.rule, judged.instance.scope
    leaves = judged.reason.leaves()
    failing = [leaf for leaf in leaves if leaf.truth is Truth.FALSE]
    failing.extend(leaf for leaf in leaves if leaf.truth is Truth.UNKNOWN)
    bars = tuple(_lifted(bar, rule, scope, judgement) for bar in judged.bars)
    changes = smallest_changes(judged, judgement) if judged.truth is not Truth.TRUE else ()
    return WhyNot(
        rule=rule.name,
        title=rule.title,
        kind="step" if isinstance(rule, Step) else "action",
        pathway=rule.pathway if isinstance(rule, Step) else None,
        enforcement=isinstance(rule, Step) and judgement.policy.pathways[rule.pathway].enforcement,
        actor_title=judgement.policy.roles[rule.actor].title,
        text=fill_text(rule.text, judgement.policy),
        parent=scope.parent,
        truth=judged.truth,
        reason=judged.reason,
        failing=tuple(failing),
        barred_by=bars,
        changes=changes,
        leaving=leaving(judged, judgement),
    )


# --- when it ends ---------------------------------------------------------------------------------


def future_school_days(judgement: Judgement) -> Iterator[int]:
    """The school days after the date, as ordinals, as far as the calendar and the look-ahead go."""
    yield from judgement.view.axis.school_days[judgement.length : judgement.length + LOOK_AHEAD]


def truth_on(judged: Judged, ordinal: int, judgement: Judgement) -> Truth:
    """Whether a rule applies on another date, the history staying as it is."""
    rule, scope = judged.instance.rule, judged.instance.scope
    if judged.course is not None and isinstance(rule, Step):
        course = replace(judged.course, scope=scope)
        return course.reason(rule, ordinal, course.current()).truth
    return combined(rule, rule_reasons(rule, ordinal, scope)).truth


def _ending(judged: Judged, judgement: Judgement) -> Ending:
    """The first school day on which a rule no longer applies if nothing is added."""
    date: dt.date | None = None
    if _moves(judged.reason):
        for ordinal in future_school_days(judgement):
            if truth_on(judged, ordinal, judgement) is Truth.FALSE:
                date = dt.date.fromordinal(ordinal)
                break
    rule, scope = judged.instance.rule, judged.instance.scope
    return Ending(rule=rule.name, parent=scope.parent, date=date, leaving=leaving(judged, judgement))


def _moves(reason: Reason) -> bool:
    """Whether anything it rests on has a window, or time, in it: without either it never ends by itself."""
    return any(leaf.evidence is not None or leaf.left is not None for leaf in reason.leaves())


def leaving(judged: Judged, judgement: Judgement, *, times: int = 3) -> tuple[Leaving, ...]:
    """When the marks that count towards a comparison leave a rolling window, if nothing is added."""
    scope = judgement.evident(judged.instance.scope)
    compared = next((leaf for leaf in judged.reason.leaves() if _is_rolling(leaf, judgement.policy)), None)
    if compared is None or compared.evidence is None or not isinstance(compared.clause, Compare):
        return ()
    before = compared.evidence.marks
    found: list[Leaving] = []
    for ordinal in future_school_days(judgement):
        again = reason_at(compared.clause, ordinal, scope)
        marks = again.evidence.marks if again.evidence is not None else ()
        gone = tuple(mark for mark in before if mark not in marks)
        if gone:
            found.append(Leaving(date=dt.date.fromordinal(ordinal), marks=gone, left=len(marks)))
            before = marks
        if len(found) == times or not before:
            break
    return tuple(found)


def _is_rolling(leaf: Reason, policy: Policy) -> bool:
    """A comparison of marks counted in a window that moves on from day to day."""
    if not isinstance(leaf.clause, Compare) or leaf.evidence is None or not leaf.evidence.marks:
        return False
    value = value_of(leaf.clause.left, policy)
    if isinstance(value, MostInAny):
        return False  # another stretch may become the greatest: what no longer counts has not left the window
    return any(isinstance(window, InTheLast) for window in getattr(value, "windows", ()))


def value_of(value: Value, policy: Policy) -> Value:
    """A value, or what the measure that it names is."""
    while isinstance(value, MeasureValue):
        value = policy.measures[value.name].value
    return value


def windows_of(value: Value, policy: Policy) -> tuple[Window, ...]:
    """The windows of a value, or of the measure it names."""
    return getattr(value_of(value, policy), "windows", ())


# --- bars -----------------------------------------------------------------------------------------


def _with_lifts(recommendation: Recommendation, judgement: Judgement) -> Recommendation:
    if not recommendation.barred_by:
        return recommendation
    rule = judgement.policy.steps.get(recommendation.name) or judgement.policy.actions[recommendation.name]
    scope = replace(judgement.scope, parent=recommendation.parent)
    bars = tuple(_lifted(bar, rule, scope, judgement) for bar in recommendation.barred_by)
    return replace(recommendation, barred_by=bars)


def _lifted(barred: Barred, rule: Action | Step, scope: Scope, judgement: Judgement) -> Barred:
    """The bar with the first date on which it no longer holds, the record staying as it is."""
    if barred.truth is not Truth.TRUE:
        return barred
    return replace(barred, lifts=lifts_on(judgement.policy.bars[barred.bar], scope, judgement.ordinal))
