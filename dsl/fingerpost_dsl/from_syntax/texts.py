"""Small things that many declarations have: citations, notes, roles, whom it is for, thresholds in texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.from_syntax.scope import Scope, for_each
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.names import Kind, did_you_mean

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def texts(notes: Sequence[syntax.Text]) -> tuple[str, ...]:
    """Notes as plain text."""
    return tuple(note.text for note in notes)


def optional(text: syntax.Text | None) -> str | None:
    """A text that may be left out."""
    return None if text is None else text.text


def citations(cites: Sequence[syntax.Dotted], scope: Scope) -> tuple[str, ...]:
    """The passages cited; one that is not declared is reported and left out."""
    return tuple(cited.text for cited in cites if _passage(cited, scope))


def roles(names: Sequence[syntax.Name], scope: Scope) -> tuple[str, ...]:
    """The roles named; one that is not declared is reported and left out."""
    return tuple(name.text for name in names if scope.find(name, Kind.ROLE) is not None)


def role(name: syntax.Name | None, scope: Scope) -> str | None:
    """One role, if one is named and declared."""
    return None if name is None or scope.find(name, Kind.ROLE) is None else name.text


def placeholders(text: syntax.Text, scope: Scope) -> None:
    """Report every `{name}` in a text that is not a threshold."""
    for match in _PLACEHOLDER.finditer(text.text):
        name = match.group(1)
        span = text.part(match.start(), match.end())
        placed = scope.book.names.get(name)
        if name in scope.book.names.unread or (placed is not None and placed.kind is Kind.THRESHOLD):
            continue
        advice, _ = did_you_mean(name, scope.book.names.of_kind(Kind.THRESHOLD), span)
        what = "nothing is called that" if placed is None else f"that is {placed.kind.with_article}"
        scope.report(
            Diagnostic(
                code="E0210",
                message=f"`{{{name}}}` in a text is not a threshold",
                span=span,
                note=what,
                help=advice or "only thresholds stand in braces; leave the braces out for plain text",
            )
        )


def _passage(cited: syntax.Dotted, scope: Scope) -> bool:
    names = scope.book.names
    placed = names.get(cited.text)
    if placed is not None and placed.kind is Kind.PASSAGE:
        names.get(cited.parts[0].text)
        return True
    if cited.text in names.removed or cited.text in names.unread:
        scope.unknown(cited.text, cited.span, Kind.PASSAGE)
        return False
    passages = names.of_kind(Kind.PASSAGE)
    advice, fix = did_you_mean(cited.text, passages, cited.span)
    source = names.placed.get(cited.parts[0].text)
    if not advice and (source is None or source.kind is not Kind.SOURCE):
        advice = f'declare the source `{cited.parts[0].text}` and the passage: `passage {cited.text} "…"`'
    scope.report(
        Diagnostic(
            code="E0208",
            message=f"no passage is called `{cited.text}`",
            span=cited.span,
            note="that is a source; cite a passage of it"
            if placed is not None and placed.kind is Kind.SOURCE
            else "",
            help=advice or f'declare it: `passage {cited.text} "…"`',
            fix=fix,
        )
    )
    return False


def whole_subject(clause: syntax.ForEach | None, scope: Scope) -> Subject:
    """The subject of a declaration that cannot be for each occasion."""
    if clause is not None and clause.occasion is not None:
        scope.report(
            Diagnostic(
                code="E0324",
                message="only an action or a pathway is for each occasion",
                span=clause.span,
                help="leave this out, and write it at the action",
            )
        )
    return for_each(clause)
