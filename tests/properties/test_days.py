"""Truth on all school days at once is that of each day by itself; a reason's is that of its leaves."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings

from fingerpost.conditions import reason_at, truth_at
from fingerpost.days import over_days, tier_days
from fingerpost.evaluate import Session
from fingerpost.logic import Truth, all_true
from fingerpost.reasons import Reason
from fingerpost.rules import combined, each_rule_truth, instances, rule_days, rule_reasons
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import Condition, InTier
from tests.strategies import Case, cases, few


def conditions_of(case: Case, scope: Scope) -> Iterator[tuple[str, Condition, Scope]]:
    """Every condition that the policy names or a tier rests on, with the scope to ask it in."""
    policy = case.policy
    ids: list[str | None] = [parent.id for parent in scope.view.pupil.parents]
    parents = ids or [None]
    for named in policy.conditions.values():
        for parent in parents if named.subject is Subject.PARENT else [None]:
            yield named.name, named.condition, Scope(policy=policy, view=scope.view, parent=parent)
    for tier in policy.tiers.values():
        for condition in tier.when:
            yield tier.name, condition, scope
        for only in (False, True):
            yield tier.name, InTier(name=tier.name, only=only, span=tier.span), scope


def scope_of(case: Case) -> Scope:
    """The pupil's scope, everything as known for the case."""
    session = Session.open(case.policy, case.history, case.on, case.known_on)
    view = session.records.view(case.history.pupils[case.pupil])
    return Scope(policy=case.policy, view=view)


def agree_on_every_day(case: Case, *, every: int = 1) -> None:
    """Conditions and tiers, said and denied; on `every` so manieth day."""
    scope = scope_of(case)
    days = scope.view.axis.school_days
    asked_of = list(conditions_of(case, scope))  # kept: what is worked out over days is found by identity
    for name, condition, asked in asked_of:
        for negated in (False, True):
            row = over_days(condition, len(days), asked, negated=negated)
            assert not row.true & row.false, f"{name} is both"
            for index, day in list(enumerate(days))[::every]:
                alone = reason_at(condition, day, asked.quiet(), negated=negated).truth
                assert truth_at(condition, day, asked, negated=negated) is alone, f"{name} without a reason"
                at_once = row.at(index)
                assert at_once is alone, (
                    f"{name} on day {index}: {at_once} at once, {alone} alone ({negated})"
                )
    for name in case.policy.tiers:
        row = tier_days(name, len(days), scope)
        for index, day in list(enumerate(days))[::every]:
            in_tier = InTier(name=name, span=scope.policy.tiers[name].span)
            assert row.at(index) is truth_at(in_tier, day, scope)


def rules_agree_on_every_day(case: Case, *, every: int = 1) -> None:
    """Actions, for each parent."""
    scope = scope_of(case)
    days = scope.view.axis.school_days
    for rule in case.policy.actions.values():
        for instance in instances(rule, scope, days[-1] if days else 1):
            if instance.scope.occasion is not None:
                continue
            row = rule_days(rule, len(days), instance.scope)
            for index, day in list(enumerate(days))[::every]:
                alone = combined(rule, rule_reasons(rule, day, instance.scope.quiet())).truth
                assert all_true(each_rule_truth(rule, day, instance.scope)) is alone, f"{rule.name} alone"
                assert row.at(index) is alone, f"{rule.name} on day {index}: {row.at(index)} at once, {alone}"


def passed_over_is_idle(session: Session, pupil: str) -> None:
    """What a decision does not judge at all would have recommended nothing."""
    judgement = session.judgement(session.records.history.pupils[pupil])
    judged = {one.instance.rule.name for one in judgement.live_rules()}
    for one in judgement.rules():
        if one.instance.rule.name not in judged:
            assert one.truth is not Truth.TRUE, one.instance.rule.name
            assert judgement.recommendation(one) is None, one.instance.rule.name


def every_reason(reason: Reason) -> Iterator[Reason]:
    """A reason and all below it."""
    yield reason
    for child in reason.children:
        yield from every_reason(child)


def reasons_follow_from_their_leaves(case: Case) -> None:
    """Also with evidence: asking for the marks counted changes no truth."""
    scope = scope_of(case)
    for name, condition, asked in conditions_of(case, scope):
        for negated in (False, True):
            reason = reason_at(condition, case.on.toordinal(), asked, negated=negated)
            for node in every_reason(reason):
                assert node.recomputed() is node.truth, f"{name}: {node.clause}"
            assert (
                reason.truth
                is reason_at(condition, case.on.toordinal(), asked.quiet(), negated=negated).truth
            )


@settings(max_examples=few(12))
@given(cases(rules=False))
def test_conditions_and_tiers_on_every_day(case: Case) -> None:
    agree_on_every_day(case)


@settings(max_examples=few(20))
@given(cases())
def test_rules_on_every_day(case: Case) -> None:
    rules_agree_on_every_day(case)


@settings(max_examples=few(20))
@given(cases())
def test_rules_that_are_passed_over_recommend_nothing(case: Case) -> None:
    passed_over_is_idle(Session.open(case.policy, case.history, case.on, case.known_on), case.pupil)


@settings(max_examples=few(25))
@given(cases(rules=False))
def test_a_reason_follows_from_its_leaves(case: Case) -> None:
    reasons_follow_from_their_leaves(case)
