"""Numbers that leave nothing: a window of no length, a division by 0."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.expressions import (
    InTheLast,
    Literal,
    MostInAny,
    Product,
    ThresholdValue,
    UnitsAround,
    Value,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.units import shown


def nothing(policy: Policy) -> Iterator[Diagnostic]:
    """Every window in which nothing can lie, and every division that never has a value."""
    for node in walk(policy.asking()):
        match node:
            case InTheLast(amount=amount) | UnitsAround(amount=amount) | MostInAny(amount=amount):
                if _is_nothing(amount, policy):
                    yield Diagnostic(
                        code="E0538",
                        message=f"`{shown(amount.span)}` is a window of no length: nothing lies in it",
                        span=amount.span,
                        help="write 1 or more",
                    )
            case Product(factors=factors):
                for power, value in factors:
                    if power < 0 and _is_nothing(value, policy):
                        yield Diagnostic(
                            code="E0538",
                            message=f"divided by `{shown(value.span)}`, which is 0, this never has a value",
                            span=value.span,
                            help="divide by something that is not 0",
                        )
            case _:
                pass


def _is_nothing(value: Value, policy: Policy) -> bool:
    """Whether a number, written out or by the name of a threshold, is 0."""
    known = policy.thresholds[value.name].value if isinstance(value, ThresholdValue) else None
    if isinstance(value, Literal) and isinstance(value.value, Quantity):
        known = value.value
    return isinstance(known, Quantity) and known.amount == 0
