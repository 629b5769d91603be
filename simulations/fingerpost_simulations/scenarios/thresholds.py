"""Another value for a threshold of a policy that is checked already: for simulations, never for use.

A local policy changes thresholds by a layer (`change threshold at_risk_from to 4% because …`), which may
touch only what is left open. What would happen under a value that nobody may choose is a fair question too,
and the usual one before guidance is rewritten; so the value is put into the model itself, and `is_allowed`
says whether a local layer could have done the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from fingerpost.readers.cells import read_date
from fingerpost.readers.problems import Fault
from fingerpost_dsl.digest import digest_of
from fingerpost_dsl.model.declarations import Threshold
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit

_AMOUNT = re.compile(r"(?P<pound>£\s*)?(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|[a-z][a-z ]*)?")


class ThresholdError(ValueError):
    """A threshold that the policy does not have, or a value that it cannot take."""


def read_value(said: str, threshold: Threshold) -> Quantity | dt.date:
    """A value as people write it, in the threshold's own unit. Raises ThresholdError.

    `8%`, `12 sessions`, `12` (the unit is then the threshold's), `£120`, `19 August 2024`.
    """
    if threshold.unit is None:
        date = read_date(said)
        if isinstance(date, Fault):
            raise ThresholdError(f"`{threshold.name}` is a date, and `{said}` is none")
        return date
    found = _AMOUNT.fullmatch(said.strip())
    unit = threshold.unit
    example = str(threshold.value) if threshold.value is not None else f"10 {unit.value}s"
    if found is None or not _fits(found, unit):
        raise ThresholdError(f"`{threshold.name}` is written like `{example}`, and not `{said}`")
    number = Fraction(found["number"])
    return Quantity(number / 100 if unit is Unit.SHARE else number, unit)


def _fits(found: re.Match[str], unit: Unit) -> bool:
    written = (found["unit"] or "").strip()
    if unit is Unit.SHARE:
        return written == "%" and not found["pound"]
    if unit is Unit.MONEY:
        return not written
    return not found["pound"] and written in ("", unit.value, f"{unit.value}s")


def threshold_of(policy: Policy, name: str) -> Threshold:
    """The threshold of that name. Raises ThresholdError."""
    known = policy.thresholds.get(name)
    if known is None:
        raise ThresholdError(f"{policy.header.id} has no threshold `{name}`")
    return known


def with_thresholds(policy: Policy, changes: Mapping[str, str]) -> Policy:
    """The policy with other values for these thresholds. Raises ThresholdError."""
    if not changes:
        return policy
    thresholds = dict(policy.thresholds)
    for name, said in changes.items():
        known = threshold_of(policy, name)
        thresholds[name] = replace(known, value=read_value(said, known))
    changed = replace(policy, thresholds=thresholds)
    return replace(changed, digest=digest_of(changed))


def is_allowed(policy: Policy, name: str, said: str) -> bool:
    """Whether the policy leaves it to a local one to choose this value."""
    threshold = threshold_of(policy, name)
    value = read_value(said, threshold)
    if value == threshold.value:
        return True
    if not threshold.is_open or threshold.bounds is None:
        return threshold.is_open
    least, most = threshold.bounds
    if isinstance(value, Quantity) and isinstance(least, Quantity) and isinstance(most, Quantity):
        return least.amount <= value.amount <= most.amount
    if isinstance(value, dt.date) and isinstance(least, dt.date) and isinstance(most, dt.date):
        return least <= value <= most
    return False
