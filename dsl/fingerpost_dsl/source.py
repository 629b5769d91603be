"""Where something stands: the text of a file, a stretch of it, and a place in a data file.

A `Span` is two offsets into a `SourceText`; lines and columns are worked out when somebody asks, so that a
tree of spans costs next to nothing. A `Place` is for data too large to be kept in memory (a register of a
million rows): it knows its line and column, and carries the text of that one line if the reader still had it.

Lines end with LF, CR LF or CR alone, as in the files that people really have. Lines and columns begin at 1; a
column counts characters, and a byte order mark is not one.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self, TypeAlias

_LINE_END = re.compile(r"\r\n|\n|\r")
_BYTE_ORDER_MARK = "\ufeff"
_KEPT = 400
"""Characters of a long line that a place keeps on either side."""


@dataclass(frozen=True, eq=False)
class SourceText:
    """A named text. Two are the same only if they are one object: comparing spans never compares texts."""

    name: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @property
    def line_count(self) -> int:
        """How many lines there are; an empty text has one."""
        return len(self._line_starts)

    def line_start(self, line: int) -> int:
        r"""The offset at which line `line` begins, past a byte order mark.

        >>> SourceText("a.policy", "role school\nrole parent").line_start(2)
        12
        """
        start = self._line_starts[line - 1]
        return start + 1 if start == 0 and self.text.startswith(_BYTE_ORDER_MARK) else start

    def line_text(self, line: int) -> str:
        """The text of line `line` without its end; empty for a line that does not exist."""
        if not 1 <= line <= self.line_count:
            return ""
        end = self._line_starts[line] if line < self.line_count else len(self.text)
        return self.text[self.line_start(line) : end].rstrip("\r\n")

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, max(offset - self.line_start(line), 0) + 1

    def span(self, start: int, end: int) -> "Span":
        """The stretch from `start` up to, and without, `end`."""
        return Span(source=self, start=start, end=end)


@dataclass(frozen=True, slots=True, order=False)
class Span:
    """A stretch of a text, `start` included, `end` not."""

    source: SourceText
    start: int
    end: int

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.source.name

    @property
    def text(self) -> str:
        """What is underlined."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column at which it begins."""
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        """The line on which its last character stands."""
        return self.source.position(max(self.start, self.end - 1))[0]

    @property
    def end_column(self) -> int:
        """The column after its last character, on `end_line`."""
        if self.end <= self.start:
            return self.column
        return self.source.position(self.end - 1)[1] + 1

    @property
    def line_text(self) -> str:
        """The whole first line that it touches."""
        return self.source.line_text(self.line)

    def to(self, other: "Span") -> "Span":
        """From the beginning of this one to the end of the other, in the same text."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a data file.

    `marks.csv`, line 12, column 7. `line_text` is that line, if the reader has it still; of a very long one a
    stretch round the place, with `skipped` characters left out before it.

    In a sheet of a workbook the column is that of the cell, and `marked` says where in `line_text`, the cells
    of its row, that cell begins and ends.
    """

    file: str
    line: int
    column: int = 1
    length: int = 1
    line_text: str | None = None
    skipped: int = 0
    marked: tuple[int, int] | None = None

    @classmethod
    def in_line(
        cls,
        file: str,
        line: int,
        column: int,
        *,
        length: int,
        text: str,
        start: int = 0,
        end: int | None = None,
    ) -> Self:
        """A place in a line of which the text is at hand, from `start` to `end` of it.

        Of a line in which a whole document stands only what is near is kept.
        """
        skipped = max(column - 1 - _KEPT, 0)
        last = start + column - 1 + _KEPT
        near = text[start + skipped : last if end is None else min(last, end)]
        return cls(file, line, column, length, near.rstrip("\r\n"), skipped)

    @property
    def end_line(self) -> int:
        """A place never runs over its line."""
        return self.line

    @property
    def end_column(self) -> int:
        """The column after its last character."""
        return self.column + self.length

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


Location: TypeAlias = Span | Place
