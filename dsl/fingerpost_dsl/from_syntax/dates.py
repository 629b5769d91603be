"""Two dates in their order."""

from __future__ import annotations

import datetime as dt

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.scope import Scope


def ordered(first: syntax.Date, last: syntax.Date | None, scope: Scope) -> bool:
    """Whether the last of two dates, if there is one, is not before the first; if it is, that is reported."""
    if last is None or first.date <= last.date:
        return True
    scope.report(
        Diagnostic(
            code="E0318",
            message="the last day comes before the first",
            span=last.span,
            labels=(Label(first.span, "the first day"),),
        )
    )
    return False


def date_of(date: syntax.Date | None) -> dt.date | None:
    """The date itself, if one is written."""
    return None if date is None else date.date
