"""Marks that were corrected, or of which it is said when they were recorded: every row about such a session.

Planes hold what counts with everything known; this is what else was said, and when.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.history import Register
from fingerpost.population.code_list import ADMINISTRATIVE_MARK, BAD_MARK, CodeList, Octets
from fingerpost.population.strips import Roll, Whole

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corrections:
    """Rows about sessions, sorted by pupil, session and when each was recorded."""

    rows: Whole
    """Of each the pupil's row."""
    slots: Whole
    letters: Octets
    """The bytes of their codes, as `CodeList.letters` has them."""
    recorded: Whole
    """Ordinals; 0 where it is not said."""

    @classmethod
    def none(cls) -> Corrections:
        """Of nothing."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(0, dtype=np.uint8), nothing)

    def lines(self, first: int, last: int) -> slice:
        """The lines of rows `first` to `last`."""
        start, end = np.searchsorted(self.rows, [first, last])
        return slice(int(start), int(end))

    def of_rows(self, first: int, last: int) -> set[int]:
        """Which of the rows `first` to `last` have any."""
        return set(self.rows[self.lines(first, last)].tolist())

    def take(self, rank: Whole) -> Corrections:
        """Those of some rows, which have other numbers now: `rank` says which, -1 for who is left out."""
        rows = rank[self.rows]
        own = rows >= 0
        return Corrections(rows[own], self.slots[own], self.letters[own], self.recorded[own])

    def put_into(self, row: int, marks: Sequence[tuple[int, str]], codes: CodeList) -> Register:
        """The register of a row whose marks, everything being known, are these."""
        own = self.lines(row, row + 1)
        rows = [
            (slot, codes.codes[letter], dt.date.fromordinal(day) if day else None)
            for slot, letter, day in zip(
                self.slots[own].tolist(), self.letters[own].tolist(), self.recorded[own].tolist(), strict=True
            )
        ]
        said = {slot for slot, _, _ in rows}
        rows += [(slot, code, None) for slot, code in marks if slot not in said]
        rows.sort(key=lambda entry: (entry[0], entry[2] or dt.date.min))
        slots, letters, recorded = zip(*rows, strict=True)
        return Register(slots, letters, recorded if any(recorded) else None)

    def unplain(self, roll: Roll, codes: CodeList) -> Whole:
        """The rows with a mark that may be wrong: of a code of no list, or off roll.

        Whether the session is one, and after birth, the mark that counts has shown.
        """
        days = self.slots // 2
        period = np.searchsorted(np.array(codes.starts), days, side="right") - 1
        numbers = np.stack(codes.tables)[period, self.letters]
        first, last = roll.first[self.rows], roll.last[self.rows]
        off_roll = (days < first) | ((last > 0) & (days > last))
        return np.unique(self.rows[(numbers == BAD_MARK) | (off_roll & (numbers != ADMINISTRATIVE_MARK))])


def corrected(rows: Whole, slots: Whole, recorded: Whole) -> tuple[Whole, Flags, Flags]:
    """Lines of marks, sorted by pupil and session: which tell of corrections, which count, which are unplain.

    The first are the numbers of lines in the order of `Corrections`; the second flags every line that counts
    with everything known, the third one of two rows of one day about a session.
    """
    counting, unplain = np.ones(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.bool_)
    dated = np.zeros(int(rows.max(initial=-1)) + 1, dtype=np.bool_)
    dated[rows[recorded > 0]] = True
    lines = np.flatnonzero(dated[rows])
    days = np.where(recorded > 0, recorded, slots // 2)
    if not len(lines):
        return lines, counting, unplain
    keys = rows[lines]  # in one number: dates that are read span 121 years, 2**16 days
    for column in (slots[lines], days[lines]):
        keys = keys * (int(np.ptp(column)) + 1) + column - column.min()
    lines = lines[np.argsort(keys, kind="stable")]
    same = (np.diff(rows[lines]) == 0) & (np.diff(slots[lines]) == 0)
    again = np.flatnonzero(same & (np.diff(days[lines]) == 0))
    unplain[lines[again]] = True
    counting[lines[np.flatnonzero(same)]] = False
    with_others = np.concatenate([[False], same]) | np.concatenate([same, [False]])
    of_session = np.cumsum(np.concatenate([[True], ~same])) - 1
    said = np.bincount(of_session, weights=recorded[lines] > 0) > 0
    told = lines[with_others | said[of_session]]
    return told[np.lexsort((recorded[told], slots[told], rows[told]))], counting, unplain
