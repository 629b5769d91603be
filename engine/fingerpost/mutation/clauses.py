"""The changes of a declaration's own clauses: left out, another modality, an earlier or later deadline.

What is inside a clause is changed by `variants.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from fingerpost.mutation.amounts import OTHER_PERIODS, in_another_unit, next_dates, next_day, next_quantities
from fingerpost.mutation.reach import Declared, compared, lasting
from fingerpost.mutation.variants import Variant, say
from fingerpost_dsl.model.declarations import (
    Bar,
    ByDate,
    Cohort,
    Deadline,
    Measure,
    Modality,
    NamedCondition,
    Occasion,
    Pathway,
    Recurrence,
    Rule,
    Step,
    Threshold,
    Tier,
)
from fingerpost_dsl.model.expressions import Literal
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.source import Span
from fingerpost_dsl.wording import fill_text, say_date
from fingerpost_dsl.wording.rules import say_times

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

OTHER_MODALITIES = {
    Modality.MUST: Modality.SHOULD,
    Modality.SHOULD: Modality.MUST,
    Modality.MAY: Modality.SHOULD,
    Modality.MUST_NOT: Modality.SHOULD_NOT,
    Modality.SHOULD_NOT: Modality.MUST_NOT,
}


def clause_variants(declared: Declared, policy: Policy) -> Iterator[Variant]:
    """Every change of a declaration's clauses."""
    match declared:
        case Threshold():
            yield from _threshold(declared, policy)
        case Tier():
            yield from _without_each(declared, "when", "when", policy)
            yield from _without(declared, ("provisional_below", "left_when"))
        case Rule():
            yield from _rule(declared, policy)
        case Pathway():
            yield from _without_each(declared, "when", "when", policy, least=0)
        case Bar():
            yield from _without_each(declared, "when", "when", policy)
            yield from _stops(declared)
        case Occasion():
            yield from _without(declared, ("at_least",))
        case Cohort():
            yield from _without(declared, ("least_size",))
        case Measure() | NamedCondition():
            pass


def _threshold(threshold: Threshold, policy: Policy) -> Iterator[Variant]:
    value = threshold.value
    if value is None:
        return
    others: list[tuple[str, Quantity | dt.date]] = []
    if isinstance(value, Quantity):
        others.extend(("threshold", one) for one in next_quantities(value))
        if threshold.name in lengths(policy):
            others.extend(("unit", one) for one in in_another_unit(value))
    else:
        others.extend(("threshold", one) for one in next_dates(value))
    for kind, other in others:
        unit = other.unit if isinstance(other, Quantity) else None
        changed = replace(threshold, value=other, unit=unit)
        yield Variant(changed, kind, threshold.span, _shown(value), _shown(other))


def _shown(value: Quantity | dt.date) -> str:
    return say_date(value) if isinstance(value, dt.date) else str(value)


def lengths(policy: Policy) -> frozenset[str]:
    """The thresholds that say how long a window is or how far off a deadline, and nothing else."""
    return lasting(policy) - compared(policy)


def _rule(rule: Rule, policy: Policy) -> Iterator[Variant]:
    other = OTHER_MODALITIES[rule.modality]
    text = fill_text(rule.text, policy)
    yield Variant(
        replace(rule, modality=other),
        "modality",
        rule.span,
        f"{rule.actor} {rule.modality.value} {text}",
        f"{rule.actor} {other.value} {text}",
    )
    yield from _without_each(rule, "when", "when", policy, least=0)
    yield from _without_each(rule, "unless", "unless", policy, least=0)
    if rule.tier is not None:
        yield Variant(replace(rule, tier=None), "left out", rule.tier.span, rule.tier.span.text, "")
    yield from _deadlines(rule, policy)
    for place, done in enumerate(rule.done_when):
        rest = (*rule.done_when[:place], *rule.done_when[place + 1 :])
        if isinstance(rule, Step) and not rest:
            continue  # the checker refuses a step that nothing records (E0512)
        yield Variant(replace(rule, done_when=rest), "left out", done.span, done.span.text, "")
    if isinstance(rule, Step):
        yield from _step(rule, policy)


