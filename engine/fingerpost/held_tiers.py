"""Tiers that are left by their own rule: entered when their conditions hold, held until `left when` does."""

from __future__ import annotations

from fingerpost.conditions import truth_at
from fingerpost.logic import Truth, all_true, any_true
from fingerpost.scope import Scope
from fingerpost_dsl.model.declarations import Tier


def held_on(tier: Tier, ordinal: int, scope: Scope) -> Truth:
    """Whether the tier is held on a date: entered on some school day, or that date, and not left since."""
    assert tier.left_when is not None
    quiet = scope.quiet()
    held = Truth.FALSE
    days = [day for day in scope.view.axis.school_days if day < ordinal]
    for day in [*days, ordinal]:
        entered = all_true(truth_at(condition, day, quiet) for condition in tier.when)
        stays = all_true([held, ~truth_at(tier.left_when, day, quiet)])
        held = any_true([entered, stays])
    return held
