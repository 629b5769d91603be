"""What is declared and never mentioned."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.names import Kind, Names

_TO_BE_USED = frozenset(
    {Kind.SOURCE, Kind.CODES, Kind.OCCASION, Kind.FACT, Kind.EVENT, Kind.THRESHOLD, Kind.CONDITION}
)
"""What serves only if something else mentions it.

Measures, tiers and cohorts are results by themselves; roles are there for local policies too; whether every
passage has a home is a matter of coverage.
"""


def unused(names: Names) -> Iterator[Diagnostic]:
    """Declarations that nothing mentions; tests do not count."""
    for name, placed in names.placed.items():
        if placed.kind in _TO_BE_USED and name not in names.used:
            of_threshold = placed.kind is Kind.THRESHOLD
            yield Diagnostic(
                code="L0202" if of_threshold else "L0201",
                message=f"the {placed.kind} `{name}` is never used",
                span=placed.span,
                help="a number that nothing rests on misleads: use it, or leave it out"
                if of_threshold
                else "use it, or leave it out",
            )
