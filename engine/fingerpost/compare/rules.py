"""For whom an action or step is, by one policy and by another."""

from __future__ import annotations

from fingerpost.compare.order import Order, all_joined
from fingerpost.compare.reach import Reach
from fingerpost_dsl.model.declarations import After, Rule, Step
from fingerpost_dsl.model.expressions import Condition, InTier


def rule_reach(reach: Reach, old: Rule, new: Rule) -> Order:
    """For whom a rule applies and no bar stops it; a step's pathway counts as its own.

    A step comes after others: what is compared are its own conditions, and not who gets as far.
    """
    if old.subject is not new.subject:
        return Order.OTHER
    orders = [
        _in_tier(reach, old.tier, new.tier),
        reach.every(old.when, new.when),
        reach.any(old.unless, new.unless).flipped,
        _each_occasion(reach, old.occasion, new.occasion),
        _stopped(reach, old.name).flipped,
    ]
    if isinstance(old, Step) and isinstance(new, Step):
        orders.append(_step(reach, old, new))
    return all_joined(orders)


def _step(reach: Reach, old: Step, new: Step) -> Order:
    before, after = reach.before.pathways[old.pathway], reach.after.pathways[new.pathway]
    if before.subject is not after.subject or old.starts_here is not new.starts_here:
        return Order.OTHER
    return all_joined(
        (
            _ways(reach, old, new),
            _in_tier(reach, before.tier, after.tier),
            reach.every(before.when, after.when),
            _each_occasion(reach, before.occasion, after.occasion),
        )
    )


def _ways(reach: Reach, old: Step, new: Step) -> Order:
    """The ways into a step: from a step before it, with or without conditions."""
    return all_joined(
        _way(reach, _from(old, step), _from(new, step))
        for step in dict.fromkeys(way.step for way in (*old.after, *new.after))
    )


def _from(step: Step, before: str) -> tuple[After, ...]:
    return tuple(way for way in step.after if way.step == before)


def _way(reach: Reach, old: tuple[After, ...], new: tuple[After, ...]) -> Order:
    """The ways from one step; one without a condition is open to all."""
    if not old or not new:
        return Order.MORE if new else Order.FEWER
    free = [any(way.condition is None for way in ways) for ways in (old, new)]
    if free == [False, False]:
        return reach.any(_conditions(old), _conditions(new))
    return Order.SAME if free[0] is free[1] else Order.MORE if free[1] else Order.FEWER


def _conditions(ways: tuple[After, ...]) -> tuple[Condition, ...]:
    return tuple(way.condition for way in ways if way.condition is not None)


def _each_occasion(reach: Reach, old: str | None, new: str | None) -> Order:
    if old != new:
        return Order.OTHER
    if old is None:
        return Order.SAME
    before, after = reach.before, reach.after
    if old in before.occasions and old in after.occasions:
        return reach.occasion(old)
    if old in before.code_sets and old in after.code_sets:
        order = reach.marks(before.code_sets[old].marks, after.code_sets[old].marks)
        return Order.SAME if order is Order.SAME else Order.OTHER
    if old in before.cohorts and old in after.cohorts:
        cohorts = before.cohorts[old], after.cohorts[old]
        alike = reach.is_same(cohorts[0].condition, cohorts[1].condition)
        return Order.SAME if alike else Order.OTHER
    return Order.SAME


def _stopped(reach: Reach, rule: str) -> Order:
    """For whom the bars of a rule hold."""
    old = {bar.name: bar for bar in reach.before.bars.values() if rule in bar.stops}
    new = {bar.name: bar for bar in reach.after.bars.values() if rule in bar.stops}
    orders = [reach.every(old[name].when, new[name].when) for name in sorted(old.keys() & new.keys())]
    orders += [Order.FEWER] if old.keys() - new.keys() else []
    orders += [Order.MORE] if new.keys() - old.keys() else []
    return all_joined(orders)


def _in_tier(reach: Reach, old: InTier | None, new: InTier | None) -> Order:
    if old is None and new is None:
        return Order.SAME
    if old is None or new is None:
        return Order.FEWER if old is None else Order.MORE
    return reach.in_tier(old, new)
