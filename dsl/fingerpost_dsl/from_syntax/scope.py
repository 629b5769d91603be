"""What a translation has at hand: the names, the findings so far, and of whom the current clause speaks.

A `Scope` is handed down; its `Book` is shared by the whole check. A function that translates returns None
where it has reported an error, and its callers keep silent about what follows from that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.typed import Typed
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import CodeKind, MarkSet
from fingerpost_dsl.names import Kind, Names, Placed, did_you_mean, is_built_in
from fingerpost_dsl.operators import BUILT_IN_SETS
from fingerpost_dsl.source import Span


@dataclass(slots=True)
class Book:
    """What one check gathers.

    Names, findings, and the measures and sets of codes worked out so far (None for those with an error).
    """

    names: Names
    codes: Mapping[str, frozenset[CodeKind]]
    """Each declared code with the kinds that it has had."""
    found: list[Diagnostic] = field(default_factory=list)
    measures: dict[str, Typed | None] = field(default_factory=dict)
    code_sets: dict[str, MarkSet | None] = field(default_factory=dict)
    in_progress: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scope:
    """Of whom the clause speaks."""

    book: Book
    subject: Subject = Subject.PUPIL
    occasion: str | None = None

    def of(self, subject: Subject, occasion: str | None = None) -> Scope:
        """The same for another subject."""
        return replace(self, subject=subject, occasion=occasion)

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a finding."""
        self.book.found.append(diagnostic)

    def find(self, name: syntax.Name | syntax.Dotted, *kinds: Kind) -> Placed | None:
        """The declaration of a name of one of these kinds; what is wrong otherwise is reported."""
        placed = self.book.names.get(name.text)
        if placed is None:
            self.unknown(name.text, name.span, *kinds)
            return None
        if placed.kind not in kinds:
            self.other_kind(placed, name.span, *kinds)
            return None
        return placed

    def of_whom(self, placed: Placed) -> Subject:
        """Of whom a declaration speaks; a step speaks of those for whom its pathway is."""
        if isinstance(placed.declaration, syntax.Step):
            pathway = self.book.names.placed.get(placed.declaration.pathway.text)
            return Subject.PUPIL if pathway is None else subject_of(pathway)
        return subject_of(placed)

    def unknown(self, name: str, span: Span, *kinds: Kind) -> None:
        """Report a name that nothing declares, or that a layer removed."""
        if name in self.book.names.unread:
            return
        removed = self.book.names.removed.get(name)
        if removed is not None:
            self.report(
                Diagnostic(
                    code="E0407",
                    message=f"`{name}` is removed, but still used",
                    span=removed.span,
                    labels=(Label(span, "used here"),),
                    help=f"change or remove what uses it, or keep the {removed.kind}",
                )
            )
            return
        wanted = or_list(kind.with_article for kind in kinds)
        if is_built_in(name):
            countable = name in BUILT_IN_SETS and Kind.MEASURE in kinds
            self.report(
                Diagnostic(
                    code="E0204",
                    message=f"`{name}` is built in, and not {wanted}",
                    span=span,
                    note="a set of marks" if countable else "",
                    help=f"say what of them: `count of {name} in this term`, or `share of {name} …`"
                    if countable
                    else "",
                )
            )
            return
        advice, fix = did_you_mean(name, self.book.names.of_kind(*kinds), span)
        self.report(
            Diagnostic(
                code="E0203",
                message=f"nothing is called `{name}`",
                span=span,
                note=f"{wanted} is wanted here",
                help=advice or f"declare it first: `{_keyword(kinds[0])} {name} …`",
                fix=fix,
            )
        )

    def other_kind(self, placed: Placed, span: Span, *kinds: Kind) -> None:
        """Report a name that stands for something else than what is wanted."""
        self.report(
            Diagnostic(
                code="E0204",
                message=f"`{placed.name}` is {placed.kind.with_article}",
                span=span,
                note=f"{or_list(kind.with_article for kind in kinds)} is wanted here",
                labels=(Label(placed.span, "declared here"),),
            )
        )


def _keyword(kind: Kind) -> str:
    return "codes" if kind is Kind.CODES else kind.value


def or_list(words: Iterable[str]) -> str:
    """`an event or an occasion`.

    >>> or_list(["a fact", "an event", "a condition"])
    'a fact, an event or a condition'
    """
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def subject_of(placed: Placed) -> Subject:
    """Of whom a declared fact, event, measure, condition or rule speaks; an occasion is the pupil's."""
    declaration = placed.declaration
    match declaration:
        case syntax.Fact() | syntax.Event():
            if declaration.of is not None:
                return Subject(declaration.of.value)
            return for_each(declaration.for_each)
        case syntax.Measure() | syntax.Condition() | syntax.Pathway() | syntax.Bar():
            return for_each(declaration.for_each)
        case syntax.Action() | syntax.Step():
            return for_each(declaration.clauses.for_each)
        case _:
            return Subject.PUPIL


def for_each(clause: syntax.ForEach | None) -> Subject:
    """The subject of a `for each` clause; without one, and for each occasion, the pupil."""
    return Subject.PUPIL if clause is None or clause.subject is None else Subject(clause.subject.value)
