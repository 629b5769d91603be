"""The checker: from the syntax tree of a policy, and of what it extends, to the model.

`check` names every mistake that it finds, in one run, and gives the policy if none of them is an error. It
works in four steps, none of which raises: the layers are merged as syntax, names are gathered, each
declaration is translated (names resolved, units checked), and what is well formed but makes no sense is
looked for in the model (`sense`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, has_errors, in_order
from fingerpost_dsl.digest import digest_of
from fingerpost_dsl.from_syntax import declarations, measures, rules, thresholds
from fingerpost_dsl.from_syntax.codes import codes, kinds_of_codes
from fingerpost_dsl.from_syntax.header import header, outlives, policy_id, the_header
from fingerpost_dsl.from_syntax.scope import Book, Scope
from fingerpost_dsl.from_syntax.tests import policy_test
from fingerpost_dsl.layers.merge import OF_LIMITS, Layer, Merged, merge
from fingerpost_dsl.model.policy import Header, Policy
from fingerpost_dsl.names import Names
from fingerpost_dsl.sense.every import sense
from fingerpost_dsl.source import Span

_Declared = TypeVar("_Declared")
_Made = TypeVar("_Made")


def check(
    tree: syntax.File, *, below: Sequence[syntax.File] = ()
) -> tuple[Policy | None, tuple[Diagnostic, ...]]:
    """The policy that a tree stands for, and everything that is wrong with it.

    Args:
        tree: all the files of one policy, joined in their order.
        below: the policies that it extends, the lowest first, each checked already: what is only a warning
            there is
            not said again.

    Returns:
        The policy, or None where there is an error; the findings in the order of files and lines.
    """
    declared, found = the_header(tree)
    if declared is None:
        return None, tuple(found)
    lower = [(lowest, file) for file in below if (lowest := the_header(file)[0]) is not None]
    layers = [Layer(policy_id(one), file) for one, file in (*lower, (declared, tree))]
    merged = merge(layers)
    unread = frozenset(name.text for layer in layers for name in layer.file.unread)
    names = Names(placed=merged.placed, removed=merged.removed, unread=unread)
    scope = Scope(Book(names=names, codes=kinds_of_codes(merged.codes)))
    headers = [header(one, scope) for one, _ in lower]
    own = header(declared, scope)
    if lower:
        found.extend(outlives(lower[-1][0], declared))
    policy = _policy(merged, [*headers, own], scope)
    found.extend(merged.found)
    found.extend(scope.book.found)
    if policy is not None:
        sensible = not unread and not has_errors(one for one in found if one.code not in OF_LIMITS)
        found.extend(sense(policy, names, complete=sensible))
    told = in_order(one for one in found if one.is_error or not _is_inherited(one, below))
    return (None if has_errors(told) or unread else policy), told


def _policy(merged: Merged, headers: Sequence[Header | None], scope: Scope) -> Policy | None:
    """Everything translated. Tests come last, and do not count as a use of what they mention."""
    of = _Translation(merged, scope)
    sources = of.each(syntax.Source, declarations.source)
    passages = of.each(syntax.Passage, declarations.passage)
    roles = of.each(syntax.Role, declarations.role_declared)
    every_code = codes(merged.codes, scope)
    code_sets = of.changeable(syntax.Codes, declarations.code_set)
    occasions = of.each(syntax.Occasion, declarations.occasion)
    facts = of.each(syntax.Fact, declarations.fact)
    events = of.each(syntax.Event, declarations.event)
    quantities = of.changeable(syntax.Threshold, thresholds.threshold)
    measured = of.changeable(syntax.Measure, measures.measure)
    conditions = of.changeable(syntax.Condition, measures.named_condition)
    tiers = of.changeable(syntax.Tier, measures.tier)
    cohorts = of.changeable(syntax.Cohort, measures.cohort)
    actions = of.changeable(syntax.Action, rules.action)
    pathways = of.each(syntax.Pathway, rules.pathway)
    steps = of.changeable(syntax.Step, rules.step)
    bars = of.changeable(syntax.Bar, rules.bar)
    used = set(scope.book.names.used)
    tests = tuple(test for one in merged.tests if (test := policy_test(one, scope)) is not None)
    scope.book.names.used = used
    known = [one for one in headers if one is not None]
    if len(known) != len(headers):
        return None
    policy = Policy(
        header=known[-1],
        layers=tuple(known),
        sources=sources,
        passages=passages,
        roles=roles,
        codes=every_code,
        code_sets=code_sets,
        occasions=occasions,
        facts=facts,
        events=events,
        thresholds=quantities,
        measures=measured,
        conditions=conditions,
        tiers=tiers,
        cohorts=cohorts,
        actions=actions,
        pathways=pathways,
        steps=steps,
        bars=bars,
        tests=tests,
        origins={name: placed.origin for name, placed in merged.placed.items()},
        changes=tuple(merged.changes),
        digest="",
    )
    return replace(policy, digest=digest_of(policy))


@dataclass(frozen=True, slots=True)
class _Translation:
    """Translates all declarations of one sort; a declaration with an error is left out."""

    merged: Merged
    scope: Scope

    def each(
        self, sort: type[_Declared], translate: Callable[[_Declared, Scope], _Made | None]
    ) -> Mapping[str, _Made]:
        """Those that no layer can change."""
        made: dict[str, _Made] = {}
        for name, placed in self.merged.placed.items():
            if isinstance(placed.declaration, sort):
                one = translate(placed.declaration, self.scope)
                if one is not None:
                    made[name] = one
        return made

    def changeable(
        self, sort: type[_Declared], translate: Callable[[_Declared, Scope, str | None], _Made | None]
    ) -> Mapping[str, _Made]:
        """Those that a layer may change, with the reason of whoever changed them."""
        because = self.merged.because
        made: dict[str, _Made] = {}
        for name, placed in self.merged.placed.items():
            if isinstance(placed.declaration, sort):
                one = translate(placed.declaration, self.scope, because.get(name))
                if one is not None:
                    made[name] = one
        return made


def _is_inherited(diagnostic: Diagnostic, below: Sequence[syntax.File]) -> bool:
    """Whether a finding is about a file of a policy below, which was told of it when that was checked."""
    span = diagnostic.span
    sources = {one.span.source for file in below for one in file.declarations}
    return isinstance(span, Span) and span.source in sources
