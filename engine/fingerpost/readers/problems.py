"""What is wrong with the data, collected: every problem in one run, but no flood of them.

A register of half a million rows in which one column is wrong would make half a million diagnostics; after
the first two hundred errors they are only counted. Places are therefore handed over as functions, and worked
out only for what is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from fingerpost_dsl.codes import severity_of
from fingerpost_dsl.diagnostics import Diagnostic, Label, Severity, in_order
from fingerpost_dsl.source import Location, Place

Where = Callable[[], Location | None] | Location | None
"""A place, or how to find it."""

MOST_SHOWN = 200
_MOST_NAMED = 3
"""Errors that cannot be left out, and are named one by one."""
FILE, COLUMN, SHEET = "file", "column", "sheet"
"""What an error may be about that cannot be left out as a row can."""


@dataclass(frozen=True, slots=True)
class Noted:
    """How to find a place, and what is worth knowing of whatever stands there."""

    find: Callable[[], Place]
    note: str

    def __call__(self) -> Place:
        """The place."""
        return self.find()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value, wherever it stands."""

    code: str
    message: str
    help: str = ""


@dataclass(slots=True)
class Problems:
    """Collects diagnostics.

    `errors` counts them all, shown or not, so that a caller can tell a bad row from a good.
    """

    most_shown: int = MOST_SHOWN
    errors: int = 0
    warnings: int = 0
    stopped: bool = False
    """Something without which nothing can be read: a file, a column, the shape of a document."""
    left_out: Counter[str] = field(default_factory=Counter)
    """What a run that keeps going does without, by its plural noun."""
    _whole: list[tuple[Diagnostic, str]] = field(default_factory=list)
    """What cannot be left out, each with what it is about: a file, a column."""
    _found: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        where: Where = None,
        *,
        help: str = "",
        note: str = "",
        also: tuple[tuple[Where, str], ...] = (),
        always: bool = False,
    ) -> None:
        """Take note of one. `also` are other places that matter, each with what to say beside it.

        One that is `always` shown is, however many there are.
        """
        if severity_of(code) is Severity.ERROR:
            self.errors += 1
            shown = self.errors <= self.most_shown
        else:
            self.warnings += 1
            shown = self.warnings <= self.most_shown
        if shown or always:
            labels = tuple(
                Label(place, text) for place, text in ((_found(one), text) for one, text in also) if place
            )
            note = note or (where.note if isinstance(where, Noted) else "")
            self._found.append(
                Diagnostic(
                    code=code, message=message, span=_found(where), note=note, help=help, labels=labels
                )
            )

    def without_lines(self, before: int) -> None:
        """Takes the lines of files out of what was found since so many were `shown`."""
        for number in range(before, len(self._found)):
            one = self._found[number]
            if isinstance(one.span, Place):
                bare = replace(one, span=replace(one.span, line_text=None))
                self._found[number] = bare
                self._whole = [(bare if whole is one else whole, about) for whole, about in self._whole]

    @property
    def shown(self) -> int:
        """How many there are to show."""
        return len(self._found)

    def fault(self, fault: Fault, where: Where) -> None:
        """Take note of a fault in the value at a place."""
        self.add(fault.code, fault.message, where, help=fault.help)

    def stop(
        self,
        code: str,
        message: str,
        where: Where = None,
        *,
        help: str = "",
        also: tuple[tuple[Where, str], ...] = (),
        about: str = FILE,
    ) -> None:
        """Take note of one that nothing can be read without. `about` says of what: a file, a column."""
        before = self.shown
        self.add(code, message, where, help=help, also=also, always=True)
        self.stop_for(before, about)

    def stop_for(self, before: int, about: str = FILE) -> None:
        """Nothing can be read without what was found since so many were `shown`."""
        self.stopped = True
        self._whole += [(one, about) for one in self._found[before:] if one.is_error]

    def leave_out(self, what: str, number: int = 1) -> None:
        """Count what a run that keeps going does without: `marks`, `events`."""
        self.left_out[what] += number

    def all(self, *, keep_going: bool) -> tuple[Diagnostic, ...]:
        """Everything found, in the order of files and lines, with how many more there are."""
        found = list(in_order(self._found))
        hidden = self.errors + self.warnings - len(self._found)
        if hidden:
            found.append(
                Diagnostic(
                    code="E0641" if self.errors > self.most_shown else "W0641",
                    message=f"and {hidden:,} more",
                    help="many problems often have one cause: settle the first, and read the data again",
                )
            )
        if keep_going and self._whole:
            found.append(self._not_left_out())
        if keep_going and self.left_out and not self.stopped:
            parts = ", ".join(
                counted(number, what.removesuffix("s")) for what, number in sorted(self.left_out.items())
            )
            found.append(
                Diagnostic(
                    code="W0608",
                    message=f"left out: {parts}",
                    help="what follows is worked out without them, and may be wrong for the pupils concerned",
                )
            )
        return tuple(found)

    def _not_left_out(self) -> Diagnostic:
        """What cannot be left out, and why."""
        which = [f"{one.code} at {one.span}" if one.span else one.code for one in in_order(dict(self._whole))]
        named = which[:_MOST_NAMED] + [f"{len(which) - _MOST_NAMED:,} more"] * (len(which) > _MOST_NAMED)
        listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
        about = " or ".join(sorted({about for _, about in self._whole}, reverse=True))
        is_about = f"is about a whole {about}" if len(which) == 1 else f"are about a whole {about}"
        return Diagnostic(
            code="W0610",
            message=f"rows can be left out, but {listed} {is_about}",
            help=f"settle {'that' if len(which) == 1 else 'those'} first",
        )


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "mark"), counted(1200, "mark")
    ('1 mark', '1,200 marks')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _found(where: Where) -> Location | None:
    return where() if callable(where) else where
