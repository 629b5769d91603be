"""A school's sessions in a row, one bit each: the axis on which registers become integers.

For its caller: `Axis` lays the open and the taken sessions of one school, as known on one date, in order. A
set of sessions is then an integer, bit i for session i; a window is a mask, and counting is `(plane &
mask).bit_count()`.

Why so: triggers need the truth of every condition on every school day. One pupil has some 380 sessions a
year, which fit into a dozen machine words, and Python's integers do the rest at the speed of C. All masks
that depend on the calendar alone are worked out once a school and shared by its pupils. An axis does not
depend on the date of the decision: everything asked of it is asked as at a day, and sessions after that day
are never seen (meaning 1).
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cached_property

from fingerpost.calendar import Calendar
from fingerpost.codes import CodeBook
from fingerpost_dsl.model.expressions import CodeKind, MarkSet

FAR = 2 * dt.date.max.toordinal() + 1
"""A slot after every session."""

Region = tuple[tuple[int, int], ...]
"""A stretch of time as disjoint, ascending ranges of slots, both ends included; 0 and `FAR` are no bounds."""

EVERYTHING: Region = ((0, FAR),)
NOTHING: Region = ()


def intersect(first: Region, second: Region) -> Region:
    """What lies in both.

    >>> intersect(((0, 10), (20, 30)), ((5, 25),))
    ((5, 10), (20, 25))
    """
    both = (
        (max(a[0], b[0]), min(a[1], b[1])) for a in first for b in second if a[0] <= b[1] and b[0] <= a[1]
    )
    return tuple(both)


def dates(first: int, last: int) -> Region:
    """The region of the dates with ordinals `first` to `last`, both included.

    Empty if they are the wrong way round.
    """
    return ((max(first, 0) * 2, last * 2 + 1),) if first <= last else NOTHING


def touches(region: Region, ordinal: int) -> bool:
    """Whether the date lies in the region, be it with one half."""
    return any(first <= ordinal * 2 + 1 and ordinal * 2 <= last for first, last in region)


MISSING = ord("-")
ABSENT_FROM_ROLL = ord(" ")
ADMINISTRATIVE = ord("#")
_FIRST_LETTER = 128


class Alphabet:
    """One byte for each code in each period of the code list, so that a register is a string of bytes.

    A mark has the meaning that its code has in the list in force on the mark's own date (meaning 4): the same
    code in two periods is two letters.
    """

    def __init__(self, book: CodeBook) -> None:
        self.book = book
        self.era_starts = (0, *book.changes)
        self.letters: list[dict[str, int]] = []
        self._meanings: dict[int, tuple[str, CodeKind]] = {}
        known: dict[tuple[str, CodeKind], int] = {}
        for start in self.era_starts:
            letters = {}
            for code, kind in book.list_on(max(start, 1)).items():
                letter = known.setdefault((code, kind), _FIRST_LETTER + len(known))
                self._meanings[letter] = (code, kind)
                letters[code] = ADMINISTRATIVE if kind is CodeKind.ADMINISTRATIVE else letter
            self.letters.append(letters)
        self.signs = [_sign_table(letters) for letters in self.letters]
        """For `bytes.translate`, by period: the letter of each code of one sign, 0 for any other sign."""
        self._tables: dict[MarkSet, bytes] = {}

    @property
    def letters_by_kind(self) -> tuple[int, ...]:
        """The letters that stand for a mark, those of one kind together."""
        order = list(CodeKind)
        meanings = self._meanings.items()
        counted = [
            (order.index(kind), letter)
            for letter, (_, kind) in meanings
            if kind is not CodeKind.ADMINISTRATIVE
        ]
        return tuple(letter for _, letter in sorted(counted))

    def era(self, ordinal: int) -> int:
        """The number of the period of the code list in which a date lies."""
        return bisect_right(self.era_starts, ordinal) - 1

    def table(self, marks: MarkSet) -> bytes:
        """For `bytes.translate`: `1` for the letters in the set, `0` for all others."""
        table = self._tables.get(marks)
        if table is None:
            ones = {
                letter
                for letter, (code, kind) in self._meanings.items()
                if (kind in marks.kinds or code in marks.codes) and code not in marks.without
            }
            table = bytes(ord("1") if letter in ones else ord("0") for letter in range(256))
            self._tables[marks] = table
        return table


def _sign_table(letters: Mapping[str, int]) -> bytes:
    table = bytearray(256)
    for code, letter in letters.items():
        if len(code) == 1 and code.isascii():
            table[ord(code)] = letter
    return bytes(table)


def only(letter: int) -> bytes:
    """For `bytes.translate`: `1` for one letter."""
    return bytes(ord("1") if other == letter else ord("0") for other in range(256))


_MISSING_TABLE = only(MISSING)


class Axis:
    """The sessions of one school in order, with what depends on the calendar alone.

    `taken` are the slots in which any pupil of the school has a mark other than an administrative one.
    `complete_from` is the ordinal of the date from which the marks are whole.
    """

    def __init__(
        self, calendar: Calendar, taken: Iterable[int], alphabet: Alphabet, complete_from: int
    ) -> None:
        self.calendar = calendar
        self.alphabet = alphabet
        self.complete_from = complete_from
        self.taken = frozenset(taken)
        self.slots = tuple(sorted(self.taken.union(calendar.open_slots)))
        self.index: Mapping[int, int] = {slot: i for i, slot in enumerate(self.slots)}
        self.eras = bytes(alphabet.era(slot // 2) for slot in self.slots)
        self._taken = [i for i, slot in enumerate(self.slots) if slot in self.taken]
        self.school_days: tuple[int, ...] = tuple(calendar.school_days)
        """Ordinals of the school days."""
        self._day_masks: dict[int, int] = {}
        self.laid_out: dict[object, object] = {}
        """Windows laid out on the calendar, by the windows and the thresholds that say how long they are."""

    def for_another_policy(self, *, same_thresholds: bool) -> Axis:
        """The same sessions under a policy with the same code list.

        What was laid out is found by the identity of the thresholds: it is shared only if they are the same.
        """
        axis = copy(self)
        if not same_thresholds:
            axis.laid_out = {}
        return axis

    def __len__(self) -> int:
        return len(self.slots)

    def count_until(self, slot: int) -> int:
        """How many sessions of the axis lie on or before a slot."""
        return bisect_right(self.slots, slot)

    def seen(self, ordinal: int) -> int:
        """The sessions up to the latest taken one on or before the date.

        What is after it is to come (meaning 1).
        """
        sessions = bisect_right(self.slots, ordinal * 2 + 1)
        taken = bisect_left(self._taken, sessions)
        return (1 << (self._taken[taken - 1] + 1)) - 1 if taken else 0

    @property
    def ever_seen(self) -> int:
        """The sessions up to the latest taken one of all."""
        return (1 << (self._taken[-1] + 1)) - 1 if self._taken else 0

    def mask(self, region: Region) -> int:
        """The sessions of the axis in a region."""
        mask = 0
        for first, last in region:
            start = bisect_left(self.slots, first)
            end = bisect_right(self.slots, last)
            if end > start:
                mask |= ((1 << (end - start)) - 1) << start
        return mask

    def day_mask(self, ordinal: int) -> int:
        """The sessions of one date."""
        mask = self._day_masks.get(ordinal)
        if mask is None:
            mask = self._day_masks[ordinal] = self.mask(((ordinal * 2, ordinal * 2 + 1),))
        return mask

    @cached_property
    def weekday_masks(self) -> tuple[int, ...]:
        """The sessions of each weekday, Monday first."""
        masks = [0] * 7
        for i, slot in enumerate(self.slots):
            masks[(slot // 2 - 1) % 7] |= 1 << i
        return tuple(masks)

    def weekdays(self, days: frozenset[int]) -> int | None:
        """The sessions on these weekdays; None where every weekday is meant."""
        if not days:
            return None
        mask = 0
        for day in days:
            mask |= self.weekday_masks[day]
        return mask

    def days_until(self, ordinal: int) -> int:
        """How many school days lie on or before a date."""
        return bisect_right(self.school_days, ordinal)

    def seen_on(self, index: int) -> int | None:
        """The date from which a session is seen: that of the first taken one from it on; None if none is."""
        taken = bisect_left(self._taken, index)
        return self.slots[self._taken[taken]] // 2 if taken < len(self._taken) else None

    def slots_in(self, plane: int) -> tuple[int, ...]:
        """The slots of the sessions in a plane, in order."""
        found = []
        while plane:
            low = plane & -plane
            found.append(self.slots[low.bit_length() - 1])
            plane ^= low
        return tuple(found)


def plane_of(text: bytes, table: bytes) -> int:
    """The plane of a register's letters: bit i is session i. `text` runs from the last session to the first.

    >>> plane_of(b"ba", bytes(ord("1") if c == ord("a") else ord("0") for c in range(256)))
    1
    """
    return int(text.translate(table), 2) if text else 0


def missing_plane(text: bytes) -> int:
    """The sessions of a register that are open or taken, on roll, and without a mark."""
    return plane_of(text, _MISSING_TABLE)
