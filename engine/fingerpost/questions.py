"""What to find out: the unknown facts, events and marks of which some answer changes the result.

Candidates are the unknown leaves of the reasons; each is asked only if an answer to it would settle a rule,
which is tried before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from fingerpost.decision import Question
from fingerpost.history import Value as Held
from fingerpost.logic import Cause, Truth
from fingerpost.reasons import Measured, Reason
from fingerpost_dsl.model.declarations import Fact, Subject
from fingerpost_dsl.model.expressions import (
    CountOfEvents,
    DateOf,
    FactValue,
    Happened,
    TimeSince,
    Value,
    While,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk

Judge = Callable[[Mapping[str, Held]], Truth]
"""The truth of a rule if these facts were so."""


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that is not settled: its reason, and how to judge it again with some facts known."""

    rule: str
    reason: Reason
    judge: Judge
    parent: str | None


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: str
    name: str
    whose: str | None


def questions(unsettled: Iterable[Open], policy: Policy) -> tuple[Question, ...]:
    """What to find out, in the order of how many rules hang on it, then by name."""
    settles: dict[_Candidate, list[str]] = {}
    for rule in unsettled:
        for candidate in dict.fromkeys(_candidates(rule.reason, rule.parent, policy)):
            if _matters(candidate, rule, policy):
                settles.setdefault(candidate, []).append(rule.rule)
    found = [
        _question(candidate, tuple(dict.fromkeys(rules)), policy) for candidate, rules in settles.items()
    ]
    return tuple(sorted(found, key=lambda q: (-len(q.settles), q.kind, q.name, q.whose or "")))


def _candidates(reason: Reason, parent: str | None, policy: Policy) -> Iterator[_Candidate]:
    if reason.truth is not Truth.UNKNOWN:
        return
    if reason.role is not None and reason.role.startswith("parent "):
        parent = reason.role.removeprefix("parent ")
    for child in reason.children:
        yield from _candidates(child, parent, policy)
    if reason.children:
        return
    if isinstance(reason.clause, Happened) and reason.cause is Cause.EVENTS:
        kind = reason.clause.selection.name
        if not reason.clause.selection.occasion:  # that one is made of marks: nobody can record it
            yield _Candidate("event", kind, _whose(kind, parent, policy))
    elif reason.cause is Cause.MISSING_MARKS:
        yield _Candidate("marks", "missing marks", None)
    for value in (reason.left, reason.right):
        if value is not None:
            yield from _of_value(value, parent, policy)


def _of_value(value: Measured, parent: str | None, policy: Policy) -> Iterator[_Candidate]:
    for part in value.of:
        yield from _of_value(part, parent, policy)
    if value.exact and value.applicable:
        return
    name = value.name or ""
    match value.cause:
        case Cause.FACT:
            if name in policy.facts:
                whose = parent if policy.facts[name].subject is Subject.PARENT else None
                yield _Candidate("fact", name, whose)
            elif name in policy.measures:
                for fact in _facts_of_days(policy.measures[name].value):
                    whose = parent if policy.facts[fact].subject is Subject.PARENT else None
                    yield _Candidate("fact", fact, whose)
            elif name:
                yield _Candidate("pupil", name, None)
        case Cause.EVENTS:
            kind = _kind_of(name, policy)
            if kind is not None:
                yield _Candidate("event", kind, _whose(kind, parent, policy))
        case Cause.MISSING_MARKS:
            yield _Candidate("marks", "missing marks", None)
        case Cause.DATE_OF_BIRTH:
            yield _Candidate("pupil", "date_of_birth", None)
        case Cause.OPEN_THRESHOLD:
            yield _Candidate("threshold", name, None)
        case Cause.NO_PARENTS:
            yield _Candidate("parents", "parents", None)
        case _:
            pass


def _facts_of_days(value: Value) -> Iterator[str]:
    """The facts on which it hangs which days a measure counts (`while …`)."""
    for window in getattr(value, "windows", ()):
        if isinstance(window, While):
            yield from (node.name for node in walk(window.condition) if isinstance(node, FactValue))


def _kind_of(measure: str, policy: Policy) -> str | None:
    """The kind of event that a measure counts."""
    declared = policy.measures.get(measure)
    if declared is None:
        return None
    match declared.value:
        case CountOfEvents(selection=selection):
            return None if selection.occasion else selection.name
        case TimeSince(anchor=anchor) | DateOf(anchor=anchor):
            return None if anchor.selection.occasion else anchor.selection.name
        case _:
            return None


