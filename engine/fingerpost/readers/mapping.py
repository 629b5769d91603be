"""A mapping: how a table of ours stands in a file of theirs, under what names and in what words.

`mapping.yaml` in the folder of a history says it, so that the export of a school's information system can be
given as it is:

    pupils:
      file: Students.csv
      columns: {pupil: UPN, date_of_birth: DOB}

A mapping renames the columns of a header and translates cells; the rows stay those of the file, so that every
message is about the file, line and column that its user knows. Every column is mapped, has our name already,
or is said to be left out. What stands in those that are left out is kept nowhere, and no message shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from fingerpost.readers.cells import read_half, read_value, read_year_group
from fingerpost.readers.documents import Document
from fingerpost.readers.headers import SessionHeaders
from fingerpost.readers.problems import COLUMN, Fault, Problems, Where
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.names import nearest

MAPPING = "mapping.yaml"
OTHERS = "others"
"""In place of the columns to leave out: all that are not mapped."""
NO_MARK = ("", "-")
"""What a cell of a register with a column for each session holds where there is no mark."""
_MOST_NAMED = 8
_IN_HEADERS = ("date", "session", "code")
"""What a register with a column for each session says in its headers and cells."""
_SESSION = "session"
"""Of that, what may have words of its own."""


@dataclass(frozen=True, kw_only=True)
class TableMapping:
    """How one table stands in a file. `document` is the mapping, for places in it."""

    table: str
    """Its key: `pupils`."""
    file: str | None
    """The file's name, None for the usual one."""
    header_line: int
    """The line from which on the header stands: above it an export may have a title."""
    columns: Mapping[str, str]
    """From columns of ours to theirs."""
    values: Mapping[str, Mapping[str, str]]
    """By column of ours: from their words to ours; a blank for what is not known."""
    codes: Mapping[str, str]
    """From their codes to ours, in cells as in marks strings."""
    left_out: Collection[str]
    leaves_others: bool
    sessions: SessionHeaders | None
    """Of a register with a column for each session: how their headers read."""
    document: Document = field(repr=False)

    def where(self, *path: str | int, key: bool = False) -> Where:
        """The place in the mapping of what is said of this table."""
        return self.document.where(self.table, *path, key=key)

    @property
    def hides(self) -> bool:
        """Whether there may be cells that no message shows."""
        return self.leaves_others or bool(self.left_out)


@dataclass(frozen=True, slots=True)
class Columns:
    """What stands where in the rows of a table, by index."""

    of: Mapping[str, int]
    """By column of ours."""
    sessions: Mapping[int, int]
    """From columns of sessions to their slots."""
    hidden: frozenset[int]
    """Those that are left out."""


