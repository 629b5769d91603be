"""The code book: what a mark means on its own date, and what to write instead of a code that is in no list.

A mark has the meaning that its code has in the code list in force on the mark's own date, whatever edition of
a policy evaluates it (meaning 4). The lists come from the policy's `code` declarations; nothing about England
is written here.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from fingerpost_dsl.model.declarations import Code
from fingerpost_dsl.model.expressions import CodeKind

__all__ = ["CodeBook"]

_LOOKALIKES = {
    "0": "O",
    "|": "I",
    "¦": "I",
    "!": "I",
    "5": "S",
    "8": "B",
    "2": "Z",
    "1": "I",
    "∕": "/",
    "⁄": "/",
}
"""What keyboards, scanners and spreadsheets turn codes into."""


@dataclass(frozen=True, eq=False)
class CodeBook:
    """The codes of a policy, or of several editions together."""

    codes: tuple[Code, ...] = field(repr=False)

    @classmethod
    def from_codes(cls, *lists: Iterable[Code]) -> CodeBook:
        """The codes of one or more policies; of a code declared by several, each period once."""
        found: dict[tuple[str, dt.date | None, dt.date | None], Code] = {}
        for codes in lists:
            for code in codes:
                found.setdefault((code.code, code.valid_from, code.valid_until), code)
        return cls(tuple(found.values()))

    @cached_property
    def _lists(self) -> tuple[list[int], list[dict[str, CodeKind]]]:
        """The ordinals of the dates on which the list changes, and the list in force from each."""
        starts = {1}
        starts.update(code.valid_from.toordinal() for code in self.codes if code.valid_from)
        starts.update(code.valid_until.toordinal() + 1 for code in self.codes if code.valid_until)
        dates = sorted(starts)
        return dates, [
            {code.code: code.kind for code in self.codes if _in_force(code, dt.date.fromordinal(start))}
            for start in dates
        ]

    @property
    def changes(self) -> tuple[int, ...]:
        """The ordinals of the dates on which the list of codes changes, after the first list."""
        return tuple(self._lists[0][1:])

    def list_on(self, ordinal: int) -> Mapping[str, CodeKind]:
        """The codes in force on the date of an ordinal, and their kinds."""
        dates, lists = self._lists
        return lists[bisect_right(dates, ordinal) - 1]

    def kind(self, code: str, date: dt.date) -> CodeKind | None:
        """The kind of a code on a date; None if it is in no list then."""
        return self.list_on(date.toordinal()).get(code)

    def kinds(self, slots: tuple[int, ...], codes: tuple[str, ...]) -> list[CodeKind | None]:
        """The kinds of a register's codes, slot by slot; `slots` are sorted."""
        dates, lists = self._lists
        found: list[CodeKind | None] = []
        for index, start in enumerate(dates):
            first = len(found)
            end = len(slots) if index + 1 == len(dates) else bisect_right(slots, dates[index + 1] * 2 - 1)
            if end > first and start * 2 <= slots[first]:
                found.extend(map(lists[index].get, codes[first:end]))
        return found

    def title(self, code: str, date: dt.date) -> str:
        """What a code stands for on a date; empty if it is in no list then."""
        return next((one.title for one in self.codes if one.code == code and _in_force(one, date)), "")

    # --- codes that are in no list ----------------------------------------------------------------

    def is_declared(self, code: str) -> bool:
        """Whether a code is, was or will be in the list."""
        return any(one.code == code for one in self.codes)

    def periods(self, code: str) -> tuple[tuple[dt.date | None, dt.date | None], ...]:
        """When a code is in force, first to last; None for always and for still."""
        return tuple((one.valid_from, one.valid_until) for one in self.codes if one.code == code)

    def instead(self, code: str, date: dt.date) -> tuple[str, ...]:
        """Codes in force on a date that may have been meant, the likeliest first.

        First the same sign in another case or mistaken for a lookalike; then the code of which it is a finer
        or coarser sort: a list that splits `Y` into `Y1` … `Y7`, or replaces `J` by `J1`, keeps the letter.
        """
        listed = self.list_on(date.toordinal())
        spellings = [
            code.strip(),
            code.strip().upper(),
            "".join(_LOOKALIKES.get(sign, sign) for sign in code.upper()),
        ]
        if code[:1] == "\\" and code.strip("\\") == "":
            spellings.append("\\")
        exact = dict.fromkeys(spelling for spelling in spellings if spelling in listed and spelling != code)
        if exact:
            return tuple(exact)
        if len(code.strip()) > 3:
            return ()  # a word such as `Present`, whose first letter says nothing
        letter = code.strip()[:1].upper()
        return tuple(sorted(known for known in listed if letter.isalpha() and known.startswith(letter)))


def _in_force(code: Code, date: dt.date) -> bool:
    return (code.valid_from is None or code.valid_from <= date) and (
        code.valid_until is None or date <= code.valid_until
    )
