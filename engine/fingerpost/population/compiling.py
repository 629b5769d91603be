"""How functions become machine code, by numba, which the extra `fast` installs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numba import njit, types

F = TypeVar("F", bound=Callable[..., object])


def as_machine_code(function: F) -> F:
    """Compiled when it is first called, and kept on disk for the next time."""
    found: F = njit(cache=True, nogil=True)(function)
    return found


def once_for(found: types.Type, *taken: types.Type) -> Callable[[F], F]:
    """The same once, for arrays that are a part of others or may not be written to, and for all others.

    Else it would be compiled anew for each sort of array that it meets. `found` is what it returns.
    """

    def compiled(function: F) -> F:
        own: F = njit(found(*taken), cache=True, nogil=True)(function)
        return own

    return compiled


PLANES = types.Array(types.uint64, 3, "A", readonly=True)
WORDS = types.Array(types.uint64, 2, "A", readonly=True)
NUMBERS, TABLE = (types.Array(types.int64, size, "A", readonly=True) for size in (1, 2))


@as_machine_code
def ones(bits: np.uint64) -> int:
    """How many bits a word has."""
    bits -= bits >> np.uint64(1) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + (bits >> np.uint64(2) & np.uint64(0x3333333333333333))
    bits = bits + (bits >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64(bits * np.uint64(0x0101010101010101) >> np.uint64(56))  # type: ignore[return-value]  # an int, compiled
