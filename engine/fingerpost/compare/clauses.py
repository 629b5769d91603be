"""The clauses of every kind of declaration: each with what it says in words, and what it means.

A clause is a row of parts, so that a second condition that is new is one new part and the first is left out
of the difference. Two clauses are the same if their parts mean the same, in whichever order they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar, assert_never

from fingerpost.compare.declared import Declared, meaning
from fingerpost_dsl.model.declarations import (
    Action,
    After,
    Bar,
    Code,
    CodeSet,
    Cohort,
    Deadline,
    DoneWhen,
    Event,
    EventField,
    Fact,
    Measure,
    NamedCondition,
    Occasion,
    Passage,
    Pathway,
    Role,
    Rule,
    Source,
    Step,
    Subject,
    Threshold,
    Tier,
    ValueType,
)
from fingerpost_dsl.model.expressions import Amount, Condition, Happened, InTier, MarkSet, Selection
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import (
    fill_text,
    listed,
    lower_first,
    say_amount,
    say_anchor,
    say_by_date,
    say_condition,
    say_date,
    say_quantity,
    say_recurrence,
    say_value,
    say_within,
)
from fingerpost_dsl.wording.amounts import say_literal
from fingerpost_dsl.wording.english import quoted, spaced

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a clause: its words, and its meaning, by which parts are compared."""

    words: str
    means: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its name, and the fields of the model that hold it."""

    name: str
    fields: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says the clauses of one policy. `renamed` is what a cited passage is called in the later policy."""

    policy: Policy
    renamed: Callable[[str], str]

    def one(self, name: str, value: object, words: str | None, *fields: str) -> Clause:
        """A clause of one part, or of none where there is nothing."""
        parts = () if words is None else (Part(words, meaning(value, self.policy)),)
        return Clause(name, fields or (name,), parts)

    def many(self, name: str, values: Iterable[object], say: Callable[..., str], *fields: str) -> Clause:
        """A clause with a part for each of its values."""
        parts = tuple(Part(say(one), meaning(one, self.policy)) for one in values)
        return Clause(name, fields or (name,), parts)

    def text(self, name: str, value: str | None, *fields: str) -> Clause:
        """A clause in the author's own words."""
        return self.one(name, value, value, *fields)

    def texts(self, name: str, values: Iterable[str], *fields: str) -> Clause:
        """Several texts, or names."""
        return self.many(name, values, str, *fields)

    def flag(self, name: str, holds: bool, words: str, *fields: str) -> Clause:
        """A word that stands or does not."""
        return self.one(name, words, words if holds else None, *fields)

    def condition(self, condition: Condition) -> str:
        """A condition with its fine print."""
        return say_condition(condition, self.policy, full=True)

    def conditions(self, name: str, values: Iterable[Condition], *fields: str) -> Clause:
        """Several conditions."""
        return self.many(name, values, self.condition, *fields)

    def cites(self, names: Iterable[str]) -> Clause:
        """Passages, each by what the later policy calls it."""
        return Clause("cites", ("cites",), tuple(Part(name, self.renamed(name)) for name in names))

    def role(self, name: str) -> str:
        """A role by its title."""
        return lower_first(self.policy.roles[name].title) if name in self.policy.roles else name

    def roles(self, name: str, values: Iterable[str], *fields: str) -> Clause:
        """Several roles."""
        return self.many(name, values, self.role, *fields)


def clauses(one: Declared, speaker: Speaker) -> tuple[Clause, ...]:
    """Every clause of a declaration, in the order in which it is written."""
    return tuple(_clauses(one, speaker))


