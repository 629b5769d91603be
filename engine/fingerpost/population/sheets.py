"""The tables of a population, as columns: from Parquet, Arrow or CSV files, or as they are handed over.

Marks strings are most of what there is to read: out of a Parquet file they come a piece at a time, so that
those of a country need not be in memory at once.
"""

from __future__ import annotations

import csv
import mmap
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, MissingExtraError, Module, arrow
from fingerpost.readers.column_files import as_texts, csv_text, is_sound, read_table_of_columns
from fingerpost.readers.problems import Problems
from fingerpost.readers.texts import LINE_END, holds_controls
from fingerpost.table_files import parts_of, put_together

MOST_IN_A_PIECE = 8_192
"""Lines of a column that are read together: few, so that the same memory serves again and again."""
_MARKS, _START = "marks", "start"
"""The columns of marks strings, where a table has both."""


class UnreadableError(Exception):
    """A file that could be opened, and whose marks cannot be read."""

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(str(error))
        self.path = path
        self.error = error


@dataclass(frozen=True, slots=True)
class InParquet:
    """A column that is still in its file."""

    path: Path
    name: str
    place: int
    """Where it stands among the others."""

    def pieces(self) -> Iterator[Column]:
        """The column, some thousand lines at a time. Raises UnreadableError."""
        parquet = arrow("parquet")
        for part in parts_of(self.path):
            try:
                with parquet.ParquetFile(part.path, memory_map=True) as file:
                    for batch in file.iter_batches(MOST_IN_A_PIECE, columns=[self.name]):
                        batch.validate(full=True)
                        yield _as_octets(batch.column(0))
            except (OSError, ValueError, NotImplementedError) as error:
                raise UnreadableError(part.path, error) from error


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: where it comes from, and its columns."""

    name: str
    table: Columns
    left_out: InParquet | None = None
    """A column that is not in `table`, but read from its file when it is asked for."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        found: list[str] = self.table.column_names
        if self.left_out:
            found.insert(self.left_out.place, self.left_out.name)
        return found

    @property
    def is_doubled(self) -> bool:
        """Whether two columns have the same name."""
        return len(set(self.names)) < len(self.names)

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return column in self.names

    def column(self, name: str) -> Column:
        """A column as it is, in one piece; blank throughout where there is none."""
        pa = arrow()
        if self.left_out and name == self.left_out.name:
            return pa.chunked_array(list(self.left_out.pieces()), type=None).combine_chunks()
        if not self.has(name):
            return pa.nulls(len(self), pa.string())
        return self.table.column(name).combine_chunks()

    def pieces(self, name: str) -> Iterator[tuple[int, Column]]:
        """A column in pieces, each with the number of its first line."""
        if self.left_out and name == self.left_out.name:
            pieces = self.left_out.pieces()
        else:
            pieces = (
                chunk.slice(start, MOST_IN_A_PIECE)
                for chunk in self.table.column(name).chunks
                for start in range(0, len(chunk), MOST_IN_A_PIECE)
            )
        first = 0
        for piece in pieces:
            yield first, piece
            first += len(piece)

    def texts(self, name: str) -> Column:
        """A column as texts without spaces around them; null for a blank."""
        pa = arrow()
        found = _without_spaces(as_texts(self.column(name)))
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    def factors(self, name: str) -> tuple[NDArray[np.int64], Column]:
        """For each row the number of a column's text from 1 on, 0 for a blank; and the distinct texts.

        They stand in the order in which rows first have them. What many rows have is made a text once.
        """
        pa = arrow()
        column = self.column(name)
        try:
            coded = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            coded = coded.dictionary_encode()
        except NotImplementedError:
            return factors(self.texts(name))
        numbers = numbers_of(coded)
        own, texts = factors(_without_spaces(as_texts(coded.dictionary)))
        if len(texts) < len(own):  # several are written in the same way, or blank
            numbers = np.concatenate([[0], own])[numbers]
        return numbers, texts

    def as_csv(self, rows: NDArray[np.bool_] | None) -> str:
        """Some of its rows as CSV, each in the line in which it would stand if all were there."""
        index = np.arange(len(self)) if rows is None else np.flatnonzero(rows)
        table = self.table.take(arrow().array(index)) if rows is not None else self.table
        lines = index + 2
        if len(index):
            ends = _line_ends(self.table)
            lines += (np.cumsum(ends) - ends)[index]
        if self.left_out:
            kept = self._taken(index)
            table = table.add_column(self.left_out.place, self.left_out.name, kept)
        return csv_text(table, lines.tolist())

    def _taken(self, index: NDArray[np.int64]) -> Column:
        """Some lines of the column that is in its file."""
        pa, found = arrow(), []
        assert self.left_out is not None
        if not len(index):
            return pa.nulls(0)
        for first, piece in self.pieces(self.left_out.name):
            start, end = np.searchsorted(index, [first, first + len(piece)])
            found.append(piece.take(pa.array(index[start:end] - first)))
            if end == len(index):
                break
        return pa.chunked_array(found) if found else pa.nulls(0)


