"""How each rule stands for many pupils: status and dates, asked of the reference once for each distinct case.

A case is what matters of the spells of a rule, and what its deadline and its `done when` look at on record.
Few distinct ones occur, however many pupils there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fingerpost.bearing import Bearing
from fingerpost.logic import Truth
from fingerpost.population.block import Codes, Signature, distinct
from fingerpost.population.frame import Frame
from fingerpost.population.spells import Spells, days_with, first_and_latest
from fingerpost.population.truths import Flags, Numbers, Rows, Truths, any_bit
from fingerpost.scope import Scope
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
    shared: bool
    """Whether other rows may stand alike; else each row's dates rest on its own register."""

    def take(self, places: Rows) -> Listed:
        """Some of them."""
        return Listed(self.rows[places], self.truths[places], self.which[places], self.distinct, self.shared)


def standings(
    rule: Action | Step,
    days: Truths,
    truths: Numbers,
    frame: Frame,
    ordinal: int,
    *,
    in_round: bool = False,
    recorded_on: Codes | None = None,
) -> Listed:
    """How a rule stands for the rows that it says anything of.

    `in_round`: it is the first step of a pathway of which nothing is recorded, so that each trigger opened a
    round, and only the latest counts. `recorded_on`: of a step, the date of the event that records it in the
    round, as an ordinal; 0 where none does.
    """
    live = np.flatnonzero((truths != 0) | _may_be_left(rule, days))
    if len(live) == len(frame):
        first, latest = first_and_latest(days)
    else:
        first, latest = first_and_latest(days.take(live))
    kept = np.flatnonzero((truths[live] != 0) | _is_left(rule, latest, days.length))
    rows = live[kept]
    own = frame if len(rows) == len(frame) else frame.take(rows)
    dates = None if recorded_on is None else recorded_on[rows]
    spells = _some(first, kept), _some(latest, kept)
    case = _Cases(rule, days, truths[rows], own, rows, *spells, in_round, dates)
    found: list[Standing] = []
    which = np.zeros(len(rows), dtype=np.intp)
    for some, several in case.kinds:
        places, alike = distinct(case.keys(some, several=several), len(which[some]))
        which[some] = alike + len(found)
        found.extend(case.standings(case.places[some][places], ordinal, several=several))
    listed = np.array([one.status is not None for one in found], dtype=np.bool_)
    if listed.all():
        return Listed(rows, case.truths, which, found, not case.private)
    shown = np.flatnonzero(listed[which])
    return Listed(rows[shown], case.truths[shown], which[shown], found, not case.private)


def _of_dates(rule: Action | Step, frame: Frame, *, recorded: bool) -> tuple[object, ...]:
    """The parts of a rule that its dates rest on, always the very same tuple.

    Of a step whose rounds say what records it, `done when` is looked at no more, unless it comes round.
    """
    signatures = frame.shared.across.signatures
    key = ("parts of dates", id(rule), recorded)
    known = signatures.get(key)
    if not isinstance(known, tuple):
        done_when = () if recorded and rule.every is None else rule.done_when
        known = signatures[key] = (done_when, rule.within, rule.expires, rule.every)
    return known


def _some(spells: Spells, rows: Rows) -> Spells:
    return Spells(*(column[rows] for column in spells.columns))


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


