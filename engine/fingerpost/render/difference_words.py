"""One difference between two policies as a sentence: `the deadline for a formal conversation is …`."""

from __future__ import annotations

from fingerpost.compare import Difference, Order, Sort, Timing
from fingerpost.render.words import joined
from fingerpost.responsibilities import Responsibility, responsibilities
from fingerpost.weights import deadline_weight
from fingerpost_dsl.model.declarations import Action, Modality, Step, Subject, Weight
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first, say_condition
from fingerpost_dsl.wording.english import a, noun, quoted

_LABELS = {
    "who": "falls to",
    "text": "says",
    "with": "with",
    "jointly with": "jointly with",
    "usually by": "usually done by",
    "of": "for",
    "for each": "for each occasion or cohort",
    "when": "asks that",
    "left when": "is left when",
    "done when": "done when",
    "stops": "stops",
    "cites": "rests on",
    "note": "note:",
    "ours": "our reason:",
    "marks": "holds",
    "type": "is answered by",
    "fields": "records",
    "lasts": "lasts",
    "judged by": "is judged by",
    "bounds": "may be set",
    "provisional below": "is provisional below",
    "continues": "continues",
    "least size": "has a least size of",
    "at least": "takes at least",
    "part of": "is part of",
    "pathway": "is a step of",
    "kind": "counts as",
    "valid from": "valid from",
    "valid until": "valid until",
    "weight": "has the weight of",
    "because": "because",
}
"""How a clause begins inside a sentence; a clause that is not here begins with its own words."""

_ALSO = frozenset({"when", "with", "jointly with", "cites", "marks", "stops", "fields", "after"})
"""Clauses of several parts, to which one is added."""

_SHORT = 60
"""Up to so many letters, what is and what was stand in one breath."""

_LONGEST_CONDITION = 160
"""A condition of a new rule that is longer is left to the policy."""

_RESTS_ON = {Weight.LOCAL: "a local source", Weight.OURS: "nobody's word but our own"}

_PLAIN = frozenset({"action", "step", "threshold"})
"""Kinds that need not be named: what they are is plain from what is said."""


def heading(one: Difference) -> str:
    """What a difference is about: its title, with its kind where that is not plain."""
    if one.kind == "code":
        return f"code {one.name}"
    return one.title if one.kind in _PLAIN else f"{one.kind} {quoted(one.title)}"


def clause_words(one: Difference) -> str:
    """What became of one clause: `must, was should`."""
    before, after = "; ".join(one.before), "; ".join(one.after)
    label = _LABELS.get(one.clause, "")
    lead = f"{label} " if label else ""
    if one.clause == "title":
        return f"was called {quoted(before)}"
    if one.clause == "unless":
        gone, come = f"the exception is gone that {before}", f"with the exception that {after}"
        return "; ".join(said for said, there in ((come, after), (gone, before)) if there)
    if before and after:
        is_short = not label and len(before) + len(after) <= _SHORT
        return f"{after}, was {before}" if is_short else f"{lead}{after}; before: {before}"
    if after:
        return f"{'also' if one.clause in _ALSO else 'now'} {lead}{after}"
    return f"no longer {lead}{before}"


def changed_words(one: Difference, after: Policy) -> str:
    """A difference that stands alone, with what it is about."""
    if one.kind == "threshold" and one.clause == "value" and one.before and one.after:
        new, old = one.after[0], one.before[0]
        return f"{_about(one, after)} {new} instead of {_without_unit(old, new)}"
    if one.clause == "title":
        kind = "" if one.kind in _PLAIN else f"{one.kind} "
        return f"{kind}{quoted(one.before[0])} is now called {quoted(one.after[0])}"
    return f"{heading(one)}: {clause_words(one)}"


def _about(one: Difference, policy: Policy) -> str:
    """What a number is: the deadline of something, if it is nothing else."""
    rules = [touched for touched in one.effect.touched if touched.kind in ("action", "step")]
    only_deadline = rules and all(
        touched.reach is Order.SAME and touched.timing in (Timing.SOONER, Timing.LATER) for touched in rules
    )
    if only_deadline and len(rules) <= 3:
        titles = [(policy.actions.get(rule.name) or policy.steps[rule.name]).title for rule in rules]
        return f"the deadline for {joined([_thing(title) for title in titles])} is"
    return f"{lower_first(one.title)}:"


