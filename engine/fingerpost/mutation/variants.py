"""A node of the model with one thing in it changed: `variants(node, policy)` gives all that there are.

`_own` holds the changes, one `case` a sort of node; all else is plumbing: a change deep inside is carried up
to the declaration, and said in words by the smallest value, window or condition whose wording shows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING

from fingerpost.mutation.amounts import OTHER_PERIODS, in_another_unit, next_dates, next_day, next_quantities
from fingerpost_dsl.model.declarations import Deadline, DoneWhen
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Before,
    Between,
    Compare,
    Comparison,
    Condition,
    CountOfEvents,
    CountOfMarks,
    EachYear,
    Extreme,
    FieldCompare,
    FieldIs,
    ForParents,
    Happened,
    InPeriod,
    InTheLast,
    InTier,
    Is,
    IsKnown,
    Literal,
    MostInAny,
    Not,
    Run,
    Selection,
    ShareOfMarks,
    Since,
    ThresholdValue,
    UnitsAround,
    Value,
    WeeksWith,
    Which,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.source import Span
from fingerpost_dsl.wording import say_condition, say_value, say_window, say_within

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_OTHER_COMPARISONS = {
    Comparison.AT_LEAST: (Comparison.MORE_THAN, Comparison.AT_MOST),
    Comparison.AT_MOST: (Comparison.LESS_THAN, Comparison.AT_LEAST),
    Comparison.MORE_THAN: (Comparison.AT_LEAST, Comparison.LESS_THAN),
    Comparison.LESS_THAN: (Comparison.AT_MOST, Comparison.MORE_THAN),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """A node with one change in it. `before` and `after` are empty until something can say them."""

    node: object
    kind: str
    """What was changed: "comparison", "threshold", "window" …"""
    span: Span
    before: str = ""
    after: str = ""


def variants(node: object, policy: Policy) -> Iterator[Variant]:
    """Every change of a node and of what it holds, one at a time."""
    for found in (*_own(node, policy), *_inside(node, policy)):
        yield _said(node, found, policy)


def _inside(node: object, policy: Policy) -> Iterator[Variant]:
    """The changes of what a node holds, each with the whole node around it."""
    if isinstance(node, tuple):
        for place, one in enumerate(node):
            for found in variants(one, policy):
                yield replace(found, node=(*node[:place], found.node, *node[place + 1 :]))
    elif is_dataclass(node) and not isinstance(node, Span | type | Quantity):
        for field in fields(node):
            for found in variants(getattr(node, field.name), policy):
                yield replace(found, node=replace(node, **{field.name: found.node}))


def _said(node: object, found: Variant, policy: Policy) -> Variant:
    """The change in words, if this node can say it and nothing inside it could."""
    if found.before or found.after:
        return found
    before, after = say(node, policy), say(found.node, policy)
    return replace(found, before=before, after=after) if before != after else found


def say(node: object, policy: Policy) -> str:
    """A condition, value or window in plain English; nothing for what is none of them."""
    if isinstance(node, Condition):
        return say_condition(node, policy, full=True)
    if isinstance(node, Value):
        return say_value(node, policy, full=True)
    if isinstance(node, Window):
        return say_window(node, policy, full=True)
    if isinstance(node, Deadline):
        return say_within(node, policy)
    if isinstance(node, DoneWhen):
        return " ".join(
            (f"done when {node.selection.span.text}", *(say(one, policy) for one in node.windows))
        )
    return ""


def _own(node: object, policy: Policy) -> Iterator[Variant]:
    """What is changed at this very node."""
    match node:
        case Literal(value=Quantity() as value, span=span):
            yield from (Variant(replace(node, value=one), "number", span) for one in next_quantities(value))
        case Literal(value=dt.date() as date, span=span):
            yield from (Variant(replace(node, value=one), "number", span) for one in next_dates(date))
        case Compare() | FieldCompare() if not _is_left_open(node, policy):
            for other in _OTHER_COMPARISONS[node.comparison]:
                yield Variant(replace(node, comparison=other), "comparison", node.span)
        case Is() | FieldIs():
            yield Variant(replace(node, negated=not node.negated), "is and is not", node.span)
            yield from _without_one(node, "choices", node.span)
        case IsKnown(negated=negated, span=span):
            yield Variant(replace(node, negated=not negated), "known and unknown", span)
        case Happened(span=span):
            yield Variant(Not(condition=node, span=span), "happened or not", span)
            yield from _without_one(node, "windows", span, least=0)
        case AnyOf(conditions=conditions, span=span):
            yield Variant(AllOf(conditions=conditions, span=span), "and or or", span)
            yield from _without_one(node, "conditions", span)
        case AllOf(conditions=conditions, span=span):
            yield Variant(AnyOf(conditions=conditions, span=span), "and or or", span)
            yield from _without_one(node, "conditions", span)
        case AtLeastOf(span=span):
            yield from _without_one(node, "conditions", span)
        case Not(condition=condition, span=span) if not isinstance(condition, Happened):
            yield Variant(condition, "not", span)
        case ForParents(every=every, span=span):
            yield Variant(replace(node, every=not every), "any or every parent", span)
        case InTier(name=name, only=only, span=span) if _is_continued(name, policy):
            yield Variant(replace(node, only=not only), "only in tier", span)
        case Selection():
            if node.which in (Which.FIRST, Which.LATEST):
                which = Which.LATEST if node.which is Which.FIRST else Which.FIRST
                yield Variant(replace(node, which=which), "first or latest", node.span)
            yield from _without_one(node, "where", node.span, least=0)
        case Extreme(highest=highest, span=span):
            yield Variant(replace(node, highest=not highest), "highest or lowest", span)
        case CountOfMarks() | ShareOfMarks():
            if node.weekdays:
                yield Variant(replace(node, weekdays=frozenset()), "weekdays", node.span)
            yield from _without_one(node, "windows", node.span, least=0)
        case DoneWhen(span=span):
            yield from _without_one(node, "windows", span, least=0)
        case CountOfEvents() | Run() | WeeksWith() | MostInAny():
            yield from _without_one(node, "windows", node.span, least=1 if isinstance(node, MostInAny) else 0)
            if isinstance(node, Run):
                yield Variant(replace(node, current=not node.current), "current or longest", node.span)
        case _:
            yield from _own_window(node)


def _is_left_open(comparison: Compare | FieldCompare, policy: Policy) -> bool:
    """Whether something is compared with what is left to the local authority: unknown, whichever way."""
    match comparison:
        case Compare(left=left, right=right):
            return _is_open(left, policy) or _is_open(right, policy)
        case FieldCompare(operand=operand):
            return _is_open(operand, policy)


def _is_open(operand: object, policy: Policy) -> bool:
    return isinstance(operand, ThresholdValue) and policy.thresholds[operand.name].value is None


def _is_continued(tier: str, policy: Policy) -> bool:
    """Whether a tier leads on to another: if not, `in tier` and `only in tier` are the same."""
    return any(other.continues == tier for other in policy.tiers.values())


def _own_window(node: object) -> Iterator[Variant]:
    """What is changed of a window."""
    match node:
        case InTheLast(amount=Literal(value=Quantity() as value) as amount, span=span):
            for other in in_another_unit(value):
                yield Variant(replace(node, amount=replace(amount, value=other)), "unit", span)
        case InPeriod(unit=unit, previous=previous, span=span):
            yield Variant(replace(node, previous=not previous), "this or last", span)
            for period in OTHER_PERIODS[unit]:
                yield Variant(replace(node, unit=period), "window", span)
        case Since(moment=moment, span=span):
            yield Variant(Before(moment=moment, span=span), "since or before", span)
        case Before(moment=moment, span=span):
            yield Variant(Since(moment=moment, span=span), "since or before", span)
        case UnitsAround(after=after, span=span):
            yield Variant(replace(node, after=not after), "before or after", span)
            if isinstance(node.amount, Literal) and isinstance(node.amount.value, Quantity):
                for other in in_another_unit(node.amount.value):
                    yield Variant(replace(node, amount=replace(node.amount, value=other)), "unit", span)
        case Between(first=first, last=last, span=span):
            yield from (Variant(replace(node, first=one), "window", span) for one in next_dates(first))
            yield from (Variant(replace(node, last=one), "window", span) for one in next_dates(last))
        case EachYear(first=first, last=last, span=span):
            for step in (-1, 1):
                yield Variant(replace(node, first=next_day(first, step)), "window", span)
                yield Variant(replace(node, last=next_day(last, step)), "window", span)
        case _:
            pass


def _without_one(node: DataclassInstance, name: str, span: Span, *, least: int = 1) -> Iterator[Variant]:
    """The node with each of its parts left out, as long as so many are left."""
    parts = getattr(node, name)
    if len(parts) <= least:
        return
    for place, part in enumerate(parts):
        rest = (*parts[:place], *parts[place + 1 :])
        yield Variant(replace(node, **{name: rest}), "left out", getattr(part, "span", span))