def _clauses(one: Declared, say: Speaker) -> Iterator[Clause]:
    yield say.text("title", one.title)
    match one:
        case Source() | Role() | Code() | CodeSet() | Fact() | Event():
            yield from _word(one, say)
        case Passage():
            pass
        case Occasion():
            yield _marks(one.marks, say)
            yield _amount(say, "at least", one.at_least, "at_least")
        case Threshold():
            yield from _threshold(one, say)
        case Measure():
            words = say_value(one.value, say.policy, full=True)
            yield say.one("value", (one.value, one.unit), words, "value", "unit")
            yield _subject(one.subject, say)
        case NamedCondition():
            yield say.one("value", one.condition, say.condition(one.condition), "condition")
            yield _subject(one.subject, say)
        case Tier():
            yield from _tier(one, say)
        case Cohort():
            yield say.one("value", one.condition, say.condition(one.condition), "condition")
            yield _amount(say, "least size", one.least_size, "least_size")
        case Step():
            yield from _rule(one, say)
            yield from _step(one, say)
        case Action():
            yield from _rule(one, say)
        case Pathway():
            yield from _pathway(one, say)
        case Bar():
            yield say.many("stops", one.stops, lambda name: _rule_title(name, say.policy))
            yield say.conditions("when", one.when)
            yield _subject(one.subject, say)
        case _:
            assert_never(one)
    yield say.cites(getattr(one, "cites", ()))
    yield say.text("ours", getattr(one, "ours", None))
    yield say.texts("note", one.notes, "notes")
    yield say.text("because", getattr(one, "because", None))


def _word(one: Source | Role | Code | CodeSet | Fact | Event, say: Speaker) -> Iterator[Clause]:
    """The words that a policy speaks in."""
    match one:
        case Source():
            yield say.one("weight", one.weight, one.weight.value)
            yield say.text("publisher", one.publisher)
            yield _optional(say, "published", one.published, say_date)
            yield say.text("url", one.url)
            yield say.text("secondary", one.secondary)
        case Role():
            yield say.roles("part of", () if one.part_of is None else (one.part_of,), "part_of")
        case Code():
            yield say.one("kind", one.kind, one.kind.value)
            yield _optional(say, "valid from", one.valid_from, say_date, "valid_from")
            yield _optional(say, "valid until", one.valid_until, say_date, "valid_until")
        case CodeSet():
            yield _marks(one.marks, say)
        case Fact():
            yield say.one("type", one.type, _type_words(one.type))
            yield _subject(one.subject, say)
            yield say.roles("judged by", one.judged_by, "judged_by")
            yield say.flag("sensitive", one.sensitive, "sensitive")
        case Event():
            yield from _event(one, say)
        case _:
            assert_never(one)


def _marks(marks: MarkSet, say: Speaker) -> Clause:
    """The members of a set, written out: here its own name would say nothing."""
    parts = [(kind.value, kind.value) for kind in sorted(marks.kinds, key=lambda kind: kind.value)]
    parts += [(f"code {code}", code) for code in sorted(marks.codes)]
    parts += [(f"without code {code}", f"without {code}") for code in sorted(marks.without)]
    return Clause("marks", ("marks",), tuple(Part(words, means) for words, means in parts))


def _subject(subject: Subject, say: Speaker) -> Clause:
    return say.one("of", subject, f"each {subject.value}", "subject")


def _type_words(type_: ValueType) -> str:
    match type_.kind:
        case "one of":
            return f"one of {listed([quoted(spaced(one)) for one in type_.choices], 'and')}"
        case "number" if type_.unit is not None:
            return f"a number of {type_.unit.value}s"
        case kind:
            return kind


def _event(event: Event, say: Speaker) -> Iterator[Clause]:
    def field(one: EventField) -> str:
        return f"{quoted(spaced(one.name))}: {_type_words(one.type)}"

    yield _subject(event.subject, say)
    yield say.many("fields", event.fields, field)
    lasts = event.lasts and f"from {say_quantity(event.lasts[0])} to {say_quantity(event.lasts[1])}"
    yield say.one("lasts", event.lasts, lasts)
    yield say.flag("relies on marks", event.relies_on_marks, "relies on marks", "relies_on_marks")
    yield say.flag("sensitive", event.sensitive, "sensitive")


def _threshold(threshold: Threshold, say: Speaker) -> Iterator[Clause]:
    words = "left to the local authority" if threshold.value is None else say_literal(threshold.value)
    yield say.one("value", (threshold.value, threshold.unit), words, "value", "unit")
    yield say.flag("open", threshold.is_open, "left open to local policies", "is_open")
    bounds = threshold.bounds and " to ".join(map(say_literal, threshold.bounds))
    yield say.one("bounds", threshold.bounds, bounds and f"from {bounds}")


def _tier(tier: Tier, say: Speaker) -> Iterator[Clause]:
    below = None if tier.continues is None else quoted(say.policy.tiers[tier.continues].title)
    yield say.one("continues", tier.continues, below)
    yield say.conditions("when", tier.when)
    yield _amount(say, "provisional below", tier.provisional_below, "provisional_below")
    yield say.conditions("left when", () if tier.left_when is None else (tier.left_when,), "left_when")


