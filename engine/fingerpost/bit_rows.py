"""Rows of bits in NumPy: one row a school day, one bit a session; counting is `bitwise_count`.

A plane or mask is a Python integer elsewhere; here it is cut into 64-bit words, so that one instruction
counts a pupil's marks on all school days at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.int64]
"""A number for each school day."""
Bits = NDArray[np.uint64]
"""Words of 64 sessions; in two dimensions, a row of them for each school day."""


def words(plane: int, sessions: int) -> Bits:
    """A plane of so many sessions as words.

    >>> words(5, 70).tolist()
    [5, 0]
    """
    return np.frombuffer(plane.to_bytes((sessions + 63) // 64 * 8, "little"), dtype="<u8").astype(np.uint64)


def rows_of(planes: Sequence[int], sessions: int) -> Bits:
    """Planes as rows of words."""
    size = (sessions + 63) // 64
    joined = b"".join(plane.to_bytes(size * 8, "little") for plane in planes)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64).reshape(len(planes), size)


def counts(rows: Bits) -> Row:
    """How many bits each row has."""
    counted: Row = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    return counted


def row_of(numbers: Sequence[int]) -> Row:
    """Numbers as a row."""
    return np.array(numbers, dtype=np.int64)


def packed(flags: NDArray[np.bool_]) -> int:
    """Flags as bits of an integer, the first one lowest.

    >>> packed(np.array([True, False, True]))
    5
    """
    return int.from_bytes(np.packbits(np.asarray(flags, dtype=bool), bitorder="little").tobytes(), "little")
