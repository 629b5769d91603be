"""`while` windows on a single date: whether the facts that a window asks for held on the day of an event."""

from __future__ import annotations

from fingerpost.logic import Truth, all_true
from fingerpost.scope import Scope
from fingerpost_dsl.model.expressions import While, Window


def holds_in_whiles(windows: tuple[Window, ...], ordinal: int, scope: Scope) -> Truth:
    """Whether every `while` among the windows held on a date."""
    from fingerpost.conditions import truth_at  # noqa: PLC0415 - the two rest on each other

    whiles = [window.condition for window in windows if isinstance(window, While)]
    return (
        all_true(truth_at(condition, ordinal, scope.quiet()) for condition in whiles)
        if whiles
        else Truth.TRUE
    )
