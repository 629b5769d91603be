"""A number on each school day: what `columns.py` and `mark_columns.py` make, and `days.py` compares."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from fingerpost.bit_rows import Row, packed

_SMALL = 1 << 30
"""Below this, a count times a numerator stays within 64 bits."""


@dataclass(frozen=True, slots=True)
class Column:
    """A number on each of the first school days: counts, or shares where `low_of` and `high_of` are given.

    Rows are integers, one a school day.
    """

    low: Row
    high: Row
    low_of: Row | None = None
    high_of: Row | None = None
    not_applicable: int = 0
    unbounded: int = 0
    """The days on which there may be any number more."""
    unknown: int = 0
    """The days on which nothing is known of it."""

    @property
    def is_exact(self) -> bool:
        """Whether the least and the greatest value are the same on every day."""
        return self.low is self.high and self.low_of is self.high_of

    def reaches(self, bound: Fraction, *, strict: bool, highest: bool) -> int:
        """The days on which the value reaches the bound, or is more than it if `strict`.

        Of an interval the least value is looked at, or the `highest`. Exact: whole numbers are compared.
        """
        values = self.high if highest else self.low
        of = self.high_of if highest else self.low_of
        p, q = bound.numerator, bound.denominator
        if of is None:
            least = p // q + 1 if strict or p % q else p // q
            return packed(values >= least)
        if max(abs(p), q) >= _SMALL:
            pairs = zip(values.tolist(), of.tolist(), strict=True)
            exact = [v * q > p * n if strict else v * q >= p * n for v, n in pairs]
            return packed(np.array(exact, dtype=bool))
        return packed(values * q > of * p if strict else values * q >= of * p)
