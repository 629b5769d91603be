"""The registers of a block of pupils, session by session.

Every pupil is either in school or in a spell. On each school day a pupil who is in school may begin one, for
one of the reasons, in the morning or at midday; a spell lasts a number of sessions that is known when it
begins. Illness goes on over weekends and holidays, so that it may end there unseen; other spells do not.
What belongs to single sessions (lateness, appointments), to families (holidays, faith) and to everybody
(visits) is laid over that, and at last what the register itself gets wrong.

Arrays are laid out with a row for each session and a column for each pupil, and pupils come in blocks that
fit into the cache. Each step works on all pupils of the block at once, and on few of them where few are
concerned: this is what makes a million pupil-years a matter of seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost_simulations.people.propensity import EXTRA
from fingerpost_simulations.people.randomness import Numbers, Purpose, Stream
from fingerpost_simulations.people.rates import REASONS, SPELLS, Fitted, Rates, Reason
from fingerpost_simulations.people.years import SCHOOL_DAYS, SchoolYear

Marks = NDArray[np.uint8]
Small = NDArray[np.int16]

OFF_ROLL: Final = 0
MISSING: Final = ord("-")
PART_TIME: Final = 128
"""The byte of C2, which has two characters."""

SPELL_CODES: Final[Mapping[Reason, str]] = {
    Reason.ILLNESS: "I",
    Reason.UNAUTHORISED: "O",
    Reason.OTHER_LEAVE: "C",
    Reason.NOT_YET: "N",
    Reason.EXCLUDED: "E",
    Reason.TRAVEL: "T",
}


@dataclass(frozen=True, slots=True)
class Spell:
    """How long spells of one reason last, and where in the day they begin."""

    days: float
    """The mean length, in school days, of a pupil who is seldom away."""
    grows: float
    """By how much of that it is longer for each missed session per attended one."""
    midday: float
    """The share that begins at midday."""
    half: float
    """The share that lasts one session."""


SPELL: Final[Mapping[Reason, Spell]] = {
    Reason.ILLNESS: Spell(3.2, 4.0, 0.14, 0.10),
    Reason.UNAUTHORISED: Spell(1.3, 5.0, 0.25, 0.30),
    Reason.OTHER_LEAVE: Spell(1.5, 5.0, 0.35, 0.30),
    Reason.NOT_YET: Spell(1.1, 0.0, 0.25, 0.45),
    Reason.EXCLUDED: Spell(2.6, 0.0, 0.10, 0.0),
    Reason.TRAVEL: Spell(15.0, 0.0, 0.0, 0.0),
}
DISENGAGED: Final = Spell(3.0, 0.5, 0.20, 0.10)
"""Spells of disengaged pupils."""
STEADY: Final = 0.4
"""The power of what a week does to others by which it does it to disengaged pupils. Assumed."""
FRIDAY: Final = 4
LATE: Final = 0.022
"""Of mornings and, less, of afternoons: late before registers close. Assumed."""
LONGEST: Final = 2 * SCHOOL_DAYS

_PER_DAY: Final = 2
"""Words of chance for each day: whether, and why; how long, and from when."""


@dataclass(frozen=True, eq=False)
class Block:
    """What is known of the pupils of a block before they are marked."""

    first: int
    """The row of its first pupil."""
    propensity: Numbers
    """By reason, a column for each pupil."""
    extra: Numbers
    """Of disengaged pupils, by reason of `EXTRA`."""
    phases: NDArray[np.int8]
    holidays: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]
    """The day on which each pupil's holiday begins (past the year for none), its days, and its code."""
    onset: Small
    """The day from which a disengaged pupil is so."""

    def __len__(self) -> int:
        return len(self.phases)


def marked(block: Block, seed: int, year: SchoolYear, fitted: Fitted) -> Marks:
    """The code bytes: a row for each session, a column for each pupil."""
    pupils, sessions = len(block), 2 * len(year.days)
    marks = np.empty((sessions, pupils), dtype=np.uint8)
    marks[0::2] = ord("/")
    marks[1::2] = ord("\\")
    _single_sessions(marks, block, seed, fitted.rates)
    _spells(marks, block, seed, year, fitted)
    _holidays(marks, block)
    return marks


