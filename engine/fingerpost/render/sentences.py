"""A reason as sentences: what holds, what does not, what is not known, each with what was counted.

A reason is a tree; a reader wants a short list. `because` walks down to the leaves that make a rule hold,
`why_not` to those that keep it from holding, false apart from not known. Every point keeps its reason, so
that text and HTML show the same points in their own way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from fingerpost.decision import Question
from fingerpost.history import slot_date, slot_half
from fingerpost.known import KnownEvent, Unknown
from fingerpost.logic import Truth
from fingerpost.reasons import Evidence, Occurrence, Reason
from fingerpost.render.measured import line_words, measured_words, plain_words, provenance, takes, value_only
from fingerpost.render.words import mark_ranges, plural, short_date, slot_ranges
from fingerpost_dsl.model.declarations import Action, Bar, Pathway, Step, Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    Compare,
    FactValue,
    Happened,
    InTier,
    Is,
    IsKnown,
    MeasureValue,
    Not,
    Value,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first, say_condition, say_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that a rule rests on: a sentence, its truth, and the marks and events behind it."""

    text: str
    truth: Truth
    details: tuple[str, ...] = ()
    """Marks in ranges and events with dates, each to stand on its own or in a row."""
    reason: Reason = field(repr=False)


def because(reason: Reason, policy: Policy, on: dt.date) -> tuple[Point, ...]:
    """What makes a rule hold: its true leaves, each once."""
    leaves = (leaf for leaf in _leaves(reason, {Truth.TRUE}) if _worth_a_line(leaf))
    return _each_once(_points(leaf, policy, on) for leaf in leaves)


def why_not(reason: Reason, policy: Policy, on: dt.date) -> tuple[Point, ...]:
    """What keeps a rule from holding: its false leaves, then those not known."""
    found = _each_once(_points(leaf, policy, on) for leaf in _leaves(reason, {Truth.FALSE, Truth.UNKNOWN}))
    return tuple(sorted(found, key=lambda point: point.truth is Truth.UNKNOWN))


def _worth_a_line(leaf: Reason) -> bool:
    """Whether a leaf that holds says anything.

    That a value is known, or a round open, is said by what follows.
    """
    if leaf.role in ("round", "occasion"):
        return False
    match leaf.clause:
        case IsKnown(negated=negated):
            return negated is not leaf.negated
        case Action() | Step() if leaf.role is None:
            return False  # the rule itself, which rests on no condition
        case _:
            return True


