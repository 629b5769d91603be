"""What a change does, in a few words: `reaches more pupils, sooner, for help`.

Only what is so for every pupil there could be; anything else "changes who is reached". An enforcement
pathway's steps are told from everything else, which is help.
"""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost.compare import Demand, Effect, Order, Timing, Touched
from fingerpost.render.words import joined, plural
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording.english import quoted

_MANY = {
    Subject.PUPIL: "pupils",
    Subject.PARENT: "parents",
    Subject.COHORT: "cohorts",
    Subject.SCHOOL: "schools",
    Subject.AUTHORITY: "authorities",
    Subject.FAMILY: "families",
}


def effect_words(effect: Effect, policy: Policy) -> str:
    """The effect of a difference; nothing where it has none. `policy` is the later one, for titles."""
    rules = [one for one in effect.touched if one.kind in ("action", "step")]
    if not rules:
        return _of_groups(effect.touched, policy) or _printed(effect, policy)
    help_, enforcement = ([one for one in rules if one.enforcement is wanted] for wanted in (False, True))
    if not help_ or not enforcement:
        purpose = "for enforcement" if enforcement else "for help"
        return f"{_said(rules)}, {purpose}{_how_many(rules)}"
    if _said(help_) == _said(enforcement):
        return f"{_said(rules)}, for help and for enforcement{_how_many(rules)}"
    return (
        f"{_said(help_)}, for help{_how_many(help_)}; "
        f"{_said(enforcement)}, for enforcement{_how_many(enforcement)}"
    )


def _said(rules: Sequence[Touched]) -> str:
    parts = [_reach(rules), _timing(rules), _demand(rules)]
    return ", ".join(part for part in parts if part)


def _reach(rules: Sequence[Touched]) -> str:
    touched = [one for one in rules if one.reach is not Order.SAME]
    if not touched:
        return ""
    whom = joined(list(dict.fromkeys(_MANY[one.subject] for one in touched)))
    match {one.reach for one in touched}:
        case reaches if reaches == {Order.MORE}:
            return f"reaches more {whom}"
        case reaches if reaches == {Order.FEWER}:
            return f"reaches fewer {whom}"
        case reaches if reaches == {Order.MORE, Order.FEWER}:
            more = sum(one.reach is Order.MORE for one in touched)
            return f"reaches more {whom} in {more} of them and fewer in {len(touched) - more}"
        case _:
            return "changes who is reached"


def _timing(rules: Sequence[Touched]) -> str:
    times = {one.timing for one in rules if one.timing is not Timing.SAME}
    if not times:
        return ""
    return times.pop().value if len(times) == 1 else "some sooner, some later"


def _demand(rules: Sequence[Touched]) -> str:
    demands = {one.demand for one in rules if one.demand is not Demand.SAME}
    return "" if not demands else demands.pop().value if len(demands) == 1 else Demand.OTHER.value


def _how_many(rules: Sequence[Touched]) -> str:
    if len(rules) == 1:
        return ""
    counted = []
    for kind in ("action", "step"):
        number = sum(one.kind == kind for one in rules)
        counted += [plural(number, kind)] if number else []
    return f" ({joined(counted)})"


def _of_groups(touched: Sequence[Touched], policy: Policy) -> str:
    """Where only tiers and cohorts change: who is in them."""
    said = []
    for one in touched:
        found = policy.tiers.get(one.name) or policy.cohorts.get(one.name)
        name = quoted(found.title) if found is not None else one.name
        how = {Order.MORE: "more pupils in", Order.FEWER: "fewer pupils in"}
        said.append(f"{how.get(one.reach, 'changes who is in')} {name}")
    return "; ".join(said)


def _printed(effect: Effect, policy: Policy) -> str:
    titles = [
        quoted((policy.actions.get(name) or policy.steps[name]).title)
        for name in effect.said_in
        if name in policy.actions or name in policy.steps
    ]
    return f"said in {joined(titles)}" if titles else ""