def _spells(marks: Marks, block: Block, seed: int, year: SchoolYear, fitted: Fitted) -> None:
    pupils, days = len(block), len(year.days)
    chance = Stream(seed, Purpose.SPELLS, _PER_DAY * SCHOOL_DAYS)
    drawn = chance.halves(block.first, block.first + pupils).reshape(pupils, days, 2 * _PER_DAY)
    whether = np.ascontiguousarray(drawn[:, :, 0].T)
    hazards = _Hazards(block, fitted, year)
    left = np.zeros(pupils, dtype=np.int16)
    ill = np.zeros(pupils, dtype=np.bool_)
    code = np.zeros(pupils, dtype=np.uint8)
    before = year.days[0].toordinal()
    for day, date in enumerate(year.days):
        gap = date.toordinal() - before - 1
        before = date.toordinal()
        if gap > 0:
            np.subtract(left, np.int16(min(2 * gap, LONGEST)), out=left, where=ill & (left > 0))
            np.maximum(left, 0, out=left)
        chances = hazards.on(day)
        starts = np.flatnonzero((whether[day] < chances * 2.0**32) & (left == 0))
        afternoon = np.zeros(0, dtype=np.int64)
        if len(starts):
            midday = hazards.begin(starts, drawn[starts, day, :], left, code, ill)
            afternoon = starts[midday]
        morning = left > 0
        morning[afternoon] = False
        np.copyto(marks[2 * day], code, where=morning)
        left -= morning
        away = left > 0
        np.copyto(marks[2 * day + 1], code, where=away)
        left -= away


