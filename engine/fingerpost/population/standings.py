"""How each rule stands for many pupils: status and dates, asked of the reference once for each distinct case.

A case is the latest spells of a rule with the records that its deadline and its `done when` look at. Few
distinct ones occur, however many pupils there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fingerpost.days import Days
from fingerpost.logic import Truth
from fingerpost.population.frame import Frame
from fingerpost.population.truths import Numbers, Rows, Truths, flags_of
from fingerpost.scope import Scope
from fingerpost.spells import spells
from fingerpost.status import LISTED_AFTER_LAPSE, OWED, Standing, stand
from fingerpost_dsl.model.declarations import Action, Step

TRUTHS = (Truth.FALSE, Truth.TRUE, Truth.UNKNOWN)
"""A truth by its number in a column."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of one rule for which there is something to list, each with how it stands."""

    rows: Rows
    truths: Numbers
    """Whether the rule's conditions hold on the date, by number in `TRUTHS`."""
    standings: Sequence[Standing]


def truth_numbers(truths: Truths, day: int, rows: int) -> Numbers:
    """The truth of each row on one day."""
    word, bit = day // 64, np.uint64(day % 64)
    true = (truths.true[:, word] >> bit & np.uint64(1)).astype(np.int8)
    false = (truths.false[:, word] >> bit & np.uint64(1)).astype(np.int8)
    numbers = np.where(false == 1, 0, np.where(true == 1, 1, 2)).astype(np.int8)
    return np.broadcast_to(numbers, (rows,))


def candidates(rule: Action | Step, days: Truths, truths: Numbers) -> Rows:
    """The rows that may have something to list: the rule holds, may hold, or has held and left something."""
    live = truths != 0
    if rule.modality in OWED:
        if rule.stands_until_done:
            live |= days.true.any(axis=1)
        else:
            recent = flags_of(days.open, days.length)[:, -(LISTED_AFTER_LAPSE + 1) :]
            live |= recent.any(axis=1)
    return np.flatnonzero(live)


def standings(
    rule: Action | Step,
    days: Truths,
    truths: Numbers,
    frame: Frame,
    ordinal: int,
    *,
    in_round: bool = False,
) -> Listed:
    """How a rule stands for the rows that it says anything of.

    `in_round`: it is the first step of a pathway of which nothing is recorded, so that each trigger opened a
    round, and only the latest counts.
    """
    rows = candidates(rule, days, truths)
    bearing = frame.shared.bearing((rule.done_when, rule.within, rule.expires, rule.every))
    own = frame.take(rows)
    columns = list(own.columns(bearing))
    memo = frame.shared.across.signatures
    found: list[Standing] = []
    for place, row in enumerate(rows):
        case = days.row(int(row))
        truth = TRUTHS[int(truths[row])]
        signature = tuple(int(column[place]) for column in columns)
        key = ("standing", id(rule), case.true, case.false, truth, signature, own.parents is None)
        shared = not bearing.marks and not bearing.counted and bearing.anchored <= {own.own}
        standing = memo.get(key) if shared else None
        if not isinstance(standing, Standing):
            standing = _stand(rule, case, truth, ordinal, own.scope(place), in_round=in_round)
            memo[key] = standing
        found.append(standing)
    kept = [place for place, standing in enumerate(found) if standing.status is not None]
    return Listed(rows[kept], truths[rows[kept]], [found[place] for place in kept])


def _stand(
    rule: Action | Step, days: Days, truth: Truth, ordinal: int, scope: Scope, *, in_round: bool
) -> Standing:
    if not in_round:
        return stand(rule, days, truth, ordinal, scope)
    triggers = [spell.trigger for spell in spells(days)]
    if not triggers:
        return stand(rule, days, truth, ordinal, scope)
    before = (1 << triggers[-1]) - 1
    days = Days(days.true & ~before, days.false | before, days.length)
    return stand(rule, days, truth, ordinal, scope, recorded=())
