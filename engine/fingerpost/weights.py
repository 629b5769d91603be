"""How much a rule, and its deadline, rests on: law, statutory guidance, guidance, a local source, or ours."""

from __future__ import annotations

from collections.abc import Iterable

from fingerpost_dsl.model.declarations import Action, Step, Weight
from fingerpost_dsl.model.expressions import ThresholdValue
from fingerpost_dsl.model.policy import Policy

_HEAVIEST_FIRST = (Weight.LAW, Weight.STATUTORY_GUIDANCE, Weight.GUIDANCE, Weight.LOCAL, Weight.OURS)


def weight_of(cites: Iterable[str], policy: Policy) -> Weight:
    """The heaviest weight among the sources of the passages cited; ours, where nothing is cited."""
    weights = {policy.sources[policy.passages[name].source].weight for name in cites}
    return next((weight for weight in _HEAVIEST_FIRST if weight in weights), Weight.OURS)


def deadline_weight(rule: Action | Step, policy: Policy) -> Weight | None:
    """Whose the deadline is.

    Of its threshold's origin, or, written out, of the rule's; None without a deadline.
    """
    if rule.within is None:
        if not rule.by_date and not rule.every:
            return None
        return Weight.OURS if rule.ours is not None else weight_of(rule.cites, policy)
    amount = rule.within.amount
    if isinstance(amount, ThresholdValue):
        threshold = policy.thresholds[amount.name]
        return Weight.OURS if threshold.ours is not None else weight_of(threshold.cites, policy)
    return Weight.OURS if rule.ours is not None else weight_of(rule.cites, policy)