@dataclass(frozen=True)
class _Cases:
    """The cases of some rows."""

    rule: Action | Step
    days: Truths
    truths: Numbers
    """The truth of each row on the date, by number in `TRUTHS`."""
    frame: Frame
    rows: Rows
    """The place of each row in `days`."""
    first: Spells
    latest: Spells
    in_round: bool
    recorded_on: Codes | None

    @property
    def recorded(self) -> bool:
        """Whether the rounds of a pathway say which event records it."""
        return self.in_round or self.recorded_on is not None

    @cached_property
    def parts(self) -> tuple[object, ...]:
        """What the rule's dates rest on."""
        return _of_dates(self.rule, self.frame, recorded=self.recorded)

    @cached_property
    def bearing(self) -> Bearing:
        """Of what that speaks."""
        return self.frame.shared.bearing(self.parts)

    @cached_property
    def private(self) -> bool:
        """Whether each row is a case by itself: its dates rest on its own register."""
        bearing = self.bearing
        return bearing.marks or bool(bearing.counted) or not bearing.anchored <= {self.frame.own}

    @cached_property
    def owed(self) -> Flags:
        """The rows that owe what no event has made done, since whichever spell that was."""
        rule, truths = self.rule, self.truths
        if not rule.stands_until_done or rule.modality not in OWED:
            return np.zeros(len(truths), dtype=np.bool_)
        owed: Flags = truths != 2 if rule.every is None else truths == 0
        return owed

    @cached_property
    def several(self) -> Flags:
        """The rows for which more than one spell may matter: what is owed may be done by what is recorded."""
        if self.recorded:
            return np.zeros(len(self.rows), dtype=np.bool_)
        return self.owed & (_done(self.frame, self.bearing.kinds) | self.private)

    @property
    def kinds(self) -> Iterator[tuple[Rows | slice, bool]]:
        """The rows for which several spells may matter, and those for which one does: mostly all rows."""
        if self.several.any():
            yield np.flatnonzero(self.several), True
            if not self.several.all():
                yield np.flatnonzero(~self.several), False
        elif len(self.rows):
            yield slice(None), False

    @cached_property
    def places(self) -> Rows:
        """The place of each row."""
        return np.arange(len(self.rows))

    @cached_property
    def matters(self) -> Spells:
        """The one spell that settles how a row stands for which no more than one matters.

        What is owed is so from the first; else the latest counts, of a rule that applies only if it goes on.
        """
        truths, latest = self.truths, self.latest
        if self.in_round:
            return self._of_spells(latest, self.owed)
        goes_on = (truths == 0) | (latest.last == self.days.length - 1)
        since_first = self.owed
        if self.recorded_on is not None:
            since_first = since_first & (self.recorded_on == 0)
        if not goes_on.all():
            latest = Spells(*(np.where(goes_on, column, -1) for column in latest.columns))
        if since_first.any():
            pairs = zip(self.first.columns, latest.columns, strict=True)
            latest = Spells(*(np.where(since_first, one, other) for one, other in pairs))
        return self._of_spells(latest, since_first)

    def _of_spells(self, spells: Spells, since_first: Flags) -> Spells:
        """Of spells no more than matters, so that few are distinct.

        It matters whether one goes on, not when it ended: of those that lapsed only such are left as are
        listed still. What may have begun before its trigger is said only of what applies or is owed.
        """
        trigger, end = spells.trigger, self.days.length - 1
        ended = np.maximum(trigger, end - LISTED_AFTER_LAPSE)
        last = np.where(since_first, trigger, np.where(spells.last == end, end, ended))
        says_first = (self.owed | (self.truths == 1)) & (not self.in_round)
        return Spells(np.where(says_first, spells.first, trigger), trigger, last)

    def keys(self, rows: Rows | slice, *, several: bool) -> list[Signature]:
        """In what some rows must agree to be one case; where several spells matter, in all of their days."""
        recorded = () if self.recorded_on is None else (self.recorded_on[rows],)
        spells = (column[rows] for column in self.matters.columns)
        found: list[Signature] = [self.truths[rows].astype(np.int32), *spells, *recorded]
        if several:
            found.extend(_words(self.days, self.rows[rows]))
        return [*found, *self.records(rows)]

    def records(self, rows: Rows | slice) -> list[Signature]:
        """In what some rows must agree to be alike in all that is on record that the dates rest on."""
        found = [column[rows] for column in self._records]
        return [*found, self.places[rows]] if self.private else found

    @cached_property
    def _records(self) -> Sequence[Signature]:
        return list(self._columns_of_records())

    def _columns_of_records(self) -> Iterator[Signature]:
        frame = self.frame
        yield from frame.block.columns(self.bearing, frame.pupils, frame.parents)
        if frame.occasions is not None and frame.own in self.bearing.occasions:
            yield frame.occasions
        if frame.left_out is not None:
            yield from frame.with_less_left_out(self.parts)[0].columns_left_out()

    def standings(self, rows: Rows, ordinal: int, *, several: bool) -> Iterator[Standing]:
        """How the rule stands for some rows: asked of the reference once for each case."""
        shared = self.frame.shared
        signatures = shared.across.signatures
        step = self.in_round, self.recorded_on is None
        told = self.frame.block.told(self.bearing)
        alike = ("standing", id(self.rule), *step, self.frame.parents is None, several, told)
        keys = self.keys(rows, several=several)
        records = len(keys) - len(self.records(rows))
        scopes: dict[object, Scope] = {}
        cases = zip(*(column.tolist() for column in keys), strict=True)
        for row, case in zip(rows.tolist(), cases, strict=True):
            key = (alike, case)
            standing = None if self.private else signatures.get(key)
            if not isinstance(standing, Standing):
                scope = scopes.get(case[records:])
                if scope is None:
                    scope = scopes[case[records:]] = self.frame.scope(row)
                standing = self._stand(row, ordinal, scope, several=several)
                if not self.private:
                    signatures[key] = standing
            yield standing

    def _stand(self, row: int, ordinal: int, scope: Scope, *, several: bool) -> Standing:
        """How the rule stands for a row, of which one spell settles it or all do; `scope` is of one alike."""
        matters = self.matters.of(row)
        if several:
            days = self.days.row(int(self.rows[row]))
        else:
            days = days_with([] if matters is None else [matters], self.days.length)
        dates: tuple[dt.date, ...] | None = () if self.in_round else None
        if self.recorded_on is not None:
            recorded = int(self.recorded_on[row])
            dates = (dt.date.fromordinal(recorded),) if recorded else ()
        truth = TRUTHS[int(self.truths[row])]
        return stand(self.rule, days, truth, ordinal, scope, recorded_on=dates)
