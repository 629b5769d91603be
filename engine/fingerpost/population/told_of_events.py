"""What the numbers in coded columns of events stand for, as far as it matters to somebody.

Hardly two penalty notices are alike, since each names the sessions that it relies on. To what looks at the
date and the outcome alone there are few: a second number tells apart only what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fingerpost.bearing import Bearing
from fingerpost.history import EventRow

_Codes = NDArray[np.int32]
RowsOf = Callable[[str, int], Sequence[EventRow] | None]
"""The rows that a number of a kind of event stands for; None where nobody knows them any more."""


@dataclass(slots=True)
class _Seen:
    """The second number of each that has been met of a kind, and what each of these stands for."""

    numbers: _Codes = field(default_factory=lambda: np.zeros(1, dtype=np.int32))
    """By the first number; -1 where that has not been met yet."""
    known: dict[object, int] = field(default_factory=dict)

    def column(self, codes: _Codes, said: Callable[[int], object]) -> _Codes:
        """The second numbers of some first ones. `said` is what a first number comes to."""
        lacking = int(codes.max(initial=0)) + 1 - len(self.numbers)
        if lacking > 0:
            more = np.full(lacking + len(self.numbers), -1, dtype=np.int32)
            self.numbers = np.concatenate([self.numbers, more])
        found = self.numbers[codes]
        new = found < 0
        if new.any():
            for code in np.unique(codes[new]).tolist():
                self.numbers[code] = self.known.setdefault(said(code), len(self.known) + 1)
            found = self.numbers[codes]
        return found


class ToldOfEvents:
    """Of columns in which a number means the same, what each number says of events of its kind."""

    def __init__(self, rows_of: RowsOf) -> None:
        """What the numbers stand for."""
        self._rows_of = rows_of
        self._seen: dict[tuple[str, frozenset[str], bool], _Seen] = {}

    def seen(self, kind: str, codes: _Codes, bearing: Bearing) -> _Codes:
        """Numbers of events of a kind, the same where nothing with this bearing can tell a difference.

        0 stands for nothing recorded, as before.
        """
        fields = frozenset(name for of, name in bearing.fields if of == kind)
        with_marks = kind in bearing.relied_on
        seen = self._seen.setdefault((kind, fields, with_marks), _Seen())
        return seen.column(codes, lambda code: self._said(kind, code, fields, with_marks=with_marks))

    def _said(self, kind: str, code: int, fields: frozenset[str], *, with_marks: bool) -> object:
        """What is looked at of the events of a number.

        Where one of several may take the place of another, or two are of one day, it matters in which order
        they are gone through, which hangs on all that they say: such are told apart as before.
        """
        rows = self._rows_of(kind, code)
        if rows is None:
            return code
        dates = {row.date for row in rows}
        if len(rows) > 1 and (len(dates) < len(rows) or any(row.id is not None for row in rows)):
            return code
        ordered = sorted(rows, key=lambda row: row.date)
        return tuple(alike(row, fields, with_marks=with_marks) for row in ordered)


def alike(
    event: EventRow, fields: frozenset[str] | None = None, *, with_marks: bool = True
) -> tuple[object, ...]:
    """All that an event row says, so that two that say the same are equal; or of its fields only some."""
    said = ((name, rows) for name, rows in event.fields.items() if fields is None or name in fields)
    return (
        event.date,
        event.until,
        event.id,
        event.cancelled,
        event.parent,
        tuple(sorted(said)),
        event.relies_on if with_marks else (),
        event.recorded_on,
        event.recorded_by,
    )
