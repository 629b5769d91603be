"""`weeks with …` and `most … in any …` of many pupils on every school day at once (meanings 12 and 13).

Which sessions are looked at is the same for all pupils; each different lot of them is counted once, and a day
takes together those that are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from fingerpost.bit_rows import Masks, rows_of
from fingerpost.counting import Sessions, sessions_in
from fingerpost.population.block import UNMARKED
from fingerpost.population.counted import Counted
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts
from fingerpost.population.marks import count_in
from fingerpost.population.truths import Words, no_days
from fingerpost.run_values import masks_of_stretches, masks_of_weeks
from fingerpost.scope import Scope
from fingerpost.windows import hangs_on_subject, quantity_of
from fingerpost_dsl.model.expressions import MostInAny, WeeksWith
from fingerpost_dsl.model.quantities import PERIODS, Quantity, Unit


@dataclass(frozen=True, slots=True)
class _Lots:
    """The lots of sessions that are counted, and which of them each day looks at."""

    masks: Masks
    of_days: Sequence[Sequence[int]]

    @classmethod
    def of(cls, days: Sequence[Sequence[int]], sessions: int) -> _Lots:
        """From the masks of each day."""
        places: dict[int, int] = {}
        of_days = [[places.setdefault(mask, len(places)) for mask in day if mask] for day in days]
        return cls(Masks.of(list(places), sessions), of_days)


@dataclass(frozen=True, slots=True)
class _Laid:
    """Where a value looks, the same for all pupils."""

    least: _Lots
    most: _Lots
    before: int
    """The days on which the windows reach back before the marks are complete."""
    value: WeeksWith | MostInAny
    """Kept so that its identity, by which this is found, is not given to another."""


def counted_by_units(value: WeeksWith | MostInAny, frame: Frame) -> Counted | None:
    """The least and the greatest number; None where windows hang on an event, a fact or a date of birth."""
    if any(map(hangs_on_subject, value.windows)) or frame.shared.bearing(value.windows).register:
        return None
    amount = value.amount if isinstance(value, MostInAny) else value.at_least
    scope = frame.scope_reaching_furthest()
    quantity = Quantity(Fraction(1), Unit.SESSION) if amount is None else quantity_of(amount, scope.policy)
    if (
        quantity is None
        or quantity.amount < 1
        or (quantity.unit in PERIODS and not scope.calendar.periods(quantity.unit))
    ):
        return None
    laid = _laid(value, quantity, frame, scope)
    chosen, missing = frame.planes(value.marks, UNMARKED)
    low = _of_days(value, quantity, chosen, laid.least, frame)
    high = low
    if missing.any() or laid.most is not laid.least:
        high = _of_days(value, quantity, chosen | missing, laid.most, frame)
    none = no_days(frame.length)
    unbounded = none
    if laid.before:
        reaches = frame.block.reaches_before[frame.pupils]
        unbounded = np.where(reaches[:, None], rows_of([laid.before], frame.length), none)
    return Counted(low, high, None, None, none, unbounded, none)


def _laid(value: WeeksWith | MostInAny, quantity: Quantity, frame: Frame, scope: Scope) -> _Laid:
    shared = frame.shared
    key = ("laid by units", id(value), shared.alone, bool(len(frame.block.reaching)))
    found = shared.across.signatures.get(key)
    if not isinstance(found, _Laid):
        least, most, before = [], [], 0
        for place, day in enumerate(shared.days):
            sessions = sessions_in(value.windows, frozenset(), day, scope)
            pairs = list(_pairs(value, quantity, day, sessions, scope))
            least.append([certain for certain, _ in pairs])
            most.append([widest for _, widest in pairs])
            before |= sessions.reaches_before << place
        lots = _Lots.of(least, len(frame.block.axis))
        others = lots if least == most else _Lots.of(most, len(frame.block.axis))
        found = shared.across.signatures[key] = _Laid(lots, others, before, value)
    return found


def _pairs(
    value: WeeksWith | MostInAny, quantity: Quantity, day: int, sessions: Sessions, scope: Scope
) -> Iterator[tuple[int, int]]:
    if isinstance(value, WeeksWith):
        return masks_of_weeks(sessions, scope)
    return masks_of_stretches(quantity, day, sessions, scope)


def _of_days(
    value: WeeksWith | MostInAny, quantity: Quantity, plane: Words, lots: _Lots, frame: Frame
) -> Counts:
    """For each day how many of its lots have enough, or the most that any has."""
    counts = count_in(plane, lots.masks, len(frame.block.axis))
    found = np.zeros((len(frame), frame.length), dtype=np.int16)
    enough = counts >= ceil(quantity.amount) if isinstance(value, WeeksWith) else None
    for day, own in enumerate(lots.of_days):
        if not own:
            continue
        if enough is not None:
            found[:, day] = enough[:, own].sum(axis=1, dtype=np.int16)
        else:
            found[:, day] = counts[:, own].max(axis=1)
    return found
