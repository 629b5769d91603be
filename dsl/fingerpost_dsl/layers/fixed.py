"""What is fixed in the policy below, for an author who lays another policy over it.

Whatever is not `open` is fixed, but for a `may`, and for a `should` addressed to those whom the author may
bind. A declaration that only serves others (a measure, a condition, a set of codes, a tier) is fixed if it
cites a passage of its own, or if anything that is fixed rests on it: to change what a rule means is to change
the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.layers.authors import Author
from fingerpost_dsl.layers.mentions import users_of
from fingerpost_dsl.names import Named, Placed
from fingerpost_dsl.source import Span

_BINDING = frozenset({syntax.Modality.MUST, syntax.Modality.MUST_NOT})

_FIXED = "E0417"
_OF_OTHERS = "E0419"
_ENFORCES = "E0422"

ADVICE = {
    _FIXED: "what is not `open` is fixed; to act earlier or do more, add a threshold, a measure or an action "
    "of your own",
    _OF_OTHERS: "what is asked of others stays as it is; add an action of your own beside it, "
    "addressed to those whom you can bind",
    _ENFORCES: "what protects families stays; a local policy may add a bar or a condition",
}
"""What to do instead, by the code of the limit."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Why something is fixed: the code of the limit, the words for it, and the place that fixes it.

    `by` is the rule or bar on whose account it is, if that is another declaration.
    """

    code: str
    why: str
    span: Span
    label: str
    by: str = ""


@dataclass(frozen=True)
class Below:
    """All that the layers below declare. `leaving` are the names that the layer on top takes away."""

    placed: Mapping[str, Placed]
    leaving: frozenset[str] = frozenset()
    _known: dict[str, Fixed | None] = field(default_factory=dict, compare=False)

    @cached_property
    def _users(self) -> dict[str, tuple[str, ...]]:
        return users_of(self.placed)

    def enforces(self, rule: Named) -> bool:
        """Whether this is a step of a pathway marked `enforcement`."""
        if not isinstance(rule, syntax.Step):
            return False
        pathway = self.placed.get(rule.pathway.text)
        return (
            pathway is not None
            and isinstance(pathway.declaration, syntax.Pathway)
            and pathway.declaration.enforcement
        )

    def guards(self, rule: Named) -> str:
        """What makes the conditions of a rule a protection, in words; empty if nothing does.

        The law gives a permission on conditions; without one of them it gives none.
        """
        if self.enforces(rule):
            return "a step of enforcement"
        if not isinstance(rule, syntax.Action | syntax.Step) or rule.norm.modality is not syntax.Modality.MAY:
            return ""
        by_law = any(self.weight_of(one.parts[0].text) is syntax.Weight.LAW for one in rule.clauses.cites)
        return "a permission that the law gives" if by_law else ""

    def why_fixed(self, name: str, author: Author) -> Fixed | None:
        """Why the author may not touch this declaration; None if it may."""
        if name not in self._known:
            self._known[name] = None  # so that a circle ends; circles are reported elsewhere
            self._known[name] = self._look(self.placed[name], author)
        return self._known[name]

    def _look(self, one: Placed, author: Author) -> Fixed | None:
        declared = one.declaration
        match declared:
            case syntax.Action() | syntax.Step():
                return self._of_rule(declared, author)
            case syntax.Threshold():
                return None if declared.open is not None else self._cited(one)
            case syntax.Source() | syntax.Passage():
                why = "fixed: what a source says is not a local author's to alter"
                return Fixed(_FIXED, why, one.span, "declared here")
            case syntax.Bar():
                return self._of_bar(declared, author)
            case syntax.Role() | syntax.Codes() | syntax.Fact() | syntax.Event():
                return self._through_users(one, author)
            case syntax.Measure() | syntax.Condition() | syntax.Cohort() | syntax.Tier() | syntax.Occasion():
                own = self._cited(one) if declared.cites else None
                return own or self._through_users(one, author)
            case syntax.Pathway():
                if declared.enforcement or declared.cites:
                    return self._cited(one)
                return self._through_users(one, author)
            case _:
                assert_never(declared)

    def _of_rule(self, rule: syntax.Rule, author: Author) -> Fixed | None:
        """A `must` is fixed, a `should` is so if it is addressed to others, a `may` is not."""
        modality = rule.norm.modality
        if modality in _BINDING:
            cited = self.passage_words(rule)
            return Fixed(
                _FIXED,
                f"fixed: a `{modality.value}`{cited}",
                rule.norm.modality_span,
                "not left to local policies",
            )
        others = author.others(rule)
        if modality is syntax.Modality.MAY or not others:
            return None
        whom = f"a `{modality.value}` addressed to `{others[0].text}`, whom `{author.by}` does not bind"
        words = f"{whom}{self.passage_words(rule)}"
        return Fixed(_OF_OTHERS, words, others[0].span, "whom this is asked of")

    def _of_bar(self, bar: syntax.Bar, author: Author) -> Fixed | None:
        for name in bar.stops:
            stopped = self.placed.get(name.text)
            if stopped is not None and self.guards(stopped.declaration):
                words = f"it protects from `{name.text}`{self.passage_words(bar)}"
                return Fixed(_ENFORCES, words, bar.name.span, "declared here")
        for name in bar.stops:
            fixed = self.why_fixed(name.text, author) if name.text in self.placed else None
            if fixed is not None:
                return Fixed(fixed.code, f"it stops `{name.text}`, {fixed.why}", fixed.span, fixed.label)
        return None

    def _through_users(self, one: Placed, author: Author) -> Fixed | None:
        """The first of those resting on a declaration that is fixed, or that enforces."""
        for user in (*self._users.get(one.name, ()), *self._for_cohorts(one)):
            if user in self.leaving or user == one.name:
                continue
            declared = self.placed[user].declaration
            guarded = self.guards(declared)
            if guarded:
                words = f"`{user}` rests on it, {guarded}{self.passage_words(declared)}"
                return Fixed(_ENFORCES, words, self.placed[user].span, "rests on it", user)
            if isinstance(declared, syntax.Threshold | syntax.Passage | syntax.Source):
                continue
            fixed = self.why_fixed(user, author)
            if fixed is not None and fixed.by:
                return fixed
            if fixed is not None:
                words = f"`{user}` rests on it, {fixed.why}"
                return Fixed(fixed.code, words, self.placed[user].span, "rests on it", user)
        return None

    def _for_cohorts(self, one: Placed) -> Iterator[str]:
        """A rule `for each cohort` rests on every cohort, though it names none."""
        if isinstance(one.declaration, syntax.Cohort):
            for name, other in self.placed.items():
                rule = other.declaration
                if isinstance(rule, syntax.Action) and _is_for_cohorts(rule):
                    yield name

    def _cited(self, one: Placed) -> Fixed:
        cited = self.passage_words(one.declaration)
        why = f"fixed: it {cited.removeprefix('; it ')}" if cited else "fixed: it is not open"
        return Fixed(_FIXED, why, one.span, "declared here, not open")

    def passage_words(self, declared: Named) -> str:
        """`; it cites WT24 legal.threshold (statutory guidance)`, for what cites anything."""
        cites = getattr(declared, "cites", ()) or getattr(getattr(declared, "clauses", None), "cites", ())
        if not cites:
            return ""
        source, *passage = (part.text for part in cites[0].parts)
        weight = self.weight_of(source)
        words = f"; it cites {source} {'.'.join(passage)}".rstrip()
        return words if weight is None else f"{words} ({weight.value})"

    def weight_of(self, source: str) -> syntax.Weight | None:
        """The weight of a source, if it is declared."""
        found = self.placed.get(source)
        if found is None or not isinstance(found.declaration, syntax.Source):
            return None
        return found.declaration.weight


def _is_for_cohorts(rule: syntax.Action) -> bool:
    whom = rule.clauses.for_each
    return whom is not None and whom.subject is syntax.Subject.COHORT
