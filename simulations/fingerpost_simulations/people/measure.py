"""What the registers of made-up pupils add up to: the same counts as the published statistics make.

A session is possible when the pupil was there or absent; a session without a mark, or while not on roll, is
not. All pupils count, from reception to year 11; the statistics count those aged 5 to 15.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.marking import MISSING, OFF_ROLL, PART_TIME, Marks
from fingerpost_simulations.people.people import People
from fingerpost_simulations.people.rates import AUTHORISED, REASONS, Reason
from fingerpost_simulations.people.spec import PHASES
from fingerpost_simulations.people.years import SchoolYear

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

CODE_OF: Final = {
    Reason.ILLNESS: "I",
    Reason.APPOINTMENT: "M",
    Reason.RELIGIOUS: "R",
    Reason.STUDY: "S",
    Reason.TRAVEL: "T",
    Reason.AGREED_HOLIDAY: "H",
    Reason.EXCLUDED: "E",
    Reason.OTHER_LEAVE: "C",
    Reason.HOLIDAY: "G",
    Reason.UNAUTHORISED: "O",
    Reason.LATE: "U",
    Reason.NOT_YET: "N",
}
"""Under the list of 2024 an agreed holiday is among other leave."""
PRESENT: Final = len(REASONS)
NOT_POSSIBLE: Final = PRESENT + 1
CHUNK: Final = 8192
_AUTHORISED: Final = np.array([reason in AUTHORISED for reason in REASONS])


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts of one population's year."""

    year: SchoolYear
    sessions: Counts
    """By phase, session and sort: the reasons in their order, then present, then not possible."""
    severe_sessions: Counts
    """The same, of severely absent pupils alone."""
    phases: NDArray[np.int8]
    """Of each pupil that counts; so with all that follows."""
    fsm: Flags
    sen: NDArray[np.int8]
    possible: Counts
    """By pupil and term."""
    authorised: Counts
    unauthorised: Counts

    @property
    def absent(self) -> Counts:
        """Missed sessions, by pupil and term."""
        return self.authorised + self.unauthorised

    def rate(self, who: Flags | None = None, terms: slice = slice(None), of: str = "absent") -> float:
        """The share of possible sessions that were missed: of some pupils, in some terms."""
        chosen = slice(None) if who is None else who
        missed: Counts = getattr(self, of)[chosen, terms]
        return float(missed.sum() / max(self.possible[chosen, terms].sum(), 1))

    def at_least(self, share: float, who: Flags | None = None, terms: slice = slice(None)) -> float:
        """The share of pupils who missed at least so much of their own possible sessions."""
        chosen = slice(None) if who is None else who
        possible = self.possible[chosen, terms].sum(axis=1)
        missed = self.absent[chosen, terms].sum(axis=1)
        counts = possible > 0
        return float((missed >= share * possible)[counts].mean())

    def reasons(self, phase: int | None = None, sessions: Flags | None = None) -> Numbers:
        """The share of possible sessions missed for each reason."""
        chosen = self.sessions if phase is None else self.sessions[phase : phase + 1]
        summed = chosen[:, slice(None) if sessions is None else sessions].sum(axis=(0, 1))
        rates: Numbers = summed[: len(REASONS)] / max(summed[: PRESENT + 1].sum(), 1)
        return rates

    def by_session(self, counts: Counts, reason: Reason | None = None) -> Numbers:
        """The share missed in each session of the year, of counts by session and sort."""
        possible = np.maximum(counts[:, : PRESENT + 1].sum(axis=1), 1)
        missed = counts[:, : len(REASONS)].sum(axis=1) if reason is None else counts[:, REASONS.index(reason)]
        rates: Numbers = missed / possible
        return rates

    def over(self, counts: Counts, chosen: Flags, reason: Reason | None = None) -> float:
        """The share missed in some sessions."""
        summed = counts[chosen].sum(axis=0)
        missed = summed[: len(REASONS)].sum() if reason is None else summed[REASONS.index(reason)]
        return float(missed / max(summed[: PRESENT + 1].sum(), 1))

    @property
    def weeks(self) -> Counts:
        """The number of the school week of each session."""
        return np.repeat(np.array(self.year.weeks), 2)

    @property
    def weekdays(self) -> Counts:
        """The weekday of each session, 0 for Monday."""
        return np.repeat(np.array([day.weekday() for day in self.year.days]), 2)

    @property
    def afternoons(self) -> Flags:
        """Whether each session is in the afternoon."""
        flags: Flags = np.arange(2 * len(self.year.days)) % 2 == 1
        return flags

    @property
    def terms(self) -> Counts:
        """The term of each session."""
        return np.repeat(np.array(self.year.terms), 2)


def tally(people: People, progress: Callable[[int], object] | None = None) -> Tally:
    """Counts a population's registers, chunk by chunk."""
    table = _table()
    sessions = len(people.sessions)
    by_sort = np.zeros((len(PHASES), sessions, NOT_POSSIBLE + 1), dtype=np.int64)
    severe = np.zeros_like(by_sort)
    edges = np.flatnonzero(np.diff(np.repeat(np.array(people.year.terms), 2), prepend=-1))
    parts: list[tuple[Counts, Counts, Counts]] = []
    for start in range(0, len(people), CHUNK):
        rows = slice(start, min(start + CHUNK, len(people)))
        sorts = table[people.registers(rows)]
        unauthorised = (sorts < PRESENT) & ~np.append(_AUTHORISED, [False, False])[sorts]
        authorised = (sorts < PRESENT) & ~unauthorised
        sums = tuple(
            np.add.reduceat(flags, edges, axis=1, dtype=np.int64)
            for flags in (sorts <= PRESENT, authorised, unauthorised)
        )
        parts.append((sums[0], sums[1], sums[2]))
        phases = people.who.phases[rows]
        possible = sums[0].sum(axis=1)
        much = ((sums[1] + sums[2]).sum(axis=1) >= 0.5 * possible) & (possible > 0)
        for phase in range(len(PHASES)):
            _count(by_sort[phase], sorts[phases == phase])
            _count(severe[phase], sorts[(phases == phase) & much])
        if progress is not None:
            progress(rows.stop)
    joined = [np.concatenate([part[which] for part in parts]) for which in range(3)]
    return Tally(
        year=people.year,
        sessions=by_sort,
        severe_sessions=severe,
        phases=people.who.phases,
        fsm=people.fsm,
        sen=people.who.sen,
        possible=joined[0],
        authorised=joined[1],
        unauthorised=joined[2],
    )


def _count(into: Counts, sorts: Marks) -> None:
    for sort in range(into.shape[1]):
        into[:, sort] += np.count_nonzero(sorts == sort, axis=0)


def _table() -> Marks:
    table = np.full(256, PRESENT, dtype=np.uint8)
    table[[OFF_ROLL, MISSING]] = NOT_POSSIBLE
    for place, reason in enumerate(REASONS):
        table[ord(CODE_OF[reason])] = place
    table[PART_TIME] = REASONS.index(Reason.OTHER_LEAVE)
    return table
