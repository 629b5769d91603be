"""Which counts of a table to hold back, so that no small one can be found out from those that are shown.

Counts stand by group and measure, and every measure counts some of the pupils of others. Whoever reads the
table knows what is shown, that groups add up to the total, that a part is no more than its whole, and that
what is held back is no 0, since a 0 is shown. A count that is held back is safe if other tables with all the
same shown numbers have another number in its place, and the least and the greatest of these lie at least the
threshold apart.

Bounds on what a count can be do not settle that: to draw them from one sum after another finds some of what
follows from several together and misses the rest, and all of it takes a linear program for every count. So
the other tables are made instead. Pupils are moved into a count from the same measure in other groups, or out
of it into them, as many as stay within what is shown; a part that would be more than its whole takes the
whole along, and a whole that would be less than its part the part. Every such table is possible, so what is
found safe is safe. Moves that are more roundabout are not looked for: at times a count more is held back than
had to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass
class Suppression:
    """Finds what to hold back. Rows are groups, columns measures; column 0 counts all pupils."""

    counts: Numbers
    """As they are given; a last row for all groups together is put to them."""
    larger: Mapping[int, Sequence[int]]
    """Of each measure, by column, those of whose pupils it counts some, near and far."""
    threshold: int
    """Counts from 1 up to, and without, this are small."""
    hidden: Flags = field(init=False)
    """What is held back, in the places of the counts and of that last row."""

    def __post_init__(self) -> None:
        self._merge()
        self.counts = np.vstack([self.counts, self.counts.sum(axis=0)]).astype(np.int64)
        self.hidden = np.zeros(self.counts.shape, dtype=np.bool_)
        self.smaller = {
            measure: [other for other, larger in self.larger.items() if measure in larger]
            for measure in self.larger
        }
        self._endless = 4 * int(self.counts.max(initial=0)) + 4 * self.threshold

    def settle(self) -> tuple[Flags, Flags]:
        """For each group and measure, and for each total, whether it is held back."""
        while True:
            self._small_ones()
            exposed = self.leeway() < self.threshold
            if not exposed.any():
                break
            if self._hide_beside(exposed):
                continue
            short = {self._short_of(int(measure)) for measure in np.flatnonzero(exposed.any(axis=0))}
            more = [self._hide_another(measure) for measure in sorted(short)]
            if True not in more:
                break
        hidden = self.hidden[:, self._merged]
        return hidden[:-1], hidden[-1]

    def _merge(self) -> None:
        """Makes one of a measure and a larger one that counts the very same pupils: they move together."""
        self._merged: list[int] = []
        first: list[int] = []
        for measure in range(self.counts.shape[1]):
            own = self.counts[:, measure]
            alike = [
                place
                for place, other in enumerate(first)
                if (other in self.larger[measure] or measure in self.larger[other])
                and (own == self.counts[:, other]).all()
            ]
            if not alike:
                first.append(measure)
            self._merged.append(alike[0] if alike else len(first) - 1)
        self.larger = {
            place: sorted({self._merged[other] for other in self.larger[measure]} - {place})
            for place, measure in enumerate(first)
        }
        self.counts = self.counts[:, first]

    def leeway(self, moving: Sequence[int] = ()) -> Numbers:
        """How far apart at least the greatest and the least lie that each count can be; endless where shown.

        The lesser of two where the pupils whom a small difference counts are told by two hidden counts. As if
        other groups could give and take any number of some measures, if they are said.
        """
        given, taken = self._given(), self._taken()
        given[:, moving] = taken[:, moving] = self._endless
        up, down = self._ways(given, taken)
        hidden = self.hidden[:-1]
        leeway = np.where(hidden, up + down, self._endless)
        totals = np.where(hidden, up + down, 0).max(axis=0, initial=0)
        for measure, larger in self.larger.items():
            for other in larger:
                rest = self.counts[:-1, other] - self.counts[:-1, measure]
                both = hidden[:, measure] & hidden[:, other] & self._is_small(rest)
                more = np.maximum(up[:, other], down[:, measure])
                less = np.minimum(rest, np.maximum(up[:, measure], down[:, other]))
                own = leeway[:, measure]
                own[both] = np.minimum(own, more + less)[both]
        return np.vstack([leeway, np.where(self.hidden[-1], totals, self._endless)])

    def _given(self) -> Numbers:
        """How many the other groups can give to each count, of the measure alone: no total moves."""
        own = self.counts[:-1] - 1
        for measure, smaller in self.smaller.items():
            for other in smaller:
                rest = self.counts[:-1, measure] - self.counts[:-1, other]
                own[:, measure] = np.minimum(own[:, measure], rest)
        return self._of_others(own)

    def _taken(self) -> Numbers:
        """How many the other groups can take from each count, of the measure alone."""
        own = np.full(self.counts[:-1].shape, self._endless)
        for measure, larger in self.larger.items():
            for other in larger:
                rest = self.counts[:-1, other] - self.counts[:-1, measure]
                own[:, measure] = np.minimum(own[:, measure], rest)
        return self._of_others(own)

    def _of_others(self, own: Numbers) -> Numbers:
        """For each count the sum over the other groups; endless where the total is held back too."""
        own = np.where(self.hidden[:-1], own, 0)
        return np.where(self.hidden[-1], self._endless, own.sum(axis=0) - own)

    def _ways(self, given: Numbers, taken: Numbers) -> tuple[Numbers, Numbers]:
        """How far each hidden count can go up, and down, with what is larger or smaller in its group."""
        counts, hidden = self.counts[:-1], self.hidden[:-1]
        given, taken = np.where(hidden, given, 0), np.where(hidden, taken, 0)
        up, down = given.copy(), np.minimum(taken, counts - 1)
        for measure, larger in self.larger.items():
            for other in larger:
                rest = counts[:, other] - counts[:, measure]
                up[:, measure] = np.minimum(up[:, measure], rest + given[:, other])
                down[:, other] = np.minimum(down[:, other], rest + taken[:, measure])
        return up, down

    def _hide_beside(self, exposed: Flags) -> bool:
        """Holds back what gives a count away in its own group, whatever is held back of others.

        That is the nearest of the larger counts that are shown, or without one the nearest smaller one.
        """
        counts, hidden = self.counts[:-1], self.hidden[:-1]
        exposed = exposed & (self.leeway(list(self.larger)) < self.threshold)
        found: set[int] = set()
        for group, measure in np.argwhere(exposed[:-1]).tolist():
            if group in found:
                continue  # one may do for several
            for related in (self.larger[measure], self.smaller[measure]):
                shown = [other for other in related if not hidden[group, other] and counts[group, other]]
                if shown:
                    gaps = np.abs(counts[group, shown] - counts[group, measure])
                    hidden[group, shown[int(np.argmin(gaps))]] = True
                    found.add(group)
                    break
        return bool(found)

    def _short_of(self, measure: int) -> int:
        """The measure of which more has to be held back to give leeway to the one that lacks it most.

        It may be a larger or a smaller one, which would have to move along and cannot.
        """
        group = int(np.argmin(self.leeway()[:, measure]))
        related = [measure, *self.larger[measure], *self.smaller[measure]]
        gained = [int(self.leeway([other])[group, measure]) for other in related]
        return related[int(np.argmax(gained))]

    def _hide_another(self, measure: int) -> bool:
        """Holds back one more count of a measure, or of one that counts some of the same pupils."""
        related = [measure, *sorted(self.larger[measure], key=lambda other: int(self.counts[-1, other]))]
        related += [other for other in self.larger if other not in related]
        for column in related:
            counts, hidden = self.counts[:-1, column], self.hidden[:-1, column]
            left = np.flatnonzero(~hidden & (counts > 0))
            if len(left):
                hidden[left[np.argmin(counts[left])]] = True
                return True
            if not self.hidden[-1, column] and counts.any():
                self.hidden[-1, column] = True
                return True
        return False

    def _is_small(self, numbers: Numbers) -> Flags:
        found: Flags = (numbers > 0) & (numbers < self.threshold)
        return found

    def _small_ones(self) -> None:
        """Small counts, and those that leave a small difference to a larger one that is shown."""
        self.hidden |= self._is_small(self.counts)
        for measure, larger in self.larger.items():
            for other in larger:
                both = ~self.hidden[:, measure] & ~self.hidden[:, other]
                difference = self.counts[:, other] - self.counts[:, measure]
                self.hidden[:, measure] |= both & self._is_small(difference)
