"""Names: one namespace, in which a name means one thing.

`Names` holds every declaration of a policy, all layers merged, under its name. Looking a name up marks it
as used, so that what nobody mentions can be pointed out; a name that is not there is answered with the
nearest that is.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Fix, Label
from fingerpost_dsl.model.expressions import BuiltIn
from fingerpost_dsl.model.policy import PolicyId
from fingerpost_dsl.operators import BUILT_IN_SETS
from fingerpost_dsl.source import Span


class Kind(StrEnum):
    """What a name may stand for."""

    SOURCE = "source"
    PASSAGE = "passage"
    ROLE = "role"
    CODES = "set of codes"
    OCCASION = "occasion"
    FACT = "fact"
    EVENT = "event"
    THRESHOLD = "threshold"
    MEASURE = "measure"
    CONDITION = "condition"
    TIER = "tier"
    COHORT = "cohort"
    ACTION = "action"
    PATHWAY = "pathway"
    STEP = "step"
    BAR = "bar"
    BUILT_IN = "built-in value"

    @property
    def with_article(self) -> str:
        """`an event`, `a fact`."""
        return f"{'an' if self.value[0] in 'aeiou' else 'a'} {self.value}"


Named = (
    syntax.Source
    | syntax.Passage
    | syntax.Role
    | syntax.Codes
    | syntax.Occasion
    | syntax.Fact
    | syntax.Event
    | syntax.Threshold
    | syntax.Measure
    | syntax.Condition
    | syntax.Tier
    | syntax.Cohort
    | syntax.Action
    | syntax.Pathway
    | syntax.Step
    | syntax.Bar
)
"""The declarations that have a name in the one namespace."""


def kind_of(declaration: Named) -> Kind:
    """What its name stands for."""
    match declaration:
        case syntax.Source():
            return Kind.SOURCE
        case syntax.Passage():
            return Kind.PASSAGE
        case syntax.Role():
            return Kind.ROLE
        case syntax.Codes():
            return Kind.CODES
        case syntax.Occasion():
            return Kind.OCCASION
        case syntax.Fact():
            return Kind.FACT
        case syntax.Event():
            return Kind.EVENT
        case syntax.Threshold():
            return Kind.THRESHOLD
        case syntax.Measure():
            return Kind.MEASURE
        case syntax.Condition():
            return Kind.CONDITION
        case syntax.Tier():
            return Kind.TIER
        case syntax.Cohort():
            return Kind.COHORT
        case syntax.Action():
            return Kind.ACTION
        case syntax.Pathway():
            return Kind.PATHWAY
        case syntax.Step():
            return Kind.STEP
        case syntax.Bar():
            return Kind.BAR
        case _:
            assert_never(declaration)


@dataclass(frozen=True, slots=True)
class Placed:
    """A declaration and the policy that it comes from."""

    declaration: Named
    origin: PolicyId

    @property
    def name(self) -> str:
        """Its whole name, with the dots of a passage's."""
        return self.declaration.name.text

    @property
    def span(self) -> Span:
        """The name where it is declared."""
        return self.declaration.name.span

    @property
    def kind(self) -> Kind:
        """What it is."""
        return kind_of(self.declaration)


@dataclass(frozen=True, slots=True)
class Removed:
    """What a layer took out, and where it says so."""

    kind: Kind
    origin: PolicyId
    span: Span


@dataclass(slots=True)
class Names:
    """The namespace of one policy. `used` grows as names are looked up."""

    placed: Mapping[str, Placed]
    removed: Mapping[str, Removed] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    """Names of declarations with a mistake in their syntax: to use one is not called an error as well."""
    used: set[str] = field(default_factory=set)

    def get(self, name: str) -> Placed | None:
        """The declaration of that name, which then counts as used."""
        found = self.placed.get(name)
        if found is not None:
            self.used.add(name)
        return found

    def of_kind(self, *kinds: Kind) -> list[str]:
        """Every name of one of these kinds, built-in ones included."""
        names = [name for name, placed in self.placed.items() if placed.kind in kinds]
        if Kind.CODES in kinds:
            names.extend(BUILT_IN_SETS)
        if Kind.BUILT_IN in kinds:
            names.extend(built_in.value for built_in in BuiltIn)
        return names


def gather(placed: Iterable[Placed]) -> tuple[dict[str, Placed], list[Diagnostic]]:
    """One declaration a name; every further one, and every built-in name declared again, is reported."""
    table: dict[str, Placed] = {}
    found: list[Diagnostic] = []
    for one in placed:
        first = table.get(one.name)
        if is_built_in(one.name):
            found.append(
                Diagnostic(
                    code="E0202",
                    message=f"`{one.name}` is built in and cannot be declared",
                    span=one.span,
                    help=f"choose another name for {one.kind.with_article}",
                )
            )
        elif first is None:
            table[one.name] = one
        else:
            found.append(_declared_twice(first, one))
    return table, found


def _declared_twice(first: Placed, second: Placed) -> Diagnostic:
    if first.origin != second.origin:
        return Diagnostic(
            code="E0201",
            message=f"`{second.name}` is already declared by {first.origin}",
            span=second.span,
            note=f"here {second.kind.with_article}",
            labels=(Label(first.span, f"there {first.kind.with_article}"),),
            help=f"to alter it, write `change {first.kind} {first.name} …`; else choose another name",
        )
    return Diagnostic(
        code="E0201",
        message=f"`{second.name}` is declared twice",
        span=second.span,
        note=f"again, as {second.kind.with_article}",
        labels=(Label(first.span, f"first here, as {first.kind.with_article}"),),
        help="a name means one thing: choose another name, or leave one of them out",
    )


def is_built_in(name: str) -> bool:
    """Whether the language itself gives this name a meaning."""
    return name in BUILT_IN_SETS or any(name == built_in.value for built_in in BuiltIn)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant.

    >>> nearest("absnce", ["absence", "age"])
    'absence'
    """
    close = difflib.get_close_matches(name, list(dict.fromkeys(names)), n=1, cutoff=0.6)
    return close[0] if close else None


def nearest_rule(name: str, titles: Mapping[str, str]) -> str | None:
    """The action or step that was probably meant, by the words of its name and title, or by its letters.

    >>> nearest_rule("consider_notice", {"second_notice": "Second notice", "consider": "Consider a notice"})
    'consider'
    """
    wanted = set(name.lower().replace("_", " ").split())
    own = {rule: {*rule.split("_"), *title.lower().split()} for rule, title in titles.items()}
    named = [rule for rule, words in own.items() if wanted <= words]
    if named:
        return min(named, key=lambda rule: (-len(wanted & set(rule.split("_"))), len(own[rule])))
    return nearest(name, titles)


def did_you_mean(name: str, names: Iterable[str], span: Span) -> tuple[str, Fix | None]:
    """The advice for a name that is not there, and the same as a fix; empty where nothing is near."""
    close = nearest(name, names)
    return (f"did you mean `{close}`?", Fix(span, close)) if close else ("", None)
