"""What the numbers in coded columns of events stand for, as far as it matters to somebody.

Hardly two penalty notices are alike, since each names the sessions that it relies on. To what looks at the
date and the outcome alone there are few: a second number tells apart only what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fingerpost.bearing import Bearing, Tested
from fingerpost.history import EventRow, Pupil

_Codes = NDArray[np.int32]
RowsOf = Callable[[str, int], Sequence[EventRow] | None]
"""The rows that a number of a kind of event stands for; None where nobody knows them any more."""


@dataclass(frozen=True, slots=True)
class When:
    """When an event was, and whose."""

    date: int
    """An ordinal."""
    parent: str | None
    """The parent whose it is, as somebody wrote it."""
    row: EventRow | None
    """All that is said of it; None if that is no more than what it is, of a single row that stands."""


WhenOf = Callable[[str, int], Sequence[When] | None]
"""When the events were that a number of a kind stands for, and whose; None where nobody knows that."""


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


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """What somebody looks at of events of a kind, besides when they were and whose they are."""

    fields: frozenset[str]
    """The fields whose very values matter."""
    tests: tuple[Tested, ...]
    """What is asked of fields besides."""
    with_marks: bool
    """Whether it matters on which sessions they rely."""

    @classmethod
    def by(cls, bearing: Bearing, kind: str) -> _LookedAt:
        """By what has some bearing."""
        return cls(
            frozenset(name for of, name in bearing.fields if of == kind),
            tuple(sorted((test for test in bearing.tests if test.kind == kind), key=repr)),
            kind in bearing.relied_on,
        )

    def said(self, event: EventRow) -> tuple[object, ...]:
        """What an event row says of it: two that say the same are equal."""
        fields = sorted((name, rows) for name, rows in event.fields.items() if name in self.fields)
        tested = [
            [
                (row.first, row.last, row.recorded_on, row.recorded_by, test.truth(row.value))
                for row in event.fields.get(test.field, ())
            ]
            for test in self.tests
        ]
        relied_on = event.relies_on if self.with_marks else ()
        return (*_besides(event), tuple(fields), tuple(map(tuple, tested)), relied_on)


class ToldOfEvents:
    """Of columns in which a number means the same, what each number says of events of its kind."""

    def __init__(self, rows_of: RowsOf, when_of: WhenOf | None = None) -> None:
        """What the numbers stand for. `when_of` says less of it, and sooner."""
        self._rows_of = rows_of
        self._when_of = when_of or self._when_of_rows
        self._seen: dict[tuple[str, _LookedAt], _Seen] = {}

    @classmethod
    def of_pupils(cls, pupils: Sequence[Pupil], columns: Mapping[str, _Codes]) -> ToldOfEvents:
        """Of columns by kind, a number for each of some pupils: the first who has one says what it is."""

        def rows_of(kind: str, number: int) -> Sequence[EventRow]:
            first = pupils[int(np.argmax(columns[kind] == number))]
            return [event for event in first.events if event.event == kind]

        return cls(rows_of)

    def when(self, kind: str, number: int) -> Sequence[When] | None:
        """When the events of a number were, and whose; None where nobody knows that any more."""
        return self._when_of(kind, number)

    def _when_of_rows(self, kind: str, number: int) -> Sequence[When] | None:
        rows = self._rows_of(kind, number)
        return None if rows is None else [When(row.date.toordinal(), row.parent, row) for row in rows]

    def seen(self, kind: str, codes: _Codes, bearing: Bearing) -> _Codes:
        """Numbers of events of a kind, the same where nothing with this bearing can tell a difference.

        0 stands for nothing recorded, as before.
        """
        looked_at = _LookedAt.by(bearing, kind)
        seen = self._seen.setdefault((kind, looked_at), _Seen())
        return seen.column(codes, lambda code: self._said(kind, code, looked_at))

    def _said(self, kind: str, code: int, looked_at: _LookedAt) -> object:
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
        return tuple(map(looked_at.said, sorted(rows, key=lambda row: row.date)))


def alike(event: EventRow) -> tuple[object, ...]:
    """All that an event row says, so that two that say the same are equal."""
    return (*_besides(event), tuple(sorted(event.fields.items())), event.relies_on)


def _besides(event: EventRow) -> tuple[object, ...]:
    """The same without its fields and the sessions on which it relies."""
    return (
        event.date,
        event.until,
        event.id,
        event.cancelled,
        event.parent,
        event.recorded_on,
        event.recorded_by,
    )
