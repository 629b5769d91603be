"""What stands against a change or a removal, beside the bounds of thresholds (`limits.py`)."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.layers.authors import Author, addressed
from fingerpost_dsl.layers.fixed import ADVICE, Below, Fixed
from fingerpost_dsl.layers.mentions import conjuncts, disjuncts
from fingerpost_dsl.names import Named
from fingerpost_dsl.source import Span

_MAY_BE_ADDED_TO = frozenset({"when", "unless", "with_roles", "usually_by", "notes", "no_sooner", "ours"})
"""The clauses of an enforcing step that a local policy may touch: further conditions, and who sees to it."""


def removal_limits(removal: syntax.Remove, below: Below, author: Author) -> Iterator[Diagnostic]:
    """What stands against taking a declaration away."""
    fixed = below.why_fixed(removal.name.text, author)
    if fixed is not None:
        yield broken(f"a local policy may not remove `{removal.name.text}`", removal.name.span, fixed)


def change_limits(
    change: syntax.Change, before: Named, after: Named, below: Below, author: Author
) -> Iterator[Diagnostic]:
    """What stands against putting a declaration as changed in place of what it was."""
    if not change.because.text.strip():
        yield without_reason(change.because)
    match before, after:
        case ((syntax.Action() | syntax.Step()), (syntax.Action() | syntax.Step())):
            yield from _of_rule(change, before, after, below, author)
        case syntax.Bar(), syntax.Bar() if set(disjuncts(before.when)) <= set(disjuncts(after.when)):
            fixed = below.why_fixed(before.name.text, author)
            if fixed is not None and fixed.code != "E0422":
                yield _may_not_change(change, fixed)
        case syntax.Threshold(), _:
            pass
        case _:
            fixed = below.why_fixed(before.name.text, author)
            if fixed is not None:
                yield _may_not_change(change, fixed)


def without_reason(because: syntax.Text) -> Diagnostic:
    """A `because` with nothing in it."""
    return Diagnostic(
        code="E0409",
        message="the reason is missing",
        span=because.span,
        help="say in a few words why, for those who read a recommendation that rests on it",
    )


def must_limits(rule: syntax.Rule, below: Below, author: Author) -> Iterator[Diagnostic]:
    """A `must` for those whom neither the author nor a law that is cited binds."""
    if rule.norm.modality not in (syntax.Modality.MUST, syntax.Modality.MUST_NOT):
        return
    if any(below.weight_of(cited.parts[0].text) is syntax.Weight.LAW for cited in rule.clauses.cites):
        return
    weaker = "should" if rule.norm.modality is syntax.Modality.MUST else "should not"
    for role in addressed(rule):
        if not author.may_say_must(role.text):
            yield Diagnostic(
                code="E0420",
                message=f"`{author.by}` may not write `{rule.norm.modality.value}` for `{role.text}`",
                span=rule.norm.modality_span,
                note=f"`{role.text}` is not part of `{author.by}`, and no passage of a law is cited",
                labels=() if role is rule.norm.actor else (Label(role.span, "shares it"),),
                help=f"write `{weaker}`, or cite the passage of a source of `weight law` that asks for it",
            )
            return


def broken(message: str, span: Span, fixed: Fixed) -> Diagnostic:
    """A limit, with what fixes it and what to do instead."""
    return Diagnostic(
        code=fixed.code,
        message=message,
        span=span,
        note=fixed.why,
        labels=(Label(fixed.span, fixed.label),),
        help=ADVICE[fixed.code],
    )


def _may_not_change(change: syntax.Change, fixed: Fixed) -> Diagnostic:
    return broken(f"a local policy may not change `{change.name.text}`", change.name.span, fixed)


def _of_rule(
    change: syntax.Change, before: syntax.Rule, after: syntax.Rule, below: Below, author: Author
) -> Iterator[Diagnostic]:
    fixed = below.why_fixed(before.name.text, author)
    if fixed is not None:
        yield _may_not_change(change, fixed)
        return
    if before.norm != after.norm:
        yield from must_limits(after, below, author)
    if below.guards(before) and isinstance(change, syntax.ChangeRule):
        yield from _of_guarded(change, before, after, below)


def _of_guarded(
    change: syntax.ChangeRule, before: syntax.Rule, after: syntax.Rule, below: Below
) -> Iterator[Diagnostic]:
    """Of enforcement, and of what the law permits, only further conditions and who sees to it are local."""
    name = before.name.text
    cited = f"{below.guards(before)}{below.passage_words(before)}"
    if before.norm != after.norm and below.enforces(before):
        yield Diagnostic(
            code="E0421",
            message=f"who does what in `{name}` is not a local policy's to change",
            span=after.norm.span,
            note=cited,
            labels=(Label(before.norm.span, "left to a person's decision, case by case"),),
            help="leave it as it is: a council decides each case, and makes no rule to fine",
        )
    old, new = before.clauses, after.clauses
    lost = [
        *_missing(conjuncts(old.when), conjuncts(new.when)),
        *_missing(old.unless, new.unless),
    ]
    if lost:
        yield Diagnostic(
            code="E0422",
            message=f"a condition of `{name}` would be lost",
            span=change.name.span,
            note=cited,
            labels=tuple(Label(part.span, "this condition is not among the new ones") for part in lost),
            help="repeat every condition that is there, and add yours",
        )
    touched = [
        clause
        for clause in syntax.RuleClauses.__dataclass_fields__
        if clause not in _MAY_BE_ADDED_TO and getattr(old, clause) != getattr(new, clause)
    ]
    if touched:
        yield Diagnostic(
            code="E0422",
            message=f"a local policy only adds conditions to `{name}`",
            span=change.name.span,
            note=cited,
            labels=(Label(before.name.span, "declared here"),),
            help=ADVICE["E0422"],
        )


def _missing(
    before: tuple[syntax.Expression, ...], after: tuple[syntax.Expression, ...]
) -> Iterator[syntax.Expression]:
    """The conditions that are not among the new ones."""
    return (condition for condition in before if condition not in after)
