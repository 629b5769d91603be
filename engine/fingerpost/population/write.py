"""Tables of results into files: Parquet, Arrow or CSV by the file's ending, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from fingerpost.arrow import Column, Columns, Module, arrow
from fingerpost.population.text_columns import with_numbers
from fingerpost.writers.whole import permissions

ENDINGS = (".parquet", ".arrow", ".csv")
_ROWS_TOGETHER = 8_192
"""So many rows of a column are encoded together: as quick as more, and the pages of the file are the same."""
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
"""How a text begins that a spreadsheet would take for a formula."""


class EndingError(ValueError):
    """A file's ending that says no format we write."""


def write_results(path: Path, tables: Iterable[Columns], schema: Module) -> int:
    """Writes tables one after another into one file, and says how many rows there are.

    The file appears when everything is written, with the permissions of an older one; until then, and after
    an interruption, what stood there is untouched. Folders that are not there are made. In CSV a text that
    begins like a formula has an apostrophe before it. Raises EndingError, OSError.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise EndingError(f"`{path.name}` should end in one of {', '.join(ENDINGS)}")
    rows = 0
    with _beside(path) as file:
        writer = _writer(ending, file, schema)
        with writer:
            for table in tables:
                writer.write_table(_plain(table) if ending == ".csv" else table)
                rows += table.num_rows
    return rows


def _writer(ending: str, file: BinaryIO, schema: Module) -> Module:
    pa = arrow()
    match ending:
        case ".parquet":
            return arrow("parquet").ParquetWriter(file, schema, compression="zstd")
        case ".arrow":
            return arrow("ipc").new_file(file, schema)
        case _:
            texts = pa.schema([(one.name, _in_csv(one.type)) for one in schema])
            return arrow("csv").CSVWriter(file, texts)


class PartsWriter:
    """Writes tables whose texts are numbers into a Parquet or Arrow file, each as a group of rows.

    What reads the file has texts. Least and greatest values stand only where they are of use to who looks for
    some rows: of who the pupils are, and of dates and numbers.
    """

    def __init__(self, ending: str, file: BinaryIO, schema: Module) -> None:
        """`schema` is that of the file."""
        self.schema = schema
        self._in_parquet = ending == ".parquet"
        self._writer = (
            arrow("parquet").ParquetWriter(
                file,
                with_numbers(schema),
                compression="zstd",
                store_schema=False,
                write_batch_size=_ROWS_TOGETHER,
                write_statistics=[one.name for one in schema if _has_extremes(one)],
            )
            if self._in_parquet
            else _writer(ending, file, schema)
        )

    def write(self, table: Columns) -> None:
        """A group of rows. Raises OSError."""
        self._writer.write_table(table if self._in_parquet else table.cast(self.schema))

    def close(self) -> None:
        """The end of the file. Raises OSError."""
        if self._in_parquet and self.schema.metadata:
            self._writer.add_key_value_metadata(self.schema.metadata)
        self._writer.close()


_WHO = frozenset({"authority", "school", "pupil"})


def _has_extremes(one: Module) -> bool:
    return one.name in _WHO or not arrow().types.is_string(one.type)


def _in_csv(kind: Module) -> Module:
    pa = arrow()
    return pa.string() if pa.types.is_boolean(kind) else kind


def _plain(table: Columns) -> Columns:
    """A table as it stands in CSV: yes and no as words, and no formulas."""
    pa = arrow()
    columns = [_safe(column) for column in table.columns]
    return pa.Table.from_arrays(columns, names=table.column_names)


def _safe(column: Column) -> Column:
    pa, pc = arrow(), arrow("compute")
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "yes", "no")
    if not pa.types.is_string(column.type):
        return column
    odd = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(odd, pc.binary_join_element_wise("'", column, ""), column)


@contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    """A file beside the place, moved there at the end if nothing went wrong."""
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(permissions(path))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
