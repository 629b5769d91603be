"""What a difference does: to whom a rule comes, when, and how strongly it asks.

The effect of one clause is found by putting it, alone, into the earlier policy, and by taking it, alone, out
of the later one. Every rule that hangs on it is compared before and after, both times. Where the two do not
agree, because other changes stand in between, nothing is claimed. So the effect of B against A is always
that of A against B turned round.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fingerpost.compare.declared import Declared, declared, reached_from, said_in, uses, with_one
from fingerpost.compare.differences import Demand, Effect, Timing, Touched
from fingerpost.compare.order import Order
from fingerpost.compare.reach import Reach
from fingerpost.compare.rules import rule_reach
from fingerpost_dsl.model.declarations import (
    ByDate,
    Cohort,
    Deadline,
    Modality,
    Recurrence,
    Rule,
    Step,
    Subject,
    Tier,
)
from fingerpost_dsl.model.expressions import Anchor, InTier
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import PERIODS, Unit

_AMOUNTS = ("threshold", "measure", "occasion", "codes")
"""Kinds whose change moves a line that a count or share is held against, as absence goes on."""

_IN_A_YEAR = {Unit.HALF_TERM: 6, Unit.TERM: 3, Unit.ACADEMIC_YEAR: 1}

_STRENGTH = {
    Modality.MAY: (0, 0),
    Modality.SHOULD: (1, 0),
    Modality.MUST: (2, 0),
    Modality.SHOULD_NOT: (1, 1),
    Modality.MUST_NOT: (2, 1),
}
"""How strongly, and whether to do or not to do."""


def effect_of(
    before: Policy, after: Policy, kind: str, names: tuple[str, str], fields: tuple[str, ...]
) -> Effect:
    """What these fields of one declaration do, where both policies have it; `names` is what each calls it."""
    old, new = _find(before, kind, names[0]), _find(after, kind, names[1])
    forwards = _with_fields(old, new, fields)
    backwards = _with_fields(new, old, fields)
    first = _touched(before, with_one(before, after, kind, names[0], forwards), kind, names[0])
    second = _touched(with_one(after, before, kind, names[1], backwards), after, kind, names[1])
    touched = [
        _agreed(first.get(key), second.get(key))
        for key in sorted(first.keys() | second.keys())
        if all(key[1] in declared(policy, key[0]) for policy in (before, after))
    ]
    printed = [rule.name for rule in after.rules() if rule.name in _rules(before) and _prints(rule, names[1])]
    said = tuple(printed) if kind == "threshold" and "value" in fields else ()
    return Effect(touched=tuple(touched), said_in=said)


def _find(policy: Policy, kind: str, name: str) -> Declared:
    return declared(policy, kind)[name]


def _rules(policy: Policy) -> set[str]:
    return {*policy.actions, *policy.steps}


def _prints(rule: Rule, name: str) -> bool:
    return name in said_in(rule)


def _with_fields(one: Declared, other: Declared, fields: tuple[str, ...]) -> Declared:
    values: dict[str, Any] = {field: getattr(other, field) for field in fields}
    return replace(one, **values)


def _agreed(one: Touched | None, other: Touched | None) -> Touched:
    """What both ways of looking at it say; where they differ, only that something is otherwise."""
    given = one or other
    assert given is not None
    one, other = one or _untouched(given), other or _untouched(given)
    return replace(
        one,
        subject=_common(one.subject, other.subject),
        reach=one.reach if one.reach is other.reach else Order.OTHER,
        timing=one.timing if one.timing is other.timing else Timing.OTHER,
        demand=one.demand if one.demand is other.demand else Demand.OTHER,
        enforcement=one.enforcement and other.enforcement,
    )


# --- one declaration put into a policy ----------------------------------------------------------------------


def _touched(before: Policy, after: Policy, kind: str, name: str) -> dict[tuple[str, str], Touched]:
    """Of what hangs on a declaration: the rules, tiers and cohorts that are no longer as they were."""
    hanging = reached_from(name, uses(before)) | reached_from(name, uses(after))
    reach = Reach(before, after)
    found: dict[tuple[str, str], Touched] = {}
    for sort in ("action", "step", "tier", "cohort"):
        old, new = declared(before, sort), declared(after, sort)
        for one in old:
            if one in new and (one in hanging or kind == "code"):
                touched = _compared(sort, old[one], new[one], reach, kind)
                if touched != _untouched(touched):
                    found[sort, one] = touched
    return found


def _untouched(one: Touched) -> Touched:
    return replace(one, reach=Order.SAME, timing=Timing.SAME, demand=Demand.SAME)


def _compared(sort: str, old: Declared, new: Declared, reach: Reach, kind: str) -> Touched:
    if isinstance(old, Rule) and isinstance(new, Rule):
        return _rule_touched(sort, old, new, reach, kind)
    order = Order.OTHER
    if isinstance(old, Tier):
        within = InTier(name=old.name, span=old.span)
        order = reach.in_tier(within, within)
    elif isinstance(old, Cohort) and isinstance(new, Cohort):
        order = reach.condition(old.condition, new.condition)
    assert isinstance(old, Tier | Cohort)
    return Touched(kind=sort, name=old.name, subject=Subject.PUPIL, enforcement=False, reach=order)


def _rule_touched(sort: str, old: Rule, new: Rule, reach: Reach, kind: str) -> Touched:
    order = rule_reach(reach, old, new)
    timing = rule_timing(old, new, reach)
    if kind in _AMOUNTS and timing is Timing.SAME and order in (Order.MORE, Order.FEWER):
        # Where a condition holds on more days, the first of them is no later.
        timing = Timing.SOONER if order is Order.MORE else Timing.LATER
    return Touched(
        kind=sort,
        name=old.name,
        subject=_common(_subject(old, reach.before), _subject(new, reach.after)),
        enforcement=is_enforcement(old, reach.before) and is_enforcement(new, reach.after),
        reach=order,
        timing=timing,
        demand=_demand(old.modality, new.modality),
    )


def _subject(rule: Rule, policy: Policy) -> Subject:
    return policy.pathways[rule.pathway].subject if isinstance(rule, Step) else rule.subject


def _common(one: Subject, other: Subject) -> Subject:
    """Whom both speak of; where they differ, in the end of pupils."""
    return one if one is other else Subject.PUPIL


def is_enforcement(rule: Rule, policy: Policy) -> bool:
    """Whether a rule is a step of an enforcement pathway."""
    return isinstance(rule, Step) and policy.pathways[rule.pathway].enforcement


# --- when, and how strongly ---------------------------------------------------------------------------------


def rule_timing(old: Rule, new: Rule, reach: Reach) -> Timing:
    """What became of all that a rule says of time."""
    found = {
        _deadline(old.within, new.within, reach, less=Timing.SOONER, more=Timing.LATER),
        _deadline(old.no_sooner, new.no_sooner, reach, less=Timing.SOONER, more=Timing.LATER),
        _deadline(old.expires, new.expires, reach, less=Timing.SHORTER, more=Timing.LONGER),
        _by_date(old.by_date, new.by_date),
        _every(old.every, new.every),
        Timing.SAME if old.stands_until_done is new.stands_until_done else Timing.OTHER,
    } - {Timing.SAME}
    return found.pop() if len(found) == 1 else Timing.OTHER if found else Timing.SAME


def _deadline(
    old: Deadline | None, new: Deadline | None, reach: Reach, *, less: Timing, more: Timing
) -> Timing:
    if old is None or new is None:
        return Timing.SAME if old is new else Timing.OTHER
    if not _same_anchor(old.anchor, new.anchor, reach):
        return Timing.OTHER
    order = reach.amount(old.amount, new.amount)
    return {Order.SAME: Timing.SAME, Order.MORE: more, Order.FEWER: less, Order.OTHER: Timing.OTHER}[order]


def _same_anchor(old: Anchor | None, new: Anchor | None, reach: Reach) -> bool:
    if old is None or new is None:
        return old is new
    return reach.is_same(old, new)


def _by_date(old: ByDate | None, new: ByDate | None) -> Timing:
    if old is None or new is None:
        return Timing.SAME if old is new else Timing.OTHER
    if old.date == new.date:
        return Timing.SAME
    if isinstance(old.date, tuple) or isinstance(new.date, tuple):
        return Timing.OTHER  # a day that comes round each year is sooner or later by when the year begins
    return Timing.SOONER if new.date < old.date else Timing.LATER


def _every(old: Recurrence | None, new: Recurrence | None) -> Timing:
    if old is None or new is None or (old.unit, old.number, old.times) == (new.unit, new.number, new.times):
        return Timing.SAME if (old is None) is (new is None) else Timing.OTHER
    rates = _rate(old), _rate(new)
    if old.unit is not new.unit and not {old.unit, new.unit} <= PERIODS:
        return Timing.OTHER
    if rates[0] == rates[1]:
        return Timing.OTHER
    return Timing.OFTENER if rates[1] > rates[0] else Timing.RARER


def _rate(every: Recurrence) -> float:
    return _IN_A_YEAR.get(every.unit, 1) * every.times / every.number


def _demand(old: Modality, new: Modality) -> Demand:
    if old is new:
        return Demand.SAME
    if _STRENGTH[old][1] != _STRENGTH[new][1]:
        return Demand.OTHER
    return Demand.MORE if _STRENGTH[new] > _STRENGTH[old] else Demand.LESS
