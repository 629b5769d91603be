"""One pupil judged on one date: tiers, every action and step with its status, what is not settled.

`Judgement` is the one place in which rules, spells, rounds, bars and tiers come together; `evaluate.py` makes
a decision of it, and `explain.py` asks it about rules that do not apply.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from fingerpost.conditions import in_tier, reason_at, tier_reason
from fingerpost.counting import sessions_in
from fingerpost.days import Days, tier_days
from fingerpost.decision import Barred, Recommendation, Status, TierResult, TierState
from fingerpost.history import Value as Held
from fingerpost.liveness import Never, how_hopeless, is_hopeless
from fingerpost.logic import Truth
from fingerpost.pathways import Course, course_of
from fingerpost.questions import Open
from fingerpost.reasons import Reason, rule_truth
from fingerpost.rules import (
    RECENT,
    Editions,
    Instance,
    combined,
    instances,
    latest_spells,
    may_last,
    pathway_of,
    rule_reasons,
)
from fingerpost.scope import Group, Scope
from fingerpost.spells import spells
from fingerpost.status import Standing, stand
from fingerpost.subject import PupilView
from fingerpost.values import asked_on
from fingerpost.weights import deadline_weight, weight_of
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Action, Bar, Step, Subject, Tier
from fingerpost_dsl.model.expressions import (
    Compare,
    Condition,
    CountOfMarks,
    InTier,
    MeasureValue,
    Rounded,
    ShareOfMarks,
    Value,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import fill_text

_SPEAKING_OF = {
    Subject.PUPIL: frozenset({Subject.PUPIL, Subject.PARENT}),
    Subject.FAMILY: frozenset({Subject.FAMILY}),
    Subject.COHORT: frozenset({Subject.COHORT}),
    Subject.SCHOOL: frozenset({Subject.SCHOOL}),
    Subject.AUTHORITY: frozenset({Subject.AUTHORITY}),
}
"""The rules that a decision for a subject judges."""
OVER = frozenset({None, Status.DONE, Status.USED, Status.LAPSED})
"""No bar is asked of these."""


@dataclass(frozen=True, slots=True)
class _OwnRule:
    """A rule that speaks of the subject, and how to see at once that it never applies, if there is a way."""

    rule: Action | Step
    never: Never | None


@dataclass(frozen=True)
class Judged:
    """A rule for one parent or occasion on the date: its truth and standing; why, when somebody asks."""

    judgement: Judgement
    instance: Instance
    course: Course | None
    truth: Truth
    """Whether its conditions hold on the date."""
    standing: Standing
    barring: tuple[tuple[Bar, Truth], ...]
    """The bars on it that hold, or may hold."""

    @property
    def applies(self) -> Truth:
        """Whether it applies; what is still owed does, though its conditions have passed."""
        owed = self.standing.status in (Status.OVERDUE, Status.DUE, Status.ONGOING)
        return Truth.TRUE if self.truth is Truth.FALSE and owed else self.truth

    @cached_property
    def reason(self) -> Reason:
        """Why it applies, or not, with the evidence."""
        return self.judgement.reason(self.instance, self.course)

    @cached_property
    def bars(self) -> tuple[Barred, ...]:
        """The bars on it that hold, or may hold, with their reasons."""
        scope = self.judgement.evident(self.course.scope if self.course else self.instance.scope)
        return tuple(
            Barred(
                bar=bar.name,
                title=bar.title,
                truth=truth,
                reason=self.judgement.bar_reason(bar, scope, self.judgement.ordinal),
                cites=bar.cites,
            )
            for bar, truth in self.barring
        )


class Judgement:
    """All rules of a policy for one pupil as at a date."""

    def __init__(
        self,
        editions: Editions,
        view: PupilView,
        ordinal: int,
        *,
        subject: Subject = Subject.PUPIL,
        group: Group | None = None,
    ) -> None:
        self.subject = subject
        self.editions = editions
        self.policy: Policy = editions.current.policy
        self.view = view
        self.ordinal = ordinal
        self.length = view.axis.days_until(ordinal)
        self.is_school_day = bool(self.length) and view.axis.school_days[self.length - 1] == ordinal
        self.scope = Scope(policy=self.policy, view=view, group=group, with_evidence=False)
        """Without evidence: most rules do not apply to most pupils, and nobody asks why."""
        self._courses: dict[tuple[str, str | None, int], Course] = {}
        self._waiting: dict[str, bool] = {}

    def evident(self, scope: Scope) -> Scope:
        """The same scope, its values carrying what they count."""
        return scope.evident()

    # --- rules ------------------------------------------------------------------------------------

    def rules(self) -> Iterator[Judged]:
        """Every action and step that speaks of the pupil.

        A parent or an occasion, in order of declaration.
        """
        for own in self._own_rules():
            yield from self.rule(own.rule)

    def live_rules(self, asked: Container[str] | None = None) -> Iterator[Judged]:
        """Those of `rules` that can apply, or be owed: what rests on a fact that nobody recorded cannot.

        `asked` are the names of the rules that are meant; all if not given.
        """
        for own in self._own_rules():
            if asked is not None and own.rule.name not in asked:
                continue
            if self._is_live(own) and not self._waits(own.rule):
                yield from self.rule(own.rule)

    def _own_rules(self) -> Sequence[_OwnRule]:
        """The rules that speak of the subject, or of each of its parents or occasions."""
        memo = self.view.records.memo
        key = ("rules of", self.subject, id(self.policy))
        if key not in memo:
            memo[key] = tuple(
                _OwnRule(rule, how_hopeless(rule, self.policy))
                for rule in self.policy.rules()
                if self.speaks_of(rule)
            )
        return memo[key]  # type: ignore[return-value]  # the memo holds what was put under this key

    def speaks_of(self, rule: Action | Step) -> bool:
        """Whether a rule is for the subject, or for each of its parents or occasions."""
        pathway = pathway_of(rule, self.policy)
        return (pathway.subject if pathway else rule.subject) in _SPEAKING_OF[self.subject]

    def _is_live(self, own: _OwnRule) -> bool:
        """Whether anything speaks against passing over a rule unjudged."""
        rule = own.rule
        date = None if self.is_school_day else self.ordinal
        if self.scope.group is None and own.never is not None and own.never(self.scope, self.length, date):
            return self._may_be_owed(rule)
        if rule.tier is not None and not rule.tier.only:
            held = self._held(rule.tier, self.scope)
            if not rule.stands_until_done:
                held >>= max(self.length - RECENT, 0)
            return bool(held) or not self.is_school_day or self._may_be_owed(rule)
        return True

    def _held(self, tier: InTier, scope: Scope) -> int:
        """The school days, as bits, on which the pupil is in a tier, or may be."""
        days = tier_days(tier.name, self.length, scope)
        return days.every & ~days.false

    def _waits(self, rule: Action | Step) -> bool:
        """Whether it is a later step of a pathway in which no round has ever begun, for no parent."""
        if not isinstance(rule, Step) or rule.starts_here:
            return False
        waits = self._waiting.get(rule.pathway)
        if waits is None and self._never_begins(rule.pathway):
            waits = self._waiting[rule.pathway] = True
        if waits is None:
            courses = (self.course(rule, one.scope) for one in instances(rule, self.scope, self.ordinal))
            waits = self._waiting[rule.pathway] = not any(course.rounds for course in courses)
        return waits

    def _never_begins(self, pathway: str) -> bool:
        """Whether no first step of a pathway can ever have applied, by no edition."""
        return all(
            is_hopeless(step, self.scope.by(edition.policy), self.length)
            for edition in (self.editions.current, *self.editions.earlier)
            for step in edition.policy.steps.values()
            if step.pathway == pathway and step.starts_here
        )

    def _may_be_owed(self, rule: Action | Step) -> bool:
        """Whether an earlier edition, with other conditions, may have left something to be done."""
        for edition in self.editions.earlier:
            predecessor = edition.rule_like(rule)
            if predecessor is None or not may_last(rule, predecessor):
                return False
            scope = self.scope.by(edition.policy)
            if self.scope.group is None and is_hopeless(predecessor, scope, self.length):
                continue
            tier = predecessor.tier
            if tier is None or tier.only or self._held(tier, scope):
                return True
        return False

    def rule(self, rule: Action | Step) -> Iterator[Judged]:
        """One rule, for each parent or occasion that it speaks of."""
        if not self.speaks_of(rule):
            return
        for instance in instances(rule, self.scope, self.ordinal):
            yield self.judge(instance)

    def judge(self, instance: Instance) -> Judged:
        """One rule for one parent or occasion."""
        rule, scope = instance.rule, instance.scope
        if isinstance(rule, Step):
            course = self.course(rule, scope)
            round_ = course.current()
            if round_ is None and not rule.starts_here:
                return Judged(self, instance, course, Truth.FALSE, Standing(status=None), ())
            days = course.days(rule)
            truth = self._truth(instance, course, days)
            event = round_.recorded.get(rule.name) if round_ else None
            if rule.starts_here and round_ is not None:
                days = course.in_round(days, round_, still_applies=truth is not Truth.FALSE)
            recorded_on = () if event is None else (event.date,)
            judged_in = course.scope_of(rule, round_)
            standing = stand(rule, days, truth, self.ordinal, judged_in, recorded_on=recorded_on)
            bars = self._barring(rule, standing, truth, course.scope)
            return Judged(self, instance, course, truth, _barred(standing, bars), bars)
        days = latest_spells(rule, self.length, scope, self.editions)
        truth = self._truth(instance, None, days)
        standing = stand(rule, days, truth, self.ordinal, scope)
        bars = self._barring(rule, standing, truth, scope)
        return Judged(self, instance, None, truth, _barred(standing, bars), bars)

    def _truth(self, instance: Instance, course: Course | None, days: Days) -> Truth:
        """On a school day its own bit.

        On another date (a Saturday) the conditions are judged for themselves.
        """
        if self.is_school_day:
            return days.at(self.length - 1)
        return self.reason(instance, course, evident=False).truth

    def reason(self, instance: Instance, course: Course | None, *, evident: bool = True) -> Reason:
        """Why a rule applies on the date, or does not."""
        rule, scope = instance.rule, instance.scope
        if course is not None and isinstance(rule, Step):
            shown = replace(course, scope=self.evident(course.scope)) if evident else course
            return shown.reason(rule, self.ordinal, course.current())
        return combined(rule, rule_reasons(rule, self.ordinal, self.evident(scope) if evident else scope))

    def course(self, step: Step, scope: Scope) -> Course:
        """The rounds of a step's pathway, for a parent or occasion.

        Parents between whom nothing on record tells any difference have gone the same way.
        """
        parent = None if self.view.parents_are_alike else scope.parent
        key = (step.pathway, parent, scope.occasion.first_slot if scope.occasion else 0)
        course = self._courses.get(key)
        if course is None:
            pathway = self.policy.pathways[step.pathway]
            course = self._courses[key] = course_of(pathway, scope, self.editions, self.ordinal)
        return course if course.scope.parent == scope.parent else replace(course, scope=scope)

    def _barring(
        self, rule: Action | Step, standing: Standing, truth: Truth, scope: Scope
    ) -> tuple[tuple[Bar, Truth], ...]:
        """The bars on a rule that hold, or may hold; of what is done or does not apply none is asked."""
        if truth is Truth.FALSE or standing.status in OVER:
            return ()
        bars = [bar for bar in self.policy.bars.values() if rule.name in bar.stops]
        truths = [(bar, self.bar_reason(bar, scope, self.ordinal).truth) for bar in bars]
        return tuple((bar, truth) for bar, truth in truths if truth is not Truth.FALSE)

    @staticmethod
    def bar_reason(bar: Bar, scope: Scope, ordinal: int) -> Reason:
        """Whether a bar holds on a date, and why."""
        children = tuple(reason_at(condition, ordinal, scope, role="when") for condition in bar.when)
        truth = rule_truth((child.truth, child.role) for child in children)
        return Reason(clause=bar, truth=truth, children=children)

    def recommendation(self, judged: Judged) -> Recommendation | None:
        """What a judged rule recommends; None where there is nothing to list."""
        standing, rule, scope = judged.standing, judged.instance.rule, judged.instance.scope
        if standing.status is None:
            return None
        pathway = pathway_of(rule, self.policy)
        return Recommendation(
            name=rule.name,
            title=rule.title,
            kind="step" if isinstance(rule, Step) else "action",
            pathway=pathway.name if pathway else None,
            enforcement=pathway.enforcement if pathway else False,
            applies=judged.applies,
            status=standing.status,
            provisional=self._is_provisional(judged),
            actor=rule.actor,
            actor_title=self.policy.roles[rule.actor].title,
            usually_by=rule.usually_by,
            with_roles=rule.with_roles,
            jointly_with=rule.jointly_with,
            modality=rule.modality,
            weight=weight_of(rule.cites, self.policy),
            text=fill_text(rule.text, self.policy),
            parent=scope.parent,
            occasion=scope.occasion,
            triggered=standing.triggered,
            triggered_from=standing.triggered_from,
            due=standing.due,
            due_unknown=standing.due_unknown,
            overdue_count=standing.overdue_count,
            done_on=standing.done_on,
            deadline_weight=deadline_weight(rule, self.policy),
            cites=rule.cites,
            notes=rule.notes,
            reason=judged.reason,
            barred_by=judged.bars,
        )

    def supposing(self, judged: Judged, answers: Mapping[str, Held]) -> Truth:
        """Whether a rule would apply on the date if these facts were so."""
        rule = judged.instance.rule
        if judged.course is not None and isinstance(rule, Step):
            course = replace(judged.course, scope=replace(judged.course.scope, answers=answers))
            return course.reason(rule, self.ordinal, course.current()).truth
        scope = replace(judged.instance.scope, answers=answers)
        return combined(rule, rule_reasons(rule, self.ordinal, scope)).truth

    def unsettled(self, judged: Judged) -> Iterator[Open]:
        """A judged rule, or a bar on it, that is not settled."""
        rule, scope = judged.instance.rule, judged.instance.scope
        if judged.truth is Truth.UNKNOWN:
            yield Open(rule.name, judged.reason, partial(self.supposing, judged), scope.parent)
        elif judged.truth is Truth.TRUE:
            for barred in judged.bars:
                if barred.truth is Truth.UNKNOWN:
                    bar = self.policy.bars[barred.bar]

                    def judge_bar(answers: Mapping[str, Held], bar: Bar = bar) -> Truth:
                        return self.bar_reason(bar, replace(scope, answers=answers), self.ordinal).truth

                    yield Open(rule.name, barred.reason, judge_bar, scope.parent)

    # --- tiers ------------------------------------------------------------------------------------

    def tiers(self) -> Iterator[TierResult]:
        """Every tier as at the date, in order of declaration."""
        for tier in self.policy.tiers.values():
            reason = self._tier(tier)
            state = TierState.NOT
            if reason.truth is Truth.UNKNOWN:
                state = TierState.UNKNOWN
            elif reason.truth is Truth.TRUE:
                state = TierState.PROVISIONAL if self.is_provisional(tier, self.ordinal) else TierState.HOLDS
            yield TierResult(
                name=tier.name, title=tier.title, state=state, reason=reason, since=self._since(tier, state)
            )

    def _tier(self, tier: Tier) -> Reason:
        scope = self.evident(self.scope)
        own = tier_reason(tier, self.ordinal, scope)
        if own.truth is Truth.TRUE:
            return own
        return in_tier(InTier(name=tier.name, span=tier.span), self.ordinal, scope)

    def _since(self, tier: Tier, state: TierState) -> dt.date | None:
        if state not in (TierState.HOLDS, TierState.PROVISIONAL) or not self.length or not tier.when:
            return None
        found = spells(tier_days(tier.name, self.length, self.scope))
        days = self.view.axis.school_days
        first = self.view.axis.days_until(self.editions.current.first - 1)
        if found and found[-1].last == self.length - 1:
            return dt.date.fromordinal(days[max(found[-1].trigger, min(first, self.length - 1))])
        return None

    def is_provisional(self, tier: Tier, ordinal: int) -> bool:
        """Whether the pupil has fewer possible sessions in the tier's window than the policy asks."""
        if tier.provisional_below is None:
            return False
        asked = quantity_of(tier.provisional_below, self.policy)
        measured = next((found for c in tier.when if (found := marks_measure(c, ordinal, self.scope))), None)
        if asked is None or measured is None:
            return False
        windows, weekdays, then = measured
        sessions = sessions_in(windows, weekdays, then, self.scope)
        possible = (self.view.possible & sessions.certain).bit_count()
        return possible < asked.amount

    def _is_provisional(self, judged: Judged) -> bool:
        """Whether it rests on a provisional tier; what is owed or lapsed, whether it did when triggered."""
        rule, triggered = judged.instance.rule, judged.standing.triggered
        over = judged.truth is Truth.FALSE
        ordinal = triggered.toordinal() if over and triggered else self.ordinal
        pathway = pathway_of(rule, self.policy)
        tiers = [rule.tier, pathway.tier if pathway else None]
        held = [self.held_by(tier, ordinal) for tier in tiers if tier is not None]
        return any(tier is not None and self.is_provisional(tier, ordinal) for tier in held)

    def held_by(self, condition: InTier, ordinal: int) -> Tier | None:
        """The tier because of which the pupil is in the one asked for."""
        reason = in_tier(condition, ordinal, self.scope)
        if reason.truth is not Truth.TRUE:
            return None
        if condition.only:
            return self.policy.tiers[condition.name]
        clause = reason.children[0].clause if reason.children else None
        return clause if isinstance(clause, Tier) else None


def _barred(standing: Standing, bars: Sequence[tuple[Bar, Truth]]) -> Standing:
    """The standing of a rule under its bars: barred, or unknown if a bar is."""
    if not bars:
        return standing
    barred = any(truth is Truth.TRUE for _, truth in bars)
    return replace(standing, status=Status.BARRED if barred else Status.UNKNOWN)


def marks_measure(
    condition: Condition, ordinal: int, scope: Scope
) -> tuple[tuple[Window, ...], frozenset[int], int] | None:
    """The windows of the measure over marks that a tier's condition compares, and the date they end with."""
    value: Value | None = condition.left if isinstance(condition, Compare) else None
    then: int | None = ordinal
    while then is not None:
        match value:
            case MeasureValue(name=name):
                then = asked_on(value, then, scope)
                value = scope.policy.measures[name].value
            case Rounded(value=inner):
                value = inner
            case ShareOfMarks() | CountOfMarks():
                return value.windows, value.weekdays, then
            case _:
                return None
    return None