def _pathway(pathway: Pathway, say: Speaker) -> Iterator[Clause]:
    yield _subject(pathway.subject, say)
    yield _occasion(pathway.occasion, say)
    yield _in_tier(pathway.tier, say)
    yield say.conditions("when", pathway.when)
    yield say.flag("enforcement", pathway.enforcement, "enforcement")


def _rule(rule: Rule, say: Speaker) -> Iterator[Clause]:
    policy = say.policy
    yield say.roles("who", (rule.actor,), "actor")
    yield say.one("modality", rule.modality, rule.modality.value)
    yield say.one("text", rule.text, quoted(fill_text(rule.text, policy)))
    yield say.roles("with", rule.with_roles, "with_roles")
    yield say.roles("jointly with", rule.jointly_with, "jointly_with")
    yield say.roles("usually by", () if rule.usually_by is None else (rule.usually_by,), "usually_by")
    yield _subject(rule.subject, say)
    yield _occasion(rule.occasion, say)
    yield _in_tier(rule.tier, say)
    yield say.conditions("when", rule.when)
    yield say.conditions("unless", rule.unless)
    yield _optional(say, "within", rule.within, lambda one: say_within(one, policy))
    yield _optional(say, "by", rule.by_date, say_by_date, "by_date")
    yield _optional(
        say,
        "no sooner",
        rule.no_sooner,
        lambda one: f"no sooner than {_deadline(one, 'after', policy)}",
        "no_sooner",
    )
    yield _optional(say, "expires", rule.expires, lambda one: f"open for {_deadline(one, 'of', policy)}")
    yield _optional(say, "every", rule.every, say_recurrence)
    yield say.flag("stands until done", rule.stands_until_done, "stays owed until done", "stands_until_done")
    yield say.many("done when", rule.done_when, lambda one: _done(one, policy), "done_when")


def _amount(say: Speaker, name: str, value: Amount | None, *fields: str) -> Clause:
    """An amount that may be left out."""
    return say.one(name, value, None if value is None else say_amount(value, say.policy), *fields)


def _optional(say: Speaker, name: str, value: T | None, words: Callable[[T], str], *fields: str) -> Clause:
    """A clause that may be left out."""
    return say.one(name, value, None if value is None else words(value), *fields)


def _step(step: Step, say: Speaker) -> Iterator[Clause]:
    def way(one: After) -> str:
        words = f"after {_rule_title(one.step, say.policy)}"
        return words if one.condition is None else f"{words}, if {say.condition(one.condition)}"

    yield say.one("pathway", step.pathway, quoted(say.policy.pathways[step.pathway].title))
    yield say.flag("starts here", step.starts_here, "the pathway starts here", "starts_here")
    yield say.flag("ends the round", step.ends_round, "ends the round", "ends_round")
    yield say.many("after", step.after, way)


def _in_tier(tier: InTier | None, say: Speaker) -> Clause:
    words = None
    if tier is not None:
        words = f"{'only ' if tier.only else ''}in the tier {quoted(say.policy.tiers[tier.name].title)}"
    return say.one("tier", tier, words)


def _occasion(name: str | None, say: Speaker) -> Clause:
    if name is None:
        return say.one("for each", None, None, "occasion")
    policy = say.policy
    found = policy.occasions.get(name) or policy.code_sets.get(name) or policy.cohorts.get(name)
    words = quoted(found.title) if found is not None else spaced(name)
    return say.one("for each", name, words, "occasion")


def _deadline(deadline: Deadline, word: str, policy: Policy) -> str:
    anchor = "" if deadline.anchor is None else f" {word} {say_anchor(deadline.anchor, policy)}"
    return f"{say_amount(deadline.amount, policy)}{anchor}"


def _done(done: DoneWhen, policy: Policy) -> str:
    selection: Selection = done.selection
    happened = Happened(selection=selection, windows=done.windows, span=done.span)
    return say_condition(happened, policy, full=True)


def _rule_title(name: str, policy: Policy) -> str:
    rule = policy.steps.get(name) or policy.actions.get(name)
    return quoted(rule.title) if rule is not None else spaced(name)