def _each_once(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple({(point.text, point.truth): point for point in points}.values())


def _leaves(reason: Reason, wanted: set[Truth]) -> Iterator[Reason]:
    """The leaves of these truths that bear on the whole; the opposite of an `unless` that does not hold."""
    if not reason.children:
        if reason.truth in wanted:
            yield reason
        return
    if isinstance(reason.clause, InTier) and reason.truth is Truth.FALSE and not reason.negated:
        yield from _leaves(reason.children[0], wanted)
        return
    open_way = any(child.role == "way in" and child.truth is Truth.TRUE for child in reason.children)
    viable = viable_ways(reason)
    for child in reason.children:
        if child.role == "unless":
            # An exception that does not hold is worth no line; one that holds is what stands in the way.
            turned = ~child.truth
            if turned in wanted and turned is not Truth.TRUE:
                yield replace(child, truth=turned)
        elif child.role == "way in" and child.truth is not Truth.TRUE:
            if not open_way and (not viable or child in viable):
                yield from _way_leaves(child, wanted)
        elif child.truth in wanted or _holds_in_part(child, reason, wanted):
            yield from _leaves(child, wanted)


def viable_ways(reason: Reason) -> list[Reason]:
    """The ways into a step of which nothing is false but that the step before is not recorded."""
    ways = [child for child in reason.children if child.role == "way in"]
    return [way for way in ways if all(c.role == "after" or c.truth is not Truth.FALSE for c in way.children)]


def _way_leaves(way: Reason, wanted: set[Truth]) -> Iterator[Reason]:
    """Of a way in whose step is not recorded: that it is not, and what is not known.

    The rest does not matter yet.
    """
    waits = any(child.role == "after" and child.truth is Truth.FALSE for child in way.children)
    for leaf in _leaves(way, wanted):
        if not waits or leaf.role == "after" or leaf.truth is Truth.UNKNOWN:
            yield leaf


def _holds_in_part(child: Reason, parent: Reason, wanted: set[Truth]) -> bool:
    """Whether what is not known as a whole may have parts that hold."""
    return Truth.TRUE in wanted and bool(child.children) and not _are_alternatives(parent)


def _are_alternatives(reason: Reason) -> bool:
    return (isinstance(reason.clause, AnyOf) and not reason.negated) or (
        isinstance(reason.clause, AllOf) and reason.negated
    )


# --- one leaf -----------------------------------------------------------------------------------------------


def _points(leaf: Reason, policy: Policy, on: dt.date) -> Point:
    return Point(
        text=leaf_words(leaf, policy, on),
        truth=leaf.truth,
        details=details(leaf, policy, on),
        reason=leaf,
    )


def leaf_words(leaf: Reason, policy: Policy, on: dt.date) -> str:
    """The sentence of one leaf, small letter first, no full stop."""
    clause = leaf.clause
    if leaf.role == "unless":
        return _exception(leaf, policy)
    if leaf.label is not None:
        return _labelled(leaf, policy, on)
    match clause:
        case Compare():
            return _compared(leaf, clause, policy, on)
        case Is(value=FactValue(name=name)):
            return _fact(leaf, name, policy)
        case Is():
            return _is(leaf, clause, policy, on)
        case Happened():
            return _happened(leaf, clause, policy)
        case IsKnown():
            return _known(leaf, clause, policy)
        case InTier(name=name):
            title = lower_first(policy.tiers[name].title)
            return {
                Truth.TRUE: title,
                Truth.FALSE: f"not {title}",
                Truth.UNKNOWN: f"whether {title} is not known{_why(leaf)}",
            }[leaf.truth]
        case _:
            return _said(leaf, policy)


_ISO_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def _labelled(leaf: Reason, policy: Policy, on: dt.date) -> str:
    """What the engine adds that no clause says, with dates as people write them."""
    label = _ISO_DATE.sub(lambda found: short_date(dt.date.fromisoformat(found[0]), on), leaf.label or "")
    match leaf.clause:
        case Step(title=title) if leaf.role == "after":
            return f"“{title}”: {label}" if leaf.truth is Truth.TRUE else f"“{title}” is not recorded yet"
        case Action() | Step() if leaf.role == "occasion":
            name = leaf.label or ""
            declared = policy.occasions.get(name) or policy.code_sets.get(name)
            title = lower_first(declared.title) if declared else name
            return (
                title
                if leaf.truth is Truth.TRUE
                else f"whether there was {title} is not known: a mark is missing"
            )
        case _:
            return label


def _known(leaf: Reason, clause: IsKnown, policy: Policy) -> str:
    """That something is on record, or that nobody has recorded it."""
    is_recorded = (clause.negated is leaf.negated) is (leaf.truth is Truth.TRUE)
    said = lower_first(_title_of(clause.value, policy))
    return f"“{said}” is on record" if is_recorded else f"nobody has recorded “{said}”"


def _title_of(value: Value, policy: Policy) -> str:
    match value:
        case FactValue(name=name):
            return policy.facts[name].title
        case MeasureValue(name=name):
            return policy.measures[name].title
        case _:
            return say_value(value, policy)


def _said(leaf: Reason, policy: Policy) -> str:
    """The clause in the policy's words, with its truth where it does not hold."""
    words = clause_words(leaf, policy)
    match leaf.truth:
        case Truth.TRUE:
            return words
        case Truth.FALSE:
            return f"it is not so that {words}"
        case Truth.UNKNOWN:
            return f"not known: {words}{_why(leaf)}"


def clause_words(reason: Reason, policy: Policy) -> str:
    """The clause of a reason in the policy's words: a condition said, a rule or tier by its title."""
    clause = reason.clause
    match clause:
        case Tier() | Action() | Step() | Bar() | Pathway():
            return lower_first(clause.title)
        case _:
            turned = Not(condition=clause, span=clause.span) if reason.negated else clause
            return say_condition(turned, policy)


def _exception(leaf: Reason, policy: Policy) -> str:
    held = "holds" if leaf.truth is Truth.FALSE else "may hold"
    return f"an exception {held}: {clause_words(leaf, policy)}"


def _why(leaf: Reason) -> str:
    return f" ({leaf.cause.value})" if leaf.cause is not None else ""


def _compared(leaf: Reason, clause: Compare, policy: Policy, on: dt.date) -> str:
    assert leaf.left is not None
    assert leaf.right is not None
    said = measured_words(clause.left, leaf.left, policy, on)
    if not leaf.left.applicable:
        return said
    line = line_words(clause.right, leaf.right, policy)
    match leaf.truth:
        case Truth.TRUE:
            return f"{said}; {line}"
        case Truth.FALSE:
            asked = takes(clause.comparison, leaf.right, policy, negated=leaf.negated)
            return f"{said}; it takes {asked}{provenance(clause.right, policy)}"
        case Truth.UNKNOWN:
            return f"{said}; {line}: not known which side{_why(leaf)}"


def _fact(leaf: Reason, name: str, policy: Policy) -> str:
    title = policy.facts[name].title
    if leaf.truth is Truth.UNKNOWN or leaf.left is None or leaf.left.plain is None:
        return f"{as_question(title)} {leaf.cause.value if leaf.cause else 'not known'}"
    words = f"{lower_first(title)}: {plain_words(leaf.left.plain)}"
    if leaf.left.judged:
        others = "; ".join(f"{_role(who, policy)} says {plain_words(said)}" for who, said in leaf.left.judged)
        words += f" ({others})"
    return words


def _role(name: str, policy: Policy) -> str:
    return lower_first(policy.roles[name].title) if name in policy.roles else name


def as_question(title: str) -> str:
    """A fact's title as a question.

    >>> as_question("Support is appropriate in this case")
    'is support appropriate in this case?'
    >>> as_question("Has a social worker"), as_question("Support taken up by the family")
    ('has a social worker?', 'support taken up by the family?')
    """
    words = lower_first(title).rstrip("?").split()
    for verb in ("is", "are", "was", "were", "has", "have"):
        if verb in words[1:4] and words[0] not in ("is", "are", "was", "were", "has", "have"):
            place = words.index(verb)
            return " ".join([verb, *words[:place], *words[place + 1 :]]) + "?"
    return " ".join(words) + "?"


def question_text(question: Question) -> str:
    """The question as one would ask it."""
    match question.kind:
        case "fact":
            return as_question(question.text)
        case "event":
            return f"{lower_first(question.text)}: has it happened?"
        case "marks":
            return "what are the missing marks?"
        case "threshold":
            return f"{lower_first(question.text)}: what has the authority set?"
        case _:
            return f"{lower_first(question.text)}?"


def _is(leaf: Reason, clause: Is, policy: Policy, on: dt.date) -> str:
    assert leaf.left is not None
    said = measured_words(clause.value, leaf.left, policy, on)
    if leaf.truth is Truth.TRUE or not leaf.left.applicable:
        return said
    choice = value_only(leaf.right, policy) if leaf.right is not None else "another value"
    negated = clause.negated is not leaf.negated
    asked = f"it takes {'something other than ' if negated else ''}{choice}"
    return f"{said}; {asked}" if leaf.truth is Truth.FALSE else f"{said}; {asked}: not known{_why(leaf)}"


def _happened(leaf: Reason, clause: Happened, policy: Policy) -> str:
    turned = Not(condition=clause, span=clause.span) if leaf.negated else clause
    words = say_condition(turned, policy)
    match leaf.truth:
        case Truth.TRUE:
            return words
        case Truth.FALSE:
            opposite = clause if leaf.negated else Not(condition=clause, span=clause.span)
            return say_condition(opposite, policy)
        case Truth.UNKNOWN:
            return f"not known whether {words}{_why(leaf)}"


# --- what was counted ---------------------------------------------------------------------------------------


def details(leaf: Reason, policy: Policy, on: dt.date) -> tuple[str, ...]:
    """The marks in ranges, the events and occasions with their dates, and what was left out or is missing."""
    evidence = leaf.evidence or (leaf.left.evidence if leaf.left is not None else None)
    return evidence_words(evidence, policy, on) if evidence is not None else ()


def evidence_words(evidence: Evidence, policy: Policy, on: dt.date) -> tuple[str, ...]:
    """What was counted, item by item."""
    found = list(mark_ranges(evidence.marks, on))
    found += [event_words(event, policy, on) for event in evidence.events]
    found += [occasion_words(occasion, on) for occasion in evidence.occasions]
    if evidence.relied_on:
        found.append("left out, already relied on: " + ", ".join(mark_ranges(evidence.relied_on, on)))
    if evidence.missing:
        found.append("no mark: " + ", ".join(slot_ranges(evidence.missing, on)))
    return tuple(found)


def event_words(event: KnownEvent, policy: Policy, on: dt.date) -> str:
    """An event with its date and what its fields say on a date: `Penalty notice Fri 13 Dec 2024 (paid)`."""
    title = policy.events[event.event].title if event.event in policy.events else event.event
    values = [event.field(name, on) for name in event.fields]
    said = [plain_words(v) for v in values if isinstance(v, str | bool)]
    whose = f" to parent {event.parent}" if event.parent else ""
    until = f" until {short_date(event.until, on)}" if event.until else ""
    shown = f" ({', '.join(said)})" if said and not any(isinstance(v, Unknown) for v in values) else ""
    return f"{title}{whose} {short_date(event.date, on)}{until}{shown}"


def occasion_words(occasion: Occurrence, on: dt.date) -> str:
    """An occasion by its sessions: `Wed 12 Nov`, `Mon 13 Oct – Fri 7 Nov (20 school days)`."""
    first, last = slot_date(occasion.first_slot), slot_date(occasion.last_slot)
    if occasion.first_slot == occasion.last_slot:
        return f"{short_date(first, on)} {slot_half(occasion.first_slot).value}"
    if first == last:
        return short_date(first, on)
    return (
        f"{short_date(first, on)} – {short_date(last, on)} ({plural(occasion.length, occasion.unit.value)})"
    )
