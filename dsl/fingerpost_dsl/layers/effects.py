"""What a change does, as far as it can be told: makes a rule weaker, stronger, or something else.

Weaker is a lower modality, a later deadline, an added `and`, `unless` or bar, a removed `or`, a rarer
`every`; stronger is the reverse (meaning 29). The words say how strongly something is asked, and of how many;
whether that is better is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from fingerpost_dsl import syntax
from fingerpost_dsl.layers.mentions import conjuncts, disjuncts, is_mention_of, names_in, number_of
from fingerpost_dsl.model.policy import Effect
from fingerpost_dsl.names import Named, Placed

_STRENGTH = {
    syntax.Modality.MAY: 1,
    syntax.Modality.SHOULD: 2,
    syntax.Modality.SHOULD_NOT: -2,
    syntax.Modality.MUST: 3,
    syntax.Modality.MUST_NOT: -3,
}
_DAYS = {
    syntax.Unit.SESSION: 1,
    syntax.Unit.DAY: 1,
    syntax.Unit.SCHOOL_DAY: 1,
    syntax.Unit.WORKING_DAY: 1,
    syntax.Unit.WEEK: 7,
    syntax.Unit.SCHOOL_WEEK: 7,
    syntax.Unit.MONTH: 30,
    syntax.Unit.HALF_TERM: 45,
    syntax.Unit.TERM: 90,
    syntax.Unit.ACADEMIC_YEAR: 365,
    syntax.Unit.YEAR: 365,
}
"""About how long a period is, to tell a rarer `every` from a more frequent one."""

Placing = Mapping[str, Placed]


def effect_of(before: Named, after: Named, placed: Placing) -> Effect:
    """What a change of a declaration does. `placed` is what stood before it."""
    match before, after:
        case ((syntax.Action() | syntax.Step()), (syntax.Action() | syntax.Step())):
            return _together(_of_rule(before, after, placed))
        case syntax.Tier(), syntax.Tier():
            return _together(_of_conditions(before.when, after.when, placed))
        case syntax.Bar(), syntax.Bar():
            return _reversed(_of_condition(before.when, after.when))
        case syntax.Threshold(), syntax.Threshold():
            return _of_threshold(before, after, placed)
        case _:
            return Effect.OTHER


def effect_of_removal(removed: Named) -> Effect:
    """What taking a declaration away does."""
    match removed:
        case syntax.Action() | syntax.Step():
            return Effect.WEAKER
        case syntax.Bar():
            return Effect.STRONGER
        case _:
            return Effect.OTHER


def _together(effects: Iterator[Effect]) -> Effect:
    """Several effects as one: they agree, or it is something else."""
    found = set(effects)
    return found.pop() if len(found) == 1 else Effect.OTHER


def _reversed(effect: Effect) -> Effect:
    match effect:
        case Effect.WEAKER:
            return Effect.STRONGER
        case Effect.STRONGER:
            return Effect.WEAKER
        case Effect.OTHER:
            return effect


def _more_is_weaker(before: Fraction | int, after: Fraction | int) -> Iterator[Effect]:
    if after != before:
        yield Effect.WEAKER if after > before else Effect.STRONGER


def _of_rule(before: syntax.Rule, after: syntax.Rule, placed: Placing) -> Iterator[Effect]:
    yield from _of_norm(before.norm, after.norm)
    old, new = before.clauses, after.clauses
    yield from _of_conditions(old.when, new.when, placed)
    yield from map(_reversed, _of_sets(old.unless, new.unless))
    yield from _of_sets(old.after, new.after)
    yield from _of_deadline(old.within, new.within, placed)
    if old.by_date != new.by_date:
        yield Effect.STRONGER if old.by_date is None else Effect.OTHER
    if old.no_sooner != new.no_sooner:
        yield Effect.WEAKER if old.no_sooner is None else Effect.OTHER
    if old.expires != new.expires:
        yield Effect.WEAKER if old.expires is None else Effect.OTHER
    yield from _of_every(old.every, new.every)
    if old.in_tier != new.in_tier:
        yield Effect.WEAKER if old.in_tier is None else Effect.OTHER
    if new.stands_until_done and not old.stands_until_done:
        yield Effect.STRONGER
    if (old.done_when, old.jointly_with, old.for_each) != (new.done_when, new.jointly_with, new.for_each):
        yield Effect.OTHER


def _of_norm(before: syntax.Norm, after: syntax.Norm) -> Iterator[Effect]:
    old, new = _STRENGTH[before.modality], _STRENGTH[after.modality]
    if before.actor != after.actor or (old > 0) != (new > 0):
        yield Effect.OTHER
    elif old != new:
        yield from _more_is_weaker(abs(new), abs(old))
    elif before.text != after.text:
        yield Effect.OTHER


def _of_conditions(
    before: tuple[syntax.Expression, ...], after: tuple[syntax.Expression, ...], placed: Placing
) -> Iterator[Effect]:
    """Conditions that must all hold: one more is weaker."""
    old, new = conjuncts(before), conjuncts(after)
    if len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            if one != other:
                yield _of_condition(one, other, placed)
    else:
        yield from map(_reversed, _of_sets(old, new))


def _of_sets(before: tuple[object, ...], after: tuple[object, ...]) -> Iterator[Effect]:
    """Alternatives: one more is stronger."""
    old, new = set(before), set(after)
    if old != new:
        yield Effect.STRONGER if old < new else Effect.WEAKER if new < old else Effect.OTHER


def _of_condition(
    before: syntax.Expression, after: syntax.Expression, placed: Placing | None = None
) -> Effect:
    """A condition that reaches more is stronger: another alternative, or a lower line."""
    if isinstance(before, syntax.Compare) and isinstance(after, syntax.Compare) and placed is not None:
        if (before.left, before.comparison) == (after.left, after.comparison):
            old, new = number_of(before.right, placed), number_of(after.right, placed)
            if old is not None and new is not None and old.unit is new.unit:
                return _of_line(before.comparison, old.amount, new.amount)
        return Effect.OTHER
    old_parts, new_parts = set(conjuncts((before,))), set(conjuncts((after,)))
    if len(old_parts) > 1 or len(new_parts) > 1:
        return next((_reversed(one) for one in _of_sets(tuple(old_parts), tuple(new_parts))), Effect.OTHER)
    return next(_of_sets(disjuncts(before), disjuncts(after)), Effect.OTHER)


def _of_line(comparison: syntax.Comparison, before: Fraction, after: Fraction) -> Effect:
    upwards = comparison in (syntax.Comparison.AT_LEAST, syntax.Comparison.MORE_THAN)
    if before == after:
        return Effect.OTHER
    return Effect.WEAKER if (after > before) is upwards else Effect.STRONGER


def _of_deadline(
    before: syntax.Within | None, after: syntax.Within | None, placed: Placing
) -> Iterator[Effect]:
    if before == after:
        return
    if before is None or after is None:
        yield Effect.STRONGER if before is None else Effect.WEAKER
        return
    old, new = number_of(before.length, placed), number_of(after.length, placed)
    if before.of != after.of or old is None or new is None or old.unit is not new.unit:
        yield Effect.OTHER
    else:
        yield from _more_is_weaker(old.amount, new.amount)


def _of_every(before: syntax.Every | None, after: syntax.Every | None) -> Iterator[Effect]:
    if before == after:
        return
    if before is None or after is None:
        yield Effect.OTHER
    else:
        yield from _more_is_weaker(_period(before), _period(after))


def _period(every: syntax.Every) -> Fraction:
    return Fraction(_DAYS[every.unit] * every.length, every.times)


def _of_threshold(before: syntax.Threshold, after: syntax.Threshold, placed: Placing) -> Effect:
    """By what the threshold is used for: only as a deadline, or only as the line of tiers and rules."""
    name = before.name.text
    old, new = number_of(before.value, placed), number_of(after.value, placed)
    if old is None or new is None or old.unit is not new.unit:
        return Effect.OTHER
    effects: list[Effect] = []
    for one in placed.values():
        mentions = list(names_in(one.declaration)).count(name)
        known = list(_uses(one.declaration, name, old.amount, new.amount))
        if one.name != name and mentions != len(known):
            return Effect.OTHER
        effects.extend(known)
    return _together(iter(effects))


def _uses(declared: Named, name: str, before: Fraction, after: Fraction) -> Iterator[Effect]:
    """The effect of each plain use: `within NAME`, and `… is at least NAME` as a condition of its own."""
    if isinstance(declared, syntax.Tier):
        conditions = declared.when
    elif isinstance(declared, syntax.Action | syntax.Step):
        conditions = declared.clauses.when
        within = declared.clauses.within
        if within is not None and isinstance(within.length, syntax.Name) and within.length.text == name:
            yield from _more_is_weaker(before, after)
    else:
        return
    for part in conjuncts(conditions):
        for choice in disjuncts(part):
            if isinstance(choice, syntax.Compare) and is_mention_of(choice.right, name):
                yield _of_line(choice.comparison, before, after)
