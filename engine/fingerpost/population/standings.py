"""How each rule stands for many pupils: status and dates, asked of the reference once for each distinct case.

A case is the spells of a rule that matter with the records that its deadline and its `done when` look at. Few
distinct ones occur, however many pupils there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fingerpost.logic import Truth
from fingerpost.population.block import Codes, distinct
from fingerpost.population.frame import Frame
from fingerpost.population.spells import Spells, days_with, first_and_latest
from fingerpost.population.truths import Flags, Numbers, Rows, Truths, any_bit
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
    which: Rows
    """The place of each row's standing among the distinct ones."""
    distinct: Sequence[Standing]

    def take(self, places: Rows) -> Listed:
        """Some of them."""
        return Listed(self.rows[places], self.truths[places], self.which[places], self.distinct)


def truth_numbers(truths: Truths, day: int, rows: int) -> Numbers:
    """The truth of each row on one day."""
    word, bit = day // 64, np.uint64(day % 64)
    true = (truths.true[:, word] >> bit & np.uint64(1)).astype(np.int8)
    false = (truths.false[:, word] >> bit & np.uint64(1)).astype(np.int8)
    numbers = np.where(false == 1, 0, np.where(true == 1, 1, 2)).astype(np.int8)
    return np.broadcast_to(numbers, (rows,))


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
    live = np.flatnonzero((truths != 0) | _may_be_left(rule, days))
    first, latest = first_and_latest(days.take(live))
    kept = np.flatnonzero((truths[live] != 0) | _is_left(rule, latest, days.length))
    rows = live[kept]
    own = frame.take(rows)
    bearing = frame.shared.bearing((rule.done_when, rule.within, rule.expires, rule.every))
    columns = list(own.columns(bearing))
    case = _Cases(rule, days, truths, own, rows, _some(first, kept), _some(latest, kept), in_round)
    private = bearing.marks or bool(bearing.counted) or not bearing.anchored <= {own.own}
    keys = [*case.columns(), *columns]
    if private:
        keys.append(np.arange(len(rows), dtype=np.int32))
    done = _done(own, bearing.kinds) | private
    found: list[Standing] = []
    which = np.zeros(len(rows), dtype=np.intp)
    for several in (True, False):
        some = np.flatnonzero(done if several else ~done)
        if several and len(some):
            keys_here = [column[some] for column in (*keys, *_words(days, rows))]
        else:
            keys_here = [column[some] for column in keys]
        places, alike = distinct(keys_here, len(some))
        which[some] = alike + len(found)
        found.extend(
            case.stand(int(some[place]), ordinal, columns, several=several, private=private)
            for place in places
        )
    listed = np.array([one.status is not None for one in found], dtype=np.bool_)
    shown = np.flatnonzero(listed[which]) if found else np.zeros(0, dtype=np.intp)
    return Listed(rows[shown], truths[rows[shown]], which[shown], found)


def _some(spells: Spells, rows: Rows) -> Spells:
    return Spells(spells.first[rows], spells.trigger[rows], spells.last[rows])


def _may_be_left(rule: Action | Step, days: Truths) -> Flags:
    """The rows for which the rule has ever applied, if it may leave anything."""
    if rule.modality not in OWED:
        return np.zeros(len(days.true), dtype=np.bool_)
    return any_bit(days.true)


def _is_left(rule: Action | Step, latest: Spells, length: int) -> Flags:
    """The rows for which a rule that no longer applies may be owed still, or lapsed of late."""
    if rule.modality not in OWED:
        return np.zeros(len(latest.last), dtype=np.bool_)
    if rule.stands_until_done:
        return latest.trigger >= 0
    return (latest.trigger >= 0) & (length - 1 - latest.last <= LISTED_AFTER_LAPSE)


def _done(frame: Frame, kinds: frozenset[str]) -> Flags:
    """The rows for whose pupils, or schools, there is any event that the rule's dates look at."""
    block = frame.block
    found = np.zeros(len(frame), dtype=np.bool_)
    if not kinds.isdisjoint(block.school_kinds):
        found[:] = True
    for kind in kinds & block.events.keys():
        found |= block.events[kind][frame.pupils] > 0
    return found


def _words(days: Truths, rows: Rows) -> Iterator[Codes]:
    """All the days of each row, as columns to be compared."""
    for words in (days.true, days.false):
        chosen = words[rows] if len(words) > 1 else np.repeat(words, len(rows), axis=0)
        for column in chosen.T:
            yield column.view(np.int64)


@dataclass(frozen=True, slots=True)
class _Cases:
    """The cases of some rows."""

    rule: Action | Step
    days: Truths
    truths: Numbers
    frame: Frame
    rows: Rows
    first: Spells
    latest: Spells
    in_round: bool

    def columns(self) -> Iterator[Codes]:
        """In what rows without any event must agree to be one case."""
        yield self.truths[self.rows].astype(np.int32)
        yield from (self.latest.first, self.latest.trigger, self.latest.last)
        if self.rule.stands_until_done and not self.in_round:
            yield from (self.first.first, self.first.trigger)

    def stand(
        self, place: int, ordinal: int, columns: Sequence[Codes], *, several: bool, private: bool
    ) -> Standing:
        """How the rule stands for a row; without any event the first and the latest spell settle it."""
        first, latest = self.first.of(place), self.latest.of(place)
        truth = TRUTHS[int(self.truths[self.rows[place]])]
        length = self.days.length
        if several and not self.in_round:
            days = self.days.row(int(self.rows[place]))
        elif latest is None:
            days = days_with([], length)
        elif self.in_round:
            before = (1 << latest.trigger) - 1
            days = days_with([latest], length)
            days = days._replace(true=days.true & ~before, false=days.false | before)
        else:
            days = days_with([latest] if first is None else [first, latest], length)
        signature = tuple(int(column[place]) for column in columns)
        key = ("standing", id(self.rule), days, truth, signature, self.frame.parents is None)
        signatures = self.frame.shared.across.signatures
        standing = None if private else signatures.get(key)
        if not isinstance(standing, Standing):
            recorded = () if self.in_round else None
            scope = self.frame.scope(place)
            standing = signatures[key] = stand(self.rule, days, truth, ordinal, scope, recorded=recorded)
        return standing
