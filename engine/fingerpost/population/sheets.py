"""The tables of a population, as columns: from Parquet, Arrow or CSV files, or as they are handed over.

Marks strings are most of what there is to read: out of a Parquet file they come a piece at a time, so that
those of a country need not be in memory at once; and so does whose the lines are. Texts of few kinds come out
of it in numbers.
"""

from __future__ import annotations

import csv
import mmap
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, MissingExtraError, Module, arrow
from fingerpost.readers.column_files import as_texts, csv_text, is_sound, read_table_of_columns
from fingerpost.readers.problems import Problems
from fingerpost.readers.texts import LINE_END, holds_controls
from fingerpost.table_files import Part, parts_of, put_together

T = TypeVar("T", bound=np.generic)

MOST_IN_A_PIECE = 8_192
"""Lines of a column that are read together: few, so that the same memory serves again and again."""
_MARKS, _START = "marks", "start"
"""The columns of marks strings, where a table has both."""
_PUPIL, _PUPILS = "pupil", "pupils.csv"
"""The column that says whose a line is, and the one table in which it says who there is."""


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
    left_out: Sequence[InParquet] = ()
    """Columns that are not in `table`, but read from their file when they are asked for."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def names(self) -> list[str]:
        """The names of its columns."""
        found: list[str] = self.table.column_names
        for one in self.left_out:
            found.insert(one.place, one.name)
        return found

    def _in_file(self, name: str) -> InParquet | None:
        return next((one for one in self.left_out if one.name == name), None)

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
        left_out = self._in_file(name)
        if left_out:
            return in_one_piece(pa.chunked_array(list(left_out.pieces()), type=None))
        if not self.has(name):
            return pa.nulls(len(self), pa.string())
        return in_one_piece(self.table.column(name))

    def pieces(self, name: str) -> Iterator[tuple[int, Column]]:
        """A column in pieces, each with the number of its first line."""
        left_out = self._in_file(name)
        if left_out:
            pieces = left_out.pieces()
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
        return in_one_piece(found) if isinstance(found, pa.ChunkedArray) else found

    def text_pieces(self, name: str) -> Iterator[tuple[int, Column]]:
        """The same as `texts`, in pieces, each with the number of its first line."""
        for first, piece in self.pieces(name):
            yield first, _without_spaces(as_texts(piece))

    def in_numbers(self, name: str) -> InNumbers:
        """A column's texts in numbers. What many rows have is made a text once."""
        if not self.has(name):
            return InNumbers(len(self), None, arrow().array([], type=arrow().string()))
        column = self.column(name)
        try:
            coded = column.dictionary_encode()
        except NotImplementedError:
            coded = self.texts(name).dictionary_encode()
        return _in_order(coded, is_given=coded is column)

    def factors(self, name: str) -> tuple[NDArray[np.int64], Column]:
        """For each row the number of a column's text from 1 on, 0 for a blank; and the distinct texts.

        They stand in the order in which rows first have them.
        """
        found = self.in_numbers(name)
        return found.numbers.astype(np.int64), found.texts

    def as_csv(self, rows: NDArray[np.bool_] | None) -> str:
        """Some of its rows as CSV, each in the line in which it would stand if all were there."""
        index = np.arange(len(self)) if rows is None else np.flatnonzero(rows)
        table = self.table.take(arrow().array(index)) if rows is not None else self.table
        lines = index + 2
        if len(index):
            ends = self._line_ends()
            lines += (np.cumsum(ends) - ends)[index]
        for one in self.left_out:
            table = table.add_column(one.place, one.name, self._taken(one.name, index))
        return csv_text(table, lines.tolist())

    def _taken(self, name: str, index: NDArray[np.int64]) -> Column:
        """Some lines of a column that is in its file."""
        pa, found = arrow(), []
        if not len(index):
            return pa.nulls(0)
        for first, piece in self.pieces(name):
            start, end = np.searchsorted(index, [first, first + len(piece)])
            found.append(piece.take(pa.array(index[start:end] - first)))
            if end == len(index):
                break
        return pa.chunked_array(found) if found else pa.nulls(0)

    def _line_ends(self) -> NDArray[np.int64]:
        """How many line ends stand in the cells of each row: in CSV the rows below stand so much lower."""
        found = np.zeros(len(self), dtype=np.int64)
        columns = [column.chunks for column in self.table.columns]
        columns += [one.pieces() for one in self.left_out if one.name != _MARKS]
        for pieces in columns:
            first = 0
            for piece in pieces:
                kind = piece.type.value_type if arrow().types.is_dictionary(piece.type) else piece.type
                if _is_of_octets(kind) and not is_plain(piece):
                    found[first : first + len(piece)] += _line_ends(piece)
                first += len(piece)
        return found


