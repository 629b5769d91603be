"""Pupils who are made when somebody asks for them: out of the columns of a population."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, overload

import numpy as np
from numpy.typing import NDArray

from fingerpost.history import Pupil, Register


class MakesPupils(Protocol):
    """Makes the pupil of a row, and knows in which row a pupil is."""

    def pupil(self, row: int) -> Pupil:
        """The pupil of a row."""

    def row_of(self, name: str) -> int | None:
        """The row of a pupil; None if there is none."""

    @property
    def by_id(self) -> NDArray[np.int64]:
        """The rows in order of their pupils' ids."""

    def id_of(self, row: int) -> str:
        """The id of a row."""

    def parent_id(self, row: int, place: int) -> str:
        """The id of one of the parents of a row, by its place among them."""


class RegisterToMake(Register):
    """A register that is unpacked when somebody looks at it; columns answer most of what is asked."""

    __slots__ = ("_made", "_make")
    _make: Callable[[], Register]
    _made: Register | None

    def __init__(self, make: Callable[[], Register]) -> None:
        """What makes it."""
        object.__setattr__(self, "_make", make)
        object.__setattr__(self, "_made", None)

    def _register(self) -> Register:
        made = self._made
        if made is None:
            made = self._make()
            object.__setattr__(self, "_made", made)
        return made

    @property
    def slots(self) -> tuple[int, ...]:
        """The sessions that have a mark."""
        return self._register().slots

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of those sessions."""
        return self._register().codes

    @property
    def recorded_on(self) -> tuple[dt.date | None, ...] | None:
        """When each was recorded."""
        return self._register().recorded_on

    def __eq__(self, other: object) -> bool:
        own = self._register()
        return own == (other._register() if isinstance(other, RegisterToMake) else other)

    def __hash__(self) -> int:
        return hash(self._register())


@dataclass(frozen=True, slots=True, eq=False)
class PupilsOfRows(Sequence[Pupil]):
    """The pupils of some rows, in their order."""

    source: MakesPupils
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Pupil: ...

    @overload
    def __getitem__(self, index: slice) -> PupilsOfRows: ...

    def __getitem__(self, index: int | slice) -> Pupil | PupilsOfRows:
        if isinstance(index, slice):
            return PupilsOfRows(self.source, self.rows[index])
        return self.source.pupil(int(self.rows[index]))

    def parent_id(self, index: int, place: int) -> str:
        """The id of one of a pupil's parents, by its place among them."""
        return self.source.parent_id(int(self.rows[index]), place)


@dataclass(frozen=True, slots=True, eq=False)
class PupilsById(Mapping[str, Pupil]):
    """All pupils by their ids, in order of them."""

    source: MakesPupils

    def __getitem__(self, name: str) -> Pupil:
        row = self.source.row_of(name)
        if row is None:
            raise KeyError(name)
        return self.source.pupil(row)

    def __len__(self) -> int:
        return len(self.source.by_id)

    def __iter__(self) -> Iterator[str]:
        return (self.source.id_of(int(row)) for row in self.source.by_id)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.source.row_of(name) is not None
