"""The pupils of a school, an authority or a cohort, counted together out of the columns of a population."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, overload

import numpy as np

from fingerpost.bit_rows import Row, row_of, words
from fingerpost.column import Column
from fingerpost.counting import Sessions, sessions_in
from fingerpost.logic import Cause
from fingerpost.mark_columns import Looked, ShareRows, looked_at
from fingerpost.members import CountedTogether, PooledShare
from fingerpost.population.portions import Rows
from fingerpost.population.tallies import Firsts, Portion, Sort, Tallies, Totals
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.subject import PupilView
from fingerpost.values import of_counts
from fingerpost.windows import hangs_on_subject
from fingerpost_dsl.model.expressions import CountOfMarks, MarkSet, ShareOfMarks
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit

if TYPE_CHECKING:
    from fingerpost.population.table_records import TableRecords


class _Part:
    """The members who stand in one portion."""

    def __init__(self, tallies: Tallies, portion: Portion, places: Rows, ranks: Rows) -> None:
        self.tallies = tallies
        self.portion = portion
        self.places = places
        self.ranks = ranks
        self._totals: dict[tuple[Sort, MarkSet], Totals] = {}
        self._firsts: dict[tuple[Sort, MarkSet], Firsts] = {}

    def totals(self, sort: Sort, marks: MarkSet) -> Totals:
        """What they have in each session."""
        key = (sort, marks)
        known = self._totals.get(key)
        if known is None:
            plane = self.tallies.plane(self.portion, self.places, sort, marks)
            known = self._totals[key] = Totals.of(plane, len(self.portion.axis))
        return known

    def first_of(self, sort: Sort, marks: MarkSet, mask: int) -> int | None:
        """The rank of the first who has such a session inside a mask."""
        key = (sort, marks)
        known = self._firsts.get(key)
        if known is None:
            plane = self.tallies.plane(self.portion, self.places, sort, marks)
            known = self._firsts[key] = Firsts.of(plane, self.ranks, len(self.portion.axis))
        return known.inside(mask)

    @cached_property
    def first_reaching_back(self) -> int | None:
        """The rank of the first who may have been on roll before the marks are whole."""
        reaches = self.tallies.block(self.portion).reaches_before[self.places]
        return int(self.ranks[reaches.argmax()]) if reaches.any() else None

    def sessions(self, value: CountOfMarks | ShareOfMarks, ordinal: int, policy: Policy) -> Sessions:
        """Where the windows of a value lie for all of them, and whether they reach back before the record."""
        return sessions_in(value.windows, value.weekdays, ordinal, self.tallies.scope(self.portion, policy))


@dataclass(frozen=True, slots=True)
class _Why:
    """Why a member's figure is not exact, and the member's rank."""

    rank: int
    cause: Cause


class Members(CountedTogether):
    """Some rows of a population, in their order."""

    def __init__(self, records: TableRecords, rows: Rows) -> None:
        self._records = records
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> PupilView: ...

    @overload
    def __getitem__(self, index: slice) -> Members: ...

    def __getitem__(self, index: int | slice) -> PupilView | Members:
        if isinstance(index, slice):
            return Members(self._records, self.rows[index])
        return self._records.view(self._records.population.pupil(int(self.rows[index])))

    def __iter__(self) -> Iterator[PupilView]:
        self._records.tallies.asked_alone += len(self)
        return (self[place] for place in range(len(self)))

    @cached_property
    def _parts(self) -> Sequence[_Part]:
        tallies = self._records.tallies
        return [_Part(tallies, *found) for found in tallies.divided(self.rows)]

    # --- on roll ----------------------------------------------------------------------------------

    def on_roll(self, on: dt.date) -> int:
        """How many are on roll on a date."""
        first, last, kept = self._stays
        day = on.toordinal()
        there = int(((first <= day) & ((last == 0) | (last >= day))).sum())
        return there + sum(self._records.population.kept[row].is_on_roll(on) for row in kept)

    def on_roll_on_days(self, days: Sequence[int]) -> Row:
        """How many are on roll on each of some days."""
        first, last, kept = self._stays
        last = np.sort(last[last > 0])
        there = np.searchsorted(np.sort(first), days, side="right") - np.searchsorted(last, days, side="left")
        dates = [dt.date.fromordinal(day) for day in days]
        for row in kept:
            pupil = self._records.population.kept[row]
            there = there + row_of([pupil.is_on_roll(date) for date in dates])
        return there.astype(np.int64)

    @cached_property
    def _stays(self) -> tuple[Rows, Rows, Sequence[int]]:
        """The first and last day of each stay; and the rows of which more is on record than that."""
        population = self._records.population
        kept = self.rows[np.isin(self.rows, population.kept_rows)].tolist()
        rows = self.rows[~np.isin(self.rows, kept)] if kept else self.rows
        roll = population.people.roll
        return roll.first[rows].astype(np.int64), roll.last[rows].astype(np.int64), kept

    # --- on a date --------------------------------------------------------------------------------

    def share_at(self, value: ShareOfMarks, ordinal: int, policy: Policy) -> PooledShare | None:
        """The counts behind a share on a date; None where each member has to be asked."""
        if any(map(hangs_on_subject, value.windows)):
            return None
        low = low_of = high = high_of = 0
        unbounded = some = perhaps = False
        why: list[_Why] = []
        for part in self._parts:
            sessions = part.sessions(value, ordinal, policy)
            extra = sessions.widest & ~sessions.certain
            certain = {
                sort: part.totals(sort, value.marks).inside(sessions.certain)
                for sort in ("chosen", "possible", "missing")
            }
            more = {
                sort: part.totals(sort, value.marks).inside(extra) if extra else 0
                for sort in ("chosen", "other", "missing")
            }
            sure = certain["possible"] + certain["missing"]
            beyond = more["chosen"] + more["missing"]
            low += certain["chosen"]
            low_of += sure + more["other"] + more["missing"]
            high += certain["chosen"] + certain["missing"] + beyond
            high_of += sure + beyond
            some, perhaps = some or sure > 0, perhaps or any(more.values())
            reaching = part.first_reaching_back if sessions.reaches_before else None
            unbounded = unbounded or reaching is not None
            if sessions.extent.cause is not None:
                why.append(_Why(int(part.ranks[0]), sessions.extent.cause))
            missing = part.first_of("missing", value.marks, sessions.certain) if certain["missing"] else None
            why += _reasons(reaching, missing)
        return PooledShare(low, low_of, high, high_of, unbounded, some, perhaps, _first(why))

    def count_at(self, value: CountOfMarks, ordinal: int, policy: Policy) -> Measured | None:
        """A count on a date; None where each member has to be asked."""
        if value.whole_days or any(map(hangs_on_subject, value.windows)):
            return None
        least = most = 0
        unbounded = False
        why: list[_Why] = []
        for part in self._parts:
            sessions = part.sessions(value, ordinal, policy)
            extra = sessions.widest & ~sessions.certain
            chosen, missing = (part.totals(sort, value.marks) for sort in ("chosen", "missing"))
            own, more, open_ = (
                chosen.inside(sessions.certain),
                chosen.inside(extra),
                missing.inside(sessions.widest),
            )
            least += own
            most += own + more + open_
            reaching = part.first_reaching_back if sessions.reaches_before else None
            unbounded = unbounded or reaching is not None
            first = [part.first_of("chosen", value.marks, extra)] if more else []
            first += [part.first_of("missing", value.marks, sessions.widest)] if open_ else []
            found = _reasons(reaching, min((rank for rank in first if rank is not None), default=None))
            if sessions.extent.cause is not None:
                found = [_Why(one.rank, sessions.extent.cause) for one in found]
            why += found
        counted = of_counts(least, None if unbounded else most, Unit.SESSION)
        cause = _first(why)
        return replace(counted, cause=cause)

    # --- on every school day ----------------------------------------------------------------------

    def share_on_days(self, value: ShareOfMarks, length: int, scope: Scope) -> ShareRows | None:
        """The counts behind a share on the first school days; None where there is no such way."""
        looked = self._looked_at(value, length, scope)
        if looked is None:
            return None
        sessions = len(scope.view.axis)
        inside, outside = (_flags(mask, sessions) for mask in (looked.inside, looked.outside))
        chosen, possible, missing = (self._in_each(sort, value.marks) for sort in _SORTS)
        sure, wide = looked.certain, looked.widest
        low = sure.add_up(chosen * inside)
        sure_of = sure.add_up((possible + missing) * inside)
        if looked.exact and not missing.any():
            return ShareRows(low, sure_of, low, sure_of, sure_of, looked.before)
        other = self._in_each("other", value.marks)
        more = sure.add_up(missing * inside)
        chosen_beyond = wide.add_up(chosen * outside) - low
        unsure = wide.add_up(missing * outside) - more
        other_beyond = wide.add_up(other * outside) - sure.add_up(other * inside)
        return ShareRows(
            low,
            sure_of + other_beyond + unsure,
            low + more + chosen_beyond + unsure,
            sure_of + chosen_beyond + unsure,
            sure_of,
            looked.before,
        )

    def count_on_days(self, value: CountOfMarks, length: int, scope: Scope) -> Column | None:
        """A count on the first school days; None where there is no such way."""
        looked = None if value.whole_days else self._looked_at(value, length, scope)
        if looked is None:
            return None
        sessions = len(scope.view.axis)
        chosen, missing = (self._in_each(sort, value.marks) for sort in ("chosen", "missing"))
        low = looked.certain.add_up(chosen * _flags(looked.inside, sessions))
        if looked.exact and not missing.any():
            return Column(low, low, unbounded=looked.before)
        high = looked.widest.add_up((chosen + missing) * _flags(looked.outside, sessions))
        return Column(low, high, unbounded=looked.before)

    def _looked_at(self, value: CountOfMarks | ShareOfMarks, length: int, scope: Scope) -> Looked | None:
        """What a value looks at for all of them; None where that differs, or their calendars do."""
        if any(map(hangs_on_subject, value.windows)):
            return None
        if any(part.portion.axis is not scope.view.axis for part in self._parts):
            return None
        reaching = any(part.first_reaching_back is not None for part in self._parts)
        if not reaching:
            return looked_at(value, length, scope)
        return looked_at(value, length, self._records.tallies.scope(self._parts[0].portion, scope.policy))

    def _in_each(self, sort: Sort, marks: MarkSet) -> Row:
        found: Row = np.sum([part.totals(sort, marks).in_each for part in self._parts], axis=0)
        return found


_SORTS: Sequence[Sort] = ("chosen", "possible", "missing")


def _flags(mask: int, sessions: int) -> Row:
    """A mask as ones and zeros."""
    octets = words(mask, sessions).view(np.uint8)
    return np.unpackbits(octets, count=sessions, bitorder="little").astype(np.int64)


def _reasons(reaching: int | None, missing: int | None) -> list[_Why]:
    """Why figures are not exact, in the order in which one member's are looked for."""
    found = [] if reaching is None else [_Why(reaching, Cause.HISTORY_START)]
    return found if missing is None else [*found, _Why(missing, Cause.MISSING_MARKS)]


def _first(why: Sequence[_Why]) -> Cause | None:
    """That of the first member; of one member the first that was found."""
    return min(why, key=lambda one: one.rank).cause if why else None