class _Hazards:
    """How likely each pupil is to begin a spell on a day, and how it then goes."""

    def __init__(self, block: Block, fitted: Fitted, year: SchoolYear) -> None:
        places = [REASONS.index(reason) for reason in SPELLS]
        propensity = np.concatenate([block.propensity[places], block.extra])
        grows = np.array([spell.grows for spell in _SORTS])[:, None]
        days = np.array([_mean_days(spell) for spell in _SORTS])[:, None]
        self.longer = 1 + grows * propensity
        self.start = propensity / (days * self.longer)
        self.away, self.leave = (self.start[places].sum(axis=0) for places in (_AWAY, _LEAVE))
        self.extra = self.start[len(SPELLS) :].sum(axis=0)
        self.onset, self.phases = block.onset, block.phases
        self.disengaged = np.flatnonzero(self.extra)
        self.times, self.year = _Times.of(fitted, year), year

    def on(self, day: int) -> Numbers:
        """The chance of a start today."""
        self.day, times = day, self.times
        self.of_ill, self.of_away, self.of_leave = (
            of[day].take(self.phases) for of in (times.ill, times.away, times.leave)
        )
        self.friday = self.year.days[day].weekday() == FRIDAY
        chances: Numbers = self.start[0] * self.of_ill
        chances += self.away * self.of_away
        chances += self.leave * self.of_leave
        chances[self.disengaged] += self.extra[self.disengaged] * self._of_extra(self.disengaged)
        return chances

    def _of_extra(self, rows: NDArray[np.int64]) -> Numbers:
        """What today does to the spells of disengaged pupils."""
        found: Numbers = self.times.extra[self.day, self.phases[rows]] * (self.onset[rows] <= self.day)
        return found

    def begin(
        self,
        rows: NDArray[np.int64],
        drawn: NDArray[np.uint32],
        left: Small,
        code: Marks,
        ill: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Begins spells of these pupils. Says which begin at midday."""
        parts = self.start[:, rows]
        parts[0] *= self.of_ill[rows]
        parts[_AWAY] *= self.of_away[rows]
        parts[_LEAVE] *= self.of_leave[rows]
        parts[len(SPELLS) :] *= self._of_extra(rows)
        sums = np.cumsum(parts, axis=0)
        wanted = drawn[:, 1] * 2.0**-32 * sums[-1]
        sort = np.minimum((wanted >= sums).sum(axis=0), len(_SORTS) - 1)
        shape = _SHAPES[sort]
        mean = np.maximum(shape[:, 0] * self.longer[sort, rows], 1.0)
        uniform = (drawn[:, 2] + 0.5) * 2.0**-32
        whole = 1 + np.floor(np.log(uniform) / np.log1p(-1 / (mean + 1e-9)))
        low, high = (drawn[:, 3] & 0xFFFF) / 65536, (drawn[:, 3] >> 16) / 65536
        at_midday = shape[:, 1]
        if self.friday:
            at_midday = at_midday + (1 - at_midday) * self.times.friday[self.phases[rows]]
        midday: NDArray[np.bool_] = low < at_midday
        sessions = np.where(high < shape[:, 2], 1, 2 * whole - midday)
        left[rows] = np.minimum(sessions, LONGEST)
        code[rows] = _CODES[sort]
        ill[rows] = sort == 0
        return midday


_AWAY: Final = [SPELLS.index(reason) for reason in (Reason.UNAUTHORISED, Reason.NOT_YET)]
_LEAVE: Final = [SPELLS.index(reason) for reason in (Reason.OTHER_LEAVE, Reason.EXCLUDED, Reason.TRAVEL)]


@dataclass(frozen=True, slots=True)
class _Times:
    """How much likelier than on average a spell begins, by school day and phase."""

    ill: Numbers
    away: Numbers
    leave: Numbers
    extra: Numbers
    """Of disengaged pupils: weeks and weekdays matter less to them."""
    friday: Numbers
    """By phase: the share of Friday's mornings that become afternoons."""

    @classmethod
    def of(cls, fitted: Fitted, year: SchoolYear) -> _Times:
        """Those of all days of a year."""
        rates = fitted.rates
        ill, rest = rates.weeks[:, year.weeks, None] * rates.terms[:, :, year.terms].swapaxes(1, 2)
        weekdays = [day.weekday() for day in year.days]
        of_ill, of_away = rates.weekdays[:, :, weekdays].swapaxes(1, 2)
        powers = np.array([shape.weekdays for shape in fitted.shapes])
        return cls(
            ill=ill * of_ill,
            away=rest * of_away,
            leave=rest,
            extra=rest**STEADY * of_away**powers,
            friday=np.array([shape.friday for shape in fitted.shapes]),
        )


def _mean_days(spell: Spell) -> float:
    return spell.half * 0.5 + (1 - spell.half) * (spell.days - spell.midday / 2)


_SORTS: Final = (*(SPELL[reason] for reason in SPELLS), *(DISENGAGED for _ in EXTRA))
_SHAPES: Final = np.array([(one.days, one.midday, one.half) for one in _SORTS])
_CODES: Final = np.array([ord(SPELL_CODES[reason]) for reason in (*SPELLS, *EXTRA)], dtype=np.uint8)


def _single_sessions(marks: Marks, block: Block, seed: int, rates: Rates) -> None:
    """Late, late after registers close, appointments: single sessions of those who would be present."""
    pupils, sessions = len(block), len(marks)
    words = -(-sessions // 8) * 4
    drawn = Stream(seed, Purpose.SESSIONS, words).halves(block.first, block.first + pupils)
    appointment = block.propensity[REASONS.index(Reason.APPOINTMENT)]
    closed = block.propensity[REASONS.index(Reason.LATE)]
    usual = rates.level[:, REASONS.index(Reason.LATE)][block.phases]
    often = np.clip(closed / np.maximum(usual, 1e-9), 0.2, 8.0)
    edges = np.cumsum([appointment, closed, LATE * often], axis=0)
    limits = np.minimum(edges, 0.9) * 2.0**32
    hits = np.flatnonzero(drawn[:, :sessions] < limits[2][:, None].astype(np.uint32))
    rows, places = np.divmod(hits, sessions)
    wanted = drawn[rows, places]
    codes = np.where(
        wanted < limits[0, rows], ord("M"), np.where(wanted < limits[1, rows], ord("U"), ord("L"))
    )
    marks[places, rows] = codes


def _holidays(marks: Marks, block: Block) -> None:
    starts, lengths, codes = block.holidays
    days = len(marks) // 2
    away = np.flatnonzero(starts < days)
    for step in range(int(lengths[away].max(initial=0))):
        on = away[(lengths[away] > step) & (starts[away] + step < days)]
        place = 2 * (starts[on] + step)
        marks[place, on] = codes[on]
        marks[place + 1, on] = codes[on]
