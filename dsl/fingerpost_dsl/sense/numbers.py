"""Every number has a name and a provenance: a citation, or `ours` with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.declarations import Action, Bar, Cohort, Measure, NamedCondition, Step, Tier
from fingerpost_dsl.model.expressions import Literal
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.names import Names
from fingerpost_dsl.units import shown

_TELLING_NOTHING = (0, 1)
"""None, some and the first are words more than numbers."""


def numbers(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Thresholds that rest on nothing, and numbers that stand in a declaration which rests on nothing."""
    for threshold in policy.thresholds.values():
        changed = threshold.because is not None
        if not threshold.cites and threshold.ours is None and not changed:
            yield Diagnostic(
                code="L0501",
                message=f"nothing says where `{threshold.name}` comes from",
                span=names.placed[threshold.name].span,
                help='add `cites` and a passage, or `ours "…"` and your reason',
            )
    written: tuple[Measure | NamedCondition | Tier | Cohort | Action | Step | Bar, ...] = (
        *policy.measures.values(),
        *policy.conditions.values(),
        *policy.tiers.values(),
        *policy.cohorts.values(),
        *policy.actions.values(),
        *policy.steps.values(),
        *policy.bars.values(),
    )
    for declaration in written:
        if declaration.cites or declaration.ours is not None or declaration.because is not None:
            continue
        for node in walk(declaration):
            if isinstance(node, Literal) and isinstance(node.value, Quantity) and _tells(node.value):
                # A plain number may stand in the span of what it is said of: `at least 3 of (…)`.
                number = str(node.value) if node.value.unit is Unit.NUMBER else shown(node.span)
                yield Diagnostic(
                    code="L0502",
                    message=f"`{number}` has neither a name nor a source",
                    span=node.span,
                    help=f'name it: `threshold … "…" = {number}` with `cites` or `ours`',
                )


def _tells(quantity: Quantity) -> bool:
    return quantity.amount not in _TELLING_NOTHING