def _line_ends(table: Columns) -> NDArray[np.int64]:
    """How many line ends stand inside the cells of each row: in CSV the rows below stand so much lower."""
    pa, pc = arrow(), arrow("compute")
    found = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if _is_of_octets(kind):
            found += np.asarray(pc.count_substring_regex(as_texts(column), LINE_END.pattern).fill_null(0))
    return found


def _without_spaces(column: Column) -> Column:
    """Texts without spaces around them; null for a blank."""
    pa, pc = arrow(), arrow("compute")
    if is_plain(column):
        return column
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    bare = pc.utf8_trim(column, _SPACES)
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, type=bare.type), bare)


_SPACES = (
    " \t\n\r\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
"""What is left out round a text; not what no text has, which the other reader refuses."""


def is_plain(column: Column, longest: int | None = None) -> bool:
    """Whether every text is of letters, digits and signs of ASCII, of which there is one at least.

    With `longest`, also that none has more. In one pass over the octets: most columns are plain.
    """
    pa = arrow()
    if not pa.types.is_string(column.type) or not isinstance(column, pa.Array) or column.null_count:
        return False
    if not len(column):
        return True
    edges, text = octets_of(column)
    lengths = np.diff(edges)
    if int(lengths.min()) < 1 or (longest is not None and int(lengths.max()) > longest):
        return False
    used = text[edges[0] : edges[-1]]
    pieces = (used[first : first + _OCTETS_AT_ONCE] for first in range(0, len(used), _OCTETS_AT_ONCE))
    return all(int(piece.min()) > _SPACE and int(piece.max()) < _DELETE for piece in pieces)


_SPACE, _DELETE = 32, 127
_OCTETS_AT_ONCE = 1 << 18


def octets_of(column: Column) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Where each text of an array of texts begins and ends, and in what octets."""
    _, offsets, text = column.buffers()
    given: NDArray[np.int32] = np.frombuffer(offsets, dtype=np.int32)
    octets = np.frombuffer(text, dtype=np.uint8) if text is not None else np.zeros(0, dtype=np.uint8)
    return given[column.offset : column.offset + len(column) + 1], octets


def factors(texts: Column) -> tuple[NDArray[np.int64], Column]:
    """For each row the number of its text from 1 on, 0 for none; and the distinct texts."""
    coded = texts.dictionary_encode()
    return numbers_of(coded), coded.dictionary


def numbers_of(coded: Column) -> NDArray[np.int64]:
    """The numbers of an encoded column from 1 on, 0 for none."""
    indices = coded.indices if not coded.indices.null_count else coded.indices.fill_null(-1)
    found: NDArray[np.int64] = indices.to_numpy().astype(np.int64)
    found += 1
    return found


Sheets = Mapping[str, Sheet]
"""By the name of the CSV table: `pupils.csv`, `marks.csv` …"""


def sheets_of(files: Mapping[str, Path], problems: Problems) -> dict[str, Sheet]:
    """The tables in files; what cannot be read is left out, and noted."""
    found: dict[str, Sheet] = {}
    for name, path in files.items():
        if path.suffix.lower() == ".csv":
            table = _from_csv(path)
        elif name.endswith(".csv"):
            sheet = _without_marks(path)
            if sheet is not None:
                found[name] = sheet
                continue
            table = read_table_of_columns(path, problems)
        else:
            continue  # what is written by hand, in YAML
        if table is not None:
            found[name] = sheet_of(str(path), table)
    return found


def sheet_of(name: str, table: Columns, left_out: InParquet | None = None) -> Sheet:
    """A table whose columns have their names without spaces around them, and are of the kinds that are read.

    Texts and octets, numbers in digits and dates stay as they are; everything else is made a text.
    """
    table = table.rename_columns([column.strip() for column in table.column_names])
    for place, column in enumerate(table.columns):
        if not _is_read_as_it_is(column.type):
            table = table.set_column(place, table.column_names[place], as_texts(column))
    return Sheet(name, _in_one_piece(table), left_out)


def _is_read_as_it_is(kind: Module) -> bool:
    types = arrow().types
    if types.is_dictionary(kind):
        kind = kind.value_type
    known = (types.is_boolean, types.is_integer, types.is_date32, types.is_null)
    return _is_of_octets(kind) or any(one(kind) for one in known)


def _is_of_octets(kind: Module) -> bool:
    types = arrow().types
    known = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    return any(one(kind) for one in known) or types.is_fixed_size_binary(kind)


def _as_octets(column: Column) -> Column:
    """Marks strings as they are, and whatever else stands in their place as texts."""
    types = arrow().types
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    return column if _is_of_octets(kind) else as_texts(column)


def _in_one_piece(table: Columns) -> Columns:
    """A table whose columns are each in one piece, but for its marks, which may be many."""
    for place, name in enumerate(table.column_names):
        column = table.column(place)
        if name != _MARKS and column.num_chunks > 1 and column.nbytes < _LARGE:
            table = table.set_column(place, name, column.combine_chunks())
    return table


_LARGE = 1 << 30
"""Octets of a column that is left in its pieces."""


def _without_marks(path: Path) -> Sheet | None:
    """A table of Parquet whose marks strings stay in it for now; None where there are none, or it is odd."""
    if path.suffix.lower() != ".parquet":
        return None
    try:
        parquet = arrow("parquet")
        parts = parts_of(path)
        in_file: Sequence[str] = parquet.read_schema(parts[0].path).names
        names = [*in_file, *parts[0].named]
        if in_file.count(_MARKS) != 1 or _MARKS in parts[0].named or _START not in names:
            return None
        others = [name for name in names if name != _MARKS]
        if len(set(others)) != len(others):
            return None
        tables = []
        for part in parts:
            with parquet.ParquetFile(part.path) as file:
                if file.schema_arrow.names != in_file or len(file.schema.names) != len(in_file):
                    return None
                tables.append(part.completed(file.read(columns=[one for one in in_file if one != _MARKS])))
        table = put_together(tables)
    except (OSError, ValueError, NotImplementedError, MissingExtraError):
        return None  # which the other way of reading explains
    if not all(map(is_sound, table.columns)):
        return None
    left_out = InParquet(path, _MARKS, names.index(_MARKS))
    return sheet_of(str(path), table, left_out)


def _from_csv(path: Path) -> Columns | None:
    """A CSV file with every cell a text; None where it is not plain, which the other reader explains."""
    pa, reading = arrow(), arrow("csv")
    try:
        header = _header_of(path)
        if header is None or holds_controls(path) or _has_torn_quotes(path):
            return None
        table = reading.read_csv(
            path,
            read_options=reading.ReadOptions(column_names=header, skip_rows=1),
            parse_options=reading.ParseOptions(ignore_empty_lines=False),
            convert_options=reading.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except (OSError, ValueError):
        return None
    longest = arrow("compute").binary_length
    limit = csv.field_size_limit()
    is_short = all((arrow("compute").max(longest(one)).as_py() or 0) < limit for one in table.columns)
    return table if is_short else None


def _header_of(path: Path) -> Sequence[str] | None:
    """The names of the columns of a CSV file, None where they are not plain."""
    with path.open(encoding="utf-8-sig") as file:
        cells = file.readline().rstrip("\r\n").split(",")
    names = [cell[1:-1].strip() if _QUOTED.fullmatch(cell) else cell.strip() for cell in cells]
    is_plain_one = all(names) and not any('"' in name for name in names) and len(set(names)) == len(names)
    return names if is_plain_one else None


_QUOTED = re.compile(r'"[^"]*"')
_TORN = re.compile(rb'(?:^|[,\r\n])"(?:[^"]|"")*"[^",\r\n]')
"""A cell that goes on after its closing quotation mark, which is refused, or what might be one."""


def _has_torn_quotes(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b'"') >= 0 and _TORN.search(content) is not None
