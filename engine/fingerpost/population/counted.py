"""What is counted of marks: a number for each row on each school day; an interval where marks are missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fingerpost.population.kernels import Counts
from fingerpost.population.truths import Words, packed_rows


@dataclass(slots=True)
class Counted:
    """A number for each row on each school day: counts, or shares where `low_of` and `high_of` are given.

    What `Column` is for one pupil.
    """

    low: Counts
    """The least it can be; of a share the sessions of the set."""
    high: Counts
    """The greatest; the same array as `low` where it is certain."""
    low_of: Counts | None
    """Of the least share the sessions of which it is one."""
    high_of: Counts | None
    """Those of the greatest share."""
    nothing: Words
    """The days on which there is no value: no possible session."""
    unbounded: Words
    """The days on which it may be greater than that, for what lies before the record."""
    unknown: Words
    """The days on which nothing is known of it."""

    @property
    def exact(self) -> bool:
        """Whether the least and the greatest value are the same for every row on every day."""
        return self.low is self.high and self.low_of is self.high_of

    def known(self, length: int) -> Words:
        """The days on which there is one definite value, or certainly none."""
        same = self.low == self.high
        if self.low_of is not None and self.high_of is not None and not self.exact:
            same = self.low.astype(np.int64) * self.high_of == self.high.astype(np.int64) * self.low_of
        return (packed_rows(same) & ~self.unbounded & ~self.unknown) | self.nothing
