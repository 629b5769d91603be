"""The tables of a population, as columns: from Parquet, Arrow or CSV files, or as they are handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, arrow
from fingerpost.readers.column_files import as_texts, csv_text, read_table_of_columns
from fingerpost.readers.problems import Problems


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: where it comes from, and its columns."""

    name: str
    table: Columns

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return column in self.table.column_names

    def column(self, name: str) -> Column:
        """A column as it is, in one piece; blank throughout where there is none."""
        if not self.has(name):
            return arrow().nulls(len(self), arrow().string())
        return self.table.column(name).combine_chunks()

    def texts(self, name: str) -> Column:
        """A column as texts without spaces around them; null for a blank."""
        pa, pc = arrow(), arrow("compute")
        column = as_texts(self.column(name))
        if pa.types.is_null(column.type):
            column = column.cast(pa.string())
        bare = pc.utf8_trim_whitespace(column)
        found = pc.if_else(pc.equal(bare, ""), pa.scalar(None, type=bare.type), bare)
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    def as_csv(self, rows: NDArray[np.bool_] | None, without: Sequence[str] = ()) -> str:
        """Some of its rows as CSV, each in the line in which it would stand if all were there."""
        table = self.table.drop_columns([name for name in without if self.has(name)])
        if rows is None:
            return csv_text(table)
        index = np.flatnonzero(rows)
        return csv_text(table.take(arrow().array(index)), (index + 2).tolist())


Sheets = Mapping[str, Sheet]
"""By the name of the CSV table: `pupils.csv`, `marks.csv` …"""


def sheets_of(files: Mapping[str, Path], problems: Problems) -> dict[str, Sheet]:
    """The tables in files; what cannot be read is left out, and noted."""
    found: dict[str, Sheet] = {}
    for name, path in files.items():
        if path.suffix.lower() == ".csv":
            table = _from_csv(path)
        elif name.endswith(".csv"):
            table = read_table_of_columns(path, problems)
        else:
            continue  # what is written by hand, in YAML
        if table is not None:
            found[name] = Sheet(str(path), table)
    return found


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
