"""Parts of a table into one file, each as soon as those before it are there.

The rows of a file stand in groups of whole units, and where a unit ends does not hang on how the work was
divided; so neither do the octets of the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from fingerpost.arrow import Columns, Module
from fingerpost.population.text_columns import joined
from fingerpost.population.write import PartsWriter
from fingerpost.writers.whole import permissions

ROWS_IN_A_GROUP = 100_000
"""So many rows at least, but for the last group: enough to be packed well, few enough to be read alone."""


def growing(output: Path) -> Path:
    """Where a file stands until it is whole: on the same disk."""
    place = output.resolve()
    return place.with_name(f".{place.name}.joined")


@dataclass
class Joining:
    """A file that grows beside its place, and is moved there when it is whole.

    It has the permissions of an older one.
    """

    output: Path
    schema: Module
    """Of the file; the parts have their texts in numbers."""
    units: Sequence[object]
    """Of which unit each part is; those of a unit stand together."""
    read: Callable[[int], Columns]
    """Reads a part."""
    done: int = 0
    """So many parts have been taken."""
    rows: int = 0
    _waiting: list[Columns] = field(default_factory=list)
    _begun: tuple[BinaryIO, PartsWriter] | None = None

    def take(self) -> None:
        """Takes the next part. Raises OSError."""
        number = self.done
        self._waiting.append(self.read(number))
        self.done += 1
        last_of_unit = self.done == len(self.units) or self.units[number] != self.units[self.done]
        if last_of_unit and sum(table.num_rows for table in self._waiting) >= ROWS_IN_A_GROUP:
            self._write()

    def finish(self) -> int:
        """Takes what is left, and puts the file in its place; how many rows it has. Raises OSError."""
        while self.done < len(self.units):
            self.take()
        self._write()
        file, writer = self._opened()
        writer.close()
        file.flush()
        os.fsync(file.fileno())
        file.close()
        growing(self.output).replace(self.output.resolve())
        return self.rows

    def leave(self) -> None:
        """Leaves off: what is not in its place by now goes."""
        if self._begun is not None:
            self._begun[0].close()
        growing(self.output).unlink(missing_ok=True)

    def _write(self) -> None:
        """Writes what waits as a group."""
        if self._waiting:
            table = joined(self._waiting)
            self._waiting.clear()
            self._opened()[1].write(table)
            self.rows += table.num_rows

    def _opened(self) -> tuple[BinaryIO, PartsWriter]:
        if self._begun is None:
            file = growing(self.output).open("wb")
            growing(self.output).chmod(permissions(self.output.resolve()))
            self._begun = file, PartsWriter(self.output.suffix.lower(), file, self.schema)
        return self._begun