def in_one_piece(column: Column) -> Column:
    """A column as one array, which is the one that it is made of if there are no others."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


@dataclass(frozen=True, slots=True)
class InNumbers:
    """A column of texts of which few are distinct: for each row the place of its own."""

    rows: int
    places: Column | None
    """32 bits for each row, null for a blank; None if every row is one."""
    texts: Column
    """They stand in the order in which rows first have them."""

    @property
    def numbers(self) -> NDArray[np.int32]:
        """For each row the number of its text from 1 on, 0 for a blank."""
        if self.places is None:
            return np.zeros(self.rows, dtype=np.int32)
        places = self.places.fill_null(-1) if self.places.null_count else self.places
        found: NDArray[np.int32] = places.to_numpy() + np.int32(1)
        return found

    @property
    def has_blanks(self) -> bool:
        """Whether any row is one."""
        return self.rows > 0 if self.places is None else self.places.null_count > 0

    def mapped(self, table: NDArray[T]) -> NDArray[T]:
        """For each row what a table says of its number; it may be one that cannot be written to."""
        if self.places is None:
            blank = table[0]
            return np.full(self.rows, blank) if blank else np.zeros(self.rows, dtype=table.dtype)
        found = arrow().array(table[1:]).take(self.places)
        if found.null_count:
            found = found.fill_null(arrow().scalar(table[0], found.type))
        own: NDArray[T] = found.to_numpy(zero_copy_only=False)
        return own


def _in_order(coded: Column, *, is_given: bool) -> InNumbers:
    """A column in numbers, those that somebody wrote or those that rows gave in their order."""
    pa, pc = arrow(), arrow("compute")
    places = coded.indices if coded.indices.type == pa.int32() else coded.indices.cast(pa.int32())
    used = np.asarray(pc.unique(places).drop_null()) if is_given else np.arange(len(coded.dictionary))
    own = _without_spaces(as_texts(coded.dictionary.take(pa.array(used)))).dictionary_encode()
    if not len(own.dictionary):
        return InNumbers(len(places), None, own.dictionary)
    again = np.full(len(coded.dictionary), -1, dtype=np.int32)
    again[used] = np.asarray(own.indices.fill_null(-1))
    if not np.array_equal(again, np.arange(len(again))):  # several are written in the same way, or blank
        places = pa.array(again, mask=again < 0).take(places)
    return InNumbers(len(places), places, own.dictionary)


def _line_ends(column: Column) -> NDArray[np.int64]:
    found = arrow("compute").count_substring_regex(as_texts(column), LINE_END.pattern).fill_null(0)
    return np.asarray(found)


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
            sheet = _from_parquet(name, path)
            if sheet is not None:
                found[name] = sheet
                continue
            table = read_table_of_columns(path, problems)
        else:
            continue  # what is written by hand, in YAML
        if table is not None:
            found[name] = sheet_of(str(path), table)
    return found


def sheet_of(name: str, table: Columns, left_out: Sequence[InParquet] = ()) -> Sheet:
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


def _from_parquet(name: str, path: Path) -> Sheet | None:
    """A table of Parquet, of which what is large stays in its file for now; None where anything is odd."""
    if path.suffix.lower() != ".parquet":
        return None
    try:
        parts = parts_of(path)
        kinds = _Kinds.of(parts)
        if kinds is None:
            return None
        left_out = kinds.left_out(name, path)
        wanted = [one for one in kinds.in_file if all(one != column.name for column in left_out)]
        tables = []
        for part in parts:
            with arrow("parquet").ParquetFile(part.path, read_dictionary=kinds.few) as file:
                tables.append(part.completed(file.read(columns=wanted)))
        table = put_together(tables)
    except (OSError, ValueError, NotImplementedError, MissingExtraError):
        return None  # which the other way of reading explains
    if not all(map(is_sound, table.columns)):
        return None
    return sheet_of(str(path), table, left_out)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What the parts of a table of Parquet say of its columns, all of them the same."""

    in_file: Sequence[str]
    named: Sequence[str]
    """The columns that are in the names of folders alone."""
    texts: Sequence[str]
    few: Sequence[str]
    """Columns of texts that take less than a number a row, since few are distinct."""

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Kinds | None:
        """None where parts have different columns, or a column is there twice, or has others in it."""
        schemas, octets, rows = [], Counter[str](), 0
        for part in parts:
            with arrow("parquet").ParquetFile(part.path) as file:
                schemas.append(file.schema_arrow)
                if schemas[0].names != file.schema_arrow.names or len(file.schema.names) != len(schemas[0]):
                    return None
                data = file.metadata
                rows += data.num_rows
                for group in range(data.num_row_groups):
                    for place, name in enumerate(schemas[0].names):
                        octets[name] += data.row_group(group).column(place).total_uncompressed_size
        in_file, named = schemas[0].names, list(parts[0].named)
        if len({*in_file, *named}) < len(in_file) + len(named):
            return None
        string = arrow().string()
        texts = [name for name in in_file if all(schema.field(name).type == string for schema in schemas)]
        few = [name for name in texts if octets[name] < _LESS_THAN_A_TEXT * rows]
        return cls(in_file, named, texts, few)

    def left_out(self, table: str, path: Path) -> Sequence[InParquet]:
        """Marks strings; and whose each line is, where it does not say who there is."""
        names = [*self.in_file, *self.named]
        meant = {_MARKS} if _START in names else set()
        if table != _PUPILS and _PUPIL in self.texts and len(names) > 1:
            meant.add(_PUPIL)
        return [InParquet(path, name, names.index(name)) for name in self.in_file if name in meant]


_LESS_THAN_A_TEXT = 2
"""Octets a row: in Parquet a text by itself takes five at least."""


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
