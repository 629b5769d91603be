"""The lines of a large CSV file, found one at a time: for what a message shows, as the user wrote it.

A file of a hundred million lines has a few that are shown. So only every so many lines it is noted where one
begins, in one pass over the octets, and from there on lines are gone through.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_OCTETS_AT_ONCE = 1 << 24
_APART = 1_024
"""Lines from one noted beginning to the next."""
_MARK = b"\xef\xbb\xbf"
"""What may stand in front of a text in UTF-8."""
_END, _RETURN = b"\n\r"


@dataclass(frozen=True)
class FileLines:
    """The lines of a file in UTF-8."""

    path: Path

    def __call__(self, line: int) -> str | None:
        """A line, from 1 on, without its end; None if a lone CR ends lines, too."""
        if self._starts is None:
            return None
        with self.path.open("rb") as file:
            file.seek(int(self._starts[(line - 1) // _APART]))
            for _ in range((line - 1) % _APART):
                file.readline()
            found = file.readline()
        return found.removeprefix(_MARK if line == 1 else b"").decode("utf-8").rstrip("\r\n")

    @cached_property
    def _starts(self) -> NDArray[np.int64] | None:
        """Where every so many lines one begins, the first in front; None if a lone CR ends lines, too."""
        found, lines = [np.zeros(1, dtype=np.int64)], 0
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            for first in range(0, len(content), _OCTETS_AT_ONCE):
                # One octet more, so that a pair of CR and LF is seen whole.
                octets = np.frombuffer(content[first : first + _OCTETS_AT_ONCE + 1], dtype=np.uint8)
                if (octets[:-1][octets[1:] != _END] == _RETURN).any():
                    return None
                ends = np.flatnonzero(octets[:_OCTETS_AT_ONCE] == _END)
                numbers = lines + 1 + np.arange(len(ends))
                found.append(first + 1 + ends[numbers % _APART == 0])
                lines += len(ends)
        return np.concatenate(found)