def _deadlines(rule: Rule, policy: Policy) -> Iterator[Variant]:
    times = say_times(rule, policy)

    def told(changed: Rule, kind: str, span: Span) -> Variant:
        after = say_times(changed, policy)
        lost = [one for one in times if one not in after]
        return Variant(
            changed, kind, span, "; ".join(lost), "; ".join(one for one in after if one not in times)
        )

    for name in ("within", "no_sooner", "expires"):
        deadline: Deadline | None = getattr(rule, name)
        if deadline is None:
            continue
        yield told(replace(rule, **{name: None}), "left out", deadline.span)  # type: ignore[arg-type]
        if isinstance(deadline.amount, Literal) and isinstance(deadline.amount.value, Quantity):
            for other in in_another_unit(deadline.amount.value):
                moved = replace(deadline, amount=replace(deadline.amount, value=other))
                yield told(replace(rule, **{name: moved}), "unit", deadline.span)  # type: ignore[arg-type]
    if rule.by_date is not None:
        yield told(replace(rule, by_date=None), "left out", rule.by_date.span)
        for date in _other_days(rule.by_date):
            yield told(replace(rule, by_date=date), "deadline", rule.by_date.span)
    if rule.every is not None:
        yield told(replace(rule, every=None), "left out", rule.every.span)
        for every in _other_recurrences(rule.every):
            yield told(replace(rule, every=every), "deadline", rule.every.span)
    if rule.stands_until_done:
        yield told(replace(rule, stands_until_done=False), "left out", rule.span)


def _other_days(by: ByDate) -> Iterator[ByDate]:
    if isinstance(by.date, tuple):
        yield from (replace(by, date=next_day(by.date, step)) for step in (-1, 1))
    else:
        yield from (replace(by, date=other) for other in next_dates(by.date))


def _other_recurrences(every: Recurrence) -> Iterator[Recurrence]:
    for name in ("number", "times"):
        number = getattr(every, name)
        if number > 1:
            yield replace(every, **{name: number - 1})
            yield replace(every, **{name: number + 1})
    yield from (replace(every, unit=unit) for unit in OTHER_PERIODS.get(every.unit, ()))


def _step(step: Step, policy: Policy) -> Iterator[Variant]:
    for place, way in enumerate(step.after):
        rest = (*step.after[:place], *step.after[place + 1 :])
        if rest or step.starts_here:
            yield Variant(replace(step, after=rest), "left out", way.span, way.span.text, "")
        if way.condition is not None:
            open_way = replace(way, condition=None)
            ways = (*step.after[:place], open_way, *step.after[place + 1 :])
            said = f"if {say(way.condition, policy)}"
            yield Variant(replace(step, after=ways), "left out", way.span, said, "")
    if step.ends_round:
        yield Variant(replace(step, ends_round=False), "left out", step.span, "ends the round", "")


def _stops(bar: Bar) -> Iterator[Variant]:
    for place, name in enumerate(bar.stops):
        rest = (*bar.stops[:place], *bar.stops[place + 1 :])
        yield Variant(replace(bar, stops=rest), "left out", bar.span, f"stops {name}", "")


def _without_each(
    declared: DataclassInstance, name: str, word: str, policy: Policy, *, least: int = 1
) -> Iterator[Variant]:
    clauses = getattr(declared, name)
    if len(clauses) <= least:
        return
    for place, clause in enumerate(clauses):
        rest = (*clauses[:place], *clauses[place + 1 :])
        said = f"{word} {say(clause, policy)}"
        yield Variant(replace(declared, **{name: rest}), "left out", clause.span, said, "")


def _without(declared: DataclassInstance, names: tuple[str, ...]) -> Iterator[Variant]:
    for name in names:
        clause = getattr(declared, name)
        if clause is not None:
            said = f"{name.replace('_', ' ')} {clause.span.text}"
            yield Variant(replace(declared, **{name: None}), "left out", clause.span, said, "")
