"""Rules that reach nobody: conditions that can never hold together, and windows that never meet.

Only what can be told at a glance: the same value on two sides of a line, a condition and its opposite, an
exception that takes everybody whom the rule is for, dates that lie apart. What hangs together in other ways
is left alone, so that nothing is called impossible that is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import (
    AllOf,
    Amount,
    Anchor,
    Before,
    Between,
    Condition,
    InPeriod,
    InTier,
    Literal,
    NotBefore,
    Since,
    ThresholdValue,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.sense.exclusive import conjuncts, exclusive, implies
from fingerpost_dsl.source import Span
from fingerpost_dsl.units import shown

_LENGTHS = {Unit.HALF_TERM: 1, Unit.TERM: 2, Unit.ACADEMIC_YEAR: 3}
"""The periods that lie inside one another, the shortest first."""


def impossible(policy: Policy) -> Iterator[Diagnostic]:
    """Every contradiction, once, at the second of the two that exclude each other."""
    told: set[Span] = set()
    for one in (*_contradictions(policy), *_windows_apart(policy)):
        if one.span not in told:
            assert isinstance(one.span, Span)
            told.add(one.span)
            yield one


def _contradictions(policy: Policy) -> Iterator[Diagnostic]:
    declared = (policy.measures, policy.conditions, policy.tiers, policy.cohorts, policy.actions)
    for each in (*declared, policy.steps, policy.bars):
        for name, declaration in each.items():
            for node in walk(declaration):
                if isinstance(node, AllOf):
                    never = f"a part of `{name}` is never true"
                    yield from _excluded(never, conjuncts((node,), policy), policy)
    for tier in policy.tiers.values():
        yield from _excluded(_never_applies(tier.name), conjuncts(tier.when, policy), policy)
    for bar in policy.bars.values():
        yield from _excluded(_never_applies(bar.name), conjuncts(bar.when, policy), policy)
    for rule in policy.rules():
        yield from _of_rule(rule, policy)


def _of_rule(rule: Action | Step, policy: Policy) -> Iterator[Diagnostic]:
    asked = [*conjuncts(rule.when, policy), *_of_pathway(rule, policy)]
    never = _never_applies(rule.name)
    yield from _excluded(never, asked, policy)
    for tier in _tiers_asked(rule, policy):
        yield from _outside_tier(never, tier, asked, policy)
    for way in rule.after if isinstance(rule, Step) else ():
        if way.condition is not None:
            lost = f"this way into `{rule.name}` is never open"
            yield from _excluded(lost, [*asked, *conjuncts((way.condition,), policy)], policy)
    for condition, exception in product(asked, rule.unless):
        if implies(condition, exception, policy):
            yield Diagnostic(
                code="W0505",
                message=f"{never}: its exception `{shown(exception.span)}` holds "
                f"wherever `{shown(condition.span)}` does",
                span=exception.span,
                labels=(Label(condition.span, "asked for here"),),
                help="take one of them away, or say the exception in other words",
            )


def _never_applies(name: str) -> str:
    return f"`{name}` never applies"


def _of_pathway(rule: Action | Step, policy: Policy) -> list[Condition]:
    """What the pathway of a step asks of all its steps."""
    return conjuncts(policy.pathways[rule.pathway].when, policy) if isinstance(rule, Step) else []


def _tiers_asked(rule: Action | Step, policy: Policy) -> list[InTier]:
    found = [rule.tier, policy.pathways[rule.pathway].tier if isinstance(rule, Step) else None]
    return [tier for tier in found if tier is not None]


def _excluded(never: str, asked: Sequence[Condition], policy: Policy) -> Iterator[Diagnostic]:
    for one, other in combinations(asked, 2):
        if exclusive(one, other, policy):
            yield _never(never, one.span, other.span)


def _outside_tier(
    never: str, tier: InTier, asked: Sequence[Condition], policy: Policy
) -> Iterator[Diagnostic]:
    """A condition that holds for nobody in the tier, nor in any that continues it.

    A tier with a rule for leaving it is held after its condition has passed, and says nothing.
    """
    tiers = [policy.tiers[one] for one in _and_deeper(tier, policy)]
    if any(one.left_when is not None for one in tiers):
        return
    ways = [conjuncts(one.when, policy) for one in tiers]
    for condition in asked:
        if ways and all(any(exclusive(mine, condition, policy) for mine in way) for way in ways):
            yield _never(never, tier.span, condition.span)


def _and_deeper(tier: InTier, policy: Policy) -> Iterator[str]:
    """A tier, and unless `only` it is meant, whatever continues it."""
    waiting = [tier.name]
    while waiting:
        name = waiting.pop()
        yield name
        if not tier.only:
            waiting += [one.name for one in policy.tiers.values() if one.continues == name]


def _never(never: str, first: Span, second: Span) -> Diagnostic:
    return Diagnostic(
        code="W0505",
        message=f"{never}: `{shown(second)}` never holds together with `{shown(first)}`",
        span=second,
        labels=(Label(first, "asked for here"),),
        help="look at the two numbers and at `at least` and `at most`; alternatives stand with `or`",
    )


# --- windows ------------------------------------------------------------------------------------------------


def _windows_apart(policy: Policy) -> Iterator[Diagnostic]:
    declared = (policy.measures, policy.conditions, policy.tiers, policy.cohorts, policy.actions)
    for each in (*declared, policy.steps, policy.bars):
        for declaration in each.values():
            for node in walk(declaration):
                yield from _apart(getattr(node, "windows", ()), policy)


def _apart(windows: Sequence[Window], policy: Policy) -> Iterator[Diagnostic]:
    for one, other in combinations(windows, 2):
        if _periods_apart(one, other) or _around_one_event(one, other) or _dates_apart(one, other, policy):
            yield Diagnostic(
                code="W0506",
                message=f"nothing lies in both `{shown(one.span)}` and `{shown(other.span)}`",
                span=other.span,
                labels=(Label(one.span, "the other window"),),
                help="windows with a comma between them intersect; for both, add up two measures",
            )


def _periods_apart(one: Window, other: Window) -> bool:
    """`in last term` with `in this term`, or with what lies in this term."""
    if not (isinstance(one, InPeriod) and isinstance(other, InPeriod)) or one.previous == other.previous:
        return False
    past, present = (one, other) if one.previous else (other, one)
    return _LENGTHS[present.unit] <= _LENGTHS[past.unit]


def _around_one_event(one: Window, other: Window) -> bool:
    """`since` and `before` the same event."""
    for first, second in ((one, other), (other, one)):
        if isinstance(first, Since) and isinstance(second, Before):
            return isinstance(first.moment, Anchor) and first.moment == second.moment
    return False


def _dates_apart(one: Window, other: Window, policy: Policy) -> bool:
    first, second = _days(one, policy), _days(other, policy)
    return first[0] > second[1] or second[0] > first[1]


def _days(window: Window, policy: Policy) -> tuple[dt.date, dt.date]:
    """The first and last day that a window could hold, whatever happens."""
    match window:
        case Between(first=first, last=last):
            return first, last
        case NotBefore(date=moment) | Since(moment=moment):
            return _date(moment, policy) or dt.date.min, dt.date.max
        case Before(moment=moment):
            date = _date(moment, policy)
            return dt.date.min, dt.date.max if date is None else date - dt.timedelta(days=1)
        case _:
            return dt.date.min, dt.date.max


def _date(moment: Amount | Anchor, policy: Policy) -> dt.date | None:
    known: object = None
    if isinstance(moment, Literal):
        known = moment.value
    elif isinstance(moment, ThresholdValue) and moment.name in policy.thresholds:
        known = policy.thresholds[moment.name].value
    return known if isinstance(known, dt.date) else None
