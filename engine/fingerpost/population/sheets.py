"""The tables of a population, as columns: from Parquet, Arrow or CSV files, or as they are handed over.

Marks strings are most of what there is to read: out of a Parquet file they come a piece at a time, so that
those of a country need not be in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, MissingExtraError, arrow
from fingerpost.readers.column_files import as_texts, csv_text, read_table_of_columns, unreadable
from fingerpost.readers.problems import Problems

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
        try:
            with parquet.ParquetFile(self.path, memory_map=True) as file:
                for batch in file.iter_batches(MOST_IN_A_PIECE, columns=[self.name]):
                    yield batch.column(0)
        except (OSError, ValueError) as error:
            raise UnreadableError(self.path, error) from error


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

    def as_csv(self, rows: NDArray[np.bool_] | None, blank: NDArray[np.bool_] | None = None) -> str:
        """Some of its rows as CSV, each in the line in which it would stand if all were there.

        `blank` are rows without their marks.
        """
        index = np.arange(len(self)) if rows is None else np.flatnonzero(rows)
        table = self.table.take(arrow().array(index)) if rows is not None else self.table
        if self.left_out:
            kept = self._taken(index)
            table = table.add_column(self.left_out.place, self.left_out.name, kept)
        if blank is not None and self.has(_MARKS):
            there = arrow().array(~blank[index])
            marks = arrow("compute").if_else(there, table.column(_MARKS), None)
            table = table.set_column(self.names.index(_MARKS), _MARKS, marks)
        return csv_text(table, (index + 2).tolist())

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


def _without_spaces(column: Column) -> Column:
    """Texts without spaces around them; null for a blank."""
    pa, pc = arrow(), arrow("compute")
    if is_plain(column):
        return column
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    bare = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, type=bare.type), bare)


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
            found[name] = Sheet(str(path), _in_one_piece(table))
    return found


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
    """A Parquet file whose marks strings stay in it for now; None where there are none, or it is odd."""
    if path.suffix.lower() != ".parquet":
        return None
    try:
        parquet = arrow("parquet")
        names: Sequence[str] = parquet.read_schema(path).names
        if names.count(_MARKS) != 1 or _START not in names:
            return None
        others = [name for name in names if name != _MARKS]
        with parquet.ParquetFile(path) as file:
            if len(set(others)) != len(others) or len(file.schema.names) != len(names):
                return None
            table = file.read(columns=others)
    except (OSError, ValueError, MissingExtraError):
        return None  # which the other way of reading explains
    left_out = InParquet(path, _MARKS, names.index(_MARKS))
    return Sheet(str(path), _in_one_piece(table), left_out)


def note_unreadable(error: UnreadableError, problems: Problems) -> None:
    """Takes note of a file whose marks cannot be read."""
    unreadable(error.path, error.error, problems)


def _from_csv(path: Path) -> Columns | None:
    """A CSV file with every cell a text; None where it is not plain, which the other reader explains."""
    pa, csv = arrow(), arrow("csv")
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = [cell.strip().strip('"') for cell in file.readline().rstrip("\r\n").split(",")]
        if len(set(header)) != len(header) or not all(header):
            return None
        return csv.read_csv(
            path,
            parse_options=csv.ParseOptions(ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except (OSError, ValueError):
        return None