def _whose(kind: str, parent: str | None, policy: Policy) -> str | None:
    event = policy.events.get(kind)
    return parent if event is not None and event.subject is Subject.PARENT else None


def _matters(candidate: _Candidate, rule: Open, policy: Policy) -> bool:
    """Whether some answer would settle the rule."""
    if candidate.kind == "fact":
        fact = policy.facts[candidate.name]
        return any(
            rule.judge({candidate.name: answer}) is not Truth.UNKNOWN for answer in answers_to(fact, policy)
        )
    settled = {_supposing(rule.reason, candidate, truth, rule.parent, policy).recomputed() for truth in _BOTH}
    return settled != {Truth.UNKNOWN}


_BOTH = (Truth.TRUE, Truth.FALSE)


def answers_to(fact: Fact, policy: Policy) -> tuple[Held, ...]:
    """The answers worth trying: all choices; of numbers and dates none, since there are too many."""
    match fact.type.kind:
        case "yes or no":
            return (True, False)
        case "one of":
            return fact.type.choices
        case _:
            return ()


def _supposing(
    reason: Reason, candidate: _Candidate, truth: Truth, parent: str | None, policy: Policy
) -> Reason:
    """The reason with every leaf that rests on the candidate taken for true, or for false."""
    if reason.role is not None and reason.role.startswith("parent "):
        parent = reason.role.removeprefix("parent ")
    if not reason.children:
        rests = candidate in _candidates(reason, parent, policy)
        return replace(reason, truth=truth) if rests else reason
    return replace(
        reason, children=tuple(_supposing(c, candidate, truth, parent, policy) for c in reason.children)
    )


def _question(candidate: _Candidate, rules: tuple[str, ...], policy: Policy) -> Question:
    ask: tuple[str, ...] = ()
    subject = Subject.PUPIL
    name = candidate.name
    match candidate.kind:
        case "fact":
            fact = policy.facts[name]
            text, ask, subject = fact.title, fact.judged_by, fact.subject
        case "event":
            event = policy.events[name]
            text, subject = event.title, event.subject
        case "threshold":
            declared = policy.thresholds.get(name)
            text, subject = (declared.title if declared else name), Subject.AUTHORITY
        case "marks":
            text = "sessions without a mark"
        case "parents":
            text = "who the parents are"
        case _:
            text = name.replace("_", " ")
    return Question(
        kind=candidate.kind,
        name=name,
        text=text,
        ask=ask,
        subject=subject,
        whose=candidate.whose,
        settles=rules,
    )


def only_history_start(reason: Reason) -> bool:
    """Unknown only because of where the history starts, with no known mark that counts (meaning 3).

    So is a rule that would be settled as not applying, whatever else nobody knows, if nothing that counts
    lay before the start: nobody is asked for an answer that matters only if something does.
    """
    unknown = [leaf for leaf in reason.leaves() if leaf.truth is Truth.UNKNOWN]
    starting = [leaf for leaf in unknown if _by_history_start(leaf)]
    if not starting:
        return False
    return len(starting) == len(unknown) or _without_what_lies_before(reason).recomputed() is Truth.FALSE


def _without_what_lies_before(reason: Reason) -> Reason:
    """The reason if nothing that counts lay before the history's start."""
    if reason.children:
        return replace(reason, children=tuple(_without_what_lies_before(c) for c in reason.children))
    unknown = reason.truth is Truth.UNKNOWN and _by_history_start(reason)
    return replace(reason, truth=Truth.FALSE) if unknown else reason


def _by_history_start(leaf: Reason) -> bool:
    if leaf.cause is not Cause.HISTORY_START:
        return False
    least = None if leaf.left is None else leaf.left.lowest
    if leaf.evidence is None or least == 0:
        return True
    # A run is shown at its longest, which may be of missing marks alone while a shorter one is certain.
    # And of a share there is no least, though sessions without a mark be what it is of.
    certain = leaf.evidence.missing and (least is not None or leaf.evidence.unmarked)
    return not (leaf.evidence.marks or leaf.evidence.events or leaf.evidence.occasions or certain)
