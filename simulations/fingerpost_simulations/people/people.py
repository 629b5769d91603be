"""The made-up pupils, and their year: what a scenario, a test or a benchmark works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerpost.history import CalendarData, History
from fingerpost_simulations.people.extras import corrections, finished, stays_of
from fingerpost_simulations.people.family_days import family_holidays
from fingerpost_simulations.people.marking import Block, Marks, marked
from fingerpost_simulations.people.propensity import Latent, extra, latent, propensities
from fingerpost_simulations.people.pupils import Who, shares_of, who
from fingerpost_simulations.people.rates import Fitted
from fingerpost_simulations.people.spec import PHASES, Spec
from fingerpost_simulations.people.years import SchoolYear, school_year

BLOCK: Final = 4096
"""Pupils that are marked at once: what fits into the cache."""


@dataclass(frozen=True, eq=False)
class People:
    """A made-up population. Rows are pupils, in order of their ids; make it with `make_people`."""

    spec: Spec
    seed: int
    who: Who
    """The columns as numbers."""
    year: SchoolYear
    fitted: Fitted
    hidden: Latent

    def __len__(self) -> int:
        return len(self.who)

    # --- who they are -------------------------------------------------------------------------

    @cached_property
    def ids(self) -> NDArray[np.str_]:
        """`SYN-0000001`: of no form that a real identifier has."""
        return _names("SYN-", np.arange(1, len(self) + 1), 7)

    @cached_property
    def schools(self) -> NDArray[np.str_]:
        """The id of each pupil's school: `SYN-S00001`."""
        return _names("SYN-S", self.who.schools + 1, 5)

    @cached_property
    def phases(self) -> NDArray[np.str_]:
        """`primary`, `secondary` or `special`."""
        return np.array([phase.value for phase in PHASES])[self.who.phases]

    @property
    def year_groups(self) -> NDArray[np.int8]:
        """From 0, reception, to 11."""
        return self.who.year_groups

    @property
    def births(self) -> NDArray[np.int32]:
        """Dates of birth, as ordinals."""
        return self.who.births

    @cached_property
    def sexes(self) -> NDArray[np.str_]:
        """`girl` or `boy`."""
        return np.array(["girl", "boy"])[self.who.sexes]

    @property
    def fsm(self) -> NDArray[np.bool_]:
        """Eligible for free school meals."""
        return self.who.fsm

    @cached_property
    def sen(self) -> NDArray[np.str_]:
        """Special educational needs: `none`, `support` or `plan`."""
        return np.array(["none", "support", "plan"])[self.who.sen]

    @property
    def social_worker(self) -> NDArray[np.bool_]:
        """Has a social worker."""
        return self.who.social_worker

    @cached_property
    def families(self) -> NDArray[np.str_]:
        """The id of each pupil's household: `SYN-F0000001`. Brothers and sisters have the same."""
        return _names("SYN-F", self.who.families + 1, 7)

    @property
    def parents(self) -> NDArray[np.int8]:
        """How many parents are known: 0, 1 or 2. Those of brothers and sisters are the same."""
        return self.who.parents

    def parent_ids(self, row: int) -> tuple[str, ...]:
        """The ids of a pupil's parents: the household's, with a letter."""
        return tuple(f"{self.families[row]}{letter}" for letter in "AB"[: self.parents[row]])

    @property
    def school_ids(self) -> tuple[str, ...]:
        """The schools, in order."""
        return tuple(dict.fromkeys(self.schools.tolist()))

    @property
    def authority(self) -> str:
        """The id of the council."""
        return "SYN-LA"

    # --- their year ---------------------------------------------------------------------------

    @property
    def calendar(self) -> CalendarData:
        """The calendar that all schools keep."""
        return self.year.data

    @property
    def sessions(self) -> Sequence[int]:
        """The slots of the year's sessions, in order: the columns of `registers`."""
        return self.year.slots

    @property
    def codes(self) -> Mapping[int, str]:
        """The code of each byte of `registers`, in the order of the code list; `-` and 0 are no codes.

        A byte is the code's own sign, but for C2 of the list of 2024.
        """
        return CODES_2024 if self.spec.of_2024 else CODES_2006

    @cached_property
    def stays(self) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """The first day of each pupil on roll and the one after the last, as numbers of school days."""
        return stays_of(self.who, self.spec, self.seed, self.year)

    @cached_property
    def _holidays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
        return family_holidays(self.who, self.seed, self.year, self.fitted.rates, self.spec)

    def registers(self, rows: slice = slice(None)) -> Marks:
        """A code byte for each pupil and session; 0 while not on roll, `-` where no mark was entered.

        The same bytes whatever the slice, so that many processes may share the work.
        """
        first, last, _ = rows.indices(len(self))
        found = np.empty((max(last - first, 0), len(self.sessions)), dtype=np.uint8)
        for start in range(first, last, BLOCK):
            part = slice(start, min(start + BLOCK, last))
            found[part.start - first : part.stop - first] = self._block(part).T
        return found

    def _block(self, rows: slice) -> Marks:
        propensity = propensities(self.who, self.hidden, self.fitted, rows)
        starts, lengths, codes = self._holidays
        block = Block(
            first=rows.start,
            propensity=propensity,
            extra=extra(self.who, self.hidden, self.fitted, rows),
            phases=self.who.phases[rows],
            holidays=(starts[rows], lengths[rows], codes[rows]),
            onset=self.hidden.onset[rows],
        )
        marks = marked(block, self.seed, self.year, self.fitted)
        finished(marks, self, rows)
        return marks

    def corrections(
        self, rows: slice = slice(None), marks: Marks | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Which marks were first N, and when that was corrected: row of the slice, session, date.

        `marks` are the registers of the slice, if they are at hand.
        """
        if marks is not None:
            return corrections(self, rows, marks)
        first, last, _ = rows.indices(len(self))
        parts = [
            (start - first, corrections(self, part, self.registers(part)))
            for start in range(first, last, 4 * BLOCK)
            for part in [slice(start, min(start + 4 * BLOCK, last))]
        ]
        none = np.zeros(0, dtype=np.int64)
        return (
            np.concatenate([none, *(found[0] + before for before, found in parts)]),
            np.concatenate([none, *(found[1] for _, found in parts)]),
            np.concatenate([none, *(found[2] for _, found in parts)]),
        )

    # --- as histories and files ---------------------------------------------------------------

    def history(self, rows: slice | None = None, *, kinds: Sequence[str] = ()) -> History:
        """The pupils of a slice, or all, as a history. `kinds` of event are complete: none happened."""
        from fingerpost_simulations.people.histories import history_of  # noqa: PLC0415 (it reads People)

        return history_of(self, rows if rows is not None else slice(None), kinds)

    def save(self, folder: str | Path) -> None:
        """The tables of `docs/data-formats.md` as Parquet, every file marked as synthetic.

        Raises FileExistsError if there is something in the folder, MissingExtraError without pyarrow.
        """
        from fingerpost_simulations.people.save import save  # noqa: PLC0415 (it reads People)

        save(self, Path(folder))


CODES_2006: Final[Mapping[int, str]] = {ord(code): code for code in "/\\LBPVWCEHIMRSTGNOU"}
CODES_2024: Final[Mapping[int, str]] = {
    **{ord(code): code for code in "/\\LVPWBMSCTRIEGNOU"},
    128: "C2",
}


def make_people(spec: Spec, seed: int) -> People:
    """Makes the pupils of a spec, calibrated to its figures. Registers are made when they are asked for."""
    from fingerpost_simulations.people.calibrate import fitted  # noqa: PLC0415 (it tries rates on People)

    ready = fitted(spec)
    people = who(spec, seed, shares_of(spec, ready.phases))
    hidden = latent(people, seed, ready)
    return People(spec, seed, people, school_year(spec.starts), ready, hidden)


def _names(prefix: str, numbers: NDArray[np.integer], digits: int) -> NDArray[np.str_]:
    return np.char.add(prefix, np.char.zfill(numbers.astype(str), digits))
