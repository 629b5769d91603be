"""All marks that tables hold, packed: a strip for each calendar.

Strings are read a piece at a time and packed at once, wherever in a file they stand: no more of them is in
memory than a piece. Only what cannot be packed by itself is held until everything has been read: several
strings of one pupil, and those of schools without a calendar, whose sessions follow from all the marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fingerpost.calendar import Calendar
from fingerpost.history import CalendarData
from fingerpost.population.beside import Beside, processors
from fingerpost.population.code_list import CodeList
from fingerpost.population.corrections import Corrections
from fingerpost.population.packing import Packing, Spelt
from fingerpost.population.pupil_lines import stands
from fingerpost.population.register_tables import Held, StringLines, running_weekdays
from fingerpost.population.sources import LongMarks, Source
from fingerpost.population.strips import Administrative, Roll, Slots, Strip, changes

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Packed:
    """The registers of a population."""

    strips: Sequence[Strip]
    administrative: Administrative
    corrections: Corrections
    unplain: Rows
    """The rows that are not plain."""


@dataclass(frozen=True)
class Marks:
    """Where a population's marks are, by its rows."""

    codes: CodeList
    roll: Roll
    strings: Sequence[StringLines] = ()
    long: LongMarks | None = None
    corrections: Corrections = field(default_factory=Corrections.none)
    """Of the marks in `long`."""

    def packed(
        self, schools: NDArray[np.int32], keys: Sequence[str | None], calendars: Mapping[str, CalendarData]
    ) -> Packed:
        """The strips. `keys` says by which of the calendars each school goes, None for by none."""
        numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        of_school = np.array([numbers[key] for key in keys], dtype=np.int64)
        everybody = [(0, len(schools))] if len(schools) else []
        stretches = changes(of_school[schools]) if len(numbers) > 1 else everybody
        sessions = {
            key: np.array(Calendar.from_data(calendars[key]).open_slots, dtype=np.int64)
            for key in numbers
            if key is not None
        }
        keys_of = [keys[schools[first]] for first, _ in stretches]
        slots = [sessions[key] if key is not None else np.zeros(0, dtype=np.int64) for key in keys_of]
        packings = [
            Packing.of(self.codes, self.roll, rows, own) if len(own) else None
            for rows, own in zip(stretches, slots, strict=True)
        ]
        held = self._packed_at_once(stretches, packings, keys_of, len(schools))
        return self._with_the_rest(stretches, packings, held, keys_of)

    def _alone(self, rows: int) -> NDArray[np.bool_]:
        """Of which rows one string is all that there may be."""
        found = np.zeros(rows, dtype=np.bool_)
        if len(self.strings) == 1 and self.long is None and stands(self.strings[0].rows):
            own = self.strings[0].rows
            own = own[np.searchsorted(own, 0) :]
            found[own if len(own) < rows else slice(None)] = True
            return found
        lines = np.zeros(rows, dtype=np.int64)
        for one in self.strings:
            lines += np.bincount(one.rows[one.rows >= 0], minlength=rows)
        if self.long is not None:
            lines[self.long.rows] += 2
        found[lines == 1] = True
        return found

    def _packed_at_once(
        self,
        stretches: Sequence[tuple[int, int]],
        packings: Sequence[Packing | None],
        keys: Sequence[str | None],
        rows: int,
    ) -> Held:
        """Packs the strings that can be packed by themselves, and holds the others."""
        held, alone, loose = Held(), self._alone(rows), np.zeros(rows, dtype=np.bool_)
        for number, ((first, last), packing) in enumerate(zip(stretches, packings, strict=True)):
            loose[first:last] = keys[number] is None
            alone[first:last] &= packing is not None
        firsts = np.array([first for first, _ in stretches], dtype=np.int64)
        with Beside(processors()) as beside:
            for source in self.strings:
                for piece in source.pieces():
                    direct = alone[piece.rows]
                    if not direct.all():
                        held.add(piece.take(~direct))
                        source.without_calendar.append(
                            piece.rows[loose[piece.rows] & (piece.ends > piece.begins)]
                        )
                    own = piece if direct.all() else piece.take(direct)
                    beside.do(self._shared_out, own, firsts, packings)
        return held

    def _shared_out(self, piece: Spelt, firsts: Rows, packings: Sequence[Packing | None]) -> None:
        """Each string to the strip of its row; the strips begin with the rows `firsts`."""
        numbers = np.searchsorted(firsts, piece.rows, side="right") - 1
        for number in np.unique(numbers).tolist():
            packing, own = packings[number], numbers == number
            assert packing is not None
            packing.strings(piece if own.all() else piece.take(own))

    def _with_the_rest(
        self,
        stretches: Sequence[tuple[int, int]],
        packings: Sequence[Packing | None],
        held: Held,
        keys: Sequence[str | None],
    ) -> Packed:
        strings = held.strings(self.codes)
        running = running_weekdays(strings)
        done: list[Packing] = []
        for rows, packing, key in zip(stretches, packings, keys, strict=True):
            sessions = packing.strip.slots if packing else running if key is None else running[:0]
            sources: list[Source] = [replace(strings, running=sessions)]
            sources += [self.long] if self.long is not None else []
            # Where a calendar opens nothing, every mark is outside it, and none is plain.
            slots = sessions[:0] if key is not None else _sessions_of(sources, rows)
            made = packing or Packing.of(self.codes, self.roll, rows, slots)
            made.rest(sources)
            done.append(made)
        unplain = [self.corrections.unplain(self.roll, self.codes)]
        unplain += [one for made in done for one in made.unplain]
        return Packed(
            [made.strip for made in done],
            Administrative.joined([one for made in done for one in made.administrative]),
            self.corrections,
            np.unique(np.concatenate(unplain)),
        )


def _sessions_of(sources: Sequence[Source], rows: tuple[int, int]) -> Slots:
    """The sessions of no calendar: every one in which anybody has a mark."""
    found = [source.slots_of(*rows) for source in sources]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *found]))