def _thing(title: str) -> str:
    counted = noun(title)
    return a(counted[0]) if counted is not None else quoted(lower_first(title))


def _without_unit(old: str, new: str) -> str:
    """The old number without its unit, if the new one has just said it.

    >>> _without_unit("10 school days", "5 school days"), _without_unit("1 term", "2 months")
    ('10', '1 term')
    """
    number, _, unit = old.partition(" ")
    return number if unit and new.partition(" ")[2] == unit else old


# --- what is new or gone ------------------------------------------------------------------------------------


def whole_words(one: Difference, policy: Policy) -> tuple[str, str]:
    """A declaration that is new or gone: what it is, and for whom or when."""
    rule = _rule(one, policy)
    if rule is not None:
        said = f"{one.title}: {_who(rule, policy)} {rule.modality.value} {rule.text}"
        return said, _for_whom(rule, policy)
    match one.kind:
        case "bar":
            bar = policy.bars[one.name]
            stopped = [(policy.actions.get(name) or policy.steps[name]).title for name in bar.stops]
            when = " and ".join(say_condition(condition, policy) for condition in bar.when)
            return f"bar {quoted(one.title)}", f"stops {joined([quoted(t) for t in stopped])} when {when}"
        case "tier":
            conditions = " and ".join(say_condition(c, policy) for c in policy.tiers[one.name].when)
            return f"tier {quoted(one.title)}", f"when {conditions}" if conditions else ""
        case "cohort":
            words = say_condition(policy.cohorts[one.name].condition, policy)
            return f"cohort {quoted(one.title)}", f"those for whom {words}"
        case _:
            value = next((said for said in (*one.before, *one.after) if said.startswith("value: ")), "")
            return heading(one) + (f": {value.removeprefix('value: ')}" if value else ""), ""


def _rule(one: Difference, policy: Policy) -> Responsibility | None:
    if one.kind not in ("action", "step"):
        return None
    return next(rule for rule in responsibilities(policy) if rule.name == one.name)


def _who(rule: Responsibility, policy: Policy) -> str:
    return lower_first(policy.roles[rule.role].title)


def _for_whom(rule: Responsibility, policy: Policy) -> str:
    """For whom, when, and how much it rests on."""
    declared = policy.actions.get(rule.name) or policy.steps[rule.name]
    times = list(rule.times)
    whose = deadline_weight(declared, policy)
    if declared.within is not None and whose is Weight.OURS:
        times[0] += " (our target)"
    weight = f"rests on {_RESTS_ON.get(rule.weight, rule.weight.value)}"
    decides = "a person decides" if rule.modality is Modality.MAY else ""
    return " · ".join(part for part in (_whom(rule, declared, policy), *times, weight, decides) if part)


def _whom(rule: Responsibility, declared: Action | Step, policy: Policy) -> str:
    if rule.tier is not None:
        only = "only " if rule.tiers == (rule.tier,) and _goes_on(rule.tier, policy) else ""
        return f"for pupils {only}in {quoted(policy.tiers[rule.tier].title)}"
    if rule.pathway is not None:
        return f"a step of {quoted(policy.pathways[rule.pathway].title)}, for each {rule.subject.value}"
    if rule.subject in (Subject.SCHOOL, Subject.AUTHORITY):
        return f"for each {rule.subject.value}"
    whom = "for pupils" if rule.subject is Subject.PUPIL else f"for each {rule.subject.value}"
    when = " and ".join(say_condition(condition, policy) for condition in declared.when)
    return f"{whom}, when {when}" if 0 < len(when) <= _LONGEST_CONDITION else whom


def _goes_on(tier: str, policy: Policy) -> bool:
    return any(other.continues == tier for other in policy.tiers.values())


def mark(sort: Sort) -> str:
    """`+` for what is new, `-` for what is gone, `~` for what changed."""
    return {Sort.ADDED: "+", Sort.REMOVED: "-", Sort.CHANGED: "~"}[sort]
