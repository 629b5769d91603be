"""So many of several conditions: more than there are can never hold, and none of them always does."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.expressions import Amount, AtLeastOf, Literal, ThresholdValue
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.names import Names


def so_many(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Every `at least N of (…)` whose N is no whole number from 1 to as many conditions as there are."""
    for node in walk(policy.asking()):
        if isinstance(node, AtLeastOf):
            asked, most = _known(node.number, policy), len(node.conditions)
            if asked is not None and not (asked.amount.denominator == 1 and 1 <= asked.amount <= most):
                yield Diagnostic(
                    code="E0322",
                    message=f"at least {asked} of {most} conditions",
                    span=node.span,
                    labels=_where(node.number, names),
                    help=f"write a number from 1 to {most}",
                )


def _known(number: Amount, policy: Policy) -> Quantity | None:
    """The number, written out or that of a threshold; None where it is left open."""
    value = policy.thresholds[number.name].value if isinstance(number, ThresholdValue) else number.value
    return value if isinstance(value, Quantity) else None


def _where(number: Amount, names: Names) -> tuple[Label, ...]:
    """Where a number that is not written out stands."""
    if isinstance(number, Literal):
        return ()
    return (Label(names.placed[number.name].span, "the number is declared here"),)