@dataclass(slots=True)
class MappedHeader:
    """Finds the columns of a header by a mapping; what is wrong with either is noted.

    `known` are the columns that the table may have.
    """

    mapping: TableMapping
    header: Sequence[str]
    where: Callable[[int], Where]
    known: Collection[str]
    problems: Problems
    _of: dict[str, int] = field(default_factory=dict)
    _sessions: dict[int, int] = field(default_factory=dict)
    _hidden: set[int] = field(default_factory=set)
    _left: list[int] = field(default_factory=list)
    """The columns of which nothing is said."""
    _faulty: bool = False
    """Whether the header of a session was wrong."""

    def columns(self, why_not: Callable[[str], str]) -> Columns:
        """The columns. `why_not` says of one of ours why it may not stand in the table."""
        before = self.problems.errors
        self._check_ours(why_not)
        theirs = {name: ours for ours, name in self.mapping.columns.items()}
        meant = {nearest(name, self.header) for name in theirs if name not in self.header}
        for index, column in enumerate(self.header):
            if column in theirs:
                self._put(theirs[column], column, index)
            elif column in self.mapping.left_out or (not column and self.mapping.leaves_others):
                self._hidden.add(index)
            elif not column:
                self._wrong(
                    "E0609",
                    f"column {index + 1} has no name",
                    index,
                    "name it in the header, or leave out the `others`",
                )
            elif column in self.known and column not in self.mapping.columns:
                self._put(column, column, index)
            elif column not in meant:  # else it is named as what was probably meant
                self._unmapped(column, index)
        self._check_theirs()
        if self.mapping.sessions and not self._sessions and self.problems.errors == before:
            forms = " or ".join(f"`{form}`" for form in self.mapping.sessions.forms)
            message = f"no column of `{self._file}` reads {forms}"
            advice = f"its columns are {_listed(self.header)}"
            self.problems.stop("E0663", message, self.mapping.where("sessions"), help=advice)
        elif self._left:
            self._note_left()
        return Columns(self._of, self._sessions, frozenset(self._hidden))

    def _put(self, ours: str, column: str, index: int) -> None:
        if ours in self._of:
            self._twice(column, self._of[ours], index)
        self._of.setdefault(ours, index)

    def _twice(self, column: str, first: int, index: int) -> None:
        also = ((self.where(first), "first here"),)
        message = f"the column `{column}` appears twice"
        self._wrong("E0611", message, index, "take one of them out", also)

    def _unmapped(self, column: str, index: int) -> None:
        """A column that is neither mapped nor ours nor left out by its name: one of a session, or none."""
        found = self.mapping.sessions.slot(column) if self.mapping.sessions else None
        if isinstance(found, Fault):
            advice = f"{found.help}; if it is no session, name it under `leave_out` in `{MAPPING}`"
            if self.mapping.leaves_others:
                advice = f"{found.help}; if it is no session, list what to leave out in place of `{OTHERS}`"
            if self._faulty:  # one of them is always shown, however much is wrong
                self.problems.add(found.code, found.message, self.where(index), help=advice)
            else:
                self._wrong(found.code, found.message, index, advice)
            self._faulty = True
        elif found is not None:
            first = next((one for one in self._sessions if self.header[one] == column), None)
            if first is not None:
                self._twice(column, first, index)
            self._sessions[index] = found
        elif self.mapping.leaves_others:
            self._hidden.add(index)
        elif column in self.mapping.columns:
            other = self.mapping.columns[column]
            message = f"`{column}` is a column here, and `{MAPPING}` says that `{other}` is `{column}`"
            also = ((self.mapping.where("columns", column), "said here"),)
            self._wrong("E0662", message, index, "name it under `leave_out`, or take the mapping out", also)
        else:
            self._left.append(index)
            self._hidden.add(index)

    def _note_left(self) -> None:
        """Says of all columns at once of which nothing is said, as they would be left out."""
        names = [self.header[index] for index in self._left]
        columns, are, it = "the columns", "are", "they are, or name them"
        if len(names) == 1:
            columns, are, it = "the column", "is", "it is, or name it"
        message = f"{columns} {_listed(names)} {are} neither mapped nor left out"
        advice = f"say under `columns` in `{MAPPING}` what {it} under `leave_out`"
        self._wrong("E0610", message, self._left[0], advice)

    def _check_ours(self, why_not: Callable[[str], str]) -> None:
        """Columns of ours that the table has not."""
        for what, names in (("columns", self.mapping.columns), ("values", self.mapping.values)):
            for ours in names:
                in_headers = self.mapping.sessions is not None and ours in _IN_HEADERS
                if ours in self.known or (in_headers and ours == _SESSION and what == "values"):
                    continue
                close = nearest(ours, self.known)
                self.problems.stop(
                    "E0610",
                    f"`{ours}` is in the headers and cells of `sessions`" if in_headers else why_not(ours),
                    self.mapping.where(what, ours, key=True),
                    help=f"did you mean `{close}`?" if close else "take it out of the mapping",
                )

    def _check_theirs(self) -> None:
        """Columns that the mapping names and the file has not."""
        for ours, column in self.mapping.columns.items():
            if column not in self.header and ours in self.known:
                close = nearest(column, self.header)
                self.problems.stop(
                    "E0661",
                    f"there is no column `{column}` in `{self._file}`",
                    self.mapping.where("columns", ours),
                    help=f"did you mean `{close}`?" if close else f"its columns are {_listed(self.header)}",
                )
        there = {*self._of, *self.mapping.columns}
        for ours in self.mapping.values:
            if ours in self.known and ours not in there:
                self.problems.stop(
                    "E0661",
                    f"no column of `{self._file}` is `{ours}`",
                    self.mapping.where("values", ours, key=True),
                    help=f"say under `columns` which it is, as `{ours}: …`, or take the values out",
                )

    def _wrong(
        self, code: str, message: str, index: int, help: str, also: tuple[tuple[Where, str], ...] = ()
    ) -> None:
        self.problems.stop(code, message, self.where(index), help=help, also=also, about=COLUMN)

    @property
    def _file(self) -> str:
        return self.mapping.file or f"{self.mapping.table}.csv"


def _listed(names: Sequence[str]) -> str:
    """Names of columns, if there are many the first of them.

    >>> _listed(["UPN", "DOB"])
    '`UPN` and `DOB`'
    """
    named = [f"`{name}`" for name in names[:_MOST_NAMED]]
    more = len(names) - len(named)
    named += [f"{more:,} more"] if more else []
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def check_values(mapping: TableMapping, vocabulary: Vocabulary, problems: Problems) -> bool:
    """Whether all words of ours under `values` and `codes` can be, so that not every row has to say so.

    Those that cannot are noted.
    """
    before = problems.errors
    for column, words in mapping.values.items():
        for theirs, ours in words.items():
            if fault := _fault_of_value(column, ours, vocabulary):
                where = mapping.where("values", column, theirs)
                problems.stop(fault.code, fault.message, where, help=fault.help)
    for theirs, ours in mapping.codes.items():
        if ours in NO_MARK and mapping.sessions is not None:
            continue
        if not vocabulary.codes.is_declared(ours):
            advice = "write the sign in the register, such as `/`, `\\` or `I`"
            problems.stop("E0619", f"`{ours}` is no code", mapping.where("codes", theirs), help=advice)
    return problems.errors == before


def _fault_of_value(column: str, ours: str, vocabulary: Vocabulary) -> Fault | None:
    found: object = None
    if column == _SESSION:
        found = read_half(ours) if ours else Fault("E0613", "`session` is blank", "write `AM` or `PM`")
    elif not ours:
        return None
    elif column == "year_group":
        found = read_year_group(ours)
    elif column in vocabulary.facts:
        fact = vocabulary.facts[column]
        found = read_value(ours, fact.type, fact.name)
    return found if isinstance(found, Fault) else None
